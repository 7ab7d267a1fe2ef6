//! Figures over records: what is counted, summed and compared, over a whole filter or for each of its groups.
//!
//! One pass over the records gives figures that can be joined: a month is joined from its days, a total from its groups.
//! Money is never joined across currencies, and never counted in floats.

use std::collections::BTreeMap;

use db::Arg;
use kernel::object::FieldType;
use kernel::{Class, Error, FieldError, Id, Result, Time};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::catalogue::Object;
use crate::access::audit::Look;
use crate::operation::Reader;

/// Figures asked for at once.
pub const MOST: usize = 50;
/// Weights beyond this many per cent are no weights; products stay within 64 bits.
const HEAVIEST: i64 = 100_000;
/// Sums are carried in two parts, so that no 64 bits overflow in the database.
const PART: i64 = 1_000_000;

/// A figure as it is asked for: `"sum:amount"`, or `{"op":"sum","field":"amount","as":"total"}`.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Asked {
    Short(String),
    Long(AskedLong),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskedLong {
    pub op: String,
    #[serde(default)]
    pub field: Option<String>,
    /// The field that says how much of each counts, in per cent.
    #[serde(default)]
    pub by: Option<String>,
    /// What it is called in the answer.
    #[serde(default, rename = "as")]
    pub name: Option<String>,
}

impl Asked {
    /// The fields that it tells of.
    pub fn fields(&self) -> Vec<String> {
        let parts = self.parts();
        parts.field.into_iter().chain(parts.by).collect()
    }

    fn parts(&self) -> AskedLong {
        match self {
            Asked::Long(long) => long.clone(),
            Asked::Short(text) => {
                let mut parts = text.splitn(3, ':').map(|part| part.trim().to_string());
                let op = parts.next().unwrap_or_default();
                AskedLong { op, field: parts.next(), by: parts.next(), name: Some(text.clone()) }
            }
        }
    }
}

/// One figure, its fields looked up.
#[derive(Debug, Clone)]
pub struct Measure {
    pub name: String,
    op: Op,
}

#[derive(Debug, Clone)]
enum Op {
    Count,
    /// Condition that says whether the field has a value.
    Filled(String),
    Empty(String),
    /// Expression whose values are told apart.
    Distinct(String),
    Sum(Of),
    Avg(Of),
    Min(Of),
    Max(Of),
    /// The sum of so many per cent of each.
    Weighted(Of, String),
}

/// What is summed or compared.
#[derive(Debug, Clone)]
struct Of {
    /// Over the alias `r`.
    column: String,
    kind: OfKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum OfKind {
    Whole,
    Real,
    /// With the column of its currency.
    Money(String),
    Date,
    Time,
}

/// The figures of one request, and how they are read from rows.
pub struct Measures {
    pub list: Vec<Measure>,
    /// Columns of the currencies by which every pass is grouped.
    currencies: Vec<String>,
}

impl Measures {
    /// Reads what is asked for; none is a count. Faults name their place below `at`.
    pub fn read(reader: &Reader, object: &Object, asked: &[Asked], at: &str) -> Result<Measures> {
        if asked.len() > MOST {
            return Err(Error::TooLarge(format!("at most {MOST} figures at once")));
        }
        let mut list = Vec::with_capacity(asked.len().max(1));
        for (place, asked) in asked.iter().enumerate() {
            let pointer = if at == "/of" { at.to_string() } else { format!("{at}/{place}") };
            let measure = measure(reader, object, &asked.parts(), &pointer)?;
            if list.iter().any(|other: &Measure| other.name == measure.name) {
                let detail = format!("`{}` is asked for twice", measure.name);
                return Err(Error::invalid(&pointer, "taken_twice", detail));
            }
            list.push(measure);
        }
        if list.is_empty() {
            list.push(Measure { name: "count".into(), op: Op::Count });
        }
        let mut currencies: Vec<String> = Vec::new();
        for measure in &list {
            if let Some(currency) = measure.currency()
                && !currencies.contains(currency)
            {
                currencies.push(currency.clone());
            }
        }
        Ok(Measures { list, currencies })
    }

    /// The columns by which a pass must be grouped beside its own.
    pub fn currencies(&self) -> &[String] {
        &self.currencies
    }

