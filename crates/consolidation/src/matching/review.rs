//! The queue for people: uncertain pairs, those first whose answer teaches most, and what an answer does.

use std::collections::HashMap;
use std::sync::Arc;

use db::Arg;
use foundation::access::Action;
use foundation::records::{Object, Record, read};
use foundation::{Operation, Reader};
use kernel::{Error, Id, Result};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::engine::compare::Comparison;
use super::engine::model::{Model, probability};
use super::engine::score::{Evidence, Scorer};
use super::joining::{bits, now_of};
use super::queries::{self, Decision, Order, Pair};
use super::settings::Settings;
use super::subject::Subject;
use crate::merging;

/// What somebody says of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Same,
    Different,
    /// Not now.
    Skip,
    /// As if nothing had been said; what was joined stays joined, un-merging is for that.
    Reopen,
}

/// An answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    pub verdict: Verdict,
    /// Who goes on, if they are the same; none leaves it to the rule.
    #[serde(default)]
    pub survivor: Option<Id>,
    /// By field, the record whose value is kept.
    #[serde(default)]
    pub picks: std::collections::BTreeMap<String, Id>,
}

/// What is asked of the queue.
#[derive(Debug, Clone)]
pub struct Asked {
    pub state: String,
    pub order: Order,
    /// Least probability; none takes the one that is set.
    pub from: Option<f64>,
    pub after: Option<(i64, Id)>,
    pub limit: i64,
}

/// A part of the queue: pairs of which the caller may read both records.
pub fn queue(reader: &mut Reader, subject: &Subject, asked: &Asked) -> Result<Json> {
    let name = &subject.object.def.name;
    reader.who.need(name, Action::Read)?;
    let settings = queries::settings(reader, name)?;
    let from = if asked.state == "open" || asked.from.is_some() {
        bits(asked.from.unwrap_or(settings.review_from))
    } else {
        f64::MIN / 1e4
    };
    let mut shown = Vec::new();
    let mut after = asked.after;
    let wanted = usize::try_from(asked.limit).unwrap_or(0);
    // Pairs out of the caller's reach, or of records that went meanwhile, are passed over.
    let mut next = None;
    for _ in 0..5 {
        let pairs = queries::queue(reader, name, &asked.state, asked.order, from, after, asked.limit + 1)?;
        let is_last = pairs.len() <= wanted;
        let place = |pair: &Pair| (if asked.order == Order::Ask { pair.ask } else { milli(pair.bits) }, pair.id);
        let some = show(reader, subject, &pairs)?;
        for (pair, json) in pairs.iter().zip(some) {
            if shown.len() == wanted {
                next = after;
                break;
            }
            after = Some(place(pair));
            shown.extend(json);
        }
        if next.is_some() || is_last {
            break;
        }
        if shown.len() == wanted {
            next = after;
            break;
        }
    }
    let next = next.map(|(place, id)| format!("{place}.{id}"));
    Ok(json!({ "data": shown, "next": next }))
}

fn milli(bits: f64) -> i64 {
    (bits * 1000.0).round() as i64
}

/// One pair.
pub fn one(reader: &mut Reader, subject: &Subject, id: Id) -> Result<Json> {
    let pair = queries::pair(reader, &subject.object.def.name, id)?;
    show(reader, subject, &[pair])?.pop().flatten().ok_or(Error::NotFound)
}

/// The open pairs of one record, for its page.
pub fn of_record(reader: &mut Reader, subject: &Subject, record: Id) -> Result<Json> {
    let name = &subject.object.def.name;
    read::get(reader, &subject.object, record)?;
    let settings = queries::settings(reader, name)?;
    let pairs = queries::open_of(reader, name, record, bits(settings.review_from))?;
    let shown: Vec<Json> = show(reader, subject, &pairs)?.into_iter().flatten().collect();
    Ok(json!({ "data": shown }))
}

/// The pairs with both records and why; nothing where one of them cannot be seen.
fn show(reader: &mut Reader, subject: &Subject, pairs: &[Pair]) -> Result<Vec<Option<Json>>> {
    let object = &subject.object;
    let model = queries::model(reader, &object.def.name)?.map(|(model, _)| model);
    let mut ids: Vec<Id> = pairs.iter().flat_map(|pair| [pair.a, pair.b]).collect();
    ids.sort_unstable();
    ids.dedup();
    let records: Vec<Record> = read::get_many(reader, object, &ids)?;
    let shown = read::show(reader, object, &records, None)?;
    let by_id: HashMap<Id, &Json> = records.iter().map(|record| record.id).zip(&shown).collect();
    let mut table = subject.table();
    let rows = subject.read_some(reader, &mut table, &ids)?;
    let place: HashMap<Id, u32> =
        rows.iter().enumerate().filter_map(|(at, id)| Some((*id, u32::try_from(at).ok()?))).collect();
    let scorer = model.as_ref().map(|model| Scorer::new(&table, model));
    let hidden = hidden(reader, object);
    let mut out = Vec::with_capacity(pairs.len());
    for pair in pairs {
        let (Some(a), Some(b)) = (by_id.get(&pair.a), by_id.get(&pair.b)) else {
            out.push(None);
            continue;
        };
        let is_open = pair.state == "open" || pair.state == "second";
        let (x, y) = (place.get(&pair.a), place.get(&pair.b));
        if is_open && (x.is_none() || y.is_none()) {
            out.push(None);
            continue;
        }
        let why: Vec<Evidence> = match (&scorer, x, y) {
            (Some(scorer), Some(x), Some(y)) => {
                scorer.why(*x, *y).into_iter().filter(|one| !hidden.contains(&one.comparison)).collect()
            }
            _ => Vec::new(),
        };
        out.push(Some(json!({
            "id": pair.id, "state": pair.state, "verdict": pair.verdict,
            "probability": probability(pair.bits), "bits": pair.bits,
            "prior_bits": model.as_ref().map(Model::prior_bits),
            "records": [a, b], "why": why, "found_at": pair.found_at, "decided_at": pair.decided_at,
            "decided_by": pair.decided_by, "merge": pair.merge,
        })));
    }
    Ok(out)
}

