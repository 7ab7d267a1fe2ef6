//! Who seems to live together, and who seems to work where: found by what people share, offered, never forced.
//!
//! A shared door and family name, or a shared phone and family name, make a household; an address of mail at a firm's own
//! domain makes a link to it. An offer says why and how sure it is. What somebody refused is not offered again; what they
//! accepted is an ordinary change of records and is undone as one.

mod find;
mod queries;
pub mod routes;
#[cfg(test)]
mod tests;

use foundation::access::Action;
use foundation::records::write::{self, Write};
use foundation::records::{Record, input, read};
use foundation::{Operation, Reader};
use kernel::{Error, Id, Result, Value};
use serde_json::{Map, Value as Json, json};

pub use find::{FindWork, all};

use crate::normal::person;

/// What an offer would make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Household,
    Company,
}

impl Kind {
    pub fn text(self) -> &'static str {
        match self {
            Kind::Household => "household",
            Kind::Company => "company",
        }
    }

    pub fn parse(text: &str) -> Option<Kind> {
        [Kind::Household, Kind::Company].into_iter().find(|kind| kind.text() == text)
    }
}

/// What two people, or a person and a firm, share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    AddressAndPhone,
    Address,
    Phone,
    Domain,
}

impl Reason {
    pub const ALL: [Reason; 4] = [Reason::AddressAndPhone, Reason::Address, Reason::Phone, Reason::Domain];

    pub fn code(self) -> &'static str {
        match self {
            Reason::AddressAndPhone => "address_and_phone",
            Reason::Address => "address",
            Reason::Phone => "phone",
            Reason::Domain => "domain",
        }
    }

    fn parse(code: &str) -> Option<Reason> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }

    /// How sure it is, of 100.
    pub fn strength(self) -> i64 {
        match self {
            Reason::AddressAndPhone => 95,
            Reason::Domain => 90,
            Reason::Address => 85,
            Reason::Phone => 75,
        }
    }

    /// Fields that the reason tells about: who may not see them is not told.
    fn fields(self) -> &'static [&'static str] {
        match self {
            Reason::AddressAndPhone => &["last_name", "address", "phone", "mobile"],
            Reason::Address => &["last_name", "address"],
            Reason::Phone => &["last_name", "phone", "mobile"],
            Reason::Domain => &["email"],
        }
    }

    /// In words, for people.
    pub fn words(self, language: &str) -> &'static str {
        let words: [&'static str; 4] = match self {
            Reason::AddressAndPhone => [
                "Same family name, address and phone",
                "Одна фамилия, адрес и телефон",
                "同姓、同地址、同电话",
                "Același nume de familie, aceeași adresă și același telefon",
            ],
            Reason::Address => [
                "Same family name and address",
                "Одна фамилия и адрес",
                "同姓、同地址",
                "Același nume de familie și aceeași adresă",
            ],
            Reason::Phone => [
                "Same family name and phone",
                "Одна фамилия и телефон",
                "同姓、同电话",
                "Același nume de familie și același telefon",
            ],
            Reason::Domain => [
                "Their e-mail is at the company's domain",
                "Почта на домене компании",
                "邮箱属于该公司域名",
                "E-mailul este pe domeniul companiei",
            ],
        };
        let place = match language.get(..2) {
            Some("ru") => 1,
            Some("zh") => 2,
            Some("ro") => 3,
            _ => 0,
        };
        words.get(place).copied().unwrap_or_default()
    }
}

/// An offer as it is kept.
#[derive(Debug, Clone)]
pub struct Offer {
    pub id: Id,
    pub kind: Kind,
    pub target: Option<Id>,
    pub reason: Reason,
    pub strength: i64,
    pub state: String,
    pub members: Vec<Id>,
    pub change: Option<Id>,
}

/// The link of a contact that an offer fills.
fn link(kind: Kind) -> &'static str {
    kind.text()
}

/// Offers that the caller may read in every part, the surest first.
pub fn list(
    reader: &mut Reader,
    kind: Option<Kind>,
    state: &str,
    after: Option<(i64, Id)>,
    limit: usize,
) -> Result<Json> {
    let (mut data, mut after, mut more) = (Vec::new(), after, true);
    // A page holds what may be seen; a few rounds bridge what may not.
    let mut rounds = 0;
    while data.len() < limit && more && rounds < 5 {
        let wanted = limit - data.len();
        let offers = queries::page(reader, kind, state, after, wanted)?;
        more = offers.len() == wanted;
        for offer in offers {
            after = Some((offer.strength, offer.id));
            if let Some(shown) = show(reader, &offer)? {
                data.push(shown);
            }
        }
        rounds += 1;
    }
    let next = after.filter(|_| more).map(|(strength, id)| format!("{strength}.{id}"));
    // A look at all customers is told to those who may begin one.
    let run = if reader.who.access.admin { find::under_way(reader)? } else { None };
    Ok(json!({ "data": data, "next": next, "run": run.map(|run| run.to_json()) }))
}

