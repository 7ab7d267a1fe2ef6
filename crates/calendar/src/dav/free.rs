//! When somebody is busy, for clients that ask before they propose a time (RFC 4791, section 7.10).

use std::collections::BTreeSet;

use foundation::Reader;
use kernel::{Id, Result, Time};

use crate::busy;
use crate::ics::{Component, Property, utc};

/// The stretches of a window in which they are busy, joined, as a `VFREEBUSY`. What keeps them busy is not told.
pub fn told(reader: &mut Reader, user: Id, (from, to): (Time, Time)) -> Result<String> {
    let spans = busy::of(reader, &[user], (from, to), &BTreeSet::new())?.remove(&user).unwrap_or_default();
    let mut told = Component::new("VFREEBUSY");
    told.properties = vec![
        Property::new("UID", format!("{user}-{}-{}", from.0, to.0)),
        Property::new("DTSTAMP", utc(reader.now)),
        Property::new("DTSTART", utc(from)),
        Property::new("DTEND", utc(to)),
    ];
    let span = |(begin, end): (Time, Time)| {
        Property::new("FREEBUSY", format!("{}/{}", utc(begin), utc(end))).with("FBTYPE", "BUSY")
    };
    told.properties.extend(spans.into_iter().map(span));
    let mut calendar = Component::new("VCALENDAR");
    calendar.properties = vec![Property::new("VERSION", "2.0"), Property::new("PRODID", "-//Rapport//CRM//EN")];
    calendar.children.push(told);
    Ok(calendar.to_string())
}
