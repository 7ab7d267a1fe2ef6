//! The outbox: letters that wait to go out, those that went, and those that were given up.
//!
//! An operation [`put`]s a letter: a row of its own transaction. A thread of its own takes what is due, hands it to its
//! channel outside of any transaction, and notes what became of it. Killed between the two, it hands the letter over again
//! under the same id: at least once, and told apart by the receiver. A letter that is not taken is tried again, each time
//! after as long again as it has been tried, for three days.

mod queries;
pub mod routes;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use db::Target;
use foundation::access::{Principal, people};
use foundation::records::erase::Copies;
use foundation::{App, Operation, Reader};
use kernel::{Error, Id, Result};
use serde_json::{Value as Json, json};

use crate::{Channel, Fault, Letter, email};

/// Whoever took a letter and said nothing for so long is taken for dead.
const LEASE_MS: i64 = 5 * 60 * 1000;
/// How long a letter is tried.
const TRIED_MS: i64 = 3 * 24 * 60 * 60 * 1000;
const SHORTEST_PAUSE_MS: i64 = 60 * 1000;
const LONGEST_PAUSE_MS: i64 = 6 * 60 * 60 * 1000;
/// How long it is known that a letter went or was given up.
const KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1000;
/// How often it is looked for what is due.
const LOOK_EVERY: Duration = Duration::from_secs(1);
const SALT: &[u8] = b"a letter that goes out";

/// Whether mail can go out here.
pub fn has_mail(app: &App) -> bool {
    app.config().mail.is_some()
}

/// Leaves a letter by mail in the operation's transaction; it goes out once that is committed. `recipient` is the user or
/// party it goes to: who left or was erased meanwhile gets nothing.
pub fn put(op: &mut Operation, purpose: &'static str, recipient: Option<Id>, letter: &Letter) -> Result<Id> {
    let server = op.app.config().mail.as_ref();
    let Some(domain) = server.and_then(email::domain) else {
        return Err(Error::conflict("mail.not_configured", "no outgoing mail is set up (mail.url and mail.from)"));
    };
    let id = Id::at(op.now.0);
    // The number that answers must repeat cannot be made up by who knows the id.
    let mac = op.app.key().derive(id.0.as_bytes(), b"id of a letter")?;
    let mac: String = mac.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let message_id = format!("<{id}.{mac}@{domain}>");
    let by = By { channel: email::NAME, purpose, recipient, message_id: &message_id, at: op.now };
    keep(op, id, &by, letter)
}

/// How a letter goes that does not go by the company's own server.
pub struct By<'a> {
    /// The name of its channel.
    pub channel: &'static str,
    pub purpose: &'static str,
    pub recipient: Option<Id>,
    /// The same each time it is sent; with its angle brackets.
    pub message_id: &'a str,
    /// Not before this moment.
    pub at: kernel::Time,
}

/// [`put`] for a channel of one's own, at a moment of one's choice; until then it can be [taken back](take_back).
pub fn put_by(op: &mut Operation, by: &By, letter: &Letter) -> Result<Id> {
    let id = Id::at(op.now.0);
    keep(op, id, by, letter)
}

fn keep(op: &mut Operation, id: Id, by: &By, letter: &Letter) -> Result<Id> {
    let text = serde_json::to_vec(letter).map_err(Error::internal)?;
    let sealed = op.app.key().seal(id, SALT, id, &text)?;
    queries::put(op, id, by, sealed)?;
    Ok(id)
}

/// Takes a letter out that has not gone; `false` if it is on its way or gone.
pub fn take_back(op: &mut Operation, id: Id) -> Result<bool> {
    queries::discard(op, id)
}

/// What became of a letter: its state, and why it waits or was given up.
pub fn state_of(reader: &mut Reader, id: Id) -> Result<Option<Json>> {
    queries::state_of(reader, id)
}

/// A letter as its sender holds it.
#[derive(Debug, Clone)]
struct Held {
    id: Id,
    channel: String,
    recipient: Option<Id>,
    message_id: String,
    sealed: Vec<u8>,
    /// As the number-th to hold it.
    number: i64,
    tried_from: kernel::Time,
}

/// Sends all that is due; answers how many were handed over. Stops between two letters when it is told to.
pub fn send_due(app: &App, channels: &[Box<dyn Channel>], stop: &AtomicBool) -> Result<usize> {
    let mut sent = 0;
    while !stop.load(Ordering::SeqCst) {
        let Some(held) = claim(app)? else { break };
        let outcome = hand_over(app, channels, &held)?;
        sent += usize::from(outcome.is_ok());
        settle(app, &held, outcome)?;
    }
    Ok(sent)
}

