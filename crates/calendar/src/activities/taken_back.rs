//! The way back of a moment that got a record of its own: in the bin alone it would stand for a moment that was called off.

use foundation::Operation;
use foundation::ledger::Line;
use foundation::records::read;
use foundation::records::undo::TakesBack;
use foundation::records::write::{self, Write};
use kernel::{Result, Value};

use super::{ACTIVITY, Activity};

/// Moments of what recurs, changed by themselves.
pub struct Moments;

impl TakesBack for Moments {
    fn knows(&self, line: &Line) -> bool {
        line.kind.strip_prefix(ACTIVITY) == Some(".created")
    }

    fn take_back(&self, op: &mut Operation, line: &Line) -> Result<Option<bool>> {
        let (object, Some(id)) = (op.object(ACTIVITY)?, line.about()) else { return Ok(None) };
        let Some(record) = read::load(op, &object, id)? else { return Ok(None) };
        let stands_for: Vec<(usize, Value)> = [Activity::SERIES, Activity::OCCURRENCE_AT]
            .into_iter()
            .filter_map(|name| object.def.position(name))
            .filter(|position| !record.value(*position).is_null())
            .map(|position| (position, Value::Null))
            .collect();
        if stands_for.is_empty() || record.deleted_at.is_some() {
            return Ok(None);
        }
        write::apply_one(op, &object, Write::Update { id, version: None, values: stands_for })?;
        write::apply_one(op, &object, Write::Trash { id })?;
        Ok(Some(true))
    }
}
