//! What a product costs this customer, in this quantity, on this day, in this currency, and why.
//!
//! [`Shelf::price`] is one pure function. It looks at the price lists that the customer buys by, the highest rank first; the
//! first that has a price for the product gives it, by the tier of the quantity. Where no list has one the price of the
//! bundle's parts holds, then the product's own, brought to the currency at the day's rate. Of the discounts that apply the
//! highest is taken. Everything it looked at is among the reasons. [`shelf`] reads what it needs.

pub mod amount;
mod queries;
mod routes;
mod shelf;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use foundation::company::currencies::Rates;
use jiff::civil::Date;
use kernel::{Currency, Id, Money};
use serde::Serialize;

pub use routes::routes;
pub(crate) use routes::today;
pub use shelf::{Buyer, shelf};

/// Parts of parts of parts: deeper ones cost nothing known.
const DEEPEST: usize = 4;

/// What is known of a product.
#[derive(Debug, Clone, PartialEq)]
pub struct Product {
    pub id: Id,
    pub name: String,
    pub line: Option<Id>,
    pub price: Option<Money>,
    pub cost: Option<Money>,
    pub tax_percent: Option<f64>,
    pub unit: Option<String>,
    pub is_active: bool,
    pub is_bundle: bool,
}

/// A price list that the customer may buy by; those of others are not on the shelf.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    pub id: Id,
    pub name: String,
    /// None holds prices in any.
    pub currency: Option<Currency>,
    pub starts_on: Option<Date>,
    pub ends_on: Option<Date>,
    pub rank: i64,
    pub is_default: bool,
}

/// A price on a list, from a quantity on.
#[derive(Debug, Clone, PartialEq)]
pub struct Tier {
    pub id: Id,
    pub list: Id,
    pub product: Id,
    pub amount: Money,
    pub from: f64,
    pub starts_on: Option<Date>,
    pub ends_on: Option<Date>,
}

/// A discount that the customer may have.
#[derive(Debug, Clone, PartialEq)]
pub struct Discount {
    pub id: Id,
    pub name: String,
    pub percent: f64,
    pub product: Option<Id>,
    pub line: Option<Id>,
    pub from: f64,
    pub starts_on: Option<Date>,
    pub ends_on: Option<Date>,
}

/// What is in a bundle.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    pub bundle: Id,
    pub product: Id,
    pub quantity: f64,
    pub is_optional: bool,
}

/// Everything that decides prices for one customer on one day.
#[derive(Debug, Clone, Default)]
pub struct Shelf {
    pub day: Date,
    pub products: BTreeMap<Id, Product>,
    pub lists: Vec<List>,
    pub tiers: Vec<Tier>,
    pub discounts: Vec<Discount>,
    pub parts: Vec<Part>,
    pub rates: Rates,
}

/// Why a price is what it is, in the order in which it was found out.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Reason {
    /// A list was looked at and left: it is in another currency, not of this day, or has no price for the product or quantity.
    PassedOver {
        list: String,
        why: &'static str,
    },
    /// The price is this list's, from that quantity on.
    List {
        list: String,
        id: Id,
        from: f64,
    },
    /// The sum of what is in the bundle.
    Bundle {
        parts: usize,
    },
    /// The product's own price.
    Product,
    /// At the rate of the day.
    Converted {
        was: Money,
        rate: String,
    },
    Discount {
        discount: String,
        percent: f64,
    },
    /// Nobody said a price.
    Unknown {
        why: &'static str,
    },
}

/// A price and how it came about.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Priced {
    /// Before discounts; none where nobody said one.
    pub unit_price: Option<Money>,
    pub discount_percent: f64,
    pub list: Option<Id>,
    pub reasons: Vec<Reason>,
}

impl Shelf {
    /// The price of one unit where this many are bought.
    pub fn price(&self, product: Id, quantity: f64, currency: Currency) -> Priced {
        let mut reasons = Vec::new();
        let Some((unit_price, list)) = self.before_discounts(product, quantity, currency, 0, &mut reasons) else {
            return Priced { unit_price: None, discount_percent: 0.0, list: None, reasons };
        };
        let best = self.discount(product, quantity);
        if let Some(discount) = best {
            reasons.push(Reason::Discount { discount: discount.name.clone(), percent: discount.percent });
        }
        let discount_percent = best.map_or(0.0, |discount| discount.percent);
        Priced { unit_price: Some(unit_price), discount_percent, list, reasons }
    }

    /// What one unit costs the company, in the currency.
    pub fn cost(&self, product: Id, currency: Currency) -> Option<Money> {
        self.cost_at(product, currency, 0)
    }

    fn cost_at(&self, product: Id, currency: Currency, depth: usize) -> Option<Money> {
        let known = self.products.get(&product)?;
        if let Some(cost) = known.cost {
            return self.rates.converted(cost, currency, self.day);
        }
        if depth >= DEEPEST {
            return None;
        }
        self.sum_of_parts(product, currency, |part| self.cost_at(part.product, currency, depth + 1)).map(|(sum, _)| sum)
    }

