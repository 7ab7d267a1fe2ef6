//! Keeping the index in step: reads the ledger by a cursor, looks at the records it tells of, and puts what they are now.
//!
//! Records are read and taken apart in a reading snapshot, so that the writer is only held for the putting. A line is
//! nothing but a hint that a record may have changed: doing one twice, or in another order, ends the same. Objects whose
//! searchable fields changed, and records older than the index, are walked by id, a part at a time between the lines.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use db::{Arg, Tx};
use kernel::{Error, Id, Result};

use super::index::{self, Indexed, Progress, State};
use super::{typos, words};
use crate::app::App;
use crate::ledger::{Position, subscribe};
use crate::records::catalogue::Catalogue;

/// The subscriber's name.
const NAME: &str = "search";
/// Records put in one transaction: some tens of milliseconds, so that a person's write does not wait longer.
const BATCH: usize = 2_000;
/// The same where nobody waits: fewer, larger parts of the index are joined less often.
const BATCH_ALONE: usize = 10_000;
/// Lines looked through at once; most are no changes of records.
const LINES: i64 = 20_000;
/// So many documents wait at most for their words to be learnt: a large load learns each word once, in order.
const LEARN_AFTER: usize = 60_000;
/// Rows of the vocabulary written in one transaction.
const LEARN_ROWS: usize = 20_000;
/// After so many documents the parts of the index are joined.
const MERGE_AFTER: usize = 20_000;
/// Steps of joining in one go, between two looks at the ledger.
const MERGE_STEPS: usize = 4;
/// How often another process's changes are looked for.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How soon a change is noticed, and a line looked for again that is not settled yet.
const SOON: Duration = Duration::from_millis(5);

/// Who keeps the index in step. One for a process; several processes may each have one.
pub struct Feeder {
    /// Records put in one transaction.
    batch: usize,
    /// How far this process has looked.
    seen: Option<Position>,
    /// How far the database knows that.
    saved: Position,
    /// What was seen behind that already.
    ahead: Option<Option<Look>>,
    /// What was put since, whose words are not learnt yet.
    owed: Owed,
    /// The definitions that `indexed` was made from.
    version: Option<i64>,
    indexed: Vec<Indexed>,
    /// Objects that are being walked.
    walking: Vec<Indexed>,
    /// Documents changed since the parts of the index were joined.
    unmerged: usize,
    merging: bool,
}

/// Documents are put at once, the words in them are learnt together when much was put or nothing waits: each word once, in
/// the order of the vocabulary. How far the feeder has come is saved only then, so that a killed process leaves no word
/// out: the next one finds the documents there already and only learns.
#[derive(Default)]
struct Owed {
    documents: usize,
    words: BTreeSet<String>,
    /// Walks by the number of their object.
    walks: BTreeMap<i64, Progress>,
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
    fn new(batch: usize) -> Feeder {
        Feeder {
            batch,
            seen: None,
            saved: Position::default(),
            ahead: None,
            owed: Owed::default(),
            version: None,
            indexed: Vec::new(),
            walking: Vec::new(),
            // What an earlier process left in many parts is joined when there is time.
            unmerged: MERGE_AFTER,
            merging: false,
        }
    }

