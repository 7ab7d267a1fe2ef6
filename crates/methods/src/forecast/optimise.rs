//! The simplex search of Nelder and Mead (1965), for likelihoods of a few parameters without a derivative.

/// The point with the least value found from `start`, and that value. `steps` gives the first edge of the simplex in
/// each direction; the search ends after `limit` evaluations or once the simplex agrees to `tolerance`, relatively.
pub fn minimise(
    start: &[f64],
    steps: &[f64],
    limit: usize,
    tolerance: f64,
    mut value: impl FnMut(&[f64]) -> f64,
) -> (Vec<f64>, f64) {
    let n = start.len();
    if n == 0 {
        return (Vec::new(), value(start));
    }

    let mut corners: Vec<(f64, Vec<f64>)> = Vec::with_capacity(n + 1);
    corners.push((value(start), start.to_vec()));
    for (axis, step) in steps.iter().enumerate() {
        let mut corner = start.to_vec();
        corner[axis] += step;
        corners.push((value(&corner), corner));
    }
    // Coefficients that shrink with the dimension keep the simplex alive in many dimensions (Gao and Han 2012).
    let dimension = (n as f64).max(2.0);
    let (expand, contract, shrink) = (1.0 + 2.0 / dimension, 0.75 - 0.5 / dimension, 1.0 - 1.0 / dimension);
    let mut spent = n + 1;
    let mut centre = vec![0.0; n];
    let mut trial = vec![0.0; n];
    let mut further = vec![0.0; n];

    while spent < limit {
        corners.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (best, second_worst, worst) = (corners[0].0, corners[n - 1].0, corners[n].0);
        if (worst - best).abs() <= tolerance * (best.abs() + tolerance) {
            break;
        }

        centre.fill(0.0);
        for (_, corner) in &corners[..n] {
            for (sum, x) in centre.iter_mut().zip(corner) {
                *sum += x / n as f64;
            }
        }
        let away = |by: f64, from: &[f64], into: &mut [f64]| {
            for ((x, c), w) in into.iter_mut().zip(&centre).zip(from) {
                *x = c + by * (c - w);
            }
        };
        away(1.0, &corners[n].1, &mut trial);
        let reflected = value(&trial);
        spent += 1;
        if reflected < best {
            away(expand, &corners[n].1, &mut further);
            let expanded = value(&further);
            spent += 1;
            replace(&mut corners[n], if expanded < reflected { (expanded, &further) } else { (reflected, &trial) });
            continue;
        }
        if reflected < second_worst {
            replace(&mut corners[n], (reflected, &trial));
            continue;
        }

        away(if reflected < worst { contract } else { -contract }, &corners[n].1, &mut further);
        let contracted = value(&further);
        spent += 1;
        if contracted < reflected.min(worst) {
            replace(&mut corners[n], (contracted, &further));
            continue;
        }
        let anchor = corners[0].1.clone();
        for (score, corner) in &mut corners[1..] {
            for (x, a) in corner.iter_mut().zip(&anchor) {
                *x = a + shrink * (*x - a);
            }
            *score = value(corner);
        }
        spent += n;
    }

    corners.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (least, point) = corners.swap_remove(0);
    (point, least)
}

fn replace(corner: &mut (f64, Vec<f64>), (value, point): (f64, &Vec<f64>)) {
    corner.0 = value;
    corner.1.copy_from_slice(point);
}

#[cfg(test)]
mod tests {
    use super::minimise;

    #[test]
    fn the_banana_valley_is_followed_to_its_end() {
        let banana = |x: &[f64]| (1.0 - x[0]).powi(2) + 100.0 * (x[1] - x[0] * x[0]).powi(2);
        let (point, least) = minimise(&[-1.2, 1.0], &[0.5, 0.5], 2_000, 1e-12, banana);
        assert!(least < 1e-8 && (point[0] - 1.0).abs() < 1e-3, "{point:?} {least}");
    }
}
