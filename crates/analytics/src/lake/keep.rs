//! The subscriber: writes the lines behind the cursor as files and keeps the lake tidy.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use foundation::App;
use foundation::ledger::subscribe;
use kernel::{Error, Result};

use super::feed::{self, Which};
use super::manifest::{self, CURSOR};
use super::period::Period;
use super::{Lake, compact};
use crate::engine::Engine as _;
use crate::engine::embedded::Embedded;

/// Lines read in one go; others get the database between two.
const PART: i64 = 5_000;
/// Lines written in one go, at most.
pub(super) const MOST: i64 = 250_000;
/// So many lines behind the cursor are written at once, fewer after a while.
const ENOUGH: i64 = 20_000;
const AFTER: Duration = Duration::from_secs(60);
/// How often it is looked whether there is something to do.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How often every file is read whole and compared with its checksum.
const EXAMINE_EVERY: Duration = Duration::from_secs(24 * 60 * 60);
/// How often files that nobody needs are looked for: a store elsewhere is asked for all its names.
const SWEEP_EVERY: Duration = Duration::from_secs(5 * 60);
const REST: Duration = Duration::from_millis(100);

/// Keeps the lake in step with the ledger until stopped.
pub fn keep_in_step(app: &App, stop: &AtomicBool) {
    let lake = match Lake::of(app) {
        Ok(lake) => lake,
        Err(fault) => return tracing::error!(%fault, "the lake has no folder"),
    };
    let (mut flushed, mut examined) = (Instant::now(), Instant::now());
    let (mut is_settled, mut swept) = (false, None::<Instant>);
    while !stop.load(Ordering::SeqCst) {
        let turn = || {
            if !is_settled {
                lake.settle()?;
                is_settled = true;
            }
            let enough = if flushed.elapsed() >= AFTER { 1 } else { ENOUGH };
            let written = if lake.is_behind(enough)? { lake.flush_part(stop)? } else { 0 };
            if written > 0 {
                flushed = Instant::now();
            }
            if examined.elapsed() >= EXAMINE_EVERY {
                examined = Instant::now();
                lake.examine()?;
            }
            lake.repair(stop)?;
            // Merging can wait for as long as there is more to write.
            if written < MOST {
                lake.compact(stop)?;
                if swept.is_none_or(|at| at.elapsed() >= SWEEP_EVERY) {
                    swept = Some(Instant::now());
                    lake.sweep(compact::GRACE)?;
                }
            }
            Ok::<_, Error>(written)
        };
        let mut turn = turn;
        match turn() {
            Ok(written) if written >= MOST => continue,
            Ok(_) => {}
            Err(fault) => tracing::error!(%fault, "the lake could not be brought in step; it is tried again"),
        }
        let until = Instant::now() + LOOK_EVERY;
        while Instant::now() < until && !stop.load(Ordering::SeqCst) {
            thread::sleep(REST);
        }
    }
}

impl Lake {
    /// Takes files that lie here to a store elsewhere that was only just named; answers how many.
    pub fn settle(&self) -> Result<usize> {
        let _writing = Lake::writing();
        let files = self.app.read_now(&Lake::who(), |reader| manifest::files(reader.tx))?;
        let names: Vec<String> = files.iter().flat_map(|file| file.stored().map(|(name, ..)| name)).collect();
        self.store.settle(&names)
    }

    pub(super) fn is_behind(&self, lines: i64) -> Result<bool> {
        self.app.read_now(&Lake::who(), |reader| {
            let cursor = subscribe::cursor(reader.tx, CURSOR)?;
            Ok(subscribe::ahead(reader.tx, cursor, lines)?.is_some())
        })
    }

    /// Writes all settled lines behind the cursor; answers how many they were.
    pub fn flush(&self) -> Result<i64> {
        let (mut all, go_on) = (0, AtomicBool::new(false));
        loop {
            let written = self.flush_part(&go_on)?;
            all += written;
            if written < MOST {
                return Ok(all);
            }
        }
    }

    /// Writes the next lines, [`MOST`] at most: first the files, then, in one transaction, that they are there and how far
    /// the ledger was read. Killed in between, it leaves files that nobody knows, and begins again.
    pub fn flush_part(&self, stop: &AtomicBool) -> Result<i64> {
        let _writing = Lake::writing();
        let engine = self.engine()?;
        engine.run(&format!("create table line ({})", feed::COLUMNS))?;
        let from = self.app.read_now(&Lake::who(), |reader| subscribe::cursor(reader.tx, CURSOR))?;
        let (mut to, mut lines) = (from, 0);
        let mut news = self.app.news();
        while lines < MOST && !stop.load(Ordering::SeqCst) {
            let begun = Instant::now();
            news.mark_unchanged();
            let mut filling = engine.fill("line")?;
            let read =
                self.app.read_now(&Lake::who(), |reader| feed::read(reader, to, Which::Settled(PART), &mut filling));
            let (last, read) = read?;
            filling.done()?;
            (to, lines) = (last, lines + read);
            if read < PART {
                break;
            }
            // Others write at the same time: they get the machine for as long as it was used here.
            if news.has_changed().unwrap_or(false) {
                thread::sleep(begun.elapsed().min(REST));
            }
        }
        if lines == 0 {
            return Ok(0);
        }
        let mut files = Vec::new();
        for period in months(&engine)? {
            files.extend(self.make(&engine, &lines_of(period), period, 0)?);
        }
        let noted = files.clone();
        let is_noted = self.app.write_now(&Lake::who(), move |op| {
            // Another process was faster: the lines stand in its files.
            if subscribe::cursor(op.tx, CURSOR)? != from {
                return Ok(false);
            }
            let now = op.now;
            for file in &noted {
                manifest::add(op.tx, file, now)?;
            }
            subscribe::advance(op.tx, CURSOR, to)?;
            Ok(true)
        })?;
        if !is_noted {
            for file in files {
                self.remove(&file.name)?;
            }
            return Ok(0);
        }
        Ok(lines)
    }
}

/// The months of the lines in the table `line`.
fn months(engine: &Embedded) -> Result<Vec<Period>> {
    // By day, so that a month is told in one place only.
    let sql = "select min(at_ms) from line group by at_ms // 86400000";
    let days = engine.rows(sql, &[])?;
    let months: BTreeSet<String> =
        days.iter().filter_map(|row| row.first()).map(|at| Period::month_of(at.int()).to_string()).collect();
    Ok(months.iter().filter_map(|month| Period::parse(month)).collect())
}

fn lines_of(period: Period) -> String {
    format!("select * from line where {}", within(period))
}

/// A condition on `at_ms`.
pub(super) fn within(period: Period) -> String {
    let (from, to) = period.span();
    match to {
        i64::MAX => format!("at_ms >= {from}"),
        to => format!("at_ms >= {from} and at_ms < {to}"),
    }
}
