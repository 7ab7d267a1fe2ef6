//! The receiver wants no more of it.

use events::NewEvent;
use events::marketing::EmailUnsubscribed;
use foundation::Operation;
use foundation::ledger::{self, Entry, facts::split_personal};
use foundation::records::write::{self, Write};
use foundation::records::{ask, read};
use kernel::{Error, Id, Result, Value};

use super::enrol::{self, Plan};
use super::queries;

/// Takes somebody off every sequence and marks that they are not written to; a second time changes nothing.
pub fn leave(op: &mut Operation, enrolment: Id) -> Result<()> {
    let Some(enrolment) = queries::enrolment_by_id(op, enrolment)? else { return Ok(()) };
    let Some(object) = op.catalogue.named(&enrolment.object).cloned() else { return Ok(()) };
    let record = ask::as_product(op, |reader| read::load(reader, &object, enrolment.record))?;
    let Some(record) = record.filter(|record| record.deleted_at.is_none()) else { return Ok(()) };
    op.channel = "email";
    let position = object.def.position("do_not_email").ok_or_else(|| Error::internal("nobody can be left alone"))?;
    if *record.value(position) != Value::Bool(true) {
        let values = vec![(position, Value::Bool(true))];
        op.as_product(|op| write::apply_one(op, &object, Write::Update { id: record.id, version: None, values }))?;
        let list = Plan::known(op, enrolment.sequence)?.map(|plan| plan.name);
        let event = NewEvent::of(EmailUnsubscribed { list, campaign: None });
        let mut entry = Entry {
            kind: event.kind.clone(),
            party: Some(record.id),
            channel: Some("email".into()),
            ..Entry::default()
        };
        split_personal(&event.kind, event.props, &mut entry);
        ledger::append(op, vec![entry])?;
    }
    for other in queries::enrolments_of(op, record.id, 50)? {
        if other.ended_at.is_none() {
            enrol::end(op, &other, "unsubscribed", None)?;
        }
    }
    Ok(())
}
