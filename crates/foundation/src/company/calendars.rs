//! Business calendars: when people work, in whose zone, and on which days nobody does. Clocks of answers and reminders
//! count working time only.

use std::collections::BTreeMap;

use jiff::civil::{self, Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use kernel::{Error, FieldError, Id, Result, Time};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::access::audit::{self, action};
use crate::operation::{Operation, Reader};

/// Calendars of one company.
const MOST: i64 = 100;
/// Holidays of one calendar.
const HOLIDAYS: usize = 1_000;
/// How far ahead working time is looked for; a calendar without working hours within it never ends.
const DAYS_AHEAD: u32 = 366 * 20;
const MINUTE_MS: i64 = 60_000;
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// A calendar as the API takes and stores it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    pub name: String,
    /// IANA zone in which the hours are read.
    pub time_zone: String,
    /// By weekday, `mon` to `sun`: from and to, `["09:00", "17:30"]`; to midnight is `24:00`.
    #[serde(default)]
    pub hours: BTreeMap<String, Vec<(String, String)>>,
    #[serde(default)]
    pub holidays: Vec<Holiday>,
    #[serde(default)]
    pub is_default: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// `2026-12-25`.
    pub on: String,
    #[serde(default)]
    pub name: String,
}

/// A calendar ready to be reckoned with.
#[derive(Debug, Clone)]
pub struct Calendar {
    zone: TimeZone,
    /// Minutes of the day, from and to, from Monday on, in order and apart from each other.
    hours: [Vec<(i64, i64)>; 7],
    holidays: std::collections::BTreeSet<Date>,
}

impl Calendar {
    /// Refuses hours that overlap or end before they begin, unknown zones and days, all faults at once.
    pub fn read(body: &Body) -> Result<Calendar> {
        let mut errors = Vec::new();
        let zone = TimeZone::get(body.time_zone.trim());
        if zone.is_err() || body.time_zone.trim().is_empty() {
            errors.push(FieldError::new("/time_zone", "unknown_option", "must be a zone such as Europe/Bucharest"));
        }
        let mut hours: [Vec<(i64, i64)>; 7] = Default::default();
        for (day, spans) in &body.hours {
            let place = DAYS.iter().position(|known| known == day).and_then(|n| hours.get_mut(n));
            let Some(place) = place else {
                errors.push(FieldError::new(&format!("/hours/{day}"), "unknown_option", "must be one of mon to sun"));
                continue;
            };
            for (n, (from, to)) in spans.iter().enumerate() {
                match minutes(from).zip(minutes(to)).filter(|(from, to)| from < to) {
                    Some(span) => place.push(span),
                    None => {
                        let detail = "two times such as 09:00 and 17:30, the earlier first";
                        errors.push(FieldError::new(&format!("/hours/{day}/{n}"), "not_a_time", detail));
                    }
                }
            }
            place.sort_unstable();
            if place.windows(2).any(|pair| matches!(pair, [(_, end), (begin, _)] if begin < end)) {
                errors.push(FieldError::new(&format!("/hours/{day}"), "overlaps", "these hours overlap"));
            }
        }
        let mut holidays = std::collections::BTreeSet::new();
        if body.holidays.len() > HOLIDAYS {
            errors.push(FieldError::new("/holidays", "too_many", format!("at most {HOLIDAYS}")));
        }
        for (n, holiday) in body.holidays.iter().enumerate().take(HOLIDAYS) {
            match holiday.on.parse() {
                Ok(day) => {
                    holidays.insert(day);
                }
                Err(_) => errors.push(FieldError::new(&format!("/holidays/{n}/on"), "not_a_date", "a day, 2026-12-25")),
            }
            if holiday.name.chars().count() > 200 {
                errors.push(FieldError::new(&format!("/holidays/{n}/name"), "too_long", "at most 200 characters"));
            }
        }
        match zone {
            Ok(zone) if errors.is_empty() => Ok(Calendar { zone, hours, holidays }),
            _ => Err(Error::Invalid(errors)),
        }
    }

    /// Monday to Friday, 9 to 17, in UTC: where nobody has made a calendar.
    pub fn usual() -> Calendar {
        let day = || vec![(9 * 60, 17 * 60)];
        let hours = [day(), day(), day(), day(), day(), Vec::new(), Vec::new()];
        Calendar { zone: TimeZone::UTC, hours, holidays: Default::default() }
    }

    /// The moment when so much working time has passed since `from`; none where there is not so much in twenty years. No
    /// time at all is the first working moment from then on.
    pub fn add(&self, from: Time, working_ms: i64) -> Option<Time> {
        let mut left = working_ms.max(0);
        let first = self.day_of(from)?;
        for ahead in 0..DAYS_AHEAD {
            let day = first.checked_add(i64::from(ahead).days()).ok()?;
            for (begin, end) in self.spans(day) {
                let begin = begin.max(from.0);
                if begin >= end {
                    continue;
                }
                if left <= end - begin {
                    // A span that ends with the last moment of work: due then, not next morning.
                    return Some(Time(begin + left));
                }
                left -= end - begin;
            }
        }
        None
    }

