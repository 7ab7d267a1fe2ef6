//! Writing cells of the sheet, and a plan made of an earlier year.

use std::collections::BTreeMap;

use foundation::Operation;
use foundation::access::Action;
use foundation::records::write::{self, Write};
use jiff::civil::Date;
use kernel::{Error, FieldError, Id, Money, Result, Value};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::grid::{Asked, Sheet};
use super::period::Period;
use super::queries::{self, Planned};
use super::worth;
use super::{Measure, QUOTA, currency};

/// Cells of one request.
const MOST: usize = 5_000;

/// Cells as they are to be.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cells {
    pub by: String,
    pub unit: String,
    pub measure: String,
    pub cells: Vec<Cell>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    pub of: Id,
    /// A day of the period.
    pub starts_on: String,
    /// Minor units of the company's currency, or deals. None takes the quota away.
    pub value: Option<i64>,
}

/// What a plan is made of.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Copy {
    pub by: String,
    pub unit: String,
    pub measure: String,
    /// The year to plan.
    pub year: i16,
    /// The year it is made of.
    pub from_year: i16,
    /// `quotas` of that year, or what was `won` in it.
    pub of: String,
    /// Tenths of a per cent more or less: 50 is five per cent more.
    #[serde(default)]
    pub per_mille: i64,
    /// Quotas that are there already stay, unless told otherwise.
    #[serde(default)]
    pub replace: bool,
}

/// Writes cells, all or none.
pub fn cells(op: &mut Operation, new: &Cells) -> Result<Json> {
    if new.cells.len() > MOST {
        return Err(Error::TooLarge(format!("at most {MOST} cells at once")));
    }
    let asked = asked(&new.by, &new.unit, &new.measure, None);
    let sheet = asked.read(op.now.date())?;
    let mut wanted: BTreeMap<(Id, Period), (usize, Option<i64>)> = BTreeMap::new();
    for (place, cell) in new.cells.iter().enumerate() {
        let day: Date = cell.starts_on.parse().map_err(|_| {
            Error::invalid(&format!("/cells/{place}/starts_on"), "not_a_date", "must be a day like 2026-01-31")
        })?;
        wanted.insert((cell.of, Period::of(sheet.unit, day)), (place, cell.value));
    }
    let written = put(op, sheet, &wanted)?;
    Ok(json!({ "written": written }))
}

/// Makes quotas of an earlier year's quotas or wins; those that are there stay unless they are to be replaced.
pub fn copy(op: &mut Operation, new: &Copy) -> Result<Json> {
    let to = asked(&new.by, &new.unit, &new.measure, Some(new.year)).read(op.now.date())?;
    let from = asked(&new.by, &new.unit, &new.measure, Some(new.from_year)).read(op.now.date())?;
    if !(-1_000..=10_000).contains(&new.per_mille) {
        return Err(Error::invalid("per_mille", "out_of_range", "from -1000 to 10000"));
    }
    let rates = currency::rates(op)?;
    let (first, last) = match (from.periods().first(), from.periods().last()) {
        (Some(first), Some(last)) => (first.first(), last.last()),
        _ => return Ok(json!({ "written": 0 })),
    };
    let there = {
        let ends = to.periods();
        let days = ends.first().map(|it| it.first()).zip(ends.last().map(|it| it.last()));
        let (from, to) = days.unwrap_or((first, last));
        Planned::load(op, new_measure(new)?, from, to, &rates)?
    };
    let mut basis: BTreeMap<(Id, Period), i64> = BTreeMap::new();
    match new.of.as_str() {
        "quotas" => {
            let planned = Planned::load(op, from.measure, first, last, &rates)?;
            for ((whose, of), quotas) in &planned.values {
                for period in from.periods() {
                    if let Some(target) = worth::target(quotas, period).filter(|_| *whose == from.by) {
                        basis.insert((*of, period), target.value);
                    }
                }
            }
        }
        "won" => {
            let won = queries::reached(op, from.by, from.measure, (first, last), &rates)?;
            for ((of, month), value) in won.by {
                *basis.entry((of, Period::of(from.unit, month.first()))).or_default() += value;
            }
        }
        other => return Err(Error::invalid("of", "unknown", format!("`{other}` is neither `quotas` nor `won`"))),
    }
    // Who left is planned no more.
    let lines: Vec<Id> = queries::lines(op, to.by)?.into_iter().map(|line| line.id).collect();
    let years = i64::from(new.year) - i64::from(new.from_year);
    let later = years.saturating_mul(12) / to.unit.months();
    let wanted: BTreeMap<(Id, Period), (usize, Option<i64>)> = basis
        .into_iter()
        .filter(|((of, _), _)| lines.contains(of))
        .map(|((of, period), value)| ((of, period.after(later)), value))
        .filter(|((of, period), _)| new.replace || !there.kept.contains_key(&(to.by, *of, *period)))
        .enumerate()
        .map(|(place, (key, value))| (key, (place, Some(round(worth::grown(value, new.per_mille), to.measure)))))
        .collect();
    let written = put(op, to, &wanted)?;
    Ok(json!({ "written": written }))
}

