//! One-time links: the first set-up, invitations, new passwords. The link carries a random token in its fragment, which
//! browsers do not send anywhere; the database holds the hash. What a link opened is closed when it was used.

use kernel::{Error, Id, Result, Time};
use serde_json::json;

use super::audit::{self, action};
use super::secret::Secret;
use super::{password, people, sessions};
use crate::app::App;
use crate::operation::Operation;

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The first administrator.
    Setup,
    /// A first password.
    Invite,
    /// A new password.
    Reset,
}

impl Purpose {
    fn text(self) -> &'static str {
        match self {
            Purpose::Setup => "setup",
            Purpose::Invite => "invite",
            Purpose::Reset => "reset",
        }
    }

    fn lasts_ms(self) -> i64 {
        const HOUR: i64 = 60 * 60 * 1000;
        match self {
            Purpose::Setup | Purpose::Reset => 24 * HOUR,
            Purpose::Invite => 7 * 24 * HOUR,
        }
    }
}

/// A link that was made.
#[derive(Debug)]
pub struct Link {
    pub purpose: Purpose,
    pub token: Secret,
    pub expires_at: Time,
}

impl Link {
    /// The address to open, `http://127.0.0.1:8080/invite#…`.
    pub fn address(&self, origin: &str) -> Secret {
        let page = if self.purpose == Purpose::Setup { "setup" } else { "invite" };
        Secret::new(format!("{}/{page}#{}", origin.trim_end_matches('/'), self.token.expose()))
    }
}

/// Makes a link, closing earlier ones for the same purpose and user.
pub(super) fn make(op: &mut Operation, purpose: Purpose, user: Option<Id>) -> Result<Link> {
    match user {
        Some(user) => op.tx.execute("delete from invite where user_id = $1", &[user.into()])?,
        None => op.tx.execute("delete from invite where kind = $1", &[purpose.text().into()])?,
    };
    let token = Secret::token("")?;
    let expires_at = Time(op.now.0 + purpose.lasts_ms());
    let args = [token.hash().to_vec().into(), purpose.text().into(), user.into(), op.now.into(), expires_at.into()];
    op.tx.execute(
        "insert into invite (token_hash, kind, user_id, created_at, expires_at) values ($1, $2, $3, $4, $5)",
        &args,
    )?;
    Ok(Link { purpose, token, expires_at })
}

/// Takes a link: it opens once. `NotFound` if it was never there, was used, or is too old.
pub(super) fn take(op: &mut Operation, token: &Secret, purposes: &[Purpose]) -> Result<(Purpose, Option<Id>)> {
    let (now, hash) = (op.now, token.hash().to_vec());
    let sql = "select kind, user_id from invite where token_hash = $1 and expires_at > $2";
    let row = op.tx.one(sql, &[hash.clone().into(), now.into()])?.ok_or(Error::NotFound)?;
    let purpose = purposes.iter().copied().find(|purpose| purpose.text() == row.text(0)).ok_or(Error::NotFound)?;
    op.tx.execute("delete from invite where token_hash = $1", &[hash.into()])?;
    Ok((purpose, row.opt_id(1)))
}

/// A link by which a user sets a first or a new password. For administrators, who hand it over themselves.
pub fn invite(op: &mut Operation, user: Id) -> Result<Link> {
    op.who.need_admin()?;
    let person = people::by_id(op.tx, user)?.ok_or(Error::NotFound)?;
    if !person.active {
        return Err(Error::conflict("user.inactive", "somebody who does not work here any more cannot be invited"));
    }
    if person.email.is_none() {
        return Err(Error::invalid("email", "required", "a user without an e-mail cannot sign in; add one first"));
    }
    let has_password = op.tx.one("select 1 from credential where user_id = $1", &[user.into()])?.is_some();
    let purpose = if has_password { Purpose::Reset } else { Purpose::Invite };
    let link = make(op, purpose, Some(user))?;
    let what = if has_password { action::RESET_OFFERED } else { action::INVITED };
    audit::write(op, what, Some("user"), Some(user), json!({ "expires_at": link.expires_at }))?;
    if !has_password {
        sessions::told(op, events::workspace::UserInvited { user }, user)?;
    }
    Ok(link)
}

/// For whom a link is, so that the page can greet them: name and e-mail. Opens nothing.
pub async fn preview(app: &App, token: Secret) -> Result<(String, Option<String>)> {
    let now = app.now();
    let hash = token.hash().to_vec();
    app.db()
        .read_async(move |tx| {
            let sql = "select user_id from invite where token_hash = $1 and expires_at > $2 and user_id is not null";
            let row = tx.one(sql, &[hash.into(), now.into()])?.ok_or(Error::NotFound)?;
            let person = people::by_id(tx, row.id(0))?.filter(|person| person.active).ok_or(Error::NotFound)?;
            Ok((person.name, person.email))
        })
        .await
}

/// Accepts an invitation or a reset: sets the password, ends all sessions, signs in.
pub async fn accept(app: &App, token: Secret, password: Secret, device: String) -> Result<sessions::Opened> {
    let (name, email) = preview(app, token.clone()).await?;
    let company = super::settings::company(app).await?;
    password::check(&password, &[&name, email.as_deref().unwrap_or(""), &company])?;
    let stored = password::hash(password).await?;
    let session = Secret::token("")?;
    let opened = session.clone();
    let user = app
        .write(&super::Principal::system("invitation"), move |op| {
            let (purpose, user) = take(op, &token, &[Purpose::Invite, Purpose::Reset])?;
            let user = user.ok_or(Error::NotFound)?;
            if !people::by_id(op.tx, user)?.is_some_and(|person| person.active) {
                return Err(Error::NotFound);
            }
            super::users::set_password(op, user, &stored, None)?;
            let what = if purpose == Purpose::Invite { action::INVITE_ACCEPTED } else { action::PASSWORD_CHANGED };
            audit::write(op, what, Some("user"), Some(user), json!({ "by": "link" }))?;
            sessions::open(op, user, &device, &session)?;
            Ok(user)
        })
        .await?;
    Ok(sessions::Opened { token: opened, user })
}
