//! How well a model would have foretold what has happened since.

use serde::Serialize;

use super::gamma_gamma::correlation;
use super::{Family, FittedOrders, Histories, Unfit, fit};
use crate::orders::Orders;

/// A model learned up to a day, against the orders after it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BackTest {
    /// What was learned up to the day.
    pub fitted: FittedOrders,
    /// How long was foretold.
    pub weeks: f64,
    pub customers: usize,
    pub predicted: f64,
    pub actual: f64,
    /// predicted / actual - 1; nothing when nobody ordered.
    pub total_error: Option<f64>,
    /// Orders by which a customer's number was missed, in the mean.
    pub mean_absolute_error: f64,
    /// The same when everyone is thought to go on at their own rate so far, and when everyone is thought to do as the mean
    /// customer did: a model that is not better than both has learned nothing.
    pub mean_absolute_error_of_own_rate: f64,
    pub mean_absolute_error_of_mean: f64,
    /// Of predicted with actual orders over customers.
    pub correlation: f64,
    pub calibration: Vec<Calibration>,
}

/// Customers with the same number of repeat orders before the day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Calibration {
    /// The last group also holds all with more.
    pub repeats: u32,
    pub customers: usize,
    /// Mean orders after the day.
    pub predicted: f64,
    pub actual: f64,
}

const LAST_GROUP: u32 = 7;

/// Learns from the orders up to and with `split`, foretells those up to and with `until`, and compares. Customers who came
/// after `split` are none of it.
pub fn back_test(family: Family, orders: &Orders, split: i32, until: i32) -> Result<BackTest, Unfit> {
    let before = orders.summarise(split);
    let histories = Histories::of(&before)?;
    let fitted = fit(family, &histories)?;
    let weeks = if until > split { f64::from(until.abs_diff(split)) / 7.0 } else { 0.0 };
    let predicted = fitted.model.predict(&histories, weeks).orders;

    let mut actual = vec![0.0; before.len()];
    let mut row = 0;
    orders.walk(until, |customer, days, _| {
        while before.customer.get(row).is_some_and(|at| *at < customer) {
            row += 1;
        }
        if before.customer.get(row) == Some(&customer) {
            actual[row] = days.iter().filter(|day| day.day > split).count() as f64;
        }
    });

    let n = before.len() as f64;
    let sum = |column: &[f64]| column.iter().sum::<f64>();
    let (all_predicted, all_actual) = (sum(&predicted), sum(&actual));
    let own_rate = before.histories().map(|history| {
        let rate = if history.age > 0.0 { f64::from(history.repeats) / history.age } else { 0.0 };
        rate * weeks
    });
    let mean_rate = before.histories().map(|h| f64::from(h.repeats)).sum::<f64>()
        / before.histories().map(|history| history.age).sum::<f64>().max(f64::MIN_POSITIVE);
    Ok(BackTest {
        weeks,
        customers: before.len(),
        predicted: all_predicted,
        actual: all_actual,
        total_error: (all_actual > 0.0).then(|| all_predicted / all_actual - 1.0),
        mean_absolute_error: missed_by(predicted.iter().copied(), &actual) / n,
        mean_absolute_error_of_own_rate: missed_by(own_rate, &actual) / n,
        mean_absolute_error_of_mean: missed_by(actual.iter().map(|_| mean_rate * weeks), &actual) / n,
        correlation: correlation(predicted.iter().copied().zip(actual.iter().copied())),
        calibration: calibrate(before.orders.iter().map(|orders| orders - 1), &predicted, &actual),
        fitted,
    })
}

fn missed_by(predicted: impl Iterator<Item = f64>, actual: &[f64]) -> f64 {
    predicted.zip(actual).map(|(predicted, actual)| (predicted - actual).abs()).sum()
}

fn calibrate(repeats: impl Iterator<Item = u32>, predicted: &[f64], actual: &[f64]) -> Vec<Calibration> {
    let mut groups: Vec<Calibration> =
        (0..=LAST_GROUP).map(|repeats| Calibration { repeats, ..Calibration::default() }).collect();
    for (repeats, (predicted, actual)) in repeats.zip(predicted.iter().zip(actual)) {
        let group = &mut groups[repeats.min(LAST_GROUP) as usize];
        group.customers += 1;
        group.predicted += predicted;
        group.actual += actual;
    }
    groups.retain(|group| group.customers > 0);
    for group in &mut groups {
        group.predicted /= group.customers as f64;
        group.actual /= group.customers as f64;
    }
    groups
}
