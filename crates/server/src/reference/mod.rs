//! The reference of the API: the description as JSON, and a page that draws it. The page is self-contained: its script and
//! style are files of this server, nothing comes from elsewhere.

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use foundation::App;

/// The page and its files.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/reference", get(async || file("text/html; charset=utf-8", include_str!("reference.html"))))
        .route(
            "/api/reference/reference.js",
            get(async || file("text/javascript; charset=utf-8", include_str!("reference.js"))),
        )
        .route(
            "/api/reference/reference.css",
            get(async || file("text/css; charset=utf-8", include_str!("reference.css"))),
        )
}

fn file(kind: &'static str, text: &'static str) -> Response {
    let mut response = text.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
