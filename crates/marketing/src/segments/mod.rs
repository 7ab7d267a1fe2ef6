//! Segments: customers who answer a question with yes, or who were put together by hand; who is in them since when; and
//! what is told when somebody enters or leaves.
//!
//! A segment is a record like any other ([`Segment`]); [`keeper`] checks its question and keeps what questions know of it.
//! Membership is a set that only one function changes ([`settle`]): given some parties it asks the database, in one query
//! for all of them, who belongs to the segment, and writes the difference with its lines on the ledger. Three callers
//! bring it parties:
//!
//! - [`follow`] reads the ledger and, from what a question depends on ([`depend`]), works out whose answer may have changed;
//! - [`look`] finds, by a difference of sets in the database, whom a new definition or a new day brings or takes;
//! - [`hand`] puts people in and takes them out.
//!
//! Doing it again changes nothing, so a killed process repeats no entry.

mod count;
mod definition;
mod depend;
mod explain;
pub mod follow;
mod hand;
mod history;
mod keeper;
mod look;
mod overlap;
mod queries;
mod routes;
mod segment;
mod settle;

pub use hand::Hands;
pub use keeper::Keeper;
pub use look::LookWork;
pub use routes::routes;
pub use segment::Segment;

/// The name of the object.
pub const SEGMENT: &str = "segment";
/// What a segment may hold.
pub const HOLDS: [&str; 2] = ["contact", "company"];

use foundation::access::Principal;
use foundation::company::appearance;
use kernel::Result;

/// The product itself, in the company's time zone: membership is the same whoever looks.
fn acting(tx: &mut db::Tx) -> Result<Principal> {
    Ok(Principal { zone: appearance::profile(tx)?.time_zone.into(), ..Principal::system("segments") })
}
