//! What changes of activities mean.

use events::facts::has_changed;
use events::sales::{ActivityCompleted, ActivityLogged, ActivityPlanned};
use events::{Facts, NewEvent, RecordView, Situation};
use jiff::tz::TimeZone;
use kernel::{Time, Value};

use super::Activity;
use super::series::Series;
use crate::recurrence::Rule;

/// What has no last moment is over then.
pub const FOREVER: Time = Time(253_370_764_800_000);
/// Reminders are at most four weeks early.
const EARLIEST_MINUTES: i64 = 28 * 24 * 60;

/// The facts of activities.
pub struct ActivityFacts;

impl Facts for ActivityFacts {
    fn concerns(&self, object: &str) -> bool {
        object == super::ACTIVITY
    }

    fn settle(
        &self,
        _: &str,
        before: Option<&dyn RecordView>,
        after: &dyn RecordView,
        situation: &mut dyn Situation,
    ) -> Vec<(&'static str, Value)> {
        let mut follows = done(before, after, situation);
        follows.extend(recurring(after, situation));
        follows
    }

    fn faults(&self, _: &str, after: &dyn RecordView) -> Vec<(&'static str, &'static str, String)> {
        let mut faults = Vec::new();
        if let Some(rule) = after.text(Activity::REPEATS) {
            let read = Rule::parse(rule);
            let is_by_hour = read.as_ref().is_ok_and(Rule::is_by_hour);
            if let Err(why) = read {
                faults.push((Activity::REPEATS, "recurrence.unreadable", why));
            } else if is_by_hour && after.is(Activity::IS_ALL_DAY) {
                let why = "what takes a whole day does not repeat by the hour".to_string();
                faults.push((Activity::REPEATS, "recurrence.unreadable", why));
            } else if anchor(after).is_none() {
                let why = "what repeats needs a start, or a day on which it is due".to_string();
                faults.push((Activity::REPEATS, "recurrence.no_start", why));
            }
        }
        if let Some(zone) = after.text(Activity::TIME_ZONE)
            && TimeZone::get(zone).is_err()
        {
            faults.push((Activity::TIME_ZONE, "unknown_zone", format!("there is no time zone `{zone}`")));
        }
        if let (Some(start), Some(end)) = (after.time(Activity::STARTS_AT), after.time(Activity::ENDS_AT))
            && end < start
        {
            faults.push((Activity::ENDS_AT, "too_small", "it cannot end before it starts".into()));
        }
        if let Value::Int(minutes) = after.value(Activity::REMIND_BEFORE)
            && !(0..=EARLIEST_MINUTES).contains(minutes)
        {
            let why = format!("a reminder is 0 to {EARLIEST_MINUTES} minutes early");
            faults.push((Activity::REMIND_BEFORE, if *minutes < 0 { "too_small" } else { "too_large" }, why));
        }
        faults
    }

    fn on_change(&self, _: &str, before: Option<&dyn RecordView>, after: Option<&dyn RecordView>) -> Vec<NewEvent> {
        after.map(|after| told(before, after)).unwrap_or_default()
    }
}

/// When it takes place: its start, for a task without one when it is due.
pub fn anchor(after: &dyn RecordView) -> Option<Time> {
    after.time(Activity::STARTS_AT).or_else(|| after.time(Activity::DUE_AT))
}

/// The caller of this change said nothing about the field.
fn is_untouched(before: Option<&dyn RecordView>, after: &dyn RecordView, field: &str) -> bool {
    match before {
        Some(before) => before.value(field) == after.value(field),
        None => after.value(field).is_null(),
    }
}

fn done(
    before: Option<&dyn RecordView>,
    after: &dyn RecordView,
    situation: &mut dyn Situation,
) -> Vec<(&'static str, Value)> {
    let was_done = before.is_some_and(|before| before.is(Activity::IS_DONE));
    match (was_done, after.is(Activity::IS_DONE)) {
        (false, true) if after.value(Activity::DONE_AT).is_null() => {
            vec![(Activity::DONE_AT, Value::Time(situation.now()))]
        }
        (true, false) if is_untouched(before, after, Activity::DONE_AT) => vec![(Activity::DONE_AT, Value::Null)],
        (false, false)
            if !after.value(Activity::DONE_AT).is_null() && has_changed(before, after, Activity::DONE_AT) =>
        {
            vec![(Activity::IS_DONE, Value::Bool(true))]
        }
        _ => Vec::new(),
    }
}

/// The zone of what repeats is its owner's where nobody says one, and its end is kept beside it so that a stretch of days
/// finds it by an index.
fn recurring(after: &dyn RecordView, situation: &mut dyn Situation) -> Vec<(&'static str, Value)> {
    let mut follows = Vec::new();
    if after.text(Activity::REPEATS).is_none() {
        for field in [Activity::REPEATS_UNTIL, Activity::SKIPPED] {
            if !after.value(field).is_null() {
                follows.push((field, Value::Null));
            }
        }
        return follows;
    }
    let mut zone = after.text(Activity::TIME_ZONE).map(str::to_string);
    if zone.is_none() {
        let owner = after.link(Activity::OWNER).and_then(|owner| situation.record("user", owner));
        let named = owner.and_then(|owner| owner.text("time_zone")).unwrap_or("UTC").to_string();
        follows.push((Activity::TIME_ZONE, Value::Text(named.clone())));
        zone = Some(named);
    }
    let until = Series::of_view(after, zone.as_deref()).map(|series| series.over_at());
    if let Some(until) = until
        && *after.value(Activity::REPEATS_UNTIL) != Value::Time(until)
    {
        follows.push((Activity::REPEATS_UNTIL, Value::Time(until)));
    }
    follows
}

fn told(before: Option<&dyn RecordView>, after: &dyn RecordView) -> Vec<NewEvent> {
    let activity = after.id();
    let what = after.text(Activity::KIND).unwrap_or("task").to_string();
    let subject = after.text(Activity::SUBJECT).unwrap_or_default().to_string();
    let outcome = after.text(Activity::OUTCOME).map(str::to_string);
    let is_done = after.is(Activity::IS_DONE);
    let mut event = match before {
        None if is_done => NewEvent::of(ActivityLogged { activity, what, subject, outcome }),
        // One moment of what recurs, changed: it was planned when the whole was.
        None if after.link(Activity::SERIES).is_some() => return Vec::new(),
        None => NewEvent::of(ActivityPlanned { activity, what, subject }),
        Some(before) if is_done && !before.is(Activity::IS_DONE) => {
            NewEvent::of(ActivityCompleted { activity, what, subject, outcome })
        }
        Some(_) => return Vec::new(),
    };
    if is_done {
        event.at = after.time(Activity::DONE_AT);
    }
    vec![event.on("activity", activity)]
}
