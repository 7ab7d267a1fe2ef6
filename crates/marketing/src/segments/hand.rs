//! Members put in by hand: from a selection, from a list, or by their addresses; and what is forgotten with somebody.

use std::collections::BTreeSet;
use std::sync::Arc;

use foundation::access::{Action, Principal};
use foundation::records::erase::Copies;
use foundation::records::{ask, read};
use foundation::{App, Operation};
use kernel::{Error, Id, Result};
use question::{Expr, Literal, Question, Span};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::definition::{self, Definition, Members};
use super::{look, queries, settle};

/// Ids or addresses in one request.
const MOST: usize = 5_000;
/// Addresses asked for in one question.
const ADDRESSES: usize = 500;

/// Who is to be put in or taken out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Who {
    pub ids: Vec<Id>,
    /// Everybody whom a question finds, as text or JSON.
    pub filter: Option<Json>,
    /// E-mail addresses, as they were pasted from a list.
    pub emails: Vec<String>,
}

fn by_hand(definition: &Definition) -> Result<()> {
    match definition.members {
        Members::ByHand => Ok(()),
        Members::Asked(_) | Members::Unknown => Err(Error::conflict(
            "segment.dynamic",
            "who belongs to this segment follows from its conditions; change those, or make a segment by hand",
        )),
    }
}

/// Puts people in. Answers how many entered and which addresses nobody has; everybody of a filter is put in by a job.
pub fn put(op: &mut Operation, id: Id, who: &Who) -> Result<Json> {
    let definition = definition::load_to_change(op, id)?;
    by_hand(&definition)?;
    if who.ids.len() + who.emails.len() > MOST {
        return Err(Error::invalid("ids", "too_long", format!("at most {MOST} at once; use a filter for more")));
    }
    let object = definition.object.clone();
    let (by_address, unknown) = addressed(op, &definition, &who.emails)?;
    let asked: Vec<Id> = who.ids.iter().copied().chain(by_address).collect();
    let readable: Vec<Id> = read::get_many(op, &object, &asked)?
        .into_iter()
        .filter(|record| record.deleted_at.is_none())
        .map(|record| record.id)
        .collect();
    queries::put_hand(op, id, &readable)?;
    let moved = settle_as_product(op, &definition, readable.into_iter().collect())?;
    let mut job = None;
    if let Some(question) = ask::asked(op, who.filter.as_ref())? {
        let checked = ask::checked(op, &object, &question)?;
        let mut args = Vec::new();
        let rule = ask::rule_sql(op, &object, Action::Read, &mut args)?;
        let filter = ask::compile(op, &checked, &mut args);
        queries::put_hand_all(op, id, &object, &format!("{rule} and {filter}"), args)?;
        job = look::queue(op, &definition)?.map(|status| status.to_json());
    }
    Ok(json!({ "entered": moved.entered, "unknown": unknown, "job": job }))
}

/// Takes people out.
pub fn take(op: &mut Operation, id: Id, who: &Who) -> Result<Json> {
    let definition = definition::load_to_change(op, id)?;
    by_hand(&definition)?;
    if who.ids.len() > MOST || who.filter.is_some() || !who.emails.is_empty() {
        return Err(Error::invalid("ids", "too_long", format!("name up to {MOST} people by their ids")));
    }
    queries::take_hand(op, id, &who.ids)?;
    let moved = settle_as_product(op, &definition, who.ids.iter().copied().collect())?;
    Ok(json!({ "left": moved.left }))
}

/// Who belongs to it does not depend on who put them in.
fn settle_as_product(op: &mut Operation, definition: &Definition, ids: BTreeSet<Id>) -> Result<settle::Moved> {
    if definition.follows { settle::settle(op, definition, &ids) } else { Ok(settle::Moved::default()) }
}

/// Who has these addresses, as far as the caller sees them, and the addresses that nobody has.
fn addressed(op: &mut Operation, definition: &Definition, emails: &[String]) -> Result<(Vec<Id>, Vec<String>)> {
    let emails: BTreeSet<String> =
        emails.iter().map(|email| email.trim().to_lowercase()).filter(|email| !email.is_empty()).collect();
    let emails: Vec<String> = emails.into_iter().collect();
    let (mut found, mut known) = (Vec::new(), BTreeSet::new());
    for part in emails.chunks(ADDRESSES) {
        let list = part.iter().map(|email| Expr::literal(Literal::Text(email.clone()))).collect();
        let question = Question::In { subject: Expr::field("email"), list, span: Span::default() };
        let query = read::ListQuery {
            filter: Some(ask::checked(op, &definition.object, &question)?),
            limit: ADDRESSES,
            ..read::ListQuery::default()
        };
        for record in read::list(op, &definition.object, &query)?.records {
            known.extend(record.get(&definition.object, "email").as_text().map(str::to_lowercase));
            found.push(record.id);
        }
    }
    Ok((found, emails.into_iter().filter(|email| !known.contains(email)).collect()))
}

/// In which segments somebody was goes when they are erased.
pub struct Hands;

impl Copies for Hands {
    fn forget(&self, app: &App, parties: &[Id]) -> Result<()> {
        let parties: Arc<[Id]> = parties.into();
        app.write_now(&Principal::system("erase"), move |op| queries::forget(op, &parties))
    }
}
