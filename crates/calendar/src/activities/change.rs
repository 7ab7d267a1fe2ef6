//! Changing one moment of what recurs, that and all behind it, or all of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use foundation::Operation;
use foundation::access::Action;
use foundation::records::write::{self, Write};
use foundation::records::{Object, Record, input, read};
use jiff::SignedDuration;
use jiff::civil::Date;
use kernel::{Error, Id, Result, Time, Value};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::series::{Series, kept, moved, shifted};
use super::{ACTIVITY, Activity, queries};
use crate::recurrence::{End, Every, Rule, local};

/// How far a change goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    #[default]
    This,
    Following,
    All,
}

/// Fields that belong to the whole and not to one of its moments.
const OF_WHOLE: [&str; 4] = [Activity::REPEATS, Activity::SKIPPED, Activity::REPEATS_UNTIL, Activity::EXTERNAL_ID];
/// Fields that say what came of one moment.
const OF_ONE: [&str; 6] = [
    Activity::IS_DONE,
    Activity::DONE_AT,
    Activity::OUTCOME,
    Activity::SERIES,
    Activity::OCCURRENCE_AT,
    Activity::EXTERNAL_ID,
];

/// One moment of a series that the caller may change.
struct Moment {
    object: Arc<Object>,
    record: Record,
    series: Series,
    at: Time,
    /// The record that stands for it already, and whether it is in the bin.
    own: Option<(Id, bool)>,
}

/// What a change wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed {
    /// The record that has the change.
    pub record: Id,
    pub series: Id,
}

/// A living record that the caller may change; one that they may only see is refused, others are not there.
pub fn changeable(op: &mut Operation, object: &Arc<Object>, id: Id) -> Result<Record> {
    op.who.need(&object.def.name, Action::Update)?;
    let record = read::get(op, object, id)?;
    if record.deleted_at.is_some() {
        return Err(Error::NotFound);
    }
    if !queries::may_update(op, object, id)? {
        return Err(Error::Forbidden("changing this record"));
    }
    Ok(record)
}

fn find(op: &mut Operation, id: Id, at: Time) -> Result<Moment> {
    let object = op.object(ACTIVITY)?;
    let mut record = changeable(op, &object, id)?;
    let mut at = at;
    if let (Some(series), Value::Time(stands_for)) =
        (record.get(&object, Activity::SERIES).as_link(), record.get(&object, Activity::OCCURRENCE_AT))
    {
        at = *stands_for;
        record = changeable(op, &object, series)?;
    }
    let series = Series::of(&object, &record)
        .ok_or_else(|| Error::conflict("recurrence.none", "this activity does not repeat"))?;
    let own = queries::changes_of(op, &object, record.id)?.get(&at).map(|(id, _, is_gone)| (*id, *is_gone));
    if !series.holds(at) && own.is_none() {
        return Err(Error::NotFound);
    }
    Ok(Moment { object, record, series, at, own })
}

/// Writes values of the caller to one moment, to it and those behind it, or to all.
pub fn edit(op: &mut Operation, id: Id, at: Time, reach: Reach, body: &Map<String, Json>) -> Result<Changed> {
    let moment = find(op, id, at)?;
    let values = input::read(op, &moment.object, body)?;
    write(op, &moment, reach, values)
}

/// [`edit`] with values by field position.
pub fn write_at(op: &mut Operation, id: Id, at: Time, values: Vec<(usize, Value)>) -> Result<Changed> {
    let moment = find(op, id, at)?;
    write(op, &moment, Reach::This, values)
}

fn write(op: &mut Operation, moment: &Moment, reach: Reach, values: Vec<(usize, Value)>) -> Result<Changed> {
    let is_first = moment.series.course.from(Time(i64::MIN)).next() == Some(moment.at);
    match reach {
        Reach::This => one(op, moment, values),
        Reach::Following if !is_first => following(op, moment, values),
        Reach::Following | Reach::All => all(op, moment, values),
    }
}

