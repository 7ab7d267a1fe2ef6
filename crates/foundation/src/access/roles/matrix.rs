//! A role as a page shows it: objects × what may be done, fields × how they are seen, each with where it comes from.

use kernel::{FieldDef, Result};
use serde_json::{Value as Json, json};

use super::body::{EVERY_OBJECT, FieldRule, Grant, RoleBody};
use super::standard::ADMINISTRATOR;
use super::store::Role;
use crate::operation::Reader;
use crate::records::Object;

/// `{"role","admin","events","every":Line,"objects":[Line with "fields"]}`. For administrators.
pub fn matrix(reader: &mut Reader, role: &Role) -> Result<Json> {
    reader.who.need_admin()?;
    let users = super::holders(reader, role.id)?;
    let every = role.body.objects.get(EVERY_OBJECT).cloned().unwrap_or_default();
    let objects: Vec<Json> = reader.catalogue.objects().iter().map(|object| line(&role.body, object)).collect();
    Ok(json!({
        "role": {
            "id": role.id, "name": role.name, "key": role.key, "users": users,
            "fixed": role.key.as_deref() == Some(ADMINISTRATOR),
        },
        "admin": role.body.admin,
        "events": role.body.events,
        "every": actions(&every),
        "objects": objects,
    }))
}

fn line(body: &RoleBody, object: &Object) -> Json {
    let def = &object.def;
    let grant = body.grant(&def.name).unwrap_or_default();
    let mut line = actions(&grant);
    if let Some(line) = line.as_object_mut() {
        line.insert("object".into(), json!(def.name));
        line.insert("plural".into(), json!(def.plural));
        line.insert("label".into(), json!(def.label));
        line.insert("label_plural".into(), json!(def.label_plural));
        line.insert("area".into(), json!(def.area));
        line.insert("custom".into(), json!(def.custom));
        line.insert("has_owner".into(), json!(def.owner.is_some()));
        line.insert("named".into(), json!(body.objects.contains_key(&def.name)));
        line.insert("restrict".into(), json!(body.restrict.get(&def.name).cloned().unwrap_or_default()));
        let fields: Vec<Json> = def.fields.iter().map(|field| field_line(&grant, field)).collect();
        line.insert("fields".into(), json!(fields));
    }
    line
}

fn actions(grant: &Grant) -> Json {
    json!({
        "read": grant.read, "update": grant.update, "delete": grant.delete,
        "create": grant.create, "import": grant.import, "export": grant.export,
    })
}

fn field_line(grant: &Grant, field: &FieldDef) -> Json {
    let computed = field.kind.is_computed() || field.readonly;
    let writes = (grant.update.0.is_some() || grant.create) && !computed;
    let access = match grant.fields.get(&field.name) {
        Some(FieldRule::Hidden) => "hidden",
        Some(FieldRule::Readonly) => "read",
        None if grant.read.0.is_none() => "hidden",
        None if writes => "write",
        None => "read",
    };
    json!({
        "field": field.name,
        "label": field.label,
        "type": field.kind.name(),
        "class": field.class,
        "computed": computed,
        "access": access,
        "said": grant.fields.get(&field.name),
    })
}
