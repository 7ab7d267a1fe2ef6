//! A run of a source, from the first row to the last: how it is begun, stopped, shown and taken back.
//!
//! - [`state`] is what is known of a run.
//! - [`work`] does it, step by step; [`fetch`] brings all rows here, [`survey`] looks at their keys, [`settle`] makes records of
//!   them and sees to those that are gone.
//! - [`look`] says what the first rows would become, and keeps nothing.
//!
//! Every step can be repeated and every part settles itself: whenever the process dies, the next one goes on behind the last
//! part that was committed, with the very rows that were fetched.

mod fetch;
pub mod look;
mod settle;
pub mod state;
mod survey;
pub mod work;

use foundation::access::audit::{self, action};
use foundation::access::{Action, Principal};
use foundation::jobs;
use foundation::records::bulk;
use foundation::{App, Operation, Reader};
use kernel::{Error, Id, Result, Time};
use serde_json::{Value as Json, json};

use super::setup::{self, Setup};
use super::{queries, spool};
use state::{Figures, Phase, Run, State};
use work::{RunWork, perform};

/// Refusals of a run that are kept to be shown.
pub const SHOWN_REFUSALS: i64 = 1_000;
/// How long refusals are kept: they quote cells.
const KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// Queues a run. A source that is at work is not begun again.
pub fn queue(op: &mut Operation, id: Id, started_by: &str, accepts_gone: bool) -> Result<Run> {
    let source = setup::load_to_run(op, id)?;
    let object = op.object(&source.object).map_err(|_| {
        Error::invalid("object_name", "unknown_object", format!("there is no object \"{}\"", source.object))
    })?;
    op.who.need(&object.def.name, Action::Import)?;
    let run = Id::at(op.now.0);
    let job = jobs::enqueue(op, RunWork::KIND, json!({ "run": run }), 0)?;
    begin(op, &source, run, started_by, accepts_gone, Some(job.id))
}

fn begin(
    op: &mut Operation,
    source: &Setup,
    id: Id,
    started_by: &str,
    accepts_gone: bool,
    job: Option<Id>,
) -> Result<Run> {
    if let Some(open) = queries::open_run(op, source.id)? {
        if !open.is_abandoned {
            return Err(Error::Conflict {
                code: "source.at_work",
                detail: "this source is being read; wait for that run, or stop it".into(),
                details: json!({ "run": open.id }),
            });
        }
        let (state, detail) = (open.state, open.detail.clone());
        queries::finish(op, open.id, state, None, detail.as_deref(), &open.figures)?;
    }
    let run = Run {
        id,
        source: source.id,
        started_by: started_by.to_string(),
        state: State::Queued,
        phase: Phase::None,
        plan: None,
        fetched: None,
        settled_row: 0,
        settled_key: None,
        figures: Figures::default(),
        code: None,
        detail: None,
        accepts_gone,
        job,
        change: op.change,
        owner: op.who.actor(),
        created_at: op.now,
        started_at: None,
        finished_at: None,
        is_abandoned: false,
    };
    queries::insert_run(op, &run)?;
    queries::show_state(op, source.id, "queued", None, None)?;
    // Who had it read is kept; that the clock did is told by the runs themselves.
    if started_by != "clock" {
        let detail = json!({ "run": id, "by": started_by });
        audit::write(op, action::SOURCE_RUN, Some(&source.object), Some(source.id), detail)?;
    }
    Ok(run)
}

/// A run of this source, if the caller may see the source.
pub fn load(reader: &mut Reader, source: Id, id: Id) -> Result<Run> {
    setup::load(reader, source)?;
    let run = queries::load_run(reader, id)?;
    if run.source == source { Ok(run) } else { Err(Error::NotFound) }
}

/// Stops it behind the part in hand; what is settled stays and can be undone.
pub fn cancel(op: &mut Operation, source: Id, id: Id) -> Result<Run> {
    setup::load_to_run(op, source)?;
    let run = load(op, source, id)?;
    if run.finished_at.is_some() {
        return Ok(run);
    }
    queries::finish(op, id, State::Cancelled, None, None, &run.figures)?;
    if let Some(job) = run.job {
        // The job of another: whoever may run the source may stop it.
        jobs::cancel_any(op, job)?;
    }
    queries::show_state(op, source, "cancelled", None, None)?;
    queries::load_run(op, id)
}

/// Takes back what a run did; rows that it brought may come again.
pub fn undo(op: &mut Operation, source: Id, id: Id) -> Result<Json> {
    setup::load_to_run(op, source)?;
    let run = load(op, source, id)?;
    if run.finished_at.is_none() {
        return Err(Error::conflict("source.at_work", "this source is being read; wait for that run, or stop it"));
    }
    if run.state == State::Undone {
        return Err(Error::conflict("source.undone", "this run was taken back already"));
    }
    let undone = match bulk::undo_change(op, run.change) {
        // A run that changed nothing.
        Err(Error::NotFound) => json!({ "undone": 0, "skipped": [] }),
        other => other?,
    };
    queries::forget_made_by(op, run.change)?;
    queries::forget_files(op, id)?;
    queries::finish(op, id, State::Undone, None, None, &run.figures)?;
    Ok(undone)
}

/// Forgets what was refused long ago, runs that changed nothing, and rows that a run left behind when its job was given up.
pub fn forget_old(app: &App) -> Result<()> {
    let before = Time(app.now().0.saturating_sub(KEPT_MS));
    app.write_now(&Principal::system("tidy"), move |op| {
        queries::forget_refusals_before(op, before)?;
        queries::forget_idle_runs_before(op, before).map(drop)
    })?;
    spool::discard_abandoned(app);
    Ok(())
}

/// Runs a source by its name on this thread, for the command line.
pub fn run_by_name(app: &App, who: &Principal, name: &str, accepts_gone: bool) -> Result<Run> {
    let name = name.to_string();
    let run = app.write_now(who, move |op| {
        let id = queries::named(op, &name)?
            .ok_or_else(|| Error::Unreadable(format!("there is no source called \"{name}\"")))?;
        let source = setup::load_to_run(op, id)?;
        let run = Id::at(op.now.0);
        begin(op, &source, run, "command", accepts_gone, None)
    })?;
    perform(app, who, run.id, None)
}

/// A run as the API shows it.
pub fn show(run: &Run) -> Json {
    json!({
        "id": run.id, "source": run.source, "started_by": run.started_by, "state": run.state.name(), "phase": run.phase.name(),
        "figures": run.figures, "code": run.code, "detail": run.detail, "job": run.job, "change": run.change, "owner": run.owner,
        "created_at": run.created_at, "started_at": run.started_at, "finished_at": run.finished_at,
    })
}

/// [`show`], with what was refused.
pub fn show_whole(reader: &mut Reader, run: &Run) -> Result<Json> {
    let refusals = queries::refusals(reader, run.id, SHOWN_REFUSALS)?;
    let mut shown = show(run);
    if let Some(shown) = shown.as_object_mut() {
        shown.insert("refusals".into(), json!(refusals));
    }
    Ok(shown)
}
