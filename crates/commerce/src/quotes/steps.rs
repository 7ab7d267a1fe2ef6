//! A quote on its way: begun, submitted for approval, taken back, sent, begun anew, withdrawn.

use approvals::need::{self, Need};
use approvals::request::{self, Asked};
use approvals::{Measure, Outcome, Subject, Worse};
use foundation::access::Action;
use foundation::company::{appearance, currencies};
use foundation::records::write::{self, Write};
use foundation::records::{Object, Record, ask, read};
use foundation::{Operation, Reader, timer};
use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Error, Id, Money, Result, Value};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use super::document::{self, Choice, Document, Version};
use super::{
    LINE, QUOTE, Quote, expiry, letters, lines, link, load, load_to_change, numbers, put, queries, settings, sheet,
    state_of, text, values, wrong_state,
};

/// What a quote begins with.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Begun {
    pub deal: Option<Id>,
    pub contact: Option<Id>,
    pub company: Option<Id>,
    pub name: Option<String>,
    pub currency: Option<String>,
    pub language: Option<String>,
}

/// Begins a quote: from a deal with its customer and products, or from nothing.
pub fn begin(op: &mut Operation, begun: &Begun) -> Result<Json> {
    op.who.need(QUOTE, Action::Create)?;
    let object = op.object(QUOTE)?;
    let settings = settings::get(op)?;
    let day = crate::pricing::today(op)?;
    let mut from = begun.clone();
    let mut currency = None;
    let mut wishes = Vec::new();
    if let Some(deal) = begun.deal {
        let deals = op.object("deal")?;
        let record = read::get(op, &deals, deal)?;
        from.contact = from.contact.or(record.get(&deals, "contact").as_link());
        from.company = from.company.or(record.get(&deals, "company").as_link());
        from.name = from.name.or_else(|| Some(record.title.clone()));
        if let Value::Money(amount) = record.get(&deals, "amount") {
            currency = Some(amount.currency.code().to_string());
        }
        wishes = of_deal(op, deal, &deals, &record)?;
    }
    let language = match from.language.clone() {
        Some(language) => language,
        None => language_of(op, &from)?,
    };
    let currency = match from.currency.clone().or(currency) {
        Some(currency) => currency,
        None => currencies::used(op.tx)?.company.code().to_string(),
    };
    let until = day.checked_add(settings.validity_days.days()).unwrap_or(day);
    let link = |id: Option<Id>| id.map_or(Value::Null, Value::Link);
    let number = numbers::of_quote(op, day)?;
    let set = vec![
        (Quote::NUMBER, Value::Text(number)),
        (Quote::NAME, from.name.as_deref().map_or(Value::Null, text)),
        (Quote::DEAL, link(begun.deal)),
        (Quote::CONTACT, link(from.contact)),
        (Quote::COMPANY, link(from.company)),
        (Quote::OWNER, link(op.who.user)),
        (Quote::CURRENCY, Value::Text(currency)),
        (Quote::VALID_UNTIL, Value::Date(until)),
        (Quote::PAYMENT_DAYS, Value::Int(settings.payment_days)),
        (Quote::TERMS, settings.terms.get(&language).map_or(Value::Null, |terms| text(terms))),
        (Quote::LANGUAGE, Value::Text(language)),
    ];
    let set = values(&object, set);
    let id = write::apply_one(op, &object, Write::Create { values: set })?.id;
    if !wishes.is_empty() {
        let (_, quote) = load(op, id)?;
        let line_object = op.object(LINE)?;
        sheet::write_lines(op, &object, &quote, &line_object, &[], wishes)?;
    }
    sheet::show(op, id)
}

/// The products of a deal: its lines where it has some, else the one it names.
fn of_deal(op: &mut Operation, deal: Id, deals: &Object, record: &Record) -> Result<Vec<sheet::WantedLine>> {
    let mut wishes = Vec::new();
    // Who may not see what a deal consists of begins with what it names.
    if let Ok(of_lines) = op.object("deal_line")
        && op.who.access.on("deal_line").allows(Action::Read)
    {
        let filter = ask::filter(op, &of_lines, &format!("deal = \"{deal}\""))?;
        let query = read::ListQuery { filter: Some(filter), limit: 100, ..read::ListQuery::default() };
        let mut found = read::list(op, &of_lines, &query)?.records;
        found.sort_by_key(|line| line.id);
        for line in &found {
            let Some(product) = line.get(&of_lines, "product").as_link() else { continue };
            let quantity = match line.get(&of_lines, "quantity") {
                Value::Number(quantity) if *quantity > 0.0 => *quantity,
                _ => 1.0,
            };
            wishes.push(sheet::of_product(product, quantity));
        }
    }
    if wishes.is_empty()
        && let Some(product) = record.get(deals, "product").as_link()
    {
        wishes.push(sheet::of_product(product, 1.0));
    }
    Ok(wishes)
}

