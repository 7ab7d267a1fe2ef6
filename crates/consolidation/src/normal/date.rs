//! Dates that may be partial, impossible, or have day and month swapped.

use jiff::civil::Date;

use super::{Fault, Normal};
use crate::formats::DateStyle;
use crate::values::{Style, dates};

/// A date of which parts may be unknown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Partial {
    pub year: Option<i16>,
    pub month: Option<i8>,
    pub day: Option<i8>,
}

/// Reads a date as `style` writes them. A birthday and the like lies in the past: `in_the_past`.
pub fn parse<'a>(text: &'a str, style: &Style, in_the_past: bool) -> Normal<'a, Partial> {
    let trimmed = text.trim();
    let none = |fault: Fault| Normal { raw: text, form: Partial::default(), faults: vec![fault] };
    if trimmed.is_empty() {
        return none(Fault::Empty);
    }
    if let Some(partial) = partial(trimmed) {
        return Normal { raw: text, form: partial, faults: vec![Fault::DatePartial] };
    }
    match dates::date(trimmed, style, in_the_past) {
        Ok(Some(date)) => {
            let mut faults = look(date, style.today, in_the_past);
            let by_style = !trimmed.get(..4).is_some_and(|year| year.bytes().all(|byte| byte.is_ascii_digit()));
            let named = trimmed.chars().any(char::is_alphabetic);
            if by_style && !named && swapped(date).is_some() {
                faults.push(Fault::DateAmbiguous);
            }
            Normal { raw: text, form: Partial::of(date), faults }
        }
        Ok(None) => none(Fault::Empty),
        Err(_) => match impossible(trimmed, style.date) {
            Some(form) => Normal { raw: text, form, faults: vec![Fault::DateImpossible] },
            None => none(Fault::DateForm),
        },
    }
}

/// What is wrong with a date that is one.
pub fn look(date: Date, today: Date, in_the_past: bool) -> Vec<Fault> {
    let mut faults = Vec::new();
    if in_the_past && date > today {
        faults.push(Fault::DateAhead);
    }
    // What products write for "no date", and what nobody alive was born in.
    let filler = matches!((date.year(), date.month(), date.day()), (1900 | 1970 | 1899, 1, 1) | (1899, 12, 30 | 31));
    if in_the_past && (filler || date.year() < today.year() - 120) {
        faults.push(Fault::DateUnlikely);
    }
    faults
}

/// The date with day and month the other way round, if that is another date.
pub fn swapped(date: Date) -> Option<Date> {
    (date.day() <= 12 && date.day() != date.month())
        .then(|| Date::new(date.year(), date.day(), date.month()).ok())
        .flatten()
}

impl Partial {
    pub fn of(date: Date) -> Partial {
        Partial { year: Some(date.year()), month: Some(date.month()), day: Some(date.day()) }
    }

    /// The whole date, if nothing of it is missing and the month has that day.
    pub fn whole(&self) -> Option<Date> {
        Date::new(self.year?, self.month?, self.day?).ok()
    }

    /// `1990-05-14`, `1990-05`, `1990`, `--05-14`.
    pub fn text(&self) -> String {
        match (self.year, self.month, self.day) {
            (Some(year), Some(month), Some(day)) => format!("{year:04}-{month:02}-{day:02}"),
            (Some(year), Some(month), None) => format!("{year:04}-{month:02}"),
            (Some(year), None, _) => format!("{year:04}"),
            (None, Some(month), Some(day)) => format!("--{month:02}-{day:02}"),
            _ => String::new(),
        }
    }
}

/// `1990`, `05.1990`, `1990-05`, `--05-14`.
fn partial(text: &str) -> Option<Partial> {
    let number = |part: &str| part.parse::<i16>().ok();
    let year =
        |part: &str| (part.len() == 4).then(|| number(part)).flatten().filter(|year| (1000..=2200).contains(year));
    let month = |part: &str| {
        let fits = !part.is_empty() && part.len() <= 2;
        fits.then(|| part.parse::<i8>().ok()).flatten().filter(|month| (1..=12).contains(month))
    };
    if let Some(rest) = text.strip_prefix("--") {
        let (first, day) = rest.split_once('-').or_else(|| rest.split_at_checked(2))?;
        let (month, day) = (month(first)?, day.parse::<i8>().ok()?);
        // A leap year has every day that any year has.
        return Date::new(2000, month, day).ok().map(|_| Partial { year: None, month: Some(month), day: Some(day) });
    }
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    match parts.as_slice() {
        [only] => year(only).map(|year| Partial { year: Some(year), ..Partial::default() }),
        [first, second] => match (year(first), year(second)) {
            (Some(year), None) => Some(Partial { year: Some(year), month: Some(month(second)?), day: None }),
            (None, Some(year)) => Some(Partial { year: Some(year), month: Some(month(first)?), day: None }),
            _ => None,
        },
        _ => None,
    }
}

/// Three numbers in the order of the style that no calendar has: 30 February, month 13.
fn impossible(text: &str, style: DateStyle) -> Option<Partial> {
    let parts: Vec<&str> = text.split(['-', '/', '.', ' ']).filter(|part| !part.is_empty()).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let (year, month, day) = match style {
        _ if first.len() == 4 => (first, second, third),
        DateStyle::Ymd => (first, second, third),
        DateStyle::Dmy => (third, second, first),
        DateStyle::Mdy => (third, first, second),
    };
    if year.len() != 4 || month.len() > 2 || day.len() > 2 {
        return None;
    }
    let (year, month, day) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    (month >= 0 && day >= 0).then_some(Partial { year: Some(year), month: Some(month), day: Some(day) })
}
