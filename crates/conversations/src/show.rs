//! Threads and messages as they are told. Two rights hold at once: who may read the record a thread is with, and what the
//! mailbox shows colleagues. One's own mailboxes are read whole.

use std::collections::{BTreeMap, HashMap};

use channels::email::{clean, mime};
use channels::incoming::{Incoming, Sort};
use foundation::access::encoding::base64;
use foundation::access::{Action, people};
use foundation::records::read;
use foundation::timer::{self, Alarm, Due};
use foundation::workspace::notices;
use foundation::{Operation, Reader, ledger};
use kernel::{Error, Id, Result, Time};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::file;
use crate::parties;
use crate::setup::{self, OBJECT, Setup, Sight};
use crate::store::{self, Asked, Message, Thread};
use crate::{queries, traces, writing};

/// Of the timer.
const SNOOZED: &str = "mail.snoozed";
/// Threads of a record that are shown.
const OF_RECORD: i64 = 50;
/// Bytes of the pictures that a page of a message brings itself.
const PICTURE_BYTES: usize = 8 << 20;

/// Wakes a thread that slept long enough.
pub struct Awake;

impl Alarm for Awake {
    fn kind(&self) -> &'static str {
        SNOOZED
    }

    fn ring(&self, op: &mut Operation, due: &Due) -> Result<Option<Time>> {
        if store::thread_by_id(op, due.subject)?.is_some_and(|thread| thread.state == "snoozed") {
            store::set_state(op, due.subject, "open", None)?;
            store::set_read(op, due.subject, false)?;
        }
        Ok(None)
    }
}

/// Mailboxes of the caller and of their teams.
pub fn my_mailboxes(reader: &mut Reader) -> Result<Vec<Setup>> {
    let Some(object) = reader.catalogue.named(OBJECT).cloned() else { return Ok(Vec::new()) };
    let (user, teams) = (reader.who.user, reader.who.teams.clone());
    let ids = queries::mailboxes_of(reader, &object, user, &teams)?;
    ids.into_iter().map(|id| setup::known(reader, id)).collect()
}

/// Which threads somebody wants to see.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Wanted {
    /// open, done, snoozed, all.
    pub state: Option<String>,
    pub mailbox: Option<Id>,
    pub unread: bool,
    /// Only what the caller is to answer.
    pub mine: bool,
    /// Behind `1718800000000-<id>`.
    pub before: Option<String>,
    pub limit: Option<i64>,
}

/// The inbox: threads of the caller's mailboxes, the latest first.
pub fn inbox(reader: &mut Reader, wanted: &Wanted) -> Result<Json> {
    let mailboxes = my_mailboxes(reader)?;
    let ids: Vec<Id> =
        mailboxes.iter().map(|mailbox| mailbox.id).filter(|id| wanted.mailbox.is_none_or(|only| only == *id)).collect();
    let state = match wanted.state.as_deref() {
        None | Some("open") => Some("open"),
        Some("done") => Some("done"),
        Some("snoozed") => Some("snoozed"),
        Some("all") => None,
        Some(_) => return Err(Error::invalid("state", "unknown_option", "open, done, snoozed or all")),
    };
    let before = match &wanted.before {
        Some(text) => Some(place(text).ok_or_else(|| Error::Unreadable("before is no place in the list".into()))?),
        None => None,
    };
    let limit = wanted.limit.unwrap_or(50).clamp(1, 200);
    let assigned = if wanted.mine { reader.who.user } else { None };
    let asked = Asked { mailboxes: ids.clone(), state, unread: wanted.unread, assigned, before, limit: limit + 1 };
    let mut threads = store::page(reader, &asked)?;
    let has_more = i64::try_from(threads.len()).unwrap_or(0) > limit;
    threads.truncate(usize::try_from(limit).unwrap_or(0));
    let next = threads.last().filter(|_| has_more).map(|last| format!("{}-{}", last.last_at.0, last.id));
    let boxes: HashMap<Id, Setup> = mailboxes.into_iter().map(|mailbox| (mailbox.id, mailbox)).collect();
    let data = lines(reader, &threads, &boxes)?;
    Ok(json!({ "data": data, "next": next, "unread": store::unread(reader, &ids)? }))
}

fn place(text: &str) -> Option<(Time, Id)> {
    let (at, id) = text.split_once('-')?;
    Some((Time(at.parse().ok()?), Id::parse(id)?))
}

