//! What the fetched rows hold, before one of them is settled: their keys, and which come more than once.

use std::collections::HashMap;

use foundation::App;
use kernel::Result;

use super::state::Run;
use crate::formats::Row;
use crate::sources::said::{self, Hash};
use crate::sources::setup::Setup;
use crate::sources::shape::Shape;
use crate::sources::spool;

/// What the fetched rows hold, before one of them is settled.
pub(super) struct Survey {
    pub(super) rows: u64,
    /// Keys of all rows, in order.
    pub(super) keys: Vec<Hash>,
    /// Keys that come more than once: place of the last row with it.
    pub(super) repeated: HashMap<Hash, Repeated>,
    /// Rows whose key is not known: what they would have been is not known either.
    pub(super) unknown: u64,
}

pub(super) struct Repeated {
    pub(super) last: u64,
    /// Twice within one file; else only over several files, where the newer one simply counts.
    pub(super) within_file: bool,
}

pub(super) fn survey(app: &App, setup: &Setup, run: &Run, shape: &Shape) -> Result<Survey> {
    let mut spool = spool::Reader::open(app, run.id)?;
    let mut row = Row::default();
    let mut all: Vec<(Hash, u64, u32)> = Vec::new();
    let (mut file, mut rows, mut unknown) = (0u32, 0, 0);
    while let Some(line) = spool.next(&mut row)? {
        match line {
            spool::Line::File(_) => file += 1,
            spool::Line::Bad { .. } => unknown += 1,
            spool::Line::Row => {
                rows += 1;
                match shape.key(&row) {
                    Some(key) => all.push((said::key_hash(app, setup.id, &key)?, spool.place, file)),
                    None => unknown += 1,
                }
            }
        }
    }
    all.sort_unstable();
    let mut repeated: HashMap<Hash, Repeated> = HashMap::new();
    for pair in all.windows(2) {
        let [(one, _, in_one), (other, last, in_other)] = pair else { continue };
        if one == other {
            let entry = repeated.entry(*one).or_insert(Repeated { last: *last, within_file: false });
            entry.last = entry.last.max(*last);
            entry.within_file |= in_one == in_other;
        }
    }
    let mut keys: Vec<Hash> = all.into_iter().map(|(key, _, _)| key).collect();
    keys.dedup();
    Ok(Survey { rows, keys, repeated, unknown })
}
