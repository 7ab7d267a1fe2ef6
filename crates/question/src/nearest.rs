//! Why a condition holds or does not: the value it looks at, and the nearest value with which it would answer otherwise.

use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Currency, Money, Time, Value};

use crate::ast::FigureKind;
use crate::checked::{Atom, Checked, Cmp, Column, Figure, Kind, Node, Part, Scalar, Test};
use crate::eval::{Values, atom_holds, figure_kind, part_of};
use crate::moment::Context;

/// What a condition looks at, as the columns of a `select` hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Text,
    Integer,
    Number,
    /// Minor units in one column, the currency in the next.
    Money,
    /// Minor units of this currency.
    Minor(Option<Currency>),
    Date,
    Time,
    Boolean,
    /// Too much for one value: links, choices, addresses.
    Other,
}

impl Checked {
    /// The value of the record's own field that a condition tests; none where it looks elsewhere.
    pub fn own_value(&self, values: &dyn Values) -> Option<Value> {
        match &self.root {
            Node::Own { column, .. } => Some(part_of(column, values.value(&column.place))),
            _ => None,
        }
    }

    /// What a condition tests, if it is one field or figure.
    pub fn shape(&self) -> Option<Shape> {
        subject(&self.root).map(|subject| match subject {
            Subject::Column(column) => shape_of(column),
            Subject::Figure(figure) => shape_of_figure(figure),
            Subject::Count => Shape::Integer,
        })
    }

    /// The nearest value with which a condition would answer otherwise than with `has`; none where there is no such thing
    /// as near (texts), or where no value would do.
    pub fn nearest(&self, has: &Value, context: &Context<'_>) -> Option<Value> {
        let (atom, kind) = match tested(&self.root)? {
            Tested::Column(column, test) => (test.lower(column.kind, context), column.kind),
            Tested::Figure(figure, test) => (test.lower(figure_kind(figure), context), figure_kind(figure)),
            // One more than none, or none.
            Tested::Count(_) => return Some(Value::Int(i64::from(whole(has) <= 0))),
        };
        let minor = match (self.shape(), has) {
            (Some(Shape::Minor(_)), Value::Money(money)) => Value::Int(money.amount),
            _ => has.clone(),
        };
        let near = nearest(&atom, kind, &minor, !atom_holds(&atom, &minor))?;
        match (self.shape(), near) {
            (Some(Shape::Minor(Some(currency))), Value::Int(amount)) => {
                Some(Value::Money(Money::new(amount, currency)))
            }
            (_, near) => Some(near),
        }
    }

    /// Whether a condition holds for a value of what it tests.
    pub fn holds_for(&self, value: &Value, context: &Context<'_>) -> Option<bool> {
        let minor = match (self.shape(), value) {
            (Some(Shape::Minor(_)), Value::Money(money)) => Value::Int(money.amount),
            _ => value.clone(),
        };
        Some(match tested(&self.root)? {
            Tested::Column(column, test) => atom_holds(&test.lower(column.kind, context), &minor),
            Tested::Figure(figure, test) => atom_holds(&test.lower(figure_kind(figure), context), &minor),
            Tested::Count(is_some) => (whole(value) > 0) == is_some,
        })
    }
}

fn whole(value: &Value) -> i64 {
    match value {
        Value::Int(value) => *value,
        _ => 0,
    }
}

/// What stands on the left of a condition.
enum Subject<'n> {
    Column(&'n Column),
    Figure(&'n Figure),
    /// `exists`, `no events`.
    Count,
}

enum Tested<'n> {
    Column(&'n Column, &'n Test),
    Figure(&'n Figure, &'n Test),
    /// Whether there must be any.
    Count(bool),
}

fn subject(node: &Node) -> Option<Subject<'_>> {
    match node {
        Node::Own { column, .. } => Some(Subject::Column(column)),
        Node::Figure { figure, .. } => Some(Subject::Figure(figure)),
        Node::Exists(_) => Some(Subject::Count),
        Node::Not(inner) if matches!(inner.as_ref(), Node::Exists(_)) => Some(Subject::Count),
        Node::Linked { node, .. } => subject(node),
        _ => None,
    }
}

fn tested(node: &Node) -> Option<Tested<'_>> {
    match node {
        Node::Own { column, test } => Some(Tested::Column(column, test)),
        Node::Figure { figure, test } => Some(Tested::Figure(figure, test)),
        Node::Exists(_) => Some(Tested::Count(true)),
        Node::Not(inner) if matches!(inner.as_ref(), Node::Exists(_)) => Some(Tested::Count(false)),
        Node::Linked { node, .. } => tested(node),
        _ => None,
    }
}

fn shape_of(column: &Column) -> Shape {
    match (column.part, column.kind) {
        (Part::Currency | Part::Address(_), _) | (_, Kind::Text) => Shape::Text,
        (_, Kind::Integer) => Shape::Integer,
        (_, Kind::Number) => Shape::Number,
        (_, Kind::Money) => Shape::Money,
        (_, Kind::Date) => Shape::Date,
        (_, Kind::Time) => Shape::Time,
        (_, Kind::Boolean) => Shape::Boolean,
        (_, Kind::Link | Kind::Links | Kind::Choices | Kind::Address | Kind::Json) => Shape::Other,
    }
}

