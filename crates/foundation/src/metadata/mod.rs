//! Metadata as files: what a company has defined (objects, fields, conditions, roles, layouts, views, pipelines, working hours,
//! currencies) as one text that can be kept, compared and carried to another installation. First a plan, then its application, never one without
//! the other.

mod apply;
mod current;
pub mod formula_test;
mod plan;
pub mod routes;

use std::collections::BTreeMap;

use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

pub use apply::apply;
pub use plan::{Change, Plan, plan};

use crate::operation::Reader;

/// What the text says it is.
const FORMAT: &str = "rapport-definitions/1";
/// Under which a layout is everybody's, and under which stands what a company has once.
const EVERYONE: &str = "*";

/// The whole text. Sections are by name, so that two texts can be compared line by line.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Document {
    pub format: String,
    /// The company's own objects by name.
    pub objects: BTreeMap<String, ObjectPart>,
    /// The company's own fields on standard objects.
    pub fields: BTreeMap<String, Vec<Map<String, Json>>>,
    /// By object, by field.
    pub conditions: BTreeMap<String, BTreeMap<String, Map<String, Json>>>,
    /// By name; the role of administrators is in no text.
    pub roles: BTreeMap<String, Map<String, Json>>,
    /// By object, by the name of a role; `*` is everybody.
    pub layouts: BTreeMap<String, BTreeMap<String, Map<String, Json>>>,
    /// Views that everyone sees, by object, by name.
    pub views: BTreeMap<String, BTreeMap<String, Map<String, Json>>>,
    pub pipelines: BTreeMap<String, PipelinePart>,
    /// Working hours and holidays, by the name of the calendar.
    pub calendars: BTreeMap<String, Map<String, Json>>,
    /// `{"company","used"}`: what the company reckons in and uses. What a currency cost on a day is no definition.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub currencies: Map<String, Json>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ObjectPart {
    #[serde(default)]
    pub fields: Vec<Map<String, Json>>,
    #[serde(flatten)]
    pub about: Map<String, Json>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct PipelinePart {
    #[serde(default)]
    pub stages: BTreeMap<String, Map<String, Json>>,
    #[serde(flatten)]
    pub about: Map<String, Json>,
}

/// What a thing is, in the order in which things are made; they are removed the other way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Object,
    Field,
    Conditions,
    Role,
    Layout,
    Pipeline,
    Stage,
    View,
    Calendar,
    Currencies,
}

/// By which a thing is known in two companies: its kind, what it belongs to (an object, a pipeline), its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Key {
    pub kind: Kind,
    #[serde(skip_serializing_if = "String::is_empty", rename = "object")]
    pub of: String,
    pub name: String,
}

/// A thing and what is said of it, in the order of the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub key: Key,
    pub body: Map<String, Json>,
    /// Where it stands in the text.
    pub pointer: String,
}

/// The company's definitions as text, the same text for the same definitions. For administrators.
pub fn export(reader: &mut Reader) -> Result<String> {
    reader.who.need_admin()?;
    let document = assembled(current::items(reader)?);
    let mut text = serde_json::to_string_pretty(&document).map_err(Error::internal)?;
    text.push('\n');
    Ok(text)
}

/// Reads a text into its things; says where it is wrong.
fn read(text: &str) -> Result<Vec<Item>> {
    if crate::doors::body::is_deeper_than(text.as_bytes(), kernel::limits::JSON_DEPTH) {
        return Err(Error::invalid("text", "too_deep", "nested too deep"));
    }
    let document: Document =
        serde_json::from_str(text).map_err(|fault| Error::invalid("text", "format", fault.to_string()))?;
    if document.format != FORMAT {
        return Err(Error::invalid("/text/format", "format", format!("must be {FORMAT}")));
    }
    let mut items = Vec::new();
    let mut add = |kind, of: &str, name: &str, body: Map<String, Json>, pointer: String| {
        items.push(Item { key: Key { kind, of: of.into(), name: name.into() }, body, pointer });
    };
    for (name, part) in document.objects {
        add(Kind::Object, "", &name, part.about, format!("/objects/{name}"));
        for (n, field) in part.fields.into_iter().enumerate() {
            add(Kind::Field, &name, &name_of(&field), field, format!("/objects/{name}/fields/{n}"));
        }
    }
    for (object, fields) in document.fields {
        for (n, field) in fields.into_iter().enumerate() {
            add(Kind::Field, &object, &name_of(&field), field, format!("/fields/{object}/{n}"));
        }
    }
    for (kind, section, parts) in [
        (Kind::Conditions, "conditions", document.conditions),
        (Kind::Layout, "layouts", document.layouts),
        (Kind::View, "views", document.views),
    ] {
        for (object, things) in parts {
            for (name, body) in things {
                let pointer = format!("/{section}/{object}/{name}");
                add(kind, &object, &name, body, pointer);
            }
        }
    }
    for (name, body) in document.roles {
        add(Kind::Role, "", &name, body, format!("/roles/{name}"));
    }
    for (name, part) in document.pipelines {
        add(Kind::Pipeline, "", &name, part.about, format!("/pipelines/{name}"));
        for (stage, body) in part.stages {
            let pointer = format!("/pipelines/{name}/stages/{stage}");
            add(Kind::Stage, &name, &stage, body, pointer);
        }
    }
    for (name, body) in document.calendars {
        add(Kind::Calendar, "", &name, body, format!("/calendars/{name}"));
    }
    if !document.currencies.is_empty() {
        add(Kind::Currencies, "", EVERYONE, document.currencies, "/currencies".into());
    }
    Ok(items)
}

fn name_of(field: &Map<String, Json>) -> String {
    field.get("name").and_then(Json::as_str).unwrap_or_default().to_string()
}

fn assembled(items: Vec<Item>) -> Document {
    let mut document = Document { format: FORMAT.into(), ..Document::default() };
    for Item { key: Key { kind, of, name }, body, .. } in items {
        match kind {
            Kind::Object => document.objects.entry(name).or_default().about = body,
            Kind::Field => match document.objects.get_mut(&of) {
                Some(own) => own.fields.push(body),
                None => document.fields.entry(of).or_default().push(body),
            },
            Kind::Conditions => drop(document.conditions.entry(of).or_default().insert(name, body)),
            Kind::Role => drop(document.roles.insert(name, body)),
            Kind::Layout => drop(document.layouts.entry(of).or_default().insert(name, body)),
            Kind::View => drop(document.views.entry(of).or_default().insert(name, body)),
            Kind::Pipeline => document.pipelines.entry(name).or_default().about = body,
            Kind::Stage => drop(document.pipelines.entry(of).or_default().stages.insert(name, body)),
            Kind::Calendar => drop(document.calendars.insert(name, body)),
            Kind::Currencies => document.currencies = body,
        }
    }
    document
}
