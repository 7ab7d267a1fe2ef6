//! What looks like a machine's.

use foundation::doors::open::machines::{FASTEST_MS, MOST_LINKS};
use serde::Serialize;

/// A page may lie open for so long.
const OLDEST_MS: i64 = 7 * 24 * 60 * 60 * 1000;

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
    }
}
