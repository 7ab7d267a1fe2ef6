use proptest::prelude::*;

use super::*;
use crate::fixtures::{cdnow, number, rows};

const AS_OF: i32 = 100;

#[test]
fn lines_of_a_day_are_one_order_and_returns_are_taken_off() {
    let orders =
        Orders::new(&[7, 7, 7, 7, 7, 9, 9], &[10, 10, 24, 30, 200, 50, 51], &[500, 250, 1_000, -300, 9_999, -100, 0])
            .unwrap();
    let found = orders.summarise(AS_OF);
    assert_eq!(found.customer, [7, 9]);
    assert_eq!(found.orders, [2, 1], "day 30 only returned, day 200 is to come, and what was free is an order");
    assert_eq!((found.first[0], found.last[0]), (10, 24));
    assert_eq!((found.total[0], found.repeat_total[0]), (1_450, 1_000));
    assert_eq!((found.first[1], found.total[1]), (51, -100));
    assert_eq!(found.left_out, LeftOut { lines_after: 1, customers_without_order: 0 });
    assert_eq!(found.recency_days().collect::<Vec<_>>(), [76, 49]);
    assert_eq!(found.histories().next(), Some(History { repeats: 1, recency: 2.0, age: 90.0 / 7.0 }));
    assert_eq!(found.repeat_means(), [1_000.0, 0.0]);
}

#[test]
fn who_only_returned_or_comes_later_is_no_customer_yet() {
    let orders = Orders::new(&[1, 2], &[10, 500], &[-5, 5]).unwrap();
    let found = orders.summarise(AS_OF);
    assert!(found.is_empty());
    assert_eq!(found.left_out, LeftOut { lines_after: 1, customers_without_order: 2 });
}

#[test]
fn columns_of_different_length_are_refused_and_empty_ones_are_not() {
    assert!(Orders::new(&[1], &[], &[]).is_none());
    assert!(Orders::new(&[], &[], &[]).unwrap().summarise(AS_OF).is_empty());
}

#[test]
fn amounts_at_the_end_of_their_range_do_not_overflow() {
    let orders = Orders::new(&[1, 1, 1], &[i32::MIN, 1, 2], &[i64::MAX, i64::MAX, i64::MIN]).unwrap();
    let found = orders.summarise(i32::MAX);
    assert_eq!((found.orders[0], found.repeat_total[0]), (2, 0));
}

#[test]
fn the_published_summary_of_cdnow_comes_out_of_its_lines() {
    let (Some(lines), Some(expected)) = (cdnow(), rows("reference/clv/cdnow_sample_summary.csv")) else { return };
    let found = lines.orders().summarise(crate::fixtures::day("1997-09-30"));
    assert_eq!(found.len(), expected.len());
    for ((row, history), mean) in expected.iter().zip(found.histories()).zip(found.repeat_means()) {
        assert_eq!(history.repeats, row[1].parse::<u32>().unwrap());
        assert!((history.recency - number(&row[2])).abs() <= 0.005 + 1e-9);
        assert!((history.age - number(&row[3])).abs() <= 0.005 + 1e-9);
        assert!((mean / 100.0 - number(&row[4])).abs() <= 0.006);
    }
}

proptest! {
    #[test]
    fn the_order_of_lines_does_not_matter(
        mut lines in proptest::collection::vec((0..20_u32, 0..60_i32, -50..200_i64), 0..200),
    ) {
        let summary = |lines: &[(u32, i32, i64)]| {
            let customer: Vec<u32> = lines.iter().map(|line| line.0).collect();
            let day: Vec<i32> = lines.iter().map(|line| line.1).collect();
            let amount: Vec<i64> = lines.iter().map(|line| line.2).collect();
            let found = Orders::new(&customer, &day, &amount).unwrap().summarise(40);
            (found.customer, found.orders, found.first, found.last, found.total, found.repeat_total)
        };
        let as_given = summary(&lines);
        lines.reverse();
        prop_assert_eq!(&as_given, &summary(&lines));
        lines.sort_unstable();
        prop_assert_eq!(&as_given, &summary(&lines));
    }
}
