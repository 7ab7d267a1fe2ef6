//! Mending: the values of a field are brought into their normal form over many records, with a preview, as a bulk edit that
//! can be undone as a whole.

use std::sync::Arc;

use db::Arg;
use foundation::access::Action;
use foundation::jobs::{self, Job, Work};
use foundation::records::bulk::{self, Bulk, BulkAction};
use foundation::records::read::{self, ListQuery};
use foundation::records::{Object, Record, ask, preview};
use foundation::{App, Operation, Reader};
use kernel::object::FieldType;
use kernel::{Error, Id, Result, Value, limits};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use super::judge::{self, Around};
use super::{measure, queries};

/// Records of one part of a job.
const PART: usize = 400;
/// Records that a preview looks at.
const PREVIEWED: usize = 2_000;

/// What is to be mended.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mend {
    pub object: String,
    pub field: String,
    /// Question in text form; empty means every record.
    #[serde(default)]
    pub filter: String,
    /// Only says what would happen.
    #[serde(default)]
    pub preview: bool,
}

/// Mends now, or starts a job: `{"change","done","errors"}` or `{"job"}`.
pub fn start(op: &mut Operation, mend: &Mend) -> Result<Json> {
    let (object, position) = checked(op, mend)?;
    let query = ListQuery { filter: filter(op, &object, &mend.filter)?, limit: 1, ..ListQuery::default() };
    let total = read::count_exact(op, &object, &query)?.value;
    if total > limits::BULK_NOW as i64 {
        let payload = serde_json::to_value(mend).map_err(Error::internal)?;
        let job = jobs::enqueue(op, MendWork::KIND, payload, total)?;
        return Ok(json!({ "job": job.to_json() }));
    }
    let ids = page(op, &object, &mend.filter, Id::NIL, limits::BULK_NOW)?;
    let records = read::get_many(op, &object, &ids)?;
    let wishes = wishes(&object, position, &records, op);
    if wishes.is_empty() {
        return Ok(json!({ "change": null, "done": 0, "errors": [] }));
    }
    bulk::start(op, &object, &as_bulk(wishes))
}

/// How many records the mend is about, and the values it would change among the first of them.
pub fn look(reader: &mut Reader, mend: &Mend) -> Result<(i64, usize, Option<Bulk>)> {
    let (object, position) = checked(reader, mend)?;
    let query = ListQuery { filter: filter(reader, &object, &mend.filter)?, limit: 1, ..ListQuery::default() };
    let total = read::count_exact(reader, &object, &query)?.value;
    let mut ids = page(reader, &object, &mend.filter, Id::NIL, PREVIEWED)?;
    if mend.filter.trim().is_empty() {
        // What was found wrong is looked at first, wherever in the list it stands.
        let measure = format!("validity:{}", mend.field);
        let most = i64::try_from(PREVIEWED).unwrap_or(0);
        let found = queries::findings(reader, &object.def.name, &measure, queries::Only::default(), Id::NIL, most)?;
        let found: Vec<Id> = found.into_iter().map(|(id, _)| id).collect();
        ids.retain(|id| !found.contains(id));
        ids.splice(0..0, found);
        ids.truncate(PREVIEWED);
    }
    let records = read::get_many(reader, &object, &ids)?;
    let mut wishes = wishes(&object, position, &records, reader);
    wishes.truncate(limits::BULK_NOW);
    Ok((total, records.len(), (!wishes.is_empty()).then(|| as_bulk(wishes))))
}

/// Says what would happen, by running the bulk edit up to where it would write.
pub fn rehearse(op: &mut Operation, mend: &Mend, total: i64, looked: usize, wished: Option<&Bulk>) -> Result<Json> {
    let (object, _) = checked(op, mend)?;
    let mut answer = match wished {
        Some(bulk) => {
            let counted = preview::count(op, &object, bulk)?;
            preview::rehearse(op, &object, bulk, counted)?
        }
        None => {
            json!({ "preview": true, "count": 0, "checked": 0, "changed": 0, "unchanged": 0, "refused": [], "sample": [] })
        }
    };
    if let Some(answer) = answer.as_object_mut() {
        answer.insert("total".into(), json!(total));
        answer.insert("looked".into(), json!(looked));
        answer.insert("as_job".into(), json!(total > limits::BULK_NOW as i64));
    }
    Ok(answer)
}

