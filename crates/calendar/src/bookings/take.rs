//! A visitor takes a time: a booking, the activities of whom they meet, and a letter, in one transaction.

use std::sync::Arc;

use foundation::Operation;
use foundation::records::Object;
use foundation::records::write::{self, Write};
use foundation::workspace::notices;
use kernel::{Error, Id, Result, Time, Value};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::plan::Plan;
use super::visitor::{self, Party};
use super::{BOOKED, BOOKING, letter, queries, slots};
use crate::activities::{ACTIVITY, Activity};

/// Where somebody came from, as far as their page says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Origin {
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
}

/// Which time somebody wants, and who they say they are.
#[derive(Debug, Clone)]
pub struct Wish {
    pub at: Time,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub phone: Option<String>,
    /// What was asked, and what they said.
    pub answers: Vec<(String, String)>,
    pub time_zone: String,
    pub language: String,
    /// The words that were agreed to.
    pub consent: Option<String>,
    pub origin: Origin,
    pub stamp: String,
}

pub fn placed(object: &Object, values: Vec<(&str, Value)>) -> Vec<(usize, Value)> {
    values.into_iter().filter_map(|(name, value)| Some((object.def.position(name)?, value))).collect()
}

pub fn text(text: &str, most: usize) -> Value {
    Value::Text(text.chars().take(most).collect())
}

/// Takes a time, or says that somebody else was faster. The same page sent twice is one booking.
pub fn take(op: &mut Operation, plan: &Plan, wish: &Wish) -> Result<Id> {
    let bookings = op.object(BOOKING)?;
    if let Some(before) = queries::by_stamp(op, &bookings, &wish.stamp)? {
        return Ok(before.id);
    }
    let offer = slots::at(op, plan, wish.at, None)?;
    let offer = offer.ok_or_else(|| Error::conflict("booking.taken", "this time is not free any more"))?;
    let hosts = if plan.is_for_all { offer.hosts.clone() } else { offer.hosts.iter().take(1).copied().collect() };
    let first = hosts.first().copied();
    op.source = Some(plan.name.clone());
    let party = visitor::find_or_make(op, plan, wish, first)?;
    let said: Vec<_> = wish.answers.iter().map(|(asked, said)| json!({ "asked": asked, "said": said })).collect();
    let mut values = vec![
        ("booking_page", Value::Link(plan.id)),
        ("state", Value::Text(BOOKED.into())),
        ("starts_at", Value::Time(offer.at)),
        ("ends_at", Value::Time(offer.ends_at)),
        ("first_name", text(&wish.first_name, 100)),
        ("last_name", text(&wish.last_name, 100)),
        ("email", Value::Text(wish.email.clone())),
        ("time_zone", text(&wish.time_zone, 64)),
        ("language", text(&wish.language, 10)),
        ("stamp", text(&wish.stamp, 200)),
        ("origin", Value::Json(Box::new(serde_json::to_value(&wish.origin).map_err(Error::internal)?))),
        ("answers", Value::Json(Box::new(said.into()))),
        (party.field(), Value::Link(party.id)),
    ];
    values.extend(first.map(|host| ("host", Value::Link(host))));
    values.extend(wish.phone.clone().map(|phone| ("phone", Value::Text(phone))));
    values.extend(wish.consent.as_deref().map(|consent| ("consent", text(consent, 10_000))));
    values.retain(|(_, value)| value.as_text() != Some(""));
    let booking = write::apply_one(op, &bookings, Write::Create { values: placed(&bookings, values) })?.id;
    let activities = op.object(ACTIVITY)?;
    for host in &hosts {
        let values = agreed(plan, wish, &party, booking, (offer.at, offer.ends_at), *host);
        let made = write::apply_one(op, &activities, Write::Create { values: placed(&activities, values) })?.id;
        tell(op, &activities, made, *host)?;
    }
    letter::send(op, booking, letter::News::Booked)?;
    Ok(booking)
}

pub fn tell(op: &mut Operation, activities: &Arc<Object>, activity: Id, host: Id) -> Result<()> {
    notices::tell_one(op, activities, activity, host, notices::Kind::News)
}

/// What stands in a colleague's calendar.
fn agreed<'v>(
    plan: &Plan,
    wish: &Wish,
    party: &Party,
    booking: Id,
    (at, ends_at): (Time, Time),
    host: Id,
) -> Vec<(&'v str, Value)> {
    let name = format!("{} {}", wish.first_name, wish.last_name);
    let title = plan.title(&wish.language);
    let said: Vec<String> = wish.answers.iter().map(|(asked, said)| format!("{asked}\n{said}")).collect();
    let mut values = vec![
        (Activity::SUBJECT, text(&format!("{title}: {}", name.trim()), 300)),
        (Activity::KIND, Value::Text(plan.kind.clone())),
        (Activity::OWNER, Value::Link(host)),
        (Activity::STARTS_AT, Value::Time(at)),
        (Activity::ENDS_AT, Value::Time(ends_at)),
        (Activity::BOOKING, Value::Link(booking)),
        (party.field(), Value::Link(party.id)),
    ];
    values.extend(plan.location.as_deref().map(|place| (Activity::LOCATION, text(place, 300))));
    if !said.is_empty() {
        values.push((Activity::DESCRIPTION, text(&said.join("\n\n"), 10_000)));
    }
    values
}
