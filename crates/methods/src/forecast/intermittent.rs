//! Demand with many empty periods: how often, and how much when it comes.
//!
//! Croston (1972) with the correction of Syntetos and Boylan (2005) smooths the sizes and the intervals of demand; TSB
//! (Teunter, Syntetos and Babai 2011) smooths the chance of demand instead and so lets a dead article fade away.

use super::Outlook;

/// The share of empty periods above which demand is called intermittent: a mean interval above 1.32 periods
/// (Syntetos, Boylan and Croston 2005).
pub const EMPTY_SHARE: f64 = 1.0 - 1.0 / 1.32;

/// Whether the periods are empty so often that a level and a season say little. Never with returns (values below 0).
pub fn is_intermittent(values: &[f64]) -> bool {
    let empty = values.iter().filter(|value| **value == 0.0).count();
    let demands = values.len() - empty;
    values.iter().all(|value| *value >= 0.0) && demands > 0 && empty as f64 > EMPTY_SHARE * values.len() as f64
}

/// How the next period's demand is spread: nothing, or one of the sizes seen.
#[derive(Clone, Debug)]
pub struct Demand {
    /// The chance that there is any.
    pub chance: f64,
    /// The sizes seen, in order, brought to the present mean.
    pub sizes: Vec<f64>,
}

impl Demand {
    fn of(values: &[f64], chance: f64, size: f64) -> Demand {
        let mut sizes: Vec<f64> = values.iter().copied().filter(|value| *value > 0.0).collect();
        sizes.sort_by(f64::total_cmp);
        let mean = super::accuracy::mean(sizes.iter().copied());
        for seen in &mut sizes {
            *seen *= size / mean;
        }
        Demand { chance: chance.clamp(0.0, 1.0), sizes }
    }

    /// The demand of one period that is not exceeded with this probability.
    pub fn quantile(&self, probability: f64) -> f64 {
        if probability <= 1.0 - self.chance || self.sizes.is_empty() {
            return 0.0;
        }
        let share = (probability - (1.0 - self.chance)) / self.chance;
        let place = share * self.sizes.len() as f64;
        self.sizes[(place as usize).min(self.sizes.len() - 1)]
    }

    fn deviation(&self) -> f64 {
        let mean = self.chance * super::accuracy::mean(self.sizes.iter().copied());
        let square = self.chance * super::accuracy::mean(self.sizes.iter().map(|size| size * size));
        (square - mean * mean).max(0.0).sqrt()
    }
}

const WEIGHTS: [f64; 7] = [0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5];

/// Croston's method with the correction for its bias; the weight is the one with the least squared error.
pub fn croston(values: &[f64], horizon: usize) -> Option<Outlook> {
    let first = values.iter().position(|value| *value > 0.0)?;
    let run = |alpha: f64| {
        let (mut size, mut interval, mut since) = (values[first], first as f64 + 1.0, 0.0);
        let mut square = 0.0;
        for value in &values[first + 1..] {
            since += 1.0;
            square += (value - (1.0 - alpha / 2.0) * size / interval).powi(2);
            if *value > 0.0 {
                size += alpha * (value - size);
                interval += alpha * (since - interval);
                since = 0.0;
            }
        }
        (square, (1.0 - alpha / 2.0) * size / interval, size)
    };
    let (_, rate, size) = WEIGHTS.iter().map(|alpha| run(*alpha)).min_by(|a, b| a.0.total_cmp(&b.0))?;
    Some(flat("Croston (SBA)", values, rate, size, horizon))
}

/// The method of Teunter, Syntetos and Babai; both weights are those with the least squared error.
pub fn tsb(values: &[f64], horizon: usize) -> Option<Outlook> {
    let first = values.iter().position(|value| *value > 0.0)?;
    let share = values.iter().filter(|value| **value > 0.0).count() as f64 / values.len() as f64;
    let run = |alpha: f64, beta: f64| {
        let (mut size, mut chance, mut square) = (values[first], share, 0.0);
        for value in values {
            square += (value - chance * size).powi(2);
            let came = if *value > 0.0 { 1.0 } else { 0.0 };
            chance += beta * (came - chance);
            size += alpha * came * (value - size);
        }
        (square, chance * size, size)
    };
    let pairs = WEIGHTS.iter().flat_map(|alpha| WEIGHTS.iter().map(move |beta| (*alpha, *beta)));
    let (_, rate, size) = pairs.map(|(alpha, beta)| run(alpha, beta)).min_by(|a, b| a.0.total_cmp(&b.0))?;
    Some(flat("TSB", values, rate, size, horizon))
}

fn flat(label: &str, values: &[f64], rate: f64, size: f64, horizon: usize) -> Outlook {
    let demand = Demand::of(values, rate / size, size);
    let deviation = demand.deviation();
    Outlook {
        label: label.to_owned(),
        means: vec![rate; horizon],
        deviations: vec![deviation; horizon],
        demand: Some(demand),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demand_of_ten_every_fifth_period_is_about_two_a_period() {
        let values: Vec<f64> = (0..60).map(|index| if index % 5 == 4 { 10.0 } else { 0.0 }).collect();
        assert!(is_intermittent(&values));
        for outlook in [croston(&values, 3).unwrap(), tsb(&values, 3).unwrap()] {
            assert!((1.5..=2.6).contains(&outlook.means[0]), "{} {:?}", outlook.label, outlook.means);
            let demand = outlook.demand.unwrap();
            assert_eq!(demand.quantile(0.1), 0.0);
            assert!(demand.quantile(0.975) > 9.0);
        }
    }

    #[test]
    fn a_dead_article_fades_with_tsb_and_not_with_croston() {
        let mut values: Vec<f64> = (0..40).map(|index| if index % 3 == 0 { 6.0 } else { 0.0 }).collect();
        values.extend([0.0; 40]);
        assert!(tsb(&values, 1).unwrap().means[0] < 0.2);
        assert!(croston(&values, 1).unwrap().means[0] > 1.0);
    }

    #[test]
    fn returns_and_silence_are_not_intermittent_demand() {
        assert!(!is_intermittent(&[0.0, -1.0, 0.0, 2.0, 0.0]));
        assert!(!is_intermittent(&[0.0; 9]));
    }
}
