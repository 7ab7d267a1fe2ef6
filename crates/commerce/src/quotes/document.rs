//! A version as its customer has it: everything that stands on paper and page, and the sums of what is chosen.

use std::collections::{BTreeMap, BTreeSet};

use foundation::Reader;
use foundation::access::people;
use foundation::access::settings as company;
use foundation::company::appearance;
use foundation::records::{Object, Record, ask, read};
use kernel::{Address, Currency, Error, Id, Money, Result, Time, Value};
use serde::{Deserialize, Serialize};

use super::{Quote, QuoteLine, settings};
use crate::pricing::amount::{self, Amounts};

/// A sent version.
#[derive(Debug, Clone)]
pub(super) struct Version {
    pub id: Id,
    pub quote: Id,
    pub revision: i64,
    /// [`Document`] as JSON; empty where its customer was erased.
    pub document: String,
    /// SHA-256 of its paper.
    pub hash: Vec<u8>,
    pub sent_by: Option<Id>,
    pub sent_at: Time,
    pub read_at: Option<Time>,
    pub reads: i64,
    pub machine_reads: i64,
}

impl Version {
    pub fn document(&self) -> Result<Document> {
        serde_json::from_str(&self.document).map_err(|_| Error::NotFound)
    }
}

/// Everything that a version says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    pub number: String,
    pub revision: i64,
    pub subject: Option<String>,
    pub language: String,
    pub currency: Currency,
    /// Days as `2017-06-30`.
    pub made_on: String,
    pub valid_until: Option<String>,
    pub payment_days: Option<i64>,
    pub introduction: Option<String>,
    pub terms: Option<String>,
    pub seller: Seller,
    pub buyer: Vec<String>,
    pub lines: Vec<Line>,
}

/// Who offers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Seller {
    pub name: String,
    /// `#rrggbb`.
    pub colour: String,
    pub letterhead: String,
    pub footer: String,
    /// Whom to ask: name, address of mail, telephone.
    pub person: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    pub id: Id,
    pub product: Option<Id>,
    pub name: String,
    pub details: Option<String>,
    pub quantity: f64,
    pub unit: Option<String>,
    pub unit_price: Money,
    pub discount_percent: f64,
    pub tax_percent: f64,
    pub is_optional: bool,
    pub is_chosen: bool,
    pub minimum_quantity: Option<f64>,
    pub maximum_quantity: Option<f64>,
}

impl Line {
    /// The customer may say how many.
    pub fn is_open(&self) -> bool {
        self.minimum_quantity.is_some() || self.maximum_quantity.is_some()
    }

    /// Between which quantities.
    pub fn bounds(&self) -> (f64, f64) {
        let low = self.minimum_quantity.unwrap_or(if self.is_open() { self.quantity.min(1.0) } else { self.quantity });
        (low, self.maximum_quantity.unwrap_or(if self.is_open() { 1e6 } else { self.quantity }))
    }

    fn amounts(&self, quantity: f64) -> Result<Amounts> {
        amount::line(quantity, self.unit_price, self.discount_percent, self.tax_percent)
            .ok_or_else(|| Error::invalid("quantity", "too_large", "cannot be reckoned"))
    }
}

/// What the customer chose, where it is not what was offered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// Of the optional lines; none leaves them as they were offered.
    pub chosen: Option<BTreeSet<Id>>,
    pub quantities: BTreeMap<Id, f64>,
}

/// The sums of a choice.
#[derive(Debug, Clone, PartialEq)]
pub struct Reckoned {
    /// Each line of the document with its quantity, its amounts, and whether it counts.
    pub lines: Vec<(f64, Amounts, bool)>,
    pub net: Money,
    /// By rate of tax, in percent.
    pub taxes: Vec<(f64, Money)>,
    pub gross: Money,
}

impl Document {
    /// Reckons what a choice comes to; fails where it chooses what is not on offer.
    pub fn reckon(&self, choice: &Choice) -> Result<Reckoned> {
        let known: BTreeSet<Id> = self.lines.iter().map(|line| line.id).collect();
        let mut named = choice.chosen.iter().flatten().chain(choice.quantities.keys());
        if named.any(|id| !known.contains(id)) {
            return Err(Error::invalid("lines", "not_found", "is no line of this quote"));
        }
        let nothing = Money::new(0, self.currency);
        let (mut net, mut tax_total) = (nothing, nothing);
        let mut taxes: Vec<(f64, Money)> = Vec::new();
        let mut lines = Vec::new();
        for line in &self.lines {
            let quantity = choice.quantities.get(&line.id).copied().unwrap_or(line.quantity);
            let (low, high) = line.bounds();
            if quantity != line.quantity && !(line.is_open() && quantity >= low && quantity <= high && quantity > 0.0) {
                let code = if quantity < low { "too_small" } else { "too_large" };
                return Err(Error::invalid("quantity", code, format!("between {low} and {high}")));
            }
            let counts = match &choice.chosen {
                Some(chosen) if line.is_optional => chosen.contains(&line.id),
                _ => line.is_chosen || !line.is_optional,
            };
            let amounts = line.amounts(quantity)?;
            if counts {
                net = plus(net, amounts.net)?;
                tax_total = plus(tax_total, amounts.tax)?;
                match taxes.iter_mut().find(|(rate, _)| *rate == line.tax_percent) {
                    Some((_, sum)) => *sum = plus(*sum, amounts.tax)?,
                    None => taxes.push((line.tax_percent, amounts.tax)),
                }
            }
            lines.push((quantity, amounts, counts));
        }
        taxes.retain(|(rate, _)| *rate != 0.0);
        taxes.sort_by(|one, other| one.0.total_cmp(&other.0));
        Ok(Reckoned { lines, net, taxes, gross: plus(net, tax_total)? })
    }
}

