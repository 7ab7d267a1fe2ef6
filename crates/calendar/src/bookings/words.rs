//! What booking pages and their letters say beside what their company wrote, and days as each language names them.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::Time;

use crate::recurrence::local;

/// The words of one language.
pub struct Words {
    pub choose_day: &'static str,
    pub choose_time: &'static str,
    pub none_here: &'static str,
    pub next_month: &'static str,
    pub earlier: &'static str,
    pub later: &'static str,
    pub zone: &'static str,
    pub set_zone: &'static str,
    pub minutes: &'static str,
    pub other_time: &'static str,
    pub first_name: &'static str,
    pub last_name: &'static str,
    pub email: &'static str,
    pub phone: &'static str,
    pub optional: &'static str,
    pub book: &'static str,
    pub required: &'static str,
    pub wrong: &'static str,
    pub check: &'static str,
    pub needs_consent: &'static str,
    pub taken: &'static str,
    pub closed: &'static str,
    pub working: &'static str,
    pub send_anyway: &'static str,
    pub refused: &'static str,
    pub trap: &'static str,
    pub booked: &'static str,
    pub booked_lead: &'static str,
    pub moved: &'static str,
    pub moved_lead: &'static str,
    pub cancelled: &'static str,
    pub cancelled_lead: &'static str,
    pub change: &'static str,
    pub change_by: &'static str,
    pub move_it: &'static str,
    pub cancel: &'static str,
    pub save: &'static str,
    pub is_over: &'static str,
    pub with: &'static str,
    pub months: [&'static str; 12],
    /// As they stand behind the number of a day.
    pub months_of: [&'static str; 12],
    pub weekdays: [&'static str; 7],
    pub short: [&'static str; 7],
    pub language: &'static str,
}

pub fn of(language: &str) -> &'static Words {
    match language {
        "ru" => &RU,
        "zh" => &ZH,
        "ro" => &RO,
        _ => &EN,
    }
}

fn nth<const N: usize>(words: &[&'static str; N], at: i8) -> &'static str {
    usize::try_from(at).ok().and_then(|at| words.get(at)).copied().unwrap_or_default()
}

/// `Wednesday, 1 July`.
pub fn day(words: &Words, day: Date) -> String {
    let weekday = nth(&words.weekdays, day.weekday().to_monday_zero_offset());
    match words.language {
        "zh" => format!("{}月{}日 {weekday}", day.month(), day.day()),
        _ => format!("{weekday}, {} {}", day.day(), nth(&words.months_of, day.month() - 1)),
    }
}

/// `July 2026`.
pub fn month(words: &Words, day: Date) -> String {
    match words.language {
        "zh" => format!("{}年{}月", day.year(), day.month()),
        _ => format!("{} {}", nth(&words.months, day.month() - 1), day.year()),
    }
}

pub fn clock(at: Time, zone: &TimeZone) -> String {
    local(at, zone).strftime("%H:%M").to_string()
}

/// `Wednesday, 1 July, 14:00–14:30 (Europe/Chisinau)`.
pub fn span(words: &Words, from: Time, to: Time, zone: &TimeZone) -> String {
    let name = zone.iana_name().unwrap_or("UTC");
    format!("{}, {}–{} ({name})", day(words, local(from, zone).date()), clock(from, zone), clock(to, zone))
}

const EN: Words = Words {
    choose_day: "Choose a day",
    choose_time: "Choose a time",
    none_here: "No time is free this month.",
    next_month: "Look at the next one",
    earlier: "Earlier",
    later: "Later",
    zone: "Your time zone",
    set_zone: "Show",
    minutes: "minutes",
    other_time: "Another time",
    first_name: "First name",
    last_name: "Last name",
    email: "Email",
    phone: "Phone",
    optional: "optional",
    book: "Book",
    required: "Please fill this in",
    wrong: "This cannot be right",
    check: "Please look at what is marked.",
    needs_consent: "Please agree to go on",
    taken: "Somebody was faster: this time is gone. Please choose another.",
    closed: "Nothing can be booked here now.",
    working: "One moment: your browser shows that it is no machine …",
    send_anyway: "Go on",
    refused: "This did not look like a person. Please go back and try again.",
    trap: "Leave this empty",
    booked: "Booked",
    booked_lead: "We look forward to meeting you.",
    moved: "Moved",
    moved_lead: "Your meeting is at another time now.",
    cancelled: "Cancelled",
    cancelled_lead: "This meeting will not take place.",
    change: "Move or cancel",
    change_by: "To move or cancel the meeting, open this page:",
    move_it: "Choose another time",
    cancel: "Cancel the meeting",
    save: "Add to your calendar",
    is_over: "This meeting is over.",
    with: "with",
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    months_of: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    weekdays: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    short: ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"],
    language: "en",
};
const RU: Words = Words {
    choose_day: "Выберите день",
    choose_time: "Выберите время",
    none_here: "В этом месяце свободного времени нет.",
    next_month: "Посмотреть следующий",
    earlier: "Раньше",
    later: "Позже",
    zone: "Ваш часовой пояс",
    set_zone: "Показать",
    minutes: "минут",
    other_time: "Другое время",
    first_name: "Имя",
    last_name: "Фамилия",
    email: "Эл. почта",
    phone: "Телефон",
    optional: "необязательно",
    book: "Записаться",
    required: "Заполните, пожалуйста",
    wrong: "Так не может быть",
    check: "Посмотрите, пожалуйста, на отмеченное.",
    needs_consent: "Чтобы продолжить, нужно согласие",
    taken: "Кто-то успел раньше: это время уже занято. Выберите, пожалуйста, другое.",
    closed: "Сейчас записаться нельзя.",
    working: "Секунду: браузер показывает, что он не робот …",
    send_anyway: "Дальше",
    refused: "Это не похоже на человека. Вернитесь, пожалуйста, и попробуйте ещё раз.",
    trap: "Оставьте пустым",
    booked: "Вы записаны",
    booked_lead: "Будем рады встрече.",
    moved: "Перенесено",
    moved_lead: "Ваша встреча состоится в другое время.",
    cancelled: "Отменено",
    cancelled_lead: "Эта встреча не состоится.",
    change: "Перенести или отменить",
    change_by: "Чтобы перенести или отменить встречу, откройте эту страницу:",
    move_it: "Выбрать другое время",
    cancel: "Отменить встречу",
    save: "Добавить в календарь",
    is_over: "Эта встреча уже прошла.",
    with: "с вами встретится",
    months: [
        "Январь",
        "Февраль",
        "Март",
        "Апрель",
        "Май",
        "Июнь",
        "Июль",
        "Август",
        "Сентябрь",
        "Октябрь",
        "Ноябрь",
        "Декабрь",
    ],
    months_of: [
        "января",
        "февраля",
        "марта",
        "апреля",
        "мая",
        "июня",
        "июля",
        "августа",
        "сентября",
        "октября",
        "ноября",
        "декабря",
    ],
    weekdays: ["Понедельник", "Вторник", "Среда", "Четверг", "Пятница", "Суббота", "Воскресенье"],
    short: ["Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс"],
    language: "ru",
};
const ZH: Words = Words {
    choose_day: "选择日期",
    choose_time: "选择时间",
    none_here: "本月没有空闲时间。",
    next_month: "查看下个月",
    earlier: "上个月",
    later: "下个月",
    zone: "您的时区",
    set_zone: "显示",
    minutes: "分钟",
    other_time: "换个时间",
    first_name: "名",
    last_name: "姓",
    email: "电子邮箱",
    phone: "电话",
    optional: "选填",
    book: "预约",
    required: "请填写此项",
    wrong: "内容不正确",
    check: "请检查标出的内容。",
    needs_consent: "请先同意",
    taken: "该时间刚刚被他人预约，请另选时间。",
    closed: "目前无法预约。",
    working: "请稍候：浏览器正在证明它不是机器…",
    send_anyway: "继续",
    refused: "提交看起来不像真人操作，请返回重试。",
    trap: "请留空",
    booked: "预约成功",
    booked_lead: "期待与您见面。",
    moved: "已改期",
    moved_lead: "您的会面已改到其他时间。",
    cancelled: "已取消",
    cancelled_lead: "此次会面已取消。",
    change: "改期或取消",
    change_by: "如需改期或取消，请打开此页面：",
    move_it: "选择其他时间",
    cancel: "取消会面",
    save: "添加到日历",
    is_over: "此次会面已结束。",
    with: "接待人：",
    months: ["1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"],
    months_of: ["1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"],
    weekdays: ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"],
    short: ["一", "二", "三", "四", "五", "六", "日"],
    language: "zh",
};
const RO: Words = Words {
    choose_day: "Alegeți o zi",
    choose_time: "Alegeți o oră",
    none_here: "Luna aceasta nu mai este nicio oră liberă.",
    next_month: "Vedeți luna următoare",
    earlier: "Mai devreme",
    later: "Mai târziu",
    zone: "Fusul dvs. orar",
    set_zone: "Arată",
    minutes: "minute",
    other_time: "Altă oră",
    first_name: "Prenume",
    last_name: "Nume",
    email: "E-mail",
    phone: "Telefon",
    optional: "opțional",
    book: "Programează",
    required: "Vă rugăm să completați",
    wrong: "Nu pare corect",
    check: "Vă rugăm să vă uitați la ce este marcat.",
    needs_consent: "Este nevoie de acordul dvs.",
    taken: "Cineva a fost mai rapid: ora nu mai este liberă. Vă rugăm să alegeți alta.",
    closed: "Acum nu se pot face programări aici.",
    working: "O clipă: browserul arată că nu este o mașină …",
    send_anyway: "Mai departe",
    refused: "Nu părea să fie o persoană. Vă rugăm să reveniți și să încercați din nou.",
    trap: "Lăsați gol",
    booked: "Programat",
    booked_lead: "Ne bucurăm să ne întâlnim.",
    moved: "Mutat",
    moved_lead: "Întâlnirea dvs. are acum altă oră.",
    cancelled: "Anulat",
    cancelled_lead: "Această întâlnire nu mai are loc.",
    change: "Mutați sau anulați",
    change_by: "Pentru a muta sau anula întâlnirea, deschideți această pagină:",
    move_it: "Alegeți altă oră",
    cancel: "Anulați întâlnirea",
    save: "Adăugați în calendar",
    is_over: "Această întâlnire a trecut.",
    with: "cu",
    months: [
        "Ianuarie",
        "Februarie",
        "Martie",
        "Aprilie",
        "Mai",
        "Iunie",
        "Iulie",
        "August",
        "Septembrie",
        "Octombrie",
        "Noiembrie",
        "Decembrie",
    ],
    months_of: [
        "ianuarie",
        "februarie",
        "martie",
        "aprilie",
        "mai",
        "iunie",
        "iulie",
        "august",
        "septembrie",
        "octombrie",
        "noiembrie",
        "decembrie",
    ],
    weekdays: ["Luni", "Marți", "Miercuri", "Joi", "Vineri", "Sâmbătă", "Duminică"],
    short: ["Lu", "Ma", "Mi", "Jo", "Vi", "Sâ", "Du"],
    language: "ro",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_as_its_visitor_reads_it() {
        let zone = TimeZone::get("Europe/Chisinau").expect("a zone");
        let (from, to) = (Time::parse("2026-07-01T11:00:00Z"), Time::parse("2026-07-01T11:30:00Z"));
        let (from, to) = (from.expect("a time"), to.expect("a time"));
        let told = |code: &str| span(of(code), from, to, &zone);
        assert_eq!(told("en"), "Wednesday, 1 July, 14:00–14:30 (Europe/Chisinau)");
        assert_eq!(told("ru"), "Среда, 1 июля, 14:00–14:30 (Europe/Chisinau)");
        assert_eq!(told("zh"), "7月1日 星期三, 14:00–14:30 (Europe/Chisinau)");
        assert_eq!(told("ro"), "Miercuri, 1 iulie, 14:00–14:30 (Europe/Chisinau)");
    }
}
