//! When alerts are looked at: at once when they are made or changed, then in the morning after each step that is over.

use foundation::company::appearance;
use foundation::jobs::clock::Schedule;
use foundation::timer::{self, Alarm, Due};
use foundation::{Operation, jobs};
use kernel::{Id, Result, Time};
use serde_json::json;

use super::{CheckWork, queries};

/// Of the timer.
pub const KIND: &str = "alert.look";
/// Hour of the company's day at which what is over is looked at.
const HOUR: i8 = 6;

/// Queues a look and says when the next one is.
pub struct Dawn;

impl Alarm for Dawn {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn ring(&self, op: &mut Operation, due: &Due) -> Result<Option<Time>> {
        let Some(alert) = queries::alert(op.tx, due.subject)? else { return Ok(None) };
        jobs::enqueue(op, CheckWork::KIND, json!({ "alert": alert.id }), 1)?;
        let zone = appearance::profile(op.tx)?.time_zone;
        let schedule = match alert.every.as_str() {
            "day" => Schedule::Daily(HOUR, 0),
            "month" => Schedule::Monthly(1, HOUR, 0),
            _ => Schedule::Weekly(1, HOUR, 0),
        };
        Ok(schedule.next(op.now, &zone))
    }
}

/// Looks as soon as this is committed.
pub fn at_once(op: &mut Operation, alert: Id) -> Result<()> {
    let now = op.now;
    timer::set(op, KIND, alert, now, &json!({}))
}