fn plus(one: Money, other: Money) -> Result<Money> {
    if one.currency != other.currency {
        return Err(Error::invalid("currency", "unknown_currency", "a line is in another currency than its quote"));
    }
    let sum = one.amount.checked_add(other.amount).ok_or_else(|| Error::TooLarge("the sum is too large".into()))?;
    Ok(Money::new(sum, one.currency))
}

/// Puts together what the quote says now. What is offered to a customer does not depend on who may see the customer.
pub(super) fn of_quote(reader: &mut Reader, object: &Object, quote: &Record) -> Result<Document> {
    let owner = quote.get(object, Quote::OWNER).as_link().or(reader.who.user);
    ask::as_product(reader, |reader| {
        let said = |field: &str| quote.get(object, field).as_text().map(str::to_string);
        let currency = said(Quote::CURRENCY).and_then(|code| Currency::parse(&code));
        let currency = currency.ok_or_else(|| {
            Error::invalid(Quote::CURRENCY, "unknown_currency", "must be a currency code such as EUR")
        })?;
        let day = |field: &str| match quote.get(object, field) {
            Value::Date(day) => Some(day.to_string()),
            _ => None,
        };
        let (line_object, records) = super::lines(reader, quote.id)?;
        let mut lines = Vec::new();
        for (place, record) in records.iter().enumerate() {
            lines.push(line(&line_object, record, currency, place)?);
        }
        let payment_days = match quote.get(object, Quote::PAYMENT_DAYS) {
            Value::Int(days) => Some(*days),
            _ => None,
        };
        let seller = seller(reader, owner)?;
        let buyer = buyer(reader, object, quote)?;
        let revision = match quote.get(object, Quote::REVISION) {
            Value::Int(revision) => *revision,
            _ => 1,
        };
        Ok(Document {
            number: said(Quote::NUMBER).unwrap_or_default(),
            revision,
            subject: said(Quote::NAME),
            language: said(Quote::LANGUAGE).unwrap_or_else(|| "en".into()),
            currency,
            made_on: crate::pricing::today(reader)?.to_string(),
            valid_until: day(Quote::VALID_UNTIL),
            payment_days,
            introduction: said(Quote::INTRODUCTION),
            terms: said(Quote::TERMS),
            seller,
            buyer,
            lines,
        })
    })
}

fn line(object: &Object, record: &Record, currency: Currency, place: usize) -> Result<Line> {
    let said = |field: &str| record.get(object, field).as_text().map(str::to_string);
    let number = |field: &str| match record.get(object, field) {
        Value::Number(number) => Some(*number),
        _ => None,
    };
    let flag = |field: &str| matches!(record.get(object, field), Value::Bool(true));
    let unit_price = match record.get(object, QuoteLine::UNIT_PRICE) {
        Value::Money(price) if price.currency == currency => *price,
        Value::Money(_) => {
            let pointer = format!("/lines/{place}/unit_price");
            return Err(Error::invalid(&pointer, "unknown_currency", "is in another currency than the quote"));
        }
        _ => return Err(Error::invalid(&format!("/lines/{place}/unit_price"), "required", "has no price")),
    };
    Ok(Line {
        id: record.id,
        product: record.get(object, QuoteLine::PRODUCT).as_link(),
        name: said(QuoteLine::NAME).unwrap_or_default(),
        details: said(QuoteLine::DETAILS),
        quantity: number(QuoteLine::QUANTITY).unwrap_or(1.0),
        unit: said(QuoteLine::UNIT),
        unit_price,
        discount_percent: number(QuoteLine::DISCOUNT_PERCENT).unwrap_or(0.0),
        tax_percent: number(QuoteLine::TAX_PERCENT).unwrap_or(0.0),
        is_optional: flag(QuoteLine::IS_OPTIONAL),
        is_chosen: flag(QuoteLine::IS_CHOSEN),
        minimum_quantity: number(QuoteLine::MINIMUM_QUANTITY),
        maximum_quantity: number(QuoteLine::MAXIMUM_QUANTITY),
    })
}

