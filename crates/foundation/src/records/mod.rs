//! Records: what is. One generic engine works on any object, standard or custom.

pub mod ask;
pub mod bulk;
pub mod calendar;
pub mod catalogue;
mod check;
pub mod columns;
pub mod conditions;
pub mod counts;
pub mod definitions;
pub mod duplicates;
pub mod erase;
pub mod figures;
pub mod formula;
pub mod groups;
pub mod history;
pub mod input;
pub mod merged;
mod paging;
pub mod preview;
pub mod read;
pub mod record;
pub mod rollup;
pub mod segments;
pub mod sources;
pub mod stages;
#[cfg(test)]
mod tests;
pub mod undo;
pub mod write;

pub use catalogue::{Catalogue, Object};
pub use check::lacks_all;
pub use record::Record;
pub use write::{Outcome, Write, Written};
