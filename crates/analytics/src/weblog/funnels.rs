//! Funnels: how many went from step to step, in this order and in time.

use serde::{Deserialize, Serialize};

/// Steps to be taken in order within one session; other pages may lie between.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Funnel {
    pub name: String,
    /// Paths; one that ends with `*` stands for all that begin so.
    pub steps: Vec<String>,
    /// The most seconds from the first step to the last.
    pub within_s: i64,
}

impl Funnel {
    /// How many steps a session reached; the best start counts. `views` in order of time.
    pub fn reached(&self, views: &[(i64, &[u8])]) -> usize {
        let Some(first) = self.steps.first() else { return 0 };
        let mut best = 0;
        for (start, (begun, path)) in views.iter().enumerate() {
            if !fits(first, path) {
                continue;
            }
            let mut taken = 1;
            for (at, path) in &views[start + 1..] {
                if at.saturating_sub(*begun) > self.within_s {
                    break;
                }
                if self.steps.get(taken).is_some_and(|step| fits(step, path)) {
                    taken += 1;
                }
            }
            best = best.max(taken);
            if best == self.steps.len() {
                break;
            }
        }
        best
    }
}

fn fits(step: &str, path: &[u8]) -> bool {
    match step.strip_suffix('*') {
        Some(start) => path.starts_with(start.as_bytes()),
        None => path == step.as_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_count_in_order_and_in_time_only() {
        let steps = ["/shop/*", "/basket", "/thanks"].map(str::to_owned).to_vec();
        let funnel = Funnel { name: "sale".to_owned(), steps, within_s: 600 };
        let reached = |views: &[(i64, &str)]| {
            let views: Vec<(i64, &[u8])> = views.iter().map(|(at, path)| (*at, path.as_bytes())).collect();
            funnel.reached(&views)
        };
        assert_eq!(reached(&[(0, "/shop/tea"), (5, "/about"), (9, "/basket"), (600, "/thanks")]), 3);
        assert_eq!(reached(&[(0, "/shop/tea"), (9, "/basket"), (601, "/thanks")]), 2);
        assert_eq!(reached(&[(0, "/basket"), (9, "/shop/tea"), (10, "/thanks")]), 1);
        assert_eq!(reached(&[(0, "/shop/a"), (700, "/shop/b"), (710, "/basket"), (720, "/thanks")]), 3);
        assert_eq!(reached(&[(0, "/")]), 0);
    }
}
