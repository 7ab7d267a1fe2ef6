//! Customers who are alike: clusters found, their number chosen, each described in figures and followed over time.
//!
//! All distances are taken between rows of a [`Table`]; [`Table::scaled`] makes columns comparable first. Whatever is drawn
//! by lot comes from a seed, so the same customers always fall into the same clusters.

mod choice;
mod kmeans;
mod mixture;
mod persist;
mod portrait;
pub(crate) mod random;
mod silhouette;

use serde::{Deserialize, Serialize};

use super::orders::Summaries;

pub use choice::{Choice, Tried, choose};
pub use kmeans::{Clusters, kmeans};
pub use mixture::{Mixture, mixture};
pub use persist::{by_centres, by_members};
pub use portrait::{Mark, Portrait, describe};
pub use silhouette::{Silhouette, silhouette};

/// Clusters are told apart by eye and by name: nobody can use more.
pub const MOST_CLUSTERS: usize = 64;

/// Why clusters are to be taken with care.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "warning", rename_all = "snake_case")]
pub enum Warning {
    /// Customers hardly fall into groups at all: a silhouette below 0.25 (Kaufman & Rousseeuw 1990).
    Weak { silhouette: f64 },
    /// With other customers of the same kind other clusters come out: a mean Jaccard below 0.75 (Hennig 2007).
    Unstable { stability: f64 },
    /// A component shrank onto equal values and is held up by the variance floor only; its likelihood means nothing.
    Collapsed { component: usize },
    /// The search ended before it settled.
    NotConverged,
}

/// Rows of as many figures each, all of them finite.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    columns: usize,
    values: Vec<f64>,
}

impl Table {
    /// `values` by rows. Nothing without columns, when the last row is short, or when a figure is no finite number.
    pub fn new(columns: usize, values: Vec<f64>) -> Option<Table> {
        let whole = columns > 0 && values.len().is_multiple_of(columns);
        let rows = values.len().checked_div(columns)?;
        (whole && u32::try_from(rows).is_ok() && values.iter().all(|v| v.is_finite()))
            .then_some(Table { columns, values })
    }

    /// ln(1 + x) of days since the last order, of orders and of money, the three that customers are usually clustered by.
    /// `minor_units` is how many of them one unit of the currency has; money below zero counts as none.
    pub fn of_rfm(summaries: &Summaries, minor_units: u32) -> Table {
        let mut values = Vec::with_capacity(summaries.len() * 3);
        for ((days, orders), total) in summaries.recency_days().zip(&summaries.orders).zip(&summaries.total) {
            let money = (*total).max(0) as f64 / f64::from(minor_units.max(1));
            values.extend([f64::from(days), f64::from(*orders), money].map(f64::ln_1p));
        }
        Table { columns: 3, values }
    }

    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f64]> + Clone {
        self.values.chunks_exact(self.columns)
    }

    pub fn len(&self) -> usize {
        self.values.len() / self.columns
    }

    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub fn columns(&self) -> usize {
        self.columns
    }

    fn row(&self, at: usize) -> &[f64] {
        &self.values[at * self.columns..(at + 1) * self.columns]
    }

    /// Each column less its mean, in its (population) standard deviations. A column that does not vary is zero.
    pub fn scaled(mut self) -> Table {
        let (means, deviations) = self.moments();
        for row in self.values.chunks_exact_mut(self.columns) {
            for ((value, mean), deviation) in row.iter_mut().zip(&means).zip(&deviations) {
                *value = if *deviation > 0.0 { (*value - mean) / deviation } else { 0.0 };
            }
        }
        self
    }

    /// The mean and the population standard deviation of each column.
    fn moments(&self) -> (Vec<f64>, Vec<f64>) {
        let n = self.len().max(1) as f64;
        let (mut means, mut squares) = (vec![0.0; self.columns], vec![0.0; self.columns]);
        for row in self.rows() {
            means.iter_mut().zip(row).for_each(|(sum, value)| *sum += value / n);
        }
        for row in self.rows() {
            for ((sum, value), mean) in squares.iter_mut().zip(row).zip(&means) {
                *sum += (value - mean) * (value - mean) / n;
            }
        }
        // What is left of a constant column after rounding is not a deviation.
        let deviation = |(square, mean): (&f64, &f64)| {
            let deviation = square.sqrt();
            if deviation > 1e-12 * mean.abs() { deviation } else { 0.0 }
        };
        let deviations = squares.iter().zip(&means).map(deviation).collect();
        (means, deviations)
    }

    /// Some of the rows.
    fn only(&self, rows: &[u32]) -> Table {
        let values = rows.iter().flat_map(|row| self.row(*row as usize)).copied().collect();
        Table { columns: self.columns, values }
    }
}

/// The squared distance of two rows of one table. By places, for it is what all the time goes into, and a build for tests
/// does not see through iterators.
fn apart(a: &[f64], b: &[f64]) -> f64 {
    let b = &b[..a.len()];
    let mut sum = 0.0;
    let mut at = 0;
    while at < a.len() {
        let off = a[at] - b[at];
        sum += off * off;
        at += 1;
    }
    sum
}

#[cfg(test)]
pub(super) mod tests;