fn seller(reader: &mut Reader, owner: Option<Id>) -> Result<Seller> {
    let settings = settings::get(reader)?;
    let profile = appearance::profile(reader.tx)?;
    let person = match owner {
        Some(owner) => people::by_id(reader.tx, owner)?,
        None => None,
    };
    let phone = match owner {
        Some(owner) => {
            let users = reader.object("user")?;
            let user = read::load(reader, &users, owner)?;
            user.and_then(|user| user.get(&users, "phone").as_text().map(str::to_string))
        }
        None => None,
    };
    Ok(Seller {
        name: company::company_in(reader.tx)?,
        colour: profile.accent.as_ref().map_or("#2f5bd0", |accent| accent.as_str()).to_string(),
        letterhead: settings.letterhead,
        footer: settings.footer,
        email: person.as_ref().and_then(|person| person.email.clone()),
        person: person.map(|person| person.name),
        phone,
    })
}

/// Lines of the address: the company, the person, where they are.
fn buyer(reader: &mut Reader, object: &Object, quote: &Record) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    let mut address: Option<Address> = None;
    for party in ["company", "contact"] {
        let Some(id) = quote.get(object, party).as_link() else { continue };
        let of = reader.object(party)?;
        let Some(record) = read::load(reader, &of, id)? else { continue };
        lines.push(record.title.clone());
        if let (None, Value::Address(found)) = (&address, record.get(&of, "address")) {
            address = Some((**found).clone());
        }
    }
    if let Some(address) = address {
        let city = [address.postal_code.as_str(), address.city.as_str()].join(" ");
        let parts = [address.street.as_str(), city.trim(), address.region.as_str(), address.country.as_str()];
        lines.extend(parts.iter().filter(|part| !part.is_empty()).map(|part| (*part).to_string()));
    }
    Ok(lines)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn sample() -> Document {
        let line = |n: u8, name: &str, quantity: f64, price: i64| Line {
            id: Id::derived(1, &[n; 10]),
            product: None,
            name: name.into(),
            details: None,
            quantity,
            unit: None,
            unit_price: Money::new(price, Currency::EUR),
            discount_percent: 0.0,
            tax_percent: 19.0,
            is_optional: false,
            is_chosen: true,
            minimum_quantity: None,
            maximum_quantity: None,
        };
        let mut lines =
            vec![line(1, "Road bike", 2.0, 100_000), line(2, "Helmet", 2.0, 5_000), line(3, "Service", 1.0, 9_999)];
        lines[1].is_optional = true;
        lines[1].is_chosen = false;
        lines[0].minimum_quantity = Some(1.0);
        lines[0].maximum_quantity = Some(5.0);
        lines[0].discount_percent = 10.0;
        lines[2].tax_percent = 9.0;
        Document {
            number: "Q-2026-0001".into(),
            revision: 1,
            subject: Some("Bicycles for the office".into()),
            language: "en".into(),
            currency: Currency::EUR,
            made_on: "2026-06-19".into(),
            valid_until: Some("2026-07-19".into()),
            payment_days: Some(14),
            introduction: Some("Dear Vlad,\nas we said.".into()),
            terms: Some("Prices are without delivery.".into()),
            seller: Seller {
                name: "Adventure Works".into(),
                colour: "#2f5bd0".into(),
                letterhead: "1 Main Street\nBothell".into(),
                footer: "IBAN DE00".into(),
                person: Some("Ana Pop".into()),
                email: Some("ana@example.com".into()),
                phone: None,
            },
            buyer: vec!["Blue Bakery".into(), "Chișinău".into()],
            lines,
        }
    }

    #[test]
    fn what_is_not_chosen_does_not_count_and_tax_stands_by_its_rate() {
        let reckoned = sample().reckon(&Choice::default()).unwrap();
        assert_eq!((reckoned.net.amount, reckoned.gross.amount), (180_000 + 9_999, 180_000 + 9_999 + 34_200 + 900));
        assert_eq!(
            reckoned.taxes.iter().map(|(rate, tax)| (*rate, tax.amount)).collect::<Vec<_>>(),
            [(9.0, 900), (19.0, 34_200)]
        );
    }

    #[test]
    fn a_customer_chooses_within_what_is_offered() {
        let document = sample();
        let id = |n: u8| Id::derived(1, &[n; 10]);
        let choice = Choice { chosen: Some([id(2)].into()), quantities: [(id(1), 5.0)].into() };
        assert_eq!(document.reckon(&choice).unwrap().net.amount, 450_000 + 10_000 + 9_999);
        for quantities in [[(id(1), 6.0)], [(id(1), 0.0)], [(id(3), 2.0)], [(id(9), 1.0)], [(id(1), f64::NAN)]] {
            let choice = Choice { chosen: None, quantities: quantities.into() };
            assert!(document.reckon(&choice).is_err(), "{choice:?}");
        }
    }
}
