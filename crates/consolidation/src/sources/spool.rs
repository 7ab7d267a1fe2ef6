//! The rows of a source as they were fetched, in a file of our own: one line of JSON for each, `[row, cell, …]`. It is there
//! for as long as a run lasts, so that the run can be killed and go on with the very rows it began with.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use foundation::App;
use kernel::{Error, Id, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::formats::{BadRow, Row, disk_error};

/// No run takes so long.
const ABANDONED: std::time::Duration = std::time::Duration::from_secs(3 * 24 * 60 * 60);

/// Where the rows of a run lie.
pub fn path(app: &App, run: Id) -> PathBuf {
    app.config().folder.join("sources").join(format!("{run}.rows"))
}

/// Removes the rows of a run, also those that were only half fetched.
pub fn discard(app: &App, run: Id) {
    for path in [path(app, run), half(&path(app, run))] {
        match std::fs::remove_file(&path) {
            Ok(()) => {}
            Err(missing) if missing.kind() == std::io::ErrorKind::NotFound => {}
            Err(fault) => tracing::warn!(%fault, "the rows of a run could not be removed"),
        }
    }
}

/// Removes rows that nobody has touched for days: their run is over, whatever became of it.
pub fn discard_abandoned(app: &App) {
    let folder = app.config().folder.join("sources");
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let changed = entry.metadata().and_then(|about| about.modified());
        let is_old = changed.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > ABANDONED));
        if is_old && let Err(fault) = std::fs::remove_file(entry.path()) {
            tracing::warn!(%fault, "the rows of a run could not be removed");
        }
    }
}

fn half(path: &Path) -> PathBuf {
    path.with_extension("part")
}

/// What a line of the spool is.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    /// From here on rows are of this file.
    File(String),
    Row,
    Bad {
        number: u64,
        code: String,
        detail: String,
    },
}

#[derive(Serialize, Deserialize)]
struct Other {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(default)]
    row: u64,
    #[serde(default)]
    code: String,
    #[serde(default)]
    detail: String,
}

pub struct Writer {
    out: BufWriter<File>,
    at: PathBuf,
}

impl Writer {
    pub fn create(app: &App, run: Id) -> Result<Writer> {
        let path = path(app, run);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(disk_error)?;
        }
        let mut options = std::fs::OpenOptions::new();
        options.create(true).write(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(half(&path)).map_err(disk_error)?;
        Ok(Writer { out: BufWriter::with_capacity(256 << 10, file), at: path })
    }

    pub fn file(&mut self, name: &str) -> Result<()> {
        self.line(&json!({ "file": name }).to_string())
    }

    pub fn bad(&mut self, bad: &BadRow) -> Result<()> {
        self.line(&json!({ "row": bad.number, "code": bad.code, "detail": bad.detail }).to_string())
    }

    /// One row, its cells in the order of `order`: for each column the place of the cell, none where there is no such.
    pub fn row(&mut self, row: &Row, order: &[Option<usize>]) -> Result<()> {
        let mut line = String::with_capacity(row.bytes() + 8 * order.len());
        line.push('[');
        line.push_str(&row.number.to_string());
        for place in order {
            line.push(',');
            let cell = place.map_or("", |place| row.cell(place));
            line.push_str(&serde_json::to_string(cell).map_err(Error::internal)?);
        }
        line.push(']');
        self.line(&line)
    }

    fn line(&mut self, line: &str) -> Result<()> {
        self.out.write_all(line.as_bytes()).and_then(|()| self.out.write_all(b"\n")).map_err(disk_error)
    }

    /// All is here: on disk, under its name.
    pub fn finish(self) -> Result<()> {
        let file = self.out.into_inner().map_err(|fault| disk_error(fault.into_error()))?;
        file.sync_all().map_err(disk_error)?;
        std::fs::rename(half(&self.at), &self.at).map_err(disk_error)
    }
}

pub struct Reader {
    input: BufReader<File>,
    line: String,
    /// Lines read so far: rows are settled by this number.
    pub place: u64,
}

impl Reader {
    pub fn open(app: &App, run: Id) -> Result<Reader> {
        let file = File::open(path(app, run)).map_err(disk_error)?;
        Ok(Reader { input: BufReader::with_capacity(256 << 10, file), line: String::new(), place: 0 })
    }

    /// The next line; a row is put into `row`.
    pub fn next(&mut self, row: &mut Row) -> Result<Option<Line>> {
        self.line.clear();
        if self.input.read_line(&mut self.line).map_err(disk_error)? == 0 {
            return Ok(None);
        }
        self.place += 1;
        let damaged = |fault| Error::internal(format!("the rows of a run are damaged: {fault}"));
        if !self.line.starts_with('[') {
            let other: Other = serde_json::from_str(&self.line).map_err(damaged)?;
            return Ok(Some(match other.file {
                Some(name) => Line::File(name),
                None => Line::Bad { number: other.row, code: other.code, detail: other.detail },
            }));
        }
        let mut cells = serde_json::Deserializer::from_str(&self.line);
        let read: Cells = Cells::deserialize(&mut cells).map_err(damaged)?;
        row.clear();
        row.number = read.number;
        for cell in &read.cells {
            row.push(cell);
        }
        Ok(Some(Line::Row))
    }
}

/// A row's number and its cells, which are lent from the line where they can be.
struct Cells<'a> {
    number: u64,
    cells: Vec<std::borrow::Cow<'a, str>>,
}

impl<'de> Deserialize<'de> for Cells<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Cells<'de>, D::Error> {
        struct Visitor;
        #[derive(Deserialize)]
        struct Cell<'a>(#[serde(borrow)] std::borrow::Cow<'a, str>);
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Cells<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a row's number and its cells")
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<Cells<'de>, A::Error> {
                let number = list.next_element()?.unwrap_or_default();
                let mut cells = Vec::with_capacity(32);
                while let Some(Cell(cell)) = list.next_element()? {
                    cells.push(cell);
                }
                Ok(Cells { number, cells })
            }
        }
        deserializer.deserialize_seq(Visitor)
    }
}
