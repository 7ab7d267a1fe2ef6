//! Gamma-Gamma: the mean value of a customer's orders varies around a level of their own.
//!
//! `ln L = lnG(px+q) - lnG(px) - lnG(q) + q ln v + (px-1) ln m + px ln x - (px+q) ln(xm+v)` for x repeat orders of mean
//! value m; `E[M] = p (v + x m) / (px + q - 1)`, which for x = 0 is the mean of all customers.

use serde::{Deserialize, Serialize};

use super::optimum::{self, Slope, Square};
use super::special::{digamma, ln_gamma};
use super::{ENOUGH_REPEATERS, TOLERANCE, Unfit, Warning, standard_errors, uncertainty};

/// The value of an order; v is in the unit of the means given.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpendModel {
    pub p: f64,
    pub q: f64,
    pub v: f64,
}

/// A model learned from the repeat orders of customers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedSpend {
    pub model: SpendModel,
    pub log_likelihood: f64,
    /// Of the logarithms of p, q, v; nothing where the likelihood is flat.
    pub covariance: Option<Square<3>>,
    /// The customers learned from: those with a repeat order of some value.
    pub customers: usize,
    /// The mean value of their repeat orders, each customer counting once.
    pub mean: f64,
    /// Of value with frequency among them.
    pub correlation: f64,
    pub warnings: Vec<Warning>,
}

/// Value and frequency more alike than this make the model lean.
const TOO_ALIKE: f64 = 0.3;

/// Learns the value of orders from repeat orders and their mean values, a row for each customer. Rows without a repeat
/// order or without a positive mean are passed over.
pub fn fit_spend(repeats: &[u32], means: &[f64]) -> Result<FittedSpend, Unfit> {
    if repeats.len() != means.len() {
        return Err(Unfit::ColumnsDiffer);
    }
    let known = || repeats.iter().zip(means).filter(|(x, m)| **x > 0 && **m > 0.0 && m.is_finite());
    let customers = known().count();
    if customers == 0 {
        return Err(Unfit::NoRepeaters);
    }
    let n = customers as f64;
    let mean = known().map(|(_, m)| m).sum::<f64>() / n;
    // In units of the mean, v is of the order of one whatever the currency.
    let rows: Vec<(u32, f64)> = known().map(|(x, m)| (*x, m / mean)).collect();
    let known = Known::of(&rows);
    let best = optimum::minimise(|at| known.slope(at, &rows), [0.0; 3], None, TOLERANCE);
    if !best.value.is_finite() {
        return Err(Unfit::NoLikelihood);
    }
    let [p, q, v] = best.at.map(f64::exp);
    let mut warnings = Vec::new();
    if customers < ENOUGH_REPEATERS {
        warnings.push(Warning::TooFewRepeaters { repeaters: customers, wanted: ENOUGH_REPEATERS });
    }
    if !best.converged {
        warnings.push(Warning::NotConverged);
    }
    let correlation = correlation(rows.iter().map(|(x, m)| (f64::from(*x), *m)));
    if correlation.abs() > TOO_ALIKE {
        warnings.push(Warning::ValueFollowsFrequency { correlation });
    }
    if q <= 1.0 {
        warnings.push(Warning::HeavySpendTail { q });
    }
    let mut information = optimum::curvature(|at| known.slope(at, &rows), &best.at);
    information.iter_mut().flatten().for_each(|entry| *entry *= n);
    Ok(FittedSpend {
        model: SpendModel { p, q, v: v * mean },
        log_likelihood: -best.value * n - n * mean.ln(),
        covariance: uncertainty(&information, &mut warnings),
        customers,
        mean,
        correlation,
        warnings,
    })
}

/// What does not change while the parameters do.
struct Known {
    /// Each number of repeats and how many customers have it.
    customers_by_repeats: Vec<(f64, f64)>,
    x_ln_xm: f64,
    ln_m: f64,
}

