//! What the page of an alert tells: the series with its band, how often it would have rung, and what was told.

use foundation::access::Principal;
use foundation::records::read;
use foundation::{App, Operation, Reader};
use kernel::{Error, Id, Result};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::queries::{self, Follows};
use super::watched::{self, Judged, Rule, State, Watch, What};
use super::{ALERT, check};
use crate::scorecards::catalogue;
use crate::scorecards::figures::{self, Step};

/// Steps that are shown with their band.
const SHOWN: usize = 52;

/// An alert as it might be, before it is made.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    #[serde(default)]
    kpi: Option<String>,
    #[serde(default)]
    question: Option<Id>,
    every: String,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    line: Option<f64>,
    #[serde(default)]
    false_alarms: Option<String>,
}

/// What would have come of an alert like this one.
pub fn preview(app: &App, who: &Principal, asked: &Asked) -> Result<Json> {
    let what = match (asked.kpi.as_deref().filter(|code| !code.is_empty()), asked.question) {
        (Some(code), _) => What::Kpi(
            catalogue::named(code)
                .ok_or_else(|| Error::invalid("kpi", "unknown", format!("there is no KPI `{code}`")))?,
        ),
        (None, Some(question)) => What::Question(question),
        (None, None) => return Err(Error::invalid("kpi", "required", "say what is to be watched")),
    };
    let step = step(&asked.every)?;
    let false_alarms = asked.false_alarms.as_deref().unwrap_or_default();
    let rule = check::rule(step, asked.kind.as_deref().unwrap_or_default(), asked.line, false_alarms)?;
    shown(app, who, &Watch { what, step, rule }, None)
}

fn step(every: &str) -> Result<Step> {
    match Step::named(every) {
        Ok(step @ (Step::Day | Step::Week | Step::Month)) => Ok(step),
        _ => Err(Error::invalid("every", "unknown_option", format!("`{every}` is not day, week or month"))),
    }
}

/// The page of an alert that the caller may see, with figures as far as they may see those.
pub fn one(app: &App, who: &Principal, id: Id) -> Result<Json> {
    let (alert, told, follows) = app.read_now(who, |reader| {
        may_see(reader, id)?;
        let alert = queries::alert(reader.tx, id)?.ok_or(Error::NotFound)?;
        let told = queries::told_of(reader.tx, id)?;
        let mine = reader.who.user;
        let follows = queries::followers(reader.tx, id, alert.owner)?.into_iter().find(|one| Some(one.user) == mine);
        Ok((alert, told, follows))
    })?;
    let watch = check::watch(&alert)?;
    let is_mine = alert.owner.is_some() && alert.owner == who.user;
    // What earlier looks found in the answer to a question was found under its owner's rights.
    let kept = (is_mine || matches!(watch.what, What::Kpi(_))).then_some(id);
    let mut page = shown(app, who, &watch, kept)?;
    page["state"] = json!(alert.state.map(State::name));
    page["told"] = if page["allowed"] == true && kept.is_some() { json!(told) } else { json!([]) };
    page["follows"] = json!({
        "by_notice": follows.is_some_and(|follows| follows.by_notice),
        "by_mail": follows.is_some_and(|follows| follows.by_mail),
        "possible": is_mine || matches!(watch.what, What::Kpi(_)),
    });
    Ok(page)
}

fn shown(app: &App, who: &Principal, watch: &Watch, kept: Option<Id>) -> Result<Json> {
    let unit = match watch.what {
        What::Kpi(kpi) => kpi.unit.name(),
        What::Question(_) => "number",
    };
    let one_in = match watch.rule {
        Rule::Unusual(one_in) => Some(one_in),
        Rule::Above(_) | Rule::Below(_) => None,
    };
    if !check::may(app, who, watch)? {
        return Ok(json!({ "allowed": false, "unit": unit, "one_in": one_in, "points": [], "replayed": null }));
    }
    let (mut points, currency) = watched::series(app, who, watch, SHOWN)?;
    if let Some(id) = kept {
        app.read_now(who, |reader| check::with_kept(reader.tx, id, &mut points))?;
    }
    let judged = watched::judged(watch, &points, currency, SHOWN);
    let told = |value: Option<f64>| match (watch.what, currency) {
        (What::Kpi(kpi), _) => figures::told(kpi, value, currency.unwrap_or(kernel::Currency::EUR)),
        (What::Question(_), _) => json!(value),
    };
    let point = |one: &Judged| {
        json!({
            "from": one.point.period.from(), "to": one.point.period.to(), "value": told(one.point.value),
            "low": told(one.low), "expected": told(one.expected), "high": told(one.high), "state": one.state.name(),
        })
    };
    let looks = judged.iter().filter(|one| one.state != State::TooLittle).count();
    let alarms = judged.iter().filter(|one| one.state.is_alarm()).count();
    let tree = match watch.what {
        What::Kpi(kpi) => catalogue::tree(kpi.code).is_some(),
        What::Question(_) => false,
    };
    Ok(json!({
        "allowed": true, "unit": unit, "currency": currency, "one_in": one_in, "has_tree": tree,
        "now": judged.last().map(|one| one.state.name()),
        "points": judged.iter().map(point).collect::<Vec<_>>(), "replayed": { "looks": looks, "alarms": alarms },
    }))
}

fn may_see(reader: &mut Reader, id: Id) -> Result<()> {
    let object = reader.object(ALERT)?;
    read::get(reader, &object, id).map(drop)
}

/// How somebody wants to be told.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    by_notice: bool,
    by_mail: bool,
}

/// The caller follows an alert from now on, or does not.
pub fn follow(op: &mut Operation, id: Id, wish: Wish) -> Result<Json> {
    may_see(op, id)?;
    let user = op.who.user.ok_or(Error::Forbidden("only people follow alerts"))?;
    queries::follow(op, id, Follows { user, by_notice: wish.by_notice, by_mail: wish.by_mail })?;
    Ok(json!({ "by_notice": wish.by_notice, "by_mail": wish.by_mail }))
}