fn shape_of_figure(figure: &Figure) -> Shape {
    match figure.kind {
        Kind::Money => Shape::Minor(figure.currency),
        Kind::Number => Shape::Number,
        Kind::Date => Shape::Date,
        Kind::Time => Shape::Time,
        _ if matches!(figure.of, FigureKind::First | FigureKind::Last) => Shape::Time,
        _ => Shape::Integer,
    }
}

/// The value nearest to `has` for which the atom answers `want`.
fn nearest(atom: &Atom, kind: Kind, has: &Value, want: bool) -> Option<Value> {
    let candidates: Vec<Value> = match atom {
        Atom::Cmp(op, scalar) => around(*op, scalar, kind, want),
        Atom::Range(low, high) if want => vec![value_of(low, kind)?, value_of(high, kind)?],
        Atom::Range(low, high) => [beside(low, kind, -1), beside(high, kind, 1)].into_iter().flatten().collect(),
        Atom::Outside(low, high) if want => {
            [beside(low, kind, -1), beside(high, kind, 1)].into_iter().flatten().collect()
        }
        Atom::Outside(low, _) => vec![value_of(low, kind)?],
        Atom::OneOf(list) if want => list.iter().filter_map(|scalar| value_of(scalar, kind)).collect(),
        Atom::Money(op, money) => around(*op, &Scalar::Int(money.amount), Kind::Integer, want)
            .into_iter()
            .map(|value| Value::Money(Money::new(whole(&value), money.currency)))
            .collect(),
        Atom::MoneyRange(low, high, currency) => {
            let ends = if want { [*low, *high] } else { [low.saturating_sub(1), high.saturating_add(1)] };
            ends.map(|amount| Value::Money(Money::new(amount, *currency))).to_vec()
        }
        Atom::Or(parts) if want => parts.iter().filter_map(|part| nearest(part, kind, has, true)).collect(),
        _ => Vec::new(),
    };
    candidates
        .into_iter()
        .filter(|value| atom_holds(atom, value) == want)
        .min_by(|a, b| distance(a, has).total_cmp(&distance(b, has)))
}

/// Values at the edge of a comparison, on either side of it.
fn around(op: Cmp, scalar: &Scalar, kind: Kind, want: bool) -> Vec<Value> {
    // Of a text only equality has a nearest value: the text itself.
    if matches!((kind, scalar), (Kind::Text, _) | (_, Scalar::Id(_))) {
        let itself = (op == Cmp::Eq) == want && matches!(op, Cmp::Eq | Cmp::Ne) && kind == Kind::Text;
        return value_of(scalar, kind).filter(|_| itself).into_iter().collect();
    }
    [beside(scalar, kind, -1), value_of(scalar, kind), beside(scalar, kind, 1)].into_iter().flatten().collect()
}

/// The next smaller or greater value.
fn beside(scalar: &Scalar, kind: Kind, by: i64) -> Option<Value> {
    match (scalar, kind) {
        (Scalar::Int(value), Kind::Boolean) => Some(Value::Bool(*value == 0)),
        (Scalar::Int(value), Kind::Time) => Some(Value::Time(Time(value.checked_add(by)?))),
        (Scalar::Int(value), _) => Some(Value::Int(value.checked_add(by)?)),
        (Scalar::Real(value), _) => Some(Value::Number(if by < 0 { value.next_down() } else { value.next_up() })),
        (Scalar::Text(day), Kind::Date) => Some(Value::Date(day.parse::<Date>().ok()?.checked_add(by.days()).ok()?)),
        _ => None,
    }
}

fn value_of(scalar: &Scalar, kind: Kind) -> Option<Value> {
    match (scalar, kind) {
        (Scalar::Int(value), Kind::Boolean) => Some(Value::Bool(*value != 0)),
        (Scalar::Int(value), Kind::Time) => Some(Value::Time(Time(*value))),
        (Scalar::Int(value), _) => Some(Value::Int(*value)),
        (Scalar::Real(value), _) => Some(Value::Number(*value)),
        (Scalar::Text(day), Kind::Date) => day.parse().ok().map(Value::Date),
        (Scalar::Text(text), _) => Some(Value::Text(text.clone())),
        (Scalar::Id(_), _) => None,
    }
}

/// How far apart two values are; of values that cannot be told apart so, all are as near.
#[allow(clippy::cast_precision_loss)]
fn distance(a: &Value, b: &Value) -> f64 {
    match (place(a), place(b)) {
        (Some(a), Some(b)) => (a - b).abs(),
        (Some(a), None) => a.abs(),
        _ => 0.0,
    }
}

#[allow(clippy::cast_precision_loss)]
fn place(value: &Value) -> Option<f64> {
    Some(match value {
        Value::Int(value) => *value as f64,
        Value::Number(value) => *value,
        Value::Money(money) => money.amount as f64,
        Value::Time(at) => at.millis() as f64,
        Value::Date(day) => f64::from(day.since((jiff::Unit::Day, jiff::civil::date(1970, 1, 1))).ok()?.get_days()),
        Value::Bool(value) => f64::from(u8::from(*value)),
        _ => return None,
    })
}
