use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::fixtures::{Lines, cdnow, day, json, near};

const SEED: u64 = 42;

/// Inertia, sizes, silhouette and mixtures of a data set against the peer's, for numbers of clusters.
pub fn compare(lines: &Lines, expected: &Value, minor_units: u32, numbers: &[&str]) {
    let summaries = lines.orders().summarise(day(expected["asof"].as_str().unwrap()));
    let table = Table::of_rfm(&summaries, minor_units).scaled();
    for (k, expected) in expected["kmeans"].as_object().unwrap().iter().filter(|(k, _)| numbers.contains(&k.as_str())) {
        let found = kmeans(&table, k.parse().unwrap(), SEED).unwrap();
        let inertia = expected["inertia"].as_f64().unwrap();
        assert!(found.inertia <= inertia * 1.001, "k = {k}: {} above {inertia}", found.inertia);
        assert_eq!(found.sizes.iter().sum::<usize>(), summaries.len());
        // The peer gives the silhouette of all rows; below 5,000 of them so do we.
        let silhouette = silhouette(&table, &found.labels, SEED).unwrap();
        assert_eq!(silhouette.rows, summaries.len());
        if found.inertia > inertia * 0.9995 {
            assert!((silhouette.mean - expected["silhouette"].as_f64().unwrap()).abs() <= 0.005, "k = {k}");
        }
    }
    for (k, expected) in expected["gmm"].as_object().unwrap().iter().filter(|(k, _)| numbers.contains(&k.as_str())) {
        let found = mixture(&table, k.parse().unwrap(), SEED).unwrap();
        let bic = expected["bic"].as_f64().unwrap();
        assert!(found.bic <= bic + 0.01 * bic.abs(), "k = {k}: {} above {bic}", found.bic);
        near(found.weights.iter().sum(), 1.0, 1e-9);
    }
}

/// `count` rows around each of the points, within half a unit.
fn heaps(points: &[[f64; 2]], count: usize) -> Table {
    let mut lot = random::Lot::of(7);
    let mut values = Vec::new();
    for _ in 0..count {
        for point in points {
            values.extend(point.map(|at| at + lot.share() - 0.5));
        }
    }
    Table::new(2, values).unwrap()
}

const CORNERS: [[f64; 2]; 4] = [[0.0, 0.0], [8.0, 0.0], [0.0, 8.0], [8.0, 8.0]];

#[test]
fn cdnow_falls_into_clusters_as_good_as_the_peers() {
    let (Some(lines), Some(expected)) = (cdnow(), json("reference/rfm/expected.json")) else { return };
    compare(&lines, &expected, 100, &["2", "3", "4", "5", "6"]);
}

#[test]
fn many_customers_with_one_order_collapse_a_component_and_this_is_said() {
    let Some(lines) = cdnow() else { return };
    let table = Table::of_rfm(&lines.orders().summarise(day("1998-07-01")), 100).scaled();
    let found = mixture(&table, 3, SEED).unwrap();
    assert!(found.warnings.iter().any(|warning| matches!(warning, Warning::Collapsed { .. })), "{:?}", found.warnings);
    assert!(found.certainty.iter().all(|sure| *sure > 0.3 && *sure <= 1.0));
}

#[test]
fn four_heaps_are_found_chosen_and_described() {
    let table = heaps(&CORNERS, 60);
    let choice = choose(&table, 2..=6, SEED).unwrap();
    assert_eq!(choice.clusters.sizes, [60; 4]);
    assert_eq!(choice.warnings, []);
    let best = choice.tried.iter().find(|tried| tried.k == 4).unwrap();
    assert!(best.stability > 0.99 && best.least_stable > 0.99);

    let money: Vec<i64> = choice.clusters.labels.iter().map(|label| if *label == 0 { 300 } else { 100 }).collect();
    let portraits = describe(&table, &choice.clusters.labels, &money);
    near(portraits[0].share_of_customers, 0.25, 1e-12);
    near(portraits[0].share_of_money, 0.5, 1e-12);
    for (portrait, centre) in portraits.iter().zip(&choice.clusters.centres) {
        assert_eq!(portrait.marks.len(), 2, "both columns set a corner apart");
        for mark in &portrait.marks {
            near(mark.mean, centre[mark.column], 1e-9);
            assert_eq!(mark.deviations > 0.0, mark.mean > mark.overall);
        }
    }

    let mixed = mixture(&table, 4, SEED).unwrap();
    assert!(mixed.certainty.iter().all(|sure| *sure > 0.999) && mixed.warnings.is_empty());
}

