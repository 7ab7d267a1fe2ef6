//! The record of a booking page.

use kernel::Id;
use macros::Object;
use serde_json::Value as Json;

/// What visitors may book: a kind of meeting, with whom, and within which bounds.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "booking_pages",
    title = "{name}",
    subtitle = "{slug}",
    area = "sales",
    icon = "calendar-check",
    owner = "owner",
    class = "internal",
    purpose = "contract",
    label(en = "Booking page", ru = "Страница записи", zh = "预约页面", ro = "Pagină de programări"),
    label_plural(en = "Booking pages", ru = "Страницы записи", zh = "预约页面", ro = "Pagini de programări")
)]
pub struct BookingPage {
    #[field(required, searchable, max = 120, label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire"))]
    pub name: String,
    // The last part of its address, `/b/{slug}`.
    #[field(
        required,
        unique,
        indexed,
        searchable,
        max = 80,
        label(en = "Address", ru = "Адрес", zh = "地址", ro = "Adresă")
    )]
    pub slug: String,
    #[field(default = true, label(en = "Open", ru = "Открыта", zh = "开放", ro = "Deschisă"))]
    pub is_active: bool,
    #[field(link = "user", label(en = "Owner", ru = "Ответственный", zh = "负责人", ro = "Responsabil"))]
    pub owner: Option<Id>,
    #[field(
        default = "meeting",
        label(en = "Kind", ru = "Вид", zh = "类型", ro = "Tip"),
        options(
            meeting(en = "Meeting", ru = "Встреча", zh = "会议", ro = "Întâlnire", hue = 280),
            call(en = "Call", ru = "Звонок", zh = "电话", ro = "Apel", hue = 145),
            visit(en = "Visit", ru = "Визит", zh = "拜访", ro = "Vizită", hue = 60),
        )
    )]
    pub kind: String,
    // Nobody: its owner.
    #[field(links = "user", label(en = "With", ru = "С кем", zh = "接待人", ro = "Cu cine"))]
    pub hosts: Vec<Id>,
    // Its members, beside those who are named.
    #[field(link = "team", label(en = "Team", ru = "Команда", zh = "团队", ro = "Echipă"))]
    pub team: Option<Id>,
    #[field(
        default = "turns",
        label(en = "Who meets them", ru = "Кто встречает", zh = "由谁接待", ro = "Cine îi primește"),
        options(
            turns(
                en = "One of them, in turn",
                ru = "Один из них, по очереди",
                zh = "轮流一人",
                ro = "Unul dintre ei, pe rând"
            ),
            all(en = "All of them", ru = "Все вместе", zh = "全体", ro = "Toți împreună"),
        )
    )]
    pub assignment: String,
    #[field(
        default = 30,
        label(en = "Duration (minutes)", ru = "Длительность (минут)", zh = "时长（分钟）", ro = "Durată (minute)")
    )]
    pub duration_minutes: i64,
    #[field(
        default = 30,
        label(
            en = "A start every (minutes)",
            ru = "Начало каждые (минут)",
            zh = "开始间隔（分钟）",
            ro = "Început la fiecare (minute)"
        )
    )]
    pub step_minutes: i64,
    #[field(
        default = 0,
        label(
            en = "Free before (minutes)",
            ru = "Запас до (минут)",
            zh = "之前留空（分钟）",
            ro = "Liber înainte (minute)"
        )
    )]
    pub buffer_before: i64,
    #[field(
        default = 0,
        label(
            en = "Free after (minutes)",
            ru = "Запас после (минут)",
            zh = "之后留空（分钟）",
            ro = "Liber după (minute)"
        )
    )]
    pub buffer_after: i64,
    #[field(
        default = 4,
        label(
            en = "Notice (hours)",
            ru = "Не позже чем за (часов)",
            zh = "提前预约（小时）",
            ro = "Cu cel puțin (ore) înainte"
        )
    )]
    pub notice_hours: i64,
    #[field(
        default = 30,
        label(en = "Days ahead", ru = "На сколько дней вперёд", zh = "可预约天数", ro = "Zile în avans")
    )]
    pub horizon_days: i64,
    // None: as many as there is time for.
    #[field(label(
        en = "At most a day each",
        ru = "Не больше в день у каждого",
        zh = "每人每日上限",
        ro = "Cel mult pe zi fiecare"
    ))]
    pub per_day: Option<i64>,
    // The id of a business calendar; none: the company's.
    #[field(max = 40, label(en = "Working hours", ru = "Рабочие часы", zh = "工作时间", ro = "Program de lucru"))]
    pub calendar: Option<String>,
    #[field(max = 300, label(en = "Location", ru = "Место", zh = "地点", ro = "Loc"))]
    pub location: Option<String>,
    // `[{"labels": {"en": "What is it about?"}, "required": true, "long": true}]`, in the order of the page.
    #[field(label(en = "Questions", ru = "Вопросы", zh = "问题", ro = "Întrebări"))]
    pub questions: Option<Json>,
    // `{"en": {"title", "intro", "thanks", "consent"}}`.
    #[field(label(en = "Texts", ru = "Тексты", zh = "文本", ro = "Texte"))]
    pub texts: Option<Json>,
    #[field(
        default = "contact",
        label(en = "Newcomers become", ru = "Новые становятся", zh = "新访客成为", ro = "Cei noi devin"),
        options(
            contact(en = "Contacts", ru = "Контактами", zh = "联系人", ro = "Contacte"),
            lead(en = "Leads", ru = "Лидами", zh = "线索", ro = "Prospecți"),
        )
    )]
    pub becomes: String,
    #[field(link = "campaign", label(en = "Campaign", ru = "Кампания", zh = "营销活动", ro = "Campanie"))]
    pub campaign: Option<Id>,
    #[field(
        rollup(object = "booking", link = "booking_page", count, filter = "state = \"booked\""),
        section = "figures",
        label(en = "Booked", ru = "Записей", zh = "已预约", ro = "Programări")
    )]
    pub bookings_count: i64,
}
