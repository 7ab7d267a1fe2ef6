//! A calendar: the records of a stretch of days by one of their dates, a few for each day and how many more there are.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use db::Arg;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::object::FieldType;
use kernel::{Error, Id, Result, Time};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::catalogue::Object;
use super::read::{self, ListQuery};
use super::{ask, figures, groups};
use crate::access::Action;
use crate::operation::Reader;

/// Days of one answer.
const MOST_DAYS: i64 = 100;
/// Records shown for one day, at most and unless said otherwise.
const MOST_A_DAY: usize = 200;
const USUAL_A_DAY: usize = 5;
/// Records shown in one answer.
const MOST_SHOWN: usize = 2_000;
/// Records that are counted; a stretch with more says that its counts are not exact.
const MOST_COUNTED: usize = 50_000;
/// What lasts longer than this many days is not looked for before the stretch.
const LONGEST_DAYS: i64 = 92;

/// One of the moments for which a record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence {
    pub record: Id,
    /// When it begins, which is what names it.
    pub at: Time,
    pub ends_at: Option<Time>,
}

/// What a domain knows of an object whose records may stand for many moments: a meeting every Tuesday is one record.
pub trait Recurs: Send + Sync {
    /// The object's name.
    fn object(&self) -> &'static str;

    /// The records that stand for one moment only, as a condition on the alias `r`.
    fn once(&self) -> &'static str;

    /// The moments of the others by one of their times, from `from` to `to` (exclusive), in order. Which records is a
    /// condition on the alias `r` with its arguments; what has begun before `from` and is not over belongs to it.
    fn occurrences(
        &self,
        reader: &mut Reader,
        object: &Arc<Object>,
        field: &str,
        which: (&str, &[Arg]),
        stretch: (Time, Time),
    ) -> Result<Vec<Occurrence>>;
}

/// What is asked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    pub field: String,
    /// Where a record ends, if it lasts.
    #[serde(default)]
    pub end: Option<String>,
    pub from: String,
    /// The last day.
    pub to: String,
    #[serde(default)]
    pub filter: Option<Json>,
    #[serde(default)]
    pub fields: Vec<String>,
    #[serde(default)]
    pub per_day: Option<usize>,
}

/// A date or a time of a record.
struct Moment {
    column: String,
    is_time: bool,
}

impl Moment {
    fn read(reader: &Reader, object: &Object, name: &str, at: &str) -> Result<Moment> {
        if let Some(column) = figures::system_time(name) {
            return Ok(Moment { column: column.into(), is_time: true });
        }
        let position = figures::visible(reader, object, name, at)?;
        let stored = object.field(position).map(|field| field.kind.stored());
        let is_time = match stored {
            Some(FieldType::Time) => true,
            Some(FieldType::Date) => false,
            _ => return Err(Error::invalid(at, "wrong_type", format!("`{name}` is neither a date nor a time"))),
        };
        let column = object.columns_of(position).first().ok_or(Error::NotFound)?;
        Ok(Moment { column: format!("r.{}", column.name), is_time })
    }

    /// The first moment of a day, as the column holds it.
    fn start(&self, day: Date, zone: &TimeZone) -> Arg {
        if !self.is_time {
            return Arg::Text(day.to_string());
        }
        let start = day.to_zoned(zone.clone()).map(|zoned| zoned.timestamp().as_millisecond());
        Arg::Int(start.unwrap_or_else(|_| kernel::Time::midnight(day).0))
    }

    fn day(&self, value: &Arg, zone: &TimeZone) -> Option<Date> {
        match value {
            Arg::Text(day) => day.parse().ok(),
            Arg::Int(ms) => {
                jiff::Timestamp::from_millisecond(*ms).ok().map(|stamp| stamp.to_zoned(zone.clone()).date())
            }
            Arg::Null | Arg::Real(_) | Arg::Id(_) | Arg::Bytes(_) => None,
        }
    }
}

#[derive(Default)]
struct Day {
    count: usize,
    shown: Vec<(Option<Time>, Id, Option<Occurrence>)>,
}

fn day(text: &str, at: &str) -> Result<Date> {
    text.trim().parse().map_err(|_| Error::invalid(at, "not_a_date", "must be a date, 2017-06-30"))
}

fn midnight(day: Date, zone: &TimeZone) -> Time {
    let start = day.to_zoned(zone.clone()).map(|zoned| Time(zoned.timestamp().as_millisecond()));
    start.unwrap_or_else(|_| Time::midnight(day))
}

/// The days that have something. A record that recurs stands on each of its days, with `occurrence` saying which it is.
pub fn days(reader: &mut Reader, object: &Arc<Object>, asked: &Asked) -> Result<Json> {
    let zone = TimeZone::get(&reader.who.zone).unwrap_or(TimeZone::UTC);
    days_in(reader, object, asked, &zone)
}

