//! What was sent becomes an answer, and the answer a lead.

use events::marketing::{ConsentGiven, FormSubmitted};
use foundation::Operation;
use foundation::ledger::{self, Entry, facts::split_personal};
use foundation::records::write::{self, Write};
use foundation::records::{Object, Record, read};
use kernel::{Error, Id, Result, Value};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use super::fields::{self, Definition};
use super::suspicion::Reason;
use super::{ANSWER, FORM, LEAD, letter, queries};

/// Where somebody came from, as far as their page says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Origin {
    /// The word of the tracker for the visit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub medium: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub term: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referrer: Option<String>,
    /// The page on which the form stood.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
}

/// What was sent.
#[derive(Debug, Clone, Default)]
pub struct Sent {
    pub values: Map<String, Json>,
    pub reasons: Vec<Reason>,
    pub language: String,
    /// The words that were agreed to.
    pub consent: Option<String>,
    pub origin: Origin,
    pub agent: Option<String>,
    pub stamp: Option<String>,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became {
    Accepted,
    Waiting,
    Held,
}

/// Keeps an answer and makes it a lead, unless it is held back or waits for a yes. The same page sent twice is one answer.
pub fn take(op: &mut Operation, form: &Definition, sent: &Sent) -> Result<(Id, Became)> {
    let answers = op.object(ANSWER)?;
    let mut reasons = sent.reasons.clone();
    if let Some(stamp) = &sent.stamp
        && let Some(before) = queries::by_stamp(op, &answers, stamp)?
    {
        if matches!(before.get(&answers, "said"), Value::Json(said) if **said == Json::Object(sent.values.clone())) {
            return Ok((before.id, became(&answers, &before)));
        }
        reasons.push(Reason::Again);
    }
    let email = sent.values.get("email").and_then(Json::as_str);
    let waits = form.confirms && email.is_some() && channels::outbox::has_mail(op.app);
    let state = match (reasons.is_empty(), waits) {
        (false, _) => Became::Held,
        (true, true) => Became::Waiting,
        (true, false) => Became::Accepted,
    };
    let text = |text: &str, most: usize| Value::Text(text.chars().take(most).collect());
    let mut values: Vec<(&str, Value)> = vec![
        ("form", Value::Link(form.id)),
        ("state", Value::Text(word(state).into())),
        ("said", Value::Json(Box::new(sent.values.clone().into()))),
        ("language", text(&sent.language, 10)),
        ("origin", Value::Json(Box::new(serde_json::to_value(&sent.origin).map_err(Error::internal)?))),
    ];
    values.extend(email.map(|email| ("email", Value::Text(email.into()))));
    values.extend(sent.stamp.as_deref().map(|stamp| ("stamp", text(stamp, 200))));
    values.extend(sent.agent.as_deref().map(|agent| ("agent", text(agent, 500))));
    values.extend(sent.origin.page.as_deref().map(|page| ("page", text(page, 500))));
    if !reasons.is_empty() {
        let words: Vec<&str> = reasons.iter().map(|reason| reason.word()).collect();
        values.push(("reasons", Value::Text(words.join(" "))));
    }
    if let Some(consent) = sent.consent.as_deref().filter(|consent| !consent.is_empty()) {
        values.push(("consent", text(consent, 10_000)));
        values.push(("consent_at", Value::Time(op.now)));
    }
    let values = placed(&answers, values);
    let answer = write::apply_one(op, &answers, Write::Create { values })?.id;
    settle(op, &answers, form, answer, state)?;
    Ok((answer, state))
}

/// What follows from a state: a lead, or a letter that asks.
fn settle(
    op: &mut Operation,
    answers: &std::sync::Arc<Object>,
    form: &Definition,
    answer: Id,
    state: Became,
) -> Result<()> {
    let record = read::get(op, answers, answer)?;
    match state {
        Became::Accepted => make_lead(op, answers, form, &record).map(drop),
        Became::Waiting => letter::ask(op, answers, form, &record),
        Became::Held => Ok(()),
    }
}

fn word(state: Became) -> &'static str {
    match state {
        Became::Accepted => "accepted",
        Became::Waiting => "waiting",
        Became::Held => "held",
    }
}