/// The customer's language, where it is one of ours; else the company's.
fn language_of(op: &mut Operation, from: &Begun) -> Result<String> {
    let mut said = None;
    if let Some(contact) = from.contact {
        let contacts = op.object("contact")?;
        let record = read::load(op, &contacts, contact)?;
        said = record.and_then(|record| record.get(&contacts, "language").as_text().map(str::to_lowercase));
    }
    let known = said.as_deref().and_then(|said| appearance::LANGUAGES.into_iter().find(|ours| said.starts_with(ours)));
    match known {
        Some(known) => Ok(known.to_string()),
        None => Ok(appearance::profile(op.tx)?.language),
    }
}

/// What of a quote may get worse for the company.
pub(super) fn measures(object: &Object, quote: &Record) -> Vec<Measure> {
    let whole = |field: &str| match quote.get(object, field) {
        Value::Money(money) => Some(money.amount),
        Value::Int(number) => Some(*number),
        // Hundredths, as the formulas round.
        Value::Number(number) => format!("{:.0}", number * 100.0).parse().ok(),
        _ => None,
    };
    let of = |name: &str, worse| Measure { name: name.to_string(), value: whole(name), worse };
    vec![
        of(Quote::TOTAL, Worse::Higher),
        of(Quote::GROSS_TOTAL, Worse::Higher),
        of(Quote::DISCOUNT, Worse::Higher),
        of(Quote::DISCOUNT_PERCENT, Worse::Higher),
        of(Quote::MARGIN, Worse::Lower),
        of(Quote::MARGIN_PERCENT, Worse::Lower),
        of(Quote::PAYMENT_DAYS, Worse::Higher),
    ]
}

/// What the quote needs approval for, asked by whoever reads this.
pub(super) fn needs(reader: &mut Reader, object: &Object, quote: &Record) -> Result<Vec<Need>> {
    let requester = reader.who.user;
    need::needed(reader, QUOTE, quote.id, requester, &measures(object, quote))
}

fn total(object: &Object, quote: &Record) -> Option<Money> {
    match quote.get(object, Quote::TOTAL) {
        Value::Money(total) => Some(*total),
        _ => None,
    }
}

/// Words beside a request.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Note {
    pub note: Option<String>,
}

/// Submits a draft: it may be sent at once, or waits for whoever has to agree.
pub fn submit(op: &mut Operation, id: Id, note: &Note) -> Result<Json> {
    let (object, quote) = load_to_change(op, id)?;
    submit_loaded(op, &object, &quote, note.note.clone())?;
    sheet::show(op, id)
}

/// `true` if it may be sent now.
fn submit_loaded(op: &mut Operation, object: &Object, quote: &Record, note: Option<String>) -> Result<bool> {
    let state = state_of(object, quote);
    if state != "draft" {
        return Err(wrong_state(state));
    }
    // What cannot be offered need not be approved.
    document::of_quote(op, object, quote)?.reckon(&Choice::default())?;
    if total(object, quote).is_none() {
        return Err(Error::invalid("lines", "required", "a quote needs a line with a price"));
    }
    let needs = needs(op, object, quote)?;
    let asked = Asked {
        object: QUOTE,
        record: quote.id,
        title: quote.title.clone(),
        amount: total(object, quote),
        measures: measures(object, quote),
        note,
    };
    let waits = request::ask(op, &asked, &needs)?;
    put(op, quote.id, vec![(Quote::STATE, text(if waits { "in_approval" } else { "approved" }))])?;
    Ok(!waits)
}

/// Takes a submitted quote back: nobody is asked any more, and it can be changed.
pub fn take_back(op: &mut Operation, id: Id) -> Result<Json> {
    let (object, quote) = load_to_change(op, id)?;
    let state = state_of(&object, &quote);
    if !matches!(state, "in_approval" | "approved") {
        return Err(wrong_state(state));
    }
    request::withdraw(op, QUOTE, id)?;
    put(op, id, vec![(Quote::STATE, text("draft"))])?;
    sheet::show(op, id)
}

/// Quotes as something that has to be authorised.
pub struct Quotes;

impl Subject for Quotes {
    fn object(&self) -> &'static str {
        QUOTE
    }

    fn settled(&self, op: &mut Operation, record: Id, outcome: Outcome) -> Result<()> {
        let (object, quote) = op.as_product(|op| load(op, record))?;
        // Whatever became of the quote meanwhile stands.
        if state_of(&object, &quote) != "in_approval" {
            return Ok(());
        }
        let state = match outcome {
            Outcome::Approved => "approved",
            Outcome::Refused => "draft",
        };
        put(op, record, vec![(Quote::STATE, text(state))])
    }
}

/// How a version goes out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sending {
    /// By mail to the contact, with the link; otherwise only the link is made.
    pub mail: bool,
    pub message: Option<String>,
}

/// What is about to be sent, for its paper to be made outside of any transaction.
pub struct Ready {
    pub document: Document,
    stamp: String,
}

