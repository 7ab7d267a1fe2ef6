//! How many clusters there are: as many as are told apart best and come out again when the customers are drawn anew.

use std::ops::RangeInclusive;

use serde::Serialize;

use super::kmeans::{best_of, nearest};
use super::random::Lot;
use super::{Clusters, Table, Warning, kmeans, silhouette};

/// The number chosen, its clusters, and what spoke for and against each.
#[derive(Clone, Debug, Serialize)]
pub struct Choice {
    pub clusters: Clusters,
    /// A line for each number tried, rising.
    pub tried: Vec<Tried>,
    pub warnings: Vec<Warning>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Tried {
    pub k: usize,
    pub inertia: f64,
    pub silhouette: f64,
    /// How much of a cluster comes out again when customers are drawn anew: the mean Jaccard over draws and clusters.
    pub stability: f64,
    /// The same of the least stable cluster.
    pub least_stable: f64,
}

/// Hennig 2007, "Cluster-wise assessment of cluster stability": below this a cluster is not to be relied on.
const STABLE: f64 = 0.75;
const WEAK: f64 = 0.25;
const DRAWS: usize = 20;
const DRAWN_FROM: usize = 2_000;
const STARTS: usize = 4;

/// The number with the best silhouette among those that are stable; where none is, with the best silhouette and a warning.
/// Nothing when none of the numbers can be tried.
pub fn choose(table: &Table, numbers: RangeInclusive<usize>, seed: u64) -> Option<Choice> {
    let mut tried: Vec<(Tried, Clusters)> = Vec::new();
    for k in numbers.filter(|k| *k >= 2) {
        let Some(clusters) = kmeans(table, k, seed) else { continue };
        let Some(silhouette) = silhouette(table, &clusters.labels, seed) else { continue };
        let stability = stability(table, &clusters, seed);
        let least_stable = stability.iter().copied().fold(1.0, f64::min);
        let stability = stability.iter().sum::<f64>() / stability.len() as f64;
        let inertia = clusters.inertia;
        tried.push((Tried { k, inertia, silhouette: silhouette.mean, stability, least_stable }, clusters));
    }
    let better = |a: &(usize, Tried), b: &(usize, Tried)| {
        let key = |tried: &Tried| (tried.stability >= STABLE, tried.silhouette);
        key(&a.1).partial_cmp(&key(&b.1)).unwrap_or(std::cmp::Ordering::Equal)
    };
    let (at, best) = tried.iter().map(|tried| tried.0).enumerate().max_by(better)?;
    let mut warnings = Vec::new();
    if best.stability < STABLE {
        warnings.push(Warning::Unstable { stability: best.stability });
    }
    if best.silhouette < WEAK {
        warnings.push(Warning::Weak { silhouette: best.silhouette });
    }
    let lines = tried.iter().map(|tried| tried.0).collect();
    Some(Choice { clusters: tried.swap_remove(at).1, tried: lines, warnings })
}

/// For each cluster the mean, over draws with replacement, of the largest Jaccard with a cluster of the draw.
fn stability(table: &Table, clusters: &Clusters, seed: u64) -> Vec<f64> {
    let mut lot = Lot::of(seed ^ 0x5EED);
    let rows = lot.rows(table.len(), DRAWN_FROM);
    let base = table.only(&rows);
    let labels: Vec<usize> = rows.iter().map(|row| usize::from(clusters.labels[*row as usize])).collect();
    let k = clusters.centres.len();
    let mut sums = vec![0.0; k];
    for _ in 0..DRAWS {
        let drawn: Vec<u32> = (0..base.len()).map(|_| lot.place(base.len()) as u32).collect();
        let again = best_of(&base.only(&drawn), k, STARTS, &mut lot).centres;
        let mut both = vec![vec![0_usize; k]; k];
        for (row, label) in base.rows().zip(&labels) {
            both[*label][nearest(row, &again).0] += 1;
        }
        let column = |j: usize| both.iter().map(|row| row[j]).sum::<usize>();
        for (sum, row) in sums.iter_mut().zip(&both) {
            let size: usize = row.iter().sum();
            let jaccard = |j: usize| row[j] as f64 / (size + column(j) - row[j]).max(1) as f64;
            *sum += (0..k).map(jaccard).fold(0.0, f64::max) / DRAWS as f64;
        }
    }
    sums
}
