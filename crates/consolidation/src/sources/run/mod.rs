//! A run of a source, from the first row to the last. Every step can be repeated and every part settles itself: whenever
//! the process dies, the next one goes on behind the last part that was committed, with the very rows that were fetched.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use foundation::access::audit::{self, action};
use foundation::access::{Action, Principal, Secret};
use foundation::jobs::{self, Job, Work};
use foundation::records::bulk;
use foundation::{App, Operation, Reader};
use kernel::{Error, Id, Result, Time};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::connect::{self, Seen};
use super::load::{self, Context, Item, Part};
use super::said::{self, Hash};
use super::setup::{self, Kind, Setup, WhenGone};
use super::shape::{self, Shape};
use super::{gone, queries, secret, spool};
use crate::formats::{Format, Found, Notes, Row};
use crate::import::plan;
use crate::values::looks;

/// Rows in one transaction.
const PART: usize = 1_000;
/// Refusals of a run that are kept to be shown.
pub const SHOWN_REFUSALS: i64 = 1_000;
/// A worker says after so long that it is still there.
const SIGN_OF_LIFE: Duration = Duration::from_secs(5);
/// How long refusals are kept: they quote cells.
const KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1000;
/// Rows that are looked at to guess what a column holds.
const LOOKED_AT: usize = 400;
/// Examples of a column.
const EXAMPLES: usize = 5;

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Queued,
    Running,
    Done,
    Failed,
    Cancelled,
    Undone,
}

impl State {
    const ALL: [(State, &'static str); 6] = [
        (State::Queued, "queued"),
        (State::Running, "running"),
        (State::Done, "done"),
        (State::Failed, "failed"),
        (State::Cancelled, "cancelled"),
        (State::Undone, "undone"),
    ];

    pub fn parse(name: &str) -> Option<State> {
        State::ALL.iter().find(|(_, known)| *known == name).map(|(state, _)| *state)
    }

    pub fn name(self) -> &'static str {
        State::ALL.iter().find(|(state, _)| *state == self).map_or("", |(_, name)| name)
    }
}

/// What a run is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    None,
    Fetching,
    Loading,
    Gone,
}

impl Phase {
    pub fn parse(name: &str) -> Option<Phase> {
        Some(match name {
            "none" => Phase::None,
            "fetching" => Phase::Fetching,
            "loading" => Phase::Loading,
            "gone" => Phase::Gone,
            _ => return None,
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            Phase::None => "none",
            Phase::Fetching => "fetching",
            Phase::Loading => "loading",
            Phase::Gone => "gone",
        }
    }
}

/// What became of the rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Figures {
    /// Rows settled so far, and how many there are.
    pub rows: u64,
    pub total: u64,
    /// Records made and changed.
    pub new: u64,
    pub changed: u64,
    /// Rows that said nothing new.
    pub same: u64,
    /// Rows of which something was not taken: a person or a more trusted source stands above it.
    pub kept: u64,
    pub refused: u64,
    /// Rows whose key came again in the same load, and that did not count.
    pub repeated: u64,
    /// Rows whose record is in the bin or was erased.
    pub out: u64,
    /// Rows that are not there any more, and those that are again.
    pub gone: u64,
    pub back: u64,
    pub notes: Vec<Note>,
}

impl Figures {
    fn add(&mut self, more: &Figures) {
        self.rows += more.rows;
        self.new += more.new;
        self.changed += more.changed;
        self.same += more.same;
        self.kept += more.kept;
        self.refused += more.refused;
        self.repeated += more.repeated;
        self.out += more.out;
        self.gone += more.gone;
        self.back += more.back;
    }
}

/// Something that a run wants to be known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub code: String,
    pub count: u64,
    pub detail: String,
}

/// A row or a cell that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    pub file: Option<String>,
    pub row: u64,
    pub column: Option<String>,
    pub field: Option<String>,
    pub code: String,
    pub detail: String,
    /// The cell was left out, the row went in.
    pub warning: bool,
}

