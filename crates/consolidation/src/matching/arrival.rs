//! A record that comes or changes is compared at once with those that share a key with it.
//!
//! A reader of the ledger, as search is: a line is only a hint that a record may have changed. Where a load brings more
//! than a run would look at, the reader steps over it and asks for a run.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use foundation::access::Principal;
use foundation::ledger::{Position, subscribe};
use foundation::{App, Reader, follow};
use kernel::{Id, Result, Value};
use serde_json::{Value as Json, json};

use super::engine::blocking;
use super::engine::model::{Model, probability};
use super::engine::score::Scorer;
use super::queries::{self, Found};
use super::run;
use super::settings::LEAST;
use super::subject::Subject;

/// The subscriber's name.
const NAME: &str = "matching";
/// Lines looked at together.
const LINES: i64 = 500;
/// So many lines behind, a run is cheaper than looking at each.
const FAR_BEHIND: i64 = 20_000;
/// Candidates under one key that are compared; more share it only if it says little.
const UNDER_ONE: i64 = 40;
/// An object is learned anew when so many of its records changed, and at least a fifth.
const STALE: i64 = 500;
/// Nothing came for so long: a load is over.
const QUIET: Duration = Duration::from_secs(60);

/// Keeps pairs in step with what happens, until stopped. An object that nothing was learned of, or too long ago, is looked
/// at as a whole once nothing has come for a while: not in the middle of a load.
pub fn keep_in_step(app: &App, stop: &AtomicBool) {
    let (mut unlearned, mut last_change) = (true, Instant::now());
    follow::keep_in_step(app, stop, |app| {
        if step(app)? {
            (unlearned, last_change) = (true, Instant::now());
            return Ok(true);
        }
        if unlearned && last_change.elapsed() >= QUIET {
            learn_anew(app)?;
            unlearned = false;
        }
        Ok(false)
    });
}

/// Looks at everything that waits.
pub fn catch_up(app: &App) -> Result<()> {
    follow::catch_up(app, step)
}

/// Looks at a part of what waits; `false` when nothing does.
fn step(app: &App) -> Result<bool> {
    let system = Principal::system("matching");
    let (seen, head) = app.db().read(|tx| Ok((subscribe::cursor(tx, NAME)?, subscribe::head(tx)?)))?;
    if head <= seen {
        return Ok(false);
    }
    let subjects: Vec<Subject> = app.catalogue().objects().iter().filter_map(Subject::of).collect();
    if head.seq - seen.seq > FAR_BEHIND {
        app.write_now(&system, move |op| {
            for subject in &subjects {
                queries::count_changes(op, &subject.object.def.name, head.seq - seen.seq)?;
            }
            subscribe::advance(op.tx, NAME, head)
        })?;
        return Ok(true);
    }
    let (changed, upto) = changed(app, &subjects, seen)?;
    for (subject, ids) in subjects.iter().zip(changed) {
        if !ids.is_empty() {
            look_at(app, subject, &ids)?;
        }
    }
    app.write_now(&system, move |op| subscribe::advance(op.tx, NAME, upto))?;
    Ok(true)
}

/// Queues a run of each object of which nothing was learned, or too long ago.
fn learn_anew(app: &App) -> Result<()> {
    let subjects: Vec<Subject> = app.catalogue().objects().iter().filter_map(Subject::of).collect();
    app.write_now(&Principal::system("matching"), move |op| {
        for subject in &subjects {
            let name = &subject.object.def.name;
            let records = queries::figures(op, name)?.map_or(0, |figures| figures.records);
            let is_fresh = queries::learned(op, name)?
                .is_some_and(|(_, changes)| changes <= STALE || changes.unsigned_abs() <= records / 5);
            if !is_fresh {
                run::start_by_itself(op, subject)?;
            }
        }
        Ok(())
    })
}

/// The records that the next lines tell of, by subject, and the position behind those lines.
fn changed(app: &App, subjects: &[Subject], seen: Position) -> Result<(Vec<BTreeSet<Id>>, Position)> {
    let mut ids: Vec<BTreeSet<Id>> = vec![BTreeSet::new(); subjects.len()];
    // Most lines are no changes of records: they are passed by where they lie.
    let names: Vec<String> = subjects.iter().map(|subject| subject.object.def.name.clone()).collect();
    let (lines, head) = app.db().read(|tx| {
        let lines = subscribe::chosen_after(tx, seen, LINES, |args| {
            let places: Vec<String> = names
                .into_iter()
                .map(|name| {
                    args.push(name.into());
                    format!("${}", args.len())
                })
                .collect();
            let verbs = ["created", "updated", "restored", "unmerged"].map(|verb| format!("e.kind like '%.{verb}'"));
            format!("e.object in ({}) and ({})", places.join(", "), verbs.join(" or "))
        })?;
        Ok((lines, subscribe::head(tx)?))
    })?;
    let is_all = i64::try_from(lines.len()).unwrap_or(LINES) < LINES;
    let upto = if is_all { head } else { lines.last().map_or(seen, |(position, _)| *position) };
    for (_, line) in &lines {
        let Some(place) = subjects.iter().position(|one| Some(one.object.def.name.as_str()) == line.object.as_deref())
        else {
            continue;
        };
        if let (Some(ids), Some(id)) = (ids.get_mut(place), line.record.or(line.party)) {
            ids.insert(id);
        }
    }
    Ok((ids, upto))
}

