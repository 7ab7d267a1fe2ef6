//! Rows to be matched: column by column, each distinct value kept once.

use super::similar::fnv;

/// What a column means to matching.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Given,
    Family,
    /// The name of a firm, or a person's name in one piece.
    Name,
    /// Digits of a date, year first: `19800229`.
    Date,
    Email,
    Phone,
    /// A number given by an authority: tax number, registration, insurance.
    Number,
    Street,
    House,
    City,
    Postcode,
    Region,
    /// The site's host without `www`.
    Domain,
    /// Words that describe: a title, authors.
    Text,
}

/// One column. A row may hold several values of it, as a person has two phones.
#[derive(Debug)]
pub struct Column {
    pub role: Role,
    /// Values a row.
    width: usize,
    /// `width` a row; 0 is nothing.
    ids: Vec<u32>,
    values: Values,
}

impl Column {
    pub fn new(role: Role, width: usize) -> Self {
        Self { role, width: width.max(1), ids: Vec::new(), values: Values::default() }
    }

    /// Appends a row's values. They are compared as they stand: bring them into their normal form before.
    pub fn push<'a>(&mut self, row: impl IntoIterator<Item = &'a str>) {
        let start = self.ids.len();
        for text in row {
            if self.ids.len() - start == self.width {
                break;
            }
            let text = text.trim();
            if text.is_empty() {
                continue;
            }
            let id = self.values.put(text);
            if self.ids.get(start..).is_some_and(|row| row.contains(&id)) {
                continue;
            }
            self.values.count(id);
            self.ids.push(id);
        }
        self.ids.resize(start + self.width, 0);
    }

    /// The row's values; 0 is nothing.
    pub fn row(&self, row: u32) -> &[u32] {
        let start = row as usize * self.width;
        self.ids.get(start..start + self.width).unwrap_or(&[])
    }

    /// The row's first value, 0 when it has none.
    pub fn first(&self, row: u32) -> u32 {
        self.row(row).first().copied().unwrap_or(0)
    }

    pub fn text(&self, id: u32) -> &str {
        self.values.text(id)
    }

    pub fn values(&self) -> &Values {
        &self.values
    }

    /// The share of rows with this value among those that have any.
    pub fn share(&self, id: u32) -> f64 {
        f64::from(self.values.counted(id)) / self.values.total.max(1) as f64
    }

    /// How likely two rows that both have a value have the same, by chance.
    pub fn chance_of_agreement(&self) -> f64 {
        let total = self.values.total as f64;
        if total < 2.0 {
            return 0.0;
        }
        let same: f64 = self.values.counts.iter().map(|&count| f64::from(count) * (f64::from(count) - 1.0)).sum();
        (same / (total * (total - 1.0))).max(0.0)
    }
}

/// A set of texts, numbered from 1 in the order they came, with how often each did.
#[derive(Debug, Default)]
pub struct Values {
    text: String,
    ends: Vec<usize>,
    hashes: Vec<u64>,
    counts: Vec<u32>,
    total: u64,
    /// A text's number, and above it half of its hash: most that lie in a text's way are told apart without being read.
    slots: Vec<u64>,
}

impl Values {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub fn text(&self, id: u32) -> &str {
        let Some(at) = (id as usize).checked_sub(1) else { return "" };
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(at).and_then(|&end| self.text.get(start..end)).unwrap_or("")
    }

    /// A hash that is the same on every machine and in every release: 0 for nothing.
    pub fn hash(&self, id: u32) -> u64 {
        (id as usize).checked_sub(1).and_then(|at| self.hashes.get(at)).copied().unwrap_or(0)
    }

    pub fn counted(&self, id: u32) -> u32 {
        (id as usize).checked_sub(1).and_then(|at| self.counts.get(at)).copied().unwrap_or(0)
    }

    /// The number of a text, when it has one.
    pub fn find(&self, text: &str) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        self.slot(text, fnv(text.as_bytes())).1
    }

    fn count(&mut self, id: u32) {
        if let Some(count) = (id as usize).checked_sub(1).and_then(|at| self.counts.get_mut(at)) {
            *count += 1;
            self.total += 1;
        }
    }

    fn put(&mut self, text: &str) -> u32 {
        if (self.ends.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let hash = fnv(text.as_bytes());
        match self.slot(text, hash) {
            (_, Some(id)) => id,
            (slot, None) => {
                self.text.push_str(text);
                self.ends.push(self.text.len());
                self.hashes.push(hash);
                self.counts.push(0);
                let id = self.ends.len() as u32;
                if let Some(place) = self.slots.get_mut(slot) {
                    *place = taken(id, hash);
                }
                id
            }
        }
    }

    /// Where a text lies or would lie in the slots.
    fn slot(&self, text: &str, hash: u64) -> (usize, Option<u32>) {
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            match self.slots.get(slot).copied().unwrap_or(0) {
                0 => return (slot, None),
                found if taken(found as u32, hash) == found && self.text(found as u32) == text => {
                    return (slot, Some(found as u32));
                }
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(1024);
        self.slots = vec![0; size];
        let mask = size - 1;
        for (at, hash) in self.hashes.iter().enumerate() {
            let mut slot = *hash as usize & mask;
            while self.slots.get(slot).is_some_and(|&taken| taken != 0) {
                slot = (slot + 1) & mask;
            }
            if let Some(place) = self.slots.get_mut(slot) {
                *place = taken(at as u32 + 1, *hash);
            }
        }
    }
}

fn taken(id: u32, hash: u64) -> u64 {
    hash >> 32 << 32 | u64::from(id)
}

/// Rows of one kind of thing.
#[derive(Debug, Default)]
pub struct Table {
    pub columns: Vec<Column>,
    rows: u32,
}

impl Table {
    pub fn new(columns: Vec<Column>) -> Self {
        Self { columns, rows: 0 }
    }

    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// Says that a value of every column was pushed for one more row.
    pub fn end_row(&mut self) {
        self.rows += 1;
    }

    pub fn column(&self, role: Role) -> Option<&Column> {
        self.columns.iter().find(|column| column.role == role)
    }
}
