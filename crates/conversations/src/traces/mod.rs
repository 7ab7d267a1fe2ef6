//! Whether a letter was read: a picture of ours at its end and links that lead through here. Who looks is judged a minute
//! later, all looks together, for most of what opens mail is a machine; only what a [person](judge) did counts.
//!
//! Nothing of it is in the letter that we keep, so that reading it here or in the folder of what was sent counts nothing.

pub(crate) mod doors;
mod judge;
mod link;
mod queries;
pub(crate) mod words;

use std::collections::HashMap;

use events::NewEvent;
use events::mail::{MailClicked, MailOpened, MailScanned};
use foundation::ledger::{self, Entry, facts::split_personal};
use foundation::timer::{self, Alarm, Due};
use foundation::{Operation, Reader};
use kernel::{Id, Result, Time};
use serde_json::{Value as Json, json};

pub use link::{leave_address, marked};

use crate::setup::{self, Setup, Sight};
use crate::show;
use crate::store::{self, Message};

/// Of the timer: looks at a letter wait for being judged.
const JUDGED: &str = "mail.judged";
/// Those that belong together came by then.
const JUDGED_AFTER_MS: i64 = 60 * 1000;
/// Looks that are kept of one letter; further ones change nothing.
const MOST_LOOKS: i64 = 300;

/// From now on it is counted whether this letter is read.
pub fn begin(op: &mut Operation, letter: Id, mailbox: Id) -> Result<()> {
    queries::begin(op, letter, mailbox)
}

/// It is not.
pub fn end(op: &mut Operation, letter: Id) -> Result<()> {
    queries::end(op, letter)
}

/// Whether it is counted.
pub fn is_counted(reader: &mut Reader, letter: Id) -> Result<bool> {
    Ok(queries::trace(reader, letter)?.is_some())
}

/// The letter went and lies here as this message.
pub fn sent(op: &mut Operation, letter: Id, message: Id, party: Option<Id>) -> Result<()> {
    queries::sent(op, letter, message, party)
}

/// A look at a letter: `link` is 0 for the picture, else the number of the link that was followed.
pub fn seen(op: &mut Operation, letter: Id, link: i64, target: Option<&str>, is_machine: bool) -> Result<()> {
    if queries::trace(op, letter)?.is_none() || queries::looks_count(op, letter)? >= MOST_LOOKS {
        return Ok(());
    }
    let waits = queries::is_waiting(op, letter)?;
    let id = Id::at(op.now.0);
    let sealed = match target {
        Some(target) => Some(ledger::seal_for(op, letter, id, &json!(target))?),
        None => None,
    };
    queries::add_look(op, id, letter, link, sealed, is_machine)?;
    if !waits {
        let at = Time(op.now.0 + JUDGED_AFTER_MS);
        timer::set(op, JUDGED, letter, at, &json!({}))?;
    }
    Ok(())
}

/// Judges the looks at a letter.
pub struct Judge;

impl Alarm for Judge {
    fn kind(&self) -> &'static str {
        JUDGED
    }

    fn ring(&self, op: &mut Operation, due: &Due) -> Result<Option<Time>> {
        let letter = due.subject;
        let Some(trace) = queries::trace(op, letter)? else { return Ok(None) };
        let looks = queries::waiting(op, letter)?;
        let verdicts = judge::judge(trace.sent_at, &looks);
        let followed = queries::followed(op, letter)?;
        let mut told = Vec::new();
        let mut now = trace.clone();
        for (look, is_person) in looks.iter().zip(&verdicts) {
            match (is_person, look.link) {
                (true, 0) => now.opens += 1,
                (true, _) => now.clicks += 1,
                (false, 0) => now.machine_opens += 1,
                (false, _) => now.machine_clicks += 1,
            }
            if *is_person && look.link == 0 && now.opened_at.is_none() {
                now.opened_at = Some(look.at);
                told.push((look.at, 0));
            }
            if *is_person && look.link > 0 {
                now.clicked_at = now.clicked_at.or(Some(look.at));
                if !followed.contains(&look.link) && !told.iter().any(|(_, link)| *link == look.link) {
                    told.push((look.at, look.link));
                }
            }
            queries::judged(op, look.id, *is_person)?;
        }
        queries::put(op, &now)?;
        op.channel = "email";
        for (at, link) in told {
            let sealed = looks
                .iter()
                .find(|look| look.link == link && look.at == at)
                .and_then(|look| look.sealed.as_ref().map(|sealed| (look.id, sealed.clone())));
            tell_person(op, &now, at, link, sealed)?;
        }
        let is_first = trace.machine_opens + trace.machine_clicks == 0;
        if is_first && now.machine_opens + now.machine_clicks > 0 {
            let event = MailScanned {
                message: now.message,
                mailbox: now.mailbox,
                opens: now.machine_opens,
                clicks: now.machine_clicks,
            };
            tell(op, &now, looks.first().map(|look| look.at), NewEvent::of(event))?;
        }
        Ok(None)
    }
}

