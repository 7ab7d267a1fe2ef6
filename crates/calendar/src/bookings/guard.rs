//! What looks like a machine's has to work for a moment before it may take somebody's time.

use sha2::{Digest, Sha256};

/// Nobody reads and fills in a page faster.
const FASTEST_MS: i64 = 2_500;
/// A page may lie open for so long.
const OLDEST_MS: i64 = 24 * 60 * 60 * 1000;
/// More addresses of pages than this are an advertisement.
const MOST_LINKS: usize = 2;
/// Leading zero bits of a hash: some ten thousand tries, less than a second for a browser.
pub const WORK_BITS: u32 = 13;

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

/// Addresses of pages in a text.
pub fn links(text: &str) -> usize {
    let text = text.to_ascii_lowercase();
    text.matches("http://").count() + text.matches("https://").count() + text.matches("[url").count()
}

/// Whether a number was worked out for a stamp.
pub fn is_worked(stamp: &str, proof: &str) -> bool {
    if proof.is_empty() || proof.len() > 20 {
        return false;
    }
    let digest = Sha256::new().chain_update(stamp.as_bytes()).chain_update(proof.as_bytes()).finalize();
    let mut zeros = 0;
    for byte in &digest {
        zeros += byte.leading_zeros();
        if *byte != 0 {
            break;
        }
    }
    zeros >= WORK_BITS
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

    #[test]
    fn work_is_done_for_one_stamp_only() {
        let proof = (0..).map(|n: u32| n.to_string()).find(|proof| is_worked("stamp", proof)).expect("a proof");
        assert!(is_worked("stamp", &proof) && !is_worked("other", &proof) && !is_worked("stamp", ""));
    }
}
