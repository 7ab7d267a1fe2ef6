//! What goes into a statement and what comes out.

use kernel::{Id, Time};

/// One bound value, or one cell of a row. Booleans are integers 0 and 1, times are milliseconds, dates are ISO text.
#[derive(Debug, Clone, PartialEq)]
pub enum Arg {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
    Id(Id),
    Bytes(Vec<u8>),
}

impl Arg {
    pub fn text(text: impl Into<String>) -> Arg {
        Arg::Text(text.into())
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Arg::Null)
    }
}

impl From<i64> for Arg {
    fn from(v: i64) -> Arg {
        Arg::Int(v)
    }
}
impl From<i32> for Arg {
    fn from(v: i32) -> Arg {
        Arg::Int(i64::from(v))
    }
}
impl From<bool> for Arg {
    fn from(v: bool) -> Arg {
        Arg::Int(i64::from(v))
    }
}
impl From<f64> for Arg {
    fn from(v: f64) -> Arg {
        Arg::Real(v)
    }
}
impl From<&str> for Arg {
    fn from(v: &str) -> Arg {
        Arg::Text(v.to_string())
    }
}
impl From<String> for Arg {
    fn from(v: String) -> Arg {
        Arg::Text(v)
    }
}
impl From<Id> for Arg {
    fn from(v: Id) -> Arg {
        Arg::Id(v)
    }
}
impl From<Time> for Arg {
    fn from(v: Time) -> Arg {
        Arg::Int(v.0)
    }
}
impl From<Vec<u8>> for Arg {
    fn from(v: Vec<u8>) -> Arg {
        Arg::Bytes(v)
    }
}
impl<T: Into<Arg>> From<Option<T>> for Arg {
    fn from(v: Option<T>) -> Arg {
        v.map_or(Arg::Null, Into::into)
    }
}

/// One row of an answer. A column that is asked for as what it is not reads as empty, zero or none:
/// the statements are ours, so a wrong type is a fault that its test shows.
#[derive(Debug, Clone, Default)]
pub struct Row(pub Vec<Arg>);

static NULL: Arg = Arg::Null;

impl Row {
    pub fn get(&self, column: usize) -> &Arg {
        self.0.get(column).unwrap_or(&NULL)
    }

    /// Takes a cell out, leaving null.
    pub fn take(&mut self, column: usize) -> Arg {
        self.0.get_mut(column).map_or(Arg::Null, |cell| std::mem::replace(cell, Arg::Null))
    }

    pub fn int(&self, column: usize) -> i64 {
        self.opt_int(column).unwrap_or(0)
    }

    pub fn opt_int(&self, column: usize) -> Option<i64> {
        match self.get(column) {
            Arg::Int(v) => Some(*v),
            _ => None,
        }
    }

    pub fn real(&self, column: usize) -> f64 {
        match self.get(column) {
            Arg::Real(v) => *v,
            Arg::Int(v) => *v as f64,
            _ => 0.0,
        }
    }

    pub fn opt_real(&self, column: usize) -> Option<f64> {
        match self.get(column) {
            Arg::Real(v) => Some(*v),
            Arg::Int(v) => Some(*v as f64),
            _ => None,
        }
    }

    pub fn text(&self, column: usize) -> &str {
        self.opt_text(column).unwrap_or("")
    }

    pub fn opt_text(&self, column: usize) -> Option<&str> {
        match self.get(column) {
            Arg::Text(v) => Some(v),
            _ => None,
        }
    }

    pub fn id(&self, column: usize) -> Id {
        self.opt_id(column).unwrap_or(Id::NIL)
    }

    /// SQLite gives ids as 16 bytes, PostgreSQL as uuid: both read as an id here.
    pub fn opt_id(&self, column: usize) -> Option<Id> {
        match self.get(column) {
            Arg::Id(v) => Some(*v),
            Arg::Bytes(bytes) => uuid::Uuid::from_slice(bytes).ok().map(Id),
            _ => None,
        }
    }

    pub fn opt_bytes(&self, column: usize) -> Option<&[u8]> {
        match self.get(column) {
            Arg::Bytes(v) => Some(v),
            _ => None,
        }
    }

    pub fn time(&self, column: usize) -> Time {
        Time(self.int(column))
    }

    pub fn opt_time(&self, column: usize) -> Option<Time> {
        self.opt_int(column).map(Time)
    }

    pub fn flag(&self, column: usize) -> bool {
        self.int(column) != 0
    }
}
