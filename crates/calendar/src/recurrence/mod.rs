//! Recurrence after RFC 5545: which moments a rule names, in the zone in which it was meant.
//!
//! A rule is kept as its text (`FREQ=WEEKLY;INTERVAL=2;BYDAY=TU`), as phones and other calendars write it. Moments are
//! worked out in local time and only then put on the world's clock, so that a meeting at nine stays at nine when clocks
//! change. Rules by the hour and shorter are not for people and are refused.

mod course;
mod rule;

pub use course::{Course, Days, local, moment};
pub use rule::{End, Every, Rule};
