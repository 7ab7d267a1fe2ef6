//! Prices by HTTP.

use axum::extract::State;
use foundation::access::Action;
use foundation::company::{appearance, currencies};
use foundation::doors::{Body, Caller, Reply, Right, Route, problem};
use foundation::records::read;
use foundation::{App, Reader};
use jiff::civil::Date;
use kernel::{Currency, Error, Id, Result, Time};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{Buyer, amount, shelf};

type Answer = problem::Result<Reply>;

/// Lines that are priced at once.
const MOST: usize = 500;

pub fn routes() -> Vec<Route> {
    vec![Route::post(
        "/prices/asked",
        Right::Named(Action::Read),
        "What products cost a customer in a quantity, on a day, in a currency, and why.",
        asked,
    )]
}

/// Whose prices, and of what.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    #[serde(default)]
    pub contact: Option<Id>,
    #[serde(default)]
    pub company: Option<Id>,
    /// Today where none is said.
    #[serde(default)]
    pub day: Option<String>,
    /// The company's own where none is said.
    #[serde(default)]
    pub currency: Option<String>,
    pub lines: Vec<AskedLine>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskedLine {
    pub product: Id,
    #[serde(default = "one")]
    pub quantity: f64,
}

fn one() -> f64 {
    1.0
}

async fn asked(State(app): State<App>, Caller(who): Caller, Body(asked): Body<Asked>) -> Answer {
    who.need("product", Action::Read)?;
    Ok(Reply::ok(app.read(&who, move |reader| prices(reader, &asked)).await?))
}

/// The day in the company's zone.
pub(crate) fn today(reader: &mut Reader) -> Result<Date> {
    let zone = appearance::profile(reader.tx)?.time_zone;
    Ok(day_of(reader.now, &zone))
}

pub(crate) fn day_of(at: Time, zone: &str) -> Date {
    let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let stamp = jiff::Timestamp::from_millisecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    stamp.to_zoned(zone).date()
}

fn prices(reader: &mut Reader, asked: &Asked) -> Result<Json> {
    if asked.lines.len() > MOST {
        return Err(Error::invalid("lines", "too_long", format!("at most {MOST} at once")));
    }
    let currency = match &asked.currency {
        Some(code) => Currency::parse(code)
            .ok_or_else(|| Error::invalid("currency", "unknown_currency", "must be a currency code such as EUR"))?,
        None => currencies::used(reader.tx)?.company,
    };
    for (object, id) in [("contact", asked.contact), ("company", asked.company)] {
        if let Some(id) = id {
            let object = reader.object(object)?;
            read::get(reader, &object, id)?;
        }
    }
    let day = match &asked.day {
        Some(day) => day.parse().map_err(|_| Error::invalid("day", "not_a_date", "must be a date, 2017-06-30"))?,
        None => today(reader)?,
    };
    let products: Vec<Id> = asked.lines.iter().map(|line| line.product).collect();
    let object = reader.object("product")?;
    let readable: Vec<Id> = read::get_many(reader, &object, &products)?.iter().map(|product| product.id).collect();
    let buyer = Buyer { contact: asked.contact, company: asked.company };
    let shelf = shelf(reader, buyer, &readable, day)?;
    let mut lines = Vec::new();
    for (place, line) in asked.lines.iter().enumerate() {
        if !line.quantity.is_finite() || line.quantity <= 0.0 {
            let pointer = format!("/lines/{place}/quantity");
            return Err(Error::invalid(&pointer, "too_small", "must be more than nothing"));
        }
        let known = shelf.products.get(&line.product).ok_or(Error::NotFound)?;
        let priced = shelf.price(line.product, line.quantity, currency);
        let tax_percent = known.tax_percent.unwrap_or(0.0);
        let comes_to = priced
            .unit_price
            .and_then(|price| amount::line(line.quantity, price, priced.discount_percent, tax_percent));
        lines.push(json!({
            "product": line.product, "quantity": line.quantity, "unit_price": priced.unit_price,
            "discount_percent": priced.discount_percent, "tax_percent": known.tax_percent, "price_list": priced.list,
            "net": comes_to.map(|all| all.net), "tax": comes_to.map(|all| all.tax), "reasons": priced.reasons,
        }));
    }
    Ok(json!({ "day": day.to_string(), "currency": currency, "lines": lines }))
}
