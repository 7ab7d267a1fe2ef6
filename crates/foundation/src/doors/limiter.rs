//! How often one may ask: a bucket of tokens for each caller and address, generous, in memory.
//!
//! Guessing passwords is slowed in the database, by account and network; this only keeps one caller from using up the
//! server. Keys are not limited: programs move whole companies through the API.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use kernel::Id;

/// Who is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    Caller(Id),
    Address(IpAddr),
}

/// Calls per second that go on for ever, and how many may come at once.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    pub per_second: f64,
    pub burst: f64,
}

/// A signed-in person, however many windows are open.
pub const PERSON: Rate = Rate { per_second: 100.0, burst: 1_000.0 };
/// An address that nobody has signed in from yet.
pub const STRANGER: Rate = Rate { per_second: 20.0, burst: 200.0 };

/// Entries kept before the full buckets are thrown out.
const ENTRIES: usize = 10_000;

struct Bucket {
    tokens: f64,
    at: Instant,
}

/// See the module.
#[derive(Default)]
pub struct Limiter(Mutex<HashMap<Subject, Bucket>>);

impl Limiter {
    /// Counts one call; otherwise says after how many seconds to come again.
    pub fn take(&self, subject: Subject, rate: Rate, now: Instant) -> Result<(), u32> {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= ENTRIES && !buckets.contains_key(&subject) {
            buckets.retain(|_, bucket| now.saturating_duration_since(bucket.at).as_secs() < 60);
        }
        let bucket = buckets.entry(subject).or_insert(Bucket { tokens: rate.burst, at: now });
        let passed = now.saturating_duration_since(bucket.at).as_secs_f64();
        bucket.tokens = (bucket.tokens + passed * rate.per_second).min(rate.burst);
        bucket.at = now;
        if bucket.tokens < 1.0 {
            return Err(1);
        }
        bucket.tokens -= 1.0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_burst_is_let_through_and_then_the_rate_holds() {
        let limiter = Limiter::default();
        let rate = Rate { per_second: 1.0, burst: 3.0 };
        let who = Subject::Caller(Id::NIL);
        let start = Instant::now();
        for _ in 0..3 {
            assert!(limiter.take(who, rate, start).is_ok());
        }
        assert_eq!(limiter.take(who, rate, start), Err(1));
        assert!(limiter.take(who, rate, start + Duration::from_secs(2)).is_ok());
    }
}
