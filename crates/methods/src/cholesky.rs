//! The Cholesky factor of a small symmetric positive definite matrix: what is needed to invert a covariance.

/// The lower factor of a matrix of `size` x `size`, by rows.
pub struct Cholesky {
    size: usize,
    lower: Vec<f64>,
}

impl Cholesky {
    /// Nothing when the matrix is not positive definite or holds something that is no number.
    pub fn of(matrix: &[f64], size: usize) -> Option<Cholesky> {
        let mut lower = vec![0.0; size * size];
        for i in 0..size {
            for j in 0..=i {
                let known: f64 = (0..j).map(|k| lower[i * size + k] * lower[j * size + k]).sum();
                let rest = matrix[i * size + j] - known;
                lower[i * size + j] = if i == j {
                    // A pivot that is rounding only is no pivot.
                    if !rest.is_finite() || rest <= 1e-13 * matrix[i * size + i].abs() {
                        return None;
                    }
                    rest.sqrt()
                } else {
                    rest / lower[j * size + j]
                };
            }
        }
        Some(Cholesky { size, lower })
    }

    /// ln of the matrix's determinant.
    pub fn ln_determinant(&self) -> f64 {
        2.0 * (0..self.size).map(|i| self.lower[i * self.size + i].ln()).sum::<f64>()
    }

    /// The smallest variance left in any direction once the columns before it are known.
    pub fn smallest_pivot(&self) -> f64 {
        (0..self.size).map(|i| self.lower[i * self.size + i].powi(2)).fold(f64::INFINITY, f64::min)
    }

    /// v' M^-1 v; `solved` is room for the work, of the matrix's size.
    pub fn distance(&self, vector: &[f64], solved: &mut [f64]) -> f64 {
        let mut sum = 0.0;
        for i in 0..self.size {
            let known: f64 = (0..i).map(|k| self.lower[i * self.size + k] * solved[k]).sum();
            solved[i] = (vector[i] - known) / self.lower[i * self.size + i];
            sum += solved[i] * solved[i];
        }
        sum
    }

    /// M^-1 v.
    pub fn solve(&self, vector: &[f64]) -> Vec<f64> {
        let n = self.size;
        let mut solved = vector.to_vec();
        for i in 0..n {
            let known: f64 = (0..i).map(|k| self.lower[i * n + k] * solved[k]).sum();
            solved[i] = (solved[i] - known) / self.lower[i * n + i];
        }
        for i in (0..n).rev() {
            let known: f64 = (i + 1..n).map(|k| self.lower[k * n + i] * solved[k]).sum();
            solved[i] = (solved[i] - known) / self.lower[i * n + i];
        }
        solved
    }

    /// The inverse of the matrix, by rows.
    pub fn inverse(&self) -> Vec<f64> {
        let n = self.size;
        let mut inverse = vec![0.0; n * n];
        for j in 0..n {
            let unit: Vec<f64> = (0..n).map(|i| f64::from(u8::from(i == j))).collect();
            for (i, value) in self.solve(&unit).into_iter().enumerate() {
                inverse[i * n + j] = value;
            }
        }
        inverse
    }
}
