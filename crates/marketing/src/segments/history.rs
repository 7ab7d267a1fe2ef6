//! A segment over time: how large it was, who came and went, and in which segments somebody was.

use std::collections::BTreeMap;

use foundation::Reader;
use foundation::access::Action;
use foundation::records::{ask, read};
use kernel::{Error, Id, Result, Time};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::definition::{self, Definition};
use super::{look, queries};

/// Members on one page.
const PAGE: i64 = 50;

/// A segment as its page shows it.
pub fn show(reader: &mut Reader, id: Id) -> Result<Json> {
    let definition = definition::load(reader, id)?;
    let job = look::under_way(reader, id)?;
    let known = reader.catalogue.segments.get(id);
    let within: Vec<Id> = known.map(|known| known.within.iter().copied().collect()).unwrap_or_default();
    Ok(json!({
        "id": id, "name": definition.name, "holds": definition.object.def.name, "question": definition.text,
        "size": definition.size, "follows": definition.follows, "settled": definition.is_settled(),
        "looked_at": definition.looked_at, "due_at": definition.due_at, "broken": definition.broken,
        "by_hand": definition.text.is_none(), "asks_for": within,
        "look": job.map(|job| json!({ "id": job.id, "state": job.state, "done": job.done.min(job.total), "total": job.total })),
    }))
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Period {
    /// Days, both ends belong to it; the last 90 days unless they are named.
    pub from: Option<String>,
    pub to: Option<String>,
}

/// Days on which somebody came or went, with how many there were at their end.
pub fn days(reader: &mut Reader, id: Id, period: &Period) -> Result<Json> {
    let definition = definition::load(reader, id)?;
    if ask::rule(reader, &definition.object, Action::Read)?.is_some() {
        return Err(Error::Forbidden("figures of all members need the right to read all of them"));
    }
    let (from, to) = (day("from", period.from.as_deref())?, day("to", period.to.as_deref())?);
    let days = queries::days(reader, id, from.as_deref(), to.as_deref())?;
    let before = match &from {
        Some(from) => queries::size_before(reader, id, from)?,
        None => 0,
    };
    Ok(json!({ "id": id, "name": definition.name, "before": before, "days": days, "size": definition.size }))
}

fn day(at: &str, text: Option<&str>) -> Result<Option<String>> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let day: jiff::civil::Date =
        text.parse().map_err(|_| Error::invalid(at, "not_a_date", "a day is written 2026-06-30"))?;
    Ok(Some(day.to_string()))
}

/// Which members are asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// Who is in it.
    #[default]
    Now,
    /// Who entered in the period.
    Entered,
    /// Who left in the period.
    Left,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Page {
    pub which: Which,
    pub from: Option<Time>,
    pub to: Option<Time>,
    /// What `next` of the page before said.
    pub after: Option<String>,
}

/// Members, the latest move first, as far as the caller sees them.
pub fn members(reader: &mut Reader, id: Id, page: &Page) -> Result<Json> {
    let definition = definition::load(reader, id)?;
    let after = match page.after.as_deref().filter(|after| !after.is_empty()) {
        Some(text) => Some(cursor(text).ok_or_else(|| Error::invalid("after", "unknown", "take it from `next`"))?),
        None => None,
    };
    let found = queries::members(reader, &definition, page, after, PAGE)?;
    let titles = titles(reader, &definition, found.iter().map(|one| one.party))?;
    let next = found
        .last()
        .filter(|_| i64::try_from(found.len()).unwrap_or(0) == PAGE)
        .map(|last| format!("{}.{}", last.at(page.which).0, last.party));
    let rows: Vec<Json> = found
        .iter()
        .map(|one| {
            let title = titles.get(&one.party);
            json!({ "id": one.party, "title": title, "since": one.since, "until": one.until })
        })
        .collect();
    Ok(json!({ "object": definition.object.def.name, "data": rows, "next": next }))
}

fn cursor(text: &str) -> Option<(Time, Id)> {
    let (at, id) = text.split_once('.')?;
    Some((Time(at.parse().ok()?), Id::parse(id)?))
}

fn titles(reader: &mut Reader, definition: &Definition, ids: impl Iterator<Item = Id>) -> Result<BTreeMap<Id, String>> {
    let wanted = BTreeMap::from([(definition.object.def.name.clone(), ids.collect())]);
    Ok(read::titles_of(reader, wanted)?.0.into_iter().map(|(id, (_, title))| (id, title)).collect())
}

/// In which segments somebody is, and was, as far as the caller may know of them.
pub fn of_party(reader: &mut Reader, object: &str, party: Id) -> Result<Json> {
    let object = reader.object(object)?;
    read::get(reader, &object, party)?;
    let mut told = Vec::new();
    for (segment, since, until) in queries::of_party(reader, party)? {
        let definition = match definition::load(reader, segment) {
            Ok(definition) => definition,
            Err(Error::NotFound | Error::Forbidden(_)) => continue,
            Err(other) => return Err(other),
        };
        told.push(json!({
            "segment": segment, "name": definition.name, "since": since, "until": until,
            "by_hand": definition.text.is_none(), "follows": definition.follows,
        }));
    }
    Ok(json!({ "data": told }))
}
