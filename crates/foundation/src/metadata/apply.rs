//! Carries a plan out, all of it in one transaction: a text that fails half way changes nothing.

use std::sync::Arc;

use kernel::{Error, FieldError, Id, Result};
use serde_json::{Map, Value as Json, json};

use super::plan::{Change, Plan, What, plan, role_named};
use super::{EVERYONE, Kind, current};
use crate::access::audit::{self, action};
use crate::access::roles::{self, RoleBody};
use crate::company::{calendars, currencies};
use crate::operation::Operation;
use crate::records::conditions::{self, Patch};
use crate::records::definitions::{self, FieldPatch, ObjectPatch};
use crate::records::write::{self, Write};
use crate::records::{Object, input};
use crate::workspace::layouts::{self, NewLayout};

/// Applies a text whose plan had this hash; answers the plan that was carried out. A conflict if the company or the text
/// has changed since.
pub fn apply(op: &mut Operation, text: &str, remove: bool, hash: Option<&str>) -> Result<Plan> {
    let made = plan(op, text, remove)?;
    if hash.is_some_and(|hash| hash != made.hash) {
        return Err(Error::conflict("definitions.plan_stale", "the text or the definitions have changed; plan again"));
    }
    if made.changes.is_empty() {
        return Ok(made);
    }
    let mut todo: Vec<&Change> = made.changes.iter().collect();
    // An object is made with its first fields, so those are done already when their turn comes.
    let mut done: Vec<(String, String)> = Vec::new();
    while !todo.is_empty() {
        let change = todo.remove(0);
        let key = &change.key;
        if key.kind == Kind::Field && done.contains(&(key.of.clone(), key.name.clone())) {
            continue;
        }
        let carried = match key.kind {
            Kind::Object => object(op, change, &todo, &mut done),
            Kind::Field => field(op, change),
            Kind::Conditions => condition(op, change),
            Kind::Role => role(op, change),
            Kind::Layout => layout(op, change),
            Kind::Pipeline => setup_record(op, "pipeline", change, Vec::new()),
            Kind::Stage => stage(op, change),
            Kind::View => view(op, change),
            Kind::Calendar => calendar(op, change),
            Kind::Currencies => used_currencies(op, change),
        };
        carried.map_err(|fault| placed(change, fault))?;
    }
    let (mut creates, mut changes, mut removes) = (0, 0, 0);
    for change in &made.changes {
        match change.what {
            What::Create => creates += 1,
            What::Change => changes += 1,
            What::Remove => removes += 1,
        }
    }
    let detail = json!({ "hash": made.hash, "created": creates, "changed": changes, "removed": removes });
    audit::write(op, action::DEFINITIONS_APPLIED, None, None, detail)?;
    Ok(made)
}

/// A fault says where in the text it stands.
fn placed(change: &Change, fault: Error) -> Error {
    match fault {
        Error::Invalid(faults) => {
            let faults = faults.into_iter().map(|fault| {
                let below = fault.pointer.trim_start_matches("/body").to_string();
                FieldError { pointer: format!("{}{below}", change.pointer), ..fault }
            });
            Error::Invalid(faults.collect())
        }
        Error::NotFound => Error::invalid(&change.pointer, "not_found", "what it belongs to is not there"),
        other => other,
    }
}

fn object(op: &mut Operation, change: &Change, rest: &[&Change], done: &mut Vec<(String, String)>) -> Result<()> {
    let name = &change.key.name;
    if change.what == What::Change {
        return relabel(op, change);
    }
    let mut body = change.wanted.clone();
    body.insert("name".into(), json!(name));
    let mut fields = Vec::new();
    for other in rest.iter().filter(|other| other.key.kind == Kind::Field && other.key.of == *name) {
        if is_simple(op, name, &other.wanted) {
            fields.push(Json::Object(other.wanted.clone()));
            done.push((name.clone(), other.key.name.clone()));
        }
    }
    body.insert("fields".into(), Json::Array(fields));
    let new = serde_json::from_value(Json::Object(body)).map_err(shape)?;
    definitions::create_object(op, new).map(drop)
}

/// Whether a field can be made together with its object: people write it, and it needs nothing that is made later, being
/// no formula, no roll-up, no link to an object still to come.
fn is_simple(op: &Operation, object: &str, field: &Map<String, Json>) -> bool {
    let text = |name: &str| field.get(name).and_then(Json::as_str);
    if field.get("readonly") == Some(&json!(true)) {
        return false;
    }
    match text("type") {
        Some("formula" | "roll_up") => false,
        Some("link" | "links") => {
            text("target").is_some_and(|target| target == object || op.catalogue.named(target).is_some())
        }
        _ => true,
    }
}

fn shape(fault: serde_json::Error) -> Error {
    Error::invalid("", "format", fault.to_string())
}

fn relabel(op: &mut Operation, change: &Change) -> Result<()> {
    let after = change.after.clone().unwrap_or_default();
    let patch: ObjectPatch = serde_json::from_value(Json::Object(after)).map_err(shape)?;
    definitions::update_object(op, &change.key.name, patch).map(drop)
}

