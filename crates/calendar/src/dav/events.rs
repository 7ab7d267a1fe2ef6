//! Activities as `VEVENT` and `VTODO`, and back.

use std::collections::{BTreeMap, BTreeSet};

use foundation::records::{Object, Record};
use jiff::tz::TimeZone;
use kernel::{Error, Result, Time, Value};

use super::{Kind, zones};
use crate::activities::Activity;
use crate::activities::series::Series;
use crate::ics::{Component, Property, Stamp, escaped, read_stamp, read_value, utc, written, zone_of};
use crate::recurrence::{End, Rule, local};

/// Characters of fields.
const SUBJECT: usize = 300;
const LOCATION: usize = 300;
const RULE: usize = 400;
const MINUTE_MS: i64 = 60_000;

/// An activity with the moments of it that were changed.
pub struct Whole<'r> {
    pub record: &'r Record,
    pub moments: &'r [Record],
    pub uid: &'r str,
    /// Where the record is found by people.
    pub link: String,
}

/// Writes an activity into a calendar: a new one, or the one that a client put.
pub fn write(object: &Object, kind: Kind, whole: &Whole, raw: Option<Component>) -> Component {
    let mut calendar = raw.filter(|raw| raw.name == "VCALENDAR").unwrap_or_else(|| {
        let mut calendar = Component::new("VCALENDAR");
        calendar.properties = vec![Property::new("VERSION", "2.0"), Property::new("PRODID", "-//Rapport//CRM//EN")];
        calendar
    });
    let zone = zone(object, whole.record);
    let series = Series::of(object, whole.record);
    let name = kind.component();
    let (mut own, others): (Vec<Component>, Vec<Component>) =
        calendar.children.drain(..).partition(|child| child.name == name);
    let moment_of = |component: &Component| {
        component.get("RECURRENCE-ID").and_then(|at| read_stamp(at, &zone)).map(|stamp| stamp.at)
    };
    let mut take = |at: Option<Time>| {
        let place = own.iter().position(|component| moment_of(component) == at);
        place.map_or_else(|| Component::new(name), |place| own.remove(place))
    };
    let mut master = take(None);
    fill(object, kind, whole, whole.record, &mut master);
    rule(series.as_ref(), whole, object, &zone, &mut master);
    let mut all = vec![master];
    for moment in whole.moments.iter().filter(|moment| moment.deleted_at.is_none()) {
        let Value::Time(at) = moment.get(object, Activity::OCCURRENCE_AT) else { continue };
        let mut component = take(Some(*at));
        fill(object, kind, whole, moment, &mut component);
        if moment_of(&component) != Some(*at) {
            let is_day = series.as_ref().is_some_and(|series| series.is_all_day);
            component.replace("RECURRENCE-ID", [written("RECURRENCE-ID", *at, is_day, &zone, true)]);
        }
        all.push(component);
    }
    calendar.children = others;
    let says = |calendar: &Component, name: &str| {
        calendar.children("VTIMEZONE").any(|zone| zone.text("TZID").as_deref() == Some(name))
    };
    let named: BTreeSet<String> = all
        .iter()
        .flat_map(|component| &component.properties)
        .filter_map(|property| property.parameter("TZID").map(str::to_string))
        .collect();
    for name in named {
        if !says(&calendar, &name)
            && let Ok(zone) = TimeZone::get(&name)
            && let Some(component) = zones::component(&zone, whole.record.created_at)
        {
            calendar.children.push(component);
        }
    }
    calendar.children.extend(all);
    calendar
}

/// The zone in which an activity is meant.
pub fn zone(object: &Object, record: &Record) -> TimeZone {
    let named = record.get(object, Activity::TIME_ZONE).as_text().and_then(|zone| TimeZone::get(zone).ok());
    named.unwrap_or(TimeZone::UTC)
}

