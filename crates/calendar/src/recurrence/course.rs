//! The course of a rule: its moments in order.

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use kernel::Time;

use super::rule::{End, Every, Rule};

/// Periods without a moment after which a rule is taken to be over: the 29th of February is the rarest that people mean.
const fn most_empty(every: Every) -> u32 {
    match every {
        Every::Hour | Every::Day => 4_000,
        Every::Week | Every::Month => 600,
        Every::Year => 100,
    }
}

/// A rule with its first moment, in the zone in which it is meant.
#[derive(Debug, Clone)]
pub struct Course {
    pub rule: Rule,
    /// The first moment, in local time.
    pub start: DateTime,
    pub zone: TimeZone,
}

impl Course {
    pub fn new(rule: Rule, start: Time, zone: TimeZone) -> Course {
        let start = local(start, &zone);
        Course { rule, start, zone }
    }

    /// The moments from `from` on (inclusive), in order; for rules without end, without end.
    pub fn from(&self, from: Time) -> impl Iterator<Item = Time> {
        let has_count = matches!(self.rule.end, End::Count(_));
        let near = if has_count { None } else { Some(local(from, &self.zone).date()) };
        // Of rules by the hour moments are counted, not days.
        let left = match self.rule.end {
            End::Count(count) if self.rule.is_by_hour() => usize::try_from(count).unwrap_or(usize::MAX),
            _ => usize::MAX,
        };
        let mut last = None;
        Days::new(self, near)
            .flat_map(|day| self.hours(day))
            .take(left)
            .map_while(|here| self.at(here))
            // Two local times that become one where a clock jumps.
            .filter(move |at| last.replace(*at) != Some(*at))
            .skip_while(move |at| *at < from)
    }

    /// Whether the rule names this moment.
    pub fn names(&self, at: Time) -> bool {
        self.from(at).next() == Some(at)
    }

    /// The last moment, or where it is not known, one that is not before it. None for rules without end.
    pub fn last(&self) -> Option<Time> {
        match self.rule.end {
            End::Never => None,
            End::Until(at) => Some(at),
            End::UntilLocal(at) => Some(moment(at, &self.zone)),
            End::Count(_) => Some(self.from(Time(i64::MIN)).last().unwrap_or_else(|| moment(self.start, &self.zone))),
        }
    }

    /// How many moments there are before one.
    pub fn before(&self, at: Time) -> usize {
        self.from(Time(i64::MIN)).take_while(|moment| *moment < at).count()
    }

    /// The local moments of a day that the rule names.
    fn hours(&self, day: Date) -> Vec<DateTime> {
        let first = self.start;
        if !self.rule.is_by_hour() {
            return vec![day.to_datetime(first.time())];
        }
        let since = day.duration_since(first.date()).as_hours() - i64::from(first.hour());
        let is_on_step =
            |hour: i8| self.rule.every != Every::Hour || (since + i64::from(hour)).rem_euclid(self.rule.interval) == 0;
        (0..24_i8)
            .filter(|hour| (self.rule.hours.is_empty() || self.rule.hours.contains(hour)) && is_on_step(*hour))
            .map(|hour| day.at(hour, first.minute(), first.second(), first.subsec_nanosecond()))
            .filter(|here| *here >= first)
            .collect()
    }

    /// A local moment on the world's clock; none behind the end of the rule.
    fn at(&self, here: DateTime) -> Option<Time> {
        let at = moment(here, &self.zone);
        let is_over = match self.rule.end {
            End::Until(last) => at > last,
            End::UntilLocal(last) => here > last,
            End::Never | End::Count(_) => false,
        };
        // Behind the last moment that there is.
        (!is_over && at.0 != i64::MAX).then_some(at)
    }
}

/// A moment in local time.
pub fn local(at: Time, zone: &TimeZone) -> DateTime {
    let stamp = Timestamp::from_millisecond(at.0);
    let stamp = stamp.unwrap_or(if at.0 < 0 { Timestamp::MIN } else { Timestamp::MAX });
    zone.to_datetime(stamp)
}

