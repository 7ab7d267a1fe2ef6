//! How segments overlap: how many are in each combination of them, for pictures whose every piece can be opened.

use foundation::Reader;
use kernel::{Error, Id, Result};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::definition::{self, Definition};
use super::queries;

/// Segments in one picture.
const MOST: usize = 8;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    pub segments: Vec<Id>,
}

/// `{"segments": [{"id", "name", "size"}], "pieces": [{"in": [true, false], "count", "question"}]}`: every combination that
/// somebody is in, the largest first, with the question that finds exactly them. Counted under the caller's rights.
pub fn overlap(reader: &mut Reader, asked: &Asked) -> Result<Json> {
    if !(2..=MOST).contains(&asked.segments.len()) {
        return Err(Error::invalid("segments", "too_many", format!("two to {MOST} segments are compared")));
    }
    let mut definitions: Vec<Definition> = Vec::new();
    for id in &asked.segments {
        if definitions.iter().any(|known| known.id == *id) {
            return Err(Error::invalid("segments", "repeated", "a segment is named twice"));
        }
        definitions.push(definition::load(reader, *id)?);
    }
    let Some(object) = definitions.first().map(|first| first.object.clone()) else { return Ok(Json::Null) };
    if definitions.iter().any(|one| one.object.def.name != object.def.name) {
        return Err(Error::invalid("segments", "of_different_kinds", "contacts and companies do not overlap"));
    }
    let ids: Vec<Id> = definitions.iter().map(|one| one.id).collect();
    let mut found = queries::masks(reader, &object, &ids)?;
    found.sort_by_key(|(mask, count)| (-count, *mask));
    let is_in = |mask: i64, at: usize| mask & (1 << at) != 0;
    let size = |at: usize| found.iter().filter(|(mask, _)| is_in(*mask, at)).map(|(_, count)| count).sum::<i64>();
    let segments: Vec<Json> = definitions
        .iter()
        .enumerate()
        .map(|(at, one)| json!({ "id": one.id, "name": one.name, "size": size(at) }))
        .collect();
    let pieces: Vec<Json> = found
        .iter()
        .map(|(mask, count)| {
            let within: Vec<bool> = (0..definitions.len()).map(|at| is_in(*mask, at)).collect();
            json!({ "in": within, "count": count, "question": question_of(&definitions, &within) })
        })
        .collect();
    Ok(json!({ "holds": object.def.name, "segments": segments, "pieces": pieces }))
}

/// The question that finds who is in exactly these.
fn question_of(definitions: &[Definition], within: &[bool]) -> String {
    let named = |one: &Definition| Json::String(one.name.clone()).to_string();
    let parts = definitions.iter().zip(within).map(|(one, is_in)| {
        let named = named(one);
        if *is_in { format!("in segment {named}") } else { format!("not in segment {named}") }
    });
    parts.collect::<Vec<_>>().join(" and ")
}
