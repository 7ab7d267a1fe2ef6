//! The people and organisations that a company deals with, who of them live together, and the tags put on them.

mod company;
mod contact;
mod household;
mod tag;

use kernel::ObjectDef;
use kernel::object::Object;

pub use company::Company;
pub use contact::Contact;
pub use household::Household;
pub use tag::Tag;

/// The standard objects of this folder.
pub fn objects() -> Vec<ObjectDef> {
    vec![Contact::def(), Company::def(), Household::def(), Tag::def()]
}
