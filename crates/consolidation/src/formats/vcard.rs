//! vCards 2.1 (vCard consortium), 3.0 (RFC 2426) and 4.0 (RFC 6350) as rows of always the same columns.
//!
//! Line folding, quoted-printable with soft breaks, an encoding per property and base64 pictures (passed over, of any size) are
//! handled; what a card says in properties without a column is dropped.

use std::io::Read;

use encoding_rs::{Encoding, WINDOWS_1252};
use kernel::{Result, limits};

use super::source::{Bytes, encoding_of};
use super::{BadRow, Found, Notes, Row, disk_error};
use crate::values::JOINT;

/// The columns of every vCard file.
pub(super) const COLUMNS: [&str; 40] = [
    "prefix",
    "first_name",
    "middle_name",
    "last_name",
    "suffix",
    "full_name",
    "nickname",
    "email",
    "email_2",
    "email_3",
    "phone",
    "phone_mobile",
    "phone_home",
    "phone_fax",
    "phone_other",
    "organization",
    "department",
    "title",
    "role",
    "po_box",
    "street",
    "city",
    "region",
    "postal_code",
    "country",
    "other_po_box",
    "other_street",
    "other_city",
    "other_region",
    "other_postal_code",
    "other_country",
    "url",
    "birthday",
    "anniversary",
    "gender",
    "categories",
    "note",
    "language",
    "uid",
    "updated",
];

const BUFFER: usize = 64 << 10;

/// Cards of a file as rows.
pub(super) struct VcardRows {
    lines: Lines,
    fallback: &'static Encoding,
    number: u64,
    notes: Notes,
}

impl VcardRows {
    pub(super) fn new(raw: Bytes, label: &str) -> VcardRows {
        let encoding = encoding_of(label);
        // A file that is UTF-8 as a whole may hold single properties in an older encoding.
        let fallback =
            if encoding.is_single_byte() || encoding == encoding_rs::GB18030 { encoding } else { WINDOWS_1252 };
        VcardRows { lines: Lines::new(raw), fallback, number: 0, notes: Notes::default() }
    }

    pub(super) fn next(&mut self, row: &mut Row) -> Result<Found> {
        let mut card: Option<Card> = None;
        let mut size = 0usize;
        let mut nested = 0usize;
        while let Some(line) = self.lines.next_logical()? {
            let Some(property) = Property::parse(&line) else { continue };
            match property.name.as_str() {
                "BEGIN" if card.is_none() => {
                    self.number += 1;
                    card = Some(Card::default());
                }
                "BEGIN" => nested += 1,
                "END" if nested > 0 => nested -= 1,
                "END" => {
                    let Some(card) = card.take() else { continue };
                    if size > limits::IMPORT_ROW_BYTES {
                        let detail = "the card is longer than 1 MB".to_string();
                        return Ok(Found::Bad(BadRow { number: self.number, code: "too_large", detail }));
                    }
                    card.write(self.number, row);
                    return Ok(Found::Row);
                }
                _ => {
                    let Some(card) = card.as_mut().filter(|_| nested == 0) else { continue };
                    size = size.saturating_add(property.value.len());
                    if size <= limits::IMPORT_ROW_BYTES {
                        card.take(&property, self.fallback);
                    }
                }
            }
        }
        // A card whose END is missing still holds what it holds.
        match card {
            Some(card) if size <= limits::IMPORT_ROW_BYTES => {
                card.write(self.number, row);
                Ok(Found::Row)
            }
            _ => Ok(Found::End),
        }
    }

    pub(super) fn notes(&self) -> Notes {
        self.notes.clone()
    }
}

/// `item1.TEL;TYPE=CELL:+40…` taken apart.
struct Property {
    name: String,
    /// Values of TYPE and bare parameters, in capitals.
    types: Vec<String>,
    charset: Option<String>,
    quoted_printable: bool,
    /// Bytes, since each property may have its own encoding.
    value: Vec<u8>,
}

