//! Quotes: what is offered, in versions, until when; who had to agree to it; what the customer said; and the order.
//!
//! - [`sheet`] is what the editor reads and writes: the quote with its lines, priced anew as they change.
//! - [`steps`] moves a quote from a draft through approval to its customer and back.
//! - [`document`] is a version as it was sent: frozen, with its paper, opened by a signed link ([`link`]).
//! - [`answer`] is what the customer says on the public page ([`doors`]); an acceptance becomes one order.
//! - [`talk`] is what is asked there and answered in the workspace.
//! - [`keeper`] holds that nothing is changed which a customer has in hands, whatever door the change comes by.
//!
//! A quote is one record; its sent versions are rows beside it that never change. Lines and totals of a version are
//! reckoned by [`crate::pricing::amount`], as the formulas of the records are.

mod answer;
mod document;
mod doors;
mod expiry;
mod html;
mod keeper;
mod letters;
mod line;
mod link;
mod numbers;
mod paper;
mod queries;
mod quote;
mod routes;
mod settings;
mod sheet;
mod steps;
mod talk;
mod words;

pub use doors::router;
pub use expiry::Expiry;
pub use keeper::{LineKeeper, QuoteKeeper};
pub use line::QuoteLine;
pub use queries::Versions;
pub use quote::Quote;
pub use routes::routes;
pub use steps::Quotes;

use std::sync::Arc;

use foundation::access::Action;
use foundation::records::write::{self, Write};
use foundation::records::{Object, Record, read};
use foundation::{Operation, Reader};
use kernel::{Error, Id, Result, Value};

/// The names of the objects.
pub const QUOTE: &str = "quote";
pub const LINE: &str = "quote_line";

/// A quote that the caller may read.
fn load(reader: &mut Reader, id: Id) -> Result<(Arc<Object>, Record)> {
    let object = reader.object(QUOTE)?;
    let record = read::get(reader, &object, id)?;
    if record.deleted_at.is_some() {
        return Err(Error::NotFound);
    }
    Ok((object, record))
}

/// A quote that the caller may change.
fn load_to_change(reader: &mut Reader, id: Id) -> Result<(Arc<Object>, Record)> {
    reader.who.need(QUOTE, Action::Update)?;
    let (object, record) = load(reader, id)?;
    if queries::may_update(reader, &object, id)? {
        Ok((object, record))
    } else {
        Err(Error::Forbidden("changing this record"))
    }
}

/// The lines of a quote in their order, as far as the caller may read them.
fn lines(reader: &mut Reader, quote: Id) -> Result<(Arc<Object>, Vec<Record>)> {
    let object = reader.object(LINE)?;
    let ids = queries::lines(reader, quote)?;
    let mut records = read::get_many(reader, &object, &ids)?;
    records.sort_by_key(|record| ids.iter().position(|id| *id == record.id));
    Ok((object, records))
}

/// Values by name as positions of the object.
fn values(object: &Object, named: Vec<(&str, Value)>) -> Vec<(usize, Value)> {
    named.into_iter().filter_map(|(name, value)| Some((object.def.position(name)?, value))).collect()
}

/// Sets what the product alone sets: the state and what goes with it.
fn put(op: &mut Operation, id: Id, named: Vec<(&str, Value)>) -> Result<()> {
    op.as_product(|op| {
        let object = op.object(QUOTE)?;
        let values = values(&object, named);
        write::apply_one(op, &object, Write::Update { id, version: None, values }).map(drop)
    })
}

fn text(value: &str) -> Value {
    Value::Text(value.into())
}

fn state_of<'r>(object: &Object, record: &'r Record) -> &'r str {
    record.get(object, Quote::STATE).as_text().unwrap_or("draft")
}

/// What the conflict of a step that the state does not allow says.
fn wrong_state(state: &str) -> Error {
    Error::Conflict {
        code: "quote.state",
        detail: format!("the quote is {}", state.replace('_', " ")),
        details: serde_json::json!({ "state": state }),
    }
}
