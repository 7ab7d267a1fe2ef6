//! What the editor of a quote reads and writes: the quote, its lines in their order, what needs approval and why.
//!
//! Lines are written as a whole list. A line of a product is priced anew each time, for its quantity and this customer;
//! where a person said a price or a discount, theirs stays. Two editors at once do not overwrite each other: a sheet
//! carries a stamp of everything on it, and one that is not the latest is refused.

use approvals::inbox;
use approvals::need::{self, Need};
use foundation::records::write::{self, Write};
use foundation::records::{Object, Record, input, read};
use foundation::{Operation, Reader};
use kernel::{Currency, Error, Id, Money, Result, Value};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};

use super::{Quote, QuoteLine, lines, link, load, load_to_change, queries, state_of, steps, values, wrong_state};
use crate::pricing::{Buyer, Part, Priced, Shelf, shelf};

/// Lines of one quote.
const MOST: usize = 300;

/// What is to be written. What is left out stays.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Of the sheet that was changed.
    pub stamp: String,
    /// Fields of the quote.
    #[serde(default)]
    pub quote: Map<String, Json>,
    #[serde(default)]
    pub lines: Option<Vec<WantedLine>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WantedLine {
    /// None for a new one.
    #[serde(default)]
    pub id: Option<Id>,
    #[serde(default)]
    pub product: Option<Id>,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub details: Option<String>,
    pub quantity: f64,
    #[serde(default)]
    pub unit: Option<String>,
    /// Said by hand; none takes the price of the lists.
    #[serde(default)]
    pub unit_price: Option<Money>,
    /// Said by hand; none takes the customer's discount.
    #[serde(default)]
    pub discount_percent: Option<f64>,
    #[serde(default)]
    pub tax_percent: Option<f64>,
    #[serde(default)]
    pub is_optional: bool,
    #[serde(default)]
    pub is_chosen: bool,
    #[serde(default)]
    pub minimum_quantity: Option<f64>,
    #[serde(default)]
    pub maximum_quantity: Option<f64>,
}

/// The sheet as the caller sees it.
pub fn show(reader: &mut Reader, id: Id) -> Result<Json> {
    let (object, quote) = load(reader, id)?;
    let may_change = match load_to_change(reader, id) {
        Ok(_) => true,
        Err(Error::NotFound | Error::Forbidden(_)) => false,
        Err(fault) => return Err(fault),
    };
    let state = state_of(&object, &quote).to_string();
    let (line_object, records) = lines(reader, id)?;
    let stamp = stamp(&quote, &records);
    let shown_lines = read::show(reader, &line_object, &records, None)?;
    let shown = read::show(reader, &object, std::slice::from_ref(&quote), None)?.pop().unwrap_or(Json::Null);
    let unknown_costs = records.iter().filter(|line| line.get(&line_object, QuoteLine::LINE_COST).is_null()).count();
    let is_open = matches!(state.as_str(), "draft" | "approved" | "in_approval");
    let needs: Vec<Need> = if is_open { steps::needs(reader, &object, &quote)? } else { Vec::new() };
    let needs = need::show(reader, &needs)?;
    let approvals = inbox::of_record(reader, id)?;
    let mut versions = Vec::new();
    for version in queries::versions(reader, id)? {
        let address = link::address(reader.app, version.id)?;
        versions.push(json!({
            "id": version.id, "revision": version.revision, "sent_at": version.sent_at, "read_at": version.read_at,
            "reads": version.reads, "machine_reads": version.machine_reads, "link": address,
        }));
    }
    Ok(json!({
        "stamp": stamp, "quote": shown, "lines": shown_lines, "needs": needs, "approvals": approvals, "versions": versions,
        "lines_without_cost": unknown_costs, "may_change": may_change,
        "may_edit": may_change && matches!(state.as_str(), "draft" | "approved"),
    }))
}

