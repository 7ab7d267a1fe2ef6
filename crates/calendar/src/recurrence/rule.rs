//! A rule: read, checked and written.

use std::fmt;

use jiff::civil::{Date, DateTime, Weekday};
use kernel::Time;

/// Occurrences that a rule may count.
pub const MOST_COUNTED: u32 = 5_000;
/// Periods that a rule may leave out between two.
const LONGEST_INTERVAL: i64 = 1_000;

/// What a rule steps by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    Hour,
    Day,
    Week,
    Month,
    Year,
}

/// When a rule ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Never,
    Count(u32),
    /// The last moment, on the world's clock.
    Until(Time),
    /// The last local moment; a day alone ends with the day.
    UntilLocal(DateTime),
}

/// `RRULE` of RFC 5545, section 3.3.10, in hours and longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub every: Every,
    /// 1 is every one, 2 every second.
    pub interval: i64,
    pub end: End,
    /// 1 to 12.
    pub months: Vec<i8>,
    /// 1 to 53, or from the end.
    pub weeks: Vec<i8>,
    /// 1 to 366, or from the end.
    pub year_days: Vec<i16>,
    /// 1 to 31, or from the end.
    pub month_days: Vec<i8>,
    /// A weekday; with a number, that one of the month or year, or from its end.
    pub weekdays: Vec<(Option<i8>, Weekday)>,
    /// 0 to 23: at which hours of a day; none are that of the first moment, and of a rule by the hour all.
    pub hours: Vec<i8>,
    /// Which of a period's moments, or from the end.
    pub positions: Vec<i16>,
    pub week_start: Weekday,
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Monday),
    ("TU", Weekday::Tuesday),
    ("WE", Weekday::Wednesday),
    ("TH", Weekday::Thursday),
    ("FR", Weekday::Friday),
    ("SA", Weekday::Saturday),
    ("SU", Weekday::Sunday),
];

impl Rule {
    /// Reads a rule, with or without `RRULE:` before it; says in words what is wrong with it.
    pub fn parse(text: &str) -> Result<Rule, String> {
        let text = text.trim();
        let text = text.strip_prefix("RRULE:").unwrap_or(text);
        let mut every = None;
        let mut rule = Rule {
            every: Every::Day,
            interval: 1,
            end: End::Never,
            months: Vec::new(),
            weeks: Vec::new(),
            year_days: Vec::new(),
            month_days: Vec::new(),
            weekdays: Vec::new(),
            hours: Vec::new(),
            positions: Vec::new(),
            week_start: Weekday::Monday,
        };
        for part in text.split(';').filter(|part| !part.trim().is_empty()) {
            let (name, value) = part.split_once('=').ok_or_else(|| format!("`{part}` has no value"))?;
            let value = value.trim();
            match name.trim().to_ascii_uppercase().as_str() {
                "FREQ" => {
                    every = Some(match value.to_ascii_uppercase().as_str() {
                        "HOURLY" => Every::Hour,
                        "DAILY" => Every::Day,
                        "WEEKLY" => Every::Week,
                        "MONTHLY" => Every::Month,
                        "YEARLY" => Every::Year,
                        other => return Err(format!("repeating {other} is not possible: by the hour and longer")),
                    });
                }
                "INTERVAL" => rule.interval = number(value, 1, LONGEST_INTERVAL)?,
                "COUNT" => rule.end = End::Count(number(value, 1, MOST_COUNTED)?),
                "UNTIL" => rule.end = until(value).ok_or_else(|| format!("`{value}` is no day and no moment"))?,
                "BYMONTH" => rule.months = numbers(value, 1, 12, false)?,
                "BYWEEKNO" => rule.weeks = numbers(value, 1, 53, true)?,
                "BYYEARDAY" => rule.year_days = numbers(value, 1, 366, true)?,
                "BYMONTHDAY" => rule.month_days = numbers(value, 1, 31, true)?,
                "BYHOUR" => rule.hours = numbers(value, 0, 23, false)?,
                "BYSETPOS" => rule.positions = numbers(value, 1, 366, true)?,
                "BYDAY" => rule.weekdays = value.split(',').map(weekday).collect::<Result<_, _>>()?,
                "WKST" => rule.week_start = weekday(value)?.1,
                other => return Err(format!("`{other}` is not understood")),
            }
        }
        rule.every = every.ok_or("FREQ is missing")?;
        rule.checked()
    }

