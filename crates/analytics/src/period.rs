//! A period of whole days, and the one it is compared with.

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};
use kernel::{Error, Result};

use crate::facts::Facts;
use methods::day;

/// From the one day to the other, both belonging to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    from: Date,
    to: Date,
}

/// Beside what a figure stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// As many days just before; for whole months as many months.
    Previous,
    /// The same days of the year before.
    YearBefore,
}

impl Period {
    pub fn new(from: Date, to: Date) -> Option<Period> {
        (from <= to).then_some(Period { from, to })
    }

    /// What a request asks for. Without days: the twelve months up to the last purchase.
    pub fn asked(
        from: Option<&str>,
        to: Option<&str>,
        compare: Option<&str>,
        facts: &Facts,
    ) -> Result<(Period, Option<Period>)> {
        let read = |field: &'static str, text: &str| {
            text.parse::<Date>()
                .map_err(|_| Error::invalid(field, "not_a_date", format!("`{text}` is not a day like 2026-01-31")))
        };
        let last = facts.note.last.map_or(day::of(day::at(facts.note.made_at)), day::of);
        let to = to.filter(|text| !text.is_empty()).map_or(Ok(last), |text| read("to", text))?;
        let year_ago = || to.checked_sub(1.year()).and_then(|day| day.checked_add(1.day())).unwrap_or(Date::MIN);
        let from = from.filter(|text| !text.is_empty()).map_or_else(|| Ok(year_ago()), |text| read("from", text))?;
        let period = Period::new(from, to)
            .ok_or_else(|| Error::invalid("to", "before_from", "a period ends on or after the day it begins"))?;
        Ok((period, crate::cube::compared(compare)?.and_then(|comparison| period.beside(comparison))))
    }

    pub fn first(&self) -> Date {
        self.from
    }

    pub fn last(&self) -> Date {
        self.to
    }

    /// How many days.
    pub fn days(&self) -> i32 {
        day::number(self.to) - day::number(self.from) + 1
    }

    pub fn from(&self) -> String {
        self.from.to_string()
    }

    pub fn to(&self) -> String {
        self.to.to_string()
    }

    /// The years, quarters or months (of 12, 3 or 1 months) that it touches, as the cube calls them: `2017`, `2017-Q2`,
    /// `2017-06`.
    pub fn steps(&self, months: i32) -> Vec<String> {
        let place = |day: Date| (i32::from(day.year()) * 12 + i32::from(day.month()) - 1).div_euclid(months);
        let name = |at: i32| {
            let (year, month) = ((at * months).div_euclid(12), (at * months).rem_euclid(12));
            match months {
                12 => format!("{year}"),
                3 => format!("{year}-Q{}", month / 3 + 1),
                _ => format!("{year}-{:02}", month + 1),
            }
        };
        (place(self.from)..=place(self.to)).map(name).collect()
    }

    /// None where the calendar ends.
    pub fn beside(&self, comparison: Comparison) -> Option<Period> {
        let back = |span: Span| Period::new(self.from.checked_sub(span).ok()?, self.to.checked_sub(span).ok()?);
        match comparison {
            Comparison::YearBefore => {
                let before = back(1.year())?;
                // A February of 28 days has its last day beside the 29th.
                let ends = self.to == self.to.last_of_month();
                Period::new(before.from, if ends { before.to.last_of_month() } else { before.to })
            }
            Comparison::Previous => {
                let is_months = self.from.day() == 1 && self.to == self.to.last_of_month();
                let to = self.from.checked_sub(1.day()).ok()?;
                let from = if is_months {
                    let months = i32::from(self.to.year() - self.from.year()) * 12
                        + i32::from(self.to.month() - self.from.month())
                        + 1;
                    self.from.checked_sub(Span::new().try_months(months).ok()?).ok()?
                } else {
                    let days = day::number(self.to) - day::number(self.from) + 1;
                    self.from.checked_sub(Span::new().try_days(days).ok()?).ok()?
                };
                Period::new(from, to)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(from: &str, to: &str) -> Period {
        Period::new(from.parse().unwrap(), to.parse().unwrap()).unwrap()
    }

    #[test]
    fn the_period_before_is_as_long_and_whole_months_stay_whole() {
        for (asked, before) in [
            (period("2017-03-01", "2017-03-31"), period("2017-02-01", "2017-02-28")),
            (period("2017-01-01", "2017-06-30"), period("2016-07-01", "2016-12-31")),
            (period("2017-03-10", "2017-03-16"), period("2017-03-03", "2017-03-09")),
        ] {
            assert_eq!(asked.beside(Comparison::Previous), Some(before));
        }
    }

    #[test]
    fn a_period_names_what_it_touches() {
        let half = period("2016-11-15", "2017-04-01");
        assert_eq!(half.steps(12), ["2016", "2017"]);
        assert_eq!(half.steps(3), ["2016-Q4", "2017-Q1", "2017-Q2"]);
        assert_eq!(half.steps(1), ["2016-11", "2016-12", "2017-01", "2017-02", "2017-03", "2017-04"]);
    }

    #[test]
    fn the_year_before_keeps_the_ends_of_months() {
        let leap = period("2015-02-01", "2015-02-28");
        assert_eq!(period("2016-02-01", "2016-02-29").beside(Comparison::YearBefore), Some(leap));
        let before = period("2016-02-01", "2016-02-29");
        assert_eq!(period("2017-02-01", "2017-02-28").beside(Comparison::YearBefore), Some(before));
        assert_eq!(Period::new("2017-02-02".parse().unwrap(), "2017-02-01".parse().unwrap()), None);
    }
}
