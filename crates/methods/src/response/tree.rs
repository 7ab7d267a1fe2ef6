//! One regression tree over histograms, grown at the leaf that gains most (Friedman 2001, Annals of Statistics 29:1189;
//! second derivatives and the penalty as Chen & Guestrin 2016, KDD; words ordered by their slope, Fisher 1958).

use serde::{Deserialize, Serialize};

use super::bins::{Binned, Binning};
use super::boosting::Terms;

/// Which rows go left.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Side {
    /// Known numbers up to this bin, and the unknown ones if so said.
    UpTo { bin: u8, unknown: bool },
    /// The bins of words in this set of bits.
    Among(u64),
}

impl Side {
    fn is_left(self, bin: u8) -> bool {
        match self {
            Side::UpTo { unknown, .. } if bin == 0 => unknown,
            Side::UpTo { bin: last, .. } => bin <= last,
            Side::Among(set) => bin < 64 && set >> bin & 1 == 1,
        }
    }
}

/// A node; a leaf has no split. `value` is what the tree says on average of the rows that come here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Node {
    pub value: f64,
    pub split: Option<Split>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Split {
    pub column: usize,
    pub side: Side,
    /// The next node of those who go left; who goes right finds the one behind it.
    pub left: usize,
}

/// The first node is the root.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tree {
    pub nodes: Vec<Node>,
}

impl Tree {
    /// Walks from the root to a leaf and tells each step: the column asked, and what its answer changed.
    pub fn walk(&self, bin_of: impl Fn(usize) -> u8, mut step: impl FnMut(usize, f64)) -> f64 {
        let mut at = 0;
        while let Some(Node { value, split: Some(split) }) = self.nodes.get(at) {
            let next = split.left + usize::from(!split.side.is_left(bin_of(split.column)));
            step(split.column, self.nodes.get(next).map_or(0.0, |node| node.value) - value);
            at = next;
        }
        self.nodes.get(at).map_or(0.0, |node| node.value)
    }

    /// Where a row ends.
    pub fn leaf_value(&self, bin_of: impl Fn(usize) -> u8) -> f64 {
        self.walk(bin_of, |_, _| {})
    }

    pub fn root_value(&self) -> f64 {
        self.nodes.first().map_or(0.0, |node| node.value)
    }
}

/// Sums of a bin: first and second derivatives of the loss, rows.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    slope: f64,
    curve: f64,
    rows: f64,
}

impl Sums {
    fn plus(self, other: Sums) -> Sums {
        Sums { slope: self.slope + other.slope, curve: self.curve + other.curve, rows: self.rows + other.rows }
    }

    fn minus(self, other: Sums) -> Sums {
        Sums { slope: self.slope - other.slope, curve: self.curve - other.curve, rows: self.rows - other.rows }
    }

    fn score(self, penalty: f64) -> f64 {
        self.slope * self.slope / (self.curve + penalty)
    }
}

/// A leaf that may still be split.
struct Leaf {
    node: usize,
    /// Its rows: a span of the list of all rows.
    from: usize,
    to: usize,
    sums: Sums,
    histogram: Vec<Sums>,
    best: Option<Candidate>,
}

#[derive(Clone, Copy)]
struct Candidate {
    gain: f64,
    column: usize,
    side: Side,
    left: Sums,
}

/// Grows a tree; `rows` is the list of all rows, put into the order of the leaves. Answers also which rows fell where: a
/// value and a span of the list.
pub fn grow(
    binned: &Binned,
    slopes: &[(f64, f64)],
    rows: &mut [u32],
    terms: &Terms,
) -> (Tree, Vec<(f64, usize, usize)>) {
    let mut room = vec![0; rows.len()];
    let histogram = histogram(binned, slopes, rows);
    let first = binned.offsets.get(1).copied().unwrap_or(0);
    let sums = histogram[..first].iter().fold(Sums::default(), |sums, bin| sums.plus(*bin));
    let mut nodes = vec![Node { value: 0.0, split: None }];
    let best = best(binned, &histogram, sums, terms);
    let mut leaves = vec![Leaf { node: 0, from: 0, to: rows.len(), sums, histogram, best }];
    while leaves.len() < terms.leaves {
        let gain = |leaf: &Leaf| leaf.best.map_or(0.0, |best| best.gain);
        // Of equal ones the first, so that the same rows give the same tree.
        let Some(chosen) =
            (0..leaves.len()).rev().max_by(|one, other| gain(&leaves[*one]).total_cmp(&gain(&leaves[*other])))
        else {
            break;
        };
        let Some(candidate) = leaves[chosen].best else { break };
        let leaf = leaves.swap_remove(chosen);
        let middle = leaf.from + part(binned, &mut rows[leaf.from..leaf.to], &mut room, candidate);
        let left_node = nodes.len();
        nodes[leaf.node].split = Some(Split { column: candidate.column, side: candidate.side, left: left_node });
        nodes.extend([Node { value: 0.0, split: None }, Node { value: 0.0, split: None }]);

        // The smaller half is counted, the larger is what is left.
        let is_left_smaller = middle - leaf.from <= leaf.to - middle;
        let smaller = if is_left_smaller { leaf.from..middle } else { middle..leaf.to };
        let counted = self::histogram(binned, slopes, &rows[smaller]);
        let rest: Vec<Sums> = leaf.histogram.iter().zip(&counted).map(|(all, part)| all.minus(*part)).collect();
        let (of_left, of_right) = if is_left_smaller { (counted, rest) } else { (rest, counted) };
        let right = leaf.sums.minus(candidate.left);
        for (node, from, to, sums, histogram) in
            [(left_node, leaf.from, middle, candidate.left, of_left), (left_node + 1, middle, leaf.to, right, of_right)]
        {
            let best = self::best(binned, &histogram, sums, terms);
            leaves.push(Leaf { node, from, to, sums, histogram, best });
        }
    }
    let mut weights = vec![0.0; nodes.len()];
    let mut spans = Vec::with_capacity(leaves.len());
    for leaf in &leaves {
        let value = -terms.rate * leaf.sums.slope / (leaf.sums.curve + terms.penalty);
        nodes[leaf.node].value = value;
        weights[leaf.node] = leaf.sums.rows;
        spans.push((value, leaf.from, leaf.to));
    }
    // Children stand behind their parents.
    for at in (0..nodes.len()).rev() {
        if let Some(Split { left, .. }) = nodes[at].split {
            weights[at] = weights[left] + weights[left + 1];
            nodes[at].value =
                (weights[left] * nodes[left].value + weights[left + 1] * nodes[left + 1].value) / weights[at];
        }
    }
    (Tree { nodes }, spans)
}

