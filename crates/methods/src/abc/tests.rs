use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::fixtures::{Lines, cdnow, day, json, near};

pub fn compare(lines: &Lines, expected: &Value) {
    let summaries = lines.orders().summarise(day(expected["asof"].as_str().unwrap()));
    let found = classify(&summaries.total, Borders::default());
    for (i, class) in ["A", "B", "C"].into_iter().enumerate() {
        assert_eq!(found.customers[i] as u64, expected["abc"][class].as_u64().unwrap(), "class {class}");
    }
    near(found.gini, expected["gini_revenue"].as_f64().unwrap(), 1e-9);
    near(found.top_fifth_share, expected["top20pct_share"].as_f64().unwrap(), 1e-9);
}

#[test]
fn cdnow_has_its_known_classes() {
    let (Some(lines), Some(expected)) = (cdnow(), json("reference/rfm/expected.json")) else { return };
    compare(&lines, &expected);
}

#[test]
fn a_customer_who_alone_brings_nearly_everything_is_class_a() {
    let found = classify(&[10, 99_000, 5, -700, 0], Borders::default());
    assert_eq!(found.class, [Class::C, Class::A, Class::C, Class::C, Class::C]);
    assert_eq!(found.money, [99_000, 0, -685]);
    assert!(found.gini > 0.7 && found.top_fifth_share > 0.99);
}

#[test]
fn nobody_nothing_and_all_alike_have_classes() {
    let none = classify(&[], Borders::default());
    assert_eq!((none.customers, none.gini, none.top_fifth_share), ([0; 3], 0.0, 0.0));
    let nothing = classify(&[0, -5], Borders::default());
    assert_eq!((nothing.customers, nothing.gini), ([0, 0, 2], 0.0));
    let alike = classify(&[500; 100], Borders::default());
    assert_eq!(alike.customers, [80, 15, 5]);
    assert!(alike.gini.abs() < 1e-12 && (alike.top_fifth_share - 0.2).abs() < 1e-12);
    let one = classify(&[i64::MAX], Borders::default());
    assert_eq!((one.customers, one.gini), ([1, 0, 0], 0.0));
}

proptest! {
    #[test]
    fn a_better_class_never_brings_less_and_the_order_of_customers_does_not_matter(
        totals in proptest::collection::vec(-100..1_000_i64, 1..80),
    ) {
        let found = classify(&totals, Borders::default());
        prop_assert_eq!(found.customers.iter().sum::<usize>(), totals.len());
        for (i, a) in totals.iter().enumerate() {
            for (j, b) in totals.iter().enumerate() {
                prop_assert!(found.class[i] >= found.class[j] || a >= b);
            }
        }
        let mut reversed = totals.clone();
        reversed.reverse();
        let again = classify(&reversed, Borders::default());
        prop_assert_eq!((again.customers, again.money), (found.customers, found.money));
        prop_assert!((again.gini - found.gini).abs() < 1e-12 && (0.0..=1.0).contains(&found.gini));
    }
}
