//! Subscribers: who reacts to the ledger reads it by a cursor of its own and is idempotent by event id.
//!
//! On PostgreSQL a transaction may commit after a later one. Lines are read in the order in which their transactions began
//! ([`Position`]), and a reader stops before the oldest that still runs ([`db::Dialect::settled`]), so that no line is ever
//! stepped over.

use db::{Arg, Tx};
use kernel::Result;

use super::{COLUMNS, Line, Position};

/// How far a subscriber has read.
pub fn cursor(tx: &mut Tx, name: &str) -> Result<Position> {
    let row = tx.one("select tx, seq from subscriber where name = $1", &[name.into()])?;
    Ok(row.map_or(Position::START, |row| Position::from_row(&row, 0)))
}

/// Remembers how far a subscriber has read, in the transaction of its effects.
pub fn advance(tx: &mut Tx, name: &str, to: Position) -> Result<()> {
    tx.execute(
        "insert into subscriber (name, tx, seq) values ($1, $2, $3) \
         on conflict (name) do update set tx = excluded.tx, seq = excluded.seq",
        &[name.into(), to.tx.into(), to.seq.into()],
    )?;
    Ok(())
}

/// The next lines, in order, none of which can still be joined by an earlier one; each with the position behind it.
pub fn after(tx: &mut Tx, position: Position, limit: i64) -> Result<Vec<(Position, Line)>> {
    chosen_after(tx, position, limit, |_| "1 = 1".into())
}

/// The same for lines that meet a condition on `e`, which adds its arguments to those that are there.
pub fn chosen_after(
    tx: &mut Tx,
    position: Position,
    limit: i64,
    condition: impl FnOnce(&mut Vec<Arg>) -> String,
) -> Result<Vec<(Position, Line)>> {
    let dialect = tx.dialect();
    let mut args = position.args().to_vec();
    args.push(limit.into());
    let condition = condition(&mut args);
    let sql = format!(
        "select {COLUMNS}, {}, e.seq from event e where {} and {} and ({condition}) order by {} limit $3",
        dialect.position_tx(),
        dialect.position_after(1),
        dialect.settled(),
        dialect.position_order(false),
    );
    Ok(tx.query(&sql, &args)?.iter().map(|row| (Position::from_row(row, Line::COLUMNS), Line::from_row(row))).collect())
}

/// Whether any line behind a position meets a condition on `e`, be it settled or not. For who only wants to know that
/// something happened: what is not settled yet may be met again.
pub fn any_after(tx: &mut Tx, position: Position, condition: &str) -> Result<bool> {
    let after = tx.dialect().position_after(1);
    let sql = format!("select 1 from event e where {after} and ({condition}) limit 1");
    Ok(tx.one(&sql, &position.args())?.is_some())
}

/// The position behind the last settled line.
pub fn head(tx: &mut Tx) -> Result<Position> {
    let settled = tx.dialect().settled();
    last(tx, settled)
}

/// The position behind the last line, settled or not.
pub fn end(tx: &mut Tx) -> Result<Position> {
    last(tx, "1 = 1")
}

fn last(tx: &mut Tx, condition: &str) -> Result<Position> {
    let dialect = tx.dialect();
    let sql = format!(
        "select {}, e.seq from event e where {condition} order by {} limit 1",
        dialect.position_tx(),
        dialect.position_order(true)
    );
    Ok(tx.one(&sql, &[])?.map_or(Position::START, |row| Position::from_row(&row, 0)))
}

/// The position so many settled lines after another; none if there are fewer.
pub fn ahead(tx: &mut Tx, position: Position, lines: i64) -> Result<Option<Position>> {
    let dialect = tx.dialect();
    let sql = format!(
        "select {}, e.seq from event e where {} and {} order by {} limit 1 offset $3",
        dialect.position_tx(),
        dialect.position_after(1),
        dialect.settled(),
        dialect.position_order(false),
    );
    let [at, seq] = position.args();
    Ok(tx.one(&sql, &[at, seq, (lines - 1).into()])?.map(|row| Position::from_row(&row, 0)))
}

/// The highest number of a line: about how many there are.
pub fn lines(tx: &mut Tx) -> Result<i64> {
    Ok(tx.one("select coalesce(max(seq), 0) from event", &[])?.map_or(0, |row| row.int(0)))
}
