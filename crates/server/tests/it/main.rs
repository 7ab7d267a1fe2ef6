//! Stories through HTTP on a real database, all in one binary so that a change links once.
//! One file per noun.

mod architecture;
mod dependencies;
