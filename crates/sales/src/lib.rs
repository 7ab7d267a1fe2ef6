//! Sales: leads, deals in their pipelines, what was done with whom, and what was noted.

mod activity;
mod deal;
mod lead;
mod note;
mod pipeline;
mod stage;
mod territory;

use kernel::ObjectDef;
use kernel::object::Object;

pub use activity::Activity;
pub use deal::Deal;
pub use lead::Lead;
pub use note::Note;
pub use pipeline::Pipeline;
pub use stage::Stage;
pub use territory::Territory;

/// The standard objects of sales.
pub fn objects() -> Vec<ObjectDef> {
    vec![Lead::def(), Deal::def(), Pipeline::def(), Stage::def(), Activity::def(), Note::def(), Territory::def()]
}
