//! For which period a figure is asked: by days, or by a name that moves with the data.

use foundation::App;
use foundation::access::Principal;
use jiff::ToSpan as _;
use jiff::civil::Date;
use kernel::{Error, Result};
use serde::Deserialize;

use super::base::Base;
use super::figures::Step;
use super::queries;
use crate::period::{Comparison, Period};
use methods::day;

/// Where nothing happened for so many days the data ended, and figures are as of then.
const ENDED_DAYS: i32 = 90;

/// A period as a request or a stored report states it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// `last_30_days`, `this_month` …; days go before it.
    pub period: Option<String>,
    pub from: Option<String>,
    pub to: Option<String>,
    pub compare: Option<String>,
}

/// The names of periods that move with the data.
pub const PERIODS: [&str; 11] = [
    "last_7_days",
    "last_30_days",
    "last_90_days",
    "last_12_months",
    "this_month",
    "last_month",
    "this_quarter",
    "last_quarter",
    "this_year",
    "last_year",
    "yesterday",
];

/// What figures are reckoned for.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    pub period: Period,
    pub before: Option<Period>,
    pub as_of: Date,
}

impl Asked {
    pub fn window(&self, app: &App, base: &Base) -> Result<Window> {
        let as_of = as_of(app, base)?;
        let read = |field: &'static str, text: &Option<String>| {
            let text = text.as_deref().filter(|text| !text.is_empty());
            let wrong =
                |text: &str| Error::invalid(field, "not_a_date", format!("`{text}` is not a day like 2026-01-31"));
            text.map(|text| text.parse::<Date>().map_err(|_| wrong(text))).transpose()
        };
        let (from, to) = (read("from", &self.from)?, read("to", &self.to)?);
        let period = match (from, to) {
            (None, None) => named(self.period.as_deref().unwrap_or("last_30_days"), as_of)?,
            (from, to) => {
                let to = to.unwrap_or(as_of);
                let from = from.unwrap_or_else(|| to.checked_sub(29.days()).unwrap_or(to));
                Period::new(from, to)
                    .ok_or_else(|| Error::invalid("to", "before_from", "a period ends on or after the day it begins"))?
            }
        };
        let before = crate::cube::compared(self.compare.as_deref())?.and_then(|how| match how {
            // A month that is not over stands beside as many days of the month before, and so do quarters and years.
            Comparison::Previous => begun(self, period).or_else(|| period.beside(how)),
            Comparison::YearBefore => period.beside(how),
        });
        Ok(Window { period, before, as_of })
    }
}

/// Today, or the day after which nothing happened for long.
pub fn as_of(app: &App, base: &Base) -> Result<Date> {
    let today = app.read_now(&Principal::system("scorecards"), queries::today)?;
    let last = base.last_day(today)?;
    Ok(day::of(if today - last > ENDED_DAYS { last } else { today }))
}

fn named(name: &str, as_of: Date) -> Result<Period> {
    let back = |span: jiff::Span| as_of.checked_sub(span).unwrap_or(as_of);
    let this = |step: Step| Period::new(step.first(as_of), as_of);
    let last = |step: Step| step.first(as_of).yesterday().ok().and_then(|day| step.starting(step.first(day)));
    let until_now = |from: Date| Period::new(from, as_of);
    let period = match name {
        "yesterday" => Period::new(back(1.day()), back(1.day())),
        "last_7_days" => until_now(back(6.days())),
        "last_30_days" => until_now(back(29.days())),
        "last_90_days" => until_now(back(89.days())),
        "last_12_months" => until_now(back(1.year()).tomorrow().unwrap_or(as_of)),
        "this_month" => this(Step::Month),
        "last_month" => last(Step::Month),
        "this_quarter" => this(Step::Quarter),
        "last_quarter" => last(Step::Quarter),
        "this_year" => this(Step::Year),
        "last_year" => last(Step::Year),
        other => {
            let detail = format!("`{other}` is not one of {}", PERIODS.join(", "));
            return Err(Error::invalid("period", "unknown", detail));
        }
    };
    period.ok_or_else(|| Error::invalid("period", "range", "the calendar ends there"))
}

/// As much of the step before as has passed of this one.
fn begun(asked: &Asked, period: Period) -> Option<Period> {
    if asked.from.is_some() || asked.to.is_some() {
        return None;
    }
    let span = match asked.period.as_deref()? {
        "this_month" => 1.month(),
        "this_quarter" => 3.months(),
        "this_year" => 1.year(),
        _ => return None,
    };
    let ends = period.last() == period.last().last_of_month();
    let to = period.last().checked_sub(span).ok()?;
    Period::new(period.first().checked_sub(span).ok()?, if ends { to.last_of_month() } else { to })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_period_up_to_the_day_of_the_data() {
        let friday: Date = "2026-06-19".parse().unwrap();
        for (name, from, to) in [
            ("last_7_days", "2026-06-13", "2026-06-19"),
            ("last_30_days", "2026-05-21", "2026-06-19"),
            ("last_12_months", "2025-06-20", "2026-06-19"),
            ("this_quarter", "2026-04-01", "2026-06-19"),
            ("last_month", "2026-05-01", "2026-05-31"),
            ("last_year", "2025-01-01", "2025-12-31"),
            ("yesterday", "2026-06-18", "2026-06-18"),
        ] {
            let period = named(name, friday).unwrap();
            assert_eq!((period.from(), period.to()), (from.to_string(), to.to_string()), "{name}");
        }
        assert!(PERIODS.iter().all(|name| named(name, friday).is_ok()) && named("soon", friday).is_err());
    }

    #[test]
    fn a_month_that_is_not_over_stands_beside_as_many_days() {
        let asked = Asked { period: Some("this_month".into()), ..Asked::default() };
        let june = named("this_month", "2026-06-19".parse().unwrap()).unwrap();
        let may = begun(&asked, june).unwrap();
        assert_eq!((may.from(), may.to()), ("2026-05-01".to_string(), "2026-05-19".to_string()));
    }
}
