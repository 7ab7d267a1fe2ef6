//! Values as small whole numbers, so that a histogram of a column is a short array. Bin 0 is what is not known.

use serde::{Deserialize, Serialize};

use super::design::common;
use super::table::{Cell, Column, Table, Values};

/// Bins of a column of numbers, that of the unknown aside.
const MOST: usize = 250;

/// How the values of a column fall into bins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Binning {
    /// A number falls behind all edges that are less than it.
    Edges(Vec<f64>),
    /// A bin for each word, then one for rarer ones: 62 at most, so that a set of them is 64 bits.
    Words(Vec<String>),
}

impl Binning {
    pub fn of(column: &Column) -> Binning {
        match &column.values {
            Values::Numbers(values) => Binning::Edges(edges(values)),
            Values::Words { words, places } => Binning::Words(common(words, places)),
        }
    }

    /// Bins, that of the unknown among them.
    pub fn count(&self) -> usize {
        match self {
            Binning::Edges(edges) => edges.len() + 2,
            Binning::Words(words) => words.len() + 2,
        }
    }

    pub fn bin(&self, cell: Cell) -> u8 {
        let bin = match (self, cell) {
            (Binning::Edges(edges), Cell::Number(value)) if value.is_finite() => {
                1 + edges.partition_point(|edge| *edge < value)
            }
            (Binning::Words(words), Cell::Word(Some(word))) => {
                1 + words.binary_search_by(|known| known.as_str().cmp(word)).unwrap_or(words.len())
            }
            _ => 0,
        };
        u8::try_from(bin).unwrap_or(0)
    }
}

/// Between each two values that occur, or at quantiles where there are too many.
fn edges(values: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let mut distinct: Vec<(f64, usize)> = Vec::new();
    for value in &sorted {
        match distinct.last_mut() {
            Some((last, count)) if *last == *value => *count += 1,
            _ => distinct.push((*value, 1)),
        }
    }
    let per_bin = if distinct.len() <= MOST { 0 } else { sorted.len().div_ceil(MOST) };
    let (mut edges, mut rows) = (Vec::new(), 0);
    for pair in distinct.windows(2) {
        let [(below, count), (above, _)] = pair else { continue };
        rows += count;
        if rows >= per_bin && edges.len() < MOST {
            edges.push(below + (above - below) / 2.0);
            rows = 0;
        }
    }
    edges
}

/// The bins of a table, by rows.
pub struct Binned {
    pub binnings: Vec<Binning>,
    /// Bins before those of each column, and the number of all.
    pub offsets: Vec<usize>,
    /// Each with the bins before its column counted in: its place in a histogram of all columns.
    places: Vec<u32>,
}

impl Binned {
    pub fn of(table: &Table) -> Binned {
        let binnings: Vec<Binning> = table.columns.iter().map(Binning::of).collect();
        let mut offsets = vec![0];
        for binning in &binnings {
            offsets.push(offsets[offsets.len() - 1] + binning.count());
        }
        let mut places = vec![0; table.rows() * binnings.len()];
        for (at, (column, binning)) in table.columns.iter().zip(&binnings).enumerate() {
            for row in 0..column.len() {
                let place = offsets[at] + usize::from(binning.bin(column.cell(row)));
                places[row * binnings.len() + at] = u32::try_from(place).unwrap_or(0);
            }
        }
        Binned { binnings, offsets, places }
    }

    /// The places of a row.
    pub fn row(&self, row: usize) -> &[u32] {
        let width = self.binnings.len();
        &self.places[row * width..(row + 1) * width]
    }

    pub fn bin(&self, row: usize, column: usize) -> u8 {
        let place = self.places[row * self.binnings.len() + column] as usize;
        u8::try_from(place - self.offsets[column]).unwrap_or(0)
    }
}