    /// The expressions of one pass, to be handed to [`Sums::join`] in this order behind the currencies. The first counts rows.
    pub fn expressions(&self) -> Vec<String> {
        let mut out = vec!["count(*)".to_string()];
        for measure in &self.list {
            match &measure.op {
                Op::Count | Op::Distinct(_) => {}
                Op::Filled(filled) | Op::Empty(filled) => {
                    out.push(format!("cast(sum(case when {filled} then 1 else 0 end) as bigint)"));
                }
                Op::Sum(of) | Op::Avg(of) => {
                    out.extend(summed(of, ""));
                    out.push(format!("count({})", of.column));
                }
                Op::Min(of) => out.push(format!("min({})", of.column)),
                Op::Max(of) => out.push(format!("max({})", of.column)),
                Op::Weighted(of, by) => {
                    let weight = format!(" * case when {by} between -{HEAVIEST} and {HEAVIEST} then {by} end");
                    out.extend(summed(of, &weight));
                    out.push(format!("count({} + {by} * 0)", of.column));
                }
            }
        }
        out
    }

    /// Figures that cannot be joined: the place in the list, and the expression whose values are told apart.
    pub fn distinct(&self) -> impl Iterator<Item = (usize, &str)> {
        self.list.iter().enumerate().filter_map(|(place, measure)| match &measure.op {
            Op::Distinct(expression) => Some((place, expression.as_str())),
            _ => None,
        })
    }

    /// Empty sums.
    pub fn nothing(&self) -> Sums {
        let parts = self.list.iter().map(|measure| match &measure.op {
            Op::Count | Op::Filled(_) | Op::Empty(_) | Op::Distinct(_) => Sum::Count(0),
            Op::Sum(of) | Op::Avg(of) | Op::Weighted(of, _) => match of.kind {
                OfKind::Real => Sum::Real(0.0, 0),
                OfKind::Money(_) => Sum::Money(BTreeMap::new()),
                OfKind::Whole | OfKind::Date | OfKind::Time => Sum::Whole(0, 0),
            },
            Op::Min(of) | Op::Max(of) => match of.kind {
                OfKind::Money(_) => Sum::Extremes(BTreeMap::new()),
                _ => Sum::Extreme(Arg::Null),
            },
        });
        Sums { rows: 0, parts: parts.collect() }
    }

    /// What sums are, as the API shows them.
    pub fn show(&self, sums: &Sums) -> Map<String, Json> {
        self.list.iter().zip(&sums.parts).map(|(measure, sum)| (measure.name.clone(), measure.show(sum))).collect()
    }

    /// The place of the figure of that name.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.list.iter().position(|measure| measure.name == name)
    }
}

/// A product of a sum's halves: the first counts in [`PART`]s.
fn summed(of: &Of, weight: &str) -> Vec<String> {
    let column = &of.column;
    if of.kind == OfKind::Real {
        return vec![format!("sum({column}{weight})")];
    }
    vec![
        format!("cast(sum(({column} / {PART}){weight}) as bigint)"),
        format!("cast(sum(({column} % {PART}){weight}) as bigint)"),
    ]
}

