//! What is credited, and to whom: the net state of a deal, its orders and what came back of them, as the records say now.

pub mod queries;

use std::collections::{BTreeMap, BTreeSet};

use foundation::Reader;
use foundation::company::currencies::Rates;
use foundation::records::{Object, Record, read};
use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Currency, Id, Money, Result, Value};

use super::queries::{Member, Split, Version, members, splits, versions};
use super::terms::{Base, Credit};
use super::worth::{lessened, shared};
use super::{DEAL, ORDER};
use crate::plan::period::Period;
use crate::plan::worth::share;

/// Something that is credited to somebody.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    pub person: Id,
    pub version: Id,
    pub period: String,
    pub object: &'static str,
    pub record: Id,
    pub part: Id,
    pub day: Date,
    pub base: i64,
}

/// Plans, who is on them, and rates: read once for many deals.
pub struct Ground {
    pub versions: Vec<Version>,
    pub members: Vec<Member>,
    pub rates: Rates,
}

impl Ground {
    pub fn load(reader: &mut Reader) -> Result<Ground> {
        Ok(Ground { versions: versions(reader)?, members: members(reader)?, rates: Rates::load(reader.tx)? })
    }

    /// What the plans that somebody is on say on a day.
    pub fn versions_of(&self, person: Id, day: Date) -> impl Iterator<Item = &Version> {
        let plans: BTreeSet<Id> = self
            .members
            .iter()
            .filter(|member| {
                member.person == person && member.from <= day && member.until.is_none_or(|until| day <= until)
            })
            .map(|member| member.plan)
            .collect();
        plans.into_iter().filter_map(move |plan| {
            self.versions.iter().rev().find(|version| version.plan == plan && version.valid_from <= day)
        })
    }
}

/// A deal with its orders, or an order without a deal.
pub struct Sale {
    pub deal: Option<Record>,
    pub orders: Vec<Record>,
}

impl Sale {
    /// The records that lines may be about.
    pub fn records(&self) -> impl Iterator<Item = Id> {
        self.deal.iter().chain(&self.orders).map(|record| record.id)
    }
}

/// The sales that these deals and orders belong to, each once.
pub fn sales(reader: &mut Reader, deals: &BTreeSet<Id>, orders: &BTreeSet<Id>) -> Result<Vec<Sale>> {
    let mut wanted = deals.clone();
    let mut alone = Vec::new();
    for order in records(reader, ORDER, orders.iter().copied().collect())? {
        let object = reader.object(ORDER)?;
        match order.get(&object, "deal").as_link() {
            Some(deal) => drop(wanted.insert(deal)),
            None => alone.push(order),
        }
    }
    let ids: Vec<Id> = wanted.into_iter().collect();
    let order_ids = queries::orders_of(reader, &ids)?;
    let mut of_deals: BTreeMap<Id, Vec<Record>> = BTreeMap::new();
    for order in records(reader, ORDER, order_ids)? {
        let object = reader.object(ORDER)?;
        if let Some(deal) = order.get(&object, "deal").as_link() {
            of_deals.entry(deal).or_default().push(order);
        }
    }
    let mut sales: Vec<Sale> = Vec::new();
    for deal in records(reader, DEAL, ids)? {
        let orders = of_deals.remove(&deal.id).unwrap_or_default();
        sales.push(Sale { deal: Some(deal), orders });
    }
    sales.extend(alone.into_iter().map(|order| Sale { deal: None, orders: vec![order] }));
    Ok(sales)
}

/// Records with those in the bin: what was thrown away is not there any more, and that is what has to be known.
fn records(reader: &mut Reader, object: &str, ids: Vec<Id>) -> Result<Vec<Record>> {
    let Ok(object) = reader.object(object) else { return Ok(Vec::new()) };
    read::get_many(reader, &object, &ids)
}

