//! Series in which nothing happens, drawn with a seed: how often is there an alarm?

use super::*;

/// Alarms of so many series; each is `points` long and one more.
fn alarms(
    series: usize,
    points: usize,
    season: usize,
    scale: Scale,
    one_in: f64,
    draw: &dyn Fn(usize, usize, &mut Noise) -> f64,
) -> usize {
    let mut noise = Noise::new(7);
    (0..series)
        .filter(|turn| {
            let past: Vec<Option<f64>> = (0..points).map(|place| Some(draw(*turn, place, &mut noise))).collect();
            let next = draw(*turn, points, &mut noise);
            let band = band(&past, season, scale, one_in).unwrap();
            matches!(band.lies(next), Lies::Below | Lies::Above)
        })
        .count()
}

/// Three standard deviations of a count beside what is stated, and the doubt about the limit itself.
#[track_caller]
fn near_the_stated(alarms: usize, series: usize, one_in: f64) {
    let stated = series as f64 / one_in;
    let slack = 3.0 * stated.sqrt() + 0.08 * stated;
    assert!((alarms as f64 - stated).abs() < slack, "{alarms} of {series}, {stated} stated");
}

#[test]
fn false_alarms_are_as_rare_as_stated_whatever_level_slope_and_scale() {
    // Days, weeks and months, with one false alarm a quarter or a year.
    for (points, season, one_in, series) in
        [(84, 7, 91.0, 8_000), (52, 1, 13.0, 3_000), (24, 1, 12.0, 6_000), (36, 12, 12.0, 6_000)]
    {
        let draw = |turn: usize, place: usize, noise: &mut Noise| {
            let (level, slope, scale) = ((turn % 90) as f64, (turn % 7) as f64 - 3.0, 1.0 + (turn % 11) as f64);
            level + slope * place as f64 + 20.0 * ((place % season) as f64) + scale * noise.normal()
        };
        near_the_stated(alarms(series, points, season, Scale::Plain, one_in, &draw), series, one_in);
    }
}

#[test]
fn amounts_that_vary_by_parts_keep_the_stated_rate() {
    let draw = |turn: usize, place: usize, noise: &mut Noise| {
        let weekday = if place % 7 >= 5 { -1.0 } else { 0.0 };
        (10.0 + 0.01 * place as f64 + weekday + (0.1 + 0.05 * (turn % 5) as f64) * noise.normal()).exp()
    };
    near_the_stated(alarms(8_000, 84, 7, Scale::Amounts, 91.0, &draw), 8_000, 91.0);
}

/// Counts are whole and not normal: the rate is no higher than half as much again, few of them raise fewer alarms.
#[test]
fn counts_raise_no_more_alarms_than_stated_and_half_as_many_again() {
    for (mean, most) in [(0.3, 1.0), (4.0, 1.5), (60.0, 1.5)] {
        let draw = |_: usize, place: usize, noise: &mut Noise| {
            let mean = if place % 7 >= 5 { mean / 2.0 } else { mean };
            // Knuth: how many uniform numbers multiply to no less than this.
            let (end, mut product, mut count) = (f64::exp(-mean), noise.uniform(), 0.0);
            while product > end {
                product *= noise.uniform();
                count += 1.0;
            }
            count
        };
        let (series, one_in) = (6_000, 91.0);
        let found = alarms(series, 84, 7, Scale::Counts, one_in, &draw) as f64;
        let stated = series as f64 / one_in;
        assert!(
            found < most * stated + 3.0 * stated.sqrt(),
            "{found} of {series} at a mean of {mean}, {stated} stated"
        );
    }
}

#[test]
fn a_jump_is_seen_and_an_old_outlier_a_trend_or_a_sunday_is_none() {
    let mut noise = Noise::new(3);
    let mut past: Vec<Option<f64>> = (0..84)
        .map(|day| Some(if day % 7 == 6 { 20.0 } else { 100.0 } + f64::from(day) + 2.0 * noise.normal()))
        .collect();
    past[40] = Some(900.0);
    past[41] = None;
    let monday = band(&past, 7, Scale::Plain, 91.0).unwrap();
    assert_eq!(
        (monday.lies(184.0), monday.lies(230.0), monday.lies(140.0)),
        (Lies::Within, Lies::Above, Lies::Below),
        "{monday:?}"
    );
    let sunday = band(&past[..83], 7, Scale::Plain, 91.0).unwrap();
    assert_eq!((sunday.lies(103.0), sunday.lies(183.0)), (Lies::Within, Lies::Above), "{sunday:?}");
    assert!(monday.watch_high < monday.high && monday.lies(monday.high - 0.01) == Lies::Near);
}

#[test]
fn a_past_that_is_too_short_says_nothing() {
    let past: Vec<Option<f64>> = (0..7).map(|week| Some(f64::from(week))).collect();
    assert_eq!(band(&past, 1, Scale::Plain, 13.0), None);
    // Nearly always nothing: what never came in 29 days comes again in one of fifteen, and that is all one can say.
    let mut quiet = vec![Some(0.0); 29];
    quiet[11] = Some(500.0);
    assert_eq!(band(&quiet, 1, Scale::Amounts, 91.0), None);
    let known = band(&quiet, 1, Scale::Amounts, 13.0).unwrap();
    assert_eq!((known.lies(0.0), known.lies(500.0), known.lies(501.0)), (Lies::Within, Lies::Within, Lies::Above));
}

#[test]
fn the_distribution_has_its_known_values() {
    for (x, p) in [(0.0, 0.5), (1.959_963_985, 0.975), (-2.326_347_874, 0.01), (-8.0, 0.0)] {
        assert!((normal_probability(x) - p).abs() < 1e-9, "{x}");
    }
}
