//! Formulas: a value computed from a record's own fields, the same whenever it is computed.
//!
//! Numbers are 64-bit floats; money is exact in minor units of one currency and rounds half away from zero. What
//! cannot be computed is empty: an empty operand, a division by zero, two currencies in one sum, an overflow.

use std::collections::BTreeSet;

use jiff::civil::Date;
use kernel::{FieldType, Id, Money, ObjectDef, Time, Value};

use crate::ast::{Arithmetic, CompareOp, Expr, ExprKind, Function, Literal, Question, Unit};
use crate::check::{Checker, holds, kind_of, like_op, moment, money_of, order_op};
use crate::checked::{Cmp, Column, Kind, Like, real, whole};
use crate::error::{QuestionError, Result, Span};
use crate::eval::{Values, is_empty, like_holds, pair_holds, part_of};
use crate::moment::{Base, Context, shift_at, shift_day};
use crate::print;
use crate::schema::Schema;

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

// Checking.

/// Checks a formula of `object` that must yield a value of the type `expected`.
pub fn check_expr(expr: &Expr, object: &str, schema: &dyn Schema, expected: &FieldType) -> Result<CheckedExpr> {
    let def = schema
        .object(object)
        .ok_or_else(|| QuestionError::new("unknown_object", &expr.span, format!("unknown object `{object}`")))?;
    let wanted = number_kind(kind_of(expected));
    if !matches!(wanted, Kind::Text | Kind::Number | Kind::Money | Kind::Date | Kind::Time | Kind::Boolean) {
        return Err(QuestionError::wrong_type(
            &expr.span,
            "a formula yields a text, a number, money, a date, a time, or yes or no",
        ));
    }
    let mut formulas = Formulas { checker: Checker { schema, reads: BTreeSet::new() }, object: def };
    let (root, kind) = formulas.expr(expr, Some(wanted))?;
    if kind != wanted {
        return Err(QuestionError::wrong_type(
            &expr.span,
            format!("this formula yields {}, but the field holds {}", holds(kind), holds(kind_of(expected))),
        ));
    }
    let reads = formulas.checker.reads.into_iter().map(|(_, field)| field).collect();
    Ok(CheckedExpr { root, whole: kind_of(expected) == Kind::Integer, reads })
}

/// All numbers are one kind in formulas.
fn number_kind(kind: Kind) -> Kind {
    if kind == Kind::Integer { Kind::Number } else { kind }
}

struct Formulas<'s> {
    checker: Checker<'s>,
    object: &'s ObjectDef,
}

