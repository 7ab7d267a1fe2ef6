//! A message that came in, as everything above the channel sees it: who, to whom, about what, in answer to what, and what
//! kind of thing it is.

use foundation::Operation;
use kernel::{Id, Result, Time};
use serde::{Deserialize, Serialize};

/// Somebody on a letter. The address is in lower case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    pub address: String,
}

/// What sort of message it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Somebody wrote it.
    #[default]
    Letter,
    /// A machine answered: out of office, received with thanks.
    AutoReply,
    /// A machine says that a letter did not arrive.
    Bounce,
    /// A list, a newsletter, a notification.
    Bulk,
}

impl Sort {
    /// Its word: `letter`, `auto_reply`, `bounce`, `bulk`.
    pub fn word(self) -> &'static str {
        match self {
            Sort::Letter => "letter",
            Sort::AutoReply => "auto_reply",
            Sort::Bounce => "bounce",
            Sort::Bulk => "bulk",
        }
    }
}

/// An address at which a letter did not arrive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    pub address: String,
    /// It never will; else it may later.
    pub permanent: bool,
    /// What the other side said.
    #[serde(default)]
    pub detail: String,
}

/// A file that came with it; its content stays in the raw message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enclosed {
    /// Its place among the parts of the message.
    pub part: u32,
    pub name: String,
    /// `application/pdf`, as its sender says.
    pub kind: String,
    pub bytes: usize,
    /// What the HTML calls it by, `cid:`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_id: Option<String>,
}

/// The message, read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Incoming {
    /// Without its angle brackets; none where it has none.
    pub message_id: Option<String>,
    /// What it answers, the nearest first.
    pub references: Vec<String>,
    pub from: Person,
    pub to: Vec<Person>,
    pub cc: Vec<Person>,
    pub bcc: Vec<Person>,
    pub reply_to: Option<Person>,
    pub subject: String,
    /// When its sender says that it was written.
    pub sent_at: Option<Time>,
    pub text: String,
    /// As it came: nothing to show before it is cleaned.
    pub html: Option<String>,
    pub enclosed: Vec<Enclosed>,
    pub sort: Sort,
    pub failed: Vec<Failed>,
    /// A calendar part (RFC 5545) and its method, `REPLY`, `REQUEST`.
    pub calendar: Option<(String, String)>,
    /// Its parts could be read only in part.
    pub is_damaged: bool,
}

impl Incoming {
    /// Everybody it went to.
    pub fn recipients(&self) -> impl Iterator<Item = &Person> {
        self.to.iter().chain(&self.cc).chain(&self.bcc)
    }
}

/// A message that just came to a mailbox.
#[derive(Debug, Clone, Copy)]
pub struct Arrived<'a> {
    /// The id under which it is kept.
    pub message: Id,
    pub mailbox: Id,
    /// The mailbox's own address, in lower case.
    pub address: &'a str,
    /// Whose mailbox it is; none if it is a team's.
    pub owner: Option<Id>,
    pub mail: &'a Incoming,
}

/// Who wants to see mail that came in: the calendar looks for invitations and for replies to its own. In the transaction in
/// which the message is taken, once for each message and mailbox; what the mailbox itself sent is not shown.
pub trait ReadsMail: Send + Sync {
    /// Says whether it was for them.
    fn read(&self, op: &mut Operation, arrived: &Arrived) -> Result<bool>;
}
