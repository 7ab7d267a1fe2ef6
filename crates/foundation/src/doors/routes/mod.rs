//! The routes of the foundation, one file for each noun. A handler parses, makes one call and answers.

mod definitions;
mod erasure;
mod events;
mod files;
mod jobs;
mod own;
mod records;
mod search;
mod shapes;
mod views;

use super::table::Route;

/// The lines of the table that the foundation brings.
pub fn all() -> Vec<Route> {
    let mut routes = crate::access::routes::routes();
    routes.extend(crate::company::routes::routes());
    routes.extend(crate::metadata::routes::routes());
    routes.extend(definitions::routes());
    routes.extend(records::routes());
    routes.extend(erasure::routes());
    routes.extend(events::routes());
    routes.extend(files::routes());
    routes.extend(search::routes());
    routes.extend(shapes::routes());
    routes.extend(views::routes());
    routes.extend(own::routes());
    routes.extend(jobs::routes());
    routes
}
