//! When people are busy, and when all of them are free.
//!
//! Busy is who has a call, a meeting or a visit with a start that is not cancelled, once or by its rule, and who is away.
//! Tasks keep nobody from meeting. Nothing but the times is told: whose calendar it is remains theirs.

pub(crate) mod queries;
mod routes;

use std::collections::{BTreeSet, HashMap};

use foundation::Reader;
use foundation::company::calendars::Calendar;
use foundation::records::Record;
use jiff::ToSpan;
use jiff::tz::TimeZone;
use kernel::{Id, Result, Time, Value};

use crate::activities::series::Series;
use crate::activities::{ACTIVITY, Activity, queries as activities};
use crate::recurrence::{local, moment};

pub use routes::routes;

/// From one moment to another.
pub type Span = (Time, Time);

const MINUTE_MS: i64 = 60_000;
/// Of what says neither when it ends nor how long it takes: a call, and what one goes to.
const CALL_MINUTES: i64 = 30;
const MEETING_MINUTES: i64 = 60;
/// Moments of one series in one answer.
const MOST_OF_ONE: usize = 2_000;

/// When these users are busy within a window, each in order and joined where they touch. `except` are activities that do
/// not count, because they are about to move.
pub fn of(
    reader: &mut Reader,
    users: &[Id],
    (from, to): Span,
    except: &BTreeSet<Id>,
) -> Result<HashMap<Id, Vec<Span>>> {
    let mut busy: HashMap<Id, Vec<Span>> = users.iter().map(|user| (*user, Vec::new())).collect();
    let zones = queries::zones(reader, users)?;
    let zone_of = |user: &Id| zones.get(user).cloned().unwrap_or(TimeZone::UTC);
    let mut put = |user: Id, begin: Time, end: Time| {
        if begin < to && end > from && begin < end {
            busy.entry(user).or_default().push((begin.max(from), end.min(to)));
        }
    };
    for once in queries::once(reader, users, (from, to))? {
        if except.contains(&once.id) {
            continue;
        }
        let end = end_of(once.starts_at, once.ends_at, once.minutes, once.is_call);
        match once.is_all_day {
            true => {
                let (begin, end) = whole_days(once.starts_at, end, &once.zone, &zone_of(&once.user));
                put(once.user, begin, end);
            }
            false => put(once.user, once.starts_at, end),
        }
    }
    let object = reader.object(ACTIVITY)?;
    let series = queries::series(reader, &object, users, (from, to))?;
    let ids: Vec<Id> = series.iter().map(|record| record.id).collect();
    let changed = activities::changed(reader, &object, &ids)?;
    for record in series.iter().filter(|record| !except.contains(&record.id)) {
        let (Some(series), Some(user)) = (Series::of(&object, record), record.get(&object, Activity::OWNER).as_link())
        else {
            continue;
        };
        let (minutes, is_call) = lasting(&object, record);
        let is_here = |at: &Time| !changed.get(&record.id).is_some_and(|changed| changed.contains(at));
        let first = Time(from.0.saturating_sub(MEETING_MINUTES.max(minutes.unwrap_or(0)) * MINUTE_MS));
        for at in series.from(first).take_while(|at| *at < to).filter(is_here).take(MOST_OF_ONE) {
            let end = end_of(at, series.end_of(at), minutes, is_call);
            let (begin, end) = match series.is_all_day {
                true => whole_days(at, end, series.zone(), &zone_of(&user)),
                false => (at, end),
            };
            put(user, begin, end);
        }
    }
    for (user, first, last) in queries::away(reader, users, (from, to))? {
        let zone = zone_of(&user);
        let begin = moment(first.at(0, 0, 0, 0), &zone);
        let end = last.and_then(|last| last.tomorrow().ok()).map_or(to, |day| moment(day.at(0, 0, 0, 0), &zone));
        put(user, begin, end);
    }
    for spans in busy.values_mut() {
        *spans = joined(std::mem::take(spans));
    }
    Ok(busy)
}

/// How long one without an end takes, and whether it is a call.
fn lasting(object: &foundation::records::Object, record: &Record) -> (Option<i64>, bool) {
    let minutes = match record.get(object, Activity::DURATION_MINUTES) {
        Value::Int(minutes) => Some(*minutes),
        _ => None,
    };
    (minutes, record.get(object, Activity::KIND).as_text() == Some("call"))
}

