use super::*;
use crate::fixtures::{cdnow, day};
use crate::rfm;

#[test]
fn customers_are_followed_and_newcomers_and_the_lost_are_kept_apart() {
    let found = migration([(9, 0), (1, 0), (2, 1), (3, 1)], [(2, 0), (1, 0), (3, 1), (7, 1), (7, 0)], 2);
    assert_eq!(found.counts, [[1, 0, 1], [1, 1, 0], [1, 0, 0]]);
    assert_eq!(migration([], [], 2).counts, [[0, 0, 0], [0, 0, 0], [0, 0, 0]]);
    assert_eq!(migration([(1, 200)], [(1, 1)], 2).counts[2][1], 1, "an unknown label is none");
}

#[test]
fn every_customer_of_cdnow_is_somewhere_before_and_after() {
    let Some(lines) = cdnow() else { return };
    let at = |date: &str| {
        let summaries = lines.orders().summarise(day(date));
        let segments: Vec<u8> = rfm::score(&summaries).segments().map(|segment| segment as u8).collect();
        summaries.customer.into_iter().zip(segments).collect::<Vec<_>>()
    };
    let (before, after) = (at("1997-03-01"), at("1998-07-01"));
    let found = migration(before.iter().copied(), after.iter().copied(), 10);
    let sum = |from: std::ops::Range<usize>, to: std::ops::Range<usize>| -> usize {
        found.counts[from].iter().map(|row| row[to.clone()].iter().sum::<usize>()).sum()
    };
    assert_eq!(sum(0..10, 0..11), before.len());
    assert_eq!(sum(0..11, 0..10), 2_357);
    assert_eq!(sum(10..11, 0..10), 2_357 - before.len(), "who came later");
    assert_eq!(sum(0..11, 10..11), 0, "nobody ceases to be a customer");
}
