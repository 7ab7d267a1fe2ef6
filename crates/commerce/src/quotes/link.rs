//! The link of a version: its id and a word over it that only this company can say. Nothing of it is stored.

use foundation::App;
use kernel::{Id, Result};
use subtle::ConstantTimeEq;

/// Bytes of the word.
const WORD: usize = 24;

/// What stands behind `/q/`.
pub(super) fn token(app: &App, version: Id) -> Result<String> {
    Ok(format!("{}{}", version.0.simple(), word(app, version)?))
}

/// The address of the public page of a version.
pub(super) fn address(app: &App, version: Id) -> Result<String> {
    Ok(format!("{}/q/{}", app.config().origin, token(app, version)?))
}

/// The version that a link names; none for a link that we did not make.
pub(super) fn version(app: &App, token: &str) -> Option<Id> {
    let (id, said) = token.split_at_checked(32)?;
    let version = Id::parse(id)?;
    let word = word(app, version).ok()?;
    bool::from(word.as_bytes().ct_eq(said.as_bytes())).then_some(version)
}

fn word(app: &App, version: Id) -> Result<String> {
    let mac = app.key().derive(version.0.as_bytes(), b"the link of a quote")?;
    Ok(mac.iter().take(WORD).map(|byte| format!("{byte:02x}")).collect())
}
