//! Moves of deals: what a stage wants before it is entered, when one may be left, and what is planned in it.
//!
//! What people do is held to this; what a file brings is history and is not. A refusal names the fields it misses, so
//! that whoever moves a card is asked for them on the spot.

mod amounts;
mod gate;
mod playbook;
mod queries;
mod stages;
mod stale;

pub use amounts::Lines;
pub use gate::Deals;
pub use stages::{Playbooks, Stages};
pub use stale::{Stale, wind};

const DEAL: &str = "deal";
const STAGE: &str = "stage";
const LINE: &str = "deal_line";
const PLAYBOOK: &str = "playbook_step";

use foundation::Operation;

/// Whether whoever writes is held to the rules: a file brings what happened elsewhere.
fn is_held(op: &Operation) -> bool {
    op.channel != "import"
}
