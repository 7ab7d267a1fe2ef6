//! Activities: what was done or is to be done with a customer.

use kernel::{Id, Time};
use macros::Object;

/// A task, call, meeting or visit, planned or done.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "activities",
    title = "{subject}",
    subtitle = "{kind}",
    area = "sales",
    icon = "calendar-check",
    owner = "owner",
    party_links("contact", "company", "lead"),
    class = "internal",
    purpose = "contract",
    label(en = "Activity", ru = "Дело", zh = "活动", ro = "Activitate"),
    label_plural(en = "Activities", ru = "Дела", zh = "活动", ro = "Activități")
)]
pub struct Activity {
    #[field(required, searchable, max = 300, label(en = "Subject", ru = "Тема", zh = "主题", ro = "Subiect"))]
    pub subject: String,
    #[field(
        indexed,
        default = "task",
        label(en = "Kind", ru = "Вид", zh = "类型", ro = "Tip"),
        options(
            task(en = "Task", ru = "Задача", zh = "任务", ro = "Sarcină", hue = 240),
            call(en = "Call", ru = "Звонок", zh = "电话", ro = "Apel", hue = 145),
            meeting(en = "Meeting", ru = "Встреча", zh = "会议", ro = "Întâlnire", hue = 280),
            visit(en = "Visit", ru = "Визит", zh = "拜访", ro = "Vizită", hue = 60),
        )
    )]
    pub kind: String,
    #[field(link = "user", label(en = "Owner", ru = "Ответственный", zh = "负责人", ro = "Responsabil"))]
    pub owner: Option<Id>,
    #[field(indexed, label(en = "Due", ru = "Срок", zh = "截止时间", ro = "Termen"))]
    pub due_at: Option<Time>,
    #[field(indexed, label(en = "Starts", ru = "Начало", zh = "开始时间", ro = "Începe"))]
    pub starts_at: Option<Time>,
    #[field(label(en = "Ends", ru = "Конец", zh = "结束时间", ro = "Se termină"))]
    pub ends_at: Option<Time>,
    #[field(default = false, label(en = "Whole day", ru = "Весь день", zh = "全天", ro = "Toată ziua"))]
    pub is_all_day: bool,
    /// As phones and other calendars write it: FREQ=WEEKLY;INTERVAL=2;BYDAY=TU is every second Tuesday.
    #[field(
        max = 400,
        label(en = "Repeats", ru = "Повторяется", zh = "重复", ro = "Se repetă"),
        help(
            ru = "Как это пишут телефоны и другие календари: FREQ=WEEKLY;INTERVAL=2;BYDAY=TU — каждый второй вторник.",
            zh = "采用手机和其他日历的写法：FREQ=WEEKLY;INTERVAL=2;BYDAY=TU 表示每隔一周的星期二。",
            ro = "Cum o scriu telefoanele și alte calendare: FREQ=WEEKLY;INTERVAL=2;BYDAY=TU este fiecare a doua marți."
        )
    )]
    pub repeats: Option<String>,
    /// Where its hours are meant: nine in the morning stays nine there when clocks change.
    #[field(
        max = 64,
        label(en = "Time zone", ru = "Часовой пояс", zh = "时区", ro = "Fus orar"),
        help(
            ru = "Где действуют её часы: девять утра там остаются девятью, когда переводят часы.",
            zh = "其时间所在的时区：时钟调整后，当地上午九点仍是九点。",
            ro = "Unde sunt valabile orele sale: ora nouă rămâne nouă acolo când se schimbă ora."
        )
    )]
    pub time_zone: Option<String>,
    #[field(label(
        en = "Remind before (minutes)",
        ru = "Напомнить заранее (минут)",
        zh = "提前提醒（分钟）",
        ro = "Amintește înainte (minute)"
    ))]
    pub remind_before: Option<i64>,
    #[field(default = false, label(en = "Done", ru = "Сделано", zh = "已完成", ro = "Finalizată"))]
    pub is_done: bool,
    #[field(indexed, label(en = "Done at", ru = "Когда сделано", zh = "完成时间", ro = "Finalizată la"))]
    pub done_at: Option<Time>,
    #[field(
        label(en = "Priority", ru = "Приоритет", zh = "优先级", ro = "Prioritate"),
        options(
            low(en = "Low", ru = "Низкий", zh = "低", ro = "Scăzută", hue = 240),
            normal(en = "Normal", ru = "Обычный", zh = "普通", ro = "Normală"),
            high(en = "High", ru = "Высокий", zh = "高", ro = "Ridicată", hue = 20),
        )
    )]
    pub priority: Option<String>,
    #[field(link = "contact", indexed, label(en = "Contact", ru = "Контакт", zh = "联系人", ro = "Contact"))]
    pub contact: Option<Id>,
    #[field(link = "company", indexed, label(en = "Company", ru = "Компания", zh = "公司", ro = "Companie"))]
    pub company: Option<Id>,
    #[field(link = "lead", label(en = "Lead", ru = "Лид", zh = "线索", ro = "Prospect"))]
    pub lead: Option<Id>,
    #[field(link = "deal", indexed, label(en = "Deal", ru = "Сделка", zh = "商机", ro = "Oportunitate"))]
    pub deal: Option<Id>,
    #[field(link = "ticket", label(en = "Ticket", ru = "Обращение", zh = "工单", ro = "Solicitare"))]
    pub ticket: Option<Id>,
    #[field(
        label(en = "Direction", ru = "Направление", zh = "方向", ro = "Direcție"),
        options(
            incoming(en = "Incoming", ru = "Входящий", zh = "呼入", ro = "Primit"),
            outgoing(en = "Outgoing", ru = "Исходящий", zh = "呼出", ro = "Efectuat"),
        )
    )]
    pub direction: Option<String>,
    #[field(
        label(en = "Outcome", ru = "Итог", zh = "结果", ro = "Rezultat"),
        options(
            reached(en = "Reached", ru = "Поговорили", zh = "已接通", ro = "Contactat", hue = 145),
            no_answer(en = "No answer", ru = "Нет ответа", zh = "无人接听", ro = "Fără răspuns", hue = 60),
            left_message(
                en = "Left a message",
                ru = "Оставлено сообщение",
                zh = "已留言",
                ro = "Mesaj lăsat",
                hue = 60
            ),
            rescheduled(en = "Rescheduled", ru = "Перенесено", zh = "改期", ro = "Reprogramat", hue = 240),
            cancelled(en = "Cancelled", ru = "Отменено", zh = "取消", ro = "Anulat", hue = 20),
        )
    )]
    pub outcome: Option<String>,
    #[field(label(
        en = "Duration (minutes)",
        ru = "Длительность (минут)",
        zh = "时长（分钟）",
        ro = "Durată (minute)"
    ))]
    pub duration_minutes: Option<i64>,
    #[field(max = 300, label(en = "Location", ru = "Место", zh = "地点", ro = "Loc"))]
    pub location: Option<String>,
    #[field(links = "contact", label(en = "Participants", ru = "Участники", zh = "参与者", ro = "Participanți"))]
    pub participants: Vec<Id>,
    /// Contact, lead and participants get the meeting by mail, and its changes; their answers are read.
    #[field(
        default = false,
        label(en = "Invitations by mail", ru = "Приглашения по почте", zh = "邮件邀请", ro = "Invitații prin e-mail"),
        help(
            ru = "Контакт, лид и участники получают встречу и её изменения по почте; их ответы читаются.",
            zh = "联系人、线索和参与者会通过邮件收到会议及其变更；系统会读取他们的答复。",
            ro = "Contactul, prospectul și participanții primesc întâlnirea și schimbările ei prin e-mail; răspunsurile lor sunt citite."
        )
    )]
    pub invites: bool,
    /// What its owner answered, where somebody else invites.
    #[field(
        readonly,
        label(en = "My answer", ru = "Мой ответ", zh = "我的答复", ro = "Răspunsul meu"),
        help(
            ru = "Что ответил ответственный, если приглашает кто-то другой.",
            zh = "由他人邀请时，负责人的答复。",
            ro = "Ce a răspuns responsabilul, dacă invită altcineva."
        ),
        options(
            waiting(en = "To be answered", ru = "Ждёт ответа", zh = "待答复", ro = "De răspuns", hue = 60),
            accepted(en = "Accepted", ru = "Принято", zh = "已接受", ro = "Acceptat", hue = 145),
            tentative(en = "Maybe", ru = "Возможно", zh = "暂定", ro = "Posibil", hue = 240),
            declined(en = "Declined", ru = "Отклонено", zh = "已谢绝", ro = "Refuzat", hue = 20),
        )
    )]
    pub answer: Option<String>,
    #[field(
        long_text,
        personal,
        section = "more",
        label(en = "Description", ru = "Описание", zh = "描述", ro = "Descriere")
    )]
    pub description: Option<String>,
    /// The activity that recurs, of which this is one moment that was changed.
    #[field(
        link = "activity",
        indexed,
        readonly,
        section = "system",
        label(en = "Series", ru = "Серия", zh = "系列", ro = "Serie"),
        help(
            ru = "Повторяющееся дело, один случай которого здесь изменён.",
            zh = "此记录是该重复活动中被单独更改的一次。",
            ro = "Activitatea care se repetă; aici o singură apariție a ei a fost schimbată."
        )
    )]
    pub series: Option<Id>,
    /// Which moment of the series it was.
    #[field(
        readonly,
        section = "system",
        label(en = "Moment of the series", ru = "Случай серии", zh = "系列中的时间", ro = "Momentul din serie"),
        help(
            ru = "Каким моментом серии это было.",
            zh = "它原本是系列中的哪一次。",
            ro = "Care moment al seriei a fost."
        )
    )]
    pub occurrence_at: Option<Time>,
    /// Moments at which it does not take place.
    #[field(
        long_text,
        readonly,
        section = "system",
        label(en = "Left out", ru = "Пропущено", zh = "已跳过", ro = "Omise"),
        help(ru = "Моменты, в которые это не состоится.", zh = "不进行的时间。", ro = "Momentele în care nu are loc.")
    )]
    pub skipped: Option<String>,
    /// When the last of its moments is over.
    #[field(
        indexed,
        readonly,
        section = "system",
        label(en = "Repeats until", ru = "Повторяется до", zh = "重复至", ro = "Se repetă până la"),
        help(
            ru = "Когда закончится последний из её моментов.",
            zh = "最后一次结束的时间。",
            ro = "Când se termină ultimul dintre momentele sale."
        )
    )]
    pub repeats_until: Option<Time>,
    /// The booking by which a visitor made it.
    #[field(
        link = "booking",
        indexed,
        readonly,
        section = "system",
        label(en = "Booking", ru = "Запись", zh = "预约", ro = "Programare"),
        help(
            ru = "Запись посетителя, из которой это возникло.",
            zh = "访客预约所产生的活动。",
            ro = "Programarea unui vizitator din care a rezultat."
        )
    )]
    pub booking: Option<Id>,
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
