//! The record of a quote.

use jiff::civil::Date;
use kernel::{Id, Money, Time};
use macros::Object;

/// What is offered to a customer at which price, until when. Its figures are the sums of its lines.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "quotes",
    title = "{number}",
    subtitle = "{total}",
    area = "sales",
    icon = "file-text",
    owner = "owner",
    party_links("contact", "company"),
    class = "internal",
    purpose = "contract",
    label(en = "Quote", ru = "Предложение", zh = "报价单", ro = "Ofertă"),
    label_plural(en = "Quotes", ru = "Предложения", zh = "报价单", ro = "Oferte")
)]
pub struct Quote {
    #[field(
        required,
        unique,
        indexed,
        searchable,
        max = 80,
        label(en = "Number", ru = "Номер", zh = "编号", ro = "Număr")
    )]
    pub number: String,
    #[field(searchable, max = 200, label(en = "Subject", ru = "Тема", zh = "主题", ro = "Subiect"))]
    pub name: Option<String>,
    #[field(
        readonly,
        indexed,
        default = "draft",
        label(en = "State", ru = "Состояние", zh = "状态", ro = "Stare"),
        options(
            draft(en = "Draft", ru = "Черновик", zh = "草稿", ro = "Ciornă"),
            in_approval(en = "In approval", ru = "На согласовании", zh = "审批中", ro = "În aprobare", hue = 60),
            approved(en = "Approved", ru = "Согласовано", zh = "已批准", ro = "Aprobată", hue = 200),
            sent(en = "Sent", ru = "Отправлено", zh = "已发送", ro = "Trimisă", hue = 240),
            read(en = "Read", ru = "Прочитано", zh = "已阅读", ro = "Citită", hue = 280),
            accepted(en = "Accepted", ru = "Принято", zh = "已接受", ro = "Acceptată", hue = 145),
            refused(en = "Refused", ru = "Отклонено", zh = "已拒绝", ro = "Refuzată", hue = 20),
            expired(en = "Expired", ru = "Истекло", zh = "已过期", ro = "Expirată", hue = 40),
            withdrawn(en = "Withdrawn", ru = "Отозвано", zh = "已撤回", ro = "Retrasă", hue = 320),
        )
    )]
    pub state: String,
    #[field(readonly, default = 1, label(en = "Version", ru = "Версия", zh = "版本", ro = "Versiune"))]
    pub revision: i64,
    #[field(link = "company", indexed, label(en = "Company", ru = "Компания", zh = "公司", ro = "Companie"))]
    pub company: Option<Id>,
    #[field(link = "contact", indexed, label(en = "Contact", ru = "Контакт", zh = "联系人", ro = "Contact"))]
    pub contact: Option<Id>,
    #[field(link = "deal", indexed, label(en = "Deal", ru = "Сделка", zh = "商机", ro = "Oportunitate"))]
    pub deal: Option<Id>,
    #[field(link = "user", label(en = "Owner", ru = "Ответственный", zh = "负责人", ro = "Responsabil"))]
    pub owner: Option<Id>,
    #[field(required, max = 3, label(en = "Currency", ru = "Валюта", zh = "货币", ro = "Monedă"))]
    pub currency: String,
    #[field(
        default = "en",
        label(en = "Language", ru = "Язык", zh = "语言", ro = "Limbă"),
        options(
            en(en = "English", ru = "Английский", zh = "英语", ro = "Engleză"),
            ru(en = "Russian", ru = "Русский", zh = "俄语", ro = "Rusă"),
            zh(en = "Chinese", ru = "Китайский", zh = "中文", ro = "Chineză"),
            ro(en = "Romanian", ru = "Румынский", zh = "罗马尼亚语", ro = "Română"),
        )
    )]
    pub language: String,
    #[field(indexed, label(en = "Valid until", ru = "Действует до", zh = "有效期至", ro = "Valabilă până la"))]
    pub valid_until: Option<Date>,
    #[field(label(en = "Days to pay", ru = "Дней на оплату", zh = "付款天数", ro = "Zile de plată"), default = 14)]
    pub payment_days: Option<i64>,
    #[field(long_text, label(en = "Introduction", ru = "Вступление", zh = "引言", ro = "Introducere"))]
    pub introduction: Option<String>,
    #[field(long_text, label(en = "Terms", ru = "Условия", zh = "条款", ro = "Condiții"))]
    pub terms: Option<String>,
    #[field(
        rollup(object = "quote_line", link = "quote", sum = "line_list", filter = "is_chosen = true"),
        section = "figures",
        label(en = "At list prices", ru = "По прайс-листу", zh = "按目录价", ro = "La prețuri de listă")
    )]
    pub list_total: Option<Money>,
    #[field(
        rollup(object = "quote_line", link = "quote", sum = "line_total", filter = "is_chosen = true"),
        indexed,
        section = "figures",
        label(en = "Total", ru = "Итого", zh = "总额", ro = "Total")
    )]
    pub total: Option<Money>,
    #[field(
        rollup(object = "quote_line", link = "quote", sum = "line_tax", filter = "is_chosen = true"),
        section = "figures",
        label(en = "Tax", ru = "Налог", zh = "税额", ro = "Taxe")
    )]
    pub tax: Option<Money>,
    #[field(
        rollup(object = "quote_line", link = "quote", sum = "line_cost", filter = "is_chosen = true"),
        section = "figures",
        label(en = "Cost", ru = "Себестоимость", zh = "成本", ro = "Cost")
    )]
    pub cost: Option<Money>,
    #[field(
        formula = "total + tax",
        section = "figures",
        label(en = "Total with tax", ru = "Итого с налогом", zh = "含税总额", ro = "Total cu taxe")
    )]
    pub gross_total: Option<Money>,
    #[field(
        formula = "list_total - total",
        section = "figures",
        label(en = "Discount", ru = "Скидка", zh = "折扣", ro = "Reducere")
    )]
    pub discount: Option<Money>,
    #[field(
        formula = "round((list_total - total) / list_total * 100, 2)",
        section = "figures",
        label(en = "Discount (%)", ru = "Скидка (%)", zh = "折扣（%）", ro = "Reducere (%)")
    )]
    pub discount_percent: Option<f64>,
    #[field(
        formula = "total - cost",
        section = "figures",
        label(en = "Margin", ru = "Маржа", zh = "毛利", ro = "Marjă")
    )]
    pub margin: Option<Money>,
    #[field(
        formula = "round((total - cost) / total * 100, 2)",
        section = "figures",
        label(en = "Margin (%)", ru = "Маржа (%)", zh = "毛利率（%）", ro = "Marjă (%)")
    )]
    pub margin_percent: Option<f64>,
    #[field(
        rollup(object = "quote_line", link = "quote", count),
        section = "figures",
        label(en = "Lines", ru = "Строки", zh = "行数", ro = "Linii")
    )]
    pub lines_count: i64,
    #[field(readonly, section = "more", label(en = "Sent", ru = "Отправлено", zh = "发送时间", ro = "Trimisă la"))]
    pub sent_at: Option<Time>,
    #[field(readonly, section = "more", label(en = "Read", ru = "Прочитано", zh = "阅读时间", ro = "Citită la"))]
    pub read_at: Option<Time>,
    #[field(
        readonly,
        section = "more",
        label(en = "Answered", ru = "Получен ответ", zh = "答复时间", ro = "Răspuns la")
    )]
    pub answered_at: Option<Time>,
    #[field(
        readonly,
        personal,
        section = "more",
        max = 200,
        label(en = "Accepted by", ru = "Кто принял", zh = "接受人", ro = "Acceptată de")
    )]
    pub accepted_by: Option<String>,
    #[field(
        readonly,
        personal,
        section = "more",
        max = 1000,
        label(en = "Why refused", ru = "Причина отказа", zh = "拒绝原因", ro = "Motivul refuzului")
    )]
    pub refusal: Option<String>,
    #[field(
        readonly,
        link = "order",
        section = "more",
        label(en = "Order", ru = "Заказ", zh = "订单", ro = "Comandă")
    )]
    pub placed_order: Option<Id>,
    #[field(links = "tag", label(en = "Tags", ru = "Метки", zh = "标签", ro = "Etichete"))]
    pub tags: Vec<Id>,
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
