//! "As a season ago": the yardstick every other model is held against.

use super::Outlook;
use super::accuracy::mean;

/// The last season repeated; without a season, or with less than one, the last value. The error of each step grows with
/// the seasons that lie between. At least two values.
pub fn outlook(values: &[f64], period: usize, horizon: usize) -> Option<Outlook> {
    let lag = if values.len() > period { period.max(1) } else { 1 };
    if values.len() < 2 {
        return None;
    }
    let last = &values[values.len() - lag..];
    let square = mean(values.iter().zip(&values[lag..]).map(|(before, now)| (now - before).powi(2)));
    let means = (0..horizon).map(|step| last[step % lag]).collect();
    let deviations = (0..horizon).map(|step| (square * (1.0 + (step / lag) as f64)).sqrt()).collect();
    let label = if lag > 1 { "Seasonal naive" } else { "Naive" };
    Some(Outlook::normal(label.to_owned(), means, deviations))
}

#[cfg(test)]
mod tests {
    use super::outlook;

    #[test]
    fn the_last_season_comes_again() {
        let outlook = outlook(&[1.0, 2.0, 3.0, 4.0, 2.0, 3.0, 4.0, 5.0], 4, 6).unwrap();
        assert_eq!(outlook.means, [2.0, 3.0, 4.0, 5.0, 2.0, 3.0]);
        assert_eq!(outlook.deviations[0], 1.0);
        assert!(outlook.deviations[4] > outlook.deviations[0]);
    }
}
