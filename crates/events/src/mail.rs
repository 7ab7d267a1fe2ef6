//! What was said by mail.

use kernel::Id;
use macros::event;

use crate::{Event, Kind};

/// Somebody wrote to one of the company's mailboxes.
#[event(
    "mail.received",
    reads(en = "wrote[: {subject}]", ru = "пишет[: {subject}]", zh = "来信[：{subject}]", ro = "a scris[: {subject}]")
)]
pub struct MailReceived {
    /// The message, as `/mail/messages/{id}` shows it to those who may read it.
    pub message: Id,
    /// Which mailbox it came to.
    pub mailbox: Id,
    /// `letter`, `auto_reply` or `bulk`.
    pub sort: String,
    /// Only where the mailbox shows subjects to colleagues.
    #[personal]
    pub subject: Option<String>,
}

/// A letter went out to a customer by one of the company's mailboxes.
#[event(
    "mail.sent",
    reads(
        en = "sent a letter[: {subject}]",
        ru = "отправлено письмо[: {subject}]",
        zh = "发送了邮件[：{subject}]",
        ro = "a trimis o scrisoare[: {subject}]"
    )
)]
pub struct MailSent {
    pub message: Id,
    pub mailbox: Id,
    /// Only where the mailbox shows subjects to colleagues.
    #[personal]
    pub subject: Option<String>,
}

/// A letter did not arrive.
#[event(
    "mail.bounced",
    reads(
        en = "letter did not arrive[: {address}]",
        ru = "письмо не доставлено[: {address}]",
        zh = "邮件未送达[：{address}]",
        ro = "scrisoarea nu a ajuns[: {address}]"
    )
)]
pub struct MailBounced {
    pub message: Id,
    pub mailbox: Id,
    /// It never will at this address.
    pub permanent: bool,
    #[personal]
    pub address: String,
}

pub(crate) fn kinds() -> Vec<Kind> {
    vec![MailReceived::describe(), MailSent::describe(), MailBounced::describe()]
}
