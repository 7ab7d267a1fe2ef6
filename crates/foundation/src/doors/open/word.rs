//! Words that the server signs: when a page was shown, what a link in a letter is for. Nothing of them is stored, and one
//! signed for a purpose opens no other.

use kernel::{Id, Result};
use subtle::ConstantTimeEq;

use crate::access::Secret;
use crate::app::App;

/// `{said}.{mac}`.
pub fn signed(app: &App, purpose: &[u8], said: &str) -> Result<String> {
    Ok(format!("{said}.{}", mac(app, purpose, said)?))
}

/// What a word says; none for one that we did not sign.
pub fn opened<'w>(app: &App, purpose: &[u8], word: &'w str) -> Option<&'w str> {
    let (said, given) = word.split_once('.')?;
    let right = mac(app, purpose, said).ok()?;
    bool::from(given.as_bytes().ct_eq(right.as_bytes())).then_some(said)
}

/// The word of a record.
pub fn of(app: &App, purpose: &[u8], record: Id) -> Result<String> {
    signed(app, purpose, &record.0.simple().to_string())
}

/// The record that a word is of.
pub fn record(app: &App, purpose: &[u8], word: &str) -> Option<Id> {
    Id::parse(opened(app, purpose, word)?)
}

/// When a page was shown: `{page}{milliseconds}{random}.{mac}`.
pub fn stamp(app: &App, purpose: &[u8], page: Id, at: i64) -> Result<String> {
    let random = Secret::token("")?;
    let random: String = random.expose().chars().take(16).collect();
    signed(app, purpose, &format!("{}{at:012x}{random}", page.0.simple()))
}

/// The moment that a stamp of this page says; none for one that we did not give.
pub fn shown_at(app: &App, purpose: &[u8], page: Id, stamp: &str) -> Option<i64> {
    let (of, rest) = opened(app, purpose, stamp)?.split_at_checked(32)?;
    let at = rest.get(..12)?;
    (Id::parse(of)? == page).then(|| i64::from_str_radix(at, 16).ok()).flatten()
}

fn mac(app: &App, purpose: &[u8], said: &str) -> Result<String> {
    let bytes = app.key().derive(said.as_bytes(), purpose)?;
    Ok(bytes.iter().take(16).map(|byte| format!("{byte:02x}")).collect())
}
