//! Who is invited to a meeting and what they said, as its page shows it.

use std::collections::BTreeMap;

use foundation::Reader;
use foundation::records::read;
use kernel::{Id, Result, Time, Value};
use serde_json::{Value as Json, json};

use super::kept::reached;
use super::{Attendee, Meeting, Side, State, queries, request};
use crate::activities::{ACTIVITY, Activity};

/// Everything that is told of the invitations of an activity. Guests whom the reader may not see are counted only.
pub fn show(reader: &mut Reader, id: Id) -> Result<Json> {
    let object = reader.object(ACTIVITY)?;
    let record = read::get(reader, &object, id)?;
    let series = record.get(&object, Activity::SERIES).as_link();
    let Some(meeting) = queries::meeting(reader, series.unwrap_or(id))? else {
        return Ok(json!({ "side": null, "attendees": [], "unseen": 0, "ignored": 0 }));
    };
    if meeting.side == Side::Guest {
        let own = record.get(&object, Activity::OWNER).as_link().is_some_and(|owner| Some(owner) == reader.who.user);
        let organizer = organizer(reader, &meeting)?;
        return Ok(json!({
            "side": "guest", "organizer": organizer, "mine": own, "attendees": [], "unseen": 0, "ignored": 0,
            "answer": record.get(&object, Activity::ANSWER).as_text(),
        }));
    }
    let moment = match record.get(&object, Activity::OCCURRENCE_AT) {
        Value::Time(at) if series.is_some() => Some(*at),
        _ => None,
    };
    let mut by_address: BTreeMap<String, Attendee> = BTreeMap::new();
    let mut of_moments: Vec<Attendee> = Vec::new();
    for attendee in queries::attendees(reader, meeting.activity)? {
        if attendee.moment.is_none() || attendee.moment == moment {
            by_address.insert(attendee.address.clone(), attendee);
        } else if series.is_none() {
            of_moments.push(attendee);
        }
    }
    let invited: Vec<Attendee> = by_address.into_values().filter(|attendee| attendee.state != State::Off).collect();
    let mut seen = BTreeMap::new();
    for name in ["contact", "lead"] {
        let ids = invited.iter().map(|attendee| attendee.party).collect();
        let titles = read::titles_of(reader, BTreeMap::from([(name.to_string(), ids)]))?;
        seen.extend(titles.0);
    }
    let mut attendees = Vec::new();
    let mut unseen = 0;
    for attendee in &invited {
        let Some((object, title)) = seen.get(&attendee.party) else {
            unseen += 1;
            continue;
        };
        let comment = reached(reader, attendee)?.and_then(|reached| reached.comment);
        let moments: Vec<Json> = of_moments
            .iter()
            .filter(|one| one.address == attendee.address)
            .map(|one| json!({ "at": one.moment, "state": one.state.word(), "proposed": proposed(one) }))
            .collect();
        attendees.push(json!({
            "party": { "object": object, "id": attendee.party, "title": title },
            "state": attendee.state.word(),
            "answered_at": (attendee.answered >= attendee.asked).then_some(attendee.stamped),
            "comment": comment,
            "proposed": proposed(attendee),
            "moments": moments,
        }));
    }
    Ok(json!({
        "side": "host", "attendees": attendees, "unseen": unseen, "ignored": meeting.ignored, "sequence": meeting.sequence,
    }))
}

fn proposed(attendee: &Attendee) -> Option<Json> {
    let (from, to): (Time, Option<Time>) = attendee.proposed?;
    Some(json!({ "starts_at": from, "ends_at": to }))
}

/// Who invites: whom the reader may see by name and address, others by name alone.
fn organizer(reader: &mut Reader, meeting: &Meeting) -> Result<Option<Json>> {
    let Some(known) = request::organizer(reader, meeting)? else { return Ok(None) };
    let holder = meeting.sealed.as_ref().map(|(holder, _)| *holder).filter(|holder| *holder != meeting.activity);
    let Some(holder) = holder else {
        return Ok(Some(json!({ "name": known.name, "address": known.address, "party": null })));
    };
    for name in ["contact", "lead"] {
        let titles = read::titles_of(reader, BTreeMap::from([(name.to_string(), vec![holder])]))?;
        if let Some((object, title)) = titles.0.get(&holder) {
            let party = json!({ "object": object, "id": holder, "title": title });
            return Ok(Some(json!({ "name": known.name, "address": known.address, "party": party })));
        }
    }
    Ok(Some(json!({ "name": known.name, "address": null, "party": null })))
}
