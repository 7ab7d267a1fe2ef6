//! How good probabilities are, on rows that were not learned from.

use serde::{Deserialize, Serialize};

/// A tenth of the rows, from those with the highest probability down.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decile {
    pub rows: usize,
    /// How many of them had the outcome.
    pub with: usize,
    /// How many were expected to.
    pub expected: f64,
    /// Their share with the outcome, as a multiple of everybody's.
    pub lift: f64,
    /// Which share of all with the outcome is among them and those before.
    pub gained: f64,
}

/// What can be said of predictions of which it is known what came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    pub rows: usize,
    pub with: usize,
    /// The chance that of two rows with different outcomes the right one has the higher probability.
    pub auc: f64,
    /// The mean of -ln of what was said of what came.
    pub log_loss: f64,
    /// What it would be if everybody's share were said of everybody.
    pub log_loss_of_share: f64,
    pub brier: f64,
    /// The area under the cumulative gains.
    pub alift: f64,
    pub lift_of_top_tenth: f64,
    /// Of log-odds of what came on those that were said: 1 is right, less is too sure, more too timid (Cox 1958).
    pub calibration_slope: Option<f64>,
    pub deciles: Vec<Decile>,
}

const DECILES: usize = 10;

impl Measures {
    /// None where all rows have the same outcome.
    pub fn of(probabilities: &[f64], outcome: &[bool]) -> Option<Measures> {
        let with = outcome.iter().filter(|happened| **happened).count();
        let rows = outcome.len();
        if with == 0 || with == rows || probabilities.len() != rows {
            return None;
        }
        let auc = auc(probabilities, outcome)?;
        let share = with as f64 / rows as f64;
        let deciles = deciles(probabilities, outcome, share);
        let brier = probabilities.iter().zip(outcome).map(|(said, came)| (said - number(*came)).powi(2)).sum::<f64>();
        Some(Measures {
            rows,
            with,
            auc,
            log_loss: log_loss(probabilities, outcome),
            log_loss_of_share: -(share * share.ln() + (1.0 - share) * (1.0 - share).ln()),
            brier: brier / rows as f64,
            // Of a row with the outcome the mean place from above: of those without as the AUC says, of its like the half.
            alift: share * 0.5 + (1.0 - share) * auc,
            lift_of_top_tenth: deciles.first().map_or(0.0, |decile| decile.lift),
            calibration_slope: calibration_slope(probabilities, outcome),
            deciles,
        })
    }
}

fn number(happened: bool) -> f64 {
    f64::from(u8::from(happened))
}

/// By ranks; ties count half (Mann & Whitney 1947). None where all rows have the same outcome.
pub fn auc(scores: &[f64], outcome: &[bool]) -> Option<f64> {
    let mut rows: Vec<(f64, bool)> = scores.iter().copied().zip(outcome.iter().copied()).collect();
    rows.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (mut below, mut sum, mut with) = (0.0, 0.0, 0.0);
    for tied in rows.chunk_by(|one, other| one.0 == other.0) {
        let of_tied = tied.iter().filter(|(_, happened)| *happened).count() as f64;
        let others = tied.len() as f64 - of_tied;
        sum += of_tied * (below + others / 2.0);
        below += others;
        with += of_tied;
    }
    (with > 0.0 && below > 0.0).then(|| sum / (with * below))
}

fn log_loss(probabilities: &[f64], outcome: &[bool]) -> f64 {
    let of_row = |(said, came): (&f64, &bool)| -(if *came { *said } else { 1.0 - said }).max(1e-15).ln();
    probabilities.iter().zip(outcome).map(of_row).sum::<f64>() / outcome.len() as f64
}

fn deciles(probabilities: &[f64], outcome: &[bool], share: f64) -> Vec<Decile> {
    let mut order: Vec<usize> = (0..outcome.len()).collect();
    order.sort_by(|one, other| probabilities[*other].total_cmp(&probabilities[*one]).then(one.cmp(other)));
    let all = share * outcome.len() as f64;
    let (mut deciles, mut gained) = (Vec::with_capacity(DECILES), 0);
    for at in 0..DECILES {
        let part = &order[order.len() * at / DECILES..order.len() * (at + 1) / DECILES];
        if part.is_empty() {
            continue;
        }
        let with = part.iter().filter(|row| outcome[**row]).count();
        gained += with;
        deciles.push(Decile {
            rows: part.len(),
            with,
            expected: part.iter().map(|row| probabilities[*row]).sum(),
            lift: with as f64 / part.len() as f64 / share,
            gained: gained as f64 / all,
        });
    }
    deciles
}

/// The slope of [`recalibration`].
fn calibration_slope(probabilities: &[f64], outcome: &[bool]) -> Option<f64> {
    let log_odds = |said: &f64| {
        let said = said.clamp(1e-12, 1.0 - 1e-12);
        (said / (1.0 - said)).ln()
    };
    Some(recalibration(&probabilities.iter().map(log_odds).collect::<Vec<f64>>(), outcome)?.1)
}

/// Intercept and slope of a regression of what came on the log-odds that were said, by Newton's method. None where it has
/// no end: where what was said separates the outcomes.
pub fn recalibration(log_odds: &[f64], outcome: &[bool]) -> Option<(f64, f64)> {
    let (mut intercept, mut slope) = (0.0, 1.0);
    for _ in 0..50 {
        let (mut first, mut second) = ([0.0; 2], [0.0; 3]);
        for (x, came) in log_odds.iter().zip(outcome) {
            let expected = super::probability(intercept + slope * x);
            let (miss, weight) = (number(*came) - expected, expected * (1.0 - expected));
            first = [first[0] + miss, first[1] + miss * x];
            second = [second[0] + weight, second[1] + weight * x, second[2] + weight * x * x];
        }
        let determinant = second[0] * second[2] - second[1] * second[1];
        if determinant.is_nan() || determinant <= 1e-12 {
            return None;
        }
        let steps = [
            (second[2] * first[0] - second[1] * first[1]) / determinant,
            (second[0] * first[1] - second[1] * first[0]) / determinant,
        ];
        intercept += steps[0];
        slope += steps[1];
        if steps[0].abs() + steps[1].abs() < 1e-9 {
            return (intercept.is_finite() && slope.is_finite()).then_some((intercept, slope));
        }
    }
    None
}
