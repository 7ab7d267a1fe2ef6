//! Forecasts held against the M3 competition, against series whose future is known, and against bad input.

use super::choice::Model;
use super::regressors::{Known, Unclear};
use super::series::{Frequency, Gaps, Series};
use super::*;
use jiff::civil::date;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;

/// A number in 0..1 that looks like chance and is the same in every run.
pub(super) fn noise(index: usize) -> f64 {
    let mut mixed = (index as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

fn months(values: Vec<f64>) -> Series {
    Series { frequency: Frequency::Month, start: date(2020, 1, 1), values, filled: Vec::new(), left_out: 0 }
}

/// A file of the shared data sets, which are not part of the source: `RAPPORT_TEST_DATA` names their folder.
fn reference(name: &str) -> Option<PathBuf> {
    let folder = match std::env::var_os("RAPPORT_TEST_DATA") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
    };
    let path = folder.join("reference/forecast").join(name);
    if !path.exists() {
        eprintln!("no reference data: {name} is not there, nothing was compared");
        return None;
    }
    Some(path)
}

struct Contest {
    past: Vec<f64>,
    came: Vec<f64>,
}

/// The M3 series of each frequency.
fn contests() -> Option<BTreeMap<String, BTreeMap<String, Contest>>> {
    let mut text = String::new();
    let file = std::fs::File::open(reference("m3_subset.csv.gz")?).unwrap();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let mut found: BTreeMap<String, BTreeMap<String, Contest>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let series = found.entry(cells[1].to_lowercase()).or_default().entry(cells[0].to_owned());
        let contest = series.or_insert_with(|| Contest { past: Vec::new(), came: Vec::new() });
        let side = if cells[2] == "train" { &mut contest.past } else { &mut contest.came };
        side.push(cells[4].parse().unwrap());
    }
    Some(found)
}

/// The sMAPE of the peer's model.
fn peer(model: &str, frequency: &str) -> f64 {
    let text = std::fs::read_to_string(reference("expected.json").unwrap()).unwrap();
    let tasks: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let task = format!("forecast-{model}-{frequency}");
    let found = tasks.iter().find(|one| one["task"] == task.as_str()).unwrap();
    found["quality"]["smape"].as_f64().unwrap()
}

const FREQUENCIES: [(&str, Frequency); 3] =
    [("yearly", Frequency::Year), ("quarterly", Frequency::Quarter), ("monthly", Frequency::Month)];

/// The mean sMAPE of a model over the series of one frequency.
fn mean_smape(contests: &BTreeMap<String, Contest>, forecast: impl Fn(&Contest) -> Vec<f64>) -> f64 {
    accuracy::mean(contests.values().map(|contest| accuracy::smape(&contest.came, &forecast(contest))))
}

#[test]
fn seasonal_naive_is_the_peers_to_the_last_digit_and_theta_and_ets_are_no_worse_than_theirs() {
    let Some(contests) = contests() else { return };
    for (name, frequency) in FREQUENCIES {
        let of = |model: Model| {
            mean_smape(&contests[name], |contest| {
                model.outlook(&contest.past, frequency.season(), contest.came.len()).unwrap().means
            })
        };
        let naive = of(Model::SeasonalNaive);
        assert!((naive - peer("SeasonalNaive", name)).abs() < 1e-3, "{name} naive {naive}");
        let theta = of(Model::Theta);
        assert!(theta <= peer("AutoTheta", name) + 0.3, "{name} theta {theta}");
        let ets = of(Model::Ets);
        assert!(ets <= peer("AutoETS", name) + 0.3, "{name} ets {ets}");
    }
}

/// The peer's forecasts of one model, by series.
fn peers(model: &str, frequency: &str) -> BTreeMap<String, Vec<f64>> {
    let text = std::fs::read_to_string(reference(&format!("peer_{frequency}.csv")).unwrap()).unwrap();
    let mut found: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        if cells[1] == model {
            found.entry(cells[0].to_owned()).or_default().push(cells[3].parse().unwrap());
        }
    }
    found
}

