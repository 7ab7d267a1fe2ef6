//! Did the level jump? What came before a jump says little about what comes after.

use super::season::{Season, is_seasonal};

/// A jump is told when it is this many robust standard deviations of an ordinary step, and stays.
const JUMP: f64 = 5.0;
/// So many values before and after are looked at; fewer prove nothing.
const BESIDE: usize = 4;

/// The index of the first value after the largest lasting jump of the level.
///
/// The median of the [`BESIDE`] values after must differ from that of those before by most of the jump, so that a single
/// outlier is none. Ordinary steps are measured by their median absolute deviation, which one jump does not move.
pub fn last_break(values: &[f64], period: usize) -> Option<usize> {
    if values.len() < 4 * BESIDE {
        return None;
    }
    let plain = match Season::of(values, period) {
        Some(season) if is_seasonal(values, period) => season.removed_from(values),
        _ => values.to_vec(),
    };
    let steps: Vec<f64> = plain.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let usual = median(steps.clone());
    let spread = 1.4826 * median(steps.iter().map(|step| (step - usual).abs()).collect());
    let largest = plain.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
    let spread = spread.max(1e-6 * largest);
    if spread <= 0.0 {
        return None;
    }
    (BESIDE..=plain.len() - BESIDE)
        .filter_map(|at| {
            let step = steps[at - 1] - usual;
            let shift = median(plain[at..at + BESIDE].to_vec()) - median(plain[at - BESIDE..at].to_vec());
            let lasts = shift.signum() == step.signum() && shift.abs() > 0.6 * step.abs();
            (step.abs() > JUMP * spread && lasts).then_some((at, step.abs()))
        })
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(at, _)| at)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.get(middle) {
        None => 0.0,
        Some(upper) if values.len() % 2 == 1 => *upper,
        Some(upper) => (values[middle - 1] + upper) / 2.0,
    }
}

#[cfg(test)]
mod tests {
    use super::last_break;
    use crate::forecast::tests::noise;

    #[test]
    fn a_level_that_jumps_and_stays_is_a_break() {
        let values: Vec<f64> =
            (0..40).map(|index| 10.0 * noise(index) + if index < 25 { 100.0 } else { 300.0 }).collect();
        assert_eq!(last_break(&values, 1), Some(25));
    }

    #[test]
    fn an_outlier_growth_and_a_constant_are_none() {
        let outlier: Vec<f64> =
            (0..40).map(|index| 10.0 * noise(index) + if index == 25 { 300.0 } else { 100.0 }).collect();
        let growth: Vec<f64> = (0..40).map(|index| 10.0 * noise(index) + 20.0 * index as f64).collect();
        assert_eq!(last_break(&outlier, 1), None);
        assert_eq!(last_break(&growth, 1), None);
        assert_eq!(last_break(&[5.0; 40], 1), None);
    }
}
