//! Groups: the records of a filter, put together by up to two fields, with figures for each group and for all.
//!
//! Tables grouped by a field, the heads and first cards of a board, pivots and charts are all this. The database groups by
//! what the columns hold; days become weeks or months here, in the caller's zone, so that both databases say the same.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use db::Arg;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use kernel::object::{Choice, FieldType};
use kernel::{Currency, Error, Id, Money, Result, limits};
use question::{CompareOp, Expr, Literal, Question, Span};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::catalogue::Object;
use super::figures::{self, Asked, Measures, Sums};
use super::read::{self, ListQuery};
use super::record::{self, CHUNK, id_list};
use super::{ask, columns};
use crate::access::Action;
use crate::operation::Reader;

/// Groups of one answer, at most and unless said otherwise.
const MOST: usize = 1_000;
const USUAL: usize = 200;
/// Groups that come with records of their own.
const MOST_WITH_RECORDS: usize = 50;
/// More groups than this are not told one by one.
const MOST_IN_ALL: usize = 50_000;
/// Linked records that are groups even when nothing links to them.
const MOST_LISTED: usize = 200;
/// Ranges of a number.
const MOST_RANGES: usize = 100;
/// Ranges of a number when nobody said which.
const RANGES: f64 = 10.0;
/// Moments are grouped by the database in parts of this many milliseconds: offsets of zones are multiples of it.
const QUARTER_HOUR_MS: i64 = 900_000;

/// What is asked for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Grouping {
    /// A question as text, or in its JSON form.
    pub filter: Option<Json>,
    pub trash: bool,
    pub by: Vec<AskedBy>,
    pub measures: Vec<Asked>,
    /// `key`, the name of a figure, or either with `-` before it.
    pub sort: Option<String>,
    pub limit: Option<usize>,
    pub cursor: Option<String>,
    pub records: Option<AskedRecords>,
}

/// A field to group by, and how.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum AskedBy {
    Field(String),
    Long(AskedField),
}