impl Property {
    fn parse(line: &[u8]) -> Option<Property> {
        let mut in_quotes = false;
        let colon = line.iter().position(|byte| {
            in_quotes ^= *byte == b'"';
            *byte == b':' && !in_quotes
        })?;
        let head = String::from_utf8_lossy(line.get(..colon)?).into_owned();
        let value = line.get(colon + 1..)?.to_vec();
        let mut parts = head.split(';');
        let name = parts.next()?.trim();
        let name = name.rsplit_once('.').map_or(name, |(_, name)| name).to_ascii_uppercase();
        let mut property = Property { name, types: Vec::new(), charset: None, quoted_printable: false, value };
        for part in parts {
            let (key, values) = part.split_once('=').unwrap_or(("TYPE", part));
            match key.trim().to_ascii_uppercase().as_str() {
                "CHARSET" => property.charset = Some(values.trim_matches('"').to_string()),
                "ENCODING" => property.quoted_printable |= values.eq_ignore_ascii_case("QUOTED-PRINTABLE"),
                "TYPE" => {
                    for value in values.trim_matches('"').split(',') {
                        let value = value.trim().to_ascii_uppercase();
                        property.quoted_printable |= value == "QUOTED-PRINTABLE";
                        property.types.push(value);
                    }
                }
                "PREF" => property.types.push("PREF".to_string()),
                _ => {}
            }
        }
        Some(property)
    }

    fn is(&self, kind: &str) -> bool {
        self.types.iter().any(|t| t == kind)
    }

    /// The value as text, not yet unescaped.
    fn text(&self, fallback: &'static Encoding) -> String {
        let unquoted;
        let bytes = if self.quoted_printable {
            unquoted = from_quoted_printable(&self.value);
            &unquoted
        } else {
            &self.value
        };
        if let Some(encoding) = self.charset.as_deref().and_then(|label| Encoding::for_label(label.as_bytes())) {
            return encoding.decode_without_bom_handling(bytes).0.into_owned();
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => text.to_string(),
            Err(_) => fallback.decode_without_bom_handling(bytes).0.into_owned(),
        }
    }
}

fn from_quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let digit = |byte: Option<&u8>| byte.and_then(|b| char::from(*b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, tail)) = rest.split_first() {
        if *first == b'='
            && let (Some(high), Some(low)) = (digit(tail.first()), digit(tail.get(1)))
        {
            out.push(high << 4 | low);
            rest = tail.get(2..).unwrap_or(&[]);
            continue;
        }
        out.push(*first);
        rest = tail;
    }
    out
}

/// Splits at `mark` where it is not escaped, and resolves the escapes of each part.
fn parts(text: &str, mark: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = text.chars();
    while let Some(ch) = chars.next() {
        let Some(part) = parts.last_mut() else { break };
        match ch {
            '\\' => match chars.next() {
                Some('n' | 'N') => part.push('\n'),
                Some(other) => part.push(other),
                None => {}
            },
            ch if ch == mark => parts.push(String::new()),
            ch => part.push(ch),
        }
    }
    for part in &mut parts {
        let trimmed = part.trim();
        if trimmed.len() != part.len() {
            *part = trimmed.to_string();
        }
    }
    parts
}

fn whole(text: &str) -> String {
    // NUL never occurs in text, so nothing is split.
    parts(text, '\0').concat()
}

