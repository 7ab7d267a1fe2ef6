//! Layouts: how the page and the cards of an object's records are arranged, for everybody or for one role.
//!
//! A layout says where fields stand, never who may see them: what a right hides is not there, and a field that no layout
//! names stands where its definition puts it, so nothing is lost by adding a field.

use std::collections::BTreeSet;
use std::sync::Arc;

use kernel::object::FieldType;
use kernel::{Error, FieldError, Id, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::access::audit;
use crate::access::{Action, roles};
use crate::operation::{Operation, Reader};
use crate::records::Object;

/// Facts in the head of a page, and on a card, when nobody said which.
const FACTS: usize = 4;
/// Of the audit log.
const LAYOUT_CHANGED: &str = "layout.changed";
/// Sections, and names in each list.
const MOST: usize = 500;

/// A layout as it is kept and shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Layout {
    /// Fields in the head of the page.
    pub facts: Vec<String>,
    pub sections: Vec<Section>,
    /// Fields that the page does not show.
    pub hidden: Vec<String>,
    /// Fields on a card of a board or a gallery.
    pub card: Vec<String>,
    /// Plurals of the objects whose lists stand beside the fields, in order.
    pub related: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Section {
    pub name: String,
    /// A text, or texts by language; none is the workspace's word for the name.
    pub label: Json,
    pub fields: Vec<String>,
    pub collapsed: bool,
}

impl Eq for Section {}

/// A layout for one role, or for everybody.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewLayout {
    #[serde(default)]
    pub role: Option<Id>,
    pub layout: Layout,
}

/// The layout that the caller gets; administrators may ask what a role would get.
pub fn effective(reader: &mut Reader, object: &Arc<Object>, role: Option<Id>) -> Result<Json> {
    reader.who.need(&object.def.name, Action::Read)?;
    let stored = match role {
        Some(role) => {
            reader.who.need_admin()?;
            stored(reader, object, &[role])?
        }
        None => {
            let user = reader.who.user.unwrap_or(reader.who.id);
            let own: Vec<Id> = roles::of_user(reader, user)?.into_iter().map(|role| role.id).collect();
            stored(reader, object, &own)?
        }
    };
    let (from, role, layout) = match stored {
        Some((role, layout)) if role.is_nil() => ("everyone", None, layout),
        Some((role, layout)) => ("role", Some(role), layout),
        None => ("definition", None, Layout::default()),
    };
    let (layout, warnings) = arranged(reader, object, layout, from == "definition");
    Ok(json!({ "layout": layout, "from": from, "role": role, "warnings": warnings }))
}

/// The first of the roles' layouts, else everybody's.
fn stored(reader: &mut Reader, object: &Object, roles: &[Id]) -> Result<Option<(Id, Layout)>> {
    for role in roles.iter().copied().chain([Id::NIL]) {
        let sql = "select body from layout where object = $1 and role = $2";
        if let Some(row) = reader.tx.one(sql, &[object.def.name.as_str().into(), role.into()])? {
            let layout = serde_json::from_str(row.text(0)).map_err(Error::internal)?;
            return Ok(Some((role, layout)));
        }
    }
    Ok(None)
}

