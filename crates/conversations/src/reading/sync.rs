//! One folder brought up to date: ids that were not looked at, their headers, and the messages that are ours to read.

use channels::email::Trouble;
use channels::email::imap::{Head, Imap};
use channels::email::mime;
use foundation::ledger;
use kernel::{Error, Id, Time, limits};

use super::{Held, reading};
use crate::parties;
use crate::queries::{self, Folder, Spot};
use crate::setup::Setup;
use crate::store;

/// Messages whose headers are asked for at a time.
const AT_ONCE: usize = 50;
/// How far back a new mailbox is read where nobody said.
const DAYS: i64 = 30;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Why a folder was not read to its end.
pub enum Stop {
    /// The other side.
    Trouble(Trouble),
    /// We.
    Fault(Error),
}

impl From<Trouble> for Stop {
    fn from(trouble: Trouble) -> Stop {
        Stop::Trouble(trouble)
    }
}

impl From<Error> for Stop {
    fn from(fault: Error) -> Stop {
        Stop::Fault(fault)
    }
}

/// Notes which folders there are. What came in and what was sent is read unless somebody chooses otherwise.
pub fn list(held: &Held, imap: &mut Imap) -> std::result::Result<(), Trouble> {
    let folders = imap.folders()?;
    let mailbox = held.mailbox;
    let noted = held.app.write_now(&reading(), move |op| {
        let mut has_sent = false;
        for folder in folders.iter().filter(|folder| folder.can_be_opened).take(1_000) {
            let is_sent = folder.role == "sent" && !has_sent;
            has_sent = has_sent || is_sent;
            queries::put_folder(
                op,
                mailbox,
                &folder.name,
                &folder.shown,
                folder.role,
                is_sent || folder.role == "inbox",
            )?;
        }
        Ok(())
    });
    noted.map_err(|fault| Trouble::of("internal", &fault.to_string()))
}

/// Reads a folder on.
pub fn folder(held: &Held, setup: &Setup, imap: &mut Imap, folder: &Folder) -> std::result::Result<(), Stop> {
    let opened = imap.examine(&folder.name)?;
    let is_same = opened.uid_validity == folder.uid_validity;
    // Other ids: everything is looked at again, and what is known already is known by its Message-ID.
    let first = if is_same { folder.uid_next } else { 1 };
    if is_same && opened.uid_next > 0 && opened.uid_next <= first {
        return Ok(());
    }
    let uids = imap.since(first, &since(setup))?;
    let mut next = first;
    for part in uids.chunks(AT_ONCE) {
        let mut heads = imap.heads(part)?;
        heads.sort_by_key(|head| head.uid);
        let mut skipped = 0;
        for head in heads {
            if held.is_stopped() {
                return Ok(());
            }
            next = head.uid.saturating_add(1);
            if !wanted(held, setup, &head)? {
                skipped += 1;
                continue;
            }
            match imap.message(head.uid)? {
                Some(raw) => keep(held, folder, opened.uid_validity, &head, raw, skipped)?,
                None => continue,
            }
            skipped = 0;
        }
        advance(held, folder, opened.uid_validity, next, skipped)?;
        held.go_on()?;
    }
    advance(held, folder, opened.uid_validity, next.max(opened.uid_next), 0)?;
    Ok(())
}

/// The day from which on messages are read, as IMAP writes it.
fn since(setup: &Setup) -> String {
    let day = setup.since.unwrap_or_else(|| Time(setup.created_at.0 - DAYS * DAY_MS).date());
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = usize::try_from(day.month() - 1).ok().and_then(|month| MONTHS.get(month)).unwrap_or(&"Jan");
    format!("{}-{month}-{}", day.day(), day.year())
}

/// Whether a message is ours to fetch: not from or only to whom the mailbox never reads, not known, not too large.
fn wanted(held: &Held, setup: &Setup, head: &Head) -> std::result::Result<bool, Stop> {
    if head.size > limits::FILE_BYTES {
        return Ok(false);
    }
    let Some(mail) = mime::read(&head.header) else { return Ok(true) };
    let is_ours = mail.from.address == setup.address;
    let never = if is_ours {
        let mut to = mail.recipients().peekable();
        to.peek().is_some() && to.all(|person| setup.never_reads(&person.address))
    } else {
        setup.never_reads(&mail.from.address)
    };
    if never {
        return Ok(false);
    }
    let Some(message_id) = mail.message_id else { return Ok(true) };
    let (mailbox, as_product) = (held.mailbox, reading());
    let known = held.app.read_now(&as_product, |reader| {
        let key = parties::keyed(reader, b"mail message id", &message_id)?;
        Ok(store::message_by_key(reader, mailbox, &key)?.is_some_and(|known| known.state != "waiting"))
    })?;
    Ok(!known)
}

/// Keeps a message and reads its folder past it, in one commit.
fn keep(
    held: &Held,
    folder: &Folder,
    validity: i64,
    head: &Head,
    raw: Vec<u8>,
    skipped: i64,
) -> std::result::Result<(), Stop> {
    let (mailbox, name, role) = (held.mailbox, folder.name.clone(), folder.role.clone());
    let (uid, is_seen) = (head.uid, head.is_seen);
    held.app.write_now(&reading(), move |op| {
        let id = Id::at(op.now.0);
        let sealed = ledger::seal_bytes_for(op, mailbox, id, &raw)?;
        let spot = Spot { mailbox, folder: &name, role: &role, validity, uid, is_seen };
        let is_new = queries::put_raw(op, id, &spot, sealed, i64::try_from(raw.len()).unwrap_or(i64::MAX))?;
        queries::advance(op, mailbox, &name, validity, uid.saturating_add(1), i64::from(is_new), skipped)
    })?;
    Ok(())
}

fn advance(held: &Held, folder: &Folder, validity: i64, next: i64, skipped: i64) -> std::result::Result<(), Stop> {
    let (mailbox, name) = (held.mailbox, folder.name.clone());
    held.app.write_now(&reading(), move |op| queries::advance(op, mailbox, &name, validity, next, 0, skipped))?;
    Ok(())
}
