//! Which files there are, in the database: all SQL over `lake_file`.

use std::collections::HashSet;

use db::{Arg, Row, Tx};
use foundation::ledger::Position;
use kernel::{Result, Time};

use super::period::Period;

/// The lake's cursor among the ledger's subscribers.
pub const CURSOR: &str = "lake";

/// One file of lines.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    pub name: String,
    pub period: Period,
    /// How often its lines were merged with others'.
    pub level: i64,
    /// Of its first and its last line, both in it.
    pub first: Position,
    pub last: Position,
    pub lines: i64,
    pub bytes: i64,
    /// SHA-256, hexadecimal.
    pub checksum: String,
    pub state: State,
    /// Length and SHA-256 of the file beside it that holds its lines with an amount once more; none where there is none.
    pub money: Option<(i64, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Live,
    /// Cut or gone: its lines are about to be read from the ledger again.
    Damaged,
    /// Replaced; kept for who still reads it.
    Old,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            State::Live => "live",
            State::Damaged => "damaged",
            State::Old => "old",
        }
    }
}

const SELECT: &str = "select name, period, level, first_tx, first_seq, last_tx, last_seq, line_count, bytes, checksum, state, \
     money_bytes, money_checksum from lake_file";

/// The name of the file beside one that holds its lines with an amount.
pub fn money_name(name: &str) -> String {
    format!("{}.money.parquet", name.strip_suffix(".parquet").unwrap_or(name))
}

impl File {
    /// What there is in the store for it: names, lengths and checksums.
    pub fn stored(&self) -> impl Iterator<Item = (String, i64, &str)> {
        let money = self.money.as_ref().map(|(bytes, checksum)| (money_name(&self.name), *bytes, checksum.as_str()));
        std::iter::once((self.name.clone(), self.bytes, self.checksum.as_str())).chain(money)
    }

    fn from_row(row: &Row) -> Option<File> {
        Some(File {
            name: row.text(0).to_string(),
            period: Period::parse(row.text(1))?,
            level: row.int(2),
            first: Position { tx: row.int(3), seq: row.int(4) },
            last: Position { tx: row.int(5), seq: row.int(6) },
            lines: row.int(7),
            bytes: row.int(8),
            checksum: row.text(9).to_string(),
            state: match row.text(10) {
                "live" => State::Live,
                "damaged" => State::Damaged,
                _ => State::Old,
            },
            money: row.opt_int(11).zip(row.opt_text(12).map(str::to_string)),
        })
    }
}

/// Every file whose lines count, by period and position: the live ones and those that are damaged.
pub fn files(tx: &mut Tx) -> Result<Vec<File>> {
    let sql = format!("{SELECT} where state <> 'old' order by period, first_tx, first_seq");
    Ok(tx.query(&sql, &[])?.iter().filter_map(File::from_row).collect())
}

/// The names of all files that somebody may read, with those beside them.
pub fn names(tx: &mut Tx) -> Result<HashSet<String>> {
    let rows = tx.query("select name from lake_file", &[])?;
    Ok(rows.iter().flat_map(|row| [row.text(0).to_string(), money_name(row.text(0))]).collect())
}

/// Notes a new file.
pub fn add(tx: &mut Tx, file: &File, now: Time) -> Result<()> {
    tx.execute(
        "insert into lake_file (name, period, level, first_tx, first_seq, last_tx, last_seq, line_count, bytes, checksum, \
         state, made_at, money_bytes, money_checksum) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        &[
            Arg::text(file.name.as_str()),
            Arg::Text(file.period.to_string()),
            file.level.into(),
            file.first.tx.into(),
            file.first.seq.into(),
            file.last.tx.into(),
            file.last.seq.into(),
            file.lines.into(),
            file.bytes.into(),
            Arg::text(file.checksum.as_str()),
            file.state.name().into(),
            now.into(),
            file.money.as_ref().map(|(bytes, _)| *bytes).into(),
            file.money.as_ref().map(|(_, checksum)| checksum.as_str()).into(),
        ],
    )?;
    Ok(())
}

/// Puts one file in the place of others, if they are all still as they were; `false` if somebody was there before.
pub fn replace(tx: &mut Tx, old: &[File], new: &File, now: Time) -> Result<bool> {
    let mut replaced = 0;
    for file in old {
        replaced += tx.execute(
            "update lake_file set state = 'old', old_at = $2 where name = $1 and state = $3",
            &[Arg::text(file.name.as_str()), now.into(), file.state.name().into()],
        )?;
    }
    if replaced != old.len() as u64 {
        return Ok(false);
    }
    add(tx, new, now)?;
    Ok(true)
}

/// Says that a file cannot be read.
pub fn mark_damaged(tx: &mut Tx, name: &str) -> Result<()> {
    tx.execute("update lake_file set state = 'damaged' where name = $1 and state = 'live'", &[name.into()])?;
    Ok(())
}

/// Files that were replaced before that moment.
pub fn replaced_before(tx: &mut Tx, moment: Time) -> Result<Vec<String>> {
    let sql = "select name from lake_file where state = 'old' and old_at <= $1";
    Ok(tx.query(sql, &[moment.into()])?.iter().map(|row| row.text(0).to_string()).collect())
}

/// Forgets a file that is gone.
pub fn remove(tx: &mut Tx, name: &str) -> Result<()> {
    tx.execute("delete from lake_file where name = $1 and state = 'old'", &[name.into()])?;
    Ok(())
}

/// How many lines stand behind a position.
pub fn behind(tx: &mut Tx, position: Position) -> Result<i64> {
    let sql = format!("select count(*) from event e where {}", tx.dialect().position_after(1));
    Ok(tx.one(&sql, &position.args())?.map_or(0, |row| row.int(0)))
}
