//! Who came when, and who of them came again: customers by the period of their first purchase.

use kernel::{Error, Money, Result};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::engine::Cell;
use crate::facts::Facts;
use methods::day;

/// What a request asks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    #[serde(default)]
    by: Option<String>,
    #[serde(default)]
    measure: Option<String>,
    #[serde(default)]
    object: Option<String>,
}

/// Periods of one answer at most: ten years of months.
const MOST: i64 = 120;

/// Cohorts as rows; the cell at place i is what the i-th period after the first held.
pub fn answer(facts: &Facts, asked: &Asked) -> Result<Json> {
    let by = asked.by.as_deref().unwrap_or("month");
    let step = match by {
        "month" => 1,
        "quarter" => 3,
        other => return Err(Error::invalid("by", "unknown", format!("`{other}` is not month or quarter"))),
    };
    let measure = asked.measure.as_deref().unwrap_or("customers");
    let is_money = match measure {
        "customers" => false,
        "revenue" => true,
        other => return Err(Error::invalid("measure", "unknown", format!("`{other}` is not customers or revenue"))),
    };
    let object = crate::customers::object(asked.object.as_deref())?;
    let last = Cell::Text(day::text(day::at(facts.note.made_at)));
    // Months are counted from year 0, so that the distance of two is a difference.
    let month = |day: &str| {
        format!("cast(floor((extract(year from {day}) * 12 + extract(month from {day}) - 1) / {step}.0) as bigint)")
    };
    let sql = format!(
        "with bought as (select {object} as id, day, kind, revenue from purchase where {object} is not null and day <= cast(? as date)), \
         first as (select id, min(day) as day from bought where kind <> 'return' group by id) \
         select {}, {} - {}, count(distinct case when b.kind <> 'return' then b.id end), coalesce(sum(b.revenue), 0) \
         from bought b join first f on f.id = b.id where b.day >= f.day group by 1, 2 order by 1, 2",
        month("f.day"),
        month("b.day"),
        month("f.day"),
    );
    let rows = facts.engine.rows(&sql, std::slice::from_ref(&last))?;
    let number = |row: &[Cell], at: usize| row.get(at).map_or(0, Cell::int);
    let newest = rows.iter().map(|row| number(row, 0) + number(row, 1)).max().unwrap_or(0);
    let oldest = newest - MOST + 1;
    let mut cohorts: Vec<(i64, Vec<(i64, i64)>)> = Vec::new();
    for row in rows.iter().filter(|row| number(row, 0) >= oldest) {
        let (first, after) = (number(row, 0), number(row, 1));
        if cohorts.last().is_none_or(|(last, _)| *last != first) {
            let places = usize::try_from(newest - first + 1).unwrap_or(0);
            cohorts.push((first, vec![(0, 0); places]));
        }
        let cell = cohorts.last_mut().and_then(|(_, cells)| cells.get_mut(usize::try_from(after).ok()?));
        if let Some(cell) = cell {
            *cell = (number(row, 2), number(row, 3));
        }
    }
    let shown: Vec<Json> = cohorts
        .iter()
        .map(|(first, cells)| {
            let cell = |(customers, revenue): &(i64, i64)| match is_money {
                true => json!(Money::new(*revenue, facts.note.currency)),
                false => json!(customers),
            };
            let size = cells.first().map_or(0, |cell| cell.0);
            json!({ "from": month_text(first * step), "size": size, "cells": cells.iter().map(cell).collect::<Vec<_>>() })
        })
        .collect();
    Ok(json!({
        "by": by, "measure": measure, "object": object, "currency": facts.note.currency,
        "cohorts": shown, "overall": overall(&cohorts),
    }))
}

/// Of all customers whose i-th period is over, the share that bought in it. The running period is not over.
fn overall(cohorts: &[(i64, Vec<(i64, i64)>)]) -> Vec<f64> {
    let longest = cohorts.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0);
    let share = |after: usize| {
        let over = cohorts.iter().filter(|(_, cells)| cells.len() > after + usize::from(after > 0));
        let (bought, all) = over.fold((0, 0), |(bought, all), (_, cells)| {
            let size = cells.first().map_or(0, |cell| cell.0);
            (bought + cells.get(after).map_or(0, |cell| cell.0), all + size)
        });
        if all == 0 { 0.0 } else { bought as f64 / all as f64 }
    };
    (0..longest.saturating_sub(1).max(usize::from(longest > 0))).map(share).collect()
}

/// `2017-06` of the months since year 0.
fn month_text(months: i64) -> String {
    format!("{:04}-{:02}", months.div_euclid(12), months.rem_euclid(12) + 1)
}
