//! What changed a figure: its change, shared out among what it follows from, without a rest.
//!
//! Of a sum each part did its own difference. Of a product it is the logarithmic mean Divisia index (additive LMDI I; B. W.
//! Ang, "Decomposition analysis for policymaking in energy", Energy Policy 32, 2004): factor x did L(V1, V0) * ln(x1 / x0),
//! where L(a, b) = (a - b) / ln(a / b). What all did sums to the change exactly, whatever the order of the factors.

/// A driver before and after, to the power of 1 or -1 in a product, with its sign in a sum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Driver {
    pub before: f64,
    pub after: f64,
    pub power: i32,
}

/// What each did. None where it cannot be said: a product with a factor that is not above zero in both periods.
pub fn product(drivers: &[Driver]) -> Option<Vec<f64>> {
    if drivers.iter().any(|one| !(one.before > 0.0 && one.after > 0.0)) {
        return None;
    }
    let whole = |value: fn(&Driver) -> f64| drivers.iter().map(|one| value(one).powi(one.power)).product::<f64>();
    let (before, after) = (whole(|one| one.before), whole(|one| one.after));
    let mean = logarithmic_mean(after, before);
    let log = |one: &Driver| f64::from(one.power) * (one.after / one.before).ln();
    let mut parts: Vec<f64> = drivers.iter().map(|one| mean * log(one)).collect();
    // Rounding of the machine goes to the largest, so that the sum is the change to the last digit.
    let rest = (after - before) - parts.iter().sum::<f64>();
    if let Some(largest) = parts.iter_mut().max_by(|a, b| a.abs().total_cmp(&b.abs())) {
        *largest += rest;
    }
    Some(parts)
}

/// What each part of a sum did.
pub fn sum(drivers: &[Driver]) -> Vec<f64> {
    drivers.iter().map(|one| f64::from(one.power) * (one.after - one.before)).collect()
}

fn logarithmic_mean(one: f64, other: f64) -> f64 {
    let relative = (one - other) / other;
    // Where both are nearly the same the quotient is nothing by nothing.
    if relative.abs() < 1e-9 { (one + other) / 2.0 } else { (one - other) / (one / other).ln() }
}

/// Whole numbers that sum to `total`, each as near as can be to what it stands for: what is left over after rounding down
/// goes to the largest remainders.
pub fn whole(parts: &[f64], total: i64) -> Vec<i64> {
    let mut rounded: Vec<i64> = parts.iter().map(|part| part.floor() as i64).collect();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    let remainder = |place: &usize| parts.get(*place).map_or(0.0, |part| part - part.floor());
    order.sort_by(|a, b| remainder(b).total_cmp(&remainder(a)).then(a.cmp(b)));
    let mut left = total - rounded.iter().sum::<i64>();
    for place in order.iter().cycle().take(parts.len().saturating_mul(2)) {
        let step = left.signum();
        if step == 0 {
            break;
        }
        if let Some(part) = rounded.get_mut(*place) {
            *part += step;
        }
        left -= step;
    }
    rounded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn of_a_product_each_factor_did_its_logarithmic_share() {
        // 100 customers x 2 orders x 50 became 110 x 2.2 x 45: +890 of 10,000.
        let drivers =
            [(100.0, 110.0), (2.0, 2.2), (50.0, 45.0)].map(|(before, after)| Driver { before, after, power: 1 });
        let parts = product(&drivers).unwrap();
        let expected = [994.912, 994.912, -1_099.824];
        for (part, expected) in parts.iter().zip(expected) {
            assert!((part - expected).abs() < 0.01, "{parts:?}");
        }
        assert_eq!(parts.iter().sum::<f64>(), 110.0 * 2.2 * 45.0 - 10_000.0);
    }

    #[test]
    fn what_is_zero_cannot_be_shared_out() {
        let zero = [Driver { before: 0.0, after: 2.0, power: 1 }, Driver { before: 3.0, after: 2.0, power: 1 }];
        assert_eq!(product(&zero), None);
        assert_eq!(sum(&zero), [2.0, -1.0]);
    }

    proptest! {
        #[test]
        fn what_all_did_is_the_change(values in prop::collection::vec((1e-3..1e6f64, 1e-3..1e6f64, prop::bool::ANY), 1..6)) {
            let drivers: Vec<Driver> = values.iter()
                .map(|(before, after, up)| Driver { before: *before, after: *after, power: if *up { 1 } else { -1 } }).collect();
            let whole = |value: fn(&Driver) -> f64| drivers.iter().map(|one| value(one).powi(one.power)).product::<f64>();
            let change = whole(|one| one.after) - whole(|one| one.before);
            let told: f64 = product(&drivers).unwrap().iter().sum();
            let scale = product(&drivers).unwrap().iter().fold(change.abs(), |most, part| most.max(part.abs()));
            prop_assert!((told - change).abs() <= scale.max(1e-12) * 1e-12);
        }

        #[test]
        fn whole_parts_sum_to_the_whole(parts in prop::collection::vec(-1e6..1e6f64, 1..6)) {
            let total = parts.iter().sum::<f64>().round() as i64;
            let rounded = whole(&parts, total);
            prop_assert_eq!(rounded.iter().sum::<i64>(), total);
            for (rounded, part) in rounded.iter().zip(&parts) {
                prop_assert!((*rounded as f64 - part).abs() <= 2.0);
            }
        }
    }
}
