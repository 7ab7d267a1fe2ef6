//! The record of a form.

use kernel::Id;
use macros::Object;
use serde_json::Value as Json;

/// A form for pages: what it asks for, in which words, and what its answers become.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "forms",
    title = "{name}",
    subtitle = "{slug}",
    area = "sales",
    icon = "list-checks",
    class = "internal",
    purpose = "contract",
    label(en = "Form", ru = "Форма", zh = "表单", ro = "Formular"),
    label_plural(en = "Forms", ru = "Формы", zh = "表单", ro = "Formulare")
)]
pub struct Form {
    #[field(required, searchable, max = 120, label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire"))]
    pub name: String,
    // The last part of its address, `/f/{slug}`.
    #[field(
        required,
        unique,
        indexed,
        searchable,
        max = 80,
        label(en = "Address", ru = "Адрес", zh = "地址", ro = "Adresă")
    )]
    pub slug: String,
    #[field(default = true, label(en = "Open", ru = "Открыта", zh = "开放", ro = "Deschis"))]
    pub is_active: bool,
    // `[{"field": "email", "required": true, "labels": {"en": "Your address"}}]`, in the order of the page.
    #[field(label(en = "Fields", ru = "Поля", zh = "字段", ro = "Câmpuri"))]
    pub fields: Option<Json>,
    // `{"en": {"title", "intro", "button", "thanks", "consent"}}`.
    #[field(label(en = "Texts", ru = "Тексты", zh = "文本", ro = "Texte"))]
    pub texts: Option<Json>,
    #[field(
        default = false,
        label(en = "Consent needed", ru = "Согласие обязательно", zh = "必须同意", ro = "Acord obligatoriu")
    )]
    pub needs_consent: bool,
    // A letter asks whether it was really them; the lead comes when they say yes.
    #[field(
        default = false,
        label(en = "Confirmed by mail", ru = "Подтверждение письмом", zh = "邮件确认", ro = "Confirmare prin e-mail")
    )]
    pub confirms: bool,
    #[field(link = "campaign", label(en = "Campaign", ru = "Кампания", zh = "营销活动", ro = "Campanie"))]
    pub campaign: Option<Id>,
    #[field(
        link = "user",
        label(
            en = "Leads belong to",
            ru = "Ответственный за лиды",
            zh = "线索负责人",
            ro = "Responsabil de prospecți"
        )
    )]
    pub responsible: Option<Id>,
    #[field(
        rollup(object = "form_answer", link = "form", count, filter = "state = \"accepted\""),
        section = "figures",
        label(en = "Answers", ru = "Ответы", zh = "已收到", ro = "Răspunsuri")
    )]
    pub answers_count: i64,
    #[field(
        rollup(object = "form_answer", link = "form", count, filter = "state = \"held\""),
        section = "figures",
        label(en = "Held back", ru = "Задержано", zh = "待核查", ro = "Reținute")
    )]
    pub held_count: i64,
}
