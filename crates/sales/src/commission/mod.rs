//! Commissions: what people earn on what they sell.
//!
//! A [`CommissionPlan`] is a record; what it says from a day on is a version with [`terms`], which is never changed once it was used.
//! What is credited follows from the records alone ([`credit`]: the net state of a deal, its orders and what came back), what
//! is earned on it from the terms alone ([`worth`]). [`settle`] compares that with the lines that are there and adds the
//! difference: so the sum of all lines is what the plan says, in whichever order things happened, and doing it again adds
//! nothing. [`follow`] does so behind the ledger; [`statement`] shows the lines of a person's month, which can be closed.

mod credit;
pub mod follow;
mod paper;
mod plan;
mod plans;
mod queries;
mod routes;
mod settle;
mod splits;
mod statement;
mod terms;
mod words;
mod worth;

use std::collections::BTreeSet;

use foundation::Reader;
use foundation::access::principal::{Kind, Rule};
use kernel::{Error, Id, Result};

pub use plan::CommissionPlan;
pub use routes::routes;
pub use settle::settle;

const DEAL: &str = "deal";
const ORDER: &str = "order";
const RETURN: &str = "return";
const PLAN: &str = "commission_plan";

/// Whether the caller answers for all commissions: who may change every plan does.
fn is_finance(reader: &Reader) -> bool {
    reader.who.kind == Kind::System || reader.who.access.on(PLAN).update.contains(&Rule::All)
}

/// Whose statements the caller sees: their own, and those of everybody below them; none where it is everybody's.
/// Colleagues of a team do not see what each other earn.
fn seen(reader: &mut Reader) -> Result<Option<BTreeSet<Id>>> {
    if is_finance(reader) {
        return Ok(None);
    }
    let Some(me) = reader.who.user else { return Ok(Some(BTreeSet::new())) };
    let above = queries::managers(reader)?;
    let mut seen = BTreeSet::from([me]);
    loop {
        let before = seen.len();
        let below: Vec<Id> = above.iter().filter(|(_, manager)| seen.contains(manager)).map(|(id, _)| *id).collect();
        seen.extend(below);
        if seen.len() == before {
            return Ok(Some(seen));
        }
    }
}

/// Refuses who does not see what somebody earns: for them it is not there.
fn need_sight(reader: &mut Reader, person: Id) -> Result<()> {
    match seen(reader)? {
        Some(seen) if !seen.contains(&person) => Err(Error::NotFound),
        _ => Ok(()),
    }
}

fn need_finance(reader: &Reader) -> Result<()> {
    if is_finance(reader) { Ok(()) } else { Err(Error::Forbidden("commissions of others")) }
}
