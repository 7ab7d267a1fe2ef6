//! Keeping the index in step: reads the ledger by a cursor, looks at the records it tells of, and puts what they are now.
//!
//! Records are read and taken apart in a reading snapshot, so that the writer is only held for the putting. A line is
//! nothing but a hint that a record may have changed: doing one twice, or in another order, ends the same. Objects whose
//! searchable fields changed, and records older than the index, are walked by id, a part at a time between the lines.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use db::Tx;
use kernel::{Id, Result};

use super::index::{self, Indexed, Progress, State};
use super::words;
use crate::app::App;
use crate::ledger::{Position, subscribe};
use crate::records::catalogue::Catalogue;

/// The subscriber's name.
const NAME: &str = "search";
/// Records put in one transaction: some tens of milliseconds, so that a person's write does not wait longer.
const BATCH: usize = 2_000;
/// Lines looked through at once; most are no changes of records.
const LINES: i64 = 20_000;
/// After so many documents the parts of the index are joined.
const MERGE_AFTER: usize = 20_000;
/// Steps of joining in one go, between two looks at the ledger.
const MERGE_STEPS: usize = 4;
/// How often another process's changes are looked for.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How soon a change is noticed, and a line looked for again that is not settled yet.
const SOON: Duration = Duration::from_millis(5);

/// Who keeps the index in step. One for a process; several processes may each have one.
#[derive(Default)]
pub struct Feeder {
    /// How far this process has looked.
    seen: Option<Position>,
    /// How far the database knows that.
    saved: Position,
    /// The definitions that `indexed` was made from.
    version: Option<i64>,
    indexed: Vec<Indexed>,
    /// Objects that are being walked.
    walking: Vec<Indexed>,
    /// Documents changed since the parts of the index were joined.
    unmerged: usize,
    merging: bool,
}

/// What a step left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// Work that waits now.
    More,
    /// Lines that a running transaction may still precede (PostgreSQL): work in a moment.
    Soon,
    Nothing,
}

/// What a look at the ledger found.
struct Look {
    catalogue: Arc<Catalogue>,
    seen: Position,
    /// States by the number of their object.
    states: Vec<(i64, Vec<State>)>,
    left: Left,
}

impl Feeder {
    /// Does one part of what waits: a batch of lines, else a part of a walk, else a little joining.
    pub fn step(&mut self, app: &App) -> Result<Left> {
        let seen = match self.seen {
            Some(seen) => seen,
            None => {
                let stored = app.db().read(|tx| subscribe::cursor(tx, NAME))?;
                self.saved = stored;
                stored
            }
        };
        let (version, indexed) = (self.version, &self.indexed);
        let look = app.db().read(|tx| look(tx, app, seen, version, indexed))?;
        let look = match look {
            Some(look) => look,
            None => {
                self.learn_objects(app)?;
                return Ok(Left::More);
            }
        };
        self.version = Some(look.catalogue.version);
        let effects = !look.states.is_empty();
        if effects || look.seen.seq.abs_diff(self.saved.seq) > LINES.unsigned_abs() {
            let (states, seen) = (Arc::new(look.states), look.seen);
            self.unmerged += app.db().write(move |tx| put(tx, &states, Some(seen)))?;
            self.saved = seen;
        }
        self.seen = Some(look.seen);
        if look.left == Left::More {
            return Ok(Left::More);
        }
        if let Some(indexed) = self.walking.first().cloned() {
            if self.walk_on(app, &indexed)? == Left::Nothing {
                self.walking.remove(0);
            }
            return Ok(Left::More);
        }
        match look.left {
            _ if effects => Ok(Left::More),
            Left::Soon => Ok(Left::Soon),
            Left::More | Left::Nothing => self.merge(app),
        }
    }

    /// The definitions are new or have changed: gives numbers to new objects, and finds those that must be walked.
    fn learn_objects(&mut self, app: &App) -> Result<()> {
        let catalogue = app.db().read(|tx| app.refresh(tx))?;
        let findable = catalogue.objects().iter().filter(|object| !words::parts(object).is_empty());
        let ids: Vec<String> = findable.map(|object| object.def.id.clone()).collect();
        let known = app.db().read(index::numbers)?;
        if ids.iter().any(|id| !known.contains_key(id)) {
            app.db().write(move |tx| index::number_objects(tx, &ids))?;
        }
        let (indexed, walking) = app.db().read(|tx| {
            let indexed = index::indexed(&catalogue, &index::numbers(tx)?);
            let mut walking = Vec::new();
            for indexed in &indexed {
                let progress = index::progress(tx, indexed.number)?;
                let done = progress.is_some_and(|progress| {
                    progress.shape == words::shape(&indexed.object) && progress.walked.is_none()
                });
                if !done {
                    walking.push(indexed.clone());
                }
            }
            Ok((indexed, walking))
        })?;
        self.version = Some(catalogue.version);
        self.indexed = indexed;
        self.walking = walking;
        Ok(())
    }

    /// A part of the walk over an object's records.
    fn walk_on(&mut self, app: &App, indexed: &Indexed) -> Result<Left> {
        let shape = words::shape(&indexed.object);
        let (states, progress, left) = app.db().read(|tx| {
            let progress = index::progress(tx, indexed.number)?;
            // Another shape was being walked: from the beginning.
            let walked = progress.filter(|progress| progress.shape == shape).and_then(|progress| progress.walked);
            let documents = index::walk(tx, indexed, walked, BATCH)?;
            let left = if documents.len() < BATCH { Left::Nothing } else { Left::More };
            let walked = documents.last().map(|document| document.record).filter(|_| left == Left::More);
            let states: Vec<State> = documents.into_iter().map(State::Found).collect();
            Ok((states, Progress { shape: shape.clone(), walked }, left))
        })?;
        let (states, number) = (Arc::new(vec![(indexed.number, states)]), indexed.number);
        self.unmerged += app.db().write(move |tx| {
            let changed = put(tx, &states, None)?;
            index::set_progress(tx, number, &progress)?;
            Ok(changed)
        })?;
        Ok(left)
    }

