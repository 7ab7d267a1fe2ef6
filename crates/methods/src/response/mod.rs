//! Whether something will happen to a record: a customer's leaving, a lead's conversion, an answer to a campaign.
//!
//! - [`logistic`] is penalised logistic regression, [`boosting`] gradient boosting over histograms; [`fit`] learns both on a
//!   part of the rows, compares them on the rest and keeps the better, learned again from all of them.
//! - [`leaks`] names columns that tell the outcome because they were filled after it.
//! - [`measures`] say how good a prediction is: AUC, log-loss, gains, lift and calibration.
//! - Every prediction comes with what each column adds to it, on the scale of log-odds; the parts sum to the whole exactly.
//!
//! Columns are numbers or words; either may be unknown. Nothing here draws random numbers: the same rows give the same model.

mod bins;
pub mod boosting;
mod design;
pub mod leaks;
pub mod logistic;
pub mod measures;
mod model;
mod table;
#[cfg(test)]
mod tests;
mod tree;

use serde::{Deserialize, Serialize};

pub use boosting::Boosted;
pub use logistic::Logistic;
pub use model::{Chosen, Family, Held, Model, fit};
pub use table::{Column, Table, Values, is_held_out};

/// Why nothing could be learned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Unfit {
    /// Fewer than [`LEAST`] rows had the outcome, or fewer than that had it not.
    TooFew { with: usize, without: usize },
    /// No column tells the rows apart.
    NoColumns,
    /// The outcome is not known for each row of the table.
    RowsDiffer,
}

/// Rows of either outcome without which nothing is learned.
pub const LEAST: usize = 30;

/// The logistic function.
pub(crate) fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// Fails where nothing can be learned from such rows.
fn check(table: &Table, outcome: &[bool]) -> Result<(), Unfit> {
    if outcome.len() != table.rows() {
        return Err(Unfit::RowsDiffer);
    }
    let with = outcome.iter().filter(|happened| **happened).count();
    let without = outcome.len() - with;
    if with < LEAST || without < LEAST {
        return Err(Unfit::TooFew { with, without });
    }
    if table.columns.is_empty() { Err(Unfit::NoColumns) } else { Ok(()) }
}
