//! What must hold for stages before they are written.

use foundation::Operation;
use foundation::records::Object;
use foundation::records::write::{Draft, Keeps, What};
use kernel::{FieldError, Result, Value};

use super::{DEAL, PLAYBOOK, STAGE, stale};
use crate::asking;

/// Stages ask for fields that deals have, and questions that can be answered.
pub struct Stages;

impl Keeps for Stages {
    fn object(&self) -> &'static str {
        STAGE
    }

    fn check(&self, op: &mut Operation, object: &Object, drafts: &[Option<Draft>]) -> Result<Vec<(usize, FieldError)>> {
        let Some(deals) = op.catalogue.named(DEAL).cloned() else { return Ok(Vec::new()) };
        let mut faults = Vec::new();
        for (place, draft) in drafts.iter().enumerate() {
            let Some(draft) = draft.as_ref().filter(|draft| matches!(draft.what, What::Created | What::Updated)) else {
                continue;
            };
            faults.extend(asking::fault(op, object, draft, "exit_criteria", DEAL).map(|fault| (place, fault)));
            let Value::Json(needs) = draft.after.get(object, "needs") else { continue };
            let names = needs.as_array().cloned().unwrap_or_default();
            let known =
                |name: &str| deals.def.field(name).is_some_and(|field| !field.readonly && !field.kind.is_computed());
            for name in &names {
                if !name.as_str().is_some_and(known) {
                    let fault =
                        FieldError::new("needs", "unknown_field", format!("deals have no field {name} to fill in"));
                    faults.push((place, fault));
                }
            }
            if !needs.is_array() {
                faults.push((place, FieldError::new("needs", "wrong_type", "must be a list of fields")));
            }
        }
        Ok(faults)
    }

    fn follow(&self, op: &mut Operation, drafts: &[Draft]) -> Result<()> {
        let object = op.object(STAGE)?;
        drafts.iter().try_for_each(|draft| stale::follow_limit(op, &object, draft))
    }
}

/// A step lies in the future.
pub struct Playbooks;

impl Keeps for Playbooks {
    fn object(&self) -> &'static str {
        PLAYBOOK
    }

    fn check(&self, _: &mut Operation, object: &Object, drafts: &[Option<Draft>]) -> Result<Vec<(usize, FieldError)>> {
        let wrong = |draft: &Draft| matches!(draft.after.get(object, "after_days"), Value::Int(days) if !(0..=3_650).contains(days));
        let places = drafts.iter().enumerate().filter(|(_, draft)| draft.as_ref().is_some_and(wrong));
        Ok(places.map(|(place, _)| (place, FieldError::new("after_days", "range", "0 to 3650 days"))).collect())
    }

    fn follow(&self, _: &mut Operation, _: &[Draft]) -> Result<()> {
        Ok(())
    }
}
