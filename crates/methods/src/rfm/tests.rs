use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::fixtures::{Lines, cdnow, day, json, near, number, rows};
use crate::orders::Orders;

/// The segments, cells and money of a data set against the peer's; `unit` is how many of our units are one of theirs.
pub fn compare(lines: &Lines, expected: &Value, unit: f64) {
    let summaries = lines.orders().summarise(day(expected["asof"].as_str().unwrap()));
    let scores = score(&summaries);
    let mut found = scores.totals(&summaries);
    found.sort_by_key(|totals| serde_json::to_value(totals.segment).unwrap().as_str().unwrap().to_owned());
    let names = |segment: Segment| serde_json::to_value(segment).unwrap();
    for (totals, expected) in found.iter().zip(expected["segments"].as_array().unwrap()) {
        assert_eq!((names(totals.segment), json!(totals.customers)), (expected[0].clone(), expected[1].clone()));
        let off = totals.money as f64 / unit - expected[2].as_f64().unwrap();
        assert!(off.abs() < 0.0051, "{off} beyond rounding");
    }
    assert_eq!(found.len(), expected["segments"].as_array().unwrap().len());
    let cells: Vec<Value> =
        scores.cells().iter().map(|c| json!([c.recency, c.frequency, c.money, c.customers])).collect();
    assert_eq!(json!(cells), expected["cells"]);
}

#[test]
fn cdnow_is_scored_and_segmented_as_by_the_peer() {
    let (Some(lines), Some(expected)) = (cdnow(), json("reference/rfm/expected.json")) else { return };
    compare(&lines, &expected, 100.0);

    let Some(rows) = rows("reference/rfm/scores.csv") else { return };
    let scores = score(&lines.orders().summarise(day("1998-07-01")));
    for (i, row) in rows.iter().enumerate() {
        let found = [scores.recency[i], scores.frequency[i], scores.money[i]].map(f64::from);
        assert_eq!(found, [4, 5, 6].map(|column: usize| number(&row[column])), "customer {}", row[0]);
    }
    let tie = scores.ties.iter().find(|tie| tie.measure == Measure::Frequency).unwrap();
    assert_eq!((tie.value, tie.lowest_score, tie.highest_score), (1, 1, 3));
    near(tie.share, 0.52, 0.02);
}

#[test]
fn every_pair_of_scores_has_a_segment_and_every_segment_a_pair() {
    let mut seen = std::collections::BTreeSet::new();
    for recency in 1..=5 {
        for frequency in 1..=5 {
            seen.insert(Segment::of(recency, frequency));
        }
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), Segment::ALL);
}

#[test]
fn nobody_and_one_customer_are_scored() {
    let none = Orders::new(&[], &[], &[]).unwrap().summarise(10);
    assert!(score(&none).is_empty() && score(&none).totals(&none).is_empty());
    let one = Orders::new(&[4], &[3], &[-0]).unwrap().summarise(10);
    let scores = score(&one);
    assert_eq!((&scores.recency[..], &scores.frequency[..], &scores.money[..]), (&[5][..], &[1][..], &[1][..]));
    assert!(scores.ties.is_empty(), "one customer ties with nobody");
}

#[test]
fn customers_all_alike_are_told_apart_by_number_only_and_this_is_said() {
    let customers: Vec<u32> = (0..10).collect();
    let summaries = Orders::new(&customers, &[5; 10], &[700; 10]).unwrap().summarise(9);
    let scores = score(&summaries);
    assert_eq!(scores.frequency, [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
    assert_eq!(scores.ties.len(), 3);
    assert!(scores.ties.iter().all(|tie| tie.share == 1.0 && (tie.lowest_score, tie.highest_score) == (1, 5)));
}

#[test]
fn cuts_score_equal_customers_alike() {
    let summaries =
        Orders::new(&[1, 2, 2, 3, 3, 3], &[100, 10, 20, 70, 80, 90], &[5, 500, 500, 5, 5, 5]).unwrap().summarise(101);
    let cuts = Cuts { recency_days: [7, 30, 60, 90], orders: [2, 3, 5, 9], money: [10, 100, 1_000, 10_000] };
    let scores = score_by(&summaries, &cuts);
    assert_eq!(scores.recency, [5, 2, 4]);
    assert_eq!(scores.frequency, [1, 2, 3]);
    assert_eq!(scores.money, [1, 4, 2]);
}

proptest! {
    #[test]
    fn tiles_rise_with_their_values_and_differ_in_size_by_one_at_most(
        values in proptest::collection::vec(-9..9_i64, 0..60), count in 1..9_u8,
    ) {
        let found = ntile(values.iter().copied(), count);
        let mut sizes = vec![0_usize; usize::from(count)];
        for tile in &found {
            sizes[usize::from(*tile) - 1] += 1;
        }
        prop_assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1);
        prop_assert!(sizes.is_sorted_by(|a, b| a >= b), "the first tiles are the larger ones");
        for (i, a) in values.iter().enumerate() {
            for (j, b) in values.iter().enumerate() {
                prop_assert!((a, i) >= (b, j) || found[i] <= found[j]);
            }
        }
    }
}
