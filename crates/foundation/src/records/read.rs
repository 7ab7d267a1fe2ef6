//! Reading records: one, many, a count, and how a page of them is shown.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use db::Arg;
use kernel::{Error, Id, Result, Value};
use question::Checked;
use serde_json::{Value as Json, json};

use super::ask;
use super::catalogue::Object;
pub use super::paging::list;
use super::record::{self, CHUNK, Record, Titles, id_list};
use crate::access::{Action, audit};
use crate::operation::Reader;

/// Below this many rows an estimate is an exact count.
pub(super) const COUNT_BELOW: i64 = 20_000;
/// The same for a list without filter, which is counted along an index.
const COUNT_WHOLE_BELOW: i64 = 200_000;

/// What a list is asked for.
#[derive(Default, Clone)]
pub struct ListQuery {
    pub filter: Option<Arc<Checked>>,
    /// Field names, a leading `-` for descending; `title`, `created_at`, `updated_at` are known too.
    pub sort: Vec<String>,
    pub limit: usize,
    pub cursor: Option<String>,
    /// The page that ends where the cursor stands, or the last of the list without one.
    pub back: bool,
    /// The bin instead of the living.
    pub trash: bool,
}

/// One page, in the order of the list, and where the next begins.
pub struct Page {
    pub records: Vec<Record>,
    pub next: Option<String>,
    /// Where the page before ends, which is the cursor that this one is read from; known to those who read backwards.
    pub previous: Option<String>,
    /// The share of all rows that the list holds, where it was sampled to choose the way: an estimated count for free.
    pub share: Option<f64>,
}

/// How many there are, and whether that is exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Count {
    pub value: i64,
    pub exact: bool,
}

/// A record, if the caller may read it. The bin is included.
pub fn get(reader: &mut Reader, object: &Arc<Object>, id: Id) -> Result<Record> {
    let mut args = vec![Arg::Id(id)];
    let rule = ask::rule_sql(reader, object, Action::Read, &mut args)?;
    let sql = format!("select {} from {} r where r.id = $1 and {rule}", record::select_list(object), object.def.table);
    let row = reader.tx.one(&sql, &args)?.ok_or(Error::NotFound)?;
    let mut records = vec![Record::from_row(object, &row)];
    record::load_many(reader.tx, object, &mut records)?;
    records.pop().ok_or(Error::NotFound)
}

/// [`get`] without an error for what is not there.
pub fn load(reader: &mut Reader, object: &Arc<Object>, id: Id) -> Result<Option<Record>> {
    match get(reader, object, id) {
        Ok(record) => Ok(Some(record)),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Many records by id, those that the caller may read, in no order.
pub fn get_many(reader: &mut Reader, object: &Arc<Object>, ids: &[Id]) -> Result<Vec<Record>> {
    let mut records = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let mut args = Vec::new();
        let rule = ask::rule_sql(reader, object, Action::Read, &mut args)?;
        let list = id_list(chunk, &mut args);
        let sql = format!(
            "select {} from {} r where r.id in ({list}) and {rule}",
            record::select_list(object),
            object.def.table
        );
        records.extend(reader.tx.query(&sql, &args)?.iter().map(|row| Record::from_row(object, row)));
    }
    record::load_many(reader.tx, object, &mut records)?;
    Ok(records)
}

/// The living, or what somebody put into the bin: a record that was joined to another is neither.
pub(super) fn here(query: &ListQuery) -> &'static str {
    match query.trash {
        false => "r.deleted_at is null",
        true => "r.deleted_at is not null and not exists (select 1 from party_alias a where a.alias = r.id)",
    }
}

/// How many records a list has, all of them counted.
pub fn count_exact(reader: &mut Reader, object: &Arc<Object>, query: &ListQuery) -> Result<Count> {
    let (conditions, args) = conditions(reader, object, query)?;
    let sql = format!("select count(*) from {} r where {conditions}", object.def.table);
    Ok(Count { value: reader.tx.one(&sql, &args)?.map_or(0, |row| row.int(0)), exact: true })
}

/// About how many: exact for small objects, else from a sample spread over the table, or the one that the page took.
pub fn count_estimate(
    reader: &mut Reader,
    object: &Arc<Object>,
    query: &ListQuery,
    share: Option<f64>,
) -> Result<Count> {
    let rows = reader.tx.estimate(&object.def.table)?;
    let is_whole = query.filter.is_none() && ask::rule(reader, object, Action::Read)?.is_none();
    if rows <= if is_whole { COUNT_WHOLE_BELOW } else { COUNT_BELOW } {
        return count_exact(reader, object, query);
    }
    let share = match share {
        Some(share) => share,
        None => {
            let (conditions, args) = conditions(reader, object, query)?;
            reader.tx.sample(&object.def.table, &conditions, &args)?
        }
    };
    Ok(Count { value: (rows as f64 * share).round() as i64, exact: false })
}