    /// How much working time lies between two moments; none turned round.
    pub fn between(&self, from: Time, to: Time) -> i64 {
        let (Some(first), Some(last)) = (self.day_of(from), self.day_of(to)) else { return 0 };
        let mut total = 0;
        let mut day = first;
        for _ in 0..DAYS_AHEAD {
            if day > last {
                break;
            }
            for (begin, end) in self.spans(day) {
                total += (end.min(to.0) - begin.max(from.0)).max(0);
            }
            match day.tomorrow() {
                Ok(next) => day = next,
                Err(_) => break,
            }
        }
        total
    }

    /// Whether that is a working moment.
    pub fn is_open(&self, at: Time) -> bool {
        let spans = self.day_of(at).map(|day| self.spans(day)).unwrap_or_default();
        spans.iter().any(|(begin, end)| (*begin..*end).contains(&at.0))
    }

    /// The working hours from one moment to another, in order; of more days than a year and a day those at the beginning.
    pub fn open(&self, from: Time, to: Time) -> Vec<(Time, Time)> {
        let (Some(first), Some(last)) = (self.day_of(from), self.day_of(to)) else { return Vec::new() };
        let days = (0..=366i64).filter_map(|ahead| first.checked_add(ahead.days()).ok()).take_while(|day| *day <= last);
        days.flat_map(|day| self.spans(day))
            .map(|(begin, end)| (Time(begin.max(from.0)), Time(end.min(to.0))))
            .filter(|(begin, end)| begin < end)
            .collect()
    }

    /// The zone in which its hours are read.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    fn day_of(&self, at: Time) -> Option<Date> {
        Some(Timestamp::from_millisecond(at.0).ok()?.to_zoned(self.zone.clone()).date())
    }

    /// The working hours of a day as moments. Where the clock is put forward or back, a day is shorter or longer, as it is
    /// for those who work it.
    fn spans(&self, day: Date) -> Vec<(i64, i64)> {
        if self.holidays.contains(&day) {
            return Vec::new();
        }
        let weekday = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0);
        let hours = self.hours.get(weekday).map(Vec::as_slice).unwrap_or_default();
        hours.iter().filter_map(|(from, to)| Some((self.moment(day, *from)?, self.moment(day, *to)?))).collect()
    }

    fn moment(&self, day: Date, minutes: i64) -> Option<i64> {
        let clock: DateTime = day.at(0, 0, 0, 0).checked_add(minutes.minutes()).ok()?;
        // A time that the clock leaps over counts as the one after it.
        Some(self.zone.to_ambiguous_zoned(clock).compatible().ok()?.timestamp().as_millisecond())
    }
}

/// Minutes since midnight of `09:30`; `24:00` is the end of the day.
fn minutes(text: &str) -> Option<i64> {
    let (hour, minute) = text.trim().split_once(':')?;
    if hour.len() > 2 || minute.len() != 2 {
        return None;
    }
    if (hour, minute) == ("24", "00") {
        return Some(24 * 60);
    }
    let time = civil::Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()?;
    Some(i64::from(time.hour()) * 60 + i64::from(time.minute()))
}

/// All calendars, the default first: `{"data":[{"id","name","time_zone","is_default","hours","holidays"}]}`.
pub fn list(reader: &mut Reader) -> Result<Json> {
    let data: Vec<Json> = all(reader.tx)?.iter().map(|(id, body)| shown(*id, body)).collect();
    Ok(json!({ "data": data }))
}

/// All calendars as they are stored, the default first.
pub fn all(tx: &mut db::Tx) -> Result<Vec<(Id, Body)>> {
    let rows = tx.query("select id, body, is_default from business_calendar order by is_default desc, name", &[])?;
    rows.iter().map(|row| Ok((row.id(0), body_of(row)?))).collect()
}

fn body_of(row: &db::Row) -> Result<Body> {
    let body: Body = serde_json::from_str(row.text(1))
        .map_err(|e| Error::internal(format!("calendar {} is damaged: {e}", row.id(0))))?;
    Ok(Body { is_default: row.flag(2), ..body })
}

fn shown(id: Id, body: &Body) -> Json {
    let hours: serde_json::Map<String, Json> =
        DAYS.iter().map(|day| ((*day).to_string(), json!(body.hours.get(*day).cloned().unwrap_or_default()))).collect();
    json!({
        "id": id, "name": body.name, "time_zone": body.time_zone, "is_default": body.is_default,
        "hours": hours, "holidays": body.holidays,
    })
}

fn find(tx: &mut db::Tx, id: Id) -> Result<Body> {
    let row = tx.one("select id, body, is_default from business_calendar where id = $1", &[id.into()])?;
    body_of(&row.ok_or(Error::NotFound)?)
}

