//! Marketing: the efforts to reach customers.

mod campaign;
mod facts;

use std::sync::Arc;

use events::Facts;
use kernel::ObjectDef;
use kernel::object::Object;

pub use campaign::Campaign;

/// The standard objects of marketing.
pub fn objects() -> Vec<ObjectDef> {
    vec![Campaign::def()]
}

/// What changes of these objects mean on the ledger.
pub fn facts() -> Arc<dyn Facts + Send + Sync> {
    Arc::new(facts::MarketingFacts)
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
