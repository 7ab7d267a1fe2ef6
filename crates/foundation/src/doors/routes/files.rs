//! Files of records: taken in as they are, handed out as downloads and never as pages.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use kernel::{Error, Id, limits};
use serde::Deserialize;

use crate::app::App;
use crate::doors::body::Path;
use crate::doors::problem;
use crate::doors::table::BASE;
use crate::doors::upload::{Repeat, Upload};
use crate::doors::{Caller, Params, Reply, Right, Route};
use crate::{files, idempotency};

pub fn routes() -> Vec<Route> {
    vec![
        Route::post("/files", Right::Own, "Keeps a file (the body), to be put into a field of a record.", keep)
            .uploads()
            .repeatable(),
        Route::get(
            "/files/{id}",
            Right::WhatOneMaySee,
            "A file that one uploaded, or that hangs on a record one may read.",
            fetch,
        )
        .streams(),
    ]
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
}

async fn keep(
    State(app): State<App>,
    Caller(who): Caller,
    Params(named): Params<Named>,
    repeat: Repeat,
    body: Body,
) -> problem::Result<Reply> {
    repeat.check()?;
    let upload = Upload::take(&app, body, limits::FILE_BYTES).await?;
    let claim = repeat.claim(&upload.hash)?;
    let reply = app.write(&who, move |op| {
        idempotency::once(op, claim.as_ref(), |op| {
            let stored = files::keep(op, &named.name, upload.path(), &upload.hash)?;
            Ok(Reply::created(stored.to_json()).at(format!("{BASE}/files/{}", stored.id)))
        })
    });
    Ok(reply.await?)
}

/// Whatever it is, a browser must not run it: it is a download, of an unknown type unless it is a picture, in a sandbox.
async fn fetch(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> problem::Result<Response> {
    let id = Id::parse(&id).ok_or(Error::NotFound)?;
    let (stored, content) = app
        .read(&who, move |reader| {
            let stored = files::find(reader, id)?;
            let content = files::content(reader, &stored)?;
            Ok((stored, content))
        })
        .await?;
    let mut response = content.into_response();
    let headers = response.headers_mut();
    let name: String =
        stored.name.chars().map(|c| if c.is_ascii_graphic() && c != '"' && c != '\\' { c } else { '_' }).collect();
    let told = format!("attachment; filename=\"{name}\"; filename*=UTF-8''{}", escaped(&stored.name));
    let mut put = |name: HeaderName, text: &str| {
        if let Ok(value) = HeaderValue::from_str(text) {
            headers.insert(name, value);
        }
    };
    put(header::CONTENT_TYPE, &stored.media_type);
    put(header::CONTENT_DISPOSITION, &told);
    put(header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox; frame-ancestors 'none'");
    put(header::CACHE_CONTROL, "private, no-store");
    Ok(response)
}

/// RFC 8187: every byte but letters and digits by its number.
fn escaped(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}
