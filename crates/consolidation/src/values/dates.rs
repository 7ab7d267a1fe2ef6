//! Dates and moments as products and people write them.

use jiff::civil::{Date, DateTime};
use kernel::Time;

use super::{CellError, CellResult, Style, short};
use crate::formats::DateStyle;

/// A date, or `None` for what means "no date" (`0/0/00`, `0000-00-00`).
pub fn date(text: &str, style: &Style, in_the_past: bool) -> CellResult<Option<Date>> {
    let text = text.trim();
    if let Some(date) = iso(text) {
        return Ok(Some(date));
    }
    if text.chars().any(|ch| ch.is_ascii_digit())
        && text.chars().all(|ch| matches!(ch, '0' | '/' | '-' | '.' | ' ' | ':'))
    {
        return Ok(None);
    }
    let day = without_time(text);
    let read = compact(day)
        .or_else(|| serial(day))
        .or_else(|| in_chinese(day))
        .or_else(|| with_month_name(day, style, in_the_past));
    match read {
        Some(date) => Ok(Some(date)),
        None => by_style(text, day, style, in_the_past).map(Some),
    }
}

/// A moment; without a zone it is taken as UTC, without a time as the start of the day.
pub fn time(text: &str, style: &Style) -> CellResult<Option<Time>> {
    let text = text.trim();
    if let Some(time) = Time::parse(text) {
        return Ok(Some(time));
    }
    // Milliseconds or seconds since 1970, as event exports write them.
    if text.len() >= 10
        && text.len() <= 13
        && text.bytes().all(|b| b.is_ascii_digit())
        && let Ok(number) = text.parse::<i64>()
    {
        return Ok(Some(Time(if text.len() >= 12 { number } else { number * 1000 })));
    }
    let Some(day) = date(text, style, false)? else { return Ok(None) };
    let Some(clock) = clock_of(text) else { return Ok(Some(Time::midnight(day))) };
    let (hour, minute, second) = clock_time(clock).ok_or_else(|| {
        CellError::new("wrong_time", format!("\"{}\" has no time of day such as 14:05 or 2:05 PM", short(text)))
    })?;
    let at = jiff::civil::Time::new(hour, minute, second, 0)
        .map_err(|_| CellError::new("wrong_time", format!("\"{}\" is not a time of day", short(clock))))?;
    let zoned = DateTime::from_parts(day, at).to_zoned(jiff::tz::TimeZone::UTC);
    Ok(zoned.ok().map(|zoned| Time(zoned.timestamp().as_millisecond())))
}

/// `2017-06-30`, alone or with a time behind it. The commonest form goes the shortest way.
fn iso(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    if bytes.get(4) != Some(&b'-') || bytes.get(7) != Some(&b'-') {
        return None;
    }
    if !matches!(bytes.get(10), None | Some(b' ' | b'T' | b',')) {
        return None;
    }
    let year = text.get(..4)?.parse().ok()?;
    let month = text.get(5..7)?.parse().ok()?;
    let day = text.get(8..10)?.parse().ok()?;
    Date::new(year, month, day).ok()
}

/// The part of a text before its time of day.
fn without_time(text: &str) -> &str {
    let Some(colon) = text.find(':') else { return text };
    let before = text.get(..colon).unwrap_or(text);
    let cut = before.rfind([' ', 'T', ',', '\u{a0}', '\u{202f}']).unwrap_or(0);
    text.get(..cut).unwrap_or(text).trim_end_matches([' ', ',', '\u{a0}'])
}

fn clock_of(text: &str) -> Option<&str> {
    let day = without_time(text);
    let clock = text.get(day.len()..)?.trim_matches([' ', ',', 'T', '\u{a0}', '\u{202f}']);
    (!clock.is_empty()).then_some(clock)
}

/// `9:41 AM`, `14:05:22`, `14:05:22.123`.
fn clock_time(clock: &str) -> Option<(i8, i8, i8)> {
    let upper = clock.trim().to_ascii_uppercase();
    let upper = upper.trim_end_matches('Z').trim_end_matches("UTC").trim();
    let (digits, half) = match upper {
        text if text.ends_with("AM") || text.ends_with("A.M.") => {
            (text.trim_end_matches(['A', 'M', '.', ' ', '\u{202f}']), Some(false))
        }
        text if text.ends_with("PM") || text.ends_with("P.M.") => {
            (text.trim_end_matches(['P', 'M', '.', ' ', '\u{202f}']), Some(true))
        }
        text => (text, None),
    };
    let mut parts = digits.split(':').map(str::trim);
    let hour: i8 = parts.next()?.parse().ok()?;
    let minute: i8 = parts.next()?.parse().ok()?;
    let second: i8 = parts.next().map_or(Some(0), |s| s.split('.').next().unwrap_or(s).parse().ok())?;
    let hour = match half {
        Some(true) if hour < 12 => hour + 12,
        Some(false) if hour == 12 => 0,
        _ => hour,
    };
    Some((hour, minute, second))
}

/// `20170630`, and `--0412` of vCards has no year and is no date.
fn compact(text: &str) -> Option<Date> {
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Date::new(text.get(..4)?.parse().ok()?, text.get(4..6)?.parse().ok()?, text.get(6..)?.parse().ok()?).ok()
}

