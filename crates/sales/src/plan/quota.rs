//! The record of what somebody is to sell in a period.

use jiff::civil::Date;
use kernel::{Id, Money};
use macros::Object;

/// What a person, a team, a territory or a product line is to sell in a month, a quarter or a year.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "quotas",
    title = "{period}",
    subtitle = "{amount}",
    area = "sales",
    icon = "target",
    owner = "owner",
    class = "internal",
    purpose = "contract",
    label(en = "Quota", ru = "План продаж", zh = "销售指标", ro = "Normă de vânzări"),
    label_plural(en = "Quotas", ru = "Планы продаж", zh = "销售指标", ro = "Norme de vânzări")
)]
pub struct Quota {
    // `2026-11`, `2026-Q4`, `2026`.
    #[field(readonly, indexed, max = 10, label(en = "Period", ru = "Период", zh = "期间", ro = "Perioadă"))]
    pub period: Option<String>,
    #[field(
        required,
        default = "month",
        label(en = "Length", ru = "Длина периода", zh = "期间长度", ro = "Durata"),
        options(
            month(en = "Month", ru = "Месяц", zh = "月", ro = "Lună"),
            quarter(en = "Quarter", ru = "Квартал", zh = "季度", ro = "Trimestru"),
            year(en = "Year", ru = "Год", zh = "年", ro = "An"),
        )
    )]
    pub unit: String,
    #[field(required, indexed, label(en = "Starts on", ru = "Начало", zh = "开始日期", ro = "Începe la"))]
    pub starts_on: Date,
    #[field(link = "user", indexed, label(en = "Person", ru = "Сотрудник", zh = "人员", ro = "Persoană"))]
    pub person: Option<Id>,
    #[field(link = "team", label(en = "Team", ru = "Команда", zh = "团队", ro = "Echipă"))]
    pub team: Option<Id>,
    #[field(link = "territory", label(en = "Territory", ru = "Территория", zh = "销售区域", ro = "Teritoriu"))]
    pub territory: Option<Id>,
    #[field(
        link = "product_line",
        label(en = "Product line", ru = "Группа товаров", zh = "产品线", ro = "Linie de produse")
    )]
    pub product_line: Option<Id>,
    #[field(
        required,
        default = "revenue",
        label(en = "Measure", ru = "Показатель", zh = "指标", ro = "Măsură"),
        options(
            revenue(en = "Revenue", ru = "Выручка", zh = "收入", ro = "Venituri"),
            deals(en = "Deals won", ru = "Выигранные сделки", zh = "赢单数", ro = "Oportunități câștigate"),
            activities(
                en = "Calls, meetings and visits",
                ru = "Звонки, встречи и визиты",
                zh = "电话、会议和拜访",
                ro = "Apeluri, întâlniri și vizite"
            ),
            calls(en = "Calls", ru = "Звонки", zh = "电话", ro = "Apeluri"),
            meetings(en = "Meetings", ru = "Встречи", zh = "会议", ro = "Întâlniri"),
            visits(en = "Visits", ru = "Визиты", zh = "拜访", ro = "Vizite"),
        )
    )]
    pub measure: String,
    #[field(label(en = "Amount", ru = "Сумма", zh = "金额", ro = "Sumă"))]
    pub amount: Option<Money>,
    #[field(label(en = "Number", ru = "Количество", zh = "数量", ro = "Număr"))]
    pub deals: Option<i64>,
    // Whoever answers for it: the person, the manager of the team, the owner of the territory.
    #[field(link = "user", label(en = "Responsible", ru = "Ответственный", zh = "负责人", ro = "Responsabil"))]
    pub owner: Option<Id>,
    #[field(max = 400, label(en = "Note", ru = "Примечание", zh = "备注", ro = "Notă"))]
    pub note: Option<String>,
}
