//! Velocity: what the open deals bring a day, at the win rate, the value and the length of the deals that were closed in the
//! period. `open deals x win rate x average won / days from beginning to winning`, as the KPI of that name reckons it.

use std::collections::{BTreeMap, BTreeSet};

use foundation::Reader;
use kernel::{Error, Id, Money, Result};

use super::asked::{Asked, Period};
use super::ground::{Deal, Ground};
use super::history::Status;
use super::queries;
use super::told::{Amounts, Behind, Cell, Column, Figure, Gather, Opens, Purse, Row, Table, Told, Value};
use super::words::word;

/// What the rows may be.
const BY: [&str; 3] = ["owner", "source", "pipeline"];
/// Rows of the table; the rest is told in the figures only.
const MOST_ROWS: usize = 100;

/// What velocity is made of.
#[derive(Debug, Default, Clone)]
struct Sums {
    open: i64,
    won: i64,
    lost: i64,
    amounts: Amounts,
    cycle_days: f64,
    cycles: i64,
}

impl Sums {
    fn average(&self, purse: &Purse) -> Option<Money> {
        let sum = purse.sum(&self.amounts);
        (self.won > 0).then(|| Money::new(sum.amount / self.won, sum.currency))
    }

    fn cycle(&self) -> Option<f64> {
        (self.cycles > 0).then(|| self.cycle_days / self.cycles as f64)
    }

    fn velocity(&self, purse: &Purse) -> Value {
        let Some(days) = self.cycle().filter(|days| *days > 0.0) else { return Value::None };
        let closed = self.won + self.lost;
        if closed == 0 {
            return Value::None;
        }
        // open x (won / closed) x (sum / won) / days: the number won falls out.
        let sum = purse.sum(&self.amounts);
        let a_day = self.open as f64 * sum.amount as f64 / closed as f64 / days;
        Value::Money(Money::new(a_day.round() as i64, sum.currency))
    }
}

fn key(deal: &Deal, by: &str) -> String {
    let id = |id: Option<Id>| id.map(|id| id.to_string()).unwrap_or_default();
    match by {
        "owner" => id(deal.owner),
        "pipeline" => id(deal.pipeline),
        _ => deal.source.clone().unwrap_or_default(),
    }
}

fn sums(ground: &Ground, period: Period, by: &str, gather: &mut Gather) -> (Sums, BTreeMap<String, Sums>) {
    let over = ground.window.over(period.to);
    let (mut all, mut parts) = (Sums::default(), BTreeMap::<String, Sums>::new());
    for deal in ground.deals.values() {
        let key = key(deal, by);
        let mut add = |change: &dyn Fn(&mut Sums)| {
            change(&mut all);
            change(parts.entry(key.clone()).or_default());
        };
        let then = ground.history.at(deal.id, deal.now, over);
        let begun = deal.begun_on(&then) <= period.to && !then.is_gone;
        let is_closed = then.status != Status::Open && then.closed_on.is_none_or(|day| day <= period.to);
        if begun && !is_closed {
            add(&|sums| sums.open += 1);
            let row = || Behind { is: then.amount, ..Behind::of(deal.id) };
            gather.put("open", row);
            gather.put(&format!("open:{key}"), row);
        }
        // What was closed is told as it is known today.
        if deal.now.is_gone || !deal.now.closed_on.is_some_and(|day| period.has(day)) {
            continue;
        }
        match deal.now.status {
            Status::Won => add(&|sums| {
                sums.won += 1;
                if let Some(money) = deal.now.amount {
                    *sums.amounts.entry(money.currency).or_default() += money.amount;
                }
                if let Some(days) = deal.cycle_days() {
                    sums.cycle_days += days;
                    sums.cycles += 1;
                }
            }),
            Status::Lost => add(&|sums| sums.lost += 1),
            Status::Open => {}
        }
    }
    (all, parts)
}

