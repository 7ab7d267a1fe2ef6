//! What another price, or another effort, would change: the difference between two forecasts, with its interval.

use super::regressors::{Known, Unclear, student};
use super::series::Series;
use super::{Forecast, Refusal, prepare};
use serde::Serialize;

/// A forecast under a scenario, beside the forecast as it stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WhatIf {
    pub as_planned: Forecast,
    pub scenario: Forecast,
    /// Scenario less plan, step by step.
    pub steps: Vec<Difference>,
    /// Over the whole horizon. The interval covers the doubt about the effect; whatever else happens strikes plan and
    /// scenario alike.
    pub total: Difference,
}

/// A difference with its 95 % interval, in the unit of the series.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Difference {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

/// A scenario may go this share of the range seen beyond it; farther is refused.
const BEYOND: f64 = 0.25;

/// What happens when the regressor `name`, one of `known`, takes the values `scenario` over the horizon.
///
/// Refused when the regressor never varied in the past, cannot be told from the season, or would go where nobody has
/// been. It is an association in the past of this series, not an experiment: where price followed demand, it misleads.
pub fn what_if(
    series: &Series,
    horizon: usize,
    known: &[Known],
    name: &str,
    scenario: &[f64],
) -> Result<WhatIf, Refusal> {
    if scenario.len() != horizon || scenario.iter().any(|value| !value.is_finite()) {
        return Err(Refusal::Scenario { wanted: horizon });
    }
    let plan = prepare(series, horizon, known)?;
    let Some(position) = plan.effects.position(name) else {
        let why = plan.effects.unclear.iter().find(|(unclear, _)| unclear == name).map(|(_, why)| *why);
        return Err(Refusal::EffectUnknown { name: name.to_owned(), why: why.unwrap_or(Unclear::Incomplete) });
    };
    let effect = &plan.effects.effects[position];
    let (low, high) = effect.seen;
    let margin = BEYOND * (high - low);
    if scenario.iter().any(|value| *value < low - margin || *value > high + margin) {
        return Err(Refusal::NeverTried { name: name.to_owned(), low, high });
    }

    let start = series.values.len();
    let (slope, error) = (effect.per_unit, effect.error);
    // The interval given with the effect is Student's; its half width in errors serves here too.
    let quantile = if error > 0.0 { (effect.high - slope) / error } else { student(f64::MAX) };
    let mut altered: Vec<Known> = known.to_vec();
    for one in altered.iter_mut().filter(|one| one.name == name) {
        for (slot, value) in one.values.iter_mut().skip(start).zip(scenario) {
            *slot = *value;
        }
    }
    let relative = plan.effects.relative;
    let planned: Vec<f64> = known
        .iter()
        .filter(|one| one.name == name)
        .flat_map(|one| one.values.iter().skip(start).take(horizon).copied())
        .collect();
    let other = super::Prepared {
        effects: plan.effects.with(position, start, scenario),
        outlook: plan.outlook.clone(),
        tried: plan.tried.clone(),
        ..plan
    };
    let as_planned = plan.forecast(series, known);
    let scenario_forecast = other.forecast(series, &altered);

    let changes: Vec<f64> = scenario.iter().zip(&planned).map(|(then, now)| then - now).collect();
    let changed = |slope: f64| -> Vec<f64> {
        let each = changes.iter().zip(&as_planned.points);
        each.map(|(change, point)| if relative { point.value * (change * slope).exp_m1() } else { change * slope })
            .collect()
    };
    let (middle, one, two) = (changed(slope), changed(slope - quantile * error), changed(slope + quantile * error));
    let steps: Vec<Difference> =
        middle.iter().zip(one.iter().zip(&two)).map(|(value, (a, b))| between(*value, *a, *b)).collect();
    // The effect is one unknown for all steps, so its doubt adds up and does not average out.
    let total = between(middle.iter().sum(), one.iter().sum(), two.iter().sum());
    Ok(WhatIf { as_planned, scenario: scenario_forecast, steps, total })
}

fn between(value: f64, one: f64, two: f64) -> Difference {
    Difference { value, low: one.min(two), high: one.max(two) }
}