/// [`days`] in a zone.
pub fn days_in(reader: &mut Reader, object: &Arc<Object>, asked: &Asked, zone: &TimeZone) -> Result<Json> {
    reader.who.need(&object.def.name, Action::Read)?;
    let (from, to) = (day(&asked.from, "/from")?, day(&asked.to, "/to")?);
    if to < from {
        return Err(Error::invalid("/to", "too_small", "the last day is not before the first"));
    }
    let length = from.until(to).map_err(|_| Error::invalid("/to", "too_large", "too far away"))?.get_days() + 1;
    if i64::from(length) > MOST_DAYS {
        return Err(Error::invalid("/to", "too_large", format!("at most {MOST_DAYS} days at once")));
    }
    let per_day = asked.per_day.unwrap_or(USUAL_A_DAY).clamp(1, MOST_A_DAY);
    let per_day = per_day.min((MOST_SHOWN / usize::try_from(length).unwrap_or(1)).max(1));
    let start = Moment::read(reader, object, &asked.field, "/field")?;
    let end = asked.end.as_deref().map(|end| Moment::read(reader, object, end, "/end")).transpose()?;
    let only = groups::fields(reader, object, &asked.fields, "/fields")?;
    let filter = match ask::asked(reader, asked.filter.as_ref())? {
        Some(question) => Some(ask::checked(reader, object, &question)?),
        None => None,
    };
    let query = ListQuery { filter, ..ListQuery::default() };
    let (mut conditions, args) = read::conditions(reader, object, &query)?;
    let next = to.tomorrow().unwrap_or(Date::MAX);

    let recurs = reader.app.recurs(&object.def.name).filter(|_| start.is_time).cloned();
    let repeated = match &recurs {
        Some(recurs) => {
            let stretch = (midnight(from, zone), midnight(next, zone));
            let found = recurs.occurrences(reader, object, &asked.field, (&conditions, &args), stretch)?;
            conditions = format!("{conditions} and {}", recurs.once());
            found
        }
        None => Vec::new(),
    };
    let mut stretches = vec![(from, next, None)];
    if let Some(end) = &end {
        let before = from.checked_sub(LONGEST_DAYS.days()).unwrap_or(Date::MIN);
        stretches.insert(0, (before, from, Some(end)));
    }
    let mut days: BTreeMap<Date, Day> = BTreeMap::new();
    let mut counted = 0;
    let mut is_exact = true;
    for (first, last, not_over) in stretches {
        let mut args = args.clone();
        args.extend([start.start(first, zone), start.start(last, zone)]);
        let column = &start.column;
        let mut wanted = format!("{column} >= ${} and {column} < ${}", args.len() - 1, args.len());
        if let Some(end) = not_over {
            args.push(end.start(from, zone));
            wanted.push_str(&format!(" and {} >= ${}", end.column, args.len()));
        }
        let sql = format!(
            "select r.id, {column} from {} r where {wanted} and {conditions} order by {column}, r.id limit {}",
            object.def.table,
            MOST_COUNTED + 1
        );
        reader.tx.each(&sql, &args, |row| {
            if counted == MOST_COUNTED {
                is_exact = false;
                return Ok(false);
            }
            counted += 1;
            let Some(day) = start.day(row.get(1), zone) else { return Ok(true) };
            let day = days.entry(day.max(from)).or_default();
            day.count += 1;
            if day.shown.len() < per_day {
                let at = if let Arg::Int(ms) = row.get(1) { Some(Time(*ms)) } else { None };
                day.shown.push((at, row.id(0), None));
            }
            Ok(true)
        })?;
    }

    for occurrence in repeated {
        let Some(day) = start.day(&Arg::Int(occurrence.at.0), zone) else { continue };
        let day = days.entry(day.max(from)).or_default();
        day.count += 1;
        day.shown.push((Some(occurrence.at), occurrence.record, Some(occurrence)));
    }
    for day in days.values_mut() {
        day.shown.sort_by_key(|(at, _, _)| *at);
        day.shown.truncate(per_day);
    }

    let mut ids: Vec<Id> = days.values().flat_map(|day| day.shown.iter().map(|(_, id, _)| *id)).collect();
    ids.sort_unstable();
    ids.dedup();
    figures::looked(reader, object, std::iter::once(asked.field.as_str()), &ids);
    let records = read::get_many(reader, object, &ids)?;
    let shown = read::show(reader, object, &records, only.as_deref())?;
    let shown: HashMap<Id, Json> = records.iter().map(|record| record.id).zip(shown).collect();
    let days: Vec<Json> = days
        .into_iter()
        .map(|(date, day)| {
            let one = |(_, id, occurrence): &(Option<Time>, Id, Option<Occurrence>)| {
                let mut record = shown.get(id)?.clone();
                if let Some(occurrence) = occurrence {
                    record["occurrence"] = json!({ "at": occurrence.at, "ends_at": occurrence.ends_at });
                }
                Some(record)
            };
            let data: Vec<Json> = day.shown.iter().filter_map(one).collect();
            json!({ "date": date.to_string(), "count": day.count, "more": day.count - day.shown.len(), "data": data })
        })
        .collect();
    Ok(json!({ "zone": zone.iana_name().unwrap_or("UTC"), "exact": is_exact, "days": days }))
}
