//! The text of a cell becomes the value of a field, or an error that says what is wrong and what would be right.
//!
//! A [`CellReader`] is made once for a column and used for every row of it; it holds what can be prepared (the options of a
//! choice, folded). Links are not read here: the text of a linked record's key is looked up for a whole batch by the import.

pub mod contact;
pub mod countries;
pub mod dates;
pub mod looks;
pub mod numbers;

use std::collections::HashMap;

use jiff::civil::Date;
use kernel::{Address, Currency, FieldDef, FieldType, Id, Value, fold, limits};

use crate::formats::{DateStyle, DecimalStyle, Format, Kind};

/// Between several values in one cell; Google writes it so, and so do we.
pub const JOINT: &str = " ::: ";

/// How a file writes what can be written in several ways.
#[derive(Debug, Clone, PartialEq)]
pub struct Style {
    pub date: DateStyle,
    pub decimal: DecimalStyle,
    /// ISO 3166-1 alpha-2; national phone numbers are read as of this country unless the row names its own.
    pub country: Option<String>,
    /// Of amounts that come without one.
    pub currency: Option<Currency>,
    /// Decides the century of years of two digits.
    pub today: Date,
    /// Texts that could compute were quoted when the file was written (CSV); elsewhere a text is what it is.
    pub quoted: bool,
}

impl Style {
    /// As a file was found to write; country, currency and day are the caller's to say.
    pub fn of(format: &Format) -> Style {
        Style {
            date: format.date_style,
            decimal: format.decimal_style,
            quoted: format.kind == Kind::Csv,
            ..Style::default()
        }
    }

    /// The cell as it was before it was quoted.
    pub fn restore<'a>(&self, cell: &'a str) -> &'a str {
        if self.quoted { restored(cell) } else { cell }
    }
}

impl Default for Style {
    fn default() -> Style {
        Style {
            date: DateStyle::Dmy,
            decimal: DecimalStyle::Point,
            country: None,
            currency: None,
            today: Date::constant(2026, 1, 1),
            quoted: true,
        }
    }
}

/// Why a cell cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellError {
    /// Stable: `wrong_number`, `unknown_option`, …
    pub code: &'static str,
    /// Names the text and the remedy.
    pub detail: String,
}

impl CellError {
    pub fn new(code: &'static str, detail: impl Into<String>) -> CellError {
        CellError { code, detail: detail.into() }
    }
}

pub type CellResult<T> = Result<T, CellError>;

/// Reads the cells of one column for one field.
#[derive(Debug, Clone)]
pub struct CellReader {
    field: FieldDef,
    style: Style,
    /// Folded values and labels in every language → value.
    options: HashMap<String, String>,
    /// Birthdays lie in the past, whatever their two digits say.
    in_the_past: bool,
}

impl CellReader {
    pub fn new(field: &FieldDef, style: &Style) -> CellReader {
        let mut options = HashMap::new();
        for option in field.kind.options().unwrap_or(&[]) {
            for label in option.label.0.values() {
                options.entry(option_key(label)).or_insert_with(|| option.value.clone());
            }
        }
        // A value stands above another option's label.
        for option in field.kind.options().unwrap_or(&[]) {
            options.insert(option_key(&option.value), option.value.clone());
        }
        let in_the_past = ["birth", "founded", "since"].iter().any(|word| field.name.contains(word));
        CellReader { field: field.clone(), style: style.clone(), options, in_the_past }
    }

    pub fn field(&self) -> &FieldDef {
        &self.field
    }