#[test]
fn customers_without_any_structure_are_called_so() {
    let mut lot = random::Lot::of(3);
    let mut normal = || (0..12).map(|_| lot.share()).sum::<f64>() - 6.0;
    let table = Table::new(5, (0..1_500).map(|_| normal()).collect()).unwrap();
    let choice = choose(&table, 2..=4, SEED).unwrap();
    assert!(!choice.warnings.is_empty());
}

#[test]
fn many_rows_are_begun_on_a_sample_and_end_as_good() {
    let table = heaps(&CORNERS, 10_000);
    let found = kmeans(&table, 4, SEED).unwrap();
    assert_eq!(found.sizes, [10_000; 4]);
    near(found.inertia / 40_000.0, 2.0 / 12.0, 0.01);
}

#[test]
fn names_stay_with_the_clusters_that_stay() {
    let before = (0..100).map(|customer| (customer, (customer / 25) as u8));
    // Cluster 0 became 2, 1 became 0, 2 and 3 were mixed anew into 1 and 3; and customers came and left.
    let after = (10..200).map(|customer| {
        let now = match customer {
            0..25 => 2,
            25..50 => 0,
            50..100 if customer % 2 == 0 => 1,
            50..100 => 3,
            _ => 1,
        };
        (customer, now)
    });
    let found = by_members(before, after, 4);
    assert_eq!((found[2], found[0]), (Some(0), Some(1)));
    assert!(found[1].is_none_or(|earlier| found[3] != Some(earlier)), "a name is given once");
    assert_eq!(by_members([], [], 2), [None, None]);

    let moved: Vec<Vec<f64>> = [[8.2, 8.1], [0.1, -0.2], [30.0, 30.0]].map(|at| at.to_vec()).to_vec();
    let corners: Vec<Vec<f64>> = CORNERS.map(|at| at.to_vec()).to_vec();
    assert_eq!(by_centres(&corners, &moved), [Some(3), Some(0), None]);
    assert_eq!(by_centres(&[], &moved), [None, None, None]);
}

#[test]
fn what_is_no_table_is_refused_and_what_cannot_be_split_is_not_split() {
    assert!(Table::new(0, vec![]).is_none());
    assert!(Table::new(2, vec![1.0, 2.0, 3.0]).is_none());
    assert!(Table::new(1, vec![f64::NAN]).is_none());
    let none = Table::new(3, vec![]).unwrap().scaled();
    assert!(kmeans(&none, 2, SEED).is_none() && choose(&none, 2..=5, SEED).is_none());
    assert!(describe(&none, &[], &[]).is_empty());
    let one = Table::new(2, vec![3.0, 4.0]).unwrap().scaled();
    assert_eq!(kmeans(&one, 1, SEED).unwrap().inertia, 0.0);
    assert!(kmeans(&one, 2, SEED).is_none() && mixture(&one, 1, SEED).is_some());
}

#[test]
fn customers_all_alike_are_one_cluster() {
    let alike = Table::new(2, vec![5.0; 200]).unwrap().scaled();
    let found = kmeans(&alike, 3, SEED).unwrap();
    assert_eq!((found.inertia, found.sizes), (0.0, vec![100, 0, 0]));
    assert!(silhouette(&alike, &found.labels, SEED).is_none());
    assert!(choose(&alike, 2..=5, SEED).is_none());
    let mixed = mixture(&alike, 2, SEED).unwrap();
    assert!(mixed.log_likelihood.is_finite());
}

proptest! {
    #[test]
    fn each_row_is_with_its_nearest_centre_and_a_run_repeats(
        values in proptest::collection::vec(-9.0..9.0_f64, 12..80), k in 1..5_usize, seed in any::<u64>(),
    ) {
        let mut values = values;
        values.truncate(values.len() / 2 * 2);
        let table = Table::new(2, values).unwrap();
        let found = kmeans(&table, k, seed).unwrap();
        for (row, label) in table.rows().zip(&found.labels) {
            let own = apart(row, &found.centres[usize::from(*label)]);
            prop_assert!(found.centres.iter().all(|centre| own <= apart(row, centre) + 1e-9));
        }
        prop_assert!(found.sizes.is_sorted_by(|a, b| a >= b));
        prop_assert_eq!(&found, &kmeans(&table, k, seed).unwrap());
    }
}
