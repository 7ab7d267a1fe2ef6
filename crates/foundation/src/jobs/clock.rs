//! When something is done by itself: a source runs, a letter is written.

use jiff::civil;
use jiff::tz::TimeZone;
use kernel::Time;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schedule {
    ByHand,
    /// Milliseconds between two runs.
    Every(i64),
    /// Hour and minute in the company's zone.
    Daily(i8, i8),
    /// Day of the week from Monday, which is 1, then as above.
    Weekly(i8, i8, i8),
    /// Day of the month, the last one where a month is shorter, then as above.
    Monthly(i8, i8, i8),
}

const MINUTE_MS: i64 = 60_000;

impl Schedule {
    pub fn read(name: &str, every: i64, daily_at: &str) -> Schedule {
        match name {
            "minutes" if every > 0 => Schedule::Every(every * MINUTE_MS),
            "hours" if every > 0 => Schedule::Every(every * 60 * MINUTE_MS),
            "daily" => hour(daily_at).map_or(Schedule::ByHand, |(hour, minute)| Schedule::Daily(hour, minute)),
            _ => Schedule::ByHand,
        }
    }

    /// The first moment after `last` at which it runs; none if it never does by itself.
    pub fn next(self, last: Time, zone: &str) -> Option<Time> {
        match self {
            Schedule::ByHand => None,
            Schedule::Every(ms) => Some(Time(last.0.saturating_add(ms))),
            Schedule::Daily(hour, minute) => at_clock(last, zone, hour, minute, |_| true),
            Schedule::Weekly(weekday, hour, minute) => {
                at_clock(last, zone, hour, minute, |day| day.weekday().to_monday_one_offset() == weekday)
            }
            Schedule::Monthly(date, hour, minute) => {
                at_clock(last, zone, hour, minute, |day| day.day() == date.min(day.days_in_month()))
            }
        }
    }
}

/// The first moment after `last` at which a clock there shows this on a day that is wanted.
fn at_clock(last: Time, zone: &str, hour: i8, minute: i8, is_wanted: impl Fn(civil::Date) -> bool) -> Option<Time> {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let last = jiff::Timestamp::from_millisecond(last.0).ok()?;
    let time = civil::Time::new(hour, minute, 0, 0).ok()?;
    let mut day = last.to_zoned(zone.clone()).date();
    // A month and both its ends. An hour that a change of clocks leaves out is the one behind it.
    for _ in 0..34 {
        let at = day.to_datetime(time).to_zoned(zone.clone()).ok()?.timestamp();
        if at > last && is_wanted(day) {
            return Some(Time(at.as_millisecond()));
        }
        day = day.tomorrow().ok()?;
    }
    None
}

/// `06:30`.
fn hour(text: &str) -> Option<(i8, i8)> {
    let (hour, minute) = text.trim().split_once(':')?;
    let (hour, minute): (i8, i8) = (hour.parse().ok()?, minute.parse().ok()?);
    ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some((hour, minute))
}

pub fn is_hour(text: &str) -> bool {
    hour(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        Time::parse(text).unwrap()
    }

    #[test]
    fn every_day_means_the_hour_of_the_company_also_when_clocks_change() {
        let daily = Schedule::read("daily", 0, "06:30");
        let bucharest = "Europe/Bucharest";
        assert_eq!(daily.next(at("2026-10-24T12:00:00Z"), bucharest), Some(at("2026-10-25T04:30:00Z")));
        assert_eq!(daily.next(at("2026-10-23T12:00:00Z"), bucharest), Some(at("2026-10-24T03:30:00Z")));
        assert_eq!(daily.next(at("2026-10-24T03:30:00Z"), bucharest), Some(at("2026-10-25T04:30:00Z")));
    }

    #[test]
    fn every_week_means_a_day_of_the_week_where_the_reader_is() {
        // A Friday at noon; Monday is the 22nd.
        let (monday, friday) = (Schedule::Weekly(1, 8, 0), Schedule::Weekly(5, 15, 0));
        let (noon, bucharest) = (at("2026-06-19T12:00:00Z"), "Europe/Bucharest");
        assert_eq!(monday.next(noon, bucharest), Some(at("2026-06-22T05:00:00Z")));
        assert_eq!(friday.next(noon, "UTC"), Some(at("2026-06-19T15:00:00Z")));
        assert_eq!(friday.next(noon, bucharest), Some(at("2026-06-26T12:00:00Z")), "at this very moment it was");
    }

    #[test]
    fn every_month_means_its_last_day_where_it_is_shorter() {
        let last = Schedule::Monthly(31, 8, 0);
        assert_eq!(last.next(at("2026-01-31T08:00:00Z"), "UTC"), Some(at("2026-02-28T08:00:00Z")));
        assert_eq!(last.next(at("2026-02-28T08:00:00Z"), "UTC"), Some(at("2026-03-31T08:00:00Z")));
        assert_eq!(
            Schedule::Monthly(1, 8, 0).next(at("2026-06-19T12:00:00Z"), "UTC"),
            Some(at("2026-07-01T08:00:00Z"))
        );
    }

    #[test]
    fn every_so_often_counts_from_the_last_time() {
        let every = Schedule::read("minutes", 15, "");
        assert_eq!(every.next(at("2026-06-19T12:00:00Z"), "UTC"), Some(at("2026-06-19T12:15:00Z")));
        assert_eq!(Schedule::read("none", 15, "").next(at("2026-06-19T12:00:00Z"), "UTC"), None);
    }

    #[test]
    fn an_hour_is_an_hour_of_the_day() {
        assert!(is_hour("00:00") && is_hour("23:59") && is_hour("6:05"));
        assert!(!is_hour("24:00") && !is_hour("6") && !is_hour("06:60") && !is_hour(""));
    }
}
