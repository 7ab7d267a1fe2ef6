//! Reminders: its owner is told some minutes before an activity, once, and of what recurs before each of its moments.

use std::collections::BTreeSet;
use std::sync::Arc;

use foundation::Operation;
use foundation::records::write::{Draft, What};
use foundation::records::{Object, Record, read};
use foundation::timer::{self, Alarm, Due};
use foundation::workspace::notices;
use kernel::{Error, Id, Result, Time, Value};
use serde_json::Value as Json;

use super::series::Series;
use super::{ACTIVITY, Activity, queries};

/// The timer of an activity.
const KIND: &str = "activity.reminder";
const MINUTE_MS: i64 = 60_000;

/// Sets, moves or takes away the reminder of what was written.
pub fn keep(op: &mut Operation, object: &Arc<Object>, draft: &Draft) -> Result<()> {
    let wants = |record: &Record| !record.get(object, Activity::REMIND_BEFORE).is_null();
    if !wants(&draft.after) && !draft.before.as_ref().is_some_and(wants) {
        return Ok(());
    }
    if matches!(draft.what, What::Trashed | What::Joined(_)) {
        return timer::clear(op, KIND, draft.after.id);
    }
    plan(op, object, &draft.after)
}

/// Works out anew when a record's reminder is due.
pub fn plan_again(op: &mut Operation, object: &Arc<Object>, id: Id) -> Result<()> {
    match op.as_product(|op| read::load(op, object, id))? {
        Some(record) if !record.get(object, Activity::REMIND_BEFORE).is_null() => plan(op, object, &record),
        _ => Ok(()),
    }
}

fn plan(op: &mut Operation, object: &Arc<Object>, record: &Record) -> Result<()> {
    let changed = queries::changed(op, object, &[record.id])?.remove(&record.id).unwrap_or_default();
    match next(object, record, &changed, op.now) {
        Some(at) => timer::set(op, KIND, record.id, at, &Json::Null),
        None => timer::clear(op, KIND, record.id),
    }
}

/// When the next reminder behind a moment is due.
fn next(object: &Object, record: &Record, changed: &BTreeSet<Time>, after: Time) -> Option<Time> {
    let Value::Int(minutes) = record.get(object, Activity::REMIND_BEFORE) else { return None };
    let is_done = matches!(record.get(object, Activity::IS_DONE), Value::Bool(true));
    if is_done || record.deleted_at.is_some() || record.get(object, Activity::OWNER).is_null() {
        return None;
    }
    let early = minutes.saturating_mul(MINUTE_MS);
    let due = |at: Time| Some(Time(at.0.saturating_sub(early))).filter(|due| *due > after);
    if let Some(series) = Series::of(object, record) {
        return series.from(after).filter(|at| !changed.contains(at)).find_map(due);
    }
    let time = |field| if let Value::Time(at) = record.get(object, field) { Some(*at) } else { None };
    time(Activity::STARTS_AT).or_else(|| time(Activity::DUE_AT)).and_then(due)
}

/// See the module.
pub struct Reminder;

impl Alarm for Reminder {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn ring(&self, op: &mut Operation, due: &Due) -> Result<Option<Time>> {
        let object = op.object(ACTIVITY)?;
        let record = match op.as_product(|op| read::get(op, &object, due.subject)) {
            Ok(record) => record,
            Err(Error::NotFound) => return Ok(None),
            Err(fault) => return Err(fault),
        };
        if let Some(owner) = record.get(&object, Activity::OWNER).as_link() {
            notices::tell_one(op, &object, record.id, owner, notices::Kind::Reminder)?;
        }
        let changed = queries::changed(op, &object, &[record.id])?.remove(&record.id).unwrap_or_default();
        // What was missed while no server ran is told once; who wants three reminders of last week's meetings?
        Ok(next(&object, &record, &changed, op.now.max(due.at)))
    }
}
