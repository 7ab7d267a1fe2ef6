//! A segment as it is worked with: its record, its checked question, and how far it was looked at.

use std::sync::Arc;

use foundation::records::{Object, ask};
use foundation::{Operation, Reader};
use kernel::{Error, Id, Result, Time};
use question::{Beat, Checked};

use super::{depend, queries};

/// See the module.
#[derive(Clone)]
pub struct Definition {
    pub id: Id,
    pub name: String,
    /// Whose records it holds.
    pub object: Arc<Object>,
    /// The question in text form; none where members are put in by hand.
    pub text: Option<String>,
    pub members: Members,
    pub version: i64,
    pub looked_for: i64,
    pub looked_at: Option<Time>,
    pub follows: bool,
    pub size: i64,
    pub due_at: Option<Time>,
    pub broken: Option<String>,
}

/// Who belongs to it.
#[derive(Clone)]
pub enum Members {
    Asked(Arc<Checked>),
    ByHand,
    /// Its question cannot be answered any more: whoever is in it stays.
    Unknown,
}

impl Definition {
    pub(super) fn new(reader: &Reader, found: queries::Found) -> Result<Definition> {
        let object = reader.object(&found.object)?;
        let checked = found.text.as_deref().map(|text| ask::check_text(text, &object.def.name, &*reader.catalogue));
        let (members, broken) = match checked {
            None => (Members::ByHand, None),
            Some(Ok(checked)) => (Members::Asked(Arc::new(checked)), None),
            Some(Err(fault)) => (Members::Unknown, Some(fault.to_string())),
        };
        Ok(Definition {
            id: found.id,
            name: found.name,
            object,
            text: found.text,
            members,
            version: found.version,
            looked_for: found.looked_for,
            looked_at: found.looked_at,
            follows: found.follows,
            size: found.size,
            due_at: found.due_at,
            broken,
        })
    }

    /// The checked question, if there is one.
    pub fn asked(&self) -> Option<&Arc<Checked>> {
        match &self.members {
            Members::Asked(checked) => Some(checked),
            Members::ByHand | Members::Unknown => None,
        }
    }

    /// When the clock alone may change who belongs to it.
    pub fn next_due(&self, now: Time, zone: &str) -> Option<Time> {
        match self.asked()?.beat() {
            Beat::Never => None,
            Beat::Minute => Some(Time((now.0 / 60_000 + 1) * 60_000)),
            Beat::Day => Some(depend::next_midnight(now, zone)),
        }
    }

    /// Whether all customers were looked at for what it says now.
    pub fn is_settled(&self) -> bool {
        self.looked_for == self.version
    }
}

/// A segment that the caller may see.
pub fn load(reader: &mut Reader, id: Id) -> Result<Definition> {
    let object = reader.object(super::SEGMENT)?;
    let record = foundation::records::read::get(reader, &object, id)?;
    if record.deleted_at.is_some() {
        return Err(Error::NotFound);
    }
    let found = queries::definition(reader, id)?.ok_or(Error::NotFound)?;
    let definition = Definition::new(reader, found)?;
    must_see(reader, &definition)?;
    Ok(definition)
}

/// Fails for whoever may not see all that the segment's question reads: its members would tell of it.
pub fn must_see(reader: &Reader, definition: &Definition) -> Result<()> {
    reader.who.need(&definition.object.def.name, foundation::access::Action::Read)?;
    let seen = ask::Seen { catalogue: &reader.catalogue, access: &reader.who.access };
    let known = reader.catalogue.segments.get(definition.id);
    if known.is_none_or(|known| foundation::records::segments::may_name(known, &seen)) {
        return Ok(());
    }
    Err(Error::Forbidden("this segment asks for fields that you may not see"))
}

/// A segment that the caller may change.
pub fn load_to_change(op: &mut Operation, id: Id) -> Result<Definition> {
    op.who.need(super::SEGMENT, foundation::access::Action::Update)?;
    let object = op.object(super::SEGMENT)?;
    if !queries::may_update(op, &object, id)? {
        return Err(Error::NotFound);
    }
    load(op, id)
}

/// All segments that follow what happens.
pub fn following(reader: &mut Reader) -> Result<Vec<Definition>> {
    queries::following(reader)?.into_iter().map(|found| Definition::new(reader, found)).collect()
}
