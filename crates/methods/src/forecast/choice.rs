//! The choice of a model by its own past: every candidate forecasts from several earlier days, and is held against what
//! then came (rolling origin).

use super::accuracy::{mase, mean, naive_scale, smape};
use super::intermittent::{self, is_intermittent};
use super::{Outlook, ets, naive, theta};
use serde::Serialize;

/// A kind of model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    SeasonalNaive,
    Theta,
    Ets,
    /// The mean of theta and ETS: their errors differ, so half of them cancel.
    ThetaEts,
    Croston,
    Tsb,
}

/// How a model did on the past of the series.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Backtest {
    pub model: Model,
    /// From how many earlier days it forecast.
    pub origins: usize,
    /// How many steps ahead, at most.
    pub steps: usize,
    /// In per cent.
    pub smape: f64,
    /// In units of the error of "as a season ago" within the history: below 1 is better.
    pub mase: f64,
    /// The mean squared error, in squared units of the series.
    pub mse: f64,
    /// |error| in standard deviations as the model stated them: what the intervals are corrected by.
    #[serde(skip)]
    pub surprises: Vec<f64>,
}

/// From how many earlier days the past is forecast.
const ORIGINS: usize = 5;
/// The mean of theta and ETS is left only for a model that was better by this share: the best of few trials is partly luck.
const CLEARLY: f64 = 0.9;

impl Model {
    /// The models that are tried on a series like this.
    fn candidates(values: &[f64]) -> &'static [Model] {
        if is_intermittent(values) {
            return &[Model::SeasonalNaive, Model::Theta, Model::Croston, Model::Tsb];
        }
        &[Model::SeasonalNaive, Model::Theta, Model::Ets, Model::ThetaEts]
    }

    /// The forecast of this model alone. None where the history is too short for it or not of its kind.
    pub fn outlook(self, values: &[f64], period: usize, horizon: usize) -> Option<Outlook> {
        match self {
            Model::SeasonalNaive => naive::outlook(values, period, horizon),
            Model::Theta => theta::outlook(values, period, horizon),
            Model::Ets => ets::outlook(values, period, horizon),
            Model::ThetaEts => {
                Some(blend(&theta::outlook(values, period, horizon)?, &ets::outlook(values, period, horizon)?))
            }
            Model::Croston => intermittent::croston(values, horizon),
            Model::Tsb => intermittent::tsb(values, horizon),
        }
    }
}

fn blend(one: &Outlook, other: &Outlook) -> Outlook {
    let half = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a + b) / 2.0).collect();
    Outlook::normal(
        format!("{} + {}", one.label, other.label),
        half(&one.means, &other.means),
        half(&one.deviations, &other.deviations),
    )
}

/// All candidates' forecasts, each model computed once.
fn outlooks(models: &[Model], values: &[f64], period: usize, horizon: usize) -> Vec<Option<Outlook>> {
    let mut found: Vec<(Model, Option<Outlook>)> = Vec::with_capacity(models.len());
    for model in models {
        let part =
            |kind: Model| found.iter().find(|(model, _)| *model == kind).and_then(|(_, outlook)| outlook.as_ref());
        let outlook = match (model, part(Model::Theta), part(Model::Ets)) {
            (Model::ThetaEts, Some(theta), Some(ets)) => Some(blend(theta, ets)),
            (Model::ThetaEts, _, _) => None,
            _ => model.outlook(values, period, horizon),
        };
        found.push((*model, outlook));
    }
    found.into_iter().map(|(_, outlook)| outlook).collect()
}

/// The chosen model and every candidate's back-test, best first. Without enough past the tests are empty and the choice
/// is the plainest model that can do it.
pub fn choose(values: &[f64], period: usize, horizon: usize) -> (Model, Vec<Backtest>) {
    let models = Model::candidates(values);
    let mut tests = backtests(models, values, period, horizon);
    let intermittent = is_intermittent(values);
    // The mean absolute error of rare demand is least for "never": there the squared error decides.
    let score = |test: &Backtest| if intermittent { test.mse.sqrt() } else { test.mase };
    tests.sort_by(|a, b| score(a).total_cmp(&score(b)));
    let Some(best) = tests.first() else {
        let plain = if intermittent { Model::Tsb } else { Model::Theta };
        let able = plain.outlook(values, period, 1).is_some();
        return (if able { plain } else { Model::SeasonalNaive }, tests);
    };

    let usual = if intermittent { Model::Tsb } else { Model::ThetaEts };
    let settled = tests.iter().find(|test| test.model == usual);
    match settled {
        Some(settled) if score(best) >= CLEARLY * score(settled) => (usual, tests),
        _ => (best.model, tests),
    }
}

/// How far back the first test may start: a season and a half, and never on less than six values.
fn least_history(period: usize) -> usize {
    (period + period / 2).max(6)
}

fn backtests(models: &[Model], values: &[f64], period: usize, horizon: usize) -> Vec<Backtest> {
    let n = values.len();
    let least = least_history(period);
    if n < least + 1 || horizon == 0 {
        return Vec::new();
    }
    let steps = horizon.min(n - least).min((n / 3).max(1));
    let apart = (steps / 3).max(1);
    let origins: Vec<usize> = (0..ORIGINS)
        .filter_map(|back| (n - steps).checked_sub(back * apart))
        .filter(|origin| *origin >= least)
        .collect();

    let mut tests: Vec<Option<Backtest>> = models
        .iter()
        .map(|model| {
            Some(Backtest {
                model: *model,
                origins: origins.len(),
                steps,
                smape: 0.0,
                mase: 0.0,
                mse: 0.0,
                surprises: Vec::new(),
            })
        })
        .collect();
    for origin in &origins {
        let (past, rest) = values.split_at(*origin);
        let came = &rest[..steps.min(rest.len())];
        // What never moved has no yardstick; any unit serves to compare models.
        let scale = naive_scale(past, period).or_else(|| naive_scale(values, period)).unwrap_or(1.0);
        for (slot, outlook) in tests.iter_mut().zip(outlooks(models, past, period, steps)) {
            let (Some(test), Some(outlook)) = (slot.as_mut(), outlook) else {
                *slot = None;
                continue;
            };
            let share = 1.0 / origins.len() as f64;
            test.smape += share * smape(came, &outlook.means);
            test.mase += share * mase(came, &outlook.means, scale);
            test.mse += share * mean(came.iter().zip(&outlook.means).map(|(y, f)| (y - f).powi(2)));
            for ((y, f), deviation) in came.iter().zip(&outlook.means).zip(&outlook.deviations) {
                test.surprises.push((y - f).abs() / deviation.max(1e-9 * (1.0 + f.abs())));
            }
        }
    }
    tests.into_iter().flatten().filter(|test| test.mase.is_finite() && test.mse.is_finite()).collect()
}