fn histogram(binned: &Binned, slopes: &[(f64, f64)], rows: &[u32]) -> Vec<Sums> {
    let mut histogram = vec![Sums::default(); binned.offsets.last().copied().unwrap_or(0)];
    for row in rows {
        let row = *row as usize;
        let (slope, curve) = slopes[row];
        for place in binned.row(row) {
            let sums = &mut histogram[*place as usize];
            sums.slope += slope;
            sums.curve += curve;
            sums.rows += 1.0;
        }
    }
    histogram
}

/// Puts the rows that go left in front of the others, each in their order; answers how many.
fn part(binned: &Binned, rows: &mut [u32], room: &mut [u32], candidate: Candidate) -> usize {
    let (mut left, mut right) = (0, 0);
    for at in 0..rows.len() {
        let row = rows[at];
        if candidate.side.is_left(binned.bin(row as usize, candidate.column)) {
            rows[left] = row;
            left += 1;
        } else {
            room[right] = row;
            right += 1;
        }
    }
    rows[left..].copy_from_slice(&room[..right]);
    left
}

fn best(binned: &Binned, histogram: &[Sums], sums: Sums, terms: &Terms) -> Option<Candidate> {
    let mut best: Option<Candidate> = None;
    let mut offer = |candidate: Candidate| {
        if candidate.gain > best.map_or(terms.least_gain, |best| best.gain) {
            best = Some(candidate);
        }
    };
    for (column, binning) in binned.binnings.iter().enumerate() {
        let bins = &histogram[binned.offsets[column]..binned.offsets[column + 1]];
        match binning {
            Binning::Edges(_) => of_numbers(column, bins, sums, terms, &mut offer),
            Binning::Words(_) => of_words(column, bins, sums, terms, &mut offer),
        }
    }
    best
}

/// What a split gains, where both sides have rows enough.
fn gain(left: Sums, all: Sums, penalty: f64, terms: &Terms) -> Option<f64> {
    let right = all.minus(left);
    let is_enough = |side: Sums| side.rows >= terms.rows_of_leaf && side.curve >= terms.least_curve;
    (is_enough(left) && is_enough(right)).then(|| left.score(penalty) + right.score(penalty) - all.score(terms.penalty))
}

fn of_numbers(column: usize, bins: &[Sums], all: Sums, terms: &Terms, offer: &mut impl FnMut(Candidate)) {
    let unknown = bins[0];
    let mut known = Sums::default();
    for (bin, sums) in bins.iter().enumerate().skip(1) {
        known = known.plus(*sums);
        for (left, unknown_left) in [(known, false), (known.plus(unknown), true)] {
            if unknown_left && unknown.rows == 0.0 {
                continue;
            }
            if let Some(gain) = gain(left, all, terms.penalty, terms) {
                let side = Side::UpTo { bin: u8::try_from(bin).unwrap_or(u8::MAX), unknown: unknown_left };
                offer(Candidate { gain, column, side, left });
            }
        }
    }
}

fn of_words(column: usize, bins: &[Sums], all: Sums, terms: &Terms, offer: &mut impl FnMut(Candidate)) {
    let mut order: Vec<usize> = (0..bins.len()).filter(|bin| bins[*bin].rows > 0.0).collect();
    if order.len() <= terms.few_words {
        for bin in order {
            if let Some(gain) = gain(bins[bin], all, terms.penalty, terms) {
                offer(Candidate { gain, column, side: Side::Among(1 << bin), left: bins[bin] });
            }
        }
        return;
    }
    // Too rare to say anything: they stay right.
    order.retain(|bin| bins[*bin].rows >= terms.smoothing);
    let steepness = |bin: &usize| bins[*bin].slope / (bins[*bin].curve + terms.smoothing);
    order.sort_by(|one, other| steepness(one).total_cmp(&steepness(other)).then(one.cmp(other)));
    for order in [order.clone(), order.into_iter().rev().collect()] {
        let (mut left, mut set) = (Sums::default(), 0);
        for bin in order {
            left = left.plus(bins[bin]);
            set |= 1 << bin;
            if let Some(gain) = gain(left, all, terms.penalty + terms.smoothing, terms) {
                offer(Candidate { gain, column, side: Side::Among(set), left });
            }
        }
    }
}
