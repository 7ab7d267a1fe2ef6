//! Messages that were kept are taken apart and filed, the oldest first.

use channels::email::mime;
use channels::incoming::Incoming;
use foundation::ledger;
use kernel::{Id, Result};

use super::{Held, reading};
use crate::file::{self, Coming};
use crate::{queries, setup};

/// Failures after which a message is put aside.
const TRIES: i64 = 3;

/// Takes apart all that waits. One that cannot be read stops none behind it.
pub fn all(held: &Held) -> Result<()> {
    let mut last = Id::NIL;
    loop {
        let mailbox = held.mailbox;
        let Some(id) = held.app.read_now(&reading(), |reader| queries::next_raw(reader, mailbox, last))? else {
            return Ok(());
        };
        last = id;
        if held.is_stopped() {
            return Ok(());
        }
        if let Err(fault) = one(held, id) {
            tracing::warn!(%fault, message = %id, "a message could not be filed; it is tried again");
            aside_after_tries(held, id, "not_filed")?;
        }
    }
}

fn one(held: &Held, id: Id) -> Result<()> {
    // Counted before it is looked at: one that kills the process is put aside, too.
    held.app.write_now(&reading(), move |op| queries::count_try(op, id))?;
    let content = held.app.read_now(&reading(), |reader| {
        let Some(raw) = queries::raw_by_id(reader, id)? else { return Ok(None) };
        let Some(sealed) = raw.content else { return Ok(None) };
        ledger::open_bytes_for(reader, raw.holder, raw.id, &sealed)
    })?;
    let Some(content) = content else {
        return held.app.write_now(&reading(), move |op| queries::raw_state(op, id, "aside", Some("unreadable")));
    };
    let read = std::panic::catch_unwind(|| mime::read(&content)).unwrap_or(None);
    let Some(mail) = read else {
        return aside_after_tries(held, id, "unreadable");
    };
    let readers = held.readers.clone();
    held.app.write_now(&reading(), move |op| {
        op.channel = "email";
        let Some(raw) = queries::raw_by_id(op, id)?.filter(|raw| raw.state == "new") else { return Ok(()) };
        let mailbox = setup::known(op, raw.mailbox)?;
        let is_out = raw.role == "sent" || mail.from.address == mailbox.address;
        let coming = Coming {
            mail: &mail,
            raw: Some(id),
            is_out,
            is_seen: raw.is_seen,
            state: if is_out { "sent" } else { "read" },
            came_at: raw.taken_at,
            thread: None,
            id: None,
        };
        let filed = file::file(op, &mailbox, &readers, &coming)?;
        // What nothing hangs on is kept as it was read; the same again is not kept twice.
        let keeps = !filed.is_known && has_files(&mail);
        let sealed = if keeps { Some(ledger::seal_bytes_for(op, filed.holder, id, &content)?) } else { None };
        queries::raw_read(op, id, filed.holder, sealed)
    })
}

fn has_files(mail: &Incoming) -> bool {
    !mail.enclosed.is_empty() || mail.is_damaged
}

fn aside_after_tries(held: &Held, id: Id, code: &'static str) -> Result<()> {
    held.app.write_now(&reading(), move |op| {
        let tries = queries::raw_by_id(op, id)?.map_or(TRIES, |raw| raw.tries);
        let state = if tries >= TRIES { "aside" } else { "new" };
        if state == "aside" { queries::raw_state(op, id, state, Some(code)) } else { Ok(()) }
    })
}
