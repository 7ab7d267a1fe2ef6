//! Sources: other systems that customers come from, again and again.
//!
//! A source is a record like any other (lists, forms, rights and history come by themselves); a *run* reads it:
//!
//! 1. [`connect`] fetches all rows into a file of our own ([`spool`]), so that nothing is written before all of it is here
//!    and has been looked at: columns that changed, half a file, keys that come twice.
//! 2. [`load`] settles them part by part. What a row says is compared with what it said last time ([`said`]): a row that
//!    says the same does nothing, and of a changed one only the fields count that changed *at the source*. What a person
//!    typed stands, and so does what a more trusted source says ([`decide`]).
//! 3. [`gone`] deals with rows that are not there any more.
//!
//! [`told`] answers what sources say of records, [`lineage`] where each value of a record came from.

mod connect;
mod decide;
mod gone;
mod keeper;
mod lineage;
mod load;
mod origin;
mod queries;
mod ready;
pub mod routes;
pub mod run;
mod said;
pub mod schedule;
mod secret;
mod setup;
mod shape;
mod source;
mod spool;

pub use lineage::{Said, Told, by_key, told};
pub use run::run_by_name;
pub use run::state::Run;
pub use run::work::RunWork;
pub use said::SourceRows;
pub use source::Source;

use std::sync::Arc;

use events::Facts;

/// What questions know of sources.
pub fn keepers() -> Vec<Arc<dyn foundation::records::write::Keeps>> {
    vec![Arc::new(keeper::Keeper)]
}

/// What has to hold for a source, beyond its fields.
pub fn facts() -> Arc<dyn Facts + Send + Sync> {
    Arc::new(setup::SourceFacts)
}