/// What is credited for a sale. `held` is the day on which an order was first credited, where it was.
pub fn wanted(
    reader: &mut Reader,
    ground: &Ground,
    sale: &Sale,
    today: Date,
    held: &BTreeMap<Id, Date>,
) -> Result<Vec<Wanted>> {
    let mut shares = Vec::new();
    let mut owner = None;
    if let Some(deal) = &sale.deal {
        shares = splits(reader, deal.id)?;
        let deals = reader.object(DEAL)?;
        owner = deal.get(&deals, "owner").as_link();
    }
    let mut found = Vec::new();
    if let Some(deal) = &sale.deal {
        let deals = reader.object(DEAL)?;
        let day = date(deal.get(&deals, "closed_on")).unwrap_or(today);
        if deal.deleted_at.is_none() && deal.get(&deals, "status").as_text() == Some("won") {
            let to = whom(owner, &shares);
            found.extend(booked(reader, ground, sale, deal, &deals, day, &to)?);
        }
    }
    for order in &sale.orders {
        let orders = reader.object(ORDER)?;
        let own = order.get(&orders, "owner").as_link();
        let to = whom(owner.or(own), &shares);
        found.extend(ordered(reader, ground, order, &orders, today, held, &to)?);
    }
    Ok(found)
}

/// Who gets which share: those that are named, and what is left its owner.
fn whom(owner: Option<Id>, splits: &[Split]) -> Vec<(Id, i64)> {
    let left = super::terms::WHOLE - splits.iter().map(|split| split.share).sum::<i64>();
    let mut to: Vec<(Id, i64)> = splits.iter().map(|split| (split.person, split.share)).collect();
    to.extend(owner.filter(|_| left > 0).map(|owner| (owner, left)));
    to
}

/// A won deal, less what was cancelled or came back of its orders.
fn booked(
    reader: &mut Reader,
    ground: &Ground,
    sale: &Sale,
    deal: &Record,
    deals: &Object,
    day: Date,
    to: &[(Id, i64)],
) -> Result<Vec<Wanted>> {
    let mut found = Vec::new();
    let orders = reader.object(ORDER).ok();
    let lines = queries::sold(reader, DEAL, deal.id)?;
    let product = match deal.get(deals, "product").as_link() {
        Some(product) if lines.is_empty() => queries::product_line(reader, product)?,
        _ => None,
    };
    let amount = amount_of(deal.get(deals, "amount"));
    for (place, person) in to.iter().map(|(person, _)| *person).enumerate() {
        for version in ground.versions_of(person, day).filter(|version| version.terms.credit == Credit::Booked) {
            let money = Moneys { rates: &ground.rates, currency: version.currency, day };
            let mut taken = 0_i64;
            for order in &sale.orders {
                let Some(orders) = &orders else { break };
                let total = money.of(amount_of(order.get(orders, "total")));
                taken += match is_void(order, orders) {
                    true => total,
                    false => came_back(reader, order.id, &money, version.terms.take_back_days)?.min(total),
                };
            }
            let mut parts = parts(&lines, amount, product, &money, version.terms.base);
            let sold: i64 = match version.terms.base {
                Base::Revenue => parts.values().sum(),
                Base::Margin => money.of(amount),
            };
            scale(&mut parts, sold, taken);
            found.extend(credited(version, to, place, DEAL, deal.id, day, &parts));
        }
    }
    Ok(found)
}

/// An order that is placed, or paid, less what came back.
fn ordered(
    reader: &mut Reader,
    ground: &Ground,
    order: &Record,
    orders: &Object,
    today: Date,
    held: &BTreeMap<Id, Date>,
    to: &[(Id, i64)],
) -> Result<Vec<Wanted>> {
    let mut found = Vec::new();
    let status = order.get(orders, "status").as_text().unwrap_or("draft").to_string();
    if is_void(order, orders) || status == "draft" {
        return Ok(found);
    }
    let is_paid = matches!(status.as_str(), "paid" | "shipped" | "delivered");
    let ordered_on = date(order.get(orders, "ordered_on"));
    let seen_on = held.get(&order.id).copied();
    let lines = queries::sold(reader, ORDER, order.id)?;
    let total = amount_of(order.get(orders, "total"));
    for credit in [Credit::Invoiced, Credit::Paid] {
        // An order says when it was placed; that it is paid is known from when it is seen.
        let day = match credit {
            Credit::Paid if is_paid => seen_on.unwrap_or(today),
            Credit::Paid | Credit::Booked => continue,
            Credit::Invoiced => ordered_on.or(seen_on).unwrap_or(today),
        };
        for (place, person) in to.iter().map(|(person, _)| *person).enumerate() {
            for version in ground.versions_of(person, day).filter(|version| version.terms.credit == credit) {
                let money = Moneys { rates: &ground.rates, currency: version.currency, day };
                let mut parts = parts(&lines, total, None, &money, version.terms.base);
                let taken = came_back(reader, order.id, &money, version.terms.take_back_days)?;
                scale(&mut parts, money.of(total), taken);
                found.extend(credited(version, to, place, ORDER, order.id, day, &parts));
            }
        }
    }
    Ok(found)
}

