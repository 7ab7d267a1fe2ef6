//! One row of a file. Its cells share one buffer, so that a row costs no allocation once the buffer has grown.

/// A row of cells in the order of the file's columns. A row may be shorter than the header; missing cells read as empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// What a person sees in a spreadsheet: the header of a CSV or XLSX file is row 1. In JSON lines the line, in other files
    /// the ordinal of the object or card, from 1.
    pub number: u64,
    text: String,
    ends: Vec<usize>,
}

impl Row {
    /// A row made by hand.
    pub fn of(number: u64, cells: &[&str]) -> Row {
        let mut row = Row { number, ..Row::default() };
        for cell in cells {
            row.push(cell);
        }
        row
    }

    /// Empties the row and keeps its buffers.
    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Adds a cell at the end.
    pub fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.ends.push(self.text.len());
    }

    /// Adds empty cells until there are `len`.
    pub fn pad_to(&mut self, len: usize) {
        let end = self.text.len();
        if self.ends.len() < len {
            self.ends.resize(len, end);
        }
    }

    /// The cell of column `index`; empty when the row is shorter.
    pub fn cell(&self, index: usize) -> &str {
        let Some(end) = self.ends.get(index) else { return "" };
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.text.get(start..*end).unwrap_or("")
    }

    pub fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|index| self.cell(index))
    }

    /// Number of cells that the file gave.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// No cell holds anything but space.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Bytes of all cells.
    pub fn bytes(&self) -> usize {
        self.text.len()
    }

    /// Takes over whole cells; `ends` are the end offsets of each cell in `text`.
    pub(crate) fn fill(&mut self, text: &str, ends: &[usize]) {
        self.clear();
        self.text.push_str(text);
        self.ends.extend_from_slice(ends);
    }
}
