//! What sources say of records, and where each value of a record came from.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use foundation::records::{Object, read};
use foundation::{Reader, ledger};
use kernel::{Class, Id, Result, Time};
use serde_json::{Value as Json, json};

use super::origin::{self, Origin};
use super::{queries, said, setup};

/// One field as a source says it.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// As the source wrote it.
    pub raw: String,
    /// As a value of the field.
    pub value: Json,
}

/// What one row of a source says of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub source: Id,
    pub name: String,
    /// 1 is trusted most.
    pub priority: i64,
    /// The record that was asked about; a row that fed a record which was merged into it speaks of it too.
    pub record: Id,
    /// The key of the row at the source.
    pub key: String,
    /// When it last said something new.
    pub changed_at: Time,
    pub fields: BTreeMap<String, Said>,
}

/// What sources say of these records, the most trusted first. Rows that are gone at a source where that matters, and rows
/// of whoever was erased, say nothing.
pub fn told(reader: &mut Reader, ids: &[Id]) -> Result<Vec<Told>> {
    let mut told = Vec::new();
    for (record, rows) in said::speaking(reader, ids)? {
        for row in rows {
            let fields = row.body.fields.into_iter();
            told.push(Told {
                source: row.source,
                name: row.name,
                priority: row.priority,
                record,
                key: row.body.key,
                changed_at: row.changed_at,
                fields: fields.map(|(field, text)| (field, Said { raw: text.raw, value: text.value })).collect(),
            });
        }
    }
    let order = |told: &Told| (told.priority, std::cmp::Reverse(told.changed_at), told.source, told.key.clone());
    told.sort_by_key(order);
    Ok(told)
}

/// Where the values of a record came from: for each field that the caller may see and that holds something, or of which a
/// source says something.
pub fn of_record(reader: &mut Reader, object: &Arc<Object>, id: Id) -> Result<Json> {
    let record = read::get(reader, object, id)?;
    // One who looks at the record sees what it holds; special fields are written down as shown.
    let shown = read::show(reader, object, std::slice::from_ref(&record), None)?;
    let told = told(reader, &[id])?;
    let origins = origin::of_record(reader, object, id)?;
    let lines: Vec<&Origin> = origins.fields.values().chain(&origins.made).collect();
    let changes: Vec<Id> = lines.iter().filter_map(|line| line.change).collect();
    let runs = queries::sources_of_changes(reader, &changes)?;
    let sources: Vec<Id> = runs.values().copied().collect();
    let names = queries::names(reader, &sources)?;
    let people = ledger::names(reader, lines.iter().filter_map(|line| line.actor))?;
    let sees_sources = reader.who.access.on(setup::OBJECT).allows(foundation::access::Action::Read);
    let titles = shown.first().and_then(|shown| shown.get("linked")).cloned().unwrap_or_default();

    let hidden = &reader.who.access.on(&object.def.name).hidden_fields;
    let mut fields = Vec::new();
    for (position, field) in object.def.fields.iter().enumerate() {
        if hidden.contains(&field.name) || field.kind.is_computed() || field.class == Class::Secret {
            continue;
        }
        let value = record.value(position).to_json();
        let says: Vec<(&Told, &Said)> =
            told.iter().filter_map(|told| Some((told, told.fields.get(&field.name)?))).collect();
        if value.is_null() && says.is_empty() {
            continue;
        }
        let agrees = |said: &Said| is_said(&value, &said.value);
        let origin = origins.of(&field.name);
        // The source whose run wrote it, if it still says so; else any that says what the record holds.
        let by_run = origin.and_then(|origin| runs.get(&origin.change?));
        let giver = says
            .iter()
            .find(|(told, said)| Some(&told.source) == by_run && agrees(said))
            .or_else(|| says.iter().find(|(_, said)| agrees(said)).filter(|_| !origin.is_some_and(Origin::is_typed)));
        let from = match giver {
            _ if value.is_null() => Json::Null,
            Some((told, said)) => json!({
                "kind": "source", "source": told.source, "name": told.name, "key": told.key, "raw": said.raw, "at": told.changed_at,
            }),
            None => from_ledger(origin, by_run, &names, &people),
        };
        let others: Vec<Json> = says
            .iter()
            .filter(|(told, _)| giver.is_none_or(|(giver, _)| !(giver.source == told.source && giver.key == told.key)))
            .map(|(told, said)| {
                json!({
                    "source": told.source, "name": told.name, "priority": told.priority, "key": told.key, "raw": said.raw,
                    "value": said.value, "at": told.changed_at, "agrees": agrees(said),
                })
            })
            .collect();
        fields.push(json!({
            "field": field.name, "label": field.label.get(&reader.who.language), "value": value, "linked": titles.get(&field.name),
            "from": from, "others": others,
        }));
    }
    let speaking: Vec<Json> = told
        .iter()
        .map(|told| {
            json!({
                "source": told.source, "name": told.name, "priority": told.priority, "key": told.key, "changed_at": told.changed_at,
                "opens": sees_sources,
            })
        })
        .collect();
    Ok(json!({ "id": id, "object": object.def.name, "fields": fields, "sources": speaking }))
}

