//! Running an import: one thread reads the file and makes drafts of it, this one writes them part by part. A part, its figures
//! and the number of its last row are one transaction; whenever the process dies, the next one goes on behind that row.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

use foundation::access::Principal;
use foundation::jobs::{self, Job, Lease, Work};
use foundation::{App, Operation};
use kernel::{Error, Id, Result};
use serde_json::{Value as Json, json};

use super::batch::{self, Excluded, Tally};
use super::links::Known;
use super::part::{Part, Parts, ROWS, ROWS_ALONE};
use super::plan::{self, Plan, Prepared};
use super::{Import, State, queries};
use crate::formats::Reader as FileReader;

/// Parts read ahead of the writer.
const AHEAD: usize = 2;
/// Tries to leave out groups whose lines were refused, before the part is given up.
const TRIES: usize = 50;

/// How far an import is, told after each part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    pub rows: u64,
    pub bytes: u64,
    pub total_bytes: u64,
    pub created: u64,
    pub changed: u64,
    pub unchanged: u64,
    pub wrong: u64,
}

impl Progress {
    fn of(import: &Import) -> Progress {
        Progress {
            rows: import.rows,
            bytes: import.bytes,
            total_bytes: import.size,
            created: import.created,
            changed: import.changed,
            unchanged: import.unchanged,
            wrong: import.wrong,
        }
    }

    fn add(&mut self, part: &Part, tally: &Tally) {
        self.rows += part.rows;
        self.bytes = part.bytes;
        self.created += tally.created;
        self.changed += tally.changed;
        self.unchanged += tally.unchanged;
        self.wrong += tally.wrong;
    }
}

/// Runs an import that is in the state `running`, to its end.
pub fn run_now(
    app: &App,
    who: &Principal,
    import: &Import,
    file: &Path,
    job: Option<&Job>,
    progress: &mut dyn FnMut(&Progress),
) -> Result<Import> {
    let ended = work(app, who, import, file, job, progress, Doing::Run);
    settle(app, who, import.id, job, ended, State::Done)
}

/// Checks an import that is in the state `checking`, without writing records.
pub fn check_now(
    app: &App,
    who: &Principal,
    import: &Import,
    file: &Path,
    job: Option<&Job>,
    progress: &mut dyn FnMut(&Progress),
) -> Result<Import> {
    let ended = work(app, who, import, file, job, progress, Doing::Check);
    settle(app, who, import.id, job, ended, State::Checked)
}

#[derive(Clone, Copy, PartialEq)]
enum Doing {
    Run,
    Check,
}

/// Writes down how it ended. What can be tried again (a busy database, a full disk) leaves the import as it is.
fn settle(app: &App, who: &Principal, id: Id, job: Option<&Job>, ended: Result<()>, state: State) -> Result<Import> {
    let (state, detail, error) = match ended {
        Ok(()) => (state, None, None),
        Err(error @ (Error::Busy { .. } | Error::DiskFull | Error::Internal(_))) => return Err(error),
        Err(error @ Error::Conflict { code: "job.stopped", .. }) => return Err(error),
        Err(error) => (State::Failed, Some(error.to_string()), Some(error)),
    };
    let lease = job.map(|job| job.lease);
    let import = app.write_now(who, move |op| {
        if let Some(lease) = lease {
            jobs::must_hold(op, lease)?;
        }
        queries::finish(op, id, state, detail.as_deref())?;
        queries::load(op, id)
    })?;
    match error {
        Some(error) => Err(error),
        None => Ok(import),
    }
}

fn work(
    app: &App,
    who: &Principal,
    import: &Import,
    file: &Path,
    job: Option<&Job>,
    progress: &mut dyn FnMut(&Progress),
    doing: Doing,
) -> Result<()> {
    let plan = Arc::new(import.plan.clone());
    let prepared = app.read_now(who, |reader| plan::prepare(reader, &import.object, &plan))?;
    let prepared = Arc::new(prepared);
    let mut reader = FileReader::open(file, &plan.format)?;
    reader.skip_to(import.settled_row);
    let mut told = Progress::of(import);
    let size = if job.is_some() { ROWS } else { ROWS_ALONE };
    std::thread::scope(|scope| {
        let (outgoing, incoming) = sync_channel(AHEAD);
        let (plan, ours) = (plan.clone(), prepared.clone());
        scope.spawn(move || {
            let mut parts = Parts::new(&plan, &ours, reader, size);
            loop {
                let next = parts.next();
                let ended = !matches!(next, Ok(Some(_)));
                // Nobody takes it: the writer has ended.
                if outgoing.send(next).is_err() || ended {
                    return;
                }
            }
        });
        let each = Each { app, who, import, prepared, known: Arc::default(), job };
        match doing {
            Doing::Run => each.run(incoming, progress, &mut told),
            Doing::Check => each.check(incoming, progress, &mut told),
        }
    })
}

