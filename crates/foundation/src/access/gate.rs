//! Who was let in a moment ago. A token is looked up in the database once in two seconds at most; a change of rights in this
//! process is seen by the next request, in other processes within those two seconds.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use kernel::Time;

use super::principal::Principal;
use super::secret::TokenHash;

const TRUSTED_FOR: Duration = Duration::from_secs(2);
/// Entries kept before those that are out of date are thrown out.
const ENTRIES: usize = 10_000;

/// See the module.
#[derive(Default)]
pub struct Gate(Mutex<Known>);

#[derive(Default)]
struct Known {
    by_token: HashMap<TokenHash, Pass>,
    /// A change of rights is being written: until it is surely committed, nothing is remembered.
    distrusted_until: Option<Instant>,
}

/// What is known of a token.
#[derive(Debug, Clone)]
pub(super) struct Pass {
    pub principal: Principal,
    /// After this it is not valid, whatever happens.
    pub expires_at: Option<Time>,
    /// Unused for so long, it is not valid any more.
    pub idle_ms: Option<i64>,
    /// When its use was last written down.
    pub seen_at: Option<Time>,
    pub looked_up: Instant,
}

impl Pass {
    pub fn is_valid(&self, now: Time) -> bool {
        let expired = self.expires_at.is_some_and(|at| now >= at);
        let idle = self.idle_ms.zip(self.seen_at).is_some_and(|(idle, seen)| now.0 - seen.0 >= idle);
        !expired && !idle
    }

    /// Whether its use should be written down again.
    pub fn is_news(&self, now: Time) -> bool {
        self.seen_at.is_none_or(|seen| now.0 - seen.0 >= 60_000)
    }
}

impl Gate {
    pub(super) fn find(&self, token: &TokenHash) -> Option<Pass> {
        let known = self.lock();
        if known.is_distrusted() {
            return None;
        }
        known.by_token.get(token).filter(|pass| pass.looked_up.elapsed() < TRUSTED_FOR).cloned()
    }

    pub(super) fn keep(&self, token: TokenHash, pass: Pass) {
        let mut known = self.lock();
        if known.is_distrusted() {
            return;
        }
        if known.by_token.len() >= ENTRIES {
            known.by_token.retain(|_, pass| pass.looked_up.elapsed() < TRUSTED_FOR);
        }
        known.by_token.insert(token, pass);
    }

    pub(super) fn seen(&self, token: &TokenHash, now: Time) {
        if let Some(pass) = self.lock().by_token.get_mut(token) {
            pass.seen_at = Some(now);
        }
    }

    /// To be called by whatever changes rights, within its transaction: for the next moments every request looks into the
    /// database, so the change counts as soon as it is committed.
    pub fn distrust(&self) {
        let mut known = self.lock();
        known.by_token.clear();
        known.distrusted_until = Some(Instant::now() + TRUSTED_FOR);
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn is_distrusted(&self) -> bool {
        self.distrusted_until.is_some_and(|until| Instant::now() < until)
    }
}