/// Threads with a record that the caller may read, as far as each mailbox shows them.
pub fn of_record(reader: &mut Reader, object: &str, id: Id) -> Result<Json> {
    let object = reader.object(object)?;
    read::get(reader, &object, id)?;
    let is_deal = object.def.name == "deal";
    if !is_deal && !object.def.party {
        return Ok(json!({ "data": [] }));
    }
    let mut threads = Vec::new();
    for id in foundation::records::merged::ids_of(reader, id)? {
        threads.extend(store::threads_of(reader, is_deal, id, OF_RECORD)?);
    }
    threads.sort_by_key(|thread| std::cmp::Reverse((thread.last_at, thread.id)));
    let mut boxes = HashMap::new();
    for thread in &threads {
        if let std::collections::hash_map::Entry::Vacant(free) = boxes.entry(thread.mailbox) {
            free.insert(setup::known(reader, thread.mailbox)?);
        }
    }
    let data = lines(reader, &threads, &boxes)?;
    Ok(json!({ "data": data }))
}

fn lines(reader: &mut Reader, threads: &[Thread], boxes: &HashMap<Id, Setup>) -> Result<Vec<Json>> {
    let mut wanted: BTreeMap<String, Vec<Id>> = BTreeMap::new();
    for thread in threads {
        if let (Some(object), Some(id)) = (&thread.party_object, thread.party) {
            wanted.entry(object.clone()).or_default().push(id);
        }
        wanted.entry("deal".into()).or_default().extend(thread.deal);
        wanted.entry("user".into()).or_default().extend(thread.assigned);
    }
    let titles = read::titles_of(reader, wanted)?;
    let named = |id: Option<Id>| {
        let id = id?;
        let (object, title) = titles.0.get(&id)?;
        Some(json!({ "object": object, "id": id, "title": title }))
    };
    let mut shown = Vec::new();
    for thread in threads {
        let Some(mailbox) = boxes.get(&thread.mailbox) else { continue };
        let sight = mailbox.sight(reader);
        let front = file::opened(reader, thread)?;
        shown.push(json!({
            "id": thread.id,
            "mailbox": { "id": mailbox.id, "name": mailbox.name, "is_mine": mailbox.is_mine(reader) },
            "sight": sight.word(),
            "subject": (sight >= Sight::Subject).then_some(front.subject),
            "words": (sight == Sight::All).then_some(front.words),
            "with": front.with,
            "party": named(thread.party),
            "deal": named(thread.deal),
            "assigned": named(thread.assigned),
            "messages": thread.messages, "unread": thread.unread, "has_answer": thread.has_answer,
            "last_at": thread.last_at, "state": thread.state, "snoozed_until": thread.snoozed_until,
        }));
    }
    Ok(shown)
}

/// A thread that the caller may see, and how much of it.
pub fn seen(reader: &mut Reader, id: Id) -> Result<(Thread, Setup, Sight)> {
    let thread = store::thread_by_id(reader, id)?.ok_or(Error::NotFound)?;
    let mailbox = setup::known(reader, thread.mailbox)?;
    if mailbox.is_mine(reader) {
        return Ok((thread, mailbox, Sight::All));
    }
    let about = [thread.party_object.clone().zip(thread.party), thread.deal.map(|deal| ("deal".to_string(), deal))];
    for (object, id) in about.into_iter().flatten() {
        let Ok(object) = reader.object(&object) else { continue };
        if !reader.who.access.on(&object.def.name).allows(Action::Read) {
            continue;
        }
        match read::get(reader, &object, id) {
            Ok(_) => {
                let sight = mailbox.privacy;
                return Ok((thread, mailbox, sight));
            }
            Err(Error::NotFound) => {}
            Err(fault) => return Err(fault),
        }
    }
    Err(Error::NotFound)
}

/// A thread with its messages.
pub fn thread(reader: &mut Reader, id: Id) -> Result<Json> {
    let (thread, mailbox, sight) = seen(reader, id)?;
    let messages = store::messages(reader, thread.id)?;
    let mut data = Vec::with_capacity(messages.len());
    let mut readers = traces::of_messages(reader, &messages, &mailbox)?;
    for message in &messages {
        let mut line = told(reader, message, sight)?;
        if let (Some(known), Some(line)) = (readers.remove(&message.id), line.as_object_mut()) {
            line.insert("readers".into(), known);
        }
        data.push(line);
    }
    let drafts = if mailbox.is_mine(reader) { writing::of_thread(reader, &thread)? } else { Vec::new() };
    let boxes = HashMap::from([(mailbox.id, mailbox)]);
    let mut line = lines(reader, std::slice::from_ref(&thread), &boxes)?.pop().ok_or(Error::NotFound)?;
    if let Some(line) = line.as_object_mut() {
        line.insert("data".into(), Json::Array(data));
        line.insert("drafts".into(), Json::Array(drafts));
    }
    Ok(line)
}

