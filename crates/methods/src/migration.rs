//! How customers moved between two dates: from segment to segment, class to class, cluster to cluster.

use serde::Serialize;

/// Customers by the label they had and the label they have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Migration {
    /// `counts[before][after]`. The last row holds those who were no customers before, the last column those who are none
    /// any more.
    pub counts: Vec<Vec<usize>>,
}

/// Follows customers by their numbers from the labels `before` to those `after`; labels run from 0 to `labels` - 1, others
/// count as none. A customer named twice has the last label given.
pub fn migration(
    before: impl IntoIterator<Item = (u32, u8)>,
    after: impl IntoIterator<Item = (u32, u8)>,
    labels: u8,
) -> Migration {
    let none = usize::from(labels);
    let mut counts = vec![vec![0; none + 1]; none + 1];
    let (before, after) = (by_customer(before), by_customer(after));
    let (mut from, mut to) = (before.iter().peekable(), after.iter().peekable());
    let place = |label: u8| usize::from(label).min(none);
    loop {
        let (was, is) = match (from.peek(), to.peek()) {
            (None, None) => break,
            (Some(a), Some(b)) if a.0 == b.0 => (from.next(), to.next()),
            (Some(a), Some(b)) if a.0 < b.0 => (from.next(), None),
            (Some(_), None) => (from.next(), None),
            (_, Some(_)) => (None, to.next()),
        };
        let label = |found: Option<&(u32, u8)>| found.map_or(none, |(_, label)| place(*label));
        counts[label(was)][label(is)] += 1;
    }
    Migration { counts }
}

fn by_customer(labels: impl IntoIterator<Item = (u32, u8)>) -> Vec<(u32, u8)> {
    let mut labels: Vec<(u32, u8)> = labels.into_iter().collect();
    labels.sort_by_key(|(customer, _)| *customer);
    labels.reverse();
    labels.dedup_by_key(|(customer, _)| *customer);
    labels.reverse();
    labels
}

#[cfg(test)]
mod tests;
