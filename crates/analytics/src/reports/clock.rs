//! When reports go out.

use foundation::company::appearance;
use foundation::jobs::clock::Schedule;
use foundation::timer::{self, Alarm, Due};
use foundation::{Operation, jobs};
use kernel::{Id, Result, Time};
use serde_json::json;

use super::queries::{self, Stored};
use super::send::SendWork;

/// Of the timer.
pub const KIND: &str = "report.send";

/// Queues what is due and says when the same is due again.
pub struct Monday;

impl Alarm for Monday {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn ring(&self, op: &mut Operation, due: &Due) -> Result<Option<Time>> {
        let Some(report) = queries::report(op.tx, due.subject)?.filter(|report| report.is_on) else { return Ok(None) };
        jobs::enqueue(op, SendWork::KIND, json!({ "report": report.id, "due_at": due.at }), 1)?;
        next(op, &report)
    }
}

/// Sets the timer of a report, or takes it away from one that is off.
pub fn set(op: &mut Operation, id: Id) -> Result<()> {
    let report = queries::report(op.tx, id)?.filter(|report| report.is_on);
    let at = match &report {
        Some(report) => next(op, report)?,
        None => None,
    };
    match at {
        Some(at) => timer::set(op, KIND, id, at, &json!({})),
        None => timer::clear(op, KIND, id),
    }
}

/// However many times passed meanwhile, one letter makes up for them.
fn next(op: &mut Operation, report: &Stored) -> Result<Option<Time>> {
    let zone = match &report.zone {
        Some(zone) => zone.clone(),
        None => appearance::profile(op.tx)?.time_zone,
    };
    let small = |number: i64| i8::try_from(number).unwrap_or(1);
    let hour = small(report.at_hour);
    let schedule = match report.every.as_str() {
        "day" => Schedule::Daily(hour, 0),
        "month" => Schedule::Monthly(small(report.on_day), hour, 0),
        _ => Schedule::Weekly(small(report.on_day), hour, 0),
    };
    Ok(schedule.next(op.now, &zone))
}
