//! Pareto: which few customers bring most of the money, and how unevenly it is spread.

use serde::{Deserialize, Serialize};

/// A: the few who bring most. C: the many who bring little.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Class {
    A,
    B,
    C,
}

/// Up to which share of the money, counted from the largest customer down, classes A and B go.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Borders {
    pub a: f64,
    pub b: f64,
}

impl Default for Borders {
    fn default() -> Borders {
        Borders { a: 0.80, b: 0.95 }
    }
}

/// A class for each customer, and how uneven they are.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Classes {
    /// In the order of the totals.
    pub class: Vec<Class>,
    /// Of A, B and C.
    pub customers: [usize; 3],
    /// Minor units of A, B and C.
    pub money: [i64; 3],
    /// 0 where all bring the same, towards 1 where one brings everything. Who brings less than nothing counts as nothing.
    pub gini: f64,
    /// The share of the money that the best fifth of customers brings, a broken number of them rounded up.
    pub top_fifth_share: f64,
}

/// Classes by each customer's money in minor units, the largest first; ties are split by place. Shares are of the money of
/// those who brought any; whoever brought nothing or less is C. The largest customer is A even when they alone are more
/// than A's share.
pub fn classify(totals: &[i64], borders: Borders) -> Classes {
    let mut largest_first: Vec<(i64, u32)> = totals.iter().copied().zip(0_u32..).collect();
    largest_first.sort_unstable_by_key(|(total, place)| (std::cmp::Reverse(*total), *place));
    let positive = |total: i64| i128::from(total.max(0));
    let whole: i128 = totals.iter().map(|total| positive(*total)).sum();
    let mut found = Classes {
        class: vec![Class::C; totals.len()],
        customers: [0; 3],
        money: [0; 3],
        gini: 0.0,
        top_fifth_share: 0.0,
    };
    let count = totals.len();
    let (mut so_far, mut top, mut weighted) = (0_i128, 0_i128, 0.0_f64);
    for (rank, (total, place)) in largest_first.into_iter().enumerate() {
        so_far += positive(total);
        let share = so_far as f64 / whole as f64;
        let class = match total {
            ..=0 => Class::C,
            _ if share <= borders.a || rank == 0 => Class::A,
            _ if share <= borders.b => Class::B,
            _ => Class::C,
        };
        found.class[place as usize] = class;
        found.customers[class as usize] += 1;
        found.money[class as usize] = found.money[class as usize].saturating_add(total);
        if rank < count.div_ceil(5) {
            top = so_far;
        }
        weighted += (count - rank) as f64 * positive(total) as f64;
    }
    if whole > 0 {
        let (n, whole) = (count as f64, whole as f64);
        found.gini = (2.0 * weighted / (n * whole) - (n + 1.0) / n).max(0.0);
        found.top_fifth_share = top as f64 / whole;
    }
    found
}

#[cfg(test)]
pub(super) mod tests;
