//! Clusters of a new run recognised as those of an earlier one, so that their names stay.

use super::apart;
use crate::migration::migration;

/// Of two clusters of one size, a third in common in this sense is half of each.
const ALIKE: f64 = 1.0 / 3.0;

/// For each new cluster the earlier one it continues, by the customers they share (Jaccard, at least a third), the most
/// alike pair first; customers known to one run only count for neither. Nothing for a cluster that is new.
///
/// `before` and `after` are customers and their clusters.
pub fn by_members(
    before: impl IntoIterator<Item = (u32, u8)>,
    after: impl IntoIterator<Item = (u32, u8)>,
    clusters: u8,
) -> Vec<Option<u8>> {
    let k = usize::from(clusters);
    let mut counts = migration(before, after, clusters).counts;
    counts.truncate(k);
    counts.iter_mut().for_each(|row| row.truncate(k));
    let column = |j: usize| counts.iter().map(|row| row[j]).sum::<usize>();
    let mut pairs = Vec::new();
    for (i, row) in counts.iter().enumerate() {
        for (j, both) in row.iter().enumerate() {
            let either = row.iter().sum::<usize>() + column(j) - both;
            let jaccard = *both as f64 / either.max(1) as f64;
            if jaccard >= ALIKE {
                pairs.push((jaccard, i, j));
            }
        }
    }
    pair_up(pairs, k)
}

/// The same by the clusters' centres, for when the earlier customers are not known: the nearest pair first, and only those
/// that are nearer to each other than half the way between the two nearest earlier clusters. Both runs must be in one
/// scale.
pub fn by_centres(before: &[Vec<f64>], after: &[Vec<f64>]) -> Vec<Option<u8>> {
    let others = |i: usize| before.iter().skip(i + 1);
    let between = before.iter().enumerate().flat_map(|(i, a)| others(i).map(|b| apart(a, b)));
    let reach = between.fold(f64::INFINITY, f64::min).sqrt() / 2.0;
    let mut pairs = Vec::new();
    for (i, a) in before.iter().enumerate() {
        for (j, b) in after.iter().enumerate() {
            let distance = apart(a, b).sqrt();
            if distance < reach {
                pairs.push((-distance, i, j));
            }
        }
    }
    pair_up(pairs, after.len())
}

/// Takes the pair (how alike, earlier, new) most alike, then the next of those left.
fn pair_up(mut pairs: Vec<(f64, usize, usize)>, new: usize) -> Vec<Option<u8>> {
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut continues = vec![None; new];
    for (_, earlier, new) in pairs {
        let earlier = u8::try_from(earlier).ok();
        if earlier.is_some() && continues[new].is_none() && !continues.contains(&earlier) {
            continues[new] = earlier;
        }
    }
    continues
}
