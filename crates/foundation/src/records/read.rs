//! Reading records: one, a page, a count, figures over a filter. Every list is a walk of an index from a cursor.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use db::Arg;
use kernel::object::FieldType;
use kernel::{Error, FieldError, Id, Result, Value, limits};
use question::Checked;
use serde_json::{Value as Json, json};

use super::ask;
use super::catalogue::{self, Object};
use super::record::{self, CHUNK, Record, Titles, id_list};
use crate::access::{Action, audit};
use crate::operation::Reader;

/// Lists of more records than this sort by indexed fields only.
const SORT_ANYTHING_BELOW: i64 = 100_000;
/// Below this many rows an estimate is an exact count.
const COUNT_BELOW: i64 = 20_000;
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
    /// The bin instead of the living.
    pub trash: bool,
}

/// One page and where the next begins.
pub struct Page {
    pub records: Vec<Record>,
    pub next: Option<String>,
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

/// One key of an order.
struct SortKey {
    /// Expression over the alias `r`.
    column: String,
    descending: bool,
    /// May be empty; the empty come last, whatever the direction.
    nullable: bool,
    from: KeyFrom,
}

enum KeyFrom {
    Id,
    Title,
    UpdatedAt,
    Field(usize),
}

/// A page of a list.
pub fn list(reader: &mut Reader, object: &Arc<Object>, query: &ListQuery) -> Result<Page> {
    reader.who.need(&object.def.name, Action::Read)?;
    let limit = query.limit.clamp(1, limits::PAGE);
    let keys = sort_keys(reader, object, &query.sort)?;
    let cursor = query.cursor.as_deref().map(|text| Cursor::read(text, keys.len())).transpose()?;

    let first_nullable = keys.first().is_some_and(|key| key.nullable);
    let (share, way) = way(reader, object, query, &keys, limit)?;
    let mut records = Vec::new();
    // The records that have the first key, then those that do not: two walks of an index instead of one sort of a table.
    let phases: &[bool] = if first_nullable { &[true, false] } else { &[true] };
    for filled in phases {
        if cursor.as_ref().is_some_and(|cursor| cursor.in_empty && *filled) {
            continue;
        }
        let rest = limit + 1 - records.len();
        let here = cursor.as_ref().filter(|cursor| cursor.in_empty != *filled);
        records.extend(walk(
            reader,
            object,
            query,
            &keys,
            *filled,
            first_nullable,
            here,
            rest,
            if *filled { &way } else { "" },
        )?);
        if records.len() > limit {
            break;
        }
    }
    let more = records.len() > limit;
    records.truncate(limit);
    let next = match records.last() {
        Some(last) if more => Some(Cursor::of(&keys, last, first_nullable).write()),
        _ => None,
    };
    record::load_many(reader.tx, object, &mut records)?;
    Ok(Page { records, next, share })
}

/// Rows that a walk in the order of the list may pass by until a page is full; beyond, the planner chooses.
const WALK_ROWS: f64 = 15_000.0;
/// The same where all that the filter asks for is carried in the index, so that a row passed by is not fetched: a quarter
/// of a microsecond instead of some fourteen (measured, a million rows).
const WALK_CARRIED_ROWS: f64 = 200_000.0;

/// Chooses how a filtered list of a large object is read. A planner that does not know how often the filter says yes
/// gathers all matches by some index and sorts them, which takes the longer the more there are; walking in the order of
/// the list takes the shorter. A sample tells which. Answers the sampled share, and the index to walk.
fn way(
    reader: &mut Reader,
    object: &Arc<Object>,
    query: &ListQuery,
    keys: &[SortKey],
    limit: usize,
) -> Result<(Option<f64>, String)> {
    let (conditions, args) = conditions(reader, object, query)?;
    let plain = args.is_empty() || query.trash;
    if plain || reader.tx.estimate(&object.def.table)? <= COUNT_BELOW {
        return Ok((None, String::new()));
    }
    let share = reader.tx.sample(&object.def.table, &conditions, &args)?;
    let table = &object.def.table;
    let index = match keys.first().map(|key| &key.from) {
        Some(KeyFrom::Title) => Some(format!("{table}_by_title")),
        Some(KeyFrom::UpdatedAt) => Some(format!("{table}_by_update")),
        Some(KeyFrom::Field(position)) => {
            let indexed = object.field(*position).is_some_and(|field| field.indexed || field.unique);
            object.columns_of(*position).first().filter(|_| indexed).map(|column| format!("{table}_{}", column.name))
        }
        Some(KeyFrom::Id) | None => None,
    };
    let rows = if index.is_some() && is_carried(reader, object, &conditions) { WALK_CARRIED_ROWS } else { WALK_ROWS };
    let worth = share > 0.0 && limit as f64 / share <= rows;
    Ok((Some(share), if worth { reader.tx.dialect().walking(table, index.as_deref()) } else { String::new() }))
}

/// Whether the conditions ask for nothing but columns that the indexes of sorting carry.
pub(super) fn is_carried(reader: &Reader, object: &Arc<Object>, conditions: &str) -> bool {
    if !reader.tx.dialect().filters_in_index() || conditions.contains("select") {
        return false;
    }
    let carried: Vec<&str> = catalogue::carried(&reader.catalogue, object).chain(["deleted_at", "id"]).collect();
    conditions.split("r.").skip(1).all(|rest| {
        let rest = rest.trim_start_matches('"');
        let end = rest.find(|ch: char| !ch.is_ascii_alphanumeric() && ch != '_').unwrap_or(rest.len());
        rest.get(..end).is_some_and(|name| carried.contains(&name))
    })
}

#[allow(clippy::too_many_arguments)]
fn walk(
    reader: &mut Reader,
    object: &Arc<Object>,
    query: &ListQuery,
    keys: &[SortKey],
    filled: bool,
    first_nullable: bool,
    cursor: Option<&Cursor>,
    limit: usize,
    way: &str,
) -> Result<Vec<Record>> {
    let mut args: Vec<Arg> = Vec::new();
    let mut conditions = vec![here(query).to_string()];
    conditions.push(ask::rule_sql(reader, object, Action::Read, &mut args)?);
    if let Some(filter) = &query.filter {
        conditions.push(ask::compile(reader, filter, &mut args));
    }
    let walked: Vec<&SortKey> = keys.iter().skip(usize::from(first_nullable && !filled)).collect();
    if first_nullable && let Some(first) = keys.first() {
        conditions.push(format!("{} is {}", first.column, if filled { "not null" } else { "null" }));
    }
    if let Some(cursor) = cursor {
        let skip = usize::from(first_nullable && !filled);
        conditions.push(after(&walked, cursor.values.get(skip..).unwrap_or(&[]), &mut args));
    }
    let order: Vec<String> = walked
        .iter()
        .enumerate()
        .map(|(i, key)| {
            let direction = if key.descending { "desc" } else { "asc" };
            let known = i == 0 && filled && first_nullable;
            if key.nullable && !known {
                format!("({0} is null), {0} {direction}", key.column)
            } else {
                format!("{} {direction}", key.column)
            }
        })
        .collect();
    args.push(Arg::Int(i64::try_from(limit).unwrap_or(1)));
    let sql = format!(
        "select {} from {} r{way} where {} order by {} limit ${}",
        record::select_list(object),
        object.def.table,
        conditions.join(" and "),
        order.join(", "),
        args.len()
    );
    Ok(reader.tx.query(&sql, &args)?.iter().map(|row| Record::from_row(object, row)).collect())
}

/// The living, or what somebody put into the bin: a record that was joined to another is neither.
fn here(query: &ListQuery) -> &'static str {
    match query.trash {
        false => "r.deleted_at is null",
        true => "r.deleted_at is not null and not exists (select 1 from party_alias a where a.alias = r.id)",
    }
}

