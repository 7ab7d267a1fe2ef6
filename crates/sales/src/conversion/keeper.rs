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

    fn check(&self, _: &mut Operation, _: &Object, _: &[Option<Draft>]) -> Result<Vec<(usize, FieldError)>> {
        Ok(Vec::new())
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
