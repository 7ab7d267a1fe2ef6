//! What KPIs are reckoned on: a snapshot of deals, leads, activities, tickets, e-mails and campaigns beside that of
//! purchases, as files of columns.
//!
//! Days are those of the company's own zone. A snapshot that is quick to make is never older than the last change; one
//! that takes long rests for some time in between.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use foundation::App;
use foundation::access::Principal;
use foundation::company::currencies::Rates;
use foundation::ledger::subscribe;
use kernel::{Currency, Error, Result, Time};
use serde::{Deserialize, Serialize};

use super::queries;
use crate::engine::embedded::{Embedded, quoted};
use crate::engine::{Cell, Engine as _};
use crate::facts::{Facts, LAKE, Wallet};
use methods::day;

const NOTE: &str = "records.json";
/// Purchases up to so many lines are read anew whenever one changed; more wait for the next look at all customers.
const QUICK_ROWS: i64 = 100_000;
/// A snapshot that took no longer is made whenever something changed, others rest so many times what they took.
const QUICK_MS: i64 = 300;
const REST_TIMES: i64 = 20;

/// One at a time makes a snapshot: the cards of a dashboard ask together.
static MAKING: Mutex<()> = Mutex::new(());

/// What a snapshot of records holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Note {
    made_at: Time,
    /// How far the ledger was read when it was made.
    position: String,
    took_ms: i64,
}

/// Purchases and records, and the engine over both.
pub struct Base {
    pub facts: Facts,
    /// Over the files of both.
    pub engine: Embedded,
    pub made_at: Time,
}

impl Base {
    /// The records as they are, or as they were a short while ago.
    pub fn recent(app: &App) -> Result<Base> {
        let _alone = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
        let mut facts = Facts::newest(app)?;
        if facts.note.rows <= QUICK_ROWS {
            facts = Facts::fresh(app)?;
        }
        let lake = app.config().folder.join(LAKE);
        if let Some((folder, note)) = newest(&lake)? {
            let rested = note.took_ms <= QUICK_MS || app.now().0 - note.made_at.0 >= note.took_ms * REST_TIMES;
            let is_old = rested
                && app.read_now(&Principal::system("scorecards"), |reader| {
                    queries::changed_after(reader, &note.position)
                })?;
            if !is_old {
                let engine = facts.in_process(&lake)?;
                match attach(&engine, &folder) {
                    Ok(()) => return Ok(Base { facts, engine, made_at: note.made_at }),
                    // A file that was cut or deleted: the records are still there.
                    Err(fault) => tracing::warn!(%fault, "a snapshot of records cannot be read"),
                }
            }
        }
        let (folder, note) = make(app, &lake, facts.note.currency)?;
        let engine = facts.in_process(&lake)?;
        attach(&engine, &folder)?;
        Ok(Base { facts, engine, made_at: note.made_at })
    }

    pub fn currency(&self) -> Currency {
        self.facts.note.currency
    }

    /// The day up to which there is something to count: of purchases and of records.
    pub fn last_day(&self, today: i32) -> Result<i32> {
        let rows = self.engine.rows(
            "select max(day) - date '1970-01-01' from (\
               select max(closed) as day from deal where closed <= cast(? as date) \
               union all select max(opened) from ticket where opened <= cast(? as date) \
               union all select max(day) from activity where day <= cast(? as date))",
            &[day::text(today), day::text(today), day::text(today)].map(Cell::Text),
        )?;
        let records = rows.first().and_then(|row| row.first()).and_then(Cell::opt_int);
        let records = records.and_then(|day| i32::try_from(day).ok());
        Ok(self.facts.note.last.max(records).unwrap_or(today))
    }
}

/// Puts the files and what is derived from them before the engine.
fn attach(engine: &Embedded, folder: &Path) -> Result<()> {
    for table in queries::TABLES {
        let file = quoted(&folder.join(format!("{}.parquet", table.name)).to_string_lossy());
        engine.run(&format!("create view {} as select * from read_parquet({file})", table.name))?;
        // The foot of a cut file is missing: that shows here, not in the middle of an answer.
        engine.rows(&format!("select count(*) from {}", table.name), &[])?;
    }
    queries::DERIVED.iter().try_for_each(|view| engine.run(view))
}

/// The newest finished snapshot whose note can be read.
fn newest(lake: &Path) -> Result<Option<(PathBuf, Note)>> {
    let read = |folder: PathBuf| {
        let note = serde_json::from_slice(&fs::read(folder.join(NOTE)).ok()?).ok()?;
        Some((folder, note))
    };
    Ok(snapshots(lake)?.into_iter().find_map(read))
}

fn snapshots(lake: &Path) -> Result<Vec<PathBuf>> {
    let Ok(entries) = fs::read_dir(lake) else { return Ok(Vec::new()) };
    let mut folders: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("records-")))
        .filter(|path| path.extension().is_none())
        .collect();
    folders.sort_unstable_by(|one, other| other.cmp(one));
    Ok(folders)
}

fn make(app: &App, lake: &Path, currency: Currency) -> Result<(PathBuf, Note)> {
    let began = Instant::now();
    let made_at = app.now();
    // The clock may stand still between two of them.
    let last = snapshots(lake)?.first().and_then(|path| number(path)).unwrap_or(0);
    let name = format!("records-{:018}", (made_at.0.saturating_mul(100)).max(last + 1));
    let (folder, making) = (lake.join(&name), lake.join(format!("{name}.making")));
    fs::create_dir_all(&making).map_err(Error::internal)?;
    let written = write(app, lake, &making, currency);
    let position = written.inspect_err(|_| drop(fs::remove_dir_all(&making)))?;
    let took_ms = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
    let note = Note { made_at, position, took_ms };
    let text = serde_json::to_vec(&note).map_err(Error::internal)?;
    fs::write(making.join(NOTE), text).map_err(Error::internal)?;
    fs::rename(&making, &folder).map_err(Error::internal)?;
    // The ones just before may still be read by somebody.
    for old in snapshots(lake)?.into_iter().skip(4) {
        fs::remove_dir_all(old).map_err(Error::internal)?;
    }
    Ok((folder, note))
}

fn number(path: &Path) -> Option<i64> {
    path.file_name()?.to_str()?.strip_prefix("records-")?.parse().ok()
}

fn write(app: &App, lake: &Path, folder: &Path, currency: Currency) -> Result<String> {
    let engine = Embedded::open(lake)?;
    app.read_now(&Principal::system("scorecards"), |reader| {
        let position = subscribe::head(reader.tx)?;
        let mut wallet = Wallet { currency, rates: Rates::load(reader.tx)?, left_out: 0 };
        for table in queries::TABLES {
            table.write(&engine, reader, &mut wallet, folder)?;
        }
        Ok(position.to_string())
    })
}
