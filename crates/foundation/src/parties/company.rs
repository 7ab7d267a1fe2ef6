//! Companies: the organisations a company deals with.

use jiff::civil::Date;
use kernel::{Address, Id, Money};
use macros::Object;

/// An organisation: a customer, a prospect, a supplier, a partner.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "companies",
    title = "{name}",
    subtitle = "{domain}",
    area = "customers",
    icon = "building-2",
    owner = "owner",
    party,
    party_links("parent"),
    class = "internal",
    purpose = "contract",
    label(en = "Company", ru = "Компания", zh = "公司", ro = "Companie"),
    label_plural(en = "Companies", ru = "Компании", zh = "公司", ro = "Companii")
)]
pub struct Company {
    #[field(
        required,
        searchable,
        indexed,
        max = 200,
        label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire")
    )]
    pub name: String,
    #[field(
        searchable,
        max = 200,
        label(en = "Legal name", ru = "Юридическое название", zh = "法定名称", ro = "Denumire juridică")
    )]
    pub legal_name: Option<String>,
    /// The part of its e-mail addresses behind the @.
    #[field(
        searchable,
        indexed,
        max = 253,
        label(en = "Domain", ru = "Домен", zh = "域名", ro = "Domeniu"),
        help(
            ru = "Часть адресов эл. почты после @.",
            zh = "其电子邮箱 @ 后的部分。",
            ro = "Partea de după @ din adresele sale de e-mail."
        )
    )]
    pub domain: Option<String>,
    #[field(url, label(en = "Website", ru = "Сайт", zh = "网站", ro = "Site web"))]
    pub website: Option<String>,
    #[field(
        indexed,
        label(en = "Relation", ru = "Отношение", zh = "关系", ro = "Relație"),
        options(
            customer(en = "Customer", ru = "Клиент", zh = "客户", ro = "Client", hue = 145),
            prospect(
                en = "Prospect",
                ru = "Потенциальный клиент",
                zh = "潜在客户",
                ro = "Client potențial",
                hue = 240
            ),
            supplier(en = "Supplier", ru = "Поставщик", zh = "供应商", ro = "Furnizor", hue = 60),
            partner(en = "Partner", ru = "Партнёр", zh = "合作伙伴", ro = "Partener", hue = 280),
            competitor(en = "Competitor", ru = "Конкурент", zh = "竞争对手", ro = "Concurent", hue = 20),
            former(en = "Former customer", ru = "Бывший клиент", zh = "前客户", ro = "Fost client", hue = 30),
            other(en = "Other", ru = "Другое", zh = "其他", ro = "Altul"),
        )
    )]
    pub kind: Option<String>,
    #[field(
        label(en = "Industry", ru = "Отрасль", zh = "行业", ro = "Industrie"),
        options(
            agriculture(en = "Agriculture", ru = "Сельское хозяйство", zh = "农业", ro = "Agricultură"),
            automotive(en = "Automotive", ru = "Автомобили", zh = "汽车", ro = "Auto"),
            construction(en = "Construction", ru = "Строительство", zh = "建筑", ro = "Construcții"),
            education(en = "Education", ru = "Образование", zh = "教育", ro = "Educație"),
            employment(en = "Employment", ru = "Подбор персонала", zh = "人力资源", ro = "Recrutare"),
            energy(en = "Energy", ru = "Энергетика", zh = "能源", ro = "Energie"),
            entertainment(en = "Entertainment", ru = "Развлечения", zh = "娱乐", ro = "Divertisment"),
            finance(en = "Finance", ru = "Финансы", zh = "金融", ro = "Finanțe"),
            food(en = "Food", ru = "Продукты питания", zh = "食品", ro = "Alimentar"),
            government(en = "Government", ru = "Государство", zh = "政府", ro = "Administrație publică"),
            hospitality(en = "Hospitality", ru = "Гостиницы и рестораны", zh = "酒店餐饮", ro = "Ospitalitate"),
            insurance(en = "Insurance", ru = "Страхование", zh = "保险", ro = "Asigurări"),
            legal(en = "Legal", ru = "Право", zh = "法律", ro = "Juridic"),
            manufacturing(en = "Manufacturing", ru = "Производство", zh = "制造业", ro = "Producție"),
            marketing(en = "Marketing", ru = "Маркетинг", zh = "营销", ro = "Marketing"),
            medical(en = "Medical", ru = "Медицина", zh = "医疗", ro = "Medical"),
            non_profit(en = "Non-profit", ru = "Некоммерческая организация", zh = "非营利", ro = "Non-profit"),
            real_estate(en = "Real estate", ru = "Недвижимость", zh = "房地产", ro = "Imobiliare"),
            retail(en = "Retail", ru = "Розничная торговля", zh = "零售", ro = "Comerț cu amănuntul"),
            services(en = "Services", ru = "Услуги", zh = "服务", ro = "Servicii"),
            software(en = "Software", ru = "Программное обеспечение", zh = "软件", ro = "Software"),
            technology(en = "Technology", ru = "Технологии", zh = "科技", ro = "Tehnologie"),
            telecommunications(en = "Telecommunications", ru = "Связь", zh = "电信", ro = "Telecomunicații"),
            transport(en = "Transport", ru = "Транспорт", zh = "运输", ro = "Transport"),
            wholesale(en = "Wholesale", ru = "Оптовая торговля", zh = "批发", ro = "Comerț cu ridicata"),
            other(en = "Other", ru = "Другое", zh = "其他", ro = "Altele"),
        )
    )]
    pub industry: Option<String>,
    #[field(
        link = "company",
        indexed,
        label(en = "Parent company", ru = "Головная компания", zh = "母公司", ro = "Compania-mamă")
    )]
    pub parent: Option<Id>,
    #[field(link = "user", label(en = "Owner", ru = "Ответственный", zh = "负责人", ro = "Responsabil"))]
    pub owner: Option<Id>,
    #[field(phone, personal, searchable, identity, label(en = "Phone", ru = "Телефон", zh = "电话", ro = "Telefon"))]
    pub phone: Option<String>,
    #[field(
        email,
        personal,
        searchable,
        identity,
        label(en = "Email", ru = "Эл. почта", zh = "电子邮箱", ro = "E-mail")
    )]
    pub email: Option<String>,
    #[field(personal, section = "address", label(en = "Address", ru = "Адрес", zh = "地址", ro = "Adresă"))]
    pub address: Option<Address>,
    #[field(label(en = "Employees", ru = "Сотрудники", zh = "员工数", ro = "Angajați"))]
    pub employees: Option<i64>,
    #[field(label(en = "Annual revenue", ru = "Годовая выручка", zh = "年收入", ro = "Cifra de afaceri"))]
    pub annual_revenue: Option<Money>,
    #[field(label(en = "Founded (year)", ru = "Год основания", zh = "成立年份", ro = "Anul înființării"))]
    pub founded: Option<i64>,
    #[field(
        section = "billing",
        max = 60,
        label(en = "Tax ID", ru = "ИНН / налоговый номер", zh = "税号", ro = "Cod fiscal")
    )]
    pub tax_id: Option<String>,
    #[field(
        section = "billing",
        max = 60,
        label(en = "Registration number", ru = "Регистрационный номер", zh = "注册号", ro = "Număr de înregistrare")
    )]
    pub registration_number: Option<String>,
    #[field(
        searchable,
        indexed,
        section = "billing",
        max = 60,
        label(en = "Customer number", ru = "Номер клиента", zh = "客户编号", ro = "Număr de client")
    )]
    pub customer_number: Option<String>,
    /// Three letters of ISO 4217: EUR, RON, CNY.
    #[field(
        section = "billing",
        max = 3,
        label(en = "Currency", ru = "Валюта", zh = "货币", ro = "Monedă"),
        help(
            ru = "Три буквы ISO 4217: EUR, RON, CNY.",
            zh = "ISO 4217 三字母代码：EUR、RON、CNY。",
            ro = "Trei litere ISO 4217: EUR, RON, CNY."
        )
    )]
    pub currency: Option<String>,
    #[field(
        section = "billing",
        label(
            en = "Payment terms (days)",
            ru = "Срок оплаты (дней)",
            zh = "付款期限（天）",
            ro = "Termen de plată (zile)"
        )
    )]
    pub payment_days: Option<i64>,
    #[field(
        section = "billing",
        label(en = "Credit limit", ru = "Кредитный лимит", zh = "信用额度", ro = "Limită de credit")
    )]
    pub credit_limit: Option<Money>,
    #[field(max = 35, label(en = "Language", ru = "Язык", zh = "语言", ro = "Limbă"))]
    pub language: Option<String>,
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
            partner(en = "Partner", ru = "Партнёр", zh = "合作伙伴", ro = "Partener"),
            import(en = "Import", ru = "Импорт", zh = "导入", ro = "Import"),
            other(en = "Other", ru = "Другое", zh = "其他", ro = "Altul"),
        )
    )]
    pub source: Option<String>,
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
        rollup(object = "contact", link = "company", count),
        section = "figures",
        label(en = "Contacts", ru = "Контакты", zh = "联系人数", ro = "Contacte")
    )]
    pub contacts_count: i64,
    #[field(
        rollup(object = "company", link = "parent", count),
        section = "figures",
        label(en = "Subsidiaries", ru = "Дочерние компании", zh = "子公司数", ro = "Filiale")
    )]
    pub subsidiaries_count: i64,
    #[field(
        rollup(object = "deal", link = "company", count, filter = "status = \"open\""),
        section = "figures",
        label(en = "Open deals", ru = "Открытые сделки", zh = "进行中商机", ro = "Oportunități deschise")
    )]
    pub open_deals_count: i64,
    #[field(
        rollup(
            object = "deal",
            link = "company",
            sum = "amount",
            on = "expected_close_on",
            filter = "status = \"open\""
        ),
        section = "figures",
        label(
            en = "Open deal value",
            ru = "Сумма открытых сделок",
            zh = "进行中商机金额",
            ro = "Valoarea oportunităților deschise"
        )
    )]
    pub open_deals_amount: Option<Money>,
    #[field(
        rollup(object = "deal", link = "company", count, filter = "status = \"won\""),
        section = "figures",
        label(en = "Won deals", ru = "Выигранные сделки", zh = "赢单数", ro = "Oportunități câștigate")
    )]
    pub won_deals_count: i64,
    #[field(
        rollup(object = "deal", link = "company", sum = "amount", on = "closed_on", filter = "status = \"won\""),
        section = "figures",
        label(
            en = "Won deal value",
            ru = "Сумма выигранных сделок",
            zh = "赢单金额",
            ro = "Valoarea oportunităților câștigate"
        )
    )]
    pub won_deals_amount: Option<Money>,
    #[field(
        rollup(object = "deal", link = "company", count, filter = "status = \"lost\""),
        section = "figures",
        label(en = "Lost deals", ru = "Проигранные сделки", zh = "丢单数", ro = "Oportunități pierdute")
    )]
    pub lost_deals_count: i64,
    #[field(
        rollup(object = "order", link = "company", count, filter = "status != \"cancelled\""),
        section = "figures",
        label(en = "Orders", ru = "Заказы", zh = "订单数", ro = "Comenzi")
    )]
    pub orders_count: i64,
    #[field(
        rollup(
            object = "order",
            link = "company",
            sum = "total",
            on = "ordered_on",
            filter = "status != \"cancelled\""
        ),
        section = "figures",
        label(en = "Order value", ru = "Сумма заказов", zh = "订单总额", ro = "Valoarea comenzilor")
    )]
    pub orders_total: Option<Money>,
    #[field(
        rollup(object = "order", link = "company", max = "ordered_on", filter = "status != \"cancelled\""),
        section = "figures",
        label(en = "Last order", ru = "Последний заказ", zh = "最近下单", ro = "Ultima comandă")
    )]
    pub last_order_on: Option<Date>,
    #[field(
        rollup(object = "ticket", link = "company", count, filter = "status != \"solved\" and status != \"closed\""),
        section = "figures",
        label(en = "Open tickets", ru = "Открытые обращения", zh = "未结工单", ro = "Solicitări deschise")
    )]
    pub open_tickets_count: i64,
    #[field(
        readonly,
        section = "analysis",
        purpose = "analysis",
        label(en = "Buying pattern", ru = "Покупательский тип", zh = "购买类型", ro = "Tipar de cumpărare"),
        options(
            champions(en = "Champions", ru = "Чемпионы", zh = "冠军客户", ro = "Campioni", hue = 145),
            loyal(en = "Loyal", ru = "Верные", zh = "忠诚客户", ro = "Fideli", hue = 170),
            potential_loyal(
                en = "Becoming loyal",
                ru = "Станут верными",
                zh = "潜在忠诚",
                ro = "Pe cale să fie fideli",
                hue = 200
            ),
            new(en = "New", ru = "Новые", zh = "新客户", ro = "Noi", hue = 240),
            promising(en = "Promising", ru = "Многообещающие", zh = "有潜力", ro = "Promițători", hue = 260),
            need_attention(
                en = "Need attention",
                ru = "Требуют внимания",
                zh = "需关注",
                ro = "Cer atenție",
                hue = 80
            ),
            about_to_sleep(
                en = "About to fall asleep",
                ru = "Засыпают",
                zh = "即将沉睡",
                ro = "Gata să adoarmă",
                hue = 60
            ),
            at_risk(en = "At risk", ru = "Под угрозой", zh = "有流失风险", ro = "În pericol", hue = 40),
            cannot_lose(
                en = "Must not be lost",
                ru = "Нельзя потерять",
                zh = "不可失去",
                ro = "De nepierdut",
                hue = 20
            ),
            hibernating(en = "Asleep", ru = "Спящие", zh = "沉睡", ro = "Adormiți"),
        )
    )]
    pub rfm_segment: Option<String>,
    #[field(
        readonly,
        section = "analysis",
        purpose = "analysis",
        label(en = "Recency score", ru = "Балл давности", zh = "近度评分", ro = "Scor de recență")
    )]
    pub recency_score: Option<i64>,
    #[field(
        readonly,
        section = "analysis",
        purpose = "analysis",
        label(en = "Frequency score", ru = "Балл частоты", zh = "频度评分", ro = "Scor de frecvență")
    )]
    pub frequency_score: Option<i64>,
    #[field(
        readonly,
        section = "analysis",
        purpose = "analysis",
        label(en = "Money score", ru = "Балл суммы", zh = "金额评分", ro = "Scor valoric")
    )]
    pub money_score: Option<i64>,
    #[field(
        readonly,
        section = "analysis",
        purpose = "analysis",
        label(en = "Value class", ru = "Класс ценности", zh = "价值等级", ro = "Clasă de valoare"),
        options(
            a(en = "A", ru = "A", zh = "A", ro = "A", hue = 145),
            b(en = "B", ru = "B", zh = "B", ro = "B", hue = 60),
            c(en = "C", ru = "C", zh = "C", ro = "C"),
        )
    )]
    pub value_class: Option<String>,
    #[field(
        readonly,
        section = "analysis",
        purpose = "analysis",
        label(en = "Activity", ru = "Активность", zh = "活跃度", ro = "Activitate"),
        options(
            active(en = "Active", ru = "Активен", zh = "活跃", ro = "Activ", hue = 145),
            slowing(en = "Slowing down", ru = "Замедляется", zh = "放缓", ro = "Încetinește", hue = 60),
            lapsed(en = "Lapsed", ru = "Ушёл", zh = "已流失", ro = "Pierdut", hue = 20),
        )
    )]
    pub activity: Option<String>,
    #[field(
        readonly,
        section = "analysis",
        purpose = "analysis",
        label(
            en = "Probability of being alive",
            ru = "Вероятность, что клиент ещё с нами",
            zh = "仍为客户的概率",
            ro = "Probabilitatea de a fi încă client"
        )
    )]
    pub alive_probability: Option<f64>,
    #[field(
        readonly,
        section = "analysis",
        purpose = "analysis",
        label(
            en = "Orders expected in a year",
            ru = "Ожидаемые заказы за год",
            zh = "预计年订单数",
            ro = "Comenzi așteptate într-un an"
        )
    )]
    pub expected_orders: Option<f64>,
    #[field(
        readonly,
        indexed,
        section = "analysis",
        purpose = "analysis",
        label(
            en = "Value of the next year",
            ru = "Ценность на год вперёд",
            zh = "未来一年价值",
            ro = "Valoarea anului următor"
        )
    )]
    pub lifetime_value: Option<Money>,
    #[field(
        readonly,
        section = "analysis",
        purpose = "analysis",
        max = 80,
        label(en = "Cluster", ru = "Кластер", zh = "聚类", ro = "Grup")
    )]
    pub cluster: Option<String>,
    #[field(
        readonly,
        section = "analysis",
        purpose = "analysis",
        label(en = "Analysed as of", ru = "Рассчитано на дату", zh = "分析截至", ro = "Analizat la data")
    )]
    pub analysed_on: Option<Date>,
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
