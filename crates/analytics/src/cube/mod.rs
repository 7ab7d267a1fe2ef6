//! The customer cube: figures of purchases by any one or two of its dimensions, for any period, beside another period.

pub mod measures;

use std::collections::BTreeMap;

use kernel::{Error, Result};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::engine::Cell;
use crate::facts::Facts;
use crate::period::{Comparison, Period};
use measures::{Dimension, JOINS, Measure, SUMS, Sums};

/// Rows of one answer at most.
const MOST_ROWS: usize = 500;
/// Columns of one answer at most: more is for a file, not for a page.
const MOST_COLUMNS: usize = 60;

/// A question to the cube, as a request states it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    rows: String,
    #[serde(default)]
    columns: Option<String>,
    /// Names, with commas between; revenue, orders and customers unless said otherwise.
    #[serde(default)]
    measures: Option<String>,
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    to: Option<String>,
    #[serde(default)]
    compare: Option<String>,
    #[serde(default)]
    limit: Option<usize>,
    /// `value_class:a,channel:online`: only these.
    #[serde(default, rename = "where")]
    only: Option<String>,
    /// A question: only what was bought by those who answer it with yes.
    #[serde(default)]
    pub among: Option<String>,
    /// Whose purchases count, people's or firms'; of people a question is asked unless it is said here.
    #[serde(default)]
    pub object: Option<String>,
}

/// A question to the cube.
#[derive(Debug, Clone)]
pub struct Question {
    pub rows: Dimension,
    pub columns: Option<Dimension>,
    pub measures: Vec<Measure>,
    pub only: Vec<(Dimension, String)>,
    /// What customers are asked who are counted at all: it belongs to every question that opens them.
    pub among: Option<String>,
    pub limit: usize,
}

fn dimension(field: &'static str, name: &str) -> Result<Dimension> {
    Dimension::named(name).ok_or_else(|| {
        let names: Vec<_> = Dimension::ALL.iter().map(|one| one.name()).collect();
        Error::invalid(field, "unknown", format!("`{name}` is not one of {}", names.join(", ")))
    })
}

/// `value_class:a,channel:online`.
pub fn conditions(text: &str) -> Result<Vec<(Dimension, String)>> {
    let parts = text.split(',').filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (name, key) = part.split_once(':').unwrap_or((part, ""));
            Ok((dimension("where", name)?, key.to_string()))
        })
        .collect()
}

impl Asked {
    pub fn question(&self) -> Result<Question> {
        let measures = self.measures.as_deref().unwrap_or("revenue,orders,customers");
        let named = measures.split(',').filter(|name| !name.is_empty()).map(|name| {
            Measure::named(name).ok_or_else(|| {
                let names: Vec<_> = Measure::ALL.iter().map(|one| one.name()).collect();
                Error::invalid("measures", "unknown", format!("`{name}` is not one of {}", names.join(", ")))
            })
        });
        Ok(Question {
            rows: dimension("rows", &self.rows)?,
            columns: self
                .columns
                .as_deref()
                .filter(|name| !name.is_empty())
                .map(|name| dimension("columns", name))
                .transpose()?,
            measures: named.collect::<Result<_>>()?,
            only: conditions(self.only.as_deref().unwrap_or_default())?,
            among: self.among.clone().filter(|text| !text.trim().is_empty()),
            limit: self.limit.unwrap_or(50).clamp(1, MOST_ROWS),
        })
    }

    pub fn period(&self, facts: &Facts) -> Result<(Period, Option<Period>)> {
        Period::asked(self.from.as_deref(), self.to.as_deref(), self.compare.as_deref(), facts)
    }
}

impl Question {
    /// The question that finds the customers behind a row.
    fn opens(&self, key: &str) -> Option<String> {
        let row = self.rows.filter(key)?;
        Some(match &self.among {
            Some(among) => format!("({among}) and {row}"),
            None => row,
        })
    }
}

/// The key of a row or a column, and its title where the key is not a word.
type Head = (String, Option<String>);
/// Sums by row and column; an empty place stands for all rows or all columns.
type Sheet = BTreeMap<(Option<String>, Option<String>), Sums>;

