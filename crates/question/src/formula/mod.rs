//! Formulas: a value computed from a record's own fields, the same whenever it is computed.
//!
//! Numbers are 64-bit floats; money is exact in minor units of one currency and rounds half away from zero. What
//! cannot be computed is empty: an empty operand, a division by zero, two currencies in one sum, an overflow.

mod checking;
mod computing;

use std::collections::BTreeSet;

use kernel::Value;

pub use self::checking::check_expr;
use self::computing::{rounded, value};
use crate::ast::{Arithmetic, Function, Unit};
use crate::checked::{Cmp, Column, Like, whole};
use crate::eval::{Values, is_empty};

/// A formula that was checked against the definitions.
#[derive(Debug, Clone)]
pub struct CheckedExpr {
    root: Node,
    whole: bool,
    reads: BTreeSet<String>,
}

impl CheckedExpr {
    /// The names of the record's fields that it reads: the formula is computed anew when one of them changes.
    pub fn reads(&self) -> &BTreeSet<String> {
        &self.reads
    }

    /// The value for one record. A formula for a whole number rounds.
    pub fn eval(&self, values: &dyn Values) -> Value {
        let value = value(&self.root, values);
        match value {
            Value::Number(number) if !number.is_finite() => Value::Null,
            Value::Number(number) if self.whole => rounded(number, 0).and_then(whole).map_or(Value::Null, Value::Int),
            value if is_empty(&value) => Value::Null,
            value => value,
        }
    }
}

#[derive(Debug, Clone)]
enum Node {
    Value(Value),
    Field(Column),
    Negative(Box<Node>),
    Arithmetic(Arithmetic, Box<Node>, Box<Node>),
    /// A date or time moved by a span.
    Shift(Box<Node>, i64, Unit),
    Call(Function, Vec<Node>),
    Round(Box<Node>, u32),
    If(Box<Condition>, Box<Node>, Box<Node>),
}

#[derive(Debug, Clone)]
enum Condition {
    Always(bool),
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Compare(Node, Cmp, Node),
    Like(Node, Like, String),
    Between(Node, Node, Node),
    OneOf(Node, Vec<Node>),
    HasAny(Node, Vec<String>),
    Empty(Node, bool),
}
