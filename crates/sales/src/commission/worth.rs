//! What is earned on what was credited: whole minor units, rounded on the running sum, so that parts add up to the whole.

use std::collections::BTreeMap;

use kernel::Id;

use super::terms::{Applies, By, Step, Terms, WHOLE};
use crate::plan::worth::share;

/// One thing that is credited to a person in a period, in the order in which it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credited {
    /// The deal or order: what its cap is for.
    pub record: Id,
    pub product_line: Option<Id>,
    pub base: i64,
}

/// A stretch of what is credited, and its rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    pub base: i64,
    /// Hundredths of a per cent.
    pub rate: i64,
}

/// What each earns, by its place.
pub fn earned(terms: &Terms, quota: Option<i64>, credited: &[Credited]) -> Vec<i64> {
    let total: i128 = credited.iter().map(|one| i128::from(one.base.max(0))).sum();
    let mut passed = 0_i128;
    let mut running = 0_i128;
    let mut of_record: BTreeMap<Id, i128> = BTreeMap::new();
    let mut paid = 0_i128;
    let mut amounts = Vec::with_capacity(credited.len());
    for one in credited {
        let before = rounded(running);
        for slice in slices(terms, quota, one, passed, total) {
            running += i128::from(slice.base) * i128::from(slice.rate);
        }
        passed += i128::from(one.base.max(0));
        let plain = rounded(running) - before;
        // The cap of a deal first, then that of the period.
        let deal = of_record.entry(one.record).or_default();
        let held = capped(terms.deal_cap, *deal + plain) - capped(terms.deal_cap, *deal);
        *deal += plain;
        let amount = capped(terms.cap, paid + held) - capped(terms.cap, paid);
        paid += held;
        amounts.push(i64::try_from(amount).unwrap_or(i64::MAX));
    }
    amounts
}

/// How what is credited lies in the steps, after so much of the period and of so much in all.
pub fn slices(terms: &Terms, quota: Option<i64>, one: &Credited, passed: i128, total: i128) -> Vec<Slice> {
    let base = i128::from(one.base.max(0));
    let Some(table) = terms.table(one.product_line).filter(|_| base > 0) else { return Vec::new() };
    let begins = |step: &Step| begin(terms.by, quota, step);
    if terms.applies == Applies::All {
        let reached = table.steps.iter().rfind(|step| begins(step).is_some_and(|at| at <= total));
        return reached.map(|step| Slice { base: one.base, rate: step.rate }).into_iter().collect();
    }
    let mut slices = Vec::new();
    for (place, step) in table.steps.iter().enumerate() {
        let Some(from) = begins(step) else { break };
        let until = table.steps.get(place + 1).and_then(begins);
        let first = from.max(passed);
        let last = until.map_or(passed + base, |until| until.min(passed + base));
        if last > first {
            slices.push(Slice { base: i64::try_from(last - first).unwrap_or(i64::MAX), rate: step.rate });
        }
    }
    slices
}

/// Where a step begins; a part of a quota that nobody set is never reached.
fn begin(by: By, quota: Option<i64>, step: &Step) -> Option<i128> {
    match by {
        _ if step.from == 0 => Some(0),
        By::Flat => None,
        By::Amount => Some(i128::from(step.from)),
        By::Attainment => quota.filter(|quota| *quota > 0).map(|quota| i128::from(share(quota, step.from, 100))),
    }
}

fn rounded(scaled: i128) -> i128 {
    (scaled.abs() + i128::from(WHOLE) / 2) / i128::from(WHOLE) * scaled.signum()
}

fn capped(cap: Option<i64>, amount: i128) -> i128 {
    cap.map_or(amount, |cap| amount.min(i128::from(cap)))
}

/// An amount by shares of the whole; what they leave comes last. The parts add up to it.
pub fn shared(amount: i64, shares: &[i64]) -> Vec<i64> {
    let mut given = 0_i64;
    let mut until = 0_i64;
    let mut parts = Vec::with_capacity(shares.len() + 1);
    for part in shares {
        until += part;
        let upto = share(amount, until, WHOLE);
        parts.push(upto - given);
        given = upto;
    }
    parts.push(amount - given);
    parts
}

