//! What the server signs: when a form was shown, and whose yes a letter asks for.

use foundation::App;
use foundation::access::Secret;
use kernel::{Id, Result};
use subtle::ConstantTimeEq;

/// When a page was shown: `{form}{milliseconds}{random}.{mac}`.
pub fn stamp(app: &App, form: Id, at: i64) -> Result<String> {
    let random = Secret::token("")?;
    let random: String = random.expose().chars().take(16).collect();
    signed(app, b"when a form was shown", &format!("{}{at:012x}{random}", form.0.simple()))
}

/// The moment a stamp of this form says; none for one that we did not give.
pub fn shown_at(app: &App, form: Id, stamp: &str) -> Option<i64> {
    let said = opened(app, b"when a form was shown", stamp)?;
    let (of, rest) = said.split_at_checked(32)?;
    let at = rest.get(..12)?;
    (Id::parse(of)? == form).then(|| i64::from_str_radix(at, 16).ok()).flatten()
}

/// Lets whoever got the letter say yes for an answer.
pub fn confirmation(app: &App, answer: Id) -> Result<String> {
    signed(app, b"a yes by letter", &answer.0.simple().to_string())
}

pub fn confirmed(app: &App, token: &str) -> Option<Id> {
    Id::parse(opened(app, b"a yes by letter", token)?)
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
