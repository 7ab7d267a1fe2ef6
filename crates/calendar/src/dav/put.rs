//! What a client puts becomes a record, and what it deletes goes to the bin: one operation each, undone like any other.

use std::collections::BTreeMap;
use std::sync::Arc;

use foundation::Operation;
use foundation::records::write::{self, Write};
use foundation::records::{Object, Record};
use jiff::tz::TimeZone;
use kernel::{Error, Id, Result, Time, Value};

use super::events::{self, Said};
use super::queries::{self, Stored};
use super::{Kind, cards, items};
use crate::activities::Activity;
use crate::activities::change::{self, put};
use crate::activities::series::kept;
use crate::ics;

/// In which state a thing must be for a change to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Only {
    /// It is there, in this state; `*` in any.
    pub matching: Option<String>,
    /// It is not there.
    pub new: bool,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Put {
    pub is_new: bool,
    pub tag: String,
}

const MOVED: &str = "dav.changed";
/// The code of a UID that is there under another name.
pub const DOUBLE: &str = "dav.uid_conflict";

fn expect(item: Option<&items::Item>, only: &Only) -> Result<()> {
    let fits = match (&only.matching, item) {
        (Some(_), None) => false,
        (Some(tag), Some(item)) => tag == "*" || tag.split(',').any(|one| one.trim().trim_matches('"') == item.tag),
        (None, item) => !(only.new && item.is_some()),
    };
    if fits { Ok(()) } else { Err(Error::conflict(MOVED, "it was changed meanwhile")) }
}

/// Whether an error says that a condition of the client does not hold.
pub fn is_moved(error: &Error) -> bool {
    matches!(error, Error::Conflict { code, .. } if *code == MOVED)
}

