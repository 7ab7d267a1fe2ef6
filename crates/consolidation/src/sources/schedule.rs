//! Sources that run by themselves: each has a timer, set in the transaction that writes its record.

use foundation::access::Principal;
use foundation::company::appearance;
use foundation::timer::{self, Alarm, Due};
use foundation::{App, Operation};
use kernel::{Error, Id, Result, Time};
use serde_json::json;

use super::setup::{self, Setup};
use super::{queries, run};

/// Of the timer.
pub const KIND: &str = "source.due";
/// After so long a source is looked at again that is still being read when it is due.
const BUSY_MS: i64 = 60_000;

/// Queues a run and says when the next one is.
pub struct Clock;

impl Alarm for Clock {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn ring(&self, op: &mut Operation, due: &Due) -> Result<Option<Time>> {
        let source = match setup::load(op, due.subject) {
            Err(Error::NotFound) => return Ok(None),
            found => found?,
        };
        match next(op, &source)? {
            None => return Ok(None),
            // It was read by hand meanwhile, or is to be read at another hour.
            Some(at) if at > op.now => return Ok(Some(at)),
            Some(_) => {}
        }
        if queries::open_run(op, source.id)?.is_some_and(|run| !run.is_abandoned) {
            return Ok(Some(Time(op.now.0 + BUSY_MS)));
        }
        match run::queue(op, source.id, "clock", false) {
            // Set up wrongly, as its page says: it is tried again at its hour.
            Err(fault @ Error::Invalid(_)) => {
                tracing::warn!(source = %source.id, %fault, "a source could not be begun")
            }
            begun => drop(begun?),
        }
        let zone = appearance::profile(op.tx)?.time_zone;
        Ok(source.schedule.next(op.now, &zone))
    }
}

/// Sets the timer of a source, or takes it away from one that does not run by itself.
pub fn set(op: &mut Operation, source: &Setup) -> Result<()> {
    match next(op, source)? {
        Some(at) => timer::set(op, KIND, source.id, at, &json!({})),
        None => timer::clear(op, KIND, source.id),
    }
}

/// Sets the timers of sources that have none though they run by themselves: they were made before there were timers.
pub fn wind(app: &App) -> Result<()> {
    let system = Principal::system("sources");
    for id in app.read_now(&system, |reader| queries::without_timer(reader, KIND))? {
        app.write_now(&system, move |op| of_record(op, id))?;
    }
    Ok(())
}

fn of_record(op: &mut Operation, id: Id) -> Result<()> {
    match setup::load(op, id) {
        Ok(source) => set(op, &source),
        Err(Error::Invalid(_) | Error::NotFound) => Ok(()),
        Err(fault) => Err(fault),
    }
}

/// When it runs by itself next; a moment that passed if it is due.
fn next(op: &mut Operation, source: &Setup) -> Result<Option<Time>> {
    if source.paused || source.deleted {
        return Ok(None);
    }
    let last = queries::last_begun(op, source.id)?.unwrap_or(source.created_at);
    let zone = appearance::profile(op.tx)?.time_zone;
    Ok(source.schedule.next(last, &zone))
}
