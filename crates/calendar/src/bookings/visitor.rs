//! Who a visitor is: somebody who is known by their address, else a contact or a lead, as the page says.

use foundation::Operation;
use foundation::records::write::{self, Write};
use kernel::{Error, Id, Result, Value};

use super::plan::Plan;
use super::queries;
use super::take::{Wish, placed, text};

const CONTACT: &str = "contact";
const LEAD: &str = "lead";

/// A contact or a lead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Party {
    pub id: Id,
    is_lead: bool,
}

impl Party {
    /// The field by which records name it.
    pub fn field(&self) -> &'static str {
        if self.is_lead { LEAD } else { CONTACT }
    }
}

/// Whose address it is, and the field by which records name them: a contact before a lead.
pub fn known_by(op: &mut Operation, address: &str) -> Result<Option<(&'static str, Id)>> {
    for name in [CONTACT, LEAD] {
        let Some(object) = op.catalogue.named(name).cloned() else { continue };
        if let Some(id) = queries::known(op, &object, address)? {
            return Ok(Some((name, id)));
        }
    }
    Ok(None)
}

/// Whoever has this address, else somebody new with where they came from. What is known of somebody is not written over.
pub fn find_or_make(op: &mut Operation, plan: &Plan, wish: &Wish, host: Option<Id>) -> Result<Party> {
    if let Some((field, id)) = known_by(op, &wish.email)? {
        return Ok(Party { id, is_lead: field == LEAD });
    }
    let is_lead = plan.becomes == LEAD;
    let object = op.catalogue.named(if is_lead { LEAD } else { CONTACT }).cloned().ok_or(Error::NotFound)?;
    let mut values = vec![
        ("first_name", text(&wish.first_name, 100)),
        ("last_name", text(&wish.last_name, 100)),
        ("email", Value::Text(wish.email.clone())),
        ("source", Value::Text("web".into())),
        ("language", text(&wish.language, 35)),
        ("time_zone", text(&wish.time_zone, 60)),
    ];
    values.extend(wish.phone.clone().map(|phone| ("phone", Value::Text(phone))));
    values.extend(host.map(|host| ("owner", Value::Link(host))));
    if is_lead {
        let origin = &wish.origin;
        values.extend(plan.campaign.map(|campaign| ("campaign", Value::Link(campaign))));
        let said = [
            ("visit", &origin.visit, 200),
            ("origin_source", &origin.source, 200),
            ("origin_campaign", &origin.campaign, 200),
            ("origin_phrase", &origin.term, 200),
            ("origin_referrer", &origin.referrer, 500),
        ];
        values.extend(said.into_iter().filter_map(|(name, said, most)| Some((name, text(said.as_deref()?, most)))));
        values.push(("origin_page", text(&format!("/b/{}", plan.slug), 500)));
    }
    values.retain(|(_, value)| value.as_text() != Some(""));
    let values = placed(&object, values);
    let id = write::apply_one(op, &object, Write::Create { values })?.id;
    Ok(Party { id, is_lead })
}
