//! What answers analytical questions: columns over files of the lake.
//!
//! One narrow trait, so that the same SQL goes to an engine in this process ([`embedded`]) or to one on several machines
//! ([`cluster`]). The SQL keeps to what is common: no lists, no structs, unique tie-breaks in every rank, money as integers,
//! so that two engines give one answer.

pub mod cluster;
pub mod embedded;

use kernel::{Id, Result};

/// One value of an answer. Whole numbers are never rounded: sums of money come as they are.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
}

impl Cell {
    /// A whole number; 0 for nothing.
    pub fn int(&self) -> i64 {
        match self {
            Cell::Int(value) => *value,
            // A count is never so large that this loses a digit.
            Cell::Real(value) => *value as i64,
            Cell::Null | Cell::Text(_) | Cell::Bytes(_) => 0,
        }
    }

    pub fn opt_int(&self) -> Option<i64> {
        (*self != Cell::Null).then(|| self.int())
    }

    /// A number; 0 for nothing.
    pub fn real(&self) -> f64 {
        match self {
            Cell::Int(value) => *value as f64,
            Cell::Real(value) => *value,
            Cell::Null | Cell::Text(_) | Cell::Bytes(_) => 0.0,
        }
    }

    /// Words; empty for nothing.
    pub fn text(&self) -> &str {
        match self {
            Cell::Text(text) => text,
            Cell::Null | Cell::Int(_) | Cell::Real(_) | Cell::Bytes(_) => "",
        }
    }

    pub fn id(&self) -> Option<Id> {
        Id::parse(self.text())
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.into())
    }
}

impl From<i64> for Cell {
    fn from(value: i64) -> Cell {
        Cell::Int(value)
    }
}

/// Answers questions over the lake.
pub trait Engine: Send {
    /// Hands over row by row; `visit` gets the cells in the order of the columns. Arguments stand as `?`.
    fn each(&self, sql: &str, args: &[Cell], visit: &mut dyn FnMut(&[Cell]) -> Result<()>) -> Result<()>;

    /// All rows of an answer; for answers of known length.
    fn rows(&self, sql: &str, args: &[Cell]) -> Result<Vec<Vec<Cell>>> {
        let mut rows = Vec::new();
        self.each(sql, args, &mut |cells| {
            rows.push(cells.to_vec());
            Ok(())
        })?;
        Ok(rows)
    }
}
