//! The functions beneath the models, against values that can be had otherwise.

use proptest::prelude::*;

use super::super::special::*;
use super::*;
use crate::value::{bg_nbd, optimum, pareto_nbd};

#[test]
fn gamma_beta_and_digamma_have_their_known_values() {
    let mut factorial = 1.0_f64;
    for n in 1..100_u32 {
        assert!((ln_gamma(f64::from(n)) - factorial.ln()).abs() < 1e-13 * factorial.ln().abs().max(1.0), "G({n})");
        factorial *= f64::from(n);
    }
    near(ln_gamma(0.5), std::f64::consts::PI.sqrt().ln(), 1e-13);
    near(ln_gamma(1e-6), 13.815_509_980_749_43, 1e-13);
    near(ln_gamma(1e9), 19_723_265_827.503_716, 1e-14);
    near(digamma(1.0), -0.577_215_664_901_532_9, 1e-13);
    near(digamma(0.25), -4.227_453_533_376_265, 1e-13);
    near(ln_beta(2.0, 3.0), (1.0_f64 / 12.0).ln(), 1e-14);
}

#[test]
fn normal_quantiles_have_their_known_values() {
    near(normal_quantile(0.975), 1.959_963_984_540_054, 1e-12);
    near(normal_quantile(0.999_9), 3.719_016_485_455_68, 1e-10);
    assert!(normal_quantile(0.5).abs() < 1e-14);
    near(normal_quantile(0.05), -1.644_853_626_951_472_7, 1e-12);
}

#[test]
fn the_hypergeometric_series_and_fraction_have_their_known_values() {
    // 2F1(1, 1; 2; z) = -ln(1-z)/z, 2F1(a, b; b; z) = (1-z)^-a
    for z in [0.01_f64, 0.5, 0.69, 0.71, 0.95, 0.999] {
        near(unit_hypergeometric(1.0, 2.0, z).value, -(-z).ln_1p() / z, 1e-12);
        near(ln_hypergeometric(90.0, 7.0, 7.0, z), -90.0 * (-z).ln_1p(), 1e-11);
    }
}

proptest! {
    #[test]
    fn both_ways_to_the_hypergeometric_function_and_its_derivatives_agree(
        b in 0.05..60.0_f64, above in 0.05..8.0_f64, z in 0.3..0.99_f64,
    ) {
        let c = b + above + 1.0;
        let whole = |b: f64, c: f64, z: f64| ln_hypergeometric(1.0, b, c, z).exp();
        let unit = unit_hypergeometric(b, c, z);
        near(unit.value, whole(b, c, z), 1e-9);
        let h = 1e-6;
        near(unit.by_b, (whole(b + h, c, z) - whole(b - h, c, z)) / (2.0 * h), 1e-3);
        near(unit.by_c, (whole(b, c + h, z) - whole(b, c - h, z)) / (2.0 * h), 1e-3);
        near(unit.by_z, (whole(b, c, z + h) - whole(b, c, z - h)) / (2.0 * h), 1e-3);
    }

    #[test]
    fn slopes_of_the_likelihoods_are_those_of_their_values(
        logarithms in proptest::array::uniform4(-1.5..2.5_f64),
    ) {
        let histories = Histories::new([
            History { repeats: 0, recency: 0.0, age: 30.0 },
            History { repeats: 1, recency: 3.0, age: 38.5 },
            History { repeats: 26, recency: 30.9, age: 31.0 },
            History { repeats: 3, recency: 7.0, age: 7.0 },
        ]).unwrap();
        let at = logarithms.map(f64::exp);
        type Likelihood<'a> = &'a dyn Fn(&[f64; 4]) -> (f64, [f64; 4]);
        let bg = |p: &[f64; 4]| bg_nbd::log_likelihood(p, bg_nbd::Dropout::AfterRepeats, &histories);
        let mbg = |p: &[f64; 4]| bg_nbd::log_likelihood(p, bg_nbd::Dropout::AfterAny, &histories);
        let pareto = |p: &[f64; 4]| pareto_nbd::log_likelihood(p, &histories);
        for likelihood in [&bg as Likelihood, &mbg, &pareto] {
            let (_, numeric) = optimum::numeric_slope(&|p: &[f64; 4]| likelihood(p).0, &at);
            let (_, written) = likelihood(&at);
            for (written, numeric) in written.iter().zip(numeric) {
                prop_assert!((written - numeric).abs() < 1e-4 * (1.0 + numeric.abs()), "{written} for {numeric}");
            }
        }
    }

    #[test]
    fn expected_orders_of_bg_nbd_are_those_of_the_form_in_the_paper(
        r in 0.1..3.0_f64, alpha in 0.5..20.0_f64, a in 0.2..4.0_f64, b in 0.9..9.0_f64,
        repeats in 0..80_u32, age in 0.0..80.0_f64, weeks in 0.5..60.0_f64,
    ) {
        prop_assume!((a - 1.0).abs() > 1e-2);
        let x = f64::from(repeats);
        let z = weeks / (alpha + age + weeks);
        let series = ln_hypergeometric(r + x, b + x, a + b + x - 1.0, z);
        let left = ((r + x) * ((alpha + age) / (alpha + age + weeks)).ln() + series).exp();
        let paper = (a + b + x - 1.0) / (a - 1.0) * (1.0 - left);
        let found = bg_nbd::orders_if_alive(&[r, alpha, a, b], bg_nbd::Dropout::AfterRepeats, repeats, age, weeks);
        prop_assert!((found - paper).abs() < 1e-9 * (1.0 + paper), "{found} for {paper}");
    }

    #[test]
    fn more_time_brings_more_orders_and_silence_makes_life_less_likely(
        family in proptest::sample::select(vec![Family::BgNbd, Family::MbgNbd, Family::ParetoNbd]),
        parameters in proptest::array::uniform4(0.2..8.0_f64),
        repeats in 1..400_u32, recency in 0.0..50.0_f64, silence in 0.0..50.0_f64,
    ) {
        let model = OrderModel { family, parameters };
        let history = |silence: f64| History { repeats, recency, age: recency + silence };
        let (now, later) = (model.p_alive(history(silence)), model.p_alive(history(silence + 5.0)));
        prop_assert!((0.0..=1.0).contains(&now) && later <= now + 1e-12);
        let orders = |weeks: f64| model.expected_orders(history(silence), weeks);
        prop_assert!(orders(0.0) == 0.0 && orders(5.0) <= orders(50.0) + 1e-12);
        prop_assert!(orders(50.0).is_finite());
    }
}

#[test]
fn a_place_where_the_published_form_divides_by_zero_is_an_ordinary_place() {
    let orders = |a: f64| bg_nbd::orders_if_alive(&[0.3, 4.0, a, 2.4], bg_nbd::Dropout::AfterRepeats, 2, 30.0, 39.0);
    near(orders(1.0), orders(1.0 + 1e-9), 1e-8);
    let pareto = |s: f64| pareto_nbd::orders_if_alive(&[0.5, 10.0, s, 11.0], 2, 30.0, 39.0);
    near(pareto(1.0), pareto(1.0 + 1e-9), 1e-8);
}
