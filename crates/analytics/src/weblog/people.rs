//! The sums over sessions that people had.

use super::agents::Agent;
use super::funnels::Funnel;
use super::names::{Hashed, Names, OTHERS, Tally};
use super::sources::Source;
use super::totals::{Count, Day, FunnelCount, Page, People, SourceCount, Step, ranked};
use std::collections::{BTreeMap, HashMap, HashSet};

/// A session of a person, as the sums need it.
pub struct Visit<'a> {
    pub visitor: u64,
    /// Days since 1970 of its start, in the zone that was asked for.
    pub day: i64,
    pub seconds: u64,
    pub agent: u32,
    pub source: u32,
    pub country: Option<[u8; 2]>,
    /// Moments in the zone that was asked for, and the page's number; in order.
    pub views: &'a [(i64, u32)],
    pub views_in_all: u64,
}

/// More pairs of pages, phrases and countries are not told apart.
const MOST_STEPS: usize = 200_000;
/// More days are not told apart: a log with wrong clocks may name any.
const MOST_DAYS: usize = 10_000;

#[derive(Default)]
pub struct Sums {
    sums: People,
    views: Tally,
    entries: Tally,
    exits: Tally,
    steps: HashMap<u64, u64, Hashed>,
    by_source: Tally,
    views_by_source: Tally,
    by_agent: Tally,
    countries: BTreeMap<[u8; 2], u64>,
    days: BTreeMap<i64, Day>,
    visitors: HashSet<u64, Hashed>,
    reached: Vec<Vec<u64>>,
}

impl Sums {
    pub fn new(funnels: &[Funnel]) -> Sums {
        Sums { reached: funnels.iter().map(|funnel| vec![0; funnel.steps.len()]).collect(), ..Sums::default() }
    }

    pub fn add(&mut self, visit: &Visit<'_>, funnels: &[Funnel], paths: &Names<Box<[u8]>>) {
        let sums = &mut self.sums;
        sums.sessions += 1;
        sums.seconds += visit.seconds;
        sums.views += visit.views_in_all;
        sums.bounces += u64::from(visit.views_in_all == 1);
        self.by_source.add(visit.source, 1);
        self.views_by_source.add(visit.source, visit.views_in_all);
        self.by_agent.add(visit.agent, 1);
        if let Some(country) = visit.country {
            *self.countries.entry(country).or_default() += 1;
        }

        let is_new =
            self.visitors.insert(super::names::hash(&[&visit.visitor.to_le_bytes(), &visit.day.to_le_bytes()]));
        if self.days.len() < MOST_DAYS || self.days.contains_key(&visit.day) {
            let day = self.days.entry(visit.day).or_default();
            day.sessions += 1;
            day.views += visit.views_in_all;
            day.visitors += u64::from(is_new);
        }

        for (at, page) in visit.views {
            self.views.add(*page, 1);
            let weekday = (at.div_euclid(86_400) + 3).rem_euclid(7);
            let hour = at.rem_euclid(86_400) / 3_600;
            sums.hours[weekday as usize][hour as usize] += 1;
        }
        if let (Some((_, first)), Some((_, last))) = (visit.views.first(), visit.views.last()) {
            self.entries.add(*first, 1);
            self.exits.add(*last, 1);
        }
        for pair in visit.views.windows(2) {
            let key = u64::from(pair[0].1) << 32 | u64::from(pair[1].1);
            if self.steps.len() < MOST_STEPS || self.steps.contains_key(&key) {
                *self.steps.entry(key).or_default() += 1;
            }
        }
        if !funnels.is_empty() {
            let views: Vec<(i64, &[u8])> = visit.views.iter().map(|(at, page)| (*at, &**paths.name(*page))).collect();
            for (funnel, reached) in funnels.iter().zip(&mut self.reached) {
                for step in reached.iter_mut().take(funnel.reached(&views)) {
                    *step += 1;
                }
            }
        }
    }

    /// The sums with the names of what was counted.
    pub fn finish(
        self,
        funnels: &[Funnel],
        paths: &Names<Box<[u8]>>,
        sources: &Names<Source>,
        agents: &Names<Agent>,
    ) -> People {
        let mut people = self.sums;
        let path = |number: u32| String::from_utf8_lossy(paths.name(number)).into_owned();
        people.visitors = self.visitors.len() as u64;
        people.pages = paths
            .all()
            .map(|(number, _)| Page {
                path: path(number),
                views: self.views.of(number),
                entries: self.entries.of(number),
                exits: self.exits.of(number),
            })
            .filter(|page| page.views > 0)
            .collect();
        people.pages.sort_by(|a, b| b.views.cmp(&a.views).then_with(|| a.path.cmp(&b.path)));
        let step = |(key, count): (u64, u64)| Step {
            from: path(u32::try_from(key >> 32).unwrap_or(OTHERS)),
            to: path(u32::try_from(key & u64::from(u32::MAX)).unwrap_or(OTHERS)),
            count,
        };
        people.steps = self.steps.into_iter().map(step).collect();
        people.steps.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| (&a.from, &a.to).cmp(&(&b.from, &b.to))));

        let counted = |(number, source): (u32, &Source)| SourceCount {
            source: source.clone(),
            sessions: self.by_source.of(number),
            views: self.views_by_source.of(number),
        };
        people.sources = sources.all().map(counted).filter(|count| count.sessions > 0).collect();
        people.sources.sort_by(|a, b| b.sessions.cmp(&a.sessions).then_with(|| a.source.cmp(&b.source)));
        let phrase = |count: &SourceCount| Some((count.source.phrase.clone()?, count.sessions));
        people.phrases = ranked(people.sources.iter().filter_map(phrase));

        let by = |name: fn(&Agent) -> Option<&'static str>| -> Vec<Count> {
            ranked(
                agents
                    .all()
                    .map(|(number, agent)| (name(agent).unwrap_or("(unknown)").to_owned(), self.by_agent.of(number))),
            )
        };
        people.browsers = by(|agent| agent.browser);
        people.systems = by(|agent| agent.system);
        for (number, agent) in agents.all().filter(|(number, _)| self.by_agent.of(*number) > 0) {
            *people.devices.entry(agent.device).or_default() += self.by_agent.of(number);
        }
        people.countries = ranked(
            self.countries.into_iter().map(|(code, count)| (String::from_utf8_lossy(&code).into_owned(), count)),
        );
        people.days = self.days.into_iter().map(|(day, counts)| (date(day), counts)).collect();
        let funnel = |(funnel, reached): (&Funnel, Vec<u64>)| FunnelCount { name: funnel.name.clone(), reached };
        people.funnels = funnels.iter().zip(self.reached).map(funnel).collect();
        people
    }
}

/// Days since 1970 as a date.
fn date(day: i64) -> String {
    let start = jiff::Timestamp::from_second(day.saturating_mul(86_400)).unwrap_or_default();
    start.to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}
