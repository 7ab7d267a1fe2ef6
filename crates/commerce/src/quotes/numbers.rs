//! Numbers of quotes and orders: `Q-2026-0001`, each year anew, none twice.

use foundation::Operation;
use jiff::civil::Date;
use kernel::{Error, Result};

use super::queries;

/// Numbers that people gave by hand stand in the way at most so often.
const TRIES: usize = 1_000;

pub(super) fn of_quote(op: &mut Operation, day: Date) -> Result<String> {
    free(op, "Q", day, queries::has_quote_number)
}

pub(super) fn of_order(op: &mut Operation, day: Date) -> Result<String> {
    free(op, "O", day, queries::has_order_number)
}

fn free(
    op: &mut Operation,
    prefix: &str,
    day: Date,
    is_taken: impl Fn(&mut Operation, &str) -> Result<bool>,
) -> Result<String> {
    for _ in 0..TRIES {
        let year = i64::from(day.year());
        let number = format!("{prefix}-{year}-{:04}", queries::next_number(op, prefix, year)?);
        if !is_taken(op, &number)? {
            return Ok(number);
        }
    }
    Err(Error::internal("no free number"))
}
