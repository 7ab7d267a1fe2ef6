//! JSON objects, one a line or in one array. Nested objects become columns with dots (`address.city`), lists of plain values
//! become one cell joined by ` ::: `, lists of objects are numbered (`emails.0.value`).

use std::collections::HashMap;
use std::io::Read;

use kernel::{Error, Result, limits};
use serde_json::Value;

use super::source::Bytes;
use super::{BadRow, Format, Found, Kind, Notes, Row, disk_error};
use crate::values::JOINT;

const BUFFER: usize = 64 << 10;

/// Objects of a JSON file as rows of the columns that the format names.
pub(super) struct JsonRows {
    pieces: Pieces,
    position: HashMap<String, usize>,
    cells: Vec<String>,
    notes: Notes,
}

impl JsonRows {
    pub(super) fn new(text: Bytes, format: &Format) -> JsonRows {
        let position = format.columns.iter().enumerate().map(|(index, name)| (name.clone(), index)).collect();
        JsonRows {
            pieces: Pieces::new(text, format.kind == Kind::Jsonl),
            position,
            cells: vec![String::new(); format.columns.len()],
            notes: Notes::default(),
        }
    }

    pub(super) fn next(&mut self, row: &mut Row) -> Result<Found> {
        let (number, object) = match self.pieces.next()? {
            Piece::End => return Ok(Found::End),
            Piece::Bad(bad) => return Ok(Found::Bad(bad)),
            Piece::Object(number, object) => (number, object),
        };
        for cell in &mut self.cells {
            cell.clear();
        }
        let (cells, position, notes) = (&mut self.cells, &self.position, &mut self.notes);
        let mut put = |name: &str, text: &str| match position.get(name).and_then(|index| cells.get_mut(*index)) {
            Some(cell) => cell.push_str(text),
            None if text.is_empty() => {}
            None => notes.unknown_keys += 1,
        };
        if let Err(detail) = flatten(&object, &mut put) {
            return Ok(Found::Bad(BadRow { number, code: "too_deep", detail }));
        }
        row.clear();
        row.number = number;
        for cell in &self.cells {
            row.push(cell);
        }
        Ok(Found::Row)
    }

    pub(super) fn notes(&self) -> Notes {
        self.notes.clone()
    }
}

/// Names of the columns in the first objects of a text, in the order in which they occur, and these objects as cells.
pub(super) fn columns_of(text: Bytes, lines: bool, most: usize) -> Vec<String> {
    let mut pieces = Pieces::new(text, lines);
    let mut names: Vec<String> = Vec::new();
    let mut known: HashMap<String, ()> = HashMap::new();
    for _ in 0..most {
        let Ok(piece) = pieces.next() else { break };
        let object = match piece {
            Piece::End => break,
            Piece::Bad(_) => continue,
            Piece::Object(_, object) => object,
        };
        let mut put = |name: &str, _: &str| {
            if names.len() < limits::IMPORT_COLUMNS && known.insert(name.to_string(), ()).is_none() {
                names.push(name.to_string());
            }
        };
        // What is too deep here is reported when its row is read.
        let _ = flatten(&object, &mut put);
    }
    names
}

/// Calls `put` with the dotted name and the text of every plain value.
fn flatten(object: &serde_json::Map<String, Value>, put: &mut dyn FnMut(&str, &str)) -> Result<(), String> {
    let mut name = String::new();
    for (key, value) in object {
        name.clear();
        name.push_str(key.trim());
        flatten_value(&mut name, value, 1, put)?;
    }
    Ok(())
}

fn flatten_value(
    name: &mut String,
    value: &Value,
    depth: usize,
    put: &mut dyn FnMut(&str, &str),
) -> Result<(), String> {
    if depth > limits::JSON_DEPTH {
        return Err(format!("objects are nested deeper than {} levels", limits::JSON_DEPTH));
    }
    let len = name.len();
    match value {
        Value::Null => put(name, ""),
        Value::Bool(yes) => put(name, if *yes { "true" } else { "false" }),
        Value::Number(number) => put(name, &number.to_string()),
        Value::String(text) => put(name, text),
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            let texts: Vec<String> = items.iter().map(plain).filter(|text| !text.is_empty()).collect();
            put(name, &texts.join(JOINT));
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                name.push('.');
                name.push_str(&index.to_string());
                flatten_value(name, item, depth + 1, put)?;
                name.truncate(len);
            }
        }
        Value::Object(fields) => {
            for (key, item) in fields {
                name.push('.');
                name.push_str(key.trim());
                flatten_value(name, item, depth + 1, put)?;
                name.truncate(len);
            }
        }
    }
    Ok(())
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
        other => other.to_string(),
    }
}

