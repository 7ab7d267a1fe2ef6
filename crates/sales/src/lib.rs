//! Sales: leads, deals in their pipelines, what was done with whom, and what was noted.

mod activity;
mod attachment;
mod deal;
mod facts;
mod lead;
mod note;
mod pipeline;
mod stage;
mod territory;

use std::sync::Arc;

use events::Facts;
use kernel::ObjectDef;
use kernel::object::Object;

pub use activity::Activity;
pub use attachment::Attachment;
pub use deal::Deal;
pub use lead::Lead;
pub use note::Note;
pub use pipeline::Pipeline;
pub use stage::Stage;
pub use territory::Territory;

/// The standard objects of sales.
pub fn objects() -> Vec<ObjectDef> {
    vec![
        Lead::def(),
        Deal::def(),
        Pipeline::def(),
        Stage::def(),
        Activity::def(),
        Note::def(),
        Attachment::def(),
        Territory::def(),
    ]
}

/// What changes of these objects mean on the ledger.
pub fn facts() -> Arc<dyn Facts + Send + Sync> {
    Arc::new(facts::SalesFacts)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn names_are_used_once_and_every_field_says_its_purpose() {
        let mut names = BTreeSet::new();
        for object in super::objects() {
            assert!(names.insert(object.plural.clone()) && names.insert(object.name.clone()), "{}", object.name);
            for field in &object.fields {
                assert!(names.insert(field.id.clone()), "{} is there twice", field.id);
                assert!(!field.purpose.is_empty(), "{} has no purpose", field.id);
            }
        }
    }
}
