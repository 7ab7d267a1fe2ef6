//! What pages share that are open to everybody: words that the server signs, and signs of machines.

pub mod machines;
pub mod word;
