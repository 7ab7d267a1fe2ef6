//! The methods of analysis: columns in, figures out, each with its source and tested against published results. Nothing here
//! knows of a database or of a customer.
//!
//! A crate of its own, so that the arithmetic is optimised in a quick build too and nothing else has to be.

pub mod abc;
pub mod affinity;
mod cholesky;
pub mod clusters;
pub mod cohorts;
pub mod day;
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
