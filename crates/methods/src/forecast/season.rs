//! Is there a season, and what is it worth: a test on the autocorrelation and the classical decomposition.

use serde::Serialize;

/// How a season acts: added to the level, or as a share of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Added,
    Multiplied,
}

/// One figure per phase of the season (`index modulo period`): added figures sum to 0, factors average 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Season {
    pub kind: Kind,
    pub phases: Vec<f64>,
}

impl Season {
    /// The season of `values` by the ratio (or difference) to the centred moving average, averaged by phase.
    ///
    /// Factors need positive values; where one of them would not be, the season is an added one. None when the values do
    /// not cover two periods.
    pub fn of(values: &[f64], period: usize) -> Option<Season> {
        if period < 2 || values.len() < 2 * period {
            return None;
        }
        if values.iter().all(|value| *value > 0.0) {
            let season =
                Season { kind: Kind::Multiplied, phases: phases(values, period, |value, trend| value / trend) };
            let mean = season.phases.iter().sum::<f64>() / period as f64;
            let factors: Vec<f64> = season.phases.iter().map(|factor| factor / mean).collect();
            if factors.iter().all(|factor| *factor > 0.01) {
                return Some(Season { kind: Kind::Multiplied, phases: factors });
            }
        }
        Season::added(values, period)
    }

    /// The season as differences, whatever the sign of the values.
    pub fn added(values: &[f64], period: usize) -> Option<Season> {
        if period < 2 || values.len() < 2 * period {
            return None;
        }
        let raw = phases(values, period, |value, trend| value - trend);
        let mean = raw.iter().sum::<f64>() / period as f64;
        Some(Season { kind: Kind::Added, phases: raw.iter().map(|part| part - mean).collect() })
    }

    /// The value without its season.
    pub fn remove(&self, index: usize, value: f64) -> f64 {
        let phase = self.phases[index % self.phases.len()];
        match self.kind {
            Kind::Added => value - phase,
            Kind::Multiplied => value / phase,
        }
    }

    /// The value with the season of its place again.
    pub fn restore(&self, index: usize, value: f64) -> f64 {
        let phase = self.phases[index % self.phases.len()];
        match self.kind {
            Kind::Added => value + phase,
            Kind::Multiplied => value * phase,
        }
    }

    /// What a deviation of the value without season becomes with it.
    pub fn stretch(&self, index: usize) -> f64 {
        match self.kind {
            Kind::Added => 1.0,
            Kind::Multiplied => self.phases[index % self.phases.len()],
        }
    }

    /// All values without their season.
    pub fn removed_from(&self, values: &[f64]) -> Vec<f64> {
        values.iter().enumerate().map(|(index, value)| self.remove(index, *value)).collect()
    }
}

fn phases(values: &[f64], period: usize, against: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    let mut sums = vec![0.0; period];
    let mut counts = vec![0.0; period];
    for (index, trend) in centred_average(values, period) {
        let part = against(values[index], trend);
        if part.is_finite() {
            sums[index % period] += part;
            counts[index % period] += 1.0;
        }
    }
    sums.iter().zip(&counts).map(|(sum, count)| if *count > 0.0 { sum / count } else { 0.0 }).collect()
}

/// The moving average over one period, centred (2 x m for an even period), with the index it stands at.
fn centred_average(values: &[f64], period: usize) -> impl Iterator<Item = (usize, f64)> {
    let half = period / 2;
    let even = period.is_multiple_of(2);
    (half..values.len().saturating_sub(half)).filter_map(move |at| {
        let window = values.get(at - half..=at + half)?;
        let mut sum: f64 = window.iter().sum();
        if even {
            sum -= 0.5 * (window[0] + window[window.len() - 1]);
        }
        Some((at, sum / period as f64))
    })
}

/// Whether the autocorrelation at one period is above what chance gives in one case of twenty (one-sided, Bartlett's
/// variance), as Fiorucci et al. (2016) test before the theta method removes a season.
pub fn is_seasonal(values: &[f64], period: usize) -> bool {
    if period < 2 || values.len() < 2 * period + 1 {
        return false;
    }
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let off: Vec<f64> = values.iter().map(|value| value - mean).collect();
    let total: f64 = off.iter().map(|x| x * x).sum();
    if total <= 0.0 {
        return false;
    }
    let correlation = |lag: usize| off.iter().zip(&off[lag..]).map(|(a, b)| a * b).sum::<f64>() / total;
    let before: f64 = (1..period).map(|lag| correlation(lag).powi(2)).sum();
    correlation(period).abs() > 1.645 * ((1.0 + 2.0 * before) / n).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::tests::noise;

    fn quarters(index: usize) -> f64 {
        [0.8, 1.1, 1.3, 0.8][index % 4]
    }

    #[test]
    fn factors_of_a_growing_series_are_found_and_leave_a_line() {
        let values: Vec<f64> = (0..32).map(|index| (100.0 + index as f64) * quarters(index)).collect();
        let season = Season::of(&values, 4).unwrap();
        assert_eq!(season.kind, Kind::Multiplied);
        for (index, factor) in season.phases.iter().enumerate() {
            assert!((factor - quarters(index)).abs() < 0.01, "{:?}", season.phases);
        }
        assert!((season.restore(5, season.remove(5, values[5])) - values[5]).abs() < 1e-9);
    }

    #[test]
    fn a_series_that_falls_below_zero_has_an_added_season_that_sums_to_nothing() {
        let values: Vec<f64> = (0..24).map(|index| [3.0, -5.0, 1.0, 1.0][index % 4]).collect();
        let season = Season::of(&values, 4).unwrap();
        assert_eq!(season.kind, Kind::Added);
        assert!(season.phases.iter().sum::<f64>().abs() < 1e-9);
    }

    #[test]
    fn a_season_is_seen_where_there_is_one_and_not_in_a_plain_alternation_of_nothing() {
        let seasonal: Vec<f64> = (0..40).map(|index| quarters(index) * 10.0).collect();
        let noise: Vec<f64> = (0..40).map(noise).collect();
        assert!(is_seasonal(&seasonal, 4));
        assert!(!is_seasonal(&noise, 4));
        assert!(!is_seasonal(&[5.0; 40], 4), "a constant has no season");
        assert!(!is_seasonal(&seasonal[..8], 4), "two periods prove nothing");
    }
}
