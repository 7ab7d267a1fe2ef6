//! A message that was read finds its place: whose it is, which thread and which deal it belongs to, and what it means. One
//! transaction; the same message again changes nothing.

use std::sync::Arc;

use channels::incoming::{Arrived, Incoming, Person, ReadsMail, Sort};
use events::NewEvent;
use events::mail::{MailBounced, MailReceived, MailSent};
use foundation::Operation;
use foundation::ledger::{self, Entry, facts::split_personal};
use foundation::records::write::{self, Write};
use foundation::workspace::notices;
use kernel::{Id, Result, Time, Value};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::parties::{self, Party};
use crate::setup::{Setup, Sight};
use crate::store::{self, Message, Thread};

/// Letters about the same with the same person within so long are one thread, even if none names the other.
const SAME_SUBJECT_MS: i64 = 30 * 24 * 60 * 60 * 1000;
/// Nobody writes from the future: what says so is dated by when it came.
const AHEAD_MS: i64 = 24 * 60 * 60 * 1000;
/// First words that a list shows, in characters.
const FIRST_WORDS: usize = 200;

/// What a list shows of a thread, under its holder's key.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Front {
    pub subject: String,
    /// The other side of the latest message.
    pub with: Person,
    pub words: String,
}

/// A message on its way to its place.
pub struct Coming<'a> {
    pub mail: &'a Incoming,
    /// The raw message it was read from.
    pub raw: Option<Id>,
    pub is_out: bool,
    pub is_seen: bool,
    /// `read`, `sent`, `waiting`.
    pub state: &'static str,
    /// When it came here.
    pub came_at: Time,
    /// The thread that it was written in, where that is known.
    pub thread: Option<Id>,
    pub id: Option<Id>,
}

/// Where it is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filed {
    pub message: Id,
    pub thread: Id,
    pub holder: Id,
    /// It was there before.
    pub is_known: bool,
}

/// Files a message.
pub fn file(op: &mut Operation, mailbox: &Setup, readers: &[Arc<dyn ReadsMail>], coming: &Coming) -> Result<Filed> {
    let mail = coming.mail;
    let key = key_of(op, mail)?;
    if let Some(known) = store::message_by_key(op, mailbox.id, &key)? {
        if coming.is_out && known.state == "waiting" && coming.state == "sent" {
            store::message_state(op, known.id, "sent")?;
        }
        return Ok(Filed { message: known.id, thread: known.thread, holder: known.holder, is_known: true });
    }
    let at = mail.sent_at.filter(|at| at.0 > 0 && at.0 <= coming.came_at.0 + AHEAD_MS).unwrap_or(coming.came_at);
    let others = others(op, mailbox, mail, coming.is_out)?;
    let mut references = Vec::new();
    for reference in &mail.references {
        references.push(parties::keyed(op, b"mail message id", reference)?);
    }
    let subject_key = subject_key(op, mail, others.first())?;
    let mut thread = match coming.thread {
        Some(thread) => Some(thread),
        None => store::thread_by_references(op, mailbox.id, &references)?,
    };
    if thread.is_none() && is_reply(&mail.subject) && mail.sort != Sort::Bounce {
        thread = store::thread_by_subject(op, mailbox.id, &subject_key, Time(at.0 - SAME_SUBJECT_MS))?;
    }
    let before = match thread {
        Some(id) => store::thread_by_id(op, id)?,
        None => None,
    };
    let mut party: Option<Party> = match &before {
        Some(Thread { party: Some(id), party_object: Some(object), .. }) => Some((object.clone(), *id)),
        _ if mail.sort == Sort::Bounce => parties::find(op, mail.failed.iter().map(|failed| failed.address.as_str()))?,
        _ => parties::find(op, others.iter().map(|person| person.address.as_str()))?,
    };
    if party.is_none() && !coming.is_out && mailbox.makes_leads && mail.sort == Sort::Letter {
        party = make_lead(op, mailbox, mail, others.first())?;
    }
    let front = Front {
        subject: mail.subject.clone(),
        with: others.first().cloned().unwrap_or_else(|| mail.from.clone()),
        words: first_words(&mail.text),
    };
    let thread = match before {
        Some(thread) if thread.party.is_none() && party.is_some() => {
            if let Some(party) = &party {
                adopt(op, &thread, party)?;
            }
            thread.id
        }
        Some(thread) => thread.id,
        None => open_thread(op, mailbox, party.as_ref(), &front, &subject_key, at)?,
    };
    let Some(thread) = store::thread_by_id(op, thread)? else { return Err(kernel::Error::NotFound) };
    let id = coming.id.unwrap_or_else(|| Id::at(op.now.0));
    let sealed =
        ledger::seal_for(op, thread.holder, id, &serde_json::to_value(mail).map_err(kernel::Error::internal)?)?;
    let message = Message {
        id,
        mailbox: mailbox.id,
        thread: thread.id,
        raw: coming.raw,
        direction: if coming.is_out { "out" } else { "in" }.into(),
        sort: mail.sort.word().into(),
        state: coming.state.into(),
        at,
        party: thread.party,
        holder: thread.holder,
        sealed,
    };
    store::add_message(op, &message, &key)?;
    store::add_reference(op, mailbox.id, &key, thread.id)?;
    for reference in &references {
        store::add_reference(op, mailbox.id, reference, thread.id)?;
    }
    // A bounce is no answer, and what a machine says is not why a thread changes its face.
    let is_answer = !coming.is_out && mail.sort == Sort::Letter && store::has_sent(op, thread.id)?;
    let shows = mail.sort == Sort::Letter && at >= thread.last_at;
    let face = Front { subject: opened(op, &thread)?.subject, ..front };
    let face = if shows { Some(seal_front(op, &thread, &face)?) } else { None };
    let is_unread = !coming.is_out && !coming.is_seen && mail.sort != Sort::Bulk;
    store::grow(op, thread.id, at, face, is_unread, is_unread, is_answer)?;
    tell(op, mailbox, &message, mail, &key, thread.deal)?;
    if !coming.is_out {
        let arrived =
            Arrived { message: id, mailbox: mailbox.id, address: &mailbox.address, owner: mailbox.owner, mail };
        for reader in readers {
            reader.read(op, &arrived)?;
        }
    }
    Ok(Filed { message: id, thread: thread.id, holder: thread.holder, is_known: false })
}

