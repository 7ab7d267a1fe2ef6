//! Exponential smoothing in state space form: error, trend and season, chosen by AICc.
//!
//! Hyndman, Koehler, Snyder and Grose (2002), and the book of Hyndman et al. (2008) whose tables give the variances.
//! Of the thirty forms fifteen are tried: trends are none, added or damped (multiplied ones run away), and an added error
//! is not joined to a multiplied season (its variance has no bound).

mod filter;
mod fit;
mod variance;

use super::Outlook;
use super::season::Season;
pub use fit::Fit;
use serde::Serialize;

/// How the error enters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Error {
    Added,
    Multiplied,
}

/// How the level moves on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Trend {
    None,
    Added,
    Damped,
}

/// How the season enters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Seasonal {
    None,
    Added,
    Multiplied,
}

/// One form of the family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Form {
    pub error: Error,
    pub trend: Trend,
    pub season: Seasonal,
}

/// Longer seasons have more starting values than a history can pay for: they are taken off first.
pub const LONGEST_SEASON: usize = 24;

impl Form {
    /// The forms that `values` allow: multiplied parts need positive values, a season two periods, a trend five values.
    pub fn possible(values: &[f64], period: usize) -> Vec<Form> {
        let positive = values.iter().all(|value| *value > 0.0);
        let seasonal = (2..=LONGEST_SEASON).contains(&period) && values.len() > 2 * period;
        let mut forms = Vec::new();
        for error in [Error::Added, Error::Multiplied] {
            for trend in [Trend::None, Trend::Added, Trend::Damped] {
                for season in [Seasonal::None, Seasonal::Added, Seasonal::Multiplied] {
                    let form = Form { error, trend, season };
                    let multiplied = error == Error::Multiplied || season == Seasonal::Multiplied;
                    let unbounded = error == Error::Added && season == Seasonal::Multiplied;
                    let payable = form.unknowns(period) + 2 <= values.len();
                    if (positive || !multiplied) && !unbounded && payable && (seasonal || season == Seasonal::None) {
                        forms.push(form);
                    }
                }
            }
        }
        forms
    }

    /// Smoothing weights and starting values, with the variance: what AICc charges for.
    fn unknowns(self, period: usize) -> usize {
        let trend = match self.trend {
            Trend::None => 0,
            Trend::Added => 2,
            Trend::Damped => 3,
        };
        3 + trend + if self.season == Seasonal::None { 0 } else { period }
    }

    /// Whether the one-step errors are linear in the values.
    pub fn is_linear(self) -> bool {
        self.error == Error::Added && self.season != Seasonal::Multiplied
    }

    /// As the field writes it: `ETS(M,Ad,N)`.
    pub fn label(self) -> String {
        let error = if self.error == Error::Added { "A" } else { "M" };
        let trend = match self.trend {
            Trend::None => "N",
            Trend::Added => "A",
            Trend::Damped => "Ad",
        };
        let season = match self.season {
            Seasonal::None => "N",
            Seasonal::Added => "A",
            Seasonal::Multiplied => "M",
        };
        format!("ETS({error},{trend},{season})")
    }
}

/// The form with the least AICc, fitted. None when the values are too few for any.
pub fn choose(values: &[f64], period: usize) -> Option<Fit> {
    choose_among(values, period, &Form::possible(values, period))
}

/// The same among some forms.
pub fn choose_among(values: &[f64], period: usize, forms: &[Form]) -> Option<Fit> {
    fit::best(values, period, forms)
}

/// The forecast of the chosen form. A season longer than [`LONGEST_SEASON`] is taken off before and put on after.
pub fn outlook(values: &[f64], period: usize, horizon: usize) -> Option<Outlook> {
    if period > LONGEST_SEASON && super::season::is_seasonal(values, period) {
        let season = Season::of(values, period)?;
        let mut outlook = choose(&season.removed_from(values), 1)?.outlook(horizon);
        for (step, mean) in outlook.means.iter_mut().enumerate() {
            *mean = season.restore(values.len() + step, *mean);
        }
        for (step, deviation) in outlook.deviations.iter_mut().enumerate() {
            *deviation *= season.stretch(values.len() + step).abs();
        }
        return Some(outlook);
    }
    Some(choose(values, period)?.outlook(horizon))
}
