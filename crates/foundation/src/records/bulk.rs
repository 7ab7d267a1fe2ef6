//! Many records at once: now, or as a job when there are more than a request should wait for.
//!
//! A job works in parts of a few hundred, each in one transaction with its own progress, so a killed process goes on where
//! it was. All parts carry one change id: the whole can be undone.

use std::collections::HashMap;
use std::sync::Arc;

use kernel::{Error, Id, Result, limits};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use super::catalogue::Object;
use super::read::{self, ListQuery};
use super::write::{self, Write};
use super::{ask, input, undo};
use crate::access::Action;
use crate::access::audit::{self, action};
use crate::app::App;
use crate::jobs::{self, Job, Work};
use crate::operation::{Operation, Reader};

/// Records of one part of a job.
const PART: usize = 400;

/// What is wished for many records.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bulk {
    pub action: BulkAction,
    /// What is made; for an update each record with its `id` and its own values, instead of `ids` and `set`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub records: Vec<Map<String, Json>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<Id>,
    /// Question in text form: all that answer yes; an empty one means every record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub set: Map<String, Json>,
    /// Only says what would happen.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub preview: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkAction {
    Create,
    Update,
    Delete,
    Restore,
}

/// Does it now, or starts a job: `{"change","done","errors"}` or `{"job"}`.
pub fn start(op: &mut Operation, object: &Arc<Object>, bulk: &Bulk) -> Result<Json> {
    match bulk.action {
        BulkAction::Create => return create(op, object, bulk),
        BulkAction::Update => drop(input::read(op, object, &bulk.set)?),
        BulkAction::Delete | BulkAction::Restore => {}
    }
    let action = if bulk.action == BulkAction::Update { Action::Update } else { Action::Delete };
    op.who.need(&object.def.name, action)?;
    let ids = match &bulk.filter {
        None if !bulk.records.is_empty() => named(bulk)?,
        None => bulk.ids.clone(),
        Some(filter) => {
            let query = ListQuery {
                filter: self::filter(op, object, filter)?,
                limit: 1,
                trash: bulk.action == BulkAction::Restore,
                ..ListQuery::default()
            };
            let total = read::count_exact(op, object, &query)?.value;
            if total > limits::BULK_NOW as i64 {
                return as_job(op, object, bulk, total);
            }
            page_of_ids(op, object, bulk, None, limits::BULK_NOW)?
        }
    };
    if ids.len() > limits::BULK_NOW {
        return as_job(op, object, bulk, i64::try_from(ids.len()).unwrap_or(i64::MAX));
    }
    let (done, errors) = part(op, object, bulk, &ids)?;
    noted(op, object, bulk, json!({ "done": done, "refused": errors.len() }))?;
    Ok(json!({ "change": op.change, "done": done, "errors": errors }))
}

/// The ids of the records that each bring their own values, in their order.
pub(super) fn named(bulk: &Bulk) -> Result<Vec<Id>> {
    let at =
        |place: usize| Error::invalid(&format!("records/{place}/id"), "required", "each record is named by its id");
    let id = |(place, record): (usize, &Map<String, Json>)| {
        record.get("id").and_then(Json::as_str).and_then(Id::parse).ok_or_else(|| at(place))
    };
    bulk.records.iter().enumerate().map(id).collect()
}

fn as_job(op: &mut Operation, object: &Arc<Object>, bulk: &Bulk, total: i64) -> Result<Json> {
    let payload = json!({ "object": object.def.name, "bulk": bulk });
    let job = jobs::enqueue(op, BulkWork::KIND, payload, total)?;
    noted(op, object, bulk, json!({ "job": job.id, "records": total }))?;
    Ok(json!({ "job": job.to_json() }))
}

/// One line of the audit log for the whole.
fn noted(op: &mut Operation, object: &Object, bulk: &Bulk, counts: Json) -> Result<()> {
    let fields: Vec<&String> = bulk.set.keys().collect();
    let detail = json!({ "action": bulk.action, "fields": fields, "counts": counts });
    audit::write(op, action::BULK_CHANGED, Some(&object.def.name), None, detail)
}

