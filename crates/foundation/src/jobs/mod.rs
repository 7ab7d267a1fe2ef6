//! Jobs: work that outlives a request. A row of our own in the caller's transaction, so what is not committed is not done,
//! and what is committed is done at least once; each job makes its own parts happen once by moving its cursor in the same
//! transaction as their effect.
//!
//! Who runs a job holds it by a [`Lease`], whose number rises each time the job is given out. A worker that slept too long
//! and was given up comes back with an old number: whatever it still wants to write is refused with its whole transaction.

pub mod clock;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use db::{Arg, Row};
use kernel::{Error, Id, Result, Time};
use serde_json::{Value as Json, json};

use crate::access::Principal;
use crate::app::App;
use crate::operation::{Operation, Reader};

/// A worker that has said nothing for so long is taken for dead, and its job given to another.
const LEASE_MS: i64 = 60_000;
/// Attempts before a job that fails is put aside.
const ATTEMPTS: i64 = 3;
/// How long a job that has ended can be asked for: what it was told to do may hold a customer's words.
const KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// That a worker holds a job, as the number-th to do so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    pub job: Id,
    number: i64,
}

/// A job as its worker sees it.
#[derive(Debug, Clone)]
pub struct Job {
    pub id: Id,
    pub lease: Lease,
    stop: Arc<AtomicBool>,
    pub kind: String,
    pub payload: Json,
    /// How far it came, in words of its own.
    pub cursor: Option<String>,
    pub done: i64,
    pub total: i64,
    /// The change id that all its parts carry.
    pub change: Id,
    /// Who asked for it: it runs under their rights of today.
    pub who: Principal,
}

impl Job {
    /// Asked between two parts: fails when the process is about to stop, so that the job is put back and goes on from its
    /// last part wherever there is a runner.
    pub fn go_on(&self) -> Result<()> {
        if self.stop.load(Ordering::SeqCst) { Err(put_back()) } else { Ok(()) }
    }
}

/// A kind of job.
pub trait Work: Send + Sync {
    fn kind(&self) -> &'static str;

    /// Does the work, or what is left of it; the answer is kept as the job's result. [`Stopped`] ends it quietly.
    fn run(&self, app: &App, job: &Job) -> Result<Json>;
}

/// A queued or finished job, as the API shows it.
#[derive(Debug, Clone)]
pub struct Status {
    pub id: Id,
    pub kind: String,
    pub state: String,
    pub done: i64,
    pub total: i64,
    pub result: Option<Json>,
    pub change: Option<Id>,
    pub owner: Option<Id>,
}

impl Status {
    fn from_row(row: &Row) -> Status {
        Status {
            id: row.id(0),
            kind: row.text(1).to_string(),
            state: row.text(2).to_string(),
            done: row.int(3),
            total: row.int(4),
            result: row.opt_text(5).and_then(|text| serde_json::from_str(text).ok()),
            change: row.opt_id(6),
            owner: row.opt_id(7),
        }
    }

    pub fn to_json(&self) -> Json {
        json!({
            "id": self.id, "kind": self.kind, "state": self.state, "done": self.done, "total": self.total,
            "result": self.result, "change": self.change,
        })
    }
}

const STATUS: &str = "select id, kind, state, done, total, result, change, owner from job";

/// Queues a job in the operation's transaction.
pub fn enqueue(op: &mut Operation, kind: &str, payload: Json, total: i64) -> Result<Status> {
    let id = Id::at(op.now.0);
    let (now, owner, change) = (op.now, op.who.id, op.change);
    op.tx.execute(
        "insert into job (id, kind, state, run_at, lease_until, attempts, cancelled, done, total, payload, owner, change, created_at) \
         values ($1, $2, 'queued', $3, 0, 0, 0, 0, $4, $5, $6, $7, $3)",
        &[id.into(), kind.into(), now.into(), total.into(), payload.to_string().into(), owner.into(), change.into()],
    )?;
    Ok(Status {
        id,
        kind: kind.into(),
        state: "queued".into(),
        done: 0,
        total,
        result: None,
        change: Some(change),
        owner: Some(owner),
    })
}

/// A job of the caller, or any job for an administrator.
pub fn status(reader: &mut Reader, id: Id) -> Result<Status> {
    let row = reader.tx.one(&format!("{STATUS} where id = $1"), &[id.into()])?.ok_or(Error::NotFound)?;
    let status = Status::from_row(&row);
    if status.owner == Some(reader.who.id) || reader.who.access.admin { Ok(status) } else { Err(Error::NotFound) }
}

/// A job of a kind that waits or runs, whose payload says this under `member`.
pub fn under_way(reader: &mut Reader, kind: &str, member: &str, value: &str) -> Result<Option<Status>> {
    let sql = "select id, kind, state, done, total, result, change, owner, payload from job \
               where kind = $1 and state in ('queued', 'running') order by id";
    let is_it = |row: &&Row| {
        let payload: Option<Json> = serde_json::from_str(row.text(8)).ok();
        payload.is_some_and(|payload| payload.get(member).and_then(Json::as_str) == Some(value))
    };
    Ok(reader.tx.query(sql, &[kind.into()])?.iter().find(is_it).map(Status::from_row))
}

