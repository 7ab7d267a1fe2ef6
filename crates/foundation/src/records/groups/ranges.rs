//! Ranges of a number: where they begin, as asked or round ones.

use db::Arg;
use kernel::{Currency, Error, Money, Result};
use serde_json::{Value as Json, json};

use super::AskedField;
use super::pass::mentioned;
use crate::operation::Reader;
use crate::records::catalogue::Object;

/// Ranges of a number.
const MOST_RANGES: usize = 100;
/// Ranges of a number when nobody said which.
const RANGES: f64 = 10.0;

/// Where a range begins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Edge {
    Whole(i64),
    Real(f64),
}

/// Where ranges begin: as asked, or about ten round ones between the least and the most.
#[allow(clippy::too_many_arguments)]
pub(super) fn edges(
    reader: &mut Reader,
    object: &Object,
    column: &str,
    is_real: bool,
    asked: &AskedField,
    at: &str,
    conditions: &str,
    args: &[Arg],
) -> Result<Vec<Edge>> {
    let edge = |value: f64| -> Result<Edge> {
        if is_real {
            return Ok(Edge::Real(value));
        }
        // Whole numbers up to 2^53 are exact here, and nobody's range begins beyond.
        if value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0 {
            Ok(Edge::Whole(value as i64))
        } else {
            Err(Error::invalid(at, "wrong_type", "ranges of whole numbers begin at whole numbers"))
        }
    };
    if let Some(asked) = &asked.edges {
        if asked.is_empty() || asked.len() > MOST_RANGES {
            return Err(Error::invalid(at, "too_many", format!("1 to {MOST_RANGES} edges")));
        }
        if !asked.is_sorted_by(|a, b| a < b) {
            return Err(Error::invalid(at, "wrong_type", "edges rise, each one once"));
        }
        return asked.iter().map(|value| edge(*value)).collect();
    }
    let sql = format!("select min({column}), max({column}) from {} r where {conditions}", object.def.table);
    let row = reader.tx.one(&sql, &mentioned(&sql, args))?.unwrap_or_default();
    if row.get(0).is_null() {
        return Ok(vec![edge(0.0)?]);
    }
    let (least, most) = (row.real(0), row.real(1));
    let width = match asked.width {
        Some(width) if width > 0.0 && width.is_finite() => width,
        Some(_) => return Err(Error::invalid(at, "too_small", "a range is broader than nothing")),
        None => {
            let width = round_width((most - least) / RANGES);
            if is_real { width } else { width.max(1.0).round() }
        }
    };
    edge(width)?;
    let first = (least / width).floor();
    let count = (most / width).floor() - first + 1.0;
    if !count.is_finite() || count > MOST_RANGES as f64 {
        return Err(Error::invalid(at, "too_many", format!("more than {MOST_RANGES} ranges; make them broader")));
    }
    (0..=count as i64).map(|n| edge((first + n as f64) * width)).collect()
}

/// 1, 2 or 5 times a power of ten, at least `width`.
pub(super) fn round_width(width: f64) -> f64 {
    if width <= 0.0 || !width.is_finite() {
        return 1.0;
    }
    let power = 10f64.powf(width.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|step| step * power).find(|step| *step >= width).unwrap_or(width)
}

impl Edge {
    pub(super) fn json(&self) -> Json {
        match self {
            Edge::Whole(value) => json!(value),
            Edge::Real(value) => json!(value),
        }
    }

    pub(super) fn text(&self, currency: Option<Currency>) -> String {
        match (self, currency) {
            (Edge::Whole(amount), Some(currency)) => Money::new(*amount, currency).to_decimal(),
            (Edge::Whole(value), None) => value.to_string(),
            (Edge::Real(value), _) => value.to_string(),
        }
    }
}
