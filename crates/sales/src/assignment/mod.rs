//! Who gets a lead: rules in their order, each with a question and a way to choose among people.
//!
//! A lead that arrives without an owner, by whatever door, is written down as due in the transaction that brings it
//! ([`keeper`]). A thread gives what is due to somebody a moment later, in the order of arrival ([`due`]), and takes it off
//! the list in the same transaction, so it happens exactly once. Were the lead given where it arrives, whoever brings many
//! at once would have to wait for whose turn it is. [`decide`] is the choice itself, [`give`] brings it what it needs and
//! writes what became of it, with a log of why: each rule that was asked, whom it weighed, and what stood in their way.

mod decide;
pub mod due;
mod give;
mod keeper;
mod log;
mod queries;
mod routes;
mod rule;

pub use keeper::{Arrivals, Rules};
pub use routes::routes;
pub use rule::AssignmentRule;

/// Names of the objects.
const LEAD: &str = "lead";
const RULE: &str = "assignment_rule";
