//! The theta family: simple smoothing pulled towards a line, with the pull and the smoothing fitted.
//!
//! Assimakopoulos and Nikolopoulos (2000) add half the slope of the line to simple exponential smoothing (theta = 2);
//! Fiorucci et al. (2016) fit theta, and let the line itself follow the data ("dynamic"). For a given smoothing weight
//! the errors are linear in the first level and in 1 - 1/theta, so both are solved exactly and only the weight is searched.

use super::Outlook;
use super::season::{Season, is_seasonal};

/// Whether the line is that of the whole history or follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    Fixed,
    Following,
}

/// Whether theta is 2 or fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pull {
    Half,
    Fitted,
}

#[derive(Clone, Debug)]
struct Fit {
    line: Line,
    alpha: f64,
    /// 1 - 1/theta: how much of the line's slope is kept.
    pull: f64,
    level: f64,
    /// The mean square of the one-step errors.
    error: f64,
}

/// The forecast of the member of the family with the least one-step error; the season is taken off before and put on
/// after, if the test finds one. At least three values.
pub fn outlook(values: &[f64], period: usize, horizon: usize) -> Option<Outlook> {
    let season = if is_seasonal(values, period) { Season::of(values, period) } else { None };
    let plain = match &season {
        Some(season) => season.removed_from(values),
        None => values.to_vec(),
    };
    let lines = Lines::of(&plain)?;

    let mut fits = Vec::with_capacity(4);
    for line in [Line::Fixed, Line::Following] {
        for pull in [Pull::Half, Pull::Fitted] {
            fits.push(fit(&plain, &lines, line, pull));
        }
    }
    let best = fits.iter().min_by(|a, b| a.error.total_cmp(&b.error))?;

    let mut means = ahead(&plain, &lines, best, horizon);
    let mut deviations: Vec<f64> =
        (0..horizon).map(|step| (best.error * (1.0 + step as f64 * best.alpha.powi(2))).sqrt()).collect();
    if let Some(season) = &season {
        for (step, (mean, deviation)) in means.iter_mut().zip(&mut deviations).enumerate() {
            *mean = season.restore(values.len() + step, *mean);
            *deviation *= season.stretch(values.len() + step).abs();
        }
    }
    Some(Outlook::normal(format!("Theta({:.2})", 1.0 / (1.0 - best.pull).max(1e-3)), means, deviations))
}

/// The lines by least squares: of the whole history, and of what was known before each value.
struct Lines {
    whole: (f64, f64),
    /// Intercept and slope over the values before index `i`.
    known: Vec<(f64, f64)>,
    mean: f64,
}

impl Lines {
    fn of(values: &[f64]) -> Option<Lines> {
        if values.len() < 3 {
            return None;
        }
        let (mut mean, mut slope) = (0.0, 0.0);
        let mut known = Vec::with_capacity(values.len() + 1);
        known.push((0.0, 0.0));
        for (index, value) in values.iter().enumerate() {
            (mean, slope) = extended(index, mean, slope, *value);
            known.push((mean - slope * (index as f64 + 2.0) / 2.0, slope));
        }
        let whole = known[values.len()];
        Some(Lines { whole, known, mean })
    }
}

/// Mean and slope over `count` values, with one more.
fn extended(count: usize, mean: f64, slope: f64, value: f64) -> (f64, f64) {
    let t = count as f64 + 1.0;
    let wider = if count == 0 { 0.0 } else { ((t - 2.0) * slope + 6.0 * (value - mean) / t) / (t + 1.0) };
    (((t - 1.0) * mean + value) / t, wider)
}

/// What the line adds to the level at 0-based `index`, per unit of pull.
fn drift(alpha: f64, faded: f64, (intercept, slope): (f64, f64)) -> f64 {
    faded * intercept + (1.0 - faded * (1.0 - alpha)) / alpha * slope
}

/// The errors of the first values are left out of the fit: the line that follows is not one yet.
const WARM_UP: usize = 3;

