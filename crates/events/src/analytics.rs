//! What the analysis notices by itself.

use macros::event;

use crate::{Event, Kind};

/// What an alert watches came to something out of the ordinary, or crossed its line.
#[event(
    "alert.raised",
    reads(
        en = "raised the alarm {record}",
        ru = "поднята тревога: {record}",
        zh = "发出预警 {record}",
        ro = "a dat alarma {record}"
    )
)]
pub struct AlertRaised {
    /// `too_high` or `too_low`.
    pub state: String,
    /// First and last day of the step that was looked at.
    pub from: String,
    pub to: String,
}

/// What an alert watches is as usual again.
#[event(
    "alert.ended",
    reads(
        en = "ended the alarm {record}",
        ru = "тревога окончена: {record}",
        zh = "预警解除 {record}",
        ro = "a încheiat alarma {record}"
    )
)]
pub struct AlertEnded {
    pub from: String,
    pub to: String,
}

pub(crate) fn kinds() -> Vec<Kind> {
    vec![AlertRaised::describe(), AlertEnded::describe()]
}
