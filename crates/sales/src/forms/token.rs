//! What the server signs: when a form was shown, and whose yes a letter asks for.

use foundation::App;
use foundation::doors::open::word;
use kernel::{Id, Result};

const SHOWN: &[u8] = b"when a form was shown";
const YES: &[u8] = b"a yes by letter";

pub fn stamp(app: &App, form: Id, at: i64) -> Result<String> {
    word::stamp(app, SHOWN, form, at)
}

pub fn shown_at(app: &App, form: Id, stamp: &str) -> Option<i64> {
    word::shown_at(app, SHOWN, form, stamp)
}

/// Lets whoever got the letter say yes for an answer.
pub fn confirmation(app: &App, answer: Id) -> Result<String> {
    word::of(app, YES, answer)
}

pub fn confirmed(app: &App, token: &str) -> Option<Id> {
    word::record(app, YES, token)
}