    /// Does one part of what waits: a batch of lines, else a part of a walk, else a little joining.
    fn step(&mut self, app: &App) -> Result<Left> {
        let seen = match self.seen {
            Some(seen) => seen,
            None => {
                let stored = app.db().read(|tx| subscribe::cursor(tx, NAME))?;
                self.saved = stored;
                stored
            }
        };
        let look = match self.ahead.take() {
            Some(look) => look,
            None => self.glass().look(app, seen)?,
        };
        let look = match look {
            Some(look) => look,
            None => {
                self.learn_objects(app)?;
                return Ok(Left::More);
            }
        };
        self.version = Some(look.catalogue.version);
        let effects = !look.states.is_empty();
        if effects && self.batch == BATCH_ALONE && look.left == Left::More {
            // Nobody else works: while the writer puts these, the next ones are read.
            let glass = self.glass();
            let (put, ahead) = std::thread::scope(|scope| {
                let ahead = scope.spawn(|| glass.look(app, look.seen));
                (self.put(app, look.states), ahead.join())
            });
            put?;
            self.ahead = Some(ahead.unwrap_or_else(|_| Err(Error::internal("reading for the index panicked")))?);
        } else if effects {
            self.put(app, look.states)?;
        }
        self.seen = Some(look.seen);
        let far = look.seen.seq.abs_diff(self.saved.seq) > LINES.unsigned_abs();
        let learn = self.owed.documents > 0 && (look.left != Left::More || self.owed.documents >= LEARN_AFTER);
        if learn || (far && self.owed.documents == 0) {
            self.settle(app)?;
        }
        if look.left == Left::More {
            return Ok(Left::More);
        }
        if let Some(indexed) = self.walking.first().cloned() {
            if self.walk_on(app, &indexed)? == Left::Nothing {
                self.settle(app)?;
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

    fn glass(&self) -> Glass {
        Glass { version: self.version, indexed: self.indexed.clone(), most: self.batch }
    }

    fn put(&mut self, app: &App, states: Vec<(i64, Vec<State>)>) -> Result<()> {
        self.owed.documents += states.iter().map(|(_, states)| states.len()).sum::<usize>();
        let states = Arc::new(states);
        let (changed, words) = app.db().write(move |tx| {
            let (mut changed, mut words) = (0, BTreeSet::new());
            for (number, states) in states.iter() {
                let put = index::bring_in_step(tx, *number, states)?;
                changed += put.changed;
                words.extend(put.vocabulary);
            }
            Ok((changed, words))
        })?;
        self.unmerged += changed;
        self.owed.words.extend(words);
        Ok(())
    }

    /// Learns the words of what was put, then saves how far the feeder has come.
    fn settle(&mut self, app: &App) -> Result<()> {
        let owed = std::mem::take(&mut self.owed);
        let typos::Unknown { words, keys } = app.db().read(move |tx| typos::unknown(tx, owed.words))?;
        for keys in keys.chunks(LEARN_ROWS) {
            let word = |place: &u32| usize::try_from(*place).ok().and_then(|place| words.get(place));
            let rows: Vec<Vec<Arg>> = keys
                .iter()
                .map(|(key, place)| vec![key.as_str().into(), word(place).map(String::as_str).into()])
                .collect();
            app.db().write(move |tx| typos::learn_keys(tx, rows.clone()))?;
        }
        drop(keys);
        let (seen, walks) = (self.seen.unwrap_or(self.saved), owed.walks);
        app.db().write(move |tx| {
            typos::learn_words(tx, &words)?;
            for (number, progress) in &walks {
                index::set_progress(tx, *number, progress)?;
            }
            subscribe::advance(tx, NAME, seen)
        })?;
        self.saved = seen;
        Ok(())
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
        let (owed, batch) = (self.owed.walks.get(&indexed.number).cloned(), self.batch);
        let (states, progress, left) = app.db().read(|tx| {
            let progress = match owed {
                Some(owed) => Some(owed),
                None => index::progress(tx, indexed.number)?,
            };
            // Another shape was being walked: from the beginning.
            let walked = progress.filter(|progress| progress.shape == shape).and_then(|progress| progress.walked);
            let documents = index::walk(tx, indexed, walked, batch)?;
            let left = if documents.len() < batch { Left::Nothing } else { Left::More };
            let walked = documents.last().map(|document| document.record).filter(|_| left == Left::More);
            let states: Vec<State> = documents.into_iter().map(State::Found).collect();
            Ok((states, Progress { shape: shape.clone(), walked }, left))
        })?;
        self.put(app, vec![(indexed.number, states)])?;
        self.owed.walks.insert(indexed.number, progress);
        if self.owed.documents >= LEARN_AFTER {
            self.settle(app)?;
        }
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

/// Through which the ledger is looked at: what is known of the objects, and how many lines are taken.
struct Glass {
    version: Option<i64>,
    indexed: Vec<Indexed>,
    most: usize,
}

impl Glass {
    /// Looks at the lines after `seen`. None if the definitions are not those of `version`.
    fn look(&self, app: &App, seen: Position) -> Result<Option<Look>> {
        app.db().read(|tx| look(tx, app, seen, self))
    }
}

fn look(tx: &mut Tx, app: &App, seen: Position, glass: &Glass) -> Result<Option<Look>> {
    let Glass { version, indexed, most } = glass;
    let catalogue = app.refresh(tx)?;
    if *version != Some(catalogue.version) {
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
        "select {}, e.seq, e.object, e.record, e.party, case when e.kind like '%.unmerged' then e.props end from event e where {} and {} and e.object is not null \
         and (e.kind like '%.created' or e.kind like '%.updated' or e.kind like '%.trashed' or e.kind like '%.restored' \
         or e.kind like '%.erased' or e.kind like '%.merged' or e.kind like '%.unmerged') order by {} limit $5",
        dialect.position_tx(),
        dialect.position_after(1),
        dialect.position_upto(3),
        dialect.position_order(false),
    );
    let mut ids: BTreeMap<String, BTreeSet<Id>> = BTreeMap::new();
    let (mut lines, mut last) = (0, seen);
    let [after_tx, after_seq] = seen.args();
    let [upto_tx, upto_seq] = upto.args();
    let limit = i64::try_from(*most).unwrap_or(LINES);
    tx.each(&sql, &[after_tx, after_seq, upto_tx, upto_seq, limit.into()], |row| {
        lines += 1;
        last = Position::from_row(&row, 0);
        if let Some(id) = row.opt_id(3).or_else(|| row.opt_id(4)).filter(|id| !id.is_nil()) {
            let ids = ids.entry(row.text(2).to_string()).or_default();
            ids.insert(id);
            // Who it was taken out of has its words no more.
            ids.extend(row.opt_text(5).and_then(out_of));
        }
        Ok(true)
    })?;
    // A full batch ends at its last line; else all lines up to the end were looked at.
    let seen = if lines == *most { last } else { upto };
    let by_name: HashMap<&str, &Indexed> =
        indexed.iter().map(|indexed| (indexed.object.def.name.as_str(), indexed)).collect();
    let mut states = Vec::new();
    for (object, ids) in ids {
        if let Some(indexed) = by_name.get(object.as_str()) {
            let mut ids: Vec<Id> = ids.into_iter().collect();
            if indexed.object.def.party {
                // Their words stand at who they are now as well.
                ids.extend(index::joined_into(tx, &ids)?);
                ids.sort_unstable();
                ids.dedup();
            }
            states.push((indexed.number, index::states(tx, indexed, &ids)?));
        }
    }
    let left = if seen < head { Left::More } else { unsettled(tx, seen)? };
    Ok(Some(Look { catalogue, seen, states, left }))
}

/// Out of whom a line says that a record was taken.
fn out_of(props: &str) -> Option<Id> {
    let props: serde_json::Value = serde_json::from_str(props).ok()?;
    Id::parse(props.get("out_of")?.as_str()?)
}

/// Whether there are lines after the last settled one.
fn unsettled(tx: &mut Tx, seen: Position) -> Result<Left> {
    Ok(if subscribe::end(tx)? > seen { Left::Soon } else { Left::Nothing })
}

/// Works until nothing waits: for commands, after an import or a restore, and for tests.
pub fn catch_up(app: &App) -> Result<()> {
    feed_all(app, false)
}

/// [`catch_up`], and the parts of the index are joined into one: what a server does when it has time.
pub fn catch_up_and_join(app: &App) -> Result<()> {
    feed_all(app, true)
}

fn feed_all(app: &App, join: bool) -> Result<()> {
    let mut feeder = Feeder::new(BATCH_ALONE);
    loop {
        match feeder.step(app)? {
            Left::More if feeder.merging && !join => return Ok(()),
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
    let mut feeder = Feeder::new(BATCH);
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
                feeder = Feeder::new(BATCH);
                std::thread::sleep(LOOK_EVERY);
            }
        }
    }
}
