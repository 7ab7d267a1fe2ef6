//! Roles: named sets of grants and restrictions. Whoever has several may what any of them grants, within what all of them
//! restrict. Nothing is granted by default.

pub mod body;
mod matrix;
pub mod newer;
pub mod preview;
pub mod resolve;
mod standard;
mod store;
#[cfg(test)]
mod tests;

pub use body::{FieldRule, Grant, Reach, RoleBody};
pub use matrix::matrix;
pub use resolve::resolve;
pub use standard::ADMINISTRATOR;
pub use store::{
    Role, assign, change, create, delete, get, has_administrator, holders, install_standard, list, of_user,
    of_user_json, refuse_without_administrator,
};
