//! Ways to reach people, each in a folder of its own behind one small trait, and the outbox in front of them.
//!
//! - [`outbox`] is where an operation leaves a letter: a row of its own transaction. What is committed goes out, at least
//!   once and under the same id each time; what is rolled back never was.
//! - [`email`] is mail by SMTP, and the only place that names the library for it.
//!
//! Nothing is ever sent from inside a transaction: a channel is handed a letter by the outbox's own thread alone.

pub mod doors;
pub mod email;
pub mod incoming;
mod letter;
pub mod outbox;

use foundation::App;
use foundation::doors::Route;
use kernel::Result;

pub use letter::{Attachment, HeaderText, Letter, Sender};

/// Tables of this crate.
pub const MIGRATIONS: &[db::Migration] =
    &[db::Migration { name: "202611220900_outbox", sql: include_str!("../../../migrations/202611220900_outbox.sql") }];

/// One way to reach people.
pub trait Channel: Send + Sync {
    /// `email`; what a letter in the outbox says it goes by.
    fn name(&self) -> &'static str;

    /// Hands a letter over. Whoever receives the same `message_id` twice keeps one.
    fn send(&self, letter: &Letter, message_id: &str) -> std::result::Result<(), Fault>;
}

/// Why a letter was not handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The other side is away or has no time: worth trying again. In words of the other side.
    Later(String),
    /// It will never be taken: why, as a code that people are told in their language, and in words of the other side.
    Never(&'static str, String),
}

/// The channels that are set up here.
pub fn of(app: &App) -> Result<Vec<Box<dyn Channel>>> {
    let mut channels: Vec<Box<dyn Channel>> = Vec::new();
    if let Some(server) = &app.config().mail {
        channels.push(Box::new(email::Email::new(server)?));
    }
    Ok(channels)
}

/// Routes of this crate.
pub fn routes() -> Vec<Route> {
    outbox::routes::routes()
}
