//! What the server signs: when a page was shown, and whose booking a link is of.

use foundation::App;
use foundation::doors::open::word;
use kernel::{Id, Result};

const SHOWN: &[u8] = b"when a booking page was shown";
const BOOKED: &[u8] = b"a visitor's own booking";

pub fn stamp(app: &App, page: Id, at: i64) -> Result<String> {
    word::stamp(app, SHOWN, page, at)
}

pub fn shown_at(app: &App, page: Id, stamp: &str) -> Option<i64> {
    word::shown_at(app, SHOWN, page, stamp)
}

/// Lets whoever holds the letter move and cancel.
pub fn of_booking(app: &App, booking: Id) -> Result<String> {
    word::of(app, BOOKED, booking)
}

pub fn booking(app: &App, token: &str) -> Option<Id> {
    word::record(app, BOOKED, token)
}
