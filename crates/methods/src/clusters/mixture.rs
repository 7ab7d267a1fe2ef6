//! Gaussian mixtures with full covariances by expectation and maximisation (Dempster, Laird & Rubin 1977), begun at the
//! clusters of k-means. A floor under the variances keeps a component from shrinking onto equal values, where the
//! likelihood would rise without limit.

use serde::{Deserialize, Serialize};

use super::kmeans::SAMPLE;
use super::random::Lot;
use super::{Table, Warning, kmeans};
use crate::cholesky::Cholesky;

/// Components, the heaviest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mixture {
    /// The component that each row most likely comes from.
    pub labels: Vec<u8>,
    /// How likely it is that one, from 1/k to 1.
    pub certainty: Vec<f32>,
    pub weights: Vec<f64>,
    pub means: Vec<Vec<f64>>,
    /// By rows.
    pub covariances: Vec<Vec<f64>>,
    pub log_likelihood: f64,
    /// The lower, the better: -2 log-likelihood + parameters ln(rows).
    pub bic: f64,
    pub warnings: Vec<Warning>,
}

/// Added to each variance.
const FLOOR: f64 = 1e-4;
const MOST_ROUNDS: usize = 500;
/// The mean log-likelihood has settled when a round adds less.
const SETTLED: f64 = 1e-6;
const SETTLED_ALL: f64 = 1e-4;

/// Nothing where k-means has nothing. Of very many rows a sample is settled first, then all.
pub fn mixture(table: &Table, k: usize, seed: u64) -> Option<Mixture> {
    let rows = Lot::of(seed).rows(table.len(), SAMPLE);
    let sample = (rows.len() < table.len()).then(|| table.only(&rows));
    let begun_on = sample.as_ref().unwrap_or(table);
    let clusters = kmeans(begun_on, k, seed)?;
    let mut sums = Sums::new(k, &clusters.centres);
    for (row, label) in begun_on.rows().zip(&clusters.labels) {
        sums.add(usize::from(*label), 1.0, row);
    }
    let (mut components, mut converged) = settle(begun_on, sums.components(begun_on.len() as f64)?, SETTLED)?;
    if sample.is_some() {
        (components, converged) = settle(table, components, SETTLED_ALL)?;
    }
    Some(finish(table, components, converged))
}

/// Weighs the rows by the components and takes the components from the rows, until the likelihood has settled.
fn settle(table: &Table, mut components: Vec<Component>, settled: f64) -> Option<(Vec<Component>, bool)> {
    let (k, n) = (components.len(), table.len() as f64);
    let mut before = f64::NEG_INFINITY;
    let mut room = Room::new(k, table.columns());
    for _ in 0..MOST_ROUNDS {
        let mut sums = Sums::new(k, &components.iter().map(|component| component.mean.clone()).collect::<Vec<_>>());
        let mut likelihood = 0.0;
        for row in table.rows() {
            likelihood += room.weigh(&components, row);
            for (component, share) in room.shares.iter().enumerate() {
                sums.add(component, *share, row);
            }
        }
        components = sums.components(n)?;
        if likelihood / n - before < settled {
            return Some((components, true));
        }
        before = likelihood / n;
    }
    Some((components, false))
}

struct Component {
    weight: f64,
    mean: Vec<f64>,
    covariance: Vec<f64>,
    factor: Cholesky,
    /// ln of the weight and of the density's constant.
    ln_height: f64,
}

/// Weighted sums around known points, from which components follow.
struct Sums {
    around: Vec<Vec<f64>>,
    weights: Vec<f64>,
    firsts: Vec<Vec<f64>>,
    seconds: Vec<Vec<f64>>,
    off: Vec<f64>,
}

impl Sums {
    fn new(k: usize, around: &[Vec<f64>]) -> Sums {
        let columns = around.first().map_or(0, Vec::len);
        Sums {
            around: around.to_vec(),
            weights: vec![0.0; k],
            firsts: vec![vec![0.0; columns]; k],
            seconds: vec![vec![0.0; columns * columns]; k],
            off: vec![0.0; columns],
        }
    }

