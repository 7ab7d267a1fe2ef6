//! What the data says about every customer.
//!
//! - [`facts`] are what customers bought, as files of columns beside the database.
//! - [`lake`] is what happened, the ledger's events as such files.
//! - [`engine`] answers questions over such files.
//! - [`methods`], a crate of its own, are small pure functions over columns, each with its source.
//! - [`customers`] are looked at by the methods; what is found becomes fields of their records.
//! - [`cube`], [`sheet`], [`cohorts`], [`matrix`] and [`forecast`] answer what pages ask.
//! - [`weblog`] reads servers' logs: sessions, where they come from, what they look at, and which are robots'.
//! - [`predictions`] are what is foretold of records, [`scoring`] the points of leads; both become fields.
//! - [`outlook`] is what deals will bring in coming months, with how good that would have been.
//! - [`scorecards`] are KPIs with their definitions, goals and drivers.
//! - [`dashboards`] are cards on a grid that tell them.
//! - [`alerts`] tell when one of them changes out of the ordinary or crosses a line.
//! - [`reports`] bring them by mail, as words and on paper.
//! - [`sql`] answers questions that people write, on tables of their own.
//! - [`selected`] are those who answer a question, asked of the engine.
//! - [`sight`] says who may see figures of the whole base.

pub mod alerts;
pub mod cohorts;
pub mod cube;
pub mod customers;
pub mod dashboards;
pub mod engine;
pub mod facts;
pub mod forecast;
pub mod lake;
pub mod matrix;
pub mod outlook;
pub mod period;
pub mod predictions;
pub mod reports;
mod routes;
pub mod scorecards;
pub mod scoring;
pub mod selected;
pub mod sheet;
pub mod sight;
pub mod sql;
pub mod weblog;

use std::sync::Arc;

use foundation::jobs::Work;
use foundation::records::erase::Copies;
use foundation::records::write::Keeps;
use foundation::timer::Alarm;

/// Routes of this crate.
pub fn routes() -> Vec<foundation::doors::Route> {
    [
        routes::routes(),
        scorecards::routes(),
        sql::routes(),
        predictions::routes::routes(),
        alerts::routes(),
        reports::routes(),
        outlook::routes(),
    ]
    .concat()
}

/// Tables of this crate.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration { name: "202611220920_analysis", sql: include_str!("../../../migrations/202611220920_analysis.sql") },
    db::Migration { name: "202611221210_lake", sql: include_str!("../../../migrations/202611221210_lake.sql") },
    db::Migration {
        name: "202611221240_scorecards",
        sql: include_str!("../../../migrations/202611221240_scorecards.sql"),
    },
    db::Migration {
        name: "202611222100_predictions",
        sql: include_str!("../../../migrations/202611222100_predictions.sql"),
    },
    db::Migration { name: "202611222001_alerts", sql: include_str!("../../../migrations/202611222001_alerts.sql") },
    db::Migration { name: "202611222002_reports", sql: include_str!("../../../migrations/202611222002_reports.sql") },
    db::Migration {
        name: "202611230500_lake_money",
        sql: include_str!("../../../migrations/202611230500_lake_money.sql"),
    },
    db::Migration { name: "202611230301_outlook", sql: include_str!("../../../migrations/202611230301_outlook.sql") },
];

/// The standard objects of this crate.
pub fn objects() -> Vec<kernel::ObjectDef> {
    use kernel::object::Object as _;
    vec![dashboards::Dashboard::def(), sql::SqlQuestion::def(), alerts::Alert::def(), reports::Report::def()]
}

/// What of customers is kept here, for when somebody is erased.
pub fn copies() -> Vec<Arc<dyn Copies>> {
    vec![Arc::new(customers::Profiles), Arc::new(predictions::Foretold), Arc::new(lake::erase::Files)]
}

/// Who counts what is asked of many events.
pub fn counts() -> Arc<dyn foundation::records::counts::Counts> {
    Arc::new(selected::ByLake)
}

/// Jobs of this crate.
pub fn works() -> Vec<Arc<dyn Work>> {
    vec![
        Arc::new(customers::RefreshWork),
        Arc::new(predictions::LearnWork),
        Arc::new(scoring::ScoreWork),
        Arc::new(alerts::CheckWork),
        Arc::new(reports::SendWork),
        Arc::new(outlook::OutlookWork),
    ]
}

/// What is kept beside records of these objects.
pub fn keepers() -> Vec<Arc<dyn Keeps>> {
    vec![Arc::new(alerts::Keeper), Arc::new(reports::Keeper)]
}

/// What is done by the clock.
pub fn alarms() -> Vec<Arc<dyn Alarm>> {
    vec![Arc::new(alerts::Dawn), Arc::new(reports::Monday), Arc::new(predictions::Again)]
}
