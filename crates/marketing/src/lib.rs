//! Marketing: the efforts to reach customers.

mod campaign;
mod facts;
pub mod segments;

use std::sync::Arc;

use events::Facts;
use foundation::doors::Route;
use foundation::jobs::Work;
use foundation::records::erase::Copies;
use foundation::records::write::Keeps;
use kernel::ObjectDef;
use kernel::object::Object;

pub use campaign::Campaign;

/// The standard objects of marketing.
pub fn objects() -> Vec<ObjectDef> {
    vec![Campaign::def(), segments::Segment::def()]
}

/// What is kept beside records of these objects.
pub fn keepers() -> Vec<Arc<dyn Keeps>> {
    vec![Arc::new(segments::Keeper)]
}

/// What of customers is kept here, for when somebody is erased.
pub fn copies() -> Vec<Arc<dyn Copies>> {
    vec![Arc::new(segments::Hands)]
}

/// Jobs of this crate.
pub fn works() -> Vec<Arc<dyn Work>> {
    vec![Arc::new(segments::LookWork)]
}

/// Routes of this crate.
pub fn routes() -> Vec<Route> {
    segments::routes()
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
