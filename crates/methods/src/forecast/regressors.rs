//! Known effects: holidays, working days, a price, an effort. What they are worth is read from the past by regression.
//!
//! The series and the regressors go through the same exponential smoothing filter, and their one-step errors are
//! compared by least squares (generalised least squares with ETS errors). The starting level, slope and season are
//! unknowns of that regression, so an effect that cannot be told from the season is found out and not claimed.

use super::ets::{self, Form};
use serde::{Deserialize, Serialize};

/// A regressor: its value in every period of the history and of the horizon.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Known {
    pub name: String,
    pub values: Vec<f64>,
}

/// Why nothing can be said about an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unclear {
    /// It was the same in every period, or different in fewer than three.
    NeverVaried,
    /// It moves with the season, or with another regressor.
    NotSeparable,
    /// The history is too short for one more unknown.
    TooShort,
    /// There is not one finite value for each period of the history and the horizon.
    Incomplete,
}

/// What one unit of a regressor is worth.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Effect {
    pub name: String,
    /// With `relative`, of the logarithm of the value: 0.05 is about 5 %; else in the unit of the series.
    pub per_unit: f64,
    pub error: f64,
    /// The 95 % interval, by Student's distribution.
    pub low: f64,
    pub high: f64,
    pub relative: bool,
    /// The least and the largest value seen in the history.
    pub seen: (f64, f64),
}

/// All effects together, as the forecast uses them.
#[derive(Clone, Debug, Default)]
pub struct Effects {
    pub effects: Vec<Effect>,
    pub unclear: Vec<(String, Unclear)>,
    pub relative: bool,
    /// The regressors of `effects`, with their mean over the history taken off.
    columns: Vec<Vec<f64>>,
    /// Means over the history of each column.
    means: Vec<f64>,
    covariance: Vec<Vec<f64>>,
}

/// The periods in which a regressor must differ from its commonest value.
const LEAST_CHANGES: usize = 3;
/// The share of a regressor that must be its own, after start, season and the other regressors.
const LEAST_OWN: f64 = 0.02;
/// Effect and smoothing are found in turns.
const ROUNDS: usize = 3;

/// The effects of `known` on `values`, a series with seasons of `period`. Positive series are taken in logarithms.
pub fn effects(values: &[f64], period: usize, horizon: usize, known: &[Known]) -> Effects {
    let n = values.len();
    let relative = values.iter().all(|value| *value > 0.0);
    let mut found = Effects { relative, ..Effects::default() };
    let mut kept: Vec<&Known> = Vec::new();
    for one in known {
        match usable(one, n, horizon) {
            Ok(()) => kept.push(one),
            Err(unclear) => found.unclear.push((one.name.clone(), unclear)),
        }
    }
    let level: Vec<f64> = values.iter().map(|value| if relative { value.ln() } else { *value }).collect();
    let mut slopes = vec![0.0; kept.len()];
    for round in 0..ROUNDS {
        if kept.is_empty() {
            return found;
        }
        let (means, columns) = centred(&kept, n);
        let adjusted: Vec<f64> = (0..n)
            .map(|index| {
                level[index] - columns.iter().zip(&slopes).map(|(column, slope)| column[index] * slope).sum::<f64>()
            })
            .collect();
        let forms: Vec<Form> = Form::possible(&adjusted, period).into_iter().filter(|form| form.is_linear()).collect();
        let Some(fit) = ets::choose_among(&adjusted, period, &forms) else {
            found.unclear.extend(kept.iter().map(|one| (one.name.clone(), Unclear::TooShort)));
            return found;
        };

        let mut nuisance: Vec<Vec<f64>> = fit.start_columns(n);
        let filtered: Vec<Vec<f64>> = columns.iter().map(|column| fit.filtered(&column[..n])).collect();
        if n < nuisance.len() + kept.len() + 4 {
            nuisance.clear();
        }
        let target = fit.filtered(&level);
        match regress(&nuisance, &filtered, &target) {
            Ok(regression) => {
                slopes = regression.slopes;
                if round + 1 == ROUNDS {
                    found.columns = columns;
                    found.means = means;
                    found.covariance = regression.covariance;
                    let quantile = student(regression.freedom);
                    found.effects = effects_of(&kept, n, relative, &slopes, &found.covariance, quantile);
                }
            }
            Err(Entangled(at)) => {
                let unclear = if n < kept.len() + 4 { Unclear::TooShort } else { Unclear::NotSeparable };
                found.unclear.push((kept.remove(at).name.clone(), unclear));
                // what is left is found from the start
                return joined(found, effects(values, period, horizon, &kept.into_iter().cloned().collect::<Vec<_>>()));
            }
        }
    }
    found
}