impl Formulas<'_> {
    /// The value and its kind. `wanted` decides what a text in quotes means.
    fn expr(&mut self, expr: &Expr, wanted: Option<Kind>) -> Result<(Node, Kind)> {
        let span = &expr.span;
        match &expr.kind {
            ExprKind::Literal(literal) => self.literal(literal, wanted, expr),
            ExprKind::Path(path) => {
                let target = self.checker.path(path, self.object, span)?;
                if !target.hops.is_empty() {
                    return Err(QuestionError::new(
                        "not_here",
                        span,
                        "a formula reads the record's own fields only: it could not notice a change of a linked record",
                    ));
                }
                let kind = number_kind(target.column.kind);
                Ok((Node::Field(target.column), kind))
            }
            ExprKind::Figure(_) => Err(QuestionError::new(
                "not_here",
                span,
                "a formula cannot count records or events: add a roll-up field and read that",
            )),
            ExprKind::Negative(inner) => {
                let (node, kind) = self.expr(inner, wanted)?;
                if !matches!(kind, Kind::Number | Kind::Money) {
                    return Err(QuestionError::wrong_type(&inner.span, format!("{} has no negative", holds(kind))));
                }
                Ok((Node::Negative(Box::new(node)), kind))
            }
            ExprKind::Arithmetic(op, left, right) => self.arithmetic(*op, left, right, span),
            ExprKind::Call(function, arguments) => self.call(*function, arguments, wanted, span),
            ExprKind::If(condition, then, otherwise) => {
                let condition = self.condition(condition)?;
                let (mut nodes, kind) = self.alike(&[then.as_ref(), otherwise.as_ref()], wanted)?;
                match (nodes.pop(), nodes.pop()) {
                    (Some(otherwise), Some(then)) => {
                        Ok((Node::If(Box::new(condition), Box::new(then), Box::new(otherwise)), kind))
                    }
                    _ => Err(QuestionError::syntax(span, "`if` takes a condition and two values")),
                }
            }
        }
    }

    fn literal(&mut self, literal: &Literal, wanted: Option<Kind>, expr: &Expr) -> Result<(Node, Kind)> {
        let span = &expr.span;
        let (value, kind) = match literal {
            Literal::Bool(value) => (Value::Bool(*value), Kind::Boolean),
            Literal::Int(value) => (Value::Number(real(*value)), Kind::Number),
            Literal::Number(value) => (Value::Number(*value), Kind::Number),
            Literal::Money(value) => (Value::Money(*value), Kind::Money),
            Literal::Text(text) => return text_as(text, wanted, expr),
            Literal::Duration(..) => {
                return Err(QuestionError::wrong_type(
                    span,
                    "a span of time can only be added to a date or taken from it",
                ));
            }
            Literal::Today | Literal::Yesterday | Literal::Tomorrow | Literal::Now | Literal::Me => {
                return Err(QuestionError::new(
                    "not_here",
                    span,
                    format!(
                        "`{}` changes without the record changing, so a formula cannot use it; ask for it in a filter",
                        print::expr(expr)
                    ),
                ));
            }
        };
        Ok((Node::Value(value), kind))
    }

    fn arithmetic(&mut self, op: Arithmetic, left: &Expr, right: &Expr, span: &Span) -> Result<(Node, Kind)> {
        if let ExprKind::Literal(Literal::Duration(count, unit)) = &right.kind {
            let (node, kind) = self.expr(left, Some(Kind::Date))?;
            let movable = matches!(kind, Kind::Date | Kind::Time) && matches!(op, Arithmetic::Add | Arithmetic::Sub);
            if !movable || (kind == Kind::Date && unit.is_within_day()) {
                return Err(QuestionError::wrong_type(
                    span,
                    format!("{} cannot be moved by `{}`", holds(kind), print::expr(right)),
                ));
            }
            let count = if op == Arithmetic::Sub { count.saturating_neg() } else { *count };
            return Ok((Node::Shift(Box::new(node), count, *unit), kind));
        }
        let (left, left_kind) = self.expr(left, None)?;
        let (right, right_kind) = self.expr(right, None)?;
        let kind = match (op, left_kind, right_kind) {
            (_, Kind::Number, Kind::Number) => Kind::Number,
            (Arithmetic::Add | Arithmetic::Sub, Kind::Money, Kind::Money) => Kind::Money,
            (Arithmetic::Mul | Arithmetic::Div, Kind::Money, Kind::Number) => Kind::Money,
            (Arithmetic::Mul, Kind::Number, Kind::Money) => Kind::Money,
            (Arithmetic::Div, Kind::Money, Kind::Money) => Kind::Number,
            (Arithmetic::Add, Kind::Text, _) | (Arithmetic::Add, _, Kind::Text) => {
                return Err(QuestionError::wrong_type(span, "texts are joined with `concat(a, \" \", b)`"));
            }
            (Arithmetic::Sub, Kind::Date | Kind::Time, Kind::Date | Kind::Time) => {
                return Err(QuestionError::wrong_type(
                    span,
                    "the days between two dates are `days_between(from, until)`",
                ));
            }
            (_, Kind::Money, Kind::Number) | (_, Kind::Number, Kind::Money) => {
                return Err(QuestionError::wrong_type(
                    span,
                    "money and a plain number do not add up: say the currency, `100 EUR`",
                ));
            }
            _ => {
                return Err(QuestionError::wrong_type(
                    span,
                    format!("`{}` is not for {} and {}", op.text(), holds(left_kind), holds(right_kind)),
                ));
            }
        };
        Ok((Node::Arithmetic(op, Box::new(left), Box::new(right)), kind))
    }

    /// Several values of one kind.
    fn alike(&mut self, exprs: &[&Expr], wanted: Option<Kind>) -> Result<(Vec<Node>, Kind)> {
        // A text in quotes takes the kind of the first value that is not one.
        let mut kind = wanted;
        for expr in exprs {
            if kind.is_none() && !matches!(expr.kind, ExprKind::Literal(Literal::Text(_))) {
                kind = Some(self.expr(expr, None)?.1);
            }
        }
        let mut nodes = Vec::new();
        let mut found = None;
        for expr in exprs {
            let (node, this) = self.expr(expr, kind)?;
            if *found.get_or_insert(this) != this {
                return Err(QuestionError::wrong_type(
                    &expr.span,
                    format!(
                        "this is {}, the value before it {}: both must be of one kind",
                        holds(this),
                        holds(found.unwrap_or(this))
                    ),
                ));
            }
            nodes.push(node);
        }
        Ok((nodes, found.unwrap_or(Kind::Text)))
    }

    fn call(
        &mut self,
        function: Function,
        arguments: &[Expr],
        wanted: Option<Kind>,
        span: &Span,
    ) -> Result<(Node, Kind)> {
        let (least, most) = function.arity();
        if !(least..=most).contains(&arguments.len()) {
            crate::parse::check_arity(function, arguments.len(), span)?;
        }
        let refs: Vec<&Expr> = arguments.iter().collect();
        let refuse = |kind: Kind, what: &str| {
            Err(QuestionError::wrong_type(
                span,
                format!("`{}` is for {what}, not for {}", function.text(), holds(kind)),
            ))
        };
        match function {
            Function::Concat => {
                let mut nodes = Vec::new();
                for argument in arguments {
                    let (node, kind) = self.expr(argument, None)?;
                    if matches!(kind, Kind::Link | Kind::Links | Kind::Address | Kind::Json) {
                        return refuse(kind, "texts, numbers and dates");
                    }
                    nodes.push(node);
                }
                Ok((Node::Call(function, nodes), Kind::Text))
            }
            Function::Coalesce => {
                let (nodes, kind) = self.alike(&refs, wanted)?;
                Ok((Node::Call(function, nodes), kind))
            }
            Function::Min | Function::Max => {
                let (nodes, kind) = self.alike(&refs, wanted)?;
                if !matches!(kind, Kind::Number | Kind::Money | Kind::Date | Kind::Time) {
                    return refuse(kind, "numbers, money and dates");
                }
                Ok((Node::Call(function, nodes), kind))
            }
            Function::Round => self.round(arguments, span),
            Function::Abs => {
                let (node, kind) = self.one(arguments, None, span)?;
                if !matches!(kind, Kind::Number | Kind::Money) {
                    return refuse(kind, "numbers and money");
                }
                Ok((Node::Call(function, vec![node]), kind))
            }
            Function::DaysBetween | Function::Year | Function::Month | Function::Day => {
                let mut nodes = Vec::new();
                for argument in arguments {
                    let (node, kind) = self.expr(argument, Some(Kind::Date))?;
                    if !matches!(kind, Kind::Date | Kind::Time) {
                        return refuse(kind, "dates and times");
                    }
                    nodes.push(node);
                }
                Ok((Node::Call(function, nodes), Kind::Number))
            }
            Function::Lower | Function::Upper | Function::Trim | Function::Length => {
                let (node, kind) = self.one(arguments, Some(Kind::Text), span)?;
                if kind != Kind::Text {
                    return refuse(kind, "texts");
                }
                Ok((
                    Node::Call(function, vec![node]),
                    if function == Function::Length { Kind::Number } else { Kind::Text },
                ))
            }
        }
    }

    fn one(&mut self, arguments: &[Expr], wanted: Option<Kind>, span: &Span) -> Result<(Node, Kind)> {
        match arguments.first() {
            Some(argument) => self.expr(argument, wanted),
            None => Err(QuestionError::syntax(span, "a value is missing")),
        }
    }

    fn round(&mut self, arguments: &[Expr], span: &Span) -> Result<(Node, Kind)> {
        let (node, kind) = self.one(arguments, None, span)?;
        if !matches!(kind, Kind::Number | Kind::Money) {
            return Err(QuestionError::wrong_type(
                span,
                format!("`round` is for numbers and money, not for {}", holds(kind)),
            ));
        }
        let digits = match arguments.get(1).map(|digits| &digits.kind) {
            None => Some(0),
            Some(ExprKind::Literal(Literal::Int(digits))) => u32::try_from(*digits).ok().filter(|digits| *digits <= 10),
            Some(_) => None,
        };
        let Some(digits) = digits else {
            return Err(QuestionError::wrong_type(
                span,
                "`round` takes the number of digits behind the point, 0 to 10: `round(x, 2)`",
            ));
        };
        Ok((Node::Round(Box::new(node), digits), kind))
    }

    // Conditions of `if`.

    fn condition(&mut self, question: &Question) -> Result<Condition> {
        match question {
            Question::Always(answer) => Ok(Condition::Always(*answer)),
            Question::All(parts) => {
                Ok(Condition::All(parts.iter().map(|part| self.condition(part)).collect::<Result<_>>()?))
            }
            Question::Any(parts) => {
                Ok(Condition::Any(parts.iter().map(|part| self.condition(part)).collect::<Result<_>>()?))
            }
            Question::Not(inner) => Ok(Condition::Not(Box::new(self.condition(inner)?))),
            Question::Compare { left, op, right, span } => self.compare(left, *op, right, span),
            Question::Between { subject, low, high, span } => {
                let (mut nodes, kind) = self.alike(&[subject, low, high], None)?;
                must_order(kind, span)?;
                match (nodes.pop(), nodes.pop(), nodes.pop()) {
                    (Some(high), Some(low), Some(subject)) => Ok(Condition::Between(subject, low, high)),
                    _ => Err(QuestionError::syntax(span, "`between` needs two values")),
                }
            }
            Question::In { subject, list, span } => {
                let (node, kind) = self.expr(subject, None)?;
                if kind == Kind::Choices {
                    return Ok(Condition::HasAny(node, texts(list)?));
                }
                let mut nodes = Vec::new();
                for item in list {
                    let (node, this) = self.expr(item, Some(kind))?;
                    if this != kind {
                        return Err(QuestionError::wrong_type(
                            span,
                            format!("{} cannot be in a list with {}", holds(kind), holds(this)),
                        ));
                    }
                    nodes.push(node);
                }
                Ok(Condition::OneOf(node, nodes))
            }
            Question::Empty { subject, empty, .. } => {
                let (node, _) = self.expr(subject, None)?;
                Ok(Condition::Empty(node, *empty))
            }
            Question::InMyTeams { span, .. } | Question::InSegment { span, .. } | Question::During { span, .. } => {
                Err(QuestionError::new(
                    "not_here",
                    span,
                    "this changes without the record changing, so a formula cannot use it; ask for it in a filter",
                ))
            }
            Question::Exists { span, .. } => Err(QuestionError::new(
                "not_here",
                span,
                "a formula cannot look at other records or events: add a roll-up field and read that",
            )),
        }
    }

    fn compare(&mut self, left: &Expr, op: CompareOp, right: &Expr, span: &Span) -> Result<Condition> {
        if let Some(like) = like_op(op) {
            let (node, kind) = self.expr(left, None)?;
            let text = texts(std::slice::from_ref(right))?;
            return match (kind, text.into_iter().next()) {
                (Kind::Choices, Some(text)) if like == Like::Contains => Ok(Condition::HasAny(node, vec![text])),
                (Kind::Text, Some(text)) => Ok(Condition::Like(node, like, text.to_ascii_lowercase())),
                (kind, _) => Err(QuestionError::wrong_type(
                    span,
                    format!("`{}` is for texts, not for {}", op.text(), holds(kind)),
                )),
            };
        }
        let Some(cmp) = order_op(op) else {
            return Err(QuestionError::wrong_type(span, "this comparison is not for formulas"));
        };
        let (mut nodes, kind) = self.alike(&[left, right], None)?;
        if !matches!(cmp, Cmp::Eq | Cmp::Ne) {
            must_order(kind, span)?;
        }
        if matches!(kind, Kind::Choices | Kind::Links | Kind::Address | Kind::Json) {
            return Err(QuestionError::wrong_type(
                span,
                format!("{} cannot be compared with `{}`", holds(kind), op.text()),
            ));
        }
        match (nodes.pop(), nodes.pop()) {
            (Some(right), Some(left)) => Ok(Condition::Compare(left, cmp, right)),
            _ => Err(QuestionError::syntax(span, "a comparison needs two values")),
        }
    }
}

