//! Rows of a file on their way to the database: what the reading thread hands over.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use kernel::Result;

use super::plan::{Plan, Prepared};
use crate::formats::{BadRow, Found, Reader, Row};
use crate::mapping::{Draft, Fault};
use crate::values::CellError;

/// Rows in one transaction while people work: nobody waits noticeably for the one writer.
pub const ROWS: usize = 2_000;
/// Rows in one transaction of a command, which has the database for itself.
pub const ROWS_ALONE: usize = 5_000;

/// A record and, for orders and the like, its lines.
#[derive(Debug, Clone, Default)]
pub struct Group {
    pub draft: Draft,
    pub lines: Vec<Draft>,
    /// Rows of the file it is made of.
    pub rows: u64,
}

/// Some hundred groups that are settled in one transaction.
#[derive(Debug, Default)]
pub struct Part {
    pub groups: Vec<Group>,
    /// Rows that were read, those passed over included.
    pub rows: u64,
    /// Rows that could not be read at all.
    pub bad: Vec<BadRow>,
    /// Number of the last row in it.
    pub last_row: u64,
    /// Bytes of the file up to its end.
    pub bytes: u64,
}

/// Cuts the rows of a file into parts.
pub struct Parts<'a> {
    plan: &'a Plan,
    prepared: &'a Prepared,
    reader: Reader,
    row: Row,
    /// The first row of the next group, read already.
    ahead: Option<Row>,
    size: usize,
    /// Groups seen so far, by the hash of their cell.
    seen: HashSet<u64>,
    ended: bool,
}

impl<'a> Parts<'a> {
    pub fn new(plan: &'a Plan, prepared: &'a Prepared, reader: Reader, size: usize) -> Parts<'a> {
        Parts { plan, prepared, reader, size, row: Row::default(), ahead: None, seen: HashSet::new(), ended: false }
    }

    /// The next part; none at the end.
    pub fn next(&mut self) -> Result<Option<Part>> {
        let mut part = Part::default();
        while !self.ended && part.rows < u64::try_from(self.size).unwrap_or(u64::MAX) && part.bad.len() < self.size {
            match self.next_row(&mut part)? {
                false => self.ended = true,
                true if self.plan.group_by.is_some() => self.take_group(&mut part)?,
                true => self.take_row(&mut part),
            }
        }
        part.bytes = self.reader.bytes_read();
        Ok((part.last_row > 0).then_some(part))
    }

    /// Puts the next row that takes part into `self.row`.
    fn next_row(&mut self, part: &mut Part) -> Result<bool> {
        if let Some(ahead) = self.ahead.take() {
            self.row = ahead;
            return Ok(true);
        }
        loop {
            match self.reader.next(&mut self.row)? {
                Found::End => return Ok(false),
                Found::Bad(bad) => {
                    part.last_row = part.last_row.max(bad.number);
                    part.rows += 1;
                    part.bad.push(bad);
                    if part.bad.len() >= self.size {
                        // The part is full; what follows belongs to the next.
                        self.row.clear();
                        return self.after_many_bad(part);
                    }
                }
                Found::Row => {
                    if !self.plan.replace.is_empty() {
                        self.correct();
                    }
                    if self.takes_part() {
                        return Ok(true);
                    }
                    part.last_row = part.last_row.max(self.row.number);
                    part.rows += 1;
                }
            }
        }
    }

    /// A file full of broken rows still comes in parts: one good row more ends this one.
    fn after_many_bad(&mut self, part: &mut Part) -> Result<bool> {
        loop {
            match self.reader.next(&mut self.row)? {
                Found::End => return Ok(false),
                Found::Row => return Ok(true),
                Found::Bad(bad) => {
                    part.last_row = part.last_row.max(bad.number);
                    part.rows += 1;
                    part.bad.push(bad);
                }
            }
        }
    }

    fn correct(&mut self) {
        let mut corrected = Row::of(self.row.number, &[]);
        for (index, cell) in self.row.cells().enumerate() {
            let other = self.plan.replace.get(&index).and_then(|words| words.get(cell.trim()));
            corrected.push(other.map_or(cell, String::as_str));
        }
        self.row = corrected;
    }

    fn takes_part(&self) -> bool {
        self.plan.only.iter().all(|(index, wanted)| {
            let cell = self.row.cell(*index).trim();
            wanted.iter().any(|text| if text == "*" { !cell.is_empty() } else { text == cell })
        })
    }

    fn take_row(&mut self, part: &mut Part) {
        let mut group = Group { rows: 1, ..Group::default() };
        self.prepared.main.recipe.apply(&self.row, &mut group.draft);
        part.rows += 1;
        part.last_row = part.last_row.max(self.row.number);
        part.groups.push(group);
    }

    fn take_group(&mut self, part: &mut Part) -> Result<()> {
        let column = self.plan.group_by.unwrap_or(0);
        let name = self.row.cell(column).to_string();
        let mut group = Group::default();
        self.prepared.main.recipe.apply(&self.row, &mut group.draft);
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        if !self.seen.insert(hasher.finish()) {
            let error = CellError::new(
                "not_together",
                format!("\"{name}\" started in an earlier row; sort the file by this column"),
            );
            group.draft.faults.push(Fault { column: Some(column), field: None, error, lenient: false });
        }
        loop {
            let mut line = Draft::default();
            if let Some((side, _)) = &self.prepared.lines {
                side.recipe.apply(&self.row, &mut line);
                group.lines.push(line);
            }
            group.rows += 1;
            part.rows += 1;
            part.last_row = part.last_row.max(self.row.number);
            if !self.next_row(part)? {
                self.ended = true;
                break;
            }
            if self.row.cell(column) != name {
                self.ahead = Some(std::mem::take(&mut self.row));
                break;
            }
        }
        part.groups.push(group);
        Ok(())
    }
}
