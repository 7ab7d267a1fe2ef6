//! A look at all records of an object: the model is learned anew, pairs and keys are brought in step with it.
//!
//! What is found is worked out in memory, some hundred bytes a record; only then is anything written, part by part. A
//! run that is killed leaves old pairs beside new ones, each true when it was found, and the next run ends the same.

use std::collections::HashSet;
use std::time::Instant;

use foundation::App;
use foundation::access::Principal;
use foundation::jobs::{self, Job, Status, Work};
use foundation::{Operation, Reader};
use kernel::{Error, Id, Result};
use serde_json::{Value as Json, json};

use super::engine::blocking::{self, Pairs};
use super::engine::clusters::{Link, clusters};
use super::engine::compare;
use super::engine::learn::{Sample, learn, patterns};
use super::engine::model::{Model, probability};
use super::engine::score::Scorer;
use super::engine::table::Table;
use super::queries::{self, Found};
use super::settings::{Figures, LEAST, Step};
use super::subject::{PART, Subject};
use super::{joining, settings};

/// Rows written in one transaction: a person's write waits no longer than for one of these.
const ROWS: usize = 5_000;
/// Records that a run looks at in a second or two. Of more, a person says when.
const QUICK: i64 = 50_000;
/// Thresholds of the chart.
const THRESHOLDS: [f64; 14] = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999];

/// The job.
pub struct RunWork;

impl RunWork {
    pub const KIND: &'static str = "match.run";
}

/// Queues a run of an object, unless one waits or runs already.
pub fn start(op: &mut Operation, object: &str) -> Result<Status> {
    if let Some(running) = under_way(op, object)? {
        return Ok(running);
    }
    jobs::enqueue(op, RunWork::KIND, json!({ "object": object }), 0)
}

/// Queues a run that nobody asked for: only of objects so small that nobody notices it.
pub fn start_by_itself(op: &mut Operation, subject: &Subject) -> Result<()> {
    if op.tx.estimate(&subject.object.def.table)? <= QUICK {
        start(op, &subject.object.def.name)?;
    }
    Ok(())
}

/// The run of an object that waits or runs.
pub fn under_way(reader: &mut Reader, object: &str) -> Result<Option<Status>> {
    jobs::under_way(reader, RunWork::KIND, "object", object)
}

impl Work for RunWork {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run(&self, app: &App, job: &Job) -> Result<Json> {
        let name = job.payload.get("object").and_then(Json::as_str).unwrap_or_default();
        let object = app.catalogue().find(name).ok_or(Error::NotFound)?;
        let subject = Subject::of(&object).ok_or(Error::NotFound)?;
        let figures = run_now(app, &subject, Some(job))?;
        serde_json::to_value(figures).map_err(Error::internal)
    }
}

/// A table of an object's living records, and whose each row is.
pub struct Rows {
    pub ids: Vec<Id>,
    pub table: Table,
}

/// Reads all records of an object.
pub fn read(app: &App, subject: &Subject, job: Option<&Job>) -> Result<Rows> {
    let system = Principal::system("matching");
    let mut rows = Rows { ids: Vec::new(), table: subject.table() };
    loop {
        let after = rows.ids.last().copied().unwrap_or(Id::NIL);
        let ids = app.read_now(&system, |reader| subject.read_part(reader, &mut rows.table, after))?;
        let more = i64::try_from(ids.len()).unwrap_or(PART) == PART;
        rows.ids.extend(ids);
        said(app, job, "reading", rows.ids.len())?;
        if !more {
            return Ok(rows);
        }
    }
}

/// What was found among the rows of a table.
pub struct Findings {
    pub model: Model,
    pub pairs: Pairs,
    /// Each pair's levels of likeness.
    pub levels: Vec<u64>,
    /// Each pair's evidence in bits.
    pub bits: Vec<f64>,
}

