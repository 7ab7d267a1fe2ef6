//! Data that comes from elsewhere and goes elsewhere.
//!
//! - [`formats`] reads a file somebody exported from another product (CSV, XLSX, JSON, vCard, packed or not) as rows of text,
//!   one row at a time: memory does not grow with the file.
//! - [`values`] turns the text of a cell into the value of a field, or says what is wrong with it and what would be right.
//! - [`mapping`] guesses which column feeds which field.
//! - [`export`] writes records to the same formats, so that what went out can come in again.

pub mod export;
pub mod formats;
pub mod mapping;
pub mod values;

#[cfg(test)]
mod fixtures;
