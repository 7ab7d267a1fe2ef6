//! What a client is told: multi-status documents.

use std::fmt::Write as _;

use super::asked::{CALDAV, CARDDAV, DAV, Name, SERVER};

/// A text inside XML.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#13;"),
            c if c.is_control() && !matches!(c, '\n' | '\t') => {}
            c => out.push(c),
        }
    }
    out
}

/// A multi-status document as it grows.
pub struct Answers(String);

impl Answers {
    pub fn new() -> Answers {
        Answers(format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<d:multistatus xmlns:d=\"{DAV}\" xmlns:c=\"{CALDAV}\" \
             xmlns:a=\"{CARDDAV}\" xmlns:s=\"{SERVER}\">"
        ))
    }

    /// A resource with the properties that it has, as XML, and the names of those that it does not have.
    pub fn found(&mut self, href: &str, known: &[String], unknown: &[Name]) {
        let _ = write!(self.0, "<d:response><d:href>{}</d:href>", escaped(href));
        if !known.is_empty() || unknown.is_empty() {
            let _ = write!(
                self.0,
                "<d:propstat><d:prop>{}</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>",
                known.concat()
            );
        }
        if !unknown.is_empty() {
            let _ = write!(self.0, "<d:propstat><d:prop>");
            for (space, name) in unknown {
                let _ = write!(self.0, "<x:{0} xmlns:x=\"{1}\"/>", escaped(name), escaped(space));
            }
            let _ = write!(self.0, "</d:prop><d:status>HTTP/1.1 404 Not Found</d:status></d:propstat>");
        }
        self.0.push_str("</d:response>");
    }

    /// A resource that is not there, or not any more.
    pub fn gone(&mut self, href: &str) {
        let _ = write!(
            self.0,
            "<d:response><d:href>{}</d:href><d:status>HTTP/1.1 404 Not Found</d:status></d:response>",
            escaped(href)
        );
    }

    pub fn token(&mut self, token: &str) {
        let _ = write!(self.0, "<d:sync-token>{}</d:sync-token>", escaped(token));
    }

    pub fn end(mut self) -> String {
        self.0.push_str("</d:multistatus>");
        self.0
    }
}

/// `<d:error>` with the precondition that does not hold.
pub fn precondition(space: &str, name: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<d:error xmlns:d=\"{DAV}\"><x:{name} xmlns:x=\"{space}\"/></d:error>"
    )
}
