//! How good the data is: what is missing, wrong, old, alone or against the company's own rules; where it came from, how it
//! went over time, and how to mend it.
//!
//! Figures are counted once a day, or when somebody asks, by set-based statements and one stream over each object; pages
//! read what was counted. Each figure opens its rows, by a question where one finds them and by the kept findings where
//! only a normal form can tell, and says how it is mended.

pub mod figures;
mod judge;
pub mod letters;
pub mod measure;
mod measures;
pub mod mend;
mod queries;
pub mod report;
pub mod routes;
pub mod rules;
#[cfg(test)]
mod tests;
mod words;

use foundation::access::Action;
use foundation::access::{Principal, Rule};
use foundation::records::Object;
use kernel::Result;

/// Whether the caller reads every record of the object: only then may they learn what was counted over all of them.
pub(crate) fn reads_all(who: &Principal, object: &Object) -> bool {
    let access = who.access.on(&object.def.name);
    access.restrictions.is_empty()
        && access.rules(Action::Read).contains(&Rule::All)
        && foundation::workspace::views::restriction(who, &object.def.name).is_none()
}

/// Measures once a day, for the thread that does what is due; the day is of the server's clock in UTC.
pub fn daily(app: &foundation::App) -> Result<()> {
    measure::daily(app)
}
