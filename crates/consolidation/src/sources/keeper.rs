//! What is kept in step with a source's record: by which name questions know it, and when it runs by itself.

use foundation::Operation;
use foundation::records::write::{Draft, Keeps, What};
use foundation::records::{Catalogue, Object};
use kernel::{FieldError, Result};

use super::schedule;
use super::setup::{self, Setup};

/// See the module.
pub struct Keeper;

impl Keeps for Keeper {
    fn object(&self) -> &'static str {
        setup::OBJECT
    }

    fn check(&self, _: &mut Operation, _: &Object, _: &[Option<Draft>]) -> Result<Vec<(usize, FieldError)>> {
        Ok(Vec::new())
    }

    fn follow(&self, op: &mut Operation, drafts: &[Draft]) -> Result<()> {
        let object = op.object(setup::OBJECT)?;
        let name = object.def.position("name");
        // Most changes of a source change nothing about what questions mean; a new version makes everybody read anew.
        let is_called_otherwise = |draft: &Draft| {
            draft.what != What::Updated || name.is_some_and(|position| draft.changed.contains(&position))
        };
        if drafts.iter().any(is_called_otherwise) {
            Catalogue::raise_version(op.tx)?;
        }
        for draft in drafts {
            // One that is set up wrongly is told so where it is read.
            if let Ok(source) = Setup::of(&object, &draft.after) {
                schedule::set(op, &source)?;
            }
        }
        Ok(())
    }
}
