//! Leads: somebody who may become a customer, before it is known.

use jiff::civil::Date;
use kernel::{Address, Id, Money, Time};
use macros::Object;

/// Somebody who may become a customer.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "leads",
    title = "{first_name} {last_name}",
    subtitle = "{company_name}",
    area = "sales",
    icon = "user-plus",
    owner = "owner",
    party,
    needs_any("first_name", "last_name", "company_name", "email", "phone", "mobile", "external_id"),
    class = "internal",
    purpose = "contract",
    label(en = "Lead", ru = "Лид", zh = "线索", ro = "Prospect"),
    label_plural(en = "Leads", ru = "Лиды", zh = "线索", ro = "Prospecți")
)]
pub struct Lead {
    #[field(personal, searchable, max = 120, label(en = "First name", ru = "Имя", zh = "名", ro = "Prenume"))]
    pub first_name: Option<String>,
    #[field(
        personal,
        searchable,
        indexed,
        max = 120,
        label(en = "Last name", ru = "Фамилия", zh = "姓", ro = "Nume de familie")
    )]
    pub last_name: Option<String>,
    #[field(searchable, max = 200, label(en = "Company", ru = "Компания", zh = "公司", ro = "Companie"))]
    pub company_name: Option<String>,
    #[field(personal, max = 200, label(en = "Job title", ru = "Должность", zh = "职位", ro = "Funcție"))]
    pub job_title: Option<String>,
    #[field(
        email,
        personal,
        searchable,
        indexed,
        identity,
        label(en = "Email", ru = "Эл. почта", zh = "电子邮箱", ro = "E-mail")
    )]
    pub email: Option<String>,
    #[field(phone, personal, searchable, identity, label(en = "Phone", ru = "Телефон", zh = "电话", ro = "Telefon"))]
    pub phone: Option<String>,
    #[field(phone, personal, searchable, identity, label(en = "Mobile", ru = "Мобильный", zh = "手机", ro = "Mobil"))]
    pub mobile: Option<String>,
    #[field(
        indexed,
        default = "new",
        label(en = "Status", ru = "Статус", zh = "状态", ro = "Stare"),
        options(
            new(en = "New", ru = "Новый", zh = "新建", ro = "Nou", hue = 240),
            contacted(en = "Contacted", ru = "Связались", zh = "已联系", ro = "Contactat", hue = 60),
            qualified(en = "Qualified", ru = "Квалифицирован", zh = "已确认", ro = "Calificat", hue = 145),
            unqualified(en = "Unqualified", ru = "Не подходит", zh = "不合格", ro = "Necalificat", hue = 20),
            converted(en = "Converted", ru = "Преобразован", zh = "已转化", ro = "Convertit", hue = 170),
        )
    )]
    pub status: String,
    #[field(
        label(en = "Rating", ru = "Оценка", zh = "热度", ro = "Evaluare"),
        options(
            hot(en = "Hot", ru = "Горячий", zh = "热", ro = "Fierbinte", hue = 20),
            warm(en = "Warm", ru = "Тёплый", zh = "温", ro = "Cald", hue = 60),
            cold(en = "Cold", ru = "Холодный", zh = "冷", ro = "Rece", hue = 240),
        )
    )]
    pub rating: Option<String>,
    #[field(
        label(en = "Source", ru = "Источник", zh = "来源", ro = "Sursă"),
        options(
            web(en = "Website", ru = "Сайт", zh = "网站", ro = "Site web"),
            email(en = "Email", ru = "Эл. почта", zh = "电子邮件", ro = "E-mail"),
            phone(en = "Phone", ru = "Телефон", zh = "电话", ro = "Telefon"),
            referral(en = "Referral", ru = "Рекомендация", zh = "推荐", ro = "Recomandare"),
            event(en = "Event", ru = "Мероприятие", zh = "活动", ro = "Eveniment"),
            advertising(en = "Advertising", ru = "Реклама", zh = "广告", ro = "Publicitate"),
            social(en = "Social network", ru = "Соцсети", zh = "社交网络", ro = "Rețea socială"),
            store(en = "Store", ru = "Магазин", zh = "门店", ro = "Magazin"),
            partner(en = "Partner", ru = "Партнёр", zh = "合作伙伴", ro = "Partener"),
            import(en = "Import", ru = "Импорт", zh = "导入", ro = "Import"),
            other(en = "Other", ru = "Другое", zh = "其他", ro = "Altul"),
        )
    )]
    pub source: Option<String>,
    #[field(link = "campaign", label(en = "Campaign", ru = "Кампания", zh = "营销活动", ro = "Campanie"))]
    pub campaign: Option<Id>,
    #[field(link = "product", label(en = "Interested in", ru = "Интересует", zh = "意向产品", ro = "Interesat de"))]
    pub product: Option<Id>,
    #[field(label(en = "Expected amount", ru = "Ожидаемая сумма", zh = "预计金额", ro = "Sumă estimată"))]
    pub expected_amount: Option<Money>,
    #[field(link = "user", label(en = "Owner", ru = "Ответственный", zh = "负责人", ro = "Responsabil"))]
    pub owner: Option<Id>,
    #[field(link = "territory", label(en = "Territory", ru = "Территория", zh = "销售区域", ro = "Teritoriu"))]
    pub territory: Option<Id>,
    #[field(links = "tag", label(en = "Tags", ru = "Метки", zh = "标签", ro = "Etichete"))]
    pub tags: Vec<Id>,
    #[field(url, label(en = "Website", ru = "Сайт", zh = "网站", ro = "Site web"))]
    pub website: Option<String>,
    #[field(personal, section = "address", label(en = "Address", ru = "Адрес", zh = "地址", ro = "Adresă"))]
    pub address: Option<Address>,
    #[field(personal, max = 35, label(en = "Language", ru = "Язык", zh = "语言", ro = "Limbă"))]
    pub language: Option<String>,
    #[field(max = 120, label(en = "Industry", ru = "Отрасль", zh = "行业", ro = "Industrie"))]
    pub industry: Option<String>,
    #[field(label(en = "Employees", ru = "Сотрудники", zh = "员工数", ro = "Angajați"))]
    pub employees: Option<i64>,
    #[field(label(en = "Annual revenue", ru = "Годовая выручка", zh = "年收入", ro = "Cifra de afaceri"))]
    pub annual_revenue: Option<Money>,
    #[field(
        default = false,
        section = "consent",
        label(en = "Do not call", ru = "Не звонить", zh = "勿致电", ro = "Nu suna")
    )]
    pub do_not_call: bool,
    #[field(
        default = false,
        section = "consent",
        label(en = "Do not email", ru = "Не писать на почту", zh = "勿发邮件", ro = "Nu trimite e-mail")
    )]
    pub do_not_email: bool,
    #[field(
        max = 200,
        label(en = "Why it does not fit", ru = "Почему не подходит", zh = "不合格原因", ro = "De ce nu se potrivește")
    )]
    pub unqualified_reason: Option<String>,
    // The word by which the tracker names the visit that the lead came of; its origin is taken from there, once.
    #[field(section = "origin", max = 200, label(en = "Visit", ru = "Визит", zh = "访问", ro = "Vizită"))]
    pub visit: Option<String>,
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
        readonly,
        section = "conversion",
        label(en = "Converted at", ru = "Преобразован", zh = "转化时间", ro = "Convertit la")
    )]
    pub converted_at: Option<Time>,
    #[field(
        link = "contact",
        readonly,
        section = "conversion",
        label(en = "Became contact", ru = "Стал контактом", zh = "转为联系人", ro = "Devenit contact")
    )]
    pub contact: Option<Id>,
    #[field(
        link = "company",
        readonly,
        section = "conversion",
        label(en = "Became company", ru = "Стал компанией", zh = "转为公司", ro = "Devenit companie")
    )]
    pub company: Option<Id>,
    #[field(
        link = "deal",
        readonly,
        section = "conversion",
        label(en = "Became deal", ru = "Стал сделкой", zh = "转为商机", ro = "Devenit oportunitate")
    )]
    pub deal: Option<Id>,
    #[field(
        long_text,
        personal,
        section = "more",
        label(en = "Description", ru = "Описание", zh = "描述", ro = "Descriere")
    )]
    pub description: Option<String>,
    // What rules and a learned model say of a lead; both are kept by the analysis.
    #[field(
        indexed,
        section = "analysis",
        purpose = "analysis",
        label(en = "Score", ru = "Баллы", zh = "评分", ro = "Scor")
    )]
    pub score: Option<i64>,
    #[field(
        readonly,
        section = "analysis",
        purpose = "analysis",
        max = 1000,
        label(
            en = "What the score is made of",
            ru = "Из чего сложились баллы",
            zh = "评分构成",
            ro = "Din ce este făcut scorul"
        )
    )]
    pub score_reasons: Option<String>,
    #[field(
        readonly,
        section = "analysis",
        purpose = "analysis",
        label(en = "Scored on", ru = "Баллы на дату", zh = "评分日期", ro = "Scor la data")
    )]
    pub scored_on: Option<Date>,
    #[field(
        readonly,
        indexed,
        section = "analysis",
        purpose = "analysis",
        label(
            en = "Probability of conversion",
            ru = "Вероятность конверсии",
            zh = "转化概率",
            ro = "Probabilitatea conversiei"
        )
    )]
    pub conversion_probability: Option<f64>,
    #[field(
        readonly,
        section = "analysis",
        purpose = "analysis",
        max = 1000,
        label(
            en = "Reasons for the probability",
            ru = "Причины вероятности",
            zh = "概率的原因",
            ro = "Motivele probabilității"
        )
    )]
    pub conversion_reasons: Option<String>,
    #[field(
        readonly,
        section = "analysis",
        purpose = "analysis",
        label(
            en = "Version of the conversion model",
            ru = "Версия модели конверсии",
            zh = "转化模型版本",
            ro = "Versiunea modelului de conversie"
        )
    )]
    pub conversion_version: Option<i64>,
    #[field(
        readonly,
        section = "analysis",
        purpose = "analysis",
        label(en = "Probability as of", ru = "Вероятность на дату", zh = "概率截至", ro = "Probabilitate la data")
    )]
    pub conversion_on: Option<Date>,
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
