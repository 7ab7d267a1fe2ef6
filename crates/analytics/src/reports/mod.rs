//! Reports: a scorecard, a report of sales, a dashboard, a kept list or a kept question by mail, every day, week or month at an
//! hour of a zone.
//!
//! What a report holds is made under the rights that its owner has on that day ([`content`]), in the language of each who
//! gets it, as a letter with the figures in it and the same as PDF ([`letter`]). To addresses outside it goes only while
//! the owner may export what it is made of. It is written into the outbox in one transaction with the line that says so
//! ([`send`]): once for each time it is due, whatever is killed in between.

mod clock;
mod content;
mod keeper;
mod letter;
mod queries;
mod routes;
mod send;
mod words;

use kernel::{Id, Time};
use macros::Object;

pub use clock::Monday;
pub use keeper::Keeper;
pub use routes::routes;
pub use send::SendWork;

/// The object's name.
pub const REPORT: &str = "report";

/// What is sent, to whom and when.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "reports",
    title = "{name}",
    area = "analytics",
    icon = "mail",
    owner = "owner",
    class = "internal",
    purpose = "analysis",
    label(en = "Report", ru = "Отчёт", zh = "报告", ro = "Raport"),
    label_plural(en = "Reports", ru = "Отчёты", zh = "报告", ro = "Rapoarte")
)]
pub struct Report {
    #[field(required, searchable, max = 120, label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire"))]
    pub name: String,
    #[field(
        default = "sales",
        label(en = "What", ru = "Что", zh = "内容", ro = "Ce"),
        options(
            sales(en = "KPIs of sales", ru = "Показатели продаж", zh = "销售指标", ro = "Indicatori de vânzări"),
            marketing(
                en = "KPIs of marketing",
                ru = "Показатели маркетинга",
                zh = "营销指标",
                ro = "Indicatori de marketing"
            ),
            service(en = "KPIs of service", ru = "Показатели сервиса", zh = "服务指标", ro = "Indicatori de service"),
            sales_changes(
                en = "Pipeline changes",
                ru = "Изменения воронки",
                zh = "管道变化",
                ro = "Schimbările fluxului"
            ),
            sales_funnel(en = "Funnel", ru = "Воронка", zh = "漏斗", ro = "Pâlnie"),
            sales_velocity(en = "Sales velocity", ru = "Скорость продаж", zh = "销售速度", ro = "Viteza vânzărilor"),
            sales_sources(
                en = "Sources and campaigns",
                ru = "Источники и кампании",
                zh = "来源与活动",
                ro = "Surse și campanii"
            ),
            sales_response(
                en = "Activity and response",
                ru = "Активность и отклик",
                zh = "活动与响应",
                ro = "Activitate și răspuns"
            ),
            sales_ageing(
                en = "Ageing of deals",
                ru = "Возраст сделок",
                zh = "商机停留时长",
                ro = "Vechimea oportunităților"
            ),
            sales_leaders(en = "Leaderboard", ru = "Лидеры", zh = "排行榜", ro = "Clasament"),
            dashboard(en = "A dashboard", ru = "Панель", zh = "仪表板", ro = "Un tablou de bord"),
            view(en = "A saved view", ru = "Сохранённый список", zh = "已保存的视图", ro = "O vizualizare salvată"),
            question(
                en = "A kept question",
                ru = "Сохранённый вопрос",
                zh = "已保存的查询",
                ro = "O întrebare păstrată"
            ),
        )
    )]
    pub what: String,
    #[field(link = "dashboard", label(en = "Dashboard", ru = "Панель", zh = "仪表板", ro = "Tablou de bord"))]
    pub dashboard: Option<Id>,
    #[field(link = "view", label(en = "Saved view", ru = "Представление", zh = "视图", ro = "Vizualizare"))]
    pub saved_view: Option<Id>,
    #[field(link = "sql_question", label(en = "Question", ru = "Вопрос", zh = "查询", ro = "Întrebare"))]
    pub question: Option<Id>,
    #[field(
        default = "week",
        label(en = "Every", ru = "Как часто", zh = "频率", ro = "La fiecare"),
        options(
            day(en = "Day", ru = "Каждый день", zh = "每天", ro = "Zi"),
            week(en = "Week", ru = "Каждую неделю", zh = "每周", ro = "Săptămână"),
            month(en = "Month", ru = "Каждый месяц", zh = "每月", ro = "Lună"),
        )
    )]
    pub every: String,
    // Of the week, 1 is Monday; or of the month, its last where it is shorter.
    #[field(default = 1, label(en = "On day", ru = "День", zh = "日", ro = "În ziua"))]
    pub on_day: i64,
    #[field(default = 8, label(en = "At hour", ru = "В час", zh = "小时", ro = "La ora"))]
    pub at_hour: i64,
    // Of the hour; the company's where nothing is said.
    #[field(max = 60, label(en = "Time zone", ru = "Часовой пояс", zh = "时区", ro = "Fus orar"))]
    pub zone: Option<String>,
    #[field(links = "user", label(en = "To", ru = "Кому", zh = "收件人", ro = "Către"))]
    pub people: Vec<Id>,
    // With commas or line breaks between.
    #[field(long_text, label(en = "Addresses outside", ru = "Внешние адреса", zh = "外部地址", ro = "Adrese externe"))]
    pub addresses: Option<String>,
    // Of who is written to outside.
    #[field(
        default = "en",
        label(en = "Language outside", ru = "Язык для внешних", zh = "外部语言", ro = "Limba pentru exterior"),
        options(
            en(en = "English", ru = "Английский", zh = "英语", ro = "Engleză"),
            ru(en = "Russian", ru = "Русский", zh = "俄语", ro = "Rusă"),
            zh(en = "Chinese", ru = "Китайский", zh = "中文", ro = "Chineză"),
            ro(en = "Romanian", ru = "Румынский", zh = "罗马尼亚语", ro = "Română"),
        )
    )]
    pub language: String,
    #[field(default = true, label(en = "On", ru = "Включён", zh = "启用", ro = "Activ"))]
    pub is_on: bool,
    #[field(
        default = "private",
        label(en = "Seen by", ru = "Кто видит", zh = "可见范围", ro = "Vizibil pentru"),
        options(
            private(en = "Only me", ru = "Только я", zh = "仅自己", ro = "Doar eu"),
            team(en = "My team", ru = "Моя команда", zh = "我的团队", ro = "Echipa mea"),
            everyone(en = "Everyone", ru = "Все", zh = "所有人", ro = "Toți"),
        )
    )]
    pub visibility: String,
    #[field(link = "team", label(en = "Team", ru = "Команда", zh = "团队", ro = "Echipă"))]
    pub team: Option<Id>,
    #[field(link = "user", label(en = "Owner", ru = "Ответственный", zh = "负责人", ro = "Responsabil"))]
    pub owner: Option<Id>,
    #[field(readonly, label(en = "Last sent", ru = "Последний отправлен", zh = "上次发送", ro = "Ultimul trimis"))]
    pub sent_at: Option<Time>,
}
