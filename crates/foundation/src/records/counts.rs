//! Counting records elsewhere than in the database, where that is faster: what is asked of many events.

use std::sync::Arc;

use kernel::Result;
use question::Checked;

use super::Object;
use crate::access::Principal;
use crate::app::App;

/// How many records answer questions with yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Records that the caller may see.
    pub of: i64,
    /// Those who meet the first question, the first two, and so on.
    pub steps: Vec<i64>,
    /// Of those who meet all, how many meet each of the ways.
    pub ways: Vec<i64>,
}

/// Whoever counts: see the module.
pub trait Counts: Send + Sync {
    /// Counts under the caller's rights; none where the database does that as well.
    fn count(
        &self,
        app: &App,
        who: &Principal,
        object: &Arc<Object>,
        steps: &[Arc<Checked>],
        ways: &[Arc<Checked>],
    ) -> Result<Option<Counted>>;
}
