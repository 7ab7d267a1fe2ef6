//! The reading of logs, line by line.

use super::agents::Agent;
use super::funnels::Funnel;
use super::known::Known;
use super::line::{Damage, Format, Line, combined};
use super::lines::{Lines, Next, unpacked};
use super::names::{Names, Tally, hash};
use super::pages::is_page;
use super::people::{Sums, Visit};
use super::sessions::{Part, Sessions, Span};
use super::totals::{DamagedLine, Totals, ranked};
use super::{Addresses, MOST_VIEWS, Session, Sink, SinkError, View, json, w3c};
use jiff::tz::TimeZone;
use std::io::Read;

/// How logs are read.
#[derive(Clone, Debug)]
pub struct Options {
    /// None: by the first line of each stream.
    pub format: Option<Format>,
    /// A longer pause ends a session.
    pub gap_s: i64,
    /// How late a line may stand in the log and still find its session.
    pub lateness_s: i64,
    /// The zone of days and hours in the sums.
    pub zone: TimeZone,
    /// The site's own hosts, lower case, without `www.`: a referrer from them is no source.
    pub own_hosts: Vec<String>,
    /// Behind one's own proxy: the visitor is the first address of X-Forwarded-For. Anybody can send that header, so it
    /// is believed only where this is set.
    pub forwarded: bool,
    /// A session ends with its day.
    pub ends_at_midnight: bool,
    pub funnels: Vec<Funnel>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            format: None,
            gap_s: 1_800,
            lateness_s: 3_600,
            zone: TimeZone::UTC,
            own_hosts: Vec::new(),
            forwarded: false,
            ends_at_midnight: false,
            funnels: Vec::new(),
        }
    }
}

/// So many damaged lines are named; all are counted.
const MOST_DAMAGED: usize = 1_000;
/// Ended sessions are looked for after so many lines.
const SWEEP: u64 = 65_536;
/// The log's clock is the median of so many times, so that a wrong one does not end everything.
const SAMPLES: usize = 63;

/// A reading under way.
pub struct Reading<'a> {
    options: Options,
    addresses: &'a dyn Addresses,
    sink: &'a mut dyn Sink,
    totals: Totals,
    sessions: Sessions<Hits>,
    known: Known,
    people: Sums,
    statuses: Box<[u64; 1_000]>,
    clock: Clock,
    offset: (i64, i64),
}

struct Clock {
    now: i64,
    samples: [i64; SAMPLES],
    taken: usize,
    lines: u64,
}

/// The hits of a session.
struct Hits {
    visitor: [u8; 16],
    country: Option<[u8; 2]>,
    agent: u32,
    hits: u32,
    errors: u32,
    views_in_all: u32,
    asked_robots: bool,
    bytes: u64,
    source: u32,
    /// Where the source is from: pages before other files, earlier before later.
    source_rank: (bool, i64, u64),
    /// The last day these hits were noted for, and whether one that was not refused was among them.
    noted: (i64, bool),
    views: Vec<(i64, u64, u32)>,
}

impl Part for Hits {
    fn join(&mut self, other: Hits) {
        self.hits = self.hits.saturating_add(other.hits);
        self.errors = self.errors.saturating_add(other.errors);
        self.views_in_all = self.views_in_all.saturating_add(other.views_in_all);
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.asked_robots |= other.asked_robots;
        if other.source_rank < self.source_rank {
            (self.source, self.source_rank) = (other.source, other.source_rank);
        }
        self.views.extend(other.views);
    }
}