/// Puts what the record says into a component; what says the same already stays as it was written.
fn fill(object: &Object, kind: Kind, whole: &Whole, record: &Record, into: &mut Component) {
    let zone = zone(object, record);
    let text = |field| record.get(object, field).as_text().map(str::to_string);
    let time = |field| if let Value::Time(at) = record.get(object, field) { Some(*at) } else { None };
    let is = |field| *record.get(object, field) == Value::Bool(true);
    if into.get("UID").is_none() {
        into.properties.insert(0, Property::new("UID", escaped(whole.uid)));
    }
    for name in ["DTSTAMP", "LAST-MODIFIED"] {
        into.replace(name, [Property::new(name, utc(record.updated_at))]);
    }
    if into.get("CREATED").is_none() {
        into.properties.push(Property::new("CREATED", utc(record.created_at)));
    }
    put_text(into, "SUMMARY", text(Activity::SUBJECT), SUBJECT);
    put_text(into, "LOCATION", text(Activity::LOCATION), LOCATION);
    put_text(into, "DESCRIPTION", text(Activity::DESCRIPTION), usize::MAX);
    let is_day = is(Activity::IS_ALL_DAY);
    let in_zone = !record.get(object, Activity::TIME_ZONE).is_null();
    let mut put_time = |name: &str, at: Option<Time>| {
        let same = into.get(name).and_then(|known| read_stamp(known, &zone));
        if same.as_ref().map(|stamp| (stamp.at, stamp.day.is_some())) != at.map(|at| (at, is_day)) {
            into.replace(name, at.map(|at| written(name, at, is_day, &zone, in_zone)));
        }
    };
    put_time("DTSTART", time(Activity::STARTS_AT));
    if kind == Kind::Tasks {
        put_time("DUE", time(Activity::DUE_AT));
    } else if end_said(into, &zone) != time(Activity::ENDS_AT) {
        let end = time(Activity::ENDS_AT);
        into.replace("DURATION", []);
        into.replace("DTEND", end.map(|at| written("DTEND", at, is_day, &zone, in_zone)));
    }
    if kind == Kind::Tasks {
        let done = is(Activity::IS_DONE);
        if (into.text("STATUS").as_deref() == Some("COMPLETED")) != done {
            into.replace("STATUS", [Property::new("STATUS", if done { "COMPLETED" } else { "NEEDS-ACTION" })]);
            into.replace("PERCENT-COMPLETE", done.then(|| Property::new("PERCENT-COMPLETE", "100")));
        }
        let at = time(Activity::DONE_AT).filter(|_| done);
        into.replace("COMPLETED", at.map(|at| Property::new("COMPLETED", utc(at))));
        let priority = text(Activity::PRIORITY);
        if read_priority(into).map(str::to_string) != priority {
            let number = priority.and_then(|known| PRIORITIES.iter().find(|(_, name, _)| *name == known));
            into.replace("PRIORITY", number.map(|(_, _, number)| Property::new("PRIORITY", *number)));
        }
    } else {
        let cancelled = text(Activity::OUTCOME).as_deref() == Some("cancelled");
        if (into.text("STATUS").as_deref() == Some("CANCELLED")) != cancelled {
            into.replace("STATUS", cancelled.then(|| Property::new("STATUS", "CANCELLED")));
        }
        let is_kind = |component: &Component, kind: &str| read_kind(component) == Some(kind);
        if let Some(kind) = text(Activity::KIND)
            && !is_kind(into, &kind)
        {
            let others = into.get("CATEGORIES").map(|known| known.value.clone()).unwrap_or_default();
            let others =
                others.split(',').filter(|one| !one.is_empty() && !KINDS.contains(&one.to_lowercase().as_str()));
            let all: Vec<String> = std::iter::once(capital(&kind)).chain(others.map(str::to_string)).collect();
            into.replace("CATEGORIES", [Property::new("CATEGORIES", all.join(","))]);
        }
    }
    let sequence = record.version.saturating_sub(1);
    let known = into.text("SEQUENCE").and_then(|text| text.trim().parse::<i64>().ok()).unwrap_or(0);
    into.replace("SEQUENCE", [Property::new("SEQUENCE", sequence.max(known).to_string())]);
    if into.get("URL").is_none() {
        into.properties.push(Property::new("URL", whole.link.as_str()));
    }
    let remind =
        if let Value::Int(minutes) = record.get(object, Activity::REMIND_BEFORE) { Some(*minutes) } else { None };
    if read_alarm(into) != remind {
        into.children.retain(|child| child.name != "VALARM" || alarm_minutes(child).is_none());
        into.children.extend(remind.map(alarm));
    }
}