/// A message as it was read; none once whom it was with was erased.
pub fn mail_of(reader: &mut Reader, message: &Message) -> Result<Option<Incoming>> {
    let mail = ledger::open_for(reader, message.holder, message.id, &message.sealed)?;
    mail.map(|mail| serde_json::from_value(mail).map_err(Error::internal)).transpose()
}

fn told(reader: &mut Reader, message: &Message, sight: Sight) -> Result<Json> {
    let Some(mail) = mail_of(reader, message)? else {
        return Ok(json!({ "id": message.id, "at": message.at, "is_erased": true }));
    };
    let mut failing = Vec::new();
    if mail.sort == Sort::Bounce {
        failing = mail
            .failed
            .iter()
            .map(|failed| json!({ "address": failed.address, "permanent": failed.permanent }))
            .collect();
    }
    let all = sight == Sight::All;
    Ok(json!({
        "id": message.id, "at": message.at, "direction": message.direction, "sort": message.sort, "state": message.state,
        "from": mail.from, "to": mail.to, "cc": mail.cc,
        "bcc": if all { json!(mail.bcc) } else { json!([]) },
        "subject": (sight >= Sight::Subject).then_some(mail.subject),
        "text": all.then_some(mail.text),
        "has_html": all && mail.html.is_some(),
        "enclosed": if all { json!(mail.enclosed) } else { json!([]) },
        "failed": failing,
        "is_damaged": mail.is_damaged,
    }))
}

/// A message that the caller may read whole.
fn whole(reader: &mut Reader, id: Id) -> Result<(Message, Incoming)> {
    let message = store::message_by_id(reader, id)?.ok_or(Error::NotFound)?;
    let (_, _, sight) = seen(reader, message.thread)?;
    if sight != Sight::All {
        return Err(Error::NotFound);
    }
    let mail = mail_of(reader, &message)?.ok_or(Error::NotFound)?;
    Ok((message, mail))
}

/// The message's HTML, cleaned; pictures from elsewhere only where they are wanted.
pub fn html(reader: &mut Reader, id: Id, remote: bool) -> Result<Json> {
    let (_, mail) = whole(reader, id)?;
    let cleaned = clean::html(&mail.html.unwrap_or_default(), remote);
    Ok(json!({ "html": cleaned.html, "remote": cleaned.remote }))
}

/// The message's HTML, cleaned, with the pictures that came with it in their places.
pub fn page(reader: &mut Reader, id: Id, remote: bool) -> Result<String> {
    let (message, mail) = whole(reader, id)?;
    let mut html = clean::html(&mail.html.unwrap_or_default(), remote).html;
    let pictures: Vec<_> = mail.enclosed.into_iter().filter(|file| clean::is_picture(&file.kind)).collect();
    let mut room = PICTURE_BYTES;
    if html.contains("cid:")
        && let Some(content) = raw_of(reader, &message)?
    {
        for file in pictures {
            let Some(name) = file.content_id.as_ref().map(|id| format!("\"cid:{id}\"")) else { continue };
            if !html.contains(&name) || file.bytes > room {
                continue;
            }
            let Some(bytes) = mime::part(&content, file.part) else { continue };
            room -= file.bytes;
            html = html.replace(&name, &format!("\"data:{};base64,{}\"", file.kind, base64(&bytes)));
        }
    }
    Ok(html)
}

/// The message as it came; none where nothing hung on it.
fn raw_of(reader: &mut Reader, message: &Message) -> Result<Option<Vec<u8>>> {
    let Some(raw) = message.raw else { return Ok(None) };
    let Some(raw) = queries::raw_by_id(reader, raw)? else { return Ok(None) };
    let Some(sealed) = raw.content else { return Ok(None) };
    ledger::open_bytes_for(reader, raw.holder, raw.id, &sealed)
}