/// One offer for its reader; none if a part of it, or what it tells about, may not be seen.
fn show(reader: &mut Reader, offer: &Offer) -> Result<Option<Json>> {
    let Some((members, target)) = seen(reader, offer)? else { return Ok(None) };
    let named = |record: &Record| json!({ "id": record.id, "title": record.title });
    let target = target.map(|record| json!({ "object": "company", "id": record.id, "title": record.title }));
    Ok(Some(json!({
        "id": offer.id, "kind": offer.kind.text(), "strength": offer.strength, "state": offer.state, "change": offer.change,
        "reason": offer.reason.code(), "text": offer.reason.words(&reader.who.language),
        "members": members.iter().map(named).collect::<Vec<_>>(), "target": target,
    })))
}

/// The records of an offer, if all of them are there for the caller.
fn seen(reader: &mut Reader, offer: &Offer) -> Result<Option<(Vec<Record>, Option<Record>)>> {
    let contact = reader.object("contact")?;
    let access = reader.who.access.on("contact");
    let hides = |field: &&str| access.hidden_fields.contains(*field);
    let told = offer.reason.fields().iter().chain(&[link(offer.kind)]).any(hides);
    if !access.allows(Action::Read) || told {
        return Ok(None);
    }
    let members = read::get_many(reader, &contact, &offer.members)?;
    if members.len() != offer.members.len() || members.iter().any(|member| member.deleted_at.is_some()) {
        return Ok(None);
    }
    let Some(target) = offer.target else { return Ok(Some((members, None))) };
    if !reader.who.access.on("company").allows(Action::Read) {
        return Ok(None);
    }
    let company = reader.object("company")?;
    let found = read::get_many(reader, &company, &[target])?.pop().filter(|record| record.deleted_at.is_none());
    Ok(found.map(|found| (members, Some(found))))
}

fn open(op: &mut Operation, id: Id) -> Result<(Offer, Vec<Record>)> {
    let offer = queries::load(op, id)?.ok_or(Error::NotFound)?;
    let (members, _) = seen(op, &offer)?.ok_or(Error::NotFound)?;
    if offer.state != "open" {
        return Err(Error::conflict("household.decided", "this offer was decided already"));
    }
    Ok((offer, members))
}

/// Makes the household or the link, as a change of the records that can be undone; answers what was made.
pub fn accept(op: &mut Operation, id: Id, name: Option<&str>) -> Result<Json> {
    let (offer, members) = open(op, id)?;
    op.who.need("contact", Action::Update)?;
    let contact = op.object("contact")?;
    let (object, target) = match (offer.kind, offer.target) {
        (Kind::Company, Some(target)) => ("company", target),
        (Kind::Company, None) => return Err(Error::NotFound),
        (Kind::Household, _) => {
            let household = op.object("household")?;
            op.who.need("household", Action::Create)?;
            let family =
                members.first().map(|member| member.get(&contact, "last_name").as_text().unwrap_or("").to_string());
            let family = person::of_fields("", &family.unwrap_or_default()).tidied().full();
            let name = name.map(str::trim).filter(|name| !name.is_empty()).unwrap_or(&family);
            let body = Map::from_iter([("name".to_string(), json!(name))]);
            let values = input::read(op, &household, &body)?;
            ("household", write::apply_one(op, &household, Write::Create { values })?.id)
        }
    };
    let position = contact.def.position(link(offer.kind)).ok_or(Error::NotFound)?;
    for member in &members {
        let body = Map::from_iter([(link(offer.kind).to_string(), json!(target))]);
        // Read like a body, so that a field that may not be written is refused.
        input::read(op, &contact, &body)?;
        let values = vec![(position, Value::Link(target))];
        write::apply_one(op, &contact, Write::Update { id: member.id, version: None, values })?;
    }
    queries::decide(op, id, "accepted", Some(op.change))?;
    Ok(json!({ "change": op.change, "object": object, "id": target, "members": members.len() }))
}

/// Says no; the same is not offered again.
pub fn refuse(op: &mut Operation, id: Id) -> Result<()> {
    let (offer, _) = open(op, id)?;
    op.who.need("contact", Action::Update)?;
    queries::decide(op, offer.id, "refused", None)
}