fn measure(reader: &Reader, object: &Object, asked: &AskedLong, at: &str) -> Result<Measure> {
    let bad = |code, detail: String| Error::invalid(at, code, detail);
    let fits = |needs: bool| match (needs, &asked.field) {
        (true, None) => Err(bad("required", format!("`{}` needs a field", asked.op))),
        (false, Some(_)) => Err(bad("unknown_figure", format!("`{}` takes no field", asked.op))),
        _ => Ok(()),
    };
    let name = asked.name.clone().unwrap_or_else(|| {
        let parts = [Some(&asked.op), asked.field.as_ref(), asked.by.as_ref()];
        parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(":")
    });
    if name.is_empty() || name.chars().count() > 120 {
        return Err(bad("too_long", "a figure's name has 1 to 120 characters".into()));
    }
    if asked.by.is_some() && asked.op != "weighted" {
        return Err(bad("unknown_figure", format!("`{}` takes no weight", asked.op)));
    }
    let field = asked.field.as_deref().unwrap_or_default();
    let of = || of(reader, object, field, at);
    let wrong = || bad("wrong_type", format!("`{field}` has no {}", asked.op));
    let op = match asked.op.as_str() {
        "count" => {
            fits(false)?;
            Op::Count
        }
        "filled" | "empty" => {
            fits(true)?;
            let filled = filled(reader, object, field, at)?;
            if asked.op == "filled" { Op::Filled(filled) } else { Op::Empty(filled) }
        }
        "distinct" => {
            fits(true)?;
            Op::Distinct(distinct(reader, object, field, at)?)
        }
        "sum" | "avg" => {
            fits(true)?;
            let of = of()?.filter(|of| matches!(of.kind, OfKind::Whole | OfKind::Real | OfKind::Money(_)));
            let of = of.ok_or_else(wrong)?;
            if asked.op == "sum" { Op::Sum(of) } else { Op::Avg(of) }
        }
        "min" | "max" => {
            fits(true)?;
            let of = of()?.ok_or_else(wrong)?;
            if asked.op == "min" { Op::Min(of) } else { Op::Max(of) }
        }
        "earliest" | "latest" => {
            fits(true)?;
            let of = of()?.filter(|of| matches!(of.kind, OfKind::Date | OfKind::Time)).ok_or_else(wrong)?;
            if asked.op == "earliest" { Op::Min(of) } else { Op::Max(of) }
        }
        "weighted" => {
            fits(true)?;
            let of = of()?.filter(|of| matches!(of.kind, OfKind::Whole | OfKind::Real | OfKind::Money(_)));
            let of = of.ok_or_else(wrong)?;
            let by = asked.by.as_deref().ok_or_else(|| bad("required", "`weighted` needs a weight, `by`".into()))?;
            let weight = self::of(reader, object, by, at)?;
            // Money is not counted in floats.
            let weight = weight.filter(|weight| match weight.kind {
                OfKind::Whole => true,
                OfKind::Real => of.kind == OfKind::Real,
                OfKind::Money(_) | OfKind::Date | OfKind::Time => false,
            });
            let weight =
                weight.ok_or_else(|| bad("wrong_type", format!("`{by}` cannot be a weight: a whole number can")))?;
            Op::Weighted(of, weight.column)
        }
        other => {
            let known = "count, sum, avg, min, max, earliest, latest, filled, empty, distinct, weighted";
            return Err(bad("unknown_figure", format!("`{other}` is none of {known}")));
        }
    };
    Ok(Measure { name, op })
}

/// A visible field by name, as everything that is asked about records finds it.
pub fn visible(reader: &Reader, object: &Object, name: &str, at: &str) -> Result<usize> {
    let hidden = reader.who.access.on(&object.def.name).hidden_fields.contains(name);
    object.def.position(name).filter(|_| !hidden).ok_or_else(|| {
        Error::Invalid(vec![FieldError::new(at, "unknown_field", format!("there is no field `{name}`"))])
    })
}

/// What is told of special fields is looked at as they themselves are, also where no single record is told of.
pub fn looked<'n>(reader: &mut Reader, object: &Object, names: impl Iterator<Item = &'n str>, records: &[Id]) {
    let is_special = |name: &&str| object.def.field(name).is_some_and(|field| field.class == Class::Special);
    let mut fields: Vec<String> = names.filter(is_special).map(str::to_string).collect();
    fields.sort();
    fields.dedup();
    if !fields.is_empty() {
        reader.looks.push(Look { object: object.def.name.clone(), fields, records: records.to_vec() });
    }
}

/// The column of a system time.
pub fn system_time(name: &str) -> Option<&'static str> {
    match name {
        "created_at" => Some("r.created_at"),
        "updated_at" => Some("r.updated_at"),
        _ => None,
    }
}

fn of(reader: &Reader, object: &Object, name: &str, at: &str) -> Result<Option<Of>> {
    if let Some(column) = system_time(name) {
        return Ok(Some(Of { column: column.into(), kind: OfKind::Time }));
    }
    let position = visible(reader, object, name, at)?;
    let (Some(field), Some(column)) = (object.field(position), object.columns_of(position).first()) else {
        return Ok(None);
    };
    let kind = match field.kind.stored() {
        FieldType::Integer => OfKind::Whole,
        FieldType::Number => OfKind::Real,
        FieldType::Money => OfKind::Money(format!("r.{}_currency", column.name)),
        FieldType::Date => OfKind::Date,
        FieldType::Time => OfKind::Time,
        _ => return Ok(None),
    };
    Ok(Some(Of { column: format!("r.{}", column.name), kind }))
}

