//! What every domain stands on: operations, records, the ledger, parties, access, jobs, search and doors.

// The rights of a standard role are one literal of JSON, with a member for each object.
#![recursion_limit = "256"]

pub mod access;
pub mod app;
pub mod company;
pub mod doors;
pub mod files;
pub mod follow;
pub mod html;
pub mod idempotency;
pub mod jobs;
pub mod ledger;
pub mod metadata;
pub mod operation;
pub mod outbound;
pub mod parties;
pub mod records;
pub mod search;
pub mod timer;
pub mod verify;
pub mod workspace;

pub use app::{App, Config, Domains};
pub use operation::{Operation, Reader};

/// The tables that are there before any object.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration {
        name: "202611212320_foundation",
        sql: include_str!("../../../migrations/202611212320_foundation.sql"),
    },
    db::Migration { name: "202611212325_search", sql: include_str!("../../../migrations/202611212325_search.sql") },
    db::Migration {
        name: "202611220040_positions",
        sql: include_str!("../../../migrations/202611220040_positions.sql"),
    },
    db::Migration { name: "202611220230_access", sql: include_str!("../../../migrations/202611220230_access.sql") },
    db::Migration {
        name: "202611220300_workspace",
        sql: include_str!("../../../migrations/202611220300_workspace.sql"),
    },
    // Merging itself lies in `consolidation`; that links and lines of a merged record lead on is the engine's.
    db::Migration { name: "202611220605_merges", sql: include_str!("../../../migrations/202611220605_merges.sql") },
    // Who is in a segment is worked out in `marketing`; that questions can ask for it is the engine's.
    db::Migration { name: "202611221230_segments", sql: include_str!("../../../migrations/202611221230_segments.sql") },
    db::Migration { name: "202611221900_timer", sql: include_str!("../../../migrations/202611221900_timer.sql") },
    db::Migration {
        name: "202611222000_role_given",
        sql: include_str!("../../../migrations/202611222000_role_given.sql"),
    },
];

/// The objects that every company has, whatever it sells.
pub fn objects() -> Vec<kernel::ObjectDef> {
    let mut objects = parties::objects();
    objects.extend(workspace::objects());
    objects
}
