//! Says what a file is from its content: kind, encoding, delimiter, header, how dates and numbers are written.

use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::Arc;

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE};
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};

use super::csv::Records;
use super::{DateStyle, DecimalStyle, Format, Found, Kind, Reader, Row, encoding, json, source, vcard, xlsx};
use crate::values::looks;

/// Bytes that are looked at.
const SAMPLE: usize = 256 << 10;
/// How far a file that starts as plain ASCII is searched for its first other byte.
const SEARCH: u64 = 64 << 20;
/// Rows that are looked at.
const ROWS: usize = 400;
/// Examples shown for each column.
const EXAMPLES: usize = 5;

/// What somebody said about a file; it stands above what is found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wishes {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_style: Option<DateStyle>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal_style: Option<DecimalStyle>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<bool>,
}

impl Wishes {
    /// These, and where they say nothing, those.
    pub fn or(self, others: Wishes) -> Wishes {
        Wishes {
            encoding: self.encoding.or(others.encoding),
            delimiter: self.delimiter.or(others.delimiter),
            date_style: self.date_style.or(others.date_style),
            decimal_style: self.decimal_style.or(others.decimal_style),
            sheet: self.sheet.or(others.sheet),
            header: self.header.or(others.header),
        }
    }
}

/// A file as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detected {
    pub format: Format,
    /// For each column a few of its different values that are not empty.
    pub samples: Vec<Vec<String>>,
}

/// Looks at the first part of a file.
pub fn examine(path: &Path, wishes: &Wishes) -> Result<Detected> {
    let first = source::head(path, false, 4)?;
    let gzip = first.starts_with(&[0x1f, 0x8b]);
    let head = source::head(path, gzip, SAMPLE)?;
    if head.is_empty() {
        return Err(Error::Unreadable("the file is empty".to_string()));
    }
    if let Some(what) = foreign(&head) {
        return Err(Error::Unreadable(what.to_string()));
    }
    let mut format = Format {
        kind: Kind::Csv,
        gzip,
        encoding: UTF_8.name().to_string(),
        delimiter: None,
        header: true,
        lead: 0,
        date_style: DateStyle::default(),
        decimal_style: DecimalStyle::default(),
        sheet: None,
        sheets: Vec::new(),
        columns: Vec::new(),
    };
    if head.starts_with(b"PK\x03\x04") {
        format.kind = Kind::Xlsx;
        examine_workbook(path, wishes, &mut format)?;
    } else {
        examine_text(path, &head, wishes, &mut format)?;
    }
    sample(path, wishes, format)
}

/// Files that are often taken for tables.
fn foreign(head: &[u8]) -> Option<&'static str> {
    match head {
        _ if head.starts_with(b"%PDF") => Some("this is a PDF; export the table as CSV or XLSX"),
        _ if head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) => {
            Some("this is a workbook of Excel 97–2003 (or one with a password); save it as XLSX")
        }
        _ if head.starts_with(b"\x89PNG") || head.starts_with(&[0xff, 0xd8, 0xff]) => {
            Some("this is a picture, not a table")
        }
        _ if head.starts_with(b"<?xml") || head.starts_with(b"<!DOCTYPE") || head.starts_with(b"<html") => {
            Some("this is XML or a web page; export the table as CSV or XLSX")
        }
        _ => None,
    }
}

fn examine_workbook(path: &Path, wishes: &Wishes, format: &mut Format) -> Result<()> {
    format.sheets = xlsx::sheets(path, format.gzip)?;
    format.sheet = match &wishes.sheet {
        Some(wanted) if format.sheets.contains(wanted) => Some(wanted.clone()),
        Some(wanted) => {
            return Err(Error::invalid("sheet", "unknown_sheet", format!("the workbook has no sheet \"{wanted}\"")));
        }
        None => format.sheets.first().cloned(),
    };
    let rows = xlsx::first_rows(path, format.gzip, format.sheet.clone(), ROWS)?;
    find_header(&rows, wishes, format);
    Ok(())
}

