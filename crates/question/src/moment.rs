//! Moments and periods: who asks, when, in which zone, and what `today - 30 days` is for him.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan, Zoned};
use kernel::{Id, Time};

use crate::ast::{Period, Unit};
use crate::checked::Checked;
use crate::parse::MOST_UNITS;

const FIRST_DAY: Date = jiff::civil::date(1, 1, 1);
const LAST_DAY: Date = jiff::civil::date(9999, 12, 30);
const FIRST_MS: i64 = -62_135_596_800_000;
const LAST_MS: i64 = 253_402_207_200_000;

/// The rows of other objects that the asker may see, for links and related records.
pub trait Visible {
    /// The question a row of `object` (its name) must answer with yes; `None` if all rows may be seen.
    fn rows(&self, object: &str) -> Option<&Checked>;
}

/// Who asks, when and where: what relative words mean.
#[derive(Clone)]
pub struct Context<'a> {
    pub now: Time,
    /// The user, for `me`.
    pub me: Id,
    /// The user's teams, for `my teams`.
    pub teams: &'a [Id],
    /// Where days begin and end.
    pub zone: TimeZone,
    /// The alias of the record's table in SQL.
    pub alias: &'a str,
    /// Row rights on linked and related records; `None` if the caller sees all.
    pub visible: Option<&'a dyn Visible>,
}

impl<'a> Context<'a> {
    /// In UTC, without teams, with the alias `r`.
    pub fn new(now: Time, me: Id) -> Context<'a> {
        Context { now, me, teams: &[], zone: TimeZone::UTC, alias: "r", visible: None }
    }

    pub fn teams(self, teams: &'a [Id]) -> Context<'a> {
        Context { teams, ..self }
    }

    /// The zone by its IANA name; an unknown name leaves UTC.
    pub fn zone(self, name: &str) -> Context<'a> {
        let zone = TimeZone::get(name).unwrap_or(TimeZone::UTC);
        Context { zone, ..self }
    }

    pub fn alias(self, alias: &'a str) -> Context<'a> {
        Context { alias, ..self }
    }

    pub fn visible(self, visible: &'a dyn Visible) -> Context<'a> {
        Context { visible: Some(visible), ..self }
    }

    pub(crate) fn today(&self) -> Date {
        self.day_of(self.now.millis())
    }

    fn zoned(&self, ms: i64) -> Zoned {
        let stamp = Timestamp::from_millisecond(ms.clamp(FIRST_MS, LAST_MS)).unwrap_or(Timestamp::UNIX_EPOCH);
        stamp.to_zoned(self.zone.clone())
    }

    fn day_of(&self, ms: i64) -> Date {
        self.zoned(ms).date().clamp(FIRST_DAY, LAST_DAY)
    }

    /// The first millisecond of a day.
    pub(crate) fn start_of(&self, day: Date) -> i64 {
        match day.clamp(FIRST_DAY, LAST_DAY).to_zoned(self.zone.clone()) {
            Ok(zoned) => zoned.timestamp().as_millisecond(),
            Err(_) if day < jiff::civil::date(1970, 1, 1) => FIRST_MS,
            Err(_) => LAST_MS,
        }
    }

    /// The last millisecond of a day.
    pub(crate) fn end_of(&self, day: Date) -> i64 {
        match day.tomorrow() {
            Ok(next) => self.start_of(next) - 1,
            Err(_) => LAST_MS,
        }
    }
}

/// A moment named in a question.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Moment {
    pub base: Base,
    pub shifts: Vec<(i64, Unit)>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Base {
    /// Days from today.
    Today(i64),
    Now,
    Day(Date),
    At(i64),
}

/// A moment once it is known who asks and when.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum When {
    Day(Date),
    /// Milliseconds since 1970 UTC.
    At(i64),
}

impl Moment {
    pub fn is_day(&self) -> bool {
        matches!(self.base, Base::Today(_) | Base::Day(_))
    }

    pub fn resolve(&self, context: &Context<'_>) -> When {
        match self.base {
            Base::Today(days) => When::Day(self.shifted_day(shift_day(context.today(), days, Unit::Day))),
            Base::Day(day) => When::Day(self.shifted_day(day)),
            Base::Now => When::At(self.shifted_at(context.now.millis(), context)),
            Base::At(ms) => When::At(self.shifted_at(ms, context)),
        }
    }

    fn shifted_day(&self, mut day: Date) -> Date {
        for (count, unit) in &self.shifts {
            day = shift_day(day, *count, *unit);
        }
        day
    }

    fn shifted_at(&self, mut ms: i64, context: &Context<'_>) -> i64 {
        for (count, unit) in &self.shifts {
            ms = shift_at(ms, *count, *unit, context);
        }
        ms
    }
}

