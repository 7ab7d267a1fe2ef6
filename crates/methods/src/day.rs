//! Days as numbers: how many after 1 January 1970.

use jiff::civil::{Date, date};
use kernel::Time;

/// Milliseconds of a day.
const MS: i64 = 24 * 60 * 60 * 1000;

const FIRST: Date = date(1970, 1, 1);

/// The day of a moment, in UTC.
pub fn at(moment: Time) -> i32 {
    i32::try_from(moment.0.div_euclid(MS)).unwrap_or(if moment.0 < 0 { i32::MIN } else { i32::MAX })
}

/// The number of a day.
pub fn number(day: Date) -> i32 {
    day.since(FIRST).map_or(0, |span| span.get_days())
}

/// The day of a number; the nearest there is for a number beyond the calendar.
pub fn of(number: i32) -> Date {
    let day = jiff::Span::new().try_days(number).and_then(|span| FIRST.checked_add(span));
    day.unwrap_or(if number < 0 { Date::MIN } else { Date::MAX })
}

/// As `2017-06-30`.
pub fn text(number: i32) -> String {
    of(number).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_its_number() {
        for (day, count) in [(date(1970, 1, 1), 0), (date(2017, 6, 30), 17_347), (date(1969, 12, 31), -1)] {
            assert_eq!((number(day), of(count)), (count, day));
        }
        assert_eq!(of(i32::MAX), Date::MAX);
    }
}
