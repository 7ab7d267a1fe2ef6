//! The company's own people and how they look at its records: users, teams, saved views, layouts, what they are told, what
//! they keep at hand, who looks at what, and their day.

pub mod absence;
pub mod day;
pub mod kept;
pub mod layouts;
pub mod live;
pub mod notices;
pub mod presence;
mod team;
mod user;
mod view;
pub mod views;

use kernel::ObjectDef;
use kernel::object::Object;

pub use absence::Absence;
pub use team::Team;
pub use user::User;
pub use view::View;

/// The standard objects of this folder.
pub fn objects() -> Vec<ObjectDef> {
    vec![User::def(), Team::def(), Absence::def(), View::def()]
}
