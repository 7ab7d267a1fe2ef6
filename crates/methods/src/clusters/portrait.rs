//! What makes a cluster: its share of customers and money, and the columns in which it differs from all customers.

use serde::Serialize;

use super::Table;

/// A cluster in figures, from which a page writes sentences.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Portrait {
    pub customers: usize,
    pub share_of_customers: f64,
    /// Minor units.
    pub money: i64,
    /// Of the money of all; zero where there is none.
    pub share_of_money: f64,
    /// The columns that stand out, the strongest first.
    pub marks: Vec<Mark>,
}

/// A column in which a cluster differs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Mark {
    /// Its place in the table.
    pub column: usize,
    /// The column's mean in the cluster and over all customers, as the table has it.
    pub mean: f64,
    pub overall: f64,
    /// How far they are apart, in standard deviations of the column over all customers.
    pub deviations: f64,
}

/// Half a standard deviation: a medium effect in Cohen's terms.
const STANDS_OUT: f64 = 0.5;

/// A portrait for each cluster. The table is best the one in its own units, before it was scaled; `money` are the
/// customers' totals in minor units. Rows without label or money count as nothing.
pub fn describe(table: &Table, labels: &[u8], money: &[i64]) -> Vec<Portrait> {
    let (overall, deviations) = table.moments();
    let k = labels.iter().max().map_or(0, |label| usize::from(*label) + 1);
    let mut customers = vec![0_usize; k];
    let mut sums = vec![vec![0.0; table.columns()]; k];
    let mut totals = vec![0_i64; k];
    for ((row, label), amount) in table.rows().zip(labels).zip(money) {
        let cluster = usize::from(*label);
        customers[cluster] += 1;
        sums[cluster].iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        totals[cluster] = totals[cluster].saturating_add(*amount);
    }
    let (everyone, all_money) = (customers.iter().sum::<usize>(), totals.iter().map(|t| i128::from(*t)).sum::<i128>());
    let portrait = |cluster: usize| {
        let count = customers[cluster];
        let mark = |column: usize| {
            let mean = sums[cluster][column] / count.max(1) as f64;
            let apart = mean - overall[column];
            let deviations = if deviations[column] > 0.0 { apart / deviations[column] } else { 0.0 };
            Mark { column, mean, overall: overall[column], deviations }
        };
        let mut marks: Vec<Mark> = (0..table.columns()).map(mark).collect();
        marks.retain(|mark| count > 0 && mark.deviations.abs() >= STANDS_OUT);
        marks.sort_by(|a, b| b.deviations.abs().total_cmp(&a.deviations.abs()));
        Portrait {
            customers: count,
            share_of_customers: count as f64 / everyone.max(1) as f64,
            money: totals[cluster],
            share_of_money: if all_money == 0 { 0.0 } else { totals[cluster] as f64 / all_money as f64 },
            marks,
        }
    };
    (0..k).map(portrait).collect()
}
