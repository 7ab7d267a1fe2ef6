//! A step that is due. The letter it writes and the next step's timer are one transaction, so a killed server leaves both or
//! neither; what goes out goes by the outbox under one Message-ID.

use channels::incoming::Person;
use channels::outbox;
use foundation::access::people;
use foundation::records::write::{self, Write};
use foundation::records::{Object, Record, ask, read};
use foundation::timer::{Alarm, Due};
use foundation::{Operation, Reader};
use kernel::{Id, Result, Time, Value};

use super::clock::Hours;
use super::enrol::{self, Plan};
use super::queries::{self, Act, Enrolment};
use super::steps::{Does, Step};
use super::{STEP_DUE, follow};
use crate::setup::{self, Setup};
use crate::template::{self, About};
use crate::writing::{self, Text};
use crate::{file, secret, show, store, traces};

/// How long a step waits that something is in the way of.
const LATER_MS: i64 = 10 * 60 * 1000;
/// What was said and not heard yet is heard first.
const SOON_MS: i64 = 1_000;

/// See the module.
pub struct StepDue;

/// What is known of whom a step is for.
struct Receiver<'a> {
    enrolment: &'a Enrolment,
    plan: &'a Plan,
    mailbox: &'a Setup,
    object: &'a Object,
    record: &'a Record,
}

impl Alarm for StepDue {
    fn kind(&self) -> &'static str {
        STEP_DUE
    }

    fn ring(&self, op: &mut Operation, due: &Due) -> Result<Option<Time>> {
        let Some(enrolment) = queries::enrolment_by_id(op, due.subject)?.filter(|one| one.state == "running") else {
            return Ok(None);
        };
        // Somebody who answered a moment ago is not written to: what the ledger tells and nobody followed comes first.
        if follow::is_behind(op.tx, enrolment.record)? {
            return Ok(Some(Time(op.now.0 + SOON_MS)));
        }
        op.channel = "automation";
        let again = match step(op, &enrolment)? {
            Came::Again(at) => {
                queries::moved(op, enrolment.id, enrolment.step, at)?;
                at
            }
            Came::On(step, at) => {
                queries::moved(op, enrolment.id, Some(step), at)?;
                at
            }
            Came::Over(reason, step) => {
                enrol::end(op, &enrolment, reason, step)?;
                return Ok(None);
            }
        };
        Ok(Some(again))
    }
}