/// The answer to a question, as JSON.
pub fn answer(facts: &Facts, question: &Question, period: Period, before: Option<Period>) -> Result<Json> {
    let (rows, more) = heads(facts, question.rows, &question.only, period, question.limit)?;
    let (columns, _) = match question.columns {
        Some(columns) => heads(facts, columns, &question.only, period, MOST_COLUMNS)?,
        None => (Vec::new(), false),
    };
    let now = sheet(facts, question, period)?;
    let past = before
        .map(|before| {
            let past = sheet(facts, question, before)?;
            Ok::<_, Error>(in_place_of(past, question, before, period))
        })
        .transpose()?;
    let currency = facts.note.currency;
    let values = |sheet: &Sheet, row: Option<&str>, column: Option<&str>| -> Json {
        let sums = sheet.get(&(row.map(str::to_string), column.map(str::to_string))).copied().unwrap_or_default();
        question.measures.iter().map(|measure| (measure.name().to_string(), measure.of(&sums, currency))).collect()
    };
    let both = |row: Option<&str>, column: Option<&str>| json!({ "values": values(&now, row, column), "before": past.as_ref().map(|past| values(past, row, column)) });
    let shown: Vec<Json> = rows
        .iter()
        .map(|(key, title)| {
            let cells: Vec<Json> = columns
                .iter()
                .map(|(column, _)| {
                    let mut cell = both(Some(key), Some(column));
                    cell["column"] = json!(column);
                    cell
                })
                .collect();
            json!({
                "key": key, "title": title, "cells": cells, "total": both(Some(key), None),
                "filter": question.opens(key),
            })
        })
        .collect();
    let heads: Vec<Json> = columns
        .iter()
        .map(|(key, title)| json!({ "key": key, "title": title, "total": both(None, Some(key)) }))
        .collect();
    Ok(json!({
        "from": period.from(), "to": period.to(),
        "compare": before.map(|before| json!({ "from": before.from(), "to": before.to() })),
        "currency": currency, "rows": shown, "columns": heads, "total": both(None, None), "more": more,
    }))
}

/// A past sheet whose months, quarters or years are called as those they stand beside: the first as the first, and so on.
fn in_place_of(past: Sheet, question: &Question, before: Period, now: Period) -> Sheet {
    let names = |dimension: Option<Dimension>| -> BTreeMap<String, String> {
        let Some(step) = dimension.and_then(Dimension::months) else { return BTreeMap::new() };
        before.steps(step).into_iter().zip(now.steps(step)).collect()
    };
    let (rows, columns) = (names(Some(question.rows)), names(question.columns));
    let called =
        |names: &BTreeMap<String, String>, key: Option<String>| key.map(|key| names.get(&key).cloned().unwrap_or(key));
    past.into_iter().map(|((row, column), sums)| ((called(&rows, row), called(&columns, column)), sums)).collect()
}

/// The condition of a period and of what is asked for only, after which its arguments stand.
pub fn narrowed(only: &[(Dimension, String)], period: Period) -> (String, Vec<Cell>) {
    let mut sql = String::from("p.day between cast(? as date) and cast(? as date)");
    let mut args = vec![Cell::Text(period.from()), Cell::Text(period.to())];
    for (dimension, key) in only {
        sql.push_str(&format!(" and {} = ?", dimension.key()));
        args.push(Cell::Text(key.clone()));
    }
    (sql, args)
}

/// Keys and titles: periods in their order, others by revenue; and whether there are more.
fn heads(
    facts: &Facts,
    dimension: Dimension,
    only: &[(Dimension, String)],
    period: Period,
    limit: usize,
) -> Result<(Vec<Head>, bool)> {
    let (narrowed, args) = narrowed(only, period);
    let (key, title) = (dimension.key(), dimension.title());
    let order = if dimension.months().is_some() { "1" } else { "3 desc, 1" };
    let sql = format!(
        "select {key}, max({title}), coalesce(sum(p.revenue), 0) from {JOINS} where {narrowed} group by 1 order by {order} limit {}",
        limit + 1
    );
    let mut rows = facts.engine.rows(&sql, &args)?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let titled = |cells: Vec<Cell>| {
        let text = |at: usize| cells.get(at).map(|cell| cell.text().to_string()).filter(|text| !text.is_empty());
        (text(0).unwrap_or_default(), text(1))
    };
    Ok((rows.into_iter().map(titled).collect(), more))
}

fn sheet(facts: &Facts, question: &Question, period: Period) -> Result<Sheet> {
    let (narrowed, args) = narrowed(&question.only, period);
    let rows = question.rows.key();
    // Without columns one constant stands for them, so that there is one statement for both.
    let columns = question.columns.map_or("''", Dimension::key);
    let sql = format!(
        "with p as (select {rows} as r, {columns} as k, p.* from {JOINS} where {narrowed}) \
         select grouping(p.r), p.r, grouping(p.k), p.k, {SUMS} from p \
         group by grouping sets ((p.r, p.k), (p.r), (p.k), ())"
    );
    let mut sheet = Sheet::new();
    facts.engine.each(&sql, &args, &mut |cells| {
        let place = |at: usize| {
            let is_all = cells.get(at).is_some_and(|cell| cell.int() == 1);
            (!is_all).then(|| cells.get(at + 1).map(|cell| cell.text().to_string()).unwrap_or_default())
        };
        sheet.insert((place(0), place(2)), Sums::read(cells.get(4..).unwrap_or_default()));
        Ok(())
    })?;
    Ok(sheet)
}

/// Which other period a figure stands beside.
pub fn compared(name: Option<&str>) -> Result<Option<Comparison>> {
    match name.unwrap_or("none") {
        "" | "none" => Ok(None),
        "previous" => Ok(Some(Comparison::Previous)),
        "year_before" => Ok(Some(Comparison::YearBefore)),
        other => Err(Error::invalid("compare", "unknown", format!("`{other}` is not none, previous or year_before"))),
    }
}
