//! The record of what somebody sent by a form.

use kernel::{Id, Time};
use macros::Object;
use serde_json::Value as Json;

/// What was sent, as it was sent, and what became of it.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "form_answers",
    title = "{email}",
    subtitle = "{state}",
    area = "sales",
    icon = "mail",
    party_links("lead"),
    class = "internal",
    purpose = "contract",
    label(en = "Form answer", ru = "Ответ на форму", zh = "表单提交", ro = "Răspuns la formular"),
    label_plural(en = "Form answers", ru = "Ответы на формы", zh = "表单提交", ro = "Răspunsuri la formulare")
)]
pub struct FormAnswer {
    #[field(
        required,
        readonly,
        link = "form",
        indexed,
        label(en = "Form", ru = "Форма", zh = "表单", ro = "Formular")
    )]
    pub form: Id,
    #[field(
        readonly,
        indexed,
        default = "accepted",
        label(en = "State", ru = "Состояние", zh = "状态", ro = "Stare"),
        options(
            accepted(en = "Accepted", ru = "Принят", zh = "已接受", ro = "Acceptat", hue = 145),
            waiting(
                en = "Waits for a yes by mail",
                ru = "Ждёт подтверждения",
                zh = "等待邮件确认",
                ro = "Așteaptă confirmarea",
                hue = 60
            ),
            held(en = "Held back", ru = "Задержан", zh = "待核查", ro = "Reținut", hue = 20),
            refused(en = "Refused", ru = "Отклонён", zh = "已拒绝", ro = "Respins"),
        )
    )]
    pub state: String,
    #[field(
        email,
        readonly,
        personal,
        searchable,
        label(en = "Email", ru = "Эл. почта", zh = "电子邮箱", ro = "E-mail")
    )]
    pub email: Option<String>,
    #[field(readonly, link = "lead", indexed, label(en = "Lead", ru = "Лид", zh = "线索", ro = "Prospect"))]
    pub lead: Option<Id>,
    // By the names of a lead's fields.
    #[field(readonly, personal, label(en = "What was said", ru = "Что сказано", zh = "填写内容", ro = "Ce s-a spus"))]
    pub said: Option<Json>,
    // Why it was held back: `fast trap stamp again often links`.
    #[field(
        readonly,
        max = 200,
        label(en = "Held back because", ru = "Почему задержан", zh = "待核查原因", ro = "Reținut pentru că")
    )]
    pub reasons: Option<String>,
    #[field(readonly, max = 10, label(en = "Language", ru = "Язык", zh = "语言", ro = "Limbă"))]
    pub language: Option<String>,
    // The words that were agreed to, as they stood on the page.
    #[field(
        readonly,
        long_text,
        section = "consent",
        label(en = "Agreed to", ru = "Согласие на", zh = "同意内容", ro = "Acordul dat")
    )]
    pub consent: Option<String>,
    #[field(
        readonly,
        section = "consent",
        label(en = "Agreed at", ru = "Когда согласие", zh = "同意时间", ro = "Acord la")
    )]
    pub consent_at: Option<Time>,
    #[field(
        readonly,
        section = "consent",
        label(en = "Confirmed at", ru = "Подтверждено", zh = "确认时间", ro = "Confirmat la")
    )]
    pub confirmed_at: Option<Time>,
    #[field(readonly, section = "origin", max = 500, label(en = "Page", ru = "Страница", zh = "页面", ro = "Pagină"))]
    pub page: Option<String>,
    #[field(readonly, section = "origin", label(en = "Origin", ru = "Откуда", zh = "来源", ro = "Originea"))]
    pub origin: Option<Json>,
    #[field(
        readonly,
        personal,
        section = "origin",
        max = 500,
        label(en = "Browser", ru = "Браузер", zh = "浏览器", ro = "Browser")
    )]
    pub agent: Option<String>,
    // What its page was signed with: the same answer sent twice is one.
    #[field(
        readonly,
        indexed,
        section = "system",
        max = 200,
        label(en = "Stamp", ru = "Штамп", zh = "签名", ro = "Ștampilă")
    )]
    pub stamp: Option<String>,
}