impl AskedBy {
    fn field(&self) -> &str {
        match self {
            AskedBy::Field(field) => field,
            AskedBy::Long(long) => &long.field,
        }
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AskedField {
    pub field: String,
    /// For dates and times.
    pub unit: Option<PeriodUnit>,
    /// For numbers: the breadth of a range, or where ranges begin.
    pub width: Option<f64>,
    pub edges: Option<Vec<f64>>,
    /// For links: a question; the records that it names are groups, also empty ones.
    pub within: Option<Json>,
    /// Groups without records are told as well.
    pub all: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodUnit {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// The first records of each group.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AskedRecords {
    pub limit: Option<usize>,
    pub sort: Vec<String>,
    pub fields: Vec<String>,
}

/// What the records of a group have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Key {
    Bool(bool),
    Text(String),
    Id(Id),
    /// The first day of a period.
    Day(Date),
    /// A range by its number, of amounts in one currency.
    Range(String, usize),
    /// No value.
    Empty,
}

/// A field to group by, looked up.
struct By {
    name: String,
    kind: Kind,
    /// Expressions over the alias `r`, one or two.
    columns: Vec<String>,
    all: bool,
}

enum Kind {
    Choice(Vec<Choice>),
    Bool,
    Text,
    Link {
        target: Arc<Object>,
        /// Groups that are there in any case.
        listed: Vec<Id>,
        known: HashMap<Id, Linked>,
    },
    Day {
        unit: PeriodUnit,
    },
    Range {
        edges: Vec<Edge>,
        /// Nothing lies before the first edge nor behind the last.
        is_closed: bool,
        is_money: bool,
    },
}

/// Where a range begins.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Edge {
    Whole(i64),
    Real(f64),
}

struct Linked {
    title: String,
    sort_title: String,
    position: i64,
}

/// Groups, figures over all, and where the next page begins.
pub fn groups(reader: &mut Reader, object: &Arc<Object>, asked: &Grouping) -> Result<Json> {
    reader.who.need(&object.def.name, Action::Read)?;
    let question = ask::asked(reader, asked.filter.as_ref())?;
    let filter = match &question {
        Some(question) => Some(ask::checked(reader, object, question)?),
        None => None,
    };
    let query = ListQuery { filter, trash: asked.trash, ..ListQuery::default() };
    let measures = Measures::read(reader, object, &asked.measures, "/measures")?;
    if asked.by.len() > 2 {
        return Err(Error::TooLarge("records are grouped by two fields at most".into()));
    }
    let (conditions, mut args) = read::conditions(reader, object, &query)?;
    let mut by = Vec::with_capacity(asked.by.len());
    for (place, one) in asked.by.iter().enumerate() {
        by.push(self::by(reader, object, one, &format!("/by/{place}"), &conditions, &mut args)?);
    }

    let fields = asked.by.iter().map(AskedBy::field).collect::<Vec<_>>();
    told(reader, object, &asked.measures, &fields);
    let (mut found, totals) = pass(reader, object, &measures, &by, &conditions, &args)?;
    let totals = measures.show(&totals);
    if by.is_empty() {
        return Ok(json!({ "groups": [], "totals": totals, "groups_total": 0, "next": null }));
    }
    fill(&measures, &by, &mut found)?;
    let sort = Sort::read(&measures, asked.sort.as_deref())?;
    if matches!(sort.by, SortBy::Key) {
        know(reader, &mut by, found.keys())?;
    }
    let count = found.len();
    let ordered = sort.order(&measures, &by, found)?;

    let most = if asked.records.is_some() { MOST_WITH_RECORDS } else { MOST };
    let limit = asked.limit.unwrap_or(USUAL).clamp(1, most);
    let from = match asked.cursor.as_deref().filter(|cursor| !cursor.is_empty()) {
        Some(cursor) => Cursor::read(cursor)?.place(&by, &ordered),
        None => 0,
    };
    let page: Vec<(Vec<Key>, Sums)> = ordered.iter().skip(from).take(limit).cloned().collect();
    know(reader, &mut by, page.iter().map(|(keys, _)| keys))?;
    let next = match page.last() {
        Some((keys, _)) if from + page.len() < count => Some(Cursor::after(&by, keys, from + page.len()).write()),
        _ => None,
    };
    let language = reader.who.language.clone();
    let mut groups = Vec::with_capacity(page.len());
    for (keys, sums) in &page {
        let parts: Vec<Question> = by.iter().zip(keys).map(|(by, key)| by.question(key)).collect();
        let shown: Vec<Json> =
            by.iter().zip(keys).zip(&parts).map(|((by, key), part)| by.show(key, part, &language)).collect();
        let own = Question::all(parts);
        let mut group = json!({ "keys": shown, "filter": question::to_text(&own), "values": measures.show(sums) });
        if let (Some(wanted), Some(group)) = (&asked.records, group.as_object_mut()) {
            let both = Question::all(question.iter().cloned().chain([own]).collect());
            group.insert("records".into(), records(reader, object, wanted, &both, asked.trash, sums.rows)?);
        }
        groups.push(group);
    }
    Ok(json!({ "groups": groups, "totals": totals, "groups_total": count, "next": next }))
}

/// Figures over a whole filter.
pub fn totals(reader: &mut Reader, object: &Arc<Object>, query: &ListQuery, asked: &[Asked]) -> Result<Json> {
    let measures = Measures::read(reader, object, asked, "/of")?;
    told(reader, object, asked, &[]);
    let (conditions, args) = read::conditions(reader, object, query)?;
    let (_, totals) = pass(reader, object, &measures, &[], &conditions, &args)?;
    Ok(measures.show(&totals).into())
}

/// Remembers that figures of these fields are told.
fn told(reader: &mut Reader, object: &Object, measures: &[Asked], by: &[&str]) {
    let names: Vec<String> = measures.iter().flat_map(Asked::fields).collect();
    figures::looked(reader, object, names.iter().map(String::as_str).chain(by.iter().copied()), &[]);
}

/// The first records of one group, as a list shows them.
fn records(
    reader: &mut Reader,
    object: &Arc<Object>,
    asked: &AskedRecords,
    question: &Question,
    trash: bool,
    rows: i64,
) -> Result<Json> {
    if rows == 0 {
        return Ok(json!({ "data": [], "next": null }));
    }
    let only = fields(reader, object, &asked.fields, "/records/fields")?;
    let query = ListQuery {
        filter: Some(ask::checked(reader, object, question)?),
        sort: asked.sort.clone(),
        limit: asked.limit.unwrap_or(20).clamp(1, limits::PAGE),
        trash,
        ..ListQuery::default()
    };
    let page = read::list(reader, object, &query)?;
    let data = read::show(reader, object, &page.records, only.as_deref())?;
    Ok(json!({ "data": data, "next": page.next }))
}

/// Positions of the fields that are asked for; none asked for is all. System values are always there.
pub fn fields(reader: &Reader, object: &Object, names: &[String], at: &str) -> Result<Option<Vec<usize>>> {
    if names.is_empty() {
        return Ok(None);
    }
    let mut positions = Vec::with_capacity(names.len());
    for (place, name) in names.iter().enumerate() {
        let is_system = record::SYSTEM.contains(&name.as_str()) || matches!(name.as_str(), "object" | "subtitle");
        if !is_system {
            positions.push(figures::visible(reader, object, name, &format!("{at}/{place}"))?);
        }
    }
    Ok(Some(positions))
}

/// One walk over the records of the filter, and one more for each figure that cannot be joined.
fn pass(
    reader: &mut Reader,
    object: &Object,
    measures: &Measures,
    by: &[By],
    conditions: &str,
    args: &[Arg],
) -> Result<(HashMap<Vec<Key>, Sums>, Sums)> {
    let keys: Vec<String> = by.iter().flat_map(|by| by.columns.clone()).collect();
    let zone = zone(reader);
    let from = format!("from {} r where {conditions}", object.def.table);
    let columns: Vec<String> =
        keys.iter().cloned().chain(measures.currencies().iter().cloned()).chain(measures.expressions()).collect();
    let grouped = numbers(keys.len() + measures.currencies().len());
    let sql = format!("select {} {from}{}", columns.join(", "), group_by(&grouped));
    let mut found: HashMap<Vec<Key>, Sums> = HashMap::new();
    let mut totals = measures.nothing();
    reader.tx.each(&sql, args, |row| {
        let values = row.0.get(keys.len()..).unwrap_or(&[]);
        totals.join(measures, values);
        if !by.is_empty() {
            let key = key(by, &row.0, &zone);
            found.entry(key).or_insert_with(|| measures.nothing()).join(measures, values);
            if found.len() > MOST_IN_ALL {
                return Err(Error::TooLarge(format!("more than {MOST_IN_ALL} groups; filter, or group by less")));
            }
        }
        Ok(true)
    })?;
    let joins_days = by.iter().any(|by| matches!(by.kind, Kind::Day { .. }));
    for (place, expression) in measures.distinct() {
        let sql = format!("select count(distinct {expression}) {from}");
        // PostgreSQL takes no argument that no part of the statement mentions; those of the groups are not mentioned here.
        let whole = if by.is_empty() { args.to_vec() } else { mentioned(&sql, args) };
        totals.set_distinct(place, reader.tx.one(&sql, &whole)?.map_or(0, |row| row.int(0)));
        if by.is_empty() {
            continue;
        }
        let list = keys.join(", ");
        let mut counts: HashMap<Vec<Key>, i64> = HashMap::new();
        if joins_days {
            let sql = format!(
                "select {list}, {expression} {from} and {expression} is not null{}",
                group_by(&numbers(keys.len() + 1))
            );
            let mut seen: HashSet<(Vec<Key>, String)> = HashSet::new();
            reader.tx.each(&sql, args, |row| {
                let key = key(by, &row.0, &zone);
                if seen.insert((key.clone(), format!("{:?}", row.get(keys.len())))) {
                    *counts.entry(key).or_default() += 1;
                }
                Ok(true)
            })?;
        } else {
            let sql = format!("select {list}, count(distinct {expression}) {from}{}", group_by(&numbers(keys.len())));
            reader.tx.each(&sql, args, |row| {
                *counts.entry(key(by, &row.0, &zone)).or_default() += row.int(keys.len());
                Ok(true)
            })?;
        }
        for (key, count) in counts {
            if let Some(sums) = found.get_mut(&key) {
                sums.set_distinct(place, count);
            }
        }
    }
    Ok((found, totals))
}

/// The arguments up to the last one that the statement mentions.
fn mentioned(sql: &str, args: &[Arg]) -> Vec<Arg> {
    let last = (1..=args.len()).rev().find(|n| {
        sql.match_indices(&format!("${n}")).any(|(at, found)| {
            !sql.get(at + found.len()..).unwrap_or_default().starts_with(|next: char| next.is_ascii_digit())
        })
    });
    args.iter().take(last.unwrap_or(0)).cloned().collect()
}

fn numbers(count: usize) -> Vec<String> {
    (1..=count).map(|n| n.to_string()).collect()
}

fn group_by(columns: &[String]) -> String {
    if columns.is_empty() { String::new() } else { format!(" group by {}", columns.join(", ")) }
}

fn zone(reader: &Reader) -> TimeZone {
    TimeZone::get(&reader.who.zone).unwrap_or(TimeZone::UTC)
}

fn key(by: &[By], row: &[Arg], zone: &TimeZone) -> Vec<Key> {
    let mut cells = row.iter();
    by.iter()
        .map(|by| {
            let cell = cells.next().unwrap_or(&Arg::Null);
            let currency = if by.columns.len() > 1 { cells.next() } else { None };
            by.key(cell, currency, zone)
        })
        .collect()
}

/// Looks a field up and says how it is grouped by.
fn by(
    reader: &mut Reader,
    object: &Arc<Object>,
    asked: &AskedBy,
    at: &str,
    conditions: &str,
    args: &mut Vec<Arg>,
) -> Result<By> {
    let asked = match asked {
        AskedBy::Field(field) => AskedField { field: field.clone(), ..AskedField::default() },
        AskedBy::Long(long) => long.clone(),
    };
    let name = asked.field.clone();
    let unit = asked.unit.unwrap_or(PeriodUnit::Month);
    let all = asked.all || asked.within.is_some();
    let time = |column: &str| {
        let part = format!("({column} - (({column} % {QUARTER_HOUR_MS}) + {QUARTER_HOUR_MS}) % {QUARTER_HOUR_MS})");
        By { name: asked.field.clone(), kind: Kind::Day { unit }, columns: vec![part], all }
    };
    if let Some(column) = figures::system_time(&name) {
        return Ok(time(column));
    }
    if name == "created_by" {
        let user = reader.catalogue.named("user").cloned().ok_or(Error::NotFound)?;
        return linked(reader, name, "r.created_by".into(), user, &asked, at);
    }
    let position = figures::visible(reader, object, &name, at)?;
    let field = object.field(position).ok_or(Error::NotFound)?;
    let not_groupable =
        || Error::invalid(at, "not_groupable", format!("records cannot be grouped by `{}`", asked.field));
    let column = object.columns_of(position).first().map(|column| format!("r.{}", column.name));
    let column = column.ok_or_else(not_groupable)?;
    let plain = |kind| By { name: asked.field.clone(), kind, columns: vec![column.clone()], all };
    Ok(match field.kind.stored() {
        FieldType::Choice { options } => plain(Kind::Choice(options.clone())),
        FieldType::Boolean => plain(Kind::Bool),
        FieldType::Text { .. } | FieldType::Email | FieldType::Phone | FieldType::Url => plain(Kind::Text),
        FieldType::Date => plain(Kind::Day { unit }),
        FieldType::Time => time(&column),
        FieldType::Link { target } => {
            let target = reader.catalogue.named(target).cloned().ok_or_else(not_groupable)?;
            linked(reader, name, column, target, &asked, at)?
        }
        stored @ (FieldType::Integer | FieldType::Number | FieldType::Money) => {
            let is_money = matches!(stored, FieldType::Money);
            let is_real = matches!(stored, FieldType::Number);
            let edges = edges(reader, object, &column, is_real, &asked, at, conditions, args)?;
            let mut cases = String::new();
            for (range, edge) in edges.iter().enumerate() {
                args.push(match edge {
                    Edge::Whole(edge) => Arg::Int(*edge),
                    Edge::Real(edge) => Arg::Real(*edge),
                });
                cases.push_str(&format!(" when {column} < ${} then {range}", args.len()));
            }
            let range = format!("cast(case when {column} is null then null{cases} else {} end as bigint)", edges.len());
            let currency = is_money.then(|| format!("{column}_currency"));
            By {
                name,
                kind: Kind::Range { edges, is_closed: asked.edges.is_none(), is_money },
                columns: std::iter::once(range).chain(currency).collect(),
                all,
            }
        }
        FieldType::LongText
        | FieldType::MultiChoice { .. }
        | FieldType::Address
        | FieldType::File
        | FieldType::Links { .. }
        | FieldType::Json
        | FieldType::Formula { .. }
        | FieldType::RollUp(_) => return Err(not_groupable()),
    })
}

fn linked(
    reader: &mut Reader,
    name: String,
    column: String,
    target: Arc<Object>,
    asked: &AskedField,
    at: &str,
) -> Result<By> {
    let mut known = HashMap::new();
    let mut listed = Vec::new();
    if (asked.all || asked.within.is_some()) && reader.who.access.on(&target.def.name).allows(Action::Read) {
        let within = match ask::asked(reader, asked.within.as_ref())? {
            Some(question) => Some(ask::checked(reader, &target, &question)?),
            None => None,
        };
        let query = ListQuery { filter: within, ..ListQuery::default() };
        let (conditions, args) = read::conditions(reader, &target, &query)?;
        let sql = format!(
            "select {} from {} r where {conditions} limit {}",
            linked_columns(&target),
            target.def.table,
            MOST_LISTED + 1
        );
        for row in reader.tx.query(&sql, &args)? {
            listed.push(row.id(0));
            known.insert(row.id(0), Linked::of(&row));
        }
        if listed.len() > MOST_LISTED {
            let detail =
                format!("more than {MOST_LISTED} {} would be groups; say which, with `within`", target.def.plural);
            return Err(Error::invalid(at, "too_many", detail));
        }
    }
    Ok(By {
        name,
        kind: Kind::Link { target, listed, known },
        columns: vec![column],
        all: asked.all || asked.within.is_some(),
    })
}

/// Id, title, order of the title, and the place that the record itself names.
fn linked_columns(target: &Object) -> String {
    let position = target.def.position("position").filter(|position| {
        target.field(*position).is_some_and(|field| matches!(field.kind.stored(), FieldType::Integer))
    });
    let position = position.and_then(|position| target.columns_of(position).first());
    let position = position.map_or("0".to_string(), |column: &columns::Column| format!("r.{}", column.name));
    format!("r.id, r.title, r.sort_title, cast({position} as bigint)")
}

impl Linked {
    fn of(row: &db::Row) -> Linked {
        Linked {
            title: row.text(1).to_string(),
            sort_title: row.text(2).to_string(),
            position: row.opt_int(3).unwrap_or(i64::MAX),
        }
    }
}

/// Where ranges begin: as asked, or about ten round ones between the least and the most.
#[allow(clippy::too_many_arguments)]
fn edges(
    reader: &mut Reader,
    object: &Object,
    column: &str,
    is_real: bool,
    asked: &AskedField,
    at: &str,
    conditions: &str,
    args: &[Arg],
) -> Result<Vec<Edge>> {
    let edge = |value: f64| -> Result<Edge> {
        if is_real {
            return Ok(Edge::Real(value));
        }
        // Whole numbers up to 2^53 are exact here, and nobody's range begins beyond.
        if value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0 {
            Ok(Edge::Whole(value as i64))
        } else {
            Err(Error::invalid(at, "wrong_type", "ranges of whole numbers begin at whole numbers"))
        }
    };
    if let Some(asked) = &asked.edges {
        if asked.is_empty() || asked.len() > MOST_RANGES {
            return Err(Error::invalid(at, "too_many", format!("1 to {MOST_RANGES} edges")));
        }
        if !asked.is_sorted_by(|a, b| a < b) {
            return Err(Error::invalid(at, "wrong_type", "edges rise, each one once"));
        }
        return asked.iter().map(|value| edge(*value)).collect();
    }
    let sql = format!("select min({column}), max({column}) from {} r where {conditions}", object.def.table);
    let row = reader.tx.one(&sql, &mentioned(&sql, args))?.unwrap_or_default();
    if row.get(0).is_null() {
        return Ok(vec![edge(0.0)?]);
    }
    let (least, most) = (row.real(0), row.real(1));
    let width = match asked.width {
        Some(width) if width > 0.0 && width.is_finite() => width,
        Some(_) => return Err(Error::invalid(at, "too_small", "a range is broader than nothing")),
        None => {
            let width = round_width((most - least) / RANGES);
            if is_real { width } else { width.max(1.0).round() }
        }
    };
    edge(width)?;
    let first = (least / width).floor();
    let count = (most / width).floor() - first + 1.0;
    if !count.is_finite() || count > MOST_RANGES as f64 {
        return Err(Error::invalid(at, "too_many", format!("more than {MOST_RANGES} ranges; make them broader")));
    }
    (0..=count as i64).map(|n| edge((first + n as f64) * width)).collect()
}

/// 1, 2 or 5 times a power of ten, at least `width`.
fn round_width(width: f64) -> f64 {
    if width <= 0.0 || !width.is_finite() {
        return 1.0;
    }
    let power = 10f64.powf(width.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|step| step * power).find(|step| *step >= width).unwrap_or(width)
}

/// Adds the groups that are to be told though they have no records.
fn fill(measures: &Measures, by: &[By], found: &mut HashMap<Vec<Key>, Sums>) -> Result<()> {
    if !by.iter().any(|by| by.all) {
        return Ok(());
    }
    let mut axes: Vec<BTreeSet<Key>> = Vec::with_capacity(by.len());
    for (place, by) in by.iter().enumerate() {
        let mut axis: BTreeSet<Key> = found.keys().filter_map(|keys| keys.get(place).cloned()).collect();
        if by.all {
            by.every(&mut axis)?;
        }
        axes.push(axis);
    }
    let mut all: Vec<Vec<Key>> = vec![Vec::new()];
    for axis in &axes {
        if all.len().saturating_mul(axis.len()) > MOST_IN_ALL {
            return Err(Error::TooLarge(format!("more than {MOST_IN_ALL} groups; filter, or group by less")));
        }
        all = all
            .into_iter()
            .flat_map(|keys| axis.iter().map(move |key| keys.iter().cloned().chain([key.clone()]).collect()))
            .collect();
    }
    for keys in all {
        found.entry(keys).or_insert_with(|| measures.nothing());
    }
    Ok(())
}

/// Learns what the linked records of these groups are called, those that the caller may read.
fn know<'k>(reader: &mut Reader, by: &mut [By], keys: impl Iterator<Item = &'k Vec<Key>> + Clone) -> Result<()> {
    for (place, by) in by.iter_mut().enumerate() {
        let Kind::Link { target, known, .. } = &mut by.kind else { continue };
        let ids: BTreeSet<Id> = keys
            .clone()
            .filter_map(|keys| match keys.get(place) {
                Some(Key::Id(id)) if !known.contains_key(id) => Some(*id),
                _ => None,
            })
            .collect();
        let ids: Vec<Id> = ids.into_iter().collect();
        if !reader.who.access.on(&target.def.name).allows(Action::Read) {
            continue;
        }
        for chunk in ids.chunks(CHUNK) {
            let mut args = Vec::new();
            let rule = ask::rule_sql(reader, target, Action::Read, &mut args)?;
            let list = id_list(chunk, &mut args);
            let sql = format!(
                "select {} from {} r where r.id in ({list}) and {rule}",
                linked_columns(target),
                target.def.table
            );
            for row in reader.tx.query(&sql, &args)? {
                known.insert(row.id(0), Linked::of(&row));
            }
        }
    }
    Ok(())
}

