//! The question language: one way to ask which records are meant, for lists, segments, rights, journeys and reports.
//!
//! A [`Question`] is read from text (`city = "Paris" and not tags contains "vip"`) or JSON ([`json`]), checked against the
//! definitions the caller may see ([`check()`]), and then answered in memory for one record ([`Checked::matches`]) or
//! written as a condition in SQL for either database ([`compile`]) or for the engine over the lake ([`compile_lake`]).
//! Property tests hold the evaluators together.
//! Formulas ([`check_expr`]) are its values alone, computed from one record's own fields.
//!
//! # What a question means
//! - Every answer is yes or no; `not` turns it round. There is no third value.
//! - A comparison with an empty field is no; only `!=` is yes for an empty field, as people expect. Of two fields of one
//!   record (`billed_on > paid_on`), two empty ones are equal.
//! - `=`, `<`, `in` on texts are exact, by bytes of UTF-8. `contains`, `starts with`, `ends with` ignore the case of A to Z
//!   and nothing else, for that is what both databases do alike.
//! - A path (`company.city != "Berlin"`) is yes if there is a living linked record for which the rest is yes; without one
//!   it is no, whatever is asked. `tags contains "vip"` on links means a linked record with exactly that title.
//! - A time compared with a day means the whole day in the asker's zone: `created_at <= "2020-01-31"` holds until midnight.
//! - `last 90 days` runs from midnight 90 days before today until now; `last month` is the calendar month before this one.
//! - Money compares within its currency; in another currency it is neither more nor less, and not equal.
//! - `sum` of nothing is 0, `count` of nothing is 0; `min`, `max`, `first`, `last` of nothing are empty.
//!
//! This crate does no I/O and knows no database driver. Nothing a user wrote becomes part of an SQL text.

mod ast;
mod check;
mod checked;
mod error;
mod eval;
mod formula;
pub mod json;
mod lex;
mod moment;
mod nearest;
mod parse;
mod parts;
mod print;
mod reach;
mod rename;
mod schema;
mod sql;
#[cfg(test)]
mod tests;

pub use ast::{
    Arithmetic, CompareOp, Expr, ExprKind, Figure, FigureKind, Function, Literal, Period, Question, Source, Unit,
};
pub use check::{COST_BUDGET, check};
pub use checked::{Checked, EventKinds, Link, Place, PlaceOf, SystemField};
pub use error::{QuestionError, Span};
pub use eval::{EventsAsked, Facts, Values};
pub use formula::{CheckedExpr, check_expr};
pub use json::{expr_from_json, expr_to_json, from_json, to_json};
pub use lex::TEXT_BYTES;
pub use moment::{Context, Visible};
pub use nearest::Shape;
pub use parse::{expr as parse_expr, question as parse};
pub use parts::{Part, flipped, parts};
pub use print::{expr as expr_to_text, question as to_text};
pub use reach::{Beat, Reach, Step};
pub use rename::{Rename, renamed, renamed_expr};
pub use schema::{Schema, SegmentRef};
pub use sql::{Arg, Dialect, OfLake, compile, compile_lake, compile_value, id_floor};

/// The value of a checked formula for one record.
pub fn eval_expr(formula: &CheckedExpr, values: &dyn Values) -> kernel::Value {
    formula.eval(values)
}

impl serde::Serialize for Question {
    /// The JSON form.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        to_json(self).serialize(serializer)
    }
}

impl<'de> serde::Deserialize<'de> for Question {
    /// The JSON form, or the text form as a JSON string.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Question, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        from_json(&value).map_err(serde::de::Error::custom)
    }
}
