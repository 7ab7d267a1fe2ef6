//! A letter of an invitation: its words, and the meeting as calendars take it.

use channels::{Attachment, HeaderText, Letter, Sender, outbox};
use foundation::records::{Object, Record};
use foundation::{Operation, Reader};
use jiff::tz::TimeZone;
use kernel::{Error, Id, Result, Time, Value};
use serde::{Deserialize, Serialize};

use super::queries::{self, Mailbox};
use super::{State, words};
use crate::activities::Activity;
use crate::activities::series::Series;
use crate::bookings::words as days;
use crate::dav::zones;
use crate::ics::{Component, Property, escaped, utc, written};
use crate::recurrence::{End, local};

/// The channel of letters that go by somebody's own mailbox.
const BY_MAILBOX: &str = "mailbox";
const HOUR_MS: i64 = 60 * 60 * 1000;

/// Who invites: by their own mailbox if they have one, else by the company's server.
#[derive(Debug, Clone)]
pub struct Organizer {
    pub name: String,
    pub address: String,
    pub mailbox: Option<Mailbox>,
    pub language: String,
    pub zone: TimeZone,
}

/// The organiser of what somebody owns.
pub fn organizer(reader: &mut Reader, owner: Id) -> Result<Organizer> {
    let colleague = queries::colleague(reader, owner)?.ok_or(Error::NotFound)?;
    let mailbox = queries::mailbox_of(reader, owner)?;
    let address = mailbox.as_ref().map_or(colleague.email, |(_, address)| address.clone());
    let zone = TimeZone::get(&colleague.zone).unwrap_or(TimeZone::UTC);
    Ok(Organizer { name: colleague.name, address, mailbox, language: colleague.language, zone })
}

/// Somebody who gets a letter, as they are kept with their answer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reached {
    pub name: String,
    pub address: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The first letter, which those behind it belong to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub letter: Option<String>,
    /// Of an organiser, who sent their first letter for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// What they wrote with their answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// What a letter tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    Invited,
    Changed,
    Cancelled,
}

/// The zone in which hours of an activity are told.
pub fn zone_of(object: &Object, record: &Record, else_in: &TimeZone) -> TimeZone {
    let named = record.get(object, Activity::TIME_ZONE).as_text().and_then(|zone| TimeZone::get(zone).ok());
    named.unwrap_or_else(|| else_in.clone())
}

/// When a record ends, also where it does not say.
pub fn end_of(object: &Object, record: &Record, starts_at: Time) -> Time {
    let minutes = match record.get(object, Activity::DURATION_MINUTES) {
        Value::Int(minutes) if *minutes > 0 => minutes.saturating_mul(60_000),
        _ => HOUR_MS,
    };
    match record.get(object, Activity::ENDS_AT) {
        Value::Time(end) if *end >= starts_at => *end,
        _ => Time(starts_at.0.saturating_add(minutes)),
    }
}

/// One `VEVENT` of an invitation. Only what concerns the guests stands in it: notes of colleagues do not.
pub struct Told<'a> {
    pub object: &'a Object,
    pub record: &'a Record,
    pub uid: &'a str,
    pub sequence: i64,
    pub organizer: &'a Organizer,
    /// The moment of the series that it is about.
    pub moment: Option<Time>,
    pub is_off: bool,
}

/// Writes one into a calendar.
pub fn event(told: &Told, guests: &[(Reached, State)], now: Time) -> Component {
    let Told { object, record, organizer, .. } = told;
    let zone = zone_of(object, record, &organizer.zone);
    let is_day = *record.get(object, Activity::IS_ALL_DAY) == Value::Bool(true);
    let series = if told.moment.is_none() { Series::of(object, record) } else { None };
    let in_zone = series.is_some() || !record.get(object, Activity::TIME_ZONE).is_null();
    let mut event = Component::new("VEVENT");
    event.properties = vec![
        Property::new("UID", escaped(told.uid)),
        Property::new("SEQUENCE", told.sequence.to_string()),
        Property::new("DTSTAMP", utc(now)),
    ];
    if let Some(at) = told.moment {
        event.properties.push(written("RECURRENCE-ID", at, is_day, &zone, true));
    }
    if let Value::Time(starts_at) = record.get(object, Activity::STARTS_AT) {
        event.properties.push(written("DTSTART", *starts_at, is_day, &zone, in_zone));
        let ends_at = end_of(object, record, *starts_at);
        if !is_day || ends_at > *starts_at {
            event.properties.push(written("DTEND", ends_at, is_day, &zone, in_zone));
        }
    }
    let text = |field| record.get(object, field).as_text().unwrap_or_default();
    event.properties.push(Property::new("SUMMARY", escaped(text(Activity::SUBJECT))));
    if !text(Activity::LOCATION).is_empty() {
        event.properties.push(Property::new("LOCATION", escaped(text(Activity::LOCATION))));
    }
    event.properties.push(Property::new("STATUS", if told.is_off { "CANCELLED" } else { "CONFIRMED" }));
    if let Some(series) = &series {
        let mut rule = series.course.rule.clone();
        if let (true, End::Until(at)) = (series.is_all_day, rule.end) {
            rule.end = End::UntilLocal(local(at, &zone).date().at(23, 59, 59, 0));
        }
        event.properties.push(Property::new("RRULE", rule.to_string()));
        event.properties.extend(series.skipped.iter().map(|at| written("EXDATE", *at, is_day, &zone, true)));
    }
    event.properties.push(named("ORGANIZER", &organizer.name, &organizer.address));
    for (guest, state) in guests {
        let guest = named("ATTENDEE", &guest.name, &guest.address).with("ROLE", "REQ-PARTICIPANT");
        let asks = if *state == State::Waiting { "TRUE" } else { "FALSE" };
        event.properties.push(guest.with("PARTSTAT", state.partstat()).with("RSVP", asks));
    }
    event
}

