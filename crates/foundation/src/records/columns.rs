//! Between a field's value and the columns it lies in.

use db::{Arg, Kind, Row};
use kernel::object::FieldType;
use kernel::{Address, Currency, FieldDef, Id, Money, Time, Value};

/// One column of an object's table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
}

/// The columns of a field: two for money, five for an address, none for links to many.
pub fn of(field: &FieldDef) -> Vec<Column> {
    let column = |suffix: &str, kind| Column { name: format!("{}{suffix}", field.column), kind };
    match field.kind.stored() {
        FieldType::Integer | FieldType::Boolean | FieldType::Time => vec![column("", Kind::Int)],
        FieldType::Number => vec![column("", Kind::Real)],
        FieldType::Money => vec![column("", Kind::Int), column("_currency", Kind::Text)],
        FieldType::Address => Address::PARTS.iter().map(|part| column(&format!("_{part}"), Kind::Text)).collect(),
        FieldType::Link { .. } | FieldType::File => vec![column("", Kind::Id)],
        FieldType::Links { .. } => Vec::new(),
        FieldType::Text { .. }
        | FieldType::LongText
        | FieldType::Date
        | FieldType::Choice { .. }
        | FieldType::MultiChoice { .. }
        | FieldType::Email
        | FieldType::Phone
        | FieldType::Url
        | FieldType::Json
        | FieldType::Formula { .. }
        | FieldType::RollUp(_) => vec![column("", Kind::Text)],
    }
}

/// Appends what a value is in its columns.
pub fn write(field: &FieldDef, value: &Value, out: &mut Vec<Arg>) {
    match field.kind.stored() {
        FieldType::Links { .. } => {}
        FieldType::Money => match value {
            Value::Money(money) => out.extend([Arg::Int(money.amount), Arg::text(money.currency.code())]),
            _ => out.extend([Arg::Null, Arg::Null]),
        },
        FieldType::Address => match value {
            Value::Address(address) => {
                out.extend(
                    address.parts().iter().map(|part| if part.is_empty() { Arg::Null } else { Arg::text(*part) }),
                );
            }
            _ => out.extend(std::iter::repeat_n(Arg::Null, Address::PARTS.len())),
        },
        _ => out.push(match value {
            Value::Null | Value::Money(_) | Value::Links(_) | Value::Address(_) => Arg::Null,
            Value::Bool(v) => Arg::from(*v),
            Value::Int(v) => Arg::Int(*v),
            Value::Number(v) => Arg::Real(*v),
            Value::Text(v) => Arg::text(v.as_str()),
            Value::Date(v) => Arg::Text(v.to_string()),
            Value::Time(v) => Arg::Int(v.0),
            Value::Link(v) => Arg::Id(*v),
            Value::Choices(v) => Arg::Text(serde_json::to_string(v).unwrap_or_default()),
            Value::Json(v) => Arg::Text(v.to_string()),
        }),
    }
}

/// Reads a value from its columns, the first of which is `from`.
pub fn read(field: &FieldDef, row: &Row, from: usize) -> Value {
    if row.get(from).is_null() && !matches!(field.kind.stored(), FieldType::Address) {
        return Value::Null;
    }
    match field.kind.stored() {
        FieldType::Integer => Value::Int(row.int(from)),
        FieldType::Boolean => Value::Bool(row.flag(from)),
        FieldType::Time => Value::Time(Time(row.int(from))),
        FieldType::Number => Value::Number(row.real(from)),
        FieldType::Money => match Currency::parse(row.text(from + 1)) {
            Some(currency) => Value::Money(Money::new(row.int(from), currency)),
            None => Value::Null,
        },
        FieldType::Address => {
            let part = |n: usize| row.text(from + n).to_string();
            let address =
                Address { street: part(0), city: part(1), region: part(2), postal_code: part(3), country: part(4) };
            if address.is_empty() { Value::Null } else { Value::Address(Box::new(address)) }
        }
        FieldType::Link { .. } | FieldType::File => row.opt_id(from).map_or(Value::Null, Value::Link),
        FieldType::Links { .. } => Value::Null,
        FieldType::Date => row.text(from).parse().map_or(Value::Null, Value::Date),
        FieldType::MultiChoice { .. } => serde_json::from_str(row.text(from)).map_or(Value::Null, Value::Choices),
        FieldType::Json => serde_json::from_str(row.text(from)).map_or(Value::Null, |json| Value::Json(Box::new(json))),
        FieldType::Text { .. }
        | FieldType::LongText
        | FieldType::Choice { .. }
        | FieldType::Email
        | FieldType::Phone
        | FieldType::Url
        | FieldType::Formula { .. }
        | FieldType::RollUp(_) => Value::Text(row.text(from).to_string()),
    }
}

/// Reads back what [`Value::to_json`] wrote, as the history keeps it; `None` if it is not of the field's type any more.
pub fn from_json(field: &FieldDef, json: &serde_json::Value) -> Option<Value> {
    use serde_json::Value as J;
    Some(match (field.kind.stored(), json) {
        (_, J::Null) => Value::Null,
        (FieldType::Integer, J::Number(n)) => Value::Int(n.as_i64()?),
        (FieldType::Number, J::Number(n)) => Value::Number(n.as_f64()?),
        (FieldType::Boolean, J::Bool(b)) => Value::Bool(*b),
        (FieldType::Money, money) => Value::Money(serde_json::from_value(money.clone()).ok()?),
        (FieldType::Date, J::String(text)) => Value::Date(text.parse().ok()?),
        (FieldType::Time, J::String(text)) => Value::Time(Time::parse(text)?),
        (FieldType::Link { .. } | FieldType::File, J::String(text)) => Value::Link(Id::parse(text)?),
        (FieldType::Links { .. }, list) => Value::Links(serde_json::from_value(list.clone()).ok()?),
        (FieldType::MultiChoice { .. }, list) => Value::Choices(serde_json::from_value(list.clone()).ok()?),
        (FieldType::Address, address) => Value::Address(Box::new(serde_json::from_value(address.clone()).ok()?)),
        (FieldType::Json, any) => Value::Json(Box::new(any.clone())),
        (_, J::String(text)) => Value::Text(text.clone()),
        _ => return None,
    })
}