/// Asks a job to stop at its next part.
pub fn cancel(op: &mut Operation, id: Id) -> Result<Status> {
    let before = status(op, id)?;
    op.tx.execute(
        "update job set cancelled = 1, state = case when state = 'queued' then 'cancelled' else state end where id = $1 and state in ('queued', 'running')",
        &[before.id.into()],
    )?;
    status(op, id)
}

/// Asks a job to stop whoever it belongs to, where the caller's right to do so comes from what the job works at.
pub fn cancel_any(op: &mut Operation, id: Id) -> Result<()> {
    op.tx.execute(
        "update job set cancelled = 1, state = case when state = 'queued' then 'cancelled' else state end where id = $1 and state in ('queued', 'running')",
        &[id.into()],
    )?;
    Ok(())
}

/// Moves a job's cursor in the transaction of the part that was done; fails if the job was cancelled or given to another,
/// so that part is not done either.
pub fn advance(op: &mut Operation, lease: Lease, cursor: &str, done: i64) -> Result<()> {
    let until = op.now.0 + LEASE_MS;
    let changed = op.tx.execute(
        "update job set cursor = $2, done = $3, lease_until = $4 \
         where id = $1 and attempts = $5 and state = 'running' and cancelled = 0",
        &[lease.job.into(), cursor.into(), done.into(), until.into(), lease.number.into()],
    )?;
    if changed == 1 { Ok(()) } else { Err(stopped()) }
}

/// Fails if the job was cancelled or given to another: for what a worker writes outside of its parts.
pub fn must_hold(op: &mut Operation, lease: Lease) -> Result<()> {
    let sql = "select 1 from job where id = $1 and attempts = $2 and state = 'running' and cancelled = 0";
    match op.tx.one(sql, &[lease.job.into(), lease.number.into()])? {
        Some(_) => Ok(()),
        None => Err(stopped()),
    }
}

/// Forgets jobs that ended long ago.
pub fn forget_old(op: &mut Operation) -> Result<u64> {
    let before = op.now.0.saturating_sub(KEPT_MS);
    op.tx.execute("delete from job where finished_at < $1 and state in ('done', 'failed')", &[before.into()])?;
    op.tx.execute("delete from job where state = 'cancelled' and created_at < $1", &[before.into()])
}

/// What [`advance`] answers when a job must end.
pub fn stopped() -> Error {
    Error::conflict("job.stopped", "the job was stopped")
}

/// What [`Job::go_on`] answers: nothing is wrong, only not now and not here.
fn put_back() -> Error {
    Error::Busy { retry_after_s: 0 }
}

fn is_stopped(error: &Error) -> bool {
    matches!(error, Error::Conflict { code: "job.stopped", .. })
}

/// Runs jobs, one at a time in each runner.
pub struct Runner {
    app: App,
    works: Vec<Arc<dyn Work>>,
    /// Finds the principal that a job runs as.
    resolve: Resolve,
    stop: Arc<AtomicBool>,
}

pub type Resolve = Arc<dyn Fn(&App, Id) -> Result<Principal> + Send + Sync>;

impl Runner {
    /// A runner for these kinds, and those of this crate.
    pub fn new(app: App, mut works: Vec<Arc<dyn Work>>, resolve: Resolve) -> Runner {
        works.push(Arc::new(crate::records::bulk::BulkWork));
        works.push(Arc::new(crate::records::bulk::UndoWork));
        works.push(Arc::new(crate::records::erase::ForgetWork));
        works.push(Arc::new(crate::records::rollup::rates::RatesWork));
        Runner { app, works, resolve, stop: Arc::default() }
    }

    /// Ends [`Runner::run_forever`]; a job in hand stops behind the part it is at and goes on from there at the next start.
    pub fn stopper(&self) -> Arc<AtomicBool> {
        self.stop.clone()
    }

    /// Takes jobs until stopped; looks for new ones every quarter of a second.
    pub fn run_forever(&self) {
        while !self.stop.load(Ordering::SeqCst) {
            match self.run_next() {
                Ok(true) => {}
                Ok(false) => std::thread::sleep(Duration::from_millis(250)),
                Err(error) => {
                    tracing::error!(%error, "jobs could not be read");
                    std::thread::sleep(Duration::from_secs(2));
                }
            }
        }
    }

    /// Runs one due job to its end; `false` if there is none.
    pub fn run_next(&self) -> Result<bool> {
        let Some((lease, kind)) = self.claim()? else { return Ok(false) };
        let outcome = self.run_claimed(lease, &kind);
        self.settle(lease, outcome)?;
        Ok(true)
    }