/// A file that came with a message: name and content.
pub fn enclosed(reader: &mut Reader, id: Id, part: u32) -> Result<(String, Vec<u8>)> {
    let (message, mail) = whole(reader, id)?;
    let known = mail.enclosed.into_iter().find(|file| file.part == part).ok_or(Error::NotFound)?;
    let content = raw_of(reader, &message)?.ok_or(Error::NotFound)?;
    Ok((known.name, mime::part(&content, part).ok_or(Error::NotFound)?))
}

/// What somebody does with a thread.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Change {
    /// open, done, snoozed.
    pub state: Option<String>,
    /// Until when it sleeps.
    pub until: Option<String>,
    pub read: Option<bool>,
    /// Who is to answer; null for nobody.
    #[serde(deserialize_with = "some")]
    pub assigned: Option<Option<Id>>,
}

fn some<'de, D: serde::Deserializer<'de>>(from: D) -> std::result::Result<Option<Option<Id>>, D::Error> {
    Option::<Id>::deserialize(from).map(Some)
}

/// Changes a thread of one of the caller's mailboxes.
pub fn change(op: &mut Operation, id: Id, change: &Change) -> Result<()> {
    let thread = store::thread_by_id(op, id)?.ok_or(Error::NotFound)?;
    setup::mine(op, thread.mailbox)?;
    match change.state.as_deref() {
        None => {}
        Some(state @ ("open" | "done")) => {
            store::set_state(op, id, state, None)?;
            timer::clear(op, SNOOZED, id)?;
        }
        Some("snoozed") => {
            let until = change.until.as_deref().and_then(Time::parse).filter(|until| *until > op.now);
            let until = until.ok_or_else(|| Error::invalid("until", "required", "a moment in the future"))?;
            store::set_state(op, id, "snoozed", Some(until))?;
            timer::set(op, SNOOZED, id, until, &json!({}))?;
        }
        Some(_) => return Err(Error::invalid("state", "unknown_option", "open, done or snoozed")),
    }
    if let Some(is_read) = change.read {
        store::set_read(op, id, is_read)?;
    }
    if let Some(user) = change.assigned.filter(|user| *user != thread.assigned) {
        assign(op, &thread, user)?;
    }
    Ok(())
}

/// Says who is to answer: somebody who works here and reads the mailbox. They are told, unless they say so themselves.
fn assign(op: &mut Operation, thread: &Thread, user: Option<Id>) -> Result<()> {
    let mailbox = setup::known(op, thread.mailbox)?;
    if let Some(user) = user {
        let person = people::principal(op, user)?;
        let reads = person.is_some_and(|person| {
            mailbox.owner == Some(user) || mailbox.team.is_some_and(|team| person.teams.contains(&team))
        });
        if !reads {
            return Err(Error::invalid("assigned", "unknown_option", "somebody whose mailbox it is, too"));
        }
    }
    store::set_assigned(op, thread.id, user)?;
    let about = thread.party_object.clone().zip(thread.party);
    let about = about.or_else(|| Some((OBJECT.to_string(), mailbox.id)));
    if let (Some(user), Some((object, record))) = (user, about)
        && let Some(object) = op.catalogue.named(&object).cloned()
    {
        notices::tell_one(op, &object, record, user, notices::Kind::Assigned)?;
    }
    Ok(())
}

/// With whom a thread is to be: a record, or a new lead.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    #[serde(default)]
    pub party: Option<Id>,
    #[serde(default)]
    pub new_lead: bool,
}

/// Says with whom a thread is whose sender nobody knew.
pub fn give(op: &mut Operation, id: Id, given: &Given) -> Result<Json> {
    let thread = store::thread_by_id(op, id)?.ok_or(Error::NotFound)?;
    let mailbox = setup::mine(op, thread.mailbox)?;
    if thread.party.is_some() {
        return Err(Error::conflict("mail.has_party", "the thread is with somebody already"));
    }
    let party = match given.party {
        Some(party) => parties::object_of(op, party)?.ok_or(Error::NotFound)?,
        None if given.new_lead => {
            op.who.need("lead", Action::Create)?;
            let front = file::opened(op, &thread)?;
            ("lead".to_string(), file::lead_of(op, &front.with, &mailbox, &front.subject, None)?)
        }
        None => return Err(Error::invalid("party", "required", "a record, or a new lead")),
    };
    let object = op.object(&party.0)?;
    read::get(op, &object, party.1)?;
    file::adopt(op, &thread, &party)?;
    Ok(json!({ "object": party.0, "id": party.1 }))
}