/// Learns from a table and weighs its pairs. `decided` are answers that people gave.
pub fn find(table: &Table, decided: Vec<(u64, bool)>) -> Findings {
    let keys = blocking::keys(table);
    let pairs = blocking::pairs(table, &keys);
    let comparisons = compare::comparisons(table);
    let (patterns, levels) = patterns(table, &comparisons, &pairs);
    let model = learn(&Sample { table, comparisons, keys, patterns, decided });
    let scorer = Scorer::new(table, &model);
    let weigh = |pairs: &[u64], levels: &[u64]| -> Vec<f64> {
        let one = |(pair, levels): (&u64, &u64)| {
            let (a, b) = blocking::rows(*pair);
            scorer.bits(a, b, *levels)
        };
        pairs.iter().zip(levels).map(one).collect()
    };
    let half = pairs.pairs.len() / 2;
    let ((first, rest), (first_levels, rest_levels)) = (pairs.pairs.split_at(half), levels.split_at(half));
    let bits = std::thread::scope(|scope| {
        let other = scope.spawn(|| weigh(rest, rest_levels));
        let mut bits = weigh(first, first_levels);
        bits.extend(other.join().unwrap_or_default());
        bits
    });
    drop(scorer);
    Findings { model, pairs, levels, bits }
}

/// Runs an object's matching to its end.
pub fn run_now(app: &App, subject: &Subject, job: Option<&Job>) -> Result<Figures> {
    let begun = Instant::now();
    let name = subject.object.def.name.clone();
    let system = Principal::system("matching");
    let rows = read(app, subject, job)?;
    said(app, job, "comparing", rows.ids.len())?;
    let decided = app.read_now(&system, |reader| queries::decided(reader, &name))?;
    let findings = find(&rows.table, decided);
    said(app, job, "weighing", rows.ids.len())?;
    let marks = app.read_now(&system, |reader| queries::apart(reader, &name))?;
    let place = |id: &Id| rows.ids.binary_search(id).ok().and_then(|place| u32::try_from(place).ok());
    let apart: HashSet<u64> = marks.iter().filter_map(|(a, b)| Some(blocking::pair(place(a)?, place(b)?))).collect();
    let mut figures = figures(&rows, &findings, &apart);

    said(app, job, "writing", rows.ids.len())?;
    write_pairs(app, &name, &rows, &findings, job)?;
    write_keys(app, subject, &rows, &findings.model, job)?;
    figures.took_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    let (kept, model, of) = (figures.clone(), findings.model, name.clone());
    app.write_now(&system, move |op| queries::keep_model(op, &of, &model, &kept))?;
    let settings = app.read_now(&system, |reader| queries::settings(reader, &name))?;
    if let Some(from) = settings.join_from {
        joining::join_now(app, &system, subject, from, job)?;
    }
    Ok(figures)
}

/// Says how far a job is; fails when it is to end.
fn said(app: &App, job: Option<&Job>, at: &'static str, done: usize) -> Result<()> {
    let Some(job) = job else { return Ok(()) };
    job.go_on()?;
    let (lease, done) = (job.lease, i64::try_from(done).unwrap_or(i64::MAX));
    app.write_now(&job.who, move |op| jobs::advance(op, lease, at, done))
}

fn figures(rows: &Rows, findings: &Findings, apart: &HashSet<u64>) -> Figures {
    let chances: Vec<f64> = findings.bits.iter().map(|bits| probability(*bits)).collect();
    let expected: f64 = chances.iter().sum();
    let chart = THRESHOLDS
        .iter()
        .map(|&threshold| {
            let above = chances.iter().filter(|chance| **chance >= threshold);
            let (pairs, same) = above.fold((0_u64, 0.0), |(pairs, same), chance| (pairs + 1, same + chance));
            Step {
                threshold,
                pairs,
                precision: if pairs == 0 { 1.0 } else { same / pairs as f64 },
                recall: if expected > 0.0 { same / expected } else { 1.0 },
            }
        })
        .collect();
    let links: Vec<Link> = links_of(findings).collect();
    let surplus = clusters(&links, 0.0, apart).iter().map(|cluster| cluster.len() as u64 - 1).sum();
    Figures {
        records: rows.ids.len() as u64,
        compared: findings.pairs.pairs.len() as u64,
        expected,
        surplus,
        chart,
        took_ms: 0,
    }
}

