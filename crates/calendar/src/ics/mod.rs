//! Content lines: how iCalendar (RFC 5545) and vCard (RFC 6350) write things down.
//!
//! What is read is kept whole, also what nobody here knows, so that a thing that was changed goes back with everything
//! that its other readers keep in it.

mod lines;
mod text;
mod times;

pub use lines::{Component, Property, parse};
pub use text::{escaped, unescaped};
pub use times::{Stamp, read_stamp, read_value, utc, written, zone_named, zone_of};
