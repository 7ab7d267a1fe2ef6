//! Steps of signing in that a browser still owes an answer: a passkey's challenge, a second factor, the way back from another
//! house. Each has a random token of which we keep the hash, ends soon, and is answered once.

use kernel::{Error, Id, Result, Time};
use serde_json::Value as Json;

use super::secret::TokenHash;
use crate::operation::Operation;

/// How long a browser has.
const LASTS_MS: i64 = 10 * 60 * 1000;
/// Steps of strangers that may be open at once. Whoever has shown a password is not kept out by them.
const OF_STRANGERS: i64 = 10_000;
/// Steps of one user; the oldest go first.
const OF_ONE: i64 = 20;

/// What is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The password was right; a second factor is missing.
    SecondFactor,
    /// A passkey signs in, or confirms.
    Passkey,
    /// A new passkey.
    NewPasskey,
    /// Another house says who it is.
    OtherHouse,
}

impl Kind {
    fn text(self) -> &'static str {
        match self {
            Kind::SecondFactor => "second_factor",
            Kind::Passkey => "passkey",
            Kind::NewPasskey => "new_passkey",
            Kind::OtherHouse => "other_house",
        }
    }
}

/// A step as it was begun.
#[derive(Debug, Clone)]
pub struct Step {
    pub user: Option<Id>,
    pub body: Json,
}

/// Begins a step; answers when it ends.
pub fn begin(op: &mut Operation, token: &TokenHash, kind: Kind, user: Option<Id>, body: &Json) -> Result<Time> {
    let now = op.now;
    tidy(op.tx, now)?;
    match user {
        Some(user) => {
            op.tx.execute(
                "delete from sign_in_step where user_id = $1 and token_hash not in ( \
                     select token_hash from sign_in_step where user_id = $1 order by created_at desc limit $2)",
                &[user.into(), (OF_ONE - 1).into()],
            )?;
        }
        None => {
            let open = op.tx.one("select count(*) from sign_in_step where user_id is null", &[])?;
            if open.map_or(0, |row| row.int(0)) >= OF_STRANGERS {
                return Err(Error::Busy { retry_after_s: 60 });
            }
        }
    }
    let expires_at = Time(now.0 + LASTS_MS);
    op.tx.execute(
        "insert into sign_in_step (token_hash, kind, user_id, body, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)",
        &[
            token.to_vec().into(),
            kind.text().into(),
            user.into(),
            body.to_string().into(),
            now.into(),
            expires_at.into(),
        ],
    )?;
    Ok(expires_at)
}

/// The step of a token; `Unauthorized` if there is none of that kind any more.
pub fn look(tx: &mut db::Tx, now: Time, token: &TokenHash, kind: Kind) -> Result<Step> {
    let sql = "select user_id, body from sign_in_step where token_hash = $1 and kind = $2 and expires_at > $3";
    let row = tx.one(sql, &[token.to_vec().into(), kind.text().into(), now.into()])?.ok_or(Error::Unauthorized)?;
    let body = serde_json::from_str(row.text(1)).map_err(Error::internal)?;
    Ok(Step { user: row.opt_id(0), body })
}

/// [`look`], and nobody can answer it again once this commits.
pub fn take(op: &mut Operation, token: &TokenHash, kind: Kind) -> Result<Step> {
    let now = op.now;
    let step = look(op.tx, now, token, kind)?;
    let gone = op.tx.execute("delete from sign_in_step where token_hash = $1", &[token.to_vec().into()])?;
    if gone == 1 { Ok(step) } else { Err(Error::Unauthorized) }
}

/// Ends what a user has begun.
pub fn end_all(op: &mut Operation, user: Id) -> Result<()> {
    op.tx.execute("delete from sign_in_step where user_id = $1", &[user.into()]).map(drop)
}

/// Removes what has ended.
pub fn tidy(tx: &mut db::Tx, now: Time) -> Result<()> {
    tx.execute("delete from sign_in_step where expires_at <= $1", &[now.into()]).map(drop)
}
