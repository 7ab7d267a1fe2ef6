//! What the models say when there is little to say.

use super::*;
use crate::orders::Orders;

const FAMILIES: [Family; 3] = [Family::BgNbd, Family::MbgNbd, Family::ParetoNbd];

fn histories(rows: &[(u32, f64, f64)]) -> Histories {
    Histories::new(rows.iter().map(|&(repeats, recency, age)| History { repeats, recency, age })).unwrap()
}

#[test]
fn nobody_and_nobody_twice_are_named_as_such() {
    for family in FAMILIES {
        assert_eq!(fit(family, &histories(&[])).unwrap_err(), Unfit::NoCustomers);
        assert_eq!(fit(family, &histories(&[(0, 0.0, 9.0)])).unwrap_err(), Unfit::NoRepeaters);
    }
    assert_eq!(fit_spend(&[], &[]).unwrap_err(), Unfit::NoRepeaters);
    assert_eq!(fit_spend(&[3, 0], &[0.0, 5.0]).unwrap_err(), Unfit::NoRepeaters);
    assert_eq!(fit_spend(&[3], &[]).unwrap_err(), Unfit::ColumnsDiffer);
    assert_eq!(fit_occasions(&[]).unwrap_err(), Unfit::NoCustomers);
}

#[test]
fn a_history_that_cannot_be_is_refused_by_its_row() {
    let good = History { repeats: 1, recency: 1.0, age: 2.0 };
    for bad in [
        History { age: 0.5, ..good },
        History { recency: -1.0, ..good },
        History { age: f64::INFINITY, ..good },
        History { recency: f64::NAN, ..good },
        History { repeats: 0, ..good },
    ] {
        assert_eq!(Histories::new([good, bad]).unwrap_err(), Unfit::NotAHistory { row: 1 });
    }
}

#[test]
fn one_customer_and_customers_all_alike_are_fitted_with_a_warning() {
    for family in FAMILIES {
        for rows in [vec![(3, 20.0, 21.0)], vec![(2, 8.0, 30.0); 500]] {
            let fitted = fit(family, &histories(&rows)).unwrap();
            assert!(fitted.log_likelihood.is_finite());
            assert!(!fitted.warnings.is_empty(), "{family:?} trusts {} customers alike", rows.len());
            let found = fitted.model.predict(&histories(&rows), 10.0);
            assert!(found.orders.iter().chain(&found.p_alive).all(|figure| figure.is_finite() && *figure >= 0.0));
        }
    }
    let alike = fit_spend(&[2; 500], &[12.5; 500]).unwrap();
    assert!(alike.warnings.iter().any(|warning| matches!(warning, Warning::FlatLikelihood { .. })));
    near(alike.expected_value(2, 12.5), 12.5, 1e-3);
}

#[test]
fn one_customer_with_half_of_all_orders_does_not_break_the_fit() {
    let Some(sample) = Sample::read() else { return };
    let all: u32 = sample.repeats().iter().sum();
    let giant = History { repeats: all, recency: 38.9, age: 38.9 };
    let with_giant = Histories::new(sample.histories.iter().copied().chain([giant])).unwrap();
    for family in FAMILIES {
        let fitted = fit(family, &with_giant).unwrap();
        assert!(!fitted.warnings.contains(&Warning::NotConverged), "{family:?}: {:?}", fitted.warnings);
        let (alive, orders) = (fitted.model.p_alive(giant), fitted.model.expected_orders(giant, 39.0));
        assert!(alive > 0.0 && orders > 100.0 && orders < 2.0 * f64::from(all), "{family:?}: {alive} {orders}");
    }
}

#[test]
fn value_that_follows_frequency_is_told() {
    let repeats: Vec<u32> = (1..200).map(|i| i % 9 + 1).collect();
    let means: Vec<f64> = repeats.iter().zip(0..).map(|(x, i)| f64::from(*x) * 10.0 + f64::from(i % 7)).collect();
    let fitted = fit_spend(&repeats, &means).unwrap();
    assert!(fitted.correlation > 0.9);
    let told =
        |warning: &Warning| matches!(warning, Warning::ValueFollowsFrequency { correlation } if *correlation > 0.3);
    assert!(fitted.warnings.iter().any(told));
}

#[test]
fn the_currency_does_not_matter() {
    let Some(sample) = Sample::read() else { return };
    let cents: Vec<f64> = sample.means.iter().map(|mean| mean * 1e5).collect();
    let (dollars, other) =
        (fit_spend(&sample.repeats(), &sample.means).unwrap(), fit_spend(&sample.repeats(), &cents).unwrap());
    near(other.model.p, dollars.model.p, 1e-6);
    near(other.model.v, dollars.model.v * 1e5, 1e-6);
    near(other.expected_value(3, 4e6), dollars.expected_value(3, 40.0) * 1e5, 1e-6);
}

#[test]
fn a_tail_without_a_mean_falls_back_to_the_mean_that_was_seen() {
    let model = SpendModel { p: 2.0, q: 0.9, v: 10.0 };
    assert_eq!(model.expected_value(0, 0.0), None);
    assert!(model.expected_value(4, 25.0).unwrap() > 0.0);
    assert!(model.expected_value(4, -25.0).unwrap() >= 0.0, "who returned more than they bought is worth nothing less");
}

#[test]
fn a_back_test_over_no_time_or_nobody_says_so() {
    let orders = Orders::new(&[], &[], &[]).unwrap();
    assert_eq!(back_test(Family::BgNbd, &orders, 10, 20).unwrap_err(), Unfit::NoCustomers);
    let Some(lines) = cdnow() else { return };
    let lines: Lines = lines;
    let test = back_test(Family::BgNbd, &lines.orders(), day("1998-06-30"), day("1998-06-30")).unwrap();
    assert_eq!((test.predicted, test.actual, test.total_error), (0.0, 0.0, None));
}
