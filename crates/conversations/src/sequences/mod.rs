//! Sequences: letters and tasks in a row, each after so much working time, until somebody answers.
//!
//! - [`steps`] is what is done, [`clock`] when, in the receiver's own day.
//! - [`enrol`] puts people on a sequence, holds them, lets them go on and takes them off.
//! - [`run`] does a step when its [timer](foundation::timer) rings, in one transaction: the letter is in the outbox and the
//!   next step is set, or neither is.
//! - [`follow`] hears on the ledger what ends it: an answer, a bounce, a meeting, a deal that is won or lost.

pub(crate) mod clock;
pub(crate) mod enrol;
pub mod follow;
pub(crate) mod leave;
pub(crate) mod queries;
pub(crate) mod routes;
pub(crate) mod run;
mod sequence;
pub(crate) mod show;
pub(crate) mod steps;

pub use sequence::{MailSequence, SequenceKeeper};

/// The object's name.
pub const OBJECT: &str = "mail_sequence";
/// Of the timer: the next step of an enrolment.
pub const STEP_DUE: &str = "sequence.step";