#[test]
fn the_automatic_choice_is_no_worse_than_the_peers_best_and_its_intervals_cover_what_they_say() {
    let Some(contests) = contests() else { return };
    let (mut steps, mut in80, mut in95) = (0, 0, 0);
    // Every third monthly series: a test without optimisation would take its time over all of them.
    for ((name, frequency), every) in FREQUENCIES.into_iter().zip([1, 2, 3]) {
        let (theta, ets) = (peers("AutoTheta", name), peers("AutoETS", name));
        let mut smapes = [Vec::new(), Vec::new(), Vec::new()];
        for (id, contest) in contests[name].iter().step_by(every) {
            let series = Series { frequency, ..months(contest.past.clone()) };
            let forecast = forecast(&series, contest.came.len(), &[]).unwrap();
            let means: Vec<f64> = forecast.points.iter().map(|point| point.value).collect();
            for (list, values) in smapes.iter_mut().zip([&means, &theta[id], &ets[id]]) {
                list.push(accuracy::smape(&contest.came, values));
            }
            for (came, point) in contest.came.iter().zip(&forecast.points) {
                steps += 1;
                in80 += usize::from((point.low80..=point.high80).contains(came));
                in95 += usize::from((point.low95..=point.high95).contains(came));
            }
        }
        let [own, theta, ets] = smapes.map(|list| accuracy::mean(list.into_iter()));
        assert!(own <= theta.min(ets) + 0.3, "{name}: {own} against {theta} and {ets}");
    }
    let share = |inside: usize| inside as f64 / steps as f64;
    assert!((0.75..=0.85).contains(&share(in80)), "80 %: {}", share(in80));
    assert!((0.91..=0.97).contains(&share(in95)), "95 %: {}", share(in95));
}

#[test]
fn bad_input_is_refused_with_a_reason() {
    let refused = |values: Vec<f64>, horizon| forecast(&months(values), horizon, &[]).unwrap_err();
    assert_eq!(refused(Vec::new(), 3), Refusal::Empty);
    assert_eq!(refused(vec![5.0], 3), Refusal::TooShort { periods: 1, wanted: SHORTEST });
    assert_eq!(refused(vec![5.0; 12], 0), Refusal::Horizon { most: FARTHEST });
    assert_eq!(refused(vec![5.0; 12], FARTHEST + 1), Refusal::Horizon { most: FARTHEST });
    assert_eq!(refused(vec![1.0, f64::NAN, 2.0, 3.0], 1), Refusal::NotFinite);
    assert_eq!(refused(vec![0.0; series::LONGEST + 1], 1), Refusal::TooLong { most: series::LONGEST });
}

#[test]
fn a_constant_stays_and_says_that_nothing_is_known_of_its_variation() {
    for constant in [0.0, 4_200.0, -7.0] {
        let forecast = forecast(&months(vec![constant; 30]), 5, &[]).unwrap();
        assert!(forecast.warnings.contains(&Warning::Constant));
        assert!(forecast.points.iter().all(|point| (point.value - constant).abs() < 1e-3), "{:?}", forecast.points);
    }
}

#[test]
fn four_periods_are_continued_with_a_warning_and_wide_intervals() {
    let forecast = forecast(&months(vec![100.0, 120.0, 90.0, 110.0]), 3, &[]).unwrap();
    assert!(matches!(forecast.warnings[0], Warning::TooShort { periods: 4, .. }));
    assert!(forecast.backtest.is_none());
    assert!(forecast.points[2].high95 - forecast.points[2].low95 > 40.0, "{:?}", forecast.points);
}

#[test]
fn losses_may_go_on_and_what_never_was_negative_stays_above_nought() {
    let losing: Vec<f64> = (0..36).map(|index| 500.0 - 40.0 * index as f64 + 30.0 * noise(index)).collect();
    let deeper = forecast(&months(losing), 6, &[]).unwrap();
    assert!(deeper.points[5].value < -950.0, "{:?}", deeper.points[5]);

    let dying: Vec<f64> = (0..36).map(|index| 1_000.0 - 27.0 * index as f64 + 20.0 * noise(index)).collect();
    let dead = forecast(&months(dying), 12, &[]).unwrap();
    assert!(dead.points.iter().all(|point| point.value >= 0.0 && point.low95 >= 0.0));
}

#[test]
fn amounts_as_large_as_money_can_be_do_not_overflow() {
    let amounts = (1..=12).map(|month| (date(2025, month, 1), i64::MAX - i64::from(month)));
    let series = Series::of(Frequency::Month, date(2025, 12, 31), Gaps::Nought, amounts).unwrap();
    let forecast = forecast(&series, 3, &[]).unwrap();
    assert!(forecast.points.iter().all(|point| point.value.is_finite() && point.high95.is_finite()));
}