/// The report.
pub fn told(reader: &mut Reader, asked: &Asked, gather: &mut Gather) -> Result<Told> {
    let by = asked.by.as_deref().filter(|by| !by.is_empty()).unwrap_or("owner");
    let by = *BY
        .iter()
        .find(|known| **known == by)
        .ok_or_else(|| Error::invalid("by", "unknown", format!("`{by}` is not one of {}", BY.join(", "))))?;
    if reader.who.access.on(super::DEAL).hidden_fields.contains(by) {
        return Err(Error::invalid("by", "unknown_field", format!("there is no field `{by}`")));
    }
    let ground = Ground::since_first(reader, asked)?;
    let purse = ground.purse(reader)?;
    let language = reader.who.language.clone();
    let w = |name: &str| word(name, &language);
    let period = ground.window.period;
    let (now, parts) = sums(&ground, period, by, gather);
    let before = ground.window.before.map(|period| sums(&ground, period, by, &mut Gather::nothing()));

    let closed = |status: &str, key: Option<&str>| {
        let days = period.filter("closed_on");
        let own = match key {
            None => String::new(),
            Some("") => format!("{by} is empty"),
            Some(key) => format!("{by} = \"{key}\""),
        };
        Opens::list("deal", &[&ground.filter, &own, status, &days])
    };
    let cells = |sums: &Sums, was: Option<&Sums>, key: Option<&str>| {
        let cell = |pick: &dyn Fn(&Sums) -> Value| Cell::of(pick(sums)).beside(was.map_or(Value::None, pick));
        let open = key.map_or("open".to_string(), |key| format!("open:{key}"));
        let mut cells = vec![
            cell(&|sums| Value::Count(sums.open)).opening(Opens::rows(open)),
            cell(&|sums| Value::Count(sums.won)).opening(closed("status = \"won\"", key)),
            cell(&|sums| Value::Count(sums.lost)).opening(closed("status = \"lost\"", key)),
            cell(&|sums| Value::share(sums.won, sums.won + sums.lost)).opening(closed("status != \"open\"", key)),
            cell(&|sums| Value::days(sums.cycle())).opening(closed("status = \"won\"", key)),
        ];
        if ground.sees.amounts {
            cells.push(cell(&|sums| Value::Money(purse.sum(&sums.amounts))).opening(closed("status = \"won\"", key)));
            cells.push(cell(&|sums| sums.average(&purse).map_or(Value::None, Value::Money)));
            cells.push(cell(&|sums| sums.velocity(&purse)));
        }
        cells
    };
    let mut names = vec!["open", "won_count", "lost", "win_rate", "cycle"];
    if ground.sees.amounts {
        names.extend(["won_amount", "average", "a_day"]);
    }
    let all = cells(&now, before.as_ref().map(|(all, _)| all), None);
    let better = [None, Some(true), Some(false), Some(true), Some(false), Some(true), Some(true), Some(true)];
    let figures = names.iter().zip(&all).zip(better).map(|((name, cell), more_is_better)| Figure {
        name: (*name).to_string(),
        label: w(name),
        about: w(&format!("about_{name}")),
        cell: cell.clone(),
        more_is_better,
    });
    let figures: Vec<Figure> = figures.collect();

    let keys: BTreeSet<&String> = parts.keys().chain(before.iter().flat_map(|(_, parts)| parts.keys())).collect();
    let keys: BTreeSet<String> = keys.into_iter().cloned().collect();
    let labels = queries::labels(reader, super::DEAL, by, &keys)?;
    let none = Sums::default();
    let mut rows: Vec<Row> = keys
        .iter()
        .map(|key| {
            let was = before.as_ref().map(|(_, parts)| parts.get(key).unwrap_or(&none));
            Row {
                key: key.clone(),
                label: labels.get(key).cloned().unwrap_or_else(|| w("nobody")),
                cells: cells(parts.get(key).unwrap_or(&none), was, Some(key)),
                is_total: false,
            }
        })
        .collect();
    let weight = |row: &Row| row.cells.iter().rev().find_map(|cell| cell.value.number()).unwrap_or(0.0);
    rows.sort_by(|one, other| weight(other).total_cmp(&weight(one)).then_with(|| one.label.cmp(&other.label)));
    rows.truncate(MOST_ROWS);
    let tables = vec![Table {
        name: "parts",
        title: w(&format!("by_{by}")),
        about: w("velocity_about"),
        chart: None,
        columns: names.iter().map(|name| Column { name, label: w(name) }).collect(),
        rows,
    }];
    let notes = if ground.sees.amounts { Vec::new() } else { vec![w("note_amounts")] };
    Ok(ground.tell("velocity", &language, (figures, tables), notes))
}
