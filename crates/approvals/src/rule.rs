//! The record of a rule.

use kernel::Id;
use macros::Object;

/// When something needs somebody's approval, and whose.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "approval_rules",
    title = "{name}",
    subtitle = "{question}",
    area = "settings",
    icon = "stamp",
    class = "internal",
    purpose = "contract",
    label(en = "Approval rule", ru = "Правило согласования", zh = "审批规则", ro = "Regulă de aprobare"),
    label_plural(en = "Approval rules", ru = "Правила согласования", zh = "审批规则", ro = "Reguli de aprobare")
)]
pub struct ApprovalRule {
    #[field(
        required,
        unique,
        indexed,
        searchable,
        max = 120,
        label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire")
    )]
    pub name: String,
    #[field(
        default = "quote",
        indexed,
        label(en = "Of", ru = "Что согласуется", zh = "审批对象", ro = "Pentru"),
        options(quote(en = "Quotes", ru = "Предложения", zh = "报价单", ro = "Oferte"))
    )]
    pub subject: String,
    #[field(
        required,
        long_text,
        label(en = "When", ru = "Когда", zh = "条件", ro = "Când"),
        help(
            en = "A question about the quote: discount_percent > 10, margin_percent < 20, total > 50000 EUR, payment_days > 30.",
            ru = "Вопрос о предложении: discount_percent > 10, margin_percent < 20, total > 50000 EUR, payment_days > 30.",
            zh = "关于报价单的条件：discount_percent > 10、margin_percent < 20、total > 50000 EUR、payment_days > 30。",
            ro = "O întrebare despre ofertă: discount_percent > 10, margin_percent < 20, total > 50000 EUR, payment_days > 30."
        )
    )]
    pub question: String,
    #[field(default = 1, label(en = "Step", ru = "Шаг", zh = "步骤", ro = "Pas"))]
    pub step: i64,
    #[field(
        label(
            en = "Authority needed",
            ru = "Нужный уровень полномочий",
            zh = "所需权限级别",
            ro = "Autoritate necesară"
        ),
        help(
            en = "Whoever asks and has this authority needs no approval; else their next manager who has it is asked.",
            ru = "У кого есть такие полномочия, тому согласование не нужно; иначе спрашивают ближайшего руководителя с ними.",
            zh = "申请人具备该级别时无需审批；否则询问其上级中最近一位具备者。",
            ro = "Cine o are nu are nevoie de aprobare; altfel este întrebat cel mai apropiat șef care o are."
        )
    )]
    pub level: Option<i64>,
    #[field(links = "user", label(en = "Approvers", ru = "Согласующие", zh = "审批人", ro = "Aprobatori"))]
    pub approvers: Vec<Id>,
    #[field(label(
        en = "Hours until others are asked",
        ru = "Часов до эскалации",
        zh = "升级前小时数",
        ro = "Ore până la escaladare"
    ))]
    pub escalate_after: Option<i64>,
    #[field(link = "user", label(en = "Then ask", ru = "Затем спросить", zh = "然后询问", ro = "Apoi întreabă"))]
    pub escalate_to: Option<Id>,
    #[field(default = true, label(en = "In use", ru = "Используется", zh = "启用", ro = "Activă"))]
    pub is_active: bool,
}