/// A run as it is stored.
#[derive(Debug, Clone)]
pub struct Run {
    pub id: Id,
    pub source: Id,
    /// `hand`, `clock`, `command`.
    pub started_by: String,
    pub state: State,
    pub phase: Phase,
    pub(super) plan: Option<Json>,
    pub(super) fetched: Option<Json>,
    pub(super) settled_row: u64,
    pub(super) settled_key: Option<Vec<u8>>,
    pub figures: Figures,
    pub code: Option<String>,
    pub detail: Option<String>,
    pub(super) accepts_gone: bool,
    pub job: Option<Id>,
    pub change: Id,
    pub owner: Option<Id>,
    pub created_at: Time,
    pub started_at: Option<Time>,
    pub finished_at: Option<Time>,
    /// Its job ended without it.
    pub(super) is_abandoned: bool,
}

/// What was fetched.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Fetched {
    rows: u64,
    /// Rows that could not be read at all.
    bad: u64,
    files: Vec<(String, i64, i64)>,
}

// ------------------------------------------------------------------------------------------------- begin and end

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

// --------------------------------------------------------------------------------------------------------- work

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
fn perform(app: &App, who: &Principal, id: Id, job: Option<&Job>) -> Result<Run> {
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
fn said_of(error: &Error) -> (Option<String>, String) {
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

/// Says now and then that the worker is still there, and hears whether it shall stop.
struct Alive<'a> {
    app: &'a App,
    who: &'a Principal,
    job: Option<&'a Job>,
    said: Instant,
}

impl Alive<'_> {
    fn check(&mut self, done: u64) -> Result<()> {
        let Some(job) = self.job else { return Ok(()) };
        job.go_on()?;
        if self.said.elapsed() < SIGN_OF_LIFE {
            return Ok(());
        }
        self.said = Instant::now();
        let (lease, done) = (job.lease, i64::try_from(done).unwrap_or(i64::MAX));
        self.app.write_now(self.who, move |op| jobs::advance(op, lease, "fetching", done))
    }
}

// -------------------------------------------------------------------------------------------------------- fetch

/// Fetches all rows into a file of our own. Nothing is written to any record before this has ended well.
fn fetch(app: &App, who: &Principal, setup: &Setup, run: &Run, job: Option<&Job>) -> Result<()> {
    let (secret, known) = app.read_now(who, |reader| open_secret(reader, setup))?;
    let mut rows = connect::open(app, setup, secret.as_ref(), &known, false)?;
    let needed = shape::needed(setup);
    let mut alive = Alive { app, who, job, said: Instant::now() };
    let mut out = spool::Writer::create(app, run.id)?;
    let mut fetched = Fetched::default();
    let mut look = Look::default();
    let mut mended = Notes::default();
    let mut lost = 0;
    let mut format: Option<Format> = None;
    let mut row = Row::default();
    while let Some(segment) = rows.next_segment()? {
        // The first file decides about the columns where nobody did.
        let names = needed.clone().or_else(|| format.as_ref().map(|format| format.columns.clone()));
        let names = names.unwrap_or_else(|| segment.format.columns.clone());
        let order = shape::order(setup, &names, &segment.format.columns)
            .map_err(|fault| in_file(fault, segment.name.as_deref()))?;
        let identity: Vec<Option<usize>> = order;
        let reads_like = Format { columns: names, ..segment.format.clone() };
        if format.is_none() {
            look = Look::new(reads_like.columns.len());
            format = Some(reads_like);
        }
        if let Some(name) = &segment.name {
            out.file(name)?;
        }
        loop {
            alive.check(fetched.rows)?;
            match rows.next(&mut row)? {
                Found::End => break,
                Found::Bad(bad) => {
                    fetched.bad += 1;
                    out.bad(&bad)?;
                }
                Found::Row => {
                    fetched.rows += 1;
                    lost += u64::from(row.cells().any(|cell| cell.contains('\u{fffd}')));
                    look.see(&row, &identity);
                    out.row(&row, &identity)?;
                }
            }
        }
        let notes = rows.notes();
        mended.mended_cells += notes.mended_cells;
        mended.footer_lines += notes.footer_lines;
        mended.nul_bytes += notes.nul_bytes;
    }
    // A few letters may be lost in any old file; where many are, the encoding is not what was said.
    if lost > 10 && lost * 20 > fetched.rows {
        return Err(Error::conflict(
            "source.encoding",
            format!("{lost} rows hold letters that do not exist in the encoding that was said; nothing was written"),
        ));
    }
    out.finish()?;
    fetched.files = rows.files().into_iter().map(|Seen { name, size, modified }| (name, size, modified)).collect();
    let format = match format {
        Some(format) => look.format(setup, format),
        None => connect::plain(needed.unwrap_or_default()),
    };
    let figures = Figures { total: fetched.rows, notes: notes_of(&mended, lost), ..Figures::default() };
    let (id, lease, setup) = (run.id, job.map(|job| job.lease), setup.clone());
    app.write_now(who, move |op| {
        if let Some(lease) = lease {
            jobs::must_hold(op, lease)?;
        }
        let shape = if format.columns.is_empty() {
            // An empty folder: nothing is read, and nothing is decided.
            json!(null)
        } else {
            let shape = shape::shape(op, &setup, &format, look.samples.clone())?;
            if setup.mapping.is_none() {
                let object = op.object(&setup.object)?;
                let (mapping, keys) = shape::as_mapping(&shape, shape::product(&format, &object.def), &setup);
                setup::keep_mapping(op, setup.id, &mapping, &keys)?;
            }
            json!(shape)
        };
        queries::forget_refusals(op, id)?;
        queries::fetched(op, id, &shape, &json!(fetched), &figures)
    })
}