    /// Reads a cell. `country` is the row's own (ISO alpha-2), for phone numbers. Empty cells are [`Value::Null`].
    pub fn read(&self, cell: &str, country: Option<&str>) -> CellResult<Value> {
        let text = self.style.restore(cell);
        let text = text.trim();
        if text.is_empty() || is_nothing(text) {
            return Ok(Value::Null);
        }
        // Two letters that mean a place or a name in a text, and nothing in a list of options.
        if text == "NA" && self.field.kind.options().is_some() {
            return Ok(Value::Null);
        }
        if is_spreadsheet_error(text) {
            return Err(CellError::new(
                "cell_error",
                format!("the cell holds the spreadsheet's error {text}; correct the formula and export again"),
            ));
        }
        match self.field.kind.stored() {
            FieldType::Text { max } => self.text(text, *max),
            FieldType::LongText => self.long_text(text),
            FieldType::Integer => numbers::integer(text, self.style.decimal).map(Value::Int),
            FieldType::Number => numbers::number(text, self.style.decimal).map(Value::Number),
            FieldType::Money => numbers::money(text, self.style.decimal, self.style.currency).map(Value::Money),
            FieldType::Date => match dates::date(text, &self.style, self.in_the_past)? {
                Some(date) => Ok(Value::Date(date)),
                None => Ok(Value::Null),
            },
            FieldType::Time => match dates::time(text, &self.style)? {
                Some(time) => Ok(Value::Time(time)),
                None => Ok(Value::Null),
            },
            FieldType::Boolean => boolean(text).map(Value::Bool),
            FieldType::Choice { .. } => self.option(text).map(|value| Value::Text(value.to_string())),
            FieldType::MultiChoice { .. } => self.choices(text),
            FieldType::Email => contact::email(text).map(Value::Text),
            FieldType::Phone => {
                let country = country.or(self.style.country.as_deref());
                contact::phone(text, country).map(Value::Text)
            }
            FieldType::Url => contact::url(text).map(Value::Text),
            FieldType::Address => Ok(address(text)),
            FieldType::Link { .. } | FieldType::File => match Id::parse(text) {
                Some(id) => Ok(Value::Link(id)),
                None => Err(CellError::new("unknown_link", format!("\"{}\" is not the id of a record", short(text)))),
            },
            FieldType::Links { .. } => links(text),
            FieldType::Json => match serde_json::from_str(text) {
                Ok(json) => Ok(Value::Json(json)),
                Err(_) => Err(CellError::new("broken_json", "it is not valid JSON")),
            },
            // Computed fields are not offered as targets.
            FieldType::Formula { .. } | FieldType::RollUp(_) => {
                Err(CellError::new("computed", "this field is computed"))
            }
        }
    }

    fn text(&self, text: &str, max: usize) -> CellResult<Value> {
        if text.contains('\0') {
            return self.text(text.replace('\0', "").trim(), max);
        }
        let max = if max == 0 { limits::TEXT_CHARS } else { max };
        // Bytes bound characters from above, so counting is rarely needed.
        if text.len() > max && text.chars().count() > max {
            return Err(CellError::new(
                "too_long",
                format!("the text is longer than {max} characters; shorten it or use a long text field"),
            ));
        }
        if text.contains(['\n', '\r', '\t']) {
            let words: Vec<&str> = text.split_whitespace().collect();
            return Ok(Value::Text(words.join(" ")));
        }
        Ok(Value::Text(text.to_string()))
    }

    fn long_text(&self, text: &str) -> CellResult<Value> {
        if text.len() > limits::LONG_TEXT_BYTES {
            return Err(CellError::new("too_long", "the text is longer than 64 kB; shorten it"));
        }
        let text = &text.replace('\0', "");
        Ok(Value::Text(if text.contains('\r') {
            text.replace("\r\n", "\n").replace('\r', "\n")
        } else {
            text.to_string()
        }))
    }

    fn option(&self, text: &str) -> CellResult<&str> {
        let key = option_key(text);
        let found = self.options.get(&key).map(String::as_str).or_else(|| self.nearly(&key));
        found.ok_or_else(|| {
            let known: Vec<&str> =
                self.field.kind.options().unwrap_or(&[]).iter().take(8).map(|o| o.label.get("en")).collect();
            CellError::new("unknown_option", format!("\"{}\" is not one of: {}", short(text), known.join(", ")))
        })
    }

    /// `M` for married and `Bachelors` for bachelor, when only one option can be meant.
    fn nearly(&self, key: &str) -> Option<&str> {
        let single = key.chars().count() == 1;
        let mut found: Option<&str> = None;
        for (name, value) in &self.options {
            let meant = if single {
                name.starts_with(key) && name == &option_key(value)
            } else {
                is_stem(name, key) || is_stem(key, name)
            };
            if !meant {
                continue;
            }
            if found.is_some_and(|other| other != value) {
                return None;
            }
            found = Some(value);
        }
        found
    }

