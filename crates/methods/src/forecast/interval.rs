//! Intervals that cover what they say: the model's own deviations, corrected by how it was surprised in its past.

use super::Outlook;
use super::choice::Backtest;

/// The two intervals that are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    P80,
    P95,
}

impl Coverage {
    /// The standard normal quantile.
    fn deviations(self) -> f64 {
        match self {
            Coverage::P80 => 1.281_552,
            Coverage::P95 => 1.959_964,
        }
    }

    fn share(self) -> f64 {
        match self {
            Coverage::P80 => 0.80,
            Coverage::P95 => 0.95,
        }
    }

    /// What models understate, the more so the shorter the history: none knows that its form will stop being true.
    /// Measured on series of the M3 competition.
    fn usual(self, length: usize) -> f64 {
        let n = length.max(1) as f64;
        match self {
            Coverage::P80 => 1.05 + 1.5 / n,
            Coverage::P95 => 1.15 + 9.0 / n,
        }
    }
}

/// How many tested steps weigh as much as what is usual. Steps of neighbouring origins are not independent.
const USUAL_WEIGHT: f64 = 20.0;

/// The factor the model's deviations are multiplied by, for a history of this length.
pub fn correction(test: Option<&Backtest>, length: usize, coverage: Coverage) -> f64 {
    corrected(test.map(|test| test.surprises.clone()).unwrap_or_default(), length, coverage)
}

/// The share of tested steps that lay within their interval, each day of origin with the factor that the other ones give;
/// nothing where there is no other.
pub fn covered(test: &Backtest, length: usize, coverage: Coverage) -> Option<f64> {
    let each = test.surprises.len().div_ceil(test.origins.max(1)).max(1);
    if test.surprises.len() <= each {
        return None;
    }
    let held = |from: usize| {
        let until = (from + each).min(test.surprises.len());
        let others = [&test.surprises[..from], &test.surprises[until..]].concat();
        let most = coverage.deviations() * corrected(others, length, coverage);
        test.surprises[from..until].iter().filter(|surprise| **surprise <= most).count()
    };
    let held: usize = (0..test.surprises.len()).step_by(each).map(held).sum();
    Some(held as f64 / test.surprises.len() as f64)
}

fn corrected(mut surprises: Vec<f64>, length: usize, coverage: Coverage) -> f64 {
    if surprises.is_empty() {
        return coverage.usual(length);
    }
    surprises.sort_by(f64::total_cmp);
    let n = surprises.len() as f64;
    // The conformal place: one further than the share, as a new step may lie beyond all that were seen.
    let place = ((n + 1.0) * coverage.share()).ceil() as usize;
    let seen = surprises[place.clamp(1, surprises.len()) - 1] / coverage.deviations();
    let seen = seen.clamp(0.5, 4.0);
    (n * seen + USUAL_WEIGHT * coverage.usual(length)) / (n + USUAL_WEIGHT)
}

/// The bounds of one step.
pub fn bounds(outlook: &Outlook, step: usize, coverage: Coverage, correction: f64) -> (f64, f64) {
    if let Some(demand) = &outlook.demand {
        let tail = (1.0 - coverage.share()) / 2.0;
        return (demand.quantile(tail), demand.quantile(1.0 - tail));
    }
    let half = coverage.deviations() * outlook.deviations[step] * correction;
    (outlook.means[step] - half, outlook.means[step] + half)
}
