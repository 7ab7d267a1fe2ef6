//! The pages of the workspace, embedded into the program: files with a hash in their name are kept by browsers for ever,
//! the others are asked for again by their `ETag`. Every path that is no file and no API is a place within the workspace.

use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use foundation::doors::Problem;
use kernel::Error;
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
struct Built;

/// A file as it is sent.
struct Page {
    plain: Bytes,
    /// Smaller, if it gets smaller.
    packed: Option<Bytes>,
    etag: HeaderValue,
    kind: &'static str,
    hashed: bool,
}

/// Files by path, each read and packed once.
static PAGES: LazyLock<Mutex<HashMap<String, Arc<Page>>>> = LazyLock::new(Mutex::default);

/// Answers what no route answered.
pub async fn serve(request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/').to_string();
    if path == "api" || path.starts_with("api/") {
        return Problem::Of(Error::NotFound).into_response();
    }
    if *request.method() != Method::GET && *request.method() != Method::HEAD {
        return Problem::MethodNotAllowed.into_response();
    }
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    let found = if path.is_empty() { None } else { page(&path) };
    match found.or_else(|| if is_file { None } else { page("index.html") }) {
        Some(page) => send(&page, request.headers()),
        None => Problem::Of(Error::NotFound).into_response(),
    }
}

fn page(path: &str) -> Option<Arc<Page>> {
    let mut pages = PAGES.lock().unwrap_or_else(PoisonError::into_inner);
    // In development files change under a running program; their names do not.
    if !cfg!(debug_assertions)
        && let Some(page) = pages.get(path)
    {
        return Some(page.clone());
    }
    let file = Built::get(path)?;
    let hash: String = file.metadata.sha256_hash().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let etag = HeaderValue::from_str(&format!("\"{hash}\"")).ok()?;
    if let Some(page) = pages.get(path).filter(|page| page.etag == etag) {
        return Some(page.clone());
    }
    let plain = Bytes::from(file.data.into_owned());
    let page = Arc::new(Page {
        packed: pack(&plain),
        plain,
        etag,
        kind: media_type(path),
        // Vite puts what it names by content into this folder, and nothing else.
        hashed: path.starts_with("assets/"),
    });
    pages.insert(path.to_string(), page.clone());
    Some(page)
}

fn send(page: &Page, asked: &HeaderMap) -> Response {
    let text = |name: header::HeaderName| asked.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let known = text(header::IF_NONE_MATCH).split(',').any(|tag| tag.trim().trim_start_matches("W/") == page.etag);
    let packed = page.packed.as_ref().filter(|_| text(header::ACCEPT_ENCODING).contains("gzip"));
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(packed.unwrap_or(&page.plain).clone()).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, page.etag.clone());
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    let cache = if page.hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if !known {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(page.kind));
        if packed.is_some() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
    }
    response
}

fn pack(plain: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(7));
    encoder.write_all(plain).ok()?;
    let packed = encoder.finish().ok()?;
    (packed.len() < plain.len()).then(|| Bytes::from(packed))
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "json" | "webmanifest" | "map" => "application/json",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
