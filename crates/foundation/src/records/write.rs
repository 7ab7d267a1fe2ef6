//! Writing records: one way for a form, the API, a bulk edit and an import of a million rows.
//!
//! A batch of writes becomes drafts (before and after), drafts are checked (required, links, unique), then rows, links,
//! identities, events and the figures of parents are written, all in the caller's transaction. One bad write of a batch is
//! an error of its own and leaves the others alone.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use db::{Arg, Kind, OnConflict};
use kernel::object::FieldType;
use kernel::{Error, FieldError, Id, Result, Time, Value};
use serde_json::{Map, json};

use super::catalogue::Object;
use super::record::{self, CHUNK, Record, id_list};
use super::{ask, columns, formula, merged, rollup};
use crate::access::Action;
use crate::ledger::{self, Entry};
use crate::operation::Operation;

/// One wish. Values are by field position.
#[derive(Debug, Clone)]
pub enum Write {
    Create {
        values: Vec<(usize, Value)>,
    },
    /// With a version, a field that somebody else changed since is a conflict; without, the values are simply set.
    Update {
        id: Id,
        version: Option<i64>,
        values: Vec<(usize, Value)>,
    },
    /// Into the bin, from where it can be restored.
    Trash {
        id: Id,
    },
    Restore {
        id: Id,
    },
    /// Out of the lists, for it is another one now. Only `merged` asks for this and the next two.
    Join {
        id: Id,
        into: Id,
    },
    /// Back into the lists.
    Part {
        id: Id,
        out_of: Id,
        values: Vec<(usize, Value)>,
    },
    /// New values for a record that is joined to another: one that gave it some has left.
    Amend {
        id: Id,
        values: Vec<(usize, Value)>,
    },
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Created,
    Changed,
    Unchanged,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    pub id: Id,
    pub version: i64,
    pub outcome: Outcome,
}

/// A record before and after one write.
pub struct Draft {
    pub before: Option<Record>,
    pub after: Record,
    pub changed: Vec<usize>,
    pub what: What,
    /// Links that named a joined record: the field, the id it said, and whether a link to who that is now came by it.
    pub arrived: Vec<(usize, Id, bool)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Created,
    Updated,
    Trashed,
    Restored,
    /// Into that one.
    Joined(Id),
    /// Out of that one.
    Parted(Id),
}

/// Applies writes to records of one object. The outer result is a fault of the whole; each inner one is that write's own.
pub fn apply(op: &mut Operation, object: &Arc<Object>, writes: Vec<Write>) -> Result<Vec<Result<Written>>> {
    let prepared = prepare(op, object, writes)?;
    let mut drafts = Vec::with_capacity(prepared.len());
    let mut results = Vec::with_capacity(prepared.len());
    for one in prepared {
        match one {
            Ok((draft, written)) => {
                drafts.extend(draft);
                results.push(Ok(written));
            }
            Err(error) => results.push(Err(error)),
        }
    }
    store(op, object, &drafts)?;
    Ok(results)
}

/// What a domain keeps beside the records of one of its objects, and what it has against a change that fields alone do not
/// show.
pub trait Keeps: Send + Sync {
    /// The object's name.
    fn object(&self) -> &'static str;

    /// What is wrong with drafts that are about to be written, by their place.
    fn check(
        &self,
        op: &mut Operation,
        object: &Object,
        drafts: &[Option<Draft>],
    ) -> Result<Vec<(usize, kernel::FieldError)>>;

    /// Follows what was written, in the same transaction.
    fn follow(&self, op: &mut Operation, drafts: &[Draft]) -> Result<()>;
}

/// What became of a write, with its draft; none where it changes nothing.
pub type Prepared = Result<(Option<Draft>, Written)>;

