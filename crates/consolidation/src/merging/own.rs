//! The golden record: what a survivor's fields say, made of its own values and those of whoever was joined to it. What it
//! said itself is kept for each field that another decided, so that anybody can leave again, in any order.
//!
//! What somebody typed since a merge is the survivor's own and wins over what the merge found.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use foundation::records::{Object, Record, Write, columns, merged, write};
use foundation::{Operation, Reader};
use kernel::object::FieldType;
use kernel::{Error, FieldDef, Id, Result, Value};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::queries;
use super::rules::{self, Rules};
use super::survivorship::{choose, in_order};
use super::weigh;

/// A field that others had a say in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// What the record said itself.
    pub own: Json,
    /// What it was given instead.
    pub given: Json,
    /// Whose value that was; nobody's where it is several records' together.
    pub winner: Option<Id>,
    /// Who had a say.
    pub members: Vec<Id>,
}

/// By the ids of fields.
pub type Own = BTreeMap<String, Entry>;

pub fn load(reader: &mut Reader, record: Id) -> Result<Own> {
    let stored = queries::own(reader, record)?;
    stored.map(serde_json::from_value).transpose().map(Option::unwrap_or_default).map_err(Error::internal)
}

pub fn store(op: &mut Operation, record: Id, own: &Own) -> Result<()> {
    let json = serde_json::to_value(own).map_err(Error::internal)?;
    queries::keep_own(op, record, (!own.is_empty()).then_some(&json))
}

/// Ids that a value links to.
pub fn ids_in(value: &Value) -> Vec<Id> {
    match value {
        Value::Link(id) => vec![*id],
        Value::Links(ids) => ids.clone(),
        _ => Vec::new(),
    }
}

/// A value whose links lead to who those are now; links to `without` lead nowhere.
pub fn led(value: &Value, to: &HashMap<Id, Id>, without: &[Id]) -> Value {
    let now = |id: &Id| to.get(id).copied().unwrap_or(*id);
    match value {
        Value::Link(id) => {
            let id = now(id);
            if without.contains(&id) { Value::Null } else { Value::Link(id) }
        }
        Value::Links(ids) => {
            let mut ids: Vec<Id> = ids.iter().map(now).filter(|id| !without.contains(id)).collect();
            ids.sort_unstable();
            ids.dedup();
            if ids.is_empty() { Value::Null } else { Value::Links(ids) }
        }
        other => other.clone(),
    }
}

fn stored(field: &FieldDef, json: &Json) -> Value {
    columns::from_json(field, json).unwrap_or(Value::Null)
}

/// The parts of a value that holds many.
fn parts(value: &Value) -> Vec<String> {
    match value {
        Value::Links(ids) => ids.iter().map(Id::to_string).collect(),
        Value::Choices(values) => values.clone(),
        _ => Vec::new(),
    }
}

fn of_parts(field: &FieldDef, parts: &[String]) -> Value {
    if parts.is_empty() {
        return Value::Null;
    }
    if matches!(field.kind, FieldType::MultiChoice { .. }) {
        return Value::Choices(in_order(field, parts));
    }
    let mut ids: Vec<Id> = parts.iter().filter_map(|text| Id::parse(text)).collect();
    ids.sort_unstable();
    ids.dedup();
    Value::Links(ids)
}

/// What a merge gave to a survivor.
pub struct Given<'g> {
    pub field: &'g FieldDef,
    pub before: &'g Value,
    pub after: &'g Value,
    pub winner: Option<Id>,
    pub others: &'g [Id],
}

/// Notes what a merge gave in one field. `before` is what the survivor said until now, `said` the same as it was written.
pub fn note(own: &mut Own, given: &Given, said: &Value, to: &HashMap<Id, Id>) {
    let Given { field, before, after, winner, others } = given;
    let mut entry = own.remove(&field.id);
    let many = rules::is_many(field);
    // What somebody typed since is the survivor's own.
    if !many && entry.as_ref().is_some_and(|entry| led(&stored(field, &entry.given), to, &[]) != **before) {
        entry = None;
    }
    if before == after {
        if let Some(mut entry) = entry {
            entry.members.extend(others.iter().filter(|id| !entry.members.contains(id)).copied().collect::<Vec<_>>());
            own.insert(field.id.clone(), entry);
        }
        return;
    }
    let (mut said, mut members) = (said.to_json(), Vec::new());
    if let Some(entry) = entry {
        said = if many { still_own(field, &entry, before, to).to_json() } else { entry.own };
        members = entry.members;
    }
    members.extend(others.iter().filter(|id| !members.contains(id)).copied().collect::<Vec<_>>());
    own.insert(field.id.clone(), Entry { own: said, given: after.to_json(), winner: *winner, members });
}

