//! What the data says about every customer.
//!
//! - [`methods`] are small pure functions over columns, each with its source and tested against published results.

pub mod methods;
