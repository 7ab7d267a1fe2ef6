//! Tickets: a customer asked for something and somebody answers.

use kernel::{Id, Time};
use macros::Object;

/// A customer's question, problem or request.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "tickets",
    title = "{subject}",
    subtitle = "{number}",
    area = "service",
    icon = "life-buoy",
    owner = "owner",
    party_links("contact", "company"),
    class = "internal",
    purpose = "service",
    label(en = "Ticket", ru = "Обращение", zh = "工单", ro = "Solicitare"),
    label_plural(en = "Tickets", ru = "Обращения", zh = "工单", ro = "Solicitări")
)]
pub struct Ticket {
    #[field(required, searchable, max = 300, label(en = "Subject", ru = "Тема", zh = "主题", ro = "Subiect"))]
    pub subject: String,
    #[field(unique, indexed, searchable, max = 80, label(en = "Number", ru = "Номер", zh = "编号", ro = "Număr"))]
    pub number: Option<String>,
    #[field(
        indexed,
        default = "new",
        label(en = "Status", ru = "Статус", zh = "状态", ro = "Stare"),
        options(
            new(en = "New", ru = "Новое", zh = "新建", ro = "Nouă", hue = 240),
            open(en = "Open", ru = "В работе", zh = "处理中", ro = "În lucru", hue = 60),
            waiting(
                en = "Waiting for the customer",
                ru = "Ждём клиента",
                zh = "等待客户",
                ro = "În așteptarea clientului",
                hue = 280
            ),
            solved(en = "Solved", ru = "Решено", zh = "已解决", ro = "Rezolvată", hue = 145),
            closed(en = "Closed", ru = "Закрыто", zh = "已关闭", ro = "Închisă"),
        )
    )]
    pub status: String,
    #[field(
        default = "normal",
        label(en = "Priority", ru = "Приоритет", zh = "优先级", ro = "Prioritate"),
        options(
            low(en = "Low", ru = "Низкий", zh = "低", ro = "Scăzută", hue = 240),
            normal(en = "Normal", ru = "Обычный", zh = "普通", ro = "Normală"),
            high(en = "High", ru = "Высокий", zh = "高", ro = "Ridicată", hue = 60),
            urgent(en = "Urgent", ru = "Срочный", zh = "紧急", ro = "Urgentă", hue = 20),
        )
    )]
    pub priority: String,
    #[field(
        label(en = "Kind", ru = "Вид", zh = "类型", ro = "Tip"),
        options(
            question(en = "Question", ru = "Вопрос", zh = "咨询", ro = "Întrebare"),
            problem(en = "Problem", ru = "Проблема", zh = "问题", ro = "Problemă"),
            request(en = "Request", ru = "Запрос", zh = "请求", ro = "Cerere"),
            complaint(en = "Complaint", ru = "Жалоба", zh = "投诉", ro = "Reclamație"),
        )
    )]
    pub kind: Option<String>,
    #[field(link = "contact", indexed, label(en = "Contact", ru = "Контакт", zh = "联系人", ro = "Contact"))]
    pub contact: Option<Id>,
    #[field(link = "company", indexed, label(en = "Company", ru = "Компания", zh = "公司", ro = "Companie"))]
    pub company: Option<Id>,
    #[field(link = "user", label(en = "Owner", ru = "Ответственный", zh = "负责人", ro = "Responsabil"))]
    pub owner: Option<Id>,
    #[field(link = "team", label(en = "Team", ru = "Команда", zh = "团队", ro = "Echipă"))]
    pub team: Option<Id>,
    #[field(
        label(en = "Channel", ru = "Канал", zh = "渠道", ro = "Canal"),
        options(
            email(en = "Email", ru = "Эл. почта", zh = "电子邮件", ro = "E-mail"),
            phone(en = "Phone", ru = "Телефон", zh = "电话", ro = "Telefon"),
            web(en = "Website", ru = "Сайт", zh = "网站", ro = "Site web"),
            chat(en = "Chat", ru = "Чат", zh = "在线聊天", ro = "Chat"),
            social(en = "Social network", ru = "Соцсети", zh = "社交网络", ro = "Rețea socială"),
            in_person(en = "In person", ru = "Лично", zh = "当面", ro = "În persoană"),
        )
    )]
    pub channel: Option<String>,
    #[field(link = "product", label(en = "Product", ru = "Товар", zh = "产品", ro = "Produs"))]
    pub product: Option<Id>,
    #[field(column = "order_id", link = "order", label(en = "Order", ru = "Заказ", zh = "订单", ro = "Comandă"))]
    pub order: Option<Id>,
    #[field(
        long_text,
        personal,
        searchable,
        label(en = "Description", ru = "Описание", zh = "描述", ro = "Descriere")
    )]
    pub description: Option<String>,
    #[field(indexed, label(en = "Answer by", ru = "Ответить до", zh = "应答期限", ro = "De răspuns până la"))]
    pub due_at: Option<Time>,
    #[field(label(en = "First answer", ru = "Первый ответ", zh = "首次回复时间", ro = "Primul răspuns"))]
    pub first_answered_at: Option<Time>,
    #[field(label(en = "Solved at", ru = "Решено", zh = "解决时间", ro = "Rezolvată la"))]
    pub solved_at: Option<Time>,
    #[field(label(en = "Closed at", ru = "Закрыто", zh = "关闭时间", ro = "Închisă la"))]
    pub closed_at: Option<Time>,
    #[field(long_text, personal, label(en = "Resolution", ru = "Решение", zh = "解决方案", ro = "Rezolvare"))]
    pub resolution: Option<String>,
    #[field(label(
        en = "Customer's rating (1–5)",
        ru = "Оценка клиента (1–5)",
        zh = "客户评分（1–5）",
        ro = "Nota clientului (1–5)"
    ))]
    pub rating: Option<i64>,
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