/// Sends what comes due until stopped.
pub fn keep_sending(app: &App, channels: &[Box<dyn Channel>], stop: &AtomicBool) {
    // Of a folder this is the only process: what was in somebody's hands is in nobody's any more.
    if matches!(app.config().target, Target::Folder(_)) {
        let freed = app.write_now(&Principal::system("outbox"), queries::free_all);
        if let Err(fault) = freed {
            tracing::error!(%fault, "letters of the last run wait for their lease to end");
        }
    }
    while !stop.load(Ordering::SeqCst) {
        if let Err(fault) = send_due(app, channels, stop) {
            tracing::error!(%fault, "letters could not be sent; it is tried again");
        }
        let until = Instant::now() + LOOK_EVERY;
        while Instant::now() < until && !stop.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

fn claim(app: &App) -> Result<Option<Held>> {
    let now = app.now();
    // Only a letter that is due is worth a write, which wakes all who wait for news.
    if !app.db().read(|tx| queries::is_any_due(tx, now))? {
        return Ok(None);
    }
    app.write_now(&Principal::system("outbox"), |op| queries::claim(op, LEASE_MS))
}

type Outcome = std::result::Result<(), Fault>;

/// Outside of any transaction. What fails here is a fault of ours; what the other side says is the outcome.
fn hand_over(app: &App, channels: &[Box<dyn Channel>], held: &Held) -> Result<Outcome> {
    let Some(channel) = channels.iter().find(|channel| channel.name() == held.channel) else {
        return Ok(Err(Fault::Later(format!("no {} is set up", held.channel))));
    };
    if let Some(user) = held.recipient {
        let person = app.db().read(|tx| people::by_id(tx, user))?;
        if person.is_some_and(|person| !person.active) {
            return Ok(Err(Fault::Never("left", String::new())));
        }
    }
    let letter = app.key().open(held.id, SALT, held.id, &held.sealed);
    let letter: Option<Letter> = letter.and_then(|text| serde_json::from_slice(&text).ok());
    match letter {
        Some(letter) => Ok(channel.send(&letter, &held.message_id)),
        None => Ok(Err(Fault::Never("unreadable", String::new()))),
    }
}

fn settle(app: &App, held: &Held, outcome: Outcome) -> Result<()> {
    let held = held.clone();
    app.write_now(&Principal::system("outbox"), move |op| {
        let tried = op.now.0.saturating_sub(held.tried_from.0);
        match &outcome {
            Ok(()) => queries::sent(op, &held),
            Err(Fault::Never(code, detail)) => {
                tracing::warn!(letter = %held.id, code, "a letter was given up");
                queries::give_up(op, &held, code, detail)
            }
            Err(Fault::Later(detail)) if tried >= TRIED_MS => {
                tracing::warn!(letter = %held.id, "a letter was given up after three days");
                queries::give_up(op, &held, "too_long", detail)
            }
            Err(Fault::Later(detail)) => queries::try_later(op, &held, pause_ms(held.id, tried), detail),
        }
    })
}

/// As long again as it has been tried, and a little more for each letter, so that not all come at once.
fn pause_ms(id: Id, tried_ms: i64) -> i64 {
    let pause = tried_ms.clamp(SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS);
    let spread = i64::from(id.0.as_bytes().last().copied().unwrap_or(0));
    pause + pause * spread / 2_560
}

/// How many letters wait and how many were given up.
pub fn counts(reader: &mut Reader) -> Result<(i64, i64)> {
    let counts = queries::counts(reader)?;
    let of = |state: &str| counts.iter().find(|(known, _)| known == state).map_or(0, |(_, count)| *count);
    Ok((of("waiting"), of("given_up")))
}

/// The channels and the letters of a state, the latest first; for administrators. Whom a letter goes to is told as long
/// as it has not gone.
fn list(reader: &mut Reader, state: Option<&str>, before: Option<Id>, limit: usize) -> Result<Json> {
    reader.who.need_admin()?;
    let mail = reader.app.config().mail.as_ref();
    let channel = json!({
        "name": email::NAME, "is_set_up": mail.is_some(),
        "server": mail.map(email::shown), "from": mail.map(|server| server.from.as_str()),
    });
    let (waiting, given_up) = counts(reader)?;
    let mut rows = queries::page(reader, state, before, limit + 1)?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|row| row.id);
    let key = reader.app.key();
    let data: Vec<Json> = rows
        .into_iter()
        .map(|row| {
            let letter = row.sealed.as_deref().and_then(|sealed| key.open(row.id, SALT, row.id, sealed));
            let letter: Option<Letter> = letter.and_then(|text| serde_json::from_slice(&text).ok());
            json!({
                "id": row.id, "channel": row.channel, "purpose": row.purpose, "state": row.state,
                "recipient": row.recipient, "to": letter.as_ref().map(|letter| letter.to.as_str()),
                "subject": letter.as_ref().map(|letter| letter.subject.as_str()),
                "attempts": row.attempts, "code": row.code, "detail": row.detail,
                "created_at": row.created_at, "next_at": (row.state == "waiting").then_some(row.next_at),
                "settled_at": row.settled_at,
            })
        })
        .collect();
    Ok(
        json!({ "channels": [channel], "counts": { "waiting": waiting, "given_up": given_up }, "data": data, "next": next }),
    )
}

/// A letter that waits or was given up is tried again, at once; for administrators.
fn try_again(op: &mut Operation, id: Id) -> Result<()> {
    op.who.need_admin()?;
    if queries::try_again(op, id)? { Ok(()) } else { Err(Error::NotFound) }
}

/// A letter that waits or was given up never goes; for administrators.
fn discard(op: &mut Operation, id: Id) -> Result<()> {
    op.who.need_admin()?;
    if queries::discard(op, id)? { Ok(()) } else { Err(Error::NotFound) }
}

/// Forgets letters that were settled long ago.
pub fn forget_old(op: &mut Operation) -> Result<()> {
    queries::forget_before(op, kernel::Time(op.now.0.saturating_sub(KEPT_MS)))
}

/// Letters to somebody who is erased.
pub struct Letters;

impl Copies for Letters {
    fn forget(&self, app: &App, parties: &[Id]) -> Result<()> {
        let parties: Arc<[Id]> = parties.into();
        app.write_now(&Principal::system("erase"), move |op| queries::forget_recipients(op, &parties))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_tried_less_and_less_often_but_always_within_hours() {
        let id = Id::NIL;
        assert_eq!(pause_ms(id, 0), SHORTEST_PAUSE_MS);
        assert_eq!(pause_ms(id, 10 * 60 * 1000), 10 * 60 * 1000);
        assert_eq!(pause_ms(id, TRIED_MS), LONGEST_PAUSE_MS);
        assert!((60_001..66_000).contains(&pause_ms(Id(uuid::Uuid::max()), 0)));
    }
}
