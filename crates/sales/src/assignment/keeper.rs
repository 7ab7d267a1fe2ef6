//! Leads as they arrive, and what must hold for a rule before it is written.

use foundation::Operation;
use foundation::records::write::{Draft, Keeps, What};
use foundation::records::{Object, Record};
use kernel::{FieldError, Id, Result};

use super::{LEAD, RULE, queries};
use crate::asking;

/// Writes down which leads arrive without an owner, in the transaction that brings them.
pub struct Arrivals;

impl Keeps for Arrivals {
    fn object(&self) -> &'static str {
        LEAD
    }

    fn check(&self, _: &mut Operation, _: &Object, _: &[Option<Draft>]) -> Result<Vec<(usize, FieldError)>> {
        Ok(Vec::new())
    }

    fn follow(&self, op: &mut Operation, drafts: &[Draft]) -> Result<()> {
        let Some(object) = op.catalogue.named(LEAD).cloned() else { return Ok(()) };
        let arrived: Vec<Id> = drafts
            .iter()
            .filter(|draft| draft.what == What::Created && draft.after.get(&object, "owner").is_null())
            .filter(|draft| is_open(&object, &draft.after))
            .map(|draft| draft.after.id)
            .collect();
        if arrived.is_empty() || !queries::any_rule(op)? {
            return Ok(());
        }
        queries::put_due(op, &arrived)
    }
}

/// Somebody still has to see to it.
pub fn is_open(leads: &Object, lead: &Record) -> bool {
    let status = lead.get(leads, "status").as_text().unwrap_or("new");
    lead.deleted_at.is_none() && matches!(status, "new" | "contacted" | "qualified")
}

/// Rules hold a question that can be answered, and name somebody.
pub struct Rules;

impl Keeps for Rules {
    fn object(&self) -> &'static str {
        RULE
    }

    fn check(&self, op: &mut Operation, object: &Object, drafts: &[Option<Draft>]) -> Result<Vec<(usize, FieldError)>> {
        let mut faults = Vec::new();
        for (place, draft) in drafts.iter().enumerate() {
            let Some(draft) = draft.as_ref().filter(|draft| matches!(draft.what, What::Created | What::Updated)) else {
                continue;
            };
            faults.extend(asking::fault(op, object, draft, "question", LEAD).map(|fault| (place, fault)));
            faults.extend(nobody(object, &draft.after).map(|fault| (place, fault)));
        }
        Ok(faults)
    }

    fn follow(&self, _: &mut Operation, _: &[Draft]) -> Result<()> {
        Ok(())
    }
}

fn nobody(object: &Object, rule: &Record) -> Option<FieldError> {
    let lacks = |field: &str| rule.get(object, field).is_null();
    match rule.get(object, "method").as_text().unwrap_or("rotation") {
        "territory" => None,
        "person" => lacks("person").then(|| FieldError::new("person", "required", "say who gets these leads")),
        _ => (lacks("people") && lacks("team"))
            .then(|| FieldError::new("people", "required", "name people or a team to choose from")),
    }
}