fn date(value: &Value) -> Option<Date> {
    match value {
        Value::Date(day) => Some(*day),
        _ => None,
    }
}

fn amount_of(value: &Value) -> Option<Money> {
    match value {
        Value::Money(money) => Some(*money),
        _ => None,
    }
}

/// Cancelled, or thrown away.
fn is_void(order: &Record, orders: &Object) -> bool {
    order.deleted_at.is_some() || order.get(orders, "status").as_text() == Some("cancelled")
}

/// Amounts in the currency of a plan, at the rates of a day.
struct Moneys<'g> {
    rates: &'g Rates,
    currency: Currency,
    day: Date,
}

impl Moneys<'_> {
    /// Nothing where there is no rate: what cannot be counted earns nothing until it can.
    fn of(&self, money: Option<Money>) -> i64 {
        money.and_then(|money| self.rates.converted(money, self.currency, self.day)).map_or(0, |money| money.amount)
    }
}

/// What came back of an order within the days in which it is taken back.
fn came_back(reader: &mut Reader, order: Id, money: &Moneys, days: Option<i64>) -> Result<i64> {
    let last = days.and_then(|days| money.day.checked_add(days.days()).ok());
    let returned = queries::returned(reader, order)?;
    let counts = |day: &Option<Date>| match (day, last) {
        (Some(day), Some(last)) => *day <= last,
        _ => true,
    };
    Ok(returned.iter().filter(|(day, _)| counts(day)).map(|(_, amount)| money.of(Some(*amount))).sum())
}

/// What is sold by product line, in what the plan counts. Whatever has no lines has no margin.
fn parts(
    lines: &[(Option<Id>, Option<Money>, Option<Money>)],
    amount: Option<Money>,
    product_line: Option<Id>,
    money: &Moneys,
    base: Base,
) -> BTreeMap<Option<Id>, i64> {
    let mut parts = BTreeMap::new();
    for (line, total, cost) in lines {
        let less = if base == Base::Margin { money.of(*cost) } else { 0 };
        *parts.entry(*line).or_insert(0) += money.of(*total) - less;
    }
    if lines.is_empty() && base == Base::Revenue {
        parts.insert(product_line, money.of(amount));
    }
    parts.values_mut().for_each(|part| *part = (*part).max(0));
    parts
}

/// Takes what came back off the parts: of a margin as much of it as of the revenue.
fn scale(parts: &mut BTreeMap<Option<Id>, i64>, sold: i64, taken: i64) {
    let of_parts: i64 = parts.values().sum();
    let less = if sold > 0 { share(of_parts, taken.clamp(0, sold), sold) } else { taken };
    lessened(parts, less);
}

/// The share of one of those who share it.
fn credited(
    version: &Version,
    to: &[(Id, i64)],
    place: usize,
    object: &'static str,
    record: Id,
    day: Date,
    parts: &BTreeMap<Option<Id>, i64>,
) -> Vec<Wanted> {
    let shares: Vec<i64> = to.iter().map(|(_, share)| *share).collect();
    let person = to.get(place).map(|(person, _)| *person);
    let is_by_line = version.terms.is_by_line();
    let mut sums: BTreeMap<Id, i64> = BTreeMap::new();
    for (line, amount) in parts {
        let part = line.filter(|_| is_by_line).unwrap_or(Id::NIL);
        *sums.entry(part).or_default() += shared(*amount, &shares).get(place).copied().unwrap_or(0);
    }
    let wanted = |(part, base): (Id, i64)| {
        Some(Wanted {
            person: person?,
            version: version.id,
            period: Period::of(version.terms.unit(), day).name(),
            object,
            record,
            part,
            day,
            base,
        })
    };
    sums.into_iter().filter(|(_, base)| *base != 0).filter_map(wanted).collect()
}
