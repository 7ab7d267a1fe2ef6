//! What the question language promises.

mod agreeing;
mod asking;
mod cast;
mod changing;
mod dates;
mod formulas;
mod oracle;
mod reading;
mod world;

/// The files about chance are also used by the test that holds the databases to the same answers.
mod language {
    pub use crate::*;
}