/// What all parts share.
struct Each<'a> {
    app: &'a App,
    who: &'a Principal,
    import: &'a Import,
    prepared: Arc<Prepared>,
    known: Arc<Known>,
    job: Option<&'a Job>,
}

impl Each<'_> {
    /// The next part, unless the process is about to stop.
    fn next(&self, incoming: &Receiver<Result<Option<Part>>>) -> Result<Option<Part>> {
        if let Some(job) = self.job {
            job.go_on()?;
        }
        incoming.recv().map_err(|_| Error::internal("the thread that reads the file ended"))?
    }

    fn run(
        &self,
        incoming: Receiver<Result<Option<Part>>>,
        progress: &mut dyn FnMut(&Progress),
        told: &mut Progress,
    ) -> Result<()> {
        while let Some(part) = self.next(&incoming)? {
            let part = Arc::new(part);
            let tally = self.write(&part, told.rows)?;
            told.add(&part, &tally);
            self.known.learn(tally.resolved);
            progress(told);
        }
        Ok(())
    }

    /// One part; again without the groups whose lines turn out to be refused.
    fn write(&self, part: &Arc<Part>, before: u64) -> Result<Tally> {
        let mut excluded = Arc::new(Excluded::new());
        for _ in 0..TRIES {
            match self.write_once(part, &excluded, before) {
                Err(error) => match batch::excluded_by(&error) {
                    Some(more) => {
                        let mut all = (*excluded).clone();
                        all.extend(more);
                        excluded = Arc::new(all);
                    }
                    None => return Err(error),
                },
                done => return done,
            }
        }
        Err(Error::internal("a part of the import could not be settled"))
    }

    fn write_once(&self, part: &Arc<Part>, excluded: &Arc<Excluded>, before: u64) -> Result<Tally> {
        let (id, change, name) = (self.import.id, self.import.change, self.import.name.clone());
        let (prepared, known, part, excluded) =
            (self.prepared.clone(), self.known.clone(), part.clone(), excluded.clone());
        let job = self.job.map(|job| job.lease);
        self.app.write_now(self.who, move |op| {
            same_definitions(op, &prepared)?;
            if let Some(change) = change {
                op.change = change;
            }
            op.channel = "import";
            op.source = Some(name.clone());
            let tally = batch::write_part(op, &prepared, &part, &known, &excluded)?;
            queries::advance(op, id, part.last_row, part.rows, part.bytes, &tally)?;
            advance_job(op, job, part.last_row, before + part.rows)?;
            Ok(tally)
        })
    }

    fn check(
        &self,
        incoming: Receiver<Result<Option<Part>>>,
        progress: &mut dyn FnMut(&Progress),
        told: &mut Progress,
    ) -> Result<()> {
        // Keys of records that the file itself makes, by their hash: eight bytes a row.
        let mut made: HashSet<u64> = HashSet::new();
        let mut shown = 0usize;
        while let Some(part) = self.next(&incoming)? {
            let (id, job) = (self.import.id, self.job.map(|job| job.lease));
            let mut tally = self.app.read_now(self.who, |reader| {
                let mut new_keys = |key: &str| {
                    let mut hasher = DefaultHasher::new();
                    key.hash(&mut hasher);
                    made.insert(hasher.finish())
                };
                batch::try_part(reader, &self.prepared, &part, &self.known, &mut new_keys)
            })?;
            let resolved = std::mem::take(&mut tally.resolved);
            self.known.learn(resolved);
            told.add(&part, &tally);
            // Beyond what is shown only the figures count.
            let room = usize::try_from(queries::SHOWN).unwrap_or(0).saturating_sub(shown);
            tally.refusals.truncate(room);
            shown += tally.refusals.len();
            let (tally, rows) = (Arc::new(tally), told.rows);
            let (last_row, part_rows, bytes) = (part.last_row, part.rows, part.bytes);
            self.app.write_now(self.who, move |op| {
                queries::advance(op, id, last_row, part_rows, bytes, &tally)?;
                advance_job(op, job, last_row, rows)
            })?;
            progress(told);
        }
        Ok(())
    }
}