/// Days since 1899-12-30, as Excel counts them from 1900-03-01 on; five digits reach from 1927 to 2173.
fn serial(text: &str) -> Option<Date> {
    let whole = text.split('.').next()?;
    if whole.len() != 5 || !text.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    let days: i32 = whole.parse().ok()?;
    let start = Date::new(1899, 12, 30).ok()?;
    start.checked_add(jiff::Span::new().try_days(i64::from(days)).ok()?).ok()
}

/// `2017年6月30日`.
fn in_chinese(text: &str) -> Option<Date> {
    let (year, rest) = text.split_once('年')?;
    let (month, rest) = rest.split_once('月')?;
    let day = rest.trim().trim_end_matches(['日', '号']);
    Date::new(year.trim().parse().ok()?, month.trim().parse().ok()?, day.trim().parse().ok()?).ok()
}

/// `14 May 1965`, `May 14, 1965`, `14-May-65`, `14 мая 1965 г.`, `14 mai 1965`.
fn with_month_name(text: &str, style: &Style, in_the_past: bool) -> Option<Date> {
    if !text.chars().any(char::is_alphabetic) {
        return None;
    }
    let mut month = None;
    let mut numbers: Vec<&str> = Vec::new();
    for word in text.split(|ch: char| !ch.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if word.chars().all(|ch| ch.is_ascii_digit()) {
            numbers.push(word);
        } else if let Some(found) = month_of(word) {
            month = month.or(Some(found));
        } else if let Some(number) = ordinal(word) {
            numbers.push(number);
        }
    }
    let (first, second) = match numbers.as_slice() {
        [first, second] => (*first, *second),
        _ => return None,
    };
    let (year, day) = if first.len() == 4 { (first, second) } else { (second, first) };
    Date::new(year_of(year, style, in_the_past)?, month?, day.parse().ok()?).ok()
}

/// `14th`.
fn ordinal(word: &str) -> Option<&str> {
    let number = word.trim_end_matches(|ch: char| ch.is_ascii_alphabetic());
    let suffix = word.get(number.len()..)?;
    (!number.is_empty() && number.len() <= 2 && matches!(suffix, "st" | "nd" | "rd" | "th")).then_some(number)
}

fn month_of(word: &str) -> Option<i8> {
    const MONTHS: [&[&str]; 12] = [
        &["jan", "янв", "ian"],
        &["feb", "фев"],
        &["mar", "мар"],
        &["apr", "апр"],
        &["may", "мая", "май", "mai"],
        &["jun", "июн", "iun"],
        &["jul", "июл", "iul"],
        &["aug", "авг"],
        &["sep", "сен"],
        &["oct", "окт"],
        &["nov", "ноя", "noi"],
        &["dec", "дек"],
    ];
    let word = word.to_lowercase();
    let found = MONTHS.iter().position(|names| names.iter().any(|name| word.starts_with(name)))?;
    i8::try_from(found + 1).ok()
}

/// Three numbers in the order that the file's style says; a year of four digits in front needs no style.
fn by_style(text: &str, day: &str, style: &Style, in_the_past: bool) -> CellResult<Date> {
    let numbers: Vec<&str> = day.split(['/', '-', '.', ' ', '\u{a0}']).filter(|part| !part.is_empty()).collect();
    let digits = |part: &&str| part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit());
    let (first, second, third) = match numbers.as_slice() {
        [first, second, third] if numbers.iter().all(digits) => (*first, *second, *third),
        _ => {
            let detail = format!("\"{}\" is not a date; write it like {}", short(text), example(style.date));
            return Err(CellError::new("wrong_date", detail));
        }
    };
    let order = if first.len() == 4 { DateStyle::Ymd } else { style.date };
    let (year, month, day) = match order {
        DateStyle::Ymd => (first, second, third),
        DateStyle::Dmy => (third, second, first),
        DateStyle::Mdy => (third, first, second),
    };
    let built = || Date::new(year_of(year, style, in_the_past)?, month.parse().ok()?, day.parse().ok()?).ok();
    built().ok_or_else(|| {
        let detail = format!(
            "\"{}\" is not a date in the order {}; choose the order of the file's dates, or correct it",
            short(text),
            named(order)
        );
        CellError::new("wrong_date", detail)
    })
}

/// Two digits: the year that lies at most twenty years ahead, or not ahead at all for what lies in the past.
fn year_of(text: &str, style: &Style, in_the_past: bool) -> Option<i16> {
    let year: i16 = text.parse().ok()?;
    match text.len() {
        4 => Some(year),
        2 => {
            let latest = style.today.year() + if in_the_past { 0 } else { 20 };
            let century = latest - latest % 100;
            let full = century + year;
            Some(if full > latest { full - 100 } else { full })
        }
        _ => None,
    }
}

fn example(style: DateStyle) -> &'static str {
    match style {
        DateStyle::Dmy => "30.06.2017 or 2017-06-30",
        DateStyle::Mdy => "06/30/2017 or 2017-06-30",
        DateStyle::Ymd => "2017-06-30",
    }
}

fn named(style: DateStyle) -> &'static str {
    match style {
        DateStyle::Dmy => "day, month, year",
        DateStyle::Mdy => "month, day, year",
        DateStyle::Ymd => "year, month, day",
    }
}
