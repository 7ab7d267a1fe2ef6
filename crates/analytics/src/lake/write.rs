//! Files: Parquet, lines sorted by party, moment and id, compressed with zstd.
//!
//! Every row group knows the least and the greatest value of each column, and the party's has a bloom filter where its
//! values repeat (DuckDB writes one for columns that it keeps as a dictionary: always in merged files, seldom in a small
//! one in which everybody occurs once). `is_first` marks the first line of each party in the file, so that whoever walks
//! through it need not compare.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use foundation::ledger::Position;
use kernel::{Error, Id, Result};
use sha2::{Digest as _, Sha256};

use super::manifest::{File, State, money_name};
use super::period::Period;
use super::{Lake, feed};
use crate::engine::embedded::{Embedded, quoted};
use crate::engine::{Cell, Engine as _};

/// Lines of a row group: what is read at least to answer for one customer.
const ROW_GROUP: i64 = 61_440;
/// A file of so many lines has one with its lines with an amount beside it. There are many looks and few purchases: who
/// asks for purchases reads a part of what there is, and a smaller file is read in one go anyway.
const MANY: i64 = 8_192;
/// The order of lines in a file. The first are those of nobody.
pub const ORDER: &str = "party nulls first, at_ms, id";

/// Writes what a source selects (at least the columns of [`feed::NAMES`]) as one sorted file.
pub fn copy(engine: &Embedded, source: &str, to: &Path) -> Result<()> {
    let names = feed::NAMES;
    let to = quoted(&to.to_string_lossy());
    engine.run(&format!(
        "copy (select {names}, party is not null and party is distinct from lag(party) over () as is_first \
         from (select {names} from ({source}) order by {ORDER})) \
         to {to} (format parquet, compression zstd, row_group_size {ROW_GROUP})"
    ))
}

impl Lake {
    /// Makes a file and puts it into the store; nobody knows of it until it is noted. None where there are no lines.
    pub(super) fn make(&self, engine: &Embedded, source: &str, period: Period, level: i64) -> Result<Option<File>> {
        let name = format!("{period}-{}.parquet", Id::at(self.app.now().0));
        let making = self.root.join("making");
        let made = self.put(engine, source, &name, period, level);
        // Of what did not become a file nothing is left, wherever it ended.
        for name in [&name, &money_name(&name)] {
            drop(fs::remove_file(making.join(name)));
        }
        made
    }

    fn put(&self, engine: &Embedded, source: &str, name: &str, period: Period, level: i64) -> Result<Option<File>> {
        let making = self.root.join("making").join(name);
        let Some(mut file) = self.described(engine, source, &making, name, period, level)? else { return Ok(None) };
        if file.lines >= MANY {
            let money = self.root.join("making").join(money_name(name));
            let lines = quoted(&making.to_string_lossy());
            copy(engine, &format!("select * from read_parquet({lines}) where amount is not null"), &money)?;
            file.money = Some(summed(&money)?);
            self.store.put(&money, &money_name(name))?;
        }
        self.store.put(&making, name)?;
        Ok(Some(file))
    }

    /// Removes a file and what stands beside it.
    pub(super) fn remove(&self, name: &str) -> Result<()> {
        self.store.remove(&money_name(name))?;
        self.store.remove(name)
    }

    fn described(
        &self,
        engine: &Embedded,
        source: &str,
        making: &Path,
        name: &str,
        period: Period,
        level: i64,
    ) -> Result<Option<File>> {
        copy(engine, source, making)?;
        let made = quoted(&making.to_string_lossy());
        let place = |direction: &str| {
            let sql = format!(
                "select tx, seq, count(*) over () from read_parquet({made}) order by tx {direction}, seq {direction} limit 1"
            );
            Ok::<_, Error>(engine.rows(&sql, &[])?.into_iter().next())
        };
        let (Some(first), Some(last)) = (place("asc")?, place("desc")?) else { return Ok(None) };
        let number = |row: &[Cell], column: usize| row.get(column).map_or(0, Cell::int);
        let position = |row: &[Cell]| Position { tx: number(row, 0), seq: number(row, 1) };
        let (bytes, checksum) = summed(making)?;
        Ok(Some(File {
            name: name.to_string(),
            period,
            level,
            first: position(&first),
            last: position(&last),
            lines: number(&first, 2),
            bytes,
            checksum,
            state: State::Live,
            money: None,
        }))
    }

    /// The files as the engine reads them, `['a', 'b']`.
    pub(super) fn listed<'f>(&self, files: impl Iterator<Item = &'f File>) -> String {
        let places: Vec<String> = files.map(|file| quoted(&self.store.place(&file.name).to_string_lossy())).collect();
        format!("[{}]", places.join(", "))
    }
}

/// Length and SHA-256 of a file.
pub fn summed(path: &Path) -> Result<(i64, String)> {
    let mut file = fs::File::open(path).map_err(Error::internal)?;
    let mut part = vec![0u8; 1 << 20];
    let (mut sum, mut bytes) = (Sha256::new(), 0i64);
    loop {
        let read = file.read(&mut part).map_err(Error::internal)?;
        let Some(part) = part.get(..read).filter(|part| !part.is_empty()) else { break };
        sum.update(part);
        bytes = bytes.saturating_add(i64::try_from(read).unwrap_or(i64::MAX));
    }
    Ok((bytes, sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect()))
}
