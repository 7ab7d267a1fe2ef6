//! The things of a collection: under which name, in which state, and as text.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use foundation::Reader;
use foundation::records::{Object, Record, read};
use kernel::{Error, Id, Result, Time, Value};

use super::asked::{Filter, Text};
use super::cards::{self, Card};
use super::events::{self, Whole};
use super::{Kind, queries};
use crate::activities::Activity;
use crate::activities::series::Series;
use crate::ics::{self, Component};

/// What was begun and may not be committed yet when a token is given.
const OVERLAP_MS: i64 = 10_000;
const TOKEN: &str = "urn:rapport:sync:";

/// A thing.
#[derive(Debug, Clone)]
pub struct Item {
    pub name: String,
    pub tag: String,
    pub updated_at: Time,
    /// As it is given to clients; none where it was not asked for.
    pub text: Option<String>,
}

/// Whose collections a caller has.
pub fn owner(reader: &Reader) -> Result<Id> {
    reader.who.user.ok_or(Error::Unauthorized)
}

/// The things of a collection, or those of them that have these records.
pub fn list(reader: &mut Reader, kind: Kind, only: Option<&[Id]>, with_text: bool) -> Result<Vec<(Id, Item)>> {
    let owner = owner(reader)?;
    let object = reader.object(kind.object())?;
    let mut found = Vec::new();
    let chunks: Vec<Option<&[Id]>> = match only {
        None => vec![None],
        Some(ids) => ids.chunks(foundation::records::record::CHUNK).map(Some).collect(),
    };
    for chunk in chunks {
        let records = queries::records(reader, &object, kind, owner, chunk)?;
        found.extend(shown(reader, &object, kind, owner, &records, with_text)?);
    }
    Ok(found)
}

fn shown(
    reader: &mut Reader,
    object: &Arc<Object>,
    kind: Kind,
    owner: Id,
    records: &[Record],
    with_text: bool,
) -> Result<Vec<(Id, Item)>> {
    let ids: Vec<Id> = records.iter().map(|record| record.id).collect();
    let stored = queries::stored_of(reader, kind, owner, &ids)?;
    let moments = if kind == Kind::Contacts { HashMap::new() } else { queries::moments(reader, object, &ids)? };
    let companies =
        if kind == Kind::Contacts && with_text { companies(reader, object, records)? } else { HashMap::new() };
    let invited = if kind == Kind::Events && with_text { queries::invited(reader, &ids)? } else { HashMap::new() };
    let mut found = Vec::with_capacity(records.len());
    for record in records {
        let moments = moments.get(&record.id).map(Vec::as_slice).unwrap_or_default();
        let (tag, stored) = (tag(record, moments), stored.get(&record.id));
        let text = with_text.then(|| match stored {
            Some(stored) if stored.tag == tag => stored.raw.clone(),
            _ => {
                let raw = stored.and_then(|stored| ics::parse(&stored.raw).ok());
                // What somebody else invites to is one meeting in all calendars.
                let own = invited.get(&record.id).cloned().unwrap_or_else(|| record.id.to_string());
                let uid = stored.map_or(own.as_str(), |stored| stored.uid.as_str());
                match kind {
                    Kind::Contacts => {
                        let company =
                            record.get(object, "company").as_link().and_then(|id| companies.get(&id).cloned());
                        cards::write(object, &Card { record, uid, company }, raw).to_string()
                    }
                    Kind::Events | Kind::Tasks => {
                        let link = format!("{}/o/activities/{}", reader.app.config().origin, record.id);
                        events::write(object, kind, &Whole { record, moments, uid, link }, raw).to_string()
                    }
                }
            }
        });
        let updated_at = moments.iter().map(|moment| moment.updated_at).chain([record.updated_at]).max();
        let name = stored.map_or_else(|| format!("{}{}", record.id, kind.ending()), |stored| stored.name.clone());
        found.push((record.id, Item { name, tag, updated_at: updated_at.unwrap_or(record.updated_at), text }));
    }
    Ok(found)
}

fn companies(reader: &mut Reader, object: &Arc<Object>, records: &[Record]) -> Result<HashMap<Id, String>> {
    let ids = records.iter().filter_map(|record| record.get(object, "company").as_link()).collect();
    let titles = read::titles_of(reader, BTreeMap::from([("company".to_string(), ids)]))?;
    Ok(titles.0.into_iter().map(|(id, (_, title))| (id, title)).collect())
}

/// The state of a record with its changed moments.
pub fn tag(record: &Record, moments: &[Record]) -> String {
    let mut tag = record.version.to_string();
    for moment in moments {
        let id = moment.id.to_string();
        let end = id.get(id.len().saturating_sub(4)..).unwrap_or_default();
        let gone = if moment.deleted_at.is_some() { "x" } else { "" };
        tag.push_str(&format!(".{end}{}{gone}", moment.version));
    }
    tag
}

/// The record that a name means, if it is in the collection.
pub fn record_named(reader: &mut Reader, kind: Kind, name: &str) -> Result<Option<Id>> {
    let owner = owner(reader)?;
    let stored = queries::stored_as(reader, kind, owner, name)?.map(|stored| stored.record);
    let own = || name.strip_suffix(kind.ending()).and_then(Id::parse);
    Ok(stored.or_else(own))
}

/// The thing of a name, with its text.
pub fn get(reader: &mut Reader, kind: Kind, name: &str) -> Result<(Id, Item)> {
    let record = record_named(reader, kind, name)?.ok_or(Error::NotFound)?;
    // A name that was given to it by a client is its only one.
    list(reader, kind, Some(&[record]), true)?.into_iter().find(|(_, item)| item.name == name).ok_or(Error::NotFound)
}

