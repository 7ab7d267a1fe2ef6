//! Rights on what came with a later version of the product, once: the standard roles of a company that is there already get
//! what a new company's have on new objects, and a field that tells what an older one tells is kept from whom that is kept from.

use std::collections::BTreeSet;

use kernel::{Error, Id, Result};
use serde_json::json;

use super::body::{EVERY_OBJECT, FieldRule, RoleBody};
use super::standard;
use crate::access::principal::Principal;
use crate::access::{audit, audit::action};
use crate::app::App;
use crate::operation::{Operation, Reader};

/// Fields that came later: the object, the field, and the older one beside it that tells the same.
const TELL_THE_SAME: [(&str, &str, &str); 1] = [("deal", "lines_amount", "amount")];

/// Gives what was not given yet. At the start; where nothing is new it is two reads.
pub fn give(app: &App) -> Result<()> {
    let system = Principal::system("roles");
    if !app.read_now(&system, newer)?.is_empty() {
        app.write_now(&system, give_all)?;
    }
    if app.read_now(&system, is_field_new)? {
        app.write_now(&system, hide_all)?;
    }
    Ok(())
}

fn mark(object: &str, field: &str) -> String {
    format!("{object}.{field}")
}

fn is_field_new(reader: &mut Reader) -> Result<bool> {
    let given = reader.tx.query("select object from role_given", &[])?;
    let is_given = |name: &str| given.iter().any(|row| row.text(0) == name);
    Ok(TELL_THE_SAME
        .iter()
        .any(|(object, field, _)| reader.catalogue.named(object).is_some() && !is_given(&mark(object, field))))
}

/// Every role, also one that the company made: what it hides under the old name it hides under the new one.
fn hide_all(op: &mut Operation) -> Result<()> {
    let given = op.tx.query("select object from role_given", &[])?;
    for (object, field, older) in TELL_THE_SAME {
        if given.iter().any(|row| row.text(0) == mark(object, field)) {
            continue;
        }
        for row in op.tx.query("select id, name, body from role order by id", &[])? {
            let id: Id = row.id(0);
            let before: RoleBody = serde_json::from_str(row.text(2))
                .map_err(|fault| Error::internal(format!("role {id} is damaged: {fault}")))?;
            let mut after = before.clone();
            let Some(grant) = after.objects.get_mut(object) else { continue };
            if grant.fields.get(older) != Some(&FieldRule::Hidden) || grant.fields.contains_key(field) {
                continue;
            }
            grant.fields.insert(field.to_string(), FieldRule::Hidden);
            op.tx.execute("update role set body = $2 where id = $1", &[id.into(), json!(after).to_string().into()])?;
            let change = json!({ "name": row.text(1), "before": before, "after": after });
            audit::write(op, action::ROLE_CHANGED, Some("role"), Some(id), change)?;
        }
        let sql = "insert into role_given (object) values ($1) on conflict do nothing";
        op.tx.execute(sql, &[mark(object, field).into()])?;
    }
    op.app.gate().distrust();
    Ok(())
}

/// Objects that standard roles speak of, that this installation has, and that they were not given.
fn newer(reader: &mut Reader) -> Result<BTreeSet<String>> {
    let given = reader.tx.query("select object from role_given", &[])?;
    let given: BTreeSet<&str> = given.iter().map(|row| row.text(0)).collect();
    let mut newer = BTreeSet::new();
    for (_, _, body) in standard::roles() {
        let named = RoleBody::read(&body)?.objects.into_keys();
        newer.extend(named.filter(|name| name != EVERY_OBJECT && !given.contains(name.as_str())));
    }
    newer.retain(|name| reader.catalogue.named(name).is_some());
    Ok(newer)
}

fn give_all(op: &mut Operation) -> Result<()> {
    let newer = newer(op)?;
    for (key, name, body) in standard::roles() {
        let Some(row) = op.tx.one("select id, body from role where key = $1", &[key.into()])? else { continue };
        let id: Id = row.id(0);
        let before: RoleBody = serde_json::from_str(row.text(1))
            .map_err(|fault| Error::internal(format!("role {id} is damaged: {fault}")))?;
        let mut after = before.clone();
        for (object, grant) in RoleBody::read(&body)?.objects {
            if newer.contains(&object) {
                after.objects.entry(object).or_insert(grant);
            }
        }
        if after == before {
            continue;
        }
        op.tx.execute("update role set body = $2 where id = $1", &[id.into(), json!(after).to_string().into()])?;
        let change = json!({ "name": name, "before": before, "after": after });
        audit::write(op, action::ROLE_CHANGED, Some("role"), Some(id), change)?;
    }
    for object in &newer {
        op.tx
            .execute("insert into role_given (object) values ($1) on conflict do nothing", &[object.as_str().into()])?;
    }
    op.app.gate().distrust();
    Ok(())
}
