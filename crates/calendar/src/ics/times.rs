//! Moments as calendars write them: in UTC, in a zone by its name, in whatever zone the reader is, or a day alone.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use kernel::Time;

use super::Property;
use crate::recurrence::{local, moment};

/// What Outlook calls some zones.
const WINDOWS: [(&str, &str); 24] = [
    ("GMT Standard Time", "Europe/London"),
    ("W. Europe Standard Time", "Europe/Berlin"),
    ("Central Europe Standard Time", "Europe/Budapest"),
    ("Central European Standard Time", "Europe/Warsaw"),
    ("Romance Standard Time", "Europe/Paris"),
    ("E. Europe Standard Time", "Europe/Chisinau"),
    ("GTB Standard Time", "Europe/Bucharest"),
    ("FLE Standard Time", "Europe/Kiev"),
    ("Russian Standard Time", "Europe/Moscow"),
    ("Turkey Standard Time", "Europe/Istanbul"),
    ("Israel Standard Time", "Asia/Jerusalem"),
    ("Arabian Standard Time", "Asia/Dubai"),
    ("India Standard Time", "Asia/Calcutta"),
    ("China Standard Time", "Asia/Shanghai"),
    ("Singapore Standard Time", "Asia/Singapore"),
    ("Tokyo Standard Time", "Asia/Tokyo"),
    ("AUS Eastern Standard Time", "Australia/Sydney"),
    ("Eastern Standard Time", "America/New_York"),
    ("Central Standard Time", "America/Chicago"),
    ("Mountain Standard Time", "America/Denver"),
    ("Pacific Standard Time", "America/Los_Angeles"),
    ("E. South America Standard Time", "America/Sao_Paulo"),
    ("UTC", "UTC"),
    ("Greenwich Standard Time", "Atlantic/Reykjavik"),
];

/// A moment with how it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Stamp {
    pub at: Time,
    /// The day, where it is one.
    pub day: Option<Date>,
    /// The zone by name, where it was written in one.
    pub zone: Option<TimeZone>,
}

/// The zone of that name, also where programs decorate it; none if nobody knows it.
pub fn zone_named(name: &str) -> Option<TimeZone> {
    let name = name.trim().trim_matches('"');
    if let Ok(zone) = TimeZone::get(name) {
        return Some(zone);
    }
    if let Some((_, known)) = WINDOWS.iter().find(|(windows, _)| windows.eq_ignore_ascii_case(name)) {
        return TimeZone::get(known).ok();
    }
    // `/freeassociation.sourceforge.net/Europe/Berlin`
    let parts: Vec<&str> = name.rsplitn(3, '/').collect();
    match parts.as_slice() {
        [city, area, _] => TimeZone::get(&format!("{area}/{city}")).ok(),
        _ => None,
    }
}

/// The zone in which a property is written; none for UTC, for days and for what is written in no zone.
pub fn zone_of(property: &Property) -> Option<TimeZone> {
    property.parameter("TZID").and_then(zone_named)
}

/// A property's moment; what is written in no zone is in `here`.
pub fn read_stamp(property: &Property, here: &TimeZone) -> Option<Stamp> {
    let zone = zone_of(property);
    read_value(property.value.trim(), zone.as_ref(), here)
}

/// One of a list of moments.
pub fn read_value(value: &str, zone: Option<&TimeZone>, here: &TimeZone) -> Option<Stamp> {
    let date = |text: &str| if text.len() == 8 { Date::strptime("%Y%m%d", text).ok() } else { None };
    if let Some(day) = date(value) {
        let zone = zone.unwrap_or(here);
        return Some(Stamp { at: moment(day.at(0, 0, 0, 0), zone), day: Some(day), zone: None });
    }
    let (text, is_utc) = value.strip_suffix('Z').map_or((value, false), |text| (text, true));
    let (day, time) = text.split_once('T')?;
    let at: DateTime = date(day)?.to_datetime(jiff::civil::Time::strptime("%H%M%S", time).ok()?);
    let in_zone = if is_utc { &TimeZone::UTC } else { zone.unwrap_or(here) };
    Some(Stamp { at: moment(at, in_zone), day: None, zone: if is_utc { None } else { zone.cloned() } })
}

/// A moment in UTC, `20260619T120000Z`.
pub fn utc(at: Time) -> String {
    local(at, &TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// A property that is a day, a local time in a zone, or a moment in UTC.
pub fn written(name: &str, at: Time, is_day: bool, zone: &TimeZone, in_zone: bool) -> Property {
    let here = local(at, zone);
    if is_day {
        return Property::new(name, here.strftime("%Y%m%d").to_string()).with("VALUE", "DATE");
    }
    match zone.iana_name().filter(|zone| in_zone && *zone != "UTC") {
        Some(zone) => Property::new(name, here.strftime("%Y%m%dT%H%M%S").to_string()).with("TZID", zone),
        None => Property::new(name, utc(at)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(line: &str) -> Option<String> {
        let text = format!("BEGIN:A\n{line}\nEND:A");
        let read = super::super::parse(&text).ok()?;
        read_stamp(read.properties.first()?, &TimeZone::get("Europe/Chisinau").ok()?).map(|stamp| stamp.at.to_string())
    }

    #[test]
    fn moments_are_read_as_they_were_meant() {
        let is = |line: &str, at: &str| assert_eq!(stamp(line).as_deref(), Some(at), "{line}");
        is("DTSTART:20260619T120000Z", "2026-06-19T12:00:00.000Z");
        is("DTSTART:20260619T120000", "2026-06-19T09:00:00.000Z");
        is("DTSTART;TZID=America/New_York:20260619T120000", "2026-06-19T16:00:00.000Z");
        is("DTSTART;TZID=\"W. Europe Standard Time\":20260619T120000", "2026-06-19T10:00:00.000Z");
        is("DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Berlin:20260619T120000", "2026-06-19T10:00:00.000Z");
        is("DTSTART;VALUE=DATE:20260619", "2026-06-18T21:00:00.000Z");
        assert_eq!(stamp("DTSTART:tomorrow"), None);
        assert_eq!(stamp("DTSTART:20261319T120000"), None);
    }
}
