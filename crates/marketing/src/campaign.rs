//! Campaigns: an effort to reach customers, what it cost and what came of it.

use jiff::civil::Date;
use kernel::{Id, Money};
use macros::Object;

/// An effort to reach customers, with its cost and what came of it.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "campaigns",
    title = "{name}",
    subtitle = "{kind}",
    area = "marketing",
    icon = "megaphone",
    owner = "owner",
    class = "internal",
    purpose = "marketing",
    label(en = "Campaign", ru = "Кампания", zh = "营销活动", ro = "Campanie"),
    label_plural(en = "Campaigns", ru = "Кампании", zh = "营销活动", ro = "Campanii")
)]
pub struct Campaign {
    #[field(
        required,
        searchable,
        indexed,
        max = 200,
        label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire")
    )]
    pub name: String,
    #[field(
        label(en = "Kind", ru = "Вид", zh = "类型", ro = "Tip"),
        options(
            email(en = "Email", ru = "Эл. почта", zh = "电子邮件", ro = "E-mail"),
            letter(en = "Letter", ru = "Письмо", zh = "信函", ro = "Scrisoare"),
            phone(en = "Phone", ru = "Телефон", zh = "电话", ro = "Telefon"),
            sms(en = "Text message", ru = "SMS", zh = "短信", ro = "SMS"),
            event(en = "Event", ru = "Мероприятие", zh = "活动", ro = "Eveniment"),
            advertising(en = "Advertising", ru = "Реклама", zh = "广告", ro = "Publicitate"),
            social(en = "Social network", ru = "Соцсети", zh = "社交网络", ro = "Rețea socială"),
            partner(en = "Partner", ru = "Партнёр", zh = "合作伙伴", ro = "Partener"),
            other(en = "Other", ru = "Другое", zh = "其他", ro = "Altul"),
        )
    )]
    pub kind: Option<String>,
    #[field(
        indexed,
        default = "planned",
        label(en = "Status", ru = "Статус", zh = "状态", ro = "Stare"),
        options(
            planned(en = "Planned", ru = "Запланирована", zh = "计划中", ro = "Planificată", hue = 240),
            active(en = "Running", ru = "Идёт", zh = "进行中", ro = "În desfășurare", hue = 145),
            completed(en = "Completed", ru = "Завершена", zh = "已完成", ro = "Încheiată"),
            cancelled(en = "Cancelled", ru = "Отменена", zh = "已取消", ro = "Anulată", hue = 20),
        )
    )]
    pub status: String,
    #[field(indexed, label(en = "Starts on", ru = "Начало", zh = "开始日期", ro = "Începe la"))]
    pub starts_on: Option<Date>,
    #[field(label(en = "Ends on", ru = "Конец", zh = "结束日期", ro = "Se încheie la"))]
    pub ends_on: Option<Date>,
    #[field(link = "user", label(en = "Owner", ru = "Ответственный", zh = "负责人", ro = "Responsabil"))]
    pub owner: Option<Id>,
    #[field(link = "campaign", label(en = "Part of", ru = "Входит в", zh = "上级活动", ro = "Face parte din"))]
    pub parent: Option<Id>,
    #[field(max = 400, label(en = "Goal", ru = "Цель", zh = "目标", ro = "Scop"))]
    pub goal: Option<String>,
    #[field(label(en = "Budget", ru = "Бюджет", zh = "预算", ro = "Buget"))]
    pub budget: Option<Money>,
    #[field(label(en = "Actual cost", ru = "Затраты", zh = "实际成本", ro = "Cost efectiv"))]
    pub actual_cost: Option<Money>,
    #[field(label(en = "Expected revenue", ru = "Ожидаемая выручка", zh = "预期收入", ro = "Venit estimat"))]
    pub expected_revenue: Option<Money>,
    #[field(label(en = "Audience", ru = "Охват", zh = "受众人数", ro = "Audiență"))]
    pub audience_size: Option<i64>,
    #[field(links = "tag", label(en = "Tags", ru = "Метки", zh = "标签", ro = "Etichete"))]
    pub tags: Vec<Id>,
    #[field(long_text, section = "more", label(en = "Description", ru = "Описание", zh = "描述", ro = "Descriere"))]
    pub description: Option<String>,
    #[field(
        rollup(object = "lead", link = "campaign", count),
        section = "figures",
        label(en = "Leads", ru = "Лиды", zh = "线索数", ro = "Prospecți")
    )]
    pub leads_count: i64,
    #[field(
        rollup(object = "deal", link = "campaign", count),
        section = "figures",
        label(en = "Deals", ru = "Сделки", zh = "商机数", ro = "Oportunități")
    )]
    pub deals_count: i64,
    #[field(
        rollup(object = "deal", link = "campaign", sum = "amount", on = "closed_on", filter = "status = \"won\""),
        section = "figures",
        label(
            en = "Won deal value",
            ru = "Сумма выигранных сделок",
            zh = "赢单金额",
            ro = "Valoarea oportunităților câștigate"
        )
    )]
    pub won_deals_amount: Option<Money>,
    /// The record's key in the system it came from; imports find it by this.
    #[field(
        unique,
        indexed,
        section = "system",
        max = 200,
        label(en = "External ID", ru = "Внешний код", zh = "外部编号", ro = "ID extern"),
        help(
            ru = "Ключ записи в системе, из которой она пришла; импорт находит запись по нему.",
            zh = "记录在来源系统中的主键；导入时据此查找。",
            ro = "Cheia înregistrării în sistemul din care provine; importul o găsește după ea."
        )
    )]
    pub external_id: Option<String>,
}
