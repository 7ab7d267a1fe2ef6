//! What a log holds, counted.

use super::agents::Device;
use super::line::Damage;
use super::sources::Source;
use serde::Serialize;
use std::collections::BTreeMap;

/// Everything that is counted. Lists are in falling order, equal counts by name. No address is in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Totals {
    /// Lines that were read, without empty ones and comments.
    pub lines: u64,
    pub parsed: u64,
    /// Parsed, but the line ends within its last field.
    pub cut: u64,
    pub damaged: u64,
    pub damages: BTreeMap<Damage, u64>,
    /// The first damaged lines, by stream and number.
    pub damaged_lines: Vec<DamagedLine>,
    /// Streams that broke off (a torn gzip file, an unreadable disk) and what was said; what came before is counted.
    pub broken: Vec<(String, String)>,
    /// Lines older than the order that is waited for: they may have torn a session apart.
    pub late: u64,
    /// The first and the last moment, in seconds since 1970.
    pub first: Option<i64>,
    pub last: Option<i64>,
    /// Distinct addresses, user agents, and pairs of both.
    pub addresses: u64,
    pub agents: u64,
    pub pairs: u64,
    /// Distinct pairs by day; and of those with a hit that was not refused (4xx), as GoAccess counts visitors.
    pub visitors: u64,
    pub visitors_answered: u64,
    pub bytes: u64,
    pub statuses: BTreeMap<u16, u64>,
    /// Hits by method; requests that are none stand under the empty name.
    pub methods: BTreeMap<String, u64>,
    pub sessions: u64,
    pub sessions_of_bots: u64,
    /// Hits of robots that say so.
    pub hits_of_bots: u64,
    /// Hits by the robot's name.
    pub bots: Vec<Count>,
    /// Hits by path without query: found (below 400) and not.
    pub found: Vec<Count>,
    pub missing: Vec<Count>,
    pub people: People,
}

/// What people did: sessions of no robot.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct People {
    pub sessions: u64,
    /// Distinct pairs of address and agent by day.
    pub visitors: u64,
    pub views: u64,
    /// Sessions of one page.
    pub bounces: u64,
    /// From the first to the last hit, all sessions together.
    pub seconds: u64,
    pub pages: Vec<Page>,
    /// From page to page.
    pub steps: Vec<Step>,
    pub sources: Vec<SourceCount>,
    /// Phrases of all search engines together, by sessions.
    pub phrases: Vec<Count>,
    /// By sessions.
    pub browsers: Vec<Count>,
    pub systems: Vec<Count>,
    pub devices: BTreeMap<Device, u64>,
    /// By sessions, where the caller tells the country.
    pub countries: Vec<Count>,
    /// Page views by weekday (Monday first) and hour, in the zone that was asked for.
    pub hours: [[u64; 24]; 7],
    /// By day, as `2015-05-17`, of the session's start.
    pub days: BTreeMap<String, Day>,
    pub funnels: Vec<FunnelCount>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DamagedLine {
    pub stream: String,
    pub line: u64,
    pub damage: Damage,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Count {
    pub name: String,
    pub count: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Page {
    pub path: String,
    pub views: u64,
    pub entries: u64,
    pub exits: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    pub from: String,
    pub to: String,
    pub count: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SourceCount {
    pub source: Source,
    pub sessions: u64,
    pub views: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Day {
    pub sessions: u64,
    pub visitors: u64,
    pub views: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FunnelCount {
    pub name: String,
    /// Sessions that reached each step.
    pub reached: Vec<u64>,
}

/// Counts of names in falling order.
pub(super) fn ranked(counts: impl IntoIterator<Item = (String, u64)>) -> Vec<Count> {
    let mut sums: BTreeMap<String, u64> = BTreeMap::new();
    for (name, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
        *sums.entry(name).or_default() += count;
    }
    let mut ranked: Vec<Count> = sums.into_iter().map(|(name, count)| Count { name, count }).collect();
    ranked.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
    ranked
}
