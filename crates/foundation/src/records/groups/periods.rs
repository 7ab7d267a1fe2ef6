//! Days, weeks, months, quarters and years.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodUnit {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl PeriodUnit {
    /// The first day of the period that a day lies in.
    pub(super) fn first(self, day: Date) -> Date {
        match self {
            PeriodUnit::Day => day,
            PeriodUnit::Week => day.checked_sub(i64::from(day.weekday().to_monday_zero_offset()).days()).unwrap_or(day),
            PeriodUnit::Month => day.first_of_month(),
            PeriodUnit::Quarter => {
                let month = day.first_of_month();
                month.checked_sub(i64::from((day.month() - 1) % 3).months()).unwrap_or(month)
            }
            PeriodUnit::Year => day.first_of_year(),
        }
    }

    /// The first day of the next period.
    pub(super) fn next(self, first: Date) -> Date {
        let span = match self {
            PeriodUnit::Day => 1.day(),
            PeriodUnit::Week => 1.week(),
            PeriodUnit::Month => 1.month(),
            PeriodUnit::Quarter => 3.months(),
            PeriodUnit::Year => 1.year(),
        };
        first.checked_add(span).unwrap_or(Date::MAX)
    }

    pub(super) fn label(self, first: Date) -> String {
        match self {
            PeriodUnit::Day => first.to_string(),
            PeriodUnit::Week => {
                let week = first.iso_week_date();
                format!("{}-W{:02}", week.year(), week.week())
            }
            PeriodUnit::Month => format!("{:04}-{:02}", first.year(), first.month()),
            PeriodUnit::Quarter => format!("{:04}-Q{}", first.year(), (first.month() - 1) / 3 + 1),
            PeriodUnit::Year => format!("{:04}", first.year()),
        }
    }
}
