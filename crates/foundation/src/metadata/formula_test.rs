//! Trying a formula before it is a field: what it yields for a record, or what is wrong with it and where.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::object::FieldType;
use kernel::{Error, FieldError, Id, Result};
use question::{CheckedExpr, Place, QuestionError};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::access::Action;
use crate::operation::Reader;
use crate::records::record::Record;
use crate::records::{Object, ask, input, read};

/// What is to be tried.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    pub formula: String,
    /// A record whose values are taken.
    #[serde(default)]
    pub record: Option<Id>,
    /// Values that go before those of the record, as the API sends them.
    #[serde(default)]
    pub values: BTreeMap<String, Json>,
    /// What it has to yield: `number`, `money`, …; found out where none is named.
    #[serde(default)]
    pub result: Option<FieldType>,
}

/// `{"ok":true,"type","value","uses"}`, or `{"ok":false,"error":{"code","detail","line","column","length"}}`.
pub fn test(reader: &mut Reader, object: &Arc<Object>, asked: &Asked) -> Result<Json> {
    reader.who.need(&object.def.name, Action::Read)?;
    let (kind, checked) = match checked(reader, object, asked) {
        Ok(found) => found,
        Err(fault) => {
            return Ok(json!({ "ok": false, "error": {
                "code": fault.code, "detail": fault.message,
                "line": fault.line, "column": fault.column, "length": fault.length,
            } }));
        }
    };
    let mut record = match asked.record {
        Some(id) => read::load(reader, object, id)?.ok_or(Error::NotFound)?,
        None => Record::new(object, Id::NIL, reader.now, reader.who.actor()),
    };
    let mut errors = Vec::new();
    for (name, json) in &asked.values {
        let hidden = reader.who.access.on(&object.def.name).hidden_fields.contains(name);
        let position = object.def.position(name).filter(|_| !hidden);
        let Some((position, field)) = position.and_then(|at| Some((at, object.field(at)?))) else {
            let detail = format!("there is no field `{name}`");
            errors.push(FieldError::new(&format!("/values/{name}"), "unknown_field", detail));
            continue;
        };
        if json.is_null() {
            record.set(position, kernel::Value::Null);
            continue;
        }
        match input::value(field, json) {
            Ok(value) => record.set(position, value),
            Err(fault) => errors.push(FieldError { pointer: format!("/values/{name}"), ..fault }),
        }
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let value = checked.eval(&|place: &Place| ask::value_at(object, &record, place));
    Ok(json!({ "ok": true, "type": kind.name(), "value": value.to_json(), "uses": checked.reads() }))
}

/// The formula, checked against what the caller may see, and the type that it yields.
fn checked(
    reader: &Reader,
    object: &Object,
    asked: &Asked,
) -> std::result::Result<(FieldType, CheckedExpr), QuestionError> {
    let expr = question::parse_expr(&asked.formula)?;
    let seen = ask::Seen { catalogue: &reader.catalogue, access: &reader.who.access };
    if let Some(kind) = &asked.result {
        return Ok((kind.clone(), question::check_expr(&expr, &object.def.name, &seen, kind)?));
    }
    let kinds = [
        FieldType::Number,
        FieldType::Money,
        FieldType::Date,
        FieldType::Time,
        FieldType::Boolean,
        FieldType::Text { max: 0 },
    ];
    let mut faults = Vec::new();
    for kind in kinds {
        match question::check_expr(&expr, &object.def.name, &seen, &kind) {
            Ok(checked) => return Ok((kind, checked)),
            Err(fault) => faults.push(fault),
        }
    }
    // Whatever it was to yield, a fault within it is the same; that it yields something else is none.
    let within = faults.iter().position(|fault| !fault.message.starts_with("this formula yields"));
    Err(faults.swap_remove(within.unwrap_or(0)))
}
