use proptest::prelude::*;

use super::*;
use crate::fixtures::{Lines, near};

const BREAD: u32 = 1;
const BUTTER: u32 = 2;
const MILK: u32 = 3;

/// 200 baskets: butter nearly always with bread, milk with anything.
fn breakfast() -> Baskets {
    let (mut basket, mut product) = (Vec::new(), Vec::new());
    for i in 0..200_u32 {
        let mut put = |what: u32| {
            basket.push(i);
            product.push(what);
        };
        if i % 4 == 0 {
            put(BREAD);
        }
        if i % 4 == 0 && i % 40 != 0 {
            put(BUTTER);
        }
        if i % 2 == 0 || i % 5 == 0 {
            put(MILK);
        }
        put(100 + i);
    }
    Baskets::new(&basket, &product).unwrap()
}

#[test]
fn what_goes_together_is_told_with_its_figures_and_chance_is_not() {
    let found = associate(&breakfast(), &Limits::default());
    let rule = found.rules.iter().find(|rule| (rule.from, rule.to) == (BUTTER, BREAD)).unwrap();
    assert_eq!((rule.together, rule.confidence), (45, 1.0));
    near(rule.support, 0.225, 1e-12);
    near(rule.lift, 4.0, 1e-12);
    assert!(rule.p_value < 1e-30);
    assert!(found.rules.is_sorted_by(|a, b| a.confidence >= b.confidence));
    assert!(found.rules.iter().all(|rule| rule.lift > 1.0), "what goes together by chance is left out");
}

#[test]
fn fishers_test_has_its_known_values() {
    // The tea tasting: four of four right among eight cups.
    near(chance_of_so_many(4, 4, 4, 8), 1.0 / 70.0, 1e-12);
    near(chance_of_so_many(3, 4, 4, 8), 17.0 / 70.0, 1e-12);
    near(chance_of_so_many(0, 4, 4, 8), 1.0, 1e-12);
    near(chance_of_so_many(5, 5, 5, 5), 1.0, 1e-12);
}

#[test]
fn offers_are_what_is_missing_and_go_where_most_would_buy() {
    let found = associate(&breakfast(), &Limits::default());
    let offer = found.next_for(&[BUTTER]);
    assert_eq!((offer[0].product, offer[0].rule.from), (BREAD, BUTTER));
    assert!(found.next_for(&[BREAD, BUTTER]).iter().all(|offer| offer.product == MILK));
    assert!(found.next_for(&[]).is_empty() && found.next_for(&[999]).is_empty());

    let group = Baskets::new(&[1, 2, 3, 3], &[BREAD, BREAD, BREAD, BUTTER]).unwrap();
    let butter = found.next_for_group(&group).into_iter().find(|offer| offer.product == BUTTER).unwrap();
    assert_eq!((butter.members, butter.owners), (2, 1));
    near(butter.expected_buyers, 1.8, 1e-12);
}

#[test]
fn a_basket_with_everything_and_no_baskets_at_all_are_no_trouble() {
    let (basket, product): (Vec<u32>, Vec<u32>) = (0..10_000).map(|product| (7, product)).unzip();
    let found = associate(&Baskets::new(&basket, &product).unwrap(), &Limits::default());
    assert_eq!((found.rules.len(), found.baskets, found.passed_over), (0, 0, 1));
    assert!(associate(&Baskets::default(), &Limits::default()).rules.is_empty());
    assert!(Baskets::new(&[1], &[]).is_none());
}

/// The regency teacups of Online Retail belong together, as anyone in the shop would say.
pub fn teacups_go_together(lines: &Lines) {
    // The most common products are enough, and counted sooner.
    let mut counts = vec![0; lines.names.len()];
    lines.product.iter().for_each(|product| counts[*product as usize] += 1);
    let rows = lines.invoice.iter().zip(&lines.product).filter(|(_, product)| counts[**product as usize] >= 400);
    let (invoice, product): (Vec<u32>, Vec<u32>) = rows.unzip();
    let found = associate(&Baskets::new(&invoice, &product).unwrap(), &Limits::default());
    let cup = |colour: &str| {
        let name = format!("{colour} REGENCY TEACUP AND SAUCER");
        lines.names.iter().position(|known| known.trim() == name).unwrap() as u32
    };
    let (pink, green) = (cup("PINK"), cup("GREEN"));
    let rule = found.rules.iter().find(|rule| (rule.from, rule.to) == (pink, green)).unwrap();
    assert!(rule.confidence > 0.8 && rule.lift > 15.0 && rule.p_value < 1e-100, "{rule:?}");
    let cups = [pink, green, cup("ROSES")];
    assert!(cups[1..].contains(&found.next_for(&[pink])[0].product));
}

proptest! {
    #[test]
    fn figures_are_what_counting_gives_and_the_order_of_rows_does_not_matter(
        mut rows in proptest::collection::vec((0..40_u32, 0..6_u32), 1..200),
    ) {
        let limits = Limits { least_together: 1, false_share: 1.0, ..Limits::default() };
        let found = |rows: &[(u32, u32)]| {
            let (basket, product): (Vec<u32>, Vec<u32>) = rows.iter().copied().unzip();
            associate(&Baskets::new(&basket, &product).unwrap(), &limits)
        };
        let all = found(&rows);
        for rule in &all.rules {
            let with = |product: u32| {
                rows.iter().filter(|row| row.1 == product).map(|row| row.0).collect::<std::collections::BTreeSet<_>>()
            };
            let (from, to) = (with(rule.from), with(rule.to));
            let both = from.intersection(&to).count();
            prop_assert_eq!(rule.together as usize, both);
            prop_assert!((rule.confidence - both as f64 / from.len() as f64).abs() < 1e-12);
            prop_assert!((rule.lift * to.len() as f64 / all.baskets as f64 - rule.confidence).abs() < 1e-9);
            prop_assert!((0.0..=1.0).contains(&rule.p_value));
        }
        rows.reverse();
        prop_assert_eq!(&all.rules, &found(&rows).rules);
    }
}
