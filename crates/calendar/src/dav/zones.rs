//! `VTIMEZONE`: the changes of clocks of a zone, for readers that do not know it by its name.

use jiff::Timestamp;
use jiff::tz::{Dst, Offset, TimeZone};
use kernel::Time;

use crate::ics::{Component, Property};

/// Changes told; readers that know the zone by its name need none.
const MOST: usize = 12;

/// The zone from a moment on.
pub fn component(zone: &TimeZone, from: Time) -> Option<Component> {
    let name = zone.iana_name()?;
    let from = Timestamp::from_millisecond(from.0).ok()?;
    let mut whole = Component::new("VTIMEZONE");
    whole.properties.push(Property::new("TZID", name));
    let here = zone.to_offset_info(from);
    let mut before = here.offset();
    whole.children.push(part(here.dst(), before, before, "19700101T000000", here.abbreviation()));
    for change in zone.following(from).take(MOST) {
        // A change is told at the hour that clocks showed before it.
        let at = before.to_datetime(change.timestamp()).strftime("%Y%m%dT%H%M%S").to_string();
        whole.children.push(part(change.dst(), before, change.offset(), &at, change.abbreviation()));
        before = change.offset();
    }
    Some(whole)
}

fn part(dst: Dst, from: Offset, to: Offset, at: &str, abbreviation: &str) -> Component {
    let mut part = Component::new(if dst.is_dst() { "DAYLIGHT" } else { "STANDARD" });
    part.properties = vec![
        Property::new("DTSTART", at),
        Property::new("TZOFFSETFROM", written(from)),
        Property::new("TZOFFSETTO", written(to)),
        Property::new("TZNAME", abbreviation),
    ];
    part
}

fn written(offset: Offset) -> String {
    let seconds = offset.seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.unsigned_abs() / 60;
    format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_tells_when_its_clocks_change() {
        let zone = TimeZone::get("Europe/Chisinau").unwrap();
        let text = component(&zone, Time::parse("2026-06-16").unwrap()).unwrap().to_string();
        assert!(
            text.contains("TZID:Europe/Chisinau") && text.contains("BEGIN:STANDARD\r\nDTSTART:20261025T0"),
            "{text}"
        );
        assert!(text.contains("TZOFFSETFROM:+0300\r\nTZOFFSETTO:+0200"), "{text}");
    }
}
