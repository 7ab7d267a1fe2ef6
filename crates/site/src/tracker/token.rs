//! Words that the server signs: who a visitor is, for the site's own pages; and which visit an order came of.

use foundation::App;
use foundation::Reader;
use foundation::records::read;
use kernel::{Error, Id, Result, Time};
use serde_json::{Value as Json, json};
use subtle::ConstantTimeEq;

use crate::logs::keyed;
use crate::visits::hex;

/// A word about who it is holds so long.
const HOLDS_MS: i64 = 24 * 60 * 60 * 1000;

/// A word that the visitor is this contact, for `rapport('identify', …)`: `{"token","expires_at"}`. Whoever may see the
/// contact and tell what happened may say so.
pub fn identify(reader: &mut Reader, contact: Id) -> Result<Json> {
    reader.who.need_events()?;
    let object = reader.object("contact")?;
    read::get(reader, &object, contact)?;
    let expires = reader.now.0.saturating_add(HOLDS_MS);
    let said = format!("{}{expires:012x}", contact.0.simple());
    let token = signed(reader.app, b"identify", &said)?;
    Ok(json!({ "token": token, "expires_at": Time(expires) }))
}

/// Whom a word is about; none for one that we did not say, or not lately.
pub fn party(app: &App, token: &str) -> Option<Id> {
    let said = opened(app, b"identify", token)?;
    let (id, expires) = said.split_at_checked(32)?;
    let expires = i64::from_str_radix(expires, 16).ok()?;
    (app.now().0 < expires).then(|| Id::parse(id)).flatten()
}

/// The visit that somebody is on, for the order that may come of it.
pub fn visit(app: &App, visitor: &[u8; 16], at: i64) -> Result<String> {
    signed(app, b"visit", &format!("{}{at:012x}", hex(visitor)))
}

/// The visitor and the moment of a visit's word.
pub fn visit_of(app: &App, token: &str) -> Option<([u8; 16], i64)> {
    let said = opened(app, b"visit", token)?;
    let (visitor, at) = said.split_at_checked(32)?;
    Some((bytes(visitor)?, i64::from_str_radix(at, 16).ok()?))
}

/// Sixteen bytes of hexadecimal digits.
pub fn bytes(hex: &str) -> Option<[u8; 16]> {
    let number = u128::from_str_radix(hex, 16).ok().filter(|_| hex.len() == 32)?;
    Some(number.to_be_bytes())
}

fn signed(app: &App, purpose: &[u8], said: &str) -> Result<String> {
    Ok(format!("{said}.{}", hex(&keyed(&key(app)?, &[purpose, said.as_bytes()]))))
}

fn opened<'t>(app: &App, purpose: &[u8], token: &'t str) -> Option<&'t str> {
    let (said, mac) = token.split_once('.')?;
    let right = keyed(&key(app).ok()?, &[purpose, said.as_bytes()]);
    bool::from(bytes(mac)?.ct_eq(&right)).then_some(said)
}

fn key(app: &App) -> Result<[u8; 32]> {
    app.key().derive(b"visits", b"words to pages").map_err(Error::internal)
}