/// A condition that a field has a value.
fn filled(reader: &Reader, object: &Object, name: &str, at: &str) -> Result<String> {
    if system_time(name).is_some() {
        return Ok("1 = 1".into());
    }
    let position = visible(reader, object, name, at)?;
    let columns = object.columns_of(position);
    if columns.is_empty() {
        // Ids of fields are made by the product, of letters, digits, dots and dashes.
        let id: String = object
            .field(position)
            .map(|field| field.id.chars().filter(|c| c.is_ascii_alphanumeric() || "._-".contains(*c)).collect())
            .unwrap_or_default();
        return Ok(format!("exists (select 1 from link l where l.field = '{id}' and l.from_id = r.id)"));
    }
    let any: Vec<String> = columns.iter().map(|column| format!("r.{} is not null", column.name)).collect();
    Ok(format!("({})", any.join(" or ")))
}

fn distinct(reader: &Reader, object: &Object, name: &str, at: &str) -> Result<String> {
    if let Some(column) = system_time(name) {
        return Ok(column.into());
    }
    let position = visible(reader, object, name, at)?;
    let stored = object.field(position).map(|field| field.kind.stored());
    match (stored, object.columns_of(position)) {
        (Some(FieldType::Money), [amount, currency, ..]) => {
            Ok(format!("cast(r.{} as text) || r.{}", amount.name, currency.name))
        }
        (Some(FieldType::Address | FieldType::Json | FieldType::Links { .. }) | None, _) | (_, []) => {
            Err(Error::invalid(at, "wrong_type", format!("`{name}` has no distinct")))
        }
        (Some(_), [column, ..]) => Ok(format!("r.{}", column.name)),
    }
}

impl Measure {
    fn currency(&self) -> Option<&String> {
        match &self.op {
            Op::Sum(of) | Op::Avg(of) | Op::Min(of) | Op::Max(of) | Op::Weighted(of, _) => match &of.kind {
                OfKind::Money(currency) => Some(currency),
                _ => None,
            },
            Op::Count | Op::Filled(_) | Op::Empty(_) | Op::Distinct(_) => None,
        }
    }

    fn show(&self, sum: &Sum) -> Json {
        match (&self.op, sum) {
            (_, Sum::Count(count)) => json!(count),
            (_, Sum::Whole(_, 0) | Sum::Real(_, 0)) => Json::Null,
            (Op::Avg(_), Sum::Whole(sum, count)) => json!(*sum as f64 / *count as f64),
            (Op::Avg(_), Sum::Real(sum, count)) => json!(sum / *count as f64),
            (Op::Weighted(..), Sum::Whole(sum, _)) => json!(*sum as f64 / 100.0),
            (Op::Weighted(..), Sum::Real(sum, _)) => json!(sum / 100.0),
            (_, Sum::Whole(sum, _)) => i64::try_from(*sum).map_or_else(|_| json!(*sum as f64), |sum| json!(sum)),
            (_, Sum::Real(sum, _)) => json!(sum),
            (_, Sum::Money(amounts)) => {
                let amounts =
                    amounts.iter().filter(|(_, (_, count))| *count > 0).filter_map(|(currency, (sum, count))| {
                        let amount = match &self.op {
                            Op::Avg(_) => rounded(*sum, i128::from(*count)),
                            Op::Weighted(..) => rounded(*sum, 100),
                            _ => *sum,
                        };
                        // More minor units than 64 bits hold cannot be told as money.
                        i64::try_from(amount).ok().map(|amount| json!({ "amount": amount, "currency": currency }))
                    });
                amounts.collect()
            }
            (_, Sum::Extremes(amounts)) => {
                amounts.iter().map(|(currency, amount)| json!({ "amount": amount, "currency": currency })).collect()
            }
            (Op::Min(of) | Op::Max(of), Sum::Extreme(value)) => match (value, &of.kind) {
                (Arg::Int(ms), OfKind::Time) => json!(Time(*ms)),
                (Arg::Int(v), _) => json!(v),
                (Arg::Real(v), _) => json!(v),
                (Arg::Text(v), _) => json!(v),
                (Arg::Null | Arg::Id(_) | Arg::Bytes(_), _) => Json::Null,
            },
            (_, Sum::Extreme(_)) => Json::Null,
        }
    }
}

/// A quotient to the nearest, halves away from zero.
fn rounded(sum: i128, by: i128) -> i128 {
    let half = by / 2;
    if sum < 0 { (sum - half) / by } else { (sum + half) / by }
}

/// What was gathered for one group, or for all of them.
#[derive(Debug, Clone)]
pub struct Sums {
    pub rows: i64,
    parts: Vec<Sum>,
}

