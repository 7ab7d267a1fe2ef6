//! Activities: what was agreed with whom and when, once or again and again.
//!
//! What recurs is one record with a rule. Its moments are worked out for the days that somebody looks at
//! ([`occurrences`]); one that is changed becomes a record of its own that names the series and the moment it stands for
//! ([`change`]), so it can be done, moved and noted like any other. One that is taken out is written down with the series.

mod activity;
pub mod change;
pub mod facts;
mod keeper;
pub mod occurrences;
pub mod queries;
mod reminders;
mod routes;
pub mod series;
pub mod stretch;
mod taken_back;

pub use activity::Activity;
pub use keeper::Kept;
pub use reminders::Reminder;
pub use routes::routes;
pub use taken_back::Moments;

pub const ACTIVITY: &str = "activity";
