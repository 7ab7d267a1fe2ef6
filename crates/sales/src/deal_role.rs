//! Roles in deals: who says what counts there.

use kernel::Id;
use macros::Object;

/// What a person is in a deal.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "deal_roles",
    title = "{role}",
    area = "sales",
    icon = "user-round",
    party_links("contact"),
    class = "internal",
    purpose = "contract",
    label(en = "Role in a deal", ru = "Роль в сделке", zh = "商机角色", ro = "Rol într-o oportunitate"),
    label_plural(en = "Roles in deals", ru = "Роли в сделках", zh = "商机角色", ro = "Roluri în oportunități")
)]
pub struct DealRole {
    #[field(required, link = "deal", indexed, label(en = "Deal", ru = "Сделка", zh = "商机", ro = "Oportunitate"))]
    pub deal: Id,
    #[field(required, link = "contact", indexed, label(en = "Contact", ru = "Контакт", zh = "联系人", ro = "Contact"))]
    pub contact: Id,
    #[field(
        default = "other",
        label(en = "Role", ru = "Роль", zh = "角色", ro = "Rol"),
        options(
            decides(en = "Decides", ru = "Принимает решение", zh = "决策者", ro = "Decide", hue = 145),
            pays(en = "Pays", ru = "Распоряжается бюджетом", zh = "预算负责人", ro = "Plătește", hue = 60),
            advises(en = "Advises", ru = "Советует", zh = "顾问", ro = "Sfătuiește", hue = 240),
            uses(en = "Uses it", ru = "Будет пользоваться", zh = "使用者", ro = "Folosește", hue = 200),
            champion(en = "Our champion", ru = "Наш сторонник", zh = "支持者", ro = "Susținătorul nostru", hue = 280),
            against(en = "Against it", ru = "Против", zh = "反对者", ro = "Împotrivă", hue = 20),
            other(en = "Takes part", ru = "Участвует", zh = "参与者", ro = "Participă"),
        )
    )]
    pub role: String,
    #[field(max = 400, label(en = "Notes", ru = "Заметки", zh = "备注", ro = "Note"))]
    pub notes: Option<String>,
}