    fn choices(&self, text: &str) -> CellResult<Value> {
        // A label may hold a comma itself.
        if let Some(value) = self.options.get(&option_key(text)) {
            return Ok(Value::Choices(vec![value.clone()]));
        }
        let mut chosen: Vec<&str> = Vec::new();
        for part in several(text) {
            let value = self.option(part)?;
            if !chosen.contains(&value) {
                chosen.push(value);
            }
        }
        let order =
            |value: &&str| self.field.kind.options().unwrap_or(&[]).iter().position(|option| option.value == **value);
        chosen.sort_by_key(order);
        Ok(Value::Choices(chosen.into_iter().map(str::to_string).collect()))
    }
}

/// The values of a cell that holds several: joined by ` ::: `, else by semicolons, line breaks or bars, else by commas.
pub fn several(text: &str) -> impl Iterator<Item = &str> {
    let text = text.trim();
    let (joint, marks): (bool, &[char]) = match () {
        _ if text.contains(JOINT.trim()) => (true, &[]),
        _ if text.contains([';', '\n', '|']) => (false, &[';', '\n', '|']),
        _ => (false, &[',']),
    };
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let now = rest?;
        let at = if joint { now.find(JOINT.trim()).map(|at| (at, 3)) } else { now.find(marks).map(|at| (at, 1)) };
        match at {
            Some((at, len)) => {
                rest = now.get(at + len..);
                now.get(..at)
            }
            None => {
                rest = None;
                Some(now)
            }
        }
    })
    .map(str::trim)
    .filter(|part| !part.is_empty())
}

/// A cell as it was before an export made it harmless: `'=1+1` is `=1+1`, and `="007"` of other products is `007`.
pub fn restored(cell: &str) -> &str {
    if let Some(inner) = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        return inner;
    }
    match cell.strip_prefix('\'') {
        Some(rest) if crate::export::could_compute(rest) => rest,
        _ => cell,
    }
}

/// What products write where they know nothing.
fn is_nothing(text: &str) -> bool {
    matches!(text, "-" | "--" | "—" | "NULL" | "null" | "(null)" | "N/A" | "n/a" | "#N/A" | "\\N" | "<null>" | "\\x")
}

fn is_spreadsheet_error(text: &str) -> bool {
    matches!(text, "#REF!" | "#DIV/0!" | "#VALUE!" | "#NAME?" | "#NUM!" | "#NULL!" | "#ERROR!" | "########")
}

/// `start` begins `whole` and leaves no more than an ending.
fn is_stem(start: &str, whole: &str) -> bool {
    start.chars().count() >= 4
        && whole.strip_prefix(start).is_some_and(|ending| ending.chars().count() <= 2 || ending.starts_with(' '))
}

fn option_key(text: &str) -> String {
    let folded = fold::fold(text.trim());
    if folded.contains(['_', '-']) { folded.replace(['_', '-'], " ") } else { folded }
}

/// Yes and no in the four languages and in the products' habits.
pub fn boolean(text: &str) -> CellResult<bool> {
    let folded = fold::fold(text.trim());
    match folded.as_str() {
        "y" | "yes" | "true" | "t" | "1" | "on" | "x" | "✓" | "✔" | "да" | "д" | "истина" | "вкл" | "是" | "真"
        | "对" | "有" | "da" | "adevarat" | "1.0" | "wahr" | "ja" | "oui" | "si" => Ok(true),
        "n" | "no" | "false" | "f" | "0" | "off" | "нет" | "н" | "ложь" | "выкл" | "否" | "假" | "不" | "无" | "nu"
        | "fals" | "0.0" | "falsch" | "nein" | "non" => Ok(false),
        _ => {
            Err(CellError::new("wrong_boolean", format!("\"{}\" is neither yes nor no; write yes or no", short(text))))
        }
    }
}

/// An address in one cell: lines are kept as the street, for no rule cuts them right in every country.
fn address(text: &str) -> Value {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    Value::Address(Box::new(Address { street: lines.join("\n"), ..Address::default() }))
}

fn links(text: &str) -> CellResult<Value> {
    let mut ids = Vec::new();
    for part in several(text) {
        let id = Id::parse(part)
            .ok_or_else(|| CellError::new("unknown_link", format!("\"{}\" is not the id of a record", short(part))))?;
        ids.push(id);
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(Value::Links(ids))
}

/// A text as it can stand in a message.
pub(crate) fn short(text: &str) -> String {
    let mut out: String = text.chars().take(60).map(|ch| if ch.is_control() { ' ' } else { ch }).collect();
    if text.chars().nth(60).is_some() {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests;
