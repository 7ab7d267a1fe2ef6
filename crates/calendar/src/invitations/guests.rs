//! Who is invited: the contact, the lead and the participants of an activity who have an address.

use std::collections::BTreeMap;

use channels::outbox;
use foundation::Operation;
use foundation::records::{Object, Record, read};
use kernel::{FieldError, Id, Result, Value};

use super::queries;
use crate::activities::Activity;

/// People of one meeting.
const MOST: usize = 200;

/// Somebody to be invited.
#[derive(Debug, Clone)]
pub struct Guest {
    pub party: Id,
    pub name: String,
    pub address: String,
    pub language: Option<String>,
}

/// Whether letters go out for a record.
pub fn wants(object: &Object, record: &Record) -> bool {
    *record.get(object, Activity::INVITES) == Value::Bool(true)
        && record.deleted_at.is_none()
        && record.get(object, Activity::OUTCOME).as_text() != Some("cancelled")
        && record.get(object, Activity::KIND).as_text() != Some("task")
        && !record.get(object, Activity::STARTS_AT).is_null()
        && !record.get(object, Activity::OWNER).is_null()
        && record.get(object, Activity::BOOKING).is_null()
}

/// Everybody to be invited, each address once.
pub fn of(op: &mut Operation, object: &Object, record: &Record) -> Result<Vec<Guest>> {
    let link = |field| record.get(object, field).as_link();
    let mut contacts: Vec<Id> = link(Activity::CONTACT).into_iter().collect();
    if let Value::Links(more) = record.get(object, Activity::PARTICIPANTS) {
        contacts.extend(more.iter().take(MOST));
    }
    let leads: Vec<Id> = link(Activity::LEAD).into_iter().collect();
    let mut guests: Vec<Guest> = Vec::new();
    for (name, ids) in [("contact", contacts), ("lead", leads)] {
        if ids.is_empty() {
            continue;
        }
        let reached = queries::reached(op, name, &ids)?;
        let titles = read::titles_of(op, BTreeMap::from([(name.to_string(), ids.clone())]))?;
        for id in ids {
            let Some((address, language)) = reached.get(&id) else { continue };
            if !guests.iter().any(|known| known.address == *address) {
                let name = titles.0.get(&id).map(|(_, title)| title.clone()).unwrap_or_default();
                guests.push(Guest { party: id, name, address: address.clone(), language: language.clone() });
            }
        }
    }
    Ok(guests)
}

/// Why nobody can be invited to this.
pub fn faults(op: &mut Operation, object: &Object, record: &Record) -> Result<Vec<FieldError>> {
    if *record.get(object, Activity::INVITES) != Value::Bool(true) || record.deleted_at.is_some() {
        return Ok(Vec::new());
    }
    let fault = |code, why: &str| Ok(vec![FieldError::new(Activity::INVITES, code, why)]);
    if !record.get(object, Activity::BOOKING).is_null() {
        return fault("invitation.booked", "who booked it gets letters of the booking");
    }
    if record.get(object, Activity::KIND).as_text() == Some("task") || record.get(object, Activity::STARTS_AT).is_null()
    {
        return fault("invitation.no_time", "only to a call, a meeting or a visit with a start can people be invited");
    }
    let Some(owner) = record.get(object, Activity::OWNER).as_link() else {
        return fault("invitation.no_owner", "somebody must invite: name an owner");
    };
    if !outbox::has_mail(op.app) && queries::mailbox_of(op, owner)?.is_none() {
        return fault("invitation.no_mail", "no outgoing mail is set up, and the owner has no mailbox");
    }
    Ok(Vec::new())
}
