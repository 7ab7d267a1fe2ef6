//! How people of a meeting are kept, and what of it stands on the ledger.

use events::NewEvent;
use foundation::ledger::{self, Entry, facts::split_personal};
use foundation::{Operation, Reader};
use kernel::{Id, Result};
use serde_json::json;

use super::Attendee;
use super::letter::Reached;
use crate::activities::ACTIVITY;

/// Who somebody is; none once they were erased.
pub fn reached(reader: &mut Reader, attendee: &Attendee) -> Result<Option<Reached>> {
    let kept = ledger::open_for(reader, attendee.party, attendee.party, &attendee.sealed)?;
    Ok(kept.and_then(|kept| serde_json::from_value(kept).ok()))
}

/// The same, under their own key.
pub fn sealed(op: &mut Operation, party: Id, reached: &Reached) -> Result<Vec<u8>> {
    ledger::seal_for(op, party, party, &json!(reached))
}

/// Puts a line about a meeting on the ledger.
pub fn append(op: &mut Operation, event: NewEvent, party: Option<Id>, activity: Id) -> Result<()> {
    let mut entry = Entry {
        kind: event.kind.clone(),
        party,
        object: Some(ACTIVITY.into()),
        record: Some(activity),
        channel: Some("email".into()),
        ..Entry::default()
    };
    split_personal(&event.kind, event.props, &mut entry);
    ledger::append(op, vec![entry]).map(drop)
}
