//! The reader's own records, row by row, for the engine.

use std::time::Instant;

use foundation::Reader;
use foundation::access::Action;
use foundation::records::{Object, ask};
use kernel::{Currency, Error, Money, Result};

use super::tables::{Column, Kind};
use crate::engine::Cell;
use crate::engine::embedded::Filling;
use methods::day;

/// Rows of one table at most.
const MOST_ROWS: u64 = 3_000_000;
/// Every so many rows it is looked whether there is time left.
const LOOK_EVERY: u64 = 4_096;

/// Reads what of an object the reader's rights reach, these columns of it, until there is no time left.
pub fn fill(
    reader: &mut Reader,
    object: &Object,
    columns: &[&Column],
    filling: &mut Filling,
    until: Instant,
) -> Result<()> {
    let mut args = Vec::new();
    let rule = ask::rule_sql(reader, object, Action::Read, &mut args)?;
    let from = columns.iter().map(|column| match &column.currency {
        Some(currency) => format!("r.{}, r.{currency}", column.from),
        None => format!("r.{}", column.from),
    });
    let from = from.collect::<Vec<_>>().join(", ");
    let sql = format!("select {from} from {} r where r.deleted_at is null and {rule}", object.def.table);
    let mut read = 0_u64;
    let mut cells = Vec::with_capacity(columns.len());
    reader.tx.each(&sql, &args, |row| {
        read += 1;
        if read > MOST_ROWS {
            return Err(Error::TooLarge(format!("`{}` has more than {MOST_ROWS} records", object.def.plural)));
        }
        if read.is_multiple_of(LOOK_EVERY) && Instant::now() > until {
            return Err(super::answer::too_slow());
        }
        cells.clear();
        let mut place = 0;
        for column in columns {
            cells.push(cell(&row, place, column));
            place += if column.currency.is_some() { 2 } else { 1 };
        }
        filling.row(&cells)?;
        Ok(true)
    })
}

fn cell(row: &db::Row, place: usize, column: &Column) -> Cell {
    if row.get(place).is_null() {
        return Cell::Null;
    }
    match column.kind {
        Kind::Id => row.opt_id(place).map_or(Cell::Null, |id| Cell::Text(id.to_string())),
        Kind::Int | Kind::Bool => Cell::Int(row.int(place)),
        Kind::Real => Cell::Real(row.real(place)),
        Kind::Time => time(row.int(place)),
        Kind::Text | Kind::Date => Cell::from(row.text(place)),
        Kind::Money => match Currency::parse(row.text(place + 1)) {
            Some(currency) => Cell::Text(Money::new(row.int(place), currency).to_decimal()),
            None => Cell::Null,
        },
    }
}

/// `2026-06-19 12:00:00.000`.
fn time(ms: i64) -> Cell {
    const DAY_MS: i64 = 86_400_000;
    let number = i32::try_from(ms.div_euclid(DAY_MS)).unwrap_or(0);
    let left = ms.rem_euclid(DAY_MS);
    let (seconds, ms) = (left / 1000, left % 1000);
    Cell::Text(format!(
        "{} {:02}:{:02}:{:02}.{ms:03}",
        day::text(number),
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_a_timestamp() {
        assert_eq!(time(1_781_870_400_123), Cell::from("2026-06-19 12:00:00.123"));
    }
}