/// A local time on the world's clock: what is left out in spring is an hour later, of what is there twice in autumn the
/// first is meant.
pub fn moment(at: DateTime, zone: &TimeZone) -> Time {
    let stamp = zone.to_ambiguous_timestamp(at).compatible();
    Time(stamp.map_or(i64::MAX, |stamp| stamp.as_millisecond()))
}

/// The days of a course, in order, up to its count.
pub struct Days<'c> {
    course: &'c Course,
    /// The first day of the period that is looked at next.
    period: Option<Date>,
    ready: std::vec::IntoIter<Date>,
    left: u32,
    empty: u32,
}

impl<'c> Days<'c> {
    /// Begins at the first, or, for a rule that counts nothing, near a day.
    pub fn new(course: &'c Course, near: Option<Date>) -> Days<'c> {
        let first = course.start.date();
        let (every, interval) = (course.rule.every, periods_apart(&course.rule));
        let period = match every {
            Every::Hour | Every::Day => first,
            Every::Week => week_of(first, course.rule.week_start),
            Every::Month => first.first_of_month(),
            Every::Year => first.first_of_year(),
        };
        let passed = near.filter(|near| *near > period).map_or(0, |near| {
            let days = near.duration_since(period).as_hours() / 24;
            match every {
                Every::Hour | Every::Day => days,
                Every::Week => days / 7,
                Every::Month => i64::from(near.year() - period.year()) * 12 + i64::from(near.month() - period.month()),
                Every::Year => i64::from(near.year() - period.year()),
            }
        });
        let steps = (passed / interval - 1).max(0) * interval;
        let left = match course.rule.end {
            End::Count(count) if !course.rule.is_by_hour() => count,
            _ => u32::MAX,
        };
        Days { course, period: stepped(period, every, steps), ready: Vec::new().into_iter(), left, empty: 0 }
    }
}

impl Iterator for Days<'_> {
    type Item = Date;

    fn next(&mut self) -> Option<Date> {
        loop {
            if self.left == 0 || self.empty > most_empty(self.course.rule.every) {
                return None;
            }
            if let Some(day) = self.ready.next() {
                self.left -= u32::from(self.left != u32::MAX);
                self.empty = 0;
                return Some(day);
            }
            let period = self.period?;
            let rule = &self.course.rule;
            let first = self.course.start.date();
            let days = of_period(rule, first, period);
            self.ready = days.into_iter().filter(|day| *day >= first).collect::<Vec<_>>().into_iter();
            self.empty += 1;
            self.period = stepped(period, rule.every, periods_apart(rule));
        }
    }
}

/// Periods from one that is looked at to the next: of rules by the hour every day is.
fn periods_apart(rule: &Rule) -> i64 {
    if rule.every == Every::Hour { 1 } else { rule.interval }
}

fn stepped(period: Date, every: Every, steps: i64) -> Option<Date> {
    let span = match every {
        Every::Hour | Every::Day => 1.day().checked_mul(steps),
        Every::Week => 1.week().checked_mul(steps),
        Every::Month => 1.month().checked_mul(steps),
        Every::Year => 1.year().checked_mul(steps),
    };
    period.checked_add(span.ok()?).ok()
}

fn week_of(day: Date, week_start: Weekday) -> Date {
    let back = i64::from(day.weekday().since(week_start));
    day.checked_sub(back.days()).unwrap_or(day)
}

/// The days that a rule names in the period that begins on a day.
fn of_period(rule: &Rule, first: Date, period: Date) -> Vec<Date> {
    let length = match rule.every {
        Every::Hour | Every::Day => 1,
        Every::Week => 7,
        Every::Month => i64::from(period.days_in_month()),
        Every::Year => i64::from(period.days_in_year()),
    };
    let wanted = Wanted::of(rule, first);
    let days = (0..length).filter_map(|n| period.checked_add(n.days()).ok());
    let days: Vec<Date> = days.filter(|day| wanted.holds(*day)).collect();
    if rule.positions.is_empty() {
        return days;
    }
    let count = i64::try_from(days.len()).unwrap_or(0);
    let mut places: Vec<i64> = rule
        .positions
        .iter()
        .map(|position| if *position > 0 { i64::from(*position) - 1 } else { count + i64::from(*position) })
        .collect();
    places.sort_unstable();
    places.dedup();
    places.into_iter().filter_map(|place| days.get(usize::try_from(place).ok()?).copied()).collect()
}

