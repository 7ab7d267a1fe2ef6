//! The outermost layer of the API: gives each request its id, catches panics, turns problems into documents in the caller's
//! language, logs what is our fault once, and puts the headers on that keep browsers careful.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kernel::{Clock, Id};

use super::problem::{Pending, Problem};
use super::words;

/// What a request is called in answers and logs.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// The language in which the caller is answered, as the guard found it.
#[derive(Debug, Clone)]
pub(super) struct Speaks(pub String);

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// See the module.
pub async fn layer(mut request: Request, next: Next) -> Response {
    let id = RequestId(format!("req_{}", Id::at(Clock::system().now().0).0.simple()));
    let asked = language_asked(request.headers());
    let (method, path) = (request.method().clone(), request.uri().path().to_string());
    request.extensions_mut().insert(id.clone());

    let mut response = match Caught(Box::pin(next.run(request))).await {
        Ok(response) => response,
        Err(cause) => Problem::Panicked(cause).into_response(),
    };

    if let Some(Pending(problem)) = response.extensions_mut().remove::<Pending>() {
        if let Some(cause) = problem.cause() {
            tracing::error!(request = %id.0, %method, path = %path.escape_debug(), cause = %cause.escape_debug(), "request failed");
        }
        let spoken = response.extensions_mut().remove::<Speaks>().map(|Speaks(language)| language);
        let language = asked.map(str::to_string).or(spoken).unwrap_or_else(|| "en".into());
        let kept = response.headers().clone();
        response = problem.render(&language, &id.0);
        for (name, value) in &kept {
            if name == header::SET_COOKIE || name == header::ALLOW {
                response.headers_mut().append(name.clone(), value.clone());
            }
        }
    }
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        headers.insert(REQUEST_ID.clone(), value);
    }
    careful(headers);
    response
}

/// The language of the `Accept-Language` header, if it is one of ours.
pub(super) fn language_asked(headers: &HeaderMap) -> Option<&'static str> {
    headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).and_then(words::asked)
}

/// Scripts, styles and everything else only from this host; no frames, no guessing of types, no referrer to others.
/// A route may have set a stricter policy of its own, which stays.
fn careful(headers: &mut HeaderMap) {
    const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
         font-src 'self'; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'";
    let put = [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
    ];
    for (name, value) in put {
        headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    }
}

/// A future whose panic is an answer: one broken handler must not take a connection, or anybody else's request, with it.
struct Caught<F>(Pin<Box<F>>);

impl<F: Future> Future for Caught<F> {
    type Output = Result<F::Output, String>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match catch_unwind(AssertUnwindSafe(|| self.0.as_mut().poll(cx))) {
            Ok(Poll::Ready(answer)) => Poll::Ready(Ok(answer)),
            Ok(Poll::Pending) => Poll::Pending,
            Err(panic) => Poll::Ready(Err(said(&*panic))),
        }
    }
}

fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_string());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a handler panicked".into())
}