fn must_order(kind: Kind, span: &Span) -> Result<()> {
    if matches!(kind, Kind::Text | Kind::Number | Kind::Money | Kind::Date | Kind::Time) {
        return Ok(());
    }
    Err(QuestionError::wrong_type(span, format!("{} has no order", holds(kind))))
}

fn texts(list: &[Expr]) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    for item in list {
        match &item.kind {
            ExprKind::Literal(Literal::Text(text)) if !text.is_empty() => texts.push(text.clone()),
            _ => return Err(QuestionError::wrong_type(&item.span, "a text in quotes belongs here")),
        }
    }
    Ok(texts)
}

/// What a text in quotes means where a value of `wanted` is expected.
fn text_as(text: &str, wanted: Option<Kind>, expr: &Expr) -> Result<(Node, Kind)> {
    let value = match wanted {
        Some(kind @ (Kind::Date | Kind::Time)) => match moment(expr)?.map(|moment| moment.base) {
            Some(Base::Day(day)) if kind == Kind::Date => Value::Date(day),
            Some(Base::Day(day)) => Value::Time(Time::midnight(day)),
            Some(Base::At(ms)) => Value::Time(Time(ms)),
            _ => {
                return Err(QuestionError::wrong_type(
                    &expr.span,
                    "a date is written \"2020-01-31\", a time \"2020-01-31T12:00:00Z\"",
                ));
            }
        },
        Some(Kind::Money) => match money_of(text) {
            Some(money) => Value::Money(money),
            None => return Err(QuestionError::wrong_type(&expr.span, "an amount is written 100 EUR")),
        },
        Some(Kind::Link) => match Id::parse(text) {
            Some(id) => Value::Link(id),
            None => return Err(QuestionError::wrong_type(&expr.span, "a link is compared with an id")),
        },
        _ => Value::Text(text.to_string()),
    };
    let kind = match value {
        Value::Date(_) => Kind::Date,
        Value::Time(_) => Kind::Time,
        Value::Money(_) => Kind::Money,
        Value::Link(_) => Kind::Link,
        _ => Kind::Text,
    };
    Ok((Node::Value(value), kind))
}