impl By {
    fn key(&self, cell: &Arg, currency: Option<&Arg>, zone: &TimeZone) -> Key {
        match (&self.kind, cell) {
            (_, Arg::Null) => Key::Empty,
            (Kind::Bool, Arg::Int(v)) => Key::Bool(*v != 0),
            (Kind::Choice(_) | Kind::Text, Arg::Text(text)) => Key::Text(text.clone()),
            (Kind::Link { .. }, Arg::Id(id)) => Key::Id(*id),
            (Kind::Link { .. }, Arg::Bytes(bytes)) => {
                uuid::Uuid::from_slice(bytes).map_or(Key::Empty, |uuid| Key::Id(Id(uuid)))
            }
            (Kind::Day { unit }, Arg::Text(day)) => {
                day.parse::<Date>().map_or(Key::Empty, |day| Key::Day(unit.first(day)))
            }
            (Kind::Day { unit }, Arg::Int(ms)) => {
                let day = Timestamp::from_millisecond(*ms).map(|stamp| stamp.to_zoned(zone.clone()).date());
                day.map_or(Key::Empty, |day| Key::Day(unit.first(day)))
            }
            (Kind::Range { .. }, Arg::Int(range)) => {
                let currency = match currency {
                    Some(Arg::Text(code)) => code.clone(),
                    _ => String::new(),
                };
                Key::Range(currency, usize::try_from(*range).unwrap_or(0))
            }
            _ => Key::Empty,
        }
    }

