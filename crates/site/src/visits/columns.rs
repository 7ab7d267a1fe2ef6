//! Visits as columns, a file for each month, made of the table's rows when a month has changed since.
//!
//! Two tables: `visit`, and `page` with a row for each page of a visit, what came before and after it and how long it was
//! looked at. A file is made aside and put in its place whole; one that was lost or cut is made again. A month that takes
//! long to write is not written for every question: a busy one may be as old as five times what writing it takes.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use analytics::engine::embedded::{Embedded, quoted};
use analytics::engine::{Cell, Engine as _};
use foundation::access::Principal;
use foundation::company::appearance;
use foundation::{App, Reader};
use jiff::tz::TimeZone;
use kernel::{Error, Id, Result};

use super::{Visit, hex, month_of, queries};

const VISIT: &str = "id uuid, origin varchar, site uuid, visitor varchar, is_lasting integer, party uuid, day date, \
    hour integer, started bigint, seconds bigint, medium varchar, source varchar, phrase varchar, campaign varchar, \
    campaign_medium varchar, entry varchar, exit varchar, views bigint, hits bigint, errors bigint, bytes bigint, \
    device varchar, browser varchar, system varchar, country varchar, robot varchar, is_robot integer";
const PAGE: &str = "visit uuid, n integer, moment bigint, is_event integer, path varchar, seconds bigint, \
    before varchar, after varchar";
/// Files of a version that may still be read by somebody.
const KEPT: usize = 2;
/// A month is written again no sooner than after so many times what writing it took.
const REST_TIMES: u32 = 5;
/// What is written faster than this is never too much.
const QUICK: Duration = Duration::from_millis(300);

/// The engine over the visits of some months: the tables `visit` and `page`, their days in the company's zone.
pub struct Columns {
    pub engine: Embedded,
    pub zone: TimeZone,
}

impl Columns {
    /// Opens the months that hold the time from one moment to another (milliseconds since 1970).
    pub fn open(app: &App, from: i64, to: i64) -> Result<Columns> {
        let lake = app.config().folder.join("lake");
        let folder = folder(app);
        fs::create_dir_all(&folder).map_err(Error::internal)?;
        let system = Principal::system("analysis");
        let (zone, months) = app.read_now(&system, |reader| {
            Ok((zone_of(reader)?, queries::months(reader, &month_of(from), &month_of(to))?))
        })?;
        let engine = Embedded::open(&lake)?;
        let mut files = [Vec::new(), Vec::new()];
        for (month, version) in months {
            let made =
                Month { app, lake: &lake, folder: &folder, zone: &zone, month: &month }.newest(version, &engine)?;
            files.iter_mut().zip(made).for_each(|(files, made)| files.push(quoted(&made.to_string_lossy())));
        }
        for ((name, columns), files) in [("visit", VISIT), ("page", PAGE)].into_iter().zip(files) {
            engine.run(&match files.is_empty() {
                true => format!("create table {name} ({columns})"),
                false => format!("create view {name} as select * from read_parquet([{}])", files.join(", ")),
            })?;
        }
        Ok(Columns { engine, zone })
    }
}

/// The company's zone, in which days begin.
pub fn zone_of(reader: &mut Reader) -> Result<TimeZone> {
    let name = appearance::profile(reader.tx)?.time_zone;
    Ok(TimeZone::get(&name).unwrap_or(TimeZone::UTC))
}

/// Throws the files of some months away: what they held may not be read any more.
pub fn discard(app: &App, months: &BTreeSet<String>) -> Result<()> {
    let folder = folder(app);
    for month in months {
        for file in files_of(&folder, month)? {
            fs::remove_file(file).map_err(Error::internal)?;
        }
    }
    Ok(())
}

fn folder(app: &App) -> PathBuf {
    app.config().folder.join("lake").join("visits")
}

fn files_of(folder: &Path, month: &str) -> Result<Vec<PathBuf>> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(Vec::new()) };
    let is_of = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(month));
    Ok(entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).filter(is_of).collect())
}

/// When a month was written last by this process, and how long that took.
fn written() -> &'static Mutex<HashMap<PathBuf, (Instant, Duration)>> {
    static WRITTEN: OnceLock<Mutex<HashMap<PathBuf, (Instant, Duration)>>> = OnceLock::new();
    WRITTEN.get_or_init(Mutex::default)
}

struct Month<'a> {
    app: &'a App,
    lake: &'a Path,
    folder: &'a Path,
    zone: &'a TimeZone,
    month: &'a str,
}

