//! What keeps people busy, of the database.

use std::collections::HashMap;
use std::sync::Arc;

use db::Arg;
use foundation::Reader;
use foundation::records::record::{CHUNK, id_list};
use foundation::records::{Object, Record};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::{Id, Result, Time};

use super::Span;
use crate::activities::{ACTIVITY, queries as activities};
use crate::recurrence::local;

/// What lasts longer than this is not looked for before the window.
const LONGEST_MS: i64 = 32 * 24 * 60 * 60 * 1000;
/// What keeps somebody busy.
const BUSY: &str = "r.deleted_at is null and r.kind <> 'task' and coalesce(r.outcome, '') <> 'cancelled'";

/// An activity that takes place once.
pub struct Once {
    pub id: Id,
    pub user: Id,
    pub starts_at: Time,
    pub ends_at: Option<Time>,
    pub minutes: Option<i64>,
    pub is_all_day: bool,
    pub is_call: bool,
    pub zone: TimeZone,
}

pub fn once(reader: &mut Reader, users: &[Id], (from, to): Span) -> Result<Vec<Once>> {
    let object = reader.object(ACTIVITY)?;
    let mut found = Vec::new();
    for chunk in users.chunks(CHUNK) {
        let mut args: Vec<Arg> = vec![Time(from.0.saturating_sub(LONGEST_MS)).into(), to.into()];
        let list = id_list(chunk, &mut args);
        let sql = format!(
            "select r.id, r.owner, r.starts_at, r.ends_at, r.duration_minutes, coalesce(r.is_all_day, 0), coalesce(r.kind, 'meeting'), r.time_zone \
             from {} r where r.owner in ({list}) and r.starts_at >= $1 and r.starts_at < $2 and r.repeats is null and {BUSY}",
            object.def.table
        );
        for row in reader.tx.query(&sql, &args)? {
            let zone = row.opt_text(7).and_then(|zone| TimeZone::get(zone).ok());
            found.push(Once {
                id: row.id(0),
                user: row.id(1),
                starts_at: row.time(2),
                ends_at: row.opt_time(3),
                minutes: row.opt_int(4),
                is_all_day: row.flag(5),
                is_call: row.text(6) == "call",
                zone: zone.unwrap_or(TimeZone::UTC),
            });
        }
    }
    Ok(found)
}

/// The series of these users that are not over.
pub fn series(reader: &mut Reader, object: &Arc<Object>, users: &[Id], window: Span) -> Result<Vec<Record>> {
    let mut found = Vec::new();
    for chunk in users.chunks(CHUNK) {
        let mut args = Vec::new();
        let list = id_list(chunk, &mut args);
        let which = format!("r.owner in ({list}) and r.starts_at is not null and {BUSY}");
        found.extend(activities::series(reader, object, (&which, &args), window)?);
    }
    Ok(found)
}

/// The zone in which each of them lives.
pub fn zones(reader: &mut Reader, users: &[Id]) -> Result<HashMap<Id, TimeZone>> {
    let object = reader.catalogue.named("user").cloned().ok_or(kernel::Error::NotFound)?;
    let mut found = HashMap::new();
    for chunk in users.chunks(CHUNK) {
        let mut args = Vec::new();
        let list = id_list(chunk, &mut args);
        let sql = format!("select r.id, r.time_zone from {} r where r.id in ({list})", object.def.table);
        for row in reader.tx.query(&sql, &args)? {
            found.extend(row.opt_text(1).and_then(|zone| TimeZone::get(zone).ok()).map(|zone| (row.id(0), zone)));
        }
    }
    Ok(found)
}

/// Who of them is away, from which day to which; no last day where nobody knows it.
pub fn away(reader: &mut Reader, users: &[Id], (from, to): Span) -> Result<Vec<(Id, Date, Option<Date>)>> {
    let Some(object) = reader.catalogue.named("absence").cloned() else { return Ok(Vec::new()) };
    let day = |at: Time, more: i64| local(Time(at.0.saturating_add(more)), &TimeZone::UTC).date().to_string();
    // Days begin earlier in the east and end later in the west.
    let margin = 24 * 60 * 60 * 1000;
    let mut found = Vec::new();
    for chunk in users.chunks(CHUNK) {
        let mut args: Vec<Arg> = vec![day(from, -margin).into(), day(to, margin).into()];
        let list = id_list(chunk, &mut args);
        let sql = format!(
            "select r.user_id, r.starts_on, r.ends_on from {} r where r.user_id in ({list}) and r.deleted_at is null \
             and r.starts_on <= $2 and (r.ends_on is null or r.ends_on >= $1)",
            object.def.table
        );
        for row in reader.tx.query(&sql, &args)? {
            if let Ok(first) = row.text(1).parse() {
                found.push((row.id(0), first, row.opt_text(2).and_then(|day| day.parse().ok())));
            }
        }
    }
    Ok(found)
}

/// Which of these users work here, in order of their ids, with their names and addresses.
pub fn working(reader: &mut Reader, users: &[Id]) -> Result<Vec<(Id, String, Option<String>)>> {
    let object = reader.catalogue.named("user").cloned().ok_or(kernel::Error::NotFound)?;
    let mut found = Vec::new();
    for chunk in users.chunks(CHUNK) {
        let mut args = Vec::new();
        let list = id_list(chunk, &mut args);
        let sql = format!(
            "select r.id, r.name, r.email from {} r where r.id in ({list}) and coalesce(r.is_active, 1) = 1 and r.deleted_at is null \
             order by r.id",
            object.def.table
        );
        let rows = reader.tx.query(&sql, &args)?;
        found.extend(rows.iter().map(|row| (row.id(0), row.text(1).to_string(), row.opt_text(2).map(str::to_string))));
    }
    Ok(found)
}

/// The members of a team.
pub fn members(reader: &mut Reader, team: Id) -> Result<Vec<Id>> {
    let sql = "select from_id from link where field = 'user.teams' and to_id = $1 order by from_id limit 201";
    Ok(reader.tx.query(sql, &[team.into()])?.iter().map(|row| row.id(0)).collect())
}