// Computing.

fn value(node: &Node, values: &dyn Values) -> Value {
    match node {
        Node::Value(value) => value.clone(),
        Node::Field(column) => match part_of(column, values.value(&column.place)) {
            Value::Int(whole) => Value::Number(real(whole)),
            value if is_empty(&value) => Value::Null,
            value => value,
        },
        Node::Negative(inner) => match value(inner, values) {
            Value::Number(number) => Value::Number(-number),
            Value::Money(money) => money_or_null(money.amount.checked_neg().map(i128::from), money),
            _ => Value::Null,
        },
        Node::Arithmetic(op, left, right) => arithmetic(*op, value(left, values), value(right, values)),
        Node::Shift(inner, count, unit) => match value(inner, values) {
            Value::Date(day) => Value::Date(shift_day(day, *count, *unit)),
            Value::Time(at) => Value::Time(Time(shift_at(at.millis(), *count, *unit, &Context::new(Time(0), Id::NIL)))),
            _ => Value::Null,
        },
        Node::Call(function, arguments) => call(*function, arguments, values),
        Node::Round(inner, digits) => match value(inner, values) {
            Value::Number(number) => rounded(number, *digits).map_or(Value::Null, Value::Number),
            Value::Money(money) => round_money(money, *digits),
            _ => Value::Null,
        },
        Node::If(condition, then, otherwise) => {
            value(if holds_for(condition, values) { then } else { otherwise }, values)
        }
    }
}