impl Month<'_> {
    /// The two files of this version, or of the last one where this would be written too often.
    fn newest(&self, version: i64, engine: &Embedded) -> Result<[PathBuf; 2]> {
        let current = self.files(version);
        if is_whole(engine, &current) {
            return Ok(current);
        }
        let key = self.folder.join(self.month);
        let last = written().lock().unwrap_or_else(PoisonError::into_inner).get(&key).copied();
        if let Some((at, took)) = last
            && took > QUICK
            && at.elapsed() < took * REST_TIMES
            && let Some(before) = self.versions()?.into_iter().next_back()
            && is_whole(engine, &self.files(before))
        {
            return Ok(self.files(before));
        }
        let begun = Instant::now();
        let made = self.write(version)?;
        written().lock().unwrap_or_else(PoisonError::into_inner).insert(key, (Instant::now(), begun.elapsed()));
        Ok(made)
    }

    /// By month, version and zone: another zone has other days.
    fn files(&self, version: i64) -> [PathBuf; 2] {
        let zone: String = self.zone.iana_name().unwrap_or("UTC").chars().map(plain).collect();
        ["visit", "page"].map(|table| self.folder.join(format!("{}.{version:012}.{zone}.{table}.parquet", self.month)))
    }

    /// The versions there are files of, oldest first.
    fn versions(&self) -> Result<Vec<i64>> {
        let version = |path: &PathBuf| path.file_name()?.to_str()?.split('.').nth(1)?.parse::<i64>().ok();
        let versions: BTreeSet<i64> = files_of(self.folder, self.month)?.iter().filter_map(version).collect();
        Ok(versions.into_iter().collect())
    }

    fn write(&self, version: i64) -> Result<[PathBuf; 2]> {
        let engine = Embedded::open(self.lake)?;
        engine.run(&format!("create table visit ({VISIT}); create table page ({PAGE})"))?;
        let (mut visits, mut pages) = (engine.fill("visit")?, engine.fill("page")?);
        self.app.read_now(&Principal::system("analysis"), |reader| {
            queries::of_month(reader, self.month, |visit| {
                visits.row(&visit_row(&visit, self.zone))?;
                page_rows(&visit).try_for_each(|row| pages.row(&row))
            })
        })?;
        visits.done()?;
        pages.done()?;
        let made = self.files(version);
        for (file, table, order) in [(&made[0], "visit", "started, id"), (&made[1], "page", "visit, n")] {
            let making = self.folder.join(format!("making-{}", Id::at(self.app.now().0)));
            engine.run(&format!(
                "copy (select * from {table} order by {order}) to {} (format parquet, compression zstd)",
                quoted(&making.to_string_lossy())
            ))?;
            fs::rename(making, file).map_err(Error::internal)?;
        }
        let versions = self.versions()?;
        for old in versions.iter().rev().skip(KEPT) {
            // Another process may have thrown it away first.
            self.files(*old).iter().for_each(|file| drop(fs::remove_file(file)));
        }
        Ok(made)
    }
}

/// Whether both files are there with their foot, which a cut one has lost.
fn is_whole(engine: &Embedded, files: &[PathBuf; 2]) -> bool {
    files.iter().all(|file| {
        let sql = format!("select count(*) from read_parquet({})", quoted(&file.to_string_lossy()));
        file.exists() && engine.rows(&sql, &[]).is_ok()
    })
}

fn plain(sign: char) -> char {
    if sign.is_ascii_alphanumeric() { sign } else { '_' }
}

fn id(id: Option<Id>) -> Cell {
    id.map_or(Cell::Null, |id| Cell::Text(id.to_string()))
}

fn text(text: &Option<String>) -> Cell {
    text.as_deref().map_or(Cell::Null, Cell::from)
}

fn visit_row(visit: &Visit, zone: &TimeZone) -> [Cell; 27] {
    let start = jiff::Timestamp::from_millisecond(visit.started).unwrap_or_default().to_zoned(zone.clone());
    let views = || visit.pages.iter().filter(|page| !page.is_event);
    let path = |page: Option<&super::Page>| page.map_or(Cell::Null, |page| Cell::from(page.path.as_str()));
    [
        id(Some(visit.id)),
        Cell::from(visit.origin.word()),
        id(visit.site),
        Cell::Text(hex(&visit.visitor)),
        Cell::Int(i64::from(visit.is_lasting)),
        id(visit.party),
        Cell::Text(start.date().to_string()),
        Cell::Int(i64::from(start.hour())),
        Cell::Int(visit.started),
        Cell::Int((visit.ended - visit.started) / 1000),
        Cell::from(visit.from.medium.as_str()),
        Cell::from(visit.from.name.as_str()),
        text(&visit.from.phrase),
        text(&visit.from.campaign),
        text(&visit.from.campaign_medium),
        path(views().next()),
        path(views().next_back()),
        Cell::Int(visit.views),
        Cell::Int(visit.hits),
        Cell::Int(visit.errors),
        Cell::Int(visit.bytes),
        Cell::from(visit.with.device.as_str()),
        text(&visit.with.browser),
        text(&visit.with.system),
        text(&visit.country),
        text(&visit.with.robot),
        Cell::Int(i64::from(visit.is_robot)),
    ]
}

fn page_rows(visit: &Visit) -> impl Iterator<Item = [Cell; 8]> {
    let views: Vec<&super::Page> = visit.pages.iter().filter(|page| !page.is_event).collect();
    let mut seen = 0_usize;
    visit.pages.iter().zip(0_i64..).map(move |(page, n)| {
        let around = |place: Option<usize>| {
            let page = place.and_then(|place| views.get(place)).filter(|_| !page.is_event);
            page.map_or(Cell::Null, |page| Cell::from(page.path.as_str()))
        };
        let (before, after) = (around(seen.checked_sub(1)), around(seen.checked_add(1)));
        let until = views.get(seen + 1).filter(|_| !page.is_event);
        let seconds = until.map_or(Cell::Null, |next| Cell::Int((next.at - page.at) / 1000));
        seen += usize::from(!page.is_event);
        [
            id(Some(visit.id)),
            Cell::Int(n),
            Cell::Int(page.at),
            Cell::Int(i64::from(page.is_event)),
            Cell::from(page.path.as_str()),
            seconds,
            before,
            after,
        ]
    })
}
