//! What customers are worth: how often they will order again, whether they still will, and for how much.
//!
//! - [`fit`] learns a model of repeat orders: BG/NBD (Fader, Hardie & Lee 2005, Marketing Science 24:275-284), MBG/NBD
//!   (Batislam, Denizel & Filiztekin 2007, Int. J. Research in Marketing 24:201-209) or Pareto/NBD (Schmittlein,
//!   Morrison & Colombo 1987, Management Science 33:1-24).
//! - [`fit_spend`] learns the value of an order (Gamma-Gamma: Fader & Hardie 2013, "The Gamma-Gamma model of monetary
//!   value").
//! - [`lifetime_value`] puts both together; [`back_test`] says how far to trust them; [`bg_bb`] is for customers who may
//!   buy only at set occasions.
//!
//! All fits are by maximum likelihood in the logarithms of the parameters. Time is in weeks from a customer's first order.

mod backtest;
pub mod bg_bb;
mod bg_nbd;
mod gamma_gamma;
mod histories;
mod optimum;
mod orders;
mod pareto_nbd;
pub mod special;
mod worth;

use serde::{Deserialize, Serialize};

pub use backtest::{BackTest, Calibration, back_test};
pub use gamma_gamma::{FittedSpend, SpendModel, fit_spend};
pub use histories::{Histories, History};
pub use orders::{Family, FittedOrders, OrderModel, Predictions, fit};
pub use worth::{LifetimeValues, Terms, WEEKS_A_MONTH, lifetime_value};

/// Why nothing could be learned.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Unfit {
    /// There is nobody to learn from.
    NoCustomers,
    /// Nobody ordered twice: nothing is known of how people come back.
    NoRepeaters,
    /// A row is no history: a time that is negative or no number, or a last order after the end.
    NotAHistory { row: usize },
    /// The columns given are not of one length.
    ColumnsDiffer,
    /// The likelihood could not be computed anywhere.
    NoLikelihood,
}

/// Why a result is to be taken with care.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "warning", rename_all = "snake_case")]
pub enum Warning {
    /// Fewer customers with a repeat order than four parameters can be told from.
    TooFewRepeaters { repeaters: usize, wanted: usize },
    /// The data hardly tell this parameter (0 is the first): its logarithm is known to this standard error only, or not at
    /// all. Totals may still be right; the parameter means nothing.
    FlatLikelihood { parameter: usize, standard_error: Option<f64> },
    /// The search ended before it found the top.
    NotConverged,
    /// The value of an order depends on how often the customer orders, which Gamma-Gamma denies.
    ValueFollowsFrequency { correlation: f64 },
    /// The mean value of an order over all customers does not exist (q <= 1): one giant order may come.
    HeavySpendTail { q: f64 },
}

/// Fewer repeaters than this and a fit is a guess.
const ENOUGH_REPEATERS: usize = 50;
/// A logarithm known to no better than this: the parameter may as well be a third of it or three times as large.
const FLAT: f64 = 1.1;
/// A slope of the mean log-likelihood this small ends the search: it is worth less than 1e-6 of the whole even at a
/// million customers.
const TOLERANCE: f64 = 1e-7;

/// What the curvature at the top says: the covariance of the parameters' logarithms, and what is hardly known.
fn uncertainty<const N: usize>(
    information: &optimum::Square<N>,
    warnings: &mut Vec<Warning>,
) -> Option<optimum::Square<N>> {
    let Some(covariance) = optimum::inverse(information) else {
        let flattest = (0..N).min_by(|a, b| information[*a][*a].total_cmp(&information[*b][*b]));
        warnings.push(Warning::FlatLikelihood { parameter: flattest.unwrap_or(0), standard_error: None });
        return None;
    };
    for (parameter, row) in covariance.iter().enumerate() {
        let standard_error = row[parameter].sqrt();
        if standard_error > FLAT {
            warnings.push(Warning::FlatLikelihood { parameter, standard_error: Some(standard_error) });
        }
    }
    Some(covariance)
}

/// Standard errors of parameters from the covariance of their logarithms.
fn standard_errors<const N: usize>(parameters: &[f64; N], covariance: Option<&optimum::Square<N>>) -> Option<[f64; N]> {
    covariance.map(|covariance| std::array::from_fn(|i| parameters[i] * covariance[i][i].sqrt()))
}

#[cfg(test)]
mod tests;
