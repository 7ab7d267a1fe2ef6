//! Alerts: somebody is told when a KPI, or the answer of a kept question, changes out of the ordinary or crosses a line.
//!
//! Each day, week or month that is over is looked at once ([`check`]), under the rights of the alert's owner. What is out of
//! the ordinary is judged against the past of what is watched ([`methods::unusual`]) at a rate of false alarms that
//! the alert states. An alarm is a line on the ledger, a notice to who follows the alert and a letter where they wish one
//! ([`tell`]); it is told when it begins, when it turns and when it is over, and not again in between.

mod check;
mod clock;
mod keeper;
mod page;
mod queries;
mod routes;
mod tell;
mod watched;
mod words;

use kernel::{Id, Time};
use macros::Object;

pub use check::CheckWork;
pub use clock::Dawn;
pub use keeper::Keeper;
pub use routes::routes;

/// The object's name.
pub const ALERT: &str = "alert";

/// A watch over one KPI or one question.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "alerts",
    title = "{name}",
    area = "analytics",
    icon = "bell",
    owner = "owner",
    class = "internal",
    purpose = "analysis",
    label(en = "Alert", ru = "Оповещение", zh = "预警", ro = "Alertă"),
    label_plural(en = "Alerts", ru = "Оповещения", zh = "预警", ro = "Alerte")
)]
pub struct Alert {
    #[field(required, searchable, max = 120, label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire"))]
    pub name: String,
    // Its code in the catalogue of KPIs; either this or a question.
    #[field(max = 80, label(en = "KPI", ru = "Показатель", zh = "指标", ro = "Indicator"))]
    pub kpi: Option<String>,
    // A day and a number in each row, or one number.
    #[field(link = "sql_question", label(en = "Question", ru = "Вопрос", zh = "查询", ro = "Întrebare"))]
    pub question: Option<Id>,
    #[field(
        default = "unusual",
        label(en = "When", ru = "Когда", zh = "条件", ro = "Când"),
        options(
            unusual(en = "Out of the ordinary", ru = "Необычное значение", zh = "异常", ro = "Neobișnuit"),
            above(en = "Above a line", ru = "Выше порога", zh = "高于阈值", ro = "Peste o limită"),
            below(en = "Below a line", ru = "Ниже порога", zh = "低于阈值", ro = "Sub o limită"),
        )
    )]
    pub kind: String,
    // The line: money in whole units of the company's currency, shares in percent.
    #[field(label(en = "Line", ru = "Порог", zh = "阈值", ro = "Limită"))]
    pub line: Option<f64>,
    #[field(
        default = "week",
        label(en = "Looked at each", ru = "Проверяется", zh = "检查周期", ro = "Verificată"),
        options(
            day(en = "Day", ru = "Каждый день", zh = "每天", ro = "Zilnic"),
            week(en = "Week", ru = "Каждую неделю", zh = "每周", ro = "Săptămânal"),
            month(en = "Month", ru = "Каждый месяц", zh = "每月", ro = "Lunar"),
        )
    )]
    pub every: String,
    // One in so long, where everything goes on as it was.
    #[field(
        default = "quarter",
        label(
            en = "One false alarm in",
            ru = "Одна ложная тревога за",
            zh = "误报频率：一次每",
            ro = "O alarmă falsă la"
        ),
        options(
            quarter(en = "A quarter", ru = "Квартал", zh = "季度", ro = "Un trimestru"),
            half_year(en = "Half a year", ru = "Полгода", zh = "半年", ro = "O jumătate de an"),
            year(en = "A year", ru = "Год", zh = "年", ro = "Un an"),
        )
    )]
    pub false_alarms: String,
    #[field(
        default = "private",
        label(en = "Seen by", ru = "Кто видит", zh = "可见范围", ro = "Vizibilă pentru"),
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
    #[field(label(en = "Muted until", ru = "Не беспокоить до", zh = "静音至", ro = "Fără sunet până la"))]
    pub muted_until: Option<Time>,
    #[field(
        readonly,
        label(en = "State", ru = "Состояние", zh = "状态", ro = "Stare"),
        options(
            too_little(en = "Too little history", ru = "Мало истории", zh = "历史不足", ro = "Prea puțin istoric"),
            quiet(en = "Quiet", ru = "Спокойно", zh = "正常", ro = "Liniște", hue = 145),
            watching(en = "Watching", ru = "На грани", zh = "关注", ro = "La limită", hue = 75),
            too_high(en = "Alarm: high", ru = "Тревога: много", zh = "报警：过高", ro = "Alarmă: mult", hue = 25),
            too_low(en = "Alarm: low", ru = "Тревога: мало", zh = "报警：过低", ro = "Alarmă: puțin", hue = 25),
            no_right(en = "No right", ru = "Нет права", zh = "无权限", ro = "Fără drept"),
        )
    )]
    pub state: Option<String>,
    #[field(readonly, label(en = "So since", ru = "С какого времени", zh = "状态起始", ro = "Așa din"))]
    pub state_since: Option<Time>,
    #[field(readonly, label(en = "Last alarm", ru = "Последняя тревога", zh = "上次报警", ro = "Ultima alarmă"))]
    pub alarmed_at: Option<Time>,
}
