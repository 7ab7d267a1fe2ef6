//! Pareto/NBD: a customer orders at a steady rate until they leave, at a time nobody sees.
//!
//! With `e(t) = (alpha+t)^-(r+x) (beta+t)^-s` and q = s/(r+s+x), the likelihood of x orders, the last at t, in T weeks is
//! `G(r+x)/G(r) alpha^r beta^s [ e(T) (1 - q K(T)) + q e(t) K(t) ]`. It is the form with two 2F1 of Fader & Hardie 2005
//! ("A note on deriving the Pareto/NBD model") after Euler's transformation, in which K is 2F1(1, r+x; r+s+x+1; z) with
//! z = (alpha-beta)/(alpha+t) where alpha >= beta, else (alpha+t)/(beta+t) 2F1(1, s+1; r+s+x+1; (beta-alpha)/(beta+t)).
//! Both parts in the brackets are positive, so nothing cancels; K(T) depends on x and T only.

use super::special::{digamma, ln_gamma, unit_hypergeometric};
use super::{Histories, History};

/// ln K at a time, and its derivatives by r, alpha, s, beta.
fn ln_k(parameters: &[f64; 4], x: f64, t: f64) -> (f64, [f64; 4]) {
    let &[r, alpha, s, beta] = parameters;
    let c = r + s + x + 1.0;
    let (to_alpha, to_beta) = (alpha + t, beta + t);
    if alpha >= beta {
        let unit = unit_hypergeometric(r + x, c, (alpha - beta) / to_alpha);
        let by_z = unit.by_z / unit.value;
        let by_c = unit.by_c / unit.value;
        let by_alpha = by_z * to_beta / (to_alpha * to_alpha);
        return (unit.value.ln(), [unit.by_b / unit.value + by_c, by_alpha, by_c, -by_z / to_alpha]);
    }
    let unit = unit_hypergeometric(s + 1.0, c, (beta - alpha) / to_beta);
    let by_z = unit.by_z / unit.value;
    let by_c = unit.by_c / unit.value;
    let by_alpha = 1.0 / to_alpha - by_z / to_beta;
    let by_beta = by_z * to_alpha / (to_beta * to_beta) - 1.0 / to_beta;
    ((to_alpha / to_beta * unit.value).ln(), [by_c, by_alpha, unit.by_b / unit.value + by_c, by_beta])
}

/// ln e at a time, and its derivatives by r, alpha, s, beta.
fn ln_e(parameters: &[f64; 4], x: f64, t: f64) -> (f64, [f64; 4]) {
    let &[r, alpha, s, beta] = parameters;
    let (ln_alpha, ln_beta) = ((alpha + t).ln(), (beta + t).ln());
    let value = -(r + x) * ln_alpha - s * ln_beta;
    (value, [-ln_alpha, -(r + x) / (alpha + t), -ln_beta, -s / (beta + t)])
}

/// ln `e(T) (1 - q K(T))`, with derivatives. Depends on x and T only.
fn ln_first(parameters: &[f64; 4], x: f64, age: f64) -> (f64, [f64; 4]) {
    let &[r, _, s, _] = parameters;
    let all = r + s + x;
    let q = s / all;
    let (ln_e, e_by) = ln_e(parameters, x, age);
    let (ln_k, k_by) = ln_k(parameters, x, age);
    let part = q * ln_k.exp();
    let rest = (1.0 - part).max(f64::MIN_POSITIVE);
    let q_by = [-1.0 / all, 0.0, 1.0 / s - 1.0 / all, 0.0];
    let by = std::array::from_fn(|i| e_by[i] - part / rest * (q_by[i] + k_by[i]));
    (ln_e + rest.ln(), by)
}

/// ln `q e(t) K(t)`, with derivatives.
fn ln_second(parameters: &[f64; 4], x: f64, recency: f64) -> (f64, [f64; 4]) {
    let &[r, _, s, _] = parameters;
    let all = r + s + x;
    let (ln_e, e_by) = ln_e(parameters, x, recency);
    let (ln_k, k_by) = ln_k(parameters, x, recency);
    let q_by = [-1.0 / all, 0.0, 1.0 / s - 1.0 / all, 0.0];
    ((s / all).ln() + ln_e + ln_k, std::array::from_fn(|i| q_by[i] + e_by[i] + k_by[i]))
}

/// The log-likelihood of all customers at r, alpha, s, beta, and its derivatives by them.
pub fn log_likelihood(parameters: &[f64; 4], histories: &Histories) -> (f64, [f64; 4]) {
    let &[r, alpha, s, beta] = parameters;
    let (mut sum, mut by) = (0.0, [0.0; 4]);
    let (ln_gamma_r, digamma_r, ln_alpha, ln_beta) = (ln_gamma(r), digamma(r), alpha.ln(), beta.ln());
    for repeats in &histories.repeats {
        let (x, n) = (f64::from(repeats.repeats), repeats.customers);
        sum += n * (ln_gamma(r + x) - ln_gamma_r + r * ln_alpha + s * ln_beta);
        by[0] += n * (digamma(r + x) - digamma_r + ln_alpha);
        by[1] += n * r / alpha;
        by[2] += n * ln_beta;
        by[3] += n * s / beta;
    }
    let firsts = histories.by_age_and_repeats(|history| ln_first(parameters, f64::from(history.repeats), history.age));
    // Without repeats the last order is the first, at zero, whatever the age.
    let new = ln_second(parameters, 0.0, 0.0);
    for (group, (first, first_by)) in histories.groups.iter().zip(firsts) {
        let History { repeats, recency, .. } = group.history;
        let (second, second_by) = if repeats == 0 { new } else { ln_second(parameters, f64::from(repeats), recency) };
        let n = f64::from(group.customers);
        let small = (-(second - first).abs()).exp();
        let weight = if second > first { 1.0 } else { small } / (1.0 + small);
        sum += n * (first.max(second) + small.ln_1p());
        for i in 0..4 {
            by[i] += n * (first_by[i] + weight * (second_by[i] - first_by[i]));
        }
    }
    (sum, by)
}

pub fn p_alive(parameters: &[f64; 4], history: History) -> f64 {
    let x = f64::from(history.repeats);
    let alive = ln_e(parameters, x, history.age).0;
    let first = ln_first(parameters, x, history.age).0;
    let second = ln_second(parameters, x, history.recency).0;
    1.0 / ((first - alive).exp() + (second - alive).exp())
}

/// Expected orders in `weeks` of one who is alive after x orders in T weeks:
/// `(r+x)(beta+T) / ((alpha+T)(s-1)) [1 - ((beta+T)/(beta+T+weeks))^(s-1)]`.
pub fn orders_if_alive(parameters: &[f64; 4], repeats: u32, age: f64, weeks: f64) -> f64 {
    let &[r, alpha, s, beta] = parameters;
    let ln_left = -(weeks / (beta + age)).ln_1p();
    let over = s - 1.0;
    let share = if over == 0.0 { -ln_left } else { -(over * ln_left).exp_m1() / over };
    (r + f64::from(repeats)) * (beta + age) / (alpha + age) * share
}
