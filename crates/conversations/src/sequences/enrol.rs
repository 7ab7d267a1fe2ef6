//! Who is on a sequence: put on it, held, let go on, taken off.

use std::collections::HashMap;
use std::sync::Arc;

use channels::email::mime::is_address;
use channels::outbox;
use db::Arg;
use events::NewEvent;
use events::mail::{SequenceEnded, SequenceStarted};
use foundation::access::Action;
use foundation::jobs::{self, Job, Work};
use foundation::ledger::{self, Entry, facts::split_personal};
use foundation::records::{Object, Record, ask, read};
use foundation::{App, Operation, Reader, timer};
use kernel::{Error, Id, Result, Value, limits};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::clock::Hours;
use super::queries::{self, Enrolment};
use super::sequence::MailSequence;
use super::steps::Step;
use super::{OBJECT, STEP_DUE, follow};
use crate::{parties, setup, show, store};

/// Whom letters can be written to.
const WRITTEN_TO: [&str; 2] = ["contact", "lead"];
/// Records of one part of a job.
const PART: usize = 200;
/// Records said why not, in one answer.
const MOST_TOLD: usize = 100;

/// Who is to be put on a sequence.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    /// `contact` or `lead`.
    pub object: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<Id>,
    /// Question in text form instead of ids: all that answer yes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// One of the caller's own; the sequence's comes before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mailbox: Option<Id>,
}

/// A sequence as it is run.
#[derive(Debug, Clone)]
pub struct Plan {
    pub id: Id,
    pub name: String,
    pub mailbox: Option<Id>,
    pub from: String,
    pub until: String,
    pub offers_leave: bool,
    pub paused: bool,
    pub deleted: bool,
}

impl Plan {
    fn of(object: &Object, record: &Record) -> Plan {
        let text = |name: &str| record.get(object, name).as_text().unwrap_or_default().trim().to_string();
        Plan {
            id: record.id,
            name: text(MailSequence::NAME),
            mailbox: record.get(object, MailSequence::MAILBOX).as_link(),
            from: text(MailSequence::SENDS_FROM),
            until: text(MailSequence::SENDS_UNTIL),
            offers_leave: *record.get(object, MailSequence::OFFERS_LEAVE) == Value::Bool(true),
            paused: *record.get(object, MailSequence::PAUSED) == Value::Bool(true),
            deleted: record.deleted_at.is_some(),
        }
    }

    /// As the product knows it; none where it is gone for good.
    pub fn known(reader: &mut Reader, id: Id) -> Result<Option<Plan>> {
        let Some(object) = reader.catalogue.named(OBJECT).cloned() else { return Ok(None) };
        let record = ask::as_product(reader, |reader| read::load(reader, &object, id))?;
        Ok(record.map(|record| Plan::of(&object, &record)))
    }
}

/// Puts people on a sequence now, or starts a job: `{"enrolled","skipped"}` or `{"job"}`.
pub fn enrol(op: &mut Operation, sequence: Id, wish: &Wish) -> Result<Json> {
    let ready = ready(op, sequence, wish)?;
    let ids = match &wish.filter {
        None => wish.ids.clone(),
        Some(filter) => {
            let query = read::ListQuery {
                filter: if filter.trim().is_empty() { None } else { Some(ask::filter(op, &ready.object, filter)?) },
                limit: 1,
                ..read::ListQuery::default()
            };
            let total = read::count_exact(op, &ready.object, &query)?.value;
            if total > i64::try_from(limits::BULK_NOW).unwrap_or(i64::MAX) {
                return as_job(op, sequence, wish, total);
            }
            page_of_ids(op, &ready.object, wish, None, limits::BULK_NOW)?
        }
    };
    if ids.len() > limits::BULK_NOW {
        return as_job(op, sequence, wish, i64::try_from(ids.len()).unwrap_or(i64::MAX));
    }
    let done = part(op, &ready, &ids)?;
    Ok(json!({ "enrolled": done.enrolled, "skipped": done.skipped }))
}

fn as_job(op: &mut Operation, sequence: Id, wish: &Wish, total: i64) -> Result<Json> {
    let job = jobs::enqueue(op, EnrolWork::KIND, json!({ "sequence": sequence, "wish": wish }), total)?;
    Ok(json!({ "job": job.to_json() }))
}

/// All that is the same for everybody who is put on a sequence at a time.
struct Ready {
    plan: Plan,
    first: Step,
    object: Arc<Object>,
    mailbox: Id,
    author: Id,
}

