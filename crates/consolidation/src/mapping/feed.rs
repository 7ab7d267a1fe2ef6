//! Where the text for a target comes from: a column, several columns put together, or the same text for every row; and the
//! small corrections on the way (other words, other case, another unit). The result is a cell, read like any other.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Column, Options};
use crate::formats::Row;

/// One target and how its cell is made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Feed {
    /// The target as a word, `address.city`.
    pub target: String,
    #[serde(flatten)]
    pub from: From,
    /// The text becomes another; one that is not listed stays as it is.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<Case>,
    /// A number is multiplied, exactly: revenue in millions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    #[serde(default)]
    pub options: Options,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum From {
    /// The column at this index.
    Column(usize),
    /// Text with columns in braces, `{OrderNumber}-{Line}`, already resolved to indexes.
    Template(Template),
    Constant(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Case {
    /// The first letter of each word large, the others small.
    Title,
    Lower,
    Upper,
}

/// A text with holes. A part in square brackets is left out when one of its columns is empty; the whole is empty when a column
/// outside of brackets is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Piece {
    Text(String),
    Column(usize),
    Optional(Vec<Piece>),
}

impl Template {
    /// Resolves the columns of a template by name; names the first that is not there.
    pub fn parse(text: &str, columns: &[String]) -> Result<Template, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find('[') {
            let (before, behind) = rest.split_at(at);
            pieces.extend(plain_pieces(before, columns)?);
            let (inside, after) =
                behind.get(1..).unwrap_or("").split_once(']').ok_or("a square bracket is not closed")?;
            pieces.push(Piece::Optional(plain_pieces(inside, columns)?));
            rest = after;
        }
        pieces.extend(plain_pieces(rest, columns)?);
        Ok(Template(pieces))
    }

    fn fill(&self, row: &Row) -> String {
        let mut out = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Optional(inside) => {
                    let len = out.len();
                    if !fill(inside, row, &mut out) {
                        out.truncate(len);
                    }
                }
                piece => {
                    if !fill(std::slice::from_ref(piece), row, &mut out) {
                        return String::new();
                    }
                }
            }
        }
        out
    }

    /// The first column it names, for messages.
    fn first_column(&self) -> Option<usize> {
        self.0.iter().find_map(|piece| match piece {
            Piece::Column(index) => Some(*index),
            Piece::Text(_) | Piece::Optional(_) => None,
        })
    }
}

fn plain_pieces(text: &str, columns: &[String]) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        let (name, after) = behind.split_once('}').ok_or("a brace is not closed")?;
        if !before.is_empty() {
            pieces.push(Piece::Text(before.to_string()));
        }
        let index = columns
            .iter()
            .position(|column| column == name)
            .ok_or_else(|| format!("the file has no column \"{name}\""))?;
        pieces.push(Piece::Column(index));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_string()));
    }
    Ok(pieces)
}

/// `false` when a column is empty.
fn fill(pieces: &[Piece], row: &Row, out: &mut String) -> bool {
    for piece in pieces {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Column(index) => {
                let cell = row.cell(*index).trim();
                if cell.is_empty() {
                    return false;
                }
                out.push_str(cell);
            }
            Piece::Optional(_) => {}
        }
    }
    true
}

impl Feed {
    /// A column as a person mapped it; `None` when it is not imported.
    pub fn of(column: &Column) -> Option<Feed> {
        Some(Feed {
            target: column.field.clone()?,
            from: From::Column(column.index),
            values: BTreeMap::new(),
            case: None,
            times: None,
            options: column.options.clone(),
        })
    }

    /// The column that messages name.
    pub fn column(&self) -> Option<usize> {
        match &self.from {
            From::Column(index) => Some(*index),
            From::Template(template) => template.first_column(),
            From::Constant(_) => None,
        }
    }

    /// The cell that this row gives.
    pub fn cell<'a>(&'a self, row: &'a Row) -> Cow<'a, str> {
        let mut cell: Cow<'a, str> = match &self.from {
            From::Column(index) => Cow::Borrowed(row.cell(*index)),
            From::Template(template) => Cow::Owned(template.fill(row)),
            From::Constant(text) => Cow::Borrowed(text),
        };
        if !self.values.is_empty()
            && let Some(other) = self.values.get(cell.trim())
        {
            cell = Cow::Borrowed(other);
        }
        match self.case {
            None => {}
            Some(Case::Lower) => cell = Cow::Owned(cell.to_lowercase()),
            Some(Case::Upper) => cell = Cow::Owned(cell.to_uppercase()),
            Some(Case::Title) => cell = Cow::Owned(title_case(&cell)),
        }
        match self.times.and_then(|factor| multiplied(&cell, factor)) {
            Some(product) => Cow::Owned(product),
            None => cell,
        }
    }
}

/// A word starts behind a space, a hyphen, an apostrophe or a dot.
fn title_case(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut start = true;
    for ch in text.chars() {
        if start {
            out.extend(ch.to_uppercase());
        } else {
            out.extend(ch.to_lowercase());
        }
        start = ch.is_whitespace() || matches!(ch, '-' | '\'' | '’' | '.');
    }
    out
}

/// A plain decimal number times a whole one, digit by digit; `None` where the text is no plain number or it grows too large.
fn multiplied(text: &str, factor: u64) -> Option<String> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if digits.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: u128 = format!("{whole}{fraction}").parse().ok()?;
    let product = number.checked_mul(u128::from(factor))?.to_string();
    if fraction.is_empty() {
        return Some(format!("{sign}{product}"));
    }
    let product = format!("{product:0>width$}", width = fraction.len() + 1);
    let (whole, fraction) = product.split_at(product.len() - fraction.len());
    let fraction = fraction.trim_end_matches('0');
    Some(if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed(from: From) -> Feed {
        Feed { target: "x".into(), from, values: BTreeMap::new(), case: None, times: None, options: Options::default() }
    }

    #[test]
    fn templates_leave_out_what_is_empty() {
        let columns = ["account".to_string(), "product".to_string()];
        let template = Template::parse("[{account}, ]{product}", &columns).unwrap();
        let feed = feed(From::Template(template));
        assert_eq!(feed.cell(&Row::of(1, &["Acme", "GTX"])), "Acme, GTX");
        assert_eq!(feed.cell(&Row::of(1, &["", "GTX"])), "GTX");
        assert_eq!(feed.cell(&Row::of(1, &["Acme", ""])), "");
        assert!(Template::parse("{sku}", &columns).unwrap_err().contains("sku"));
        assert!(Template::parse("[{product}", &columns).is_err());
    }

    #[test]
    fn words_case_and_units_are_corrected_in_this_order() {
        let row = Row::of(1, &["O'NEIL-SMITH JR."]);
        assert_eq!(Feed { case: Some(Case::Title), ..feed(From::Column(0)) }.cell(&row), "O'Neil-Smith Jr.");
        let values = BTreeMap::from([("0".to_string(), String::new())]);
        assert_eq!(Feed { values, ..feed(From::Column(0)) }.cell(&Row::of(1, &["0"])), "");
        let millions = Feed { times: Some(1_000_000), ..feed(From::Column(0)) };
        for (text, product) in [("1100.04", "1100040000"), ("-0.0000005", "-0.5"), ("0", "0"), ("n/a", "n/a"), ("", "")]
        {
            assert_eq!(millions.cell(&Row::of(1, &[text])), product);
        }
    }
}
