//! The table of countries: one row.

use db::Tx;
use kernel::{Result, Time};

/// Name, ranges, and when it was loaded.
pub fn about(tx: &mut Tx) -> Result<Option<(String, i64, i64)>> {
    let row = tx.one("select name, ranges, loaded_at from site_countries where id = 1", &[])?;
    Ok(row.map(|row| (row.text(0).to_string(), row.int(1), row.int(2))))
}

pub fn packed(tx: &mut Tx) -> Result<Vec<u8>> {
    let row = tx.one("select packed from site_countries where id = 1", &[])?;
    Ok(row.and_then(|row| row.opt_bytes(0).map(<[u8]>::to_vec)).unwrap_or_default())
}

pub fn put(tx: &mut Tx, name: &str, ranges: i64, at: Time, packed: Vec<u8>) -> Result<()> {
    remove(tx)?;
    tx.execute(
        "insert into site_countries (id, name, ranges, loaded_at, packed) values (1, $1, $2, $3, $4)",
        &[name.into(), ranges.into(), at.into(), packed.into()],
    )?;
    Ok(())
}

pub fn remove(tx: &mut Tx) -> Result<()> {
    tx.execute("delete from site_countries", &[]).map(drop)
}
