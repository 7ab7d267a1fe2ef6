//! Ids. All are UUID version 7 (RFC 9562): the first 48 bits are milliseconds, so ids made later sort later.

use std::cell::Cell;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The id of a record, an event or a change. An id is not a secret: what is opened by a link has a token of its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Id(pub Uuid);

impl Id {
    /// The id of nothing and nobody: an event without a customer carries it.
    pub const NIL: Id = Id(Uuid::nil());

    /// A new id for something that happens at `at_ms` (milliseconds since 1970; earlier moments count as 1970).
    /// Within one process ids made for the same millisecond keep the order they were made in.
    pub fn at(at_ms: i64) -> Id {
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        let n = COUNTER.fetch_add(1, Ordering::Relaxed);
        let random = random_bits().to_be_bytes();
        let ms = u64::try_from(at_ms).unwrap_or(0) & 0xffff_ffff_ffff;
        let mut bytes = [0u8; 16];
        bytes[..6].copy_from_slice(&ms.to_be_bytes()[2..]);
        // 12 bits behind the version and 14 behind the variant count up; the last 48 are random.
        let count = (n & 0x3ff_ffff) as u32;
        bytes[6] = 0x70 | ((count >> 22) & 0x0f) as u8;
        bytes[7] = ((count >> 14) & 0xff) as u8;
        bytes[8] = 0x80 | ((count >> 8) & 0x3f) as u8;
        bytes[9] = (count & 0xff) as u8;
        bytes[10..].copy_from_slice(&random[2..]);
        Id(Uuid::from_bytes(bytes))
    }

    /// The same id for the same `(at_ms, seed)`, whoever computes it: a repeated event is found by its id.
    /// `digest` must be uniformly distributed, a hash of what makes the event itself.
    pub fn derived(at_ms: i64, digest: &[u8; 10]) -> Id {
        let ms = u64::try_from(at_ms).unwrap_or(0) & 0xffff_ffff_ffff;
        let mut bytes = [0u8; 16];
        bytes[..6].copy_from_slice(&ms.to_be_bytes()[2..]);
        bytes[6..].copy_from_slice(digest);
        bytes[6] = 0x70 | (bytes[6] & 0x0f);
        bytes[8] = 0x80 | (bytes[8] & 0x3f);
        Id(Uuid::from_bytes(bytes))
    }

    /// The moment an id was made for, in milliseconds since 1970.
    pub fn millis(self) -> i64 {
        let b = self.0.as_bytes();
        b[..6].iter().fold(0i64, |ms, byte| (ms << 8) | i64::from(*byte))
    }

    pub fn parse(text: &str) -> Option<Id> {
        Uuid::try_parse(text).ok().map(Id)
    }

    pub fn is_nil(self) -> bool {
        self == Id::NIL
    }
}

/// Random bits, seeded once for each thread by the system. They keep ids of several processes apart; they guard nothing.
fn random_bits() -> u64 {
    thread_local! {
        static STATE: Cell<u64> = Cell::new(seed());
    }
    STATE.with(|state| {
        // splitmix64 (Steele, Lea, Flood 2014)
        let next = state.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
        state.set(next);
        let z = (next ^ (next >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    })
}

fn seed() -> u64 {
    Uuid::now_v7().as_u64_pair().1
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_the_moment_they_were_made_for() {
        let early = Id::at(1_420_070_400_000);
        let late = Id::at(1_420_070_400_001);
        assert!(early < late);
        assert_eq!(early.millis(), 1_420_070_400_000);
    }

    #[test]
    fn ids_of_one_millisecond_keep_their_order() {
        let ids: Vec<Id> = (0..1000).map(|_| Id::at(5)).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn a_moment_before_1970_counts_as_1970() {
        assert_eq!(Id::at(-5).millis(), 0);
    }
}
