//! What the program does beside serving, one file for each command.

pub mod backup;
pub mod definitions;
pub mod demo;
pub mod doctor;
pub mod key;
pub mod source;
pub mod transfer;
pub mod user;
pub mod verify;
pub mod weblog;