/// Plans are round: whole units of money.
fn round(value: i64, measure: Measure) -> i64 {
    if measure == Measure::Revenue { worth::share(value, 1, 100).saturating_mul(100) } else { value }
}

fn asked(by: &str, unit: &str, measure: &str, year: Option<i16>) -> Asked {
    let own = |text: &str| Some(text.to_string());
    Asked { by: own(by), unit: own(unit), measure: own(measure), year, all: true }
}

fn new_measure(new: &Copy) -> Result<Measure> {
    Measure::named(&new.measure).ok_or_else(|| Error::invalid("measure", "unknown", "no such measure"))
}

/// Sets these cells as the caller; what stood there is changed, not made anew.
fn put(op: &mut Operation, sheet: Sheet, wanted: &BTreeMap<(Id, Period), (usize, Option<i64>)>) -> Result<usize> {
    op.who.need(QUOTA, Action::Create)?;
    let object = op.object(QUOTA)?;
    let rates = currency::rates(op)?;
    let days = wanted.keys().map(|(_, period)| period.first());
    let Some((from, to)) = days.clone().min().zip(days.max()) else { return Ok(0) };
    let there = Planned::load(op, sheet.measure, from, to, &rates)?;
    let position = |name: &str| object.def.position(name).ok_or_else(|| Error::internal(format!("no field {name}")));
    let amount = position(if sheet.measure == Measure::Revenue { "amount" } else { "deals" })?;
    let (mut writes, mut places) = (Vec::new(), Vec::new());
    for ((of, period), (place, value)) in wanted {
        let held = there.kept.get(&(sheet.by, *of, *period)).copied();
        let said = value.map(|value| match sheet.measure {
            Measure::Revenue => Value::Money(Money::new(value, rates.company.company)),
            _ => Value::Int(value),
        });
        writes.push(match (held, said) {
            (None, None) => continue,
            (Some(id), None) => Write::Trash { id },
            (Some(id), Some(value)) => Write::Update { id, version: None, values: vec![(amount, value)] },
            (None, Some(value)) => Write::Create {
                values: vec![
                    (position("unit")?, Value::Text(sheet.unit.name().into())),
                    (position("starts_on")?, Value::Date(period.first())),
                    (position(sheet.by.field())?, Value::Link(*of)),
                    (position("measure")?, Value::Text(sheet.measure.name().into())),
                    (amount, value),
                ],
            },
        });
        places.push(*place);
    }
    let mut faults = Vec::new();
    let mut changed = 0;
    for (place, done) in places.into_iter().zip(write::apply(op, &object, writes)?) {
        match done {
            Ok(written) => changed += usize::from(written.outcome != write::Outcome::Unchanged),
            Err(Error::Invalid(wrong)) => faults.extend(
                wrong
                    .into_iter()
                    .map(|fault| FieldError { pointer: format!("/cells/{place}{}", fault.pointer), ..fault }),
            ),
            Err(other) => return Err(other),
        }
    }
    if faults.is_empty() { Ok(changed) } else { Err(Error::Invalid(faults)) }
}
