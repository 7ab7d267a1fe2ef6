//! The fact sheet: all figures of one customer, of a group or of all, for a period and beside another.

pub mod paper;
mod words;

use std::collections::BTreeMap;

use foundation::App;
use foundation::access::Principal;
use kernel::{Error, Id, Money, Result};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::cube::measures::{Dimension, JOINS, Measure, SUMS, Sums};
use crate::cube::narrowed;
use crate::customers;
use crate::engine::Cell;
use crate::facts::Facts;
use crate::period::Period;
use crate::sight::Sight;

/// Products, lines and customers named on a sheet.
const NAMED: usize = 10;

/// What a request asks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    #[serde(default)]
    of: Option<String>,
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    to: Option<String>,
    #[serde(default)]
    compare: Option<String>,
}

/// Whose sheet: nobody in particular, or what a dimension of the cube holds under a key.
fn subject(of: &str) -> Result<Vec<(Dimension, String)>> {
    let unknown = || {
        let wanted = "all, contact:ID, company:ID or a dimension of the cube like value_class:a";
        Error::invalid("of", "unknown", format!("`{of}` is not {wanted}"))
    };
    if of == "all" {
        return Ok(Vec::new());
    }
    let (name, key) = of.split_once(':').ok_or_else(unknown)?;
    match name {
        "contact" | "company" => {
            let id = Id::parse(key).ok_or_else(unknown)?;
            Ok(vec![(Dimension::Customer, id.to_string())])
        }
        "rfm_segment" => Ok(vec![(Dimension::Segment, key.to_string())]),
        _ => Ok(vec![(Dimension::named(name).ok_or_else(unknown)?, key.to_string())]),
    }
}

pub fn answer(app: &App, who: &Principal, facts: &Facts, asked: &Asked, sight: Sight) -> Result<Json> {
    let of = asked.of.as_deref().unwrap_or("all");
    let only = subject(of)?;
    let (period, before) = Period::asked(asked.from.as_deref(), asked.to.as_deref(), asked.compare.as_deref(), facts)?;
    let currency = facts.note.currency;
    let now = sums(facts, &only, period)?;
    let past = before.map(|before| sums(facts, &only, before)).transpose()?;
    let all = sums(facts, &[], period)?;
    let figures: Vec<Json> = Measure::ALL
        .into_iter()
        .filter(|measure| sight.allows(*measure))
        .map(|measure| {
            json!({
                "measure": measure.name(), "value": measure.of(&now, currency),
                "before": past.as_ref().map(|past| measure.of(past, currency)),
                "share_of_all": share_of_all(measure, &now, &all),
            })
        })
        .collect();
    let mut customers = top(facts, Dimension::Customer, &only, period, &now, sight)?;
    let names_one = only.iter().any(|(dimension, _)| *dimension == Dimension::Customer);
    let mut title = Json::Null;
    app.read_now(who, |reader| {
        customers::title_rows(reader, &mut customers)?;
        if names_one {
            let mut row = json!([{ "key": only.first().map(|(_, key)| key) }]);
            customers::title_rows(reader, &mut row)?;
            title = row[0]["title"].take();
        }
        Ok(())
    })?;
    Ok(json!({
        "of": of, "title": title, "from": period.from(), "to": period.to(), "currency": currency,
        "compare": before.map(|before| json!({ "from": before.from(), "to": before.to() })),
        "figures": figures,
        "by_month": by_month(facts, &only, period)?,
        "top_products": top(facts, Dimension::Product, &only, period, &now, sight)?,
        "lines": top(facts, Dimension::ProductLine, &only, period, &now, sight)?,
        "top_customers": if names_one { json!([]) } else { customers },
    }))
}

fn sums(facts: &Facts, only: &[(Dimension, String)], period: Period) -> Result<Sums> {
    let (narrowed, args) = narrowed(only, period);
    let rows = facts.engine.rows(&format!("select {SUMS} from {JOINS} where {narrowed}"), &args)?;
    Ok(rows.first().map(|row| Sums::read(row)).unwrap_or_default())
}

/// Only of what adds up.
fn share_of_all(measure: Measure, own: &Sums, all: &Sums) -> Option<f64> {
    let (part, whole) = match measure {
        Measure::Orders => (own.orders as f64, all.orders as f64),
        Measure::Customers => (own.customers as f64, all.customers as f64),
        Measure::Revenue => (own.revenue as f64, all.revenue as f64),
        Measure::Margin => (own.margin as f64, all.margin as f64),
        Measure::Quantity => (own.quantity, all.quantity),
        Measure::Returns => (own.returned, all.returned),
        Measure::MarginShare | Measure::PerOrder | Measure::PerCustomer | Measure::ReturnShare => return None,
    };
    (whole != 0.0).then(|| part / whole)
}

fn by_month(facts: &Facts, only: &[(Dimension, String)], period: Period) -> Result<Vec<Json>> {
    let (narrowed, args) = narrowed(only, period);
    let month = Dimension::Month.key();
    let sql = format!("select {month}, {SUMS} from {JOINS} where {narrowed} group by 1 order by 1");
    let rows = facts.engine.rows(&sql, &args)?;
    Ok(rows
        .iter()
        .map(|row| {
            let sums = Sums::read(row.get(1..).unwrap_or_default());
            json!({
                "from": row.first().map(Cell::text), "revenue": Money::new(sums.revenue, facts.note.currency),
                "orders": sums.orders, "customers": sums.customers,
            })
        })
        .collect())
}

/// Those most was earned with, with their share of the sheet's revenue.
fn top(
    facts: &Facts,
    dimension: Dimension,
    only: &[(Dimension, String)],
    period: Period,
    all: &Sums,
    sight: Sight,
) -> Result<Json> {
    let (narrowed, args) = narrowed(only, period);
    let (key, title) = (dimension.key(), dimension.title());
    let sql = format!(
        "select {key}, max({title}), {SUMS} from {JOINS} where {narrowed} and {key} <> '' group by 1 order by 5 desc, 1 limit {NAMED}"
    );
    let rows = facts.engine.rows(&sql, &args)?;
    let shown: Vec<BTreeMap<&str, Json>> = rows
        .iter()
        .map(|row| {
            let sums = Sums::read(row.get(2..).unwrap_or_default());
            let title = row.get(1).map(Cell::text).filter(|title| !title.is_empty());
            let margin = if sight.margins { Measure::Margin.of(&sums, facts.note.currency) } else { Json::Null };
            BTreeMap::from([
                ("key", json!(row.first().map(Cell::text))),
                ("id", json!(row.first().map(Cell::text))),
                ("title", json!(title)),
                ("orders", json!(sums.orders)),
                ("revenue", json!(Money::new(sums.revenue, facts.note.currency))),
                ("margin", margin),
                ("share", json!(if all.revenue == 0 { 0.0 } else { sums.revenue as f64 / all.revenue as f64 })),
            ])
        })
        .collect();
    Ok(json!(shown))
}