/// The key of a message: its id, or what it is made of where it has none.
pub fn key_of(op: &Operation, mail: &Incoming) -> Result<String> {
    match &mail.message_id {
        Some(id) => parties::keyed(op, b"mail message id", id),
        None => {
            let whole = format!("{}\n{:?}\n{}\n{}", mail.from.address, mail.sent_at, mail.subject, mail.text);
            parties::keyed(op, b"mail without id", &whole)
        }
    }
}

/// The other side: whoever is not this mailbox and no colleague, the one to answer first.
fn others(op: &mut Operation, mailbox: &Setup, mail: &Incoming, is_out: bool) -> Result<Vec<Person>> {
    let mut all: Vec<Person> = Vec::new();
    if !is_out {
        all.push(mail.from.clone());
        all.extend(mail.reply_to.clone());
    }
    all.extend(mail.recipients().cloned());
    let mut others: Vec<Person> = Vec::new();
    for person in all {
        let is_known = person.address.is_empty() || others.iter().any(|known| known.address == person.address);
        if !is_known && untagged(&person.address) != mailbox.address && !parties::is_colleague(op, &person.address)? {
            others.push(person);
        }
    }
    Ok(others)
}

/// `sales+spring@example.com` is `sales@example.com`.
fn untagged(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => format!("{}@{domain}", local.split('+').next().unwrap_or(local)),
        None => address.to_string(),
    }
}

/// What stands behind the plus of the mailbox's address.
fn tag(mailbox: &Setup, mail: &Incoming) -> Option<String> {
    let found = mail
        .recipients()
        .find(|person| person.address.contains('+') && untagged(&person.address) == mailbox.address)?;
    let (local, _) = found.address.rsplit_once('@')?;
    local.split_once('+').map(|(_, tag)| tag.chars().take(200).collect())
}

/// The words that programs put before a subject they answer or pass on.
const PREFIXES: [&str; 16] =
    ["re", "aw", "antw", "fw", "fwd", "wg", "sv", "vs", "r", "tr", "rif", "отв", "на", "пересл", "答复", "回复"];

fn is_prefix(word: &str) -> bool {
    let bare = word.split(['[', '(']).next().unwrap_or_default().trim().to_lowercase();
    PREFIXES.contains(&bare.as_str())
}

fn is_reply(subject: &str) -> bool {
    subject.split_once([':', '：']).is_some_and(|(word, _)| is_prefix(word))
}

