//! What happens to a quote on its way from a draft to an order.

use kernel::Id;
use macros::event;

use crate::{Event, Kind};

/// A quote waits for approval; its amount is its total.
#[event(
    "quote.submitted",
    reads(
        en = "asked for approval of quote {number}[ for {amount}]",
        ru = "предложение {number}[ на {amount}] отправлено на согласование",
        zh = "提交报价单 {number}[，金额 {amount}] 审批",
        ro = "a trimis spre aprobare oferta {number}[ de {amount}]"
    )
)]
pub struct QuoteSubmitted {
    pub quote: Id,
    pub number: String,
    pub revision: i64,
}

/// A quote may be sent: it was approved, or needs nobody's approval.
#[event(
    "quote.approved",
    reads(
        en = "quote {number}[ for {amount}] may be sent",
        ru = "предложение {number}[ на {amount}] можно отправить",
        zh = "报价单 {number}[，金额 {amount}] 可以发送",
        ro = "oferta {number}[ de {amount}] poate fi trimisă"
    )
)]
pub struct QuoteApproved {
    pub quote: Id,
    pub number: String,
    pub revision: i64,
}

/// A quote became a draft again: approval was refused or taken back, or it was changed.
#[event(
    "quote.returned",
    reads(
        en = "quote {number} is a draft again",
        ru = "предложение {number} снова черновик",
        zh = "报价单 {number} 恢复为草稿",
        ro = "oferta {number} este din nou ciornă"
    )
)]
pub struct QuoteReturned {
    pub quote: Id,
    pub number: String,
    pub revision: i64,
}

/// A version of a quote was sent to its customer and is frozen.
#[event(
    "quote.sent",
    reads(
        en = "sent quote {number}, version {revision}[, for {amount}]",
        ru = "отправлено предложение {number}, версия {revision}[, на {amount}]",
        zh = "发送报价单 {number} 第 {revision} 版[，金额 {amount}]",
        ro = "a trimis oferta {number}, versiunea {revision}[, de {amount}]"
    )
)]
pub struct QuoteSent {
    pub quote: Id,
    pub number: String,
    pub revision: i64,
}

/// A customer opened a quote for the first time; what machines open is not told.
#[event(
    "quote.read",
    reads(
        en = "read quote {number}, version {revision}",
        ru = "прочитано предложение {number}, версия {revision}",
        zh = "阅读报价单 {number} 第 {revision} 版",
        ro = "a citit oferta {number}, versiunea {revision}"
    )
)]
pub struct QuoteRead {
    pub quote: Id,
    pub number: String,
    pub revision: i64,
}

/// A customer asked something about a quote on its page.
#[event(
    "quote.questioned",
    reads(
        en = "asked about quote {number}: {text}",
        ru = "вопрос по предложению {number}: {text}",
        zh = "就报价单 {number} 提问：{text}",
        ro = "a întrebat despre oferta {number}: {text}"
    )
)]
pub struct QuoteQuestioned {
    pub quote: Id,
    pub number: String,
    #[personal]
    pub text: String,
}

/// The company answered a question about a quote.
#[event(
    "quote.answered",
    reads(
        en = "answered about quote {number}: {text}",
        ru = "ответ по предложению {number}: {text}",
        zh = "就报价单 {number} 答复：{text}",
        ro = "a răspuns despre oferta {number}: {text}"
    )
)]
pub struct QuoteAnswered {
    pub quote: Id,
    pub number: String,
    #[personal]
    pub text: String,
}

/// A customer accepted a quote; the amount is what they accepted.
#[event(
    "quote.accepted",
    reads(
        en = "accepted quote {number}[ for {amount}]",
        ru = "принято предложение {number}[ на {amount}]",
        zh = "接受报价单 {number}[，金额 {amount}]",
        ro = "a acceptat oferta {number}[ de {amount}]"
    )
)]
pub struct QuoteAccepted {
    pub quote: Id,
    pub number: String,
    pub revision: i64,
}

/// A customer refused a quote.
#[event(
    "quote.refused",
    reads(
        en = "refused quote {number}[: {reason}]",
        ru = "отклонено предложение {number}[: {reason}]",
        zh = "拒绝报价单 {number}[：{reason}]",
        ro = "a refuzat oferta {number}[: {reason}]"
    )
)]
pub struct QuoteRefused {
    pub quote: Id,
    pub number: String,
    #[personal]
    pub reason: Option<String>,
}

/// A quote was not answered until the last day on which it was valid.
#[event(
    "quote.expired",
    reads(
        en = "quote {number} expired",
        ru = "срок предложения {number} истёк",
        zh = "报价单 {number} 已过期",
        ro = "oferta {number} a expirat"
    )
)]
pub struct QuoteExpired {
    pub quote: Id,
    pub number: String,
    pub revision: i64,
}

/// A quote was taken back.
#[event(
    "quote.withdrawn",
    reads(
        en = "withdrew quote {number}",
        ru = "отозвано предложение {number}",
        zh = "撤回报价单 {number}",
        ro = "a retras oferta {number}"
    )
)]
pub struct QuoteWithdrawn {
    pub quote: Id,
    pub number: String,
    pub revision: i64,
}

/// A new version of a quote was begun.
#[event(
    "quote.revised",
    reads(
        en = "began version {revision} of quote {number}",
        ru = "начата версия {revision} предложения {number}",
        zh = "开始报价单 {number} 第 {revision} 版",
        ro = "a început versiunea {revision} a ofertei {number}"
    )
)]
pub struct QuoteRevised {
    pub quote: Id,
    pub number: String,
    pub revision: i64,
}

/// The kinds of this domain.
pub(crate) fn kinds() -> Vec<Kind> {
    vec![
        QuoteSubmitted::describe(),
        QuoteApproved::describe(),
        QuoteReturned::describe(),
        QuoteSent::describe(),
        QuoteRead::describe(),
        QuoteQuestioned::describe(),
        QuoteAnswered::describe(),
        QuoteAccepted::describe(),
        QuoteRefused::describe(),
        QuoteExpired::describe(),
        QuoteWithdrawn::describe(),
        QuoteRevised::describe(),
    ]
}
