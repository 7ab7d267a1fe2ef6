//! Comma-separated text with a byte-order mark, so that every spreadsheet reads it as UTF-8, and CR LF (RFC 4180).

use std::io::{BufWriter, Write};

use kernel::{Result, Value};

use super::{Heading, Parts, could_compute, text_of};
use crate::formats::disk_error;

pub(super) struct CsvWriter<W: Write> {
    out: BufWriter<W>,
    headings: Vec<Heading>,
    line: String,
}

impl<W: Write> CsvWriter<W> {
    pub(super) fn new(out: W, headings: Vec<Heading>) -> Result<CsvWriter<W>> {
        let mut writer =
            CsvWriter { out: BufWriter::with_capacity(64 << 10, out), headings, line: String::from("\u{feff}") };
        let names: Vec<String> = writer.headings.iter().flat_map(Heading::columns).collect();
        for name in names {
            cell(&mut writer.line, &name, true);
        }
        writer.end_line()?;
        Ok(writer)
    }

    pub(super) fn write(&mut self, values: &[Value]) -> Result<()> {
        self.line.clear();
        for (index, heading) in self.headings.iter().enumerate() {
            let value = values.get(index).unwrap_or(&Value::Null);
            match (heading.parts, value) {
                (Parts::Money, Value::Money(money)) => {
                    cell(&mut self.line, &money.to_decimal(), false);
                    cell(&mut self.line, money.currency.code(), false);
                }
                (Parts::Money, _) => self.line.push_str(",,"),
                (Parts::Address, Value::Address(address)) => {
                    for part in address.parts() {
                        cell(&mut self.line, part, true);
                    }
                }
                (Parts::Address, _) => self.line.push_str(",,,,,"),
                (Parts::One, Value::Text(text)) => cell(&mut self.line, text, true),
                (Parts::One, Value::Choices(_) | Value::Json(_)) => cell(&mut self.line, &text_of(value), true),
                // Numbers, dates and ids cannot compute.
                (Parts::One, value) => cell(&mut self.line, &text_of(value), false),
            }
        }
        self.end_line()
    }

    fn end_line(&mut self) -> Result<()> {
        // Every cell was ended by a comma.
        self.line.pop();
        // A lone empty cell would be a blank line, which readers pass over.
        if self.line.is_empty() {
            self.line.push_str("\"\"");
        }
        self.line.push_str("\r\n");
        self.out.write_all(self.line.as_bytes()).map_err(disk_error)
    }

    pub(super) fn finish(self) -> Result<W> {
        self.out.into_inner().map_err(|error| disk_error(error.into_error()))
    }
}

/// Adds a cell and its comma; `guarded` cells are made harmless where a spreadsheet would compute them.
fn cell(line: &mut String, text: &str, guarded: bool) {
    let guard = guarded && could_compute(text);
    let quoted =
        guard || text.contains(['"', ',', '\n', '\r', ';', '\t']) || text.starts_with(' ') || text.ends_with(' ');
    if !quoted {
        line.push_str(text);
        line.push(',');
        return;
    }
    line.push('"');
    if guard {
        line.push('\'');
    }
    for (index, part) in text.split('"').enumerate() {
        if index > 0 {
            line.push_str("\"\"");
        }
        line.push_str(part);
    }
    line.push_str("\",");
}
