//! Authorisation of operations: what somebody may not do alone, who is asked, and what they said.
//!
//! Rules are records ([`ApprovalRule`]) whose condition is a question about the subject. A domain that has operations to
//! authorise is a [`Subject`]: it says what of a record may get worse, asks [`need::needed`] which rules stand in the way,
//! and [`request::ask`]s. Any one of those who are asked decides; nobody decides what they asked for themselves. What was
//! decided comes back to the subject in the transaction of the decision, so an operation is authorised exactly when the
//! decision is on record. A request has steps: a later one is asked when those before it said yes; the first no ends it.

mod absence;
mod decide;
pub mod inbox;
mod letters;
pub mod need;
mod people;
mod queries;
pub mod request;
mod routes;
mod rule;

use std::sync::Arc;

use foundation::Operation;
use foundation::records::write::Keeps;
use foundation::timer::Alarm;
use kernel::object::Object;
use kernel::{Id, ObjectDef, Result};
use serde::{Deserialize, Serialize};

pub use routes::routes;
pub use rule::ApprovalRule;

/// Tables of this crate.
pub const MIGRATIONS: &[db::Migration] = &[db::Migration {
    name: "202611222300_approvals",
    sql: include_str!("../../../migrations/202611222300_approvals.sql"),
}];

/// The objects of this crate.
pub fn objects() -> Vec<ObjectDef> {
    vec![ApprovalRule::def()]
}

/// What is kept beside records of these objects.
pub fn keepers() -> Vec<Arc<dyn Keeps>> {
    vec![Arc::new(absence::AbsenceKeeper)]
}

/// What rings here: a decision that was not made in time.
pub fn alarms() -> Vec<Arc<dyn Alarm>> {
    vec![Arc::new(request::Escalation)]
}

/// An object whose operations may have to be authorised.
pub trait Subject: Send + Sync {
    /// Its name.
    fn object(&self) -> &'static str;

    /// Follows the end of a request, in the transaction in which it ended.
    fn settled(&self, op: &mut Operation, record: Id, outcome: Outcome) -> Result<()>;
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Approved,
    Refused,
}

/// A figure of the subject that may get worse: if it did not, what was approved stays approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// The field's name.
    pub name: String,
    /// Minor units, hundredths of a percent, days.
    pub value: Option<i64>,
    pub worse: Worse,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Worse {
    Higher,
    Lower,
}

impl Measure {
    /// Whether this is worse than it was. What nobody knows is worse than what was known.
    pub fn is_worse_than(&self, before: &Measure) -> bool {
        match (self.value, before.value, self.worse) {
            (None, before, _) => before.is_some(),
            (Some(_), None, _) => true,
            (Some(now), Some(before), Worse::Higher) => now > before,
            (Some(now), Some(before), Worse::Lower) => now < before,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measure(value: Option<i64>, worse: Worse) -> Measure {
        Measure { name: "figure".into(), value, worse }
    }

    #[test]
    fn what_is_worse_follows_the_direction_of_the_figure() {
        let discount = |value| measure(value, Worse::Higher);
        let margin = |value| measure(value, Worse::Lower);
        assert!(discount(Some(1_001)).is_worse_than(&discount(Some(1_000))));
        assert!(!discount(Some(1_000)).is_worse_than(&discount(Some(1_000))));
        assert!(
            margin(Some(19)).is_worse_than(&margin(Some(20))) && !margin(Some(21)).is_worse_than(&margin(Some(20)))
        );
        assert!(margin(None).is_worse_than(&margin(Some(20))) && margin(Some(20)).is_worse_than(&margin(None)));
    }
}
