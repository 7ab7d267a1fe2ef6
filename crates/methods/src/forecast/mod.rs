//! What comes next: a series of periods continued by the model that did best on its own past, with intervals that cover
//! what they say, and a plain word where the past is no guide.
//!
//! [`forecast`] continues a [`Series`]; [`what_if`] asks what another price or effort would change. The models are
//! [`theta`], [`ets`], the mean of both, "as a season ago" ([`naive`]) and for rare demand [`intermittent`]; [`choice`]
//! holds each against the past. Figures are in the unit of the series (money: minor units) and are estimates, never
//! amounts to be booked: round them when they are shown.

pub mod accuracy;
mod breaks;
pub mod calendar;
pub mod choice;
pub mod ets;
pub mod intermittent;
pub mod interval;
pub mod naive;
mod optimise;
pub mod regressors;
pub mod season;
pub mod series;
#[cfg(test)]
mod tests;
pub mod theta;
mod what_if;

use choice::{Backtest, Model};
use interval::{Coverage, bounds, correction};
use jiff::civil::Date;
use regressors::{Effect, Effects, Known, Unclear, effects};
use serde::{Serialize, Serializer};
use series::Series;
pub use what_if::{Difference, WhatIf, what_if};

/// What one model says of the coming steps, in the unit of the series.
#[derive(Clone, Debug)]
pub struct Outlook {
    /// The model in the field's notation, as `ETS(M,Ad,N)`.
    pub label: String,
    pub means: Vec<f64>,
    /// The standard deviation of each step, as the model states it.
    pub deviations: Vec<f64>,
    /// For rare demand: how one period's demand is spread.
    pub demand: Option<intermittent::Demand>,
}

impl Outlook {
    fn normal(label: String, means: Vec<f64>, deviations: Vec<f64>) -> Outlook {
        Outlook { label, means, deviations, demand: None }
    }
}

/// A forecast.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Forecast {
    pub model: Model,
    /// The model in the field's notation.
    pub label: String,
    /// How the chosen model did on the past of this series; none when the past is too short to try.
    pub backtest: Option<Backtest>,
    /// All models that were tried, best first.
    pub tried: Vec<Backtest>,
    pub points: Vec<Point>,
    /// What the known regressors were found to be worth.
    pub effects: Vec<Effect>,
    pub warnings: Vec<Warning>,
}

/// One period ahead: the expectation and where the value lies in 80 and in 95 cases of a hundred.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Point {
    /// The first day of the period.
    #[serde(serialize_with = "as_text")]
    pub period: Date,
    pub value: f64,
    pub low80: f64,
    pub high80: f64,
    pub low95: f64,
    pub high95: f64,
}

/// A day as `2026-11-22`.
fn as_text<S: Serializer>(day: &Date, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(day)
}

/// What a reader must know before believing a forecast.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Warning {
    /// Too short for a back-test, or for the season (two of them and a period are needed).
    TooShort { periods: usize, wanted: usize },
    /// The level jumped here and stayed; what came before says little.
    Break {
        #[serde(serialize_with = "as_text")]
        period: Date,
    },
    /// Most periods are empty: expect a rate, not a curve.
    MostlyZeros { share: f64 },
    /// Every period was the same; nothing is known of how it varies.
    Constant,
    /// On the past, "as a season ago" did as well.
    NoBetterThanNaive { mase: f64 },
    /// Periods without a value were filled by a line.
    GapsFilled { periods: usize },
    /// Nothing can be said about a regressor.
    EffectUnknown { name: String, why: Unclear },
    /// A regressor in the horizon lies outside what was seen; its effect is a guess.
    Extrapolated { name: String },
}

/// Why there is no forecast.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    Empty,
    /// Fewer values than an interval can be made of.
    TooShort {
        periods: usize,
        wanted: usize,
    },
    TooLong {
        most: usize,
    },
    /// No step ahead, or more than [`FARTHEST`].
    Horizon {
        most: usize,
    },
    /// A value that is no finite number.
    NotFinite,
    /// The regressor asked about is not among the known ones, or nothing can be said about it.
    EffectUnknown {
        name: String,
        why: Unclear,
    },
    /// The scenario does not have one value for each step ahead.
    Scenario {
        wanted: usize,
    },
    /// The scenario lies far outside what was ever tried.
    NeverTried {
        name: String,
        low: f64,
        high: f64,
    },
}

/// The least number of periods that are continued.
pub const SHORTEST: usize = 4;
/// The farthest step ahead.
pub const FARTHEST: usize = 730;

/// Continues `series` by `horizon` periods. `known` are regressors with a value for every period of both.
pub fn forecast(series: &Series, horizon: usize, known: &[Known]) -> Result<Forecast, Refusal> {
    Ok(prepare(series, horizon, known)?.forecast(series, known))
}

/// A series without its known effects, continued; effects are put on again at the end.
struct Prepared {
    effects: Effects,
    model: Model,
    outlook: Outlook,
    tried: Vec<Backtest>,
    corrections: [f64; 2],
    horizon: usize,
}

