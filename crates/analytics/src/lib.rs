//! What the data says about every customer.
//!
//! - [`cube`] breaks figures down by what customers, goods and days have in common.
//! - [`engine`] answers questions over files of columns.
//! - [`facts`] are what customers bought, as such files.
//! - [`methods`] are small pure functions over columns, each with its source and tested against published results.

pub mod cube;
pub mod day;
pub mod engine;
pub mod facts;
pub mod methods;
pub mod period;