type Known = HashMap<String, (i64, i64)>;

fn open_secret(reader: &mut Reader, setup: &Setup) -> Result<(Option<Secret>, Known)> {
    let known = if setup.kind == Kind::Folder { queries::files(reader, setup.id)? } else { HashMap::new() };
    Ok((secret::open(reader, setup)?, known))
}

fn in_file(fault: Error, name: Option<&str>) -> Error {
    match (fault, name) {
        (Error::Conflict { code, detail, details }, Some(name)) => {
            Error::Conflict { code, detail: format!("{name}: {detail}"), details }
        }
        (fault, _) => fault,
    }
}

fn notes_of(mended: &Notes, lost: u64) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut note = |code: &str, count: u64, detail: String| {
        if count > 0 {
            notes.push(Note { code: code.into(), count, detail });
        }
    };
    let cells = mended.mended_cells;
    note(
        "mended_cells",
        cells,
        format!("{cells} cells are not valid in the encoding of the file and were read as windows-1252"),
    );
    note("lost_letters", lost, format!("{lost} rows hold letters that could not be read in the encoding of the file"));
    note(
        "footer_lines",
        mended.footer_lines,
        format!("{} lines under the table were passed over", mended.footer_lines),
    );
    notes
}

/// What the first rows look like.
#[derive(Default)]
struct Look {
    samples: Vec<Vec<String>>,
    dates: looks::DateVotes,
    decimals: looks::DecimalVotes,
    seen: usize,
}

impl Look {
    fn new(columns: usize) -> Look {
        Look { samples: vec![Vec::new(); columns], ..Look::default() }
    }

    fn see(&mut self, row: &Row, order: &[Option<usize>]) {
        if self.seen >= LOOKED_AT {
            return;
        }
        self.seen += 1;
        for (place, examples) in order.iter().zip(&mut self.samples) {
            let text = place.map_or("", |place| row.cell(place)).trim();
            if text.is_empty() {
                continue;
            }
            self.dates.see(text);
            self.decimals.see(text);
            if examples.len() < EXAMPLES {
                let short: String = text.chars().take(200).collect();
                if !examples.contains(&short) {
                    examples.push(short);
                }
            }
        }
    }

    /// How cells are written, where the format does not say it itself.
    fn format(&self, setup: &Setup, format: Format) -> Format {
        let wishes = setup.mapping.as_ref().map(setup::Mapping::wishes).unwrap_or_default();
        if setup.kind != Kind::Http {
            return format;
        }
        Format {
            date_style: wishes.date_style.unwrap_or_else(|| self.dates.style()),
            decimal_style: wishes.decimal_style.unwrap_or_else(|| self.decimals.style(None)),
            ..format
        }
    }
}

