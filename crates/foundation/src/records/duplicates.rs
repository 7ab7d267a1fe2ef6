//! Hints while somebody types a new record: is it there already?
//!
//! Identities (an e-mail, a phone) and unique values name a record for certain; a name only makes one likely.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use db::Arg;
use kernel::object::FieldType;
use kernel::{Error, Id, Result, Value};
use serde_json::{Value as Json, json};

use super::catalogue::Object;
use super::{columns, figures, input, merged, read};
use crate::access::Action;
use crate::operation::Reader;
use crate::search;

/// Hints of one answer.
const MOST: usize = 5;
/// Parties looked at under one identity: a family may share a phone.
const UNDER_ONE: i64 = 20;
/// A name of fewer letters fits too many.
const SHORTEST_NAME: usize = 3;

/// Records that what was typed may already be.
pub fn hints(
    reader: &mut Reader,
    object: &Arc<Object>,
    typed: &BTreeMap<String, String>,
    except: Option<Id>,
) -> Result<Json> {
    reader.who.need(&object.def.name, Action::Read)?;
    let mut reasons: BTreeMap<Id, BTreeSet<String>> = BTreeMap::new();
    for (name, text) in typed {
        let position = figures::visible(reader, object, name, name)?;
        let Some(field) = object.field(position).filter(|field| field.identity || field.unique) else { continue };
        // Half a number is no fault while it is being typed.
        let Ok(value) = input::value(field, &json!(text.trim())) else { continue };
        if value.is_null() {
            continue;
        }
        let mut found = Vec::new();
        if let Some(text) = value.as_text().filter(|_| field.identity) {
            let kind = match field.kind {
                FieldType::Email => "email",
                FieldType::Phone => "phone",
                _ => "external",
            };
            let sql = format!("select party from identity where kind = $1 and value = $2 limit {UNDER_ONE}");
            found.extend(reader.tx.query(&sql, &[kind.into(), text.into()])?.iter().map(|row| row.id(0)));
        }
        if let Some(column) = object.columns_of(position).first().filter(|_| field.unique) {
            let mut args: Vec<Arg> = Vec::new();
            columns::write(field, &value, &mut args);
            args.truncate(1);
            let sql = format!(
                "select r.id from {} r where r.{} = $1 and r.deleted_at is null limit {UNDER_ONE}",
                object.def.table, column.name
            );
            found.extend(reader.tx.query(&sql, &args)?.iter().map(|row| row.id(0)));
        }
        for id in found {
            reasons.entry(id).or_default().insert(name.clone());
        }
        // A key of one that was merged into another names that other.
        if field.unique
            && let Some(text) = merged::key_text(field, &value)
        {
            for id in merged::by_key(reader, &field.id, &[text])?.into_values() {
                reasons.entry(id).or_default().insert(name.clone());
            }
        }
    }
    let found: Vec<Id> = reasons.keys().copied().collect();
    for (alias, now) in merged::now_of(reader, &found)? {
        let of_alias = reasons.remove(&alias).unwrap_or_default();
        reasons.entry(now).or_default().extend(of_alias);
    }
    let certain: Vec<Id> = reasons.keys().copied().collect();
    let mut data = Vec::new();
    let mut told: BTreeSet<Id> = except.into_iter().collect();
    for record in read::get_many(reader, object, &certain)? {
        if record.deleted_at.is_some() || !told.insert(record.id) {
            continue;
        }
        let reasons = reasons.remove(&record.id).unwrap_or_default();
        let hidden = &reader.who.access.on(&object.def.name).hidden_fields;
        let subtitle = record.fill_seen(object, &object.subtitle, &|field| !hidden.contains(field));
        data.push(hint(object, record.id, &record.title, &subtitle, &reasons, true));
    }
    if data.len() < MOST {
        for found in named(reader, object, typed)? {
            if told.insert(found.id) {
                let reasons = BTreeSet::from(["name".to_string()]);
                data.push(hint(object, found.id, &found.title, &found.subtitle, &reasons, false));
            }
        }
    }
    data.truncate(MOST);
    Ok(json!({ "data": data }))
}

/// Fails if a record that is about to be made may be there already, and shows which: for whoever asked to be told.
pub fn refuse(reader: &mut Reader, object: &Arc<Object>, values: &[(usize, Value)]) -> Result<()> {
    if !reader.who.access.on(&object.def.name).allows(Action::Read) {
        return Ok(());
    }
    let hidden = reader.who.access.on(&object.def.name).hidden_fields.clone();
    let typed: BTreeMap<String, String> = values
        .iter()
        .filter_map(|(position, value)| Some((object.field(*position)?, value.as_text()?)))
        .filter(|(field, _)| !hidden.contains(&field.name))
        .map(|(field, text)| (field.name.clone(), text.to_string()))
        .collect();
    let hints = hints(reader, object, &typed, None)?;
    let candidates = hints.get("data").cloned().unwrap_or_default();
    if candidates.as_array().is_none_or(Vec::is_empty) {
        return Ok(());
    }
    Err(Error::Conflict {
        code: "duplicate",
        detail: "this record may be there already".into(),
        details: json!({ "candidates": candidates }),
    })
}

fn hint(object: &Object, id: Id, title: &str, subtitle: &str, reasons: &BTreeSet<String>, certain: bool) -> Json {
    json!({ "object": object.def.name, "id": id, "title": title, "subtitle": subtitle, "reasons": reasons, "certain": certain })
}

/// Records with the typed name in their titles, mistyped words put right where nothing else is found.
fn named(reader: &mut Reader, object: &Arc<Object>, typed: &BTreeMap<String, String>) -> Result<Vec<search::Found>> {
    let parts: Vec<&str> = object
        .title
        .fields()
        .filter_map(|position| object.field(position))
        .filter_map(|field| typed.get(&field.name))
        .map(|text| text.trim())
        .filter(|text| !text.is_empty())
        .collect();
    let name = parts.join(" ");
    if name.chars().filter(|c| c.is_alphanumeric()).count() < SHORTEST_NAME {
        return Ok(Vec::new());
    }
    // One more than is shown: the record that is being changed finds itself.
    let found = search::suggest_links(reader, &object.def.name, &name, MOST + 1)?;
    if !found.is_empty() {
        return Ok(found);
    }
    let groups = search::find(reader, &name, Some(&object.def.name), MOST + 1)?.groups;
    Ok(groups.into_iter().flat_map(|group| group.data).collect())
}