/// A layout as it holds now for the caller: names that are there, and every field that it does not name.
fn arranged(reader: &Reader, object: &Object, layout: Layout, is_plain: bool) -> (Layout, Vec<FieldError>) {
    let hidden = &reader.who.access.on(&object.def.name).hidden_fields;
    let mut warnings = Vec::new();
    let mut known = |names: Vec<String>, at: &str| -> Vec<String> {
        let mut kept = Vec::with_capacity(names.len());
        for (place, name) in names.into_iter().enumerate() {
            if hidden.contains(&name) {
                continue;
            }
            if object.def.position(&name).is_some() {
                kept.push(name);
            } else {
                let detail = format!("there is no field `{name}`");
                warnings.push(FieldError::new(&format!("{at}/{place}"), "unknown_field", detail));
            }
        }
        kept
    };
    let mut out = Layout {
        facts: known(layout.facts, "/layout/facts"),
        hidden: known(layout.hidden, "/layout/hidden"),
        card: known(layout.card, "/layout/card"),
        related: layout.related,
        sections: Vec::new(),
    };
    for (place, section) in layout.sections.into_iter().enumerate() {
        let fields = known(section.fields, &format!("/layout/sections/{place}/fields"));
        out.sections.push(Section { fields, ..section });
    }
    let lists = lists(reader, object);
    out.related.retain(|plural| lists.contains(plural));
    let named: BTreeSet<String> =
        out.hidden.iter().chain(out.sections.iter().flat_map(|section| &section.fields)).cloned().collect();
    for field in &object.def.fields {
        if named.contains(&field.name) || hidden.contains(&field.name) {
            continue;
        }
        let section = if field.section.is_empty() { "main" } else { &field.section };
        match out.sections.iter_mut().find(|known| known.name == section) {
            Some(known) => known.fields.push(field.name.clone()),
            None => out.sections.push(Section {
                name: section.to_string(),
                fields: vec![field.name.clone()],
                ..Section::default()
            }),
        }
    }
    if is_plain {
        out.facts = usual(reader, object);
        out.card = out.facts.clone();
        out.related = lists;
    }
    (out, warnings)
}

/// The few fields by which people know a record of any object: where it stands, whose it is, how much and until when.
fn usual(reader: &Reader, object: &Object) -> Vec<String> {
    let hidden = &reader.who.access.on(&object.def.name).hidden_fields;
    let in_title: Vec<usize> = object.title.fields().collect();
    let mut wanted: Vec<(usize, String)> = Vec::new();
    for (position, field) in object.def.fields.iter().enumerate() {
        if hidden.contains(&field.name) || in_title.contains(&position) || field.section == "system" {
            continue;
        }
        let is_owner = object.def.owner.as_deref() == Some(field.name.as_str());
        let rank = match field.kind.stored() {
            _ if matches!(field.name.as_str(), "stage" | "status") => 0,
            _ if is_owner => 1,
            FieldType::Money => 2,
            FieldType::Date | FieldType::Time => 3,
            FieldType::Email | FieldType::Phone => 4,
            FieldType::Choice { .. } => 5,
            FieldType::Link { .. } => 6,
            _ => continue,
        };
        // One of each kind is enough to know a record by.
        if rank == 0 || !wanted.iter().any(|(known, _)| *known == rank) {
            wanted.push((rank, field.name.clone()));
        }
    }
    wanted.sort_by_key(|(rank, _)| *rank);
    wanted.into_iter().take(FACTS).map(|(_, name)| name).collect()
}

/// Plurals of the objects that link here and that the caller may read.
fn lists(reader: &Reader, object: &Object) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (name, link) in &object.inward {
        let access = reader.who.access.on(name);
        let Some(other) = reader.catalogue.named(name) else { continue };
        if access.allows(Action::Read) && !access.hidden_fields.contains(link) && !found.contains(&other.def.plural) {
            found.push(other.def.plural.clone());
        }
    }
    found
}

