//! What must hold for a booking page before it is written.

use foundation::Operation;
use foundation::records::Object;
use foundation::records::write::{Draft, Keeps, What};
use kernel::{FieldError, Result};

use super::{PAGE, plan};

pub(crate) use super::change::follow as follow_activity;

/// Pages say what can be, under an address that can be one.
pub struct Pages;

impl Keeps for Pages {
    fn object(&self) -> &'static str {
        PAGE
    }

    fn check(&self, _: &mut Operation, object: &Object, drafts: &[Option<Draft>]) -> Result<Vec<(usize, FieldError)>> {
        let written = drafts.iter().enumerate().filter_map(|(place, draft)| Some((place, draft.as_ref()?)));
        let written = written.filter(|(_, draft)| matches!(draft.what, What::Created | What::Updated));
        Ok(written
            .flat_map(|(place, draft)| plan::faults(object, &draft.after).into_iter().map(move |fault| (place, fault)))
            .collect())
    }

    fn follow(&self, _: &mut Operation, _: &[Draft]) -> Result<()> {
        Ok(())
    }
}
