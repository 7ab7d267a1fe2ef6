//! What customers bought, as columns: orders line by line, won deals without an order, goods that came back.
//!
//! A snapshot of the records, taken when a purchase changed, in Parquet files that every question reads: sorted by
//! customer and day, so that one customer's page reads one part of one file. Ids, days and amounts; no word about anybody.
//! All amounts are in one currency, converted at the rate of their day; what has no rate is left out and counted.

pub(crate) mod queries;

use std::fs;
use std::path::{Path, PathBuf};

use foundation::access::Principal;
use foundation::company::currencies::Rates;
use foundation::ledger::subscribe;
use foundation::{App, Reader};
use jiff::civil::Date;
use kernel::{Currency, Error, Money, Result, Time};
use serde::{Deserialize, Serialize};

use crate::engine::cluster::{Cluster, Source};
use crate::engine::embedded::{Embedded, Filling, quoted};
use crate::engine::{Cell, Engine};
use methods::day;

pub use queries::is_anything_bought;

/// The folder of the lake within the company's.
pub(crate) const LAKE: &str = "lake";
const NOTE: &str = "facts.json";
const PROFILE: &str = "profile.parquet";
const FORMAT: u32 = 2;
/// Quantities are kept in millionths: whole numbers sum to the same in any order, on any number of machines.
pub const PARTS: f64 = 1_000_000.0;
/// What the models say of a customer, as far as figures are broken down by it.
pub const PROFILE_COLUMNS: &str =
    "object varchar, id uuid, segment varchar, value_class varchar, activity varchar, cluster varchar";

/// What a snapshot holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Note {
    pub made_at: Time,
    /// How far the ledger was read when it was made.
    pub position: String,
    pub currency: Currency,
    pub rows: i64,
    /// Amounts without a rate, in lines.
    pub left_out: i64,
    /// The days of the first and of the last purchase up to the day it was made, as [`crate::day`] numbers them.
    pub first: Option<i32>,
    pub last: Option<i32>,
    /// Purchases dated after the day the snapshot was made.
    pub future: i64,
    /// Whether what was sold has a cost, so that a margin can be told.
    pub has_costs: bool,
    /// How the files are written: [`FORMAT`]. Those of another kind are not read, but made again.
    #[serde(default)]
    pub format: u32,
}

/// A snapshot and the engine over it, in this process or on several machines: the tables are `purchase`, `product`, `line` and `customer`.
pub struct Facts {
    pub note: Note,
    pub engine: Box<dyn Engine>,
    folder: PathBuf,
}

impl Facts {
    /// The newest snapshot; makes one if there is none.
    pub fn newest(app: &App) -> Result<Facts> {
        match Self::kept(app)? {
            Some(facts) => Ok(facts),
            None => Self::make(app),
        }
    }

    /// The newest snapshot if nothing was bought, changed or returned since; otherwise a new one.
    pub fn fresh(app: &App) -> Result<Facts> {
        match Self::kept(app)? {
            Some(facts) if !facts.note.is_old(app)? => Ok(facts),
            _ => Self::make(app),
        }
    }

    fn kept(app: &App) -> Result<Option<Facts>> {
        let lake = app.config().folder.join(LAKE);
        for (folder, note) in noted(&lake)? {
            // A file that was cut or deleted: the records are still there, so the next one is made of them.
            match Self::open(app, &lake, &folder, note) {
                Ok(facts) => return Ok(Some(facts)),
                Err(fault) => tracing::warn!(%fault, "a snapshot of purchases cannot be read"),
            }
        }
        Ok(None)
    }

    /// Whether something was bought, changed or returned since the newest snapshot, or there is none. Asked every minute:
    /// it opens no file but the note.
    pub fn are_old(app: &App) -> Result<bool> {
        let lake = app.config().folder.join(LAKE);
        noted(&lake)?.first().map_or(Ok(true), |(_, note)| note.is_old(app))
    }

    /// The same of people only, or of firms, in this process; with ids of those alone: what they bought, and nothing else.
    pub fn among(&self, app: &App, object: &'static str, ids: Option<&[kernel::Id]>) -> Result<Facts> {
        let engine = in_process(&app.config().folder.join(LAKE), &self.folder)?;
        profiled(&engine, &self.folder)?;
        let mut condition = format!("{object} is not null");
        if let Some(ids) = ids {
            engine.run("create table chosen (id uuid)")?;
            let mut filling = engine.fill("chosen")?;
            for id in ids {
                filling.row(&[Cell::Text(id.to_string())])?;
            }
            filling.done()?;
            condition = format!("{object} in (select id from chosen)");
        }
        let file = quoted(&self.folder.join("purchase.parquet").to_string_lossy());
        engine
            .run(&format!("create or replace view purchase as select * from read_parquet({file}) where {condition}"))?;
        Ok(Facts { note: self.note.clone(), engine: Box::new(engine), folder: self.folder.clone() })
    }

