//! The silhouette (Rousseeuw 1987): how much nearer rows lie to their own cluster than to the next one.

use serde::Serialize;

use super::random::Lot;
use super::{Table, apart};

/// From -1 to 1: above 0.5 clusters are plain to see, below 0.25 there is hardly anything to see.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Silhouette {
    pub mean: f64,
    /// Nothing for a cluster of which no row was looked at.
    pub by_cluster: Vec<Option<f64>>,
    /// The rows looked at.
    pub rows: usize,
}

/// Every row is compared with every other, so above this many a sample is.
const SAMPLE: usize = 5_000;

/// Nothing when the rows are in fewer than two clusters. A row that is alone in its cluster counts as 0.
pub fn silhouette(table: &Table, labels: &[u8], seed: u64) -> Option<Silhouette> {
    if labels.len() != table.len() {
        return None;
    }
    if table.len() > SAMPLE {
        let rows = Lot::of(seed).rows(table.len(), SAMPLE);
        let labels: Vec<u8> = rows.iter().map(|row| labels[*row as usize]).collect();
        return of_all(&table.only(&rows), &labels);
    }
    of_all(table, labels)
}

fn of_all(table: &Table, labels: &[u8]) -> Option<Silhouette> {
    let k = usize::from(*labels.iter().max()?) + 1;
    let mut sizes = vec![0_usize; k];
    labels.iter().for_each(|label| sizes[usize::from(*label)] += 1);
    if sizes.iter().filter(|size| **size > 0).count() < 2 {
        return None;
    }
    // The sum of each row's distances from the rows of each cluster.
    let mut sums = vec![0.0; k * table.len()];
    for (i, (a, in_a)) in table.rows().zip(labels).enumerate() {
        for (j, (b, in_b)) in table.rows().zip(labels).enumerate().take(i) {
            let distance = apart(a, b).sqrt();
            sums[i * k + usize::from(*in_b)] += distance;
            sums[j * k + usize::from(*in_a)] += distance;
        }
    }
    let mut by_cluster = vec![0.0; k];
    for (label, sums) in labels.iter().zip(sums.chunks_exact(k)) {
        let own = usize::from(*label);
        if sizes[own] < 2 {
            continue;
        }
        let inside = sums[own] / (sizes[own] - 1) as f64;
        let others = sums.iter().zip(&sizes).enumerate().filter(|(other, (_, size))| *other != own && **size > 0);
        let outside = others.map(|(_, (sum, size))| sum / *size as f64).fold(f64::INFINITY, f64::min);
        let widest = inside.max(outside);
        by_cluster[own] += if widest > 0.0 { (outside - inside) / widest } else { 0.0 };
    }
    Some(Silhouette {
        mean: by_cluster.iter().sum::<f64>() / labels.len() as f64,
        by_cluster: by_cluster.iter().zip(&sizes).map(|(sum, n)| (*n > 0).then(|| sum / *n as f64)).collect(),
        rows: labels.len(),
    })
}