fn here(op: &mut Operation, kind: Kind, name: &str) -> Result<Option<(Id, items::Item)>> {
    match items::get(op, kind, name) {
        Ok(found) => Ok(Some(found)),
        Err(Error::NotFound) => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// Puts a thing under a name.
pub fn thing(op: &mut Operation, kind: Kind, name: &str, text: &str, only: &Only) -> Result<Put> {
    let owner = items::owner(op)?;
    let known = here(op, kind, name)?;
    expect(known.as_ref().map(|(_, item)| item), only)?;
    let object = op.object(kind.object())?;
    let read = ics::parse(text)?;
    let record = known.as_ref().map(|(id, _)| *id);
    let (uid, id) = match kind {
        Kind::Contacts => {
            let (uid, mut values) = cards::read(&read, &object)?;
            double(op, kind, owner, &uid, name)?;
            let id = match record {
                Some(id) => write::apply_one(op, &object, Write::Update { id, version: None, values })?.id,
                None => {
                    values.retain(|(_, value)| !value.is_null());
                    put(&object, &mut values, "owner", Value::Link(owner));
                    write::apply_one(op, &object, Write::Create { values })?.id
                }
            };
            (uid, id)
        }
        Kind::Events | Kind::Tasks => {
            let zone = TimeZone::get(&op.who.zone).unwrap_or(TimeZone::UTC);
            let said = events::read(&read, kind, &zone, untitled(&op.who.language))?;
            double(op, kind, owner, &said.uid, name)?;
            let id = activity(op, &object, kind, owner, record, &said)?;
            (said.uid, id)
        }
    };
    let (_, item) = items::list(op, kind, Some(&[id]), false)?.pop().ok_or_else(|| {
        // It is there, but not in this collection: a day too long ago, or another kind.
        Error::invalid("", "dav.component", "this does not belong into this collection")
    })?;
    let tag = item.tag;
    let stored = Stored { name: name.to_string(), record: id, uid, tag: tag.clone(), raw: text.to_string() };
    queries::store(op, kind, owner, &stored)?;
    Ok(Put { is_new: record.is_none(), tag })
}

/// What has no subject is called so.
fn untitled(language: &str) -> &'static str {
    match language {
        "ru" => "Без названия",
        "zh" => "无标题",
        "ro" => "Fără titlu",
        _ => "Untitled",
    }
}

/// One UID is one thing of a collection.
fn double(op: &mut Operation, kind: Kind, owner: Id, uid: &str, name: &str) -> Result<()> {
    let others = queries::stored_with(op, kind, owner, uid)?.into_iter().filter(|stored| stored.name != name);
    for other in others {
        if !items::list(op, kind, Some(&[other.record]), false)?.is_empty() {
            return Err(Error::conflict(DOUBLE, "this UID is there under another name"));
        }
    }
    // An invitation that came by mail is here already.
    if kind == Kind::Events
        && let Some(activity) = queries::invited_as(op, owner, uid)?
    {
        let here = items::list(op, kind, Some(&[activity]), false)?.pop();
        if here.is_some_and(|(_, item)| item.name != name) {
            return Err(Error::conflict(DOUBLE, "this UID is there under another name"));
        }
    }
    Ok(())
}

fn activity(
    op: &mut Operation,
    object: &Arc<Object>,
    kind: Kind,
    owner: Id,
    known: Option<Id>,
    said: &Said,
) -> Result<Id> {
    let moments = match known {
        Some(id) => queries::moments(op, object, &[id])?.remove(&id).unwrap_or_default(),
        None => Vec::new(),
    };
    let by_moment: BTreeMap<Time, &Record> = moments
        .iter()
        .filter_map(|moment| match moment.get(object, Activity::OCCURRENCE_AT) {
            Value::Time(at) => Some((*at, moment)),
            _ => None,
        })
        .collect();
    // Moments that were changed and thrown away are left out by themselves.
    let is_gone = |at: &Time| by_moment.get(at).is_some_and(|moment| moment.deleted_at.is_some());
    let skipped = said.skipped.iter().filter(|at| !by_moment.contains_key(at)).copied().collect();
    let mut values = placed(object, &said.values);
    put(object, &mut values, Activity::SKIPPED, kept(&skipped));
    let id = match known {
        Some(id) => write::apply_one(op, object, Write::Update { id, version: None, values })?.id,
        None => {
            values.retain(|(_, value)| !value.is_null());
            put(object, &mut values, Activity::OWNER, Value::Link(owner));
            if !values.iter().any(|(position, _)| object.def.position(Activity::KIND) == Some(*position)) {
                let word = if kind == Kind::Tasks { "task" } else { "meeting" };
                put(object, &mut values, Activity::KIND, Value::Text(word.into()));
            }
            write::apply_one(op, object, Write::Create { values })?.id
        }
    };
    for (at, moment) in &by_moment {
        let is_said = said.moments.contains_key(at);
        if said.skipped.contains(at) && !is_said && !is_gone(at) {
            write::apply_one(op, object, Write::Trash { id: moment.id })?;
        } else if !is_said && !said.skipped.contains(at) {
            // The client takes it back: the moment is again as the series says.
            if is_gone(at) {
                write::apply_one(op, object, Write::Restore { id: moment.id })?;
            }
            let mut values = Vec::new();
            put(object, &mut values, Activity::SERIES, Value::Null);
            put(object, &mut values, Activity::OCCURRENCE_AT, Value::Null);
            write::apply_one(op, object, Write::Update { id: moment.id, version: None, values })?;
            write::apply_one(op, object, Write::Trash { id: moment.id })?;
        }
    }
    for (at, moment) in &said.moments {
        if is_gone(at)
            && let Some(moment) = by_moment.get(at)
        {
            write::apply_one(op, object, Write::Restore { id: moment.id })?;
        }
        match change::write_at(op, id, *at, placed(object, moment)) {
            // A moment that the rule does not name stays with its client alone.
            Ok(_) | Err(Error::NotFound) => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(id)
}

fn placed(object: &Object, values: &[(&'static str, Value)]) -> Vec<(usize, Value)> {
    values.iter().filter_map(|(name, value)| object.def.position(name).map(|at| (at, value.clone()))).collect()
}

/// Throws the thing of a name away.
pub fn delete(op: &mut Operation, kind: Kind, name: &str, only: &Only) -> Result<()> {
    let (id, item) = here(op, kind, name)?.ok_or(Error::NotFound)?;
    expect(Some(&item), only)?;
    let object = op.object(kind.object())?;
    write::apply_one(op, &object, Write::Trash { id }).map(drop)
}