    /// Every key that there is, or between the first and the last.
    fn every(&self, axis: &mut BTreeSet<Key>) -> Result<()> {
        match &self.kind {
            Kind::Choice(options) => axis.extend(options.iter().map(|option| Key::Text(option.value.clone()))),
            Kind::Bool => axis.extend([Key::Bool(false), Key::Bool(true)]),
            Kind::Link { listed, .. } => axis.extend(listed.iter().map(|id| Key::Id(*id))),
            Kind::Day { unit } => {
                let mut days = axis.iter().filter_map(|key| match key {
                    Key::Day(day) => Some(*day),
                    _ => None,
                });
                let Some(first) = days.next() else { return Ok(()) };
                let last = days.next_back().unwrap_or(first);
                let mut day = first;
                while day < last {
                    day = unit.next(day);
                    axis.insert(Key::Day(day));
                    if axis.len() > MOST_IN_ALL {
                        return Err(Error::TooLarge(format!(
                            "more than {MOST_IN_ALL} groups; filter, or group by less"
                        )));
                    }
                }
            }
            Kind::Range { edges, is_closed, .. } => {
                let ranges = if *is_closed { 1..edges.len() } else { 0..edges.len() + 1 };
                let mut currencies: BTreeSet<String> = axis
                    .iter()
                    .filter_map(|key| match key {
                        Key::Range(currency, _) => Some(currency.clone()),
                        _ => None,
                    })
                    .collect();
                if currencies.is_empty() && !matches!(&self.kind, Kind::Range { is_money: true, .. }) {
                    currencies.insert(String::new());
                }
                for currency in currencies {
                    axis.extend(ranges.clone().map(|range| Key::Range(currency.clone(), range)));
                }
            }
            Kind::Text => {}
        }
        Ok(())
    }

