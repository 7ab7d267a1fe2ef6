//! Visitors by the week or month in which they first came, and how many of them came again.
//!
//! Only visitors who have the same hash on another day can come again: those of logs, and those who agreed.

use std::collections::BTreeMap;

use analytics::engine::{Cell, Engine as _};
use foundation::App;
use kernel::{Error, Result};
use serde_json::{Value as Json, json};

use super::Period;

/// `{"period","by","cohorts":[{"from","size","cells":[…]}],"left_out"}`: cells are visitors of the cohort in its first,
/// second, … period; `left_out` are visits that cannot be told to be of somebody who came before.
pub fn answer(app: &App, period: &Period, by: Option<&str>) -> Result<Json> {
    let by = match by {
        None | Some("" | "week") => "week",
        Some("day") => "day",
        Some("month") => "month",
        Some(other) => {
            return Err(Error::invalid("by", "unknown_option", format!("`{other}` is not day, week or month")));
        }
    };
    let columns = period.columns(app)?;
    let within = period.condition();
    let sql = format!(
        "with came as (select distinct v.visitor, cast(date_trunc('{by}', v.day) as date) as step from visit v \
           where v.is_robot = 0 and v.is_lasting = 1 and {within}), \
         first as (select visitor, min(step) as begun from came group by visitor) \
         select cast(f.begun as varchar), date_diff('{by}', f.begun, c.step), count(*) \
         from came c join first f on f.visitor = c.visitor group by 1, 2 order by 1, 2"
    );
    let mut cohorts: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for row in columns.engine.rows(&sql, &period.args())? {
        let [begun, after, count] = row.as_slice() else { continue };
        let cells = cohorts.entry(begun.text().to_string()).or_default();
        let after = usize::try_from(after.int()).unwrap_or(0);
        if cells.len() <= after {
            cells.resize(after + 1, 0);
        }
        if let Some(cell) = cells.get_mut(after) {
            *cell = count.int();
        }
    }
    let left_out = format!("select count(*) from visit v where v.is_robot = 0 and v.is_lasting = 0 and {within}");
    let left_out = columns.engine.rows(&left_out, &period.args())?;
    let left_out = left_out.first().and_then(|row| row.first()).map_or(0, Cell::int);
    let told = |(from, cells): (&String, &Vec<i64>)| json!({ "from": from, "size": cells.first(), "cells": cells });
    Ok(json!({
        "period": period.to_json(), "by": by, "cohorts": cohorts.iter().map(told).collect::<Vec<_>>(),
        "left_out": left_out,
    }))
}
