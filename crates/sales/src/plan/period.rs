//! Months, quarters and years that are planned and foreseen.

use jiff::ToSpan;
use jiff::civil::Date;

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    Month,
    Quarter,
    Year,
}

impl Unit {
    pub const ALL: [Unit; 3] = [Unit::Month, Unit::Quarter, Unit::Year];

    pub fn named(name: &str) -> Option<Unit> {
        Unit::ALL.into_iter().find(|unit| unit.name() == name)
    }

    pub fn name(self) -> &'static str {
        match self {
            Unit::Month => "month",
            Unit::Quarter => "quarter",
            Unit::Year => "year",
        }
    }

    pub fn months(self) -> i64 {
        match self {
            Unit::Month => 1,
            Unit::Quarter => 3,
            Unit::Year => 12,
        }
    }
}

/// A whole month, quarter or year of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    first: Date,
    unit: Unit,
}

impl Period {
    /// The one in which a day lies.
    pub fn of(unit: Unit, day: Date) -> Period {
        let month = match unit {
            Unit::Month => day.month(),
            Unit::Quarter => (day.month() - 1) / 3 * 3 + 1,
            Unit::Year => 1,
        };
        Period { first: Date::new(day.year(), month, 1).unwrap_or(day), unit }
    }

    pub fn unit(self) -> Unit {
        self.unit
    }

    pub fn first(self) -> Date {
        self.first
    }

    pub fn last(self) -> Date {
        self.after(1).first.checked_sub(1.day()).unwrap_or(Date::MAX)
    }

    /// How many days it has.
    pub fn days(self) -> i64 {
        days_between(self.first, self.last()) + 1
    }

    /// So many periods later, or earlier.
    pub fn after(self, count: i64) -> Period {
        let months = self.unit.months().saturating_mul(count);
        let span = jiff::Span::new().try_months(months).ok();
        let first = span.and_then(|span| self.first.checked_add(span).ok());
        Period { first: first.unwrap_or(self.first), unit: self.unit }
    }

    /// `2026-11`, `2026-Q4`, `2026`.
    pub fn name(self) -> String {
        match self.unit {
            Unit::Month => format!("{}-{:02}", self.first.year(), self.first.month()),
            Unit::Quarter => format!("{}-Q{}", self.first.year(), (self.first.month() - 1) / 3 + 1),
            Unit::Year => self.first.year().to_string(),
        }
    }

    pub fn holds(self, other: Period) -> bool {
        other.first >= self.first && other.last() <= self.last()
    }

    /// The periods of a year, in their order.
    pub fn of_year(unit: Unit, year: i16) -> Vec<Period> {
        let Ok(first) = Date::new(year, 1, 1) else { return Vec::new() };
        (0..12 / unit.months()).map(|place| Period::of(unit, first).after(place)).collect()
    }
}

/// From the one day to the other; below zero where it comes first.
pub fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    #[test]
    fn a_day_lies_in_its_month_quarter_and_year() {
        let named = Unit::ALL.map(|unit| Period::of(unit, day("2026-11-22")));
        assert_eq!(named.map(Period::name), ["2026-11", "2026-Q4", "2026"]);
        assert_eq!(named.map(|period| period.last().to_string()), ["2026-11-30", "2026-12-31", "2026-12-31"]);
        assert_eq!(named.map(Period::days), [30, 92, 365]);
        assert_eq!(named.map(|period| period.after(-1).name()), ["2026-10", "2026-Q3", "2025"]);
        assert_eq!(Period::of(Unit::Month, day("2024-02-29")).days(), 29);
    }

    #[test]
    fn a_year_has_its_periods() {
        assert_eq!(Unit::ALL.map(|unit| Period::of_year(unit, 2026).len()), [12, 4, 1]);
        let quarter = Period::of(Unit::Quarter, day("2026-05-05"));
        let months = Period::of_year(Unit::Month, 2026).into_iter().filter(|month| quarter.holds(*month));
        assert_eq!(months.map(Period::name).collect::<Vec<_>>(), ["2026-04", "2026-05", "2026-06"]);
    }
}
