//! What happens between marketing and customers: messages, pages, forms, consent.

use kernel::Id;
use macros::event;

use crate::{Event, Kind};

/// A campaign began.
#[event(
    "campaign.started",
    reads(
        en = "started campaign {campaign}",
        ru = "запущена кампания {campaign}",
        zh = "启动活动 {campaign}",
        ro = "a pornit campania {campaign}"
    )
)]
pub struct CampaignStarted {
    pub campaign: Id,
}

/// An e-mail was handed to the mail system.
#[event(
    "email.sent",
    reads(
        en = "was sent the email[ “{subject}”]",
        ru = "отправлено письмо[ «{subject}»]",
        zh = "已发送邮件[“{subject}”]",
        ro = "a primit e-mailul[ „{subject}”]"
    )
)]
pub struct EmailSent {
    #[personal]
    pub subject: Option<String>,
    pub campaign: Option<Id>,
}

/// An e-mail was opened.
#[event(
    "email.opened",
    reads(
        en = "opened the email[ “{subject}”]",
        ru = "открыто письмо[ «{subject}»]",
        zh = "打开了邮件[“{subject}”]",
        ro = "a deschis e-mailul[ „{subject}”]"
    )
)]
pub struct EmailOpened {
    #[personal]
    pub subject: Option<String>,
    pub campaign: Option<Id>,
}

/// A link in an e-mail was followed.
#[event(
    "email.clicked",
    reads(
        en = "clicked[ {url}] in the email[ “{subject}”]",
        ru = "переход[ {url}] из письма[ «{subject}»]",
        zh = "点击了邮件[“{subject}”]中的链接[ {url}]",
        ro = "a accesat[ {url}] din e-mailul[ „{subject}”]"
    )
)]
pub struct EmailClicked {
    #[personal]
    pub subject: Option<String>,
    pub url: Option<String>,
    pub campaign: Option<Id>,
}

/// An e-mail came back.
#[event(
    "email.bounced",
    reads(
        en = "could not be reached by email[: {reason}]",
        ru = "письмо не доставлено[: {reason}]",
        zh = "邮件被退回[：{reason}]",
        ro = "e-mailul nu a putut fi livrat[: {reason}]"
    )
)]
pub struct EmailBounced {
    /// Will never arrive, rather than not now.
    pub is_permanent: Option<bool>,
    pub reason: Option<String>,
    pub campaign: Option<Id>,
}

/// A person wants no more e-mail.
#[event(
    "email.unsubscribed",
    reads(
        en = "unsubscribed[ from {list}]",
        ru = "отписка[ от «{list}»]",
        zh = "退订了邮件[（{list}）]",
        ro = "s-a dezabonat[ de la {list}]"
    )
)]
pub struct EmailUnsubscribed {
    pub list: Option<String>,
    pub campaign: Option<Id>,
}

/// A page of the company's site was looked at.
#[event(
    "page.viewed",
    reads(en = "viewed {page}", ru = "просмотр страницы {page}", zh = "浏览了页面 {page}", ro = "a vizualizat {page}")
)]
pub struct PageViewed {
    /// Path or title.
    pub page: String,
    #[personal]
    pub referrer: Option<String>,
    pub seconds: Option<i64>,
}

/// A form of the company's site was sent.
#[event(
    "form.submitted",
    reads(
        en = "sent the form {form}",
        ru = "отправлена форма {form}",
        zh = "提交了表单 {form}",
        ro = "a trimis formularul {form}"
    )
)]
pub struct FormSubmitted {
    pub form: String,
    pub campaign: Option<Id>,
}

/// A person agreed to be written to.
#[event(
    "consent.given",
    reads(
        en = "agreed to {purpose}[ by {channel}]",
        ru = "согласие: {purpose}[ ({channel})]",
        zh = "同意 {purpose}[（{channel}）]",
        ro = "și-a dat acordul pentru {purpose}[ prin {channel}]"
    )
)]
pub struct ConsentGiven {
    pub purpose: String,
    pub channel: Option<String>,
}

/// A person withdrew consent.
#[event(
    "consent.withdrawn",
    reads(
        en = "withdrew consent to {purpose}[ by {channel}]",
        ru = "отзыв согласия: {purpose}[ ({channel})]",
        zh = "撤回对 {purpose} 的同意[（{channel}）]",
        ro = "și-a retras acordul pentru {purpose}[ prin {channel}]"
    )
)]
pub struct ConsentWithdrawn {
    pub purpose: String,
    pub channel: Option<String>,
}

/// Somebody belongs to a segment from now on.
#[event(
    "segment.entered",
    reads(
        en = "entered segment {segment}",
        ru = "вошёл в сегмент {segment}",
        zh = "进入细分 {segment}",
        ro = "a intrat în segmentul {segment}"
    )
)]
pub struct SegmentEntered {
    pub segment: Id,
}

/// Somebody does not belong to a segment any more.
#[event(
    "segment.left",
    reads(
        en = "left segment {segment}",
        ru = "покинул сегмент {segment}",
        zh = "离开细分 {segment}",
        ro = "a ieșit din segmentul {segment}"
    )
)]
pub struct SegmentLeft {
    pub segment: Id,
}

/// The models looked at all customers and wrote what they found into their records.
#[event(
    "analysis.made",
    reads(
        en = "looked at all customers anew",
        ru = "проанализированы все клиенты",
        zh = "重新分析了所有客户",
        ro = "a analizat din nou toți clienții"
    )
)]
pub struct AnalysisMade {
    /// The name of their object, `contact`.
    pub of: String,
    pub customers: i64,
}

pub(crate) fn kinds() -> Vec<Kind> {
    vec![
        SegmentEntered::describe(),
        SegmentLeft::describe(),
        AnalysisMade::describe(),
        CampaignStarted::describe(),
        EmailSent::describe(),
        EmailOpened::describe(),
        EmailClicked::describe(),
        EmailBounced::describe(),
        EmailUnsubscribed::describe(),
        PageViewed::describe(),
        FormSubmitted::describe(),
        ConsentGiven::describe(),
        ConsentWithdrawn::describe(),
    ]
}
