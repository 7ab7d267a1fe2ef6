//! A booking moves or is cancelled: by the visitor, or by a colleague who moves the activity or throws it away.

use std::sync::Arc;

use foundation::Operation;
use foundation::records::write::{self, Draft, What, Write};
use foundation::records::{Object, Record, read};
use kernel::{Error, Id, Result, Time, Value};

use super::plan::Plan;
use super::take::{placed, tell};
use super::{BOOKED, BOOKING, CANCELLED, letter, queries, slots};
use crate::activities::{ACTIVITY, Activity};

fn time(object: &Object, record: &Record, field: &str) -> Option<Time> {
    if let Value::Time(at) = record.get(object, field) { Some(*at) } else { None }
}

fn sequence(object: &Object, record: &Record) -> Value {
    let before = if let Value::Int(number) = record.get(object, "sequence") { *number } else { 0 };
    Value::Int(before.saturating_add(1))
}

/// Whether it is still to come.
pub fn is_open(bookings: &Object, booking: &Record, now: Time) -> bool {
    booking.deleted_at.is_none()
        && booking.get(bookings, "state").as_text() == Some(BOOKED)
        && time(bookings, booking, "starts_at").is_some_and(|at| at > now)
}

fn over() -> Error {
    Error::conflict("booking.over", "this booking is over or cancelled")
}

/// The visitor does not come. Saying it twice changes nothing.
pub fn cancel(op: &mut Operation, id: Id) -> Result<()> {
    let (bookings, activities) = (op.object(BOOKING)?, op.object(ACTIVITY)?);
    let booking = read::get(op, &bookings, id)?;
    if booking.get(&bookings, "state").as_text() == Some(CANCELLED) {
        return Ok(());
    }
    if !is_open(&bookings, &booking, op.now) {
        return Err(over());
    }
    let of = queries::activities(op, id)?;
    close(op, &bookings, &booking)?;
    for (activity, host) in of {
        write::apply_one(op, &activities, Write::Trash { id: activity })?;
        if let Some(host) = host {
            tell(op, &bookings, id, host)?;
        }
    }
    letter::send(op, id, letter::News::Cancelled)
}

fn close(op: &mut Operation, bookings: &Arc<Object>, booking: &Record) -> Result<()> {
    let values = vec![("state", Value::Text(CANCELLED.into())), ("sequence", sequence(bookings, booking))];
    update(op, bookings, booking.id, values)
}

fn update(op: &mut Operation, object: &Arc<Object>, id: Id, values: Vec<(&str, Value)>) -> Result<()> {
    write::apply_one(op, object, Write::Update { id, version: None, values: placed(object, values) }).map(drop)
}

/// The visitor comes at another time; with whoever meets them now, if they are free then.
pub fn shift(op: &mut Operation, plan: &Plan, id: Id, at: Time) -> Result<()> {
    let (bookings, activities) = (op.object(BOOKING)?, op.object(ACTIVITY)?);
    let booking = read::get(op, &bookings, id)?;
    if !is_open(&bookings, &booking, op.now) {
        return Err(over());
    }
    if time(&bookings, &booking, "starts_at") == Some(at) {
        return Ok(());
    }
    let offer = slots::at(op, plan, at, Some(id))?;
    let offer = offer.ok_or_else(|| Error::conflict("booking.taken", "this time is not free any more"))?;
    let host = booking.get(&bookings, "host").as_link().filter(|host| offer.hosts.contains(host));
    let host = host.or(offer.hosts.first().copied());
    let mut values = vec![
        ("starts_at", Value::Time(offer.at)),
        ("ends_at", Value::Time(offer.ends_at)),
        ("sequence", sequence(&bookings, &booking)),
    ];
    values.extend(host.filter(|_| !plan.is_for_all).map(|host| ("host", Value::Link(host))));
    update(op, &bookings, id, values)?;
    for (activity, owner) in queries::activities(op, id)? {
        let mut values =
            vec![(Activity::STARTS_AT, Value::Time(offer.at)), (Activity::ENDS_AT, Value::Time(offer.ends_at))];
        let owner = if plan.is_for_all { owner } else { host };
        values.extend(owner.map(|owner| (Activity::OWNER, Value::Link(owner))));
        update(op, &activities, activity, values)?;
        if let Some(owner) = owner {
            tell(op, &activities, activity, owner)?;
        }
    }
    letter::send(op, id, letter::News::Moved)
}

/// A colleague moved, gave away, threw away or brought back what a visitor booked: the booking follows, and the visitor
/// is told. What the booking itself changed agrees with it already.
pub fn follow(op: &mut Operation, activities: &Arc<Object>, draft: &Draft) -> Result<()> {
    let Some(id) = draft.after.get(activities, Activity::BOOKING).as_link() else { return Ok(()) };
    op.as_product(|op| {
        let bookings = op.object(BOOKING)?;
        let Some(booking) = read::load(op, &bookings, id)? else { return Ok(()) };
        let is_off = draft.after.deleted_at.is_some()
            || draft.after.get(activities, Activity::OUTCOME).as_text() == Some("cancelled");
        let starts = time(activities, &draft.after, Activity::STARTS_AT);
        if is_off {
            // Of several who were to meet them, the others still do.
            let others = queries::activities(op, id)?.into_iter().any(|(other, _)| other != draft.after.id);
            if !others && is_open(&bookings, &booking, op.now) {
                close(op, &bookings, &booking)?;
                letter::send(op, id, letter::News::Cancelled)?;
            }
            return Ok(());
        }
        let was_cancelled = booking.get(&bookings, "state").as_text() == Some(CANCELLED);
        if was_cancelled {
            if draft.what == What::Restored && starts.is_some_and(|at| at > op.now) {
                let values = vec![("state", Value::Text(BOOKED.into())), ("sequence", sequence(&bookings, &booking))];
                update(op, &bookings, id, values)?;
                letter::send(op, id, letter::News::Booked)?;
            }
            return Ok(());
        }
        let Some(starts) = starts else { return Ok(()) };
        let (was, was_over) = (time(&bookings, &booking, "starts_at"), time(&bookings, &booking, "ends_at"));
        let lasted = was_over.zip(was).map_or(0, |(end, begin)| end.0 - begin.0);
        let ends = time(activities, &draft.after, Activity::ENDS_AT).unwrap_or(Time(starts.0 + lasted));
        let others: Vec<Id> = queries::activities(op, id)?
            .into_iter()
            .map(|(other, _)| other)
            .filter(|other| *other != draft.after.id)
            .collect();
        let owner = draft.after.get(activities, Activity::OWNER).as_link();
        if others.is_empty() && owner.is_some() && owner != booking.get(&bookings, "host").as_link() {
            update(op, &bookings, id, owner.map(|owner| ("host", Value::Link(owner))).into_iter().collect())?;
        }
        if was == Some(starts) && was_over == Some(ends) {
            return Ok(());
        }
        let values = vec![
            ("starts_at", Value::Time(starts)),
            ("ends_at", Value::Time(ends)),
            ("sequence", sequence(&bookings, &booking)),
        ];
        update(op, &bookings, id, values)?;
        for other in others {
            let values = vec![(Activity::STARTS_AT, Value::Time(starts)), (Activity::ENDS_AT, Value::Time(ends))];
            update(op, activities, other, values)?;
        }
        // What is behind us is put right without a letter.
        if starts > op.now { letter::send(op, id, letter::News::Moved) } else { Ok(()) }
    })
}