/// The rule of a series, and what it leaves out.
fn rule(series: Option<&Series>, whole: &Whole, object: &Object, zone: &TimeZone, into: &mut Component) {
    let Some(series) = series else {
        for name in ["RRULE", "EXDATE"] {
            into.replace(name, []);
        }
        return;
    };
    let said = into.get("RRULE").and_then(|known| Rule::parse(&known.value).ok());
    if said.as_ref() != Some(&series.course.rule) {
        let mut rule = series.course.rule.clone();
        // A rule of days ends with a day.
        if let (true, End::Until(at)) = (series.is_all_day, rule.end) {
            rule.end = End::UntilLocal(local(at, zone).date().at(23, 59, 59, 0));
        }
        into.replace("RRULE", [Property::new("RRULE", rule.to_string())]);
    }
    let mut out = series.skipped.clone();
    for moment in whole.moments.iter().filter(|moment| moment.deleted_at.is_some()) {
        if let Value::Time(at) = moment.get(object, Activity::OCCURRENCE_AT) {
            out.insert(*at);
        }
    }
    if left_out(into, zone) != out {
        let lines = out.iter().map(|at| written("EXDATE", *at, series.is_all_day, zone, true));
        into.replace("EXDATE", lines.collect::<Vec<_>>());
    }
}

fn put_text(into: &mut Component, name: &str, text: Option<String>, most: usize) {
    let same = into.text(name).map(|known| cut(&known, most));
    if same != text.as_ref().map(|text| cut(text, most)) {
        into.replace(name, text.map(|text| Property::new(name, escaped(&text))));
    }
}

fn cut(text: &str, most: usize) -> String {
    text.trim().chars().take(most).collect()
}

const KINDS: [&str; 3] = ["call", "meeting", "visit"];
/// Numbers as phones give them, our words, and the number we give.
const PRIORITIES: [(std::ops::RangeInclusive<i64>, &str, &str); 3] =
    [(1..=4, "high", "1"), (5..=5, "normal", "5"), (6..=9, "low", "9")];

fn capital(kind: &str) -> String {
    let mut chars = kind.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn read_kind(component: &Component) -> Option<&'static str> {
    let said = component.get("CATEGORIES")?.value.to_lowercase();
    said.split(',').find_map(|one| KINDS.into_iter().find(|kind| *kind == one.trim()))
}

fn read_priority(component: &Component) -> Option<&'static str> {
    let number = component.text("PRIORITY")?.trim().parse::<i64>().ok()?;
    PRIORITIES.iter().find(|(range, _, _)| range.contains(&number)).map(|(_, name, _)| *name)
}

fn alarm(minutes: i64) -> Component {
    let mut alarm = Component::new("VALARM");
    alarm.properties = vec![
        Property::new("ACTION", "DISPLAY"),
        Property::new("DESCRIPTION", "Reminder"),
        Property::new("TRIGGER", format!("-PT{minutes}M")),
    ];
    alarm
}

fn alarm_minutes(alarm: &Component) -> Option<i64> {
    let trigger = alarm.get("TRIGGER")?;
    if trigger.parameter("RELATED") == Some("END") || trigger.parameter("VALUE") == Some("DATE-TIME") {
        return None;
    }
    let before = duration_ms(&trigger.value)?;
    (before <= 0).then(|| -before / MINUTE_MS).filter(|minutes| *minutes <= 28 * 24 * 60)
}

fn read_alarm(component: &Component) -> Option<i64> {
    component.children("VALARM").find_map(alarm_minutes)
}

/// `-PT15M`, `P1DT2H`, `P2W` in milliseconds.
fn duration_ms(text: &str) -> Option<i64> {
    let text = text.trim();
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut total: i64 = 0;
    let mut number = String::new();
    for c in text.strip_prefix('P')?.chars() {
        if c.is_ascii_digit() {
            number.push(c);
            continue;
        }
        if c == 'T' {
            continue;
        }
        let unit = match c {
            'W' => 7 * 24 * 60 * MINUTE_MS,
            'D' => 24 * 60 * MINUTE_MS,
            'H' => 60 * MINUTE_MS,
            'M' => MINUTE_MS,
            'S' => 1_000,
            _ => return None,
        };
        total = total.checked_add(number.parse::<i64>().ok()?.checked_mul(unit)?)?;
        number.clear();
    }
    if number.is_empty() { Some(sign * total) } else { None }
}

/// When a component ends: by its end, or by how long it lasts; a day without either lasts a day.
fn end_said(component: &Component, zone: &TimeZone) -> Option<Time> {
    if let Some(end) = component.get("DTEND").and_then(|end| read_stamp(end, zone)) {
        return Some(end.at);
    }
    let start = component.get("DTSTART").and_then(|start| read_stamp(start, zone))?;
    if let Some(lasts) = component.get("DURATION").and_then(|lasts| duration_ms(&lasts.value)) {
        return Some(Time(start.at.0.checked_add(lasts)?));
    }
    let next = start.day?.tomorrow().ok()?;
    Some(crate::recurrence::moment(next.at(0, 0, 0, 0), zone))
}

