//! The one clock of the house: a quote that ends, a reminder, a report on Monday morning, a step that waits three days.
//!
//! A timer is a row that is set in the transaction of whatever needs it. When it is due, its [`Alarm`] does its part in the
//! transaction that takes the row away: the effect happens once, however often the process was killed before. Nothing is
//! missed while no server ran, only late. What takes long is not done here but queued as a [job](crate::jobs).
//!
//! Any number of servers may ring: of two that take the same row, the second finds it gone.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kernel::{Error, Id, Result, Time};
use serde_json::Value as Json;

use crate::access::Principal;
use crate::app::App;
use crate::operation::Operation;

/// How often it is looked what is due.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Timers read at a time.
const AT_ONCE: i64 = 200;
/// The pause behind the first failure; it doubles with each, up to the longest.
const FIRST_PAUSE_MS: i64 = 1_000;
const LONGEST_PAUSE_MS: i64 = 60 * 60 * 1_000;

/// What rang.
#[derive(Debug, Clone, PartialEq)]
pub struct Due {
    pub subject: Id,
    /// When it was meant to happen, which may be long ago.
    pub at: Time,
    pub payload: Json,
}

/// Who knows what to do when timers of a kind are due.
pub trait Alarm: Send + Sync {
    fn kind(&self) -> &'static str;

    /// Does it, in the transaction that takes the timer away, and says when the same is due again, if ever. Where it fails,
    /// nothing of it happened and it is tried later.
    fn ring(&self, op: &mut Operation, due: &Due) -> Result<Option<Time>>;
}

/// Sets the timer of a subject, or moves the one that is set.
pub fn set(op: &mut Operation, kind: &str, subject: Id, at: Time, payload: &Json) -> Result<()> {
    op.tx.execute(
        "insert into timer (kind, subject, due_at, ring_at, tries, payload) values ($1, $2, $3, $3, 0, $4) \
         on conflict (kind, subject) do update set due_at = excluded.due_at, ring_at = excluded.ring_at, tries = 0, \
         payload = excluded.payload",
        &[kind.into(), subject.into(), at.into(), payload.to_string().into()],
    )?;
    Ok(())
}

/// Takes the timer of a subject away, if there is one.
pub fn clear(op: &mut Operation, kind: &str, subject: Id) -> Result<()> {
    op.tx.execute("delete from timer where kind = $1 and subject = $2", &[kind.into(), subject.into()])?;
    Ok(())
}

/// Rings what is due.
pub struct Timers {
    app: App,
    alarms: Vec<Arc<dyn Alarm>>,
}

struct Set {
    kind: String,
    due: Due,
    tries: i64,
}

impl Timers {
    pub fn new(app: App, alarms: Vec<Arc<dyn Alarm>>) -> Timers {
        Timers { app, alarms }
    }

    /// Rings until stopped.
    pub fn keep_ringing(&self, stop: &AtomicBool) {
        while !stop.load(Ordering::SeqCst) {
            match self.ring_due(stop) {
                Ok(0) => std::thread::sleep(LOOK_EVERY),
                Ok(_) => {}
                Err(error) => {
                    tracing::error!(%error, "timers could not be read");
                    std::thread::sleep(LOOK_EVERY * 4);
                }
            }
        }
    }

    /// Rings what is due now, the oldest first; answers how many were tried.
    pub fn ring_due(&self, stop: &AtomicBool) -> Result<usize> {
        let now = self.app.now();
        let sql =
            "select kind, subject, due_at, tries, payload from timer where ring_at <= $1 order by ring_at limit $2";
        let rows = self.app.db().read(|tx| tx.query(sql, &[now.into(), AT_ONCE.into()]))?;
        for row in &rows {
            if stop.load(Ordering::SeqCst) {
                break;
            }
            let payload = serde_json::from_str(row.text(4)).map_err(Error::internal)?;
            let due = Due { subject: row.id(1), at: Time(row.int(2)), payload };
            let set = Set { kind: row.text(0).to_string(), due, tries: row.int(3) };
            if let Err(error) = self.ring(&set) {
                tracing::error!(%error, kind = set.kind, subject = %set.due.subject, "a timer failed; it is tried later");
                self.postpone(&set)?;
            }
        }
        Ok(rows.len())
    }

    fn ring(&self, set: &Set) -> Result<()> {
        let alarm = self.alarms.iter().find(|alarm| alarm.kind() == set.kind);
        let alarm = alarm.ok_or_else(|| Error::internal(format!("nobody knows timers of kind {}", set.kind)))?.clone();
        let due = set.due.clone();
        self.app.write_now(&Principal::system("timers"), move |op| {
            // Moved, taken away or rung by another server meanwhile: then it is not ours.
            let taken = op.tx.execute(
                "delete from timer where kind = $1 and subject = $2 and due_at = $3",
                &[alarm.kind().into(), due.subject.into(), due.at.into()],
            )?;
            if taken == 1
                && let Some(again) = alarm.ring(op, &due)?
            {
                self::set(op, alarm.kind(), due.subject, again, &due.payload)?;
            }
            Ok(())
        })
    }

    fn postpone(&self, set: &Set) -> Result<()> {
        let pause = FIRST_PAUSE_MS.saturating_mul(1 << set.tries.clamp(0, 20)).min(LONGEST_PAUSE_MS);
        let (kind, subject, at) = (set.kind.clone(), set.due.subject, set.due.at);
        self.app.write_now(&Principal::system("timers"), move |op| {
            let again = Time(op.now.0 + pause);
            op.tx.execute(
                "update timer set ring_at = $4, tries = tries + 1 where kind = $1 and subject = $2 and due_at = $3",
                &[kind.as_str().into(), subject.into(), at.into(), again.into()],
            )?;
            Ok(())
        })
    }
}
