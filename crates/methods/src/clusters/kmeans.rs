//! k-means: centres to which the rows are nearest (Lloyd 1982), begun at rows far apart (k-means++, Arthur & Vassilvitskii
//! 2007, in its greedy form), twenty times, the best kept.

use serde::{Deserialize, Serialize};

use super::random::Lot;
use super::{MOST_CLUSTERS, Table, apart};

/// Clusters of the rows of a table, the largest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clusters {
    /// The cluster of each row.
    pub labels: Vec<u8>,
    /// A row of figures for each cluster, in the table's scale.
    pub centres: Vec<Vec<f64>>,
    pub sizes: Vec<usize>,
    /// The sum of the rows' squared distances from their centres.
    pub inertia: f64,
}

const STARTS: usize = 20;
const MOST_ROUNDS: usize = 300;
/// Above this many rows the starts run on a sample of them; the best then settles on all.
pub(super) const SAMPLE: usize = 20_000;
/// More rows than the sample have settled when a round takes no more than this share off the inertia.
const SETTLED: f64 = 1e-5;

/// The best of twenty starts. Nothing without rows, or when `k` is zero or more than there are rows.
pub fn kmeans(table: &Table, k: usize, seed: u64) -> Option<Clusters> {
    if k == 0 || k > table.len().min(MOST_CLUSTERS) {
        return None;
    }
    let mut lot = Lot::of(seed);
    let run = if table.len() > SAMPLE {
        let sample = table.only(&lot.rows(table.len(), SAMPLE));
        settle(table, best_of(&sample, k, STARTS, &mut lot).centres)
    } else {
        best_of(table, k, STARTS, &mut lot)
    };
    Some(run.finish(table.columns()))
}

/// Centres and what belongs to them; centres lie behind each other.
pub(super) struct Run {
    pub centres: Vec<f64>,
    labels: Vec<u8>,
    inertia: f64,
}

pub(super) fn best_of(table: &Table, k: usize, starts: usize, lot: &mut Lot) -> Run {
    let mut best = settle(table, begin(table, k, lot));
    for _ in 1..starts {
        let run = settle(table, begin(table, k, lot));
        if run.inertia < best.inertia {
            best = run;
        }
    }
    best
}

/// Rows far from each other: each next one by lot, with a chance in proportion to its squared distance from those before;
/// of a few so drawn, the one that helps most.
fn begin(table: &Table, k: usize, lot: &mut Lot) -> Vec<f64> {
    let mut centres = table.row(lot.place(table.len())).to_vec();
    let mut nearest: Vec<f64> = table.rows().map(|row| apart(row, &centres)).collect();
    let trials = 2 + (k as f64).ln() as usize;
    while centres.len() < k * table.columns() {
        let whole: f64 = nearest.iter().sum();
        let mut best: Option<(f64, usize, Vec<f64>)> = None;
        for _ in 0..trials {
            let at = drawn(&nearest, lot.share() * whole).unwrap_or_else(|| lot.place(table.len()));
            let chosen = table.row(at);
            let closer: Vec<f64> = table.rows().zip(&nearest).map(|(row, near)| near.min(apart(row, chosen))).collect();
            let left = closer.iter().sum();
            if best.as_ref().is_none_or(|best| left < best.0) {
                best = Some((left, at, closer));
            }
        }
        let Some((_, at, closer)) = best else { break };
        centres.extend_from_slice(table.row(at));
        nearest = closer;
    }
    centres
}

/// Where the running sum of the shares passes a point. Nothing when all are zero, for then all rows are alike.
fn drawn(shares: &[f64], point: f64) -> Option<usize> {
    let mut sum = 0.0;
    shares.iter().position(|share| {
        sum += share;
        sum > point
    })
}

/// Moves centres to the means of their rows until no row changes its centre.
fn settle(table: &Table, mut centres: Vec<f64>) -> Run {
    let columns = table.columns();
    let k = centres.len() / columns;
    let mut labels = vec![u8::MAX; table.len()];
    let mut inertia = f64::INFINITY;
    for _ in 0..MOST_ROUNDS {
        let (mut sums, mut counts) = (vec![0.0; centres.len()], vec![0_usize; k]);
        let mut changed = 0_usize;
        let mut farthest = (0.0, 0);
        let before = inertia;
        inertia = 0.0;
        for (at, (row, label)) in table.rows().zip(&mut labels).enumerate() {
            let (nearest, distance) = nearest(row, &centres);
            changed += usize::from(usize::from(*label) != nearest);
            *label = nearest as u8;
            inertia += distance;
            counts[nearest] += 1;
            let sum = &mut sums[nearest * columns..(nearest + 1) * columns];
            sum.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
            if distance > farthest.0 {
                farthest = (distance, at);
            }
        }
        // Of a million rows some keep changing sides for long and bring nothing.
        let brings_nothing = table.len() > SAMPLE && before - inertia <= SETTLED * inertia;
        if changed == 0 || brings_nothing {
            break;
        }
        for (cluster, count) in counts.iter().enumerate() {
            let centre = &mut centres[cluster * columns..(cluster + 1) * columns];
            if *count == 0 {
                // Nobody is near it: it goes where it is needed most.
                centre.copy_from_slice(table.row(farthest.1));
                continue;
            }
            let sum = &sums[cluster * columns..(cluster + 1) * columns];
            centre.iter_mut().zip(sum).for_each(|(centre, sum)| *centre = sum / *count as f64);
        }
    }
    Run { centres, labels, inertia }
}

/// The nearest centre and its squared distance.
pub(super) fn nearest(row: &[f64], centres: &[f64]) -> (usize, f64) {
    let mut best = (0, f64::INFINITY);
    for (cluster, centre) in centres.chunks_exact(row.len()).enumerate() {
        let distance = apart(row, centre);
        if distance < best.1 {
            best = (cluster, distance);
        }
    }
    best
}

impl Run {
    /// With the largest cluster first.
    fn finish(self, columns: usize) -> Clusters {
        let centres: Vec<Vec<f64>> = self.centres.chunks_exact(columns).map(<[f64]>::to_vec).collect();
        let mut sizes = vec![0_usize; centres.len()];
        self.labels.iter().for_each(|label| sizes[usize::from(*label)] += 1);
        let mut order: Vec<usize> = (0..centres.len()).collect();
        order.sort_by_key(|cluster| std::cmp::Reverse(sizes[*cluster]));
        let mut place = vec![0_u8; centres.len()];
        for (to, from) in order.iter().enumerate() {
            place[*from] = to as u8;
        }
        Clusters {
            labels: self.labels.iter().map(|label| place[usize::from(*label)]).collect(),
            centres: order.iter().map(|from| centres[*from].clone()).collect(),
            sizes: order.iter().map(|from| sizes[*from]).collect(),
            inertia: self.inertia,
        }
    }
}
