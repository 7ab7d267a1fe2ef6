//! The one place where membership changes.

use std::collections::BTreeSet;

use events::NewEvent;
use events::marketing::{SegmentEntered, SegmentLeft};
use foundation::Operation;
use foundation::ledger::{self, Entry};
use kernel::{Id, Result};

use super::definition::{Definition, Members};
use super::{acting, depend, queries};

/// How many moved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Moved {
    pub entered: usize,
    pub left: usize,
}

/// Brings the membership of some parties in step with what the segment says now, and tells who entered and left. Doing it
/// again changes nothing.
pub fn settle(op: &mut Operation, definition: &Definition, ids: &BTreeSet<Id>) -> Result<Moved> {
    if ids.is_empty() || matches!(definition.members, Members::Unknown) {
        return Ok(Moved::default());
    }
    let ids: Vec<Id> = ids.iter().copied().collect();
    let fitting = queries::fitting(op, definition, &ids)?;
    let members = queries::members_among(op, definition.id, &ids)?;
    let entered: Vec<Id> = fitting.difference(&members).copied().collect();
    let left: Vec<Id> = members.difference(&fitting).copied().collect();
    if entered.is_empty() && left.is_empty() {
        return Ok(Moved::default());
    }
    let day = depend::day(op.now, &acting(op.tx)?.zone);
    queries::put_moves(op, definition.id, &entered, &left, &day)?;
    let segment = definition.id;
    let came = entered.iter().map(|party| line(definition, *party, NewEvent::of(SegmentEntered { segment })));
    let went = left.iter().map(|party| line(definition, *party, NewEvent::of(SegmentLeft { segment })));
    let lines = came.chain(went).collect();
    ledger::append(op, lines)?;
    Ok(Moved { entered: entered.len(), left: left.len() })
}

fn line(definition: &Definition, party: Id, event: NewEvent) -> Entry {
    Entry {
        kind: event.kind,
        party: Some(party),
        object: Some(super::SEGMENT.into()),
        record: Some(definition.id),
        label: Some(definition.name.clone()),
        props: event.props,
        ..Entry::default()
    }
}