    /// The question that the records of a group answer with yes.
    fn question(&self, key: &Key) -> Question {
        let span = Span::default;
        let subject = || Expr::field(&self.name);
        let compare = |op, right| Question::Compare { left: subject(), op, right: Expr::literal(right), span: span() };
        match key {
            Key::Empty => Question::Empty { subject: subject(), empty: true, span: span() },
            Key::Bool(value) => compare(CompareOp::Eq, Literal::Bool(*value)),
            Key::Text(text) => compare(CompareOp::Eq, Literal::Text(text.clone())),
            Key::Id(id) => compare(CompareOp::Eq, Literal::Text(id.to_string())),
            Key::Day(first) => {
                let last = self.last(*first);
                Question::All(vec![
                    compare(CompareOp::Ge, Literal::Text(first.to_string())),
                    compare(CompareOp::Le, Literal::Text(last.to_string())),
                ])
            }
            Key::Range(currency, range) => {
                let Kind::Range { edges, .. } = &self.kind else { return Question::Always(false) };
                let literal = |edge: &Edge| match (edge, Currency::parse(currency)) {
                    (Edge::Whole(amount), Some(currency)) => Literal::Money(Money::new(*amount, currency)),
                    (Edge::Whole(value), None) => Literal::Int(*value),
                    (Edge::Real(value), _) => Literal::Number(*value),
                };
                let from = range.checked_sub(1).and_then(|before| edges.get(before));
                let to = edges.get(*range);
                let from = from.map(|edge| compare(CompareOp::Ge, literal(edge)));
                let to = to.map(|edge| compare(CompareOp::Lt, literal(edge)));
                Question::all(from.into_iter().chain(to).collect())
            }
        }
    }

