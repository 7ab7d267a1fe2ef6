//! Files that other products write, read as rows of text.
//!
//! [`examine`] looks at the first part of a file and says what it is; [`Reader`] then walks through it row by row. Nothing here
//! knows what a column means: that is [`crate::mapping`] and [`crate::values`]. No reader holds more than one row (and, for XLSX,
//! the table of shared strings, whose size [`archive`] has checked).

mod archive;
mod csv;
mod detect;
mod encoding;
mod json;
mod row;
mod source;
mod vcard;
mod xlsx;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kernel::{Error, Result};
use serde::{Deserialize, Serialize};

pub use detect::{Detected, Wishes, examine};
pub use row::Row;

/// What kind of file it is, whatever its name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Csv,
    Xlsx,
    /// JSON objects, one a line.
    Jsonl,
    /// One JSON array of objects.
    Json,
    Vcard,
}

/// In which order a date such as 04-08-1966 is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateStyle {
    #[default]
    Dmy,
    Mdy,
    Ymd,
}

/// What separates whole from fraction in a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DecimalStyle {
    /// 1,234.56
    #[default]
    Point,
    /// 1.234,56
    Comma,
}

/// All that is needed to read a file again the same way; it is stored with the import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Format {
    pub kind: Kind,
    /// The file is packed by gzip.
    #[serde(default)]
    pub gzip: bool,
    /// A label of the WHATWG encoding standard, `UTF-8`, `windows-1251`.
    pub encoding: String,
    /// Between two cells; CSV only.
    pub delimiter: Option<char>,
    /// The first row (after `lead` rows) names the columns.
    pub header: bool,
    /// Rows of titles and notes above the header.
    #[serde(default)]
    pub lead: u64,
    pub date_style: DateStyle,
    #[serde(default)]
    pub decimal_style: DecimalStyle,
    /// XLSX only: the sheet that is read, and all there are.
    pub sheet: Option<String>,
    #[serde(default)]
    pub sheets: Vec<String>,
    /// Names of the columns, in order; a column without a name is `column 14`.
    pub columns: Vec<String>,
}

/// A row that could not be read; the file goes on behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    pub number: u64,
    pub code: &'static str,
    pub detail: String,
}

/// What [`Reader::next`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The row passed in has been filled.
    Row,
    Bad(BadRow),
    End,
}

/// What was passed over or mended on the way, for the report at the end of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notes {
    /// Lines under the table that are not data (Salesforce writes five).
    pub footer_lines: u64,
    pub blank_rows: u64,
    /// Cells that are not valid in the file's encoding; they were read as windows-1252.
    pub mended_cells: u64,
    pub nul_bytes: u64,
    /// Keys of JSON objects that did not occur where the columns were taken from.
    pub unknown_keys: u64,
}

/// Reads a file row by row.
pub struct Reader {
    rows: Rows,
    progress: Arc<AtomicU64>,
    skip_until: u64,
}

enum Rows {
    Csv(csv::CsvRows),
    Xlsx(xlsx::XlsxRows),
    Json(json::JsonRows),
    Vcard(vcard::VcardRows),
}

impl Reader {
    /// Opens a file whose format is known from [`examine`].
    pub fn open(path: &Path, format: &Format) -> Result<Reader> {
        let progress = Arc::new(AtomicU64::new(0));
        let rows = match format.kind {
            Kind::Csv => {
                let text = source::decoded(path, format.gzip, &format.encoding, progress.clone())?;
                Rows::Csv(csv::CsvRows::new(text, format))
            }
            Kind::Xlsx => Rows::Xlsx(xlsx::XlsxRows::open(path, format)?),
            Kind::Json | Kind::Jsonl => {
                let text = source::decoded(path, format.gzip, &format.encoding, progress.clone())?;
                Rows::Json(json::JsonRows::new(text, format))
            }
            Kind::Vcard => {
                let raw = source::vcard_bytes(path, format.gzip, &format.encoding, progress.clone())?;
                Rows::Vcard(vcard::VcardRows::new(raw, &format.encoding))
            }
        };
        Ok(Reader { rows, progress, skip_until: 0 })
    }

    /// Rows up to and including number `row` will be passed over: this is how an import goes on where it stopped.
    pub fn skip_to(&mut self, row: u64) {
        self.skip_until = row;
    }

    /// Reads the next row into `row`. An error means that nothing behind this place can be read.
    pub fn next(&mut self, row: &mut Row) -> Result<Found> {
        loop {
            let found = match &mut self.rows {
                Rows::Csv(rows) => rows.next(row)?,
                Rows::Xlsx(rows) => rows.next(row)?,
                Rows::Json(rows) => rows.next(row)?,
                Rows::Vcard(rows) => rows.next(row)?,
            };
            match &found {
                Found::Row if row.number <= self.skip_until => continue,
                Found::Bad(bad) if bad.number <= self.skip_until => continue,
                _ => return Ok(found),
            }
        }
    }

    /// Bytes of the (packed) file that have been taken in so far; 0 for XLSX, which is not read from front to back.
    pub fn bytes_read(&self) -> u64 {
        self.progress.load(Ordering::Relaxed)
    }

    pub fn notes(&self) -> Notes {
        match &self.rows {
            Rows::Csv(rows) => rows.notes(),
            Rows::Xlsx(rows) => rows.notes(),
            Rows::Json(rows) => rows.notes(),
            Rows::Vcard(rows) => rows.notes(),
        }
    }
}

/// A fault of the disk, not of the file's content.
pub(crate) fn disk_error(cause: std::io::Error) -> Error {
    match cause.kind() {
        std::io::ErrorKind::StorageFull => Error::DiskFull,
        std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof | std::io::ErrorKind::InvalidInput => {
            Error::Unreadable(format!("the file is damaged: {cause}"))
        }
        _ => Error::internal(cause),
    }
}

#[cfg(test)]
mod tests;