fn arithmetic(op: Arithmetic, left: Value, right: Value) -> Value {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => {
            let result = match op {
                Arithmetic::Add => a + b,
                Arithmetic::Sub => a - b,
                Arithmetic::Mul => a * b,
                Arithmetic::Div if b == 0.0 => return Value::Null,
                Arithmetic::Div => a / b,
            };
            if result.is_finite() { Value::Number(result) } else { Value::Null }
        }
        (Value::Money(a), Value::Money(b)) if a.currency == b.currency => match op {
            Arithmetic::Add => money_or_null(Some(i128::from(a.amount) + i128::from(b.amount)), a),
            Arithmetic::Sub => money_or_null(Some(i128::from(a.amount) - i128::from(b.amount)), a),
            Arithmetic::Div if b.amount != 0 => Value::Number(real(a.amount) / real(b.amount)),
            Arithmetic::Div | Arithmetic::Mul => Value::Null,
        },
        (Value::Money(money), Value::Number(factor)) | (Value::Number(factor), Value::Money(money)) => {
            scaled(op, money, factor)
        }
        _ => Value::Null,
    }
}

/// Money times or divided by a number, exactly as the number is written in decimal.
fn scaled(op: Arithmetic, money: Money, factor: f64) -> Value {
    let Some((digits, scale)) = decimal(factor) else { return Value::Null };
    let Some(power) = 10i128.checked_pow(scale) else { return Value::Null };
    let amount = i128::from(money.amount);
    let result = match op {
        Arithmetic::Mul => amount.checked_mul(digits).and_then(|product| divided(product, power)),
        Arithmetic::Div => amount.checked_mul(power).and_then(|product| divided(product, digits)),
        Arithmetic::Add | Arithmetic::Sub => None,
    };
    money_or_null(result, money)
}

