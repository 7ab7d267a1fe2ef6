//! What the classes of customers buy: each class by product line, with what to do about it.
//!
//! What is advised follows from two figures that stand in the cell: how many of the class buy of the line, beside all
//! buyers, and what is earned on it, beside the line as a whole.

use std::collections::BTreeMap;

use kernel::{Money, Result};
use serde_json::{Value as Json, json};

use crate::cube::measures::{JOINS, SUMS, Sums};
use crate::engine::Cell;
use crate::facts::Facts;
use crate::sight::Sight;

/// Lines of one answer at most, those most is sold of.
const MOST_LINES: usize = 40;
/// A margin this much below the line's own is worth a look at the price.
const THIN: f64 = 0.05;
/// A class that buys a line this much less often than all buyers do may be told of it.
const SELDOM: f64 = 0.7;
/// A share of a class that makes a line its own.
const OFTEN: f64 = 0.3;

/// Class A to C by product line; `offers` are the best of each class in each line.
pub fn answer(facts: &Facts, object: &str, sight: Sight, offers: &[Json]) -> Result<Json> {
    let sql = format!(
        "with p as (select coalesce(cast(g.line as string), '') as n, l.title as t, f.value_class as k, p.* from {JOINS} \
         where f.value_class is not null and p.{object} is not null) \
         select grouping(p.n), p.n, max(p.t), grouping(p.k), p.k, {SUMS} from p group by grouping sets ((p.n, p.k), (p.n), (p.k), ())"
    );
    let mut cells: BTreeMap<(Option<String>, Option<String>), Sums> = BTreeMap::new();
    let mut lines: Vec<(String, Option<String>, i64)> = Vec::new();
    facts.engine.each(&sql, &[], &mut |row| {
        let text = |at: usize| row.get(at).map(Cell::text).unwrap_or_default().to_string();
        let is_all = |at: usize| row.get(at).is_some_and(|cell| cell.int() == 1);
        let sums = Sums::read(row.get(5..).unwrap_or_default());
        let (line, class) = ((!is_all(0)).then(|| text(1)), (!is_all(3)).then(|| text(4)));
        if let (Some(line), None) = (&line, &class) {
            lines.push((line.clone(), Some(text(2)).filter(|title| !title.is_empty()), sums.revenue));
        }
        cells.insert((line, class), sums);
        Ok(())
    })?;
    lines.sort_by(|one, other| other.2.cmp(&one.2).then_with(|| one.0.cmp(&other.0)));
    let more = lines.len() > MOST_LINES;
    lines.truncate(MOST_LINES);
    let at = |line: Option<&str>, class: Option<&str>| {
        cells.get(&(line.map(str::to_string), class.map(str::to_string))).copied().unwrap_or_default()
    };
    let currency = facts.note.currency;
    let rows: Vec<Json> = ["a", "b", "c"]
        .iter()
        .map(|class| {
            let of_class = at(None, Some(class));
            let cells: Vec<Json> = lines
                .iter()
                .map(|(line, _, _)| {
                    let (cell, of_line) = (at(Some(line), Some(class)), at(Some(line), None));
                    let reach = share(cell.customers as f64, of_class.customers as f64);
                    let usual = share(of_line.customers as f64, at(None, None).customers as f64);
                    let (margin, line_margin) = (margin_of(&cell), margin_of(&of_line));
                    json!({
                        "customers": cell.customers,
                        "revenue": Money::new(cell.revenue, currency),
                        "margin": (sight.margins && cell.costed != 0).then(|| Money::new(cell.margin, currency)),
                        "margin_share": if sight.margins { margin } else { None },
                        "penetration": reach, "usual": usual,
                        "next": offers.iter().find(|one| one["class"] == *class && one["line"] == line.as_str()),
                        "action": action(reach, usual, margin.zip(line_margin).filter(|_| sight.margins)),
                    })
                })
                .collect();
            json!({
                "class": class, "customers": of_class.customers, "revenue": Money::new(of_class.revenue, currency), "cells": cells,
                "filter": format!("value_class = {}", json!(class)),
            })
        })
        .collect();
    let heads: Vec<Json> = lines.iter().map(|(id, title, _)| json!({ "id": id, "title": title })).collect();
    Ok(json!({ "object": object, "currency": currency, "lines": heads, "rows": rows, "more": more }))
}

fn share(part: f64, whole: f64) -> f64 {
    if whole == 0.0 { 0.0 } else { part / whole }
}

fn margin_of(sums: &Sums) -> Option<f64> {
    (sums.costed != 0).then(|| sums.margin as f64 / sums.costed as f64)
}

/// What to do about a line in a class; `margins` are the cell's and the line's.
fn action(reach: f64, usual: f64, margins: Option<(f64, f64)>) -> &'static str {
    match margins {
        _ if reach == 0.0 && usual == 0.0 => "leave",
        Some((own, line)) if own < line - THIN && reach > 0.0 => "reprice",
        _ if reach < usual * SELDOM => "cross_sell",
        _ if reach >= OFTEN => "hold",
        _ => "grow",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_advised_follows_from_reach_and_margin() {
        assert_eq!(action(0.0, 0.0, None), "leave");
        assert_eq!(action(0.05, 0.2, None), "cross_sell");
        assert_eq!(action(0.5, 0.2, Some((0.4, 0.4))), "hold");
        assert_eq!(action(0.2, 0.2, Some((0.4, 0.41))), "grow");
        assert_eq!(action(0.5, 0.2, Some((0.3, 0.4))), "reprice", "it is bought, and earns less than the line does");
    }
}