fn one(op: &mut Operation, moment: &Moment, values: Vec<(usize, Value)>) -> Result<Changed> {
    let object = &moment.object;
    if values.iter().any(|(position, _)| object.def.position(Activity::REPEATS) == Some(*position)) {
        let why = "one moment does not repeat by itself; change all of them";
        return Err(Error::invalid(Activity::REPEATS, "recurrence.of_all", why));
    }
    let series = moment.record.id;
    let record = match moment.own {
        Some((id, false)) => write::apply_one(op, object, Write::Update { id, version: None, values })?.id,
        Some((_, true)) => return Err(Error::NotFound),
        None => {
            let mut copy = copied(moment, &[OF_WHOLE.as_slice(), OF_ONE.as_slice()].concat());
            put(object, &mut copy, Activity::SERIES, Value::Link(series));
            put(object, &mut copy, Activity::OCCURRENCE_AT, Value::Time(moment.at));
            keep_length(moment, &mut copy, &values);
            over(&mut copy, values);
            write::apply_one(op, object, Write::Create { values: copy })?.id
        }
    };
    Ok(Changed { record, series })
}

fn following(op: &mut Operation, moment: &Moment, values: Vec<(usize, Value)>) -> Result<Changed> {
    let Moment { object, series, at, .. } = moment;
    let mut rest = series.course.rule.clone();
    if let End::Count(count) = rest.end {
        let before = u32::try_from(series.course.before(*at)).unwrap_or(count);
        rest.end = End::Count(count.saturating_sub(before).max(1));
    }
    let by = moved_by(moment, &values);
    let says_rule = says(object, &values, Activity::REPEATS);
    if !says_rule {
        rest = on_other_days(rest, series, *at, by)?;
    }
    let skipped = series.skipped.iter().filter(|skipped| *skipped >= at);
    let skipped: BTreeSet<Time> = skipped.map(|skipped| shifted(*skipped, by, series.zone())).collect();
    let mut copy = copied(moment, &OF_ONE);
    put(object, &mut copy, Activity::REPEATS, Value::Text(rest.to_string()));
    put(object, &mut copy, Activity::SKIPPED, kept(&skipped));
    keep_length(moment, &mut copy, &values);
    over(&mut copy, values);
    let record = write::apply_one(op, object, Write::Create { values: copy })?.id;
    cut(op, moment)?;
    let later: Vec<(Id, Time)> = queries::changes_of(op, object, moment.record.id)?
        .range(*at..)
        .map(|(then, (id, _, _))| (*id, shifted(*then, by, series.zone())))
        .collect();
    follow_over(op, object, record, later)?;
    Ok(Changed { record, series: record })
}

fn all(op: &mut Operation, moment: &Moment, values: Vec<(usize, Value)>) -> Result<Changed> {
    let Moment { object, record, series, at, .. } = moment;
    let by = moved_by(moment, &values);
    let zone = series.zone();
    let says_rule = says(object, &values, Activity::REPEATS);
    let time = |field| if let Value::Time(at) = record.get(object, field) { Some(*at) } else { None };
    let mut whole = values.clone();
    for field in [Activity::STARTS_AT, Activity::ENDS_AT, Activity::DUE_AT] {
        let said = value_of(object, &values, field);
        let Some(of_first) = time(field) else { continue };
        match said {
            // What is said of this moment is said of the first, as far from its start as here.
            Some(Value::Time(said)) => {
                let (start, first) = (start_of(moment, &values), shifted(anchor(moment), by, zone));
                put(object, &mut whole, field, Value::Time(shifted(first, moved(start, *said, zone), zone)));
            }
            Some(_) => {}
            None => put(object, &mut whole, field, Value::Time(shifted(of_first, by, zone))),
        }
    }
    if !by.is_zero() {
        if !says_rule {
            let rule = on_other_days(series.course.rule.clone(), series, *at, by)?;
            put(object, &mut whole, Activity::REPEATS, Value::Text(rule.to_string()));
        }
        let skipped: BTreeSet<Time> = series.skipped.iter().map(|skipped| shifted(*skipped, by, zone)).collect();
        put(object, &mut whole, Activity::SKIPPED, kept(&skipped));
        let own = queries::changes_of(op, object, record.id)?;
        let own = own.into_iter().map(|(then, (id, _, _))| (id, shifted(then, by, zone))).collect();
        follow_over(op, object, record.id, own)?;
    }
    write::apply_one(op, object, Write::Update { id: record.id, version: None, values: whole })?;
    Ok(Changed { record: record.id, series: record.id })
}