fn look_at(app: &App, subject: &Subject, ids: &BTreeSet<Id>) -> Result<()> {
    let system = Principal::system("matching");
    let name = subject.object.def.name.clone();
    let ids: Vec<Id> = ids.iter().copied().collect();
    let (found, keys) = app.read_now(&system, |reader| {
        let Some((model, _)) = queries::model(reader, &name)? else {
            return Ok((Vec::new(), Vec::new()));
        };
        let mut table = subject.table();
        let rows = subject.read_some(reader, &mut table, &ids)?;
        let mut keys: Vec<(i64, Id)> = Vec::new();
        for (hash, row) in blocking::all_hashes(&table, &model.keys) {
            keys.extend(rows.get(row as usize).map(|id| (subject.key(hash), *id)));
        }
        keys.sort_unstable();
        keys.dedup();
        let mut found = Vec::new();
        for id in &rows {
            let own: Vec<i64> = keys.iter().filter(|(_, of)| of == id).map(|(key, _)| *key).collect();
            let mut others: Vec<Id> = queries::under_keys(reader, &own, UNDER_ONE)?;
            // Those that came with it are not among the kept keys yet.
            others.extend(keys.iter().filter(|(key, of)| of != id && own.contains(key)).map(|(_, of)| *of));
            others.retain(|other| other != id);
            others.push(*id);
            others.sort_unstable();
            others.dedup();
            found.extend(compare(reader, subject, &model, *id, &others)?);
        }
        Ok((found, keys))
    })?;
    let looked = i64::try_from(ids.len()).unwrap_or(0);
    app.write_now(&system, move |op| {
        queries::put_keys(op, &keys)?;
        queries::put(op, &name, &found)?;
        queries::count_changes(op, &name, looked)
    })
}

/// Pairs of one record with others that are likely enough to be kept.
fn compare(reader: &mut Reader, subject: &Subject, model: &Model, id: Id, others: &[Id]) -> Result<Vec<Found>> {
    let mut table = subject.table();
    let rows = subject.read_some(reader, &mut table, others)?;
    let Some(own) = rows.iter().position(|row| *row == id).and_then(|row| u32::try_from(row).ok()) else {
        return Ok(Vec::new());
    };
    let scorer = Scorer::new(&table, model);
    let mut found = Vec::new();
    for (row, other) in rows.iter().enumerate() {
        let Ok(row) = u32::try_from(row) else { break };
        if row == own {
            continue;
        }
        let levels = scorer.levels(own, row);
        let bits = scorer.bits(own, row, levels);
        if probability(bits) >= LEAST {
            found.push(Found::new(id, *other, bits, levels));
        }
    }
    Ok(found)
}

/// Who a record that is being typed may already be, most likely first: for forms, and for programs before they create.
/// Records that the caller may not read are not named.
pub fn candidates(
    reader: &mut Reader,
    subject: &Subject,
    typed: &HashMap<String, Value>,
    at_least: f64,
) -> Result<Vec<Json>> {
    let name = &subject.object.def.name;
    let Some((model, _)) = queries::model(reader, name)? else { return Ok(Vec::new()) };
    let mut table = subject.table();
    subject.push_typed(&mut table, typed);
    let keys: Vec<i64> =
        blocking::all_hashes(&table, &model.keys).into_iter().map(|(hash, _)| subject.key(hash)).collect();
    let others = queries::under_keys(reader, &keys, UNDER_ONE)?;
    let rows = subject.read_some(reader, &mut table, &others)?;
    let scorer = Scorer::new(&table, &model);
    let mut found: Vec<(f64, u32, Id)> = Vec::new();
    for (row, id) in (1_u32..).zip(&rows) {
        let chance = probability(scorer.bits(0, row, scorer.levels(0, row)));
        if chance >= at_least {
            found.push((chance, row, *id));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.2.cmp(&b.2)));
    found.truncate(5);
    let ids: Vec<Id> = found.iter().map(|(_, _, id)| *id).collect();
    let records = foundation::records::read::get_many(reader, &subject.object, &ids)?;
    let shown = foundation::records::read::show(reader, &subject.object, &records, None)?;
    let by_id: HashMap<Id, &Json> = records.iter().map(|record| record.id).zip(&shown).collect();
    Ok(found
        .iter()
        .filter_map(|(chance, row, id)| {
            let record = by_id.get(id)?;
            Some(json!({ "probability": chance, "record": record, "why": scorer.why(0, *row) }))
        })
        .collect())
}
