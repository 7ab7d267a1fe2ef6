//! Which field of a lead becomes which field of what it is converted to.
//!
//! Without settings a field becomes the field of the same name and kind, the company's own fields among them, and what
//! is called otherwise goes by [`RENAMED`]. A setting says another field, or none.

use std::collections::BTreeMap;

use foundation::records::{Object, Record};
use foundation::{Operation, Reader};
use kernel::object::FieldType;
use kernel::{Error, FieldDef, Result, Value};
use serde_json::{Value as Json, json};

use super::{LEAD, TARGETS, queries};

/// Target, its field, the lead's field.
const RENAMED: [(&str, &str, &str); 3] =
    [("company", "name", "company_name"), ("deal", "amount", "expected_amount"), ("deal", "name", "company_name")];

/// Of the person, not of the company where they work.
const PERSONAL: [&str; 6] = ["email", "phone", "mobile", "language", "do_not_call", "do_not_email"];

/// Of the lead's own life, not of what it becomes.
const OWN: [&str; 8] = ["status", "score", "rating", "external_id", "converted_at", "contact", "company", "deal"];

/// By target: the target's field and the lead's field it is taken from; none for a field that is left empty.
pub type Settings = BTreeMap<String, BTreeMap<String, Option<String>>>;

/// The lead's field for each field of a target that gets one.
pub fn of(settings: &Settings, leads: &Object, target: &Object) -> BTreeMap<String, String> {
    let said = settings.get(&target.def.name);
    let mut mapping = BTreeMap::new();
    for field in target.def.fields.iter().filter(|field| takes(field)) {
        let from = match said.and_then(|said| said.get(&field.name)) {
            Some(from) => from.clone(),
            None => usual(leads, target, field),
        };
        let fits = |name: &String| leads.def.field(name).is_some_and(|from| becomes(from, field));
        mapping.extend(from.filter(fits).map(|from| (field.name.clone(), from)));
    }
    mapping
}

fn takes(field: &FieldDef) -> bool {
    // Origins are read-only for everybody and yet go with the deal.
    !field.kind.is_computed() && (!field.readonly || field.name.starts_with("origin_"))
}

fn usual(leads: &Object, target: &Object, field: &FieldDef) -> Option<String> {
    let renamed = RENAMED.iter().find(|(object, name, _)| *object == target.def.name && *name == field.name);
    if let Some((_, _, from)) = renamed {
        return Some((*from).to_string());
    }
    let name = field.name.as_str();
    if OWN.contains(&name) || target.def.name == "company" && PERSONAL.contains(&name) {
        return None;
    }
    leads.def.field(name).map(|from| from.name.clone())
}

/// Whether values of one field can stand in another.
pub fn becomes(from: &FieldDef, to: &FieldDef) -> bool {
    let is_words = |kind: &FieldType| matches!(kind, FieldType::Text { .. } | FieldType::LongText);
    let (from, to) = (from.kind.stored(), to.kind.stored());
    match (from, to) {
        (from, to) if is_words(to) => {
            is_words(from)
                || matches!(from, FieldType::Email | FieldType::Phone | FieldType::Url | FieldType::Choice { .. })
        }
        (FieldType::Link { target: a }, FieldType::Link { target: b })
        | (FieldType::Links { target: a }, FieldType::Links { target: b }) => a == b,
        (from, to) => from.name() == to.name(),
    }
}

/// The values that a target gets from a lead; what does not fit its field is left out.
pub fn values(settings: &Settings, leads: &Object, lead: &Record, target: &Object) -> BTreeMap<usize, Value> {
    let mut values = BTreeMap::new();
    for (to, from) in of(settings, leads, target) {
        let Some(position) = target.def.position(&to) else { continue };
        let Some(field) = target.field(position) else { continue };
        if let Some(value) = fitted(field, lead.get(leads, &from)) {
            values.insert(position, value);
        }
    }
    // What is called nothing by the mapping is called as the lead is.
    if target.def.name == "deal"
        && let Some(position) = target.def.position("name")
    {
        values.entry(position).or_insert_with(|| Value::Text(lead.title.clone()));
    }
    values
}

fn fitted(field: &FieldDef, value: &Value) -> Option<Value> {
    let cut = |text: &str, max: usize| Value::Text(text.chars().take(max).collect());
    match (field.kind.stored(), value) {
        (_, Value::Null) => None,
        (FieldType::Text { max }, Value::Text(text)) if *max > 0 => Some(cut(text, *max)),
        (FieldType::Choice { options }, Value::Text(text)) => {
            options.iter().any(|option| option.value == *text).then(|| value.clone())
        }
        (FieldType::MultiChoice { options }, Value::Choices(chosen)) => {
            let known: Vec<String> =
                chosen.iter().filter(|one| options.iter().any(|option| option.value == **one)).cloned().collect();
            (!known.is_empty()).then_some(Value::Choices(known))
        }
        _ => Some(value.clone()),
    }
}

/// The mapping as settings show it: for each target its fields, what each is taken from and what it could be.
pub fn show(reader: &mut Reader) -> Result<Json> {
    reader.who.need_admin()?;
    let settings = queries::settings(reader)?;
    let leads = reader.object(LEAD)?;
    let mut targets = Vec::new();
    for name in TARGETS {
        let target = reader.object(name)?;
        let mapping = of(&settings, &leads, &target);
        let said = settings.get(name);
        let fields: Vec<Json> = target
            .def
            .fields
            .iter()
            .filter(|field| takes(field) && !field.readonly)
            .map(|field| {
                let choices: Vec<&str> = leads
                    .def
                    .fields
                    .iter()
                    .filter(|from| becomes(from, field) && !from.kind.is_computed())
                    .map(|from| from.name.as_str())
                    .collect();
                json!({
                    "field": field.name, "from": mapping.get(&field.name), "usual": usual(&leads, &target, field),
                    "is_set": said.is_some_and(|said| said.contains_key(&field.name)), "choices": choices,
                })
            })
            .filter(|field| field.get("choices").and_then(Json::as_array).is_some_and(|choices| !choices.is_empty()))
            .collect();
        targets.push(json!({ "object": name, "fields": fields }));
    }
    Ok(json!({ "targets": targets }))
}

/// Replaces what is set; every pair has to fit.
pub fn put(op: &mut Operation, settings: &Settings) -> Result<()> {
    op.who.need_admin()?;
    let leads = op.object(LEAD)?;
    for (name, said) in settings {
        if !TARGETS.contains(&name.as_str()) {
            return Err(Error::invalid(name, "unknown_object", "a lead does not become that"));
        }
        let target = op.object(name)?;
        for (to, from) in said {
            let pointer = format!("{name}/{to}");
            let field = target.def.field(to).filter(|field| takes(field) && !field.readonly);
            let field =
                field.ok_or_else(|| Error::invalid(&pointer, "unknown_field", format!("there is no field `{to}`")))?;
            let Some(from) = from else { continue };
            let from = leads.def.field(from);
            let from = from.ok_or_else(|| Error::invalid(&pointer, "unknown_field", "leads have no such field"))?;
            if !becomes(from, field) {
                return Err(Error::invalid(&pointer, "wrong_type", "values of that field cannot stand here"));
            }
        }
    }
    queries::put_settings(op, settings)?;
    foundation::access::audit::write(
        op,
        foundation::access::audit::action::DEFINITION_CHANGED,
        Some(LEAD),
        None,
        json!({ "mapping": settings }),
    )
}