/// A subject without the words that programs put before it.
pub fn bare_subject(subject: &str) -> &str {
    let mut rest = subject.trim();
    while let Some((word, tail)) = rest.split_once([':', '：']).filter(|(word, _)| is_prefix(word)) {
        let _ = word;
        rest = tail.trim();
    }
    rest
}

fn subject_key(op: &Operation, mail: &Incoming, other: Option<&Person>) -> Result<String> {
    let subject = bare_subject(&mail.subject).to_lowercase();
    let other = other.map_or("", |person| person.address.as_str());
    parties::keyed(op, b"mail subject", &format!("{subject}\n{other}"))
}

fn first_words(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('>'));
    let whole = lines.take(10).collect::<Vec<_>>().join(" ");
    whole.chars().take(FIRST_WORDS).collect()
}

fn open_thread(
    op: &mut Operation,
    mailbox: &Setup,
    party: Option<&Party>,
    front: &Front,
    subject_key: &str,
    at: Time,
) -> Result<Id> {
    let id = Id::at(op.now.0);
    let deal = match party {
        Some(party) => parties::open_deal(op, party)?,
        None => None,
    };
    let holder = party.map_or(id, |(_, id)| *id);
    let sealed = ledger::seal_for(op, holder, id, &json!(front))?;
    let new = Thread {
        id,
        mailbox: mailbox.id,
        party: party.map(|(_, id)| *id),
        party_object: party.map(|(object, _)| object.clone()),
        deal,
        holder,
        sealed,
        messages: 0,
        unread: 0,
        has_answer: false,
        last_at: at,
        state: "open".into(),
        snoozed_until: None,
        assigned: None,
    };
    store::add_thread(op, &new, subject_key)?;
    Ok(id)
}

/// What a list shows of a thread.
pub fn opened(op: &mut foundation::Reader, thread: &Thread) -> Result<Front> {
    let front = ledger::open_for(op, thread.holder, thread.id, &thread.sealed)?;
    Ok(front.and_then(|front| serde_json::from_value(front).ok()).unwrap_or_default())
}

fn seal_front(op: &mut Operation, thread: &Thread, front: &Front) -> Result<Vec<u8>> {
    ledger::seal_for(op, thread.holder, thread.id, &json!(front))
}

/// A thread with somebody unknown is with this party from now on: what was said is kept under the party's key and told on
/// its timeline.
pub fn adopt(op: &mut Operation, thread: &Thread, party: &Party) -> Result<()> {
    let front = opened(op, thread)?;
    let moved = Thread { holder: party.1, ..thread.clone() };
    let sealed = seal_front(op, &moved, &front)?;
    let deal = parties::open_deal(op, party)?;
    store::give(op, thread.id, (&party.0, party.1), deal, sealed)?;
    let mailbox = crate::setup::known(op, thread.mailbox)?;
    for message in store::messages(op, thread.id)? {
        let Some(mail) = ledger::open_for(op, message.holder, message.id, &message.sealed)? else { continue };
        let sealed = ledger::seal_for(op, party.1, message.id, &mail)?;
        store::give_message(op, message.id, party.1, sealed)?;
        if let Some(raw) = message.raw
            && let Some(raw) = crate::queries::raw_by_id(op, raw)?
            && let Some(content) = raw.content
            && let Some(content) = ledger::open_bytes_for(op, raw.holder, raw.id, &content)?
        {
            let content = ledger::seal_bytes_for(op, party.1, raw.id, &content)?;
            crate::queries::raw_read(op, raw.id, party.1, Some(content))?;
        }
        let mail: Incoming = serde_json::from_value(mail).map_err(kernel::Error::internal)?;
        let key = key_of(op, &mail)?;
        let moved = Message { party: Some(party.1), holder: party.1, ..message };
        tell(op, &mailbox, &moved, &mail, &key, deal)?;
    }
    Ok(())
}

