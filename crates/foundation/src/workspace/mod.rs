//! The company's own people and how they look at its records: users, teams, saved views.

mod team;
mod user;
mod view;

use kernel::ObjectDef;
use kernel::object::Object;

pub use team::Team;
pub use user::User;
pub use view::View;

/// The standard objects of this folder.
pub fn objects() -> Vec<ObjectDef> {
    vec![User::def(), Team::def(), View::def()]
}
