//! The plan by HTTP. Quotas themselves are records like any other.

use axum::extract::State;
use foundation::App;
use foundation::access::Action;
use foundation::doors::{Body, Caller, Params, Reply, Right, Route, problem};

use super::{fill, grid};

type Answer = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/plan",
            Right::WhatOneMaySee,
            "A year of quotas beside what was won, by person, team, territory or product line.",
            show,
        ),
        Route::put("/plan/cells", Right::Named(Action::Create), "Sets quotas, many at once.", cells),
        Route::post(
            "/plan/copies",
            Right::Named(Action::Create),
            "Makes quotas of an earlier year's, or of what was won in it.",
            copy,
        ),
    ]
}

async fn show(State(app): State<App>, Caller(who): Caller, Params(asked): Params<grid::Asked>) -> Answer {
    Ok(Reply::ok(app.read(&who, move |reader| grid::show(reader, &asked)).await?))
}

async fn cells(State(app): State<App>, Caller(who): Caller, Body(new): Body<fill::Cells>) -> Answer {
    let done = app.write(&who, move |op| {
        let told = fill::cells(op, &new)?;
        Ok(Reply::ok(told).change(op.change))
    });
    Ok(done.await?)
}

async fn copy(State(app): State<App>, Caller(who): Caller, Body(new): Body<fill::Copy>) -> Answer {
    let done = app.write(&who, move |op| {
        let told = fill::copy(op, &new)?;
        Ok(Reply::ok(told).change(op.change))
    });
    Ok(done.await?)
}