/// Puts together the version that would be sent now.
pub fn ready(reader: &mut Reader, id: Id) -> Result<Ready> {
    let (object, quote) = load_to_change(reader, id)?;
    let state = state_of(&object, &quote);
    if !matches!(state, "draft" | "approved") {
        return Err(wrong_state(state));
    }
    let document = document::of_quote(reader, &object, &quote)?;
    let (_, records) = lines(reader, id)?;
    Ok(Ready { document, stamp: sheet::stamp(&quote, &records) })
}

/// Sends it: the version is frozen with its paper, and its customer gets the link. A draft that needs nobody's approval is
/// submitted on the way; one that does is not sent.
pub fn send(op: &mut Operation, id: Id, ready: &Ready, paper: &[u8], sending: &Sending) -> Result<Json> {
    let (object, quote) = load_to_change(op, id)?;
    let (_, records) = lines(op, id)?;
    if sheet::stamp(&quote, &records) != ready.stamp {
        return Err(Error::conflict("quote.stale", "somebody else changed the quote meanwhile"));
    }
    let day = crate::pricing::today(op)?;
    let until = valid_until(&object, &quote);
    if until.is_some_and(|until| until < day) {
        return Err(Error::invalid(Quote::VALID_UNTIL, "too_small", "lies in the past"));
    }
    let state = state_of(&object, &quote);
    match state {
        "approved" => {}
        "draft" => {
            if !submit_loaded(op, &object, &quote, None)? {
                return Err(Error::conflict("quote.needs_approval", "the quote needs approval before it is sent"));
            }
        }
        other => return Err(wrong_state(other)),
    }
    let version = Version {
        id: Id::at(op.now.0),
        quote: id,
        revision: ready.document.revision,
        document: serde_json::to_string(&ready.document).map_err(Error::internal)?,
        hash: Sha256::digest(paper).to_vec(),
        sent_by: op.who.user,
        sent_at: op.now,
        read_at: None,
        reads: 0,
        machine_reads: 0,
    };
    if !queries::put_version(op, &version, paper.to_vec())? {
        return Err(Error::conflict("quote.stale", "this version was sent meanwhile"));
    }
    let sent = Value::Time(op.now);
    put(op, id, vec![(Quote::STATE, text("sent")), (Quote::SENT_AT, sent), (Quote::READ_AT, Value::Null)])?;
    if let Some(until) = until {
        let zone = appearance::profile(op.tx)?.time_zone;
        timer::set(op, expiry::KIND, id, expiry::end_of(until, &zone), &json!({}))?;
    }
    let address = link::address(op.app, version.id)?;
    if sending.mail {
        letters::offer(op, &object, &quote, &ready.document, &address, sending.message.as_deref())?;
    }
    let shown = sheet::show(op, id)?;
    Ok(json!({ "link": address, "sheet": shown }))
}

pub(super) fn valid_until(object: &Object, quote: &Record) -> Option<Date> {
    match quote.get(object, Quote::VALID_UNTIL) {
        Value::Date(day) => Some(*day),
        _ => None,
    }
}

/// Begins the next version of a quote that went out. Until it is sent, the last one stays as it is, but is not accepted.
pub fn revise(op: &mut Operation, id: Id) -> Result<Json> {
    let (object, quote) = load_to_change(op, id)?;
    let state = state_of(&object, &quote);
    if !matches!(state, "sent" | "read" | "expired" | "refused" | "withdrawn") {
        return Err(wrong_state(state));
    }
    let revision = match quote.get(&object, Quote::REVISION) {
        Value::Int(revision) => revision.saturating_add(1),
        _ => 2,
    };
    timer::clear(op, expiry::KIND, id)?;
    let sent = queries::versions(op, id)?.iter().any(|version| version.revision == revision - 1);
    let revision = if sent { revision } else { revision - 1 };
    let day = crate::pricing::today(op)?;
    let mut set = vec![
        (Quote::STATE, text("draft")),
        (Quote::REVISION, Value::Int(revision)),
        (Quote::READ_AT, Value::Null),
        (Quote::ANSWERED_AT, Value::Null),
        (Quote::REFUSAL, Value::Null),
    ];
    if valid_until(&object, &quote).is_some_and(|until| until < day) {
        let days = settings::get(op)?.validity_days;
        set.push((Quote::VALID_UNTIL, Value::Date(day.checked_add(days.days()).unwrap_or(day))));
    }
    put(op, id, set)?;
    sheet::show(op, id)
}

/// Takes a quote back, whoever has it in hands: nobody can accept it any more.
pub fn withdraw(op: &mut Operation, id: Id) -> Result<Json> {
    let (object, quote) = load_to_change(op, id)?;
    let state = state_of(&object, &quote);
    if matches!(state, "accepted" | "refused" | "withdrawn") {
        return Err(wrong_state(state));
    }
    request::withdraw(op, QUOTE, id)?;
    timer::clear(op, expiry::KIND, id)?;
    put(op, id, vec![(Quote::STATE, text("withdrawn"))])?;
    sheet::show(op, id)
}