/// The moments that a component leaves out.
fn left_out(component: &Component, zone: &TimeZone) -> BTreeSet<Time> {
    let mut found = BTreeSet::new();
    for property in component.all("EXDATE") {
        let own = zone_of(property);
        let stamps = property.value.split(',').filter_map(|value| read_value(value.trim(), own.as_ref(), zone));
        found.extend(stamps.map(|stamp| stamp.at));
    }
    found
}

/// What a client put.
#[derive(Debug)]
pub struct Said {
    pub uid: String,
    pub values: Vec<(&'static str, Value)>,
    pub skipped: BTreeSet<Time>,
    /// Changed moments, by when they would have been.
    pub moments: BTreeMap<Time, Vec<(&'static str, Value)>>,
}

/// Reads what a client put; `here` is where its owner lives, `untitled` what stands for a missing subject.
pub fn read(calendar: &Component, kind: Kind, here: &TimeZone, untitled: &str) -> Result<Said> {
    let name = kind.component();
    let mut all = calendar.children(name).peekable();
    if calendar.name != "VCALENDAR" || all.peek().is_none() {
        return Err(Error::invalid("", "dav.component", format!("a calendar with a {name} is expected")));
    }
    let (moments, masters): (Vec<&Component>, Vec<&Component>) =
        all.partition(|one| one.get("RECURRENCE-ID").is_some());
    let [master] = masters.as_slice() else {
        return Err(Error::invalid("", "dav.several", format!("one {name} is expected, with its changed moments")));
    };
    let uid = master.text("UID").ok_or_else(|| Error::invalid("", "dav.uid", "a UID is missing"))?;
    if uid.chars().count() > 500 || moments.iter().any(|one| one.text("UID").as_ref() != Some(&uid)) {
        return Err(Error::invalid("", "dav.uid", "all parts have one UID of at most 500 characters"));
    }
    let start = master.get("DTSTART").or_else(|| master.get("DUE"));
    let zone = start.and_then(zone_of).unwrap_or_else(|| here.clone());
    let mut values = values_of(master, kind, &zone, untitled)?;
    let repeats = master.get("RRULE").map(|rule| cut(&rule.value, RULE + 1));
    let time_zone = match (&repeats, start.and_then(zone_of)) {
        (_, Some(named)) => named.iana_name().map(str::to_string),
        // Whole days and hours in no zone are meant where one lives; hours in UTC are meant there.
        (Some(_), None) if start.is_some_and(|start| start.value.ends_with('Z')) => Some("UTC".into()),
        (None, None) if start.is_none_or(|start| start.parameter("VALUE") != Some("DATE")) => None,
        (_, None) => here.iana_name().map(str::to_string),
    };
    values.push((Activity::TIME_ZONE, time_zone.map_or(Value::Null, Value::Text)));
    values.push((Activity::REPEATS, repeats.map_or(Value::Null, Value::Text)));
    let mut changed = BTreeMap::new();
    for moment in moments {
        let at = moment.get("RECURRENCE-ID").and_then(|at| read_stamp(at, &zone));
        let at = at.ok_or_else(|| Error::invalid("", "dav.component", "a RECURRENCE-ID is no moment"))?;
        changed.insert(at.at, values_of(moment, kind, &zone, untitled)?);
    }
    Ok(Said { uid, values, skipped: left_out(master, &zone), moments: changed })
}

fn values_of(component: &Component, kind: Kind, zone: &TimeZone, untitled: &str) -> Result<Vec<(&'static str, Value)>> {
    let text =
        |name: &str, most: usize| component.text(name).map(|text| cut(&text, most)).map_or(Value::Null, Value::Text);
    let stamp = |name: &str| -> Result<Option<Stamp>> {
        let Some(property) = component.get(name) else { return Ok(None) };
        let stamp = read_stamp(property, zone);
        stamp.map(Some).ok_or_else(|| Error::invalid("", "dav.moment", format!("{name} is no moment")))
    };
    let at = |stamp: &Option<Stamp>| stamp.as_ref().map_or(Value::Null, |stamp| Value::Time(stamp.at));
    let start = stamp("DTSTART")?;
    let subject = match text("SUMMARY", SUBJECT) {
        Value::Null => Value::Text(untitled.to_string()),
        said => said,
    };
    let mut values = vec![
        (Activity::SUBJECT, subject),
        (Activity::DESCRIPTION, text("DESCRIPTION", usize::MAX)),
        (Activity::LOCATION, text("LOCATION", LOCATION)),
        (Activity::STARTS_AT, at(&start)),
        (Activity::REMIND_BEFORE, read_alarm(component).map_or(Value::Null, Value::Int)),
    ];
    let status = component.text("STATUS").unwrap_or_default().to_uppercase();
    if kind == Kind::Tasks {
        let due = stamp("DUE")?;
        let is_day = due.as_ref().or(start.as_ref()).is_some_and(|stamp| stamp.day.is_some());
        values.push((Activity::DUE_AT, at(&due)));
        values.push((Activity::IS_ALL_DAY, Value::Bool(is_day)));
        values.push((Activity::IS_DONE, Value::Bool(status == "COMPLETED")));
        values.push((Activity::DONE_AT, if status == "COMPLETED" { at(&stamp("COMPLETED")?) } else { Value::Null }));
        values
            .push((Activity::PRIORITY, read_priority(component).map_or(Value::Null, |name| Value::Text(name.into()))));
    } else {
        if start.is_none() {
            return Err(Error::invalid("", "dav.moment", "an event has a DTSTART"));
        }
        values.push((Activity::IS_ALL_DAY, Value::Bool(start.is_some_and(|stamp| stamp.day.is_some()))));
        values.push((Activity::ENDS_AT, end_said(component, zone).map_or(Value::Null, Value::Time)));
        if let Some(kind) = read_kind(component) {
            values.push((Activity::KIND, Value::Text(kind.into())));
        }
        if status == "CANCELLED" {
            values.push((Activity::OUTCOME, Value::Text("cancelled".into())));
        }
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read() {
        for (text, minutes) in
            [("-PT15M", -15), ("P1DT2H", 26 * 60), ("P2W", 14 * 24 * 60), ("PT0S", 0), ("-P1D", -1440)]
        {
            assert_eq!(duration_ms(text), Some(minutes * MINUTE_MS), "{text}");
        }
        for text in ["", "15M", "P1X", "PT15", "P99999999999999999W"] {
            assert_eq!(duration_ms(text), None, "{text}");
        }
    }

    #[test]
    fn what_a_phone_says_is_read() {
        let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nSUMMARY:Tea\nDTSTART;TZID=Europe/Berlin:20261024T090000\nDURATION:PT1H\n\
            RRULE:FREQ=DAILY\nEXDATE;TZID=Europe/Berlin:20261026T090000\nCATEGORIES:Private,Visit\n\
            BEGIN:VALARM\nTRIGGER:-PT10M\nACTION:DISPLAY\nEND:VALARM\nEND:VEVENT\n\
            BEGIN:VEVENT\nUID:a\nRECURRENCE-ID;TZID=Europe/Berlin:20261025T090000\nDTSTART;TZID=Europe/Berlin:20261025T110000\nEND:VEVENT\nEND:VCALENDAR";
        let said = read(&crate::ics::parse(text).unwrap(), Kind::Events, &TimeZone::UTC, "Untitled").unwrap();
        let value = |name: &str| said.values.iter().find(|(field, _)| *field == name).map(|(_, value)| value.clone());
        let at = |text: &str| Time::parse(text).unwrap();
        assert_eq!(value(Activity::STARTS_AT), Some(Value::Time(at("2026-10-24T07:00:00Z"))));
        assert_eq!(value(Activity::ENDS_AT), Some(Value::Time(at("2026-10-24T08:00:00Z"))));
        assert_eq!(value(Activity::KIND), Some(Value::Text("visit".into())));
        assert_eq!(value(Activity::REMIND_BEFORE), Some(Value::Int(10)));
        assert_eq!(value(Activity::TIME_ZONE), Some(Value::Text("Europe/Berlin".into())));
        assert_eq!(said.skipped, BTreeSet::from([at("2026-10-26T08:00:00Z")]));
        let moment = said.moments.get(&at("2026-10-25T08:00:00Z")).unwrap();
        assert!(moment.contains(&(Activity::STARTS_AT, Value::Time(at("2026-10-25T10:00:00Z")))));
        assert!(moment.contains(&(Activity::SUBJECT, Value::Text("Untitled".into()))));
    }
}