fn fit(values: &[f64], lines: &Lines, line: Line, pull: Pull) -> Fit {
    let skip = match line {
        Line::Following if values.len() > 3 * WARM_UP => WARM_UP,
        _ => 0,
    };
    let solve = |alpha: f64| {
        // error_t = y_t - smoothed_t - faded_t * level - drift_t * pull: two unknowns by least squares
        let (mut ff, mut fd, mut dd, mut fr, mut dr, mut rr) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
        let (mut smoothed, mut faded) = (0.0, 1.0);
        for (index, value) in values.iter().enumerate() {
            if index >= skip {
                let known = if line == Line::Fixed { lines.whole } else { lines.known[index] };
                let slope = drift(alpha, faded, known);
                let rest = value - smoothed;
                ff += faded * faded;
                fd += faded * slope;
                dd += slope * slope;
                fr += faded * rest;
                dr += slope * rest;
                rr += rest * rest;
            }
            smoothed += alpha * (value - smoothed);
            faded *= 1.0 - alpha;
        }
        let pulled = match pull {
            Pull::Half => 0.5,
            Pull::Fitted => {
                let determinant = ff * dd - fd * fd;
                let free = if determinant > 1e-12 * ff * dd { (ff * dr - fd * fr) / determinant } else { 0.5 };
                free.clamp(0.0, 0.999)
            }
        };
        let level = if ff > 1e-12 { (fr - pulled * fd) / ff } else { values[0] };
        let square = rr + level * level * ff + pulled * pulled * dd - 2.0 * level * fr - 2.0 * pulled * dr
            + 2.0 * level * pulled * fd;
        Fit { line, alpha, pull: pulled, level, error: square.max(0.0) / (values.len() - skip) as f64 }
    };

    // The error is smooth in alpha but may have two valleys: a grid finds the right one, thirds narrow it.
    let mut best = solve(0.1);
    for step in 1..20 {
        let tried = solve(0.05 * f64::from(step));
        if tried.error < best.error {
            best = tried;
        }
    }
    let (mut low, mut high) = ((best.alpha - 0.05).max(0.005), (best.alpha + 0.05).min(0.995));
    while high - low > 1e-3 {
        let third = (high - low) / 3.0;
        if solve(low + third).error < solve(high - third).error {
            high -= third;
        } else {
            low += third;
        }
    }
    let narrowed = solve((low + high) / 2.0);
    if narrowed.error < best.error { narrowed } else { best }
}

/// The means of the coming steps: the recursion fed with its own expectations.
fn ahead(values: &[f64], lines: &Lines, fit: &Fit, horizon: usize) -> Vec<f64> {
    let mut level = fit.level;
    for value in values {
        level += fit.alpha * (value - level);
    }
    let mut faded = (1.0 - fit.alpha).powi(i32::try_from(values.len()).unwrap_or(i32::MAX));
    let (mut mean, mut line) = (lines.mean, lines.whole);
    let mut means = Vec::with_capacity(horizon);
    for step in 0..horizon {
        let expected = level + fit.pull * drift(fit.alpha, faded, line);
        means.push(expected);
        level += fit.alpha * (expected - level);
        faded *= 1.0 - fit.alpha;
        if fit.line == Line::Following {
            let count = values.len() + step;
            let (wider_mean, slope) = extended(count, mean, line.1, expected);
            mean = wider_mean;
            line = (mean - slope * (count as f64 + 2.0) / 2.0, slope);
        }
    }
    means
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::tests::noise;

    #[test]
    fn a_line_is_followed_and_a_level_kept() {
        let line: Vec<f64> = (0..30).map(|index| 50.0 + 3.0 * f64::from(index)).collect();
        let outlook = outlook(&line, 1, 3).unwrap();
        for (step, mean) in outlook.means.iter().enumerate() {
            assert!((mean - (140.0 + 3.0 * step as f64)).abs() < 1.5, "{:?}", outlook.means);
        }
        let flat = super::outlook(&[20.0; 12], 1, 2).unwrap();
        assert!(flat.means.iter().all(|mean| (mean - 20.0).abs() < 1e-6), "{:?}", flat.means);
    }

    #[test]
    fn without_a_proven_season_none_is_put_on_the_forecast() {
        let noise: Vec<f64> = (0..48).map(|index| 100.0 + 90.0 * noise(index)).collect();
        let outlook = outlook(&noise, 12, 12).unwrap();
        let turns = outlook.means.windows(3).filter(|w| (w[1] - w[0]) * (w[2] - w[1]) < -1e-9).count();
        assert_eq!(turns, 0, "{:?}", outlook.means);
    }

    #[test]
    fn two_values_are_too_few() {
        assert!(outlook(&[1.0, 2.0], 1, 1).is_none());
    }
}
