//! Held to worlds that are known because they were made so, and to deals whose end is known.

use std::collections::BTreeMap;

use super::{Deal, Month, Outlook, back_test};
use crate::clusters::random::Lot;
use crate::day;
use crate::fixtures;

fn month(text: &str) -> Month {
    Month::of(fixtures::day(&format!("{text}-01")))
}

/// So many begin each day; each day a share of the open is won and a share lost.
fn even(days: i32, each: usize, win: f64, lose: f64) -> Vec<Deal> {
    let (from, mut lot, mut deals) = (fixtures::day("2020-01-01"), Lot::of(11), Vec::new());
    for begun in from..from + days {
        for _ in 0..each {
            let ended = (begun..from + days).find_map(|day| {
                let drawn = lot.share();
                (drawn < win + lose).then_some((day, drawn < win))
            });
            deals.push(Deal { begun, ended, amount: Some(100), groups: vec![0] });
        }
    }
    deals
}

#[test]
fn an_even_world_is_foretold_narrowly() {
    let deals = even(500, 6, 0.01, 0.02);
    let as_of = month("2021-01").after(-1).last_day();
    let outlook = Outlook::learn(&deals, as_of).unwrap();
    let coming = outlook.simulate(3, 400, 1);
    for one in &coming {
        let came = deals.iter().filter(|deal| deal.ended.is_some_and(|(day, won)| won && Month::of(day) == one.month));
        let came = came.count() as f64;
        assert!(one.deals.low - 12.0 <= came && came <= one.deals.high + 12.0, "{one:?} {came}");
        assert!(one.deals.high - one.deals.low < 0.75 * one.deals.expected, "{one:?}");
        assert!((one.amount.expected - 100.0 * one.deals.expected).abs() < 1e-6);
    }
    assert!(coming[2].deals_so_far.expected > coming[2].deals.expected);

    // A third of all is won in the end, whatever its age; half of them within five weeks.
    let fresh = Deal { begun: as_of, ended: None, amount: None, groups: vec![0] };
    let (won, by) = outlook.foretell(&fresh, 730);
    assert!((won - 1.0 / 3.0).abs() < 0.03, "{won}");
    assert!((15..35).contains(&(by.unwrap() - as_of)), "{by:?}");
    let (soon, _) = outlook.foretell(&fresh, 10);
    assert!(soon < won && soon > 0.0);
}

#[test]
fn a_group_that_wins_more_is_told_apart_and_a_small_one_hardly() {
    let mut deals = even(400, 6, 0.01, 0.02);
    for (place, deal) in deals.iter_mut().enumerate() {
        let won = deal.ended.is_some_and(|(_, won)| won);
        deal.groups = vec![if won && place % 2 == 0 { 1 } else { u32::try_from(place % 2).unwrap() * 2 }];
    }
    deals.push(Deal {
        begun: fixtures::day("2020-03-01"),
        ended: Some((fixtures::day("2020-03-02"), true)),
        amount: Some(1),
        groups: vec![9],
    });
    let as_of = fixtures::day("2021-01-20");
    let outlook = Outlook::learn(&deals, as_of).unwrap();
    let of =
        |group: u32| outlook.foretell(&Deal { begun: as_of, ended: None, amount: None, groups: vec![group] }, 365).0;
    assert!(of(1) > of(2) && of(2) > of(0), "{} {} {}", of(1), of(2), of(0));
    assert!(of(9) < of(1), "one deal says little");
}

#[test]
fn too_little_is_no_outlook() {
    assert!(Outlook::learn(&[], 0).is_none());
    let deals = even(20, 3, 0.05, 0.05);
    assert!(Outlook::learn(&deals, fixtures::day("2020-01-20")).is_none(), "a part of a month");
}

/// The public set of 8,800: open ones have no amount, and products stand as they are written.
fn opportunities() -> Option<Vec<Deal>> {
    let rows = fixtures::rows("b2b/crm-opportunities/sales_pipeline.csv")?;
    let mut numbers: [BTreeMap<String, u32>; 2] = [BTreeMap::new(), BTreeMap::new()];
    let engaged = rows.iter().filter(|row| !row[5].is_empty());
    let deal = |row: &Vec<String>| {
        let groups = [1, 2].iter().zip(&mut numbers).map(|(column, known)| {
            let next = u32::try_from(known.len()).unwrap();
            *known.entry(row[*column].clone()).or_insert(next)
        });
        let groups = groups.collect();
        let won = row[4] == "Won";
        Deal {
            begun: fixtures::day(&row[5]),
            ended: (won || row[4] == "Lost").then(|| (fixtures::day(&row[6]), won)),
            amount: won.then(|| (fixtures::number(&row[7]) * 100.0) as i64),
            groups,
        }
    };
    Some(engaged.map(deal).collect())
}

#[test]
fn intervals_of_real_months_hold_what_came_about_as_often_as_they_say() {
    let Some(deals) = opportunities() else { return };
    let origins: Vec<Month> = (0..6).map(|at| month("2017-06").after(at)).collect();
    let test = back_test(&deals, &origins, month("2017-12"), 100, 7);
    assert_eq!(test.held.len(), 3 + 3 + 3 + 3 + 2 + 1);
    let (deals, amounts) = (test.deals_covered(), test.amounts_covered());
    assert!(deals >= 0.6 && amounts >= 0.6, "{deals} {amounts}");
    assert!(test.deals_error() < test.naive_error(), "{} {}", test.deals_error(), test.naive_error());
    assert!(test.deals_error() < 0.2 && test.amounts_error() < 0.2);
    for held in &test.held {
        assert!(held.deals.low > 0.0 && held.deals.high < 3.0 * held.deals_came, "{held:?}");
        assert_eq!(day::of(held.as_of), day::of(Month::of(held.as_of).last_day()));
    }
}
