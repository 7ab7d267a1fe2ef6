//! What a bulk change would do, before it does it: how many records, a few of them before and after, and who refuses.
//!
//! The very code that would write is run up to the point where it writes, so the preview cannot promise anything else than
//! what happens. Counts are over all records; what single records say is known of the first five hundred.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::{Error, Result, limits};
use serde_json::{Map, Value as Json, json};

use super::bulk::{self, Bulk, BulkAction};
use super::catalogue::Object;
use super::read::{self, ListQuery};
use super::record::Record;
use super::{ask, write};
use crate::access::Action;
use crate::operation::{Operation, Reader};

/// Records shown before and after.
const SAMPLE: usize = 5;

/// How many records a change is about, and how many of them the caller may not change.
#[derive(Debug, Clone, Copy)]
pub struct Counted {
    count: i64,
    /// None where every record is looked at anyway.
    forbidden: Option<i64>,
}

/// Counts without holding anything up that wants to write.
pub fn count(reader: &mut Reader, object: &Arc<Object>, bulk: &Bulk) -> Result<Counted> {
    let action = match bulk.action {
        BulkAction::Create => {
            return Err(Error::invalid("preview", "wrong_type", "new records have no preview"));
        }
        BulkAction::Update => Action::Update,
        BulkAction::Delete | BulkAction::Restore => Action::Delete,
    };
    reader.who.need(&object.def.name, action)?;
    let Some(filter) = &bulk.filter else {
        let ids = if bulk.records.is_empty() { bulk.ids.len() } else { bulk::named(bulk)?.len() };
        let count = i64::try_from(ids).unwrap_or(i64::MAX);
        return Ok(Counted { count, forbidden: None });
    };
    let query = ListQuery {
        filter: bulk::filter(reader, object, filter)?,
        trash: bulk.action == BulkAction::Restore,
        ..ListQuery::default()
    };
    let count = read::count_exact(reader, object, &query)?.value;
    let (conditions, mut args) = read::conditions(reader, object, &query)?;
    let allowed = ask::rule_sql(reader, object, action, &mut args)?;
    let sql = format!(
        "select count(*) from {} r where {conditions} and not case when {allowed} then 1 = 1 else 1 = 0 end",
        object.def.table
    );
    let forbidden = reader.tx.one(&sql, &args)?.map_or(0, |row| row.int(0));
    Ok(Counted { count, forbidden: Some(forbidden) })
}

/// Runs the change over the first records as far as it goes without writing.
pub fn rehearse(op: &mut Operation, object: &Arc<Object>, bulk: &Bulk, counted: Counted) -> Result<Json> {
    let mut ids = match &bulk.filter {
        Some(_) => bulk::page_of_ids(op, object, bulk, None, limits::BULK_NOW)?,
        None if !bulk.records.is_empty() => bulk::named(bulk)?,
        None => bulk.ids.clone(),
    };
    ids.truncate(limits::BULK_NOW);
    let mut touched: Vec<usize> = bulk.set.keys().filter_map(|name| object.def.position(name)).collect();
    let mut refused: BTreeMap<(&'static str, String), i64> = BTreeMap::new();
    let mut writes = Vec::with_capacity(ids.len());
    for (_, wish) in bulk::wishes(op, object, bulk, &ids)? {
        match wish {
            Ok(write) => writes.push(write),
            Err(error) => *refused.entry(reason(error)).or_default() += 1,
        }
    }

    let (mut changed, mut unchanged) = (0, 0);
    let mut before: Vec<Record> = Vec::new();
    let mut after: Vec<Record> = Vec::new();
    for prepared in write::prepare(op, object, writes)? {
        match prepared {
            Ok((None, _)) => unchanged += 1,
            Ok((Some(draft), _)) => {
                changed += 1;
                if let (true, Some(old)) = (before.len() < SAMPLE, draft.before) {
                    touched.extend(draft.changed.iter().copied());
                    before.push(old);
                    after.push(draft.after);
                }
            }
            Err(error) => *refused.entry(reason(error)).or_default() += 1,
        }
    }
    if let Some(forbidden) = counted.forbidden {
        refused.retain(|(code, _), _| *code != FORBIDDEN);
        if forbidden > 0 {
            refused.insert((FORBIDDEN, "changing this record".into()), forbidden);
        }
    }
    touched.sort_unstable();
    touched.dedup();
    let (old, new) = (sides(op, object, &before, &touched)?, sides(op, object, &after, &touched)?);
    let sample: Vec<Json> = before
        .iter()
        .zip(old)
        .zip(new)
        .map(|((record, before), after)| {
            json!({ "id": record.id, "title": record.title, "before": before, "after": after })
        })
        .collect();
    let refused: Vec<Json> = refused
        .into_iter()
        .map(|((code, detail), count)| json!({ "code": code, "detail": detail, "count": count }))
        .collect();
    Ok(json!({
        "preview": true, "count": counted.count, "checked": ids.len(), "changed": changed, "unchanged": unchanged,
        "refused": refused, "sample": sample, "as_job": counted.count > limits::BULK_NOW as i64,
    }))
}

const FORBIDDEN: &str = "forbidden";

/// Why a record would refuse: a stable code and a sentence.
fn reason(error: Error) -> (&'static str, String) {
    match error {
        Error::Forbidden(what) => (FORBIDDEN, what.to_string()),
        Error::NotFound => ("not_found", "there is no such record".into()),
        Error::Conflict { code, detail, .. } => (code, detail),
        Error::Invalid(mut faults) if !faults.is_empty() => {
            let first = faults.swap_remove(0);
            (first.code, first.detail)
        }
        other => ("invalid", other.to_string()),
    }
}

/// The fields that a change touches, as the API shows them; what is hidden is not there.
fn sides(op: &mut Operation, object: &Arc<Object>, records: &[Record], fields: &[usize]) -> Result<Vec<Json>> {
    let shown = read::show(op, object, records, Some(fields))?;
    let names: Vec<&str> =
        fields.iter().filter_map(|position| object.field(*position)).map(|field| field.name.as_str()).collect();
    let keep = |record: Json| {
        let Json::Object(record) = record else { return json!({}) };
        let kept: Map<String, Json> = record
            .into_iter()
            .filter(|(name, _)| {
                names.contains(&name.as_str()) || matches!(name.as_str(), "title" | "deleted_at" | "linked")
            })
            .collect();
        Json::Object(kept)
    };
    Ok(shown.into_iter().map(keep).collect())
}
