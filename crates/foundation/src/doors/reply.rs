//! Answers: a document, and beside it the version, the change that can be undone and the place of what was made.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::Id;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An answer. It can be stored and given again to a repeated call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    pub status: u16,
    pub body: Value,
    /// The version of the record in the body, for `ETag`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// For `Rapport-Change`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Where the record in the body is, for `Content-Location`: the one asked for was joined to another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_at: Option<String>,
}

/// Names the change of a write, so that it can be undone.
pub static CHANGE: HeaderName = HeaderName::from_static("rapport-change");

impl Reply {
    pub fn ok(body: impl Into<Value>) -> Reply {
        Reply { status: 200, body: body.into(), version: None, change: None, location: None, found_at: None }
    }

    pub fn created(body: impl Into<Value>) -> Reply {
        Reply { status: 201, ..Reply::ok(body) }
    }

    /// It will be done; the body says where to look.
    pub fn accepted(body: impl Into<Value>) -> Reply {
        Reply { status: 202, ..Reply::ok(body) }
    }

    pub fn nothing() -> Reply {
        Reply { status: 204, ..Reply::ok(Value::Null) }
    }

    pub fn change(self, change: Id) -> Reply {
        Reply { change: Some(change), ..self }
    }

    /// Takes the version for `ETag` from the record in the body.
    pub fn tagged(self) -> Reply {
        let version = self.body.get("version").and_then(Value::as_i64);
        Reply { version, ..self }
    }

    pub fn at(self, location: String) -> Reply {
        Reply { location: Some(location), ..self }
    }
}

/// The `ETag` of a version.
pub fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let mut response = if status == StatusCode::NO_CONTENT {
            status.into_response()
        } else {
            let mut response = (status, self.body.to_string()).into_response();
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            response
        };
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let mut put = |name: HeaderName, text: Option<String>| {
            if let Some(value) = text.and_then(|text| HeaderValue::from_str(&text).ok()) {
                headers.insert(name, value);
            }
        };
        put(header::ETAG, self.version.map(etag));
        put(CHANGE.clone(), self.change.map(|change| change.to_string()));
        put(header::LOCATION, self.location);
        put(header::CONTENT_LOCATION, self.found_at);
        response
    }
}
