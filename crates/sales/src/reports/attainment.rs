//! What people were to sell in a period of reports: their quotas by month, of a month that is only touched its part by days.

use std::collections::BTreeMap;

use foundation::Reader;
use kernel::{Id, Money, Result};

use super::asked::Period;
use super::told::Purse;
use crate::plan::period::{self, Unit, days_between};
use crate::plan::worth::{share, target};
use crate::plan::{Measure, Planned, Whose, currency};

/// By person, in the currency of the report; whoever has no quota is not in it.
pub fn quotas(reader: &mut Reader, period: Period, purse: &Purse) -> Result<BTreeMap<Id, i64>> {
    let rates = currency::rates(reader)?;
    let planned = Planned::load(reader, Measure::Revenue, period.from, period.to, &rates)?;
    let mut quotas = BTreeMap::new();
    for ((whose, person), own) in &planned.values {
        if *whose != Whose::Person {
            continue;
        }
        let mut month = period::Period::of(Unit::Month, period.from);
        let mut sum: Option<i64> = None;
        while month.first() <= period.to {
            if let Some(target) = target(own, month) {
                let days = days_between(month.first().max(period.from), month.last().min(period.to)) + 1;
                let part = Money::new(share(target.value, days, month.days()), rates.company.company);
                let part = purse.one(part).map_or(0, |part| part.amount);
                sum = Some(sum.unwrap_or(0).saturating_add(part));
            }
            let next = month.after(1);
            if next == month {
                break;
            }
            month = next;
        }
        quotas.extend(sum.filter(|sum| *sum > 0).map(|sum| (*person, sum)));
    }
    Ok(quotas)
}
