//! Answers to invitations of ours. Each counts once, whenever it comes: what answers an older time, what is older than
//! another answer, and the same again change nothing. Only the address that was invited answers for itself.

use channels::incoming::Arrived;
use events::NewEvent;
use events::calendar::{MeetingAccepted, MeetingAnswerIgnored, MeetingConsidered, MeetingCountered, MeetingDeclined};
use foundation::Operation;
use foundation::records::read;
use jiff::tz::TimeZone;
use kernel::{Id, Result, Time};

use super::kept::{append, reached, sealed};
use super::read::{Heard, events, notify};
use super::{Attendee, Meeting, Side, State, keyed, queries};
use crate::activities::{ACTIVITY, Activity, queries as activities};
use crate::ics::{Component, read_stamp};

/// Characters of a comment that are kept.
const COMMENT: usize = 1_000;

/// Takes a `REPLY` or a `COUNTER`; says whether it was for a meeting of ours.
pub fn take(op: &mut Operation, arrived: &Arrived, calendar: &Component, is_counter: bool) -> Result<bool> {
    let mut is_ours = false;
    for heard in events(calendar, arrived, op.now) {
        let meetings = queries::meetings_with(op, &heard.uid)?;
        let Some(meeting) = meetings.into_iter().find(|meeting| meeting.side == Side::Host) else { continue };
        is_ours = true;
        one(op, arrived, &heard, meeting, is_counter)?;
    }
    Ok(is_ours)
}

fn one(op: &mut Operation, arrived: &Arrived, heard: &Heard, meeting: Meeting, is_counter: bool) -> Result<()> {
    let object = op.object(ACTIVITY)?;
    let Some(whole) = op.as_product(|op| read::load(op, &object, meeting.activity))? else { return Ok(()) };
    let zone = whole.get(&object, Activity::TIME_ZONE).as_text().and_then(|zone| TimeZone::get(zone).ok());
    let zone = zone.unwrap_or(TimeZone::UTC);
    let moment = heard.moment(&zone);
    let owner = whole.get(&object, Activity::OWNER).as_link();
    let from = arrived.mail.from.address.as_str();
    let key = keyed(op, from)?;
    let all = queries::attendees(op, meeting.activity)?;
    let of = |moment: Option<Time>| all.iter().find(|known| known.address == key && known.moment == moment);
    let known = of(moment).or_else(|| of(None)).filter(|known| known.state != State::Off);
    let (Some(known), Some(said)) = (known, heard.attendee(from)) else {
        return ignore(op, arrived, meeting, owner);
    };
    if heard.sequence < known.asked || (heard.sequence, heard.stamped) <= (known.answered, known.stamped) {
        return Ok(());
    }
    let state = said.parameter("PARTSTAT").and_then(State::said);
    let proposed = if is_counter { proposal(heard, &zone) } else { None };
    if state.is_none() && proposed.is_none() {
        return Ok(());
    }
    let mut reached = reached(op, known)?.unwrap_or_default();
    let comment = heard.event.text("COMMENT").map(|text| text.chars().take(COMMENT).collect());
    reached.comment = comment;
    let row = Attendee {
        moment,
        sealed: sealed(op, known.party, &reached)?,
        state: if is_counter { known.state } else { state.unwrap_or(known.state) },
        answered: heard.sequence,
        stamped: heard.stamped,
        proposed,
        ..known.clone()
    };
    queries::put_attendee(op, meeting.activity, &row)?;
    // What is said of one moment is told of that moment's record, where it has one.
    let own = match moment {
        Some(at) => activities::changes_of(op, &object, meeting.activity)?.get(&at).map(|(id, _, _)| *id),
        None => None,
    };
    let activity = own.unwrap_or(meeting.activity);
    let subject = whole.get(&object, Activity::SUBJECT).as_text().unwrap_or_default().to_string();
    append(op, told(activity, subject, &row, proposed.is_some()), Some(known.party), activity)?;
    notify(op, activity, owner)
}

fn told(meeting: Id, subject: String, row: &Attendee, is_counter: bool) -> NewEvent {
    if is_counter {
        return NewEvent::of(MeetingCountered { meeting, subject });
    }
    match row.state {
        State::Accepted => NewEvent::of(MeetingAccepted { meeting, subject }),
        State::Declined => NewEvent::of(MeetingDeclined { meeting, subject }),
        State::Tentative | State::Waiting | State::Off => NewEvent::of(MeetingConsidered { meeting, subject }),
    }
}

/// The time that somebody would like better.
fn proposal(heard: &Heard, zone: &TimeZone) -> Option<(Time, Option<Time>)> {
    let at = |name| heard.event.get(name).and_then(|stamp| read_stamp(stamp, zone)).map(|stamp| stamp.at);
    let from = at("DTSTART")?;
    Some((from, at("DTEND").filter(|to| *to > from)))
}

/// Somebody answered who was not asked: it changes nothing, and the organiser is told.
fn ignore(op: &mut Operation, arrived: &Arrived, meeting: Meeting, owner: Option<Id>) -> Result<()> {
    let activity = meeting.activity;
    queries::put_meeting(op, &Meeting { ignored: meeting.ignored.saturating_add(1), ..meeting })?;
    let told = NewEvent::of(MeetingAnswerIgnored { meeting: activity, message: arrived.message });
    append(op, told, None, activity)?;
    notify(op, activity, owner)
}
