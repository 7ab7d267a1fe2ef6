//! CalDAV and CardDAV: phones, Thunderbird and others keep a person's activities and contacts in step (RFC 4791, 6352, 6578).
//!
//! Everybody has three collections: what takes place (`events`), what is to be done (`tasks`), and people (`contacts`). They
//! are the person's own records, read and written under their rights, by the operations that everything goes by. A client
//! signs in with a key made for it, never with the password of the workspace.
//!
//! A thing is given back as it was put while its record is as it was then. When the record changed, what the record knows
//! is written into the thing, and everything else that its clients keep in it stays.

mod answers;
mod asked;
mod cards;
pub mod doors;
mod events;
mod free;
mod items;
mod kept;
mod put;
mod queries;
pub(crate) mod zones;

use std::sync::Arc;

use foundation::Reader;
use foundation::records::{Object, Record};
use kernel::{Id, Result};

pub(crate) use events::{Said, read as read_event};
pub use kept::{Things, Told};

/// What a collection holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Events,
    Tasks,
    Contacts,
}

impl Kind {
    pub const ALL: [Kind; 3] = [Kind::Events, Kind::Tasks, Kind::Contacts];

    /// Its name in addresses and tables.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Events => "events",
            Kind::Tasks => "tasks",
            Kind::Contacts => "contacts",
        }
    }

    pub fn parse(text: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == text)
    }

    /// The object of its records.
    fn object(self) -> &'static str {
        match self {
            Kind::Events | Kind::Tasks => crate::activities::ACTIVITY,
            Kind::Contacts => "contact",
        }
    }

    /// The component in which a record stands.
    fn component(self) -> &'static str {
        match self {
            Kind::Events => "VEVENT",
            Kind::Tasks => "VTODO",
            Kind::Contacts => "VCARD",
        }
    }

    fn ending(self) -> &'static str {
        if self == Kind::Contacts { ".vcf" } else { ".ics" }
    }

    fn media(self) -> &'static str {
        if self == Kind::Contacts { "text/vcard; charset=utf-8" } else { "text/calendar; charset=utf-8" }
    }

    /// What it is called, by language.
    fn words(self, language: &str) -> &'static str {
        match (self, language) {
            (Kind::Events, "ru") => "Календарь",
            (Kind::Events, "zh") => "日历",
            (Kind::Events, "ro") => "Calendar",
            (Kind::Events, _) => "Calendar",
            (Kind::Tasks, "ru") => "Задачи",
            (Kind::Tasks, "zh") => "任务",
            (Kind::Tasks, "ro") => "Sarcini",
            (Kind::Tasks, _) => "Tasks",
            (Kind::Contacts, "ru") => "Контакты",
            (Kind::Contacts, "zh") => "联系人",
            (Kind::Contacts, "ro") => "Contacte",
            (Kind::Contacts, _) => "Contacts",
        }
    }
}

/// The UID that a client of its owner gave an activity.
pub(crate) fn uid_of(reader: &mut Reader, owner: Id, activity: Id) -> Result<Option<String>> {
    let stored = queries::stored_of(reader, Kind::Events, owner, &[activity])?;
    Ok(stored.into_values().next().map(|stored| stored.uid))
}

/// What a client of its owner put under a UID, among calls, meetings and visits.
pub(crate) fn put_with(reader: &mut Reader, owner: Id, uid: &str) -> Result<Option<Id>> {
    Ok(queries::stored_with(reader, Kind::Events, owner, uid)?.first().map(|stored| stored.record))
}

/// The changed moments of a series that are not thrown away.
pub(crate) fn moments_of(reader: &mut Reader, object: &Arc<Object>, series: Id) -> Result<Vec<Record>> {
    let mut found = queries::moments(reader, object, &[series])?.remove(&series).unwrap_or_default();
    found.retain(|moment| moment.deleted_at.is_none());
    Ok(found)
}