#[test]
fn a_season_and_growth_come_again() {
    let factor = |index: usize| 1.0 + 0.4 * (index as f64 * std::f64::consts::TAU / 12.0).sin();
    let at = |index: usize| (1_000.0 + 10.0 * index as f64) * factor(index);
    let values: Vec<f64> = (0..60).map(|index| at(index) * (0.98 + 0.04 * noise(index))).collect();
    let forecast = forecast(&months(values), 12, &[]).unwrap();
    for (step, point) in forecast.points.iter().enumerate() {
        assert!((point.value / at(60 + step) - 1.0).abs() < 0.05, "step {step}: {point:?} {}", at(60 + step));
    }
    let test = forecast.backtest.unwrap();
    assert!(test.mase < 0.7 && test.smape < 5.0 && test.origins == 5, "{test:?}");
    assert_eq!(forecast.points[0].period, date(2025, 1, 1));
}

#[test]
fn rare_demand_is_a_rate_whose_low_bound_is_nothing() {
    let values = (0..60).map(|index| if noise(index) < 0.2 { 100.0 + 50.0 * noise(index + 99) } else { 0.0 });
    let forecast = forecast(&months(values.collect()), 6, &[]).unwrap();
    assert!(matches!(forecast.model, Model::Croston | Model::Tsb), "{:?}", forecast.tried);
    let point = forecast.points[0];
    assert!((5.0..60.0).contains(&point.value) && point.low80 == 0.0 && point.high95 >= 100.0, "{point:?}");
    assert!(forecast.warnings.iter().any(|warning| matches!(warning, Warning::MostlyZeros { .. })));
}

#[test]
fn a_jump_of_the_level_is_named_by_its_month() {
    let values = (0..40).map(|index| 10.0 * noise(index) + if index < 30 { 100.0 } else { 400.0 }).collect();
    let forecast = forecast(&months(values), 3, &[]).unwrap();
    assert!(forecast.warnings.contains(&Warning::Break { period: date(2022, 7, 1) }), "{:?}", forecast.warnings);
    assert!((350.0..460.0).contains(&forecast.points[0].value));
}

/// Sixty months whose volume falls by 2 % for each unit of price, with a price that moved every few months.
fn priced(horizon: usize) -> (Series, Known) {
    let price = |index: usize| 20.0 + (10.0 * noise(index / 4)).round();
    let values = (0..60).map(|index| 5_000.0 * (-0.02 * price(index)).exp() * (0.98 + 0.04 * noise(index + 500)));
    let prices = (0..60 + horizon).map(|index| if index < 60 { price(index) } else { 25.0 }).collect();
    (months(values.collect()), Known { name: "price".to_owned(), values: prices })
}

#[test]
fn what_a_price_is_worth_is_found_and_a_lower_price_sells_more() {
    let (series, price) = priced(6);
    let answer = what_if(&series, 6, &[price], "price", &[22.0; 6]).unwrap();
    let effect = &answer.as_planned.effects[0];
    assert!(effect.relative && effect.low < -0.02 && effect.high > -0.02, "{effect:?}");
    assert!((effect.per_unit + 0.02).abs() < 0.004, "{effect:?}");
    let planned: f64 = answer.as_planned.points.iter().map(|point| point.value).sum();
    let sixty_per_mille = planned * (0.06_f64.exp() - 1.0);
    assert!((answer.total.value / sixty_per_mille - 1.0).abs() < 0.2, "{:?} {sixty_per_mille}", answer.total);
    assert!(answer.total.low > 0.0 && answer.total.low < answer.total.value && answer.total.value < answer.total.high);
    assert!(answer.steps.len() == 6 && answer.scenario.points[0].value > answer.as_planned.points[0].value);
}

#[test]
fn a_price_that_never_moved_or_was_never_near_gives_no_answer() {
    let (series, price) = priced(6);
    let still = Known { name: "price".to_owned(), values: vec![20.0; 66] };
    let unknown = Refusal::EffectUnknown { name: "price".to_owned(), why: Unclear::NeverVaried };
    assert_eq!(what_if(&series, 6, std::slice::from_ref(&still), "price", &[18.0; 6]), Err(unknown));
    let far = what_if(&series, 6, std::slice::from_ref(&price), "price", &[5.0; 6]);
    assert!(matches!(far, Err(Refusal::NeverTried { .. })), "{far:?}");
    assert_eq!(what_if(&series, 6, &[price], "price", &[22.0]), Err(Refusal::Scenario { wanted: 6 }));

    let forecast = forecast(&series, 6, &[still]).unwrap();
    let told = Warning::EffectUnknown { name: "price".to_owned(), why: Unclear::NeverVaried };
    assert!(forecast.warnings.contains(&told));
}