/// Reads the first rows of a source, and says what it would make of them; nothing is kept.
pub fn try_out(app: &App, who: &Principal, id: Id, rows_wanted: usize) -> Result<Json> {
    let setup = app.read_now(who, |reader| setup::load_to_run(reader, id))?;
    let secret = app.read_now(who, |reader| secret::open(reader, &setup))?;
    let mut rows = connect::open(app, &setup, secret.as_ref(), &HashMap::new(), true)?;
    let Some(segment) = rows.next_segment()? else {
        return Ok(
            json!({ "columns": [], "rows": [], "product": null, "key_columns": [], "match": null, "faults": [] }),
        );
    };
    let there = segment.format.columns.clone();
    let identity: Vec<Option<usize>> = (0..there.len()).map(Some).collect();
    let mut look = Look::new(there.len());
    let (mut shown, mut faults) = (Vec::new(), Vec::new());
    let mut row = Row::default();
    let mut seen = 0;
    while seen < LOOKED_AT.max(rows_wanted) {
        match rows.next(&mut row)? {
            Found::End => break,
            Found::Bad(bad) => faults.push(json!({ "row": bad.number, "code": bad.code, "detail": bad.detail })),
            Found::Row => {
                look.see(&row, &identity);
                if shown.len() < rows_wanted {
                    let mut kept = row.clone();
                    kept.pad_to(there.len());
                    shown.push(kept);
                }
            }
        }
        seen += 1;
    }
    drop(rows);
    let format = look.format(&setup, segment.format.clone());
    app.read_now(who, |reader| {
        let needed = shape::needed(&setup);
        // What is mapped but not there any more is told beside what there is.
        let changed = match &needed {
            Some(needed) => shape::order(&setup, needed, &there).err().map(|fault| said_of(&fault).1),
            None => None,
        };
        let guess = shape::shape(reader, &Setup { mapping: None, keys: Vec::new(), ..setup.clone() }, &format, look.samples.clone())?;
        let object = reader.object(&setup.object)?;
        let product = shape::product(&format, &object.def);
        let mapped = |name: &str| {
            let mapping = setup.mapping.as_ref()?;
            mapping.columns.iter().find(|column| column.name == name).map(|column| column.field.clone())
        };
        let columns: Vec<Json> = guess
            .plan
            .columns
            .iter()
            .map(|column| {
                let field = mapped(&column.name).unwrap_or_else(|| column.field.clone());
                json!({
                    "name": column.name, "samples": look.samples.get(column.index), "field": field, "guess": column.field,
                    "confidence": column.confidence, "options": column.options,
                })
            })
            .collect();
        let cells: Vec<Json> = shown.iter().map(|row| json!({ "row": row.number, "cells": row.cells().collect::<Vec<_>>() })).collect();
        let (_, keys) = shape::as_mapping(&guess, product.clone(), &setup);
        let keys = if setup.keys.is_empty() { keys } else { setup.keys.clone() };
        let fields = crate::import::targets(reader, &object.def);
        Ok(json!({
            "columns": columns, "rows": cells, "product": product, "key_columns": keys, "match": guess.plan.key, "faults": faults,
            "columns_changed": changed, "file": segment.name, "encoding": format.encoding, "fields": fields,
            "format": { "kind": format.kind, "delimiter": format.delimiter, "date_style": format.date_style, "decimal_style": format.decimal_style, "sheet": format.sheet, "sheets": format.sheets },
        }))
    })
}

// -------------------------------------------------------------------------------------------------------- survey

/// What the fetched rows hold, before one of them is settled.
struct Survey {
    rows: u64,
    /// Keys of all rows, in order.
    keys: Vec<Hash>,
    /// Keys that come more than once: place of the last row with it.
    repeated: HashMap<Hash, Repeated>,
    /// Rows whose key is not known: what they would have been is not known either.
    unknown: u64,
}

struct Repeated {
    last: u64,
    /// Twice within one file; else only over several files, where the newer one simply counts.
    within_file: bool,
}

