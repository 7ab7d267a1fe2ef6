//! Conditions of fields: shown, needed or locked depending on the record's other fields.
//!
//! A condition is a question about the record alone, so a form answers it while somebody types and the server answers the
//! same one when it writes. What was stored before a condition came stays as it is until somebody touches it.

use kernel::object::FieldConditions;
use kernel::{Error, FieldDef, FieldError, ObjectDef, Result};
use question::Checked;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value as Json, json};

use super::ask::{self, Defs};
use super::catalogue::{Catalogue, Object};
use super::definitions;
use super::record::Record;
use super::write::{Draft, What};
use crate::access::ObjectAccess;
use crate::access::audit::{self, action};
use crate::operation::{Operation, Reader};

/// The conditions of one field, ready to be asked.
pub struct Conditions {
    pub field: usize,
    pub show_if: Option<Checked>,
    pub required_if: Option<Checked>,
    pub read_only_if: Option<Checked>,
}

/// The kind of row in the table `definition`.
pub const KIND: &str = "conditions";

/// What is to change; a part that is left out stays, null takes it away.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Patch {
    #[serde(deserialize_with = "said")]
    pub show_if: Option<Option<String>>,
    #[serde(deserialize_with = "said")]
    pub required_if: Option<Option<String>>,
    #[serde(deserialize_with = "said")]
    pub read_only_if: Option<Option<String>>,
}

/// Tells null from nothing said.
fn said<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Option<Option<String>>, D::Error> {
    let text: Option<String> = Option::deserialize(deserializer)?;
    Ok(Some(text.filter(|text| !text.trim().is_empty())))
}

/// All conditions of an object. One that does not hold together any more is named in `broken` and left out: a company must
/// be able to start and to mend it.
pub fn compile_all(def: &ObjectDef, schema: &Defs, broken: &mut Vec<String>) -> Vec<Conditions> {
    let mut out = Vec::new();
    for (field, of) in def.fields.iter().enumerate().filter(|(_, of)| !of.conditions.is_empty()) {
        let mut compiled = |text: &Option<String>| {
            let checked = check(text.as_deref()?, def, schema);
            if checked.is_err() {
                broken.push(format!("{}.{}", def.name, of.name));
            }
            checked.ok()
        };
        out.push(Conditions {
            field,
            show_if: compiled(&of.conditions.show_if),
            required_if: compiled(&of.conditions.required_if),
            read_only_if: compiled(&of.conditions.read_only_if),
        });
    }
    out
}

fn check(text: &str, def: &ObjectDef, schema: &dyn question::Schema) -> Result<Checked> {
    let checked = ask::check_text(text, &def.name, schema)?;
    if !checked.is_about_record_alone() {
        return Err(Error::invalid(
            "",
            "not_here",
            "a condition asks about the record's own fields only: a form could not answer more while somebody types",
        ));
    }
    Ok(checked)
}

/// Sets the conditions of a field, standard or custom.
pub fn set(op: &mut Operation, object: &str, field: &str, patch: &Patch) -> Result<()> {
    op.who.need_admin()?;
    let object = op.object(object)?;
    let of = object.def.field(field).cloned().ok_or(Error::NotFound)?;
    let part = |new: &Option<Option<String>>, old: &Option<String>| match new {
        Some(new) => new.as_ref().map(|text| text.trim().to_string()),
        None => old.clone(),
    };
    let new = FieldConditions {
        show_if: part(&patch.show_if, &of.conditions.show_if),
        required_if: part(&patch.required_if, &of.conditions.required_if),
        read_only_if: part(&patch.read_only_if, &of.conditions.read_only_if),
    };
    refuse_faulty(op, &object, &of, &new)?;
    store(op, &object.def, &of, &new)?;
    let detail = json!({ "field": of.name, "conditions": new, "before": of.conditions });
    audit::write(op, action::DEFINITION_CHANGED, Some(&object.def.name), None, detail)
}