    /// An engine in this process over the same files, also where questions of purchases alone go to a cluster: for what
    /// puts other tables beside them.
    pub(crate) fn in_process(&self, lake: &Path) -> Result<Embedded> {
        in_process(lake, &self.folder)
    }

    fn open(app: &App, lake: &Path, folder: &Path, note: Note) -> Result<Facts> {
        let engine = in_process(lake, folder)?;
        let profile = folder.join(PROFILE);
        if let Some(cluster) = &app.config().cluster {
            let profile = Source {
                name: "profile".into(),
                columns: PROFILE_COLUMNS.into(),
                file: profile.exists().then_some(profile),
            };
            let tables = queries::TABLES.iter().map(|table| Source {
                name: table.name.into(),
                columns: table.columns.into(),
                file: Some(folder.join(format!("{}.parquet", table.name))),
            });
            let tables: Vec<Source> = tables.chain([profile]).collect();
            let engine = Box::new(Cluster::over(cluster, lake, &tables)?);
            return Ok(Facts { note, engine, folder: folder.to_path_buf() });
        }
        profiled(&engine, folder)?;
        Ok(Facts { note, engine: Box::new(engine), folder: folder.to_path_buf() })
    }

    /// Reads the records into a new snapshot and throws old ones away.
    pub fn make(app: &App) -> Result<Facts> {
        let lake = app.config().folder.join(LAKE);
        let made_at = app.now();
        let folder = lake.join(format!("purchases-{:015}", made_at.0));
        let making = lake.join(format!("purchases-{:015}.making", made_at.0));
        fs::create_dir_all(&making).map_err(Error::internal)?;
        let written = write(app, &lake, &making, made_at);
        let note = written.inspect_err(|_| drop(fs::remove_dir_all(&making)))?;
        let text = serde_json::to_vec(&note).map_err(Error::internal)?;
        fs::write(making.join(NOTE), text).map_err(Error::internal)?;
        // What the models said last holds until they say something new.
        if let Some(before) = snapshots(&lake)?.first().map(|before| before.join(PROFILE)).filter(|file| file.exists())
        {
            fs::copy(before, making.join(PROFILE)).map_err(Error::internal)?;
        }
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(Error::internal)?;
        }
        fs::rename(&making, &folder).map_err(Error::internal)?;
        // The one before may still be read by somebody.
        for old in snapshots(&lake)?.into_iter().skip(2) {
            fs::remove_dir_all(old).map_err(Error::internal)?;
        }
        Self::open(app, &lake, &folder, note)
    }

    /// Keeps what the models found out of each customer, for everything that is broken down by it from now on. The rows
    /// are as [`PROFILE_COLUMNS`] says.
    pub fn keep_profiles(&self, app: &App, rows: impl Iterator<Item = [Cell; 6]>) -> Result<()> {
        let engine = Embedded::open(&app.config().folder.join(LAKE))?;
        engine.run(&format!("create table profile ({PROFILE_COLUMNS})"))?;
        let mut filling = engine.fill("profile")?;
        for row in rows {
            filling.row(&row)?;
        }
        filling.done()?;
        let making = self.folder.join("profile.making");
        let file = quoted(&making.to_string_lossy());
        engine
            .run(&format!("copy (select * from profile order by id) to {file} (format parquet, compression zstd)"))?;
        fs::rename(making, self.folder.join(PROFILE)).map_err(Error::internal)
    }
}

/// What the models said of each customer, as far as they said anything yet.
fn profiled(engine: &Embedded, folder: &Path) -> Result<()> {
    let profile = folder.join(PROFILE);
    if !profile.exists() {
        return engine.run(&format!("create table profile ({PROFILE_COLUMNS})"));
    }
    let file = quoted(&profile.to_string_lossy());
    engine.run(&format!("create view profile as select * from read_parquet({file})"))
}

