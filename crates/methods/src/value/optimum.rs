//! Finding the lowest point of a smooth function of a few numbers, and what is known there about each of them.
//!
//! With four parameters at most, the whole inverse curvature of BFGS (Nocedal & Wright, Numerical Optimization,
//! chapter 6) is smaller than the memory of its limited version, and can be handed from a sample to the whole.

/// A symmetric matrix of the parameters.
pub type Square<const N: usize> = [[f64; N]; N];

/// A function's value and slope at a point.
pub type Slope<const N: usize> = (f64, [f64; N]);

/// Where the search ended.
#[derive(Clone, Debug)]
pub struct Optimum<const N: usize> {
    pub at: [f64; N],
    pub value: f64,
    pub converged: bool,
    /// How often the function was computed.
    pub evaluations: u32,
    /// The curvature's inverse as the search has learned it.
    pub inverse: Square<N>,
}

const MOST_STEPS: u32 = 300;
/// A step this long in the logarithm of a parameter is a leap in the dark.
const LONGEST_STEP: f64 = 2.0;

/// What a mean over a million rows may be off by.
const ROUNDING: f64 = 1e-11;

/// Descends from `start` until no slope is steeper than `tolerance`. `inverse` is what is known of the curvature.
pub fn minimise<const N: usize>(
    mut function: impl FnMut(&[f64; N]) -> Slope<N>,
    start: [f64; N],
    inverse: Option<Square<N>>,
    tolerance: f64,
) -> Optimum<N> {
    let (value, mut slope) = function(&start);
    let mut best = Optimum { at: start, value, converged: false, evaluations: 1, inverse: inverse.unwrap_or(unit()) };
    let mut learned = inverse.is_some();
    for _ in 0..MOST_STEPS {
        if slope.iter().all(|s| s.abs() <= tolerance) {
            best.converged = true;
            break;
        }
        let Some((step, reached, next)) = descend(&mut function, &mut best, &slope) else {
            // Where no step goes down any more, the slopes left are those of rounding, or the curvature is stale.
            if learned {
                (best.inverse, learned) = (unit(), false);
                continue;
            }
            best.converged = slope.iter().all(|s| s.abs() <= tolerance.sqrt() * 1e-2);
            break;
        };
        let change: [f64; N] = std::array::from_fn(|i| next[i] - slope[i]);
        let curvature = dot(&step, &change);
        if curvature > 1e-14 {
            if !learned {
                let size = curvature / dot(&change, &change);
                best.inverse.iter_mut().flatten().for_each(|entry| *entry *= size);
                learned = true;
            }
            learn(&mut best.inverse, &step, &change, curvature);
        }
        best.value = reached;
        slope = next;
    }
    best
}

/// A step along the search direction that goes down well enough (Armijo), or nothing. Close to the bottom the values of a
/// long sum differ by rounding only; there a step counts that makes the slope along it less steep (Hager & Zhang 2005).
fn descend<const N: usize>(
    function: &mut impl FnMut(&[f64; N]) -> Slope<N>,
    best: &mut Optimum<N>,
    slope: &[f64; N],
) -> Option<([f64; N], f64, [f64; N])> {
    let mut direction: [f64; N] = std::array::from_fn(|i| -dot(&best.inverse[i], slope));
    let longest = direction.iter().fold(0.0_f64, |longest, d| longest.max(d.abs()));
    if longest > LONGEST_STEP {
        direction.iter_mut().for_each(|d| *d *= LONGEST_STEP / longest);
    }
    let fall = dot(&direction, slope);
    if fall.is_nan() || fall >= 0.0 {
        return None;
    }
    let mut length = 1.0;
    for _ in 0..40 {
        let at: [f64; N] = std::array::from_fn(|i| best.at[i] + length * direction[i]);
        let (value, next) = function(&at);
        best.evaluations += 1;
        let goes_down = value <= best.value + 1e-4 * length * fall;
        let levels_out =
            || value <= best.value + ROUNDING * best.value.abs() && dot(&direction, &next).abs() <= -0.9 * fall;
        if value.is_finite() && (goes_down || levels_out()) {
            let step = std::array::from_fn(|i| length * direction[i]);
            best.at = at;
            return Some((step, value, next));
        }
        // The lowest point of the parabola through what is known, kept within a tenth and a half.
        let parabola = -fall * length / (2.0 * ((value - best.value) / length - fall));
        length = if parabola.is_finite() { parabola.clamp(0.1 * length, 0.5 * length) } else { 0.1 * length };
    }
    None
}

/// The update of Broyden, Fletcher, Goldfarb and Shanno.
fn learn<const N: usize>(inverse: &mut Square<N>, step: &[f64; N], change: &[f64; N], curvature: f64) {
    let moved: [f64; N] = std::array::from_fn(|i| dot(&inverse[i], change));
    let factor = (1.0 + dot(change, &moved) / curvature) / curvature;
    for i in 0..N {
        for j in 0..N {
            inverse[i][j] += factor * step[i] * step[j] - (moved[i] * step[j] + step[i] * moved[j]) / curvature;
        }
    }
}

/// The slopes of a function whose derivative is not written down, by central differences.
pub fn numeric_slope<const N: usize>(function: &impl Fn(&[f64; N]) -> f64, at: &[f64; N]) -> Slope<N> {
    let step = 1e-5;
    let slope = std::array::from_fn(|i| {
        let moved = |by: f64| std::array::from_fn(|j| if i == j { at[j] + by } else { at[j] });
        (function(&moved(step)) - function(&moved(-step))) / (2.0 * step)
    });
    (function(at), slope)
}

/// The curvature (the observed information, when the function is a negative log-likelihood) from slopes around a point.
pub fn curvature<const N: usize>(mut function: impl FnMut(&[f64; N]) -> Slope<N>, at: &[f64; N]) -> Square<N> {
    let step = 1e-4;
    let mut rows: Square<N> = [[0.0; N]; N];
    for (i, row) in rows.iter_mut().enumerate() {
        let mut moved = |by: f64| function(&std::array::from_fn(|j| if i == j { at[j] + by } else { at[j] })).1;
        let (up, down) = (moved(step), moved(-step));
        *row = std::array::from_fn(|j| (up[j] - down[j]) / (2.0 * step));
    }
    std::array::from_fn(|i| std::array::from_fn(|j| f64::midpoint(rows[i][j], rows[j][i])))
}

/// The inverse of a symmetric positive definite matrix, or nothing when it is not, as where a likelihood is flat.
pub fn inverse<const N: usize>(matrix: &Square<N>) -> Option<Square<N>> {
    let flat: Vec<f64> = matrix.iter().flatten().copied().collect();
    let inverse = super::super::cholesky::Cholesky::of(&flat, N)?.inverse();
    Some(std::array::from_fn(|i| std::array::from_fn(|j| inverse[i * N + j])))
}

/// vector' matrix vector
pub fn quadratic<const N: usize>(matrix: &Square<N>, vector: &[f64; N]) -> f64 {
    matrix.iter().zip(vector).map(|(row, v)| v * dot(row, vector)).sum()
}

fn dot<const N: usize>(a: &[f64; N], b: &[f64; N]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn unit<const N: usize>() -> Square<N> {
    std::array::from_fn(|i| std::array::from_fn(|j| if i == j { 1.0 } else { 0.0 }))
}