fn advance_job(op: &mut Operation, job: Option<Lease>, last_row: u64, rows: u64) -> Result<()> {
    match job {
        Some(job) => jobs::advance(op, job, &last_row.to_string(), i64::try_from(rows).unwrap_or(i64::MAX)),
        None => Ok(()),
    }
}

/// Fields were added or taken away since the drafts were made: the job starts again behind its last settled row.
fn same_definitions(op: &Operation, prepared: &Prepared) -> Result<()> {
    if op.catalogue.version == prepared.version { Ok(()) } else { Err(Error::Busy { retry_after_s: 1 }) }
}

/// The job that imports.
pub struct RunWork;

impl RunWork {
    pub const KIND: &'static str = "import.run";
}

impl Work for RunWork {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run(&self, app: &App, job: &Job) -> Result<Json> {
        let (import, file) = of_job(app, job)?;
        if import.state != State::Running {
            return Err(jobs::stopped());
        }
        let import = run_now(app, &job.who, &import, &file, Some(job), &mut |_| {})?;
        Ok(result(&import))
    }
}

/// The job of the dry run.
pub struct CheckWork;

impl CheckWork {
    pub const KIND: &'static str = "import.check";
}

impl Work for CheckWork {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run(&self, app: &App, job: &Job) -> Result<Json> {
        let (import, file) = of_job(app, job)?;
        if import.state != State::Checking {
            return Err(jobs::stopped());
        }
        // What a dry run counted before it was killed is counted anew: the keys it met are gone with it.
        let id = import.id;
        let (job_id, lease) = (job.id, job.lease);
        let import = app.write_now(&job.who, move |op| {
            jobs::must_hold(op, lease)?;
            queries::start(op, id, State::Checking, Some(job_id), None)?;
            queries::load(op, id)
        })?;
        let import = check_now(app, &job.who, &import, &file, Some(job), &mut |_| {})?;
        Ok(result(&import))
    }
}

fn of_job(app: &App, job: &Job) -> Result<(Import, std::path::PathBuf)> {
    let id = job.payload.get("import").and_then(Json::as_str).and_then(Id::parse).ok_or(Error::NotFound)?;
    let import = app.read_now(&job.who, |reader| queries::load(reader, id))?;
    let file = super::file_of(app, id);
    Ok((import, file))
}

fn result(import: &Import) -> Json {
    json!({ "import": import.id, "new": import.created, "changed": import.changed, "unchanged": import.unchanged, "wrong": import.wrong })
}

/// Imports with a plan that is given whole, as manifests do.
pub fn run_plan(
    app: &App,
    who: &Principal,
    object: &str,
    name: &str,
    plan: Plan,
    file: &Path,
    progress: &mut dyn FnMut(&Progress),
) -> Result<Import> {
    let size = file.metadata().map_err(crate::formats::disk_error)?.len();
    let id = Id::at(app.now().0);
    let (object, name) = (object.to_string(), name.to_string());
    let import = app.write_now(who, move |op| {
        let object = op.object(&object)?;
        plan::need(op, &object)?;
        plan::prepare(op, &object.def.name, &plan)?;
        let change = op.change;
        let import = Import {
            id,
            object: object.def.name.clone(),
            name: name.clone(),
            size,
            state: State::Draft,
            plan: plan.clone(),
            settled_row: 0,
            rows: 0,
            bytes: 0,
            created: 0,
            changed: 0,
            unchanged: 0,
            wrong: 0,
            detail: None,
            job: None,
            change: Some(change),
            owner: op.who.id,
            created_at: op.now,
            started_at: None,
            finished_at: None,
        };
        queries::insert(op, &import)?;
        super::note_start(op, &import)?;
        queries::start(op, id, State::Running, None, Some(change))?;
        queries::load(op, id)
    })?;
    run_now(app, who, &import, file, None, progress)
}
