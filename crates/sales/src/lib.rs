//! Sales: leads, deals in their pipelines, and what was noted.

mod asking;
pub mod assignment;
mod attachment;
pub mod commission;
mod competitor;
pub mod conversion;
mod deal;
mod deal_line;
mod deal_role;
mod facts;
pub mod forecast;
pub mod forms;
mod lead;
mod moves;
mod note;
mod pipeline;
pub mod plan;
mod playbook_step;
mod queries;
pub mod reports;
mod rights;
mod stage;
mod territory;

use std::sync::Arc;

use events::Facts;
use foundation::App;
use foundation::doors::Route;
use foundation::records::write::Keeps;
use foundation::timer::Alarm;
use kernel::object::Object;
use kernel::{ObjectDef, Result};

pub use attachment::Attachment;
pub use deal::Deal;
pub use lead::Lead;
pub use note::Note;
pub use pipeline::Pipeline;
pub use stage::Stage;
pub use territory::Territory;

/// The standard objects of sales.
pub fn objects() -> Vec<ObjectDef> {
    vec![
        Lead::def(),
        Deal::def(),
        deal_line::DealLine::def(),
        deal_role::DealRole::def(),
        competitor::Competitor::def(),
        Pipeline::def(),
        Stage::def(),
        playbook_step::PlaybookStep::def(),
        Note::def(),
        Attachment::def(),
        Territory::def(),
        plan::Quota::def(),
        commission::CommissionPlan::def(),
        assignment::AssignmentRule::def(),
        forms::Form::def(),
        forms::FormAnswer::def(),
    ]
}

/// Tables of this crate.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration { name: "202611222200_sales", sql: include_str!("../../../migrations/202611222200_sales.sql") },
    db::Migration {
        name: "202611222201_playbooks",
        sql: include_str!("../../../migrations/202611222201_playbooks.sql"),
    },
    db::Migration { name: "202611230300_forecast", sql: include_str!("../../../migrations/202611230300_forecast.sql") },
    db::Migration {
        name: "202611240400_commissions",
        sql: include_str!("../../../migrations/202611240400_commissions.sql"),
    },
];

/// What rings here.
pub fn alarms() -> Vec<Arc<dyn Alarm>> {
    vec![Arc::new(moves::Stale)]
}

/// Sets the clocks of what was there before there were clocks.
pub fn wind(app: &App) -> Result<()> {
    moves::wind(app)
}

/// What is kept beside records of these objects.
pub fn keepers() -> Vec<Arc<dyn Keeps>> {
    vec![
        Arc::new(assignment::Arrivals),
        Arc::new(assignment::Rules),
        Arc::new(conversion::Converted),
        Arc::new(forms::Forms),
        Arc::new(moves::Deals),
        Arc::new(moves::Lines),
        Arc::new(moves::Stages),
        Arc::new(moves::Playbooks),
        Arc::new(plan::Quotas),
    ]
}

/// Routes of this crate.
pub fn routes() -> Vec<Route> {
    [
        assignment::routes(),
        conversion::routes(),
        forms::routes(),
        plan::routes(),
        reports::routes(),
        forecast::routes(),
        commission::routes(),
    ]
    .concat()
}

/// What changes of these objects mean on the ledger.
pub fn facts() -> Arc<dyn Facts + Send + Sync> {
    Arc::new(facts::SalesFacts)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn names_are_used_once_and_every_field_says_its_purpose() {
        let mut names = BTreeSet::new();
        for object in super::objects() {
            assert!(names.insert(object.plural.clone()) && names.insert(object.name.clone()), "{}", object.name);
            for field in &object.fields {
                assert!(names.insert(field.id.clone()), "{} is there twice", field.id);
                assert!(!field.purpose.is_empty(), "{} has no purpose", field.id);
            }
        }
    }
}
