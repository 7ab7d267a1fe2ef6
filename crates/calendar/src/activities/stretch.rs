//! What takes place from one moment to another.

use std::collections::HashMap;
use std::sync::Arc;

use foundation::Reader;
use foundation::access::Action;
use foundation::records::calendar::Occurrence;
use foundation::records::read::{self, ListQuery};
use foundation::records::{Object, ask};
use jiff::tz::TimeZone;
use kernel::{Error, Id, Result, Time};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{ACTIVITY, Activity, occurrences, queries};
use crate::recurrence::{local, moment};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// Days of one answer.
const MOST_DAYS: i64 = 100;
/// Activities of one answer that do not repeat.
const MOST: usize = 2_000;

/// Which stretch, and whose.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// A moment, or a day where the caller is.
    pub from: String,
    /// The moment at which it ends; of a day its end.
    pub to: String,
    /// A user, `me` (as if left out) or `all`.
    #[serde(default)]
    pub owner: Option<String>,
}

fn read_moment(text: &str, at: &str, zone: &TimeZone, is_last: bool) -> Result<Time> {
    if let Ok(day) = text.trim().parse::<jiff::civil::Date>()
        && text.trim().len() == 10
    {
        let day = if is_last { day.tomorrow().unwrap_or(day) } else { day };
        return Ok(moment(day.at(0, 0, 0, 0), zone));
    }
    Time::parse(text).ok_or_else(|| Error::invalid(at, "not_a_date", "must be a date or a moment, 2017-06-30"))
}

/// The stretch that two texts name, of days in a zone or of moments.
pub fn window(from: &str, to: &str, zone: &TimeZone) -> Result<(Time, Time)> {
    let (from, to) = (read_moment(from, "from", zone, false)?, read_moment(to, "to", zone, true)?);
    if to <= from {
        return Err(Error::invalid("to", "too_small", "the end is behind the beginning"));
    }
    if to.0.saturating_sub(from.0) > MOST_DAYS * DAY_MS {
        return Err(Error::invalid("to", "too_large", format!("at most {MOST_DAYS} days at once")));
    }
    Ok((from, to))
}

/// `{"zone","exact","data":[{"at","ends_at","is_all_day","first_day","last_day","repeats","record"}]}`, in order. Whole days
/// are told as days, for they are the same day everywhere.
pub fn show(reader: &mut Reader, asked: &Asked) -> Result<Json> {
    let object = reader.object(ACTIVITY)?;
    reader.who.need(ACTIVITY, Action::Read)?;
    let zone = TimeZone::get(&reader.who.zone).unwrap_or(TimeZone::UTC);
    let (from, to) = window(&asked.from, &asked.to, &zone)?;
    for field in [Activity::STARTS_AT, Activity::ENDS_AT, Activity::DUE_AT] {
        if reader.who.access.on(ACTIVITY).hidden_fields.contains(field) {
            return Err(Error::Forbidden("seeing when activities are"));
        }
    }
    let filter = match asked.owner.as_deref() {
        Some("all") => None,
        None | Some("me") => Some(reader.who.user.unwrap_or(reader.who.id)),
        Some(user) => Some(Id::parse(user).ok_or_else(|| Error::invalid("owner", "not_an_id", "no user has this id"))?),
    };
    let filter = match filter {
        Some(user) => Some(ask::filter(reader, &object, &format!("owner = \"{user}\""))?),
        None => None,
    };
    let query = ListQuery { filter, ..ListQuery::default() };
    let (conditions, args) = read::conditions(reader, &object, &query)?;
    let which = (conditions.as_str(), args.as_slice());
    let mut found = queries::once(reader, &object, which, (from, to), MOST)?;
    let is_exact = found.len() < MOST;
    let series = queries::series(reader, &object, which, (from, to))?;
    found.extend(occurrences::of_records(reader, &object, &series, (from, to))?);
    found.sort_by_key(|occurrence| (occurrence.at, occurrence.record));
    let shown = shown(reader, &object, &found)?;
    Ok(json!({ "zone": zone.iana_name().unwrap_or("UTC"), "exact": is_exact, "data": shown }))
}

fn shown(reader: &mut Reader, object: &Arc<Object>, found: &[Occurrence]) -> Result<Vec<Json>> {
    let mut ids: Vec<Id> = found.iter().map(|occurrence| occurrence.record).collect();
    ids.sort_unstable();
    ids.dedup();
    let records = read::get_many(reader, object, &ids)?;
    let shown = read::show(reader, object, &records, None)?;
    let known: HashMap<Id, _> = records.iter().zip(shown).map(|(record, shown)| (record.id, (record, shown))).collect();
    let one = |occurrence: &Occurrence| {
        let (record, shown) = known.get(&occurrence.record)?;
        let is_all_day = *record.get(object, Activity::IS_ALL_DAY) == kernel::Value::Bool(true);
        let zone = record.get(object, Activity::TIME_ZONE).as_text().and_then(|zone| TimeZone::get(zone).ok());
        let zone = zone.unwrap_or(TimeZone::UTC);
        let day = |at: Time| local(at, &zone).date().to_string();
        let last = occurrence.ends_at.map(|end| Time(end.0 - 1).max(occurrence.at)).unwrap_or(occurrence.at);
        Some(json!({
            "at": occurrence.at,
            "ends_at": occurrence.ends_at,
            "is_all_day": is_all_day,
            "first_day": is_all_day.then(|| day(occurrence.at)),
            "last_day": is_all_day.then(|| day(last)),
            "repeats": !record.get(object, Activity::REPEATS).is_null(),
            "record": shown,
        }))
    };
    Ok(found.iter().filter_map(one).collect())
}