fn create(op: &mut Operation, object: &Arc<Object>, bulk: &Bulk) -> Result<Json> {
    op.who.need(&object.def.name, Action::Create)?;
    if bulk.records.len() > limits::BULK_NOW * 2 {
        return Err(Error::TooLarge(format!(
            "at most {} records in one request; import a file for more",
            limits::BULK_NOW * 2
        )));
    }
    let (mut writes, mut places, mut errors) = (Vec::new(), Vec::new(), Vec::new());
    for (place, record) in bulk.records.iter().enumerate() {
        match input::read(op, object, record) {
            Ok(values) => {
                writes.push(Write::Create { values });
                places.push(place);
            }
            Err(error) => errors.push(fault(place, &error)),
        }
    }
    let mut ids = Vec::new();
    for (place, result) in places.into_iter().zip(write::apply(op, object, writes)?) {
        match result {
            Ok(written) => ids.push(written.id),
            Err(error) => errors.push(fault(place, &error)),
        }
    }
    noted(op, object, bulk, json!({ "done": ids.len(), "refused": errors.len() }))?;
    Ok(json!({ "change": op.change, "done": ids.len(), "ids": ids, "errors": errors }))
}

fn fault(place: usize, error: &Error) -> Json {
    let fields = match error {
        Error::Invalid(fields) => json!(fields),
        _ => json!([]),
    };
    json!({ "index": place, "detail": error.to_string(), "errors": fields })
}

fn part(op: &mut Operation, object: &Arc<Object>, bulk: &Bulk, ids: &[Id]) -> Result<(usize, Vec<Json>)> {
    let (mut writes, mut wanted, mut errors) = (Vec::new(), Vec::new(), Vec::new());
    for (id, write) in wishes(op, object, bulk, ids)? {
        match write {
            Ok(write) => {
                writes.push(write);
                wanted.push(id);
            }
            Err(error) => errors.push(refused(id, &error)),
        }
    }
    let mut done = 0;
    for (id, result) in wanted.into_iter().zip(write::apply(op, object, writes)?) {
        match result {
            Ok(written) => done += usize::from(written.outcome != write::Outcome::Unchanged),
            Err(error) => errors.push(refused(id, &error)),
        }
    }
    Ok((done, errors))
}

/// What is wished for each of these records, or why it cannot be wished.
pub(super) fn wishes(
    op: &mut Operation,
    object: &Arc<Object>,
    bulk: &Bulk,
    ids: &[Id],
) -> Result<Vec<(Id, Result<Write>)>> {
    let same = if bulk.action == BulkAction::Update { input::read(op, object, &bulk.set)? } else { Vec::new() };
    let own: HashMap<Id, &Map<String, Json>> =
        if bulk.records.is_empty() { HashMap::new() } else { named(bulk)?.into_iter().zip(&bulk.records).collect() };
    let mut wishes = Vec::with_capacity(ids.len());
    for id in ids {
        let write = match bulk.action {
            BulkAction::Delete => Ok(Write::Trash { id: *id }),
            BulkAction::Restore => Ok(Write::Restore { id: *id }),
            BulkAction::Update | BulkAction::Create => match own.get(id) {
                None => Ok(Write::Update { id: *id, version: None, values: same.clone() }),
                Some(record) => own_values(op, object, *id, record),
            },
        };
        wishes.push((*id, write));
    }
    Ok(wishes)
}

/// What one record asks for itself; `version`, if it names one, is what its writer saw.
fn own_values(op: &mut Operation, object: &Arc<Object>, id: Id, record: &Map<String, Json>) -> Result<Write> {
    let mut values = record.clone();
    values.remove("id");
    let version = values.get("version").and_then(Json::as_i64);
    Ok(Write::Update { id, version, values: input::read(op, object, &values)? })
}

/// Why a record stays as it is, field by field where the fault is in a field.
fn refused(id: Id, error: &Error) -> Json {
    let fields = match error {
        Error::Invalid(fields) => json!(fields),
        _ => json!([]),
    };
    json!({ "id": id, "detail": error.to_string(), "errors": fields })
}

/// The filter of a bulk change.
pub(super) fn filter(reader: &mut Reader, object: &Object, text: &str) -> Result<Option<Arc<question::Checked>>> {
    if text.trim().is_empty() { Ok(None) } else { ask::filter(reader, object, text).map(Some) }
}

/// The next ids of a filter in the order of their ids, so that a record changed out of the filter is not counted twice.
pub(super) fn page_of_ids(
    op: &mut Operation,
    object: &Arc<Object>,
    bulk: &Bulk,
    after: Option<Id>,
    limit: usize,
) -> Result<Vec<Id>> {
    let mut args = vec![db::Arg::Id(after.unwrap_or(Id::NIL))];
    let rule = ask::rule_sql(op, object, Action::Read, &mut args)?;
    let filter = match bulk.filter.as_deref().map(|text| filter(op, object, text)).transpose()?.flatten() {
        Some(checked) => ask::compile(op, &checked, &mut args),
        None => "1 = 1".into(),
    };
    let bin = if bulk.action == BulkAction::Restore {
        "not null and not exists (select 1 from party_alias a where a.alias = r.id)"
    } else {
        "null"
    };
    args.push(db::Arg::Int(i64::try_from(limit).unwrap_or(1)));
    let sql = format!(
        "select r.id from {} r where r.id > $1 and r.deleted_at is {bin} and {rule} and {filter} order by r.id limit ${}",
        object.def.table,
        args.len()
    );
    Ok(op.tx.query(&sql, &args)?.iter().map(|row| row.id(0)).collect())
}