/// Everything that [`apply`] does before it writes: nothing is stored. A preview of many writes is this alone.
pub fn prepare(op: &mut Operation, object: &Arc<Object>, writes: Vec<Write>) -> Result<Vec<Prepared>> {
    let mut current = load_current(op, object, &writes)?;
    let mut drafts: Vec<Option<Draft>> = Vec::with_capacity(writes.len());
    let mut results: Vec<Result<Written>> = Vec::with_capacity(writes.len());
    for write in writes {
        match draft(op, object, &mut current, write) {
            Ok((draft, written)) => {
                drafts.push(draft);
                results.push(Ok(written));
            }
            Err(error) => {
                drafts.push(None);
                results.push(Err(error));
            }
        }
    }
    merged::lead_on_returning(op, object, &mut drafts)?;
    let faults = super::check::all(op, object, &mut drafts)?;
    for (position, errors) in faults {
        if let (Some(draft), Some(result)) = (drafts.get_mut(position), results.get_mut(position)) {
            *draft = None;
            *result = Err(errors);
        }
    }
    Ok(results.into_iter().zip(drafts).map(|(result, draft)| result.map(|written| (draft, written))).collect())
}

/// [`apply`] for one write.
pub fn apply_one(op: &mut Operation, object: &Arc<Object>, write: Write) -> Result<Written> {
    apply(op, object, vec![write])?.pop().unwrap_or(Err(Error::NotFound))
}

/// The records that the writes are about, as far as the caller may read them, with whether each action is allowed.
struct Current {
    records: HashMap<Id, (Record, Allowed)>,
}

#[derive(Clone, Copy)]
struct Allowed {
    update: bool,
    delete: bool,
}

fn load_current(op: &mut Operation, object: &Arc<Object>, writes: &[Write]) -> Result<Current> {
    let mut ids: Vec<Id> = Vec::new();
    for write in writes {
        match write {
            Write::Create { .. } => {}
            Write::Update { id, .. }
            | Write::Trash { id }
            | Write::Restore { id }
            | Write::Join { id, .. }
            | Write::Part { id, .. }
            | Write::Amend { id, .. } => ids.push(*id),
        }
    }
    let mut records = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let mut args = Vec::new();
        let read = ask::rule_sql(op, object, Action::Read, &mut args)?;
        let update = ask::rule_sql(op, object, Action::Update, &mut args)?;
        let delete = ask::rule_sql(op, object, Action::Delete, &mut args)?;
        let list = id_list(chunk, &mut args);
        let sql = format!(
            "select {}, case when {update} then 1 else 0 end, case when {delete} then 1 else 0 end from {} r where r.id in ({list}) and {read}",
            record::select_list(object),
            object.def.table
        );
        let rows = op.tx.query(&sql, &args)?;
        let flags = record::SYSTEM.len() + object.columns.len();
        let mut loaded: Vec<Record> = rows.iter().map(|row| Record::from_row(object, row)).collect();
        record::load_many(op.tx, object, &mut loaded)?;
        for (row, loaded) in rows.iter().zip(loaded) {
            records.insert(loaded.id, (loaded, Allowed { update: row.flag(flags), delete: row.flag(flags + 1) }));
        }
    }
    Ok(Current { records })
}

fn draft(
    op: &mut Operation,
    object: &Arc<Object>,
    current: &mut Current,
    write: Write,
) -> Result<(Option<Draft>, Written)> {
    let (now, by) = (op.now, op.who.actor());
    match write {
        Write::Create { values } => {
            if !op.who.access.on(&object.def.name).allows(Action::Create) {
                return Err(Error::Forbidden("creating these records"));
            }
            let mut after = Record::new(object, Id::at(now.0), now, by);
            super::input::defaults(op, object, &mut after);
            let set: Vec<usize> = values.iter().map(|(position, _)| *position).collect();
            for (position, value) in values {
                after.set(position, value);
            }
            settle(op, object, None, &mut after, &set);
            let changed = (0..after.values.len()).filter(|p| !after.value(*p).is_null()).collect();
            let written = Written { id: after.id, version: 1, outcome: Outcome::Created };
            Ok((Some(Draft { before: None, after, changed, what: What::Created, arrived: Vec::new() }), written))
        }
        Write::Update { id, version, values } => {
            let (before, _) = current.records.get(&id).ok_or(Error::NotFound)?;
            if before.deleted_at.is_some() {
                merged::refuse_joined(op, id)?;
                return Err(Error::conflict("record.trashed", "the record is in the bin; restore it first"));
            }
            amend(op, object, current, id, version, values)
        }
        Write::Amend { id, values } => amend(op, object, current, id, None, values),
        Write::Trash { id } => flip(current, id, now, by, Some(now)),
        Write::Restore { id } => {
            if super::erase::is_erased(op, object, id)? && current.records.contains_key(&id) {
                return Err(Error::conflict("record.erased", "the record was erased and cannot come back"));
            }
            merged::refuse_joined(op, id)?;
            flip(current, id, now, by, None)
        }
        Write::Join { id, into } => {
            let (draft, written) = flip(current, id, now, by, Some(now))?;
            Ok((draft.map(|draft| Draft { what: What::Joined(into), ..draft }), written))
        }
        Write::Part { id, out_of, values } => {
            let (draft, written) = flip(current, id, now, by, None)?;
            let Some(mut draft) = draft else { return Ok((None, written)) };
            let set: Vec<usize> = values.iter().map(|(position, _)| *position).collect();
            for (position, value) in values {
                draft.after.set(position, value);
            }
            if !set.is_empty() {
                settle(op, object, draft.before.as_ref(), &mut draft.after, &set);
                let before = draft.before.as_ref().map_or(&draft.after, |before| before);
                let differs = |p: &usize| draft.after.value(*p) != before.value(*p);
                draft.changed = (0..draft.after.values.len()).filter(differs).collect();
            }
            draft.what = What::Parted(out_of);
            Ok((Some(draft), written))
        }
    }
}