fn money_or_null(amount: Option<i128>, like: Money) -> Value {
    match amount.and_then(|amount| i64::try_from(amount).ok()) {
        Some(amount) => Value::Money(Money::new(amount, like.currency)),
        None => Value::Null,
    }
}

/// A number as whole digits and the count of those behind the point: 1.19 is (119, 2).
fn decimal(number: f64) -> Option<(i128, u32)> {
    let text = number.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let digits = format!("{whole}{fraction}").parse::<i128>().ok()?;
    Some((digits, u32::try_from(fraction.len()).ok()?))
}

/// The quotient, half away from zero; nothing for a division by zero.
fn divided(number: i128, by: i128) -> Option<i128> {
    let (number, by) = if by < 0 { (number.checked_neg()?, by.checked_neg()?) } else { (number, by) };
    let quotient = number.checked_div(by)?;
    let rest = number.checked_rem(by)?.unsigned_abs();
    if rest >= by.unsigned_abs() - rest {
        return quotient.checked_add(if number < 0 { -1 } else { 1 });
    }
    Some(quotient)
}

/// Rounded to `digits` behind the point, half away from zero, as the number is written in decimal.
fn rounded(number: f64, digits: u32) -> Option<f64> {
    let Some((written, scale)) = decimal(number) else { return Some(number) };
    let Some(surplus) = scale.checked_sub(digits).filter(|surplus| *surplus > 0) else { return Some(number) };
    let Some(power) = 10i128.checked_pow(surplus) else { return Some(0.0) };
    format!("{}e-{digits}", divided(written, power)?).parse().ok()
}

fn round_money(money: Money, digits: u32) -> Value {
    let Some(surplus) = money.currency.decimals().checked_sub(digits).filter(|surplus| *surplus > 0) else {
        return Value::Money(money);
    };
    let power = 10i128.pow(surplus);
    money_or_null(divided(i128::from(money.amount), power).and_then(|rounded| rounded.checked_mul(power)), money)
}

