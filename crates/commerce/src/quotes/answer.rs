//! What a customer says on the page of a quote: they read it, ask, refuse or accept. An acceptance is kept with its
//! evidence and becomes one order, however often and by how many it is sent.

use foundation::records::write::{self, Write};
use foundation::records::{Object, Record, read};
use foundation::workspace::notices;
use foundation::{Operation, timer};
use kernel::{Error, Id, Result, Value};
use sha2::{Digest, Sha256};

use super::document::{Choice, Document, Reckoned, Version};
use super::queries::{self, Acceptance};
use super::{Quote, QuoteLine, expiry, letters, load, numbers, put, settings, state_of, steps, talk, text, values};
use crate::{Order, OrderLine};

/// Questions that one link may ask in an hour.
const MOST_QUESTIONS: i64 = 20;

/// Where a version stands for whoever has its link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Open,
    /// A newer version went out or is being written.
    Replaced,
    Expired,
    Accepted,
    Refused,
    Withdrawn,
}

/// Where the version stands now.
pub fn standing(op: &mut foundation::Reader, version: &Version) -> Result<(Standing, std::sync::Arc<Object>, Record)> {
    let (object, quote) = load(op, version.quote)?;
    let revision = quote.get(&object, Quote::REVISION);
    let is_latest = *revision == Value::Int(version.revision);
    let day = crate::pricing::today(op)?;
    let until = steps::valid_until(&object, &quote);
    let standing = match state_of(&object, &quote) {
        "accepted" if is_latest => Standing::Accepted,
        _ if !is_latest => Standing::Replaced,
        "refused" => Standing::Refused,
        "withdrawn" => Standing::Withdrawn,
        "expired" => Standing::Expired,
        // The day is over though no timer rang yet.
        "sent" | "read" if until.is_some_and(|until| until < day) => Standing::Expired,
        "sent" | "read" => Standing::Open,
        _ => Standing::Replaced,
    };
    Ok((standing, object, quote))
}

/// Somebody, or a machine, opened the page.
pub fn seen(op: &mut Operation, version: Id, is_person: bool) -> Result<()> {
    let Some(version) = queries::version_by_id(op, version)? else { return Err(Error::NotFound) };
    let first = queries::count_read(op, version.id, is_person)?;
    let (standing, object, quote) = standing(op, &version)?;
    if first && standing == Standing::Open && state_of(&object, &quote) == "sent" {
        let now = Value::Time(op.now);
        put(op, version.quote, vec![(Quote::STATE, text("read")), (Quote::READ_AT, now)])?;
        tell_owner(op, &object, &quote)?;
    }
    Ok(())
}

fn tell_owner(op: &mut Operation, object: &std::sync::Arc<Object>, quote: &Record) -> Result<()> {
    match quote.get(object, Quote::OWNER).as_link() {
        Some(owner) => notices::tell_one(op, object, quote.id, owner, notices::Kind::News),
        None => Ok(()),
    }
}

/// A question of the customer; its words stand on the timeline, sealed, and go to the owner by mail.
pub fn ask(op: &mut Operation, version: Id, words: &str) -> Result<()> {
    let Some(version) = queries::version_by_id(op, version)? else { return Err(Error::NotFound) };
    let words = approvals::request::words(Some(words))
        .ok_or_else(|| Error::invalid("question", "required", "say what you would like to know"))?;
    if queries::count_question(op, version.id)? > MOST_QUESTIONS {
        return Err(Error::Busy { retry_after_s: 600 });
    }
    let (_, object, quote) = standing(op, &version)?;
    talk::ask(op, &object, &quote, &words)?;
    tell_owner(op, &object, &quote)?;
    letters::news(op, &object, &quote, letters::News::Asked(&words))
}