/// Takes one moment out, it and those behind it, or all.
pub fn remove(op: &mut Operation, id: Id, at: Time, reach: Reach) -> Result<Changed> {
    let moment = find(op, id, at)?;
    let Moment { object, record, series, .. } = &moment;
    let is_first = series.course.from(Time(i64::MIN)).next() == Some(moment.at);
    match (reach, moment.own) {
        (Reach::This, Some((id, _))) => write::apply_one(op, object, Write::Trash { id })?,
        (Reach::This, None) => {
            let mut skipped = series.skipped.clone();
            skipped.insert(moment.at);
            let mut values = Vec::new();
            put(object, &mut values, Activity::SKIPPED, kept(&skipped));
            write::apply_one(op, object, Write::Update { id: record.id, version: None, values })?
        }
        (Reach::Following, _) if !is_first => {
            let later = queries::changes_of(op, object, record.id)?;
            let later = later.range(moment.at..).filter(|(_, (_, _, is_gone))| !is_gone);
            let writes = later.map(|(_, (id, _, _))| Write::Trash { id: *id }).collect();
            write::apply(op, object, writes)?.into_iter().collect::<Result<Vec<_>>>()?;
            cut(op, &moment)?
        }
        (Reach::Following | Reach::All, _) => write::apply_one(op, object, Write::Trash { id: record.id })?,
    };
    Ok(Changed { record: record.id, series: record.id })
}

/// Ends a series before a moment.
fn cut(op: &mut Operation, moment: &Moment) -> Result<write::Written> {
    let Moment { object, record, series, at, .. } = moment;
    let mut rule = series.course.rule.clone();
    rule.end = End::Until(Time(at.0 - 1_000));
    let skipped: BTreeSet<Time> = series.skipped.range(..*at).copied().collect();
    let mut values = Vec::new();
    put(object, &mut values, Activity::REPEATS, Value::Text(rule.to_string()));
    put(object, &mut values, Activity::SKIPPED, kept(&skipped));
    write::apply_one(op, object, Write::Update { id: record.id, version: None, values })
}

/// Changed moments belong to a series, each to the moment at which it would have been there.
fn follow_over(op: &mut Operation, object: &Arc<Object>, series: Id, own: Vec<(Id, Time)>) -> Result<()> {
    let writes = own
        .into_iter()
        .map(|(id, then)| {
            let mut values = Vec::new();
            put(object, &mut values, Activity::SERIES, Value::Link(series));
            put(object, &mut values, Activity::OCCURRENCE_AT, Value::Time(then));
            Write::Amend { id, values }
        })
        .collect();
    write::apply(op, object, writes)?.into_iter().collect::<Result<Vec<_>>>().map(drop)
}

/// The values of a series as they are at one of its moments.
fn copied(moment: &Moment, without: &[&str]) -> Vec<(usize, Value)> {
    let Moment { object, record, series, at, .. } = moment;
    let by = moved(anchor(moment), *at, series.zone());
    let fields = object.def.fields.iter().enumerate();
    let own = fields.filter(|(_, field)| !field.kind.is_computed() && !without.contains(&field.name.as_str()));
    let mut values: Vec<(usize, Value)> = own
        .map(|(position, _)| (position, record.value(position).clone()))
        .filter(|(_, value)| !value.is_null())
        .collect();
    for field in [Activity::STARTS_AT, Activity::DUE_AT] {
        if let Value::Time(first) = record.get(object, field) {
            put(object, &mut values, field, Value::Time(shifted(*first, by, series.zone())));
        }
    }
    if let Some(end) = series.end_of(*at) {
        put(object, &mut values, Activity::ENDS_AT, Value::Time(end));
    }
    values
}

/// When the first of a series begins.
fn anchor(moment: &Moment) -> Time {
    let time = |field| if let Value::Time(at) = moment.record.get(&moment.object, field) { Some(*at) } else { None };
    time(Activity::STARTS_AT).or_else(|| time(Activity::DUE_AT)).unwrap_or(moment.at)
}

