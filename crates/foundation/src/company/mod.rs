//! The company itself: what it is called and looks like, its languages, currencies and working hours. Everything here is a
//! setting that administrators change and everybody reads.

pub mod appearance;
pub mod calendars;
mod colour;
pub mod currencies;
pub mod routes;
#[cfg(test)]
mod tests;