/// Takes an amount off parts, by their size; never more than there is, never below nothing.
pub fn lessened(parts: &mut BTreeMap<Option<Id>, i64>, taken: i64) {
    let total: i64 = parts.values().map(|part| (*part).max(0)).sum();
    let left = total.saturating_sub(taken.max(0)).max(0);
    let (mut passed, mut given) = (0_i64, 0_i64);
    for part in parts.values_mut() {
        passed += (*part).max(0);
        let upto = share(left, passed, total.max(1));
        *part = upto - given;
        given = upto;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::terms::{Base, Credit, Table};
    use super::*;

    fn id(number: i64) -> Id {
        Id::derived(number, &[7; 10])
    }

    fn terms(by: By, applies: Applies, steps: &[(i64, i64)]) -> Terms {
        let steps = steps.iter().map(|(from, rate)| Step { from: *from, rate: *rate }).collect();
        Terms {
            credit: Credit::Booked,
            base: Base::Revenue,
            unit: "month".into(),
            by,
            applies,
            tables: vec![Table { product_line: None, steps }],
            deal_cap: None,
            cap: None,
            take_back_days: None,
        }
    }

    fn of(bases: &[i64]) -> Vec<Credited> {
        (1..).zip(bases).map(|(n, base)| Credited { record: id(n), product_line: None, base: *base }).collect()
    }

    #[test]
    fn a_deal_that_passes_the_quota_earns_the_higher_rate_on_what_is_above() {
        let plan = terms(By::Attainment, Applies::Step, &[(0, 500), (100, 1_000)]);
        // 85 % of 10,000.00, then a deal of 10,000.00: 1,500.00 at 5 % and 8,500.00 at 10 %.
        assert_eq!(earned(&plan, Some(1_000_000), &of(&[850_000, 1_000_000])), [42_500, 7_500 + 85_000]);
        assert_eq!(earned(&plan, None, &of(&[850_000, 1_000_000])), [42_500, 50_000], "nobody set a quota");
    }

    #[test]
    fn a_step_for_everything_lifts_what_was_before_it() {
        let plan = terms(By::Amount, Applies::All, &[(0, 200), (1_000_000, 400)]);
        assert_eq!(earned(&plan, None, &of(&[600_000])), [12_000]);
        assert_eq!(earned(&plan, None, &of(&[600_000, 400_000])), [24_000, 16_000]);
    }

    #[test]
    fn caps_hold_a_deal_and_a_period() {
        let mut plan = terms(By::Flat, Applies::Step, &[(0, 1_000)]);
        plan.deal_cap = Some(5_000);
        plan.cap = Some(8_000);
        assert_eq!(earned(&plan, None, &of(&[100_000, 20_000, 40_000])), [5_000, 2_000, 1_000]);
    }

    #[test]
    fn a_product_line_has_its_own_rate() {
        let mut plan = terms(By::Flat, Applies::Step, &[(0, 500)]);
        plan.tables.push(Table { product_line: Some(id(9)), steps: vec![Step { from: 0, rate: 2_000 }] });
        let mut credited = of(&[10_000, 10_000]);
        credited[1].product_line = Some(id(9));
        assert_eq!(earned(&plan, None, &credited), [500, 2_000]);
    }

    #[test]
    fn what_is_taken_off_is_shared_by_size() {
        let mut parts = BTreeMap::from([(None, 100), (Some(id(1)), 200)]);
        lessened(&mut parts, 100);
        assert_eq!(parts.values().sum::<i64>(), 200);
        lessened(&mut parts, 1_000);
        assert_eq!(parts.values().copied().collect::<Vec<_>>(), [0, 0]);
    }

    proptest! {
        #[test]
        fn parts_add_up_to_what_the_whole_earns(bases in prop::collection::vec(0i64..5_000_000, 1..12), quota in 1i64..10_000_000) {
            let plan = terms(By::Attainment, Applies::Step, &[(0, 333), (80, 777), (100, 1_234)]);
            let whole: i64 = bases.iter().sum();
            let parts: i64 = earned(&plan, Some(quota), &of(&bases)).iter().sum();
            prop_assert_eq!(parts, earned(&plan, Some(quota), &of(&[whole])).iter().sum::<i64>());
        }

        #[test]
        fn nobody_earns_more_than_the_cap(bases in prop::collection::vec(0i64..5_000_000, 1..12), cap in 0i64..400_000) {
            let mut plan = terms(By::Flat, Applies::Step, &[(0, 1_500)]);
            let free: i64 = earned(&plan, None, &of(&bases)).iter().sum();
            plan.cap = Some(cap);
            prop_assert_eq!(earned(&plan, None, &of(&bases)).iter().sum::<i64>(), free.min(cap));
        }

        #[test]
        fn shares_add_up(amount in 0i64..1_000_000_000, shares in prop::collection::vec(0i64..2_500, 0..4)) {
            let parts = shared(amount, &shares);
            prop_assert_eq!(parts.iter().sum::<i64>(), amount);
            prop_assert!(parts.iter().all(|part| *part >= 0));
        }
    }
}
