//! Visits: somebody came, looked at pages, and left.
//!
//! The database holds each visit whole, one row with its pages, so that a visit is there or is not: however a log's
//! reading or a server ends, nothing is half. Reports read [`columns`], files by month that are made of these rows and
//! made again where one is old, cut or lost. Two readings of one log say the same, because a visit's id is made of its
//! visitor and its start, and what touches a visit of the same visitor is joined to it.

pub mod columns;
mod queries;
mod store;

use kernel::{Id, Time};
use serde_json::{Value as Json, json};

pub use queries::{ended_of_parties, mark_told, months, of_party, open_of, put_open, span, visit_at};
pub use store::{Put, Visits, put};

/// A longer pause ends a visit.
pub const GAP_MS: i64 = 30 * 60 * 1000;
/// So many pages of a visit are kept.
pub const MOST_PAGES: usize = 500;

/// What brought a visit to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    Log,
    Tracker,
}

impl Origin {
    pub fn word(self) -> &'static str {
        match self {
            Origin::Log => "log",
            Origin::Tracker => "tracker",
        }
    }
}

/// Where a visit came from, in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Whence {
    /// `search`, `direct`, … as [`analytics::weblog::Medium`] is written.
    pub medium: String,
    pub name: String,
    pub phrase: Option<String>,
    pub campaign: Option<String>,
    pub campaign_medium: Option<String>,
    pub term: Option<String>,
    pub content: Option<String>,
}

impl Whence {
    pub fn of(source: &analytics::weblog::Source) -> Whence {
        let campaign = source.campaign.as_ref();
        let part = |part: fn(&analytics::weblog::Campaign) -> &Option<String>| campaign.and_then(|c| part(c).clone());
        Whence {
            medium: word(&source.medium),
            name: source.name.clone(),
            phrase: source.phrase.clone(),
            campaign: part(|campaign| &campaign.name),
            campaign_medium: part(|campaign| &campaign.medium),
            term: part(|campaign| &campaign.term),
            content: part(|campaign| &campaign.content),
        }
    }
}

/// With what somebody came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct With {
    /// `desktop`, `mobile`, …
    pub device: String,
    pub browser: Option<String>,
    pub system: Option<String>,
    /// The robot's name, if it says that it is one.
    pub robot: Option<String>,
}

impl With {
    pub fn of(agent: &analytics::weblog::Agent) -> With {
        With {
            device: word(&agent.device),
            browser: agent.browser.map(str::to_string),
            system: agent.system.map(str::to_string),
            robot: agent.bot.as_deref().map(str::to_string),
        }
    }
}

/// The name of a variant as it is stored.
fn word(variant: &impl serde::Serialize) -> String {
    json!(variant).as_str().unwrap_or_default().to_string()
}

/// A page that was looked at, or what a page told of its own (an event).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Page {
    /// Milliseconds since 1970.
    pub at: i64,
    pub path: String,
    pub is_event: bool,
}

/// A visit. Times are milliseconds since 1970.
#[derive(Debug, Clone, PartialEq)]
pub struct Visit {
    pub id: Id,
    pub origin: Origin,
    pub site: Option<Id>,
    pub import: Option<Id>,
    pub visitor: [u8; 16],
    /// Whether the same visitor has the same hash on another day.
    pub is_lasting: bool,
    pub party: Option<Id>,
    pub started: i64,
    pub ended: i64,
    pub from: Whence,
    pub with: With,
    pub country: Option<String>,
    pub is_robot: bool,
    /// Pages looked at, also those beyond [`MOST_PAGES`].
    pub views: i64,
    /// Everything that was asked for.
    pub hits: i64,
    pub errors: i64,
    pub bytes: i64,
    /// In order of time.
    pub pages: Vec<Page>,
}

impl Visit {
    /// The same id for the same visitor and start, whoever reads it.
    pub fn id_of(visitor: &[u8; 16], started: i64) -> Id {
        foundation::ledger::facts::derived_id(Time(started), "visit", &hex(visitor))
    }

    /// The month it belongs to, `2026-11`.
    pub fn month(&self) -> String {
        month_of(self.started)
    }

    fn pages_json(&self) -> String {
        let page = |page: &Page| match page.is_event {
            false => json!([page.at - self.started, page.path]),
            true => json!([page.at - self.started, page.path, 1]),
        };
        Json::Array(self.pages.iter().map(page).collect()).to_string()
    }

    fn read_pages(started: i64, text: &str) -> Vec<Page> {
        let list: Vec<Json> = serde_json::from_str(text).unwrap_or_default();
        let page = |one: &Json| {
            Some(Page {
                at: started + one.get(0)?.as_i64()?,
                path: one.get(1)?.as_str()?.to_string(),
                is_event: one.get(2).is_some(),
            })
        };
        list.iter().filter_map(page).collect()
    }

