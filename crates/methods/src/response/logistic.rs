//! Logistic regression with a quadratic penalty, by Newton's method (Hastie, Tibshirani & Friedman 2009, 4.4.1 and 18.4).

use serde::{Deserialize, Serialize};

use super::design::{Coding, Design};
use super::table::Table;
use super::{Unfit, check, probability};
use crate::cholesky::Cholesky;

/// The weight of the squared coefficients beside the log-likelihood.
pub const PENALTY: f64 = 1.0;
const STEPS: usize = 50;
/// The penalised log-likelihood rises by less than this share: it is found.
const ENOUGH: f64 = 1e-10;

/// Coefficients of log-odds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Logistic {
    intercept: f64,
    codings: Vec<Coding>,
    /// For each column its coefficients.
    coefficients: Vec<Vec<f64>>,
    /// What each column adds on average: a reason is the difference from it.
    means: Vec<f64>,
}

impl Logistic {
    /// Learns from rows whose outcome is known.
    pub fn fit(table: &Table, outcome: &[bool]) -> Result<Logistic, Unfit> {
        check(table, outcome)?;
        let codings: Vec<Coding> = table.columns.iter().map(Coding::of).collect();
        let design = Design::of(table, &codings);
        let (intercept, flat) = maximise(&design, outcome);
        let ends = design.offsets.iter().skip(1).copied().chain([design.width]);
        let spans = design.offsets.iter().copied().zip(ends);
        let coefficients: Vec<Vec<f64>> = spans.map(|(from, to)| flat[from..to].to_vec()).collect();
        let mut means = vec![0.0; codings.len()];
        for row in design.rows() {
            for (mean, (place, times)) in means.iter_mut().zip(row) {
                *mean += flat[*place as usize] * times / outcome.len() as f64;
            }
        }
        Ok(Logistic { intercept, codings, coefficients, means })
    }

    /// The log-odds of an average row.
    pub fn base(&self) -> f64 {
        self.intercept + self.means.iter().sum::<f64>()
    }

    /// What each column adds to [`Logistic::base`] in a row.
    pub fn parts(&self, table: &Table, row: usize, parts: &mut [f64]) {
        let of = self.codings.iter().zip(&self.coefficients).zip(&self.means);
        for ((column, part), ((coding, coefficients), mean)) in table.columns.iter().zip(parts).zip(of) {
            let (place, times) = coding.place(column.cell(row));
            *part = coefficients.get(place).map_or(0.0, |coefficient| coefficient * times) - mean;
        }
    }
}

/// The intercept and the coefficients of the highest penalised likelihood.
fn maximise(design: &Design, outcome: &[bool]) -> (f64, Vec<f64>) {
    // The intercept is the last of the parameters and not penalised.
    let size = design.width + 1;
    let share = outcome.iter().filter(|happened| **happened).count() as f64 / outcome.len() as f64;
    let mut parameters = vec![0.0; size];
    parameters[size - 1] = (share / (1.0 - share)).ln();
    let mut height = likelihood(design, outcome, &parameters);
    for _ in 0..STEPS {
        let (slope, curvature) = derivatives(design, outcome, &parameters);
        let Some(factor) = Cholesky::of(&curvature, size) else { break };
        let step = factor.solve(&slope);
        // A step that falls is too long.
        let mut length = 1.0;
        let risen = loop {
            let tried: Vec<f64> =
                parameters.iter().zip(&step).map(|(parameter, step)| parameter + length * step).collect();
            let found = likelihood(design, outcome, &tried);
            if found >= height || length < 1e-6 {
                let risen = found - height;
                if risen > 0.0 {
                    (parameters, height) = (tried, found);
                }
                break risen;
            }
            length *= 0.5;
        };
        if risen <= ENOUGH * height.abs() {
            break;
        }
    }
    let intercept = parameters.pop().unwrap_or(0.0);
    (intercept, parameters)
}

fn log_odds(row: &[(u32, f64)], parameters: &[f64]) -> f64 {
    let linear: f64 = row.iter().map(|(place, times)| parameters[*place as usize] * times).sum();
    linear + parameters[parameters.len() - 1]
}

fn likelihood(design: &Design, outcome: &[bool], parameters: &[f64]) -> f64 {
    let of_rows: f64 = design
        .rows()
        .zip(outcome)
        .map(|(row, happened)| {
            let log_odds = log_odds(row, parameters);
            let signed = if *happened { -log_odds } else { log_odds };
            -(signed.max(0.0) + (-signed.abs()).exp().ln_1p())
        })
        .sum();
    let penalised = &parameters[..parameters.len() - 1];
    of_rows - 0.5 * PENALTY * penalised.iter().map(|parameter| parameter * parameter).sum::<f64>()
}

/// First derivatives, and the second ones with the sign turned.
fn derivatives(design: &Design, outcome: &[bool], parameters: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let size = parameters.len();
    let last = size - 1;
    let mut slope = vec![0.0; size];
    let mut curvature = vec![0.0; size * size];
    for (row, happened) in design.rows().zip(outcome) {
        let expected = probability(log_odds(row, parameters));
        let miss = f64::from(u8::from(*happened)) - expected;
        let weight = expected * (1.0 - expected);
        for (at, (place, times)) in row.iter().enumerate() {
            let place = *place as usize;
            slope[place] += miss * times;
            // Places rise along a row: this is the lower triangle.
            for (other, others) in &row[..=at] {
                curvature[place * size + *other as usize] += weight * times * others;
            }
            curvature[last * size + place] += weight * times;
        }
        slope[last] += miss;
        curvature[last * size + last] += weight;
    }
    for place in 0..last {
        slope[place] -= PENALTY * parameters[place];
        curvature[place * size + place] += PENALTY;
    }
    for row in 0..size {
        for column in 0..row {
            curvature[column * size + row] = curvature[row * size + column];
        }
    }
    (slope, curvature)
}