/// What became of a step.
enum Came {
    /// Not now.
    Again(Time),
    /// Done; the next is due then.
    On(Id, Time),
    Over(&'static str, Option<Id>),
}

fn step(op: &mut Operation, enrolment: &Enrolment) -> Result<Came> {
    let later = Time(op.now.0 + LATER_MS);
    let Some(plan) = Plan::known(op, enrolment.sequence)?.filter(|plan| !plan.deleted) else {
        return Ok(Came::Over("sequence_removed", None));
    };
    if !people::by_id(op.tx, enrolment.author)?.is_some_and(|person| person.active) {
        return Ok(Came::Over("author_left", None));
    }
    let mailbox = setup::known(op, enrolment.mailbox)?;
    if mailbox.deleted {
        return Ok(Came::Over("mailbox_removed", None));
    }
    // Who cannot hear an answer writes no further letter.
    let inbox_fails =
        crate::queries::folders(op, mailbox.id)?.iter().any(|one| one.role == "inbox" && one.code.is_some());
    if plan.paused || mailbox.paused || inbox_fails || !secret::is_there(op, &mailbox)? {
        return Ok(Came::Again(later));
    }
    let Some(object) = op.catalogue.named(&enrolment.object).cloned() else {
        return Ok(Came::Over("record_removed", None));
    };
    let record = ask::as_product(op, |reader| read::load(reader, &object, enrolment.record))?;
    let Some(record) = record.filter(|record| record.deleted_at.is_none()) else {
        return Ok(Came::Over("record_removed", None));
    };
    if let Some(why) = enrol::obstacle(op, &object, &record)? {
        return Ok(Came::Over(why, None));
    }
    let last = queries::last_letter(op, enrolment.id)?;
    if let Some((letter, None)) = last {
        return Ok(if is_on_its_way(op, letter)? { Came::Again(later) } else { Came::Over("not_delivered", None) });
    }
    let Some(step) = queries::next_step(op, enrolment.sequence, enrolment.step)? else {
        return Ok(Came::Over("finished", None));
    };
    let hours = Hours::load(op.tx, Some(&enrol::zone_of(&object, &record)), &plan.from, &plan.until)?;
    let Some(open) = hours.next(op.now) else { return Ok(Came::Again(later)) };
    if open > op.now {
        return Ok(Came::Again(open));
    }
    let to = Receiver { enrolment, plan: &plan, mailbox: &mailbox, object: &object, record: &record };
    match &step.does {
        Does::Mail { template } => {
            if !queries::count_letter(op, mailbox.id, &hours.day(op.now), mailbox.sequence_letters)? {
                return Ok(Came::Again(hours.tomorrow(op.now).unwrap_or(later)));
            }
            if !write_letter(op, &to, &step, *template, last.map(|(letter, _)| letter))? {
                return Ok(Came::Over("template_removed", None));
            }
        }
        Does::Task { subject } => plan_task(op, &to, &step, subject)?,
    }
    let Some(next) = queries::next_step(op, enrolment.sequence, Some(step.id))? else {
        return Ok(Came::Over("finished", Some(step.id)));
    };
    Ok(Came::On(step.id, hours.due(&next, op.now).unwrap_or(later)))
}

/// Whether the letter may still go, or went and could not be filed; then that it went is noted.
fn is_on_its_way(op: &mut Operation, letter: Id) -> Result<bool> {
    let Some(waiting) = crate::queries::draft(op, letter)?.and_then(|draft| draft.letter) else { return Ok(false) };
    let state = outbox::state_of(op, waiting)?;
    let state = state.as_ref().and_then(|state| state.get("state")).and_then(serde_json::Value::as_str);
    if state == Some("sent") {
        queries::act_sent(op, letter)?;
    }
    Ok(matches!(state, Some("waiting" | "sent")))
}

/// Puts the letter of a step into the outbox; `false` where its template is gone.
fn write_letter(op: &mut Operation, to: &Receiver, step: &Step, template: Id, before: Option<Id>) -> Result<bool> {
    let about = About { object: Some(to.enrolment.object.clone()), id: Some(to.record.id), ..About::default() };
    let author = Some(to.enrolment.author);
    let Some(filled) = ask::as_product(op, |reader| template::filled(reader, template, &about, author))? else {
        return Ok(false);
    };
    let answered = match before {
        Some(letter) => writing::sent_as(op, to.mailbox, letter)?,
        None => None,
    };
    // Without a subject of its own it goes on in the thread of the letter before.
    let subject = match &answered {
        Some(message) if filled.subject.trim().is_empty() => {
            let mail = show::mail_of(op, message)?;
            format!("Re: {}", mail.map(|mail| file::bare_subject(&mail.subject).to_string()).unwrap_or_default())
        }
        _ => filled.subject,
    };
    let answered = answered.filter(|_| subject.starts_with("Re: "));
    let letter = Id::at(op.now.0);
    let mut words = filled.text.trim_end().to_string();
    if !to.mailbox.signature.is_empty() {
        words = format!("{words}\n\n{}", to.mailbox.signature);
    }
    if to.plan.offers_leave {
        let address = traces::leave_address(op.app, to.enrolment.id)?;
        words = format!("{words}\n\n{}: {address}", traces::words::of(&filled.language).leave);
    }
    let text = Text {
        to: vec![Person { name: to.record.title.clone(), address: enrol::address_of(to.object, to.record) }],
        subject,
        text: words,
        answers: answered.as_ref().map(|message| message.id),
        ..Text::default()
    };
    let thread = answered.map(|message: store::Message| message.thread);
    queries::add_act(op, &Act { id: letter, enrolment: to.enrolment, step: step.id, kind: "mail" })?;
    writing::put(op, &writing::Machine { letter, author: to.enrolment.author, mailbox: to.mailbox, thread }, text)?;
    Ok(true)
}

/// Where the receiver of a letter leaves its sequence, if it is one of a sequence that offers it.
pub fn leave_of(reader: &mut Reader, letter: Id) -> Result<Option<String>> {
    let Some(enrolment) = queries::enrolment_of_letter(reader, letter)? else { return Ok(None) };
    let offers = Plan::known(reader, enrolment.1)?.is_some_and(|plan| plan.offers_leave);
    if offers { traces::leave_address(reader.app, enrolment.0).map(Some) } else { Ok(None) }
}

/// A task for whoever put them on the sequence, due at once.
fn plan_task(op: &mut Operation, to: &Receiver, step: &Step, subject: &str) -> Result<()> {
    let Some(activities) = op.catalogue.named("activity").cloned() else { return Ok(()) };
    let subject: String = format!("{subject}: {}", to.record.title).chars().take(300).collect();
    let values = [
        ("subject", Value::Text(subject)),
        ("kind", Value::Text("task".into())),
        ("owner", Value::Link(to.enrolment.author)),
        ("due_at", Value::Time(op.now)),
        (to.enrolment.object.as_str(), Value::Link(to.record.id)),
    ];
    let values = values.into_iter().filter_map(|(name, value)| Some((activities.def.position(name)?, value))).collect();
    op.source = Some(to.plan.name.clone());
    let made = op.as_product(|op| write::apply_one(op, &activities, Write::Create { values }))?.id;
    queries::add_act(op, &Act { id: made, enrolment: to.enrolment, step: step.id, kind: "task" })
}
