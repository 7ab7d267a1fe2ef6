use serde_json::Value;

use super::bg_bb::{Participation, fit_occasions};
use super::*;
use crate::fixtures::{Lines, cdnow, day, json, near, number, rows};

mod bad_input;
mod functions;

/// The published sample: repeats and times in weeks as printed, and the mean value of repeat orders in dollars.
struct Sample {
    histories: Vec<History>,
    means: Vec<f64>,
}

impl Sample {
    fn read() -> Option<Sample> {
        let rows = rows("reference/clv/cdnow_sample_summary.csv")?;
        let history = |row: &Vec<String>| History {
            repeats: row[1].parse().unwrap(),
            recency: number(&row[2]),
            age: number(&row[3]),
        };
        Some(Sample {
            histories: rows.iter().map(history).collect(),
            means: rows.iter().map(|row| number(&row[4])).collect(),
        })
    }

    fn grouped(&self) -> Histories {
        Histories::new(self.histories.iter().copied()).unwrap()
    }

    fn repeats(&self) -> Vec<u32> {
        self.histories.iter().map(|history| history.repeats).collect()
    }
}

fn sample() -> Option<(Sample, Value)> {
    Some((Sample::read()?, json("reference/clv/expected.json")?))
}

fn expected_model(expected: &Value, key: &str, family: Family, which: &str) -> OrderModel {
    let parameters = family.parameter_names().map(|name| expected[key][which][name].as_f64().unwrap());
    OrderModel { family, parameters }
}

/// Fits a family to the sample and compares with the peer's optimum.
#[track_caller]
fn reproduces(family: Family, key: &str, tolerance: f64) {
    let Some((sample, expected)) = sample() else { return };
    let fitted = fit(family, &sample.grouped()).unwrap();
    let peer = expected[key].get("refined_ll").unwrap_or(&expected[key]["peer_ll"]).as_f64().unwrap();
    assert!((fitted.log_likelihood - peer).abs() < 1e-3, "{} against {peer}", fitted.log_likelihood);
    let model = expected_model(&expected, key, family, "peer_params");
    for (found, expected) in fitted.model.parameters.iter().zip(model.parameters) {
        near(*found, expected, tolerance);
    }
    assert_eq!(fitted.warnings, []);
    let errors = fitted.standard_errors().unwrap();
    for (error, parameter) in errors.iter().zip(fitted.model.parameters) {
        assert!(*error > 0.0 && *error < parameter, "{error} for {parameter}");
    }
}

#[test]
fn bg_nbd_finds_the_published_parameters() {
    reproduces(Family::BgNbd, "bgnbd", 1e-3);
}

#[test]
fn mbg_nbd_finds_the_parameters_of_its_peer() {
    reproduces(Family::MbgNbd, "mbgnbd", 1e-3);
}

#[test]
fn pareto_nbd_finds_the_published_parameters() {
    reproduces(Family::ParetoNbd, "pnbd", 2e-3);
}

#[test]
fn gamma_gamma_finds_the_published_parameters() {
    let Some((sample, expected)) = sample() else { return };
    let fitted = fit_spend(&sample.repeats(), &sample.means).unwrap();
    let expected = &expected["gamma_gamma"];
    assert_eq!(fitted.customers as u64, expected["n"].as_u64().unwrap());
    assert!((fitted.log_likelihood - expected["peer_ll"].as_f64().unwrap()).abs() < 1e-3);
    let SpendModel { p, q, v } = fitted.model;
    for (found, name) in [(p, "p"), (q, "q"), (v, "v")] {
        near(found, expected["peer_params"][name].as_f64().unwrap(), 1e-3);
    }
    assert_eq!(fitted.warnings, []);
    let repeaters = sample.histories.iter().zip(&sample.means).filter(|(h, _)| h.repeats > 0);
    let values: Vec<f64> = repeaters.map(|(h, m)| fitted.expected_value(h.repeats, *m)).collect();
    near(
        values.iter().sum::<f64>() / values.len() as f64,
        expected["mean_expected_value_repeaters"].as_f64().unwrap(),
        1e-3,
    );
}

#[test]
fn a_frequent_customer_and_a_new_one_are_foretold_as_published() {
    let Some((_, expected)) = sample() else { return };
    let bg = expected_model(&expected, "bgnbd", Family::BgNbd, "refined_params");
    let pareto = expected_model(&expected, "pnbd", Family::ParetoNbd, "peer_params");
    let customer = History { repeats: 26, recency: 30.86, age: 31.0 };
    for (model, key) in [(bg, "bgnbd"), (pareto, "pnbd")] {
        let expected = &expected[key];
        near(model.p_alive(customer), expected["customer_1516"]["palive"].as_f64().unwrap(), 1e-6);
        near(model.expected_orders(customer, 52.0), expected["customer_1516"]["e52"].as_f64().unwrap(), 1e-5);
        near(model.expected_orders_of_new(52.0), expected["unconditional_expectation_52"].as_f64().unwrap(), 1e-6);
    }
}