/// Of what a field holds now, what nobody gave, and of what was given, what was its own all the same.
fn still_own(field: &FieldDef, entry: &Entry, now: &Value, to: &HashMap<Id, Id>) -> Value {
    let said = stored(field, &entry.own);
    let given: HashSet<String> = parts(&led(&stored(field, &entry.given), to, &[])).into_iter().collect();
    let own: HashSet<String> = parts(&led(&said, to, &[])).into_iter().collect();
    let mut kept: Vec<String> =
        parts(now).into_iter().filter(|part| !given.contains(part) && !own.contains(part)).collect();
    // As they were written, also where they lead elsewhere now; not those that somebody took away since.
    let now: HashSet<String> = parts(now).into_iter().collect();
    let stays = |part: &String| now.contains(part) || !given.contains(part);
    let leads = |part: &String| parts(&led(&of_parts(field, std::slice::from_ref(part)), to, &[])).pop();
    kept.extend(parts(&said).into_iter().filter(|part| leads(part).as_ref().is_none_or(stays)));
    of_parts(field, &kept)
}

/// What a record's fields say once `gone` has left it, or once `moved`, who is joined to it, says something else.
pub struct Leaving {
    pub gone: Option<Id>,
    pub moved: Option<Id>,
}

/// Works out the fields that follow, only those that link or only those that do not, and takes them out of `own`.
pub fn without(
    op: &mut Operation,
    object: &Arc<Object>,
    record: &Record,
    own: &mut Own,
    leaving: &Leaving,
    links: bool,
) -> Result<Vec<(usize, Value)>> {
    let rules = rules::load(op, object)?;
    // Its own id, and who it is now where it is joined itself.
    let selves = [record.id, merged::now(op, record.id)?];
    let mut values = Vec::new();
    for (position, field) in object.def.fields.iter().enumerate() {
        if field.kind.target().is_some() != links {
            continue;
        }
        let Some(mut entry) = own.remove(&field.id) else { continue };
        if let Some(gone) = leaving.gone {
            entry.members.retain(|id| *id != gone);
        }
        let rows = queries::rows(op, object, &entry.members)?;
        let mut named = ids_in(&stored(field, &entry.own));
        named.extend(ids_in(&stored(field, &entry.given)));
        named.extend(rows.values().flat_map(|row| ids_in(row.value(position))));
        let before = record.value(position).clone();
        named.extend(ids_in(&before));
        let to = merged::now_of(op, &named)?;
        let after = if rules::is_many(field) {
            Some(many_without(field, position, &mut entry, &before, &rows, &to, &selves))
        } else {
            one_without(op, object, &rules, position, &mut entry, record, &rows, &to, leaving, &selves)?
        };
        if let Some(after) = &after
            && *after != before
        {
            values.push((position, after.clone()));
        }
        let is_own = entry.given == entry.own || entry.members.is_empty();
        if after.is_some() && !is_own {
            own.insert(field.id.clone(), entry);
        }
    }
    Ok(values)
}

fn many_without(
    field: &FieldDef,
    position: usize,
    entry: &mut Entry,
    before: &Value,
    rows: &HashMap<Id, Record>,
    to: &HashMap<Id, Id>,
    selves: &[Id],
) -> Value {
    let given = parts(&led(&stored(field, &entry.given), to, selves));
    let own = parts(&led(&stored(field, &entry.own), to, selves));
    let others: HashSet<String> = rows.values().flat_map(|row| parts(&led(row.value(position), to, selves))).collect();
    let goes = |part: &String| given.contains(part) && !own.contains(part) && !others.contains(part);
    // A record that is joined itself says its links as it said them.
    let leads = |part: &String| parts(&led(&of_parts(field, std::slice::from_ref(part)), to, &[])).pop();
    let mut after: Vec<String> =
        parts(before).into_iter().filter(|part| !leads(part).as_ref().is_some_and(goes)).collect();
    // What was its own and was dropped for the merge comes back.
    after.extend(own.iter().filter(|part| !given.contains(part)).cloned());
    let given: Vec<String> = given.into_iter().filter(|part| own.contains(part) || others.contains(part)).collect();
    entry.given = of_parts(field, &given).to_json();
    of_parts(field, &after)
}

