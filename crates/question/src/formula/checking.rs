//! A formula against the definitions: what it reads, and of which kind every part is.

use std::collections::BTreeSet;

use kernel::{FieldType, Id, ObjectDef, Time, Value};

use super::{CheckedExpr, Condition, Node};
use crate::ast::{Arithmetic, CompareOp, Expr, ExprKind, Function, Literal, Question};
use crate::check::{Checker, holds, kind_of, like_op, moment, money_of, order_op};
use crate::checked::{Cmp, Kind, Like, real};
use crate::error::{QuestionError, Result, Span};
use crate::moment::Base;
use crate::print;
use crate::schema::Schema;

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
            Question::InMyTeams { span, .. }
            | Question::InSegment { span, .. }
            | Question::FedBy { span, .. }
            | Question::During { span, .. } => Err(QuestionError::new(
                "not_here",
                span,
                "this changes without the record changing, so a formula cannot use it; ask for it in a filter",
            )),
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
