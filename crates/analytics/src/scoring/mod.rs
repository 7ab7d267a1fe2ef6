//! Points of leads, by rules that people write: for what a lead is (a question), and for what it does (events), which fade
//! with time. They stand beside what [`crate::predictions`] learns of the company's own conversions: the one says what people
//! think counts, the other what did.
//!
//! [`rules`] are the rules, [`count`] counts them; the sum becomes the fields `score`, `score_reasons` and `scored_on`.

mod count;
mod queries;
pub mod rules;

use foundation::access::Principal;
use foundation::jobs::{self, Job, Status, Work};
use foundation::{App, Operation, Reader};
use kernel::Result;
use serde_json::{Value as Json, json};

pub use rules::Rules;

/// Whose points are counted.
pub const OBJECT: &str = "lead";
/// Points are counted anew no more often than this, and so many times what it took.
const REST_MS: i64 = 60 * 1000;
const REST_TIMES: i64 = 20;
/// Points fade: once a day they are counted though nothing happened.
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// What was begun this long before a count may have been committed after it.
const LATE_MS: i64 = 10_000;

/// Counts the points of all leads.
pub struct ScoreWork;

impl ScoreWork {
    pub const KIND: &'static str = "scoring.count";
}

impl Work for ScoreWork {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run(&self, app: &App, job: &Job) -> Result<Json> {
        let began = std::time::Instant::now();
        let changed = count::all(app, job)?;
        let took = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
        Ok(json!({ "changed": changed, "took_ms": took }))
    }
}

fn queue(op: &mut Operation) -> Result<Status> {
    if let Some(waiting) = under_way(op)?.filter(|job| job.state == "queued") {
        return Ok(waiting);
    }
    jobs::enqueue(op, ScoreWork::KIND, json!({ "of": OBJECT }), 0)
}

fn under_way(reader: &mut Reader) -> Result<Option<Status>> {
    jobs::under_way(reader, ScoreWork::KIND, "of", OBJECT)
}

/// Queues a count where a lead changed or did something since the last one, and once a day. For a thread that asks often.
pub fn keep_fresh(app: &App) -> Result<()> {
    let system = Principal::system("analysis");
    let now = app.now().0;
    let is_due = app.read_now(&system, |reader| {
        if queries::all(reader)?.is_empty() || under_way(reader)?.is_some() {
            return Ok(false);
        }
        let Some((counted_at, took_ms)) = queries::last_count(reader)? else { return Ok(true) };
        let is_rested = now >= counted_at + REST_MS.max(took_ms.saturating_mul(REST_TIMES));
        Ok(now >= counted_at + DAY_MS || is_rested && queries::is_changed(reader, counted_at - LATE_MS)?)
    })?;
    if !is_due {
        return Ok(());
    }
    app.write_now(&system, |op| queue(op).map(drop))
}