    fn touches(&self, other: &Visit) -> bool {
        self.started <= other.ended.saturating_add(GAP_MS) && other.started <= self.ended.saturating_add(GAP_MS)
    }

    fn overlaps(&self, other: &Visit) -> bool {
        self.started <= other.ended && other.started <= self.ended
    }

    /// Makes this and another visit of the same visitor one. What both readings saw counts once.
    fn join(&mut self, other: Visit) {
        let overlaps = self.overlaps(&other);
        let count = |one: i64, two: i64| if overlaps { one.max(two) } else { one.saturating_add(two) };
        self.views = count(self.views, other.views);
        self.hits = count(self.hits, other.hits);
        self.errors = count(self.errors, other.errors);
        self.bytes = count(self.bytes, other.bytes);
        if other.started < self.started {
            self.from = other.from;
        }
        self.started = self.started.min(other.started);
        self.ended = self.ended.max(other.ended);
        self.is_robot |= other.is_robot;
        self.party = self.party.or(other.party);
        self.country = self.country.take().or(other.country);
        self.pages = union(std::mem::take(&mut self.pages), other.pages);
        if self.is_robot {
            self.pages.clear();
            self.views = 0;
        }
    }
}

/// Pages of two readings in order; one that both saw, as often as the one that saw it more often.
fn union(one: Vec<Page>, two: Vec<Page>) -> Vec<Page> {
    let mut more = std::collections::HashMap::new();
    for page in &one {
        *more.entry(page.clone()).or_insert(0_u32) += 1;
    }
    let mut all = one;
    for page in two {
        match more.get_mut(&page) {
            Some(seen) if *seen > 0 => *seen -= 1,
            _ => all.push(page),
        }
    }
    all.sort_by_key(|page| page.at);
    all.truncate(MOST_PAGES);
    all
}

/// The month of a moment in UTC, `2026-11`.
pub fn month_of(at_ms: i64) -> String {
    let day = Time(at_ms).date();
    format!("{:04}-{:02}", day.year(), day.month())
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit(started: i64, pages: &[(i64, &str)]) -> Visit {
        let ended = pages.iter().map(|(at, _)| *at).max().unwrap_or(started);
        Visit {
            id: Visit::id_of(&[1; 16], started),
            origin: Origin::Log,
            site: None,
            import: None,
            visitor: [1; 16],
            is_lasting: true,
            party: None,
            started,
            ended,
            from: Whence { medium: format!("from {started}"), ..Whence::default() },
            with: With::default(),
            country: None,
            is_robot: false,
            views: pages.len() as i64,
            hits: pages.len() as i64,
            errors: 0,
            bytes: 0,
            pages: pages.iter().map(|(at, path)| Page { at: *at, path: path.to_string(), is_event: false }).collect(),
        }
    }

    #[test]
    fn two_readings_of_one_visit_count_once_and_two_halves_add_up() {
        let whole = visit(0, &[(0, "/"), (1_000, "/a"), (1_000, "/a"), (9_000, "/b")]);
        let begun = visit(0, &[(0, "/"), (1_000, "/a")]);
        let rest = visit(5_000, &[(5_000, "/c"), (9_000, "/b")]);
        let joined = |mut one: Visit, two: Visit| {
            one.join(two);
            (one.hits, one.views, one.pages.len(), one.started, one.ended, one.from.medium)
        };
        assert_eq!(joined(whole.clone(), begun.clone()), (4, 4, 4, 0, 9_000, "from 0".to_string()));
        assert_eq!(joined(begun.clone(), whole), (4, 4, 4, 0, 9_000, "from 0".to_string()));
        assert_eq!(joined(rest, begun), (4, 4, 4, 0, 9_000, "from 0".to_string()));
    }

    #[test]
    fn pages_come_back_as_they_were_kept() {
        let mut kept = visit(1_000, &[(1_000, "/"), (4_500, "/чай \"1\"")]);
        kept.pages.push(Page { at: 5_000, path: "signed_up".into(), is_event: true });
        assert_eq!(Visit::read_pages(1_000, &kept.pages_json()), kept.pages);
    }

    #[test]
    fn exactly_half_an_hour_is_the_same_visit() {
        assert!(visit(0, &[(0, "/")]).touches(&visit(GAP_MS, &[(GAP_MS, "/")])));
        assert!(!visit(0, &[(0, "/")]).touches(&visit(GAP_MS + 1, &[(GAP_MS + 1, "/")])));
    }
}
