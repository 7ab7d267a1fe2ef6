//! What the question language promises.

mod cast;
mod reading;
