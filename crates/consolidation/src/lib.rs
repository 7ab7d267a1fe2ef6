//! Data that comes from elsewhere and goes elsewhere.
//!
//! - [`formats`] reads a file somebody exported from another product (CSV, XLSX, JSON, vCard, packed or not) as rows of text,
//!   one row at a time: memory does not grow with the file.
//! - [`values`] turns the text of a cell into the value of a field, or says what is wrong with it and what would be right.
//! - [`normal`] says what a name, an address or a number means, and the form to compare it by.
//! - [`mapping`] guesses which column feeds which field.
//! - [`matching`] finds the records that mean the same person or firm, and asks people where it is not sure.
//! - [`import`] runs the whole: a file becomes records, in a job that can be killed, and can be undone.
//! - [`sources`] reads other systems again and again, and knows what each of them says of whom.
//! - [`merging`] makes one record of several, and several of one again.
//! - [`quality`] measures what is missing, wrong, old or alone, and mends it.
//! - [`households`] offers who seems to live together, and who to work where.
//! - [`export`] writes records to the same formats, so that what went out can come in again.

pub mod export;
pub mod formats;
pub mod households;
pub mod import;
pub mod mapping;
pub mod matching;
pub mod merging;
pub mod normal;
pub mod quality;
pub mod sources;
pub mod values;

use std::sync::Arc;

use foundation::doors::Route;
use foundation::jobs::Work;
use foundation::records::erase::Copies;
use foundation::records::undo::TakesBack;

/// Tables of this crate.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration { name: "202611212350_imports", sql: include_str!("../../../migrations/202611212350_imports.sql") },
    db::Migration {
        name: "202611220310_import_files",
        sql: include_str!("../../../migrations/202611220310_import_files.sql"),
    },
    db::Migration { name: "202611220600_sources", sql: include_str!("../../../migrations/202611220600_sources.sql") },
    db::Migration { name: "202611220610_matching", sql: include_str!("../../../migrations/202611220610_matching.sql") },
    db::Migration { name: "202611220615_quality", sql: include_str!("../../../migrations/202611220615_quality.sql") },
    db::Migration {
        name: "202611220905_quality_letters",
        sql: include_str!("../../../migrations/202611220905_quality_letters.sql"),
    },
];

/// The standard objects of this crate.
pub fn objects() -> Vec<kernel::ObjectDef> {
    use kernel::object::Object as _;
    vec![sources::Source::def()]
}

/// What changes of these objects mean, and what must hold for them.
pub fn facts() -> Arc<dyn events::Facts + Send + Sync> {
    sources::facts()
}

/// What is done by the clock.
pub fn alarms() -> Vec<Arc<dyn foundation::timer::Alarm>> {
    vec![Arc::new(sources::schedule::Clock)]
}

/// What is to be kept in step with records of this crate.
pub fn keepers() -> Vec<Arc<dyn foundation::records::write::Keeps>> {
    sources::keepers()
}

/// What of customers lies in files here, for when somebody is erased.
pub fn copies() -> Vec<Arc<dyn Copies>> {
    vec![Arc::new(import::kept::ImportFiles), Arc::new(sources::SourceRows), Arc::new(matching::Pairs)]
}

/// What is not undone field by field.
pub fn own_ways() -> Vec<Arc<dyn TakesBack>> {
    vec![Arc::new(merging::OwnWay)]
}

/// Routes of this crate.
pub fn routes() -> Vec<Route> {
    let mut routes = import::routes::routes();
    routes.extend(export::routes::routes());
    routes.extend(sources::routes::routes());
    routes.extend(merging::routes::routes());
    routes.extend(matching::routes::routes());
    routes.extend(quality::routes::routes());
    routes.extend(households::routes::routes());
    routes
}

/// Jobs of this crate.
pub fn works() -> Vec<Arc<dyn Work>> {
    vec![
        Arc::new(import::RunWork),
        Arc::new(import::CheckWork),
        Arc::new(sources::RunWork),
        Arc::new(matching::run::RunWork),
        Arc::new(matching::joining::JoinWork),
        Arc::new(quality::measure::MeasureWork),
        Arc::new(quality::mend::MendWork),
        Arc::new(quality::report::ReportWork),
        Arc::new(households::FindWork),
    ]
}

#[cfg(test)]
mod fixtures;