/// A card as it fills.
#[derive(Default)]
struct Card {
    cells: Vec<(&'static str, String)>,
    emails: Vec<String>,
    addresses: Vec<(bool, Vec<String>)>,
}

impl Card {
    fn take(&mut self, property: &Property, fallback: &'static Encoding) {
        let text = property.text(fallback);
        match property.name.as_str() {
            "N" => {
                let names = parts(&text, ';');
                let columns = ["last_name", "first_name", "middle_name", "prefix", "suffix"];
                for (column, name) in columns.into_iter().zip(names) {
                    self.once(column, name);
                }
            }
            "FN" => self.once("full_name", whole(&text)),
            "NICKNAME" => self.add("nickname", whole(&text)),
            "EMAIL" => {
                let email = whole(&text);
                if property.is("PREF") { self.emails.insert(0, email) } else { self.emails.push(email) }
            }
            "TEL" => {
                let number = whole(&text);
                let number = number.strip_prefix("tel:").unwrap_or(&number).to_string();
                let fax = property.types.iter().any(|t| t.contains("FAX"));
                let column = match () {
                    _ if fax => "phone_fax",
                    _ if property.is("CELL") || property.is("IPHONE") => "phone_mobile",
                    _ if property.is("HOME") => "phone_home",
                    _ if property.is("PAGER") || property.is("CAR") || property.is("ISDN") => "phone_other",
                    _ => "phone",
                };
                self.add(column, number);
            }
            "ADR" => {
                let first = property.is("PREF") || property.is("WORK");
                self.addresses.push((first, parts(&text, ';')));
            }
            "ORG" => {
                let mut units = parts(&text, ';').into_iter().filter(|unit| !unit.is_empty());
                if let Some(organization) = units.next() {
                    self.once("organization", organization);
                }
                let department: Vec<String> = units.collect();
                self.once("department", department.join(", "));
            }
            "X-DEPARTMENT" => self.once("department", whole(&text)),
            "TITLE" => self.once("title", whole(&text)),
            "ROLE" => self.once("role", whole(&text)),
            "URL" => self.add("url", whole(&text)),
            "BDAY" => self.once("birthday", whole(&text)),
            "ANNIVERSARY" | "X-ANNIVERSARY" => self.once("anniversary", whole(&text)),
            "GENDER" | "X-GENDER" => self.once("gender", parts(&text, ';').into_iter().next().unwrap_or_default()),
            "CATEGORIES" => self.add("categories", parts(&text, ',').join(JOINT)),
            "NOTE" => self.add("note", whole(&text)),
            "LANG" => self.once("language", whole(&text)),
            "UID" => self.once("uid", whole(&text)),
            "REV" => self.once("updated", whole(&text)),
            _ => {}
        }
    }

    /// The first value of a column counts.
    fn once(&mut self, column: &'static str, text: String) {
        if !text.is_empty() && self.cells.iter().all(|(name, _)| *name != column) {
            self.cells.push((column, text));
        }
    }

    /// Further values of a column are joined to the first.
    fn add(&mut self, column: &'static str, text: String) {
        if text.is_empty() {
            return;
        }
        match self.cells.iter_mut().find(|(name, _)| *name == column) {
            Some((_, cell)) => {
                cell.push_str(JOINT);
                cell.push_str(&text);
            }
            None => self.cells.push((column, text)),
        }
    }

    fn write(mut self, number: u64, row: &mut Row) {
        let emails: Vec<String> =
            std::mem::take(&mut self.emails).into_iter().filter(|email| !email.is_empty()).collect();
        let mut emails = emails.into_iter();
        for column in ["email", "email_2"] {
            self.once(column, emails.next().unwrap_or_default());
        }
        self.once("email_3", emails.collect::<Vec<_>>().join(JOINT));

        self.addresses.sort_by_key(|(first, _)| !first);
        let sets = [
            ["po_box", "", "street", "city", "region", "postal_code", "country"],
            ["other_po_box", "", "other_street", "other_city", "other_region", "other_postal_code", "other_country"],
        ];
        for (columns, (_, address)) in sets.into_iter().zip(std::mem::take(&mut self.addresses)) {
            let extended = address.get(1).cloned().unwrap_or_default();
            for (index, (column, part)) in columns.into_iter().zip(address).enumerate() {
                match index {
                    1 => {}
                    2 if !extended.is_empty() => self.once(column, format!("{part}\n{extended}").trim().to_string()),
                    _ => self.once(column, part),
                }
            }
        }

        row.clear();
        row.number = number;
        for column in COLUMNS {
            let cell = self.cells.iter().find(|(name, _)| *name == column);
            row.push(cell.map_or("", |(_, text)| text.as_str()));
        }
    }
}

/// Properties whose value is a picture or a key; their lines are never kept.
const HEAVY: [&[u8]; 5] = [b"PHOTO", b"LOGO", b"SOUND", b"KEY", b"X-ABPHOTO"];

/// Logical lines: folded lines put together, soft breaks of quoted-printable resolved, heavy properties dropped.
struct Lines {
    input: Bytes,
    buffer: Vec<u8>,
    from: usize,
    to: usize,
    next: Option<Vec<u8>>,
    /// The line before ended in CR; a LF that follows belongs to it.
    after_return: bool,
}

impl Lines {
    fn new(input: Bytes) -> Lines {
        Lines { input, buffer: vec![0; BUFFER], from: 0, to: 0, next: None, after_return: false }
    }