fn examine_text(path: &Path, head: &[u8], wishes: &Wishes, format: &mut Format) -> Result<()> {
    let found = match &wishes.encoding {
        Some(label) => encoding_rs::Encoding::for_label(label.trim().as_bytes()).ok_or_else(|| {
            Error::invalid("encoding", "unknown_encoding", format!("there is no encoding \"{label}\""))
        })?,
        None if head.is_ascii() => encoding::guess(&first_beyond_ascii(path, format.gzip)?),
        None => encoding::guess(head),
    };
    format.encoding = found.name().to_string();
    let mut text = Vec::new();
    let decoded = source::decoded(path, format.gzip, &format.encoding, Arc::default())?;
    // Damage further on is found by the reader; the sample is what could be read.
    let _ = decoded.take(u64::try_from(SAMPLE).unwrap_or(u64::MAX)).read_to_end(&mut text);
    if found != UTF_16LE && found != UTF_16BE && text.iter().filter(|b| **b == 0).count() * 10 > text.len() {
        return Err(Error::Unreadable(
            "this is not a text file; CSV, XLSX, JSON lines and vCard can be imported".to_string(),
        ));
    }

    let start = text.trim_ascii_start();
    let upper = start.get(..32.min(start.len())).unwrap_or(&[]).to_ascii_uppercase();
    if upper.starts_with(b"BEGIN:VCARD") {
        format.kind = Kind::Vcard;
        format.columns = vcard::COLUMNS.iter().map(|name| name.to_string()).collect();
        return Ok(());
    }
    if start.starts_with(b"{") || is_json_array(start) {
        format.kind = if start.starts_with(b"[") || !is_one_object_a_line(start) { Kind::Json } else { Kind::Jsonl };
        let sample: source::Bytes = Box::new(Cursor::new(text));
        format.columns = json::columns_of(sample, format.kind == Kind::Jsonl, ROWS);
        return Ok(());
    }

    let delimiter = wishes.delimiter.filter(char::is_ascii).unwrap_or_else(|| find_delimiter(&text));
    format.delimiter = Some(delimiter);
    let rows = records(&text, delimiter);
    find_header(&rows, wishes, format);
    Ok(())
}

/// A piece of the file around its first bytes beyond ASCII; empty when there are none as far as is searched.
fn first_beyond_ascii(path: &Path, gzip: bool) -> Result<Vec<u8>> {
    let mut input = source::raw(path, gzip, Arc::default())?.take(SEARCH);
    let mut buffer = vec![0; SAMPLE];
    loop {
        let Ok(n) = input.read(&mut buffer) else { return Ok(Vec::new()) };
        let piece = buffer.get(..n).unwrap_or(&[]);
        if n == 0 {
            return Ok(Vec::new());
        }
        let Some(at) = piece.iter().position(|byte| !byte.is_ascii()) else { continue };
        let mut found = piece.get(at..).unwrap_or(&[]).to_vec();
        // The bytes that follow, so that the sample is not a single letter.
        let _ = input.by_ref().take(u64::try_from(SAMPLE).unwrap_or(0)).read_to_end(&mut found);
        return Ok(found);
    }
}

fn is_json_array(start: &[u8]) -> bool {
    start.strip_prefix(b"[").is_some_and(|rest| matches!(rest.trim_ascii_start().first(), Some(b'{' | b']')))
}

fn is_one_object_a_line(start: &[u8]) -> bool {
    let line = start.split(|b| *b == b'\n').next().unwrap_or(&[]);
    serde_json::from_slice::<serde_json::Value>(line).is_ok() || line.len() == start.len()
}

/// Records of the sample; the last one is left out, for the sample may have cut it.
fn records(text: &[u8], delimiter: char) -> Vec<Row> {
    let whole = text.len() < SAMPLE;
    let mut records = Records::new(Box::new(Cursor::new(text.to_vec())), delimiter);
    let mut rows = Vec::new();
    let mut row = Row::default();
    while rows.len() < ROWS && matches!(records.next(&mut row), Ok(true)) {
        rows.push(row.clone());
    }
    if !whole && rows.len() > 1 && rows.len() < ROWS {
        rows.pop();
    }
    rows
}

/// The delimiter that cuts most rows into the same number of cells, at least two.
fn find_delimiter(text: &[u8]) -> char {
    if let Some(rest) = text.strip_prefix(b"sep=")
        && let Some(mark) = rest.first().filter(|mark| mark.is_ascii())
    {
        return char::from(*mark);
    }
    let mut best = (',', 0usize);
    for delimiter in [',', ';', '\t', '|'] {
        let rows = records(text, delimiter);
        let rows: Vec<&Row> = rows.iter().filter(|row| !row.is_blank()).collect();
        let columns = usual_len(&rows);
        if columns < 2 {
            continue;
        }
        let regular = rows.iter().filter(|row| row.len() == columns).count();
        // Regularity first; between equals the one that cuts more.
        let score = regular * 1000 / rows.len().max(1) * 1000 + columns.min(999);
        if score > best.1 {
            best = (delimiter, score);
        }
    }
    best.0
}