/// `a > x or (a = x and (b > y or …))`, with a plain bound on the first key so that the index is entered in the middle.
fn after(keys: &[&SortKey], values: &[Arg], args: &mut Vec<Arg>) -> String {
    let mut condition = String::from("1 = 0");
    for (i, key) in keys.iter().enumerate().rev() {
        let value = values.get(i).cloned().unwrap_or(Arg::Null);
        let column = &key.column;
        let sign = if key.descending { "<" } else { ">" };
        if value.is_null() {
            // The empty come last: after an empty one there are only other empty ones.
            condition = format!("({column} is null and ({condition}))");
            continue;
        }
        args.push(value);
        let place = args.len();
        let later = if key.nullable && i > 0 {
            format!("({column} {sign} ${place} or {column} is null)")
        } else {
            format!("{column} {sign} ${place}")
        };
        condition = if condition == "1 = 0" {
            later
        } else if i == 0 {
            format!("({column} {sign}= ${place} and ({column} {sign} ${place} or ({condition})))")
        } else {
            format!("({later} or ({column} = ${place} and ({condition})))")
        };
    }
    condition
}

fn sort_keys(reader: &mut Reader, object: &Arc<Object>, sort: &[String]) -> Result<Vec<SortKey>> {
    let mut keys = Vec::new();
    for name in sort {
        let (name, descending) = name.strip_prefix('-').map_or((name.as_str(), false), |name| (name, true));
        keys.push(match name {
            // Ids carry the moment of creation, so their index is the order of creation.
            "id" | "created_at" => SortKey { column: "r.id".into(), descending, nullable: false, from: KeyFrom::Id },
            "title" => SortKey { column: "r.sort_title".into(), descending, nullable: false, from: KeyFrom::Title },
            "updated_at" => {
                SortKey { column: "r.updated_at".into(), descending, nullable: false, from: KeyFrom::UpdatedAt }
            }
            _ => field_key(reader, object, name, descending)?,
        });
        if matches!(keys.last(), Some(SortKey { from: KeyFrom::Id, .. })) {
            return Ok(keys);
        }
    }
    let descending = keys.last().is_none_or(|key| key.descending);
    keys.push(SortKey { column: "r.id".into(), descending, nullable: false, from: KeyFrom::Id });
    Ok(keys)
}