fn ready(op: &mut Operation, sequence: Id, wish: &Wish) -> Result<Ready> {
    let object = op.object(OBJECT)?;
    let record = read::get(op, &object, sequence)?;
    let plan = Plan::of(&object, &record);
    let author = op.who.user.ok_or(Error::Forbidden("sequences are sent in a person's name"))?;
    if plan.deleted {
        return Err(Error::conflict("record.trashed", "the record is in the bin; restore it first"));
    }
    let first = queries::next_step(op, sequence, None)?;
    let first = first.ok_or_else(|| Error::conflict("sequence.empty", "the sequence has no step"))?;
    if !WRITTEN_TO.contains(&wish.object.as_str()) {
        return Err(Error::invalid("object", "unknown_option", "contact or lead"));
    }
    let mailbox = match plan.mailbox.or(wish.mailbox) {
        Some(mailbox) => setup::mine(op, mailbox).map_err(|fault| match fault {
            Error::NotFound => Error::invalid("mailbox", "not_found", "a mailbox of yours or of your team"),
            other => other,
        })?,
        None => show::my_mailboxes(op)?
            .into_iter()
            .find(|mailbox| mailbox.owner == Some(author) && !mailbox.paused)
            .ok_or_else(|| {
                Error::invalid("mailbox", "required", "letters go by a mailbox of yours; connect one first")
            })?,
    };
    let object = op.object(&wish.object)?;
    Ok(Ready { plan, first, object, mailbox: mailbox.id, author })
}

#[derive(Default)]
struct Done {
    enrolled: usize,
    skipped: Vec<Json>,
}

fn part(op: &mut Operation, ready: &Ready, ids: &[Id]) -> Result<Done> {
    follow::begin(op)?;
    let records = read::get_many(op, &ready.object, ids)?;
    let mut by_zone: HashMap<String, Hours> = HashMap::new();
    let mut done = Done::default();
    for id in ids {
        let record = records.iter().find(|record| record.id == *id && record.deleted_at.is_none());
        let refusal = match record {
            None => Some("not_found"),
            Some(record) => match obstacle(op, &ready.object, record)? {
                Some(why) => Some(why),
                None => {
                    let zone = zone_of(&ready.object, record);
                    if !by_zone.contains_key(&zone) {
                        let hours = Hours::load(op.tx, Some(&zone), &ready.plan.from, &ready.plan.until)?;
                        by_zone.insert(zone.clone(), hours);
                    }
                    let due = by_zone.get(&zone).and_then(|hours| hours.due(&ready.first, op.now));
                    let due =
                        due.ok_or_else(|| Error::conflict("sequence.never", "nobody ever works by the calendar"))?;
                    if begin(op, ready, record, due)? { None } else { Some("already_on_it") }
                }
            },
        };
        match refusal {
            None => done.enrolled += 1,
            Some(code) if done.skipped.len() < MOST_TOLD => done.skipped.push(json!({ "id": id, "code": code })),
            Some(_) => {}
        }
    }
    Ok(done)
}

/// The receiver's time zone, as their record says it.
pub fn zone_of(object: &Object, record: &Record) -> String {
    let said = object.def.position("time_zone").map(|position| record.value(position));
    said.and_then(Value::as_text).unwrap_or_default().trim().to_string()
}

/// Where letters to somebody go.
pub fn address_of(object: &Object, record: &Record) -> String {
    record.get(object, "email").as_text().unwrap_or_default().trim().to_lowercase()
}

/// Why nobody may or can write to them.
pub fn obstacle(reader: &mut Reader, object: &Object, record: &Record) -> Result<Option<&'static str>> {
    let address = address_of(object, record);
    if !is_address(&address) {
        return Ok(Some("no_address"));
    }
    if *record.get(object, "do_not_email") == Value::Bool(true) {
        return Ok(Some("unsubscribed"));
    }
    let key = parties::keyed(reader, b"mail address", &address)?;
    Ok(store::failed(reader, &key)?.filter(|permanent| *permanent).map(|_| "bounced"))
}

fn begin(op: &mut Operation, ready: &Ready, record: &Record, due: kernel::Time) -> Result<bool> {
    let new = Enrolment {
        id: Id::at(op.now.0),
        sequence: ready.plan.id,
        object: ready.object.def.name.clone(),
        record: record.id,
        mailbox: ready.mailbox,
        author: ready.author,
        state: "running".into(),
        reason: None,
        step: None,
        due_at: Some(due),
        started_at: op.now,
        ended_at: None,
    };
    if !queries::add_enrolment(op, &new)? {
        return Ok(false);
    }
    timer::set(op, STEP_DUE, new.id, due, &json!({}))?;
    tell(op, &new, NewEvent::of(SequenceStarted { mail_sequence: new.sequence, mailbox: new.mailbox }))?;
    Ok(true)
}

/// On the timeline of whom it is about.
fn tell(op: &mut Operation, enrolment: &Enrolment, event: NewEvent) -> Result<()> {
    let mut entry = Entry {
        kind: event.kind.clone(),
        party: Some(enrolment.record),
        channel: Some("email".into()),
        ..Entry::default()
    };
    split_personal(&event.kind, event.props, &mut entry);
    ledger::append(op, vec![entry]).map(drop)
}