    fn merge(&mut self, app: &App) -> Result<Left> {
        if !self.merging && self.unmerged < MERGE_AFTER {
            return Ok(Left::Nothing);
        }
        for _ in 0..MERGE_STEPS {
            let first = !std::mem::replace(&mut self.merging, true);
            if !app.db().write(move |tx| index::merge(tx, first))? {
                self.merging = false;
                self.unmerged = 0;
                return Ok(Left::Nothing);
            }
        }
        Ok(Left::More)
    }
}

/// Looks at the lines after `seen`. None if the definitions are not those of `version`.
fn look(tx: &mut Tx, app: &App, seen: Position, version: Option<i64>, indexed: &[Indexed]) -> Result<Option<Look>> {
    let catalogue = app.refresh(tx)?;
    if version != Some(catalogue.version) {
        return Ok(None);
    }
    let head = subscribe::head(tx)?;
    if head <= seen {
        let left = unsettled(tx, seen)?;
        return Ok(Some(Look { catalogue, seen, states: Vec::new(), left }));
    }
    let upto = subscribe::ahead(tx, seen, LINES)?.unwrap_or(head);
    let dialect = tx.dialect();
    let sql = format!(
        "select {}, e.seq, e.object, e.record, e.party from event e where {} and {} and e.object is not null \
         and (e.kind like '%.created' or e.kind like '%.updated' or e.kind like '%.trashed' or e.kind like '%.restored' \
         or e.kind like '%.erased' or e.kind like '%.merged') order by {} limit $5",
        dialect.position_tx(),
        dialect.position_after(1),
        dialect.position_upto(3),
        dialect.position_order(false),
    );
    let mut ids: BTreeMap<String, BTreeSet<Id>> = BTreeMap::new();
    let (mut lines, mut last) = (0, seen);
    let [after_tx, after_seq] = seen.args();
    let [upto_tx, upto_seq] = upto.args();
    let batch = i64::try_from(BATCH).unwrap_or(LINES);
    tx.each(&sql, &[after_tx, after_seq, upto_tx, upto_seq, batch.into()], |row| {
        lines += 1;
        last = Position::from_row(&row, 0);
        if let Some(id) = row.opt_id(3).or_else(|| row.opt_id(4)).filter(|id| !id.is_nil()) {
            ids.entry(row.text(2).to_string()).or_default().insert(id);
        }
        Ok(true)
    })?;
    // A full batch ends at its last line; else all lines up to the end were looked at.
    let seen = if lines == BATCH { last } else { upto };
    let by_name: HashMap<&str, &Indexed> =
        indexed.iter().map(|indexed| (indexed.object.def.name.as_str(), indexed)).collect();
    let mut states = Vec::new();
    for (object, ids) in ids {
        if let Some(indexed) = by_name.get(object.as_str()) {
            let ids: Vec<Id> = ids.into_iter().collect();
            states.push((indexed.number, index::states(tx, indexed, &ids)?));
        }
    }
    let left = if seen < head { Left::More } else { unsettled(tx, seen)? };
    Ok(Some(Look { catalogue, seen, states, left }))
}

/// Whether there are lines after the last settled one.
fn unsettled(tx: &mut Tx, seen: Position) -> Result<Left> {
    Ok(if subscribe::end(tx)? > seen { Left::Soon } else { Left::Nothing })
}

/// Effects and cursor in one transaction.
fn put(tx: &mut Tx, states: &[(i64, Vec<State>)], seen: Option<Position>) -> Result<usize> {
    let mut changed = 0;
    for (number, states) in states {
        changed += index::bring_in_step(tx, *number, states)?;
    }
    if let Some(seen) = seen {
        subscribe::advance(tx, NAME, seen)?;
    }
    Ok(changed)
}

/// Works until nothing waits: for commands, after an import or a restore, and for tests.
pub fn catch_up(app: &App) -> Result<()> {
    let mut feeder = Feeder::default();
    loop {
        match feeder.step(app)? {
            Left::More => {}
            Left::Soon => std::thread::sleep(SOON),
            Left::Nothing => return Ok(()),
        }
    }
}

/// Keeps the index in step until asked to stop, on a thread of its own. A step is one transaction, so nothing is left half
/// done.
pub fn keep_in_step(app: &App, stop: &AtomicBool) {
    let mut news = app.news();
    let mut feeder = Feeder::default();
    while !stop.load(Ordering::SeqCst) {
        news.mark_unchanged();
        let begun = Instant::now();
        match feeder.step(app) {
            Ok(Left::More) => {
                // Others write at the same time: leave them the writer for as long as it was held here.
                if news.has_changed().unwrap_or(false) {
                    std::thread::sleep(begun.elapsed().min(LOOK_EVERY));
                }
            }
            Ok(Left::Soon) => std::thread::sleep(SOON),
            Ok(Left::Nothing) => {
                while begun.elapsed() < LOOK_EVERY
                    && !news.has_changed().unwrap_or(false)
                    && !stop.load(Ordering::SeqCst)
                {
                    std::thread::sleep(SOON);
                }
            }
            Err(error) => {
                tracing::warn!(%error, "the search index could not be brought in step; trying again");
                feeder = Feeder::default();
                std::thread::sleep(LOOK_EVERY);
            }
        }
    }
}