/// Sets values of a record, whether it is alive or joined to another.
fn amend(
    op: &mut Operation,
    object: &Arc<Object>,
    current: &mut Current,
    id: Id,
    version: Option<i64>,
    values: Vec<(usize, Value)>,
) -> Result<(Option<Draft>, Written)> {
    let (before, allowed) = current.records.get(&id).ok_or(Error::NotFound)?;
    if !allowed.update {
        return Err(Error::Forbidden("changing this record"));
    }
    let (before, allowed) = (before.clone(), *allowed);
    let mut after = before.clone();
    let set: Vec<usize> = values.iter().map(|(position, _)| *position).collect();
    for (position, value) in values {
        after.set(position, value);
    }
    settle(op, object, Some(&before), &mut after, &set);
    let changed: Vec<usize> = (0..after.values.len()).filter(|p| after.value(*p) != before.value(*p)).collect();
    if changed.is_empty() {
        return Ok((None, Written { id, version: before.version, outcome: Outcome::Unchanged }));
    }
    if let Some(version) = version.filter(|version| *version != before.version) {
        refuse_stale(op, object, &before, &after, &changed, version)?;
    }
    after.version = before.version + 1;
    after.updated_at = op.now;
    after.updated_by = op.who.actor();
    let written = Written { id, version: after.version, outcome: Outcome::Changed };
    current.records.insert(id, (after.clone(), allowed));
    Ok((Some(Draft { before: Some(before), after, changed, what: What::Updated, arrived: Vec::new() }), written))
}

fn flip(
    current: &mut Current,
    id: Id,
    now: Time,
    by: Option<Id>,
    deleted_at: Option<Time>,
) -> Result<(Option<Draft>, Written)> {
    let (before, allowed) = current.records.get(&id).ok_or(Error::NotFound)?;
    if !allowed.delete {
        return Err(Error::Forbidden("deleting this record"));
    }
    if before.deleted_at.is_some() == deleted_at.is_some() {
        return Ok((None, Written { id, version: before.version, outcome: Outcome::Unchanged }));
    }
    let (before, allowed) = (before.clone(), *allowed);
    let mut after = before.clone();
    after.deleted_at = deleted_at;
    after.version += 1;
    after.updated_at = now;
    after.updated_by = by;
    let written = Written { id, version: after.version, outcome: Outcome::Changed };
    current.records.insert(id, (after.clone(), allowed));
    let what = if deleted_at.is_some() { What::Trashed } else { What::Restored };
    Ok((Some(Draft { before: Some(before), after, changed: Vec::new(), what, arrived: Vec::new() }), written))
}

/// What follows from the values that were set: the domain's rules, then formulas and the title.
fn settle(op: &mut Operation, object: &Arc<Object>, before: Option<&Record>, after: &mut Record, set: &[usize]) {
    ledger::facts::settle(op, object, before, after, set);
    crate::workspace::views::settle(op, object, after);
    complete(object, after);
}