/// Ends it for somebody: `finished`, or what stopped it. What waits to go and was not taken by the server stays here.
pub fn end(op: &mut Operation, enrolment: &Enrolment, reason: &str, step: Option<Id>) -> Result<()> {
    timer::clear(op, STEP_DUE, enrolment.id)?;
    let is_done = reason == "finished";
    if !is_done {
        for letter in queries::waiting_letters(op, enrolment.id)? {
            let Some(draft) = crate::queries::draft(op, letter)? else { continue };
            let Some(waiting) = draft.letter else { continue };
            if outbox::take_back(op, waiting)? {
                crate::queries::drop_draft(op, letter)?;
                queries::drop_act(op, letter)?;
            }
        }
    }
    queries::ended(op, enrolment.id, if is_done { "done" } else { "stopped" }, reason, step)?;
    tell(op, enrolment, NewEvent::of(SequenceEnded { mail_sequence: enrolment.sequence, reason: reason.to_string() }))
}

/// What somebody wants of an enrolment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    Pause,
    Resume,
    Stop,
}

/// Holds somebody on a sequence, lets them go on, takes them off; for who may change the record.
pub fn change(op: &mut Operation, id: Id, wanted: Wanted) -> Result<Json> {
    let enrolment = queries::enrolment_by_id(op, id)?.ok_or(Error::NotFound)?;
    let object = op.object(&enrolment.object)?;
    let record = read::get(op, &object, enrolment.record)?;
    let is_own = op.who.user == Some(enrolment.author);
    if !is_own && !crate::queries::may_update(op, &object, enrolment.record)? {
        return Err(Error::Forbidden("changing this record"));
    }
    match (wanted, enrolment.state.as_str()) {
        (Wanted::Pause, "running") => {
            timer::clear(op, STEP_DUE, id)?;
            queries::set_state(op, id, "paused")?;
        }
        (Wanted::Resume, "paused") => {
            let plan = Plan::known(op, enrolment.sequence)?.ok_or(Error::NotFound)?;
            let hours = Hours::load(op.tx, Some(&zone_of(&object, &record)), &plan.from, &plan.until)?;
            let due = enrolment.due_at.map_or(op.now, |due| due.max(op.now));
            let due = hours.next(due).unwrap_or(due);
            queries::set_state(op, id, "running")?;
            queries::moved(op, id, enrolment.step, due)?;
            timer::set(op, STEP_DUE, id, due, &json!({}))?;
        }
        (Wanted::Stop, "running" | "paused") => end(op, &enrolment, "by_hand", None)?,
        (Wanted::Pause, "paused") | (Wanted::Resume, "running") | (Wanted::Stop, _) => {}
        (Wanted::Pause | Wanted::Resume, _) => {
            return Err(Error::conflict("sequence.ended", "the sequence is over for them"));
        }
    }
    super::show::one(op, id)
}

fn page_of_ids(
    reader: &mut Reader,
    object: &Arc<Object>,
    wish: &Wish,
    after: Option<Id>,
    limit: usize,
) -> Result<Vec<Id>> {
    let mut args = vec![Arg::Id(after.unwrap_or(Id::NIL))];
    let rule = ask::rule_sql(reader, object, Action::Read, &mut args)?;
    let filter = match wish.filter.as_deref().filter(|text| !text.trim().is_empty()) {
        Some(text) => {
            let checked = ask::filter(reader, object, text)?;
            ask::compile(reader, &checked, &mut args)
        }
        None => "1 = 1".into(),
    };
    crate::queries::ids_of(reader, object, &format!("{rule} and {filter}"), args, limit)
}

/// The job of putting many on a sequence.
pub struct EnrolWork;

impl EnrolWork {
    pub const KIND: &'static str = "sequence.enrol";
}

impl Work for EnrolWork {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run(&self, app: &App, job: &Job) -> Result<Json> {
        let said = |name: &str| job.payload.get(name).cloned().unwrap_or_default();
        let sequence: Id = serde_json::from_value(said("sequence")).map_err(Error::internal)?;
        let wish: Wish = serde_json::from_value(said("wish")).map_err(Error::internal)?;
        let (mut cursor, mut done) = (job.cursor.clone(), job.done);
        loop {
            job.go_on()?;
            let (job, wish, at) = (job.clone(), wish.clone(), cursor.clone());
            let step = app.write_now(&job.who.clone(), move |op| {
                op.change = job.change;
                let ready = ready(op, sequence, &wish)?;
                let (ids, next) = match &wish.filter {
                    Some(_) => {
                        let ids = page_of_ids(op, &ready.object, &wish, at.as_deref().and_then(Id::parse), PART)?;
                        let next = ids.last().map(Id::to_string);
                        (ids, next)
                    }
                    None => {
                        let from: usize = at.as_deref().and_then(|at| at.parse().ok()).unwrap_or(0);
                        let ids: Vec<Id> = wish.ids.iter().skip(from).take(PART).copied().collect();
                        let next = (!ids.is_empty()).then(|| (from + ids.len()).to_string());
                        (ids, next)
                    }
                };
                let Some(next) = next else { return Ok(None) };
                part(op, &ready, &ids)?;
                let total = done + i64::try_from(ids.len()).unwrap_or(0);
                jobs::advance(op, job.lease, &next, total)?;
                Ok(Some((next, total)))
            })?;
            match step {
                Some((next, total)) => (cursor, done) = (Some(next), total),
                None => return Ok(json!({ "done": done })),
            }
        }
    }
}
