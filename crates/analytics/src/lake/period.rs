//! The span of time whose lines lie together in a file: a month, later its quarter, later its year.

use jiff::civil::{Date, date};
use kernel::Time;

use methods::day;

/// Milliseconds of a day.
const DAY: i64 = 24 * 60 * 60 * 1000;
/// Moments beyond these years, as broken clocks tell them, lie with the first and the last month.
const FIRST_YEAR: i16 = 1970;
const LAST_YEAR: i16 = 2199;
/// A quarter that has been over for so many days is folded into one file, a year likewise.
const QUARTER_RESTS: i64 = 7;
const YEAR_RESTS: i64 = 365;

/// A month, a quarter or a year, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Period {
    /// Month from 1.
    Month(i16, i8),
    /// Quarter from 1.
    Quarter(i16, i8),
    Year(i16),
}

impl Period {
    /// The month of a moment.
    pub fn month_of(at: i64) -> Period {
        let day = day::of(day::at(Time(at)));
        match day.year() {
            ..FIRST_YEAR => Period::Month(FIRST_YEAR, 1),
            year if year > LAST_YEAR => Period::Month(LAST_YEAR, 12),
            year => Period::Month(year, day.month()),
        }
    }

    /// Reads what [`std::fmt::Display`] wrote.
    pub fn parse(text: &str) -> Option<Period> {
        match text.split_once('-') {
            None => text.parse().ok().map(Period::Year),
            Some((year, rest)) => {
                let year = year.parse().ok()?;
                match rest.strip_prefix('Q') {
                    Some(quarter) => Some(Period::Quarter(year, quarter.parse().ok().filter(|n| (1..=4).contains(n))?)),
                    None => Some(Period::Month(year, rest.parse().ok().filter(|n| (1..=12).contains(n))?)),
                }
            }
        }
    }

    fn year(self) -> i16 {
        match self {
            Period::Month(year, _) | Period::Quarter(year, _) | Period::Year(year) => year,
        }
    }

    /// The period into which this one is folded once that one is over; none for a year.
    pub fn wider(self) -> Option<Period> {
        match self {
            Period::Month(year, month) => Some(Period::Quarter(year, (month - 1) / 3 + 1)),
            Period::Quarter(year, _) => Some(Period::Year(year)),
            Period::Year(_) => None,
        }
    }

    /// Whether all of the other lies in this one.
    pub fn holds(self, other: Period) -> bool {
        self == other || other.wider().is_some_and(|wider| self.holds(wider))
    }

    /// Whether it has been over for so long that few lines are still to come.
    pub fn rests(self, now: Time) -> bool {
        let days = match self {
            Period::Month(..) => return false,
            Period::Quarter(..) => QUARTER_RESTS,
            Period::Year(_) => YEAR_RESTS,
        };
        self.span().1 <= now.0.saturating_sub(days * DAY)
    }

    /// From the first moment to the first one behind it, in milliseconds; the outermost periods have no outer end.
    pub fn span(self) -> (i64, i64) {
        let (first, behind) = match self {
            Period::Month(year, month) => (date(year, month, 1), next(year, month)),
            Period::Quarter(year, quarter) => (date(year, quarter * 3 - 2, 1), next(year, quarter * 3)),
            Period::Year(year) => (date(year, 1, 1), next(year, 12)),
        };
        let is_first = self.year() == FIRST_YEAR && first.month() == 1;
        let is_last = self.year() == LAST_YEAR && behind.month() == 1;
        let ms = |day: Date| i64::from(day::number(day)) * DAY;
        (if is_first { i64::MIN } else { ms(first) }, if is_last { i64::MAX } else { ms(behind) })
    }
}

fn next(year: i16, month: i8) -> Date {
    if month == 12 { date(year + 1, 1, 1) } else { date(year, month + 1, 1) }
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Period::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Period::Quarter(year, quarter) => write!(f, "{year:04}-Q{quarter}"),
            Period::Year(year) => write!(f, "{year:04}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_moment_has_a_month_also_what_a_broken_clock_tells() {
        for (at, month) in [
            (0, "1970-01"),
            (-1, "1970-01"),
            (i64::MIN, "1970-01"),
            (1_781_870_400_000, "2026-06"),
            (i64::MAX, "2199-12"),
        ] {
            let period = Period::month_of(at);
            assert_eq!(period.to_string(), month);
            assert_eq!(Period::parse(month), Some(period));
            let (from, to) = period.span();
            assert!(from <= at && (at < to || to == i64::MAX), "{month} holds {at}");
        }
    }

    #[test]
    fn a_month_lies_in_its_quarter_and_its_year() {
        let (june, spring, year) = (Period::Month(2026, 6), Period::Quarter(2026, 2), Period::Year(2026));
        assert!(spring.holds(june) && year.holds(june) && year.holds(spring) && june.holds(june));
        assert!(!june.holds(spring) && !Period::Quarter(2026, 3).holds(june) && !Period::Year(2025).holds(june));
        assert_eq!((june.span().0, june.span().1), (1_780_272_000_000, spring.span().1));
        assert!(!spring.rests(Time(spring.span().1)) && spring.rests(Time(spring.span().1 + 7 * DAY)));
        assert_eq!([spring, year].map(|period| Period::parse(&period.to_string())), [Some(spring), Some(year)]);
    }
}
