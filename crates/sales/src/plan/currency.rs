//! In which currency a plan is reckoned.

use std::collections::BTreeMap;

use foundation::Reader;
use foundation::company::currencies::Rates;
use kernel::{Currency, Money, Result};

use super::queries;

/// The rates, in the company's own currency; where none of what was won lately can be converted to it, in the one most is
/// sold in: a company that never said its currency plans in that of its deals.
pub fn rates(reader: &mut Reader) -> Result<Rates> {
    let mut rates = Rates::load(reader.tx)?;
    let mut sold: BTreeMap<Currency, usize> = BTreeMap::new();
    for currency in queries::sold_lately(reader)? {
        *sold.entry(currency).or_default() += 1;
    }
    let today = reader.now.date();
    let reckons = |currency: &Currency| rates.in_company(Money::new(1, *currency), today).is_some();
    if !sold.keys().any(reckons)
        && let Some((currency, _)) = sold.into_iter().max_by_key(|(_, deals)| *deals)
    {
        rates.company.company = currency;
    }
    Ok(rates)
}
