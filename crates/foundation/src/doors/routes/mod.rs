//! The routes of the foundation, one file for each noun. A handler parses, makes one call and answers.

mod account;
mod definitions;
mod events;
mod jobs;
mod records;
mod search;

use super::table::Route;

/// The lines of the table that the foundation brings.
pub fn all() -> Vec<Route> {
    let mut routes = account::routes();
    routes.extend(definitions::routes());
    routes.extend(records::routes());
    routes.extend(events::routes());
    routes.extend(search::routes());
    routes.extend(jobs::routes());
    routes
}

/// First parts of paths that are no objects; no object may have one of these as its plural.
pub const RESERVED: &[&str] = &[
    "api", "changes", "definitions", "events", "export", "files", "import-mappings", "imports", "invites", "jobs", "keys", "live", "me",
    "openapi.json", "roles", "search", "session", "setup",
];
