//! Invitations of others: they become meetings of whose mailbox they came to, which are to be answered. A newer letter of
//! the same organiser moves or cancels them; an older one and one of somebody else change nothing.

use std::sync::Arc;

use channels::incoming::Arrived;
use foundation::records::write::{self, Write};
use foundation::records::{Object, Record, read};
use foundation::{Operation, ledger};
use jiff::tz::TimeZone;
use kernel::{Error, Id, Result, Time, Value};
use serde_json::json;

use super::letter::Reached;
use super::read::{Heard, events, notify};
use super::{Meeting, Side, State, queries};
use crate::activities::change::{self, Reach};
use crate::activities::series::kept;
use crate::activities::{ACTIVITY, Activity};
use crate::bookings::known_by;
use crate::dav::{self, Said};
use crate::ics::Component;
use crate::recurrence::Rule;

/// What has no subject is called by its sender's.
const LONGEST: usize = 300;

/// Takes a `REQUEST`; says whether it invites whose mailbox it is.
pub fn take(op: &mut Operation, arrived: &Arrived, calendar: Component) -> Result<bool> {
    let Some(owner) = arrived.owner else { return Ok(false) };
    let heard = events(&calendar, arrived, op.now);
    let Some(first) = heard.iter().find(|one| one.event.get("RECURRENCE-ID").is_none()).or(heard.first()) else {
        return Ok(false);
    };
    // Passed on by a friend, or our own that came back.
    let is_ours = first.organizer.as_deref() == Some(arrived.address);
    if is_ours || first.attendee(arrived.address).is_none() || first.organizer.is_none() {
        return Ok(false);
    }
    op.as_product(|op| {
        let known = mine(op, arrived, &first.uid)?;
        match known {
            None => add(op, arrived, owner, first, &calendar).map(|()| true),
            Some(meeting) => update(op, arrived, owner, (first, meeting), &calendar),
        }
    })
}

/// The meeting as this mailbox was invited to it.
fn mine(op: &mut Operation, arrived: &Arrived, uid: &str) -> Result<Option<Meeting>> {
    let all = queries::meetings_with(op, uid)?;
    Ok(all.into_iter().find(|meeting| meeting.side == Side::Guest && meeting.mailbox == Some(arrived.mailbox)))
}

/// Who invites, as they are kept.
pub fn organizer(op: &mut foundation::Reader, meeting: &Meeting) -> Result<Option<Reached>> {
    let Some((holder, sealed)) = &meeting.sealed else { return Ok(None) };
    let kept = ledger::open_for(op, *holder, meeting.activity, sealed)?;
    Ok(kept.and_then(|kept| serde_json::from_value(kept).ok()))
}

fn zone(op: &mut Operation, owner: Id) -> Result<TimeZone> {
    let zone = queries::colleague(op, owner)?.map(|colleague| colleague.zone).unwrap_or_default();
    Ok(TimeZone::get(&zone).unwrap_or(TimeZone::UTC))
}

/// What a letter says of a meeting; one of a single moment is read as if it were all.
fn said(arrived: &Arrived, calendar: &Component, zone: &TimeZone) -> Result<Said> {
    let mut calendar = calendar.clone();
    let has_whole = calendar.children("VEVENT").any(|event| event.get("RECURRENCE-ID").is_none());
    if !has_whole {
        let mut first = true;
        calendar.children.retain(|child| child.name != "VEVENT" || std::mem::take(&mut first));
        for child in &mut calendar.children {
            child.replace("RECURRENCE-ID", []);
        }
    }
    let untitled: String = arrived.mail.subject.chars().take(LONGEST).collect();
    let untitled = if untitled.trim().is_empty() { "…".to_string() } else { untitled };
    let mut said = dav::read_event(&calendar, dav::Kind::Events, zone, &untitled)?;
    clean(&mut said.values);
    said.moments.values_mut().for_each(clean);
    Ok(said)
}

