//! The value of a checked formula for one record.

use jiff::civil::Date;
use kernel::{Id, Money, Time, Value};

use super::{Condition, Node};
use crate::ast::{Arithmetic, Function};
use crate::checked::{Cmp, real};
use crate::eval::{Values, is_empty, like_holds, pair_holds, part_of};
use crate::moment::{Context, shift_at, shift_day};

pub(super) fn value(node: &Node, values: &dyn Values) -> Value {
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

pub(super) fn arithmetic(op: Arithmetic, left: Value, right: Value) -> Value {
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
pub(super) fn scaled(op: Arithmetic, money: Money, factor: f64) -> Value {
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

pub(super) fn money_or_null(amount: Option<i128>, like: Money) -> Value {
    match amount.and_then(|amount| i64::try_from(amount).ok()) {
        Some(amount) => Value::Money(Money::new(amount, like.currency)),
        None => Value::Null,
    }
}

/// A number as whole digits and the count of those behind the point: 1.19 is (119, 2).
pub(super) fn decimal(number: f64) -> Option<(i128, u32)> {
    let text = number.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let digits = format!("{whole}{fraction}").parse::<i128>().ok()?;
    Some((digits, u32::try_from(fraction.len()).ok()?))
}

/// The quotient, half away from zero; nothing for a division by zero.
pub(super) fn divided(number: i128, by: i128) -> Option<i128> {
    let (number, by) = if by < 0 { (number.checked_neg()?, by.checked_neg()?) } else { (number, by) };
    let quotient = number.checked_div(by)?;
    let rest = number.checked_rem(by)?.unsigned_abs();
    if rest >= by.unsigned_abs() - rest {
        return quotient.checked_add(if number < 0 { -1 } else { 1 });
    }
    Some(quotient)
}

/// Rounded to `digits` behind the point, half away from zero, as the number is written in decimal.
pub(super) fn rounded(number: f64, digits: u32) -> Option<f64> {
    let Some((written, scale)) = decimal(number) else { return Some(number) };
    let Some(surplus) = scale.checked_sub(digits).filter(|surplus| *surplus > 0) else { return Some(number) };
    let Some(power) = 10i128.checked_pow(surplus) else { return Some(0.0) };
    format!("{}e-{digits}", divided(written, power)?).parse().ok()
}

pub(super) fn round_money(money: Money, digits: u32) -> Value {
    let Some(surplus) = money.currency.decimals().checked_sub(digits).filter(|surplus| *surplus > 0) else {
        return Value::Money(money);
    };
    let power = 10i128.pow(surplus);
    money_or_null(divided(i128::from(money.amount), power).and_then(|rounded| rounded.checked_mul(power)), money)
}

pub(super) fn call(function: Function, arguments: &[Node], values: &dyn Values) -> Value {
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

pub(super) fn text_or_null(text: String) -> Value {
    if text.is_empty() { Value::Null } else { Value::Text(text) }
}

/// The least or greatest of what is known; nothing if currencies are mixed.
pub(super) fn extreme(given: impl Iterator<Item = Value>, better: Cmp) -> Value {
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
pub(super) fn day_of(value: Value) -> Option<Date> {
    match value {
        Value::Date(day) => Some(day),
        Value::Time(at) => Some(at.date()),
        _ => None,
    }
}

pub(super) fn text_of(value: &Value) -> String {
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

pub(super) fn holds_for(condition: &Condition, values: &dyn Values) -> bool {
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
