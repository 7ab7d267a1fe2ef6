//! What a version of a plan says.

use kernel::{Error, FieldError, Id, Result};
use serde::{Deserialize, Serialize};

use crate::plan::period::Unit;

/// Hundredths of a per cent that are the whole.
pub const WHOLE: i64 = 10_000;
/// Steps of a table, tables of a version.
const MOST: usize = 40;
/// The highest rate, in hundredths of a per cent.
const HIGHEST_RATE: i64 = 10 * WHOLE;

/// When something is credited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Credit {
    /// The deal is won.
    Booked,
    /// The order is placed.
    Invoiced,
    /// The order is paid.
    Paid,
}

/// What a rate is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Base {
    Revenue,
    Margin,
}

/// By what the rate changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// It does not.
    Flat,
    /// Steps begin at so many per cent of the person's quota of the period.
    Attainment,
    /// Steps begin at so many minor units credited in the period.
    Amount,
}

/// What the rate of a step is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Applies {
    /// What lies within the step: going on is an accelerator.
    Step,
    /// Everything of the period, once the step is reached.
    All,
}

/// From which point on which rate holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Per cent of the quota, or minor units.
    pub from: i64,
    /// Hundredths of a per cent.
    pub rate: i64,
}

/// The rates of one product line, or of everything that has none of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    #[serde(default)]
    pub product_line: Option<Id>,
    pub steps: Vec<Step>,
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    pub credit: Credit,
    pub base: Base,
    /// Over which period steps and the cap are measured: `month`, `quarter`, `year`.
    pub unit: String,
    pub by: By,
    pub applies: Applies,
    pub tables: Vec<Table>,
    /// At most so many minor units for one deal or order.
    #[serde(default)]
    pub deal_cap: Option<i64>,
    /// At most so many minor units in a period.
    #[serde(default)]
    pub cap: Option<i64>,
    /// For so many days what is undone is taken back; for ever where it says nothing.
    #[serde(default)]
    pub take_back_days: Option<i64>,
}

impl Terms {
    /// The period's length; what was read is checked.
    pub fn unit(&self) -> Unit {
        Unit::named(&self.unit).unwrap_or(Unit::Month)
    }

    /// The table of a product line, else the one of everything else.
    pub fn table(&self, product_line: Option<Id>) -> Option<&Table> {
        let of = |line: Option<Id>| self.tables.iter().find(|table| table.product_line == line);
        product_line.and_then(|line| of(Some(line))).or_else(|| of(None))
    }

    /// Whether it matters of which product line something is.
    pub fn is_by_line(&self) -> bool {
        self.tables.iter().any(|table| table.product_line.is_some())
    }

    /// Refuses what cannot be meant, each fault by its place.
    pub fn check(&self) -> Result<()> {
        let mut faults = Vec::new();
        let mut fault = |field: String, code: &'static str, detail: &str| {
            faults.push(FieldError::new(&field, code, detail.to_string()));
        };
        if Unit::named(&self.unit).is_none() {
            fault("terms.unit".into(), "unknown", "month, quarter or year");
        }
        if self.tables.is_empty() || self.tables.len() > MOST {
            fault("terms.tables".into(), "range", "one table to forty");
        }
        for (place, table) in self.tables.iter().enumerate() {
            let at = |name: &str| format!("terms.tables.{place}.{name}");
            if self.tables.iter().take(place).any(|other| other.product_line == table.product_line) {
                fault(at("product_line"), "taken", "there is a table for this product line already");
            }
            let is_rising = table.steps.windows(2).all(|pair| matches!(pair, [one, next] if one.from < next.from));
            if table.steps.first().is_none_or(|first| first.from != 0) || !is_rising || table.steps.len() > MOST {
                fault(at("steps"), "order", "steps begin at 0 and rise");
            }
            if self.by == By::Flat && table.steps.len() > 1 {
                fault(at("steps"), "range", "a flat rate is one step");
            }
            if table.steps.iter().any(|step| !(0..=HIGHEST_RATE).contains(&step.rate)) {
                fault(at("steps"), "range", "a rate is from 0 to 1000 per cent");
            }
        }
        for (name, value) in [("deal_cap", self.deal_cap), ("cap", self.cap), ("take_back_days", self.take_back_days)] {
            if value.is_some_and(|value| value < 0) {
                fault(format!("terms.{name}"), "below_minimum", "not below 0");
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }
}
