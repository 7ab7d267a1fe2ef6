//! The variance of each step ahead: tables 6.2 to 6.4 of Hyndman et al. (2008), in closed form and without a draw.

use super::filter::Weights;
use super::{Error, Form, Seasonal};

/// Means without a multiplied season (`base`), its factors (`season`), the one-step variance, and the variances from it.
pub fn of_steps(form: Form, weights: Weights, period: usize, base: &[f64], season: &[f64], variance: f64) -> Vec<f64> {
    let horizon = base.len();
    // How much of a surprise is still there j steps later.
    let kept: Vec<f64> = (1..horizon.max(1))
        .scan((0.0, 1.0), |(sum, power), step| {
            *power *= weights.phi;
            *sum += *power;
            let again = form.season == Seasonal::Added && step.is_multiple_of(period.max(1));
            Some(weights.alpha + weights.beta * *sum + if again { weights.gamma } else { 0.0 })
        })
        .collect();

    if form.error == Error::Added {
        let mut total = 1.0;
        return (0..horizon)
            .map(|step| {
                if step > 0 {
                    total += kept[step - 1] * kept[step - 1];
                }
                variance * total
            })
            .collect();
    }

    // theta_h = mean_h^2 + s2 sum c_j^2 theta_(h-j); variance_h = (1 + s2) theta_h - mean_h^2, then the season on top.
    let mut theta: Vec<f64> = Vec::with_capacity(horizon);
    let mut variances = Vec::with_capacity(horizon);
    for step in 0..horizon {
        let spread: f64 = (1..=step).map(|j| kept[j - 1] * kept[j - 1] * theta[step - j]).sum();
        let square = base[step] * base[step];
        theta.push(square + variance * spread);
        let own = (1.0 + variance) * theta[step] - square;
        variances.push(match form.season {
            Seasonal::Multiplied => {
                // each time a phase comes round its factor has moved by gamma times a relative error
                let rounds = (step / period.max(1)) as f64;
                let moved = rounds * weights.gamma * weights.gamma * variance;
                season[step] * season[step] * (own * (1.0 + moved) + square * moved)
            }
            _ => own,
        });
    }
    variances
}
