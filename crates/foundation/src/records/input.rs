//! From the JSON of a request to values: unknown, hidden and computed fields are refused, every value is read into the
//! type of its field, and all faults come at once.

use std::sync::Arc;

use kernel::object::FieldType;
use kernel::{Address, Currency, FieldDef, FieldError, Id, Money, Result, Time, Value, limits, points};
use serde_json::{Map, Value as Json};

use super::catalogue::Object;
use super::record::Record;
use super::{rollup, write};
use crate::operation::{Operation, Reader};

/// Reads the fields of a create or update. `version` is understood by the caller and left out here.
pub fn read(reader: &Reader, object: &Arc<Object>, body: &Map<String, Json>) -> Result<Vec<(usize, Value)>> {
    let access = reader.who.access.on(&object.def.name);
    let (mut values, mut errors) = (Vec::new(), Vec::new());
    for (name, json) in body {
        if name == "version" {
            continue;
        }
        let known = object.def.position(name).filter(|_| !access.hidden_fields.contains(name));
        let Some((position, field)) = known.and_then(|position| object.field(position).map(|field| (position, field)))
        else {
            let system = super::record::SYSTEM.contains(&name.as_str())
                || matches!(name.as_str(), "object" | "linked" | "subtitle");
            let (code, detail) = if system {
                ("readonly", format!("`{name}` is kept by the system"))
            } else {
                ("unknown_field", format!("there is no field `{name}` on {}", object.def.plural))
            };
            errors.push(FieldError::new(name, code, detail));
            continue;
        };
        if field.readonly || field.kind.is_computed() || access.readonly_fields.contains(name) {
            errors.push(FieldError::new(name, "readonly", format!("`{name}` cannot be changed here")));
            continue;
        }
        match value(field, json) {
            Ok(value) => values.push((position, value)),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(values) } else { Err(write::invalid(errors)) }
}

/// One JSON value as a field's value.
pub fn value(field: &FieldDef, json: &Json) -> Result<Value, FieldError> {
    let wrong = |expected: &str| FieldError::new(&field.name, "wrong_type", format!("must be {expected}"));
    if json.is_null() || json.as_str().is_some_and(|text| text.trim().is_empty()) {
        return Ok(Value::Null);
    }
    let text = json.as_str();
    match field.kind.stored() {
        FieldType::Text { max } => {
            let text = text.ok_or_else(|| wrong("a text"))?.trim();
            let max = if *max == 0 { limits::TEXT_CHARS } else { *max };
            if text.chars().count() > max {
                return Err(FieldError::new(&field.name, "too_long", format!("at most {max} characters")));
            }
            if text.contains('\0') {
                return Err(wrong("a text without NUL characters"));
            }
            Ok(Value::Text(text.to_string()))
        }
        FieldType::LongText => {
            let text = text.ok_or_else(|| wrong("a text"))?;
            if text.len() > limits::LONG_TEXT_BYTES {
                return Err(FieldError::new(
                    &field.name,
                    "too_long",
                    format!("at most {} kB", limits::LONG_TEXT_BYTES / 1024),
                ));
            }
            if text.contains('\0') {
                return Err(wrong("a text without NUL characters"));
            }
            Ok(Value::Text(text.to_string()))
        }
        FieldType::Integer => json.as_i64().map(Value::Int).ok_or_else(|| wrong("a whole number")),
        FieldType::Number => {
            json.as_f64().filter(|n| n.is_finite()).map(Value::Number).ok_or_else(|| wrong("a number"))
        }
        FieldType::Boolean => json.as_bool().map(Value::Bool).ok_or_else(|| wrong("true or false")),
        FieldType::Money => money(json)
            .map(Value::Money)
            .ok_or_else(|| wrong("an amount, {\"amount\": 120450, \"currency\": \"EUR\"} or \"1204.50 EUR\"")),
        FieldType::Date => {
            text.and_then(|t| t.trim().parse().ok()).map(Value::Date).ok_or_else(|| wrong("a date, 2017-06-30"))
        }
        FieldType::Time => {
            text.and_then(Time::parse).map(Value::Time).ok_or_else(|| wrong("a time, 2017-06-30T12:00:00Z"))
        }
        FieldType::Choice { options } => {
            let text = text.ok_or_else(|| wrong("one of the options"))?;
            if options.iter().any(|option| option.value == text) {
                return Ok(Value::Text(text.to_string()));
            }
            Err(FieldError::new(&field.name, "unknown_option", format!("must be one of {}", list_of(options))))
        }
        FieldType::MultiChoice { options } => {
            let asked: Vec<&str> = json
                .as_array()
                .and_then(|list| list.iter().map(Json::as_str).collect())
                .ok_or_else(|| wrong("a list of options"))?;
            if let Some(unknown) = asked.iter().find(|asked| !options.iter().any(|option| option.value == **asked)) {
                return Err(FieldError::new(
                    &field.name,
                    "unknown_option",
                    format!("`{unknown}` is not one of {}", list_of(options)),
                ));
            }
            let chosen: Vec<String> = options
                .iter()
                .map(|option| &option.value)
                .filter(|value| asked.contains(&value.as_str()))
                .cloned()
                .collect();
            Ok(if chosen.is_empty() { Value::Null } else { Value::Choices(chosen) })
        }
        FieldType::Email => {
            points::email(text.ok_or_else(|| wrong("an e-mail address"))?).map(Value::Text).ok_or_else(|| {
                FieldError::new(&field.name, "not_an_email", "must be an e-mail address such as ana@example.com")
            })
        }
        FieldType::Phone => {
            points::phone(text.ok_or_else(|| wrong("a phone number"))?, None).map(Value::Text).ok_or_else(|| {
                FieldError::new(&field.name, "not_a_phone", "must be a phone number such as +40 721 123 456")
            })
        }
        FieldType::Url => points::url(text.ok_or_else(|| wrong("a web address"))?).map(Value::Text).ok_or_else(|| {
            FieldError::new(&field.name, "not_a_url", "must be a web address such as https://example.com")
        }),
        FieldType::Address => {
            let address: Address = serde_json::from_value(json.clone())
                .map_err(|_| wrong("an address with the parts street, city, region, postal_code, country"))?;
            if let Some(part) = address.parts().iter().find(|part| part.chars().count() > 500) {
                return Err(FieldError::new(
                    &field.name,
                    "too_long",
                    format!("`{}…` is too long", part.chars().take(20).collect::<String>()),
                ));
            }
            Ok(if address.is_empty() { Value::Null } else { Value::Address(Box::new(address)) })
        }
        FieldType::Link { .. } | FieldType::File => {
            text.and_then(Id::parse).map(Value::Link).ok_or_else(|| wrong("the id of a record"))
        }
        FieldType::Links { .. } => {
            let list = json.as_array().ok_or_else(|| wrong("a list of ids"))?;
            let mut ids: Vec<Id> = list
                .iter()
                .map(|item| item.as_str().and_then(Id::parse))
                .collect::<Option<_>>()
                .ok_or_else(|| wrong("a list of ids"))?;
            if ids.len() > 1000 {
                return Err(FieldError::new(&field.name, "too_long", "at most 1000 links"));
            }
            ids.sort();
            ids.dedup();
            Ok(if ids.is_empty() { Value::Null } else { Value::Links(ids) })
        }
        FieldType::Json => {
            if json.to_string().len() > limits::LONG_TEXT_BYTES {
                return Err(FieldError::new(&field.name, "too_long", "at most 64 kB"));
            }
            Ok(Value::Json(Box::new(json.clone())))
        }
        FieldType::Formula { .. } | FieldType::RollUp(_) => Err(wrong("left out: it is computed")),
    }
}

fn list_of(options: &[kernel::object::Choice]) -> String {
    options.iter().take(20).map(|option| option.value.as_str()).collect::<Vec<_>>().join(", ")
}

/// Minor units and a code, or a decimal text with a code.
fn money(json: &Json) -> Option<Money> {
    if let Some(text) = json.as_str() {
        let text = text.trim();
        let (amount, code) = text.rsplit_once(' ')?;
        return Money::from_decimal(amount, Currency::parse(code)?);
    }
    serde_json::from_value(json.clone()).ok()
}

/// The values that a new record has before anybody says anything: defaults, counts at zero, its owner.
pub fn defaults(op: &Operation, object: &Arc<Object>, record: &mut Record) {
    rollup::start(object, record);
    for (position, field) in object.def.fields.iter().enumerate() {
        if let Some(default) = &field.default
            && let Ok(value) = value(field, default)
        {
            record.set(position, value);
        }
    }
    // What a person makes belongs to that person until they say otherwise.
    if let Some(position) = object.def.owner.as_ref().and_then(|owner| object.def.position(owner))
        && let Some(user) = op.who.user
    {
        record.set(position, Value::Link(user));
    }
}