/// The calendar of that id, or the company's default, or the usual week.
pub fn load(tx: &mut db::Tx, id: Option<Id>) -> Result<Calendar> {
    let row = match id {
        Some(id) => {
            let sql = "select id, body, is_default from business_calendar where id = $1";
            Some(tx.one(sql, &[id.into()])?.ok_or(Error::NotFound)?)
        }
        None => tx.one("select id, body, is_default from business_calendar where is_default = 1", &[])?,
    };
    row.map_or_else(|| Ok(Calendar::usual()), |row| Calendar::read(&body_of(&row)?))
}

/// Makes a calendar. The first one is the company's default.
pub fn create(op: &mut Operation, body: &Body) -> Result<Json> {
    op.who.need_admin()?;
    let held = op.tx.one("select count(*) from business_calendar", &[])?.map_or(0, |row| row.int(0));
    if held >= MOST {
        return Err(Error::TooLarge(format!("at most {MOST} calendars")));
    }
    let id = Id::at(op.now.0);
    let body = Body { is_default: body.is_default || held == 0, ..body.clone() };
    save(op, id, &body, None)
}

/// Replaces a calendar.
pub fn replace(op: &mut Operation, id: Id, body: &Body) -> Result<Json> {
    op.who.need_admin()?;
    let before = find(op.tx, id)?;
    // There is always a default: another calendar takes its place, it does not give it up.
    let body = Body { is_default: body.is_default || before.is_default, ..body.clone() };
    save(op, id, &body, Some(before))
}

fn save(op: &mut Operation, id: Id, body: &Body, before: Option<Body>) -> Result<Json> {
    let body =
        Body { name: body.name.trim().to_string(), time_zone: body.time_zone.trim().to_string(), ..body.clone() };
    let mut errors = match Calendar::read(&body) {
        Ok(_) => Vec::new(),
        Err(Error::Invalid(errors)) => errors,
        Err(other) => return Err(other),
    };
    if body.name.is_empty() {
        errors.push(FieldError::new("name", "required", "a calendar needs a name"));
    }
    if body.name.chars().count() > 120 {
        errors.push(FieldError::new("name", "too_long", "at most 120 characters"));
    }
    let holder = op.tx.one("select id from business_calendar where name = $1", &[body.name.as_str().into()])?;
    if holder.is_some_and(|row| row.id(0) != id) {
        errors.push(FieldError::new("name", "unique", "another calendar has this name already"));
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    if body.is_default {
        op.tx.execute("update business_calendar set is_default = 0 where id <> $1", &[id.into()])?;
    }
    let text = serde_json::to_string(&body).map_err(Error::internal)?;
    op.tx.execute(
        "insert into business_calendar (id, name, body, is_default) values ($1, $2, $3, $4) \
         on conflict (id) do update set name = excluded.name, body = excluded.body, is_default = excluded.is_default",
        &[id.into(), body.name.as_str().into(), text.into(), i64::from(body.is_default).into()],
    )?;
    let detail = json!({ "calendar": id, "name": body.name, "before": before, "after": body });
    audit::write(op, action::CALENDAR_CHANGED, None, None, detail)?;
    Ok(shown(id, &body))
}

/// Takes a calendar away; the default stays.
pub fn delete(op: &mut Operation, id: Id) -> Result<()> {
    op.who.need_admin()?;
    let body = find(op.tx, id)?;
    if body.is_default {
        return Err(Error::conflict("calendar.default", "the default calendar stays; make another the default first"));
    }
    op.tx.execute("delete from business_calendar where id = $1", &[id.into()])?;
    let detail = json!({ "calendar": id, "name": body.name, "removed": true });
    audit::write(op, action::CALENDAR_CHANGED, None, None, detail)
}

/// What working time is added to a moment.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Add {
    pub from: Time,
    pub minutes: i64,
}

/// `{"at"}`.
pub fn added(reader: &mut Reader, id: Id, asked: &Add) -> Result<Json> {
    let calendar = load(reader.tx, Some(id))?;
    let ms = asked.minutes.checked_mul(MINUTE_MS).filter(|ms| *ms >= 0);
    let ms = ms.ok_or_else(|| Error::invalid("minutes", "too_small", "zero or more"))?;
    let at = calendar.add(asked.from, ms);
    let at = at.ok_or_else(|| Error::invalid("minutes", "too_large", "there is not so much working time"))?;
    Ok(json!({ "at": at }))
}

/// Between which moments working time is counted.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    pub from: Time,
    pub to: Time,
}

/// `{"minutes"}`, whole ones.
pub fn counted(reader: &mut Reader, id: Id, asked: &Span) -> Result<Json> {
    let calendar = load(reader.tx, Some(id))?;
    Ok(json!({ "minutes": calendar.between(asked.from, asked.to) / MINUTE_MS }))
}
