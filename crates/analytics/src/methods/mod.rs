//! Methods: columns in, figures out; nothing here knows of a database.

pub mod abc;
mod cholesky;
pub mod cohorts;
#[cfg(test)]
mod fixtures;
pub mod forecast;
pub mod migration;
pub mod orders;
pub mod rfm;
pub mod value;

#[cfg(test)]
mod tests;