fn checked(reader: &Reader, mend: &Mend) -> Result<(Arc<Object>, usize)> {
    let object = reader.object(&mend.object)?;
    reader.who.need(&object.def.name, Action::Update)?;
    let access = reader.who.access.on(&object.def.name);
    let position =
        object.def.position(&mend.field).filter(|_| !access.hidden_fields.contains(&mend.field)).ok_or_else(|| {
            Error::invalid(
                "field",
                "unknown_field",
                format!("there is no field `{}` on {}", mend.field, object.def.plural),
            )
        })?;
    if access.readonly_fields.contains(&mend.field) {
        return Err(Error::invalid("field", "readonly", format!("`{}` cannot be changed here", mend.field)));
    }
    let looks = object.field(position).and_then(|field| judge::looks(&object.def.name, field));
    if looks.is_none_or(|looks| looks == judge::Looks::PastDate) {
        let detail = format!("`{}` has no normal form", mend.field);
        return Err(Error::invalid("field", "no_normal_form", detail));
    }
    Ok((object, position))
}

fn filter(reader: &mut Reader, object: &Object, text: &str) -> Result<Option<Arc<question::Checked>>> {
    if text.trim().is_empty() { Ok(None) } else { ask::filter(reader, object, text).map(Some) }
}

/// The next records of a filter in the order of their ids.
fn page(reader: &mut Reader, object: &Object, text: &str, after: Id, limit: usize) -> Result<Vec<Id>> {
    let mut args = vec![Arg::Id(after)];
    let rule = ask::rule_sql(reader, object, Action::Read, &mut args)?;
    let condition = match filter(reader, object, text)? {
        Some(checked) => ask::compile(reader, &checked, &mut args),
        None => "1 = 1".into(),
    };
    let sql = format!(
        "select r.id from {} r where r.id > $1 and r.deleted_at is null and {rule} and {condition} order by r.id limit {limit}",
        object.def.table
    );
    Ok(reader.tx.query(&sql, &args)?.iter().map(|row| row.id(0)).collect())
}

/// Each record with what its value would be.
fn wishes(object: &Object, position: usize, records: &[Record], reader: &Reader) -> Vec<Map<String, Json>> {
    let Some(field) = object.field(position) else { return Vec::new() };
    let Some(looks) = judge::looks(&object.def.name, field) else { return Vec::new() };
    let address = object.def.fields.iter().position(|field| matches!(field.kind, FieldType::Address));
    let today = measure::day_of(reader.now);
    let mut wishes = Vec::new();
    for record in records.iter().filter(|record| record.deleted_at.is_none()) {
        let country = match address.map(|address| record.value(address)) {
            Some(Value::Address(address)) => address.country.as_str(),
            _ => "",
        };
        let (_, mended) = judge::judge(looks, record.value(position), Around { country, today });
        if let Some(mended) = mended {
            let wish = [("id".to_string(), json!(record.id)), (field.name.clone(), mended.to_json())];
            wishes.push(Map::from_iter(wish));
        }
    }
    wishes
}

fn as_bulk(records: Vec<Map<String, Json>>) -> Bulk {
    Bulk { action: BulkAction::Update, records, ids: Vec::new(), filter: None, set: Map::new(), preview: false }
}

/// The job of a large mend.
pub struct MendWork;

impl MendWork {
    pub const KIND: &'static str = "quality.mend";
}

impl Work for MendWork {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run(&self, app: &App, job: &Job) -> Result<Json> {
        let mend: Mend = serde_json::from_value(job.payload.clone()).map_err(Error::internal)?;
        let mut cursor = job.cursor.as_deref().and_then(Id::parse).unwrap_or(Id::NIL);
        let (mut done, mut changed, mut refused) = (job.done, 0, 0);
        loop {
            job.go_on()?;
            let (of_job, mend, after) = (job.clone(), mend.clone(), cursor);
            let step = app.write_now(&job.who, move |op| {
                op.change = of_job.change;
                let (object, position) = checked(op, &mend)?;
                let ids = page(op, &object, &mend.filter, after, PART)?;
                let Some(last) = ids.last().copied() else { return Ok(None) };
                let records = read::get_many(op, &object, &ids)?;
                let wishes = wishes(&object, position, &records, op);
                let answer = if wishes.is_empty() { json!({}) } else { bulk::start(op, &object, &as_bulk(wishes))? };
                let seen = done + i64::try_from(ids.len()).unwrap_or(0);
                jobs::advance(op, of_job.lease, &last.to_string(), seen)?;
                let changed = answer.get("done").and_then(Json::as_i64).unwrap_or(0);
                let refused = answer.get("errors").and_then(Json::as_array).map_or(0, Vec::len);
                Ok(Some((last, seen, changed, refused)))
            })?;
            let Some((last, seen, now_changed, now_refused)) = step else {
                return Ok(json!({ "looked": done, "done": changed, "refused": refused }));
            };
            (cursor, done) = (last, seen);
            (changed, refused) = (changed + now_changed, refused + now_refused);
        }
    }
}