/// None where somebody typed another value since: that stays, and is the record's own.
#[allow(clippy::too_many_arguments)]
fn one_without(
    op: &mut Operation,
    object: &Arc<Object>,
    rules: &Rules,
    position: usize,
    entry: &mut Entry,
    record: &Record,
    rows: &HashMap<Id, Record>,
    to: &HashMap<Id, Id>,
    leaving: &Leaving,
    selves: &[Id],
) -> Result<Option<Value>> {
    let Some(field) = object.field(position) else { return Ok(None) };
    let before = record.value(position);
    if led(&stored(field, &entry.given), to, selves) != led(before, to, selves) {
        return Ok(None);
    }
    let concerns = |id: Option<Id>| id.is_some() && id == entry.winner;
    // Nobody's: its own link led to one that it was joined with. That may be another again.
    if !concerns(leaving.gone) && !concerns(leaving.moved) && entry.winner.is_some() {
        return Ok(Some(before.clone()));
    }
    let said = stored(field, &entry.own);
    let mut itself = record.clone();
    itself.set(position, led(&said, to, selves));
    let mut candidates = vec![itself];
    for id in &entry.members {
        if let Some(row) = rows.get(id) {
            let mut row = row.clone();
            row.set(position, led(row.value(position), to, selves));
            candidates.push(row);
        }
    }
    let weighed = weigh::candidates(op, object, position, &candidates)?;
    let kept = choose(field, rules.of(object, field), &weighed);
    if kept.winner.is_none() && !said.is_null() {
        (entry.given, entry.winner) = (Json::Null, None);
        return Ok(Some(Value::Null));
    }
    if kept.winner.is_none_or(|winner| winner == record.id) {
        entry.given = entry.own.clone();
        // As it was written: whoever it names may be another by now, and is led on again.
        return Ok(Some(said));
    }
    entry.given = kept.value.to_json();
    entry.winner = kept.winner;
    Ok(Some(kept.value))
}

/// Writes values of a record, whether it is alive or joined to another; answers which changed.
pub fn write(
    op: &mut Operation,
    object: &Arc<Object>,
    record: &Record,
    values: Vec<(usize, Value)>,
) -> Result<Vec<usize>> {
    if values.is_empty() {
        return Ok(Vec::new());
    }
    let changed = values.iter().map(|(position, _)| *position).collect();
    let write = match record.deleted_at {
        None => Write::Update { id: record.id, version: None, values },
        Some(_) => Write::Amend { id: record.id, values },
    };
    write::apply_one(op, object, write)?;
    Ok(changed)
}

/// Who a record was joined to follows where it had decided a field that says something else now.
pub fn follow(op: &mut Operation, object: &Arc<Object>, id: Id) -> Result<()> {
    let mut moved = id;
    loop {
        let joined = merged::now(op, moved)?;
        if joined == moved {
            return Ok(());
        }
        let Some(parent) = merged::joined_to(op, joined)?.into_iter().find(|(alias, _)| *alias == moved) else {
            return Ok(());
        };
        let parent = parent.1;
        let mut own = load(op, parent)?;
        let leaving = Leaving { gone: None, moved: Some(moved) };
        let mut changed = false;
        for links in [false, true] {
            let Some(record) = queries::rows(op, object, &[parent])?.remove(&parent) else { return Ok(()) };
            let values = without(op, object, &record, &mut own, &leaving, links)?;
            changed |= !write(op, object, &record, values)?.is_empty();
        }
        store(op, parent, &own)?;
        if !changed {
            return Ok(());
        }
        moved = parent;
    }
}
