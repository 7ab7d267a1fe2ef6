//! Records that the caller may change, and what the product changes by itself.

use std::sync::Arc;

use foundation::Operation;
use foundation::access::{Action, Principal};
use foundation::records::{Object, Record, read};
use kernel::{Error, Id, Result};

use crate::queries;

/// A living record that the caller may change; one that they may only see is refused, others are not there.
pub fn changeable(op: &mut Operation, object: &Arc<Object>, id: Id) -> Result<Record> {
    op.who.need(&object.def.name, Action::Update)?;
    let record = read::get(op, object, id)?;
    if record.deleted_at.is_some() {
        return Err(Error::NotFound);
    }
    if !queries::may_update(op, object, id)? {
        return Err(Error::Forbidden("changing this record"));
    }
    Ok(record)
}

/// Does something with the product's own rights: what follows from a rule does not depend on who caused it.
pub fn as_product<T>(op: &mut Operation, act: impl FnOnce(&mut Operation) -> Result<T>) -> Result<T> {
    static PRODUCT: std::sync::LazyLock<Principal> = std::sync::LazyLock::new(|| Principal::system("sales"));
    let (who, channel) = (std::mem::replace(&mut op.who, &PRODUCT), std::mem::replace(&mut op.channel, "automation"));
    let done = act(op);
    op.who = who;
    op.channel = channel;
    done
}
