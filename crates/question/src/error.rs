//! What is wrong with a question, where it stands, and what would be right.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

/// Where a piece of a question stands: in its text (bytes, line, column from 1), or in its JSON form (a pointer).
/// Two spans always compare equal: a question is the same wherever it was written.
#[derive(Debug, Clone, Default)]
pub struct Span {
    pub start: usize,
    pub end: usize,
    pub line: usize,
    pub column: usize,
    pub pointer: Option<Arc<str>>,
}

impl PartialEq for Span {
    fn eq(&self, _: &Span) -> bool {
        true
    }
}

impl Span {
    pub(crate) fn pointer(pointer: &str) -> Span {
        Span { pointer: Some(Arc::from(pointer)), ..Span::default() }
    }

    /// From the beginning of this one to the end of `other`.
    pub(crate) fn to(&self, other: &Span) -> Span {
        Span { end: other.end.max(self.end), ..self.clone() }
    }
}

/// A fault in a question. `message` names the fault and the remedy, in English; doors translate by `code`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuestionError {
    /// Stable: `syntax`, `unknown_field`, `unknown_object`, `unknown_option`, `wrong_type`, `not_here`, `too_long`,
    /// `too_deep`, `too_many_parts`, `too_costly`.
    pub code: &'static str,
    pub message: String,
    /// Bytes before the fault in the text form.
    pub offset: usize,
    /// Bytes the fault covers; 0 at the end of the text.
    pub length: usize,
    /// From 1; 0 if the question came as JSON.
    pub line: usize,
    /// In characters, from 1; 0 if the question came as JSON.
    pub column: usize,
    /// JSON pointer to the fault if the question came as JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
}

pub(crate) type Result<T> = std::result::Result<T, QuestionError>;

impl QuestionError {
    pub(crate) fn new(code: &'static str, span: &Span, message: impl Into<String>) -> QuestionError {
        QuestionError {
            code,
            message: message.into(),
            offset: span.start,
            length: span.end.saturating_sub(span.start),
            line: span.line,
            column: span.column,
            pointer: span.pointer.as_deref().map(str::to_string),
        }
    }

    pub(crate) fn syntax(span: &Span, message: impl Into<String>) -> QuestionError {
        QuestionError::new("syntax", span, message)
    }

    pub(crate) fn wrong_type(span: &Span, message: impl Into<String>) -> QuestionError {
        QuestionError::new("wrong_type", span, message)
    }
}

impl fmt::Display for QuestionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.pointer {
            Some(pointer) if !pointer.is_empty() => write!(f, "at {pointer}: {}", self.message),
            _ if self.line == 0 => f.write_str(&self.message),
            _ => write!(f, "line {}, column {}: {}", self.line, self.column, self.message),
        }
    }
}

impl std::error::Error for QuestionError {}

impl From<QuestionError> for kernel::Error {
    fn from(error: QuestionError) -> kernel::Error {
        kernel::Error::invalid("filter", error.code, error.to_string())
    }
}

/// The known name most like `wrong`, as `, did you mean …?`, or nothing if none is near.
pub(crate) fn did_you_mean<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let wrong = wrong.to_lowercase();
    let mut best: Option<(usize, &str)> = None;
    for name in known {
        let steps = distance(&wrong, &name.to_lowercase());
        let near = steps <= 1 + wrong.chars().count() / 4;
        if near && best.is_none_or(|(least, _)| steps < least) {
            best = Some((steps, name));
        }
    }
    best.map(|(_, name)| format!(", did you mean `{name}`?")).unwrap_or_default()
}

/// Levenshtein distance of the first 40 characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(40).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(40).enumerate() {
        let mut next = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let change = row.get(j).copied().unwrap_or(0) + usize::from(x != *y);
            let drop = row.get(j + 1).copied().unwrap_or(0) + 1;
            let insert = next.get(j).copied().unwrap_or(0) + 1;
            next.push(change.min(drop).min(insert));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}