#[derive(Debug, Clone)]
enum Sum {
    Count(i64),
    /// The sum, and of how many.
    Whole(i128, i64),
    Real(f64, i64),
    /// By currency.
    Money(BTreeMap<String, (i128, i64)>),
    Extreme(Arg),
    Extremes(BTreeMap<String, i64>),
}

impl Sums {
    /// Joins a row of a pass: `row` begins with the currencies, then come the expressions.
    pub fn join(&mut self, measures: &Measures, row: &[Arg]) {
        let (currencies, values) = row.split_at_checked(measures.currencies.len()).unwrap_or((&[], row));
        let mut values = values.iter();
        let rows = whole(values.next());
        self.rows += rows;
        for (measure, sum) in measures.list.iter().zip(&mut self.parts) {
            let currency = || {
                let place = measures.currencies.iter().position(|column| measure.currency() == Some(column));
                match place.and_then(|place| currencies.get(place)) {
                    Some(Arg::Text(code)) => Some(code.clone()),
                    _ => None,
                }
            };
            match (&measure.op, sum) {
                (Op::Count, Sum::Count(count)) => *count += rows,
                (Op::Filled(_), Sum::Count(count)) => *count += whole(values.next()),
                (Op::Empty(_), Sum::Count(count)) => *count += rows - whole(values.next()),
                (Op::Distinct(_), _) => {}
                (Op::Sum(of) | Op::Avg(of) | Op::Weighted(of, _), sum) => {
                    let first = values.next();
                    if let (OfKind::Real, Sum::Real(sum, count)) = (&of.kind, &mut *sum) {
                        *sum += real(first);
                        *count += whole(values.next());
                        continue;
                    }
                    let more = i128::from(whole(first)) * i128::from(PART) + i128::from(whole(values.next()));
                    let of_how_many = whole(values.next());
                    match sum {
                        Sum::Whole(sum, count) => {
                            *sum += more;
                            *count += of_how_many;
                        }
                        Sum::Money(amounts) => {
                            if let Some(currency) = currency() {
                                let (sum, count) = amounts.entry(currency).or_default();
                                *sum += more;
                                *count += of_how_many;
                            }
                        }
                        Sum::Count(_) | Sum::Real(..) | Sum::Extreme(_) | Sum::Extremes(_) => {}
                    }
                }
                (Op::Min(_) | Op::Max(_), sum) => {
                    let value = values.next().cloned().unwrap_or(Arg::Null);
                    let wants_less = matches!(measure.op, Op::Min(_));
                    match (sum, value) {
                        (Sum::Extremes(amounts), Arg::Int(value)) => {
                            if let Some(currency) = currency() {
                                let kept = amounts.entry(currency).or_insert(value);
                                *kept = if wants_less { value.min(*kept) } else { value.max(*kept) };
                            }
                        }
                        (Sum::Extreme(kept), value) if beats(&value, kept, wants_less) => *kept = value,
                        _ => {}
                    }
                }
                (Op::Count | Op::Filled(_) | Op::Empty(_), _) => {}
            }
        }
    }

    /// Joins the sums of another group. What is told apart by value is not joined.
    pub fn add(&mut self, other: &Sums, measures: &Measures) {
        self.rows += other.rows;
        for ((measure, sum), more) in measures.list.iter().zip(&mut self.parts).zip(&other.parts) {
            let wants_less = matches!(measure.op, Op::Min(_));
            match (sum, more) {
                (Sum::Count(count), Sum::Count(more)) => *count += more,
                (Sum::Whole(sum, count), Sum::Whole(more, more_count)) => {
                    *sum += more;
                    *count += more_count;
                }
                (Sum::Real(sum, count), Sum::Real(more, more_count)) => {
                    *sum += more;
                    *count += more_count;
                }
                (Sum::Money(amounts), Sum::Money(more)) => {
                    for (currency, (more, more_count)) in more {
                        let (sum, count) = amounts.entry(currency.clone()).or_default();
                        *sum += more;
                        *count += more_count;
                    }
                }
                (Sum::Extreme(kept), Sum::Extreme(value)) if beats(value, kept, wants_less) => *kept = value.clone(),
                (Sum::Extremes(amounts), Sum::Extremes(more)) => {
                    for (currency, value) in more {
                        let kept = amounts.entry(currency.clone()).or_insert(*value);
                        *kept = if wants_less { *value.min(kept) } else { *value.max(kept) };
                    }
                }
                _ => {}
            }
        }
    }

