//! Mail that came in is looked at: an answer to an invitation of ours, or an invitation of somebody else.

use channels::incoming::{Arrived, ReadsMail};
use foundation::Operation;
use kernel::{Error, Id, Result, Time};

use super::{address_of, reply, request};
use crate::ics::{self, Component, read_stamp};
use jiff::tz::TimeZone;

/// Events of one letter.
const MOST: usize = 100;

/// See the module.
pub struct Reads;

impl ReadsMail for Reads {
    fn read(&self, op: &mut Operation, arrived: &Arrived) -> Result<bool> {
        let Some((text, method)) = &arrived.mail.calendar else { return Ok(false) };
        // Whatever stands there, the letter itself is filed.
        let Ok(calendar) = ics::parse(text) else { return Ok(false) };
        if calendar.name != "VCALENDAR" || calendar.children("VEVENT").next().is_none() {
            return Ok(false);
        }
        let found = match method.as_str() {
            "REPLY" | "COUNTER" => reply::take(op, arrived, &calendar, method == "COUNTER"),
            "REQUEST" => request::take(op, arrived, calendar),
            "CANCEL" => request::cancel(op, arrived, &calendar),
            _ => Ok(false),
        };
        match found {
            Err(Error::Invalid(faults)) => {
                tracing::warn!(?faults, message = %arrived.message, "an invitation could not be taken");
                Ok(false)
            }
            found => found,
        }
    }
}

/// One event of a letter, with what all methods ask of it.
pub struct Heard<'c> {
    pub event: &'c Component,
    pub uid: String,
    pub sequence: i64,
    pub stamped: Time,
    pub organizer: Option<String>,
}

impl Heard<'_> {
    /// The moment of a series that it is about.
    pub fn moment(&self, here: &TimeZone) -> Option<Time> {
        self.event.get("RECURRENCE-ID").and_then(|at| read_stamp(at, here)).map(|stamp| stamp.at)
    }

    /// What an attendee of that address says of themselves.
    pub fn attendee(&self, address: &str) -> Option<&ics::Property> {
        self.event.all("ATTENDEE").find(|one| address_of(&one.value).as_deref() == Some(address))
    }
}

/// The events of a letter that say which meeting they are about.
pub fn events<'c>(calendar: &'c Component, arrived: &Arrived, now: Time) -> Vec<Heard<'c>> {
    let heard = |event: &'c Component| {
        let uid = event.text("UID").filter(|uid| uid.chars().count() <= 500)?;
        let number = event.text("SEQUENCE").and_then(|text| text.trim().parse::<i64>().ok());
        let stamp = event.get("DTSTAMP").and_then(|stamp| read_stamp(stamp, &TimeZone::UTC));
        // Nobody answers from the future: what says so would outlive every later answer.
        let stamped = stamp.map(|stamp| stamp.at).or(arrived.mail.sent_at).unwrap_or(now).min(now);
        let organizer = event.get("ORGANIZER").and_then(|organizer| address_of(&organizer.value));
        Some(Heard { event, uid, sequence: number.unwrap_or(0).clamp(0, 1 << 31), stamped, organizer })
    };
    calendar.children("VEVENT").take(MOST).filter_map(heard).collect()
}

/// Tells whose meeting it is that something came.
pub fn notify(op: &mut Operation, activity: Id, owner: Option<Id>) -> Result<()> {
    let object = op.object(crate::activities::ACTIVITY)?;
    match owner {
        Some(owner) => {
            let kind = foundation::workspace::notices::Kind::News;
            foundation::workspace::notices::tell_one(op, &object, activity, owner, kind)
        }
        None => Ok(()),
    }
}
