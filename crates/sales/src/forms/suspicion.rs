//! What looks like a machine's, and the work that speaks for a browser.

use serde::Serialize;
use sha2::{Digest, Sha256};

/// Nobody reads and fills in a form faster.
const FASTEST_MS: i64 = 2_500;
/// A page may lie open for so long.
const OLDEST_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// More addresses of pages than this are an advertisement.
const MOST_LINKS: usize = 2;
/// Leading zero bits of a hash: some ten thousand tries, less than a second for a browser.
pub const WORK_BITS: u32 = 13;

/// Why an answer is held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Sent faster than anybody reads.
    Fast,
    /// A field that nobody sees was filled in.
    Trap,
    /// Not from a page that we showed, or one shown too long ago.
    Stamp,
    /// From a page that sent another answer before.
    Again,
    /// The same address sends many.
    Often,
    /// Full of addresses of pages.
    Links,
}

impl Reason {
    pub fn word(self) -> &'static str {
        match self {
            Reason::Fast => "fast",
            Reason::Trap => "trap",
            Reason::Stamp => "stamp",
            Reason::Again => "again",
            Reason::Often => "often",
            Reason::Links => "links",
        }
    }

    /// Whether a browser that works for a moment is believed.
    pub fn is_cleared_by_work(self) -> bool {
        matches!(self, Reason::Fast | Reason::Often)
    }
}

/// What is known of an answer before it is read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Signs {
    /// When its page was shown, if we showed it.
    pub shown_at: Option<i64>,
    pub now: i64,
    pub trap_is_filled: bool,
    pub is_often: bool,
    pub links: usize,
}

pub fn reasons(signs: &Signs) -> Vec<Reason> {
    let mut reasons = Vec::new();
    match signs.shown_at.map(|at| signs.now.saturating_sub(at)) {
        Some(passed) if (0..FASTEST_MS).contains(&passed) => reasons.push(Reason::Fast),
        Some(passed) if (FASTEST_MS..OLDEST_MS).contains(&passed) => {}
        Some(_) | None => reasons.push(Reason::Stamp),
    }
    if signs.trap_is_filled {
        reasons.push(Reason::Trap);
    }
    if signs.is_often {
        reasons.push(Reason::Often);
    }
    if signs.links > MOST_LINKS {
        reasons.push(Reason::Links);
    }
    reasons
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

    fn read(after_ms: i64) -> Signs {
        Signs { shown_at: Some(1_000_000), now: 1_000_000 + after_ms, ..Signs::default() }
    }

    #[test]
    fn somebody_who_reads_and_writes_is_no_machine() {
        assert!(reasons(&Signs { links: 2, ..read(20_000) }).is_empty());
    }

    #[test]
    fn each_sign_is_its_own_reason() {
        assert_eq!(reasons(&read(300)), [Reason::Fast]);
        assert_eq!(reasons(&read(-5)), [Reason::Stamp], "from the future");
        assert_eq!(reasons(&read(OLDEST_MS)), [Reason::Stamp]);
        assert_eq!(reasons(&Signs::default()), [Reason::Stamp]);
        let all = Signs { trap_is_filled: true, is_often: true, links: 3, ..read(300) };
        assert_eq!(reasons(&all), [Reason::Fast, Reason::Trap, Reason::Often, Reason::Links]);
        assert_eq!(links("see https://a.example and HTTP://b.example [url=x]"), 3);
    }

    #[test]
    fn work_is_done_for_one_stamp_only() {
        let proof = (0..).map(|n: u32| n.to_string()).find(|proof| is_worked("stamp", proof)).expect("a proof");
        assert!(is_worked("stamp", &proof) && !is_worked("other", &proof) && !is_worked("stamp", ""));
    }
}