/// A person of a meeting.
pub fn named(property: &str, name: &str, address: &str) -> Property {
    let plain: String = name.chars().map(|c| if c.is_control() || c == '"' { ' ' } else { c }).collect();
    let property = Property::new(property, format!("mailto:{address}"));
    if plain.trim().is_empty() { property } else { property.with("CN", format!("\"{}\"", plain.trim())) }
}

/// The whole calendar of a letter, with the zones that its hours are told in.
pub fn calendar(method: &str, events: Vec<Component>, now: Time) -> String {
    let mut whole = Component::new("VCALENDAR");
    whole.properties = vec![
        Property::new("VERSION", "2.0"),
        Property::new("PRODID", "-//Rapport//Rapport//EN"),
        Property::new("METHOD", method),
    ];
    let mut zones_named: Vec<String> = Vec::new();
    for property in events.iter().flat_map(|event| &event.properties) {
        if let Some(zone) = property.parameter("TZID").filter(|zone| !zones_named.iter().any(|known| known == zone)) {
            zones_named.push(zone.to_string());
        }
    }
    let zones = zones_named.iter().filter_map(|name| zones::component(&TimeZone::get(name).ok()?, now));
    whole.children.extend(zones);
    whole.children.extend(events);
    whole.to_string()
}

/// When it is, as people read it.
pub fn when(object: &Object, record: &Record, organizer: &Organizer, language: &str) -> String {
    let says = days::of(language);
    let zone = zone_of(object, record, &organizer.zone);
    let Value::Time(starts_at) = record.get(object, Activity::STARTS_AT) else { return String::new() };
    let is_day = *record.get(object, Activity::IS_ALL_DAY) == Value::Bool(true);
    let mut when = if is_day {
        days::day(says, local(*starts_at, &zone).date())
    } else {
        days::span(says, *starts_at, end_of(object, record, *starts_at), &zone)
    };
    if !record.get(object, Activity::REPEATS).is_null() {
        when.push_str(&format!(" ({})", words::of(language).repeats));
    }
    when
}

/// Sends news of a meeting to one guest; answers the letter's Message-ID where it goes by a mailbox.
pub fn send(
    op: &mut Operation,
    told: &Told,
    (news, party): (News, Id),
    guest: &Reached,
    calendar: &str,
) -> Result<Option<String>> {
    let Told { object, record, organizer, .. } = told;
    let language = guest.language.as_deref().unwrap_or(&organizer.language);
    let says = words::of(language);
    let (about, lead, method) = match news {
        News::Invited => (says.invited, says.invited_lead, "REQUEST"),
        News::Changed => (says.changed, says.changed_lead, "REQUEST"),
        News::Cancelled => (says.cancelled, says.cancelled_lead, "CANCEL"),
    };
    let subject = record.get(object, Activity::SUBJECT).as_text().unwrap_or_default();
    let when = when(object, record, organizer, language);
    let mut lines = vec![subject.to_string(), when.clone()];
    lines.extend(record.get(object, Activity::LOCATION).as_text().map(str::to_string));
    lines.push(organizer.name.clone());
    let mut words = vec![lead.to_string(), lines.join("\n")];
    if news != News::Cancelled {
        words.push(says.answer.to_string());
    }
    let written = Words { subject: format!("{about}: {subject}, {when}"), paragraphs: words, method };
    put(op, organizer, (&guest.name, &guest.address, Some(party)), &written, calendar, guest.letter.clone())
}

/// What a letter says.
pub struct Words {
    pub subject: String,
    pub paragraphs: Vec<String>,
    pub method: &'static str,
}

/// Leaves a letter in the outbox.
pub fn put(
    op: &mut Operation,
    from: &Organizer,
    (name, address, party): (&str, &str, Option<Id>),
    words: &Words,
    calendar: &str,
    answers: Option<String>,
) -> Result<Option<String>> {
    let shown = |text: &String| foundation::html::lines(text);
    let html: Vec<String> = words.paragraphs.iter().map(|text| format!("<p>{}</p>", shown(text))).collect();
    let kind = format!("text/calendar; method={}; charset=utf-8", words.method);
    let letter = Letter {
        to_name: HeaderText::new(name),
        to: HeaderText::new(address),
        subject: HeaderText::new(&words.subject),
        text: format!("{}\n", words.paragraphs.join("\n\n")),
        html: html.concat(),
        attachments: vec![Attachment::new("invite.ics", &kind, calendar.as_bytes())],
        written_at: op.now,
        sender: from.mailbox.as_ref().map(|(id, _)| Sender { mailbox: *id, answers: answers.into_iter().collect() }),
    };
    let Some((_, own)) = &from.mailbox else {
        outbox::put(op, "invitation", party, &letter)?;
        return Ok(None);
    };
    let id = Id::at(op.now.0);
    // Nobody makes up the number that answers name.
    let mac = op.app.key().derive(id.0.as_bytes(), b"id of an invitation")?;
    let mac: String = mac.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let domain = own.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    let plain = format!("{id}.{mac}@{domain}");
    let message_id = format!("<{plain}>");
    let by = outbox::By {
        channel: BY_MAILBOX,
        purpose: "invitation",
        recipient: party,
        message_id: &message_id,
        at: op.now,
    };
    outbox::put_by(op, &by, &letter)?;
    Ok(Some(plain))
}
