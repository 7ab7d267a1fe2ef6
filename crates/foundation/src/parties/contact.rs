//! Contacts: the people a company deals with.

use jiff::civil::Date;
use kernel::{Address, Id, Money};
use macros::Object;

/// A person: a customer, a lead that grew up, somebody at a company.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "contacts",
    title = "{first_name} {last_name}",
    subtitle = "{job_title}",
    area = "customers",
    icon = "user",
    owner = "owner",
    party,
    party_links("company"),
    needs_any("first_name", "last_name", "email", "phone", "mobile", "external_id"),
    class = "internal",
    purpose = "contract",
    label(en = "Contact", ru = "Контакт", zh = "联系人", ro = "Contact"),
    label_plural(en = "Contacts", ru = "Контакты", zh = "联系人", ro = "Contacte")
)]
pub struct Contact {
    #[field(personal, max = 40, label(en = "Prefix", ru = "Обращение", zh = "称谓", ro = "Formulă de adresare"))]
    pub prefix: Option<String>,
    #[field(personal, searchable, max = 120, label(en = "First name", ru = "Имя", zh = "名", ro = "Prenume"))]
    pub first_name: Option<String>,
    #[field(
        personal,
        searchable,
        max = 120,
        label(en = "Last name", ru = "Фамилия", zh = "姓", ro = "Nume de familie")
    )]
    pub last_name: Option<String>,
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
    #[field(link = "company", indexed, label(en = "Company", ru = "Компания", zh = "公司", ro = "Companie"))]
    pub company: Option<Id>,
    #[field(link = "household", indexed, label(en = "Household", ru = "Семья", zh = "家庭", ro = "Gospodărie"))]
    pub household: Option<Id>,
    #[field(personal, max = 200, label(en = "Job title", ru = "Должность", zh = "职位", ro = "Funcție"))]
    pub job_title: Option<String>,
    #[field(max = 200, label(en = "Department", ru = "Отдел", zh = "部门", ro = "Departament"))]
    pub department: Option<String>,
    #[field(link = "contact", label(en = "Reports to", ru = "Руководитель", zh = "上级", ro = "Raportează către"))]
    pub reports_to: Option<Id>,
    #[field(link = "user", label(en = "Owner", ru = "Ответственный", zh = "负责人", ro = "Responsabil"))]
    pub owner: Option<Id>,
    #[field(
        label(en = "Lifecycle", ru = "Этап отношений", zh = "生命周期", ro = "Etapa relației"),
        options(
            subscriber(en = "Subscriber", ru = "Подписчик", zh = "订阅者", ro = "Abonat", hue = 220),
            lead(en = "Lead", ru = "Лид", zh = "线索", ro = "Prospect", hue = 240),
            qualified(en = "Qualified", ru = "Квалифицирован", zh = "合格线索", ro = "Calificat", hue = 280),
            opportunity(en = "Opportunity", ru = "Возможная сделка", zh = "商机", ro = "Oportunitate", hue = 60),
            customer(en = "Customer", ru = "Клиент", zh = "客户", ro = "Client", hue = 145),
            advocate(en = "Advocate", ru = "Рекомендует нас", zh = "推荐者", ro = "Promotor", hue = 170),
            former(en = "Former customer", ru = "Бывший клиент", zh = "前客户", ro = "Fost client", hue = 30),
            other(en = "Other", ru = "Другое", zh = "其他", ro = "Altul"),
        )
    )]
    pub lifecycle: Option<String>,
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
    #[field(links = "tag", label(en = "Tags", ru = "Метки", zh = "标签", ro = "Etichete"))]
    pub tags: Vec<Id>,
    #[field(personal, section = "address", label(en = "Address", ru = "Адрес", zh = "地址", ro = "Adresă"))]
    pub address: Option<Address>,
    #[field(url, personal, label(en = "Website", ru = "Сайт", zh = "网站", ro = "Site web"))]
    pub website: Option<String>,
    /// The language this person is written to in, as a code: en, ru, zh, ro, pt-BR.
    #[field(
        personal,
        max = 35,
        label(en = "Language", ru = "Язык", zh = "语言", ro = "Limbă"),
        help(
            ru = "Язык, на котором пишут этому человеку, кодом: en, ru, zh, ro, pt-BR.",
            zh = "与此人书信往来所用语言的代码：en、ru、zh、ro、pt-BR。",
            ro = "Limba în care i se scrie acestei persoane, ca un cod: en, ru, zh, ro, pt-BR."
        )
    )]
    pub language: Option<String>,
    #[field(personal, max = 60, label(en = "Time zone", ru = "Часовой пояс", zh = "时区", ro = "Fus orar"))]
    pub time_zone: Option<String>,
    #[field(
        personal,
        section = "person",
        purpose = "marketing",
        label(en = "Birthday", ru = "День рождения", zh = "生日", ro = "Data nașterii")
    )]
    pub birth_date: Option<Date>,
    #[field(
        personal,
        section = "person",
        purpose = "marketing",
        label(en = "Gender", ru = "Пол", zh = "性别", ro = "Gen"),
        options(
            female(en = "Female", ru = "Женский", zh = "女", ro = "Feminin"),
            male(en = "Male", ru = "Мужской", zh = "男", ro = "Masculin"),
            other(en = "Other", ru = "Другой", zh = "其他", ro = "Altul"),
        )
    )]
    pub gender: Option<String>,
    #[field(
        personal,
        section = "person",
        purpose = "marketing",
        label(en = "Marital status", ru = "Семейное положение", zh = "婚姻状况", ro = "Stare civilă"),
        options(
            single(en = "Single", ru = "Не в браке", zh = "未婚", ro = "Necăsătorit(ă)"),
            married(en = "Married", ru = "В браке", zh = "已婚", ro = "Căsătorit(ă)"),
            divorced(en = "Divorced", ru = "В разводе", zh = "离异", ro = "Divorțat(ă)"),
            widowed(en = "Widowed", ru = "Вдовец / вдова", zh = "丧偶", ro = "Văduv(ă)"),
            partnership(en = "Partnership", ru = "Партнёрство", zh = "伴侣关系", ro = "Parteneriat"),
        )
    )]
    pub marital_status: Option<String>,
    #[field(
        personal,
        section = "person",
        purpose = "marketing",
        label(en = "Annual income", ru = "Годовой доход", zh = "年收入", ro = "Venit anual")
    )]
    pub annual_income: Option<Money>,
    #[field(
        personal,
        section = "person",
        purpose = "marketing",
        label(en = "Children", ru = "Дети", zh = "子女数", ro = "Copii")
    )]
    pub children: Option<i64>,
    #[field(
        personal,
        section = "person",
        purpose = "marketing",
        label(en = "Education", ru = "Образование", zh = "教育程度", ro = "Educație"),
        options(
            partial_high_school(
                en = "Some high school",
                ru = "Неполное среднее",
                zh = "高中肄业",
                ro = "Liceu neterminat"
            ),
            high_school(en = "High school", ru = "Среднее", zh = "高中", ro = "Liceu"),
            partial_college(
                en = "Some college",
                ru = "Неоконченное высшее",
                zh = "大学肄业",
                ro = "Facultate neterminată"
            ),
            bachelor(en = "Bachelor's degree", ru = "Бакалавр", zh = "学士", ro = "Licență"),
            graduate(en = "Graduate degree", ru = "Магистр и выше", zh = "研究生", ro = "Studii postuniversitare"),
            vocational(en = "Vocational", ru = "Профессиональное", zh = "职业教育", ro = "Școală profesională"),
        )
    )]
    pub education: Option<String>,
    #[field(
        personal,
        section = "person",
        purpose = "marketing",
        max = 120,
        label(en = "Occupation", ru = "Род занятий", zh = "职业", ro = "Ocupație")
    )]
    pub occupation: Option<String>,
    #[field(
        personal,
        section = "person",
        purpose = "marketing",
        label(en = "Owns a home", ru = "Своё жильё", zh = "自有住房", ro = "Proprietar de locuință")
    )]
    pub home_owner: Option<bool>,
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
        default = false,
        section = "consent",
        label(en = "Do not send letters", ru = "Не слать писем по почте", zh = "勿寄信", ro = "Nu trimite scrisori")
    )]
    pub do_not_mail: bool,
    #[field(
        long_text,
        personal,
        section = "more",
        label(en = "Description", ru = "Описание", zh = "描述", ro = "Descriere")
    )]
    pub description: Option<String>,
    #[field(
        rollup(object = "order", link = "customer", min = "ordered_on", filter = "status != \"cancelled\""),
        section = "figures",
        label(en = "First order", ru = "Первый заказ", zh = "首次下单", ro = "Prima comandă")
    )]
    pub first_order_on: Option<Date>,
    #[field(
        rollup(object = "order", link = "customer", max = "ordered_on", filter = "status != \"cancelled\""),
        section = "figures",
        label(en = "Last order", ru = "Последний заказ", zh = "最近下单", ro = "Ultima comandă")
    )]
    pub last_order_on: Option<Date>,
    #[field(
        rollup(object = "order", link = "customer", count, filter = "status != \"cancelled\""),
        section = "figures",
        label(en = "Orders", ru = "Заказы", zh = "订单数", ro = "Comenzi")
    )]
    pub orders_count: i64,
    #[field(
        rollup(
            object = "order",
            link = "customer",
            sum = "total",
            on = "ordered_on",
            filter = "status != \"cancelled\""
        ),
        indexed,
        section = "figures",
        label(en = "Order value", ru = "Сумма заказов", zh = "订单总额", ro = "Valoarea comenzilor")
    )]
    pub orders_total: Option<Money>,
    #[field(
        rollup(object = "deal", link = "contact", count, filter = "status = \"open\""),
        section = "figures",
        label(en = "Open deals", ru = "Открытые сделки", zh = "进行中商机", ro = "Oportunități deschise")
    )]
    pub open_deals_count: i64,
    #[field(
        rollup(
            object = "deal",
            link = "contact",
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
        rollup(object = "deal", link = "contact", sum = "amount", on = "closed_on", filter = "status = \"won\""),
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
        rollup(object = "ticket", link = "contact", count, filter = "status != \"solved\" and status != \"closed\""),
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
