//! Faults as the caller sees them: RFC 9457 problems with codes that never change.
//!
//! A handler answers `Err(Problem)`; what becomes JSON, in which language and under which request id, is settled in one
//! place on the way out ([`super::render`]). What went wrong inside us goes to the log there, once, and never out.

use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::{Error, FieldError};
use serde_json::{Map, Value, json};

use super::words;

/// What a door answers instead of what was asked for.
#[derive(Debug)]
pub enum Problem {
    /// A fault of the operation.
    Of(Error),
    /// Too many calls from one caller or address.
    RateLimited { retry_after_s: u32 },
    /// The path is there, but not for this method.
    MethodNotAllowed,
    /// The body is not of the media type that the route reads.
    UnsupportedMediaType,
    /// The server was called by a name that is not its own.
    UnknownHost,
    /// The headers say more than headers may.
    HeadersTooLarge,
    /// A page of another site tried to act in the name of whoever is signed in.
    ForeignOrigin,
    /// It took longer than a request may.
    TimedOut,
    /// A handler panicked. An alarm, but never a hung request.
    Panicked(String),
}

pub type Result<T> = std::result::Result<T, Problem>;

impl From<Error> for Problem {
    fn from(error: Error) -> Problem {
        Problem::Of(error)
    }
}

/// A problem on its way out, carried beside an empty answer until it is rendered.
#[derive(Clone)]
pub(super) struct Pending(pub Arc<Problem>);

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Pending(Arc::new(self)));
        response
    }
}

impl Problem {
    /// The status that each fault has; SECURITY_RULES section 2 lists them.
    pub fn status(&self) -> StatusCode {
        match self {
            Problem::Of(error) => match error {
                Error::NotFound => StatusCode::NOT_FOUND,
                Error::Forbidden(_) => StatusCode::FORBIDDEN,
                Error::Unauthorized => StatusCode::UNAUTHORIZED,
                Error::Unreadable(_) => StatusCode::BAD_REQUEST,
                Error::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
                Error::Conflict { .. } => StatusCode::CONFLICT,
                Error::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
                Error::VersionMissing => StatusCode::PRECONDITION_REQUIRED,
                Error::Busy { .. } => StatusCode::SERVICE_UNAVAILABLE,
                Error::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
                Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
            },
            Problem::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
            Problem::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Problem::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Problem::UnknownHost => StatusCode::MISDIRECTED_REQUEST,
            Problem::HeadersTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Problem::ForeignOrigin => StatusCode::FORBIDDEN,
            Problem::TimedOut => StatusCode::SERVICE_UNAVAILABLE,
            Problem::Panicked(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Problem::Of(error) => match error {
                Error::NotFound => "not_found",
                Error::Forbidden(_) => "forbidden",
                Error::Unauthorized => "unauthorized",
                Error::Unreadable(_) => "unreadable",
                Error::Invalid(_) => "invalid",
                Error::Conflict { code, .. } => code,
                Error::TooLarge(_) => "too_large",
                Error::VersionMissing => "version_missing",
                Error::Busy { .. } => "busy",
                Error::DiskFull => "disk_full",
                Error::Internal(_) => "internal",
            },
            Problem::RateLimited { .. } => "rate_limited",
            Problem::MethodNotAllowed => "method_not_allowed",
            Problem::UnsupportedMediaType => "unsupported_media_type",
            Problem::UnknownHost => "unknown_host",
            Problem::HeadersTooLarge => "headers_too_large",
            Problem::ForeignOrigin => "foreign_origin",
            Problem::TimedOut => "timed_out",
            Problem::Panicked(_) => "internal",
        }
    }

    /// The cause, for the log, of what is our own fault.
    pub(super) fn cause(&self) -> Option<&str> {
        match self {
            Problem::Of(Error::Internal(cause)) | Problem::Panicked(cause) => Some(cause),
            _ => None,
        }
    }

    /// One sentence about this case, where it says more than the title. Never about what is inside us.
    fn detail(&self) -> Option<&str> {
        match self {
            Problem::Of(Error::Unreadable(why)) => Some(why),
            Problem::Of(Error::Forbidden(what)) => Some(what),
            Problem::Of(Error::Conflict { detail, .. }) => Some(detail),
            Problem::Of(Error::TooLarge(what)) => Some(what),
            _ => None,
        }
    }

    fn retry_after_s(&self) -> Option<u32> {
        match self {
            Problem::Of(Error::Busy { retry_after_s }) | Problem::RateLimited { retry_after_s } => Some(*retry_after_s),
            Problem::TimedOut => Some(5),
            _ => None,
        }
    }

    /// The document that the caller gets.
    pub fn document(&self, language: &str, request_id: &str) -> Value {
        let code = self.code();
        let mut out = Map::new();
        out.insert("type".into(), json!(format!("/api/reference#problem-{}", self.kind())));
        out.insert("title".into(), json!(words::title(self.kind(), language)));
        out.insert("status".into(), json!(self.status().as_u16()));
        out.insert("code".into(), json!(code));
        if let Some(detail) = self.detail() {
            out.insert("detail".into(), json!(words::conflict(code, language).unwrap_or(detail)));
        }
        out.insert("instance".into(), json!(request_id));
        if let Problem::Of(Error::Invalid(errors)) = self {
            out.insert("errors".into(), errors.iter().map(|error| field_error(error, language)).collect());
        }
        if let Problem::Of(Error::Conflict { code, detail, details }) = self {
            out.insert("conflict".into(), json!({ "code": code, "detail": detail, "details": details }));
        }
        Value::Object(out)
    }

    /// The class of problems that this one belongs to; all conflicts are one class with many codes.
    fn kind(&self) -> &'static str {
        match self {
            Problem::Of(Error::Conflict { .. }) => "conflict",
            other => other.code(),
        }
    }

