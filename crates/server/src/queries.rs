//! What the program asks the database by itself: figures for watchers, and whether anybody can sign in.

use db::Tx;
use kernel::Result;

/// Jobs that wait or run.
pub fn jobs_waiting(tx: &mut Tx) -> Result<i64> {
    let row = tx.one("select count(*) from job where state = 'queued' or state = 'running'", &[])?;
    Ok(row.map_or(0, |row| row.int(0)))
}