impl<'a> Reading<'a> {
    pub fn new(options: Options, addresses: &'a dyn Addresses, sink: &'a mut dyn Sink) -> Reading<'a> {
        Reading {
            sessions: Sessions::new(options.gap_s),
            people: Sums::new(&options.funnels),
            options,
            addresses,
            sink,
            totals: Totals::default(),
            known: Known::new(),
            statuses: Box::new([0; 1_000]),
            clock: Clock::new(),
            offset: (i64::MIN, 0),
        }
    }

    /// Takes in a stream, plain or gzip, to its end. `name` tells it in reports of damage. A stream that breaks off is
    /// told in the sums; an error is the sink's.
    pub fn feed(&mut self, name: &str, input: impl Read) -> Result<(), SinkError> {
        self.feed_on(name, 0, input)
    }

    /// [`Reading::feed`] of what comes behind the first `before` lines of a stream, which were taken in already.
    pub fn feed_on(&mut self, name: &str, before: u64, input: impl Read) -> Result<(), SinkError> {
        let input = match unpacked(input) {
            Ok(input) => input,
            Err(error) => {
                self.totals.broken.push((name.to_owned(), error.to_string()));
                return Ok(());
            }
        };
        // Another stream may begin earlier than the last one ended.
        self.clock = Clock::new();
        let mut lines = Lines::new(input);
        let mut format = self.options.format;
        let mut columns = w3c::Columns::default();
        loop {
            let number = before + lines.number + 1;
            let text = match lines.next() {
                Ok(Next::Line(text)) => text,
                Ok(Next::TooLong) => {
                    self.totals.lines += 1;
                    self.damaged(name, number, Damage::TooLong);
                    continue;
                }
                Ok(Next::End) => return Ok(()),
                Err(error) => {
                    self.totals.broken.push((name.to_owned(), error.to_string()));
                    return Ok(());
                }
            };
            if text.is_empty() {
                continue;
            }
            let format = *format.get_or_insert_with(|| Format::of(text));
            if format == Format::W3c && text.starts_with(b"#") {
                columns.directive(text);
                continue;
            }
            self.totals.lines += 1;
            let forwarded = self.options.forwarded;
            let line = match format {
                Format::Combined => combined(text, forwarded),
                Format::W3c => columns.line(text, forwarded),
                Format::Json => json::line(text, forwarded),
            };
            match line {
                Ok(line) => self.hit(&line),
                Err(damage) => self.damaged(name, number, damage),
            }
            self.sweep()?;
        }
    }

    /// Hands out the sessions whose last hit is before `time` (seconds since 1970): for who follows a log that grows.
    pub fn hand_out_before(&mut self, time: i64) -> Result<(), SinkError> {
        let ended = self.sessions.ended_before(time);
        self.hand_out(ended)
    }

    /// What was counted up to now.
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    /// Ends all sessions and gives the sums.
    pub fn finish(mut self) -> Result<Totals, SinkError> {
        let ended = self.sessions.finish();
        self.hand_out(ended)?;
        let Reading { mut totals, known, people, statuses, options, .. } = self;
        totals.addresses = known.addresses.len() as u64;
        totals.agents = known.agent_numbers.len() as u64;
        totals.pairs = known.pairs.len() as u64;
        totals.visitors = known.visitors.len() as u64;
        totals.visitors_answered = known.answered.len() as u64;
        totals.statuses =
            (0..).zip(statuses.iter()).filter(|(_, count)| **count > 0).map(|(s, count)| (s, *count)).collect();
        let named = |names: &Names<Box<[u8]>>, hits: &Tally| {
            ranked(names.all().map(|(number, name)| (String::from_utf8_lossy(name).into_owned(), hits.of(number))))
        };
        totals.methods =
            named(&known.methods, &known.method_hits).into_iter().map(|count| (count.name, count.count)).collect();
        totals.found = named(&known.paths, &known.path_hits);
        totals.missing = named(&known.missing, &known.missing_hits);
        let bot = |(number, agent): (u32, &Agent)| Some((agent.bot.as_ref()?.to_string(), known.agent_hits.of(number)));
        totals.bots = ranked(known.agents.all().filter_map(bot));
        totals.hits_of_bots = totals.bots.iter().map(|count| count.count).sum();
        totals.people = people.finish(&options.funnels, &known.paths, &known.sources, &known.agents);
        Ok(totals)
    }

    fn damaged(&mut self, stream: &str, line: u64, damage: Damage) {
        self.totals.damaged += 1;
        *self.totals.damages.entry(damage).or_default() += 1;
        if self.totals.damaged_lines.len() < MOST_DAMAGED {
            self.totals.damaged_lines.push(DamagedLine { stream: stream.to_owned(), line, damage });
        }
    }

    fn hit(&mut self, line: &Line<'_>) {
        let order = self.totals.parsed;
        self.totals.parsed += 1;
        self.totals.cut += u64::from(line.is_cut);
        self.totals.bytes = self.totals.bytes.saturating_add(line.bytes);
        self.totals.first = Some(self.totals.first.map_or(line.at, |first| first.min(line.at)));
        self.totals.last = Some(self.totals.last.map_or(line.at, |last| last.max(line.at)));
        self.totals.late += u64::from(self.clock.take(line.at, self.options.lateness_s));
        if let Some(count) = self.statuses.get_mut(usize::from(line.status)) {
            *count += 1;
        }
        self.known.count_method(&line.method);

        let agent_hash = hash(&[&line.agent]);
        let agent = self.known.agent(agent_hash, &line.agent);
        let is_bot = self.known.agents.name(agent).bot.is_some();
        let query = memchr::memchr2(b'?', b'#', &line.target).unwrap_or(line.target.len());
        let path = &line.target[..query];
        let is_found = line.status < 400;
        let number = self.known.count_path(path, is_found);
        let is_view = is_found && !is_bot && is_page(&line.method, line.status, path);
        let day = self.local(line.at).div_euclid(86_400);
        let is_refused = (400..500).contains(&line.status);

        let pair = hash(&[&line.address, &agent_hash.to_le_bytes()]);
        let visitor =
            if self.options.ends_at_midnight { hash(&[&pair.to_le_bytes(), &day.to_le_bytes()]) } else { pair };
        let rank = (!is_view, line.at, order);
        let view = is_view.then_some((line.at, order, number));
        let asked_robots = path == b"/robots.txt";
        let (known, own_hosts) = (std::cell::RefCell::new(&mut self.known), &self.options.own_hosts);
        let start = || {
            let mut known = known.borrow_mut();
            known.addresses.insert(hash(&[&line.address]));
            known.pairs.insert(pair);
            known.note(pair, day, !is_refused);
            Hits {
                visitor: self.addresses.pseudonym(&line.address, &line.agent),
                country: self.addresses.country(&line.address),
                agent,
                hits: 1,
                errors: u32::from(!is_found),
                views_in_all: u32::from(is_view),
                asked_robots,
                bytes: line.bytes,
                source: known.source(line, own_hosts),
                source_rank: rank,
                noted: (day, !is_refused),
                views: view.into_iter().collect(),
            }
        };
        let grow = |hits: &mut Hits| {
            let mut known = known.borrow_mut();
            if hits.noted.0 != day || (!hits.noted.1 && !is_refused) {
                known.note(pair, day, !is_refused);
                hits.noted = (day, !is_refused);
            }
            hits.hits = hits.hits.saturating_add(1);
            hits.errors = hits.errors.saturating_add(u32::from(!is_found));
            hits.bytes = hits.bytes.saturating_add(line.bytes);
            hits.asked_robots |= asked_robots;
            if rank < hits.source_rank {
                (hits.source, hits.source_rank) = (known.source(line, own_hosts), rank);
            }
            if let Some(view) = view {
                hits.views_in_all = hits.views_in_all.saturating_add(1);
                if hits.views.len() < MOST_VIEWS {
                    hits.views.push(view);
                }
            }
        };
        self.sessions.add(visitor, line.at, start, grow);
    }

    /// Seconds since 1970 as the clocks of the zone show them. Offsets change on quarters of an hour only.
    fn local(&mut self, at: i64) -> i64 {
        let quarter = at.div_euclid(900);
        if self.offset.0 != quarter {
            let start = jiff::Timestamp::from_second(at).unwrap_or_default();
            self.offset = (quarter, i64::from(self.options.zone.to_offset(start).seconds()));
        }
        at.saturating_add(self.offset.1)
    }

    /// Hands out the sessions that can no longer grow, now and then.
    fn sweep(&mut self) -> Result<(), SinkError> {
        if self.clock.lines < SWEEP.max(self.sessions.len() as u64) {
            return Ok(());
        }
        self.clock.lines = 0;
        let wait = self.options.gap_s.saturating_add(self.options.lateness_s);
        let ended = self.sessions.ended_before(self.clock.now.saturating_sub(wait));
        self.hand_out(ended)
    }

    fn hand_out(&mut self, ended: Vec<Span<Hits>>) -> Result<(), SinkError> {
        for mut span in ended {
            let hits = &mut span.part;
            hits.views.sort_unstable();
            hits.views.truncate(MOST_VIEWS);
            self.totals.sessions += 1;
            let is_bot = hits.asked_robots || self.known.agents.name(hits.agent).bot.is_some();
            if is_bot {
                self.totals.sessions_of_bots += 1;
                hits.views.clear();
            } else {
                let views: Vec<(i64, u32)> = hits
                    .views
                    .iter()
                    .map(|(at, _, page)| (*at, *page))
                    .map(|(at, page)| (self.local(at), page))
                    .collect();
                let visit = Visit {
                    visitor: span.visitor,
                    day: self.local(span.first).div_euclid(86_400),
                    seconds: span.last.abs_diff(span.first),
                    agent: hits.agent,
                    source: hits.source,
                    country: hits.country,
                    views: &views,
                    views_in_all: u64::from(hits.views_in_all),
                };
                self.people.add(&visit, &self.options.funnels, &self.known.paths);
            }
            let known = &self.known;
            let view = |(at, _, page): &(i64, u64, u32)| View {
                at: *at,
                path: String::from_utf8_lossy(known.paths.name(*page)),
            };
            self.sink.session(&Session {
                visitor: hits.visitor,
                country: hits.country,
                start: span.first,
                end: span.last,
                hits: u64::from(hits.hits),
                errors: u64::from(hits.errors),
                bytes: hits.bytes,
                source: known.sources.name(hits.source),
                agent: known.agents.name(hits.agent),
                is_bot,
                views: hits.views.iter().map(view).collect(),
                views_in_all: if is_bot { 0 } else { u64::from(hits.views_in_all) },
            })?;
        }
        Ok(())
    }
}

impl Clock {
    fn new() -> Clock {
        Clock { now: i64::MIN, samples: [0; SAMPLES], taken: 0, lines: 0 }
    }

    /// Takes in a line's time, and says whether it comes too late for its session.
    fn take(&mut self, at: i64, lateness_s: i64) -> bool {
        self.lines += 1;
        if self.lines.is_multiple_of(64) {
            self.samples[self.taken % SAMPLES] = at;
            self.taken += 1;
            if self.taken.is_multiple_of(SAMPLES) {
                let mut sorted = self.samples;
                sorted.sort_unstable();
                // It may step back: logs of several servers are read one after the other.
                self.now = sorted[SAMPLES / 2];
            }
        }
        at < self.now.saturating_sub(lateness_s)
    }
}
