//! How far a forecast was off, in the two measures of the field.

/// sMAPE in per cent, as in the M3 competition: the mean of 200 |y - f| / (|y| + |f|). Both nought is no error.
pub fn smape(actual: &[f64], forecast: &[f64]) -> f64 {
    let parts = actual.iter().zip(forecast).map(|(y, f)| match y.abs() + f.abs() {
        0.0 => 0.0,
        size => 200.0 * (y - f).abs() / size,
    });
    mean(parts)
}

/// The mean absolute error of "as a season ago" within the history, by which MASE is scaled (Hyndman and Koehler 2006).
/// A history that is no longer than its season is measured by its steps; a constant one has no scale.
pub fn naive_scale(history: &[f64], period: usize) -> Option<f64> {
    let lag = if history.len() > period { period.max(1) } else { 1 };
    let steps = history.iter().zip(history.iter().skip(lag)).map(|(before, now)| (now - before).abs());
    Some(mean(steps)).filter(|scale| *scale > 0.0)
}

/// The mean absolute error in units of `scale`: below 1 is better than "as a season ago".
pub fn mase(actual: &[f64], forecast: &[f64], scale: f64) -> f64 {
    mean(actual.iter().zip(forecast).map(|(y, f)| (y - f).abs())) / scale
}

/// The mean, 0 of nothing.
pub(super) fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    if count == 0 { 0.0 } else { sum / f64::from(count) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_measured_as_the_competition_does() {
        assert!((smape(&[100.0, 0.0], &[80.0, 0.0]) - 100.0 * 20.0 / 180.0).abs() < 1e-12);
        assert_eq!(naive_scale(&[1.0, 2.0, 3.0, 6.0], 2), Some(3.0));
        assert_eq!(naive_scale(&[7.0, 7.0, 7.0], 1), None);
        assert!((mase(&[10.0, 12.0], &[11.0, 10.0], 3.0) - 0.5).abs() < 1e-12);
    }
}
