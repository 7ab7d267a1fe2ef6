//! Bodies and queries, read within their limits.
//!
//! The nesting of JSON is counted over the bytes before anything is parsed, so no document can exhaust the stack.

use std::collections::HashSet;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, MatchedPath, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use kernel::{Error, limits};
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use sha2::{Digest, Sha256};

use super::problem::{Problem, Result};
use super::table::BodyLimit;
use crate::idempotency::Claim;

/// A JSON body.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Body<T>> {
        let (value, _, _) = read(request, state).await?;
        Ok(Body(value))
    }
}

/// A JSON body of a call that may be repeated under an `Idempotency-Key`, with the claim to be handed to the operation.
pub struct Once<T> {
    pub value: T,
    pub claim: Option<Claim>,
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Once<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Once<T>> {
        // The path as it was asked, ids and all: the same key may be used for two records.
        let path = request.uri().path().to_string();
        let method = request.method().to_string();
        let (value, digest, headers) = read(request, state).await?;
        let claim = claim(headers.get("idempotency-key"), &method, &path, digest)?;
        Ok(Once { value, claim })
    }
}

/// What makes a call repeatable: its key, where it was sent, and the hash of what was sent.
pub(super) fn claim(
    key: Option<&HeaderValue>,
    method: &str,
    path: &str,
    body: Vec<u8>,
) -> kernel::Result<Option<Claim>> {
    match key.map(|key| key.to_str()) {
        None => Ok(None),
        Some(Ok(key)) if (1..=255).contains(&key.len()) => {
            Ok(Some(Claim { route: format!("{method} {path}"), key: key.to_string(), body }))
        }
        Some(_) => Err(Error::Unreadable("Idempotency-Key: 1 to 255 visible characters".into())),
    }
}

async fn read<T: DeserializeOwned, S: Send + Sync>(request: Request, state: &S) -> Result<(T, Vec<u8>, HeaderMap)> {
    let limit = request.extensions().get::<BodyLimit>().map_or(limits::JSON_BYTES, |limit| limit.0);
    let headers = request.headers().clone();
    if !is_json(&headers) {
        return Err(Problem::UnsupportedMediaType);
    }
    let bytes = Bytes::from_request(request, state).await.map_err(|rejected| refused(&rejected, limit))?;
    if bytes.len() > limit {
        return Err(too_large(limit));
    }
    if is_deeper_than(&bytes, limits::JSON_DEPTH) {
        return Err(Error::Unreadable(format!("JSON nested deeper than {} levels", limits::JSON_DEPTH)).into());
    }
    let value = serde_json::from_slice(&bytes).map_err(|fault| refused_json(&bytes, &fault))?;
    if let Some(name) = named_twice(&bytes) {
        return Err(Error::Unreadable(format!("`{name}` stands twice in one object; which of them is meant?")).into());
    }
    Ok((value, Sha256::digest(&bytes).to_vec(), headers))
}

/// The first name that an object of the document has twice. Parsers take one of the two and do not say which.
fn named_twice(json: &[u8]) -> Option<String> {
    let mut found = None;
    let mut parser = serde_json::Deserializer::from_slice(json);
    // That the document is well formed is known by now; the only fault that this walk can meet is its own.
    let _ = Walk { found: &mut found }.deserialize(&mut parser);
    found
}

/// A walk over a document that keeps nothing of it.
struct Walk<'f> {
    found: &'f mut Option<String>,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<(), A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if names.contains(&name) {
                *self.found = Some(name);
                return Err(serde::de::Error::custom("a name stands twice"));
            }
            names.insert(name);
            map.next_value_seed(Walk { found: self.found })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> std::result::Result<(), A::Error> {
        while list.next_element_seed(Walk { found: self.found })?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> std::result::Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> std::result::Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> std::result::Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> std::result::Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> std::result::Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> std::result::Result<(), E> {
        Ok(())
    }
}

