//! Marketing: the efforts to reach customers.

mod campaign;

use kernel::ObjectDef;
use kernel::object::Object;

pub use campaign::Campaign;

/// The standard objects of marketing.
pub fn objects() -> Vec<ObjectDef> {
    vec![Campaign::def()]
}
