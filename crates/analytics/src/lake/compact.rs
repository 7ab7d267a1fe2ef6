//! Small files become larger ones.
//!
//! Within a month, eight files of a level become one of the next. A quarter that is over becomes one file, and so does a
//! year that has been over for a year: whoever looks at the last weeks reads little, and whoever goes through the whole
//! past of every customer finds it in few pieces. What was replaced stays until nobody can still be reading it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kernel::{Result, Time};

use super::manifest::{self, File, State};
use super::period::Period;
use super::store::{Folder, Store as _};
use super::{Lake, feed};

/// So many files of one level are merged.
const FAN: usize = 8;
/// Late lines are folded into their quarter or year once they are this part of it.
const LATE_PART: i64 = 8;
/// How long a replaced file stays, and how old a file must be that nobody knows.
pub const GRACE: Duration = Duration::from_secs(30 * 60);
/// How old a file must be that was being made when its server was killed.
const ABANDONED: Duration = Duration::from_secs(24 * 60 * 60);

impl Lake {
    /// Merges what is to be merged; answers how many files went into others.
    pub fn compact(&self, stop: &AtomicBool) -> Result<usize> {
        let _writing = Lake::writing();
        let mut merged = 0;
        while !stop.load(Ordering::SeqCst) {
            let now = self.app.now();
            let files = self.app.read_now(&Lake::who(), |reader| manifest::files(reader.tx))?;
            let Some((period, level, files)) = due(&files, now) else { break };
            if !self.merge(&files, period, level)? {
                break;
            }
            merged += files.len();
        }
        Ok(merged)
    }

    /// Puts one file in the place of others; `false` if that could not be.
    fn merge(&self, files: &[File], period: Period, level: i64) -> Result<bool> {
        if self.mark_broken(files)? {
            return Ok(false);
        }
        let source = format!("select {} from read_parquet({})", feed::NAMES, self.listed(files.iter()));
        let Some(made) = self.make(&self.engine()?, &source, period, level)? else { return Ok(false) };
        let lines: i64 = files.iter().map(|file| file.lines).sum();
        if made.lines != lines {
            self.remove(&made.name)?;
            return Err(kernel::Error::internal(format!("{} lines became {} in {period}", lines, made.lines)));
        }
        self.put_in_place(files, &made)
    }

    /// Notes a file instead of others; where somebody was there before it is removed again.
    pub(super) fn put_in_place(&self, old: &[File], made: &File) -> Result<bool> {
        let (before, new) = (old.to_vec(), made.clone());
        let is_noted = self.app.write_now(&Lake::who(), move |op| {
            let now = op.now;
            manifest::replace(op.tx, &before, &new, now)
        })?;
        if !is_noted {
            self.remove(&made.name)?;
        }
        Ok(is_noted)
    }

    /// Removes files that were replaced so long ago, and those that nobody knows.
    pub fn sweep(&self, grace: Duration) -> Result<usize> {
        let _writing = Lake::writing();
        let before = Time(self.app.now().0.saturating_sub(i64::try_from(grace.as_millis()).unwrap_or(i64::MAX)));
        let (replaced, known) = self.app.read_now(&Lake::who(), |reader| {
            Ok((manifest::replaced_before(reader.tx, before)?, manifest::names(reader.tx)?))
        })?;
        let mut removed = 0;
        for name in &replaced {
            self.remove(name)?;
            removed += 1;
        }
        if !replaced.is_empty() {
            self.app.write_now(&Lake::who(), move |op| {
                replaced.iter().try_for_each(|name| manifest::remove(op.tx, name))
            })?;
        }
        for name in self.store.names(grace)?.iter().filter(|name| !known.contains(*name)) {
            self.store.remove(name)?;
            removed += 1;
        }
        let making = Folder(self.root.join("making"));
        for name in making.names(ABANDONED)? {
            making.remove(&name)?;
            removed += 1;
        }
        Ok(removed)
    }
}

/// The next files to be merged: all of a level in a month, or all of a period that is over. Where one of them is damaged
/// the whole period waits: its lines must not be told twice when it is made again.
fn due(files: &[File], now: Time) -> Option<(Period, i64, Vec<File>)> {
    let mut levels: BTreeMap<(String, i64), Vec<&File>> = BTreeMap::new();
    let mut wider: BTreeSet<String> = BTreeSet::new();
    for file in files {
        levels.entry((file.period.to_string(), file.level)).or_default().push(file);
        let periods = std::iter::successors(Some(file.period), |period| period.wider());
        wider.extend(periods.filter(|period| period.rests(now)).map(|period| period.to_string()));
    }
    let whole = |files: &[&File]| files.iter().all(|file| file.state == State::Live);
    let owned = |files: &[&File]| files.iter().map(|file| (*file).clone()).collect::<Vec<_>>();
    // Longest names first: a quarter before the year that holds it.
    for period in wider.iter().rev().filter_map(|text| Period::parse(text)) {
        let inside: Vec<&File> = files.iter().filter(|file| period.holds(file.period)).collect();
        let (own, late): (Vec<&File>, Vec<&File>) = inside.iter().partition(|file| file.period == period);
        let lines = |files: &[&File]| files.iter().map(|file| file.lines).sum::<i64>();
        let is_due = !late.is_empty() && (lines(&late) * LATE_PART >= lines(&own) || late.len() >= FAN);
        if is_due && whole(&inside) {
            let level = inside.iter().map(|file| file.level).max().unwrap_or(0) + 1;
            return Some((period, level, owned(&inside)));
        }
    }
    let full = levels.into_iter().find(|(_, files)| files.len() >= FAN && whole(files));
    full.and_then(|((period, level), files)| Some((Period::parse(&period)?, level + 1, owned(&files))))
}