/// What is wrong with a document: broken JSON is unreadable, a wrong shape is a value that cannot be accepted. The parser
/// calls some wrong shapes broken, so a document that can be read as anything at all is not.
fn refused_json(bytes: &[u8], fault: &serde_json::Error) -> Problem {
    if fault.is_data() {
        return Error::invalid("", "wrong_type", plain(&fault.to_string())).into();
    }
    let readable =
        std::str::from_utf8(bytes).is_ok_and(|text| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok());
    if readable {
        return Error::invalid("", "wrong_type", plain(&fault.to_string())).into();
    }
    Error::Unreadable(format!("not JSON: {fault}")).into()
}

/// What a parser says, without the names of our types.
fn plain(said: &str) -> String {
    let mut words = Vec::new();
    let mut rest = said.split(' ').peekable();
    while let Some(word) = rest.next() {
        let kind = match word {
            "struct" | "variant" => "an object",
            "enum" | "tuple" | "newtype" | "unit" => "another value",
            word => {
                words.push(word);
                continue;
            }
        };
        words.push(kind);
        rest.next_if(|name| name.starts_with(|c: char| c.is_ascii_uppercase()));
    }
    words.join(" ")
}

fn refused(rejected: &BytesRejection, limit: usize) -> Problem {
    match rejected.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(limit),
        _ => Error::Unreadable("the body broke off".into()).into(),
    }
}

fn too_large(limit: usize) -> Problem {
    Error::TooLarge(format!("a body here may have {limit} bytes")).into()
}

/// `application/json` or `…+json`. A missing type is taken as JSON: there is nothing else it could be.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(header::CONTENT_TYPE) else { return true };
    let kind = kind.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

/// Counts brackets outside of texts. Broken JSON is let through: the parser says better what is wrong with it.
pub fn is_deeper_than(json: &[u8], limit: usize) -> bool {
    let (mut depth, mut in_text, mut escaped) = (0usize, false, false);
    for byte in json {
        if in_text {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_text = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'[' | b'{' => {
                depth += 1;
                if depth > limit {
                    return true;
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

/// The parameters behind the `?`, all of them known ones.
pub struct Params<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Params<T>> {
        match axum::extract::Query::<T>::try_from_uri(&parts.uri) {
            Ok(axum::extract::Query(value)) => Ok(Params(value)),
            Err(fault) => {
                let said = fault.body_text();
                Err(Error::Unreadable(plain(said.split_once(": ").map_or(said.as_str(), |(_, said)| said))).into())
            }
        }
    }
}

/// Parts of the path; what does not fit is not there.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Path<T>> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Path(value)),
            Err(_) => Err(Error::NotFound.into()),
        }
    }
}

/// The route's own path, for logs and counts.
pub fn matched(parts: &axum::http::Extensions) -> &str {
    parts.get::<MatchedPath>().map_or("", MatchedPath::as_str)
}

#[cfg(test)]
mod tests {
    use super::{is_deeper_than, named_twice, plain};

    #[test]
    fn a_name_that_stands_twice_is_found_wherever_it_is() {
        assert_eq!(named_twice(br#"{"a":1,"b":[{"c":1.5,"c":null}]}"#).as_deref(), Some("c"));
        assert_eq!(named_twice("{\"a\":1,\"\\u0061\":2}".as_bytes()).as_deref(), Some("a"));
        assert_eq!(named_twice(br#"{"a":{"a":"a"},"b":[{"a":true},{"a":-1}]}"#), None);
    }

    #[test]
    fn names_of_types_stay_inside() {
        assert_eq!(
            plain("invalid type: integer `1`, expected struct Bulk at line 1"),
            "invalid type: integer `1`, expected an object at line 1"
        );
        assert_eq!(plain("missing field `kind`"), "missing field `kind`");
    }

    #[test]
    fn depth_is_counted_outside_of_texts() {
        assert!(!is_deeper_than(br#"{"a":[{"b":"[[[[[[[[[["}]}"#, 3));
        assert!(is_deeper_than(br#"{"a":[{"b":[1]}]}"#, 3));
        assert!(!is_deeper_than(br#""\"[[[[""#, 1));
        assert!(is_deeper_than("[".repeat(10_000).as_bytes(), 32));
    }
}
