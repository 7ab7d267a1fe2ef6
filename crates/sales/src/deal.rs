//! Deals: a sale on its way through a pipeline.

use jiff::civil::Date;
use kernel::{Id, Money, Time};
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
    #[field(indexed, label(en = "Engaged on", ru = "Начата", zh = "开始接触", ro = "Începută la"))]
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
    #[field(
        label(en = "Why won", ru = "Причина выигрыша", zh = "赢单原因", ro = "Motivul câștigării"),
        options(
            price(en = "Price", ru = "Цена", zh = "价格", ro = "Preț"),
            product_fit(
                en = "The product fits",
                ru = "Товар подходит",
                zh = "产品匹配",
                ro = "Produsul se potrivește"
            ),
            service(en = "Service", ru = "Обслуживание", zh = "服务", ro = "Servicii"),
            relationship(en = "They know us", ru = "Нас знают", zh = "关系", ro = "Ne cunosc"),
            speed(en = "Speed", ru = "Скорость", zh = "速度", ro = "Rapiditate"),
            other(en = "Other", ru = "Другое", zh = "其他", ro = "Altul"),
        )
    )]
    pub win_reason: Option<String>,
    #[field(links = "competitor", label(en = "Competitors", ru = "Конкуренты", zh = "竞争对手", ro = "Concurenți"))]
    pub competitors: Vec<Id>,
    #[field(
        link = "competitor",
        indexed,
        label(en = "Lost to", ru = "Кому проиграна", zh = "输给", ro = "Pierdută în fața")
    )]
    pub lost_to: Option<Id>,
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
        link = "lead",
        readonly,
        section = "origin",
        label(en = "Came of lead", ru = "Из лида", zh = "来源线索", ro = "Din prospectul")
    )]
    pub lead: Option<Id>,
    #[field(
        readonly,
        section = "origin",
        label(en = "Came by", ru = "Источник", zh = "来源方式", ro = "A venit prin"),
        options(
            direct(en = "Directly", ru = "Напрямую", zh = "直接访问", ro = "Direct"),
            campaign(en = "A campaign", ru = "Кампания", zh = "营销活动", ro = "O campanie"),
            search(en = "A search", ru = "Поиск", zh = "搜索", ro = "O căutare"),
            assistant(en = "An assistant", ru = "ИИ-помощник", zh = "智能助手", ro = "Un asistent"),
            social(en = "A social network", ru = "Социальная сеть", zh = "社交网络", ro = "O rețea socială"),
            mail(en = "Mail", ru = "Почта", zh = "邮件", ro = "E-mail"),
            referral(en = "Another site", ru = "Другой сайт", zh = "其他网站", ro = "Alt site"),
            own(en = "Own pages", ru = "Свои страницы", zh = "本站页面", ro = "Paginile proprii"),
            unknown(en = "Unknown", ru = "Неизвестно", zh = "未知", ro = "Necunoscut"),
        )
    )]
    pub origin_medium: Option<String>,
    #[field(
        readonly,
        section = "origin",
        max = 200,
        label(en = "Origin", ru = "Откуда", zh = "来源", ro = "Originea")
    )]
    pub origin_source: Option<String>,
    #[field(
        readonly,
        section = "origin",
        max = 200,
        label(en = "Searched for", ru = "Поисковый запрос", zh = "搜索词", ro = "Căutarea")
    )]
    pub origin_phrase: Option<String>,
    #[field(
        readonly,
        section = "origin",
        max = 200,
        label(en = "By campaign", ru = "По кампании", zh = "来源活动", ro = "Prin campania")
    )]
    pub origin_campaign: Option<String>,
    #[field(
        readonly,
        section = "origin",
        max = 500,
        label(en = "Referrer", ru = "Ссылающаяся страница", zh = "来源页面", ro = "Pagina de trimitere")
    )]
    pub origin_referrer: Option<String>,
    #[field(
        readonly,
        section = "origin",
        max = 500,
        label(en = "First page", ru = "Первая страница", zh = "首个页面", ro = "Prima pagină")
    )]
    pub origin_page: Option<String>,
    #[field(
        readonly,
        long_text,
        section = "origin",
        label(en = "Pages on the way", ru = "Путь по страницам", zh = "浏览路径", ro = "Paginile parcurse")
    )]
    pub origin_path: Option<String>,
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
        rollup(object = "deal_line", link = "deal", count),
        section = "figures",
        label(en = "Products", ru = "Товаров", zh = "产品数", ro = "Produse")
    )]
    pub lines_count: i64,
    #[field(
        rollup(object = "deal_line", link = "deal", sum = "line_total"),
        section = "figures",
        label(en = "Sum of products", ru = "Сумма товаров", zh = "产品合计", ro = "Suma produselor")
    )]
    pub lines_amount: Option<Money>,
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
    /// Since when it stands in its stage longer than the stage allows.
    #[field(
        readonly,
        indexed,
        section = "figures",
        label(en = "Stale since", ru = "Стоит с", zh = "停滞自", ro = "Stagnează din"),
        help(
            ru = "С какого момента сделка стоит на этапе дольше, чем он допускает.",
            zh = "自何时起在该阶段停留超过允许的天数。",
            ro = "De când stă în etapă mai mult decât permite aceasta."
        )
    )]
    pub stale_since: Option<Time>,
    // What the past of all deals says of this one while it is open: the chance that it is won within a year, and the day by
    // which half of that chance is used up.
    #[field(
        readonly,
        section = "figures",
        label(
            en = "Learned probability (%)",
            ru = "Изученная вероятность (%)",
            zh = "学习所得成功率（%）",
            ro = "Probabilitate învățată (%)"
        )
    )]
    pub learned_probability: Option<i64>,
    #[field(
        readonly,
        section = "figures",
        label(en = "Learned close", ru = "Изученное закрытие", zh = "学习所得成交日期", ro = "Închidere învățată")
    )]
    pub learned_close_on: Option<Date>,
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