fn call(function: Function, arguments: &[Node], values: &dyn Values) -> Value {
    let mut given = arguments.iter().map(|argument| value(argument, values));
    match function {
        Function::Concat => {
            let text: String = given.map(|value| text_of(&value)).collect();
            text_or_null(text)
        }
        Function::Coalesce => given.find(|value| !is_empty(value)).unwrap_or_default(),
        Function::Min => extreme(given, Cmp::Lt),
        Function::Max => extreme(given, Cmp::Gt),
        // Rounding has a node of its own.
        Function::Round => given.next().unwrap_or_default(),
        Function::Abs => match given.next() {
            Some(Value::Number(number)) => Value::Number(number.abs()),
            Some(Value::Money(money)) => money_or_null(Some(i128::from(money.amount).abs()), money),
            _ => Value::Null,
        },
        Function::DaysBetween => match (given.next().and_then(day_of), given.next().and_then(day_of)) {
            (Some(from), Some(until)) => {
                from.until(until).map_or(Value::Null, |span| Value::Number(f64::from(span.get_days())))
            }
            _ => Value::Null,
        },
        Function::Year => given.next().and_then(day_of).map_or(Value::Null, |day| Value::Number(f64::from(day.year()))),
        Function::Month => {
            given.next().and_then(day_of).map_or(Value::Null, |day| Value::Number(f64::from(day.month())))
        }
        Function::Day => given.next().and_then(day_of).map_or(Value::Null, |day| Value::Number(f64::from(day.day()))),
        Function::Lower | Function::Upper | Function::Trim | Function::Length => match given.next() {
            Some(Value::Text(text)) => match function {
                Function::Lower => text_or_null(text.to_lowercase()),
                Function::Upper => text_or_null(text.to_uppercase()),
                Function::Trim => text_or_null(text.trim().to_string()),
                _ => Value::Number(f64::from(u32::try_from(text.chars().count()).unwrap_or(u32::MAX))),
            },
            _ => Value::Null,
        },
    }
}

fn text_or_null(text: String) -> Value {
    if text.is_empty() { Value::Null } else { Value::Text(text) }
}

/// The least or greatest of what is known; nothing if currencies are mixed.
fn extreme(given: impl Iterator<Item = Value>, better: Cmp) -> Value {
    let mut best = Value::Null;
    for value in given {
        if is_empty(&value) {
            continue;
        }
        if let (Value::Money(a), Value::Money(b)) = (&best, &value)
            && a.currency != b.currency
        {
            return Value::Null;
        }
        if is_empty(&best) || pair_holds(better, &value, &best) {
            best = value;
        }
    }
    best
}

/// The day of a date, or of a time in UTC.
fn day_of(value: Value) -> Option<Date> {
    match value {
        Value::Date(day) => Some(day),
        Value::Time(at) => Some(at.date()),
        _ => None,
    }
}

fn text_of(value: &Value) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::Text(value) => value.clone(),
        Value::Date(value) => value.to_string(),
        Value::Time(value) => value.to_string(),
        Value::Money(value) => value.to_string(),
        Value::Choices(values) => values.join(", "),
        Value::Null | Value::Link(_) | Value::Links(_) | Value::Address(_) | Value::Json(_) => String::new(),
    }
}

fn holds_for(condition: &Condition, values: &dyn Values) -> bool {
    match condition {
        Condition::Always(answer) => *answer,
        Condition::All(parts) => parts.iter().all(|part| holds_for(part, values)),
        Condition::Any(parts) => parts.iter().any(|part| holds_for(part, values)),
        Condition::Not(inner) => !holds_for(inner, values),
        Condition::Compare(left, op, right) => pair_holds(*op, &value(left, values), &value(right, values)),
        Condition::Like(node, like, wanted) => {
            matches!(value(node, values), Value::Text(text) if like_holds(*like, &text, wanted))
        }
        Condition::Between(node, low, high) => {
            let subject = value(node, values);
            pair_holds(Cmp::Ge, &subject, &value(low, values)) && pair_holds(Cmp::Le, &subject, &value(high, values))
        }
        Condition::OneOf(node, list) => {
            let subject = value(node, values);
            list.iter().any(|item| pair_holds(Cmp::Eq, &subject, &value(item, values)))
        }
        Condition::HasAny(node, wanted) => {
            matches!(value(node, values), Value::Choices(values) if wanted.iter().any(|w| values.contains(w)))
        }
        Condition::Empty(node, empty) => is_empty(&value(node, values)) == *empty,
    }
}
