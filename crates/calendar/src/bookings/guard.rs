//! What looks like a machine's has to work for a moment before it may take somebody's time.

use foundation::doors::open::machines::{FASTEST_MS, MOST_LINKS};

/// A page may lie open for so long.
const OLDEST_MS: i64 = 24 * 60 * 60 * 1000;

/// What is known of a wish before it is read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Signs {
    /// When its page was shown, if we showed it.
    pub shown_at: Option<i64>,
    pub now: i64,
    pub is_often: bool,
    pub links: usize,
}

/// Whether its browser is asked to work.
pub fn is_doubtful(signs: &Signs) -> bool {
    let passed = signs.shown_at.map(|at| signs.now.saturating_sub(at));
    let is_read = passed.is_some_and(|passed| (FASTEST_MS..OLDEST_MS).contains(&passed));
    !is_read || signs.is_often || signs.links > MOST_LINKS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_reads_and_types_need_not_work() {
        let read = Signs { shown_at: Some(0), now: 20_000, links: 2, ..Signs::default() };
        assert!(!is_doubtful(&read));
        for odd in [
            Signs { now: 300, ..read },
            Signs { now: OLDEST_MS, ..read },
            Signs { shown_at: None, ..read },
            Signs { is_often: true, ..read },
            Signs { links: 3, ..read },
        ] {
            assert!(is_doubtful(&odd), "{odd:?}");
        }
    }
}
