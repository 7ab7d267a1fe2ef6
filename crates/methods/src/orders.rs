//! Orders as columns, and the one pass over them from which the other methods read.
//!
//! Lines of one day are one order. A negative line is a return: it makes no order and is taken off the money. A line of
//! zero is an order, for something was sent.

use serde::Serialize;

use super::value::History;

/// Order lines: row `i` says that a customer ordered on a day for an amount.
///
/// Customers are numbers of the caller's, given in the order of their ids, for ties are split by this number; days are
/// counted from 1970-01-01; amounts are minor units of one currency. Rows sorted by customer and day are read as they
/// stand, others through a sorted index.
#[derive(Clone, Copy, Debug)]
pub struct Orders<'a> {
    customer: &'a [u32],
    day: &'a [i32],
    amount: &'a [i64],
}

/// What a customer ordered on one day, the day's returns taken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderDay {
    pub day: i32,
    /// Minor units.
    pub amount: i64,
}

/// What a pass over the orders did not use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Lines later than the day asked for.
    pub lines_after: usize,
    /// Customers who up to that day only returned.
    pub customers_without_order: usize,
}

/// One row for each customer with an order up to `as_of`, by rising customer number.
#[derive(Clone, Debug, Serialize)]
pub struct Summaries {
    /// The day as of which everything is counted.
    pub as_of: i32,
    pub customer: Vec<u32>,
    /// Distinct days with an order.
    pub orders: Vec<u32>,
    /// Days of the first and of the last order.
    pub first: Vec<i32>,
    pub last: Vec<i32>,
    /// Minor units, returns taken off.
    pub total: Vec<i64>,
    /// Minor units of the days of order after the first.
    pub repeat_total: Vec<i64>,
    pub left_out: LeftOut,
}

impl<'a> Orders<'a> {
    /// Nothing when the columns differ in length, or hold more than 2^32 rows.
    pub fn new(customer: &'a [u32], day: &'a [i32], amount: &'a [i64]) -> Option<Orders<'a>> {
        let same = customer.len() == day.len() && day.len() == amount.len();
        (same && u32::try_from(customer.len()).is_ok()).then_some(Orders { customer, day, amount })
    }

    /// The customers as the models of value and the scores read them.
    pub fn summarise(&self, as_of: i32) -> Summaries {
        let mut all = Summaries {
            as_of,
            customer: Vec::new(),
            orders: Vec::new(),
            first: Vec::new(),
            last: Vec::new(),
            total: Vec::new(),
            repeat_total: Vec::new(),
            left_out: LeftOut::default(),
        };
        all.left_out = self.walk(as_of, |customer, days, returned| {
            let [first, .., last] = *days else {
                if let [only] = *days {
                    all.push(customer, 1, only, only.day, only.amount.saturating_sub(returned), 0);
                }
                return;
            };
            let sum = days.iter().fold(0_i64, |sum, day| sum.saturating_add(day.amount));
            let orders = u32::try_from(days.len()).unwrap_or(u32::MAX);
            let total = sum.saturating_sub(returned);
            all.push(customer, orders, first, last.day, total, sum.saturating_sub(first.amount));
        });
        all
    }

    /// Shows each customer's order days up to and with `up_to`, rising, and the money returned on days without an order.
    /// Customers come by rising number.
    pub fn walk(&self, up_to: i32, mut visit: impl FnMut(u32, &[OrderDay], i64)) -> LeftOut {
        let mut left_out = LeftOut::default();
        let mut days: Vec<OrderDay> = Vec::new();
        let mut one = OneDay::default();
        let mut returned = 0_i64;
        let mut current = None;
        self.in_order(|customer, day, amount| {
            if current != Some(customer) {
                if let Some(before) = current {
                    one.close(&mut days, &mut returned);
                    left_out.customers_without_order += usize::from(!show(before, &days, returned, &mut visit));
                }
                (current, returned) = (Some(customer), 0);
                days.clear();
            }
            if day > up_to {
                left_out.lines_after += 1;
                return;
            }
            if one.day != day {
                one.close(&mut days, &mut returned);
            }
            one.add(day, amount);
        });
        if let Some(last) = current {
            one.close(&mut days, &mut returned);
            left_out.customers_without_order += usize::from(!show(last, &days, returned, &mut visit));
        }
        left_out
    }

    /// The lines by customer and day.
    fn in_order(&self, mut line: impl FnMut(u32, i32, i64)) {
        let keys = || self.customer.iter().zip(self.day);
        if keys().is_sorted() {
            for ((&customer, &day), &amount) in keys().zip(self.amount) {
                line(customer, day, amount);
            }
            return;
        }
        let mut sorted: Vec<(u32, i32, u32)> = (0..).zip(keys()).map(|(at, (&c, &d))| (c, d, at)).collect();
        sorted.sort_unstable();
        for (customer, day, at) in sorted {
            line(customer, day, self.amount.get(at as usize).copied().unwrap_or_default());
        }
    }
}

/// Whether there was an order to show.
fn show(customer: u32, days: &[OrderDay], returned: i64, visit: &mut impl FnMut(u32, &[OrderDay], i64)) -> bool {
    if days.is_empty() {
        return false;
    }
    visit(customer, days, returned);
    true
}

/// The lines of one customer and day, put together.
#[derive(Default)]
struct OneDay {
    day: i32,
    amount: i64,
    lines: usize,
    is_order: bool,
}

impl OneDay {
    fn add(&mut self, day: i32, amount: i64) {
        self.day = day;
        self.lines += 1;
        self.is_order |= amount >= 0;
        self.amount = self.amount.saturating_add(amount);
    }

    fn close(&mut self, days: &mut Vec<OrderDay>, returned: &mut i64) {
        if self.is_order {
            days.push(OrderDay { day: self.day, amount: self.amount });
        } else {
            *returned = returned.saturating_sub(self.amount);
        }
        *self = OneDay::default();
    }
}

impl Summaries {
    fn push(&mut self, customer: u32, orders: u32, first: OrderDay, last: i32, total: i64, repeat_total: i64) {
        self.customer.push(customer);
        self.orders.push(orders);
        self.first.push(first.day);
        self.last.push(last);
        self.total.push(total);
        self.repeat_total.push(repeat_total);
    }

    pub fn len(&self) -> usize {
        self.customer.len()
    }

    pub fn is_empty(&self) -> bool {
        self.customer.is_empty()
    }

    /// Days since the last order of each row.
    pub fn recency_days(&self) -> impl Iterator<Item = u32> {
        self.last.iter().map(|last| self.as_of.abs_diff(*last))
    }

    /// Each row as the models of repeat orders read it: in weeks from the first order.
    pub fn histories(&self) -> impl Iterator<Item = History> {
        self.orders.iter().zip(&self.first).zip(&self.last).map(|((orders, first), last)| History {
            repeats: orders - 1,
            recency: f64::from(last.abs_diff(*first)) / 7.0,
            age: f64::from(self.as_of.abs_diff(*first)) / 7.0,
        })
    }

    /// The mean value of each row's repeat orders in minor units, zero where there was none.
    pub fn repeat_means(&self) -> Vec<f64> {
        let mean =
            |(total, orders): (&i64, &u32)| if *orders > 1 { *total as f64 / f64::from(orders - 1) } else { 0.0 };
        self.repeat_total.iter().zip(&self.orders).map(mean).collect()
    }
}

#[cfg(test)]
mod tests;