enum Piece {
    Object(u64, serde_json::Map<String, Value>),
    Bad(BadRow),
    End,
}

/// Cuts the text into objects without reading the whole: by lines, or by counting braces in an array.
struct Pieces {
    input: Bytes,
    buffer: Vec<u8>,
    from: usize,
    to: usize,
    by_line: bool,
    piece: Vec<u8>,
    number: u64,
    at_end: bool,
}

impl Pieces {
    fn new(input: Bytes, by_line: bool) -> Pieces {
        Pieces { input, buffer: vec![0; BUFFER], from: 0, to: 0, by_line, piece: Vec::new(), number: 0, at_end: false }
    }

    fn next(&mut self) -> Result<Piece> {
        if self.by_line { self.next_line() } else { self.next_element() }
    }

    fn next_line(&mut self) -> Result<Piece> {
        loop {
            self.piece.clear();
            let mut length = 0usize;
            let mut any = false;
            while let Some(window) = self.window()? {
                any = true;
                let end = window.iter().position(|b| *b == b'\n');
                let part = window.get(..end.unwrap_or(window.len())).unwrap_or(&[]);
                length += part.len();
                let kept = length <= limits::IMPORT_ROW_BYTES;
                let (taken, used) = (part.to_vec(), part.len() + usize::from(end.is_some()));
                if kept {
                    self.piece.extend_from_slice(&taken);
                }
                self.from += used;
                if end.is_some() {
                    break;
                }
            }
            if !any {
                return Ok(Piece::End);
            }
            self.number += 1;
            if length > limits::IMPORT_ROW_BYTES {
                return Ok(self.too_large());
            }
            if self.piece.iter().all(|b| b.is_ascii_whitespace()) {
                continue;
            }
            return Ok(self.parsed());
        }
    }

    fn next_element(&mut self) -> Result<Piece> {
        self.piece.clear();
        let mut depth = 0usize;
        let mut in_text = false;
        let mut escaped = false;
        let mut length = 0usize;
        loop {
            let Some(byte) = self.byte()? else {
                if depth == 0 {
                    return Ok(Piece::End);
                }
                return Err(Error::Unreadable(format!("the file ends within object {}", self.number + 1)));
            };
            if depth == 0 {
                match byte {
                    b'{' => {
                        depth = 1;
                        self.piece.push(byte);
                        length = 1;
                    }
                    b'[' | b']' | b',' => {}
                    byte if byte.is_ascii_whitespace() => {}
                    _ => {
                        let number = self.number + 1;
                        return Err(Error::Unreadable(format!("element {number} of the list is not an object")));
                    }
                }
                continue;
            }
            length += 1;
            if length <= limits::IMPORT_ROW_BYTES {
                self.piece.push(byte);
            }
            if in_text {
                in_text = escaped || byte != b'"';
                escaped = !escaped && byte == b'\\';
                continue;
            }
            match byte {
                b'"' => in_text = true,
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                self.number += 1;
                return Ok(if length > limits::IMPORT_ROW_BYTES { self.too_large() } else { self.parsed() });
            }
        }
    }

    fn too_large(&self) -> Piece {
        Piece::Bad(BadRow {
            number: self.number,
            code: "too_large",
            detail: "the object is longer than 1 MB".to_string(),
        })
    }

    fn parsed(&self) -> Piece {
        let number = self.number;
        match serde_json::from_slice::<Value>(&self.piece) {
            Ok(Value::Object(object)) => Piece::Object(number, object),
            Ok(_) => Piece::Bad(BadRow {
                number,
                code: "not_an_object",
                detail: "the line is not a JSON object".to_string(),
            }),
            Err(cause) => {
                Piece::Bad(BadRow { number, code: "broken_json", detail: format!("it is not valid JSON: {cause}") })
            }
        }
    }

    fn byte(&mut self) -> Result<Option<u8>> {
        let byte = self.window()?.and_then(|window| window.first().copied());
        self.from += usize::from(byte.is_some());
        Ok(byte)
    }

    /// What has been read and not used yet; `None` at the end.
    fn window(&mut self) -> Result<Option<&[u8]>> {
        while self.from >= self.to && !self.at_end {
            match self.input.read(&mut self.buffer) {
                Ok(n) => {
                    self.from = 0;
                    self.to = n;
                    self.at_end = n == 0;
                }
                Err(cause) if cause.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(cause) => return Err(disk_error(cause)),
            }
        }
        Ok(self.buffer.get(self.from..self.to).filter(|window| !window.is_empty()))
    }
}