/// Tells the ledger, once however many mailboxes the message came to.
fn tell(
    op: &mut Operation,
    mailbox: &Setup,
    message: &Message,
    mail: &Incoming,
    key: &str,
    deal: Option<Id>,
) -> Result<()> {
    for failed in &mail.failed {
        let address = parties::keyed(op, b"mail address", &failed.address)?;
        store::mark_failed(op, &address, failed.permanent)?;
    }
    let Some(party) = message.party else { return Ok(()) };
    let subject = Some(mail.subject.clone()).filter(|subject| mailbox.privacy >= Sight::Subject && !subject.is_empty());
    let (id, mailbox_id) = (message.id, mailbox.id);
    let mut told = Vec::new();
    if mail.sort == Sort::Bounce {
        for failed in &mail.failed {
            told.push(NewEvent::of(MailBounced {
                message: id,
                mailbox: mailbox_id,
                permanent: failed.permanent,
                address: failed.address.clone(),
            }));
        }
    } else if message.direction == "out" {
        told.push(NewEvent::of(MailSent { message: id, mailbox: mailbox_id, subject }));
    } else {
        let sort = mail.sort.word().to_string();
        told.push(NewEvent::of(MailReceived { message: id, mailbox: mailbox_id, sort, subject }));
    }
    let entries = told.into_iter().enumerate().map(|(place, event)| {
        let mut entry = Entry {
            kind: event.kind.clone(),
            at: Some(message.at),
            id: Some(once(message.at, key, place)),
            party: Some(party),
            object: deal.map(|_| "deal".to_string()),
            record: deal,
            channel: Some("email".into()),
            ..Entry::default()
        };
        split_personal(&event.kind, event.props, &mut entry);
        entry
    });
    ledger::append(op, entries.collect()).map(drop)
}

/// The same message is told under the same id, whichever mailbox it came to first.
fn once(at: Time, key: &str, place: usize) -> Id {
    let mut digest = [0u8; 10];
    for (byte, pair) in digest.iter_mut().zip(key.as_bytes().chunks(2)) {
        let text = std::str::from_utf8(pair).unwrap_or("0");
        *byte = u8::from_str_radix(text, 16).unwrap_or(0);
    }
    if let Some(last) = digest.last_mut() {
        *last ^= u8::try_from(place % 256).unwrap_or(0);
    }
    Id::derived(at.0.max(0), &digest)
}

/// A new sender becomes a lead, with where it came from.
fn make_lead(op: &mut Operation, mailbox: &Setup, mail: &Incoming, other: Option<&Person>) -> Result<Option<Party>> {
    let Some(person) = other else { return Ok(None) };
    let tag = tag(mailbox, mail);
    let lead = lead_of(op, person, mailbox, &mail.subject, tag)?;
    Ok(Some(("lead".into(), lead)))
}

/// Makes a lead of somebody who wrote.
pub fn lead_of(op: &mut Operation, person: &Person, mailbox: &Setup, subject: &str, tag: Option<String>) -> Result<Id> {
    let leads = op.object("lead")?;
    let (first, last) = parties::named(&person.name, &person.address);
    let campaign = match &tag {
        Some(tag) => parties::campaign(op, tag)?,
        None => None,
    };
    let text = |text: &str, most: usize| Value::Text(text.chars().take(most).collect());
    let mut values = vec![
        ("last_name", text(&last, 100)),
        ("email", text(&person.address, 320)),
        ("source", Value::Text("email".into())),
        ("origin_medium", Value::Text("mail".into())),
        ("origin_source", text(&mailbox.address, 200)),
        ("origin_phrase", text(bare_subject(subject), 200)),
    ];
    values.extend(first.map(|first| ("first_name", Value::Text(first))));
    values.extend(tag.map(|tag| ("origin_campaign", text(&tag, 200))));
    values.extend(campaign.map(|id| ("campaign", Value::Link(id))));
    let values = values.into_iter().filter_map(|(name, value)| Some((leads.def.position(name)?, value))).collect();
    op.source = Some(mailbox.name.clone());
    let made = write::apply_one(op, &leads, Write::Create { values })?.id;
    if let Some(owner) = mailbox.owner {
        notices::tell_one(op, &leads, made, owner, notices::Kind::News)?;
    }
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_the_same_whatever_programs_put_before_it() {
        assert_eq!(bare_subject("Re: AW: Fwd: Oak table"), "Oak table");
        assert_eq!(bare_subject("Отв: на: Стол"), "Стол");
        assert_eq!(bare_subject("回复：桌子"), "桌子");
        assert_eq!(bare_subject("RE[2]: Oak"), "Oak");
        assert_eq!(bare_subject("Order 7: chairs"), "Order 7: chairs");
        assert!(is_reply("Re: x") && !is_reply("Order: x"));
    }

    #[test]
    fn a_tag_is_no_other_address() {
        assert_eq!(untagged("sales+spring@x.example"), "sales@x.example");
        assert_eq!(first_words("> old\n\nHello\nyou"), "Hello you");
    }
}
