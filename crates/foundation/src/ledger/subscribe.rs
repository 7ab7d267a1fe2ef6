//! Subscribers: who reacts to the ledger reads it by a cursor of its own and is idempotent by event id.
//!
//! On PostgreSQL a transaction may commit after a later one; a reader stops before the oldest running transaction, so that
//! no line is ever stepped over ([`db::Dialect::settled`]).

use db::Tx;
use kernel::Result;

use super::{Line, SELECT};

/// How far a subscriber has read.
pub fn cursor(tx: &mut Tx, name: &str) -> Result<i64> {
    Ok(tx.one("select seq from subscriber where name = $1", &[name.into()])?.map_or(0, |row| row.int(0)))
}

/// Remembers how far a subscriber has read, in the transaction of its effects.
pub fn advance(tx: &mut Tx, name: &str, seq: i64) -> Result<()> {
    tx.execute(
        "insert into subscriber (name, seq) values ($1, $2) on conflict (name) do update set seq = excluded.seq",
        &[name.into(), seq.into()],
    )?;
    Ok(())
}

/// The next lines after `seq`, in order, none of which can still be joined by an earlier one.
pub fn after(tx: &mut Tx, seq: i64, limit: i64) -> Result<Vec<Line>> {
    let settled = tx.dialect().settled();
    let sql = format!("{SELECT} where e.seq > $1 and {settled} order by e.seq limit $2");
    Ok(tx.query(&sql, &[seq.into(), limit.into()])?.iter().map(Line::from_row).collect())
}

/// The last settled line.
pub fn head(tx: &mut Tx) -> Result<i64> {
    let sql = format!("select coalesce(max(e.seq), 0) from event e where {}", tx.dialect().settled());
    Ok(tx.one(&sql, &[])?.map_or(0, |row| row.int(0)))
}
