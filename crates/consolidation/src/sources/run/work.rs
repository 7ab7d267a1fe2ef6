//! Doing a run, or what is left of it: fetch, survey, load, see who is gone, and say how it ended.

use foundation::App;
use foundation::access::Principal;
use foundation::jobs::{self, Job, Work};
use kernel::{Error, Id, Result};
use serde_json::{Value as Json, json};

use super::fetch::fetch;
use super::settle::{load_all, settle_gone};
use super::state::{Fetched, Phase, Run, State};
use super::survey::survey;
use crate::sources::shape::Shape;
use crate::sources::{queries, setup, spool};

/// The job of a run.
pub struct RunWork;

impl RunWork {
    pub const KIND: &'static str = "source.run";
}

impl Work for RunWork {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run(&self, app: &App, job: &Job) -> Result<Json> {
        let id = job.payload.get("run").and_then(Json::as_str).and_then(Id::parse).ok_or(Error::NotFound)?;
        let run = perform(app, &job.who, id, Some(job))?;
        Ok(json!({ "run": run.id, "figures": run.figures }))
    }
}

/// Does a run, or what is left of it.
pub(super) fn perform(app: &App, who: &Principal, id: Id, job: Option<&Job>) -> Result<Run> {
    let ended = work(app, who, id, job);
    match ended {
        Ok(run) => {
            spool::discard(app, id);
            Ok(run)
        }
        // It is tried again, with what is here.
        Err(error @ (Error::Busy { .. } | Error::DiskFull | Error::Internal(_))) => {
            if job.is_none() {
                fail(app, who, id, None, &error)?;
                spool::discard(app, id);
            }
            Err(error)
        }
        Err(error @ Error::Conflict { code: "job.stopped", .. }) => {
            // Stopped for good, or another works at it: only the one who stopped it has no more use for the rows.
            let run = app.read_now(who, |reader| queries::load_run(reader, id))?;
            if run.finished_at.is_some() {
                spool::discard(app, id);
            }
            Err(error)
        }
        Err(error) => {
            fail(app, who, id, job, &error)?;
            spool::discard(app, id);
            Err(error)
        }
    }
}

fn fail(app: &App, who: &Principal, id: Id, job: Option<&Job>, error: &Error) -> Result<()> {
    let lease = job.map(|job| job.lease);
    let (code, detail) = said_of(error);
    app.write_now(who, move |op| {
        if let Some(lease) = lease {
            jobs::must_hold(op, lease)?;
        }
        let run = queries::load_run(op, id)?;
        queries::finish(op, id, State::Failed, code.as_deref(), Some(&detail), &run.figures)?;
        queries::show_state(op, run.source, "failed", Some(&detail), None)
    })
}

/// A fault in words for whoever looks at the source.
pub(super) fn said_of(error: &Error) -> (Option<String>, String) {
    match error {
        Error::Conflict { code, detail, .. } => (Some((*code).to_string()), detail.clone()),
        Error::Invalid(faults) => {
            let code = faults.first().map(|fault| fault.code.to_string());
            let told: Vec<String> = faults
                .iter()
                .map(|fault| format!("{}: {}", fault.pointer.trim_start_matches('/'), fault.detail))
                .collect();
            (code, told.join("; "))
        }
        Error::Unreadable(why) => (Some("source.unreadable".into()), why.clone()),
        Error::Forbidden(what) => (Some("forbidden".into()), (*what).to_string()),
        Error::Internal(_) => (Some("internal".into()), "an internal fault; see the log".into()),
        other => (None, other.to_string()),
    }
}

fn work(app: &App, who: &Principal, id: Id, job: Option<&Job>) -> Result<Run> {
    let mut run = app.read_now(who, |reader| queries::load_run(reader, id))?;
    if run.finished_at.is_some() {
        return Err(jobs::stopped());
    }
    let source = run.source;
    let setup = app.read_now(who, |reader| setup::load_to_run(reader, source))?;
    if run.fetched.is_none() || !spool::path(app, id).is_file() {
        enter(app, who, &run, job, Phase::Fetching)?;
        fetch(app, who, &setup, &run, job)?;
        run = app.read_now(who, |reader| queries::load_run(reader, id))?;
    }
    let shape: Shape = from(run.plan.as_ref())?;
    let fetched: Fetched = from(run.fetched.as_ref())?;
    let survey = survey(app, &setup, &run, &shape)?;

    enter(app, who, &run, job, Phase::Loading)?;
    let figures = load_all(app, who, &setup, &run, &shape, &survey, job)?;
    run.figures = figures;

    enter(app, who, &run, job, Phase::Gone)?;
    settle_gone(app, who, &setup, &mut run, &survey, &fetched, job)?;

    let lease = job.map(|job| job.lease);
    app.write_now(who, move |op| {
        if let Some(lease) = lease {
            jobs::must_hold(op, lease)?;
        }
        for (name, size, modified) in &fetched.files {
            queries::note_file(op, setup.id, name, *size, *modified, id)?;
        }
        queries::finish(op, id, State::Done, None, None, &run.figures)?;
        let told: Vec<&str> = run.figures.notes.iter().map(|note| note.detail.as_str()).collect();
        let told = Some(told.join("\n")).filter(|told| !told.is_empty());
        queries::show_state(op, setup.id, "done", told.as_deref(), Some(survey.rows))?;
        queries::load_run(op, id)
    })
}

fn from<T: serde::de::DeserializeOwned>(json: Option<&Json>) -> Result<T> {
    serde_json::from_value(json.cloned().unwrap_or_default()).map_err(Error::internal)
}

fn enter(app: &App, who: &Principal, run: &Run, job: Option<&Job>, phase: Phase) -> Result<()> {
    let (id, source, lease) = (run.id, run.source, job.map(|job| job.lease));
    app.write_now(who, move |op| {
        if let Some(lease) = lease {
            jobs::must_hold(op, lease)?;
        }
        queries::enter(op, id, phase)?;
        queries::show_state(op, source, "running", None, None)
    })
}
