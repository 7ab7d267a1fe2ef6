//! Service: what customers ask for and how it is answered.

mod ticket;

use kernel::ObjectDef;
use kernel::object::Object;

pub use ticket::Ticket;

/// The standard objects of service.
pub fn objects() -> Vec<ObjectDef> {
    vec![Ticket::def()]
}