    fn claim(&self) -> Result<Option<(Lease, String)>> {
        // Asked four times a second: only a job that is due is worth a write, which wakes all who wait for news.
        let now = self.app.now();
        let due =
            "select 1 from job where state in ('queued', 'running') and run_at <= $1 and lease_until < $1 limit 1";
        if self.app.db().read(|tx| tx.one(due, &[now.into()]))?.is_none() {
            return Ok(None);
        }
        self.app.write_now(&Principal::system("jobs"), |op| {
            let sql = format!(
                "select id, kind, attempts from job where state in ('queued', 'running') and run_at <= $1 and lease_until < $1 \
                 order by run_at, id limit 1{}",
                op.tx.dialect().skip_locked()
            );
            let now = op.now;
            let Some(row) = op.tx.one(&sql, &[now.into()])? else { return Ok(None) };
            op.tx.execute(
                "update job set state = 'running', lease_until = $2, attempts = attempts + 1 where id = $1",
                &[row.id(0).into(), (now.0 + LEASE_MS).into()],
            )?;
            Ok(Some((Lease { job: row.id(0), number: row.int(2) + 1 }, row.text(1).to_string())))
        })
    }

    fn run_claimed(&self, lease: Lease, kind: &str) -> Result<Json> {
        let id = lease.job;
        let row = self.app.db().read(|tx| {
            tx.one("select payload, cursor, done, total, change, owner from job where id = $1", &[id.into()])
        })?;
        let row = row.ok_or(Error::NotFound)?;
        let who = match row.opt_id(5).filter(|owner| !owner.is_nil()) {
            Some(owner) => (self.resolve)(&self.app, owner)?,
            None => Principal::system("jobs"),
        };
        let job = Job {
            id,
            lease,
            stop: self.stop.clone(),
            kind: kind.to_string(),
            payload: serde_json::from_str(row.text(0)).map_err(Error::internal)?,
            cursor: row.opt_text(1).filter(|cursor| !cursor.is_empty()).map(str::to_string),
            done: row.int(2),
            total: row.int(3),
            change: row.id(4),
            who,
        };
        let work = self.works.iter().find(|work| work.kind() == kind);
        let work = work.ok_or_else(|| Error::internal(format!("nobody knows how to do jobs of kind {kind}")))?;
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work.run(&self.app, &job)))
            .unwrap_or_else(|_| Err(Error::internal("the job panicked")))
    }

    fn settle(&self, lease: Lease, outcome: Result<Json>) -> Result<()> {
        let Lease { job: id, number } = lease;
        let (state, result, again_ms) = match outcome {
            Ok(result) => ("done", result, None),
            Err(Error::Busy { retry_after_s: 0 }) => return self.give_back(lease),
            Err(error) if is_stopped(&error) => ("cancelled", Json::Null, None),
            Err(Error::Internal(cause)) => {
                tracing::error!(job = %id, %cause, "a job failed");
                ("failed", json!({ "detail": "an internal fault; see the log" }), Some(2_000))
            }
            // Nothing is wrong with the job: it goes on by itself once there is room again.
            Err(Error::Busy { .. } | Error::DiskFull) => ("queued", Json::Null, Some(5_000)),
            Err(error) => ("failed", json!({ "detail": error.to_string() }), None),
        };
        self.app.write_now(&Principal::system("jobs"), move |op| {
            let now = op.now;
            let settled = match again_ms {
                Some(delay) if number < ATTEMPTS || state == "queued" => {
                    let at = Time(now.0 + delay * number.min(12));
                    op.tx.execute(
                        "update job set state = 'queued', run_at = $2, lease_until = 0 \
                         where id = $1 and attempts = $3 and state = 'running'",
                        &[id.into(), at.into(), number.into()],
                    )?
                }
                _ => {
                    let result: Arg = result.to_string().into();
                    op.tx.execute(
                        "update job set state = $2, result = $3, finished_at = $4, lease_until = 0 \
                         where id = $1 and attempts = $5 and state = 'running'",
                        &[id.into(), state.into(), result, now.into(), number.into()],
                    )?
                }
            };
            if settled == 0 {
                tracing::warn!(job = %id, "a job had been given to another before it ended here");
            }
            Ok(())
        })
    }

    /// The process stops: the job is free for the next runner at once.
    fn give_back(&self, lease: Lease) -> Result<()> {
        self.app.write_now(&Principal::system("jobs"), move |op| {
            op.tx.execute(
                "update job set state = 'queued', lease_until = 0 where id = $1 and attempts = $2 and state = 'running'",
                &[lease.job.into(), lease.number.into()],
            )?;
            Ok(())
        })
    }

    /// At the start of the only server of a folder: jobs that a killed process held are free at once.
    pub fn free_abandoned(&self) -> Result<()> {
        self.app.write_now(&Principal::system("jobs"), |op| {
            op.tx.execute("update job set lease_until = 0 where state = 'running'", &[])?;
            Ok(())
        })
    }
}
