//! The outlook by HTTP.

use axum::extract::State;
use foundation::App;
use foundation::doors::{Caller, Params, Reply, Right, Route, problem};
use jiff::civil::Date;
use kernel::Error;
use serde::Deserialize;
use serde_json::json;

type Answer = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/analytics/outlook",
            Right::WhatOneMaySee,
            "What deals will bring in coming months, learned of their past, and how good that would have been.",
            show,
        ),
        Route::post("/analytics/outlook/learn", Right::WhatOneMaySee, "Learns it anew.", learn).bodiless(),
    ]
}

/// As known at the end of which day; now, unless said.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Asked {
    as_of: Option<String>,
}

async fn show(State(app): State<App>, Caller(who): Caller, Params(asked): Params<Asked>) -> Answer {
    let as_of = asked.as_of.as_deref().filter(|day| !day.is_empty()).map(|text| {
        text.parse::<Date>().map_err(|_| Error::invalid("as_of", "not_a_date", "must be a day like 2026-01-31"))
    });
    let as_of = as_of.transpose()?;
    Ok(Reply::ok(app.read(&who, move |reader| super::show(reader, as_of)).await?))
}

async fn learn(State(app): State<App>, Caller(who): Caller) -> Answer {
    let started = app.write(&who, |op| Ok(Reply::accepted(json!({ "job": super::start(op)?.to_json() }))));
    Ok(started.await?)
}
