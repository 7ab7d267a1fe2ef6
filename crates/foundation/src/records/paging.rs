//! Pages of a list: walks of an index from a cursor, towards the end or back towards the beginning.

use std::sync::Arc;

use db::Arg;
use kernel::object::FieldType;
use kernel::{Error, FieldError, Id, Result, Value, limits};
use serde_json::{Value as Json, json};

use super::ask;
use super::catalogue::{self, Object};
use super::read::{COUNT_BELOW, ListQuery, Page, conditions, here};
use super::record::{self, Record};
use crate::access::Action;
use crate::operation::Reader;

/// Lists of more records than this sort by indexed fields only.
const SORT_ANYTHING_BELOW: i64 = 100_000;

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
    let phases: &[bool] = match (first_nullable, query.back) {
        (false, _) => &[true],
        (true, false) => &[true, false],
        (true, true) => &[false, true],
    };
    for filled in phases {
        // The phase that the cursor has behind it.
        if cursor.as_ref().is_some_and(|cursor| cursor.in_empty == *filled && *filled != query.back) {
            continue;
        }
        let stretch = Stretch {
            keys: &keys,
            filled: *filled,
            first_nullable,
            cursor: cursor.as_ref().filter(|cursor| cursor.in_empty != *filled),
            limit: limit + 1 - records.len(),
            way: if *filled { &way } else { "" },
        };
        records.extend(walk(reader, object, query, &stretch)?);
        if records.len() > limit {
            break;
        }
    }
    // One more than asked for tells that the list goes on. Backwards it is the one that a reader of this page comes from.
    let beyond = records.get(limit).map(|record| Cursor::of(&keys, record, first_nullable).write());
    records.truncate(limit);
    let (next, previous) = if query.back {
        records.reverse();
        (query.cursor.clone(), beyond)
    } else {
        let last = records.last().filter(|_| beyond.is_some());
        (last.map(|last| Cursor::of(&keys, last, first_nullable).write()), None)
    };
    record::load_many(reader.tx, object, &mut records)?;
    Ok(Page { records, next, previous, share })
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

/// A part of a list that is read in one go.
struct Stretch<'a> {
    keys: &'a [SortKey],
    /// The records that have the first key, or those that do not.
    filled: bool,
    first_nullable: bool,
    cursor: Option<&'a Cursor>,
    limit: usize,
    way: &'a str,
}

fn walk(reader: &mut Reader, object: &Arc<Object>, query: &ListQuery, stretch: &Stretch<'_>) -> Result<Vec<Record>> {
    let Stretch { keys, filled, first_nullable, cursor, limit, way } = *stretch;
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
        let values = cursor.values.get(skip..).unwrap_or(&[]);
        conditions.push(beyond(&walked, values, filled && first_nullable, query.back, &mut args));
    }
    let order: Vec<String> = walked
        .iter()
        .enumerate()
        .map(|(i, key)| {
            let direction = if key.descending != query.back { "desc" } else { "asc" };
            let known = i == 0 && filled && first_nullable;
            if key.nullable && !known {
                let empty = if query.back { "desc" } else { "asc" };
                format!("({0} is null) {empty}, {0} {direction}", key.column)
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

/// `a > x or (a = x and (b > y or …))`, with a plain bound on the first key so that the index is entered in the middle.
/// `is_filled` says that all records here have the first key, which may else be empty and then comes last.
/// Backwards the signs are turned round, and the record of the cursor itself belongs to it: there its page ended.
fn beyond(keys: &[&SortKey], values: &[Arg], is_filled: bool, back: bool, args: &mut Vec<Arg>) -> String {
    const NONE: &str = "1 = 0";
    let mut condition = String::from(if back { "1 = 1" } else { NONE });
    for (i, key) in keys.iter().enumerate().rev() {
        let value = values.get(i).cloned().unwrap_or(Arg::Null);
        let column = &key.column;
        let sign = if key.descending != back { "<" } else { ">" };
        if value.is_null() {
            // The empty come last: after an empty one there are only other empty ones, before it all that are not.
            let same = format!("({column} is null and ({condition}))");
            condition = if back { format!("({column} is not null or {same})") } else { same };
            continue;
        }
        args.push(value);
        let place = args.len();
        let may_be_empty = key.nullable && !(i == 0 && is_filled) && !back;
        let later = if may_be_empty {
            format!("({column} {sign} ${place} or {column} is null)")
        } else {
            format!("{column} {sign} ${place}")
        };
        condition = if condition == NONE {
            later
        } else if i == 0 && !may_be_empty {
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