    fn next_logical(&mut self) -> Result<Option<Vec<u8>>> {
        let mut line = match self.next.take() {
            Some(line) => line,
            None => match self.physical()? {
                Some(line) => line,
                None => return Ok(None),
            },
        };
        let heavy = is_heavy(&line);
        let soft_breaks = is_quoted_printable(&line);
        if heavy {
            line.clear();
        }
        while let Some(mut more) = self.physical()? {
            if soft_breaks && line.last() == Some(&b'=') {
                line.pop();
                append(&mut line, more.trim_ascii_start());
                continue;
            }
            // Some producers do not indent base64; such a line has no colon and is no property.
            if heavy && !more.is_empty() && !more.contains(&b':') {
                continue;
            }
            if matches!(more.first(), Some(b' ' | b'\t')) {
                if !heavy {
                    more.remove(0);
                    append(&mut line, &more);
                }
                continue;
            }
            self.next = Some(more);
            break;
        }
        Ok(Some(line))
    }

    /// One line of the file without its end; what is behind 1 MB of it is dropped.
    fn physical(&mut self) -> Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let mut any = false;
        loop {
            if self.from >= self.to {
                match self.input.read(&mut self.buffer) {
                    Ok(0) => break,
                    Ok(n) => {
                        self.from = 0;
                        self.to = n;
                    }
                    Err(cause) if cause.kind() == std::io::ErrorKind::Interrupted => continue,
                    Err(cause) => return Err(disk_error(cause)),
                }
            }
            if std::mem::take(&mut self.after_return) && self.buffer.get(self.from) == Some(&b'\n') {
                self.from += 1;
                continue;
            }
            any = true;
            let window = self.buffer.get(self.from..self.to).unwrap_or(&[]);
            let end = window.iter().position(|b| *b == b'\n' || *b == b'\r');
            append(&mut line, window.get(..end.unwrap_or(window.len())).unwrap_or(&[]));
            let stop = end.and_then(|end| window.get(end)).copied();
            self.from += end.map_or(window.len(), |end| end + 1);
            self.after_return = stop == Some(b'\r');
            if stop.is_some() {
                break;
            }
        }
        Ok(any.then_some(line))
    }
}

fn append(line: &mut Vec<u8>, more: &[u8]) {
    // One byte more than allowed is kept, so that the card is seen to be too large.
    let room = (limits::IMPORT_ROW_BYTES + 1).saturating_sub(line.len());
    line.extend_from_slice(more.get(..room.min(more.len())).unwrap_or(&[]));
}

fn is_heavy(line: &[u8]) -> bool {
    let name = line.split(|b| *b == b':' || *b == b';').next().unwrap_or(&[]);
    let name = name.rsplit(|b| *b == b'.').next().unwrap_or(&[]);
    HEAVY.iter().any(|heavy| name.eq_ignore_ascii_case(heavy))
}

fn is_quoted_printable(line: &[u8]) -> bool {
    let head = line.split(|b| *b == b':').next().unwrap_or(&[]);
    head.windows(16).any(|window| window.eq_ignore_ascii_case(b"QUOTED-PRINTABLE"))
}
