//! Cohorts: who came in the same month, and how many of them ordered again in each month since.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use serde::{Serialize, Serializer};

use super::orders::Orders;

/// A month of the calendar; written `1997-01`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// Months since January of the year 0.
    number: i32,
}

/// The customers whose first order fell into one month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cohort {
    pub month: Month,
    pub customers: u32,
    /// Who ordered in the month itself, in the next one, and so on up to the month asked for.
    pub active: Vec<u32>,
    /// Minor units of these orders.
    pub money: Vec<i64>,
}

/// Cohorts by rising month of their first orders, with all orders up to and with `as_of`. The last month of each is as
/// complete as the month of `as_of` is.
pub fn cohorts(orders: &Orders, as_of: i32) -> Vec<Cohort> {
    let mut all: BTreeMap<Month, Cohort> = BTreeMap::new();
    let mut calendar = Calendar::default();
    let Some(last) = calendar.month(as_of) else { return Vec::new() };
    orders.walk(as_of, |_, days, _| {
        let Some(month) = days.first().and_then(|first| calendar.month(first.day)) else { return };
        let width = usize::try_from(last.number - month.number + 1).unwrap_or(0);
        let cohort = all.entry(month).or_insert_with(|| Cohort {
            month,
            customers: 0,
            active: vec![0; width],
            money: vec![0; width],
        });
        cohort.customers += 1;
        let mut counted = None;
        for day in days {
            let Some(now) = calendar.month(day.day) else { continue };
            let at = usize::try_from(now.number - month.number).unwrap_or(0);
            if let (Some(active), Some(money)) = (cohort.active.get_mut(at), cohort.money.get_mut(at)) {
                *active += u32::from(counted != Some(now));
                *money = money.saturating_add(day.amount);
                counted = Some(now);
            }
        }
    });
    all.into_values().collect()
}

impl Cohort {
    /// The share of the cohort that ordered in each month since.
    pub fn retention(&self) -> Vec<f64> {
        self.active.iter().map(|active| f64::from(*active) / f64::from(self.customers.max(1))).collect()
    }
}

/// The months of days, remembered while days of the same month follow.
#[derive(Default)]
struct Calendar {
    known: Option<(i32, i32, Month)>,
}

impl Calendar {
    /// Nothing for a day that no calendar has.
    fn month(&mut self, day: i32) -> Option<Month> {
        match self.known {
            Some((first, last, month)) if (first..=last).contains(&day) => return Some(month),
            _ => {}
        }
        let date = Date::constant(1970, 1, 1).checked_add(jiff::Span::new().try_days(day).ok()?).ok()?;
        let first = day - i32::from(date.day()) + 1;
        let month = Month { number: i32::from(date.year()) * 12 + i32::from(date.month()) - 1 };
        self.known = Some((first, first + i32::from(date.days_in_month()) - 1, month));
        Some(month)
    }
}

impl Month {
    pub fn year(self) -> i32 {
        self.number.div_euclid(12)
    }

    /// From 1 to 12.
    pub fn month(self) -> i32 {
        self.number.rem_euclid(12) + 1
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.month())
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
pub(super) mod tests;