/// When a moment begins after a change.
fn start_of(moment: &Moment, values: &[(usize, Value)]) -> Time {
    let has_start = !moment.record.get(&moment.object, Activity::STARTS_AT).is_null();
    let field = if has_start { Activity::STARTS_AT } else { Activity::DUE_AT };
    match value_of(&moment.object, values, field) {
        Some(Value::Time(at)) => *at,
        _ => moment.at,
    }
}

fn moved_by(moment: &Moment, values: &[(usize, Value)]) -> SignedDuration {
    moved(moment.at, start_of(moment, values), moment.series.zone())
}

/// What was moved without a word about its end lasts as long as before.
fn keep_length(moment: &Moment, copy: &mut Vec<(usize, Value)>, values: &[(usize, Value)]) {
    if let Some(end) = moment.series.end_of(moment.at) {
        let by = moved_by(moment, values);
        put(&moment.object, copy, Activity::ENDS_AT, Value::Time(shifted(end, by, moment.series.zone())));
    }
}

/// A rule whose moments go to another day with the one that was moved.
fn on_other_days(mut rule: Rule, series: &Series, at: Time, by: SignedDuration) -> Result<Rule> {
    let (here, there) = (local(at, series.zone()), local(shifted(at, by, series.zone()), series.zone()));
    let (from, to) = (here.date(), there.date());
    if !rule.hours.is_empty() && here.hour() != there.hour() {
        let why = "the rule says at which hours it is; change the rule";
        return Err(Error::invalid(Activity::STARTS_AT, "recurrence.says_days", why));
    }
    if from == to {
        return Ok(rule);
    }
    let says_day = !(rule.weekdays.is_empty() && rule.month_days.is_empty());
    let is_plain = rule.weeks.is_empty() && rule.year_days.is_empty() && rule.positions.is_empty();
    let is_same_month = from.month() == to.month();
    let refused = || {
        let why = "the rule says on which days it is; change the rule";
        Err(Error::invalid(Activity::STARTS_AT, "recurrence.says_days", why))
    };
    if !is_plain || !rule.months.is_empty() && !is_same_month {
        return refused();
    }
    if !says_day {
        return Ok(rule);
    }
    let is_numbered = rule.weekdays.iter().any(|(nth, _)| nth.is_some());
    if rule.month_days.is_empty() && !is_numbered {
        let days = to.duration_since(from).as_hours() / 24;
        for (_, weekday) in &mut rule.weekdays {
            *weekday = weekday.wrapping_add(days);
        }
    } else if rule.month_days == [from.day()] && rule.weekdays.is_empty() && is_same_month {
        rule.month_days = vec![to.day()];
    } else if let ([(Some(nth), _)], true, Every::Month) = (rule.weekdays.as_slice(), is_same_month, rule.every) {
        rule.weekdays = vec![(Some(nth_of(to, *nth < 0)), to.weekday())];
    } else {
        return refused();
    }
    Ok(rule)
}

/// Which of its weekday a day is in its month.
fn nth_of(day: Date, from_end: bool) -> i8 {
    if from_end { -((day.days_in_month() - day.day()) / 7 + 1) } else { (day.day() - 1) / 7 + 1 }
}

fn value_of<'v>(object: &Object, values: &'v [(usize, Value)], field: &str) -> Option<&'v Value> {
    let position = object.def.position(field)?;
    values.iter().rev().find(|(at, _)| *at == position).map(|(_, value)| value)
}

fn says(object: &Object, values: &[(usize, Value)], field: &str) -> bool {
    value_of(object, values, field).is_some()
}

/// Sets a value among others.
pub fn put(object: &Object, values: &mut Vec<(usize, Value)>, field: &str, value: Value) {
    if let Some(position) = object.def.position(field) {
        values.retain(|(at, _)| *at != position);
        values.push((position, value));
    }
}

fn over(values: &mut Vec<(usize, Value)>, with: Vec<(usize, Value)>) {
    values.retain(|(position, _)| !with.iter().any(|(other, _)| other == position));
    values.extend(with);
}
