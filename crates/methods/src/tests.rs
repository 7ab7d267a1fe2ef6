//! All methods on one real shop: Online Retail, 397,884 lines of a year. Reading it is most of the work, so it is read once.

use super::fixtures::{day, json, near, online_retail};
use super::{abc, affinity, clusters, cohorts, rfm};

#[test]
fn online_retail_has_its_known_answers() {
    let (Some(lines), Some(expected)) = (online_retail(), json("reference/rfm/online_retail_expected.json")) else {
        return;
    };
    let summaries = lines.orders().summarise(day("2011-12-10"));
    assert_eq!((lines.day.len(), summaries.len()), (397_884, 4_338));
    assert_eq!(summaries.orders.iter().sum::<u32>(), 16_763);
    near(summaries.total.iter().sum::<i64>() as f64 / 1000.0, 8_911_407.90, 1e-9);

    rfm::tests::compare(&lines, &expected, 1000.0);
    abc::tests::compare(&lines, &expected);
    cohorts::tests::compare(&lines, &expected);
    affinity::tests::teacups_go_together(&lines);
    clusters::tests::compare(&lines, &expected, 1000, &["2", "5"]);
}