fn joined(before: Effects, mut after: Effects) -> Effects {
    after.unclear.splice(0..0, before.unclear);
    after
}

fn usable(known: &Known, n: usize, horizon: usize) -> Result<(), Unclear> {
    if known.values.len() < n + horizon || known.values.iter().any(|value| !value.is_finite()) {
        return Err(Unclear::Incomplete);
    }
    let mut past = known.values[..n].to_vec();
    past.sort_by(f64::total_cmp);
    let commonest = past.chunk_by(|a, b| a == b).map(<[f64]>::len).max().unwrap_or(0);
    if n - commonest < LEAST_CHANGES { Err(Unclear::NeverVaried) } else { Ok(()) }
}

fn centred(known: &[&Known], n: usize) -> (Vec<f64>, Vec<Vec<f64>>) {
    let means: Vec<f64> = known.iter().map(|one| super::accuracy::mean(one.values[..n].iter().copied())).collect();
    let columns = known.iter().zip(&means).map(|(one, mean)| one.values.iter().map(|value| value - mean).collect());
    (means.clone(), columns.collect())
}

fn effects_of(
    kept: &[&Known],
    n: usize,
    relative: bool,
    slopes: &[f64],
    covariance: &[Vec<f64>],
    quantile: f64,
) -> Vec<Effect> {
    let each = kept.iter().zip(slopes).enumerate();
    each.map(|(index, (one, slope))| {
        let error = covariance[index][index].max(0.0).sqrt();
        let past = &one.values[..n];
        let seen = past.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(*x), high.max(*x)));
        Effect {
            name: one.name.clone(),
            per_unit: *slope,
            error,
            low: slope - quantile * error,
            high: slope + quantile * error,
            relative,
            seen,
        }
    })
    .collect()
}

impl Effects {
    /// The series without its effects: as if every regressor had always been at its mean.
    pub fn remove(&self, values: &[f64]) -> Vec<f64> {
        let each = values.iter().enumerate();
        each.map(|(index, value)| {
            let shift = self.shift(|column| self.columns[column][index]);
            if self.relative { value * (-shift).exp() } else { value - shift }
        })
        .collect()
    }

    /// The effect at `index` of history and horizon: what the value is shifted by (or, if relative, the logarithm of what
    /// it is multiplied by) and the standard deviation of that.
    pub fn at(&self, index: usize) -> (f64, f64) {
        let column: Vec<f64> = self.columns.iter().map(|column| column[index]).collect();
        (self.shift(|at| column[at]), self.deviation(&column))
    }

    /// The position of an effect by its name.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.effects.iter().position(|effect| effect.name == name)
    }

    /// With other values for one regressor in the horizon, from `start` on.
    pub fn with(&self, position: usize, start: usize, scenario: &[f64]) -> Effects {
        let mut other = self.clone();
        for (slot, value) in other.columns[position][start..].iter_mut().zip(scenario) {
            *slot = value - self.means[position];
        }
        other
    }

    fn shift(&self, value: impl Fn(usize) -> f64) -> f64 {
        self.effects.iter().enumerate().map(|(column, effect)| effect.per_unit * value(column)).sum()
    }

    fn deviation(&self, column: &[f64]) -> f64 {
        let mut variance = 0.0;
        for (row, x) in self.covariance.iter().zip(column) {
            variance += x * row.iter().zip(column).map(|(c, y)| c * y).sum::<f64>();
        }
        variance.max(0.0).sqrt()
    }
}