fn field_key(reader: &mut Reader, object: &Arc<Object>, name: &str, descending: bool) -> Result<SortKey> {
    let bad = |code, detail: String| Error::Invalid(vec![FieldError::new("/sort", code, detail)]);
    let hidden = reader.who.access.on(&object.def.name).hidden_fields.contains(name);
    let position = object
        .def
        .position(name)
        .filter(|_| !hidden)
        .ok_or_else(|| bad("unknown_field", format!("there is no field `{name}`")))?;
    let field = object.field(position).ok_or(Error::NotFound)?;
    let sortable = !matches!(
        field.kind.stored(),
        FieldType::Link { .. }
            | FieldType::Links { .. }
            | FieldType::File
            | FieldType::Address
            | FieldType::Json
            | FieldType::MultiChoice { .. }
    );
    let column = object.columns_of(position).first().filter(|_| sortable);
    let Some(column) = column else {
        return Err(bad("not_sortable", format!("`{name}` has no order; sort by another field")));
    };
    if !field.indexed && !field.unique && reader.tx.estimate(&object.def.table)? > SORT_ANYTHING_BELOW {
        return Err(bad(
            "sort_needs_index",
            format!(
                "`{name}` has no index, and the list is too long to sort without one; give the field an index in its settings"
            ),
        ));
    }
    Ok(SortKey { column: format!("r.{}", column.name), descending, nullable: true, from: KeyFrom::Field(position) })
}

/// Where a page ended: the last record's keys.
struct Cursor {
    in_empty: bool,
    values: Vec<Arg>,
}

impl Cursor {
    fn of(keys: &[SortKey], last: &Record, first_nullable: bool) -> Cursor {
        let values: Vec<Arg> = keys.iter().map(|key| key.value(last)).collect();
        let in_empty = first_nullable && values.first().is_some_and(Arg::is_null);
        Cursor { in_empty, values }
    }

    fn write(&self) -> String {
        let values: Vec<Json> = self
            .values
            .iter()
            .map(|value| match value {
                Arg::Null | Arg::Bytes(_) => Json::Null,
                Arg::Int(v) => json!({ "i": v }),
                Arg::Real(v) => json!({ "r": v }),
                Arg::Text(v) => json!({ "t": v }),
                Arg::Id(v) => json!({ "d": v }),
            })
            .collect();
        json!([i32::from(self.in_empty), values]).to_string().bytes().map(|b| format!("{b:02x}")).collect()
    }

    fn read(text: &str, keys: usize) -> Result<Cursor> {
        let bad = || Error::Unreadable("the cursor is not one of this list".into());
        let bytes: Option<Vec<u8>> = (0..text.len() / 2)
            .map(|i| text.get(i * 2..i * 2 + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()))
            .collect();
        let (in_empty, values): (i32, Vec<Json>) =
            serde_json::from_slice(&bytes.ok_or_else(bad)?).map_err(|_| bad())?;
        let mut args = Vec::new();
        for value in values {
            let arg = match value.as_object().and_then(|tagged| tagged.iter().next()) {
                None => Arg::Null,
                Some((tag, value)) => match tag.as_str() {
                    "i" => Arg::Int(value.as_i64().ok_or_else(bad)?),
                    "r" => Arg::Real(value.as_f64().ok_or_else(bad)?),
                    "t" => Arg::text(value.as_str().ok_or_else(bad)?),
                    "d" => Arg::Id(value.as_str().and_then(Id::parse).ok_or_else(bad)?),
                    _ => return Err(bad()),
                },
            };
            args.push(arg);
        }
        if args.len() != keys {
            return Err(bad());
        }
        Ok(Cursor { in_empty: in_empty == 1, values: args })
    }
}

impl SortKey {
    fn value(&self, record: &Record) -> Arg {
        match self.from {
            KeyFrom::Id => Arg::Id(record.id),
            KeyFrom::Title => Arg::Text(kernel::fold::fold(&record.title)),
            KeyFrom::UpdatedAt => Arg::Int(record.updated_at.0),
            KeyFrom::Field(position) => match record.value(position) {
                Value::Bool(v) => Arg::from(*v),
                Value::Int(v) => Arg::Int(*v),
                Value::Number(v) => Arg::Real(*v),
                Value::Text(v) => Arg::text(v.as_str()),
                Value::Date(v) => Arg::Text(v.to_string()),
                Value::Time(v) => Arg::Int(v.0),
                Value::Money(v) => Arg::Int(v.amount),
                _ => Arg::Null,
            },
        }
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
