//! Calls that may be repeated: the same key and the same body get the same answer and do nothing twice.
//!
//! The answer is stored in the transaction of the change, so there is no moment in which one exists without the other. A
//! second call that comes while the first is still running waits for it (one writer) or is run again after it (serializable).

use kernel::{Error, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::operation::Operation;

/// How long answers are kept.
const KEPT_MS: i64 = 72 * 60 * 60 * 1000;

/// What a caller says to be able to repeat a call.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Method and path.
    pub route: String,
    pub key: String,
    /// SHA-256 of the body.
    pub body: Vec<u8>,
}

/// Does `work` unless it was done for this claim; then answers what was answered. Without a claim it is simply done.
pub fn once<T, F>(op: &mut Operation, claim: Option<&Claim>, work: F) -> Result<T>
where
    T: Serialize + DeserializeOwned,
    F: FnOnce(&mut Operation) -> Result<T>,
{
    let Some(claim) = claim else { return work(op) };
    let principal = op.who.id;
    let place = [principal.into(), claim.route.as_str().into(), claim.key.as_str().into()];
    let sql = "select body_hash, answer, at from idempotency where principal = $1 and route = $2 and key = $3";
    if let Some(row) = op.tx.one(sql, &place)? {
        if row.int(2) > op.now.0.saturating_sub(KEPT_MS) {
            if row.opt_bytes(0) != Some(claim.body.as_slice()) {
                let detail = "this key was used for another body";
                return Err(Error::invalid("/idempotency-key", "idempotency_key_reused", detail));
            }
            return match row.opt_text(1) {
                Some(answer) => serde_json::from_str(answer).map_err(Error::internal),
                None => Err(Error::conflict("idempotency.in_flight", "the same call is still running")),
            };
        }
        op.tx.execute("delete from idempotency where principal = $1 and route = $2 and key = $3", &place)?;
    }
    let answer = work(op)?;
    let stored = serde_json::to_string(&answer).map_err(Error::internal)?;
    let [principal, route, key] = place;
    let now = op.now;
    let written = op.tx.execute(
        "insert into idempotency (principal, route, key, body_hash, status, answer, at) values ($1, $2, $3, $4, 200, $5, $6)",
        &[principal, route, key, claim.body.clone().into(), stored.into(), now.into()],
    );
    match written {
        Ok(_) => Ok(answer),
        // Another process of the same company was faster by a moment, and is not done yet.
        Err(Error::Conflict { .. }) => Err(Error::conflict("idempotency.in_flight", "the same call is still running")),
        Err(other) => Err(other),
    }
}

/// Forgets answers that nobody can ask for any more.
pub fn forget_old(op: &mut Operation) -> Result<u64> {
    let before = op.now.0.saturating_sub(KEPT_MS);
    op.tx.execute("delete from idempotency where at < $1", &[before.into()])
}
