//! Which rows mean the same person or firm, without being told: the method of Fellegi and Sunter (1969), *A Theory for
//! Record Linkage*, with parameters learned by expectation and maximisation (Winkler 1988) from the rows alone.
//!
//! Pure: rows in, pairs with their probability out. No I/O, no clock.
//! `blocking` names the pairs worth a look, `compare` gives each its levels of likeness, `learn` finds what each level is
//! worth, `score` weighs a pair and can say why, `clusters` joins pairs into entities.

pub mod blocking;
pub mod clusters;
pub mod compare;
pub mod learn;
pub mod model;
mod parallel;
pub mod score;
pub mod similar;
pub mod table;

#[cfg(test)]
mod tests;
