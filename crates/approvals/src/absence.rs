//! Who is away, and who decides in their place meanwhile. Everybody says so for themselves.

use foundation::access::people as staff;
use foundation::{Operation, Reader};
use jiff::civil::Date;
use kernel::{Error, Id, Result};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::{inbox, queries};

/// From when to when somebody decides in the caller's place; without a last day until it is taken back.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    pub substitute: Id,
    pub starts_on: String,
    #[serde(default)]
    pub ends_on: Option<String>,
}

fn me(reader: &Reader) -> Result<Id> {
    reader.who.user.ok_or(Error::Forbidden("only people are away"))
}

pub fn list(reader: &mut Reader) -> Result<Json> {
    let me = me(reader)?;
    let mut shown = Vec::new();
    for one in queries::absences(reader, me)? {
        let substitute = inbox::person(reader, one.substitute)?;
        let (starts_on, ends_on) = (one.starts_on, one.ends_on);
        shown.push(json!({ "id": one.id, "substitute": substitute, "starts_on": starts_on, "ends_on": ends_on }));
    }
    Ok(json!({ "data": shown }))
}

pub fn add(op: &mut Operation, wish: &Wish) -> Result<Json> {
    let me = me(op)?;
    let day = |field: &str, text: &str| {
        let date: std::result::Result<Date, _> = text.parse();
        date.map_err(|_| Error::invalid(field, "not_a_date", "must be a date, 2017-06-30"))
    };
    let from = day("starts_on", &wish.starts_on)?;
    let to = wish.ends_on.as_deref().filter(|text| !text.is_empty()).map(|text| day("ends_on", text)).transpose()?;
    if to.is_some_and(|to| to < from) {
        return Err(Error::invalid("ends_on", "too_small", "cannot lie before the first day"));
    }
    if wish.substitute == me {
        return Err(Error::invalid("substitute", "circular", "somebody else stands in"));
    }
    if staff::by_id(op.tx, wish.substitute)?.is_none_or(|person| !person.active) {
        return Err(Error::invalid("substitute", "not_found", "is nobody who works here"));
    }
    let id = Id::at(op.now.0);
    queries::put_absence(op, id, me, wish.substitute, &from.to_string(), to.map(|to| to.to_string()).as_deref())?;
    list(op)
}

pub fn remove(op: &mut Operation, id: Id) -> Result<()> {
    let me = me(op)?;
    if queries::drop_absence(op, id, me)? { Ok(()) } else { Err(Error::NotFound) }
}