    fn add(&mut self, component: usize, share: f64, row: &[f64]) {
        if share < 1e-12 {
            return;
        }
        self.weights[component] += share;
        let off = &mut self.off;
        off.iter_mut().zip(row).zip(&self.around[component]).for_each(|((off, value), at)| *off = value - at);
        self.firsts[component].iter_mut().zip(&*off).for_each(|(sum, off)| *sum += share * off);
        for (i, sums) in self.seconds[component].chunks_exact_mut(off.len()).enumerate() {
            let scaled = share * off[i];
            sums.iter_mut().zip(&*off).for_each(|(sum, off)| *sum += scaled * off);
        }
    }

    fn components(self, n: f64) -> Option<Vec<Component>> {
        let sums = self.weights.iter().zip(self.around).zip(self.firsts).zip(self.seconds);
        sums.map(|(((weight, around), first), second)| Component::of(*weight, n, around, first, second)).collect()
    }
}

impl Component {
    /// From the weighted sums of what lies off a point, and of its products.
    fn of(weight: f64, n: f64, around: Vec<f64>, first: Vec<f64>, second: Vec<f64>) -> Option<Component> {
        let (columns, weight) = (around.len(), weight.max(1e-9));
        let shift: Vec<f64> = first.iter().map(|sum| sum / weight).collect();
        let mean = around.iter().zip(&shift).map(|(at, shift)| at + shift).collect();
        let mut covariance: Vec<f64> = second.iter().map(|sum| sum / weight).collect();
        for i in 0..columns {
            for j in 0..columns {
                covariance[i * columns + j] -= shift[i] * shift[j];
            }
            covariance[i * columns + i] = covariance[i * columns + i].max(0.0) + FLOOR;
        }
        let factor = Cholesky::of(&covariance, columns)?;
        let constant = columns as f64 * std::f64::consts::TAU.ln() + factor.ln_determinant();
        let weight = weight / n;
        Some(Component { weight, mean, covariance, factor, ln_height: weight.ln() - 0.5 * constant })
    }
}

/// Room for the work on one row.
struct Room {
    shares: Vec<f64>,
    off: Vec<f64>,
    solved: Vec<f64>,
}

impl Room {
    fn new(k: usize, columns: usize) -> Room {
        Room { shares: vec![0.0; k], off: vec![0.0; columns], solved: vec![0.0; columns] }
    }

    /// The share of each component in a row; answers the row's log-likelihood.
    fn weigh(&mut self, components: &[Component], row: &[f64]) -> f64 {
        let mut most = f64::NEG_INFINITY;
        for (share, component) in self.shares.iter_mut().zip(components) {
            self.off.iter_mut().zip(row).zip(&component.mean).for_each(|((off, value), at)| *off = value - at);
            *share = component.ln_height - 0.5 * component.factor.distance(&self.off, &mut self.solved);
            most = most.max(*share);
        }
        let mut whole = 0.0;
        for share in &mut self.shares {
            *share = (*share - most).exp();
            whole += *share;
        }
        self.shares.iter_mut().for_each(|share| *share /= whole);
        most + whole.ln()
    }
}

fn finish(table: &Table, mut components: Vec<Component>, converged: bool) -> Mixture {
    components.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    let (k, columns) = (components.len(), table.columns());
    let mut room = Room::new(k, columns);
    let (mut labels, mut certainty) = (Vec::with_capacity(table.len()), Vec::with_capacity(table.len()));
    let mut log_likelihood = 0.0;
    for row in table.rows() {
        log_likelihood += room.weigh(&components, row);
        let first = (0, 0.0);
        let best = room.shares.iter().enumerate().fold(first, |best, (i, s)| if *s > best.1 { (i, *s) } else { best });
        labels.push(best.0 as u8);
        certainty.push(best.1 as f32);
    }
    let collapsed = |(component, found): (usize, &Component)| {
        (found.factor.smallest_pivot() < 3.0 * FLOOR).then_some(Warning::Collapsed { component })
    };
    let mut warnings: Vec<Warning> = components.iter().enumerate().filter_map(collapsed).collect();
    if !converged {
        warnings.push(Warning::NotConverged);
    }
    let parameters = (k - 1 + k * columns + k * columns * (columns + 1) / 2) as f64;
    Mixture {
        labels,
        certainty,
        weights: components.iter().map(|component| component.weight).collect(),
        log_likelihood,
        bic: parameters * (table.len() as f64).ln() - 2.0 * log_likelihood,
        warnings,
        means: components.iter().map(|component| component.mean.clone()).collect(),
        covariances: components.into_iter().map(|component| component.covariance).collect(),
    }
}