fn tell_person(
    op: &mut Operation,
    trace: &queries::Trace,
    at: Time,
    link: i64,
    sealed: Option<(Id, Vec<u8>)>,
) -> Result<()> {
    let (message, mailbox) = (trace.message, trace.mailbox);
    let event = if link == 0 {
        NewEvent::of(MailOpened { message, mailbox, subject: subject(op, trace)? })
    } else {
        let url = match sealed {
            Some((look, sealed)) => ledger::open_for(op, trace.letter, look, &sealed)?,
            None => None,
        };
        let url = url.and_then(|url| url.as_str().map(str::to_string));
        NewEvent::of(MailClicked { message, mailbox, url })
    };
    tell(op, trace, Some(at), event)
}

/// The letter's subject, where its mailbox shows subjects.
fn subject(op: &mut Operation, trace: &queries::Trace) -> Result<Option<String>> {
    let mailbox = setup::known(op, trace.mailbox)?;
    let Some(message) = trace.message.filter(|_| mailbox.privacy >= Sight::Subject) else { return Ok(None) };
    let Some(message) = store::message_by_id(op, message)? else { return Ok(None) };
    Ok(show::mail_of(op, &message)?.map(|mail| mail.subject).filter(|subject| !subject.is_empty()))
}

fn tell(op: &mut Operation, trace: &queries::Trace, at: Option<Time>, event: NewEvent) -> Result<()> {
    let Some(party) = trace.party else { return Ok(()) };
    let deal = match trace.message {
        Some(message) => match store::message_by_id(op, message)? {
            Some(message) => store::thread_by_id(op, message.thread)?.and_then(|thread| thread.deal),
            None => None,
        },
        None => None,
    };
    let mut entry = Entry {
        kind: event.kind.clone(),
        at,
        party: Some(party),
        object: deal.map(|_| "deal".to_string()),
        record: deal,
        channel: Some("email".into()),
        ..Entry::default()
    };
    split_personal(&event.kind, event.props, &mut entry);
    ledger::append(op, vec![entry]).map(drop)
}

/// What is known of whether messages were read, by message. Targets of links only for who reads the letters whole.
pub fn of_messages(reader: &mut Reader, messages: &[Message], mailbox: &Setup) -> Result<HashMap<Id, Json>> {
    let ids: Vec<Id> = messages.iter().filter(|message| message.direction == "out").map(|message| message.id).collect();
    let whole = mailbox.sight(reader) == Sight::All;
    let mut known = HashMap::new();
    for trace in queries::traces_of(reader, &ids)? {
        let mut links = Vec::new();
        if whole && trace.clicks > 0 {
            for (look, sealed) in queries::links(reader, trace.letter)? {
                let url = ledger::open_for(reader, trace.letter, look, &sealed)?;
                links.extend(url.and_then(|url| url.as_str().map(str::to_string)));
            }
            links.sort();
            links.dedup();
        }
        let Some(message) = trace.message else { continue };
        known.insert(
            message,
            json!({
                "opened_at": trace.opened_at, "opens": trace.opens, "clicked_at": trace.clicked_at, "clicks": trace.clicks,
                "machine_opens": trace.machine_opens, "machine_clicks": trace.machine_clicks, "links": links,
            }),
        );
    }
    Ok(known)
}
