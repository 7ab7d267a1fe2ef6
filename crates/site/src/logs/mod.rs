//! Logs of servers become visits, by the command (`rapport weblog`), by a page, and followed while they grow.
//!
//! One thread reads and recognises, another writes: a batch of visits is one commit. The same log again changes nothing,
//! a log that grew or the part of it that was rotated away only adds what is new. Addresses are turned into a keyed hash
//! on the way and are nowhere afterwards.

mod follow;
mod job;
mod queries;
mod read;
mod writer;

use foundation::{App, Operation, Reader};
use kernel::{Error, Id, Result, Time};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use analytics::weblog::{Format, Totals};

pub use follow::follow;
pub use job::{LogWork, discard, file_of, queue};
pub use read::{Input, keyed, read};

use crate::visits::Put;

/// How logs are read.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Asked {
    /// None: by the first line.
    pub format: Option<Format>,
    /// The site's own names: a referrer from them is no source. None: as referrers and the sites set up tell it.
    pub hosts: Vec<String>,
    /// Behind one's own proxy: the visitor is the first address of X-Forwarded-For.
    pub forwarded: bool,
}

/// What a reading found, without anybody's address.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Figures {
    pub put: Put,
    pub lines: u64,
    pub parsed: u64,
    pub damaged: u64,
    pub totals: Json,
}

impl Figures {
    /// What is worth keeping of the sums: all that is not in the visits themselves.
    pub fn of(totals: &Totals, put: Put) -> Figures {
        let kept = json!({
            "cut": totals.cut, "damages": totals.damages,
            "damaged_lines": totals.damaged_lines.iter().take(200).collect::<Vec<_>>(), "broken": totals.broken,
            "late": totals.late, "first": moment(totals.first), "last": moment(totals.last),
            "addresses": totals.addresses, "agents": totals.agents, "pairs": totals.pairs,
            "visitors": totals.visitors, "visitors_answered": totals.visitors_answered, "bytes": totals.bytes,
            "statuses": totals.statuses, "sessions": totals.sessions, "sessions_of_robots": totals.sessions_of_bots,
            "hits_of_robots": totals.hits_of_bots, "robots": totals.bots.iter().take(50).collect::<Vec<_>>(),
        });
        Figures { put, lines: totals.lines, parsed: totals.parsed, damaged: totals.damaged, totals: kept }
    }

    fn to_json(&self) -> Json {
        let mut all = json!({
            "lines": self.lines, "parsed": self.parsed, "damaged": self.damaged, "new": self.put.new,
            "changed": self.put.changed, "same": self.put.same,
        });
        if let (Some(all), Some(totals)) = (all.as_object_mut(), self.totals.as_object()) {
            all.extend(totals.clone());
        }
        all
    }
}

fn moment(seconds: Option<i64>) -> Option<Time> {
    seconds.map(|seconds| Time(seconds.saturating_mul(1000)))
}

/// Begins to note a reading.
pub fn begin(op: &mut Operation, name: &str, job: Option<Id>) -> Result<Id> {
    let id = Id::at(op.now.0);
    let now = op.now;
    queries::insert(op.tx, id, name, job, now)?;
    Ok(id)
}

/// Notes what a reading came to: `done`, `cancelled` or `failed`.
pub fn finish(op: &mut Operation, id: Id, state: &str, figures: &Figures) -> Result<()> {
    let now = op.now;
    queries::finish(op.tx, id, state, now, &figures.to_json())
}

/// The latest readings, newest first.
pub fn latest(reader: &mut Reader) -> Result<Json> {
    Ok(json!({ "data": queries::latest(reader.tx, 50)? }))
}

/// One reading.
pub fn one(reader: &mut Reader, id: Id) -> Result<Json> {
    queries::one(reader.tx, id)?.ok_or(Error::NotFound)
}

/// The key under which visitors of logs are hashed: the company's own, so that two readings agree and nobody else can
/// find an address by trying all of them.
fn key(app: &App) -> Result<[u8; 32]> {
    app.key().derive(b"visits", b"visitors of logs")
}

/// Stops a reading that a job does; what was read stays.
pub fn cancel(op: &mut Operation, id: Id) -> Result<Json> {
    op.who.need_admin()?;
    let shown = one(op, id)?;
    if let Some(job) = shown["job"].as_str().and_then(Id::parse) {
        foundation::jobs::cancel_any(op, job)?;
    }
    one(op, id)
}
