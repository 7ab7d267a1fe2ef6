//! What a letter's picture and links lead to, and the page on which its receiver leaves a sequence. For whoever has the
//! address; none of it shows anything that the letter did not.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{ConnectInfo, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use channels::doors as visitor;
use foundation::App;
use foundation::access::Principal;
use foundation::doors::limiter::{Limiter, Rate, Subject};
use serde::Deserialize;

use super::{link, words};
use crate::sequences::leave;

/// One address; the proxy of a large provider of mail may be behind it.
const RATE: Rate = Rate { per_second: 20.0, burst: 1_000.0 };
/// A picture of one point that nobody sees.
const PICTURE: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

/// The routes, beside those of the API.
pub fn router() -> Router<App> {
    Router::new()
        .route("/m/o/{token}", get(picture))
        .route("/m/l/{token}", get(follow))
        .route("/m/u/{token}", get(ask_to_leave).post(leave_now))
        .layer(Extension(Arc::<Limiter>::default()))
}

fn receiver() -> Principal {
    Principal::system("receiver of a letter")
}

type Peer = Option<Extension<ConnectInfo<SocketAddr>>>;

fn is_too_much(peer: &Peer, limiter: &Limiter) -> bool {
    let address = peer.as_ref().map(|Extension(ConnectInfo(peer))| peer.ip()).filter(|address| !address.is_loopback());
    address.is_some_and(|address| limiter.take(Subject::Address(address), RATE, Instant::now()).is_err())
}

/// The same picture for every address, so that nobody learns which letters there are.
async fn picture(
    State(app): State<App>,
    Extension(limiter): Extension<Arc<Limiter>>,
    peer: Peer,
    method: Method,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Response {
    if !is_too_much(&peer, &limiter)
        && let Some(letter) = link::picture(&app, &token)
    {
        let is_machine = method != Method::GET || visitor::fetches_unasked(&headers);
        let seen = app.write(&receiver(), move |op| super::seen(op, letter, 0, None, is_machine)).await;
        if let Err(fault) = seen {
            tracing::error!(%fault, "a look at a letter was not counted");
        }
    }
    let mut response = PICTURE.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/gif"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    // Mail is shown on pages of others.
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    response
}

#[derive(Deserialize)]
struct Target {
    to: Option<String>,
}

async fn follow(
    State(app): State<App>,
    Extension(limiter): Extension<Arc<Limiter>>,
    peer: Peer,
    method: Method,
    headers: HeaderMap,
    Path(token): Path<String>,
    Query(target): Query<Target>,
) -> Response {
    let target = target.to.unwrap_or_default();
    let Some((letter, number)) = link::link(&app, &token, &target) else {
        return page(StatusCode::NOT_FOUND, &headers, |words| (words.not_found, String::new()));
    };
    if !is_too_much(&peer, &limiter) {
        let is_machine = method != Method::GET || !visitor::is_person(&headers);
        let to = target.clone();
        let seen = app.write(&receiver(), move |op| super::seen(op, letter, number, Some(&to), is_machine)).await;
        if let Err(fault) = seen {
            tracing::error!(%fault, "a look at a letter was not counted");
        }
    }
    let Ok(location) = HeaderValue::from_str(&ascii(&target)) else {
        return page(StatusCode::NOT_FOUND, &headers, |words| (words.not_found, String::new()));
    };
    let headers = [
        (header::LOCATION, location),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    (StatusCode::FOUND, headers).into_response()
}

/// An address as it stands in a header.
fn ascii(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    for byte in address.bytes() {
        if byte.is_ascii_graphic() { out.push(char::from(byte)) } else { out.push_str(&format!("%{byte:02X}")) }
    }
    out
}

/// Asking changes nothing: machines look at every address of a letter.
async fn ask_to_leave(State(app): State<App>, headers: HeaderMap, Path(token): Path<String>) -> Response {
    match link::leave(&app, &token) {
        Some(_) => page(StatusCode::OK, &headers, |words| {
            (words.asks, format!("<form method=\"post\"><button>{}</button></form>", words.button))
        }),
        None => page(StatusCode::NOT_FOUND, &headers, |words| (words.not_found, String::new())),
    }
}

/// By the page's button, or by the mail program's own (RFC 8058).
async fn leave_now(
    State(app): State<App>,
    Extension(limiter): Extension<Arc<Limiter>>,
    peer: Peer,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Response {
    let Some(enrolment) = link::leave(&app, &token).filter(|_| !is_too_much(&peer, &limiter)) else {
        return page(StatusCode::NOT_FOUND, &headers, |words| (words.not_found, String::new()));
    };
    match app.write(&receiver(), move |op| leave::leave(op, enrolment)).await {
        Ok(()) => page(StatusCode::OK, &headers, |words| (words.done, String::new())),
        Err(fault) => {
            tracing::error!(%fault, "somebody could not leave a sequence");
            page(StatusCode::INTERNAL_SERVER_ERROR, &headers, |words| (words.not_found, String::new()))
        }
    }
}

fn page(status: StatusCode, headers: &HeaderMap, say: impl Fn(&words::Words) -> (&'static str, String)) -> Response {
    const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;margin:0;display:grid;place-items:center;min-height:100vh;\
         color:#1b1b1f;background:#f6f6f8}main{max-width:26rem;padding:2rem;margin:1rem;background:#fff;border-radius:12px}\
         h1{font-size:1.25rem;margin:0 0 .5rem}button{font:inherit;padding:.6rem 1rem;border:0;border-radius:8px;\
         background:#1b1b1f;color:#fff;cursor:pointer}@media(prefers-color-scheme:dark){body{background:#131316;color:#ececf0}\
         main{background:#1d1d21}button{background:#ececf0;color:#131316}}";
    let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let words = words::of(asked);
    let (text, more) = say(words);
    let html = format!(
        "<!doctype html><html lang=\"{}\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"robots\" content=\"noindex\"><title>{}</title><style>{STYLE}</style><main><h1>{}</h1><p>{text}</p>{more}</main></html>",
        words.language, words.title, words.title
    );
    let mut response = (status, html).into_response();
    let headers = response.headers_mut();
    let mut put = |name: header::HeaderName, text: &'static str| headers.insert(name, HeaderValue::from_static(text));
    put(header::CONTENT_TYPE, "text/html; charset=utf-8");
    put(header::CACHE_CONTROL, "private, no-store");
    put(header::REFERRER_POLICY, "no-referrer");
    put(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    response
}