    /// Whether a day may have several of its moments.
    pub fn is_by_hour(&self) -> bool {
        self.every == Every::Hour || !self.hours.is_empty()
    }

    fn checked(self) -> Result<Rule, String> {
        let has_nth = self.weekdays.iter().any(|(nth, _)| nth.is_some());
        if has_nth && matches!(self.every, Every::Hour | Every::Day | Every::Week) {
            return Err("a numbered weekday needs a month or a year".into());
        }
        if !self.weeks.is_empty() && (self.every != Every::Year || has_nth) {
            return Err("weeks are counted in years, with plain weekdays".into());
        }
        if !self.year_days.is_empty() && self.every != Every::Year {
            return Err("days of the year need a year".into());
        }
        if !self.positions.is_empty() && self.is_by_hour() {
            return Err("places are counted among days, not among hours".into());
        }
        if !self.month_days.is_empty() && self.every == Every::Week {
            return Err("days of the month need more than a week".into());
        }
        Ok(self)
    }
}

fn number<T: TryFrom<i64>>(text: &str, least: i64, most: impl Into<i64>) -> Result<T, String> {
    let most = most.into();
    let read = text.trim().parse::<i64>().ok().filter(|n| (least..=most).contains(n));
    read.and_then(|n| T::try_from(n).ok()).ok_or_else(|| format!("`{text}` is no number from {least} to {most}"))
}

fn numbers<T: TryFrom<i64>>(text: &str, least: i64, most: i64, from_end: bool) -> Result<Vec<T>, String> {
    let one = |text: &str| {
        let n: i64 = text.trim().trim_start_matches('+').parse().map_err(|_| format!("`{text}` is no number"))?;
        let fits = (least..=most).contains(&n) || from_end && (-most..=-least).contains(&n);
        let n = if fits { T::try_from(n).ok() } else { None };
        n.ok_or_else(|| format!("`{text}` is out of reach"))
    };
    text.split(',').map(one).collect()
}

fn weekday(text: &str) -> Result<(Option<i8>, Weekday), String> {
    let text = text.trim().to_ascii_uppercase();
    let fault = || format!("`{text}` is no weekday");
    let (name, day) = WEEKDAYS.iter().find(|(name, _)| text.ends_with(name)).ok_or_else(fault)?;
    let nth = text.strip_suffix(name).unwrap_or_default();
    if nth.is_empty() {
        return Ok((None, *day));
    }
    let nth: i8 = nth.trim_start_matches('+').parse().map_err(|_| fault())?;
    if nth == 0 || !(-53..=53).contains(&nth) { Err(fault()) } else { Ok((Some(nth), *day)) }
}

fn until(text: &str) -> Option<End> {
    if let Some(utc) = text.strip_suffix(['Z', 'z']) {
        let at = local(utc)?.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        return Some(End::Until(Time(at.timestamp().as_millisecond())));
    }
    local(text).map(End::UntilLocal)
}

/// `20260630` or `20260630T120000`; a day alone is its end.
fn local(text: &str) -> Option<DateTime> {
    match text.split_once(['T', 't']) {
        Some((date, time)) => Some(day(date)?.to_datetime(jiff::civil::Time::strptime("%H%M%S", time).ok()?)),
        None => Some(day(text)?.at(23, 59, 59, 0)),
    }
}

