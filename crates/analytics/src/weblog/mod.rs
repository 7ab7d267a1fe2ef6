//! What a server's log says of a site: visits, where they come from, what they look at, and which are robots'.
//!
//! [`Reading`] takes in one stream after the other, of any size, in memory that grows with visitors and not with lines.
//! Every session goes to a [`Sink`] as it ends, the sums come with [`Reading::finish`]. A session is the hits of one
//! address with one user agent, until a pause of more than half an hour.
//!
//! Addresses are personal. They are never in a result: a session carries what [`Addresses::pseudonym`] makes of its
//! address, which should be a keyed hash whose key the caller can throw away.

mod agents;
mod examine;
mod funnels;
mod json;
mod known;
mod line;
mod lines;
mod moment;
mod names;
mod pages;
mod people;
mod reading;
mod sessions;
mod sources;
#[cfg(test)]
mod tests;
mod totals;
mod w3c;

pub use agents::{Agent, Device};
pub use examine::{Survey, examine};
pub use funnels::Funnel;
pub use line::{Damage, Format};
pub use reading::{Options, Reading};
pub use sources::{Campaign, Medium, Source};
pub use totals::{Count, DamagedLine, Day, FunnelCount, Page, People, SourceCount, Step, Totals};

use std::borrow::Cow;

/// What the caller makes of visitors' addresses.
pub trait Addresses {
    /// What stands for a visitor, an address (as the log writes it) with its user agent, in results: a keyed hash.
    fn pseudonym(&self, address: &[u8], agent: &[u8]) -> [u8; 16];

    /// The ISO code of the country, where a table of addresses is at hand.
    fn country(&self, _address: &[u8]) -> Option<[u8; 2]> {
        None
    }
}

/// For who tells visitors apart by their addresses alone.
impl<F: Fn(&[u8]) -> [u8; 16]> Addresses for F {
    fn pseudonym(&self, address: &[u8], _agent: &[u8]) -> [u8; 16] {
        self(address)
    }
}

/// One session, as it is handed out.
#[derive(Clone, Debug, PartialEq)]
pub struct Session<'a> {
    pub visitor: [u8; 16],
    pub country: Option<[u8; 2]>,
    /// Of the first and the last hit, in seconds since 1970.
    pub start: i64,
    pub end: i64,
    pub hits: u64,
    /// Hits answered with 400 or above.
    pub errors: u64,
    pub bytes: u64,
    pub source: &'a Source,
    pub agent: &'a Agent,
    /// The agent says so, or it asked for `robots.txt`.
    pub is_bot: bool,
    /// Pages in order of time (of one second: of the log); none of robots. After [`MOST_VIEWS`] only their number goes on.
    pub views: Vec<View<'a>>,
    pub views_in_all: u64,
}

/// A page that was looked at: its path without query.
#[derive(Clone, Debug, PartialEq)]
pub struct View<'a> {
    pub at: i64,
    pub path: Cow<'a, str>,
}

/// So many pages of a session are kept.
pub const MOST_VIEWS: usize = 500;

/// Where sessions go: rows of a table, a file.
pub trait Sink {
    /// Takes one session. An error ends the reading.
    fn session(&mut self, session: &Session<'_>) -> Result<(), SinkError>;
}

/// Why a sink takes no more.
pub type SinkError = Box<dyn std::error::Error + Send + Sync>;

/// For who wants the sums only.
impl Sink for () {
    fn session(&mut self, _: &Session<'_>) -> Result<(), SinkError> {
        Ok(())
    }
}