/// The number of cells that most rows have.
fn usual_len(rows: &[&Row]) -> usize {
    let mut counts: Vec<(usize, usize)> = Vec::new();
    for row in rows {
        match counts.iter_mut().find(|(len, _)| *len == row.len()) {
            Some((_, count)) => *count += 1,
            None => counts.push((row.len(), 1)),
        }
    }
    counts.into_iter().max_by_key(|(len, count)| (*count, *len)).map_or(0, |(len, _)| len)
}

/// Finds where the table starts, whether its first row names the columns, and what they are called.
fn find_header(rows: &[Row], wishes: &Wishes, format: &mut Format) {
    let filled: Vec<&Row> = rows.iter().filter(|row| !row.is_blank()).collect();
    let usual = usual_len(&filled);
    // Titles stand above a table in fewer cells than it has columns. Short rows of a ragged file do not count.
    let enough = |row: &&Row| !row.is_blank() && (row.len() >= usual || row.len() * 2 > usual && usual > 2);
    let start = rows.iter().position(|row| enough(&row)).unwrap_or(0);
    format.lead = u64::try_from(start).unwrap_or(0);
    let Some(first) = rows.get(start) else { return };
    let rest = rows.get(start + 1..).unwrap_or(&[]);
    format.header = wishes.header.unwrap_or_else(|| is_header(first, rest));
    let widest = rest.iter().map(Row::len).max().unwrap_or(0);
    let columns = if format.header { first.len().max(usual.min(widest)) } else { first.len().max(usual) };
    format.columns = (0..columns)
        .map(|index| {
            let name = if format.header { first.cell(index).trim().trim_start_matches('\u{feff}') } else { "" };
            if name.is_empty() {
                format!("column {}", index + 1)
            } else {
                name.split_whitespace().collect::<Vec<_>>().join(" ")
            }
        })
        .collect();
}

/// Names are words, different from each other, and not what stands below them.
fn is_header(first: &Row, rest: &[Row]) -> bool {
    let names: Vec<&str> = first.cells().map(str::trim).filter(|name| !name.is_empty()).collect();
    if names.is_empty() {
        return false;
    }
    let value_like = |text: &str| looks::number(text) || looks::date(text) || looks::email(text) || text.len() > 120;
    if names.iter().any(|name| value_like(name)) {
        return false;
    }
    let mut different = names.clone();
    different.sort_unstable();
    different.dedup();
    let repeats = names.len() - different.len();
    // Some exports repeat a name, never half of them.
    if repeats * 2 > names.len() {
        return false;
    }
    // A single column of words: a header only if its own text does not occur again below.
    !rest.iter().take(50).any(|row| row == first)
}

/// Reads the first rows as the import will, for examples and for how dates and numbers are written.
fn sample(path: &Path, wishes: &Wishes, mut format: Format) -> Result<Detected> {
    let mut samples: Vec<Vec<String>> = vec![Vec::new(); format.columns.len()];
    let mut dates = looks::DateVotes::default();
    let mut decimals = looks::DecimalVotes::default();
    let mut reader = Reader::open(path, &format)?;
    let mut row = Row::default();
    for _ in 0..ROWS {
        match reader.next(&mut row) {
            Ok(Found::Row) => {}
            Ok(Found::Bad(_)) => continue,
            Ok(Found::End) => break,
            // A row that is too long right at the start is told at once, not when the import runs.
            Err(error) => return Err(error),
        }
        for (cell, examples) in row.cells().zip(&mut samples) {
            let text = cell.trim();
            if text.is_empty() {
                continue;
            }
            dates.see(text);
            decimals.see(text);
            if examples.len() < EXAMPLES {
                let short: String = text.chars().take(200).collect();
                if !examples.contains(&short) {
                    examples.push(short);
                }
            }
        }
    }
    format.date_style = wishes.date_style.unwrap_or_else(|| dates.style());
    format.decimal_style = wishes.decimal_style.unwrap_or_else(|| decimals.style(format.delimiter));
    Ok(Detected { format, samples })
}
