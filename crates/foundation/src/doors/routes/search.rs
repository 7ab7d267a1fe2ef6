//! Search: one box over everything, and the pickers of links.

use axum::extract::State;
use serde::Deserialize;
use serde_json::json;

use crate::access::Action;
use crate::app::App;
use crate::doors::body::Path;
use crate::doors::problem;
use crate::doors::{Caller, Params, Reply, Right, Route};
use crate::search;

type Answer = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/search", Right::WhatOneMaySee, "Everything that fits what was typed, grouped by object.", find),
        Route::get("/{objects}/suggest", Right::On(Action::Read), "Records of one object for a link picker.", suggest),
    ]
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Typed {
    q: String,
    limit: Option<usize>,
    object: Option<String>,
}

/// Hits of each object unless more are asked for.
const HITS: usize = 5;

async fn find(State(app): State<App>, Caller(who): Caller, Params(typed): Params<Typed>) -> Answer {
    let limit = typed.limit.unwrap_or(HITS);
    let found = app.read(&who, move |reader| search::find(reader, &typed.q, typed.object.as_deref(), limit)).await?;
    Ok(Reply::ok(json!(found)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Asked {
    q: String,
    limit: Option<usize>,
}

async fn suggest(
    State(app): State<App>,
    Caller(who): Caller,
    Path(objects): Path<String>,
    Params(asked): Params<Asked>,
) -> Answer {
    let limit = asked.limit.unwrap_or(10);
    let found = app.read(&who, move |reader| {
        let object = reader.object(&objects)?;
        search::suggest_links(reader, &object.def.name, &asked.q, limit)
    });
    Ok(Reply::ok(json!({ "data": found.await? })))
}
