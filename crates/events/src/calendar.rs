//! What people answered when they were invited to a meeting by mail.

use kernel::Id;
use macros::event;

use crate::{Event, Kind};

/// An invitation to a meeting went out by mail.
#[event(
    "meeting.invited",
    reads(
        en = "was invited: {subject}",
        ru = "отправлено приглашение: {subject}",
        zh = "已邀请：{subject}",
        ro = "a fost invitat: {subject}"
    )
)]
pub struct MeetingInvited {
    pub meeting: Id,
    #[personal]
    pub subject: String,
}

/// Somebody who was invited will come.
#[event(
    "meeting.accepted",
    reads(
        en = "accepted: {subject}",
        ru = "придёт: {subject}",
        zh = "接受了邀请：{subject}",
        ro = "a acceptat: {subject}"
    )
)]
pub struct MeetingAccepted {
    pub meeting: Id,
    #[personal]
    pub subject: String,
}

/// Somebody who was invited may come.
#[event(
    "meeting.considered",
    reads(
        en = "may come: {subject}",
        ru = "возможно, придёт: {subject}",
        zh = "可能参加：{subject}",
        ro = "poate vine: {subject}"
    )
)]
pub struct MeetingConsidered {
    pub meeting: Id,
    #[personal]
    pub subject: String,
}

/// Somebody who was invited will not come.
#[event(
    "meeting.declined",
    reads(
        en = "declined: {subject}",
        ru = "не придёт: {subject}",
        zh = "谢绝了邀请：{subject}",
        ro = "a refuzat: {subject}"
    )
)]
pub struct MeetingDeclined {
    pub meeting: Id,
    #[personal]
    pub subject: String,
}

/// Somebody who was invited asked for another time.
#[event(
    "meeting.countered",
    reads(
        en = "proposed another time: {subject}",
        ru = "предлагает другое время: {subject}",
        zh = "建议改到其他时间：{subject}",
        ro = "a propus altă oră: {subject}"
    )
)]
pub struct MeetingCountered {
    pub meeting: Id,
    #[personal]
    pub subject: String,
}

/// An answer to an invitation came from an address that was not invited; it changed nothing.
#[event(
    "meeting.answer_ignored",
    reads(
        en = "ignored an answer by mail from an address that was not invited",
        ru = "ответ по почте с адреса, который не приглашали, не учтён",
        zh = "忽略了来自未受邀地址的邮件答复",
        ro = "a ignorat un răspuns prin e-mail de la o adresă neinvitată"
    )
)]
pub struct MeetingAnswerIgnored {
    pub meeting: Id,
    /// The message, as `/mail/messages/{id}` shows it to those who may read it.
    pub message: Id,
}

pub(crate) fn kinds() -> Vec<Kind> {
    vec![
        MeetingInvited::describe(),
        MeetingAccepted::describe(),
        MeetingConsidered::describe(),
        MeetingDeclined::describe(),
        MeetingCountered::describe(),
        MeetingAnswerIgnored::describe(),
    ]
}
