//! The log of why, as people read it.

use std::collections::BTreeMap;

use foundation::Reader;
use foundation::ledger::Entry;
use foundation::records::read;
use kernel::{Id, Result};
use serde_json::{Value as Json, json};

use super::give::Given;
use super::queries;

/// The line on the lead's timeline.
pub fn entry(lead: Id, assigned: events::sales::LeadAssigned) -> Entry {
    let told = events::NewEvent::of(assigned);
    Entry {
        kind: told.kind,
        party: Some(lead),
        object: Some("lead".into()),
        props: told.props,
        channel: Some("automation".into()),
        ..Entry::default()
    }
}

/// Why a lead went to whom, newest first: `{"data": [{"at", "owner", "rule", "asked": […]}]}`.
pub fn of_lead(reader: &mut Reader, lead: Id) -> Result<Json> {
    let object = reader.object(super::LEAD)?;
    reader.who.need(super::LEAD, foundation::access::Action::Read)?;
    read::get(reader, &object, lead)?;
    let lines = queries::log(reader, lead)?;
    let mut data: Vec<Json> = lines
        .into_iter()
        .map(|line| json!({ "at": line.at, "owner": line.owner, "rule": line.rule, "asked": line.asked }))
        .collect();
    with_names(reader, &mut data)?;
    Ok(json!({ "data": data }))
}

/// Who would get it: `{"owner", "rule", "asked"}`.
pub fn tried(reader: &mut Reader, given: &Given) -> Result<Json> {
    let mut one = vec![json!({ "owner": given.owner, "rule": given.rule, "asked": given.asked })];
    with_names(reader, &mut one)?;
    Ok(one.pop().unwrap_or(Json::Null))
}

/// Puts what people are called beside their ids.
fn with_names(reader: &mut Reader, lines: &mut [Json]) -> Result<()> {
    let id = |json: &Json| json.as_str().and_then(Id::parse);
    let mut people: Vec<Id> = Vec::new();
    for line in lines.iter() {
        people.extend(line.get("owner").and_then(id));
        for asked in line.get("asked").and_then(Json::as_array).into_iter().flatten() {
            let weighed = asked.get("people").and_then(Json::as_array).into_iter().flatten();
            people.extend(weighed.filter_map(|one| one.get("person").and_then(id)));
        }
    }
    let titles = read::titles_of(reader, BTreeMap::from([("user".to_string(), people)]))?.0;
    let named = |json: Option<&Json>| -> Json {
        let Some(person) = json.and_then(id) else { return Json::Null };
        json!({ "id": person, "title": titles.get(&person).map(|(_, title)| title) })
    };
    for line in lines {
        let owner = named(line.get("owner"));
        if let Some(line) = line.as_object_mut() {
            line.insert("owner".into(), owner);
        }
        for asked in line.get_mut("asked").and_then(Json::as_array_mut).into_iter().flatten() {
            for one in asked.get_mut("people").and_then(Json::as_array_mut).into_iter().flatten() {
                let person = named(one.get("person"));
                if let Some(one) = one.as_object_mut() {
                    one.insert("person".into(), person);
                }
            }
        }
    }
    Ok(())
}
