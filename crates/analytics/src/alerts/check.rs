//! Looks at what an alert watches when a step of it is over, under the rights of its owner, and writes down what it saw.

use channels::outbox;
use events::NewEvent;
use events::analytics::{AlertEnded, AlertRaised};
use foundation::access::{Principal, people};
use foundation::jobs::{Job, Work};
use foundation::ledger::{self, Entry};
use foundation::{App, Operation};
use kernel::{Currency, Error, Id, Result};
use serde_json::{Value as Json, json};

use super::queries::{self, Stored};
use super::tell::{self, Follower};
use super::watched::{self, Judged, Point, Rule, State, Watch, What};
use crate::period::Period;
use crate::scorecards::catalogue;
use crate::scorecards::figures::Step;
use crate::sight;

/// The job that looks.
pub struct CheckWork;

impl CheckWork {
    pub const KIND: &'static str = "analysis.alert";
}

impl Work for CheckWork {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run(&self, app: &App, job: &Job) -> Result<Json> {
        let Some(id) = job.payload["alert"].as_str().and_then(Id::parse) else { return Ok(Json::Null) };
        let system = Principal::system("alerts");
        let Some(alert) = app.read_now(&system, |reader| queries::alert(reader.tx, id))? else { return Ok(Json::Null) };
        let (judged, currency) = look(app, &alert)?;
        let Some(judged) = judged else { return Ok(json!({ "state": null })) };
        let followers = tell::followers(app, &alert)?;
        let state = judged.state.name();
        let is_new = app.write_now(&system, move |op| note(op, &alert, &judged, currency, &followers))?;
        Ok(json!({ "state": state, "new": is_new }))
    }
}

/// The last step that is over and how it lies; none where there is no step at all.
fn look(app: &App, alert: &Stored) -> Result<(Option<Judged>, Option<Currency>)> {
    let watch = watch(alert)?;
    let refused = |points: &[Point]| points.last().map(|point| refused(point.period));
    let owner = match alert.owner.map(|owner| people::acting(app, owner)) {
        Some(Ok(owner)) => owner,
        // Who left is told nothing more; the alert waits for somebody who takes it over.
        None | Some(Err(Error::Unauthorized)) => return Ok((None, None)),
        Some(Err(fault)) => return Err(fault),
    };
    if !may(app, &owner, &watch)? {
        let (points, _) = watched::series(app, &Principal::system("alerts"), &watch, 1).unwrap_or_default();
        return Ok((refused(&points), None));
    }
    let (mut points, currency) = match watched::series(app, &owner, &watch, 1) {
        Ok(found) => found,
        // The question is gone, or says something that is no question any more: its page says so.
        Err(Error::NotFound | Error::Forbidden(_) | Error::Invalid(_)) => return Ok((None, None)),
        Err(fault) => return Err(fault),
    };
    app.read_now(&owner, |reader| with_kept(reader.tx, alert.id, &mut points))?;
    Ok((watched::judged(&watch, &points, currency, 1).pop(), currency))
}

fn refused(period: Period) -> Judged {
    let point = Point { period, value: None };
    Judged { point, state: State::NoRight, low: None, expected: None, high: None }
}

/// Whether somebody may be told what is watched. A question is asked under their rights anyway.
pub fn may(app: &App, who: &Principal, watch: &Watch) -> Result<bool> {
    match watch.what {
        What::Kpi(kpi) => app.read_now(who, |reader| Ok(sight::whole(reader, &kpi.made_of()).is_ok())),
        What::Question(_) => Ok(who.user.is_some()),
    }
}

/// What a stored alert watches.
pub fn watch(alert: &Stored) -> Result<Watch> {
    let what = match (alert.kpi.as_deref().and_then(catalogue::named), alert.question) {
        (Some(kpi), _) => What::Kpi(kpi),
        (None, Some(question)) => What::Question(question),
        (None, None) => return Err(Error::NotFound),
    };
    let step = Step::named(&alert.every)?;
    Ok(Watch { what, step, rule: rule(step, &alert.kind, alert.line, &alert.false_alarms)? })
}

/// The rule of these words.
pub fn rule(step: Step, kind: &str, line: Option<f64>, false_alarms: &str) -> Result<Rule> {
    let line = || line.ok_or_else(|| Error::invalid("line", "required", "say where the line is"));
    Ok(match kind {
        "above" => Rule::Above(line()?),
        "below" => Rule::Below(line()?),
        _ => Rule::Unusual(watched::one_in(step, false_alarms)?),
    })
}

/// A question that answers with one number has the past that earlier looks kept.
pub fn with_kept(tx: &mut db::Tx, alert: Id, points: &mut Vec<Point>) -> Result<()> {
    let [now] = points.as_slice() else { return Ok(()) };
    let now = *now;
    points.clear();
    for (since, until, value) in queries::values(tx, alert)? {
        let days = since.parse().ok().zip(until.parse().ok());
        let period = days.and_then(|(since, until)| Period::new(since, until));
        points.extend(period.filter(|period| *period != now.period).map(|period| Point { period, value }));
    }
    points.push(now);
    Ok(())
}

/// Writes down what was seen, in one transaction with what is told of it: a step is told once, whoever looks again.
fn note(
    op: &mut Operation,
    alert: &Stored,
    judged: &Judged,
    currency: Option<Currency>,
    followers: &[Follower],
) -> Result<bool> {
    // The state is that of this transaction, not of when the look began.
    let Some(alert) = queries::alert(op.tx, alert.id)? else { return Ok(false) };
    if !queries::put(op, alert.id, judged)? {
        return Ok(false);
    }
    let (before, now) = (alert.state, judged.state);
    if before == Some(now) {
        return Ok(true);
    }
    queries::stands(op, alert.id, now)?;
    let is_over = before.is_some_and(State::is_alarm) && matches!(now, State::Quiet | State::Watching);
    if !now.is_alarm() && !is_over {
        return Ok(true);
    }
    let (from, to) = (judged.point.period.from(), judged.point.period.to());
    let event = if is_over {
        NewEvent::of(AlertEnded { from, to })
    } else {
        NewEvent::of(AlertRaised { state: now.name().to_string(), from, to })
    };
    let entry = Entry {
        kind: event.kind,
        props: event.props,
        object: Some(super::ALERT.into()),
        record: Some(alert.id),
        label: Some(alert.name.clone()),
        ..Entry::default()
    };
    ledger::append(op, vec![entry])?;
    if alert.muted_until.is_some_and(|until| until > op.now) {
        return Ok(true);
    }
    queries::told(op, alert.id, &judged.point.period.from())?;
    let has_mail = outbox::has_mail(op.app);
    tell::all(op, &alert, judged, currency, is_over, followers, has_mail)?;
    Ok(true)
}
