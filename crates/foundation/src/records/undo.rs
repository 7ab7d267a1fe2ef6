//! Undo of any change: a click, a bulk edit, an import. The undo is a change itself, so it can be undone (redo).
//!
//! A field goes back only if it still holds what the change put there; what somebody changed since stays and is reported.
//! What was erased never comes back: its key is gone, so its old values cannot be read.

use std::collections::BTreeMap;

use kernel::{Error, Id, Result};
use serde_json::{Value as Json, json};

use super::columns;
use super::history::changes_of;
use super::write::{self, Write};
use crate::ledger::{self, Line};
use crate::operation::Operation;

/// Lines taken back in one go.
const BATCH: i64 = 1000;

/// What an undo did, or has done so far.
#[derive(Debug, Default, Clone)]
pub struct Undone {
    pub undone: usize,
    pub skipped: Vec<Json>,
    /// The last ledger line taken back; the undo of a large change goes on from here.
    pub cursor: Option<i64>,
    pub finished: bool,
}

/// What has a way back of its own: its lines are handed to it, not taken back field by field.
pub trait TakesBack: Send + Sync {
    /// Whether a line may be of its kind, as far as the line alone says.
    fn knows(&self, line: &Line) -> bool;

    /// Takes back what a line tells; `false` if it is taken back already, none if the line is not of its kind.
    fn take_back(&self, op: &mut Operation, line: &Line) -> Result<Option<bool>>;
}

/// Takes back a part of a change, newest line first, starting below `cursor`.
pub fn step(op: &mut Operation, change: Id, cursor: Option<i64>) -> Result<Undone> {
    let sql = format!("{} where e.change = $1 and e.seq < $2 order by e.seq desc limit $3", ledger::SELECT);
    let rows = op.tx.query(&sql, &[change.into(), cursor.unwrap_or(i64::MAX).into(), BATCH.into()])?;
    let lines: Vec<Line> = rows.iter().map(Line::from_row).collect();
    if lines.is_empty() && cursor.is_none() {
        return Err(Error::NotFound);
    }
    let mut undone = Undone {
        cursor: lines.last().map(|line| line.seq),
        finished: lines.len() < BATCH as usize,
        ..Undone::default()
    };

    // Children before parents as they came; writes of one object in one batch.
    let mut runs: Vec<(String, Vec<(Id, Write)>)> = Vec::new();
    let own_ways = op.app.own_ways().to_vec();
    for line in &lines {
        let Some((object_name, verb)) = line.kind.rsplit_once('.') else { continue };
        if own_ways.iter().any(|way| way.knows(line)) {
            flush(op, &mut runs, &mut undone)?;
            let taken =
                own_ways.iter().filter(|way| way.knows(line)).find_map(|way| way.take_back(op, line).transpose());
            let is_taken = taken.is_some();
            match taken {
                Some(Ok(taken)) => undone.undone += usize::from(taken),
                Some(Err(error)) => skip(&mut undone, object_name, line.about().unwrap_or(Id::NIL), error)?,
                None => {}
            }
            if is_taken || line.props.contains_key("merge") {
                continue;
            }
        }
        if line.object.as_deref() != Some(object_name) {
            continue;
        }
        let Some(object) = op.catalogue.named(object_name).cloned() else { continue };
        let Some(id) = line.about() else { continue };
        let write = match verb {
            "created" | "restored" => Write::Trash { id },
            "trashed" => Write::Restore { id },
            "updated" => {
                let changes = changes_of(op, line)?;
                let current = super::read::load(op, &object, id)?;
                let mut values = Vec::new();
                for (name, pair) in changes {
                    let Some(position) = object.def.position(&name) else { continue };
                    let Some(field) = object.field(position).filter(|field| !field.kind.is_computed()) else {
                        continue;
                    };
                    let (old, new) = (pair.get(0).unwrap_or(&Json::Null), pair.get(1).unwrap_or(&Json::Null));
                    let now = current.as_ref().map(|record| record.value(position).to_json());
                    if now.as_ref() == Some(new) {
                        if let Some(value) = columns::from_json(field, old) {
                            values.push((position, value));
                        }
                    } else {
                        undone
                            .skipped
                            .push(json!({ "object": object_name, "id": id, "field": name, "reason": "changed_since" }));
                    }
                }
                if values.is_empty() {
                    continue;
                }
                // Several changes of one record must be seen one after the other.
                flush(op, &mut runs, &mut undone)?;
                Write::Update { id, version: None, values }
            }
            _ => continue,
        };
        match runs.last_mut() {
            Some((name, writes)) if name == object_name && !matches!(write, Write::Update { .. }) => {
                writes.push((id, write))
            }
            _ => runs.push((object_name.to_string(), vec![(id, write)])),
        }
    }
    flush(op, &mut runs, &mut undone)?;
    Ok(undone)
}

fn flush(op: &mut Operation, runs: &mut Vec<(String, Vec<(Id, Write)>)>, undone: &mut Undone) -> Result<()> {
    for (name, writes) in runs.drain(..) {
        let Some(object) = op.catalogue.named(&name).cloned() else { continue };
        let (ids, writes): (Vec<Id>, Vec<Write>) = writes.into_iter().unzip();
        for (id, result) in ids.into_iter().zip(write::apply(op, &object, writes)?) {
            match result {
                Ok(_) => undone.undone += 1,
                Err(error) => skip(undone, &name, id, error)?,
            }
        }
    }
    Ok(())
}

/// Notes what stays as it is and why; a fault of the product itself ends the whole.
fn skip(undone: &mut Undone, object: &str, id: Id, error: Error) -> Result<()> {
    undone.skipped.push(match error {
        Error::NotFound => json!({ "object": object, "id": id, "reason": "gone" }),
        Error::Forbidden(_) => json!({ "object": object, "id": id, "reason": "not_allowed" }),
        error @ (Error::Invalid(_) | Error::Conflict { .. }) => {
            json!({ "object": object, "id": id, "reason": "conflict", "detail": error.to_string() })
        }
        error => return Err(error),
    });
    Ok(())
}

/// Takes a whole change back, here and now. For changes of more than a few thousand lines use the job.
pub fn whole(op: &mut Operation, change: Id) -> Result<Undone> {
    let mut all = Undone::default();
    loop {
        let part = step(op, change, all.cursor)?;
        all.undone += part.undone;
        all.skipped.extend(part.skipped);
        all.cursor = part.cursor;
        if part.finished {
            all.finished = true;
            return Ok(all);
        }
    }
}

/// How many lines a change has, counted up to `limit`.
pub fn size(op: &mut Operation, change: Id, limit: i64) -> Result<i64> {
    let sql = "select count(*) from (select 1 from event where change = $1 limit $2) x";
    Ok(op.tx.one(sql, &[change.into(), limit.into()])?.map_or(0, |row| row.int(0)))
}

/// Kinds by how often they occur in a change, for its summary.
pub fn summary(op: &mut Operation, change: Id) -> Result<BTreeMap<String, i64>> {
    let sql = "select kind, count(*) from (select kind from event where change = $1 limit 100000) x group by kind";
    Ok(op.tx.query(sql, &[change.into()])?.iter().map(|row| (row.text(0).to_string(), row.int(1))).collect())
}