fn became(answers: &Object, answer: &Record) -> Became {
    match answer.get(answers, "state").as_text() {
        Some("accepted") => Became::Accepted,
        Some("waiting") => Became::Waiting,
        _ => Became::Held,
    }
}

fn placed(object: &Object, values: Vec<(&str, Value)>) -> Vec<(usize, Value)> {
    values.into_iter().filter_map(|(name, value)| Some((object.def.position(name)?, value))).collect()
}

/// Somebody said that it was really them: the answer becomes a lead. Saying it again changes nothing.
pub fn confirm(op: &mut Operation, answer: Id) -> Result<Definition> {
    let (answers, forms) = (op.object(ANSWER)?, op.object(FORM)?);
    let record = read::get(op, &answers, answer)?;
    let form = record.get(&answers, "form").as_link().ok_or(Error::NotFound)?;
    let form = Definition::read(&forms, &read::get(op, &forms, form)?);
    if record.deleted_at.is_none() && became(&answers, &record) == Became::Waiting {
        let now = op.now;
        let values =
            placed(&answers, vec![("state", Value::Text("accepted".into())), ("confirmed_at", Value::Time(now))]);
        write::apply_one(op, &answers, Write::Update { id: answer, version: None, values })?;
        settle(op, &answers, &form, answer, Became::Accepted)?;
    }
    Ok(form)
}

/// A person looked at an answer that was held back: it goes its way, or it goes nowhere.
pub fn decide(op: &mut Operation, answer: Id, is_good: bool) -> Result<Json> {
    let (answers, forms) = (op.object(ANSWER)?, op.object(FORM)?);
    let record = crate::rights::changeable(op, &answers, answer)?;
    let state = record.get(&answers, "state").as_text().unwrap_or_default();
    if !matches!(state, "held" | "refused") {
        return Err(Error::conflict("form.not_held", "this answer is not held back"));
    }
    let form = record.get(&answers, "form").as_link().ok_or(Error::NotFound)?;
    crate::rights::as_product(op, |op| {
        let form = Definition::read(&forms, &read::get(op, &forms, form)?);
        let has_email = !record.get(&answers, "email").is_null();
        let waits = form.confirms && has_email && channels::outbox::has_mail(op.app);
        let state = if waits { Became::Waiting } else { Became::Accepted };
        let word = if is_good { word(state) } else { "refused" };
        let values = placed(&answers, vec![("state", Value::Text(word.into()))]);
        write::apply_one(op, &answers, Write::Update { id: answer, version: None, values })?;
        if is_good {
            settle(op, &answers, &form, answer, state)?;
        }
        let lead = read::get(op, &answers, answer)?.get(&answers, "lead").as_link();
        Ok(json!({ "state": word, "lead": lead }))
    })
}

/// The lead of an answer: an open one with the same address gets what it does not say yet, else there is a new one.
fn make_lead(op: &mut Operation, answers: &std::sync::Arc<Object>, form: &Definition, answer: &Record) -> Result<Id> {
    let leads = op.object(LEAD)?;
    let said = match answer.get(answers, "said") {
        Value::Json(said) => said.as_object().cloned().unwrap_or_default(),
        _ => Map::new(),
    };
    let mut values = fields::values(&leads, &said)?;
    values.extend(placed(&leads, coming(form, answers, answer)));
    let email = said.get("email").and_then(Json::as_str).map(str::to_lowercase);
    let known = match email {
        Some(email) => queries::open_lead(op, &leads, &email)?,
        None => None,
    };
    let lead = match known {
        Some(id) => {
            let record = read::get(op, &leads, id)?;
            let is_origin = |position: usize| {
                leads.field(position).is_some_and(|field| field.section == "origin" || field.name == "source")
            };
            // Where somebody first came from stays.
            values.retain(|(position, _)| record.value(*position).is_null() && !is_origin(*position));
            write::apply_one(op, &leads, Write::Update { id, version: None, values })?;
            id
        }
        None => {
            let mut seen = Vec::new();
            values.retain(|(position, _)| {
                let is_first = !seen.contains(position);
                seen.push(*position);
                is_first
            });
            op.source = Some(form.name.clone());
            write::apply_one(op, &leads, Write::Create { values })?.id
        }
    };
    let values = placed(answers, vec![("lead", Value::Link(lead))]);
    write::apply_one(op, answers, Write::Update { id: answer.id, version: None, values })?;
    tell(op, form, answers, answer, lead)?;
    Ok(lead)
}

