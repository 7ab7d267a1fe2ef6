//! What waits for somebody's decision, and what they asked for.

use foundation::Reader;
use foundation::access::people as staff;
use kernel::{Id, Result};
use serde_json::{Value as Json, json};

use crate::people::Away;
use crate::request::Approval;
use crate::{decide, queries};

/// A colleague by id and name.
pub fn person(reader: &mut Reader, id: Id) -> Result<Json> {
    let name = staff::by_id(reader.tx, id)?.map(|person| person.name);
    Ok(json!({ "id": id, "name": name }))
}

fn person_or_nobody(reader: &mut Reader, id: Option<Id>) -> Result<Json> {
    match id {
        Some(id) => person(reader, id),
        None => Ok(Json::Null),
    }
}

/// One approval as the API tells it.
pub fn show(reader: &mut Reader, one: &Approval) -> Result<Json> {
    let requested_by = person(reader, one.requested_by)?;
    let decided_by = person_or_nobody(reader, one.decided_by)?;
    let decided_for = person_or_nobody(reader, one.decided_for)?;
    let mut asked = Vec::new();
    if matches!(one.state.as_str(), "pending" | "waiting") {
        let away = Away::today(reader)?;
        for user in queries::deciders(reader, one.id)? {
            asked.push(person(reader, away.acting_for(user))?);
        }
    }
    Ok(json!({
        "id": one.id, "object": one.object, "record": one.record, "title": one.title, "amount": one.amount,
        "rule": one.rule_name, "question": one.question, "step": one.step, "state": one.state,
        "measures": one.measures, "note": one.note, "requested_by": requested_by, "requested_at": one.requested_at,
        "due_at": one.due_at, "escalated_at": one.escalated_at, "asked": asked, "decided_by": decided_by,
        "decided_for": decided_for, "decided_at": one.decided_at, "comment": one.comment,
    }))
}

/// `{"waiting", "asked"}`: what waits for the caller, in whoever's place, and what they asked for.
pub fn mine(reader: &mut Reader) -> Result<Json> {
    let Some(user) = reader.who.user else { return Ok(json!({ "waiting": [], "asked": [] })) };
    let mut waiting: Vec<Approval> = Vec::new();
    for place in Away::today(reader)?.places_of(user) {
        for one in queries::waiting_for(reader, place)? {
            if one.requested_by != user && !waiting.iter().any(|known| known.id == one.id) {
                waiting.push(one);
            }
        }
    }
    waiting.sort_by_key(|one| one.id);
    let mut shown = Vec::new();
    for one in &waiting {
        let mut line = show(reader, one)?;
        let place = decide::place_of(reader, one, user)?.filter(|place| *place != user);
        if let (Some(line), Some(place)) = (line.as_object_mut(), place) {
            line.insert("in_place_of".into(), person(reader, place)?);
        }
        shown.push(line);
    }
    let mut asked = Vec::new();
    for one in queries::asked_by(reader, user)? {
        asked.push(show(reader, &one)?);
    }
    Ok(json!({ "waiting": shown, "asked": asked }))
}

/// Everything ever asked about a record, the latest first; who may read the record may read this.
pub fn of_record(reader: &mut Reader, record: Id) -> Result<Vec<Json>> {
    let all = queries::of_record(reader, record)?;
    let mut shown = Vec::new();
    for one in &all {
        let mut line = show(reader, one)?;
        let may = match reader.who.user.filter(|_| one.state == "waiting") {
            Some(user) => decide::place_of(reader, one, user)?.is_some(),
            None => false,
        };
        if let Some(line) = line.as_object_mut() {
            line.insert("may_decide".into(), json!(may));
        }
        shown.push(line);
    }
    Ok(shown)
}