    /// The whole answer.
    pub(super) fn render(&self, language: &str, request_id: &str) -> Response {
        let body = self.document(language, request_id).to_string();
        let mut response = (self.status(), body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after_s() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status() == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// Codes never change; the words about them come in the caller's language where we have them, else in English. A fault in
/// a question keeps what was said of the case, for it names the place.
fn field_error(error: &FieldError, language: &str) -> Value {
    let detail = match words::field(error.code, language) {
        Some(words) if error.pointer.starts_with("/filter") || error.detail.ends_with(" characters)") => {
            format!("{words}: {}", error.detail)
        }
        Some(words) => words.to_string(),
        None => error.detail.clone(),
    };
    json!({ "pointer": error.pointer, "code": error.code, "detail": detail })
}

/// Every class of problem, for the reference: code, status, title.
pub fn classes(language: &str) -> Vec<(&'static str, u16, &'static str)> {
    words::TITLES.iter().map(|(code, status, _)| (*code, *status, words::title(code, language))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_ours_says_only_the_request_id() {
        let problem = Problem::Of(Error::Internal("select secret from t: no such table".into()));
        let text = problem.document("en", "req_1").to_string();
        assert!(!text.contains("secret"), "{text}");
        assert!(text.contains("req_1"));
    }

    #[test]
    fn words_are_translated_and_codes_are_not() {
        let problem = Problem::Of(Error::invalid("email", "required", "Email is required"));
        let russian = problem.document("ru", "req_1");
        assert_eq!(russian["code"], "invalid");
        assert_eq!(russian["errors"][0]["code"], "required");
        assert_ne!(russian["title"], problem.document("en", "req_1")["title"]);
        assert_ne!(russian["errors"][0]["detail"], "Email is required");
    }

    #[test]
    fn every_problem_has_a_title_in_four_languages_and_its_status() {
        let all = [
            Problem::Of(Error::NotFound),
            Problem::Of(Error::Forbidden("x")),
            Problem::Of(Error::Unauthorized),
            Problem::Of(Error::Unreadable(String::new())),
            Problem::Of(Error::Invalid(Vec::new())),
            Problem::Of(Error::conflict("record.stale", "")),
            Problem::Of(Error::TooLarge(String::new())),
            Problem::Of(Error::VersionMissing),
            Problem::Of(Error::Busy { retry_after_s: 1 }),
            Problem::Of(Error::DiskFull),
            Problem::Of(Error::Internal(String::new())),
            Problem::RateLimited { retry_after_s: 1 },
            Problem::MethodNotAllowed,
            Problem::UnsupportedMediaType,
            Problem::UnknownHost,
            Problem::HeadersTooLarge,
            Problem::ForeignOrigin,
            Problem::TimedOut,
            Problem::Panicked(String::new()),
        ];
        for problem in all {
            let listed = words::TITLES.iter().find(|(code, _, _)| *code == problem.kind());
            let (_, status, titles) = listed.unwrap_or_else(|| panic!("{problem:?} has no title"));
            assert_eq!(*status, problem.status().as_u16(), "{problem:?}");
            assert!(titles.iter().all(|title| !title.is_empty()), "{problem:?}");
        }
    }
}