/// Formulas and the title follow from the other values.
pub fn complete(object: &Object, record: &mut Record) {
    formula::compute(object, record);
    record.title = record.make_title(object);
}

/// Two people in different fields of one record: both writes hold. In one field: the second is shown both values.
fn refuse_stale(
    op: &mut Operation,
    object: &Arc<Object>,
    before: &Record,
    after: &Record,
    changed: &[usize],
    version: i64,
) -> Result<()> {
    let since = super::history::fields_changed_since(op, object, before.id, version)?;
    let mut both = Map::new();
    for position in changed {
        let Some(field) = object.field(*position).filter(|field| !field.kind.is_computed()) else { continue };
        if since.contains(&field.name) {
            both.insert(
                field.name.clone(),
                json!({ "yours": after.value(*position).to_json(), "theirs": before.value(*position).to_json() }),
            );
        }
    }
    if both.is_empty() {
        return Ok(());
    }
    Err(Error::Conflict {
        code: "record.stale",
        detail: "somebody else changed the same field meanwhile".into(),
        details: json!({ "fields": both, "version": before.version }),
    })
}

/// Writes checked drafts: rows, links, identities, keys, events, and the figures of parents.
fn store(op: &mut Operation, object: &Arc<Object>, drafts: &[Draft]) -> Result<()> {
    if drafts.is_empty() {
        return Ok(());
    }
    insert_rows(op, object, drafts)?;
    update_rows(op, object, drafts)?;
    write_links(op, object, drafts)?;
    merged::follow_links(op, object, drafts)?;
    if object.def.party {
        write_identities(op, object, drafts)?;
    }
    merged::follow_bin(op, object, drafts)?;
    let entries = events_of(op, object, drafts);
    for draft in drafts.iter().filter(|draft| !matches!(draft.what, What::Joined(_) | What::Parted(_))) {
        op.touched.note(object, draft.after.id, draft.before.as_ref());
    }
    ledger::append(op, entries)?;
    rollup::carry(op, object, drafts)?;
    crate::workspace::notices::follow(op, object, drafts)?;
    crate::access::users::follow(op, object, drafts)?;
    let keepers = op.app.keepers().to_vec();
    keepers.iter().filter(|keeper| keeper.object() == object.def.name).try_for_each(|keeper| keeper.follow(op, drafts))
}

fn insert_rows(op: &mut Operation, object: &Arc<Object>, drafts: &[Draft]) -> Result<()> {
    // Most records fill a few of many fields, and rows of one file the same: each such group is one narrow statement.
    let mut groups: BTreeMap<&[usize], Vec<Vec<Arg>>> = BTreeMap::new();
    let mut keys = Vec::new();
    for draft in drafts.iter().filter(|draft| draft.what == What::Created) {
        let record = &draft.after;
        let mut row: Vec<Arg> = Vec::with_capacity(NEW_ROW.len() + draft.changed.len() + 8);
        row.extend([
            record.id.into(),
            record.version.into(),
            Arg::text(record.title.as_str()),
            Arg::Text(kernel::fold::fold(&record.title)),
            record.created_at.into(),
            record.created_by.into(),
            record.updated_at.into(),
            record.updated_by.into(),
        ]);
        for position in &draft.changed {
            if let Some(field) = object.field(*position) {
                columns::write(field, record.value(*position), &mut row);
            }
        }
        groups.entry(&draft.changed).or_default().push(row);
        if object.def.party {
            keys.push(vec![record.id.into(), ledger::seal::new_salt()?.into()]);
        }
    }
    for (filled, rows) in groups {
        let own = filled.iter().flat_map(|position| object.columns_of(*position));
        let names: Vec<(&str, Kind)> =
            NEW_ROW.into_iter().chain(own.map(|column| (column.name.as_str(), column.kind))).collect();
        op.tx.insert(&object.def.table, &names, rows, OnConflict::Fail)?;
    }
    op.tx.insert("party_key", &[("party", Kind::Id), ("salt", Kind::Bytes)], keys, OnConflict::Fail)?;
    Ok(())
}

/// The system columns of a new row.
const NEW_ROW: [(&str, Kind); 8] = [
    ("id", Kind::Id),
    ("version", Kind::Int),
    ("title", Kind::Text),
    ("sort_title", Kind::Text),
    ("created_at", Kind::Int),
    ("created_by", Kind::Id),
    ("updated_at", Kind::Int),
    ("updated_by", Kind::Id),
];

