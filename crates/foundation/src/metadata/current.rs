//! What a company has defined, read from where it lies.

use std::sync::Arc;

use kernel::{FieldDef, Id, Result, Value};
use serde_json::{Map, Value as Json, json};

use super::{EVERYONE, Item, Key, Kind};
use crate::access::roles::{self, ADMINISTRATOR};
use crate::company::{calendars, currencies};
use crate::operation::Reader;
use crate::records::Object;
use crate::records::record::{self, Record};

/// All of it, in the order of the text.
pub fn items(reader: &mut Reader) -> Result<Vec<Item>> {
    let mut items = Vec::new();
    objects(reader, &mut items);
    roles_and_layouts(reader, &mut items)?;
    views(reader, &mut items)?;
    pipelines(reader, &mut items)?;
    for (_, calendar) in calendars::all(reader.tx)? {
        items.push(item(Kind::Calendar, "", &calendar.name, calendar_body(&calendar)));
    }
    items.push(item(Kind::Currencies, "", EVERYONE, json!(currencies::used(reader.tx)?)));
    Ok(items)
}

fn item(kind: Kind, of: &str, name: &str, body: Json) -> Item {
    let body = if let Json::Object(body) = body { body } else { Map::new() };
    Item { key: Key { kind, of: of.into(), name: name.into() }, body, pointer: String::new() }
}

/// A calendar without its name. Which one is the default is said of that one only.
pub fn calendar_body(calendar: &calendars::Body) -> Json {
    let mut body = json!({ "time_zone": calendar.time_zone, "hours": calendar.hours, "holidays": calendar.holidays });
    if let Some(body) = body.as_object_mut().filter(|_| calendar.is_default) {
        body.insert("is_default".into(), json!(true));
    }
    body
}

fn objects(reader: &Reader, items: &mut Vec<Item>) {
    for object in reader.catalogue.objects() {
        let def = &object.def;
        if def.custom {
            let mut about = json!({
                "plural": def.plural, "label": def.label, "label_plural": def.label_plural,
                "icon": def.icon, "area": def.area, "title": def.title,
            });
            if let Some(about) = about.as_object_mut().filter(|_| !def.needs_any.is_empty()) {
                about.insert("needs_any".into(), json!(def.needs_any));
            }
            items.push(item(Kind::Object, "", &def.name, about));
        }
        for field in def.fields.iter().filter(|field| field.custom) {
            items.push(item(Kind::Field, &def.name, &field.name, Json::Object(field_body(field))));
        }
        for field in def.fields.iter().filter(|field| !field.conditions.is_empty()) {
            items.push(item(Kind::Conditions, &def.name, &field.name, json!(field.conditions)));
        }
    }
}

/// A field as it would be asked for; what everybody would assume is left out.
pub fn field_body(field: &FieldDef) -> Map<String, Json> {
    let Ok(Json::Object(mut body)) = serde_json::to_value(field) else { return Map::new() };
    for own in ["id", "custom", "identity", "retention_days"] {
        body.shift_remove(own);
    }
    body.retain(|_, value| *value != json!(false) && !value.is_null() && *value != json!(""));
    for (name, usual) in
        [("max", json!(0)), ("section", json!("main")), ("class", json!("internal")), ("purpose", json!("contract"))]
    {
        if body.get(name) == Some(&usual) {
            body.shift_remove(name);
        }
    }
    body
}

fn roles_and_layouts(reader: &mut Reader, items: &mut Vec<Item>) -> Result<()> {
    let rows = reader.tx.query("select id from role order by name", &[])?;
    for row in rows {
        let role = roles::get(reader, row.id(0))?;
        if role.key.as_deref() != Some(ADMINISTRATOR) {
            items.push(item(Kind::Role, "", &role.name, json!(role.body)));
        }
    }
    let sql = "select l.object, l.role, l.body, r.name from layout l left join role r on r.id = l.role order by l.object, r.name";
    for row in reader.tx.query(sql, &[])? {
        let name = if row.id(1).is_nil() { Some(EVERYONE) } else { row.opt_text(3) };
        // A layout of a role that is gone is nobody's.
        if let Some(name) = name {
            items.push(item(Kind::Layout, row.text(0), name, serde_json::from_str(row.text(2)).unwrap_or_default()));
        }
    }
    Ok(())
}

fn views(reader: &mut Reader, items: &mut Vec<Item>) -> Result<()> {
    for (record, object) in living(reader, "view")? {
        let text = |field: &str| record.get(&object, field).as_text().unwrap_or_default().to_string();
        if text("visibility") != "everyone" {
            continue;
        }
        let body = plain(&object, &record, &["name", "object_name", "visibility", "team", "owner"]);
        items.push(item(Kind::View, &text("object_name"), &text("name"), body));
    }
    Ok(())
}

fn pipelines(reader: &mut Reader, items: &mut Vec<Item>) -> Result<()> {
    let mut names: Vec<(Id, String)> = Vec::new();
    for (record, object) in living(reader, "pipeline")? {
        let name = record.get(&object, "name").as_text().unwrap_or_default().to_string();
        items.push(item(Kind::Pipeline, "", &name, plain(&object, &record, &["name"])));
        names.push((record.id, name));
    }
    for (record, object) in living(reader, "stage")? {
        let of = record.get(&object, "pipeline").as_link();
        let Some((_, pipeline)) = names.iter().find(|(id, _)| Some(*id) == of) else { continue };
        let name = record.get(&object, "name").as_text().unwrap_or_default().to_string();
        items.push(item(Kind::Stage, pipeline, &name, plain(&object, &record, &["name", "pipeline"])));
    }
    Ok(())
}

/// The living records of one of the small objects that a company sets up; none where it is not installed.
pub fn living(reader: &mut Reader, object: &str) -> Result<Vec<(Record, Arc<Object>)>> {
    let Some(object) = reader.catalogue.named(object).cloned() else { return Ok(Vec::new()) };
    let sql = format!(
        "select {} from {} r where r.deleted_at is null order by r.id",
        record::select_list(&object),
        object.def.table
    );
    let rows = reader.tx.query(&sql, &[])?;
    Ok(rows.iter().map(|row| (Record::from_row(&object, row), object.clone())).collect())
}

/// The values that mean the same in another company: no links, no figures, no keys of other systems.
fn plain(object: &Object, record: &Record, but: &[&str]) -> Json {
    let mut body = Map::new();
    for (position, field) in object.def.fields.iter().enumerate() {
        let is_own = !field.kind.is_computed() && !field.readonly && field.kind.target().is_none();
        let value = record.value(position);
        if !is_own || field.name == "external_id" || but.contains(&field.name.as_str()) || *value == Value::Null {
            continue;
        }
        body.insert(field.name.clone(), value.to_json());
    }
    Json::Object(body)
}
