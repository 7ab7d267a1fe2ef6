//! What the checker asks about objects and fields. Whoever answers shows only what the caller may see.

use kernel::{FieldDef, ObjectDef};

/// The definitions a question is checked against.
pub trait Schema {
    /// The object called `name` (`contact`).
    fn object(&self, name: &str) -> Option<&ObjectDef>;

    /// The object whose plural is `plural` (`contacts`).
    fn object_by_plural(&self, plural: &str) -> Option<&ObjectDef>;

    /// Whether the caller may see this field; one he may not see is unknown to him, in filters too.
    fn may_see(&self, _object: &ObjectDef, _field: &FieldDef) -> bool {
        true
    }
}

impl Schema for [ObjectDef] {
    fn object(&self, name: &str) -> Option<&ObjectDef> {
        self.iter().find(|object| object.name == name)
    }

    fn object_by_plural(&self, plural: &str) -> Option<&ObjectDef> {
        self.iter().find(|object| object.plural == plural)
    }
}

impl Schema for Vec<ObjectDef> {
    fn object(&self, name: &str) -> Option<&ObjectDef> {
        self.as_slice().object(name)
    }

    fn object_by_plural(&self, plural: &str) -> Option<&ObjectDef> {
        self.as_slice().object_by_plural(plural)
    }
}
