//! Gradient boosting of trees on the log-loss: each tree corrects what those before it still get wrong.

use serde::{Deserialize, Serialize};

use super::bins::{Binned, Binning};
use super::measures::recalibration;
use super::table::Table;
use super::tree::{self, Tree};
use super::{Unfit, check, probability};

/// How trees are grown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Terms {
    pub trees: usize,
    /// How much of each correction counts.
    pub rate: f64,
    pub leaves: usize,
    pub rows_of_leaf: f64,
    /// Of the squared values of leaves.
    pub penalty: f64,
    pub least_curve: f64,
    pub least_gain: f64,
    /// Up to so many words, each is told apart from the others; more are put in order and cut in two.
    pub few_words: usize,
    /// Rows that a word is thought to have beside its own when words are put in order.
    pub smoothing: f64,
}

impl Default for Terms {
    fn default() -> Terms {
        Terms {
            trees: 150,
            rate: 0.05,
            leaves: 15,
            rows_of_leaf: 40.0,
            penalty: 1.0,
            least_curve: 1e-3,
            least_gain: 1e-9,
            few_words: 4,
            smoothing: 10.0,
        }
    }
}

/// Parts the rows are cut into to see how many trees serve, and how sure they may be.
const FOLDS: usize = 3;

/// Trees whose answers are added to log-odds, drawn in to what they proved to be worth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Boosted {
    /// Before the first tree.
    start: f64,
    binnings: Vec<Binning>,
    trees: Vec<Tree>,
    scaling: Scaling,
}

/// What is made of the trees' log-odds (Platt 1999): learned on rows that the trees had not seen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Scaling {
    shift: f64,
    slope: f64,
}

impl Boosted {
    /// Learns from rows whose outcome is known.
    pub fn fit(table: &Table, outcome: &[bool], terms: &Terms) -> Result<Boosted, Unfit> {
        check(table, outcome)?;
        let binned = Binned::of(table);
        let (trees, scaling) = proved(&binned, outcome, terms);
        let mut rows: Vec<u32> = (0..outcome.len()).map(place).collect();
        let (start, trees) = learn(&binned, outcome, &mut rows, &Terms { trees, ..*terms });
        Ok(Boosted { start, binnings: binned.binnings, trees, scaling })
    }

    /// The log-odds of an average row.
    pub fn base(&self) -> f64 {
        let trees: f64 = self.trees.iter().map(Tree::root_value).sum();
        self.scaling.shift + self.scaling.slope * (self.start + trees)
    }

    /// What each column adds to [`Boosted::base`] in a row: at every question a tree asks, its answer changes what is
    /// expected, and that is the part of the column asked for (Saabas 2014).
    pub fn parts(&self, table: &Table, row: usize, parts: &mut [f64]) {
        parts.fill(0.0);
        let bins: Vec<u8> =
            self.binnings.iter().zip(&table.columns).map(|(binning, column)| binning.bin(column.cell(row))).collect();
        for tree in &self.trees {
            tree.walk(
                |column| bins.get(column).copied().unwrap_or(0),
                |column, change| {
                    if let Some(part) = parts.get_mut(column) {
                        *part += self.scaling.slope * change;
                    }
                },
            );
        }
    }
}

fn place(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX)
}

/// The trees that correct each other on these rows, and what stands before the first.
fn learn(binned: &Binned, outcome: &[bool], rows: &mut [u32], terms: &Terms) -> (f64, Vec<Tree>) {
    let with = rows.iter().filter(|row| outcome[**row as usize]).count() as f64;
    // A part without the outcome says that it is rare, not that it cannot be.
    let start = ((with + 0.5) / (rows.len() as f64 - with + 0.5)).ln();
    let mut log_odds = vec![start; outcome.len()];
    let mut slopes = vec![(0.0, 0.0); outcome.len()];
    let mut trees = Vec::with_capacity(terms.trees);
    for _ in 0..terms.trees {
        for row in &*rows {
            let row = *row as usize;
            let expected = probability(log_odds[row]);
            slopes[row] = (expected - f64::from(u8::from(outcome[row])), expected * (1.0 - expected));
        }
        let (tree, spans) = tree::grow(binned, &slopes, rows, terms);
        for (value, from, to) in spans {
            for row in &rows[from..to] {
                log_odds[*row as usize] += value;
            }
        }
        if tree.nodes.len() == 1 {
            break;
        }
        trees.push(tree);
    }
    (start, trees)
}

/// How many trees said most of rows they had not seen, and how far those could be believed.
fn proved(binned: &Binned, outcome: &[bool], terms: &Terms) -> (usize, Scaling) {
    let fold = |row: usize| ((row as u64).wrapping_mul(2_654_435_761) >> 16) % FOLDS as u64;
    let mut losses = vec![0.0; terms.trees + 1];
    let mut learned = Vec::with_capacity(FOLDS);
    for held in 0..FOLDS as u64 {
        let mut rows: Vec<u32> = (0..outcome.len()).filter(|row| fold(*row) != held).map(place).collect();
        let (start, trees) = learn(binned, outcome, &mut rows, terms);
        for row in (0..outcome.len()).filter(|row| fold(*row) == held) {
            let mut log_odds = start;
            for (number, loss) in losses.iter_mut().enumerate() {
                if let Some(tree) = number.checked_sub(1).and_then(|last| trees.get(last)) {
                    log_odds += tree.leaf_value(|column| binned.bin(row, column));
                }
                let signed = if outcome[row] { -log_odds } else { log_odds };
                *loss += signed.max(0.0) + (-signed.abs()).exp().ln_1p();
            }
        }
        learned.push((start, trees));
    }
    let best = (1..losses.len()).min_by(|one, other| losses[*one].total_cmp(&losses[*other])).unwrap_or(0);
    let said = |row: usize| {
        let (start, trees) = &learned[usize::try_from(fold(row)).unwrap_or(0)];
        trees.iter().take(best).fold(*start, |sum, tree| sum + tree.leaf_value(|column| binned.bin(row, column)))
    };
    let of_best: Vec<f64> = (0..outcome.len()).map(said).collect();
    // Where nothing can be said of it, or it would turn the order round, the trees are left as they are.
    let scaling = recalibration(&of_best, outcome).filter(|(_, slope)| (0.2..=1.5).contains(slope));
    let (shift, slope) = scaling.unwrap_or((0.0, 1.0));
    (best, Scaling { shift, slope })
}