fn day(text: &str) -> Option<Date> {
    if text.len() == 8 { Date::strptime("%Y%m%d", text).ok() } else { None }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let every = match self.every {
            Every::Hour => "HOURLY",
            Every::Day => "DAILY",
            Every::Week => "WEEKLY",
            Every::Month => "MONTHLY",
            Every::Year => "YEARLY",
        };
        write!(f, "FREQ={every}")?;
        if self.interval != 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        match self.end {
            End::Never => {}
            End::Count(count) => write!(f, ";COUNT={count}")?,
            End::Until(at) => {
                let stamp = jiff::Timestamp::from_millisecond(at.0).unwrap_or(jiff::Timestamp::MAX);
                write!(f, ";UNTIL={}", stamp.strftime("%Y%m%dT%H%M%SZ"))?;
            }
            End::UntilLocal(at) if at.time() == jiff::civil::time(23, 59, 59, 0) => {
                write!(f, ";UNTIL={}", at.strftime("%Y%m%d"))?;
            }
            End::UntilLocal(at) => write!(f, ";UNTIL={}", at.strftime("%Y%m%dT%H%M%S"))?,
        }
        list(f, "BYMONTH", &self.months)?;
        list(f, "BYWEEKNO", &self.weeks)?;
        list(f, "BYYEARDAY", &self.year_days)?;
        list(f, "BYMONTHDAY", &self.month_days)?;
        let name = |day: Weekday| WEEKDAYS.iter().find(|(_, known)| *known == day).map_or("MO", |(name, _)| *name);
        let weekdays: Vec<String> = self
            .weekdays
            .iter()
            .map(|(nth, day)| format!("{}{}", nth.map(|nth| nth.to_string()).unwrap_or_default(), name(*day)))
            .collect();
        list(f, "BYDAY", &weekdays)?;
        list(f, "BYHOUR", &self.hours)?;
        list(f, "BYSETPOS", &self.positions)?;
        if self.week_start != Weekday::Monday {
            write!(f, ";WKST={}", name(self.week_start))?;
        }
        Ok(())
    }
}

fn list(f: &mut fmt::Formatter<'_>, name: &str, values: &[impl fmt::Display]) -> fmt::Result {
    if values.is_empty() {
        return Ok(());
    }
    let values: Vec<String> = values.iter().map(ToString::to_string).collect();
    write!(f, ";{name}={}", values.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_written_as_it_was_read() {
        for text in [
            "FREQ=DAILY",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH",
            "FREQ=MONTHLY;COUNT=10;BYDAY=-1FR",
            "FREQ=MONTHLY;UNTIL=20261231;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            "FREQ=YEARLY;UNTIL=20261231T090000Z;BYMONTH=1,7;BYMONTHDAY=1,-1",
            "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;WKST=SU",
            "FREQ=YEARLY;UNTIL=20261231T090000;BYYEARDAY=1,-1",
            "FREQ=HOURLY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9,11,13",
            "FREQ=DAILY;BYHOUR=9,17",
        ] {
            assert_eq!(Rule::parse(text).map(|rule| rule.to_string()), Ok(text.to_string()));
        }
    }

    #[test]
    fn a_rule_that_cannot_be_is_refused_in_words() {
        for text in [
            "",
            "BYDAY=MO",
            "FREQ=MINUTELY",
            "FREQ=HOURLY;BYHOUR=24",
            "FREQ=HOURLY;BYDAY=1MO",
            "FREQ=DAILY;BYHOUR=9,17;BYSETPOS=1",
            "FREQ=SECONDLY;COUNT=100000",
            "FREQ=DAILY;INTERVAL=0",
            "FREQ=DAILY;COUNT=1000000",
            "FREQ=WEEKLY;BYDAY=2MO",
            "FREQ=WEEKLY;BYMONTHDAY=3",
            "FREQ=MONTHLY;BYDAY=XX",
            "FREQ=MONTHLY;BYMONTHDAY=32",
            "FREQ=DAILY;UNTIL=yesterday",
            "FREQ=DAILY;BYHOUR=-1",
            "FREQ=DAILY;BYMONTH=0",
            "FREQ=YEARLY;BYDAY=99999999999999999999MO",
        ] {
            assert!(Rule::parse(text).is_err(), "{text}");
        }
    }
}