fn survey(app: &App, setup: &Setup, run: &Run, shape: &Shape) -> Result<Survey> {
    let mut spool = spool::Reader::open(app, run.id)?;
    let mut row = Row::default();
    let mut all: Vec<(Hash, u64, u32)> = Vec::new();
    let (mut file, mut rows, mut unknown) = (0u32, 0, 0);
    while let Some(line) = spool.next(&mut row)? {
        match line {
            spool::Line::File(_) => file += 1,
            spool::Line::Bad { .. } => unknown += 1,
            spool::Line::Row => {
                rows += 1;
                match shape.key(&row) {
                    Some(key) => all.push((said::key_hash(app, setup.id, &key)?, spool.place, file)),
                    None => unknown += 1,
                }
            }
        }
    }
    all.sort_unstable();
    let mut repeated: HashMap<Hash, Repeated> = HashMap::new();
    for pair in all.windows(2) {
        let [(one, _, in_one), (other, last, in_other)] = pair else { continue };
        if one == other {
            let entry = repeated.entry(*one).or_insert(Repeated { last: *last, within_file: false });
            entry.last = entry.last.max(*last);
            entry.within_file |= in_one == in_other;
        }
    }
    let mut keys: Vec<Hash> = all.into_iter().map(|(key, _, _)| key).collect();
    keys.dedup();
    Ok(Survey { rows, keys, repeated, unknown })
}

// ---------------------------------------------------------------------------------------------------------- load

#[allow(clippy::too_many_arguments)]
fn load_all(
    app: &App,
    who: &Principal,
    setup: &Setup,
    run: &Run,
    shape: &Shape,
    survey: &Survey,
    job: Option<&Job>,
) -> Result<Figures> {
    let mut figures = run.figures.clone();
    if survey.rows == 0 && survey.unknown == 0 {
        return Ok(figures);
    }
    let prepared = app.read_now(who, |reader| plan::prepare(reader, &setup.object, &shape.plan))?;
    let fingerprint = said::fingerprint(app, &shape.mapping_text())?;
    let context = Arc::new(Context {
        setup: setup.clone(),
        prepared,
        fingerprint,
        known: crate::import::links::Known::default(),
    });
    let names: Arc<Vec<String>> = Arc::new(shape.plan.columns.iter().map(|column| column.name.clone()).collect());
    let mut spool = spool::Reader::open(app, run.id)?;
    let mut file: Option<Arc<str>> = None;
    loop {
        if let Some(job) = job {
            job.go_on()?;
        }
        let part = next_part(app, &context, shape, survey, &mut spool, &mut file, run.settled_row)?;
        let Some(part) = part else { break };
        let part = Arc::new(part);
        let (change, id, name) = (run.change, run.id, setup.name.clone());
        let lease = job.map(|job| job.lease);
        let (context_of, names, before) = (context.clone(), names.clone(), figures.clone());
        let (after, resolved) = app.write_now(who, move |op| {
            if op.catalogue.version != context_of.prepared.version {
                return Err(Error::Busy { retry_after_s: 1 });
            }
            op.change = change;
            op.channel = "import";
            op.source = Some(name.clone());
            let mut tally = load::settle(op, &context_of, &part)?;
            let mut after = before.clone();
            after.add(&tally.figures);
            for refusal in &mut tally.refusals {
                let place =
                    refusal.column.as_deref().and_then(|column| column.strip_prefix('#')?.parse::<usize>().ok());
                if let Some(name) = place.and_then(|place| names.get(place)) {
                    refusal.column = Some(name.clone());
                }
            }
            queries::advance(op, id, part.last_place, &after, &tally.refusals)?;
            if let Some(lease) = lease {
                let done = i64::try_from(after.rows).unwrap_or(i64::MAX);
                jobs::advance(op, lease, &part.last_place.to_string(), done)?;
            }
            Ok((after, tally.resolved))
        })?;
        context.known.learn(resolved);
        figures = after;
    }
    Ok(figures)
}

