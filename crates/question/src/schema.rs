//! What the checker asks about objects and fields. Whoever answers shows only what the caller may see.

use kernel::{FieldDef, Id, ObjectDef};

/// A segment that questions may name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentRef {
    pub id: Id,
    /// The name of the object whose records it holds.
    pub object: String,
}

/// The definitions a question is checked against.
pub trait Schema {
    /// The object called `name` (`contact`).
    fn object(&self, name: &str) -> Option<&ObjectDef>;

    /// The object whose plural is `plural` (`contacts`).
    fn object_by_plural(&self, plural: &str) -> Option<&ObjectDef>;

    /// The segment of that name, or with that id, if the caller may ask for it.
    fn segment(&self, _name: &str) -> Option<SegmentRef> {
        None
    }

    /// The source of that name, or with that id, if the caller may ask for it.
    fn source(&self, _name: &str) -> Option<Id> {
        None
    }

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