fn field(op: &mut Operation, change: &Change) -> Result<()> {
    let key = &change.key;
    match change.what {
        What::Create => {
            let mut body = change.wanted.clone();
            // What the product alone writes here stays so in another company: a score is no box to type into.
            let is_readonly = body.shift_remove("readonly") == Some(json!(true));
            let new = serde_json::from_value(Json::Object(body)).map_err(shape)?;
            if is_readonly {
                definitions::create_readonly_field(op, &key.of, new).map(drop)
            } else {
                definitions::create_field(op, &key.of, new).map(drop)
            }
        }
        What::Change => {
            let mut after = change.after.clone().unwrap_or_default();
            // What the text calls empty, the patch calls no.
            for flag in ["required", "indexed", "searchable"] {
                if after.get(flag).is_some_and(Json::is_null) {
                    after.insert(flag.into(), json!(false));
                }
            }
            let patch: FieldPatch = serde_json::from_value(Json::Object(after)).map_err(shape)?;
            definitions::update_field(op, &key.of, &key.name, patch).map(drop)
        }
        What::Remove => definitions::delete_field(op, &key.of, &key.name),
    }
}

fn condition(op: &mut Operation, change: &Change) -> Result<()> {
    let text = |name: &str| Some(change.wanted.get(name).and_then(Json::as_str).map(str::to_string));
    let patch =
        Patch { show_if: text("show_if"), required_if: text("required_if"), read_only_if: text("read_only_if") };
    conditions::set(op, &change.key.of, &change.key.name, &patch)
}

fn role(op: &mut Operation, change: &Change) -> Result<()> {
    let name = &change.key.name;
    let body = || RoleBody::read(&Json::Object(change.wanted.clone()));
    match change.what {
        What::Create => roles::create(op, name, &body()?).map(drop),
        What::Change => {
            let role = role_named(op, name)?;
            roles::change(op, role.id, None, Some(&body()?))
        }
        What::Remove => {
            let role = role_named(op, name)?;
            roles::delete(op, role.id)
        }
    }
}

fn layout(op: &mut Operation, change: &Change) -> Result<()> {
    let object = op.object(&change.key.of)?;
    let role = if change.key.name == EVERYONE { None } else { Some(role_named(op, &change.key.name)?.id) };
    if change.what == What::Remove {
        return layouts::remove(op, &object, role);
    }
    let layout = serde_json::from_value(Json::Object(change.wanted.clone())).map_err(shape)?;
    layouts::put(op, &object, &NewLayout { role, layout }).map(drop)
}

fn stage(op: &mut Operation, change: &Change) -> Result<()> {
    let pipelines = current::living(op, "pipeline")?;
    let of = pipelines.iter().find(|(record, object)| record.get(object, "name").as_text() == Some(&change.key.of));
    let Some((pipeline, _)) = of else { return Err(Error::NotFound) };
    setup_record(op, "stage", change, vec![("pipeline", json!(pipeline.id))])
}

fn view(op: &mut Operation, change: &Change) -> Result<()> {
    op.object(&change.key.of)?;
    setup_record(op, "view", change, vec![("object_name", json!(change.key.of)), ("visibility", json!("everyone"))])
}

fn calendar(op: &mut Operation, change: &Change) -> Result<()> {
    let name = &change.key.name;
    let here = calendars::all(op.tx)?.into_iter().find(|(_, body)| body.name == *name);
    if change.what == What::Remove {
        let (id, _) = here.ok_or(Error::NotFound)?;
        return calendars::delete(op, id);
    }
    let mut body = change.wanted.clone();
    body.insert("name".into(), json!(name));
    let body: calendars::Body = serde_json::from_value(Json::Object(body)).map_err(shape)?;
    match here {
        Some((id, _)) => calendars::replace(op, id, &body).map(drop),
        None => calendars::create(op, &body).map(drop),
    }
}

fn used_currencies(op: &mut Operation, change: &Change) -> Result<()> {
    let wanted = serde_json::from_value(Json::Object(change.wanted.clone())).map_err(shape)?;
    currencies::set(op, &wanted)
}

/// Makes, changes or removes a record by which a company is set up. `fixed` says to what it belongs.
fn setup_record(op: &mut Operation, object: &str, change: &Change, fixed: Vec<(&'static str, Json)>) -> Result<()> {
    let object = op.object(object)?;
    let known = find(op, &object, &change.key.name, &fixed)?;
    let mut body = match change.what {
        What::Create => change.wanted.clone(),
        What::Change => change.after.clone().unwrap_or_default(),
        What::Remove => {
            let id = known.ok_or(Error::NotFound)?;
            return write::apply_one(op, &object, Write::Trash { id }).map(drop);
        }
    };
    match known {
        Some(id) => {
            let values = input::read(op, &object, &body)?;
            write::apply_one(op, &object, Write::Update { id, version: None, values }).map(drop)
        }
        None => {
            body.insert("name".into(), json!(change.key.name));
            body.extend(fixed.into_iter().map(|(name, value)| (name.to_string(), value)));
            let values = input::read(op, &object, &body)?;
            write::apply_one(op, &object, Write::Create { values }).map(drop)
        }
    }
}

fn find(op: &mut Operation, object: &Arc<Object>, name: &str, fixed: &[(&'static str, Json)]) -> Result<Option<Id>> {
    let known = current::living(op, &object.def.name)?;
    let fits = known.iter().find(|(record, object)| {
        let belongs = fixed.iter().all(|(field, value)| record.get(object, field).to_json() == *value);
        belongs && record.get(object, "name").as_text() == Some(name)
    });
    Ok(fits.map(|(record, _)| record.id))
}