/// Keeps a layout; what it names must be there.
pub fn put(op: &mut Operation, object: &Arc<Object>, new: &NewLayout) -> Result<Json> {
    op.who.need_admin()?;
    let mut faults = Vec::new();
    let mut names = |names: &[String], at: &str| {
        for (place, name) in names.iter().enumerate() {
            if object.def.position(name).is_none() {
                let detail = format!("there is no field `{name}`");
                faults.push(FieldError::new(&format!("{at}/{place}"), "unknown_field", detail));
            }
        }
    };
    let layout = &new.layout;
    names(&layout.facts, "/layout/facts");
    names(&layout.hidden, "/layout/hidden");
    names(&layout.card, "/layout/card");
    for (place, section) in layout.sections.iter().enumerate() {
        names(&section.fields, &format!("/layout/sections/{place}/fields"));
    }
    let placed: Vec<&String> =
        layout.sections.iter().flat_map(|section| &section.fields).chain(&layout.hidden).collect();
    if let Some(twice) = placed.iter().enumerate().find(|(n, name)| placed.iter().take(*n).any(|other| other == *name))
    {
        let detail = format!("`{}` stands in two places", twice.1);
        faults.push(FieldError::new("/layout/sections", "taken_twice", detail));
    }
    for (place, section) in layout.sections.iter().enumerate() {
        let at = format!("/layout/sections/{place}");
        if section.name.trim().is_empty() {
            faults.push(FieldError::new(&format!("{at}/name"), "required", "a section has a name"));
        }
        let is_text = match &section.label {
            Json::Null | Json::String(_) => true,
            Json::Object(texts) => texts.values().all(Json::is_string),
            _ => false,
        };
        if !is_text {
            faults.push(FieldError::new(&format!("{at}/label"), "wrong_type", "a text, or texts by language"));
        }
    }
    for (place, plural) in layout.related.iter().enumerate() {
        if !op.catalogue.objects().iter().any(|other| other.def.plural == *plural) {
            let detail = format!("there is no object `{plural}`");
            faults.push(FieldError::new(&format!("/layout/related/{place}"), "unknown_object", detail));
        }
    }
    if layout.sections.len() > MOST || placed.len() > MOST {
        faults.push(FieldError::new("/layout", "too_many", format!("at most {MOST} sections and fields")));
    }
    let role = new.role.unwrap_or(Id::NIL);
    if !role.is_nil() && op.tx.one("select 1 from role where id = $1", &[role.into()])?.is_none() {
        faults.push(FieldError::new("/role", "not_found", "there is no such role"));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let body = serde_json::to_string(layout).map_err(Error::internal)?;
    let (now, by) = (op.now, op.who.actor());
    op.tx.execute(
        "insert into layout (object, role, body, updated_at, updated_by) values ($1, $2, $3, $4, $5) \
         on conflict (object, role) do update set body = excluded.body, updated_at = excluded.updated_at, \
         updated_by = excluded.updated_by",
        &[object.def.name.as_str().into(), role.into(), body.into(), now.into(), by.into()],
    )?;
    noted(op, object, new.role, false)?;
    effective(op, object, new.role)
}

/// Takes a layout away: the next one holds.
pub fn remove(op: &mut Operation, object: &Arc<Object>, role: Option<Id>) -> Result<()> {
    op.who.need_admin()?;
    let args = [object.def.name.as_str().into(), role.unwrap_or(Id::NIL).into()];
    if op.tx.execute("delete from layout where object = $1 and role = $2", &args)? == 0 {
        return Err(Error::NotFound);
    }
    noted(op, object, role, true)
}

/// All layouts of an object, for whoever arranges them.
pub fn all(reader: &mut Reader, object: &Arc<Object>) -> Result<Json> {
    reader.who.need_admin()?;
    let sql = "select l.role, o.name, l.body, l.updated_at, l.updated_by from layout l left join role o on o.id = l.role \
               where l.object = $1 order by o.name";
    let rows = reader.tx.query(sql, &[object.def.name.as_str().into()])?;
    let data: Vec<Json> = rows
        .iter()
        .map(|row| {
            let layout: Layout = serde_json::from_str(row.text(2)).unwrap_or_default();
            let role = row.opt_id(0).filter(|role| !role.is_nil());
            json!({ "role": role, "role_name": row.opt_text(1), "layout": layout, "updated_at": row.time(3), "updated_by": row.opt_id(4) })
        })
        .collect();
    Ok(json!({ "data": data }))
}

fn noted(op: &mut Operation, object: &Object, role: Option<Id>, removed: bool) -> Result<()> {
    audit::write(op, LAYOUT_CHANGED, Some(&object.def.name), None, json!({ "role": role, "removed": removed }))
}
