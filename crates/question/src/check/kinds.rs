//! What types of fields are to a question, and how values of each kind are written.

use kernel::{Currency, FieldType, Money, Time};

use crate::ast::{Arithmetic, CompareOp, Expr, ExprKind, Literal};
use crate::checked::{Cmp, Kind, Like};
use crate::error::{QuestionError, Result};
use crate::moment::{Base, Moment, day};

pub(crate) fn kind_of(field: &FieldType) -> Kind {
    match field {
        FieldType::Text { .. }
        | FieldType::LongText
        | FieldType::Choice { .. }
        | FieldType::Email
        | FieldType::Phone
        | FieldType::Url => Kind::Text,
        FieldType::Integer => Kind::Integer,
        FieldType::Number => Kind::Number,
        FieldType::Money => Kind::Money,
        FieldType::Date => Kind::Date,
        FieldType::Time => Kind::Time,
        FieldType::MultiChoice { .. } => Kind::Choices,
        FieldType::Boolean => Kind::Boolean,
        FieldType::Address => Kind::Address,
        FieldType::File | FieldType::Link { .. } => Kind::Link,
        FieldType::Links { .. } => Kind::Links,
        FieldType::Json => Kind::Json,
        FieldType::Formula { result, .. } => kind_of(result),
        FieldType::RollUp(field) => kind_of(&field.result),
    }
}

/// What a kind is called in messages.
pub(crate) fn holds(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Integer => "a whole number",
        Kind::Number => "a number",
        Kind::Money => "money",
        Kind::Date => "a date",
        Kind::Time => "a time",
        Kind::Boolean => "yes or no",
        Kind::Link => "a link",
        Kind::Links => "links",
        Kind::Choices => "a multiple choice",
        Kind::Address => "an address",
        Kind::Json => "a setting",
    }
}

/// What to compare such a value with.
pub(super) fn remedy(kind: Kind, name: &str) -> String {
    match kind {
        Kind::Text => "compare with a text such as \"Paris\"".to_string(),
        Kind::Integer => "compare with a number such as 3".to_string(),
        Kind::Number => "compare with a number such as 3.5".to_string(),
        Kind::Money => "compare with an amount such as 100 EUR".to_string(),
        Kind::Date => "compare with a date such as \"2020-01-31\" or `today - 30 days`".to_string(),
        Kind::Time => {
            "compare with a date such as \"2020-01-31\", a time such as \"2020-01-31T12:00:00Z\" or `now - 3 hours`"
                .to_string()
        }
        Kind::Boolean => "compare with `true` or `false`".to_string(),
        Kind::Link => format!("compare with an id or `me`, or ask for a field of it, `{name}.title = \"…\"`"),
        Kind::Links => format!("say `{name} contains \"…\"`, or ask for a field, `{name}.title = \"…\"`"),
        Kind::Choices => format!("say `{name} contains \"…\"` or `{name} in (\"…\", \"…\")`"),
        Kind::Address => format!("ask for a part of it, `{name}.city = \"…\"`"),
        Kind::Json => format!("only `{name} is empty` can be asked"),
    }
}

pub(crate) fn order_op(op: CompareOp) -> Option<Cmp> {
    match op {
        CompareOp::Eq => Some(Cmp::Eq),
        CompareOp::Ne => Some(Cmp::Ne),
        CompareOp::Lt => Some(Cmp::Lt),
        CompareOp::Le => Some(Cmp::Le),
        CompareOp::Gt => Some(Cmp::Gt),
        CompareOp::Ge => Some(Cmp::Ge),
        CompareOp::Contains | CompareOp::StartsWith | CompareOp::EndsWith => None,
    }
}

pub(crate) fn like_op(op: CompareOp) -> Option<Like> {
    match op {
        CompareOp::Contains => Some(Like::Contains),
        CompareOp::StartsWith => Some(Like::StartsWith),
        CompareOp::EndsWith => Some(Like::EndsWith),
        _ => None,
    }
}

/// `1204.50 EUR`
pub(crate) fn money_of(text: &str) -> Option<Money> {
    let (amount, currency) = text.trim().rsplit_once(' ')?;
    Money::from_decimal(amount, Currency::parse(currency)?)
}

/// A moment written as a text, a word, or one of these plus or minus spans of time.
pub(crate) fn moment(expr: &Expr) -> Result<Option<Moment>> {
    let base = match &expr.kind {
        ExprKind::Literal(Literal::Today) => Base::Today(0),
        ExprKind::Literal(Literal::Yesterday) => Base::Today(-1),
        ExprKind::Literal(Literal::Tomorrow) => Base::Today(1),
        ExprKind::Literal(Literal::Now) => Base::Now,
        ExprKind::Literal(Literal::Text(text)) => match (day(text), Time::parse(text)) {
            (Some(day), _) => Base::Day(day),
            (None, Some(at)) if text.contains(':') => Base::At(at.millis()),
            _ => return Ok(None),
        },
        ExprKind::Arithmetic(op @ (Arithmetic::Add | Arithmetic::Sub), left, right) => {
            let Some(mut moment) = moment(left)? else { return Ok(None) };
            let ExprKind::Literal(Literal::Duration(count, unit)) = &right.kind else {
                return Err(QuestionError::wrong_type(
                    &right.span,
                    "to a date only a span of time is added, such as `30 days`",
                ));
            };
            if unit.is_within_day() && moment.is_day() {
                return Err(QuestionError::wrong_type(
                    &right.span,
                    "a date moves by days or longer; for hours and minutes begin with `now`",
                ));
            }
            moment.shifts.push((if *op == Arithmetic::Sub { count.saturating_neg() } else { *count }, *unit));
            return Ok(Some(moment));
        }
        _ => return Ok(None),
    };
    Ok(Some(Moment { base, shifts: Vec::new() }))
}
