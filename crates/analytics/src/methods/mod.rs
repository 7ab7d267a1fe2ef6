//! Methods: columns in, figures out; nothing here knows of a database.

pub mod abc;
pub mod affinity;
mod cholesky;
pub mod clusters;
pub mod cohorts;
#[cfg(test)]
mod fixtures;
pub mod forecast;
pub mod migration;
pub mod orders;
pub mod outlook;
pub mod response;
pub mod rfm;
pub mod rhythm;
pub mod unusual;
pub mod value;

#[cfg(test)]
mod tests;
