//! The arithmetic of plans, in whole minor units.

use std::collections::BTreeMap;

use kernel::Id;

use super::period::{Period, Unit};

/// A part of a number, rounded half away from zero; `of` above zero.
pub fn share(value: i64, part: i64, of: i64) -> i64 {
    let of = i128::from(of.max(1));
    let scaled = i128::from(value) * i128::from(part);
    let rounded = (scaled.abs() + of / 2) / of * scaled.signum();
    i64::try_from(rounded).unwrap_or(if rounded < 0 { i64::MIN } else { i64::MAX })
}

/// A number and so many tenths of a per cent more or less.
pub fn grown(value: i64, per_mille: i64) -> i64 {
    share(value, 1_000 + per_mille, 1_000)
}

/// Splits a number into parts that differ by at most one and add up to it exactly.
pub fn split(value: i64, parts: i64) -> Vec<i64> {
    let at = |place: i64| i128::from(value) * i128::from(place) / i128::from(parts.max(1));
    (0..parts).map(|place| i64::try_from(at(place + 1) - at(place)).unwrap_or(0)).collect()
}

/// What is planned for a period, and whether it is made of quotas of other periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    pub value: i64,
    pub derived: bool,
}

/// The quota of just this period; else the sum of shorter ones that lie in it; else its part of a longer one.
pub fn target(quotas: &BTreeMap<Period, i64>, period: Period) -> Option<Target> {
    if let Some(value) = quotas.get(&period) {
        return Some(Target { value: *value, derived: false });
    }
    if let Some(value) = within(quotas, period) {
        return Some(Target { value, derived: true });
    }
    let (around, value) = quotas.iter().filter(|(own, _)| own.holds(period)).min_by_key(|(own, _)| own.unit())?;
    // Its parts add up to the whole: the last month of a quarter has what rounding left.
    let parts = around.unit().months() / period.unit().months();
    let place = (0..parts).find(|place| Period::of(period.unit(), around.first()).after(*place) == period)?;
    let value = split(*value, parts).get(usize::try_from(place).ok()?).copied()?;
    Some(Target { value, derived: true })
}

/// The sum of the quotas inside a period: a quarter's own before those of its months.
fn within(quotas: &BTreeMap<Period, i64>, period: Period) -> Option<i64> {
    let shorter = match period.unit() {
        Unit::Year => Unit::Quarter,
        Unit::Quarter => Unit::Month,
        Unit::Month => return None,
    };
    let first = Period::of(shorter, period.first());
    let parts = (0..period.unit().months() / shorter.months()).map(|place| first.after(place));
    let known = parts.filter_map(|part| quotas.get(&part).copied().or_else(|| within(quotas, part)));
    known.fold(None, |sum: Option<i64>, value| Some(sum.unwrap_or(0).saturating_add(value)))
}

/// Own numbers and those of everybody below, by who is whose. Who stands below themselves counts once.
pub fn rolled_up(own: &BTreeMap<Id, i64>, above: &BTreeMap<Id, Id>) -> BTreeMap<Id, i64> {
    let mut sums: BTreeMap<Id, i64> = BTreeMap::new();
    for (id, value) in own {
        let mut at = Some(*id);
        let mut passed: Vec<Id> = Vec::new();
        while let Some(one) = at.filter(|one| !passed.contains(one)) {
            passed.push(one);
            let sum = sums.entry(one).or_default();
            *sum = sum.saturating_add(*value);
            at = above.get(&one).copied();
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn period(unit: Unit, day: &str) -> Period {
        Period::of(unit, day.parse().expect("a day"))
    }

    #[test]
    fn a_period_has_its_own_quota_the_sum_of_its_parts_or_a_part_of_the_whole() {
        let month = |day: &str| period(Unit::Month, day);
        let quotas = BTreeMap::from([
            (month("2026-01-01"), 10),
            (month("2026-02-01"), 20),
            (month("2026-03-01"), 31),
            (period(Unit::Year, "2027-01-01"), 1_000),
        ]);
        let found = |unit: Unit, day: &str| target(&quotas, period(unit, day)).map(|it| (it.value, it.derived));
        assert_eq!(found(Unit::Month, "2026-02-11"), Some((20, false)));
        assert_eq!(found(Unit::Quarter, "2026-02-11"), Some((61, true)));
        assert_eq!(found(Unit::Year, "2026-02-11"), Some((61, true)), "as much of a year as is planned");
        assert_eq!(found(Unit::Year, "2025-02-11"), None);
        assert_eq!(found(Unit::Month, "2026-04-01"), None);
        assert_eq!(found(Unit::Quarter, "2027-04-01"), Some((250, true)));
        let months = Period::of_year(Unit::Month, 2027).into_iter().filter_map(|month| target(&quotas, month));
        assert_eq!(months.map(|it| it.value).sum::<i64>(), 1_000, "nothing is lost by rounding");
    }

    #[test]
    fn what_is_below_counts_above() {
        let [a, b, c] = [1, 2, 3].map(|n| Id::derived(n, &[7; 10]));
        let own = BTreeMap::from([(a, 1), (b, 10), (c, 100)]);
        let sums = rolled_up(&own, &BTreeMap::from([(c, b), (b, a)]));
        assert_eq!(sums, BTreeMap::from([(a, 111), (b, 110), (c, 100)]));
        let round = rolled_up(&own, &BTreeMap::from([(a, b), (b, a)]));
        assert_eq!((round[&a], round[&b]), (11, 11), "a circle counts each once");
    }

    proptest! {
        #[test]
        fn parts_add_up(value in -1_000_000_000i64..1_000_000_000, parts in 1i64..40) {
            let split = split(value, parts);
            prop_assert_eq!(split.iter().sum::<i64>(), value);
            let (least, most) = (split.iter().min().unwrap(), split.iter().max().unwrap());
            prop_assert!(most - least <= 1);
        }

        #[test]
        fn growth_is_monotone(value in 0i64..1_000_000_000, less in -1_000i64..1_000, more in 0i64..1_000) {
            prop_assert!(grown(value, less) <= grown(value, less + more));
            prop_assert_eq!(grown(value, 0), value);
        }
    }
}
