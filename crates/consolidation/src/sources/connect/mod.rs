//! Reading a source from outside: every kind gives its rows one by one, in one or several *segments* (files of a folder)
//! with columns of their own. Nothing here knows what a column means.

mod database;
mod file;
mod folder;
mod web;

use foundation::App;
use foundation::access::Secret;
use kernel::Result;

use super::setup::{Kind, Setup};
use crate::formats::{Format, Found, Notes, Row};

pub use folder::Seen;

/// A source that is open: segment by segment, row by row.
pub trait Rows {
    /// Goes on to the next segment; none when there is no more.
    fn next_segment(&mut self) -> Result<Option<Segment>>;

    /// The next row of the segment.
    fn next(&mut self, row: &mut Row) -> Result<Found>;

    /// What was mended in the segment that has just been read.
    fn notes(&self) -> Notes {
        Notes::default()
    }

    /// Files that were read, for the memory of a folder.
    fn files(&self) -> Vec<Seen> {
        Vec::new()
    }
}

/// A part of a source with columns of its own.
#[derive(Debug, Clone)]
pub struct Segment {
    /// The file's name, where there are several.
    pub name: Option<String>,
    /// How its cells are written; its columns.
    pub format: Format,
}

/// Opens a source. `known` are the files of a folder that were read before; `only_first` is for a look at the first rows.
pub fn open(
    app: &App,
    setup: &Setup,
    secret: Option<&Secret>,
    known: &std::collections::HashMap<String, (i64, i64)>,
    only_first: bool,
) -> Result<Box<dyn Rows>> {
    match setup.kind {
        Kind::File => Ok(Box::new(file::FileRows::open(app, setup)?)),
        Kind::Folder => Ok(Box::new(folder::FolderRows::open(app, setup, known)?)),
        Kind::Sqlite | Kind::Postgres | Kind::Mysql => Ok(Box::new(database::DatabaseRows::open(app, setup, secret)?)),
        Kind::Http => Ok(Box::new(web::HttpRows::open(app, setup, secret, only_first)?)),
    }
}

/// A format for rows that come as texts already: nothing is quoted, days are written as ISO 8601 does.
pub fn plain(columns: Vec<String>) -> Format {
    Format {
        kind: crate::formats::Kind::Jsonl,
        gzip: false,
        encoding: "UTF-8".into(),
        delimiter: None,
        header: true,
        lead: 0,
        date_style: crate::formats::DateStyle::Ymd,
        decimal_style: crate::formats::DecimalStyle::Point,
        sheet: None,
        sheets: Vec::new(),
        columns,
    }
}