#[test]
fn an_effort_of_every_december_cannot_be_told_from_december() {
    let december = |index: usize| if index % 12 == 11 { 1.0 } else { 0.0 };
    let values =
        (0..72).map(|index| 100.0 + 60.0 * december(index) + 20.0 * ((index % 12) as f64 - 5.0).abs() + noise(index));
    let effort = Known { name: "effort".to_owned(), values: (0..78).map(december).collect() };
    let told = Refusal::EffectUnknown { name: "effort".to_owned(), why: Unclear::NotSeparable };
    assert_eq!(what_if(&months(values.collect()), 6, &[effort], "effort", &[1.0; 6]), Err(told));
}

#[test]
fn holidays_of_a_daily_series_lower_the_days_they_fall_on() {
    let holidays: Vec<Date> = (0..12).map(|month| date(2025, month + 1, 9 + month)).collect();
    let mut series = Series { frequency: Frequency::Day, start: date(2025, 1, 1), ..months(Vec::new()) };
    series.values = (0..330)
        .map(|index| {
            let week = [1.0, 1.0, 1.1, 1.1, 1.3, 0.6, 0.5][index % 7];
            let closed = if holidays.contains(&series.day(index)) { 0.4 } else { 1.0 };
            1_000.0 * week * closed * (0.97 + 0.06 * noise(index))
        })
        .collect();
    let known = calendar::known_days(&series, 35, "holidays", &holidays);
    let forecast = forecast(&series, 35, &[known]).unwrap();
    assert!((forecast.effects[0].per_unit - 0.4_f64.ln()).abs() < 0.1, "{:?}", forecast.effects);
    let holiday = forecast.points.iter().position(|point| point.period == date(2025, 12, 20)).unwrap();
    let ratio = forecast.points[holiday].value / forecast.points[holiday + 7].value;
    assert!((0.3..0.5).contains(&ratio), "{ratio}");
}

#[test]
fn a_regressor_without_a_value_for_every_period_ahead_is_left_out_and_told() {
    let (series, mut price) = priced(6);
    price.values.pop();
    let forecast = forecast(&series, 6, &[price]).unwrap();
    let told = Warning::EffectUnknown { name: "price".to_owned(), why: Unclear::Incomplete };
    assert!(forecast.effects.is_empty() && forecast.warnings.contains(&told));
}

#[test]
fn the_answer_is_written_with_codes_and_days() {
    let forecast = forecast(&months(vec![3.0; 5]), 1, &[]).unwrap();
    let written = serde_json::to_value(&forecast).unwrap();
    assert_eq!(written["points"][0]["period"], "2020-06-01");
    assert_eq!(written["warnings"][0]["code"], "too_short");
}

/// Values as money may be: small, large, nothing, negative.
fn amounts() -> impl Strategy<Value = Vec<f64>> {
    let one = prop_oneof![
        4 => (0_i64..1_000).prop_map(|amount| amount as f64),
        2 => Just(0.0),
        1 => (-1_000_i64..0).prop_map(|amount| amount as f64),
        1 => any::<i64>().prop_map(|amount| amount as f64),
    ];
    prop_oneof![prop::collection::vec(one, 0..40), prop::collection::vec((0_i64..9).prop_map(|x| x as f64), 0..40)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn any_series_is_refused_or_continued_with_intervals_in_order(
        values in amounts(),
        regressor in prop::collection::vec(-3_i64..3, 50..60),
        horizon in 1_usize..12,
        frequency in prop::sample::select(vec![
            Frequency::Day, Frequency::Week, Frequency::Month, Frequency::Quarter, Frequency::Year,
        ]),
    ) {
        let known = Known { name: "effort".to_owned(), values: regressor.iter().map(|value| *value as f64).collect() };
        let series = Series { frequency, ..months(values) };
        let Ok(forecast) = forecast(&series, horizon, &[known]) else { return Ok(()) };
        prop_assert_eq!(forecast.points.len(), horizon);
        for point in &forecast.points {
            let bounds = [point.low95, point.low80, point.high80, point.high95];
            prop_assert!(point.value.is_finite() && bounds.iter().all(|bound| bound.is_finite()), "{:?}", point);
            prop_assert!(bounds.is_sorted(), "{:?}", point);
        }
    }
}