fn prepare(series: &Series, horizon: usize, known: &[Known]) -> Result<Prepared, Refusal> {
    let (values, period) = (&series.values, series.frequency.season());
    check(values, horizon)?;
    let effects = effects(values, period, horizon, known);
    let plain = effects.remove(values);
    let (model, tried) = choice::choose(&plain, period, horizon);
    let outlook = model.outlook(&plain, period, horizon).or_else(|| naive::outlook(&plain, period, horizon));
    let outlook = outlook.ok_or(Refusal::TooShort { periods: values.len(), wanted: SHORTEST })?;
    let test = tried.iter().find(|test| test.model == model);
    let corrections = [Coverage::P80, Coverage::P95].map(|coverage| correction(test, values.len(), coverage));
    Ok(Prepared { effects, model, outlook, tried, corrections, horizon })
}

fn check(values: &[f64], horizon: usize) -> Result<(), Refusal> {
    if values.is_empty() {
        return Err(Refusal::Empty);
    }
    if values.len() < SHORTEST {
        return Err(Refusal::TooShort { periods: values.len(), wanted: SHORTEST });
    }
    if values.len() > series::LONGEST {
        return Err(Refusal::TooLong { most: series::LONGEST });
    }
    if horizon == 0 || horizon > FARTHEST {
        return Err(Refusal::Horizon { most: FARTHEST });
    }
    // Beyond this, squares of sums leave the range of a double.
    if values.iter().any(|value| !value.is_finite() || value.abs() > 1e100) {
        return Err(Refusal::NotFinite);
    }
    Ok(())
}

impl Prepared {
    fn forecast(self, series: &Series, known: &[Known]) -> Forecast {
        let never_negative = series.values.iter().all(|value| *value >= 0.0);
        let points = (0..self.horizon).map(|step| self.point(series, step, never_negative)).collect();
        let warnings = self.warnings(series, known);
        let backtest = self.tried.iter().find(|test| test.model == self.model).cloned();
        Forecast {
            model: self.model,
            label: self.outlook.label,
            backtest,
            tried: self.tried,
            points,
            effects: self.effects.effects,
            warnings,
        }
    }

    fn point(&self, series: &Series, step: usize, never_negative: bool) -> Point {
        let index = series.values.len() + step;
        let (shift, doubt) = self.effects.at(index);
        let mean = self.outlook.means[step];
        let put = |value: f64| match self.effects.relative {
            true => value * shift.exp(),
            false => value + shift,
        };
        // The doubt about the effects is one of its own: variances add.
        let wider = |bound: f64, deviations: f64| {
            let own = put(bound) - put(mean);
            let side = if own == 0.0 { deviations.signum() } else { own.signum() };
            let doubt = deviations * doubt * if self.effects.relative { put(mean) } else { 1.0 };
            put(mean) + side * own.hypot(doubt)
        };
        let at_least = |value: f64| if never_negative { value.max(0.0) } else { value };
        let (low80, high80) = bounds(&self.outlook, step, Coverage::P80, self.corrections[0]);
        let (low95, high95) = bounds(&self.outlook, step, Coverage::P95, self.corrections[1]);
        let (low80, high80) = (at_least(wider(low80, -1.28)), at_least(wider(high80, 1.28)));
        Point {
            period: series.day(index),
            value: at_least(put(mean)),
            low80,
            high80,
            low95: at_least(wider(low95, -1.96)).min(low80),
            high95: at_least(wider(high95, 1.96)).max(high80),
        }
    }

    fn warnings(&self, series: &Series, known: &[Known]) -> Vec<Warning> {
        let (values, period) = (&series.values, series.frequency.season());
        let n = values.len();
        let mut warnings = Vec::new();
        let wanted = if period > 1 { 2 * period + 1 } else { 8 };
        if n < wanted || self.tried.is_empty() {
            warnings.push(Warning::TooShort { periods: n, wanted: wanted.max(n + 1) });
        }
        if values.iter().all(|value| *value == values[0]) {
            warnings.push(Warning::Constant);
        } else if let Some(at) = breaks::last_break(values, period) {
            warnings.push(Warning::Break { period: series.day(at) });
        }
        let zeros = values.iter().filter(|value| **value == 0.0).count() as f64 / n as f64;
        if zeros > 0.5 {
            warnings.push(Warning::MostlyZeros { share: zeros });
        }
        let naive = self.tried.iter().find(|test| test.model == Model::SeasonalNaive);
        if let (Some(test), Some(naive)) = (self.tried.iter().find(|test| test.model == self.model), naive)
            && !intermittent::is_intermittent(values)
            && naive.mase > 0.0
            && test.mase >= naive.mase
        {
            warnings.push(Warning::NoBetterThanNaive { mase: test.mase });
        }
        if !series.filled.is_empty() {
            warnings.push(Warning::GapsFilled { periods: series.filled.len() });
        }
        for (name, why) in &self.effects.unclear {
            warnings.push(Warning::EffectUnknown { name: name.clone(), why: *why });
        }
        for effect in &self.effects.effects {
            let ahead = known.iter().filter(|one| one.name == effect.name).flat_map(|one| one.values.iter().skip(n));
            if ahead.take(self.horizon).any(|value| *value < effect.seen.0 || *value > effect.seen.1) {
                warnings.push(Warning::Extrapolated { name: effect.name.clone() });
            }
        }
        warnings
    }
}
