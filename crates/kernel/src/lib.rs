//! The words everyone uses: ids, money, values, the shape of an object, errors.
//!
//! Nothing here does I/O and nothing here is async. Every other crate may use this one; this one uses none of ours.

pub mod error;
pub mod fold;
pub mod ids;
pub mod limits;
pub mod mention;
pub mod money;
pub mod object;
pub mod points;
pub mod time;
pub mod value;

pub use error::{Error, FieldError, Result};
pub use ids::Id;
pub use money::{Currency, Money};
pub use object::{Class, FieldDef, FieldType, Labels, ObjectDef};
pub use time::{Clock, Time};
pub use value::{Address, Value};