/// The customer does not want it.
pub fn refuse(op: &mut Operation, version: Id, reason: &str) -> Result<Standing> {
    let Some(version) = queries::version_by_id(op, version)? else { return Err(Error::NotFound) };
    let (standing, object, quote) = standing(op, &version)?;
    if standing != Standing::Open {
        return Ok(standing);
    }
    let reason = reason.trim().chars().take(1_000).collect::<String>();
    let said = if reason.is_empty() { Value::Null } else { Value::Text(reason.clone()) };
    let now = Value::Time(op.now);
    timer::clear(op, expiry::KIND, version.quote)?;
    put(op, version.quote, vec![(Quote::STATE, text("refused")), (Quote::REFUSAL, said), (Quote::ANSWERED_AT, now)])?;
    tell_owner(op, &object, &quote)?;
    letters::news(op, &object, &quote, letters::News::Refused(&reason))?;
    Ok(Standing::Refused)
}

/// Who accepts, with what shows that it was them.
#[derive(Debug, Clone)]
pub struct Signed {
    pub name: String,
    pub address: String,
    pub agent: String,
    /// The drawn signature as an SVG path; empty where the typed name is the signature.
    pub drawing: String,
    pub choice: Choice,
}

/// Accepts. The first does; whoever comes later finds it accepted.
pub fn accept(op: &mut Operation, version: Id, signed: &Signed) -> Result<Standing> {
    let Some(version) = queries::version_by_id(op, version)? else { return Err(Error::NotFound) };
    let (standing, object, quote) = standing(op, &version)?;
    if standing != Standing::Open {
        return Ok(standing);
    }
    let name = signed.name.trim().chars().take(200).collect::<String>();
    if name.chars().count() < 2 {
        return Err(Error::invalid("name", "required", "write your name: it is your signature"));
    }
    let document = version.document()?;
    let reckoned = document.reckon(&signed.choice)?;
    if !reckoned.lines.iter().any(|(_, _, counts)| *counts) {
        return Err(Error::invalid("lines", "required", "choose something"));
    }
    let is_drawn = !signed.drawing.is_empty();
    let signature = if is_drawn { signed.drawing.clone() } else { name.clone() };
    let acceptance = Acceptance {
        quote: version.quote,
        version: version.id,
        at: op.now,
        name: name.clone(),
        address: signed.address.chars().take(64).collect(),
        agent: signed.agent.chars().take(400).collect(),
        document_hash: version.hash.clone(),
        signature_kind: if is_drawn { "drawn" } else { "typed" },
        signature_hash: Sha256::digest(signature.as_bytes()).to_vec(),
        signature,
        chosen: serde_json::to_string(&signed.choice).map_err(Error::internal)?,
    };
    if !queries::put_acceptance(op, &acceptance)? {
        return Ok(Standing::Accepted);
    }
    timer::clear(op, expiry::KIND, version.quote)?;
    op.as_product(|op| take_over(op, &document, &reckoned))?;
    let order = op.as_product(|op| place(op, &object, &quote, &document, &reckoned))?;
    let now = Value::Time(op.now);
    put(
        op,
        version.quote,
        vec![
            (Quote::STATE, text("accepted")),
            (Quote::ANSWERED_AT, now),
            (Quote::ACCEPTED_BY, Value::Text(name)),
            (Quote::PLACED_ORDER, Value::Link(order)),
        ],
    )?;
    if settings::get(op)?.accepting_wins {
        win(op, &object, &quote)?;
    }
    tell_owner(op, &object, &quote)?;
    letters::news(op, &object, &quote, letters::News::Accepted(&reckoned.gross))?;
    Ok(Standing::Accepted)
}

/// What was chosen stands on the quote's own lines.
fn take_over(op: &mut Operation, document: &Document, reckoned: &Reckoned) -> Result<()> {
    let object = op.object(super::LINE)?;
    let mut writes = Vec::new();
    for (line, (quantity, _, counts)) in document.lines.iter().zip(&reckoned.lines) {
        if read::load(op, &object, line.id)?.is_some_and(|record| record.deleted_at.is_none()) {
            let set =
                vec![(QuoteLine::QUANTITY, Value::Number(*quantity)), (QuoteLine::IS_CHOSEN, Value::Bool(*counts))];
            writes.push(Write::Update { id: line.id, version: None, values: values(&object, set) });
        }
    }
    write::apply(op, &object, writes)?.into_iter().try_for_each(|written| written.map(drop))
}