fn update_rows(op: &mut Operation, object: &Arc<Object>, drafts: &[Draft]) -> Result<()> {
    // Writes that change the same columns share one statement.
    let mut groups: BTreeMap<&[usize], Vec<Vec<Arg>>> = BTreeMap::new();
    for draft in drafts.iter().filter(|draft| draft.what != What::Created) {
        let record = &draft.after;
        let mut args: Vec<Arg> = vec![
            record.version.into(),
            record.updated_at.into(),
            record.updated_by.into(),
            record.deleted_at.into(),
            Arg::text(record.title.as_str()),
            Arg::Text(kernel::fold::fold(&record.title)),
        ];
        for position in &draft.changed {
            if let Some(field) = object.field(*position) {
                columns::write(field, record.value(*position), &mut args);
            }
        }
        args.push(record.id.into());
        groups.entry(&draft.changed).or_default().push(args);
    }
    for (changed, sets) in groups {
        let mut assignments: Vec<String> = ["version", "updated_at", "updated_by", "deleted_at", "title", "sort_title"]
            .iter()
            .map(|name| (*name).to_string())
            .collect();
        assignments
            .extend(changed.iter().flat_map(|position| object.columns_of(*position)).map(|column| column.name.clone()));
        let last = assignments.len() + 1;
        let list: Vec<String> =
            assignments.iter().enumerate().map(|(i, name)| format!("{name} = ${}", i + 1)).collect();
        let sql = format!("update {} set {} where id = ${last}", object.def.table, list.join(", "));
        op.tx.execute_many(&sql, &sets)?;
    }
    Ok(())
}

fn write_links(op: &mut Operation, object: &Arc<Object>, drafts: &[Draft]) -> Result<()> {
    for position in &object.many {
        let Some(field) = object.field(*position) else { continue };
        let (mut added, mut removed) = (Vec::new(), Vec::new());
        for draft in drafts.iter().filter(|draft| draft.changed.contains(position)) {
            let old = links(draft.before.as_ref().map(|record| record.value(*position)));
            let new = links(Some(draft.after.value(*position)));
            let row = |to: &Id| vec![Arg::text(field.id.as_str()), Arg::Id(draft.after.id), Arg::Id(*to)];
            added.extend(new.iter().filter(|id| !old.contains(id)).map(row));
            removed.extend(old.iter().filter(|id| !new.contains(id)).map(row));
        }
        op.tx.execute_many("delete from link where field = $1 and from_id = $2 and to_id = $3", &removed)?;
        op.tx.insert(
            "link",
            &[("field", Kind::Text), ("from_id", Kind::Id), ("to_id", Kind::Id)],
            added,
            OnConflict::Skip,
        )?;
    }
    Ok(())
}

fn links(value: Option<&Value>) -> &[Id] {
    match value {
        Some(Value::Links(ids)) => ids,
        _ => &[],
    }
}

