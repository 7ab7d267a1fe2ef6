//! XLSX workbooks, cell by cell. Formula cells give the value that was saved with them; dates are written as ISO.
//!
//! The library's cell reader borrows the workbook, so both live on a thread of their own that hands over rows in small batches
//! and waits when they are not taken. Dropping [`XlsxRows`] ends the thread.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use calamine::{DataRef, ExcelDateTime, Reader as _, Xlsx};
use kernel::{Error, Result, limits};

use super::source::{OnDisk, on_disk};
use super::{Format, Found, Notes, Row, archive};

const BATCH: usize = 256;

/// Rows of one sheet behind its header.
pub(super) struct XlsxRows {
    incoming: Receiver<Result<Vec<Row>>>,
    batch: std::vec::IntoIter<Row>,
    lead: u64,
    header: bool,
    seen: u64,
    blank_rows: u64,
}

impl XlsxRows {
    pub(super) fn open(path: &Path, format: &Format) -> Result<XlsxRows> {
        Ok(XlsxRows {
            incoming: rows(on_disk(path, format.gzip)?, format.sheet.clone())?,
            batch: Vec::new().into_iter(),
            lead: format.lead,
            header: format.header,
            seen: 0,
            blank_rows: 0,
        })
    }

    pub(super) fn next(&mut self, row: &mut Row) -> Result<Found> {
        let to_pass = self.lead + u64::from(self.header);
        loop {
            let Some(next) = self.batch.next() else {
                let batch = next_batch(&self.incoming)?;
                if batch.is_empty() {
                    return Ok(Found::End);
                }
                self.batch = batch.into_iter();
                continue;
            };
            self.seen += 1;
            if self.seen <= to_pass {
                continue;
            }
            if next.is_blank() {
                self.blank_rows += 1;
                continue;
            }
            *row = next;
            return Ok(Found::Row);
        }
    }

    pub(super) fn notes(&self) -> Notes {
        Notes { blank_rows: self.blank_rows, ..Notes::default() }
    }
}

/// Names of the sheets that hold cells.
pub(super) fn sheets(path: &Path, gzip: bool) -> Result<Vec<String>> {
    let file = on_disk(path, gzip)?;
    archive::check(file.path())?;
    let workbook: Xlsx<BufReader<File>> = calamine::open_workbook(file.path()).map_err(unreadable)?;
    Ok(workbook.sheet_names())
}

/// The first `most` rows of a sheet, the header among them.
pub(super) fn first_rows(path: &Path, gzip: bool, sheet: Option<String>, most: usize) -> Result<Vec<Row>> {
    let incoming = rows(on_disk(path, gzip)?, sheet)?;
    let mut first = Vec::new();
    while first.len() < most {
        let batch = next_batch(&incoming)?;
        if batch.is_empty() {
            break;
        }
        first.extend(batch);
    }
    first.truncate(most);
    Ok(first)
}

/// The next rows; none at the end.
fn next_batch(incoming: &Receiver<Result<Vec<Row>>>) -> Result<Vec<Row>> {
    // A thread that ended without the empty batch has stopped on damage inside the library.
    incoming.recv().map_err(|_| Error::Unreadable("the workbook is damaged".to_string()))?
}

fn rows(file: OnDisk, sheet: Option<String>) -> Result<Receiver<Result<Vec<Row>>>> {
    archive::check(file.path())?;
    let (outgoing, incoming) = sync_channel(4);
    let walk = move || {
        if let Err(error) = walk(file.path(), sheet, &outgoing) {
            // Nobody listens any more: nothing to tell.
            let _ = outgoing.send(Err(error));
        }
    };
    std::thread::Builder::new().name("xlsx".to_string()).spawn(walk).map_err(Error::internal)?;
    Ok(incoming)
}

fn walk(path: &Path, sheet: Option<String>, outgoing: &SyncSender<Result<Vec<Row>>>) -> Result<()> {
    let mut workbook: Xlsx<BufReader<File>> = calamine::open_workbook(path).map_err(unreadable)?;
    let Some(sheet) = sheet.or_else(|| workbook.sheet_names().into_iter().next()) else {
        return Err(Error::Unreadable("the workbook has no sheet".to_string()));
    };
    let mut cells = workbook.worksheet_cells_reader(&sheet).map_err(unreadable)?;
    let mut batch = Vec::with_capacity(BATCH);
    let mut row = Row::default();
    let mut text = String::new();
    while let Some(cell) = cells.next_cell().map_err(unreadable)? {
        let (at, column) = cell.get_position();
        let number = u64::from(at) + 1;
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if number != row.number {
            if row.number > 0 {
                batch.push(std::mem::take(&mut row));
            }
            if batch.len() >= BATCH
                && outgoing.send(Ok(std::mem::replace(&mut batch, Vec::with_capacity(BATCH)))).is_err()
            {
                return Ok(());
            }
            row.number = number;
        }
        text.clear();
        write_cell(cell.get_value(), &mut text);
        if text.is_empty() {
            continue;
        }
        if column >= limits::IMPORT_COLUMNS {
            let detail = format!("row {number} has more than {} columns", limits::IMPORT_COLUMNS);
            return Err(Error::TooLarge(detail));
        }
        if row.bytes() + text.len() > limits::IMPORT_ROW_BYTES {
            return Err(Error::TooLarge(format!("row {number} is longer than 1 MB")));
        }
        row.pad_to(column);
        row.push(&text);
    }
    if row.number > 0 {
        batch.push(row);
    }
    // The empty batch says that this was all.
    if batch.is_empty() || outgoing.send(Ok(batch)).is_ok() {
        let _ = outgoing.send(Ok(Vec::new()));
    }
    Ok(())
}

fn write_cell(value: &DataRef<'_>, out: &mut String) {
    match value {
        DataRef::Empty => {}
        DataRef::Int(number) => out.push_str(&number.to_string()),
        DataRef::Float(number) => write_number(*number, out),
        DataRef::String(text) => out.push_str(text),
        DataRef::SharedString(text) => out.push_str(text),
        DataRef::Bool(yes) => out.push_str(if *yes { "true" } else { "false" }),
        DataRef::DateTime(moment) => write_moment(moment, out),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => out.push_str(text),
        DataRef::Error(error) => out.push_str(&error.to_string()),
    }
}

/// As the spreadsheet shows it: at most 15 digits, so that 0.1 + 0.2 is 0.3.
fn write_number(number: f64, out: &mut String) {
    if !number.is_finite() {
        return;
    }
    let rounded = format!("{number:.14e}").parse::<f64>().unwrap_or(number);
    out.push_str(&rounded.to_string());
}

fn write_moment(moment: &ExcelDateTime, out: &mut String) {
    use std::fmt::Write as _;
    if moment.is_duration() {
        return write_number(moment.as_f64(), out);
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let days = moment.as_f64();
    // Serials below one are a time of day.
    if days >= 1.0 {
        let _ = write!(out, "{year:04}-{month:02}-{day:02}");
    }
    if days.fract() != 0.0 || days < 1.0 {
        let space = if out.is_empty() { "" } else { " " };
        let _ = write!(out, "{space}{hour:02}:{minute:02}:{second:02}");
    }
}

fn unreadable(cause: calamine::XlsxError) -> Error {
    match cause {
        calamine::XlsxError::Password => Error::Unreadable("the workbook is protected by a password".to_string()),
        calamine::XlsxError::Io(cause) => super::disk_error(cause),
        other => Error::Unreadable(format!("the workbook is damaged: {other}")),
    }
}
