//! Erasure: a person is gone, from the record and from every copy.
//!
//! The record's personal values are emptied, its identities forgotten, its search words removed with the record, and its key
//! destroyed, so that nothing sealed for it (old values in the ledger, back-ups, the lake) can be read again. What the
//! accounts need stays: the id, amounts, dates and counts. No undo and no restore brings it back.

use std::sync::Arc;

use db::Arg;
use kernel::{Error, Id, Result};

use super::catalogue::Object;
use super::{columns, read};
use crate::access::Action;
use crate::access::audit;
use crate::ledger::{self, Entry};
use crate::operation::Operation;

/// Erases a party for good.
pub fn erase(op: &mut Operation, object: &Arc<Object>, id: Id) -> Result<()> {
    op.who.need_admin()?;
    op.who.need(&object.def.name, Action::Delete)?;
    if !object.def.party {
        return Err(Error::invalid(
            "",
            "not_a_party",
            "only people and organisations are erased; delete other records",
        ));
    }
    let record = read::get(op, object, id)?;

    let mut assignments = Vec::new();
    let mut args: Vec<Arg> = vec![id.into(), op.now.into(), (record.version + 1).into()];
    for (position, field) in object.def.fields.iter().enumerate() {
        if !field.is_personal() {
            continue;
        }
        let mut empty = Vec::new();
        columns::write(field, &kernel::Value::Null, &mut empty);
        for (column, value) in object.columns_of(position).iter().zip(empty) {
            args.push(value);
            assignments.push(format!("{} = ${}", column.name, args.len()));
        }
    }
    assignments.push("title = ''".into());
    assignments.push("sort_title = ''".into());
    let sql = format!(
        "update {} set {}, version = $3, updated_at = $2, deleted_at = coalesce(deleted_at, $2) where id = $1",
        object.def.table,
        assignments.join(", ")
    );
    op.tx.execute(&sql, &args)?;
    op.tx.execute("delete from identity where party = $1", &[id.into()])?;
    op.tx.execute("delete from party_key where party = $1", &[id.into()])?;
    let aliases = op.tx.query("select alias from party_alias where party = $1", &[id.into()])?;
    for alias in aliases {
        op.tx.execute("delete from party_key where party = $1", &[alias.id(0).into()])?;
    }
    let entry = Entry {
        kind: format!("{}.erased", object.def.name),
        party: Some(id),
        object: Some(object.def.name.clone()),
        ..Entry::default()
    };
    ledger::append(op, vec![entry])?;
    audit::write(op, "record.erased", Some(&object.def.name), Some(id), serde_json::json!({}))
}

/// `true` if the party was erased: its key is gone.
pub fn is_erased(op: &mut Operation, object: &Object, id: Id) -> Result<bool> {
    Ok(object.def.party && op.tx.one("select 1 from party_key where party = $1", &[id.into()])?.is_none())
}