/// Whether a record holds what a source says; of an address, of which the source may know only parts, those parts count,
/// and of a list that it is among the others.
fn is_said(value: &Json, said: &Json) -> bool {
    match (value, said) {
        (Json::Object(value), Json::Object(said)) => said.iter().all(|(part, text)| value.get(part) == Some(text)),
        (Json::Array(value), Json::Array(said)) => said.iter().all(|item| value.contains(item)),
        _ => value == said,
    }
}

fn from_ledger(
    origin: Option<&Origin>,
    run: Option<&Id>,
    names: &HashMap<Id, (String, i64, String)>,
    people: &HashMap<Id, String>,
) -> Json {
    let Some(origin) = origin else { return Json::Null };
    let actor = origin.actor.map(|id| json!({ "id": id, "name": people.get(&id) }));
    if let Some(source) = run {
        let name = names.get(source).map(|(name, _, _)| name.as_str()).or(origin.source.as_deref());
        return json!({ "kind": "source", "source": source, "name": name, "at": origin.at, "actor": actor });
    }
    let kind = match origin.channel.as_deref() {
        Some("import") => "import",
        Some("workspace") => "person",
        Some("api") => "program",
        Some("merge") => "merge",
        _ => "system",
    };
    json!({ "kind": kind, "name": origin.source, "at": origin.at, "actor": actor, "change": origin.change })
}

/// What a key of the other system leads to: the record that the row of that key made, if it is one and alive.
pub fn by_key(reader: &mut Reader, target: &Arc<Object>, texts: &[String]) -> Result<HashMap<String, Id>> {
    let mut found: HashMap<String, Id> = HashMap::new();
    if texts.is_empty() {
        return Ok(found);
    }
    let mut ambiguous: Vec<String> = Vec::new();
    for source in queries::sources_of(reader, target)? {
        let mut keys = Vec::with_capacity(texts.len());
        for text in texts {
            keys.push(said::key_hash(reader.app, source, text.trim())?);
        }
        let rows = queries::rows_by_key(reader, source, &keys)?;
        let records: Vec<Id> = rows.values().map(|row| row.record).collect();
        let survivors = queries::survivors(reader, &records)?;
        let ids: Vec<Id> = records.iter().map(|id| survivors.get(id).copied().unwrap_or(*id)).collect();
        let living: HashMap<Id, bool> = read::get_many(reader, target, &ids)?
            .into_iter()
            .map(|record| (record.id, record.deleted_at.is_none()))
            .collect();
        for (text, key) in texts.iter().zip(&keys) {
            let Some(row) = rows.get(key.as_slice()) else { continue };
            let id = survivors.get(&row.record).copied().unwrap_or(row.record);
            if living.get(&id) != Some(&true) {
                continue;
            }
            match found.get(text) {
                Some(other) if *other != id => ambiguous.push(text.clone()),
                _ => {
                    found.insert(text.clone(), id);
                }
            }
        }
    }
    // Two systems may both have a customer 17: then the number says nothing.
    for text in ambiguous {
        found.remove(&text);
    }
    Ok(found)
}
