//! What happens on the company's own sites.
//!
//! - [`tracker`] is the script for their pages, and the door its hits come in by.
//! - [`logs`] reads the logs of their servers.
//! - [`visits`] is what both become: one row a visit, and columns by month that reports read.
//! - [`reports`] answer what the pages of the analysis ask.
//! - [`countries`] says where an address is, by a table that the company brings.

pub mod countries;
pub mod logs;
mod objects;
pub mod reports;
mod routes;
pub mod tracker;
pub mod visits;

use std::sync::Arc;

use foundation::jobs::Work;
use foundation::records::erase::Copies;
use kernel::ObjectDef;
use kernel::object::Object;

pub use objects::{Funnel, Goal, Site};
pub use routes::routes;
pub use tracker::doors::router;

/// Tables of this crate.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration { name: "202611221220_visits", sql: include_str!("../../../migrations/202611221220_visits.sql") },
    db::Migration {
        name: "202611221221_visits_told",
        sql: include_str!("../../../migrations/202611221221_visits_told.sql"),
    },
];

/// The objects of web analysis.
pub fn objects() -> Vec<ObjectDef> {
    vec![Site::def(), Goal::def(), Funnel::def()]
}

/// What of customers is kept here, for when somebody is erased.
pub fn copies() -> Vec<Arc<dyn Copies>> {
    vec![Arc::new(visits::Visits)]
}

/// Jobs of this crate.
pub fn works() -> Vec<Arc<dyn Work>> {
    vec![Arc::new(logs::LogWork)]
}