/// Of everything that stands on a sheet.
pub(super) fn stamp(quote: &Record, lines: &[Record]) -> String {
    let mut hash = Sha256::new().chain_update(quote.id.0.as_bytes()).chain_update(quote.version.to_be_bytes());
    for line in lines {
        hash = hash.chain_update(line.id.0.as_bytes()).chain_update(line.version.to_be_bytes());
    }
    hash.finalize().iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

/// Writes the sheet and shows it as it is then.
pub fn save(op: &mut Operation, id: Id, wanted: &Wanted) -> Result<Json> {
    let (object, quote) = load_to_change(op, id)?;
    let state = state_of(&object, &quote).to_string();
    if !matches!(state.as_str(), "draft" | "approved") {
        return Err(wrong_state(&state));
    }
    let (line_object, before) = lines(op, id)?;
    if stamp(&quote, &before) != wanted.stamp {
        return Err(Error::conflict("quote.stale", "somebody else changed the quote meanwhile"));
    }
    if !wanted.quote.is_empty() {
        let set = input::read(op, &object, &wanted.quote)?;
        write::apply_one(op, &object, Write::Update { id, version: None, values: set })?;
    }
    let (_, quote) = load(op, id)?;
    let wishes = match &wanted.lines {
        Some(lines) => lines.clone(),
        // Another customer or currency means other prices.
        None => before.iter().map(|line| as_wanted(&line_object, line)).collect(),
    };
    write_lines(op, &object, &quote, &line_object, &before, wishes)?;
    show(op, id)
}

/// A line as it would be wanted again.
fn as_wanted(object: &Object, line: &Record) -> WantedLine {
    let said = |field: &str| line.get(object, field).as_text().map(str::to_string);
    let number = |field: &str| match line.get(object, field) {
        Value::Number(number) => Some(*number),
        _ => None,
    };
    let flag = |field: &str| matches!(line.get(object, field), Value::Bool(true));
    let product = line.get(object, QuoteLine::PRODUCT).as_link();
    let price = match line.get(object, QuoteLine::UNIT_PRICE) {
        Value::Money(price) => Some(*price),
        _ => None,
    };
    WantedLine {
        id: Some(line.id),
        product,
        name: said(QuoteLine::NAME),
        details: said(QuoteLine::DETAILS),
        quantity: number(QuoteLine::QUANTITY).unwrap_or(1.0),
        unit: said(QuoteLine::UNIT),
        unit_price: price.filter(|_| product.is_none() || flag(QuoteLine::IS_PRICE_BY_HAND)),
        discount_percent: number(QuoteLine::DISCOUNT_PERCENT)
            .filter(|_| product.is_none() || flag(QuoteLine::IS_DISCOUNT_BY_HAND)),
        tax_percent: number(QuoteLine::TAX_PERCENT),
        is_optional: flag(QuoteLine::IS_OPTIONAL),
        is_chosen: flag(QuoteLine::IS_CHOSEN),
        minimum_quantity: number(QuoteLine::MINIMUM_QUANTITY),
        maximum_quantity: number(QuoteLine::MAXIMUM_QUANTITY),
    }
}

/// What a new line of a product is wanted as.
pub(super) fn of_product(product: Id, quantity: f64) -> WantedLine {
    WantedLine {
        id: None,
        product: Some(product),
        name: None,
        details: None,
        quantity,
        unit: None,
        unit_price: None,
        discount_percent: None,
        tax_percent: None,
        is_optional: false,
        is_chosen: true,
        minimum_quantity: None,
        maximum_quantity: None,
    }
}

/// Brings the lines of a quote to what is wanted.
pub(super) fn write_lines(
    op: &mut Operation,
    object: &Object,
    quote: &Record,
    line_object: &std::sync::Arc<Object>,
    before: &[Record],
    wishes: Vec<WantedLine>,
) -> Result<()> {
    let currency = quote.get(object, Quote::CURRENCY).as_text().and_then(Currency::parse);
    let currency = currency
        .ok_or_else(|| Error::invalid(Quote::CURRENCY, "unknown_currency", "must be a currency code such as EUR"))?;
    let buyer = Buyer {
        contact: quote.get(object, Quote::CONTACT).as_link(),
        company: quote.get(object, Quote::COMPANY).as_link(),
    };
    let products: Vec<Id> = wishes.iter().filter_map(|line| line.product).collect();
    let day = crate::pricing::today(op)?;
    let shelf = shelf(op, buyer, &products, day)?;
    let wishes = with_options(&shelf, wishes);
    if wishes.len() > MOST {
        return Err(Error::invalid("lines", "too_many", format!("a quote has at most {MOST} lines")));
    }
    let mut writes = Vec::new();
    for (place, wish) in wishes.iter().enumerate() {
        check(wish, currency, place)?;
        let set = line_values(op, &shelf, wish, currency, quote.id, place)?;
        let set = values(line_object, set);
        writes.push(match wish.id {
            None => Write::Create { values: set },
            Some(id) if before.iter().any(|line| line.id == id) => Write::Update { id, version: None, values: set },
            Some(_) => {
                return Err(Error::invalid(&format!("/lines/{place}/id"), "not_found", "is no line of this quote"));
            }
        });
    }
    let kept = |id: Id| wishes.iter().any(|wish| wish.id == Some(id));
    writes.extend(before.iter().filter(|line| !kept(line.id)).map(|line| Write::Trash { id: line.id }));
    if writes.is_empty() {
        return Ok(());
    }
    for (place, written) in write::apply(op, line_object, writes)?.into_iter().enumerate() {
        written.map_err(|fault| at_line(fault, place))?;
    }
    Ok(())
}

/// Faults of a line, at its place in the list.
fn at_line(fault: Error, place: usize) -> Error {
    match fault {
        Error::Invalid(faults) => Error::Invalid(
            faults
                .into_iter()
                .map(|fault| kernel::FieldError { pointer: format!("/lines/{place}{}", fault.pointer), ..fault })
                .collect(),
        ),
        other => other,
    }
}

/// Behind a new bundle what may be added to it, to be chosen by the customer.
fn with_options(shelf: &Shelf, wishes: Vec<WantedLine>) -> Vec<WantedLine> {
    let mut all = Vec::with_capacity(wishes.len());
    for wish in wishes {
        let bundle = wish.product.filter(|_| wish.id.is_none());
        let quantity = wish.quantity;
        all.push(wish);
        let Some(bundle) = bundle else { continue };
        for part in shelf.parts.iter().filter(|part| part.bundle == bundle && part.is_optional) {
            let offered = of_product(part.product, part.quantity * quantity);
            all.push(WantedLine { is_optional: true, is_chosen: false, ..offered });
        }
    }
    all
}

fn check(wish: &WantedLine, currency: Currency, place: usize) -> Result<()> {
    let at = |field: &str| format!("/lines/{place}/{field}");
    if !wish.quantity.is_finite() || wish.quantity <= 0.0 {
        return Err(Error::invalid(&at("quantity"), "too_small", "must be more than nothing"));
    }
    if wish.quantity > 1e9 {
        return Err(Error::invalid(&at("quantity"), "too_large", "at most 1000000000"));
    }
    for (field, percent) in [("discount_percent", wish.discount_percent), ("tax_percent", wish.tax_percent)] {
        if percent.is_some_and(|percent| !(0.0..=100.0).contains(&percent)) {
            return Err(Error::invalid(&at(field), "too_large", "0 to 100"));
        }
    }
    if wish.unit_price.is_some_and(|price| price.currency != currency) {
        return Err(Error::invalid(&at("unit_price"), "unknown_currency", "is in another currency than the quote"));
    }
    if wish.unit_price.is_some_and(|price| price.amount < 0) {
        return Err(Error::invalid(&at("unit_price"), "too_small", "cannot be below zero"));
    }
    let (low, high) = (wish.minimum_quantity, wish.maximum_quantity);
    if low.is_some_and(|low| !low.is_finite() || low <= 0.0 || low > wish.quantity) {
        return Err(Error::invalid(&at("minimum_quantity"), "too_large", "at most what is offered"));
    }
    if high.is_some_and(|high| !high.is_finite() || high < wish.quantity) {
        return Err(Error::invalid(&at("maximum_quantity"), "too_small", "at least what is offered"));
    }
    Ok(())
}

fn line_values(
    op: &mut Operation,
    shelf: &Shelf,
    wish: &WantedLine,
    currency: Currency,
    quote: Id,
    place: usize,
) -> Result<Vec<(&'static str, Value)>> {
    let money = |money: Option<Money>| money.map_or(Value::Null, Value::Money);
    let number = |number: Option<f64>| number.map_or(Value::Null, Value::Number);
    let words = |text: Option<String>| text.filter(|text| !text.trim().is_empty()).map_or(Value::Null, Value::Text);
    let known = wish.product.and_then(|product| shelf.products.get(&product));
    if wish.product.is_some() {
        let object = op.object("product")?;
        let readable = match wish.product {
            Some(product) => read::load(op, &object, product)?.is_some(),
            None => true,
        };
        if known.is_none() || !readable {
            return Err(Error::invalid(&format!("/lines/{place}/product"), "not_found", "there is no such product"));
        }
    }
    let priced: Option<Priced> = known.map(|known| shelf.price(known.id, wish.quantity, currency));
    let list_price = priced.as_ref().and_then(|priced| priced.unit_price);
    let unit_price = wish.unit_price.or(list_price);
    // A price by hand is what was agreed: a discount comes off it only where one is said too.
    let own_discount = priced.as_ref().filter(|_| wish.unit_price.is_none()).map(|priced| priced.discount_percent);
    let discount = wish.discount_percent.or(own_discount.filter(|percent| *percent > 0.0));
    let reasons = priced.as_ref().map(|priced| json!(priced.reasons));
    let details =
        wish.details.clone().or_else(|| known.filter(|_| wish.id.is_none()).and_then(|known| inside(shelf, known.id)));
    let position = i64::try_from(place + 1).unwrap_or(i64::MAX);
    Ok(vec![
        (QuoteLine::QUOTE, Value::Link(quote)),
        (QuoteLine::POSITION, Value::Int(position)),
        (QuoteLine::PRODUCT, wish.product.map_or(Value::Null, Value::Link)),
        (QuoteLine::NAME, words(wish.name.clone().or_else(|| known.map(|known| known.name.clone())))),
        (QuoteLine::DETAILS, words(details)),
        (QuoteLine::QUANTITY, Value::Number(wish.quantity)),
        (QuoteLine::UNIT, words(wish.unit.clone().or_else(|| known.and_then(|known| known.unit.clone())))),
        (QuoteLine::LIST_PRICE, money(list_price)),
        (QuoteLine::UNIT_PRICE, money(unit_price)),
        (QuoteLine::DISCOUNT_PERCENT, number(discount)),
        (QuoteLine::UNIT_COST, money(known.and_then(|known| shelf.cost(known.id, currency)))),
        (QuoteLine::TAX_PERCENT, number(wish.tax_percent.or_else(|| known.and_then(|known| known.tax_percent)))),
        (QuoteLine::IS_PRICE_BY_HAND, Value::Bool(wish.unit_price.is_some())),
        (QuoteLine::IS_DISCOUNT_BY_HAND, Value::Bool(wish.discount_percent.is_some())),
        (QuoteLine::IS_OPTIONAL, Value::Bool(wish.is_optional)),
        (QuoteLine::IS_CHOSEN, Value::Bool(wish.is_chosen || !wish.is_optional)),
        (QuoteLine::MINIMUM_QUANTITY, number(wish.minimum_quantity)),
        (QuoteLine::MAXIMUM_QUANTITY, number(wish.maximum_quantity)),
        (QuoteLine::PRICE_REASONS, reasons.map_or(Value::Null, |reasons| Value::Json(Box::new(reasons)))),
    ])
}

/// What is in a bundle, a line for each part.
fn inside(shelf: &Shelf, bundle: Id) -> Option<String> {
    let part = |part: &Part| {
        let name = shelf.products.get(&part.product).map(|product| product.name.as_str())?;
        Some(format!("{} × {name}", part.quantity))
    };
    let parts: Vec<String> =
        shelf.parts.iter().filter(|one| one.bundle == bundle && !one.is_optional).filter_map(part).collect();
    (!parts.is_empty()).then(|| parts.join("\n"))
}