/// What a day must be: the parts of the rule, and from the first day what the rule leaves open.
struct Wanted<'r> {
    rule: &'r Rule,
    month: Option<i8>,
    month_day: Option<i8>,
    weekday: Option<Weekday>,
}

impl<'r> Wanted<'r> {
    fn of(rule: &'r Rule, first: Date) -> Wanted<'r> {
        let says_day = !(rule.weeks.is_empty()
            && rule.year_days.is_empty()
            && rule.month_days.is_empty()
            && rule.weekdays.is_empty());
        let open = |every| !says_day && rule.every == every;
        Wanted {
            rule,
            month: (open(Every::Year) && rule.months.is_empty()).then(|| first.month()),
            month_day: (open(Every::Year) || open(Every::Month)).then(|| first.day()),
            weekday: open(Every::Week).then(|| first.weekday()),
        }
    }

    fn holds(&self, day: Date) -> bool {
        let rule = self.rule;
        let is_one = |wanted: i64, value: i64, length: i64| {
            if wanted > 0 { wanted == value } else { length + 1 + wanted == value }
        };
        let in_month = i64::from(day.days_in_month());
        let in_year = i64::from(day.days_in_year());
        self.month.is_none_or(|month| month == day.month())
            && self.month_day.is_none_or(|month_day| month_day == day.day())
            && self.weekday.is_none_or(|weekday| weekday == day.weekday())
            && (rule.months.is_empty() || rule.months.contains(&day.month()))
            && (rule.month_days.is_empty()
                || rule.month_days.iter().any(|n| is_one(i64::from(*n), i64::from(day.day()), in_month)))
            && (rule.year_days.is_empty()
                || rule.year_days.iter().any(|n| is_one(i64::from(*n), i64::from(day.day_of_year()), in_year)))
            && (rule.weeks.is_empty() || {
                let (week, weeks) = week_number(day, rule.week_start);
                rule.weeks.iter().any(|n| is_one(i64::from(*n), week, weeks))
            })
            && (rule.weekdays.is_empty() || rule.weekdays.iter().any(|(nth, weekday)| self.is_nth(day, *nth, *weekday)))
    }

    fn is_nth(&self, day: Date, nth: Option<i8>, weekday: Weekday) -> bool {
        if day.weekday() != weekday {
            return false;
        }
        let Some(nth) = nth.map(i64::from) else { return true };
        let is_of_month = self.rule.every == Every::Month || !self.rule.months.is_empty();
        let (place, length) = if is_of_month {
            (i64::from(day.day()), i64::from(day.days_in_month()))
        } else {
            (i64::from(day.day_of_year()), i64::from(day.days_in_year()))
        };
        if nth > 0 { (place - 1) / 7 + 1 == nth } else { (length - place) / 7 + 1 == -nth }
    }
}

/// The number of a day's week, and how many weeks its year has: the first week is the first with four days of the year.
fn week_number(day: Date, week_start: Weekday) -> (i64, i64) {
    // The week belongs to the year of its fourth day.
    let week = week_of(day, week_start);
    let fourth = week.checked_add(3.days()).unwrap_or(week);
    let number = (i64::from(fourth.day_of_year()) - 1) / 7 + 1;
    let last = fourth.last_of_year();
    let last_week = week_of(last, week_start);
    let last_fourth = last_week.checked_add(3.days()).unwrap_or(last_week);
    let weeks = if last_fourth.year() == fourth.year() {
        (i64::from(last_fourth.day_of_year()) - 1) / 7 + 1
    } else {
        let before = last_fourth.checked_sub(1.week()).unwrap_or(last_fourth);
        (i64::from(before.day_of_year()) - 1) / 7 + 1
    };
    (number, weeks)
}

#[cfg(test)]
#[path = "course_tests.rs"]
mod tests;
