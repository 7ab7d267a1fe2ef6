//! A letter before it is mail or anything else.

use foundation::access::encoding::{base64url, from_base64url};
use kernel::{Id, Time};
use serde::{Deserialize, Serialize};

/// Longest text of a header, in characters.
const LONGEST: usize = 300;

/// Text of one line that can stand in a header: no line break, no control character, not endless.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String")]
pub struct HeaderText(String);

impl HeaderText {
    /// What cannot stand in a header becomes a space.
    pub fn new(text: &str) -> HeaderText {
        let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
        HeaderText(line.chars().take(LONGEST).collect())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for HeaderText {
    fn from(text: String) -> HeaderText {
        HeaderText::new(&text)
    }
}

/// To whom, about what, and the words in both forms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Letter {
    pub to_name: HeaderText,
    /// An address of the channel: of mail, `ana@example.com`.
    pub to: HeaderText,
    pub subject: HeaderText,
    /// For any program.
    pub text: String,
    /// The same, for programs that show it.
    pub html: String,
    /// Files that go with it.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    /// When it was written; it does not change when it is sent again.
    pub written_at: Time,
    /// By whose mailbox it goes; none is the company's own server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<Sender>,
}

/// A mailbox by which the product writes, and the letters that this one belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    pub mailbox: Id,
    /// Message-IDs without their brackets, the nearest first.
    #[serde(default)]
    pub answers: Vec<String>,
}

/// A file that goes with a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub name: HeaderText,
    /// Its media type, `application/pdf`.
    pub kind: String,
    /// In base64, as letters are kept as text.
    content: String,
}

impl Attachment {
    pub fn new(name: &str, kind: &str, content: &[u8]) -> Attachment {
        Attachment { name: HeaderText::new(name), kind: kind.into(), content: base64url(content) }
    }

    /// Whether calendars are meant to read it (RFC 6047): it stands beside the words, and not behind them as a file.
    pub fn is_for_calendars(&self) -> bool {
        self.kind.starts_with("text/calendar") && self.kind.contains("method=")
    }

    /// None where it was stored otherwise.
    pub fn content(&self) -> Option<Vec<u8>> {
        from_base64url(&self.content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_holds_one_line_whatever_it_is_made_of() {
        assert_eq!(HeaderText::new("Hello\r\nBcc: all@example.com\0 you").as_str(), "Hello Bcc: all@example.com you");
        let stored: HeaderText = serde_json::from_str("\"a\\nb\"").unwrap();
        assert_eq!(stored.as_str(), "a b", "also when it was stored otherwise");
        assert_eq!(HeaderText::new(&"x".repeat(1_000)).as_str().len(), LONGEST);
    }
}
