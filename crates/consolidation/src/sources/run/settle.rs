//! Settling: parts of the fetched rows become records, each part in one transaction, and then those that are gone.

use std::sync::Arc;

use foundation::App;
use foundation::access::Principal;
use foundation::jobs::{self, Job};
use kernel::{Error, Result};

use super::state::{Fetched, Figures, Note, Refusal, Run};
use super::survey::Survey;
use crate::formats::Row;
use crate::import::plan;
use crate::sources::load::{self, Context, Item, Part};
use crate::sources::said;
use crate::sources::setup::{Kind, Setup, WhenGone};
use crate::sources::shape::Shape;
use crate::sources::{gone, queries, spool};

/// Rows in one transaction.
const PART: usize = 1_000;

#[allow(clippy::too_many_arguments)]
pub(super) fn load_all(
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

pub(super) fn settle_gone(
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
