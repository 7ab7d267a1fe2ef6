//! Predictions and points by HTTP.

use axum::extract::State;
use foundation::App;
use foundation::doors::body::Path;
use foundation::doors::{Body, Caller, Reply, Right, Route, problem};
use kernel::{Error, Id};
use serde_json::json;

use super::{Asked, answers};
use crate::scoring::{self, rules};

type Answer = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/analytics/predictions", Right::WhatOneMaySee, "What is foretold, and how well.", list),
        Route::post(
            "/analytics/predictions",
            Right::Admin,
            "Has something foretold of the records of an object.",
            create,
        ),
        Route::get("/analytics/predictions/{id}", Right::WhatOneMaySee, "One prediction with its versions.", show),
        Route::put(
            "/analytics/predictions/{id}",
            Right::Admin,
            "Changes a prediction and has it learned anew.",
            change,
        ),
        Route::delete("/analytics/predictions/{id}", Right::Admin, "Drops a prediction with its fields.", remove),
        Route::post(
            "/analytics/predictions/{id}/learn",
            Right::Admin,
            "Has a prediction learned anew, in a job.",
            learn,
        )
        .bodiless(),
        Route::get(
            "/analytics/foretold/{object}/{id}",
            Right::WhatOneMaySee,
            "What is foretold of one record, and why.",
            of_record,
        ),
        Route::get("/analytics/score-rules", Right::WhatOneMaySee, "The rules of a lead's points.", rules_of),
        Route::put(
            "/analytics/score-rules",
            Right::Admin,
            "Sets the rules of a lead's points and counts anew.",
            set_rules,
        ),
    ]
}

fn id_of(text: &str) -> kernel::Result<Id> {
    Id::parse(text).ok_or(Error::NotFound)
}

async fn list(State(app): State<App>, Caller(who): Caller) -> Answer {
    Ok(Reply::ok(app.read(&who, answers::list).await?))
}

async fn show(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.read(&who, move |reader| answers::show(reader, id)).await?))
}

async fn create(State(app): State<App>, Caller(who): Caller, Body(asked): Body<Asked>) -> Answer {
    Ok(app.write(&who, move |op| Ok(Reply::created(super::create(op, asked.clone())?))).await?)
}

async fn change(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<String>,
    Body(asked): Body<Asked>,
) -> Answer {
    let id = id_of(&id)?;
    Ok(app.write(&who, move |op| Ok(Reply::ok(super::change(op, id, asked.clone())?))).await?)
}

async fn remove(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    Ok(app
        .write(&who, move |op| {
            super::remove(op, id)?;
            Ok(Reply::nothing())
        })
        .await?)
}

async fn learn(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    let started = app.write(&who, move |op| Ok(Reply::accepted(json!({ "job": super::start(op, id)?.to_json() }))));
    Ok(started.await?)
}

async fn of_record(State(app): State<App>, Caller(who): Caller, Path((plural, id)): Path<(String, String)>) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.read(&who, move |reader| answers::of_record(reader, &plural, id)).await?))
}

async fn rules_of(State(app): State<App>, Caller(who): Caller) -> Answer {
    Ok(Reply::ok(app.read(&who, rules::show).await?))
}

async fn set_rules(State(app): State<App>, Caller(who): Caller, Body(asked): Body<scoring::Rules>) -> Answer {
    Ok(app.write(&who, move |op| Ok(Reply::ok(rules::set(op, asked.clone())?))).await?)
}
