//! The index made anew, and held against the records.

use std::collections::HashMap;

use kernel::{Id, Result};
use serde::Serialize;

use super::feed;
use super::index::{self, Indexed, State};
use crate::app::App;
use crate::ledger::subscribe;

/// Records looked at together.
const PART: usize = 2_000;
/// Examples that a report names for each kind of fault.
const EXAMPLES: usize = 10;

/// Empties the index and fills it from the records. Meanwhile search finds what is in already.
pub fn rebuild(app: &App) -> Result<()> {
    app.db().write(index::clear)?;
    feed::catch_up(app)
}

/// What differs between records and index.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Records compared, those in the bin included.
    pub records: usize,
    /// About how many lines of the ledger the index has not read yet; their records may differ rightly.
    pub waiting: i64,
    /// Records that are not in the index and should be.
    pub missing: Faults,
    /// Records whose words changed since.
    pub stale: Faults,
    /// Documents whose record is gone or in the bin.
    pub surplus: Faults,
    /// Documents that the word index holds more (or less, negative) than it should.
    pub uneven: i64,
}

/// How many, and some of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Faults {
    pub count: usize,
    pub examples: Vec<Id>,
}

impl Faults {
    fn add(&mut self, id: Id) {
        self.count += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(id);
        }
    }
}

impl Report {
    /// Nothing differs.
    pub fn is_clean(&self) -> bool {
        self.missing.count == 0 && self.stale.count == 0 && self.surplus.count == 0 && self.uneven == 0
    }
}

/// Holds every document against its record. Changes nothing.
pub fn verify(app: &App) -> Result<Report> {
    let mut report = Report::default();
    let (all, unnumbered) = app.db().read(|tx| {
        let catalogue = app.refresh(tx)?;
        let numbers = index::numbers(tx)?;
        // Up to the very last line: those that a running transaction may still precede are not in the index yet either.
        let (end, cursor) = (subscribe::end(tx)?, subscribe::cursor(tx, "search")?);
        report.waiting = if end > cursor { (end.seq - cursor.seq).max(1) } else { 0 };
        let (held, meant) = index::counts(tx)?;
        report.uneven = held - meant;
        // Objects that the feeder has not met yet: all their records are missing.
        let unnumbered: HashMap<String, i64> = catalogue
            .objects()
            .iter()
            .map(|object| object.def.id.clone())
            .filter(|id| !numbers.contains_key(id))
            .map(|id| (id, 0))
            .collect();
        Ok((index::indexed(&catalogue, &numbers), index::indexed(&catalogue, &unnumbered)))
    })?;
    for indexed in all.iter().chain(&unnumbered) {
        records(app, indexed, &mut report)?;
    }
    for indexed in &all {
        documents(app, indexed, &mut report)?;
    }
    Ok(report)
}

fn records(app: &App, indexed: &Indexed, report: &mut Report) -> Result<()> {
    let mut walked = None;
    loop {
        let (documents, known) = app.db().read(|tx| {
            let documents = index::walk(tx, indexed, walked, PART)?;
            let ids: Vec<Id> = documents.iter().map(|document| document.record).collect();
            Ok((documents, index::known(tx, &ids)?))
        })?;
        let Some(last) = documents.last() else { return Ok(()) };
        walked = Some(last.record);
        for document in &documents {
            report.records += 1;
            let held = known.get(&document.record).map_or(0, |known| known.fingerprint);
            match (held, document.fingerprint) {
                (held, meant) if held == meant => {}
                (0, _) => report.missing.add(document.record),
                (_, 0) => {} // told as surplus, from the document's side
                _ => report.stale.add(document.record),
            }
        }
    }
}

fn documents(app: &App, indexed: &Indexed, report: &mut Report) -> Result<()> {
    let mut after = None;
    loop {
        let (documents, states) = app.db().read(|tx| {
            let documents = index::documents(tx, indexed, after, PART)?;
            let ids: Vec<Id> = documents.iter().map(|(_, record, _)| *record).collect();
            Ok((documents, index::states(tx, indexed, &ids)?))
        })?;
        let Some((last, _, _)) = documents.last() else { return Ok(()) };
        after = Some(*last);
        let living = |state: &State| matches!(state, State::Found(document) if document.fingerprint != 0);
        let living: std::collections::BTreeSet<Id> =
            states.iter().filter(|state| living(state)).map(State::id).collect();
        for (_, record, fingerprint) in documents {
            if fingerprint != 0 && !living.contains(&record) {
                report.surplus.add(record);
            }
        }
    }
}
