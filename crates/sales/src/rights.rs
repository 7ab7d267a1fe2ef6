//! Records that the caller may change, and what the product changes by itself.

use std::sync::Arc;

use foundation::Operation;
use foundation::access::Action;
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

/// Does what follows from a rule with the product's own rights, and says that nobody did it by hand.
pub fn as_product<T>(op: &mut Operation, act: impl FnOnce(&mut Operation) -> Result<T>) -> Result<T> {
    let channel = std::mem::replace(&mut op.channel, "automation");
    let done = op.as_product(act);
    op.channel = channel;
    done
}