fn in_process(lake: &Path, folder: &Path) -> Result<Embedded> {
    let engine = Embedded::open(lake)?;
    for table in queries::TABLES {
        let file = quoted(&folder.join(format!("{}.parquet", table.name)).to_string_lossy());
        engine.run(&format!("create view {} as select * from read_parquet({file})", table.name))?;
        // The foot of a cut file is missing: that shows here, not in the middle of an answer.
        engine.rows(&format!("select count(*) from {}", table.name), &[])?;
    }
    Ok(engine)
}

impl Note {
    /// Whether something the snapshot is made of has changed since.
    fn is_old(&self, app: &App) -> Result<bool> {
        app.read_now(&Principal::system("analysis"), |reader| queries::changed_after(reader, &self.position))
    }
}

/// Finished snapshots whose note can be read, newest first.
fn noted(lake: &Path) -> Result<Vec<(PathBuf, Note)>> {
    let read = |folder: PathBuf| {
        let note: Note = serde_json::from_slice(&fs::read(folder.join(NOTE)).ok()?).ok()?;
        (note.format == FORMAT).then_some((folder, note))
    };
    Ok(snapshots(lake)?.into_iter().filter_map(read).collect())
}

/// Finished snapshots, newest first.
fn snapshots(lake: &Path) -> Result<Vec<PathBuf>> {
    let Ok(entries) = fs::read_dir(lake) else { return Ok(Vec::new()) };
    let mut folders: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("purchases-")))
        .filter(|path| path.extension().is_none())
        .collect();
    folders.sort_unstable_by(|one, other| other.cmp(one));
    Ok(folders)
}

fn write(app: &App, lake: &Path, folder: &Path, made_at: Time) -> Result<Note> {
    let engine = Embedded::open(lake)?;
    let system = Principal::system("analysis");
    let note = app.read_now(&system, |reader| {
        let position = subscribe::head(reader.tx)?;
        let rates = Rates::load(reader.tx)?;
        let mut wallet = Wallet { currency: queries::currency(reader, &rates)?, rates, left_out: 0 };
        for table in queries::TABLES {
            table.write(&engine, reader, &mut wallet, folder)?;
        }
        Ok((position, wallet.currency, wallet.left_out))
    })?;
    let (position, currency, left_out) = note;
    let today = Cell::Text(day::text(day::at(made_at)));
    let figures = engine.rows(
        "select count(*), min(day) - date '1970-01-01', max(day) filter (where day <= cast(? as date)) - date '1970-01-01', \
         count(*) filter (where day > cast(? as date)), count(cost) from purchase where kind <> 'return'",
        &[today.clone(), today],
    )?;
    let figure = |column: usize| figures.first().and_then(|row| row.get(column)).cloned().unwrap_or(Cell::Null);
    Ok(Note {
        made_at,
        position: position.to_string(),
        currency,
        rows: figure(0).int(),
        left_out,
        first: figure(1).opt_int().and_then(|day| i32::try_from(day).ok()),
        last: figure(2).opt_int().and_then(|day| i32::try_from(day).ok()),
        future: figure(3).int(),
        has_costs: figure(4).int() > 0,
        format: FORMAT,
    })
}

/// Turns amounts into the one currency.
pub(crate) struct Wallet {
    pub currency: Currency,
    pub rates: Rates,
    pub left_out: i64,
}

impl Wallet {
    /// In minor units. None for nothing; none, and counted, for what has no rate on its day.
    pub fn amount(&mut self, money: Option<Money>, on: Option<Date>) -> Cell {
        let Some(money) = money else { return Cell::Null };
        match on.and_then(|on| self.rates.converted(money, self.currency, on)) {
            Some(money) => Cell::Int(money.amount),
            None => {
                self.left_out += 1;
                Cell::Null
            }
        }
    }
}

pub(crate) type Read = fn(&mut Reader, &mut Wallet, &mut Filling) -> Result<()>;

/// One file of a snapshot.
pub(crate) struct Table {
    pub name: &'static str,
    pub columns: &'static str,
    pub order: &'static str,
    pub read: Read,
}

impl Table {
    /// Reads the records and writes the file.
    pub fn write(&self, engine: &Embedded, reader: &mut Reader, wallet: &mut Wallet, folder: &Path) -> Result<()> {
        let (name, order) = (self.name, self.order);
        engine.run(&format!("create table {name} ({})", self.columns))?;
        let mut filling = engine.fill(name)?;
        (self.read)(reader, wallet, &mut filling)?;
        filling.done()?;
        let file = quoted(&folder.join(format!("{name}.parquet")).to_string_lossy());
        engine
            .run(&format!("copy (select * from {name} order by {order}) to {file} (format parquet, compression zstd)"))
    }
}
