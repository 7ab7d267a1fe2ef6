//! The rows that an import refused, as a file that can be mended and imported again: the columns as they were, and the reason.

use std::io::Write;
use std::path::Path;

use foundation::Reader;
use kernel::{Id, Result, Value};

use super::{Import, Refusal, queries};
use crate::export::{FileKind, Heading, Writer};
use crate::formats::{Found, Reader as FileReader, Row};

const PAGE: i64 = 500;

/// Writes refused rows as CSV, in the order of the file. Rows that could not be read at all stand there by number and reason.
pub fn write_refused<W: Write + Send>(reader: &mut Reader, import: &Import, file: &Path, out: W) -> Result<W> {
    let format = &import.plan.format;
    let mut headings: Vec<Heading> = format.columns.iter().map(|name| Heading::named(name)).collect();
    headings.push(Heading::named("row"));
    headings.push(Heading::named("reason"));
    let mut writer = Writer::new(FileKind::Csv, out, headings, "")?;
    let mut refusals = Refusals { import: import.id, page: Vec::new().into_iter(), after: (0, -1), ahead: None };
    let mut rows = FileReader::open(file, format)?;
    let mut row = Row::default();
    let mut next = refusals.next_row(reader)?;
    while let Some((number, reasons)) = next {
        let cells = loop {
            match rows.next(&mut row)? {
                Found::Row if row.number < number => continue,
                Found::Row if row.number == number => break Some(&row),
                Found::Bad(bad) if bad.number < number => continue,
                Found::Row | Found::Bad(_) | Found::End => break None,
            }
        };
        let cell = |index: usize| Value::Text(cells.map_or("", |row| row.cell(index)).to_string());
        let mut values: Vec<Value> = (0..format.columns.len()).map(cell).collect();
        values.push(Value::Text(number.to_string()));
        values.push(Value::Text(reasons));
        writer.write(&values)?;
        next = refusals.next_row(reader)?;
    }
    writer.finish()
}

/// Refusals by row, read in pages.
struct Refusals {
    import: Id,
    page: std::vec::IntoIter<(i64, Refusal)>,
    after: (u64, i64),
    ahead: Option<Refusal>,
}

impl Refusals {
    fn next(&mut self, reader: &mut Reader) -> Result<Option<Refusal>> {
        if let Some(ahead) = self.ahead.take() {
            return Ok(Some(ahead));
        }
        loop {
            if let Some((place, refusal)) = self.page.next() {
                self.after = (refusal.row, place);
                if refusal.warning {
                    continue;
                }
                return Ok(Some(refusal));
            }
            let page = queries::refusals(reader, self.import, self.after, PAGE)?;
            if page.is_empty() {
                return Ok(None);
            }
            self.page = page.into_iter();
        }
    }

    /// The next refused row and all its reasons.
    fn next_row(&mut self, reader: &mut Reader) -> Result<Option<(u64, String)>> {
        let Some(first) = self.next(reader)? else { return Ok(None) };
        let row = first.row;
        let mut reasons = first.detail;
        while let Some(more) = self.next(reader)? {
            if more.row != row {
                self.ahead = Some(more);
                break;
            }
            reasons.push_str("; ");
            reasons.push_str(&more.detail);
        }
        Ok(Some((row, reasons)))
    }
}
