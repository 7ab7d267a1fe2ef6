//! One pass of the recursion over a history. It is the same for added and multiplied errors: only the measure differs.

use super::{Form, Seasonal};

/// Smoothing weights and the damping of the trend.
#[derive(Clone, Copy, Debug)]
pub struct Weights {
    pub alpha: f64,
    pub beta: f64,
    pub gamma: f64,
    pub phi: f64,
}

/// Level, slope and the season by phase (`index modulo period`).
#[derive(Clone, Debug)]
pub struct State {
    pub level: f64,
    pub slope: f64,
    pub season: Vec<f64>,
}

/// The sum of squared one-step errors, in units of the value for added errors and of the expectation for multiplied
/// ones, and the sum of the logarithms of |expectation|.
#[derive(Clone, Copy, Debug)]
pub struct Errors {
    pub added: f64,
    pub multiplied: f64,
    pub logarithms: f64,
}

/// Runs over `values`, from the state at its start to that at its end; `each` sees every expectation.
pub fn run(
    form: Form,
    weights: Weights,
    state: &mut State,
    values: &[f64],
    mut each: impl FnMut(usize, f64),
) -> Errors {
    let mut errors = Errors { added: 0.0, multiplied: 0.0, logarithms: 0.0 };
    let (mut level, mut slope) = (state.level, state.slope);
    let period = state.season.len();
    let mut phase = 0;
    // The logarithm of a product of eight costs one logarithm; the product stays far from the limits of a double.
    let mut product = 1.0;
    for (index, value) in values.iter().enumerate() {
        let moved = weights.phi * slope;
        let base = level + moved;
        let season = if period > 0 { state.season[phase] } else { 0.0 };
        let expected = match form.season {
            Seasonal::None => base,
            Seasonal::Added => base + season,
            Seasonal::Multiplied => base * season,
        };
        let error = value - expected;
        each(index, expected);

        errors.added += error * error;
        let relative = error / expected;
        errors.multiplied += relative * relative;
        product *= expected.abs();
        if index % 8 == 7 || !(1e-30..1e30).contains(&product) {
            errors.logarithms += product.ln();
            product = 1.0;
        }

        let plain = if form.season == Seasonal::Multiplied { error / season } else { error };
        level = base + weights.alpha * plain;
        slope = moved + weights.beta * plain;
        match form.season {
            Seasonal::None => {}
            Seasonal::Added => state.season[phase] = season + weights.gamma * error,
            Seasonal::Multiplied => state.season[phase] = season + weights.gamma * error / base,
        }
        phase += 1;
        if phase >= period {
            phase = 0;
        }
    }
    errors.logarithms += product.ln();
    (state.level, state.slope) = (level, slope);
    errors
}