/// Under which e-mails and phones the party is found follows its fields; a party in the bin is not found. One that is
/// joined to another is still found, as that one.
fn write_identities(op: &mut Operation, object: &Arc<Object>, drafts: &[Draft]) -> Result<()> {
    let (mut added, mut removed) = (Vec::new(), Vec::new());
    for draft in drafts {
        // Who is joined, or was before this, is not in the bin.
        let joined = match draft.what {
            What::Joined(_) | What::Parted(_) => true,
            What::Updated => draft.after.deleted_at.is_some(),
            What::Created | What::Trashed | What::Restored => false,
        };
        let of = |record: &Record| if joined { held(object, record) } else { identities(object, record) };
        let old = draft.before.as_ref().map(of).unwrap_or_default();
        let new = of(&draft.after);
        let row = |(kind, value): &(&'static str, String)| {
            vec![Arg::from(*kind), Arg::text(value.as_str()), Arg::Id(draft.after.id)]
        };
        added.extend(new.difference(&old).map(row));
        removed.extend(old.difference(&new).map(row));
    }
    op.tx.execute_many("delete from identity where kind = $1 and value = $2 and party = $3", &removed)?;
    insert_identities(op, added)?;
    for draft in drafts {
        match draft.what {
            What::Parted(_) => merged::forget_keys(op, draft.after.id)?,
            What::Updated if draft.after.deleted_at.is_some() => {
                merged::forget_keys(op, draft.after.id)?;
                merged::keep_keys(op, object, std::slice::from_ref(&draft.after))?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Under what these records are found, whether or not they are in a list.
pub(super) fn keep_identities(op: &mut Operation, object: &Object, records: &[Record]) -> Result<()> {
    let row = |id: Id| move |(kind, value): (&'static str, String)| vec![kind.into(), value.into(), Arg::Id(id)];
    let rows = records.iter().flat_map(|record| held(object, record).into_iter().map(row(record.id))).collect();
    insert_identities(op, rows)
}

fn insert_identities(op: &mut Operation, mut rows: Vec<Vec<Arg>>) -> Result<()> {
    // In key order, so that a large batch walks the index once.
    rows.sort_by(|a, b| key_of(a).cmp(&key_of(b)));
    op.tx.insert(
        "identity",
        &[("kind", Kind::Text), ("value", Kind::Text), ("party", Kind::Id)],
        rows,
        OnConflict::Skip,
    )?;
    Ok(())
}

fn key_of(row: &[Arg]) -> (&str, &str) {
    match row {
        [Arg::Text(kind), Arg::Text(value), ..] => (kind, value),
        _ => ("", ""),
    }
}

fn identities(object: &Object, record: &Record) -> HashSet<(&'static str, String)> {
    if record.deleted_at.is_some() { HashSet::new() } else { held(object, record) }
}

fn held(object: &Object, record: &Record) -> HashSet<(&'static str, String)> {
    let mut found = HashSet::new();
    if !object.def.party {
        return found;
    }
    for (field, value) in object.def.fields.iter().zip(&record.values) {
        let Some(text) = value.as_text().filter(|_| field.identity) else { continue };
        let kind = match field.kind {
            FieldType::Email => "email",
            FieldType::Phone => "phone",
            _ => "external",
        };
        found.insert((kind, text.to_string()));
    }
    found
}

/// What the drafts mean on the ledger: the change itself, and what the domains make of it.
fn events_of(op: &Operation, object: &Arc<Object>, drafts: &[Draft]) -> Vec<Entry> {
    let mut entries = Vec::with_capacity(drafts.len());
    let verb = |what| match what {
        What::Created => "created",
        What::Updated => "updated",
        What::Trashed => "trashed",
        What::Restored => "restored",
        What::Joined(_) => "merged",
        What::Parted(_) => "unmerged",
    };
    for draft in drafts {
        if draft.what == What::Created && ledger::facts::waits(object) {
            continue;
        }
        let mut entry =
            Entry::about(op, object, &draft.after, &format!("{}.{}", object.def.name, verb(draft.what)), op.now);
        entry.props.insert("version".into(), json!(draft.after.version));
        // That a file brought a record is no event in its customer's life; what the record tells of is, at its own date.
        if op.channel == "import" && draft.what == What::Created && !object.def.party {
            entry.party = None;
            entry.also.clear();
        }
        if let What::Joined(other) | What::Parted(other) = draft.what {
            let name = if matches!(draft.what, What::Joined(_)) { "into" } else { "out_of" };
            entry.props.insert(name.into(), json!(other));
            if object.def.party {
                entry.also.push(other);
            }
        }
        if let Some(merge) = op.merge {
            entry.props.insert("merge".into(), json!(merge));
        }
        if let (What::Updated, Some(before)) = (draft.what, &draft.before) {
            let (mut open, mut personal) = (Map::new(), Map::new());
            for position in &draft.changed {
                let Some(field) = object.field(*position) else { continue };
                let pair = json!([before.value(*position).to_json(), draft.after.value(*position).to_json()]);
                if field.is_personal() { &mut personal } else { &mut open }.insert(field.name.clone(), pair);
            }
            entry.props.insert("changes".into(), open.into());
            if !personal.is_empty() {
                entry.personal.insert("changes".into(), personal.into());
            }
        }
        entries.push(entry);
    }
    entries
}

/// All faults of one write as one error.
pub fn invalid(errors: Vec<FieldError>) -> Error {
    Error::Invalid(errors)
}
