//! The conversion itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use foundation::access::Action;
use foundation::records::write::{self, Write};
use foundation::records::{Object, Record, input, merged, read};
use foundation::{Operation, Reader};
use kernel::object::FieldType;
use kernel::{Error, Id, Result, Value};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::{LEAD, TARGETS, mapping, plan, queries};
use crate::rights;

/// What becomes of a lead.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Asked {
    pub contact: Option<Part>,
    pub company: Option<Part>,
    pub deal: Option<Part>,
    /// Makes records even where they may be there already.
    pub despite_candidates: bool,
}

/// One record that it becomes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Part {
    /// One that is there; what it does not say yet is taken from the lead.
    Existing(Id),
    /// A new one, with these values instead of the lead's.
    New(Map<String, Json>),
}

/// What it became.
#[derive(Debug, Default)]
struct Became(BTreeMap<&'static str, Id>);

/// Converts a lead: `{"lead", "contact", "company", "deal", "moved"}`. Undoing its change takes all of it back.
pub fn convert(op: &mut Operation, lead: Id, asked: &Asked) -> Result<Json> {
    let leads = op.object(LEAD)?;
    let lead = rights::changeable(op, &leads, lead)?;
    if lead.get(&leads, "status").as_text() == Some("converted") {
        return Err(Error::conflict("lead.converted", "the lead was converted before"));
    }
    if asked.contact.is_none() && asked.company.is_none() {
        return Err(Error::invalid("contact", "required", "say which contact or company the lead becomes"));
    }
    let settings = queries::settings(op)?;
    let mut became = Became::default();
    for name in TARGETS {
        let part = match name {
            "company" => &asked.company,
            "contact" => &asked.contact,
            _ => &asked.deal,
        };
        let Some(part) = part else { continue };
        let target = op.object(name)?;
        let id = match part {
            Part::Existing(id) => fill(op, &target, *id, &settings, &leads, &lead)?,
            Part::New(said) => {
                let values = values(op, &target, said, &settings, &leads, &lead, &became)?;
                if !asked.despite_candidates && name != "deal" {
                    refuse_twins(op, &target, &values)?;
                }
                make(op, &target, values)?
            }
        };
        became.0.insert(name, id);
    }
    let moved = carry_over(op, &lead, &became)?;
    close(op, &leads, &lead, &became)?;
    let of = |name: &str| became.0.get(name);
    Ok(
        json!({ "lead": lead.id, "contact": of("contact"), "company": of("company"), "deal": of("deal"), "moved": moved }),
    )
}

/// The values of a new record: what the caller says, else what the lead says, else what follows from the others.
fn values(
    op: &mut Operation,
    target: &Arc<Object>,
    said: &Map<String, Json>,
    settings: &mapping::Settings,
    leads: &Object,
    lead: &Record,
    became: &Became,
) -> Result<BTreeMap<usize, Value>> {
    let mut values = mapping::values(settings, leads, lead, target);
    let mut link = |field: &str, id: Option<Id>| {
        if let (Some(position), Some(id)) = (target.def.position(field), id) {
            values.insert(position, Value::Link(id));
        }
    };
    link("owner", lead.get(leads, "owner").as_link());
    match target.def.name.as_str() {
        "contact" => link("company", became.0.get("company").copied()),
        "deal" => {
            link("contact", became.0.get("contact").copied());
            link("company", became.0.get("company").copied());
            link("lead", Some(lead.id));
        }
        _ => {}
    }
    let of_caller = input::read(op, target, said).map_err(|error| inside(&target.def.name, error))?;
    values.extend(of_caller);
    if target.def.name == "deal"
        && let Some(position) = target.def.position("stage")
        && values.get(&position).is_none_or(Value::is_null)
    {
        let pipeline = target.def.position("pipeline").and_then(|at| values.get(&at)).and_then(Value::as_link);
        if let Some(stage) = queries::first_stage(op, pipeline)? {
            values.insert(position, Value::Link(stage));
        }
    }
    Ok(values)
}

/// Faults of a part point into it.
fn inside(name: &str, error: Error) -> Error {
    match error {
        Error::Invalid(faults) => Error::Invalid(
            faults
                .into_iter()
                .map(|fault| kernel::FieldError { pointer: format!("/{name}/new{}", fault.pointer), ..fault })
                .collect(),
        ),
        other => other,
    }
}

fn refuse_twins(op: &mut Operation, target: &Arc<Object>, values: &BTreeMap<usize, Value>) -> Result<()> {
    let candidates = plan::candidates(op, target, values)?;
    let certain = candidates.as_array().is_some_and(|all| all.iter().any(|one| one["certain"] == json!(true)));
    if !certain {
        return Ok(());
    }
    Err(Error::Conflict {
        code: "duplicate",
        detail: "this record may be there already".into(),
        details: json!({ "object": target.def.name, "candidates": candidates }),
    })
}

fn make(op: &mut Operation, target: &Arc<Object>, values: BTreeMap<usize, Value>) -> Result<Id> {
    op.who.need(&target.def.name, Action::Create)?;
    let values = values.into_iter().filter(|(_, value)| !value.is_null()).collect();
    let written = write::apply_one(op, target, Write::Create { values });
    Ok(written.map_err(|error| inside(&target.def.name, error))?.id)
}

/// A record that is there gets what it does not say yet, as far as the caller may change it. What is known stays.
fn fill(
    op: &mut Operation,
    target: &Arc<Object>,
    id: Id,
    settings: &mapping::Settings,
    leads: &Object,
    lead: &Record,
) -> Result<Id> {
    let id = merged::now(op, id)?;
    let record = match rights::changeable(op, target, id) {
        Ok(record) => record,
        // It may be seen, not changed: the lead goes to it all the same.
        Err(Error::Forbidden(_)) => {
            let record = read::get(op, target, id)?;
            return if record.deleted_at.is_some() { Err(Error::NotFound) } else { Ok(record.id) };
        }
        Err(error) => return Err(error),
    };
    let values: Vec<(usize, Value)> = mapping::values(settings, leads, lead, target)
        .into_iter()
        .filter(|(position, _)| record.value(*position).is_null())
        .collect();
    if !values.is_empty() {
        write::apply_one(op, target, Write::Update { id, version: None, values })?;
    }
    Ok(id)
}

/// Objects whose records can hang on a lead, each with the column of that link. Deals say where they came from.
pub fn hanging_objects(reader: &Reader) -> Vec<(Arc<Object>, String)> {
    let mut found = Vec::new();
    for object in reader.catalogue.objects().iter().filter(|object| !matches!(object.def.name.as_str(), "deal" | LEAD))
    {
        for (position, field) in object.def.fields.iter().enumerate() {
            let is_link = matches!(&field.kind, FieldType::Link { target } if target == LEAD);
            if let Some(column) = object.columns_of(position).first().filter(|_| is_link) {
                found.push((object.clone(), column.name.clone()));
            }
        }
    }
    found
}

/// Activities, notes and files of the lead are those of its contact, company and deal from now on too; who may see them
/// does not change by that, so it is the product that does it.
fn carry_over(op: &mut Operation, lead: &Record, became: &Became) -> Result<Json> {
    let mut moved = Map::new();
    for (object, column) in hanging_objects(op) {
        let ids = queries::hanging(op, &object, &column, lead.id)?;
        if ids.is_empty() {
            continue;
        }
        let count = rights::as_product(op, |op| {
            let mut writes = Vec::new();
            for record in read::get_many(op, &object, &ids)? {
                let mut values = Vec::new();
                for (name, id) in &became.0 {
                    let Some(position) = object.def.position(name) else { continue };
                    let links_there = object.field(position).and_then(|field| field.kind.target()) == Some(name);
                    if links_there && record.value(position).is_null() {
                        values.push((position, Value::Link(*id)));
                    }
                }
                if !values.is_empty() {
                    writes.push(Write::Update { id: record.id, version: None, values });
                }
            }
            let count = writes.len();
            write::apply(op, &object, writes)?.into_iter().collect::<Result<Vec<_>>>()?;
            Ok(count)
        })?;
        moved.insert(object.def.name.clone(), json!(count));
    }
    Ok(moved.into())
}

fn close(op: &mut Operation, leads: &Arc<Object>, lead: &Record, became: &Became) -> Result<()> {
    let mut values = Vec::new();
    let mut put =
        |field: &str, value: Value| values.extend(leads.def.position(field).map(|position| (position, value)));
    put("status", Value::Text("converted".into()));
    put("converted_at", Value::Time(op.now));
    for (name, id) in &became.0 {
        put(name, Value::Link(*id));
    }
    queries::put(op, lead.id)?;
    write::apply_one(op, leads, Write::Update { id: lead.id, version: None, values }).map(drop)
}
