//! Records written to files of other products: CSV, XLSX, JSON lines. One row at a time goes from the database to the
//! reader; nothing grows with the number of rows. What is written here can be imported again by the same names.

mod csv;
mod jsonl;
pub mod routes;
mod xlsx;

use std::io::Write;

use kernel::{FieldDef, FieldType, Result, Value};
use serde::{Deserialize, Serialize};

/// The formats a list can be exported to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    Csv,
    Xlsx,
    Jsonl,
}

impl FileKind {
    pub fn parse(name: &str) -> Option<FileKind> {
        match name {
            "csv" => Some(FileKind::Csv),
            "xlsx" => Some(FileKind::Xlsx),
            "jsonl" => Some(FileKind::Jsonl),
            _ => None,
        }
    }

    pub fn extension(self) -> &'static str {
        match self {
            FileKind::Csv => "csv",
            FileKind::Xlsx => "xlsx",
            FileKind::Jsonl => "jsonl",
        }
    }

    pub fn media_type(self) -> &'static str {
        match self {
            FileKind::Csv => "text/csv; charset=utf-8",
            FileKind::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            FileKind::Jsonl => "application/jsonl",
        }
    }
}

/// A field as columns of a file: an address is five, an amount two (number and currency), all else one.
#[derive(Debug, Clone)]
pub struct Heading {
    /// The field's name, which the import recognises; `id` and times of the record itself go by theirs.
    pub name: String,
    parts: Parts,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Parts {
    One,
    Money,
    Address,
}

impl Heading {
    pub fn of(field: &FieldDef) -> Heading {
        let parts = match field.kind.stored() {
            FieldType::Money => Parts::Money,
            FieldType::Address => Parts::Address,
            _ => Parts::One,
        };
        Heading { name: field.name.clone(), parts }
    }

    /// A column that is not a field: `id`, `created_at`.
    pub fn named(name: &str) -> Heading {
        Heading { name: name.to_string(), parts: Parts::One }
    }

    fn columns(&self) -> Vec<String> {
        match self.parts {
            Parts::One => vec![self.name.clone()],
            Parts::Money => vec![self.name.clone(), format!("{}.currency", self.name)],
            Parts::Address => kernel::Address::PARTS.iter().map(|part| format!("{}.{part}", self.name)).collect(),
        }
    }
}

/// Takes rows and writes them; nothing is complete before [`Writer::finish`].
pub struct Writer<W: Write + Send> {
    inner: Inner<W>,
}

enum Inner<W: Write + Send> {
    Csv(csv::CsvWriter<W>),
    Xlsx(Box<xlsx::XlsxWriter<W>>),
    Jsonl(jsonl::JsonlWriter<W>),
}

impl<W: Write + Send> Writer<W> {
    /// Starts a file with its headings. `title` names the sheet of a workbook.
    pub fn new(kind: FileKind, out: W, headings: Vec<Heading>, title: &str) -> Result<Writer<W>> {
        let inner = match kind {
            FileKind::Csv => Inner::Csv(csv::CsvWriter::new(out, headings)?),
            FileKind::Xlsx => Inner::Xlsx(Box::new(xlsx::XlsxWriter::new(out, headings, title)?)),
            FileKind::Jsonl => Inner::Jsonl(jsonl::JsonlWriter::new(out, headings)),
        };
        Ok(Writer { inner })
    }

    /// Writes one record: a value for each heading. Links are written as the caller gives them: an id, or
    /// the linked record's title as text.
    pub fn write(&mut self, values: &[Value]) -> Result<()> {
        match &mut self.inner {
            Inner::Csv(writer) => writer.write(values),
            Inner::Xlsx(writer) => writer.write(values),
            Inner::Jsonl(writer) => writer.write(values),
        }
    }

    /// Completes the file and gives the output back.
    pub fn finish(self) -> Result<W> {
        match self.inner {
            Inner::Csv(writer) => writer.finish(),
            Inner::Xlsx(writer) => writer.finish(),
            Inner::Jsonl(writer) => writer.finish(),
        }
    }
}

/// Writes a whole list.
pub fn write_all<W: Write + Send>(
    kind: FileKind,
    out: W,
    headings: Vec<Heading>,
    title: &str,
    rows: impl Iterator<Item = Result<Vec<Value>>>,
) -> Result<W> {
    let mut writer = Writer::new(kind, out, headings, title)?;
    for row in rows {
        writer.write(&row?)?;
    }
    writer.finish()
}

/// Whether a spreadsheet could take the text for a formula. A plain number with a sign is none.
pub(crate) fn could_compute(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return false };
    match first {
        '=' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠' => true,
        '+' | '-' => !is_plain_number(text),
        // A text that starts as a quoted one does must be quoted too, or it would lose its own mark on import.
        '\'' => text.strip_prefix('\'').is_some_and(could_compute),
        _ => false,
    }
}

/// Sign, digits and points: a number, or a phone number in international form.
fn is_plain_number(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    digits.starts_with(|ch: char| ch.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// A value as one cell of text; amounts and addresses are written by their parts.
fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(yes) => if *yes { "true" } else { "false" }.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Date(date) => date.to_string(),
        Value::Time(time) => time.to_string(),
        Value::Money(money) => money.to_string(),
        Value::Link(id) => id.to_string(),
        Value::Links(ids) => ids.iter().map(|id| id.to_string()).collect::<Vec<_>>().join(crate::values::JOINT),
        Value::Choices(values) => values.join(crate::values::JOINT),
        Value::Address(address) => {
            let parts: Vec<&str> = address.parts().into_iter().filter(|part| !part.is_empty()).collect();
            parts.join(", ")
        }
        Value::Json(json) => json.to_string(),
    }
}

#[cfg(test)]
mod tests;
