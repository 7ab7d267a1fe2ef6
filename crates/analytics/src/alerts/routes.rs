//! Alerts by HTTP; the records themselves are made, changed and listed as all records are.

use axum::extract::{Path, State};
use foundation::App;
use foundation::doors::{Body, Caller, Params, Reply, Right, Route, problem};
use kernel::{Error, Id, Result};

use super::page::{self, Asked, Wish};

type Answer = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/analytics/alerts/preview", Right::WhatOneMaySee, "What an alert would have rung for.", preview),
        Route::get("/analytics/alerts/{id}", Right::WhatOneMaySee, "The series of an alert with its band.", one),
        Route::put(
            "/analytics/alerts/{id}/following",
            Right::WhatOneMaySee,
            "How the caller is told of an alert.",
            follow,
        ),
    ]
}

fn id_of(text: &str) -> Result<Id> {
    Id::parse(text).ok_or(Error::NotFound)
}

async fn preview(State(app): State<App>, Caller(who): Caller, Params(asked): Params<Asked>) -> Answer {
    let answer = tokio::task::spawn_blocking(move || page::preview(&app, &who, &asked));
    Ok(Reply::ok(answer.await.map_err(Error::internal)??))
}

async fn one(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    let answer = tokio::task::spawn_blocking(move || page::one(&app, &who, id));
    Ok(Reply::ok(answer.await.map_err(Error::internal)??))
}

async fn follow(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>, Body(wish): Body<Wish>) -> Answer {
    let id = id_of(&id)?;
    Ok(app.write(&who, move |op| Ok(Reply::ok(page::follow(op, id, wish)?))).await?)
}