    fn last(&self, first: Date) -> Date {
        match &self.kind {
            Kind::Day { unit } => unit.next(first).yesterday().unwrap_or(first),
            _ => first,
        }
    }

    fn show(&self, key: &Key, question: &Question, language: &str) -> Json {
        let filter = question::to_text(question);
        match (key, &self.kind) {
            (Key::Empty, _) => json!({ "value": null, "label": null, "filter": filter }),
            (Key::Bool(value), _) => json!({ "value": value, "label": null, "filter": filter }),
            (Key::Text(value), Kind::Choice(options)) => {
                let label = options.iter().find(|option| option.value == *value);
                let label = label.map_or(value.as_str(), |option| option.label.get(language));
                json!({ "value": value, "label": label, "filter": filter })
            }
            (Key::Text(value), _) => json!({ "value": value, "label": value, "filter": filter }),
            (Key::Id(id), Kind::Link { known, .. }) => {
                json!({ "value": id, "label": known.get(id).map(|linked| &linked.title), "filter": filter })
            }
            (Key::Id(id), _) => json!({ "value": id, "label": null, "filter": filter }),
            (Key::Day(first), Kind::Day { unit }) => {
                json!({ "value": first.to_string(), "to": self.last(*first).to_string(), "label": unit.label(*first), "filter": filter })
            }
            (Key::Day(day), _) => json!({ "value": day.to_string(), "label": null, "filter": filter }),
            (Key::Range(currency, range), Kind::Range { edges, .. }) => {
                let from = range.checked_sub(1).and_then(|before| edges.get(before));
                let to = edges.get(*range);
                let text = |edge: &Edge| edge.text(Currency::parse(currency));
                let label = match (from, to) {
                    (Some(from), Some(to)) => format!("{} – {}", text(from), text(to)),
                    (None, Some(to)) => format!("< {}", text(to)),
                    (Some(from), None) => format!("≥ {}", text(from)),
                    (None, None) => String::new(),
                };
                let mut shown = json!({ "value": from.map(Edge::json), "to": to.map(Edge::json), "label": label, "filter": filter });
                if let (Some(shown), false) = (shown.as_object_mut(), currency.is_empty()) {
                    shown.insert("currency".into(), json!(currency));
                    shown.insert("label".into(), json!(format!("{label} {currency}")));
                }
                shown
            }
            (Key::Range(..), _) => Json::Null,
        }
    }

