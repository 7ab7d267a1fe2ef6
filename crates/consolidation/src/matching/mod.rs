//! Which records mean the same person or firm: found, explained, judged.

pub mod engine;
