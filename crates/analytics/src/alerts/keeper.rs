//! What has to hold for an alert before it is written, and when it is looked at next, in one transaction with its record.

use foundation::records::write::{Draft, Keeps, What};
use foundation::records::{Object, Record};
use foundation::{Operation, timer};
use kernel::{FieldError, Result};

use super::{ALERT, clock, queries};
use crate::scorecards::catalogue;

/// What an alert watches, and how: whoever changes it begins again.
const WATCH: [&str; 6] = ["kpi", "question", "kind", "line", "every", "false_alarms"];

/// See the module.
pub struct Keeper;

impl Keeps for Keeper {
    fn object(&self) -> &'static str {
        ALERT
    }

    fn check(&self, _: &mut Operation, object: &Object, drafts: &[Option<Draft>]) -> Result<Vec<(usize, FieldError)>> {
        let written = drafts.iter().enumerate().filter_map(|(place, draft)| Some((place, draft.as_ref()?)));
        let written = written.filter(|(_, draft)| matches!(draft.what, What::Created | What::Updated));
        Ok(written.filter_map(|(place, draft)| Some((place, fault(object, &draft.after)?))).collect())
    }

    fn follow(&self, op: &mut Operation, drafts: &[Draft]) -> Result<()> {
        let object = op.object(ALERT)?;
        for draft in drafts {
            if draft.after.deleted_at.is_some() {
                timer::clear(op, clock::KIND, draft.after.id)?;
                continue;
            }
            let is_new = matches!(draft.what, What::Created | What::Restored);
            let changes = |field: &&str| object.def.position(field).is_some_and(|at| draft.changed.contains(&at));
            if is_new || WATCH.iter().any(changes) {
                queries::begin_again(op, draft.after.id)?;
                clock::at_once(op, draft.after.id)?;
            }
        }
        Ok(())
    }
}

fn fault(object: &Object, record: &Record) -> Option<FieldError> {
    let text = |field: &str| record.get(object, field).as_text().filter(|text| !text.trim().is_empty());
    let has_question = !record.get(object, "question").is_null();
    match text("kpi") {
        Some(_) if has_question => {
            return Some(FieldError::new("question", "not_both", "an alert watches a KPI or a question, not both"));
        }
        Some(code) if catalogue::named(code).is_none() => {
            return Some(FieldError::new("kpi", "unknown_option", format!("there is no KPI `{code}`")));
        }
        None if !has_question => return Some(FieldError::new("kpi", "required", "say what is to be watched")),
        _ => {}
    }
    let has_line = !record.get(object, "line").is_null();
    let needs_line = matches!(text("kind"), Some("above" | "below"));
    (needs_line && !has_line).then(|| FieldError::new("line", "required", "say where the line is"))
}
