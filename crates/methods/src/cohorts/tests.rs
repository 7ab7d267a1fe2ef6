use serde_json::{Value, json};

use super::*;
use crate::fixtures::{Lines, cdnow, day, json, near};

pub fn compare(lines: &Lines, expected: &Value) {
    let found = cohorts(&lines.orders(), day(expected["asof"].as_str().unwrap()));
    let mut compared = 0_u64;
    for expected in expected["cohort"].as_array().unwrap() {
        let cohort = found.iter().find(|cohort| expected[0] == json!(cohort.month)).unwrap();
        let since = usize::try_from(expected[1].as_u64().unwrap()).unwrap();
        assert_eq!(json!(cohort.active[since]), expected[2], "{} after {since}", cohort.month);
        assert!((cohort.retention()[since] - expected[3].as_f64().unwrap()).abs() < 1e-6);
        compared += u64::from(cohort.active[since]);
    }
    let all: u64 = found.iter().flat_map(|cohort| &cohort.active).map(|active| u64::from(*active)).sum();
    assert_eq!(compared, all, "nothing beside what is expected");
    let summaries = lines.orders().summarise(i32::MAX);
    let money: i64 = found.iter().flat_map(|cohort| &cohort.money).sum();
    near(money as f64, summaries.total.iter().sum::<i64>() as f64, 1e-12);
}

#[test]
fn cdnow_holds_its_cohorts_as_the_peer_counts_them() {
    let (Some(lines), Some(expected)) = (cdnow(), json("reference/rfm/expected.json")) else { return };
    compare(&lines, &expected);
}

#[test]
fn months_before_1970_and_days_no_calendar_has_are_no_trouble() {
    let orders = Orders::new(&[1, 1, 2, 3], &[-1, 0, i32::MIN, 40], &[7, 8, 9, 10]).unwrap();
    let found = cohorts(&orders, 20);
    assert_eq!(found.len(), 1, "one customer's day is in no calendar, another's is to come");
    assert_eq!(found[0].month.to_string(), "1969-12");
    assert_eq!((&found[0].active[..], &found[0].money[..]), (&[1, 1][..], &[7, 8][..]));
    assert!(cohorts(&orders, i32::MAX).is_empty());
}
