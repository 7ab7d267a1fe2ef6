//! What the owner of a meeting answers, where somebody else invites: it is written down, and the organiser gets it by mail.

use foundation::Operation;
use foundation::records::write::{self, Write};
use kernel::{Error, Id, Result, Time, Value};
use serde::Deserialize;

use super::letter::{self, Organizer, Words, named};
use super::request::organizer;
use super::{Meeting, Side, State, queries, words};
use crate::activities::{ACTIVITY, Activity, change};
use crate::ics::{Component, Property, escaped, utc};

/// Characters of a comment.
const COMMENT: usize = 1_000;

/// What is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    Accepted,
    Tentative,
    Declined,
}

/// An answer as it is sent here.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    pub answer: Said,
    /// Words for the organiser.
    #[serde(default)]
    pub comment: Option<String>,
}

/// Answers an invitation. The same answer once more sends nothing.
pub fn answer(op: &mut Operation, id: Id, said: &Answer) -> Result<()> {
    let object = op.object(ACTIVITY)?;
    let record = change::changeable(op, &object, id)?;
    let none = || Error::conflict("invitation.none", "nobody invited to this meeting");
    let series = record.get(&object, Activity::SERIES).as_link();
    let whole = series.unwrap_or(id);
    let meeting = queries::meeting(op, whole)?.filter(|meeting| meeting.side == Side::Guest).ok_or_else(none)?;
    let owner = record.get(&object, Activity::OWNER).as_link();
    if owner.is_none() || owner != op.who.user {
        return Err(Error::Forbidden("answering for somebody else"));
    }
    let comment = said.comment.as_deref().map(str::trim).filter(|comment| !comment.is_empty());
    if comment.is_some_and(|comment| comment.chars().count() > COMMENT) {
        return Err(Error::invalid("comment", "too_long", format!("at most {COMMENT} characters")));
    }
    let before = record.get(&object, Activity::ANSWER).as_text().map(State::parse);
    let is_off = record.get(&object, Activity::OUTCOME).as_text() == Some("cancelled");
    // What one declined oneself is off, too, and may be taken up again.
    if is_off && before != Some(State::Declined) {
        return Err(Error::conflict("invitation.cancelled", "the organiser called this meeting off"));
    }
    let state = match said.answer {
        Said::Accepted => State::Accepted,
        Said::Tentative => State::Tentative,
        Said::Declined => State::Declined,
    };
    if before == Some(state) && comment.is_none() {
        return Ok(());
    }
    let outcome = if state == State::Declined { Value::Text("cancelled".into()) } else { Value::Null };
    let values = vec![(Activity::ANSWER, Value::Text(state.word().into())), (Activity::OUTCOME, outcome)];
    let values = values.into_iter().filter_map(|(name, value)| Some((object.def.position(name)?, value))).collect();
    write::apply_one(op, &object, Write::Update { id, version: None, values })?;
    let moment = match record.get(&object, Activity::OCCURRENCE_AT) {
        Value::Time(at) if series.is_some() => Some(*at),
        _ => None,
    };
    let subject = record.get(&object, Activity::SUBJECT).as_text().unwrap_or_default().to_string();
    let owner = owner.unwrap_or(Id::NIL);
    op.as_product(|op| reply(op, &meeting, owner, (state, moment), (&subject, comment)))
}

fn reply(
    op: &mut Operation,
    meeting: &Meeting,
    owner: Id,
    (state, moment): (State, Option<Time>),
    (subject, comment): (&str, Option<&str>),
) -> Result<()> {
    // Erased since: there is nobody to write to.
    let Some(host) = organizer(op, meeting)? else { return Ok(()) };
    let gone = || Error::conflict("invitation.no_mailbox", "the mailbox that was invited is not there any more");
    let mailbox = match meeting.mailbox {
        Some(mailbox) => queries::mailbox(op, mailbox)?,
        None => None,
    };
    let (id, address) = mailbox.ok_or_else(gone)?;
    let own = letter::organizer(op, owner)?;
    let from = Organizer { address: address.clone(), mailbox: Some((id, address.clone())), ..own };
    let mut event = Component::new("VEVENT");
    event.properties = vec![
        Property::new("UID", escaped(&meeting.uid)),
        Property::new("SEQUENCE", meeting.sequence.to_string()),
        Property::new("DTSTAMP", utc(op.now)),
        Property::new("SUMMARY", escaped(subject)),
        named("ORGANIZER", &host.name, &host.address),
        named("ATTENDEE", &from.name, &address).with("PARTSTAT", state.partstat()),
    ];
    event.properties.extend(moment.map(|at| Property::new("RECURRENCE-ID", utc(at))));
    event.properties.extend(comment.map(|comment| Property::new("COMMENT", escaped(comment))));
    let calendar = letter::calendar("REPLY", vec![event], op.now);
    let says = words::of(&from.language);
    let about = match state {
        State::Accepted => says.accepted,
        State::Declined => says.declined,
        State::Tentative | State::Waiting | State::Off => says.tentative,
    };
    let mut paragraphs = vec![format!("{about}: {subject}"), from.name.clone()];
    paragraphs.extend(comment.map(str::to_string));
    let written = Words { subject: format!("{about}: {subject}"), paragraphs, method: "REPLY" };
    let party = meeting.sealed.as_ref().map(|(holder, _)| *holder).filter(|holder| *holder != meeting.activity);
    letter::put(op, &from, (&host.name, &host.address, party), &written, &calendar, host.letter).map(drop)
}
