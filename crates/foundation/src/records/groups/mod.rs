//! Groups: the records of a filter, put together by up to two fields, with figures for each group and for all.
//!
//! Tables grouped by a field, the heads and first cards of a board, pivots and charts are all this. The database groups by
//! what the columns hold; days become weeks or months here, in the caller's zone, so that both databases say the same.
//! By links to many, or by several choices, a record stands in each of its groups, and once in the totals.

mod by;
mod keys;
mod order;
mod pass;
mod periods;
mod ranges;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use kernel::{Error, Result, limits};
use question::Question;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use self::by::By;
use self::keys::Key;
use self::order::{Cursor, Sort, SortBy};
use self::pass::pass;
pub use self::periods::PeriodUnit;
use super::ask;
use super::catalogue::Object;
use super::figures::{self, Asked, Measures, Sums};
use super::read::{self, ListQuery};
use super::record;
use crate::access::Action;
use crate::operation::Reader;

/// Groups of one answer, at most and unless said otherwise.
const MOST: usize = 1_000;
const USUAL: usize = 200;
/// Groups that come with records of their own.
const MOST_WITH_RECORDS: usize = 50;
/// More groups than this are not told one by one.
const MOST_IN_ALL: usize = 50_000;

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

/// The first records of each group.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AskedRecords {
    pub limit: Option<usize>,
    pub sort: Vec<String>,
    pub fields: Vec<String>,
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
        by.push(by::by(reader, object, one, &format!("/by/{place}"), &conditions, &mut args)?);
    }

    let fields = asked.by.iter().map(AskedBy::field).collect::<Vec<_>>();
    told(reader, object, &asked.measures, &fields);
    let (mut found, totals) = pass(reader, object, &measures, &by, &conditions, &args)?;
    let totals = measures.show(&totals);
    if by.is_empty() {
        return Ok(json!({ "groups": [], "totals": totals, "groups_total": 0, "next": null, "overlap": false }));
    }
    fill(&measures, &by, &mut found)?;
    let sort = Sort::read(&measures, asked.sort.as_deref())?;
    if matches!(sort.by, SortBy::Key) {
        by::know(reader, &mut by, found.keys())?;
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
    by::know(reader, &mut by, page.iter().map(|(keys, _)| keys))?;
    let next = match page.last() {
        Some((keys, _)) if from + page.len() < count => Some(Cursor::after(&by, keys, from + page.len()).write()),
        _ => None,
    };
    // A record that stands in several groups counts once in the totals, and whoever adds groups up should know.
    let overlap = by.iter().any(By::is_many);
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
    Ok(json!({ "groups": groups, "totals": totals, "groups_total": count, "next": next, "overlap": overlap }))
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
