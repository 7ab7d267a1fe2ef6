//! BG/NBD and its sister MBG/NBD, which differ in when a customer may first leave.
//!
//! With b' = b for BG/NBD and b + 1 for MBG/NBD, the likelihood of x orders, the last at t, in T weeks is
//! `G(r+x)/G(r) alpha^r B(a, b'+x)/B(a, b) (alpha+T)^-(r+x) (1 + e^u)` with
//! `u = ln(a / (b'+x-1)) + (r+x) ln((alpha+T)/(alpha+t))`, where BG/NBD has no second term for x = 0;
//! the probability of being alive is `1 / (1 + e^u)`.

use super::special::{digamma, ln_beta, ln_gamma, ln_hypergeometric, softplus};
use super::{Histories, History};

/// When a customer may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dropout {
    AfterRepeats,
    AfterAny,
}

impl Dropout {
    /// b' - b
    fn shift(self) -> f64 {
        match self {
            Dropout::AfterRepeats => 0.0,
            Dropout::AfterAny => 1.0,
        }
    }
}

/// The log-likelihood of all customers at r, alpha, a, b, and its derivatives by them.
pub fn log_likelihood(parameters: &[f64; 4], dropout: Dropout, histories: &Histories) -> (f64, [f64; 4]) {
    let &[r, alpha, a, b] = parameters;
    let shift = dropout.shift();
    let (mut sum, mut by) = (0.0, [0.0; 4]);

    // What depends on the number of orders only.
    let (ln_alpha, ln_gamma_r, digamma_r) = (alpha.ln(), ln_gamma(r), digamma(r));
    let (ln_beta_ab, digamma_a, digamma_b, digamma_ab) = (ln_beta(a, b), digamma(a), digamma(b), digamma(a + b));
    // The odds of having left with the last order, but for the time since: a / (b'+x-1), as logarithm.
    let mut ln_odds = Vec::with_capacity(histories.repeats.len());
    for repeats in &histories.repeats {
        let x = f64::from(repeats.repeats);
        let left = b + shift + x - 1.0;
        let may_have_left = x + shift > 0.0;
        ln_odds.push(if may_have_left { (a / left).ln() } else { f64::NEG_INFINITY });
        let (digamma_bx, digamma_abx) = (digamma(b + shift + x), digamma(a + b + shift + x));
        let n = repeats.customers;
        sum += n * (ln_gamma(r + x) - ln_gamma_r + r * ln_alpha + ln_beta(a, b + shift + x) - ln_beta_ab);
        by[0] += n * (digamma(r + x) - digamma_r + ln_alpha);
        by[1] += n * r / alpha;
        by[2] += n * (digamma_a - digamma_abx - digamma_a + digamma_ab);
        by[3] += n * (digamma_bx - digamma_abx - digamma_b + digamma_ab);
    }

    // What depends on the times. Groups come by rising age.
    let (mut age, mut ln_age, mut over_age) = (f64::NAN, 0.0, 0.0);
    let mut left_by_repeats = vec![0.0; histories.repeats.len()];
    for group in &histories.groups {
        let history = &group.history;
        if history.age != age {
            age = history.age;
            (ln_age, over_age) = ((alpha + age).ln(), 1.0 / (alpha + age));
        }
        let (n, rate) = (f64::from(group.customers), r + f64::from(history.repeats));
        let at = group.repeats_at as usize;
        let odds = ln_odds[at];
        sum -= n * rate * ln_age;
        by[0] -= n * ln_age;
        by[1] -= n * rate * over_age;
        if odds == f64::NEG_INFINITY {
            continue;
        }
        let since = ln_age - (alpha + history.recency).ln();
        let u = odds + rate * since;
        // ln(1 + e^u) and e^u / (1 + e^u) from one exponential.
        let small = (-u.abs()).exp();
        sum += n * (u.max(0.0) + small.ln_1p());
        let left = n * if u > 0.0 { 1.0 } else { small } / (1.0 + small);
        left_by_repeats[at] += left;
        by[0] += left * since;
        by[1] += left * rate * (over_age - 1.0 / (alpha + history.recency));
    }
    for (repeats, left) in histories.repeats.iter().zip(&left_by_repeats) {
        if *left > 0.0 {
            by[2] += left / a;
            by[3] -= left / (b + shift + f64::from(repeats.repeats) - 1.0);
        }
    }
    (sum, by)
}

pub fn p_alive(parameters: &[f64; 4], dropout: Dropout, history: History) -> f64 {
    let &[r, alpha, a, b] = parameters;
    let x = f64::from(history.repeats);
    if x + dropout.shift() == 0.0 {
        return 1.0;
    }
    let odds = (a / (b + dropout.shift() + x - 1.0)).ln();
    (-softplus(odds + (r + x) * ((alpha + history.age) / (alpha + history.recency)).ln())).exp()
}

/// Expected orders in `weeks` of one who is alive after x orders in T weeks:
/// `c/(a-1) [1 - ((alpha+T)/(alpha+T+weeks))^(r+x) 2F1(r+x, b'+x; c; z)]`, c = a+b'+x-1, z = weeks/(alpha+T+weeks).
///
/// By Euler's transformation this is `c/(a-1) [1 - (1-z)^(a-1) 2F1(a-1, a+b'-1-r; c; z)]`, whose arguments do not grow with
/// x and in which a = 1 is no special place: that form is used where its terms cannot cancel, the first one elsewhere.
pub fn orders_if_alive(parameters: &[f64; 4], dropout: Dropout, repeats: u32, age: f64, weeks: f64) -> f64 {
    let &[r, alpha, a, b] = parameters;
    let x = f64::from(repeats);
    let b = b + dropout.shift();
    let (c, over, rest) = (a + b + x - 1.0, a - 1.0, a + b - 1.0 - r);
    let z = weeks / (alpha + age + weeks);
    let ln_left = -(weeks / (alpha + age)).ln_1p();
    if (over > 1.0 || rest < -5.0) && c > 0.0 && over != 0.0 {
        let share = (r + x) * ln_left + ln_hypergeometric(r + x, b + x, c, z);
        return c / over * -share.exp_m1();
    }
    let grown = if over == 0.0 { ln_left } else { (over * ln_left).exp_m1() / over };
    // The series without its first term, times c/(a-1).
    let (mut term, mut sum) = (rest * z, rest * z);
    for k in 1..100_000 {
        let k = f64::from(k);
        let ratio = (over + k) * (rest + k) / ((c + k) * (k + 1.0)) * z;
        term *= ratio;
        sum += term;
        if term.abs() <= 1e-16 * sum.abs() && ratio.abs() < 1.0 {
            break;
        }
    }
    (-c * grown - (over * ln_left).exp() * sum).max(0.0)
}