struct Regression {
    slopes: Vec<f64>,
    covariance: Vec<Vec<f64>>,
    freedom: f64,
}

/// The regressor at this position is a combination of what stands before it.
struct Entangled(usize);

/// Least squares by modified Gram-Schmidt: nuisance columns first (those that say nothing new are dropped), then the
/// regressors, whose coefficients and covariance are returned.
fn regress(nuisance: &[Vec<f64>], regressors: &[Vec<f64>], target: &[f64]) -> Result<Regression, Entangled> {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let take = |from: &mut [f64], times: f64, of: &[f64]| from.iter_mut().zip(of).for_each(|(x, y)| *x -= times * y);
    let mut rest = target.to_vec();
    let mut basis: Vec<Vec<f64>> = Vec::new();
    for column in nuisance {
        let mut own = column.clone();
        let before = dot(&own, &own);
        for direction in &basis {
            let along = dot(direction, &own);
            take(&mut own, along, direction);
        }
        let size = dot(&own, &own);
        if size > 1e-8 * before {
            own.iter_mut().for_each(|x| *x /= size.sqrt());
            let along = dot(&own, &rest);
            take(&mut rest, along, &own);
            basis.push(own);
        }
    }

    let k = regressors.len();
    let offset = basis.len();
    let mut upper = vec![vec![0.0; k]; k];
    let mut right = vec![0.0; k];
    for (at, column) in regressors.iter().enumerate() {
        let mut own = column.clone();
        let before = dot(&own, &own);
        for (position, direction) in basis.iter().enumerate() {
            let along = dot(direction, &own);
            take(&mut own, along, direction);
            if position >= offset {
                upper[position - offset][at] = along;
            }
        }
        let size = dot(&own, &own);
        if size <= LEAST_OWN * before || size <= 0.0 {
            return Err(Entangled(at));
        }
        own.iter_mut().for_each(|x| *x /= size.sqrt());
        upper[at][at] = size.sqrt();
        right[at] = dot(&own, &rest);
        take(&mut rest, right[at], &own);
        basis.push(own);
    }

    let freedom = (target.len() as f64 - basis.len() as f64).max(1.0);
    let variance = dot(&rest, &rest) / freedom;
    let inverse = inverted(&upper);
    let slopes = (0..k).map(|row| (row..k).map(|column| inverse[row][column] * right[column]).sum()).collect();
    let covariance =
        (0..k).map(|row| (0..k).map(|column| variance * dot(&inverse[row], &inverse[column])).collect()).collect();
    Ok(Regression { slopes, covariance, freedom })
}

/// The inverse of an upper triangle.
fn inverted(upper: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let k = upper.len();
    let mut inverse = vec![vec![0.0; k]; k];
    for column in 0..k {
        inverse[column][column] = 1.0 / upper[column][column];
        for row in (0..column).rev() {
            let sum: f64 = (row + 1..=column).map(|at| upper[row][at] * inverse[at][column]).sum();
            inverse[row][column] = -sum / upper[row][row];
        }
    }
    inverse
}

/// The 97.5 % quantile of Student's distribution, by the expansion of Cornish and Fisher (good to 1 % from 3 on).
pub(super) fn student(freedom: f64) -> f64 {
    let z: f64 = 1.959_964;
    let v = freedom.max(2.0);
    z + (z.powi(3) + z) / (4.0 * v)
        + (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / (96.0 * v * v)
        + (3.0 * z.powi(7) + 19.0 * z.powi(5) + 17.0 * z.powi(3) - 15.0 * z) / (384.0 * v.powi(3))
}
