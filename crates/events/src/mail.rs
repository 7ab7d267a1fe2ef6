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

/// Somebody opened a letter of ours. What machines fetch is told apart: see `mail.scanned`.
#[event(
    "mail.opened",
    reads(
        en = "opened our letter[: {subject}]",
        ru = "открыто наше письмо[: {subject}]",
        zh = "打开了我们的邮件[：{subject}]",
        ro = "a deschis scrisoarea noastră[: {subject}]"
    )
)]
pub struct MailOpened {
    pub message: Option<Id>,
    pub mailbox: Id,
    /// Only where the mailbox shows subjects to colleagues.
    #[personal]
    pub subject: Option<String>,
}

/// Somebody followed a link in a letter of ours.
#[event(
    "mail.clicked",
    reads(
        en = "followed a link in our letter[: {url}]",
        ru = "переход по ссылке в нашем письме[: {url}]",
        zh = "点击了我们邮件中的链接[：{url}]",
        ro = "a urmat un link din scrisoarea noastră[: {url}]"
    )
)]
pub struct MailClicked {
    pub message: Option<Id>,
    pub mailbox: Id,
    #[personal]
    pub url: Option<String>,
}

/// A machine looked into a letter of ours: a scanner, a proxy, a preview. Nobody has read it by that.
#[event(
    "mail.scanned",
    reads(
        en = "a machine looked into our letter",
        ru = "наше письмо просмотрено машиной",
        zh = "我们的邮件被机器扫描",
        ro = "o mașină a verificat scrisoarea noastră"
    )
)]
pub struct MailScanned {
    pub message: Option<Id>,
    pub mailbox: Id,
    /// How often it was opened and how many links were followed.
    pub opens: i64,
    pub clicks: i64,
}

/// Somebody gets a row of letters from now on, until they answer.
#[event(
    "sequence.started",
    reads(
        en = "began the sequence[ {mail_sequence}]",
        ru = "начата цепочка писем[ {mail_sequence}]",
        zh = "开始邮件序列[ {mail_sequence}]",
        ro = "a început secvența[ {mail_sequence}]"
    )
)]
pub struct SequenceStarted {
    pub mail_sequence: Id,
    pub mailbox: Id,
}

/// A row of letters is over for somebody: it came to its end, or something stopped it.
#[event(
    "sequence.ended",
    reads(
        en = "left the sequence[ {mail_sequence}]",
        ru = "завершена цепочка писем[ {mail_sequence}]",
        zh = "结束邮件序列[ {mail_sequence}]",
        ro = "a încheiat secvența[ {mail_sequence}]"
    )
)]
pub struct SequenceEnded {
    pub mail_sequence: Id,
    /// `finished`, or why it was stopped: `replied`, `bounced`, `unsubscribed`, `meeting`, `won`, `lost`, `by_hand` and others.
    pub reason: String,
}

pub(crate) fn kinds() -> Vec<Kind> {
    vec![
        MailReceived::describe(),
        MailSent::describe(),
        MailBounced::describe(),
        MailOpened::describe(),
        MailClicked::describe(),
        MailScanned::describe(),
        SequenceStarted::describe(),
        SequenceEnded::describe(),
    ]
}
