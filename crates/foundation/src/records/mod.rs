//! Records: what is. One generic engine works on any object, standard or custom.

pub mod ask;
pub mod bulk;
pub mod catalogue;
mod check;
pub mod columns;
pub mod definitions;
pub mod conditions;
pub mod erase;
pub mod formula;
pub mod history;
pub mod input;
pub mod read;
pub mod record;
mod rollup;
#[cfg(test)]
mod tests;
pub mod undo;
pub mod write;

pub use catalogue::{Catalogue, Object};
pub use check::lacks_all;
pub use record::Record;
pub use write::{Outcome, Write, Written};
