//! One error for every crate, its variants named by what the caller can do about it.

use std::fmt;

use serde::Serialize;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, named by what the caller can do. Doors turn it into RFC 9457 problem+json.
#[derive(Debug)]
pub enum Error {
    /// It is not there, or the caller may not know that it is.
    NotFound,
    /// The caller is known and what it asks exists publicly, but its rights do not reach.
    Forbidden(&'static str),
    /// Nobody is signed in, or the key is not valid.
    Unauthorized,
    /// The request could not be read at all: broken JSON, a bad cursor, an unknown parameter.
    Unreadable(String),
    /// Some values cannot be accepted; one entry per fault, with a JSON pointer.
    Invalid(Vec<FieldError>),
    /// Somebody else was faster, or a uniqueness rule stands against it. `details` shows both sides.
    Conflict { code: &'static str, detail: String, details: serde_json::Value },
    /// More than a limit allows (bytes, nodes, rows).
    TooLarge(String),
    /// An `If-Match` or `version` is needed here.
    VersionMissing,
    /// Try again later.
    Busy { retry_after_s: u32 },
    /// The disk is full. Reads go on.
    DiskFull,
    /// A fault of ours. The text goes to the log, never to the caller.
    Internal(String),
}

/// One value that cannot be accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// JSON pointer to the value, `/email`, `/lines/0/quantity`.
    pub pointer: String,
    /// Stable code: `required`, `unknown_field`, `wrong_type`, `too_long`, …
    pub code: &'static str,
    /// What is wrong and what would be right, in English; doors translate by code.
    pub detail: String,
}

impl FieldError {
    pub fn new(field: &str, code: &'static str, detail: impl Into<String>) -> FieldError {
        let pointer = if field.is_empty() || field.starts_with('/') { field.to_string() } else { format!("/{field}") };
        FieldError { pointer, code, detail: detail.into() }
    }
}

impl Error {
    /// A single wrong field.
    pub fn invalid(field: &str, code: &'static str, detail: impl Into<String>) -> Error {
        Error::Invalid(vec![FieldError::new(field, code, detail)])
    }

    pub fn internal(cause: impl fmt::Display) -> Error {
        Error::Internal(cause.to_string())
    }

    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Error {
        Error::Conflict { code, detail: detail.into(), details: serde_json::Value::Null }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NotFound => write!(f, "not found"),
            Error::Forbidden(what) => write!(f, "not allowed: {what}"),
            Error::Unauthorized => write!(f, "not signed in"),
            Error::Unreadable(why) => write!(f, "cannot be read: {why}"),
            Error::Invalid(fields) => {
                write!(f, "not acceptable:")?;
                for field in fields {
                    write!(f, " {} {}", field.pointer, field.detail)?;
                }
                Ok(())
            }
            Error::Conflict { code, detail, .. } => write!(f, "conflict ({code}): {detail}"),
            Error::TooLarge(what) => write!(f, "too large: {what}"),
            Error::VersionMissing => write!(f, "the version is missing"),
            Error::Busy { retry_after_s } => write!(f, "busy, try again in {retry_after_s} s"),
            Error::DiskFull => write!(f, "the disk is full"),
            Error::Internal(cause) => write!(f, "internal: {cause}"),
        }
    }
}

impl std::error::Error for Error {}