    /// Sets how many different values there were.
    pub fn set_distinct(&mut self, place: usize, count: i64) {
        if let Some(sum) = self.parts.get_mut(place) {
            *sum = Sum::Count(count);
        }
    }

    /// The figure as a number to order groups by; none where there is nothing, or where amounts of several currencies
    /// would have to be compared.
    pub fn number(&self, measures: &Measures, place: usize) -> Option<f64> {
        let one_currency = |amounts: usize| amounts == 1;
        match (self.parts.get(place)?, measures.list.get(place).map(|measure| &measure.op)) {
            (Sum::Count(count), _) => Some(*count as f64),
            (Sum::Whole(_, 0) | Sum::Real(_, 0), _) => None,
            (Sum::Whole(sum, count), Some(Op::Avg(_))) => Some(*sum as f64 / *count as f64),
            (Sum::Real(sum, count), Some(Op::Avg(_))) => Some(sum / *count as f64),
            (Sum::Whole(sum, _), _) => Some(*sum as f64),
            (Sum::Real(sum, _), _) => Some(*sum),
            (Sum::Money(amounts), op) if one_currency(amounts.len()) => {
                amounts.values().next().filter(|(_, count)| *count > 0).map(|(sum, count)| match op {
                    Some(Op::Avg(_)) => *sum as f64 / *count as f64,
                    _ => *sum as f64,
                })
            }
            (Sum::Extremes(amounts), _) if one_currency(amounts.len()) => {
                amounts.values().next().map(|amount| *amount as f64)
            }
            (Sum::Extreme(Arg::Int(v)), _) => Some(*v as f64),
            (Sum::Extreme(Arg::Real(v)), _) => Some(*v),
            (Sum::Extreme(Arg::Text(day)), _) => {
                day.parse::<jiff::civil::Date>().ok().map(|day| Time::midnight(day).0 as f64)
            }
            (Sum::Money(_) | Sum::Extremes(_) | Sum::Extreme(_), _) => None,
        }
    }

    /// Currencies of the amounts of one figure.
    pub fn currencies(&self, place: usize) -> Vec<&String> {
        match self.parts.get(place) {
            Some(Sum::Money(amounts)) => amounts.keys().collect(),
            Some(Sum::Extremes(amounts)) => amounts.keys().collect(),
            _ => Vec::new(),
        }
    }
}

fn whole(value: Option<&Arg>) -> i64 {
    match value {
        Some(Arg::Int(v)) => *v,
        _ => 0,
    }
}

fn real(value: Option<&Arg>) -> f64 {
    match value {
        Some(Arg::Real(v)) => *v,
        Some(Arg::Int(v)) => *v as f64,
        _ => 0.0,
    }
}

fn beats(value: &Arg, kept: &Arg, wants_less: bool) -> bool {
    let less = match (value, kept) {
        (Arg::Null, _) => return false,
        (_, Arg::Null) => return true,
        (Arg::Int(a), Arg::Int(b)) => a < b,
        (Arg::Real(a), Arg::Real(b)) => a < b,
        (Arg::Text(a), Arg::Text(b)) => a < b,
        _ => return false,
    };
    less == wants_less && value != kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_rounded_away_from_zero() {
        let pairs = [(149, 1), (150, 2), (-149, -1), (-150, -2), (0, 0)];
        for (sum, expected) in pairs {
            assert_eq!(rounded(sum, 100), expected, "{sum}");
        }
    }

    #[test]
    fn the_empty_beats_nobody() {
        assert!(!beats(&Arg::Null, &Arg::Int(1), true));
        assert!(beats(&Arg::Int(1), &Arg::Null, true));
        assert!(beats(&Arg::Int(1), &Arg::Int(2), true) && !beats(&Arg::Int(2), &Arg::Int(1), true));
        assert!(beats(&Arg::text("b"), &Arg::text("a"), false) && !beats(&Arg::text("a"), &Arg::text("a"), false));
    }

    #[test]
    fn a_short_figure_reads_as_a_long_one() {
        let parts = Asked::Short("weighted:amount:probability".into()).parts();
        assert_eq!(
            (parts.op.as_str(), parts.field.as_deref(), parts.by.as_deref()),
            ("weighted", Some("amount"), Some("probability"))
        );
    }
}