/// The condition on `r` that a record stands in a pair that reviewers are shown, and how many such pairs there are; none
/// where nobody looked for pairs yet.
pub fn waiting(reader: &mut Reader, object: &Object, args: &mut Vec<Arg>) -> Result<Option<(String, i64)>> {
    let (name, table) = (&object.def.name, &object.def.table);
    if queries::learned(reader, name)?.is_none() {
        return Ok(None);
    }
    let from = bits(queries::settings(reader, name)?.review_from);
    let pairs = queries::open_pairs(reader, name, table, from)?;
    Ok(Some((queries::is_in_open_pair(name, table, from, args), pairs)))
}

/// Comparisons whose fields the caller may not see: their evidence would tell.
fn hidden(reader: &Reader, object: &Arc<Object>) -> Vec<Comparison> {
    let access = reader.who.access.on(&object.def.name);
    let is_hidden = |names: &[&str]| names.iter().any(|name| access.hidden_fields.contains(*name));
    [
        (Comparison::Given, &["first_name"][..]),
        (Comparison::Family, &["last_name"]),
        (Comparison::Name, &["name", "legal_name"]),
        (Comparison::Email, &["email"]),
        (Comparison::Phone, &["phone", "mobile"]),
        (Comparison::Date, &["birth_date"]),
        (Comparison::Number, &["tax_id", "registration_number"]),
        (Comparison::Domain, &["domain", "website", "company"]),
        (Comparison::Place, &["address"]),
    ]
    .into_iter()
    .filter(|(_, names)| is_hidden(names))
    .map(|(comparison, _)| comparison)
    .collect()
}

/// Does what somebody said of a pair. Where two must say the same, the first answer waits for a second; one that
/// contradicts it opens the question again.
pub fn answer(op: &mut Operation, subject: &Subject, id: Id, answer: &Answer) -> Result<Json> {
    let name = subject.object.def.name.clone();
    op.who.need(&name, Action::Update)?;
    let pair = queries::pair(op, &name, id)?;
    for record in [pair.a, pair.b] {
        read::get(op, &subject.object, record)?;
    }
    match answer.verdict {
        Verdict::Skip => queries::put_off(op, id)?,
        Verdict::Reopen if pair.state == "same" => {
            return Err(Error::conflict("match.joined", "they were joined: take the merge back instead"));
        }
        Verdict::Reopen => queries::reopen(op, id)?,
        Verdict::Same | Verdict::Different => say(op, subject, &pair, answer)?,
    }
    one(op, subject, id)
}

fn say(op: &mut Operation, subject: &Subject, pair: &Pair, answer: &Answer) -> Result<()> {
    let name = &subject.object.def.name;
    if pair.state == "same" {
        return match answer.verdict {
            Verdict::Same => Ok(()),
            _ => Err(Error::conflict("match.joined", "they were joined: take the merge back instead")),
        };
    }
    let said = if answer.verdict == Verdict::Same { "same" } else { "different" };
    let Settings { second_opinion, .. } = queries::settings(op, name)?;
    let waits = second_opinion && pair.state != "different";
    if waits && (pair.state != "second" || pair.decided_by == op.who.user) {
        let decision = Decision { state: "second", verdict: Some(said), second: false, merge: None };
        return queries::decide(op, pair.id, &decision);
    }
    if waits && pair.verdict.as_deref() != Some(said) {
        return queries::reopen(op, pair.id);
    }
    if answer.verdict == Verdict::Different {
        let decision = Decision { state: "different", verdict: Some(said), second: waits, merge: None };
        return queries::decide(op, pair.id, &decision);
    }
    let merge = match now_of(op, pair.a, pair.b)? {
        None => None,
        Some((a, b)) => {
            let survivor = answer.survivor.filter(|id| [a, b].contains(id));
            let others = [a, b].into_iter().filter(|id| Some(*id) != survivor).collect();
            let order = merging::Order {
                object: name.clone(),
                survivor,
                others,
                picks: answer.picks.clone(),
                why: json!({ "by": "review", "pair": pair.id, "probability": probability(pair.bits) }),
            };
            merging::merge(op, &order)?.merge
        }
    };
    let decision = Decision { state: "same", verdict: Some(said), second: waits, merge };
    queries::decide(op, pair.id, &decision)
}
