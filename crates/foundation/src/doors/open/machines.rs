//! Signs of a machine, and the work that speaks for a browser.

use sha2::{Digest, Sha256};

/// Nobody reads and fills in a page faster.
pub const FASTEST_MS: i64 = 2_500;
/// More addresses of pages than this are an advertisement.
pub const MOST_LINKS: usize = 2;
/// The field that nobody sees: machines fill in everything they find.
pub const TRAP: &str = "nickname_2";
/// Leading zero bits of a hash: some ten thousand tries, less than a second for a browser.
pub const WORK_BITS: u32 = 13;
/// Tries numbers until the hash begins with enough zeros, then sends.
pub const WORK: &str = include_str!("work.js");

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
    fn work_is_done_for_one_stamp_only() {
        let proof = (0..).map(|n: u32| n.to_string()).find(|proof| is_worked("stamp", proof)).expect("a proof");
        assert!(is_worked("stamp", &proof) && !is_worked("other", &proof) && !is_worked("stamp", ""));
    }

    #[test]
    fn addresses_of_pages_are_counted_however_they_are_written() {
        assert_eq!(links("see https://a.example and HTTP://b.example [url=x]"), 3);
    }
}
