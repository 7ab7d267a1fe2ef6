//! What follows for collections when activities are written, and what of them goes with people who are erased.

use foundation::Operation;
use foundation::records::write::{Draft, Keeps};
use foundation::records::{Object, Record};
use kernel::{FieldError, Result};

use super::{Kind, queries};
use crate::activities::{ACTIVITY, Activity};

pub use super::queries::Put as Things;

/// Whoever has an activity in a collection is told that it changed, came or went.
pub struct Told;

impl Keeps for Told {
    fn object(&self) -> &'static str {
        ACTIVITY
    }

    fn check(&self, _: &mut Operation, _: &Object, _: &[Option<Draft>]) -> Result<Vec<(usize, FieldError)>> {
        Ok(Vec::new())
    }

    fn follow(&self, op: &mut Operation, drafts: &[Draft]) -> Result<()> {
        let object = op.object(ACTIVITY)?;
        for draft in drafts {
            let mut places = Vec::new();
            for record in draft.before.iter().chain([&draft.after]) {
                if let Some(owner) = record.get(&object, Activity::OWNER).as_link() {
                    // A changed moment is part of its series.
                    let series = record.get(&object, Activity::SERIES).as_link();
                    let place = (kind(&object, record), owner, series.unwrap_or(record.id));
                    if !places.contains(&place) {
                        places.push(place);
                    }
                }
            }
            for (kind, owner, record) in places {
                queries::note(op, kind, owner, record)?;
            }
        }
        Ok(())
    }
}

fn kind(object: &Object, record: &Record) -> Kind {
    let is_task = record.get(object, Activity::KIND).as_text() == Some("task");
    if is_task || record.get(object, Activity::STARTS_AT).is_null() { Kind::Tasks } else { Kind::Events }
}
