//! Columns that are known only after the outcome: how long the call took that sold, the remark written when the lead had
//! signed. A model that learns from them looks splendid and is of no use, since they are empty when it is asked.
//!
//! Nothing in the rows says when a value was written, so what gives it away is how much it tells. Each column is tried alone,
//! by the share of its values with the outcome, on rows held out. On the data sets of METHODS these rules name `duration` of
//! the telephone campaign (alone 0.82, all others 0.80) and the tags and the quality of the course seller's leads, and
//! leave every column of the subscribers alone.

use serde::{Deserialize, Serialize};

use super::bins::Binned;
use super::logistic::Logistic;
use super::measures::auc;
use super::probability;
use super::table::{Cell, Column, Table, is_held_out};

/// Why a column is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It nearly is the outcome.
    IsTheOutcome,
    /// It tells more than all other columns together.
    TellsMoreThanTheRest,
    /// It is known of some rows only and tells much: it is filled while the outcome comes about.
    FilledWithTheOutcome,
}

/// A column not to learn from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Leak {
    pub column: String,
    pub why: Why,
    /// How well it tells the rows apart alone.
    pub auc: f64,
}

/// A column alone that tells the rows apart so well is the outcome in other words.
const OUTCOME: f64 = 0.9;
/// One that does so well is compared with all others together.
const MUCH: f64 = 0.8;
/// One that is unknown of this share of the rows may do no better than this.
const UNKNOWN: f64 = 0.2;
const MUCH_FOR_SOME: f64 = 0.75;
/// Rows of everybody's share that every value is thought to have beside its own.
const SMOOTHING: f64 = 10.0;

/// The columns not to learn from.
pub fn find(table: &Table, outcome: &[bool]) -> Vec<Leak> {
    let (learned, held): (Vec<usize>, Vec<usize>) = (0..table.rows()).partition(|row| !is_held_out(*row));
    let mut leaks: Vec<Leak> = Vec::new();
    let mut much = Vec::new();
    for column in &table.columns {
        let Some(auc) = alone(column, outcome, &learned, &held) else { continue };
        let leak = |why| Leak { column: column.name.clone(), why, auc };
        match auc {
            auc if auc >= OUTCOME => leaks.push(leak(Why::IsTheOutcome)),
            auc if auc >= MUCH_FOR_SOME && unknown(column) >= UNKNOWN => leaks.push(leak(Why::FilledWithTheOutcome)),
            auc if auc >= MUCH => much.push(leak(Why::TellsMoreThanTheRest)),
            _ => {}
        }
    }
    for suspect in much {
        let others: Vec<&str> =
            leaks.iter().map(|leak| leak.column.as_str()).chain([suspect.column.as_str()]).collect();
        let rest = rest(&table.without(&others), outcome, &learned, &held);
        if rest.is_some_and(|rest| suspect.auc > rest) {
            leaks.push(suspect);
        }
    }
    leaks
}

fn of(outcome: &[bool], rows: &[usize]) -> Vec<bool> {
    rows.iter().map(|row| outcome[*row]).collect()
}

/// How well the shares of a column's values tell rows apart that they were not counted on.
fn alone(column: &Column, outcome: &[bool], learned: &[usize], held: &[usize]) -> Option<f64> {
    let binned = Binned::of(&Table { columns: vec![column.clone()] });
    let mut sums = vec![(0.0, 0.0); binned.offsets.last().copied().unwrap_or(0)];
    for row in learned {
        let (with, rows) = &mut sums[usize::from(binned.bin(*row, 0))];
        *with += f64::from(u8::from(outcome[*row]));
        *rows += 1.0;
    }
    let share = sums.iter().map(|(with, _)| with).sum::<f64>() / learned.len().max(1) as f64;
    let shares: Vec<f64> = sums.iter().map(|(with, rows)| (with + SMOOTHING * share) / (rows + SMOOTHING)).collect();
    let scores: Vec<f64> = held.iter().map(|row| shares[usize::from(binned.bin(*row, 0))]).collect();
    auc(&scores, &of(outcome, held))
}

/// How well all other columns do together.
fn rest(table: &Table, outcome: &[bool], learned: &[usize], held: &[usize]) -> Option<f64> {
    let model = Logistic::fit(&table.of_rows(learned), &of(outcome, learned)).ok()?;
    let tested = table.of_rows(held);
    let mut parts = vec![0.0; table.columns.len()];
    let scores: Vec<f64> = (0..tested.rows())
        .map(|row| {
            model.parts(&tested, row, &mut parts);
            probability(model.base() + parts.iter().sum::<f64>())
        })
        .collect();
    auc(&scores, &of(outcome, held))
}

/// The share of rows in which a column is not known.
fn unknown(column: &Column) -> f64 {
    let is_unknown = |row: &usize| match column.cell(*row) {
        Cell::Number(value) => !value.is_finite(),
        Cell::Word(word) => word.is_none(),
    };
    (0..column.len()).filter(is_unknown).count() as f64 / column.len().max(1) as f64
}
