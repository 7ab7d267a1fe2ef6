//! The program: it knows all crates, puts the company together, serves it, and runs the commands.

pub mod assembly;
pub mod background;
pub mod bench;
pub mod cli;
pub mod commands;
pub mod config;
mod connections;
pub mod logs;
pub mod metrics;
pub mod pages;
pub mod queries;
pub mod reference;
pub mod serve;
mod setup_link;
