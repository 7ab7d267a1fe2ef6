//! What recurs, as one record says it: a rule, from when, how long, and what is left out.

use std::collections::BTreeSet;

use events::RecordView;
use foundation::records::{Object, Record};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan};
use kernel::{Time, Value};

use super::Activity;
use super::facts::FOREVER;
use crate::recurrence::{Course, Rule, local, moment};

/// See the module.
#[derive(Debug, Clone)]
pub struct Series {
    pub course: Course,
    pub is_all_day: bool,
    /// How long each lasts; whole days are counted as days, whatever clocks do in them.
    lasts: Lasts,
    /// Moments at which it does not take place.
    pub skipped: BTreeSet<Time>,
}

#[derive(Debug, Clone, Copy)]
enum Lasts {
    Nothing,
    Milliseconds(i64),
    Days(i64),
}

impl Series {
    /// The series that a record is; none if it does not recur.
    pub fn of(object: &Object, record: &Record) -> Option<Series> {
        Series::read(&|field| record.get(object, field), None)
    }

    /// The same of a record as facts see it, in a zone that it may not say itself.
    pub fn of_view(view: &dyn RecordView, zone: Option<&str>) -> Option<Series> {
        Series::read(&|field| view.value(field), zone)
    }

    fn read<'v>(value: &dyn Fn(&'static str) -> &'v Value, zone: Option<&str>) -> Option<Series> {
        let time = |field| if let Value::Time(at) = value(field) { Some(*at) } else { None };
        let rule = Rule::parse(value(Activity::REPEATS).as_text()?).ok()?;
        let start = time(Activity::STARTS_AT).or_else(|| time(Activity::DUE_AT))?;
        let zone = value(Activity::TIME_ZONE).as_text().or(zone).and_then(|zone| TimeZone::get(zone).ok());
        let zone = zone.unwrap_or(TimeZone::UTC);
        let is_all_day = matches!(value(Activity::IS_ALL_DAY), Value::Bool(true));
        let end = time(Activity::STARTS_AT).and(time(Activity::ENDS_AT)).filter(|end| *end > start);
        let lasts = match end {
            None => Lasts::Nothing,
            Some(end) if is_all_day => {
                let days = local(end, &zone).date().duration_since(local(start, &zone).date());
                Lasts::Days(days.as_hours() / 24)
            }
            Some(end) => Lasts::Milliseconds(end.0 - start.0),
        };
        let skipped = value(Activity::SKIPPED).as_text().unwrap_or_default();
        let skipped = skipped.split_whitespace().filter_map(Time::parse).collect();
        Some(Series { course: Course::new(rule, start, zone), is_all_day, lasts, skipped })
    }

    pub fn zone(&self) -> &TimeZone {
        &self.course.zone
    }

    /// When the one that begins then ends; none where nothing says how long.
    pub fn end_of(&self, at: Time) -> Option<Time> {
        match self.lasts {
            Lasts::Nothing => None,
            Lasts::Milliseconds(ms) => Some(Time(at.0.saturating_add(ms))),
            Lasts::Days(days) => {
                let end = local(at, self.zone()).checked_add(days.days()).ok()?;
                Some(moment(end, self.zone()))
            }
        }
    }

    /// When the last is over.
    pub fn over_at(&self) -> Time {
        self.course.last().map_or(FOREVER, |last| self.end_of(last).unwrap_or(last))
    }

    /// Whether it takes place then.
    pub fn holds(&self, at: Time) -> bool {
        !self.skipped.contains(&at) && self.course.names(at)
    }

    /// The moments that are not over at `from`, in order, without those that are left out.
    pub fn from(&self, from: Time) -> impl Iterator<Item = Time> {
        let longest = self.end_of(from).map_or(0, |end| end.0.saturating_sub(from.0));
        // A day may be an hour longer than the one before.
        let margin = if longest > 0 { longest.saturating_add(2 * 60 * 60 * 1000) } else { 0 };
        self.course
            .from(Time(from.0.saturating_sub(margin)))
            .filter(move |at| *at >= from || self.end_of(*at).is_some_and(|end| end > from))
            .filter(|at| !self.skipped.contains(at))
    }
}

/// How far a moment was moved, in local time: what is moved by an hour is moved by an hour on both sides of a change of
/// clocks.
pub fn moved(from: Time, to: Time, zone: &TimeZone) -> SignedDuration {
    local(to, zone).duration_since(local(from, zone))
}

/// A moment moved so far.
pub fn shifted(at: Time, by: SignedDuration, zone: &TimeZone) -> Time {
    local(at, zone).checked_add(by).map_or(at, |there| moment(there, zone))
}

/// Moments as a record keeps them.
pub fn kept(moments: &BTreeSet<Time>) -> Value {
    if moments.is_empty() {
        return Value::Null;
    }
    Value::Text(moments.iter().map(Time::to_string).collect::<Vec<_>>().join(" "))
}
