//! An XLSX workbook of one sheet, written in constant memory: rows go to a temporary file at once. Texts are typed as text, so
//! nothing in them computes; numbers, amounts and dates are real numbers and dates.

use std::io::{Seek, Write};

use kernel::{Error, Result, Value};
use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::{Heading, Parts, text_of};
use crate::formats::disk_error;

/// Rows that a sheet can hold besides its header.
const ROWS: u32 = 1_048_575;
/// Characters that a cell can hold.
const CELL: usize = 32_767;

pub(super) struct XlsxWriter<W: Write> {
    workbook: Workbook,
    headings: Vec<Heading>,
    date: Format,
    moment: Format,
    row: u32,
    out: W,
}

impl<W: Write> XlsxWriter<W> {
    pub(super) fn new(out: W, headings: Vec<Heading>, title: &str) -> Result<XlsxWriter<W>> {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet_with_constant_memory().map_err(failed)?;
        sheet.set_name(sheet_name(title)).map_err(failed)?;
        sheet.set_freeze_panes(1, 0).map_err(failed)?;
        let bold = Format::new().set_bold();
        for (column, name) in headings.iter().flat_map(Heading::columns).enumerate() {
            let column = u16::try_from(column).map_err(Error::internal)?;
            sheet.write_string_with_format(0, column, &name, &bold).map_err(failed)?;
        }
        let date = Format::new().set_num_format("yyyy-mm-dd");
        let moment = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
        Ok(XlsxWriter { workbook, headings, date, moment, row: 0, out })
    }

    pub(super) fn write(&mut self, values: &[Value]) -> Result<()> {
        if self.row >= ROWS {
            return Err(Error::TooLarge(
                "a sheet holds 1,048,575 rows at most; export as CSV or narrow the list".to_string(),
            ));
        }
        self.row += 1;
        let mut column = 0u16;
        for (index, heading) in self.headings.iter().enumerate() {
            let value = values.get(index).unwrap_or(&Value::Null);
            let sheet = self.workbook.worksheet_from_index(0).map_err(failed)?;
            let row = self.row;
            match (heading.parts, value) {
                (Parts::Money, Value::Money(money)) => {
                    // An amount in its major unit; 15 digits are exact.
                    let number = money.to_decimal().parse::<f64>().map_err(Error::internal)?;
                    sheet.write_number(row, column, number).map_err(failed)?;
                    sheet.write_string(row, column + 1, money.currency.code()).map_err(failed)?;
                }
                (Parts::Address, Value::Address(address)) => {
                    for (part, at) in address.parts().into_iter().zip(column..) {
                        if !part.is_empty() {
                            sheet.write_string(row, at, fitting(part)).map_err(failed)?;
                        }
                    }
                }
                (_, Value::Null) => {}
                (_, Value::Bool(yes)) => {
                    sheet.write_boolean(row, column, *yes).map_err(failed)?;
                }
                // Beyond 15 digits a spreadsheet would round a number: it becomes text.
                (_, Value::Int(number)) if number.unsigned_abs() < 1_000_000_000_000_000 => {
                    let number = number.to_string().parse::<f64>().map_err(Error::internal)?;
                    sheet.write_number(row, column, number).map_err(failed)?;
                }
                (_, Value::Number(number)) => {
                    sheet.write_number(row, column, *number).map_err(failed)?;
                }
                (_, Value::Date(date)) if date.year() >= 1900 => {
                    let days = days_of(*date);
                    sheet.write_number_with_format(row, column, days, &self.date).map_err(failed)?;
                }
                (_, Value::Time(time)) if time.date().year() >= 1900 => {
                    let midnight = kernel::Time::midnight(time.date());
                    let seconds = f64::from(u32::try_from((time.millis() - midnight.millis()) / 1000).unwrap_or(0));
                    let serial = days_of(time.date()) + seconds / 86_400.0;
                    sheet.write_number_with_format(row, column, serial, &self.moment).map_err(failed)?;
                }
                (_, value) => {
                    sheet.write_string(row, column, fitting(&text_of(value))).map_err(failed)?;
                }
            }
            column += match heading.parts {
                Parts::One => 1,
                Parts::Money => 2,
                Parts::Address => 5,
            };
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<W> {
        // A ZIP archive is written with steps back; it is put together in a temporary file and copied on.
        let mut file = tempfile::tempfile().map_err(disk_error)?;
        self.workbook.save_to_writer(&mut file).map_err(failed)?;
        file.seek(std::io::SeekFrom::Start(0)).map_err(disk_error)?;
        std::io::copy(&mut file, &mut self.out).map_err(disk_error)?;
        self.out.flush().map_err(disk_error)?;
        Ok(self.out)
    }
}

/// Days since 1899-12-30, as spreadsheets count from March 1900 on; the two months before are one day off by their old error.
fn days_of(date: jiff::civil::Date) -> f64 {
    let start = jiff::civil::Date::constant(1899, 12, 30);
    let days = date.since(start).map(|span| span.get_days()).unwrap_or(0);
    f64::from(if days < 61 { days - 1 } else { days })
}

fn fitting(text: &str) -> String {
    if text.len() <= CELL { text.to_string() } else { text.chars().take(CELL).collect() }
}

/// At most 31 characters, none of those that sheets refuse.
fn sheet_name(title: &str) -> String {
    let name: String = title.chars().filter(|ch| !"[]:*?/\\'".contains(*ch) && !ch.is_control()).take(31).collect();
    if name.trim().is_empty() { "Export".to_string() } else { name }
}

fn failed(cause: XlsxError) -> Error {
    match cause {
        XlsxError::IoError(cause) => disk_error(cause),
        other => Error::internal(other),
    }
}
