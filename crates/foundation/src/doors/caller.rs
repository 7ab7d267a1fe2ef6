//! Who asks, as the guard found out.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use kernel::{Error, Result};

use super::problem::Problem;
use crate::access::{Principal, keys, sessions};
use crate::app::App;

/// The caller of a route that is not public.
#[derive(Debug, Clone)]
pub struct Caller(pub Principal);

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> std::result::Result<Caller, Problem> {
        parts.extensions.get::<Caller>().cloned().ok_or(Problem::Of(Error::Unauthorized))
    }
}

/// What a request shows to say who it is.
pub enum Credential {
    Key(String),
    Session(String),
}

/// A key in `Authorization` goes before a cookie: a program says on purpose who it is.
pub fn credential(headers: &HeaderMap, cookie: &str) -> Option<Credential> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let text = value.to_str().unwrap_or_default();
        let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
        // A header that is no Bearer is somebody who could not say who they are, not nobody.
        let token = if scheme.eq_ignore_ascii_case("bearer") { token.trim() } else { "" };
        return Some(Credential::Key(token.to_string()));
    }
    session_token(headers, cookie).map(Credential::Session)
}

/// The session's token from the cookie of that name.
pub fn session_token(headers: &HeaderMap, cookie: &str) -> Option<String> {
    for header in headers.get_all(header::COOKIE) {
        for pair in header.to_str().unwrap_or_default().split(';') {
            if let Some((name, value)) = pair.trim().split_once('=')
                && name == cookie
                && !value.is_empty()
            {
                return Some(value.to_string());
            }
        }
    }
    None
}

/// The principal behind a credential; `Unauthorized` if it is not, or no longer, valid.
pub async fn resolve(app: &App, credential: &Credential) -> Result<Principal> {
    match credential {
        Credential::Key(token) => keys::principal(app, token).await,
        Credential::Session(token) => sessions::principal(app, token).await,
    }
}

/// Behind https the cookie is bound to this host by its name. Without https browsers refuse such a cookie.
pub fn cookie_name(origin: &str) -> &'static str {
    if origin.starts_with("https://") { "__Host-rapport" } else { "rapport" }
}

/// The header that gives the browser its session.
pub fn set_cookie(origin: &str, token: &str) -> Option<HeaderValue> {
    let secure = if origin.starts_with("https://") { "; Secure" } else { "" };
    let days = 14 * 24 * 3600;
    let name = cookie_name(origin);
    HeaderValue::from_str(&format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={days}{secure}")).ok()
}

/// The header that takes it away.
pub fn clear_cookie(origin: &str) -> Option<HeaderValue> {
    let secure = if origin.starts_with("https://") { "; Secure" } else { "" };
    HeaderValue::from_str(&format!("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}", cookie_name(origin))).ok()
}