fn end_of(begin: Time, end: Option<Time>, minutes: Option<i64>, is_call: bool) -> Time {
    let usual = if is_call { CALL_MINUTES } else { MEETING_MINUTES };
    let minutes = minutes.filter(|minutes| (1..=7 * 24 * 60).contains(minutes)).unwrap_or(usual);
    end.filter(|end| *end > begin).unwrap_or(Time(begin.0.saturating_add(minutes * MINUTE_MS)))
}

/// Whole days are the same days wherever somebody is.
fn whole_days(begin: Time, end: Time, meant: &TimeZone, here: &TimeZone) -> Span {
    let first = local(begin, meant).date();
    let last = local(Time(end.0 - 1).max(begin), meant).date();
    let after = last.checked_add(1.day()).unwrap_or(last);
    (moment(first.at(0, 0, 0, 0), here), moment(after.at(0, 0, 0, 0), here))
}

/// Spans in order, those that touch made one.
pub fn joined(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
    for (begin, end) in spans {
        match joined.last_mut() {
            Some(last) if begin <= last.1 => last.1 = last.1.max(end),
            _ => joined.push((begin, end)),
        }
    }
    joined
}

/// Whether nothing of spans that are in order and apart lies within a span.
pub fn is_free(busy: &[Span], (begin, end): Span) -> bool {
    let place = busy.partition_point(|(_, over)| *over <= begin);
    busy.get(place).is_none_or(|(next, _)| *next >= end)
}

/// Stretches of so many minutes within the working hours in which all are free, on every step of those hours.
pub fn common(calendar: &Calendar, busy: &[&[Span]], window: Span, minutes: i64, step: i64, most: usize) -> Vec<Span> {
    starts(calendar, window, minutes, step)
        .filter(|span| busy.iter().all(|busy| is_free(busy, *span)))
        .take(most)
        .collect()
}

/// Every stretch of so many minutes that begins on a step of the working hours.
pub fn starts(calendar: &Calendar, (from, to): Span, minutes: i64, step: i64) -> impl Iterator<Item = Span> {
    let (lasts, step) = (minutes.max(1) * MINUTE_MS, step.max(5) * MINUTE_MS);
    // Hours that began before the window keep their steps: nine, half past nine, whenever it is looked.
    let whole = Time(from.0.saturating_sub(24 * 60 * MINUTE_MS));
    calendar
        .open(whole, Time(to.0.saturating_add(24 * 60 * MINUTE_MS)))
        .into_iter()
        .flat_map(move |(begin, end)| {
            let count = (end.0 - begin.0 - lasts).div_euclid(step).max(-1) + 1;
            (0..count).map(move |n| (Time(begin.0 + n * step), Time(begin.0 + n * step + lasts)))
        })
        .filter(move |(begin, end)| *begin >= from && *end <= to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(spans: &[(i64, i64)]) -> Vec<Span> {
        spans.iter().map(|(from, to)| (Time(from * 3_600_000), Time(to * 3_600_000))).collect()
    }

    #[test]
    fn what_touches_or_overlaps_is_one() {
        assert_eq!(joined(hours(&[(5, 6), (1, 3), (2, 4), (6, 7), (2, 3)])), hours(&[(1, 4), (5, 7)]));
    }

    #[test]
    fn one_is_free_up_to_the_moment_at_which_something_begins() {
        let busy = hours(&[(1, 4), (5, 7)]);
        for (from, to, is) in [(0, 1, true), (0, 2, false), (4, 5, true), (3, 5, false), (7, 9, true), (2, 3, false)] {
            let span = (Time(from * 3_600_000), Time(to * 3_600_000));
            assert_eq!(is_free(&busy, span), is, "{from} to {to}");
        }
    }

    #[test]
    fn stretches_lie_within_working_hours_and_beside_what_is_there() {
        // Thursday, 1 January 1970: the usual week works from nine to five.
        let window = (Time(0), Time(24 * 3_600_000));
        let busy = hours(&[(10, 16)]);
        let found = common(&Calendar::usual(), &[&busy], window, 60, 30, 100);
        assert_eq!(found, hours(&[(9, 10), (16, 17)]));
        let late = (Time(9 * 3_600_000 + 60_000), window.1);
        let found: Vec<Span> = starts(&Calendar::usual(), late, 60, 30).take(1).collect();
        assert_eq!(found[0].0.0, 9 * 3_600_000 + 30 * 60_000, "on a step of the day, not of the question");
    }
}
