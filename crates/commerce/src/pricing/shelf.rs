//! Reads what decides the prices of some products for one customer.

use std::collections::{BTreeMap, BTreeSet};

use foundation::Reader;
use foundation::company::currencies::Rates;
use foundation::records::ask;
use jiff::civil::Date;
use kernel::{Id, Result};

use super::{DEEPEST, Shelf, queries};

/// Who buys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Buyer {
    pub contact: Option<Id>,
    pub company: Option<Id>,
}

/// What decides the prices of these products and of what is in them. Prices are the company's to say: they are the same
/// whoever of its people asks.
pub fn shelf(reader: &mut Reader, buyer: Buyer, products: &[Id], day: Date) -> Result<Shelf> {
    ask::as_product(reader, |reader| {
        let mut wanted: BTreeSet<Id> = products.iter().copied().collect();
        let mut parts = Vec::new();
        let mut next: Vec<Id> = wanted.iter().copied().collect();
        for _ in 0..DEEPEST {
            let found = queries::parts(reader, &next)?;
            next = found.iter().map(|part| part.product).filter(|id| wanted.insert(*id)).collect();
            parts.extend(found);
            if next.is_empty() {
                break;
            }
        }
        let wanted: Vec<Id> = wanted.into_iter().collect();
        let products: BTreeMap<_, _> =
            queries::products(reader, &wanted)?.into_iter().map(|product| (product.id, product)).collect();
        let mut lists = Vec::new();
        for list in queries::lists(reader)? {
            if is_meant(reader, buyer, &list.holds, list.question.as_deref())? {
                lists.push(list.what);
            }
        }
        let mut discounts = Vec::new();
        for discount in queries::discounts(reader)? {
            if is_meant(reader, buyer, &discount.holds, discount.question.as_deref())? {
                discounts.push(discount.what);
            }
        }
        let tiers = queries::tiers(reader, &wanted)?;
        Ok(Shelf { day, products, lists, tiers, discounts, parts, rates: Rates::load(reader.tx)? })
    })
}

/// Whether the buyer is among those whom a list or discount is for. What cannot be understood is for nobody.
fn is_meant(reader: &mut Reader, buyer: Buyer, holds: &str, question: Option<&str>) -> Result<bool> {
    let who = match holds {
        "contact" => buyer.contact,
        "company" => buyer.company,
        _ => return Ok(true),
    };
    let (Some(who), Some(question)) = (who, question.filter(|question| !question.trim().is_empty())) else {
        return Ok(false);
    };
    match ask::check_text(question, holds, &*reader.catalogue) {
        Ok(checked) => ask::holds_for(reader, &checked, who),
        Err(fault) => {
            tracing::warn!(%fault, question, "a question of a price list is not understood");
            Ok(false)
        }
    }
}