/// The days and the exact milliseconds of a period; both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Window {
    pub first: Date,
    pub last: Date,
    pub from_ms: i64,
    pub until_ms: i64,
}

impl Window {
    pub fn of(period: &Period, context: &Context<'_>) -> Window {
        let now = context.now.millis();
        let today = context.today();
        let days = |first: Date, last: Date| Window {
            first,
            last,
            from_ms: context.start_of(first),
            until_ms: context.end_of(last),
        };
        match period {
            Period::Last(count, unit) if unit.is_within_day() => {
                let from_ms = shift_at(now, count.saturating_neg(), *unit, context);
                Window { first: context.day_of(from_ms), last: today, from_ms, until_ms: now }
            }
            Period::Next(count, unit) if unit.is_within_day() => {
                let until_ms = shift_at(now, *count, *unit, context);
                Window { first: today, last: context.day_of(until_ms), from_ms: now, until_ms }
            }
            Period::Last(count, unit) => {
                Window { until_ms: now, ..days(shift_day(today, count.saturating_neg(), *unit), today) }
            }
            Period::Next(count, unit) => Window { from_ms: now, ..days(today, shift_day(today, *count, *unit)) },
            Period::This(unit) => {
                let (first, last) = calendar(today, *unit);
                days(first, last)
            }
            Period::Previous(unit) => {
                let (first, _) = calendar(today, *unit);
                let (first, last) = calendar(shift_day(first, -1, Unit::Day), *unit);
                days(first, last)
            }
            Period::Following(unit) => {
                let (_, last) = calendar(today, *unit);
                let (first, last) = calendar(shift_day(last, 1, Unit::Day), *unit);
                days(first, last)
            }
            Period::Dates(first, last) => days(*first, *last),
        }
    }
}

/// First and last day of the calendar unit that `day` lies in. Weeks begin on Monday.
fn calendar(day: Date, unit: Unit) -> (Date, Date) {
    let first_of_month = day.first_of_month();
    let (first, length) = match unit {
        Unit::Minute | Unit::Hour | Unit::Day => (day, Unit::Day),
        Unit::Week => (shift_day(day, -i64::from(day.weekday().to_monday_zero_offset()), Unit::Day), Unit::Week),
        Unit::Month => (first_of_month, Unit::Month),
        Unit::Quarter => (shift_day(first_of_month, -i64::from((day.month() - 1) % 3), Unit::Month), Unit::Quarter),
        Unit::Year => (day.first_of_year(), Unit::Year),
    };
    (first, shift_day(shift_day(first, 1, length), -1, Unit::Day))
}

fn span(count: i64, unit: Unit) -> Span {
    // Trees built by code may say more than the readers allow; this many units fit every one of these.
    let count = count.clamp(-MOST_UNITS, MOST_UNITS);
    match unit {
        Unit::Minute => count.minutes(),
        Unit::Hour => count.hours(),
        Unit::Day => count.days(),
        Unit::Week => count.weeks(),
        Unit::Month => count.months(),
        Unit::Quarter => (count * 3).months(),
        Unit::Year => (count.clamp(-9_999, 9_999)).years(),
    }
}

pub(crate) fn shift_day(day: Date, count: i64, unit: Unit) -> Date {
    let edge = if count < 0 { FIRST_DAY } else { LAST_DAY };
    let (count, unit) = match unit {
        Unit::Minute | Unit::Hour => return day,
        Unit::Month | Unit::Quarter if !(-60_000..=60_000).contains(&count) => return edge,
        other => (count, other),
    };
    day.checked_add(span(count, unit)).unwrap_or(edge).clamp(FIRST_DAY, LAST_DAY)
}

pub(crate) fn shift_at(ms: i64, count: i64, unit: Unit, context: &Context<'_>) -> i64 {
    let exact = match unit {
        Unit::Minute => Some(60_000),
        Unit::Hour => Some(3_600_000),
        _ => None,
    };
    if let Some(length) = exact {
        return ms.saturating_add(count.saturating_mul(length)).clamp(FIRST_MS, LAST_MS);
    }
    let edge = if count < 0 { FIRST_MS } else { LAST_MS };
    if matches!(unit, Unit::Month | Unit::Quarter) && !(-60_000..=60_000).contains(&count) {
        return edge;
    }
    let shifted = context.zoned(ms).checked_add(span(count, unit));
    shifted.map_or(edge, |zoned| zoned.timestamp().as_millisecond()).clamp(FIRST_MS, LAST_MS)
}

/// A day written `2020-01-31`, from year 1 on.
pub(crate) fn day(text: &str) -> Option<Date> {
    if text.len() != 10 || !text.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
        return None;
    }
    text.parse::<Date>().ok().filter(|day| (FIRST_DAY..=LAST_DAY).contains(day))
}
