//! BG/BB: customers who may buy at set occasions only, such as yearly gifts or one event a month (Fader, Hardie & Shang
//! 2010, Marketing Science 29:1086-1108).

use serde::{Deserialize, Serialize};

use super::optimum::{self, Square};
use super::special::ln_beta;
use super::{ENOUGH_REPEATERS, TOLERANCE, Unfit, Warning, standard_errors, uncertainty};

/// Customers with the same past.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Participation {
    /// Occasions taken, of those after the first purchase.
    pub repeats: u32,
    /// The last one taken, counted from one; zero when none was.
    pub last: u32,
    /// Occasions there were.
    pub chances: u32,
    pub customers: u32,
}

/// Taking an occasion varies as Beta(alpha, beta), leaving after one as Beta(gamma, delta).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OccasionModel {
    pub alpha: f64,
    pub beta: f64,
    pub gamma: f64,
    pub delta: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedOccasions {
    pub model: OccasionModel,
    pub log_likelihood: f64,
    /// Of the parameters' logarithms.
    pub covariance: Option<Square<4>>,
    pub customers: usize,
    pub warnings: Vec<Warning>,
}

/// Learns the model by maximum likelihood.
pub fn fit_occasions(pasts: &[Participation]) -> Result<FittedOccasions, Unfit> {
    let customers: f64 = pasts.iter().map(|past| f64::from(past.customers)).sum();
    let repeaters: usize = pasts.iter().filter(|past| past.repeats > 0).map(|past| past.customers as usize).sum();
    if customers == 0.0 {
        return Err(Unfit::NoCustomers);
    }
    if repeaters == 0 {
        return Err(Unfit::NoRepeaters);
    }
    if let Some(row) = pasts.iter().position(|past| !past.is_sound()) {
        return Err(Unfit::NotAHistory { row });
    }
    let mean = |at: &[f64; 4]| -OccasionModel::of(at).log_likelihood(pasts) / customers;
    let slope = |at: &[f64; 4]| optimum::numeric_slope(&mean, at);
    let best = optimum::minimise(slope, [0.0; 4], None, TOLERANCE);
    if !best.value.is_finite() {
        return Err(Unfit::NoLikelihood);
    }
    let mut warnings = Vec::new();
    if repeaters < ENOUGH_REPEATERS {
        warnings.push(Warning::TooFewRepeaters { repeaters, wanted: ENOUGH_REPEATERS });
    }
    if !best.converged {
        warnings.push(Warning::NotConverged);
    }
    let mut information = optimum::curvature(slope, &best.at);
    information.iter_mut().flatten().for_each(|entry| *entry *= customers);
    Ok(FittedOccasions {
        model: OccasionModel::of(&best.at),
        log_likelihood: -best.value * customers,
        covariance: uncertainty(&information, &mut warnings),
        customers: customers as usize,
        warnings,
    })
}

impl Participation {
    fn is_sound(&self) -> bool {
        self.repeats <= self.last && self.last <= self.chances && (self.repeats > 0) == (self.last > 0)
    }
}

impl FittedOccasions {
    /// Of alpha, beta, gamma and delta themselves.
    pub fn standard_errors(&self) -> Option<[f64; 4]> {
        let OccasionModel { alpha, beta, gamma, delta } = self.model;
        standard_errors(&[alpha, beta, gamma, delta], self.covariance.as_ref())
    }
}

impl OccasionModel {
    fn of(logarithms: &[f64; 4]) -> OccasionModel {
        let [alpha, beta, gamma, delta] = logarithms.map(f64::exp);
        OccasionModel { alpha, beta, gamma, delta }
    }

    pub fn log_likelihood(&self, pasts: &[Participation]) -> f64 {
        pasts.iter().map(|past| f64::from(past.customers) * self.ln_likelihood(past)).sum()
    }

    /// The probability that a customer takes part in the next occasion's chances at all.
    pub fn p_alive_next(&self, past: &Participation) -> f64 {
        let stays = self.ln_taken(past.repeats, past.chances) + self.ln_stays(past.chances.saturating_add(1));
        (stays - self.ln_likelihood(past)).exp()
    }

    /// Expected occasions taken of the `next` ones.
    pub fn expected(&self, past: &Participation, next: u32) -> f64 {
        let (a, b) =
            (self.alpha + f64::from(past.repeats), self.beta + f64::from(past.chances.saturating_sub(past.repeats)));
        let taken_next = ln_beta(a + 1.0, b) - ln_beta(self.alpha, self.beta);
        let likelihood = self.ln_likelihood(past);
        (1..=next).map(|j| (taken_next + self.ln_stays(past.chances.saturating_add(j)) - likelihood).exp()).sum()
    }

    /// ln of the probability of a given order of taken and not taken occasions of one who stays.
    fn ln_taken(&self, taken: u32, chances: u32) -> f64 {
        let (taken, not_taken) = (f64::from(taken), f64::from(chances.saturating_sub(taken)));
        ln_beta(self.alpha + taken, self.beta + not_taken) - ln_beta(self.alpha, self.beta)
    }

    fn ln_stays(&self, chances: u32) -> f64 {
        ln_beta(self.gamma, self.delta + f64::from(chances)) - ln_beta(self.gamma, self.delta)
    }

    /// ln of the probability of leaving right after so many occasions.
    fn ln_leaves(&self, chances: u32) -> f64 {
        ln_beta(self.gamma + 1.0, self.delta + f64::from(chances)) - ln_beta(self.gamma, self.delta)
    }

    fn ln_likelihood(&self, past: &Participation) -> f64 {
        let stays = self.ln_taken(past.repeats, past.chances) + self.ln_stays(past.chances);
        let left = (past.last..past.chances).map(|at| self.ln_taken(past.repeats, at) + self.ln_leaves(at));
        let most = left.clone().fold(stays, f64::max);
        most + (left.map(|l| (l - most).exp()).sum::<f64>() + (stays - most).exp()).ln()
    }
}
