//! Lifetime value: orders to come, each at its expected value, discounted month by month.

use serde::{Deserialize, Serialize};

use super::optimum::{Square, quadratic};
use super::special::normal_quantile;
use super::{FittedOrders, FittedSpend, Histories, History, OrderModel, Unfit};

/// As the models count in weeks and discount is by month.
pub const WEEKS_A_MONTH: f64 = 4.345;

/// Over which time and at which discount value is counted.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Terms {
    pub months: u32,
    /// 0.01 for one per cent a month.
    pub monthly_discount: f64,
    /// Of the interval: 0.95 for one that is wrong once in twenty.
    pub confidence: f64,
}

impl Default for Terms {
    /// A year at one per cent a month.
    fn default() -> Terms {
        Terms { months: 12, monthly_discount: 0.01, confidence: 0.95 }
    }
}

/// What each customer is worth, a row each, in the unit of the means given.
///
/// The interval is by the delta method in logarithms. It says how well the *expectation* is known from the data; a single
/// customer's real orders vary around it by much more. It is as wide as the value where the likelihood was flat, and
/// `low` and `high` then hold zero and infinity.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LifetimeValues {
    /// The expected value of an order.
    pub order_value: Vec<f64>,
    /// The discounted value of all orders within the terms.
    pub value: Vec<f64>,
    pub low: Vec<f64>,
    pub high: Vec<f64>,
}

/// Discounted orders of one who is alive, and the derivatives of their logarithm by those of the parameters.
#[derive(Clone, Copy)]
struct Stream {
    orders: f64,
    by: [f64; 4],
}

/// The lifetime value of each customer; `means` are the mean values of their repeat orders, in the order of the histories.
pub fn lifetime_value(
    orders: &FittedOrders,
    spend: &FittedSpend,
    histories: &Histories,
    means: &[f64],
    terms: &Terms,
) -> Result<LifetimeValues, Unfit> {
    if means.len() != histories.len() {
        return Err(Unfit::ColumnsDiffer);
    }
    let around = around(&orders.model);
    let streams = histories.by_age_and_repeats(|history| Stream {
        orders: discounted(&orders.model, history, terms),
        by: slope(&around, |model| discounted(model, history, terms)),
    });
    let per_group: Vec<(f64, f64)> = histories
        .groups
        .iter()
        .zip(streams)
        .map(|(group, stream)| {
            let alive = slope(&around, |model| model.p_alive(group.history));
            let by = std::array::from_fn(|i| alive[i] + stream.by[i]);
            let variance = orders.covariance.as_ref().map_or(f64::INFINITY, |known| quadratic(known, &by));
            (orders.model.p_alive(group.history) * stream.orders, variance)
        })
        .collect();
    let z = normal_quantile(f64::midpoint(1.0, terms.confidence.clamp(0.0, 0.9999)));
    let rows = means.len();
    let empty = || Vec::with_capacity(rows);
    let mut all = LifetimeValues { order_value: empty(), value: empty(), low: empty(), high: empty() };
    for (group, mean) in histories.group_of.iter().zip(means) {
        let (orders_to_come, variance) = per_group[*group as usize];
        let repeats = histories.groups[*group as usize].history.repeats;
        let order_value = spend.expected_value(repeats, *mean);
        let value = orders_to_come * order_value;
        let factor = (z * (variance + spend_variance(spend, repeats, *mean)).sqrt()).exp();
        all.order_value.push(order_value);
        all.value.push(value);
        all.low.push(value / factor);
        all.high.push(if value > 0.0 { value * factor } else { 0.0 });
    }
    Ok(all)
}

fn spend_variance(spend: &FittedSpend, repeats: u32, mean: f64) -> f64 {
    let known: Option<&Square<3>> = spend.covariance.as_ref();
    known.map_or(f64::INFINITY, |known| quadratic(known, &spend.model.slope(repeats, mean)))
}

/// Each month's expected orders of one who is alive, discounted to today.
fn discounted(model: &OrderModel, history: History, terms: &Terms) -> f64 {
    let (mut sum, mut before) = (0.0, 0.0);
    let factor = 1.0 / (1.0 + terms.monthly_discount);
    let mut discount = 1.0;
    for month in 1..=terms.months {
        let orders = model.orders_if_alive(history.repeats, history.age, f64::from(month) * WEEKS_A_MONTH);
        discount *= factor;
        sum += (orders - before) * discount;
        before = orders;
    }
    sum
}

const STEP: f64 = 1e-4;

/// The model with the logarithm of each parameter a little greater and a little smaller.
fn around(model: &OrderModel) -> [[OrderModel; 2]; 4] {
    std::array::from_fn(|i| {
        [STEP, -STEP].map(|by| {
            let mut moved = *model;
            moved.parameters[i] *= by.exp();
            moved
        })
    })
}

/// The derivatives of the logarithm of an answer by the logarithms of the parameters.
fn slope(around: &[[OrderModel; 2]; 4], answer: impl Fn(&OrderModel) -> f64) -> [f64; 4] {
    std::array::from_fn(|i| {
        let (up, down) = (answer(&around[i][0]), answer(&around[i][1]));
        if up > 0.0 && down > 0.0 { (up / down).ln() / (2.0 * STEP) } else { 0.0 }
    })
}
