//! The calendar by the API: what takes place in a stretch of time, and changes of single moments.

use axum::extract::State;
use foundation::App;
use foundation::access::Action;
use foundation::doors::body::{Params, Path};
use foundation::doors::{Body, Caller, Reply, Right, Route, problem};
use kernel::{Error, Id, Result, Time};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::change::{self, Changed, Reach};
use super::stretch::{self, Asked};

type Answer = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/calendar",
            Right::WhatOneMaySee,
            "What takes place from one moment to another (`from`, `to`), of oneself, of an `owner` or of `all`: activities \
             with each of their moments.",
            show,
        ),
        Route::patch(
            "/activities/{id}/occurrences/{at}",
            Right::Named(Action::Update),
            "Changes one moment of an activity that repeats, that and those behind it, or all: `reach` is `this`, \
             `following` or `all`.",
            edit,
        ),
        Route::delete(
            "/activities/{id}/occurrences/{at}",
            Right::Named(Action::Update),
            "Takes one moment of an activity that repeats out, that and those behind it, or all (`reach`, `this` \
             unless something else is said).",
            remove,
        ),
    ]
}

async fn show(State(app): State<App>, Caller(who): Caller, Params(asked): Params<Asked>) -> Answer {
    Ok(Reply::ok(app.read(&who, move |reader| stretch::show(reader, &asked)).await?))
}

fn place((id, at): &(String, String)) -> Result<(Id, Time)> {
    Id::parse(id).zip(Time::parse(at)).ok_or(Error::NotFound)
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    reach: Reach,
    values: Map<String, Json>,
}

async fn edit(
    State(app): State<App>,
    Caller(who): Caller,
    Path(path): Path<(String, String)>,
    Body(asked): Body<Edit>,
) -> Answer {
    let (id, at) = place(&path)?;
    let done = app.write(&who, move |op| {
        let changed = change::edit(op, id, at, asked.reach, &asked.values)?;
        Ok(Reply::ok(told(changed)).change(op.change))
    });
    Ok(done.await?)
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Removal {
    #[serde(default)]
    reach: Reach,
}

async fn remove(
    State(app): State<App>,
    Caller(who): Caller,
    Path(path): Path<(String, String)>,
    Params(asked): Params<Removal>,
) -> Answer {
    let (id, at) = place(&path)?;
    let done = app.write(&who, move |op| {
        let changed = change::remove(op, id, at, asked.reach)?;
        Ok(Reply::ok(told(changed)).change(op.change))
    });
    Ok(done.await?)
}

fn told(changed: Changed) -> Json {
    serde_json::json!({ "id": changed.record, "series": changed.series })
}
