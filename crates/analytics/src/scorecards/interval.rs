//! How sure a share or a mean is: the interval that holds the true one 95 times of 100.

/// The quantile of the normal distribution that leaves 2.5 % on either side.
const Z: f64 = 1.959_963_984_540_054;

/// Wilson's score interval of a share (Wilson 1927): it never leaves 0 to 1 and holds for few cases too.
pub fn wilson(hits: i64, among: i64) -> Option<(f64, f64)> {
    if among <= 0 || hits < 0 || hits > among {
        return None;
    }
    let n = among as f64;
    let p = hits as f64 / n;
    let (z2, middle) = (Z * Z, p + Z * Z / (2.0 * n));
    let half = Z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z2 / n;
    let low = if hits == 0 { 0.0 } else { (middle - half) / scale };
    let high = if hits == among { 1.0 } else { (middle + half) / scale };
    Some((low, high))
}

/// A mean and its standard error: from two cases on.
pub fn of_mean(mean: f64, deviation: f64, cases: i64) -> Option<(f64, f64)> {
    let half = (cases > 1).then(|| Z * deviation / (cases as f64).sqrt())?;
    half.is_finite().then_some((mean - half, mean + half))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Newcombe 1998, table I, method 3 without continuity correction.
    #[test]
    fn shares_have_the_published_intervals() {
        for (hits, among, low, high) in
            [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
        {
            let (found_low, found_high) = wilson(hits, among).unwrap();
            assert!((found_low - low).abs() < 5e-5 && (found_high - high).abs() < 5e-5, "{hits}/{among}");
        }
        assert_eq!((wilson(0, 0), wilson(3, 2)), (None, None));
    }

    #[test]
    fn one_case_says_nothing_of_how_sure_it_is() {
        assert_eq!(of_mean(3.0, f64::NAN, 1), None);
        let (low, high) = of_mean(10.0, 2.0, 100).unwrap();
        assert!((low - 9.608).abs() < 1e-3 && (high - 10.392).abs() < 1e-3);
    }
}