/// The pairs as links between rows.
pub fn links_of(findings: &Findings) -> impl Iterator<Item = Link> + '_ {
    findings.pairs.pairs.iter().zip(&findings.bits).map(|(pair, bits)| {
        let (a, b) = blocking::rows(*pair);
        Link { a, b, bits: *bits }
    })
}

fn write_pairs(app: &App, object: &str, rows: &Rows, findings: &Findings, job: Option<&Job>) -> Result<()> {
    let system = Principal::system("matching");
    let mut before = app.read_now(&system, |reader| queries::all(reader, object))?;
    let mut found: Vec<Found> = Vec::new();
    for ((pair, levels), bits) in findings.pairs.pairs.iter().zip(&findings.levels).zip(&findings.bits) {
        if probability(*bits) < LEAST {
            continue;
        }
        let (a, b) = blocking::rows(*pair);
        let (Some(a), Some(b)) = (rows.ids.get(a as usize), rows.ids.get(b as usize)) else { continue };
        let pair = Found::new(*a, *b, *bits, *levels);
        match before.remove(&(pair.a, pair.b)) {
            // Decided, or nothing new.
            Some((state, milli)) if state != "open" || milli == (bits * 1000.0).round() as i64 => {}
            _ => found.push(pair),
        }
    }
    let gone: Vec<(Id, Id)> =
        before.into_iter().filter(|(_, (state, _))| state == "open").map(|(pair, _)| pair).collect();
    for part in found.chunks(ROWS) {
        go_on(job)?;
        let (part, of) = (part.to_vec(), object.to_string());
        app.write_now(&system, move |op| queries::put(op, &of, &part))?;
    }
    for part in gone.chunks(ROWS) {
        go_on(job)?;
        let part = part.to_vec();
        app.write_now(&system, move |op| queries::drop_open(op, &part))?;
    }
    Ok(())
}

/// Brings the kept keys in step: a walk of both in the order of the keys, so that little is written where little changed.
fn write_keys(app: &App, subject: &Subject, rows: &Rows, model: &Model, job: Option<&Job>) -> Result<()> {
    let system = Principal::system("matching");
    let mut wanted: Vec<(i64, u32)> = blocking::all_hashes(&rows.table, &model.keys)
        .into_iter()
        .map(|(hash, row)| (subject.key(hash), row))
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut wanted = wanted.into_iter().filter_map(|(key, row)| Some((key, *rows.ids.get(row as usize)?))).peekable();
    let own: HashSet<Id> = rows.ids.iter().copied().collect();
    let mut after = (i64::MIN, Id::NIL);
    loop {
        go_on(job)?;
        let there = app.read_now(&system, |reader| queries::keys_after(reader, after, ROWS as i64))?;
        let last = there.last().copied();
        let (mut put, mut drop) = (Vec::new(), Vec::new());
        for key in &there {
            while let Some(next) = wanted.next_if(|next| next < key) {
                put.push(next);
            }
            // Keys of other objects are not this run's.
            if wanted.next_if_eq(key).is_none() && own.contains(&key.1) {
                drop.push(*key);
            }
        }
        let ended = there.len() < ROWS;
        if ended {
            put.extend(wanted.by_ref());
        }
        for part in put.chunks(ROWS) {
            go_on(job)?;
            let part = part.to_vec();
            app.write_now(&system, move |op| queries::put_keys(op, &part))?;
        }
        if !drop.is_empty() {
            app.write_now(&system, move |op| queries::drop_keys(op, &drop))?;
        }
        match last {
            Some(last) if !ended => after = last,
            _ => return Ok(()),
        }
    }
}

fn go_on(job: Option<&Job>) -> Result<()> {
    job.map_or(Ok(()), Job::go_on)
}

/// The settings as they are; for the routes.
pub fn settings_of(reader: &mut Reader, object: &str) -> Result<settings::Settings> {
    queries::settings(reader, object)
}
