//! What a visitor is told by mail, and their meeting as calendars take it (RFC 5546).

use channels::{Attachment, HeaderText, Letter, outbox};
use foundation::company::appearance;
use foundation::html::escaped;
use foundation::records::{Object, Record, read};
use foundation::{Operation, Reader};
use jiff::tz::TimeZone;
use kernel::{Error, Id, Result, Time, Value};

use super::plan::{Host, Plan};
use super::words::{self, Words};
use super::{BOOKED, BOOKING, PAGE, token};
use crate::busy::queries as people;
use crate::ics::{Component, Property, escaped as ics_text, utc};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    Booked,
    Moved,
    Cancelled,
}

/// A booking with everything that is told of it.
pub struct Told {
    pub id: Id,
    pub plan: Plan,
    pub starts_at: Time,
    pub ends_at: Time,
    pub zone: TimeZone,
    pub language: String,
    pub name: String,
    pub email: Option<String>,
    pub host: Option<Host>,
    pub party: Option<Id>,
    pub sequence: i64,
    pub is_booked: bool,
    pub company: String,
}

/// Reads a booking with its page, as the product.
pub fn told(reader: &mut Reader, id: Id) -> Result<Told> {
    let (bookings, pages) = (reader.object(BOOKING)?, reader.object(PAGE)?);
    let booking = read::get(reader, &bookings, id)?;
    let page = read_page(reader, &pages, &bookings, &booking)?;
    let plan = Plan::read(reader, &pages, &page)?;
    let text = |field: &str| booking.get(&bookings, field).as_text().unwrap_or_default().to_string();
    let time = |field: &str| if let Value::Time(at) = booking.get(&bookings, field) { *at } else { Time(0) };
    let host = match booking.get(&bookings, "host").as_link() {
        Some(host) => people::working(reader, &[host])?.pop().map(|(id, name, email)| Host { id, name, email }),
        None => None,
    };
    let link = |field: &str| booking.get(&bookings, field).as_link();
    Ok(Told {
        id,
        starts_at: time("starts_at"),
        ends_at: time("ends_at"),
        zone: TimeZone::get(&text("time_zone")).unwrap_or_else(|_| plan.calendar.zone().clone()),
        language: Some(text("language")).filter(|code| !code.is_empty()).unwrap_or_else(|| "en".into()),
        name: format!("{} {}", text("first_name"), text("last_name")).trim().to_string(),
        email: Some(text("email")).filter(|email| !email.is_empty()),
        host,
        party: link("contact").or(link("lead")),
        sequence: if let Value::Int(number) = booking.get(&bookings, "sequence") { *number } else { 0 },
        is_booked: text("state") == BOOKED && booking.deleted_at.is_none(),
        company: appearance::show(reader)?["name"].as_str().unwrap_or_default().to_string(),
        plan,
    })
}

fn read_page(
    reader: &mut Reader,
    pages: &std::sync::Arc<Object>,
    bookings: &Object,
    booking: &Record,
) -> Result<Record> {
    let page = booking.get(bookings, "booking_page").as_link().ok_or(Error::NotFound)?;
    read::get(reader, pages, page)
}

/// Tells the visitor, where letters go out and an address is known. In the transaction of what it tells.
pub fn send(op: &mut Operation, booking: Id, news: News) -> Result<()> {
    if !outbox::has_mail(op.app) {
        return Ok(());
    }
    let told = op.as_product(|op| told(op, booking))?;
    let Some(email) = told.email.clone() else { return Ok(()) };
    let says = words::of(&told.language);
    let link = format!("{}/b/booked/{}", op.app.config().origin, token::of_booking(op.app, booking)?);
    let title = told.plan.title(&told.language);
    let (about, lead) = match news {
        News::Booked => (says.booked, says.booked_lead),
        News::Moved => (says.moved, says.moved_lead),
        News::Cancelled => (says.cancelled, says.cancelled_lead),
    };
    let when = words::span(says, told.starts_at, told.ends_at, &told.zone);
    let mut lines = vec![title.clone(), when.clone()];
    lines.extend(told.host.iter().map(|host| host.name.clone()));
    lines.extend(told.plan.location.clone());
    let change = if news == News::Cancelled { String::new() } else { format!("{}\n{link}\n\n", says.change_by) };
    let calendar = calendar(&told, news == News::Cancelled, op.now, &link);
    let method = if news == News::Cancelled { "CANCEL" } else { "REQUEST" };
    let kind = format!("text/calendar; method={method}; charset=utf-8");
    let shown: Vec<String> = lines.iter().map(|line| escaped(line)).collect();
    let change_html = match news {
        News::Cancelled => String::new(),
        _ => format!("<p><a href=\"{link}\">{}</a></p>", escaped(says.change)),
    };
    let letter = Letter {
        to_name: HeaderText::new(&told.name),
        to: HeaderText::new(&email),
        subject: HeaderText::new(&format!("{about}: {title}, {when}")),
        text: format!("{lead}\n\n{}\n\n{change}{}\n", lines.join("\n"), told.company),
        html: format!(
            "<p>{}</p><p><b>{}</b></p>{change_html}<p>{}</p>",
            escaped(lead),
            shown.join("<br>"),
            escaped(&told.company)
        ),
        attachments: vec![Attachment::new("meeting.ics", &kind, calendar.as_bytes())],
        written_at: op.now,
        sender: None,
    };
    outbox::put(op, "booking", told.party, &letter).map(drop)
}

/// The meeting for a visitor's calendar. Its `SEQUENCE` grows with each change, so that an older letter changes nothing.
pub fn calendar(told: &Told, is_off: bool, now: Time, link: &str) -> String {
    let says: &Words = words::of(&told.language);
    let text = |name: &str, value: &str| Property::new(name, ics_text(value));
    let quoted = |name: &str| format!("\"{}\"", name.replace(['"', '\r', '\n'], " "));
    let mut event = Component::new("VEVENT");
    event.properties = vec![
        Property::new("UID", format!("{}@rapport", told.id)),
        Property::new("SEQUENCE", told.sequence.to_string()),
        Property::new("DTSTAMP", utc(now)),
        Property::new("DTSTART", utc(told.starts_at)),
        Property::new("DTEND", utc(told.ends_at)),
        text("SUMMARY", &told.plan.title(&told.language)),
        Property::new("STATUS", if is_off { "CANCELLED" } else { "CONFIRMED" }),
        text("DESCRIPTION", &format!("{}\n{link}", says.change_by)),
    ];
    event.properties.extend(told.plan.location.as_deref().map(|place| text("LOCATION", place)));
    let organizer = told.host.as_ref().and_then(|host| Some((&host.name, host.email.as_ref()?)));
    if let (Some((name, address)), Some(email)) = (organizer, &told.email) {
        event.properties.push(Property::new("ORGANIZER", format!("mailto:{address}")).with("CN", quoted(name)));
        let guest = Property::new("ATTENDEE", format!("mailto:{email}")).with("CN", quoted(&told.name));
        event.properties.push(guest.with("PARTSTAT", "ACCEPTED").with("RSVP", "FALSE"));
    }
    let mut whole = Component::new("VCALENDAR");
    let method = match (is_off, organizer.is_some()) {
        (true, _) => "CANCEL",
        (false, true) => "REQUEST",
        (false, false) => "PUBLISH",
    };
    whole.properties = vec![
        Property::new("VERSION", "2.0"),
        Property::new("PRODID", "-//Rapport//Rapport//EN"),
        Property::new("METHOD", method),
    ];
    whole.children.push(event);
    whole.to_string()
}
