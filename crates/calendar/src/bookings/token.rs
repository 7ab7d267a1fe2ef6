//! What the server signs: when a page was shown, and whose booking a link is of.

use foundation::App;
use foundation::access::Secret;
use kernel::{Id, Result};
use subtle::ConstantTimeEq;

const SHOWN: &[u8] = b"when a booking page was shown";
const BOOKED: &[u8] = b"a visitor's own booking";

/// When a page was shown: `{page}{milliseconds}{random}.{mac}`.
pub fn stamp(app: &App, page: Id, at: i64) -> Result<String> {
    let random = Secret::token("")?;
    let random: String = random.expose().chars().take(16).collect();
    signed(app, SHOWN, &format!("{}{at:012x}{random}", page.0.simple()))
}

/// The moment a stamp of this page says; none for one that we did not give.
pub fn shown_at(app: &App, page: Id, stamp: &str) -> Option<i64> {
    let (of, rest) = opened(app, SHOWN, stamp)?.split_at_checked(32)?;
    let at = rest.get(..12)?;
    (Id::parse(of)? == page).then(|| i64::from_str_radix(at, 16).ok()).flatten()
}

/// Lets whoever holds the letter move and cancel.
pub fn of_booking(app: &App, booking: Id) -> Result<String> {
    signed(app, BOOKED, &booking.0.simple().to_string())
}

pub fn booking(app: &App, token: &str) -> Option<Id> {
    Id::parse(opened(app, BOOKED, token)?)
}

fn signed(app: &App, purpose: &[u8], said: &str) -> Result<String> {
    Ok(format!("{said}.{}", mac(app, purpose, said)?))
}

fn opened<'t>(app: &App, purpose: &[u8], token: &'t str) -> Option<&'t str> {
    let (said, given) = token.split_once('.')?;
    let right = mac(app, purpose, said).ok()?;
    bool::from(given.as_bytes().ct_eq(right.as_bytes())).then_some(said)
}

fn mac(app: &App, purpose: &[u8], said: &str) -> Result<String> {
    let bytes = app.key().derive(said.as_bytes(), purpose)?;
    Ok(bytes.iter().take(16).map(|byte| format!("{byte:02x}")).collect())
}
