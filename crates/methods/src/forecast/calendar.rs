//! Known days as regressors: how many holidays, or working days, each period has.

use super::regressors::Known;
use super::series::Series;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// How many of `days` (holidays, campaign days) fall into each period of the history and the horizon.
pub fn known_days(series: &Series, horizon: usize, name: &str, days: &[Date]) -> Known {
    count(series, horizon, name, |day| days.contains(&day))
}

/// How many days from Monday to Friday that are no holidays each period has.
pub fn working_days(series: &Series, horizon: usize, name: &str, holidays: &[Date]) -> Known {
    let weekend = |day: Date| matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    count(series, horizon, name, |day| !weekend(day) && !holidays.contains(&day))
}

fn count(series: &Series, horizon: usize, name: &str, counts: impl Fn(Date) -> bool) -> Known {
    let periods = series.values.len().saturating_add(horizon);
    let mut values = Vec::with_capacity(periods);
    for index in 0..periods {
        let (mut day, end) = (series.day(index), series.day(index + 1));
        let mut found = 0.0;
        while day < end {
            if counts(day) {
                found += 1.0;
            }
            let Ok(next) = day.checked_add(1.day()) else { break };
            day = next;
        }
        values.push(found);
    }
    Known { name: name.to_owned(), values }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::series::{Frequency, Gaps};
    use jiff::civil::date;

    #[test]
    fn working_days_leave_out_weekends_and_holidays() {
        let day = date(2026, 1, 1);
        let series = Series::of(Frequency::Month, date(2026, 2, 28), Gaps::Nought, [(day, 1)]).unwrap();
        let working = working_days(&series, 1, "working days", &[day, date(2026, 3, 9)]);
        assert_eq!(working.values, [21.0, 20.0, 21.0]);
        assert_eq!(known_days(&series, 1, "holidays", &[day]).values, [1.0, 0.0, 0.0]);
    }
}
