//! My day: what is overdue, due and next, whom one meets, who mentioned one, and which deals have no next step. One answer.

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::{Error, Id, Result};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::notices;
use crate::access::Action;
use crate::operation::Reader;
use crate::records::read::{self, ListQuery};
use crate::records::{ask, calendar};

/// Records of each part.
const MOST: usize = 50;
/// Days that count as next.
const NEXT_DAYS: i64 = 7;

/// Which day.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Asked {
    pub date: Option<String>,
}

/// The caller's day in their zone.
pub fn day(reader: &mut Reader, asked: &Asked) -> Result<Json> {
    let zone = TimeZone::get(&reader.who.zone).unwrap_or(TimeZone::UTC);
    let now = jiff::Timestamp::from_millisecond(reader.now.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let day: Date = match &asked.date {
        None => now.to_zoned(zone.clone()).date(),
        Some(text) => text.parse().map_err(|_| Error::invalid("date", "not_a_date", "must be a date, 2017-06-30"))?,
    };
    let tomorrow = day.tomorrow().unwrap_or(day);
    let last = day.checked_add(NEXT_DAYS.days()).unwrap_or(day);
    let me = Id::to_string(&reader.who.user.unwrap_or(reader.who.id));
    let own = format!("owner = \"{me}\" and is_done = false");
    let part = |reader: &mut Reader, object: &str, filter: String, sort: &str| part(reader, object, &filter, sort);
    let overdue = part(reader, "activity", format!("{own} and due_at < \"{day}\""), "due_at")?;
    let today = part(reader, "activity", format!("{own} and due_at >= \"{day}\" and due_at <= \"{day}\""), "due_at")?;
    let next =
        part(reader, "activity", format!("{own} and due_at >= \"{tomorrow}\" and due_at <= \"{last}\""), "due_at")?;
    let agenda = agenda(reader, &format!("owner = \"{me}\""), day, &zone)?;
    let deals = format!("owner = \"{me}\" and status = \"open\" and next_step is empty and open_activities_count = 0");
    let deals = part(reader, "deal", deals, "expected_close_on")?;
    let mentions = notices::mentions(reader, MOST)?;
    Ok(json!({
        "date": day.to_string(), "zone": reader.who.zone.as_ref(), "overdue": overdue, "today": today, "next": next,
        "agenda": agenda, "mentions": mentions, "deals_without_next_step": deals,
    }))
}

/// Whom one meets on a day, by the hour, with what recurs on it.
fn agenda(reader: &mut Reader, filter: &str, day: Date, zone: &TimeZone) -> Result<Json> {
    let Some(object) = reader.catalogue.named("activity").cloned() else { return Ok(Json::Null) };
    if !reader.who.access.on(&object.def.name).allows(Action::Read) {
        return Ok(Json::Null);
    }
    let asked = calendar::Asked {
        field: "starts_at".into(),
        end: None,
        from: day.to_string(),
        to: day.to_string(),
        filter: Some(json!(filter)),
        fields: Vec::new(),
        per_day: Some(MOST),
    };
    let shown = match calendar::days_in(reader, &object, &asked, zone) {
        Ok(shown) => shown,
        // The hours are hidden from the caller.
        Err(Error::Invalid(_)) => return Ok(Json::Null),
        Err(error) => return Err(error),
    };
    let day = &shown["days"][0];
    let data = if day["data"].is_array() { day["data"].clone() } else { json!([]) };
    Ok(json!({ "data": data, "count": day["count"].as_i64().unwrap_or(0) }))
}

/// The records of a filter and how many there are; none where the caller may not read what it asks about.
fn part(reader: &mut Reader, object: &str, filter: &str, sort: &str) -> Result<Json> {
    let Some(object) = reader.catalogue.named(object).cloned() else { return Ok(Json::Null) };
    if !reader.who.access.on(&object.def.name).allows(Action::Read) {
        return Ok(Json::Null);
    }
    let filter = match ask::filter(reader, &object, filter) {
        Ok(filter) => filter,
        Err(Error::Invalid(_)) => return Ok(Json::Null),
        Err(error) => return Err(error),
    };
    let is_sortable = crate::records::figures::visible(reader, &object, sort, "").is_ok();
    let query = ListQuery {
        filter: Some(filter),
        sort: if is_sortable { vec![sort.to_string()] } else { Vec::new() },
        limit: MOST,
        ..ListQuery::default()
    };
    let records = read::list(reader, &object, &query)?.records;
    let count = if records.len() < MOST {
        i64::try_from(records.len()).unwrap_or(0)
    } else {
        read::count_exact(reader, &object, &query)?.value
    };
    Ok(json!({ "data": read::show(reader, &object, &records, None)?, "count": count }))
}
