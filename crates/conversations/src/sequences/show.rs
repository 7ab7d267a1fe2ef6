//! What a sequence came to, who is on it, and what a record is on.

use std::collections::BTreeMap;

use foundation::Reader;
use foundation::records::{merged, read};
use kernel::{Error, Id, Result, Time};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::queries::{self, Enrolment};
use super::{OBJECT, steps};

/// Sequences of a record that are shown.
const OF_RECORD: i64 = 20;
/// What is counted of each step, in the order of the query.
const COUNTED: [&str; 7] = ["begun", "sent", "opened", "machine", "clicked", "replied", "bounced"];

/// Steps with their figures, and how many are in which state: `{"steps","states","reasons"}`.
pub fn figures(reader: &mut Reader, sequence: Id) -> Result<Json> {
    let object = reader.object(OBJECT)?;
    read::get(reader, &object, sequence)?;
    let figures = queries::figures(reader, sequence)?;
    let told = |step: &steps::Step| {
        let counts = figures.iter().find(|(id, _)| *id == step.id).map_or([0; 7], |(_, counts)| *counts);
        let mut line = steps::told(step);
        if let Some(line) = line.as_object_mut() {
            line.extend(COUNTED.iter().zip(counts).map(|(name, count)| ((*name).to_string(), json!(count))));
        }
        line
    };
    let steps: Vec<Json> = queries::steps(reader, sequence)?.iter().map(told).collect();
    let (mut states, mut reasons): (BTreeMap<String, i64>, Map<String, Json>) = (BTreeMap::new(), Map::new());
    for (state, reason, count) in queries::states(reader, sequence)? {
        *states.entry(state).or_default() += count;
        if let Some(reason) = reason {
            reasons.insert(reason, json!(count));
        }
    }
    Ok(json!({ "steps": steps, "states": states, "reasons": reasons }))
}

/// Whom a list of a sequence shows.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Asked {
    /// running, paused, done, stopped.
    pub state: Option<String>,
    /// Instead: those behind a figure of this step.
    pub step: Option<Id>,
    /// begun, sent, opened, machine, clicked, replied, bounced.
    pub what: Option<String>,
    /// Behind `1718800000000-<id>`.
    pub before: Option<String>,
    pub limit: Option<i64>,
}

/// Who is on a sequence in a state, or behind a figure; only those the caller may read: `{"data","next"}`.
pub fn people(reader: &mut Reader, sequence: Id, asked: &Asked) -> Result<Json> {
    let object = reader.object(OBJECT)?;
    read::get(reader, &object, sequence)?;
    let before = match &asked.before {
        Some(text) => place(text).ok_or_else(|| Error::Unreadable("before is no place in the list".into()))?,
        None => (Time(i64::MAX), Id::NIL),
    };
    let limit = asked.limit.unwrap_or(50).clamp(1, 200);
    if let Some(step) = asked.step {
        let what = asked.what.as_deref().unwrap_or("begun");
        if !COUNTED.contains(&what) {
            return Err(Error::invalid("what", "unknown_option", COUNTED.join(", ")));
        }
        let rows = queries::behind_figure(reader, sequence, step, what, before, limit)?;
        let next = rows.last().filter(|_| is_full(rows.len(), limit)).map(|(id, _, _, at)| format!("{}-{id}", at.0));
        let named = rows.iter().map(|(_, object, record, _)| (object.clone(), *record));
        let titles = titles(reader, named)?;
        let line = |(_, object, record, at): &(Id, String, Id, Time)| {
            let title = titles.get(record)?;
            Some(json!({ "object": object, "id": record, "title": title, "at": at }))
        };
        return Ok(json!({ "data": rows.iter().filter_map(line).collect::<Vec<_>>(), "next": next }));
    }
    let state = asked.state.as_deref().unwrap_or("running");
    if !["running", "paused", "done", "stopped"].contains(&state) {
        return Err(Error::invalid("state", "unknown_option", "running, paused, done or stopped"));
    }
    let rows = queries::enrolments_in(reader, sequence, state, before, limit)?;
    let next = rows.last().filter(|_| is_full(rows.len(), limit)).map(|row| format!("{}-{}", row.started_at.0, row.id));
    let titles = titles(reader, rows.iter().map(|row| (row.object.clone(), row.record)))?;
    let data: Vec<Json> = rows
        .iter()
        .filter_map(|row| {
            let title = titles.get(&row.record)?;
            let mut line = told(row);
            line.as_object_mut()?.insert("title".into(), json!(title));
            Some(line)
        })
        .collect();
    Ok(json!({ "data": data, "next": next }))
}

fn is_full(rows: usize, limit: i64) -> bool {
    i64::try_from(rows).unwrap_or(0) >= limit
}

fn place(text: &str) -> Option<(Time, Id)> {
    let (at, id) = text.split_once('-')?;
    Some((Time(at.parse().ok()?), Id::parse(id)?))
}

/// Titles of the records that the caller may read.
fn titles(reader: &mut Reader, rows: impl Iterator<Item = (String, Id)>) -> Result<BTreeMap<Id, String>> {
    let mut wanted: BTreeMap<String, Vec<Id>> = BTreeMap::new();
    for (object, id) in rows {
        wanted.entry(object).or_default().push(id);
    }
    let titles = read::titles_of(reader, wanted)?;
    Ok(titles.0.into_iter().map(|(id, (_, title))| (id, title)).collect())
}

fn told(enrolment: &Enrolment) -> Json {
    json!({
        "enrolment": enrolment.id, "sequence": enrolment.sequence, "object": enrolment.object, "id": enrolment.record,
        "state": enrolment.state, "reason": enrolment.reason, "step": enrolment.step, "due_at": enrolment.due_at,
        "started_at": enrolment.started_at, "ended_at": enrolment.ended_at, "author": enrolment.author,
    })
}

/// One enrolment.
pub fn one(reader: &mut Reader, id: Id) -> Result<Json> {
    let enrolment = queries::enrolment_by_id(reader, id)?.ok_or(Error::NotFound)?;
    Ok(told(&enrolment))
}

/// What a record is and was on, the latest first, each with the sequence's name and how far it came.
pub fn of_record(reader: &mut Reader, object: &str, id: Id) -> Result<Json> {
    let object = reader.object(object)?;
    read::get(reader, &object, id)?;
    let mut rows = Vec::new();
    for id in merged::ids_of(reader, id)? {
        rows.extend(queries::enrolments_of(reader, id, OF_RECORD)?);
    }
    let wanted = rows.iter().flat_map(|row| [(OBJECT.to_string(), row.sequence), ("user".to_string(), row.author)]);
    let titles = titles(reader, wanted.collect::<Vec<_>>().into_iter())?;
    let mut data = Vec::new();
    for row in &rows {
        let Some(name) = titles.get(&row.sequence) else { continue };
        let steps = queries::steps(reader, row.sequence)?;
        let done = row.step.and_then(|last| steps.iter().position(|step| step.id == last)).map_or(0, |place| place + 1);
        let mut line = told(row);
        if let Some(line) = line.as_object_mut() {
            line.insert("name".into(), json!(name));
            line.insert("author_name".into(), json!(titles.get(&row.author)));
            line.insert("steps".into(), json!(steps.len()));
            line.insert("done".into(), json!(done));
        }
        data.push(line);
    }
    Ok(json!({ "data": data }))
}
