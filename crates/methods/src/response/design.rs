//! Rows as a linear model sees them: of each column one coefficient counts, with its number or as "it is this word".

use serde::{Deserialize, Serialize};

use super::table::{Cell, Column, Table, Values};

/// More words than this are not told apart: the rarer ones are one.
pub const WORDS: usize = 60;
/// A word of fewer rows is not told apart either.
const RARE: usize = 5;

/// How a column becomes coefficients. The last of them stands for what is not known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Coding {
    /// One coefficient of the standardised number.
    Number { mean: f64, deviation: f64 },
    /// A coefficient for each word, then one for rarer ones.
    Words(Vec<String>),
}

impl Coding {
    pub fn of(column: &Column) -> Coding {
        match &column.values {
            Values::Numbers(values) => {
                let known = || values.iter().filter(|value| value.is_finite());
                let count = known().count().max(1) as f64;
                let mean = known().sum::<f64>() / count;
                let variance = known().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
                Coding::Number { mean, deviation: if variance > 0.0 { variance.sqrt() } else { 1.0 } }
            }
            Values::Words { words, places } => Coding::Words(common(words, places)),
        }
    }

    pub fn width(&self) -> usize {
        match self {
            Coding::Number { .. } => 2,
            Coding::Words(words) => words.len() + 2,
        }
    }

    /// Which coefficient counts, and how often.
    pub fn place(&self, cell: Cell) -> (usize, f64) {
        match (self, cell) {
            (Coding::Number { mean, deviation }, Cell::Number(value)) if value.is_finite() => {
                (0, (value - mean) / deviation)
            }
            (Coding::Number { .. }, _) => (1, 1.0),
            (Coding::Words(words), Cell::Word(Some(word))) => {
                (words.binary_search_by(|known| known.as_str().cmp(word)).unwrap_or(words.len()), 1.0)
            }
            (Coding::Words(words), _) => (words.len() + 1, 1.0),
        }
    }
}

/// The commonest words, sorted by name.
pub fn common(words: &[String], places: &[u32]) -> Vec<String> {
    let mut counts = vec![0_usize; words.len()];
    for place in places {
        if let Some(count) = usize::try_from(*place).ok().and_then(|place| counts.get_mut(place)) {
            *count += 1;
        }
    }
    let mut common: Vec<(usize, &String)> = counts.into_iter().zip(words).filter(|(count, _)| *count >= RARE).collect();
    common.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(other.1)));
    common.truncate(WORDS);
    let mut common: Vec<String> = common.into_iter().map(|(_, word)| word.clone()).collect();
    common.sort();
    common
}

/// The rows of a table: for each row and column which coefficient counts, and how often.
pub struct Design {
    pub columns: usize,
    /// Coefficients before those of each column.
    pub offsets: Vec<usize>,
    pub width: usize,
    /// By rows.
    pub places: Vec<(u32, f64)>,
}

impl Design {
    pub fn of(table: &Table, codings: &[Coding]) -> Design {
        let mut offsets = Vec::with_capacity(codings.len());
        let mut width = 0;
        for coding in codings {
            offsets.push(width);
            width += coding.width();
        }
        let mut places = vec![(0, 0.0); table.rows() * codings.len()];
        for (at, (column, coding)) in table.columns.iter().zip(codings).enumerate() {
            for row in 0..column.len() {
                let (place, times) = coding.place(column.cell(row));
                places[row * codings.len() + at] = (u32::try_from(offsets[at] + place).unwrap_or(0), times);
            }
        }
        Design { columns: codings.len(), offsets, width, places }
    }

    pub fn rows(&self) -> impl Iterator<Item = &[(u32, f64)]> {
        self.places.chunks_exact(self.columns.max(1))
    }
}