/// The order, at the prices of the version.
fn place(op: &mut Operation, object: &Object, quote: &Record, document: &Document, reckoned: &Reckoned) -> Result<Id> {
    let orders = op.object("order")?;
    let day = crate::pricing::today(op)?;
    let number = numbers::of_order(op, day)?;
    let link = |field: &str| quote.get(object, field).clone();
    let taxes = reckoned.gross.amount - reckoned.net.amount;
    let set = vec![
        (Order::NUMBER, Value::Text(number)),
        (Order::CUSTOMER, link(Quote::CONTACT)),
        (Order::COMPANY, link(Quote::COMPANY)),
        (Order::OWNER, link(Quote::OWNER)),
        (Order::DEAL, link(Quote::DEAL)),
        (Order::STATUS, text("placed")),
        (Order::ORDERED_ON, Value::Date(day)),
        (Order::CHANNEL, text("sales")),
        (Order::CURRENCY, Value::Text(document.currency.code().to_string())),
        (Order::TAX, Value::Money(kernel::Money::new(taxes, document.currency))),
        // The second thing that keeps one quote from becoming two orders.
        (Order::EXTERNAL_ID, Value::Text(format!("quote:{}", quote.id))),
    ];
    let order = write::apply_one(op, &orders, Write::Create { values: values(&orders, set) })?.id;
    let line_object = op.object("order_line")?;
    let costs = super::lines(op, quote.id)?;
    let mut writes = Vec::new();
    for (line, (quantity, _, counts)) in document.lines.iter().zip(&reckoned.lines) {
        if !counts {
            continue;
        }
        let cost = costs.1.iter().find(|record| record.id == line.id);
        let cost = cost.map_or(Value::Null, |record| record.get(&costs.0, QuoteLine::UNIT_COST).clone());
        let position = i64::try_from(writes.len() + 1).unwrap_or(i64::MAX);
        let discount = if line.discount_percent > 0.0 { Value::Number(line.discount_percent) } else { Value::Null };
        let set = vec![
            (OrderLine::ORDER, Value::Link(order)),
            (OrderLine::POSITION, Value::Int(position)),
            (OrderLine::PRODUCT, line.product.map_or(Value::Null, Value::Link)),
            (OrderLine::NAME, Value::Text(line.name.clone())),
            (OrderLine::QUANTITY, Value::Number(*quantity)),
            (OrderLine::UNIT_PRICE, Value::Money(line.unit_price)),
            (OrderLine::DISCOUNT_PERCENT, discount),
            (OrderLine::UNIT_COST, cost),
        ];
        writes.push(Write::Create { values: values(&line_object, set) });
    }
    write::apply(op, &line_object, writes)?.into_iter().try_for_each(|written| written.map(drop))?;
    Ok(order)
}

/// Moves the deal to where it is won. A team that asks for more before that is not overruled: the deal stays.
fn win(op: &mut Operation, object: &Object, quote: &Record) -> Result<()> {
    let Some(deal) = quote.get(object, Quote::DEAL).as_link() else { return Ok(()) };
    op.as_product(|op| {
        let deals = op.object("deal")?;
        let Some(record) = read::load(op, &deals, deal)?.filter(|record| record.deleted_at.is_none()) else { return Ok(()) };
        if record.get(&deals, "status").as_text() != Some("open") {
            return Ok(());
        }
        let stage = match record.get(&deals, "pipeline").as_link() {
            Some(pipeline) => queries::won_stage(op, pipeline)?,
            None => None,
        };
        let set = match stage {
            Some(stage) => vec![("stage", Value::Link(stage))],
            None => vec![("status", text("won"))],
        };
        match write::apply_one(op, &deals, Write::Update { id: deal, version: None, values: values(&deals, set) }) {
            Ok(_) => Ok(()),
            Err(Error::Invalid(_) | Error::Conflict { .. }) => {
                tracing::info!(%deal, quote = %quote.id, "the deal of an accepted quote asks for more before it is won");
                Ok(())
            }
            Err(fault) => Err(fault),
        }
    })
}
