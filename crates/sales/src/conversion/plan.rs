//! What a conversion would make, and whom it would perhaps make twice.

use std::collections::BTreeMap;

use foundation::Reader;
use foundation::access::Action;
use foundation::records::{Object, duplicates, read};
use kernel::{Id, Result, Value};
use serde_json::{Map, Value as Json, json};

use super::{LEAD, TARGETS, convert, mapping, queries};

/// `{"contact": {"values", "candidates"}, "company": {…}, "deal": {"values"}, "moves": {"activity": 2, …}}`; what the
/// caller may not make is null.
pub fn show(reader: &mut Reader, lead: Id) -> Result<Json> {
    let leads = reader.object(LEAD)?;
    reader.who.need(LEAD, Action::Read)?;
    let lead = read::get(reader, &leads, lead)?;
    let settings = queries::settings(reader)?;
    let mut plan = Map::new();
    for name in TARGETS {
        let Ok(target) = reader.object(name) else { continue };
        if !reader.who.access.on(name).allows(Action::Create) {
            plan.insert(name.to_string(), Json::Null);
            continue;
        }
        let values = mapping::values(&settings, &leads, &lead, &target);
        let candidates = if name == "deal" { Json::Array(Vec::new()) } else { candidates(reader, &target, &values)? };
        plan.insert(name.to_string(), json!({ "values": shown(reader, &target, &values), "candidates": candidates }));
    }
    let mut moves = Map::new();
    for (object, column) in convert::hanging_objects(reader) {
        let count = queries::hanging(reader, &object, &column, lead.id)?.len();
        if count > 0 {
            moves.insert(object.def.name.clone(), json!(count));
        }
    }
    plan.insert("moves".into(), moves.into());
    Ok(plan.into())
}

/// Who may be there already, as a form is told.
pub fn candidates(
    reader: &mut Reader,
    target: &std::sync::Arc<Object>,
    values: &BTreeMap<usize, Value>,
) -> Result<Json> {
    if !reader.who.access.on(&target.def.name).allows(Action::Read) {
        return Ok(Json::Array(Vec::new()));
    }
    let hidden = &reader.who.access.on(&target.def.name).hidden_fields;
    let typed: BTreeMap<String, String> = values
        .iter()
        .filter_map(|(position, value)| Some((target.field(*position)?, value.as_text()?)))
        .filter(|(field, _)| !hidden.contains(&field.name))
        .map(|(field, text)| (field.name.clone(), text.to_string()))
        .collect();
    let hints = duplicates::hints(reader, target, &typed, None)?;
    Ok(hints.get("data").cloned().unwrap_or_else(|| Json::Array(Vec::new())))
}

fn shown(reader: &Reader, target: &Object, values: &BTreeMap<usize, Value>) -> Json {
    let hidden = &reader.who.access.on(&target.def.name).hidden_fields;
    let fields = values.iter().filter_map(|(position, value)| Some((target.field(*position)?, value)));
    let shown: Map<String, Json> = fields
        .filter(|(field, _)| !hidden.contains(&field.name))
        .map(|(field, value)| (field.name.clone(), value.to_json()))
        .collect();
    shown.into()
}