/// The job of a bulk edit.
pub struct BulkWork;

impl BulkWork {
    pub const KIND: &'static str = "bulk";
}

impl Work for BulkWork {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run(&self, app: &App, job: &Job) -> Result<Json> {
        let name = job.payload.get("object").and_then(Json::as_str).unwrap_or_default().to_string();
        let bulk: Bulk =
            serde_json::from_value(job.payload.get("bulk").cloned().unwrap_or_default()).map_err(Error::internal)?;
        let mut cursor = job.cursor.clone();
        let mut done = job.done;
        loop {
            job.go_on()?;
            let (job, bulk, name, at) = (job.clone(), bulk.clone(), name.clone(), cursor.clone());
            let step = app.write_now(&job.who.clone(), move |op| {
                let object = op.object(&name)?;
                op.change = job.change;
                let ids = match &bulk.filter {
                    Some(_) => page_of_ids(op, &object, &bulk, at.as_deref().and_then(Id::parse), PART)?,
                    None if !bulk.records.is_empty() => {
                        let from: usize = at.as_deref().and_then(|n| n.parse().ok()).unwrap_or(0);
                        named(&bulk)?.into_iter().skip(from).take(PART).collect()
                    }
                    None => {
                        let from: usize = at.as_deref().and_then(|n| n.parse().ok()).unwrap_or(0);
                        bulk.ids.iter().skip(from).take(PART).copied().collect()
                    }
                };
                let Some(last) = ids.last() else { return Ok(None) };
                part(op, &object, &bulk, &ids)?;
                let next = match &bulk.filter {
                    Some(_) => last.to_string(),
                    None => (at.as_deref().and_then(|n| n.parse::<usize>().ok()).unwrap_or(0) + ids.len()).to_string(),
                };
                let total_done = done + i64::try_from(ids.len()).unwrap_or(0);
                jobs::advance(op, job.lease, &next, total_done)?;
                Ok(Some((next, total_done)))
            })?;
            match step {
                Some((next, total)) => {
                    cursor = Some(next);
                    done = total;
                }
                None => return Ok(json!({ "done": done })),
            }
        }
    }
}

/// The job of undoing a large change.
pub struct UndoWork;

impl UndoWork {
    pub const KIND: &'static str = "undo";
}

impl Work for UndoWork {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run(&self, app: &App, job: &Job) -> Result<Json> {
        let change = job.payload.get("change").and_then(Json::as_str).and_then(Id::parse).ok_or(Error::NotFound)?;
        let mut cursor = job.cursor.as_deref().and_then(|seq| seq.parse::<i64>().ok());
        let mut done = job.done;
        let mut skipped = 0;
        loop {
            job.go_on()?;
            let part = {
                let job = job.clone();
                app.write_now(&job.who.clone(), move |op| {
                    op.change = job.change;
                    let part = undo::step(op, change, cursor)?;
                    let next = part.cursor.map(|seq| seq.to_string()).unwrap_or_default();
                    jobs::advance(op, job.lease, &next, done + i64::try_from(part.undone).unwrap_or(0))?;
                    Ok(part)
                })?
            };
            done += i64::try_from(part.undone).unwrap_or(0);
            skipped += part.skipped.len();
            cursor = part.cursor;
            if part.finished {
                return Ok(json!({ "undone": done, "skipped": skipped }));
            }
        }
    }
}

/// Undoes a change now, or as a job when it is large: `{"change","undone","skipped"}` or `{"job"}`.
pub fn undo_change(op: &mut Operation, change: Id) -> Result<Json> {
    let size = undo::size(op, change, 5001)?;
    if size == 0 {
        return Err(Error::NotFound);
    }
    if size > 5000 {
        let total = undo::size(op, change, i64::MAX)?;
        let job = jobs::enqueue(op, UndoWork::KIND, json!({ "change": change }), total)?;
        audit::write(op, action::UNDONE, None, None, json!({ "of": change, "job": job.id, "lines": total }))?;
        return Ok(json!({ "job": job.to_json() }));
    }
    let undone = undo::whole(op, change)?;
    audit::write(
        op,
        action::UNDONE,
        None,
        None,
        json!({ "of": change, "undone": undone.undone, "skipped": undone.skipped.len() }),
    )?;
    Ok(json!({ "change": op.change, "undone": undone.undone, "skipped": undone.skipped }))
}