    fn rank(&self, key: &Key) -> Rank {
        let mut rank = Rank { is_empty: *key == Key::Empty, number: 0, text: String::new(), key: key.clone() };
        match (key, &self.kind) {
            (Key::Text(value), Kind::Choice(options)) => {
                let place = options.iter().position(|option| option.value == *value);
                rank.number = place.and_then(|place| i64::try_from(place).ok()).unwrap_or(i64::MAX);
            }
            (Key::Text(value), _) => rank.text = kernel::fold::fold(value),
            (Key::Id(id), Kind::Link { known, .. }) => match known.get(id) {
                Some(linked) => {
                    rank.number = linked.position;
                    rank.text.clone_from(&linked.sort_title);
                }
                None => rank.number = i64::MAX,
            },
            _ => {}
        }
        rank
    }
}

impl Edge {
    fn json(&self) -> Json {
        match self {
            Edge::Whole(value) => json!(value),
            Edge::Real(value) => json!(value),
        }
    }

    fn text(&self, currency: Option<Currency>) -> String {
        match (self, currency) {
            (Edge::Whole(amount), Some(currency)) => Money::new(*amount, currency).to_decimal(),
            (Edge::Whole(value), None) => value.to_string(),
            (Edge::Real(value), _) => value.to_string(),
        }
    }
}

impl PeriodUnit {
    /// The first day of the period that a day lies in.
    fn first(self, day: Date) -> Date {
        match self {
            PeriodUnit::Day => day,
            PeriodUnit::Week => day.checked_sub(i64::from(day.weekday().to_monday_zero_offset()).days()).unwrap_or(day),
            PeriodUnit::Month => day.first_of_month(),
            PeriodUnit::Quarter => {
                let month = day.first_of_month();
                month.checked_sub(i64::from((day.month() - 1) % 3).months()).unwrap_or(month)
            }
            PeriodUnit::Year => day.first_of_year(),
        }
    }

    /// The first day of the next period.
    fn next(self, first: Date) -> Date {
        let span = match self {
            PeriodUnit::Day => 1.day(),
            PeriodUnit::Week => 1.week(),
            PeriodUnit::Month => 1.month(),
            PeriodUnit::Quarter => 3.months(),
            PeriodUnit::Year => 1.year(),
        };
        first.checked_add(span).unwrap_or(Date::MAX)
    }

    fn label(self, first: Date) -> String {
        match self {
            PeriodUnit::Day => first.to_string(),
            PeriodUnit::Week => {
                let week = first.iso_week_date();
                format!("{}-W{:02}", week.year(), week.week())
            }
            PeriodUnit::Month => format!("{:04}-{:02}", first.year(), first.month()),
            PeriodUnit::Quarter => format!("{:04}-Q{}", first.year(), (first.month() - 1) / 3 + 1),
            PeriodUnit::Year => format!("{:04}", first.year()),
        }
    }
}

/// Where a group stands among the others. The empty come last, whatever the direction.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    is_empty: bool,
    number: i64,
    text: String,
    key: Key,
}

struct Sort {
    by: SortBy,
    descending: bool,
}

enum SortBy {
    Key,
    Figure(usize),
}

impl Sort {
    fn read(measures: &Measures, text: Option<&str>) -> Result<Sort> {
        let text = text.unwrap_or("key");
        let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        let by = match measures.place(name) {
            Some(place) => SortBy::Figure(place),
            None if name == "key" => SortBy::Key,
            None => {
                let detail = format!("`{name}` is neither `key` nor the name of a figure asked for");
                return Err(Error::invalid("/sort", "unknown_figure", detail));
            }
        };
        Ok(Sort { by, descending })
    }

