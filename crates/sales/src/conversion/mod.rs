//! Conversion: a lead becomes a contact, a company, a deal.
//!
//! Who may be there already is shown first ([`plan`]); what goes where says [`mapping`]; [`convert`] does it in one
//! operation, so that it is undone as one. The lead stays, with its status and what it became; lines of its ledger stand
//! on the timelines of its contact and company too while it is converted ([`keeper`]), each under the id it always had.

mod convert;
mod keeper;
mod mapping;
mod plan;
mod queries;
mod routes;

pub use keeper::Converted;
pub use routes::routes;

/// What a lead becomes, in the order in which they are made: a contact works for a company, a deal is theirs.
const TARGETS: [&str; 3] = ["company", "contact", "deal"];
const LEAD: &str = "lead";