impl Known {
    fn of(rows: &[(u32, f64)]) -> Known {
        let mut repeats: Vec<u32> = rows.iter().map(|row| row.0).collect();
        repeats.sort_unstable();
        let runs = repeats.chunk_by(|a, b| a == b);
        Known {
            customers_by_repeats: runs.map(|run| (f64::from(run[0]), run.len() as f64)).collect(),
            x_ln_xm: rows.iter().map(|(x, m)| f64::from(*x) * (f64::from(*x) * m).ln()).sum(),
            ln_m: rows.iter().map(|(_, m)| m.ln()).sum(),
        }
    }

    /// The mean negative log-likelihood at the logarithms of p, q, v, and its slope.
    fn slope(&self, logarithms: &[f64; 3], rows: &[(u32, f64)]) -> Slope<3> {
        let [p, q, v] = logarithms.map(f64::exp);
        let n = rows.len() as f64;
        let (ln_v, ln_gamma_q, digamma_q) = (v.ln(), ln_gamma(q), digamma(q));
        let mut sum = p * self.x_ln_xm - self.ln_m;
        let mut by = [self.x_ln_xm, n * (ln_v - digamma_q), n * q / v];
        for &(x, n) in &self.customers_by_repeats {
            sum += n * (ln_gamma(p * x + q) - ln_gamma(p * x) - ln_gamma_q + q * ln_v);
            let digamma_all = digamma(p * x + q);
            by[0] += n * x * (digamma_all - digamma(p * x));
            by[1] += n * digamma_all;
        }
        for &(x, m) in rows {
            let x = f64::from(x);
            let (weight, total) = (p * x + q, x * m + v);
            let ln_total = total.ln();
            sum -= weight * ln_total;
            by[0] -= x * ln_total;
            by[1] -= ln_total;
            by[2] -= weight / total;
        }
        (-sum / n, [-by[0] * p / n, -by[1] * q / n, -by[2] * v / n])
    }
}

impl FittedSpend {
    /// Of p, q and v themselves.
    pub fn standard_errors(&self) -> Option<[f64; 3]> {
        let SpendModel { p, q, v } = self.model;
        standard_errors(&[p, q, v], self.covariance.as_ref())
    }

    /// The expected value of a customer's next order. Where the model knows none, the mean of all customers.
    pub fn expected_value(&self, repeats: u32, mean: f64) -> f64 {
        self.model.expected_value(repeats, mean).unwrap_or(self.mean)
    }
}

impl SpendModel {
    /// The expected value of an order of a customer with so many repeat orders of that mean value, in its unit. Nothing for
    /// one without repeat orders when q <= 1, for then the mean of all customers does not exist.
    pub fn expected_value(&self, repeats: u32, mean: f64) -> Option<f64> {
        let x = f64::from(repeats);
        let weight = self.p * x + self.q - 1.0;
        (weight > 0.0).then(|| self.p * (self.v + x * worth_of(mean)) / weight)
    }

    /// The derivatives of its logarithm by the logarithms of p, q, v.
    pub(super) fn slope(&self, repeats: u32, mean: f64) -> [f64; 3] {
        let x = f64::from(repeats);
        let weight = self.p * x + self.q - 1.0;
        if weight <= 0.0 {
            return [0.0; 3];
        }
        [1.0 - self.p * x / weight, -self.q / weight, self.v / (self.v + x * worth_of(mean))]
    }
}

/// Who returned more than they bought is taken to have bought for nothing.
fn worth_of(mean: f64) -> f64 {
    if mean > 0.0 && mean.is_finite() { mean } else { 0.0 }
}

/// Pearson's, zero where one of both does not vary.
pub(super) fn correlation(pairs: impl Iterator<Item = (f64, f64)> + Clone) -> f64 {
    let n = pairs.clone().count() as f64;
    let (sum_x, sum_y) = pairs.clone().fold((0.0, 0.0), |(x, y), pair| (x + pair.0, y + pair.1));
    let (mean_x, mean_y) = (sum_x / n, sum_y / n);
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (x, y) in pairs {
        let (x, y) = (x - mean_x, y - mean_y);
        (xx, yy, xy) = (xx + x * x, yy + y * y, xy + x * y);
    }
    let spread = (xx * yy).sqrt();
    if spread > 0.0 { xy / spread } else { 0.0 }
}
