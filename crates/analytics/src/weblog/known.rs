//! What a reading has seen: hashes of visitors, and names by number.

use super::agents::Agent;
use super::line::Line;
use super::names::{Hashed, Names, OTHERS, Tally, hash, hash_of};
use super::sources::{Medium, Source};
use std::collections::{HashMap, HashSet};

/// So many paths, sources and kinds of agents are told apart; the rest stand under one name.
const MOST_PATHS: usize = 200_000;
const MOST_MISSING: usize = 20_000;
const MOST_SOURCES: usize = 100_000;
const MOST_AGENTS: usize = 20_000;
const MOST_METHODS: usize = 50;
const LONGEST_PATH: usize = 512;

/// What was seen: sets of hashes, and names by number.
pub struct Known {
    pub addresses: HashSet<u64, Hashed>,
    pub pairs: HashSet<u64, Hashed>,
    pub visitors: HashSet<u64, Hashed>,
    pub answered: HashSet<u64, Hashed>,
    pub agent_numbers: HashMap<u64, u32, Hashed>,
    pub agents: Names<Agent>,
    pub agent_hits: Tally,
    pub paths: Names<Box<[u8]>>,
    pub path_hits: Tally,
    pub missing: Names<Box<[u8]>>,
    pub missing_hits: Tally,
    pub methods: Names<Box<[u8]>>,
    pub method_hits: Tally,
    pub sources: Names<Source>,
    pub source_numbers: HashMap<u64, u32, Hashed>,
}

impl Known {
    pub fn new() -> Known {
        let unnamed = || -> Box<[u8]> { (*b"(others)").into() };
        let nobody = Agent { bot: None, ..Agent::of(b"") };
        let nowhere = Source { medium: Medium::Referral, name: "(others)".to_owned(), phrase: None, campaign: None };
        Known {
            addresses: HashSet::default(),
            pairs: HashSet::default(),
            visitors: HashSet::default(),
            answered: HashSet::default(),
            agent_numbers: HashMap::default(),
            agents: Names::new(MOST_AGENTS, nobody),
            agent_hits: Tally::default(),
            paths: Names::new(MOST_PATHS, unnamed()),
            path_hits: Tally::default(),
            missing: Names::new(MOST_MISSING, unnamed()),
            missing_hits: Tally::default(),
            methods: Names::new(MOST_METHODS, unnamed()),
            method_hits: Tally::default(),
            sources: Names::new(MOST_SOURCES, nowhere),
            source_numbers: HashMap::default(),
        }
    }

    pub fn agent(&mut self, hash: u64, text: &[u8]) -> u32 {
        let number = self.agent_numbers.get(&hash).copied().unwrap_or_else(|| {
            let agent = Agent::of(text);
            let number = self.agents.number(hash_of(&agent), || agent);
            self.agent_numbers.insert(hash, number);
            number
        });
        self.agent_hits.add(number, 1);
        number
    }

    pub fn count_method(&mut self, method: &[u8]) {
        let number = self.methods.number(hash(&[method]), || method.into());
        self.method_hits.add(number, 1);
    }

    /// Counts a path; the number is that of a found one.
    pub fn count_path(&mut self, path: &[u8], is_found: bool) -> u32 {
        let (names, hits) = match is_found {
            true => (&mut self.paths, &mut self.path_hits),
            false => (&mut self.missing, &mut self.missing_hits),
        };
        let number = if path.len() > LONGEST_PATH { OTHERS } else { names.number(hash(&[path]), || path.into()) };
        hits.add(number, 1);
        number
    }

    /// Notes a visitor's day.
    pub fn note(&mut self, pair: u64, day: i64, is_answered: bool) {
        let visitor = hash(&[&pair.to_le_bytes(), &day.to_le_bytes()]);
        self.visitors.insert(visitor);
        if is_answered {
            self.answered.insert(visitor);
        }
    }

    pub fn source(&mut self, line: &Line<'_>, own_hosts: &[String]) -> u32 {
        let query = memchr::memchr(b'?', &line.target).map_or(&[][..], |at| &line.target[at..]);
        let key = hash(&[&line.referrer, query]);
        if let Some(number) = self.source_numbers.get(&key) {
            return *number;
        }
        let source = Source::of(&line.referrer, query, own_hosts);
        let number = self.sources.number(hash_of(&source), || source);
        // only a shortcut: what it forgets is found again
        if self.source_numbers.len() >= MOST_SOURCES {
            self.source_numbers.clear();
        }
        self.source_numbers.insert(key, number);
        number
    }
}
