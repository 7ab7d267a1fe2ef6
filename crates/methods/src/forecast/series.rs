//! A series of whole periods, made of dated amounts.

use super::Refusal;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How long a period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frequency {
    Day,
    /// From Monday.
    Week,
    Month,
    Quarter,
    Year,
}

/// What a period without any amount means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gaps {
    /// Nothing happened: sales, orders, requests.
    Nought,
    /// Nobody looked: stock, price, a measured level. The line between the neighbours is put in, and told in a warning.
    Unknown,
}

/// More periods than this are refused: nothing of a business is that long.
pub const LONGEST: usize = 20_000;

impl Frequency {
    /// How many periods a season has.
    pub fn season(self) -> usize {
        match self {
            Frequency::Day => 7,
            Frequency::Week => 52,
            Frequency::Month => 12,
            Frequency::Quarter => 4,
            Frequency::Year => 1,
        }
    }

    /// The first day of the period that holds `day`.
    pub fn start_of(self, day: Date) -> Date {
        let first = day.first_of_month();
        match self {
            Frequency::Day => day,
            Frequency::Week => {
                let back = day.weekday().since(Weekday::Monday);
                day.checked_sub(i64::from(back).days()).unwrap_or(day)
            }
            Frequency::Month => first,
            Frequency::Quarter => {
                let back = (first.month() - 1) % 3;
                first.checked_sub(i64::from(back).months()).unwrap_or(first)
            }
            Frequency::Year => day.first_of_year(),
        }
    }

    /// The first day of the period `count` periods later; the end of time stays where it is.
    pub fn later(self, start: Date, count: usize) -> Date {
        let count = i64::try_from(count).unwrap_or(i64::MAX).min(100_000);
        let span = match self {
            Frequency::Day => count.days(),
            Frequency::Week => count.weeks(),
            Frequency::Month => count.months(),
            Frequency::Quarter => (3 * count).months(),
            Frequency::Year => count.min(19_000).years(),
        };
        start.checked_add(span).unwrap_or(Date::MAX)
    }
}

/// Values of consecutive whole periods.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    pub frequency: Frequency,
    /// The first day of the first period.
    pub start: Date,
    pub values: Vec<f64>,
    /// The periods that had no amount and were filled by the line between their neighbours.
    pub filled: Vec<Date>,
    /// Amounts after the last whole period, left out.
    pub left_out: usize,
}

impl Series {
    /// Sums dated amounts (money in minor units, counts) by period, from the first of them to the period that holds
    /// `through`, the last day that is wholly known. An unfinished last period is left out: half a month is no month.
    pub fn of(
        frequency: Frequency,
        through: Date,
        gaps: Gaps,
        amounts: impl IntoIterator<Item = (Date, i64)>,
    ) -> Result<Series, Refusal> {
        let last = frequency.start_of(through);
        let whole = through.tomorrow().map_or(true, |next| frequency.start_of(next) == next);
        let end = if whole { frequency.later(last, 1) } else { last };
        let mut sums: BTreeMap<Date, i128> = BTreeMap::new();
        let mut left_out = 0;
        for (day, amount) in amounts {
            let start = frequency.start_of(day);
            if start >= end {
                left_out += 1;
                continue;
            }
            *sums.entry(start).or_insert(0) += i128::from(amount);
        }
        let Some((first, _)) = sums.first_key_value() else { return Err(Refusal::Empty) };

        let first = *first;
        let mut found = Vec::new();
        let mut start = first;
        while start < end {
            found.push((start, sums.get(&start).map(|sum| *sum as f64)));
            if found.len() > LONGEST {
                return Err(Refusal::TooLong { most: LONGEST });
            }
            start = frequency.later(start, 1);
        }
        if gaps == Gaps::Unknown {
            while found.last().is_some_and(|(_, value)| value.is_none()) {
                found.pop();
            }
        }
        let filled = match gaps {
            Gaps::Nought => Vec::new(),
            Gaps::Unknown => found.iter().filter(|(_, value)| value.is_none()).map(|(start, _)| *start).collect(),
        };
        let known: Vec<Option<f64>> = found.into_iter().map(|(_, value)| value).collect();
        let values = match gaps {
            Gaps::Nought => known.into_iter().map(|value| value.unwrap_or(0.0)).collect(),
            Gaps::Unknown => joined(&known),
        };
        Ok(Series { frequency, start: first, values, filled, left_out })
    }

    /// The first day of the period at `index`, which may lie ahead.
    pub fn day(&self, index: usize) -> Date {
        self.frequency.later(self.start, index)
    }
}

/// Gaps joined by a line; the first and the last value are known.
fn joined(known: &[Option<f64>]) -> Vec<f64> {
    let mut values = Vec::with_capacity(known.len());
    let mut before = 0.0;
    let mut missing = 0_usize;
    for value in known {
        let Some(value) = value else {
            missing += 1;
            continue;
        };
        for step in 1..=missing {
            values.push(before + (value - before) * step as f64 / (missing + 1) as f64);
        }
        values.push(*value);
        (before, missing) = (*value, 0);
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn amounts_are_summed_by_month_and_the_unfinished_month_is_left_out() {
        let amounts =
            [(date(2026, 1, 31), 500), (date(2026, 1, 2), -100), (date(2026, 3, 9), 70), (date(2026, 4, 1), 9)];
        let series = Series::of(Frequency::Month, date(2026, 4, 12), Gaps::Nought, amounts).unwrap();
        assert_eq!(series.values, [400.0, 0.0, 70.0]);
        assert_eq!((series.start, series.left_out), (date(2026, 1, 1), 1));
        assert_eq!(series.day(3), date(2026, 4, 1));
    }

    #[test]
    fn silence_up_to_the_last_day_counts_as_nought() {
        let series = Series::of(Frequency::Quarter, date(2026, 12, 31), Gaps::Nought, [(date(2026, 2, 1), 8)]).unwrap();
        assert_eq!(series.values, [8.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn a_gap_in_what_was_measured_is_joined_and_named() {
        let amounts = [(date(2026, 1, 5), 10), (date(2026, 1, 26), 40)];
        let series = Series::of(Frequency::Week, date(2026, 2, 15), Gaps::Unknown, amounts).unwrap();
        assert_eq!(series.values, [10.0, 20.0, 30.0, 40.0]);
        assert_eq!(series.filled, [date(2026, 1, 12), date(2026, 1, 19)]);
    }

    #[test]
    fn nothing_and_a_day_in_the_stone_age_are_refused() {
        assert_eq!(Series::of(Frequency::Day, date(2026, 1, 1), Gaps::Nought, []), Err(Refusal::Empty));
        let absurd = Series::of(Frequency::Day, date(2026, 1, 1), Gaps::Nought, [(date(-4000, 1, 1), 1)]);
        assert_eq!(absurd, Err(Refusal::TooLong { most: LONGEST }));
    }
}