fn refuse_faulty(op: &Operation, object: &Object, of: &FieldDef, new: &FieldConditions) -> Result<()> {
    let mut errors = Vec::new();
    if of.kind.is_computed() && (new.required_if.is_some() || new.read_only_if.is_some()) {
        errors.push(FieldError::new("required_if", "computed", "a computed field is never filled in by anybody"));
    }
    let parts = [("show_if", &new.show_if), ("required_if", &new.required_if), ("read_only_if", &new.read_only_if)];
    for (name, text) in parts {
        let Some(text) = text else { continue };
        match check(text, &object.def, &*op.catalogue) {
            // A field that is shown only when it is filled would never be filled.
            Ok(checked) if name == "show_if" && reads(&checked, &of.name) => {
                errors.push(FieldError::new(name, "circular", "whether it is shown cannot depend on the field itself"));
            }
            Ok(_) => {}
            Err(Error::Invalid(faults)) => {
                errors.extend(faults.into_iter().map(|fault| FieldError { pointer: format!("/{name}"), ..fault }));
            }
            Err(other) => return Err(other),
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
}

fn store(op: &mut Operation, def: &ObjectDef, field: &FieldDef, new: &FieldConditions) -> Result<()> {
    let id = format!("{KIND}:{}", field.id);
    op.tx.execute("delete from definition where id = $1", &[id.as_str().into()])?;
    if !new.is_empty() {
        let body = json!({ "field": field.id, "is": new }).to_string();
        op.tx.execute(
            "insert into definition (id, object, kind, position, body) values ($1, $2, $3, 0, $4)",
            &[id.as_str().into(), def.id.as_str().into(), KIND.into(), body.as_str().into()],
        )?;
    }
    definitions::renew(op, &[&def.name])
}

/// A stored row, as the catalogue reads it: the field's id and its conditions.
#[derive(Deserialize)]
pub struct Stored {
    pub field: String,
    pub is: FieldConditions,
}

/// A field gets another name: the conditions of its object follow.
pub fn follow_name(op: &mut Operation, object: &Object, from: &str, to: &str) -> Result<()> {
    let renaming = question::Rename { object: &object.def.name, from, to };
    for field in object.def.fields.iter().filter(|field| !field.conditions.is_empty()) {
        let follow = |text: &Option<String>| {
            let question = question::parse(text.as_deref()?).ok()?;
            Some(question::to_text(&question::renamed(&question, &object.def.name, &*op.catalogue, renaming)))
        };
        let new = FieldConditions {
            show_if: follow(&field.conditions.show_if),
            required_if: follow(&field.conditions.required_if),
            read_only_if: follow(&field.conditions.read_only_if),
        };
        let (id, body) = (format!("{KIND}:{}", field.id), json!({ "field": field.id, "is": new }).to_string());
        op.tx.execute("update definition set body = $2 where id = $1", &[id.as_str().into(), body.as_str().into()])?;
    }
    Ok(())
}

/// Refuses a change of definitions that conditions of other fields stand against.
pub fn refuse_broken(fresh: &Catalogue) -> Result<()> {
    match fresh.broken_conditions.first() {
        None => Ok(()),
        Some(field) => Err(Error::conflict(
            "definition.in_use",
            format!("the conditions of {field} ask for it; change them first"),
        )),
    }
}

/// What the conditions have against a draft. `required` are the positions of fields that are empty though they are needed
/// always; those that are not shown are taken out.
pub fn faults(op: &Reader, object: &Object, draft: &Draft, errors: &mut Vec<FieldError>) {
    for of in &object.conditions {
        let Some(field) = object.field(of.field) else { continue };
        let holds = |checked: &Checked, record: &Record| ask::matches_own(op, checked, object, record);
        if let Some(checked) = &of.required_if
            && is_asked(draft, object, of.field, checked)
            && draft.after.value(of.field).is_null()
            && holds(checked, &draft.after)
            && of.show_if.as_ref().is_none_or(|shown| holds(shown, &draft.after))
            && !errors.iter().any(|error| error.pointer == format!("/{}", field.name))
        {
            let detail = format!("{} is required here", field.label.get("en"));
            errors.push(FieldError::new(&field.name, "required", detail));
        }
        if let Some(checked) = &of.read_only_if
            && draft.changed.contains(&of.field)
            && let Some(before) = &draft.before
            && holds(checked, before)
        {
            let detail = format!("{} cannot be changed any more", field.label.get("en"));
            errors.push(FieldError::new(&field.name, "readonly_now", detail));
        }
    }
}

/// Whether a field that is needed always may be empty in this record, for it is not shown.
pub fn is_not_shown(op: &Reader, object: &Object, field: usize, record: &Record) -> bool {
    let shown = object.conditions.iter().find(|of| of.field == field).and_then(|of| of.show_if.as_ref());
    shown.is_some_and(|shown| !ask::matches_own(op, shown, object, record))
}

/// A write is asked for the field if it makes the record, touches the field, or touches what the condition reads.
fn is_asked(draft: &Draft, object: &Object, field: usize, checked: &Checked) -> bool {
    let touched = |position: &usize| {
        *position == field || object.field(*position).is_some_and(|field| reads(checked, &field.name))
    };
    draft.what == What::Created || draft.changed.iter().any(touched)
}

fn reads(checked: &Checked, field: &str) -> bool {
    checked.reads().iter().any(|(object, name)| object == checked.object() && name == field)
}

/// The conditions of a field as forms get them: each with its text and its question as JSON. Those that ask for a field
/// which the caller may not see are left out; the server keeps to them all the same.
pub fn show(object: &Object, position: usize, access: &ObjectAccess) -> Option<Json> {
    let of = object.conditions.iter().find(|of| of.field == position)?;
    let texts = &object.field(position)?.conditions;
    let mut out = Map::new();
    let parts = [
        ("show_if", &texts.show_if, &of.show_if),
        ("required_if", &texts.required_if, &of.required_if),
        ("read_only_if", &texts.read_only_if, &of.read_only_if),
    ];
    for (name, text, checked) in parts {
        let (Some(text), Some(checked)) = (text, checked) else { continue };
        if checked.reads().iter().any(|(_, field)| access.hidden_fields.contains(field)) {
            continue;
        }
        if let Ok(question) = question::parse(text) {
            out.insert(name.into(), json!({ "text": text, "question": question::to_json(&question) }));
        }
    }
    if out.is_empty() { None } else { Some(Json::Object(out)) }
}