/// Those of some names, in their order; none for what is not there.
pub fn many(reader: &mut Reader, kind: Kind, names: &[String]) -> Result<Vec<(String, Option<Item>)>> {
    let mut ids = Vec::with_capacity(names.len());
    for name in names {
        ids.extend(record_named(reader, kind, name)?);
    }
    let found = list(reader, kind, Some(&ids), true)?;
    let mut by_name: HashMap<String, Item> = found.into_iter().map(|(_, item)| (item.name.clone(), item)).collect();
    Ok(names.iter().map(|name| (name.clone(), by_name.remove(name))).collect())
}

/// The things that a filter finds.
pub fn query(reader: &mut Reader, kind: Kind, filter: &Filter) -> Result<Vec<Item>> {
    if filter.component.as_deref().is_some_and(|component| component != kind.component()) {
        return Ok(Vec::new());
    }
    let owner = owner(reader)?;
    let object = reader.object(kind.object())?;
    let mut records = queries::records(reader, &object, kind, owner, None)?;
    if let Some(range) = filter.range {
        let ids: Vec<Id> = records.iter().map(|record| record.id).collect();
        let moments = queries::moments(reader, &object, &ids)?;
        let of = |record: &Record| moments.get(&record.id).map(Vec::as_slice).unwrap_or_default();
        records.retain(|record| is_within(&object, record, of(record), range));
    }
    let items = shown(reader, &object, kind, owner, &records, true)?.into_iter().map(|(_, item)| item);
    Ok(items.filter(|item| holds(item, kind, filter)).collect())
}

fn holds(item: &Item, kind: Kind, filter: &Filter) -> bool {
    if filter.texts.is_empty() {
        return true;
    }
    let read = item.text.as_deref().and_then(|text| ics::parse(text).ok());
    let component = match (read, kind) {
        (Some(card), Kind::Contacts) => Some(card),
        (Some(calendar), _) => calendar.children.into_iter().find(|child| child.name == kind.component()),
        (None, _) => None,
    };
    let Some(component) = component else { return false };
    let says = |text: &Text| says(&component, text);
    if filter.any { filter.texts.iter().any(says) } else { filter.texts.iter().all(says) }
}

fn says(component: &Component, wanted: &Text) -> bool {
    let mut values = component.all(&wanted.property).map(|property| property.text().to_lowercase()).peekable();
    if !wanted.is_defined {
        return values.peek().is_none();
    }
    match &wanted.text {
        None => values.peek().is_some(),
        Some(text) => {
            let found =
                values.any(|value| if wanted.is_equal { value == *text } else { value.contains(text.as_str()) });
            found != wanted.is_not
        }
    }
}

/// Whether something takes place between two moments; a task without days always may.
fn is_within(object: &Object, record: &Record, moments: &[Record], (from, to): (Time, Time)) -> bool {
    let time = |record: &Record, field| if let Value::Time(at) = record.get(object, field) { Some(*at) } else { None };
    let touches = |start: Time, end: Option<Time>| match end {
        Some(end) if end > start => start < to && end > from,
        _ => start < to && start >= from,
    };
    let once = |record: &Record| {
        let (start, due) = (time(record, Activity::STARTS_AT), time(record, Activity::DUE_AT));
        match (start, due) {
            (Some(start), due) => touches(start, time(record, Activity::ENDS_AT).or(due)),
            (None, Some(due)) => due >= from && due <= to,
            (None, None) => true,
        }
    };
    if moments.iter().any(|moment| moment.deleted_at.is_none() && once(moment)) {
        return true;
    }
    let Some(series) = Series::of(object, record) else { return once(record) };
    let own = |at: &Time| moments.iter().any(|moment| time(moment, Activity::OCCURRENCE_AT) == Some(*at));
    series.from(from).take_while(|at| *at < to).any(|at| !own(&at))
}

/// What changed since a token, and the token for the next time.
pub struct Changes {
    pub here: Vec<Item>,
    /// Names of what left.
    pub gone: Vec<String>,
    pub token: String,
}

/// The token of now.
pub fn token(reader: &Reader) -> String {
    format!("{TOKEN}{}", reader.now.0 - OVERLAP_MS)
}

/// See [`Changes`]; none is everything. A token that is not ours is `Unreadable`.
pub fn changes(reader: &mut Reader, kind: Kind, since: Option<&str>, with_text: bool) -> Result<Changes> {
    let token = token(reader);
    let Some(since) = since else {
        let here = list(reader, kind, None, with_text)?.into_iter().map(|(_, item)| item).collect();
        return Ok(Changes { here, gone: Vec::new(), token });
    };
    let since = since.strip_prefix(TOKEN).and_then(|ms| ms.parse::<i64>().ok());
    let since = since.ok_or_else(|| Error::Unreadable("this token was not given here".into()))?;
    let owner = owner(reader)?;
    let changed = queries::changed(reader, kind, owner, Time(since))?;
    let here = list(reader, kind, Some(&changed), with_text)?;
    let names = queries::stored_of(reader, kind, owner, &changed)?;
    let is_gone = |id: &&Id| !here.iter().any(|(known, _)| known == *id);
    let name = |id: &Id| names.get(id).map_or_else(|| format!("{id}{}", kind.ending()), |stored| stored.name.clone());
    let gone = changed.iter().filter(is_gone).map(name).collect();
    Ok(Changes { here: here.into_iter().map(|(_, item)| item).collect(), gone, token })
}
