//! Deals: a sale on its way through a pipeline.

use jiff::civil::Date;
use kernel::{Id, Money};
use macros::Object;

/// A sale on its way through the stages of a pipeline.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "deals",
    title = "{name}",
    subtitle = "{amount}",
    area = "sales",
    icon = "handshake",
    owner = "owner",
    party_links("contact", "company"),
    class = "internal",
    purpose = "contract",
    label(en = "Deal", ru = "Сделка", zh = "商机", ro = "Oportunitate"),
    label_plural(en = "Deals", ru = "Сделки", zh = "商机", ro = "Oportunități")
)]
pub struct Deal {
    #[field(required, searchable, max = 200, label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire"))]
    pub name: String,
    #[field(link = "company", indexed, label(en = "Company", ru = "Компания", zh = "公司", ro = "Companie"))]
    pub company: Option<Id>,
    #[field(link = "contact", indexed, label(en = "Contact", ru = "Контакт", zh = "联系人", ro = "Contact"))]
    pub contact: Option<Id>,
    #[field(link = "user", label(en = "Owner", ru = "Ответственный", zh = "负责人", ro = "Responsabil"))]
    pub owner: Option<Id>,
    #[field(link = "pipeline", label(en = "Pipeline", ru = "Воронка", zh = "销售管道", ro = "Flux de vânzări"))]
    pub pipeline: Option<Id>,
    #[field(link = "stage", indexed, label(en = "Stage", ru = "Этап", zh = "阶段", ro = "Etapă"))]
    pub stage: Option<Id>,
    /// Follows the stage: a deal in a won or lost stage is closed.
    #[field(
        indexed,
        default = "open",
        label(en = "Status", ru = "Статус", zh = "状态", ro = "Stare"),
        help(
            ru = "Следует за этапом: на этапе «выиграно» или «проиграно» сделка закрыта.",
            zh = "随阶段变化：进入赢单或丢单阶段即关闭。",
            ro = "Urmează etapa: într-o etapă câștigată sau pierdută oportunitatea este închisă."
        ),
        options(
            open(en = "Open", ru = "Открыта", zh = "进行中", ro = "Deschisă", hue = 240),
            won(en = "Won", ru = "Выиграна", zh = "赢单", ro = "Câștigată", hue = 145),
            lost(en = "Lost", ru = "Проиграна", zh = "丢单", ro = "Pierdută", hue = 20),
        )
    )]
    pub status: String,
    #[field(indexed, label(en = "Amount", ru = "Сумма", zh = "金额", ro = "Sumă"))]
    pub amount: Option<Money>,
    #[field(label(en = "Probability (%)", ru = "Вероятность (%)", zh = "成功率（%）", ro = "Probabilitate (%)"))]
    pub probability: Option<i64>,
    #[field(
        formula = "amount * probability / 100",
        label(en = "Weighted amount", ru = "Взвешенная сумма", zh = "加权金额", ro = "Sumă ponderată")
    )]
    pub weighted_amount: Option<Money>,
    #[field(
        indexed,
        label(en = "Expected close", ru = "Ожидаемое закрытие", zh = "预计成交日期", ro = "Închidere estimată")
    )]
    pub expected_close_on: Option<Date>,
    #[field(link = "product", label(en = "Product", ru = "Товар", zh = "产品", ro = "Produs"))]
    pub product: Option<Id>,
    #[field(label(en = "Engaged on", ru = "Начата", zh = "开始接触", ro = "Începută la"))]
    pub engaged_on: Option<Date>,
    #[field(indexed, label(en = "Closed on", ru = "Закрыта", zh = "关闭日期", ro = "Închisă la"))]
    pub closed_on: Option<Date>,
    #[field(
        label(en = "Why lost", ru = "Причина проигрыша", zh = "丢单原因", ro = "Motivul pierderii"),
        options(
            price(en = "Price", ru = "Цена", zh = "价格", ro = "Preț"),
            competitor(en = "A competitor", ru = "Конкурент", zh = "竞争对手", ro = "Un concurent"),
            no_budget(en = "No budget", ru = "Нет бюджета", zh = "无预算", ro = "Fără buget"),
            no_decision(en = "No decision", ru = "Решение не принято", zh = "未决策", ro = "Fără decizie"),
            timing(en = "Timing", ru = "Не время", zh = "时机", ro = "Moment nepotrivit"),
            product_fit(
                en = "The product does not fit",
                ru = "Товар не подходит",
                zh = "产品不匹配",
                ro = "Produsul nu se potrivește"
            ),
            no_answer(en = "No answer", ru = "Нет ответа", zh = "无回应", ro = "Fără răspuns"),
            other(en = "Other", ru = "Другое", zh = "其他", ro = "Altul"),
        )
    )]
    pub loss_reason: Option<String>,
    #[field(max = 400, label(en = "Next step", ru = "Следующий шаг", zh = "下一步", ro = "Pasul următor"))]
    pub next_step: Option<String>,
    #[field(
        label(en = "Forecast", ru = "Прогноз", zh = "预测类别", ro = "Prognoză"),
        options(
            pipeline(en = "Pipeline", ru = "В работе", zh = "管道", ro = "În lucru"),
            best_case(en = "Best case", ru = "Возможно", zh = "乐观", ro = "Optimist"),
            commit(en = "Commit", ru = "Обещано", zh = "承诺", ro = "Angajament"),
            omitted(en = "Left out", ru = "Не учитывать", zh = "不计入", ro = "Exclus"),
        )
    )]
    pub forecast: Option<String>,
    #[field(
        label(en = "Source", ru = "Источник", zh = "来源", ro = "Sursă"),
        options(
            web(en = "Website", ru = "Сайт", zh = "网站", ro = "Site web"),
            email(en = "Email", ru = "Эл. почта", zh = "电子邮件", ro = "E-mail"),
            phone(en = "Phone", ru = "Телефон", zh = "电话", ro = "Telefon"),
            referral(en = "Referral", ru = "Рекомендация", zh = "推荐", ro = "Recomandare"),
            event(en = "Event", ru = "Мероприятие", zh = "活动", ro = "Eveniment"),
            advertising(en = "Advertising", ru = "Реклама", zh = "广告", ro = "Publicitate"),
            partner(en = "Partner", ru = "Партнёр", zh = "合作伙伴", ro = "Partener"),
            existing(en = "Existing customer", ru = "Имеющийся клиент", zh = "老客户", ro = "Client existent"),
            other(en = "Other", ru = "Другое", zh = "其他", ro = "Altul"),
        )
    )]
    pub source: Option<String>,
    #[field(link = "campaign", label(en = "Campaign", ru = "Кампания", zh = "营销活动", ro = "Campanie"))]
    pub campaign: Option<Id>,
    #[field(link = "territory", label(en = "Territory", ru = "Территория", zh = "销售区域", ro = "Teritoriu"))]
    pub territory: Option<Id>,
    #[field(
        links = "contact",
        label(en = "People involved", ru = "Участники", zh = "相关人员", ro = "Persoane implicate")
    )]
    pub contacts: Vec<Id>,
    #[field(links = "tag", label(en = "Tags", ru = "Метки", zh = "标签", ro = "Etichete"))]
    pub tags: Vec<Id>,
    #[field(
        long_text,
        personal,
        section = "more",
        label(en = "Description", ru = "Описание", zh = "描述", ro = "Descriere")
    )]
    pub description: Option<String>,
    #[field(
        rollup(object = "activity", link = "deal", count, filter = "is_done = false"),
        section = "figures",
        label(
            en = "Planned activities",
            ru = "Запланированные дела",
            zh = "计划活动数",
            ro = "Activități planificate"
        )
    )]
    pub open_activities_count: i64,
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
