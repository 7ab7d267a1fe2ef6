//! Fetching: all rows come into a file of our own before one of them is looked at.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use foundation::access::{Principal, Secret};
use foundation::jobs::{self, Job};
use foundation::{App, Reader};
use kernel::{Error, Result};
use serde_json::json;

use super::look::Look;
use super::state::{Fetched, Figures, Note, Run};
use crate::formats::{Format, Found, Notes, Row};
use crate::sources::connect::{self, Seen};
use crate::sources::setup::{self, Kind, Setup};
use crate::sources::{queries, secret, shape, spool};

/// A worker says after so long that it is still there.
const SIGN_OF_LIFE: Duration = Duration::from_secs(5);

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

/// Fetches all rows into a file of our own. Nothing is written to any record before this has ended well.
pub(super) fn fetch(app: &App, who: &Principal, setup: &Setup, run: &Run, job: Option<&Job>) -> Result<()> {
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
