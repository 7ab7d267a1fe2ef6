//! Rights on objects that came with a later version of the product: the standard roles of a company that is there already
//! get what a new company's have, once.

use std::collections::BTreeSet;

use kernel::{Error, Id, Result};
use serde_json::json;

use super::body::{EVERY_OBJECT, RoleBody};
use super::standard;
use crate::access::principal::Principal;
use crate::access::{audit, audit::action};
use crate::app::App;
use crate::operation::{Operation, Reader};

/// Gives what was not given yet. At the start; where nothing is new it is one read.
pub fn give(app: &App) -> Result<()> {
    let system = Principal::system("roles");
    if app.read_now(&system, newer)?.is_empty() {
        return Ok(());
    }
    app.write_now(&system, give_all)
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
