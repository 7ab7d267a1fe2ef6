//! Where a reader of the ledger stands.
//!
//! Lines are read in the order in which their transactions began, then by number. On PostgreSQL the number alone would not
//! do: an older transaction may take a higher number than a younger one and commit first. On SQLite there is one writer,
//! and the number says it all.

use std::fmt;

use db::{Arg, Dialect, Row};
use kernel::{Error, Result};

/// A place in the ledger: behind the line of that transaction and number. To those outside it is a text that they keep and
/// show again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// 0 on SQLite.
    pub tx: i64,
    pub seq: i64,
}

impl Position {
    /// Before the first line.
    pub const START: Position = Position { tx: 0, seq: 0 };

    /// From two neighbouring columns, [`Dialect::position_tx`] and `e.seq`.
    pub fn from_row(row: &Row, column: usize) -> Position {
        Position { tx: row.int(column), seq: row.int(column + 1) }
    }

    /// For [`Dialect::position_after`], in its order.
    pub fn args(self) -> [Arg; 2] {
        [Arg::Int(self.tx), Arg::Int(self.seq)]
    }

    /// Reads what [`fmt::Display`] wrote on the same database.
    pub fn parse(text: &str, dialect: Dialect) -> Result<Position> {
        let number = |text: &str| text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
        let read = match (dialect, text.split_once('-')) {
            (_, None) if text == "0" => Some(Position::START),
            (Dialect::Sqlite, None) => number(text).map(|seq| Position { tx: 0, seq }),
            (Dialect::Postgres, Some((tx, seq))) => number(tx).zip(number(seq)).map(|(tx, seq)| Position { tx, seq }),
            _ => None,
        };
        read.ok_or_else(|| Error::Unreadable("must be a position that an earlier answer gave, or 0".into()))
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.tx {
            0 => write!(f, "{}", self.seq),
            tx => write!(f, "{tx}-{}", self.seq),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_reads_back_what_it_wrote_and_nothing_else() {
        for (dialect, position) in [
            (Dialect::Sqlite, Position::START),
            (Dialect::Sqlite, Position { tx: 0, seq: 17 }),
            (Dialect::Postgres, Position::START),
            (Dialect::Postgres, Position { tx: i64::MAX, seq: i64::MAX }),
        ] {
            assert_eq!(Position::parse(&position.to_string(), dialect).ok(), Some(position));
        }
        for text in ["", "-", "-1", "1-", "+1", "1-+1", "1-2-3", "x", "9223372036854775808", "1 "] {
            assert!(Position::parse(text, Dialect::Sqlite).is_err(), "{text}");
            assert!(Position::parse(text, Dialect::Postgres).is_err(), "{text}");
        }
        assert!(Position::parse("17", Dialect::Postgres).is_err(), "a number alone would read everything again");
        assert!(Position::parse("1-17", Dialect::Sqlite).is_err());
        assert!(Position { tx: 1, seq: 9 } < Position { tx: 2, seq: 3 });
    }
}