#[test]
fn every_customer_is_foretold_as_by_the_peer() {
    let Some((sample, expected)) = sample() else { return };
    let Some(rows) = rows("reference/clv/cdnow_sample_predictions.csv") else { return };
    let histories = sample.grouped();
    let bg = expected_model(&expected, "bgnbd", Family::BgNbd, "peer_params").predict(&histories, 39.0);
    let pareto = expected_model(&expected, "pnbd", Family::ParetoNbd, "peer_params").predict(&histories, 39.0);
    for (i, row) in rows.iter().enumerate() {
        let columns = [bg.orders[i], bg.p_alive[i], pareto.orders[i], pareto.p_alive[i]];
        for (found, expected) in columns.iter().zip(&row[1..5]) {
            let expected = number(expected);
            assert!((found - expected).abs() <= 1e-3 * expected + 1e-6, "customer {}: {found} for {expected}", row[0]);
        }
    }
    let totals = &expected["totals"];
    for (column, name) in [
        (&bg.orders, "bgnbd_e39"),
        (&bg.p_alive, "bgnbd_palive"),
        (&pareto.orders, "pnbd_e39"),
        (&pareto.p_alive, "pnbd_palive"),
    ] {
        near(column.iter().sum(), totals[name].as_f64().unwrap(), 1e-6);
    }
}

#[test]
fn lifetime_values_are_those_of_the_peer_and_lie_within_their_intervals() {
    let Some((sample, expected)) = sample() else { return };
    let Some(rows) = rows("reference/clv/cdnow_sample_predictions.csv") else { return };
    let histories = sample.grouped();
    let orders = fit(Family::BgNbd, &histories).unwrap();
    let spend = fit_spend(&sample.repeats(), &sample.means).unwrap();
    let found = lifetime_value(&orders, &spend, &histories, &sample.means, &Terms::default()).unwrap();
    for (i, row) in rows.iter().enumerate() {
        near(found.order_value[i], number(&row[5]), 1e-3);
        let expected = number(&row[6]);
        assert!((found.value[i] - expected).abs() <= 1e-3 * expected + 1e-4, "{} for {expected}", found.value[i]);
        assert!(found.low[i] < found.value[i] && found.value[i] < found.high[i]);
        assert!(found.high[i] < 10.0 * found.value[i], "the likelihood is not that flat");
    }
    near(found.value.iter().sum(), expected["totals"]["clv_12m_bgnbd_gg"].as_f64().unwrap(), 1e-4);
}

#[test]
fn the_second_39_weeks_are_foretold_from_the_first() {
    let (Some(lines), Some(expected)) = (cdnow(), json("reference/clv/expected.json")) else { return };
    let expected = &expected["holdout_39w"];
    let (split, until) = (day("1997-09-30"), day("1998-06-30"));
    let test = back_test(Family::BgNbd, &lines.orders(), split, until).unwrap();
    assert_eq!(test.weeks, 39.0);
    assert_eq!(test.actual, expected["actual_total"].as_f64().unwrap());
    near(test.predicted, expected["bgnbd_total"].as_f64().unwrap(), 1e-3);
    near(test.mean_absolute_error, expected["bgnbd_mae"].as_f64().unwrap(), 1e-3);
    near(test.correlation, expected["bgnbd_corr"].as_f64().unwrap(), 1e-3);
    near(test.total_error.unwrap(), 1653.4 / 1882.0 - 1.0, 1e-2);
    assert!(test.mean_absolute_error < test.mean_absolute_error_of_own_rate);
    assert_eq!(test.calibration.iter().map(|group| group.customers).sum::<usize>(), 2_357);
    assert!(test.calibration.is_sorted_by(|a, b| a.predicted < b.predicted));

    let pareto = back_test(Family::ParetoNbd, &lines.orders(), split, until).unwrap();
    near(pareto.predicted, expected["pnbd_total"].as_f64().unwrap(), 1e-3);
    near(pareto.mean_absolute_error, expected["pnbd_mae"].as_f64().unwrap(), 1e-3);
}

#[test]
fn yearly_donors_are_foretold_as_published() {
    let (Some(rows), Some(expected)) = (rows("reference/clv/donations_bgbb.csv"), json("reference/clv/expected.json"))
    else {
        return;
    };
    let whole = |text: &String| text.parse::<u32>().unwrap();
    let past = |row: &Vec<String>| Participation {
        repeats: whole(&row[0]),
        last: whole(&row[1]),
        chances: whole(&row[2]),
        customers: whole(&row[3]),
    };
    let pasts: Vec<Participation> = rows.iter().map(past).collect();
    let fitted = fit_occasions(&pasts).unwrap();
    let expected = &expected["bgbb_donations"];
    assert_eq!(fitted.customers, 11_104);
    assert!((fitted.log_likelihood - expected["peer_ll"].as_f64().unwrap()).abs() < 0.01);
    let model = fitted.model;
    for (found, name) in [(model.alpha, "alpha"), (model.beta, "beta"), (model.gamma, "gamma"), (model.delta, "delta")]
    {
        near(found, expected["peer_params"][name].as_f64().unwrap(), 1e-3);
    }
    for (i, past) in pasts.iter().enumerate() {
        near(model.expected(past, 5), expected["e_next_5"][i].as_f64().unwrap(), 1e-3);
        near(model.p_alive_next(past), expected["palive_next"][i].as_f64().unwrap(), 1e-3);
    }
    assert!(fitted.standard_errors().unwrap().iter().all(|error| *error > 0.0));
}
