//! The catalogue of everything that can happen, one file per domain.
//!
//! Timeline, history, web hooks, journeys and documentation all come from here: a kind says what it holds, when it
//! happens and how it reads in four languages.
//!
//! # How a domain adds a kind
//! 1. In the domain's file here, write a struct with [`macros::event`]: the kind (`noun.fact`), its sentence in four
//!    languages, a doc comment saying when it happens. Properties are ids, money, dates, times and words, never a domain's
//!    types; mark personal ones with `#[personal]`. A sentence names properties in braces, and what stands in square
//!    brackets is left out while one of its properties is unknown.
//! 2. Name the struct in that file's `kinds()`.
//! 3. Keep its stored form in `tests/stored/<kind>.json`, a list of shapes. A kind is never changed, only added to (new
//!    properties are optional): every shape ever written must still parse.
//! 4. If it follows from a change of a record, emit it in the domain's `facts.rs` (see [`Facts`]); else record it with
//!    `NewEvent::of(…)` in the operation that does the thing.
//!
//! What happens to every record alike (`contact.created`, `deal.updated`, …) is not written here kind by kind: see
//! [`records`].

extern crate self as events;

pub mod analytics;
pub mod approvals;
pub mod calendar;
pub mod commerce;
pub mod facts;
pub mod mail;
pub mod marketing;
pub mod quotes;
pub mod records;
pub mod sales;
mod sentence;
pub mod service;
pub mod site;
pub mod workspace;

use kernel::{Id, Labels, Money, Time};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

pub use facts::{Facts, RecordView, Situation};
pub use sentence::{KNOWN_LABELS, amount, sentence};

/// A kind of event as a struct; see the macro [`macros::event`].
pub trait Event: Serialize + DeserializeOwned {
    /// `deal.won`.
    const KIND: &'static str;

    /// What the kind holds and how it reads.
    fn describe() -> Kind;
}

/// One kind of event, described.
#[derive(Debug, Clone)]
pub struct Kind {
    /// `deal.won`.
    pub kind: &'static str,
    /// When it happens, in English, for the documentation.
    pub about: &'static str,
    /// The sentence behind the actor's name: "won {deal}[ for {amount}]".
    pub reads: Labels,
    pub properties: Vec<Property>,
    /// Says whether stored properties are of this kind, and what is wrong with them.
    pub check: fn(&Value) -> Result<(), String>,
}

impl Kind {
    /// The noun, `deal`.
    pub fn noun(&self) -> &'static str {
        self.kind.split_once('.').map_or(self.kind, |(noun, _)| noun)
    }

    /// Properties that are encrypted under the party's key.
    pub fn personal(&self) -> impl Iterator<Item = &Property> {
        self.properties.iter().filter(|property| property.personal)
    }
}

/// One property of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Property {
    pub name: &'static str,
    /// `id`, `ids`, `money`, `date`, `time`, `text`, `texts`, `integer`, `number` or `boolean`.
    pub kind: &'static str,
    pub personal: bool,
    pub optional: bool,
    /// What it means, in English; may be empty.
    pub about: &'static str,
}

/// An event that is to be recorded; the ledger gives it its id, number, actor and seal.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NewEvent {
    pub kind: String,
    /// When it happened; none for now.
    pub at: Option<Time>,
    /// Whose timeline it belongs to; none lets the ledger follow the record's party links.
    pub party: Option<Id>,
    /// The object's name and the record's id.
    pub record: Option<(String, Id)>,
    pub amount: Option<Money>,
    /// How it came about: `email`, `web`, `store`, …
    pub channel: Option<String>,
    /// Where it comes from: an import's name, a connected system.
    pub source: Option<String>,
    pub props: Map<String, Value>,
    /// The same key is recorded once, whoever repeats it.
    pub key: Option<String>,
}

impl NewEvent {
    /// An event of a catalogued kind.
    pub fn of<E: Event>(event: E) -> NewEvent {
        let props = match serde_json::to_value(event) {
            Ok(Value::Object(props)) => props,
            _ => Map::new(),
        };
        NewEvent { kind: E::KIND.to_string(), props, ..NewEvent::default() }
    }

    /// On this record.
    pub fn on(mut self, object: &str, id: Id) -> NewEvent {
        self.record = Some((object.to_string(), id));
        self
    }

    pub fn at(mut self, at: Time) -> NewEvent {
        self.at = Some(at);
        self
    }

    /// On a day whose hour nobody knows: told at noon UTC, so that it is the same day nearly everywhere.
    pub fn on_day(mut self, day: Option<jiff::civil::Date>) -> NewEvent {
        const NOON_MS: i64 = 12 * 60 * 60 * 1000;
        self.at = day.map(|day| Time(Time::midnight(day).0.saturating_add(NOON_MS)));
        self
    }

    pub fn of_party(mut self, party: Option<Id>) -> NewEvent {
        self.party = party;
        self
    }

    pub fn worth(mut self, amount: Option<Money>) -> NewEvent {
        self.amount = amount;
        self
    }

    /// Recorded once for this key.
    pub fn once(mut self, key: String) -> NewEvent {
        self.key = Some(key);
        self
    }
}

/// Every catalogued kind, in the order of its file.
pub fn catalogue() -> Vec<Kind> {
    let mut kinds = workspace::kinds();
    kinds.extend(sales::kinds());
    kinds.extend(commerce::kinds());
    kinds.extend(quotes::kinds());
    kinds.extend(approvals::kinds());
    kinds.extend(calendar::kinds());
    kinds.extend(mail::kinds());
    kinds.extend(service::kinds());
    kinds.extend(marketing::kinds());
    kinds.extend(site::kinds());
    kinds.extend(analytics::kinds());
    kinds
}

/// The catalogued kind of this name.
pub fn kind(name: &str) -> Option<&'static Kind> {
    use std::collections::BTreeMap;
    use std::sync::OnceLock;
    static BY_NAME: OnceLock<BTreeMap<&'static str, Kind>> = OnceLock::new();
    BY_NAME.get_or_init(|| catalogue().into_iter().map(|kind| (kind.kind, kind)).collect()).get(name)
}
