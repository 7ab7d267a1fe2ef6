//! Who is busy when, by the API.

use std::collections::BTreeSet;

use axum::extract::State;
use foundation::company::calendars;
use foundation::doors::body::Params;
use foundation::doors::{Caller, Reply, Right, Route, problem};
use foundation::records::read;
use foundation::{App, Reader};
use jiff::tz::TimeZone;
use kernel::{Error, Id, Result};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{Span, common, of, queries};
use crate::activities::{ACTIVITY, stretch};

/// People of one answer.
const MOST: usize = 200;
/// Free stretches of one answer.
const MOST_FREE: usize = 300;

pub fn routes() -> Vec<Route> {
    vec![Route::get(
        "/calendar/busy",
        Right::WhatOneMaySee,
        "When `users` (ids, with commas) or the members of a `team` are busy from one moment to another (`from`, `to`), and \
         with `minutes` when all of them are free within working hours (`calendar`, the company's unless said).",
        show,
    )]
}

/// Of whom, and when.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    from: String,
    to: String,
    #[serde(default)]
    users: Option<String>,
    #[serde(default)]
    team: Option<Id>,
    #[serde(default)]
    minutes: Option<i64>,
    /// A business calendar.
    #[serde(default)]
    calendar: Option<Id>,
}

async fn show(State(app): State<App>, Caller(who): Caller, Params(asked): Params<Asked>) -> problem::Result<Reply> {
    Ok(Reply::ok(app.read(&who, move |reader| busy(reader, &asked)).await?))
}

/// `{"zone","data":[{"user","name","busy":[{"at","ends_at"}]}],"free":[{"at","ends_at"}]}`. Only people that the caller may
/// see are told of, and of them only when.
fn busy(reader: &mut Reader, asked: &Asked) -> Result<Json> {
    reader.who.need(ACTIVITY, foundation::access::Action::Read)?;
    let zone = TimeZone::get(&reader.who.zone).unwrap_or(TimeZone::UTC);
    let window = stretch::window(&asked.from, &asked.to, &zone)?;
    let mut users = BTreeSet::new();
    for text in asked.users.as_deref().unwrap_or_default().split(',').map(str::trim).filter(|text| !text.is_empty()) {
        users.insert(Id::parse(text).ok_or_else(|| Error::invalid("users", "not_an_id", "no user has this id"))?);
    }
    if let Some(team) = asked.team {
        let teams = reader.object("team")?;
        read::get(reader, &teams, team)?;
        users.extend(queries::members(reader, team)?);
    }
    if users.is_empty() && asked.team.is_none() {
        users.extend(reader.who.user);
    }
    if users.len() > MOST {
        return Err(Error::TooLarge(format!("{MOST} people at once")));
    }
    if let Some(minutes) = asked.minutes.filter(|minutes| !(5..=24 * 60).contains(minutes)) {
        let code = if minutes < 5 { "too_small" } else { "too_large" };
        return Err(Error::invalid("minutes", code, "from 5 minutes to a day"));
    }
    let object = reader.object("user")?;
    let users: Vec<Id> = users.into_iter().collect();
    let seen: Vec<Id> = read::get_many(reader, &object, &users)?.iter().map(|record| record.id).collect();
    let people = queries::working(reader, &seen)?;
    let ids: Vec<Id> = people.iter().map(|(id, _, _)| *id).collect();
    let busy = of(reader, &ids, window, &BTreeSet::new())?;
    let told = |spans: &[Span]| -> Vec<Json> {
        spans.iter().map(|(at, ends_at)| json!({ "at": at, "ends_at": ends_at })).collect()
    };
    let of_one = |id: &Id| busy.get(id).map(Vec::as_slice).unwrap_or_default();
    let data: Vec<Json> =
        people.iter().map(|(id, name, _)| json!({ "user": id, "name": name, "busy": told(of_one(id)) })).collect();
    let free = match asked.minutes {
        Some(minutes) => {
            let calendar = calendars::load(reader.tx, asked.calendar)?;
            let spans: Vec<&[Span]> = ids.iter().map(of_one).collect();
            let window = (window.0.max(reader.now), window.1);
            Some(told(&common(&calendar, &spans, window, minutes, minutes.min(30), MOST_FREE)))
        }
        None => None,
    };
    Ok(json!({ "zone": zone.iana_name().unwrap_or("UTC"), "data": data, "free": free }))
}
