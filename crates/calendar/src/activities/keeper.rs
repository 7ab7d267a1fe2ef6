//! What follows when an activity is written.

use foundation::Operation;
use foundation::records::Object;
use foundation::records::write::{self, Draft, Keeps, What, Write};
use kernel::{FieldError, Id, Result, Value};

use super::{ACTIVITY, Activity, queries, reminders};

/// Reminders are in step with what they remind of, who is invited is told, and a series takes its changed moments with it.
pub struct Kept;

impl Keeps for Kept {
    fn object(&self) -> &'static str {
        ACTIVITY
    }

    fn check(&self, op: &mut Operation, object: &Object, drafts: &[Option<Draft>]) -> Result<Vec<(usize, FieldError)>> {
        let invites = object.def.position(Activity::INVITES);
        let mut faults = Vec::new();
        for (place, draft) in drafts.iter().enumerate() {
            let Some(draft) = draft else { continue };
            // What was agreed before is not refused for another field.
            if draft.before.is_none() || invites.is_some_and(|invites| draft.changed.contains(&invites)) {
                let found = crate::invitations::faults(op, object, &draft.after)?;
                faults.extend(found.into_iter().map(|fault| (place, fault)));
            }
        }
        Ok(faults)
    }

    fn follow(&self, op: &mut Operation, drafts: &[Draft]) -> Result<()> {
        let object = op.object(ACTIVITY)?;
        for draft in drafts {
            reminders::keep(op, &object, draft)?;
            crate::bookings::follow_activity(op, &object, draft)?;
            crate::invitations::follow(op, &object, draft)?;
            let was_series = !draft.after.get(&object, Activity::REPEATS).is_null();
            if draft.what == What::Trashed && was_series {
                let own = queries::changes_of(op, &object, draft.after.id)?;
                let ids: Vec<Id> = own.values().filter(|(_, _, is_gone)| !is_gone).map(|(id, _, _)| *id).collect();
                op.as_product(|op| {
                    let writes = ids.into_iter().map(|id| Write::Trash { id }).collect();
                    write::apply(op, &object, writes)?.into_iter().collect::<Result<Vec<_>>>()
                })?;
            }
            // A moment that was changed is not the series' to remind of any more.
            if let Value::Link(series) = draft.after.get(&object, Activity::SERIES) {
                reminders::plan_again(op, &object, *series)?;
            }
        }
        Ok(())
    }
}