/// What a lead gets beside what its person said.
fn coming(form: &Definition, answers: &Object, answer: &Record) -> Vec<(&'static str, Value)> {
    let origin: Origin = match answer.get(answers, "origin") {
        Value::Json(json) => serde_json::from_value((**json).clone()).unwrap_or_default(),
        _ => Origin::default(),
    };
    let text = |text: &str, most: usize| Value::Text(text.chars().take(most).collect());
    let mut values = vec![("source", Value::Text("web".into()))];
    values.extend(form.campaign.map(|campaign| ("campaign", Value::Link(campaign))));
    values.extend(form.responsible.map(|user| ("owner", Value::Link(user))));
    values.extend(answer.get(answers, "language").as_text().map(|language| ("language", text(language, 35))));
    values.extend(origin.visit.as_deref().map(|visit| ("visit", text(visit, 200))));
    values.extend(origin.referrer.as_deref().map(|referrer| ("origin_referrer", text(referrer, 500))));
    values.extend(origin.page.as_deref().map(|page| ("origin_page", text(page, 500))));
    values.extend(origin.source.as_deref().map(|source| ("origin_source", text(source, 200))));
    values.extend(origin.term.as_deref().map(|term| ("origin_phrase", text(term, 200))));
    values.extend(origin.campaign.as_deref().map(|name| ("origin_campaign", text(name, 200))));
    values.extend(medium(&origin).map(|medium| ("origin_medium", Value::Text(medium.into()))));
    values
}

/// By what somebody came; nothing where the tracker knows better.
fn medium(origin: &Origin) -> Option<&'static str> {
    let said = origin.medium.as_deref().unwrap_or_default().to_lowercase();
    match said.as_str() {
        "organic" | "search" | "cpc" | "ppc" if origin.campaign.is_none() => Some("search"),
        "email" | "mail" | "newsletter" => Some("mail"),
        "social" => Some("social"),
        "referral" => Some("referral"),
        _ if origin.campaign.is_some() || !said.is_empty() => Some("campaign"),
        _ if origin.visit.is_some() => None,
        _ if origin.referrer.is_some() => Some("referral"),
        _ => Some("direct"),
    }
}

fn tell(op: &mut Operation, form: &Definition, answers: &Object, answer: &Record, lead: Id) -> Result<()> {
    let mut told = vec![events::NewEvent::of(FormSubmitted { form: form.name.clone(), campaign: form.campaign })];
    if !answer.get(answers, "consent").is_null() {
        let given = ConsentGiven { purpose: "marketing".into(), channel: Some("email".into()) };
        told.push(events::NewEvent::of(given));
    }
    let entries = told
        .into_iter()
        .map(|event| {
            let mut entry = Entry {
                kind: event.kind.clone(),
                party: Some(lead),
                object: Some(ANSWER.into()),
                record: Some(answer.id),
                channel: Some("web".into()),
                source: Some(form.name.clone()),
                ..Entry::default()
            };
            split_personal(&event.kind, event.props, &mut entry);
            entry
        })
        .collect();
    ledger::append(op, entries).map(drop)
}