/// What cannot be is left out: a letter of somebody else is not sent back for it.
fn clean(values: &mut Vec<(&'static str, Value)>) {
    values.retain(|(field, _)| !matches!(*field, Activity::REMIND_BEFORE | Activity::OUTCOME));
    let time = |values: &[(&'static str, Value)], wanted| {
        values.iter().find_map(|(field, value)| match value {
            Value::Time(at) if *field == wanted => Some(*at),
            _ => None,
        })
    };
    let (start, end) = (time(values, Activity::STARTS_AT), time(values, Activity::ENDS_AT));
    let ends_before = start.zip(end).is_some_and(|(start, end)| end < start);
    for (field, value) in values.iter_mut() {
        let is_wrong = match *field {
            Activity::ENDS_AT => ends_before,
            Activity::REPEATS => value.as_text().is_some_and(|rule| Rule::parse(rule).is_err()),
            _ => false,
        };
        if is_wrong {
            *value = Value::Null;
        }
    }
}

fn placed(object: &Object, values: Vec<(&'static str, Value)>) -> Vec<(usize, Value)> {
    values.into_iter().filter_map(|(name, value)| Some((object.def.position(name)?, value))).collect()
}

fn add(op: &mut Operation, arrived: &Arrived, owner: Id, first: &Heard, calendar: &Component) -> Result<()> {
    let object = op.object(ACTIVITY)?;
    let zone = zone(op, owner)?;
    let said = said(arrived, calendar, &zone)?;
    let address = first.organizer.clone().unwrap_or_default();
    let party = known_by(op, &address)?;
    let waiting = Value::Text(State::Waiting.word().into());
    // A phone of theirs may have put it here already.
    let there = match dav::put_with(op, owner, &first.uid)? {
        Some(id) => read::load(op, &object, id)?.filter(|record| record.deleted_at.is_none()),
        None => None,
    };
    let activity = match there {
        Some(record) => {
            let values = placed(&object, vec![(Activity::ANSWER, waiting)]);
            write::apply_one(op, &object, Write::Update { id: record.id, version: None, values })?.id
        }
        None => {
            let mut values = said.values.clone();
            if !values.iter().any(|(field, value)| *field == Activity::KIND && !value.is_null()) {
                values.retain(|(field, _)| *field != Activity::KIND);
                values.push((Activity::KIND, Value::Text("meeting".into())));
            }
            values.push((Activity::SKIPPED, kept(&said.skipped)));
            values.push((Activity::OWNER, Value::Link(owner)));
            values.push((Activity::ANSWER, waiting));
            values.extend(party.map(|(field, id)| (field, Value::Link(id))));
            values.retain(|(_, value)| !value.is_null());
            write::apply_one(op, &object, Write::Create { values: placed(&object, values) })?.id
        }
    };
    moments(op, &object, activity, &said)?;
    let name = first.event.get("ORGANIZER").and_then(|one| one.parameter("CN")).unwrap_or_default().to_string();
    let by = Some(arrived.mail.from.address.clone()).filter(|from| *from != address);
    let reached = Reached { name, address, letter: arrived.mail.message_id.clone(), by, ..Reached::default() };
    let holder = party.map_or(activity, |(_, id)| id);
    let sealed = ledger::seal_for(op, holder, activity, &json!(reached))?;
    let meeting = Meeting {
        activity,
        side: Side::Guest,
        uid: first.uid.clone(),
        sequence: first.sequence,
        stamped: first.stamped,
        mailbox: Some(arrived.mailbox),
        sealed: Some((holder, sealed)),
        ignored: 0,
    };
    queries::put_meeting(op, &meeting)?;
    notify(op, activity, Some(owner))
}

/// Moments of a series that are otherwise.
fn moments(op: &mut Operation, object: &Arc<Object>, activity: Id, said: &Said) -> Result<()> {
    for (at, values) in &said.moments {
        match change::write_at(op, activity, *at, placed(object, values.clone())) {
            // A moment that the rule does not name stays with its organiser.
            Ok(_) | Err(Error::NotFound | Error::Conflict { .. }) => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(())
}

/// Whether this letter is the organiser's: sent by them, or by whoever sent the first one for them.
fn is_theirs(op: &mut Operation, arrived: &Arrived, heard: &Heard, meeting: &Meeting) -> Result<bool> {
    let Some(organizer) = organizer(op, meeting)? else { return Ok(false) };
    let from = arrived.mail.from.address.as_str();
    let by = from == organizer.address || organizer.by.as_deref() == Some(from);
    Ok(by && heard.organizer.as_deref() == Some(organizer.address.as_str()))
}

fn update(
    op: &mut Operation,
    arrived: &Arrived,
    owner: Id,
    (first, meeting): (&Heard, Meeting),
    calendar: &Component,
) -> Result<bool> {
    let object = op.object(ACTIVITY)?;
    let Some(record) = read::load(op, &object, meeting.activity)?.filter(|record| record.deleted_at.is_none()) else {
        return Ok(true);
    };
    let is_newer = (first.sequence, first.stamped) > (meeting.sequence, meeting.stamped);
    if !is_newer || !is_theirs(op, arrived, first, &meeting)? {
        return Ok(true);
    }
    let said = said(arrived, calendar, &zone(op, owner)?)?;
    let activity = meeting.activity;
    queries::put_meeting(op, &Meeting { sequence: first.sequence, stamped: first.stamped, ..meeting })?;
    if let Some(at) = first.moment(&zone(op, owner)?) {
        let values = said.values.into_iter().filter(|(field, _)| !matches!(*field, Activity::REPEATS | Activity::KIND));
        let values: Vec<(&'static str, Value)> =
            values.chain([(Activity::ANSWER, Value::Text(State::Waiting.word().into()))]).collect();
        match change::write_at(op, activity, at, placed(&object, values.clone())) {
            Ok(_) => {}
            // We know of this one moment alone.
            Err(Error::Conflict { .. }) => {
                write::apply_one(
                    op,
                    &object,
                    Write::Update { id: activity, version: None, values: placed(&object, values) },
                )?;
            }
            Err(Error::NotFound) => return Ok(true),
            Err(fault) => return Err(fault),
        }
        return notify(op, activity, Some(owner)).map(|()| true);
    }
    let is_moved = [Activity::STARTS_AT, Activity::ENDS_AT, Activity::REPEATS].iter().any(|field| {
        let new = said.values.iter().find(|(name, _)| name == field).map(|(_, value)| value);
        new.is_some_and(|new| new != record.get(&object, field))
    });
    let mut values = said.values.clone();
    values.retain(|(field, _)| *field != Activity::KIND);
    values.push((Activity::SKIPPED, kept(&said.skipped)));
    if is_moved {
        values.push((Activity::ANSWER, Value::Text(State::Waiting.word().into())));
        values.push((Activity::OUTCOME, Value::Null));
    }
    write::apply_one(op, &object, Write::Update { id: activity, version: None, values: placed(&object, values) })?;
    moments(op, &object, activity, &said)?;
    notify(op, activity, Some(owner)).map(|()| true)
}

/// Takes a `CANCEL`.
pub fn cancel(op: &mut Operation, arrived: &Arrived, calendar: &Component) -> Result<bool> {
    let Some(owner) = arrived.owner else { return Ok(false) };
    let mut is_ours = false;
    for heard in events(calendar, arrived, op.now) {
        let Some(meeting) = mine(op, arrived, &heard.uid)? else { continue };
        is_ours = true;
        op.as_product(|op| called_off(op, arrived, owner, &heard, meeting))?;
    }
    Ok(is_ours)
}

fn called_off(op: &mut Operation, arrived: &Arrived, owner: Id, heard: &Heard, meeting: Meeting) -> Result<()> {
    let object = op.object(ACTIVITY)?;
    let record: Option<Record> = read::load(op, &object, meeting.activity)?;
    let Some(record) = record.filter(|record| record.deleted_at.is_none()) else { return Ok(()) };
    // One letter may call several moments off.
    let is_older = (heard.sequence, heard.stamped) < (meeting.sequence, meeting.stamped);
    if is_older || !is_theirs(op, arrived, heard, &meeting)? {
        return Ok(());
    }
    let activity = meeting.activity;
    let at: Option<Time> = heard.moment(&zone(op, owner)?);
    queries::put_meeting(op, &Meeting { sequence: heard.sequence, stamped: heard.stamped, ..meeting })?;
    let repeats = !record.get(&object, Activity::REPEATS).is_null();
    if let (Some(at), true) = (at, repeats) {
        match change::remove(op, activity, at, Reach::This) {
            Ok(_) | Err(Error::NotFound) => {}
            Err(fault) => return Err(fault),
        }
    } else {
        let values = placed(&object, vec![(Activity::OUTCOME, Value::Text("cancelled".into()))]);
        write::apply_one(op, &object, Write::Update { id: activity, version: None, values })?;
    }
    notify(op, activity, Some(owner))
}
