//! What is asked and answered about a quote: the customer asks on its page, the staff answer in the workspace, turn by turn.
//! Each is told by mail.

use events::NewEvent;
use events::quotes::{QuoteAnswered, QuoteQuestioned};
use foundation::ledger::{self, Entry};
use foundation::records::{Object, Record};
use foundation::{Operation, Reader};
use kernel::{Error, Id, Result, Time};
use serde_json::{Value as Json, json};

use super::{Quote, letters, link, load, load_to_change, queries};

/// What somebody said.
pub struct Said {
    pub at: Time,
    pub is_ours: bool,
    pub text: String,
}

/// The customer asks.
pub(super) fn ask(op: &mut Operation, object: &Object, quote: &Record, words: &str) -> Result<()> {
    keep(op, object, quote, None, words)?;
    let event = NewEvent::of(QuoteQuestioned { quote: quote.id, number: quote.title.clone(), text: words.into() });
    tell(op, object, quote, event)
}

/// Somebody of the staff answers; by mail, too, where mail goes out and the customer has an address.
pub(super) fn answer(op: &mut Operation, id: Id, words: &str) -> Result<Json> {
    let (object, quote) = load_to_change(op, id)?;
    let words = approvals::request::words(Some(words))
        .ok_or_else(|| Error::invalid("text", "required", "say what you answer"))?;
    let version = queries::versions(op, id)?.into_iter().max_by_key(|version| version.revision);
    let version =
        version.ok_or_else(|| Error::conflict("quote.not_sent", "the customer has no version to ask about"))?;
    let author = op.who.user;
    keep(op, &object, &quote, author, &words)?;
    let event = NewEvent::of(QuoteAnswered { quote: id, number: quote.title.clone(), text: words.clone() });
    tell(op, &object, &quote, event)?;
    let address = link::address(op.app, version.id)?;
    letters::answer(op, &object, &quote, &address, &words)?;
    list(op, id)
}

/// The turns of a quote, the oldest first.
pub(super) fn list(reader: &mut Reader, id: Id) -> Result<Json> {
    load(reader, id)?;
    let rows = queries::said(reader, id)?;
    let names = ledger::names(reader, rows.iter().filter_map(|row| row.author).collect::<Vec<_>>().into_iter())?;
    let mut data = Vec::with_capacity(rows.len());
    for row in rows {
        let text = ledger::open_for(reader, row.holder, row.id, &row.sealed)?;
        data.push(json!({
            "id": row.id, "at": row.at, "is_ours": row.author.is_some(), "author": row.author.and_then(|id| names.get(&id)),
            "text": text,
        }));
    }
    Ok(json!({ "data": data }))
}

/// The same for the customer, who is told what was said and not by whom.
pub(super) fn shown(reader: &mut Reader, id: Id) -> Result<Vec<Said>> {
    let mut said = Vec::new();
    for row in queries::said(reader, id)? {
        let text = ledger::open_for(reader, row.holder, row.id, &row.sealed)?;
        if let Some(text) = text.as_ref().and_then(Json::as_str) {
            said.push(Said { at: row.at, is_ours: row.author.is_some(), text: text.to_string() });
        }
    }
    Ok(said)
}

fn keep(op: &mut Operation, object: &Object, quote: &Record, author: Option<Id>, words: &str) -> Result<()> {
    let party = [Quote::CONTACT, Quote::COMPANY].into_iter().find_map(|link| quote.get(object, link).as_link());
    let holder = party.unwrap_or(quote.id);
    let id = Id::at(op.now.0);
    let sealed = ledger::seal_for(op, holder, id, &json!(words))?;
    queries::say(op, &queries::Turn { id, author, holder, sealed, at: op.now }, quote.id)
}

fn tell(op: &mut Operation, object: &Object, quote: &Record, event: NewEvent) -> Result<()> {
    let mut entry = Entry::about(op, object, quote, &event.kind, op.now);
    ledger::facts::split_personal(&event.kind, event.props, &mut entry);
    ledger::append(op, vec![entry]).map(drop)
}