    fn order(&self, measures: &Measures, by: &[By], found: HashMap<Vec<Key>, Sums>) -> Result<Vec<(Vec<Key>, Sums)>> {
        let ranks = |keys: &Vec<Key>| by.iter().zip(keys).map(|(by, key)| by.rank(key)).collect::<Vec<Rank>>();
        let mut groups: Vec<(Vec<Rank>, Vec<Key>, Sums)> =
            found.into_iter().map(|(keys, sums)| (ranks(&keys), keys, sums)).collect();
        match self.by {
            SortBy::Key => groups.sort_by(|(a, ..), (b, ..)| self.by_key(a, b)),
            SortBy::Figure(place) => {
                let currencies: BTreeSet<&String> =
                    groups.iter().flat_map(|(_, _, sums)| sums.currencies(place)).collect();
                if currencies.len() > 1 {
                    let detail = "amounts of several currencies have no order; filter by one, or group by it";
                    return Err(Error::invalid("/sort", "not_sortable", detail));
                }
                groups.sort_by(|(a, _, a_sums), (b, _, b_sums)| {
                    match (a_sums.number(measures, place), b_sums.number(measures, place)) {
                        (Some(a_figure), Some(b_figure)) => {
                            let order = a_figure.total_cmp(&b_figure);
                            if self.descending { order.reverse() } else { order }
                        }
                        (a_figure, b_figure) => a_figure.is_none().cmp(&b_figure.is_none()),
                    }
                    .then_with(|| a.cmp(b))
                });
            }
        }
        Ok(groups.into_iter().map(|(_, keys, sums)| (keys, sums)).collect())
    }

    fn by_key(&self, a: &[Rank], b: &[Rank]) -> std::cmp::Ordering {
        for (a, b) in a.iter().zip(b) {
            let order = match (a.is_empty, b.is_empty) {
                (false, false) if self.descending => b.cmp(a),
                _ => a.cmp(b),
            };
            if order.is_ne() {
                return order;
            }
        }
        std::cmp::Ordering::Equal
    }
}

/// Where a page of groups ended: the last group, and its place in case it is gone.
struct Cursor {
    keys: Vec<String>,
    place: usize,
}

impl Cursor {
    fn after(by: &[By], keys: &[Key], place: usize) -> Cursor {
        Cursor { keys: Cursor::names(by, keys), place }
    }

    fn names(by: &[By], keys: &[Key]) -> Vec<String> {
        by.iter().zip(keys).map(|(by, key)| question::to_text(&by.question(key))).collect()
    }

    fn write(&self) -> String {
        json!([self.place, self.keys]).to_string().bytes().map(|b| format!("{b:02x}")).collect()
    }

    fn read(text: &str) -> Result<Cursor> {
        let bad = || Error::Unreadable("the cursor is not one of this list".into());
        let bytes: Option<Vec<u8>> = (0..text.len() / 2)
            .map(|i| text.get(i * 2..i * 2 + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()))
            .collect();
        let (place, keys): (usize, Vec<String>) = serde_json::from_slice(&bytes.ok_or_else(bad)?).map_err(|_| bad())?;
        Ok(Cursor { keys, place })
    }

    /// Where to go on among the groups as they are now.
    fn place(&self, by: &[By], groups: &[(Vec<Key>, Sums)]) -> usize {
        let here = groups.iter().position(|(keys, _)| Cursor::names(by, keys) == self.keys);
        here.map_or(self.place, |place| place + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    #[test]
    fn periods_begin_and_end_where_calendars_say() {
        let cases = [
            (PeriodUnit::Day, "2026-06-19", "2026-06-19", "2026-06-20", "2026-06-19"),
            (PeriodUnit::Week, "2026-06-19", "2026-06-15", "2026-06-22", "2026-W25"),
            (PeriodUnit::Week, "2027-01-01", "2026-12-28", "2027-01-04", "2026-W53"),
            (PeriodUnit::Month, "2026-02-28", "2026-02-01", "2026-03-01", "2026-02"),
            (PeriodUnit::Quarter, "2026-06-19", "2026-04-01", "2026-07-01", "2026-Q2"),
            (PeriodUnit::Quarter, "2026-12-31", "2026-10-01", "2027-01-01", "2026-Q4"),
            (PeriodUnit::Year, "2024-02-29", "2024-01-01", "2025-01-01", "2024"),
        ];
        for (unit, of, first, next, label) in cases {
            let begins = unit.first(day(of));
            assert_eq!(
                (begins, unit.next(begins), unit.label(begins).as_str()),
                (day(first), day(next), label),
                "{of}"
            );
        }
        assert_eq!(PeriodUnit::Year.next(day("9999-01-01")), Date::MAX);
    }

    #[test]
    fn widths_are_round() {
        let cases = [(0.7, 1.0), (1.0, 1.0), (1.2, 2.0), (30.0, 50.0), (51.0, 100.0), (0.012, 0.02), (0.0, 1.0)];
        for (width, expected) in cases {
            assert!((round_width(width) - expected).abs() < 1e-9, "{width}");
        }
    }

    #[test]
    fn only_arguments_that_are_mentioned_are_sent() {
        let args = [Arg::Int(1), Arg::Int(2), Arg::Int(3)];
        assert_eq!(mentioned("a = $1 and b = $2", &args).len(), 2);
        assert_eq!(mentioned("a = $10", &args).len(), 0);
    }
}
