//! Lines of a converted lead stand on the timelines of what it became, for as long as it is converted: however that ends.

use foundation::Operation;
use foundation::records::write::{Draft, Keeps, What};
use foundation::records::{Object, Record};
use kernel::{FieldError, Id, Result};

use super::{LEAD, queries};

/// See the module.
pub struct Converted;

impl Keeps for Converted {
    fn object(&self) -> &'static str {
        LEAD
    }

    fn check(&self, op: &mut Operation, object: &Object, drafts: &[Option<Draft>]) -> Result<Vec<(usize, FieldError)>> {
        // A file brings what happened elsewhere.
        if op.channel == "import" {
            return Ok(Vec::new());
        }
        let is_converted = |record: &Record| record.get(object, "status").as_text() == Some("converted");
        let faults = drafts.iter().enumerate().filter_map(|(place, draft)| {
            let draft = draft.as_ref().filter(|draft| matches!(draft.what, What::Created | What::Updated))?;
            let was = draft.before.as_ref().is_some_and(is_converted);
            // Only the conversion itself says when it was.
            let by_hand = !was && is_converted(&draft.after) && draft.after.get(object, "converted_at").is_null();
            let detail = "a lead becomes converted by its conversion, POST /leads/{id}/conversion";
            by_hand.then(|| (place, FieldError::new("status", "not_allowed", detail)))
        });
        Ok(faults.collect())
    }

    fn follow(&self, op: &mut Operation, drafts: &[Draft]) -> Result<()> {
        let Some(object) = op.catalogue.named(LEAD).cloned() else { return Ok(()) };
        for draft in drafts.iter().filter(|draft| draft.what == What::Updated) {
            let before = draft.before.as_ref().map(|record| became(&object, record)).unwrap_or_default();
            let after = became(&object, &draft.after);
            if before == after {
                continue;
            }
            if !before.is_empty() {
                queries::take_lines(op, draft.after.id)?;
            }
            for party in after {
                queries::share_lines(op, draft.after.id, party)?;
            }
        }
        Ok(())
    }
}

/// The customers that a converted lead became.
fn became(object: &Object, lead: &Record) -> Vec<Id> {
    if lead.get(object, "status").as_text() != Some("converted") {
        return Vec::new();
    }
    ["contact", "company"].iter().filter_map(|field| lead.get(object, field).as_link()).collect()
}