/// Which rows a list holds: a condition on the alias `r`, under the caller's rights.
pub fn conditions(reader: &mut Reader, object: &Arc<Object>, query: &ListQuery) -> Result<(String, Vec<Arg>)> {
    let mut args = Vec::new();
    let mut conditions = vec![here(query).to_string()];
    conditions.push(ask::rule_sql(reader, object, Action::Read, &mut args)?);
    if let Some(filter) = &query.filter {
        conditions.push(ask::compile(reader, filter, &mut args));
    }
    Ok((conditions.join(" and "), args))
}

/// What linked records of a page are called: one query for each object that is linked to.
pub fn titles(reader: &mut Reader, object: &Arc<Object>, records: &[Record]) -> Result<Titles> {
    let mut wanted: BTreeMap<String, Vec<Id>> = BTreeMap::new();
    for (position, field) in object.def.fields.iter().enumerate() {
        let Some(target) = field.kind.target() else { continue };
        let ids = wanted.entry(target.to_string()).or_default();
        for record in records {
            match record.value(position) {
                Value::Link(id) => ids.push(*id),
                Value::Links(many) => ids.extend(many),
                _ => {}
            }
        }
    }
    titles_of(reader, wanted)
}

/// Titles of records by object, those that the caller may read.
pub fn titles_of(reader: &mut Reader, wanted: BTreeMap<String, Vec<Id>>) -> Result<Titles> {
    let mut titles = HashMap::new();
    for (target, mut ids) in wanted {
        ids.sort();
        ids.dedup();
        let Some(target) = reader.catalogue.named(&target).cloned() else { continue };
        for chunk in ids.chunks(CHUNK) {
            let mut args = Vec::new();
            let rule = ask::rule_sql(reader, &target, Action::Read, &mut args)?;
            let list = id_list(chunk, &mut args);
            let sql = format!("select r.id, r.title from {} r where r.id in ({list}) and {rule}", target.def.table);
            for row in reader.tx.query(&sql, &args)? {
                titles.insert(row.id(0), (target.def.name.clone(), row.text(1).to_string()));
            }
        }
    }
    Ok(Titles(titles))
}

/// A page of records as the API shows it.
pub fn show(
    reader: &mut Reader,
    object: &Arc<Object>,
    records: &[Record],
    only: Option<&[usize]>,
) -> Result<Vec<Json>> {
    let titles = titles(reader, object, records)?;
    let access = reader.who.access.clone();
    let hidden = &access.on(&object.def.name).hidden_fields;
    let visible = |field: &str| !hidden.contains(field);
    audit::look(reader, object, records, only);
    let mut shown: Vec<Json> =
        records.iter().map(|record| record::to_json(object, record, &visible, only, &titles)).collect();
    crate::workspace::views::show(reader, object, records, &mut shown);
    Ok(shown)
}

/// Which objects link to a record and how many of each, counted up to a thousand.
pub fn related(reader: &mut Reader, object: &Arc<Object>, id: Id) -> Result<Json> {
    get(reader, object, id)?;
    let mut data = Vec::new();
    for (name, link) in &object.inward {
        let Some(other) = reader.catalogue.named(name).cloned() else { continue };
        let access = reader.who.access.on(name).clone();
        if !access.allows(Action::Read) || access.hidden_fields.contains(link) {
            continue;
        }
        let Some(position) = other.def.position(link) else { continue };
        let Some(field) = other.field(position) else { continue };
        let mut args = vec![Arg::Id(id)];
        let rule = ask::rule_sql(reader, &other, Action::Read, &mut args)?;
        let sql = match other.columns_of(position).first() {
            Some(column) => format!(
                "select count(*) from (select 1 from {} r where r.{} = $1 and r.deleted_at is null and {rule} limit 1001) x",
                other.def.table, column.name
            ),
            None => {
                args.push(Arg::text(field.id.as_str()));
                format!(
                    "select count(*) from (select 1 from link l join {} r on r.id = l.from_id where l.to_id = $1 and l.field = ${} \
                     and r.deleted_at is null and {rule} limit 1001) x",
                    other.def.table,
                    args.len()
                )
            }
        };
        let count = reader.tx.one(&sql, &args)?.map_or(0, |row| row.int(0));
        data.push(json!({ "object": name, "plural": other.def.plural, "field": link, "label": other.def.label_plural, "field_label": field.label, "count": count }));
    }
    Ok(json!({ "data": data }))
}
