//! What a text looks like, for guessing; nothing is decided here about a value.

use crate::formats::{DateStyle, DecimalStyle};

/// Digits with separators, signs, a currency or percent.
pub fn number(text: &str) -> bool {
    let text = text.trim();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let others = text.chars().filter(|ch| !ch.is_ascii_digit()).count();
    digits > 0
        && others <= digits + 4
        && text.chars().all(|ch| ch.is_ascii_digit() || ch.is_whitespace() || "+-−.,'’()%$€£¥₽".contains(ch))
}

pub fn email(text: &str) -> bool {
    super::contact::is_email(text.trim())
}

/// Three groups of digits with the same mark between, or a year, month and day.
pub fn date(text: &str) -> bool {
    numbers_of(text.trim()).is_some()
}

pub fn url(text: &str) -> bool {
    let text = text.trim().to_ascii_lowercase();
    text.starts_with("http://") || text.starts_with("https://") || text.starts_with("www.")
}

/// At least six digits and nothing but what stands in phone numbers, and not a plain number or a date.
pub fn phone(text: &str) -> bool {
    let text = text.trim();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let marked = text.starts_with('+') || text.starts_with("00") || text.contains(['(', '-', ' ', '.', '/']);
    (6..=18).contains(&digits)
        && marked
        && !date(text)
        && text.chars().all(|ch| ch.is_ascii_digit() || "+-().,/ x\u{a0}".contains(ch))
        && !(text.contains(',') || text.matches('.').count() == 1)
}

/// The groups of a date and the mark between them.
fn numbers_of(text: &str) -> Option<([u32; 3], [usize; 3], char)> {
    let day = text.split([' ', 'T', ',']).next()?;
    let mark = day.chars().find(|ch| matches!(ch, '/' | '-' | '.'))?;
    let mut parts = day.split(mark);
    let groups = [parts.next()?, parts.next()?, parts.next()?];
    if parts.next().is_some() {
        return None;
    }
    let mut numbers = [0; 3];
    let mut lens = [0; 3];
    for ((group, number), len) in groups.iter().zip(&mut numbers).zip(&mut lens) {
        if group.is_empty() || group.len() > 4 || !group.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        *number = group.parse().ok()?;
        *len = group.len();
    }
    let [a, b, c] = lens;
    let shaped = (a == 4 && b <= 2 && c <= 2) || (a <= 2 && b <= 2 && (c == 4 || c == 2));
    shaped.then_some((numbers, lens, mark))
}

/// Which order the dates of a file prove.
#[derive(Debug, Default)]
pub struct DateVotes {
    day_first: usize,
    month_first: usize,
    year_first: usize,
    points: usize,
    slashes: usize,
}

impl DateVotes {
    pub fn see(&mut self, text: &str) {
        let Some(([first, second, _], [len, _, _], mark)) = numbers_of(text) else { return };
        if len == 4 {
            self.year_first += 1;
            return;
        }
        self.points += usize::from(mark == '.');
        self.slashes += usize::from(mark == '/');
        if first > 12 && first <= 31 && second <= 12 {
            self.day_first += 1;
        } else if second > 12 && second <= 31 && first <= 12 {
            self.month_first += 1;
        }
    }

    /// Without proof: slashes are American in most exports, all else puts the day first.
    pub fn style(&self) -> DateStyle {
        if self.day_first == 0 && self.month_first == 0 {
            return match () {
                _ if self.points == 0 && self.slashes == 0 && self.year_first > 0 => DateStyle::Ymd,
                _ if self.slashes > self.points => DateStyle::Mdy,
                _ => DateStyle::Dmy,
            };
        }
        if self.month_first > self.day_first { DateStyle::Mdy } else { DateStyle::Dmy }
    }
}

/// Which decimal mark the numbers of a file prove.
#[derive(Debug, Default)]
pub struct DecimalVotes {
    point: usize,
    comma: usize,
}

impl DecimalVotes {
    pub fn see(&mut self, text: &str) {
        let text = text.trim();
        if !number(text) || date(text) {
            return;
        }
        match (text.rfind('.'), text.rfind(',')) {
            (Some(point), Some(comma)) if point > comma => self.point += 2,
            (Some(_), Some(_)) => self.comma += 2,
            (Some(point), None) if proves(text, point, '.') => self.point += 1,
            (None, Some(comma)) if proves(text, comma, ',') => self.comma += 1,
            // A comma with three digits behind it groups thousands in files whose cells are not cut by commas either way.
            (None, Some(_)) => self.point += usize::from(text.matches(',').count() > 1 && is_grouped(text, ',')),
            (Some(_), None) => self.comma += usize::from(text.matches('.').count() > 1 && is_grouped(text, '.')),
            (None, None) => {}
        }
    }

    /// Without proof a file cut by semicolons comes from a country that writes the comma.
    pub fn style(&self, delimiter: Option<char>) -> DecimalStyle {
        match () {
            _ if self.comma > self.point => DecimalStyle::Comma,
            _ if self.comma == 0 && self.point == 0 && delimiter == Some(';') => DecimalStyle::Comma,
            _ => DecimalStyle::Point,
        }
    }
}

/// Every group behind the first has three digits: a number, and not 85.57.00.07.
fn is_grouped(text: &str, mark: char) -> bool {
    text.split(mark).skip(1).all(|group| group.chars().filter(char::is_ascii_digit).count() == 3)
}

/// One mark, and not three digits behind it.
fn proves(text: &str, at: usize, mark: char) -> bool {
    let behind = text.get(at + 1..).unwrap_or("").chars().take_while(char::is_ascii_digit).count();
    text.matches(mark).count() == 1 && behind != 3 && behind > 0
}