fn next_part(
    app: &App,
    context: &Context,
    shape: &Shape,
    survey: &Survey,
    spool: &mut spool::Reader,
    file: &mut Option<Arc<str>>,
    settled: u64,
) -> Result<Option<Part>> {
    let mut part = Part::default();
    let mut row = Row::default();
    while part.rows < u64::try_from(PART).unwrap_or(u64::MAX) {
        let Some(line) = spool.next(&mut row)? else { break };
        if let spool::Line::File(name) = &line {
            *file = Some(name.as_str().into());
            continue;
        }
        if spool.place <= settled {
            continue;
        }
        part.last_place = spool.place;
        part.rows += 1;
        let refuse = |part: &mut Part, number: u64, code: &str, detail: String| {
            part.refused += 1;
            part.refusals.push(Refusal {
                file: file.as_deref().map(str::to_string),
                row: number,
                column: None,
                field: None,
                code: code.into(),
                detail,
                warning: false,
            });
        };
        if let spool::Line::Bad { number, code, detail } = line {
            refuse(&mut part, number, &code, detail);
            continue;
        }
        let Some(key) = shape.key(&row) else {
            refuse(&mut part, row.number, "key_missing", "the row has no key: by the key it is known again".into());
            continue;
        };
        let key_hash = said::key_hash(app, context.setup.id, &key)?;
        if let Some(repeated) = survey.repeated.get(&key_hash) {
            let shown = crate::values::short(key.trim_start_matches('\u{1f}')).replace('\u{1f}', ", ");
            if context.setup.refuses_repeated && repeated.within_file {
                refuse(&mut part, row.number, "repeated_key", format!("the key \"{shown}\" comes more than once"));
                continue;
            }
            if repeated.last != spool.place {
                part.repeated += 1;
                if repeated.within_file {
                    part.refusals.push(Refusal {
                        file: file.as_deref().map(str::to_string),
                        row: row.number,
                        column: None,
                        field: None,
                        code: "repeated_key".into(),
                        detail: format!("the key \"{shown}\" comes again further down; the last row counts"),
                        warning: true,
                    });
                }
                continue;
            }
        }
        let digest = said::digest(app, &context.fingerprint, &shape.content(&row))?;
        part.items.push(Item { file: file.clone(), key, key_hash, digest, row: row.clone() });
    }
    Ok((part.last_place > 0).then_some(part))
}

// ---------------------------------------------------------------------------------------------------------- gone

fn settle_gone(
    app: &App,
    who: &Principal,
    setup: &Setup,
    run: &mut Run,
    survey: &Survey,
    fetched: &Fetched,
    job: Option<&Job>,
) -> Result<()> {
    // In a folder every file is a part; only where missing rows mean something is the newest file the whole.
    if setup.kind == Kind::Folder && (setup.when_gone == WhenGone::Keep || fetched.files.is_empty()) {
        return Ok(());
    }
    if run.settled_key.is_none() {
        let (missing, all) = app.read_now(who, |reader| gone::count(reader, setup.id, &survey.keys))?;
        let why = if missing == 0 {
            return Ok(());
        } else if survey.unknown > 0 {
            Some(format!("{} rows could not be read or have no key", survey.unknown))
        } else if !run.accepts_gone && !gone::is_believable(setup, missing, all) {
            Some(format!("that is more than the {} % that may be gone at once", setup.gone_limit))
        } else {
            None
        };
        if let Some(why) = why {
            run.figures.notes.push(Note {
                code: "gone_held".into(),
                count: missing,
                detail: format!(
                    "{missing} of {all} rows are not there any more. Nothing was done about them: {why}. If they are really gone, run the source again and confirm it"
                ),
            });
            return Ok(());
        }
    }
    let object = app.read_now(who, |reader| reader.object(&setup.object))?;
    let there = Arc::new(survey.keys.clone());
    let mut after = run.settled_key.clone().unwrap_or_default();
    loop {
        if let Some(job) = job {
            job.go_on()?;
        }
        let (setup_of, object, there, from) = (setup.clone(), object.clone(), there.clone(), after.clone());
        let (id, change, lease, before) = (run.id, run.change, job.map(|job| job.lease), run.figures.clone());
        let step = app.write_now(who, move |op| {
            op.change = change;
            op.channel = "import";
            op.source = Some(setup_of.name.clone());
            let mut figures = before.clone();
            let Some(last) = gone::part(op, &setup_of, &object, &there, &from, &mut figures)? else { return Ok(None) };
            queries::advance_gone(op, id, &last, &figures)?;
            if let Some(lease) = lease {
                jobs::advance(op, lease, "gone", i64::try_from(figures.rows).unwrap_or(i64::MAX))?;
            }
            Ok(Some((last, figures)))
        })?;
        let Some((last, figures)) = step else { return Ok(()) };
        after = last;
        run.figures = figures;
    }
}