    fn before_discounts(
        &self,
        product: Id,
        quantity: f64,
        currency: Currency,
        depth: usize,
        reasons: &mut Vec<Reason>,
    ) -> Option<(Money, Option<Id>)> {
        let Some(known) = self.products.get(&product) else {
            reasons.push(Reason::Unknown { why: "product" });
            return None;
        };
        let mut lists: Vec<&List> = self.lists.iter().collect();
        // A default list is what holds when no other does, whatever its rank.
        lists.sort_by_key(|list| (list.is_default, std::cmp::Reverse(list.rank), list.name.as_str(), list.id));
        for list in lists {
            match self.on_list(list, product, quantity, currency) {
                Ok(tier) => {
                    reasons.push(Reason::List { list: list.name.clone(), id: list.id, from: tier.from });
                    return Some((tier.amount, Some(list.id)));
                }
                Err(why) => reasons.push(Reason::PassedOver { list: list.name.clone(), why }),
            }
        }
        if known.price.is_none() && depth < DEEPEST {
            // Only the sum's own reason is told; why each part costs what it does is told with the part.
            let of_part = |part: &Part| {
                let many = part.quantity * quantity;
                let mut untold = Vec::new();
                self.before_discounts(part.product, many, currency, depth + 1, &mut untold).map(|(price, _)| price)
            };
            if let Some((sum, parts)) = self.sum_of_parts(product, currency, of_part) {
                reasons.push(Reason::Bundle { parts });
                return Some((sum, None));
            }
        }
        let Some(own) = known.price else {
            reasons.push(Reason::Unknown { why: "price" });
            return None;
        };
        reasons.push(Reason::Product);
        if own.currency == currency {
            return Some((own, None));
        }
        match self.rates.converted(own, currency, self.day).zip(self.rates.shown(own.currency, currency, self.day)) {
            Some((price, (rate, _))) => {
                reasons.push(Reason::Converted { was: own, rate });
                Some((price, None))
            }
            None => {
                reasons.push(Reason::Unknown { why: "rate" });
                None
            }
        }
    }

    fn on_list(&self, list: &List, product: Id, quantity: f64, currency: Currency) -> Result<&Tier, &'static str> {
        if list.currency.is_some_and(|own| own != currency) {
            return Err("currency");
        }
        if !is_on(self.day, list.starts_on, list.ends_on) {
            return Err("day");
        }
        let here = self.tiers.iter().filter(|tier| tier.list == list.id && tier.product == product);
        let mut of_product = here.filter(|tier| tier.amount.currency == currency).peekable();
        if of_product.peek().is_none() {
            return Err("product");
        }
        let reached = of_product.filter(|tier| tier.from <= quantity && is_on(self.day, tier.starts_on, tier.ends_on));
        // The highest tier reached; of two that say the same, the one that was said for later days, then the lower price.
        let best = reached.max_by(|one, other| {
            let by_from = one.from.total_cmp(&other.from);
            let by_start = by_from.then(one.starts_on.cmp(&other.starts_on));
            by_start.then(other.amount.amount.cmp(&one.amount.amount)).then(one.id.cmp(&other.id))
        });
        best.ok_or("quantity")
    }

    fn sum_of_parts(
        &self,
        bundle: Id,
        currency: Currency,
        of_part: impl Fn(&Part) -> Option<Money>,
    ) -> Option<(Money, usize)> {
        let parts: Vec<&Part> = self.parts.iter().filter(|part| part.bundle == bundle && !part.is_optional).collect();
        if parts.is_empty() {
            return None;
        }
        let mut sum = 0i64;
        for part in &parts {
            let each = of_part(part).filter(|each| each.currency == currency)?;
            sum = sum.checked_add(amount::line(part.quantity, each, 0.0, 0.0)?.gross.amount)?;
        }
        Some((Money::new(sum, currency), parts.len()))
    }

    fn discount(&self, product: Id, quantity: f64) -> Option<&Discount> {
        let line = self.products.get(&product).and_then(|product| product.line);
        let applies = |discount: &&Discount| {
            discount.product.is_none_or(|only| only == product)
                && discount.line.is_none_or(|only| Some(only) == line)
                && discount.from <= quantity
                && discount.percent > 0.0
                && discount.percent <= 100.0
                && is_on(self.day, discount.starts_on, discount.ends_on)
        };
        let found = self.discounts.iter().filter(applies);
        found.max_by(|one, other| one.percent.total_cmp(&other.percent).then(other.id.cmp(&one.id)))
    }
}

/// The day lies between the two, both of them included.
fn is_on(day: Date, starts_on: Option<Date>, ends_on: Option<Date>) -> bool {
    starts_on.is_none_or(|starts| starts <= day) && ends_on.is_none_or(|ends| day <= ends)
}
