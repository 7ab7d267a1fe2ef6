//! The special functions of the models: logarithms of gamma and beta, digamma, and Gauss's function 2F1.

/// ln of the gamma function for x > 0: Stirling's series, after moving x above 8.
pub fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut product) = (x, 1.0);
    while x < 8.0 {
        product *= x;
        x += 1.0;
    }
    let y = 1.0 / (x * x);
    let series = y.mul_add(-691.0 / 360_360.0, 1.0 / 1188.0);
    let series = series * y - 1.0 / 1680.0;
    let series = ((series * y + 1.0 / 1260.0) * y - 1.0 / 360.0) * y + 1.0 / 12.0;
    (x - 0.5) * x.ln() - x + 0.918_938_533_204_672_8 + series / x - f64::ln(product)
}

/// The derivative of `ln_gamma` for x > 0.
pub fn digamma(x: f64) -> f64 {
    let (mut x, mut moved) = (x, 0.0);
    while x < 10.0 {
        moved += 1.0 / x;
        x += 1.0;
    }
    let y = 1.0 / (x * x);
    let series = ((1.0 / 132.0 - y * 691.0 / 32_760.0) * y - 1.0 / 240.0) * y + 1.0 / 252.0;
    let series = ((series * y - 1.0 / 120.0) * y + 1.0 / 12.0) * y;
    x.ln() - 0.5 / x - series - moved
}

/// ln of the beta function for positive arguments.
pub fn ln_beta(a: f64, b: f64) -> f64 {
    ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)
}

/// ln(1 + e^x) without overflow.
pub fn softplus(x: f64) -> f64 {
    if x > 0.0 { x + (-x).exp().ln_1p() } else { x.exp().ln_1p() }
}

/// ln of 2F1(a, b; c; z) for positive a, b, c and 0 <= z < 1. The terms may rise beyond what a number holds before they
/// fall, so the sum is scaled as it grows.
pub fn ln_hypergeometric(a: f64, b: f64, c: f64, z: f64) -> f64 {
    let (mut term, mut sum, mut scale) = (1.0_f64, 1.0_f64, 0.0_f64);
    for k in 0..MOST_TERMS {
        let k = f64::from(k);
        let ratio = (a + k) * (b + k) / ((c + k) * (k + 1.0)) * z;
        term *= ratio;
        sum += term;
        if ratio < 1.0 && term < sum * 1e-17 {
            break;
        }
        if sum > 1e200 {
            scale += sum.ln();
            term /= sum;
            sum = 1.0;
        }
    }
    scale + sum.ln()
}

/// A series that has not settled by then is as good as it gets; the largest needed in practice are some thousands.
const MOST_TERMS: u32 = 200_000;

/// 2F1(1, b; c; z) and its derivatives.
#[derive(Clone, Copy, Debug)]
pub struct Unit {
    pub value: f64,
    pub by_b: f64,
    pub by_c: f64,
    pub by_z: f64,
}

/// 2F1(1, b; c; z) for b > 0, c > 1, 0 <= z < 1: the series while it is short, beyond that Gauss's continued fraction.
pub fn unit_hypergeometric(b: f64, c: f64, z: f64) -> Unit {
    if z > 0.7 {
        return unit_near_one(b, c, z);
    }
    let mut unit = Unit { value: 1.0, by_b: 0.0, by_c: 0.0, by_z: 0.0 };
    let (mut term, mut falls_b, mut falls_c) = (1.0_f64, 0.0_f64, 0.0_f64);
    for k in 0..MOST_TERMS {
        let k = f64::from(k);
        // One division for both reciprocals.
        let both = 1.0 / ((b + k) * (c + k));
        let (over_b, over_c) = (both * (c + k), both * (b + k));
        unit.by_z += (k + 1.0) * term * (b + k) * over_c;
        term *= (b + k) * over_c * z;
        falls_b += over_b;
        falls_c += over_c;
        unit.value += term;
        unit.by_b += term * falls_b;
        unit.by_c -= term * falls_c;
        if term * (k + 1.0) < 1e-16 * unit.value {
            break;
        }
    }
    unit
}

fn unit_near_one(b: f64, c: f64, z: f64) -> Unit {
    let value = continued_fraction(b, c, z);
    let slope = |step: f64, up: f64, down: f64| (up - down) / (2.0 * step);
    let (step_b, step_c) = (1e-5 * b, 1e-5 * (c - 1.0));
    Unit {
        value,
        by_b: slope(step_b, continued_fraction(b + step_b, c, z), continued_fraction(b - step_b, c, z)),
        by_c: slope(step_c, continued_fraction(b, c + step_c, z), continued_fraction(b, c - step_c, z)),
        // z (1 - z) F' = (c - 1) - (c - 1 - b z) F
        by_z: ((c - 1.0) - (c - 1.0 - b * z) * value) / (z * (1.0 - z)),
    }
}

/// Gauss's continued fraction 1/(1 - k1 z/(1 - k2 z/(1 - ...))), by Lentz's method.
fn continued_fraction(b: f64, c: f64, z: f64) -> f64 {
    let (mut value, mut above, mut below) = (1.0_f64, 1.0_f64, 0.0_f64);
    for n in 1..MOST_TERMS {
        let half = f64::from(n / 2);
        let odd = n % 2 == 1;
        let step = if odd {
            (b + half) * (c - 1.0 + half) / ((c + 2.0 * half - 1.0) * (c + 2.0 * half))
        } else {
            half * (c - 1.0 - b + half) / ((c + 2.0 * half - 2.0) * (c + 2.0 * half - 1.0))
        };
        below = 1.0 / not_zero(1.0 - step * z * below);
        above = not_zero(1.0 - step * z / above);
        let change = above * below;
        value *= change;
        if (change - 1.0).abs() < 1e-16 * 4.0 {
            break;
        }
    }
    1.0 / value
}

fn not_zero(x: f64) -> f64 {
    if x.abs() < 1e-300 { 1e-300 } else { x }
}

/// The point below which a standard normal value lies with this probability, for 0 < p < 1: Newton's steps on Marsaglia's
/// series for the distribution (2004, J. Statistical Software 11:4).
pub fn normal_quantile(p: f64) -> f64 {
    let mut x = 0.0_f64;
    for _ in 0..60 {
        let density = (-x * x / 2.0).exp() / std::f64::consts::TAU.sqrt();
        let (mut term, mut sum, mut k) = (x, x, 1.0);
        while sum + term != sum {
            k += 2.0;
            term *= x * x / k;
            sum += term;
        }
        let step = (0.5 + density * sum - p) / density;
        x = (x - step.clamp(-1.0, 1.0)).clamp(-8.0, 8.0);
        if step.abs() < 1e-13 {
            break;
        }
    }
    x
}

/// With which probability a standard normal value lies below `x`: the same series.
pub fn normal_probability(x: f64) -> f64 {
    let x = x.clamp(-8.0, 8.0);
    let density = (-x * x / 2.0).exp() / std::f64::consts::TAU.sqrt();
    let (mut term, mut sum, mut k) = (x, x, 1.0);
    while sum + term != sum {
        k += 2.0;
        term *= x * x / k;
        sum += term;
    }
    (0.5 + density * sum).clamp(0.0, 1.0)
}
