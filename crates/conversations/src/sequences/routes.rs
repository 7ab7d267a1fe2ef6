//! Sequences by HTTP; the sequences themselves are records like any other.

use axum::extract::State;
use foundation::App;
use foundation::access::Action;
use foundation::doors::body::Path;
use foundation::doors::{Body, Caller, Params, Reply, Right, Route, problem};
use kernel::{Error, Id, Result};
use serde::Deserialize;

use super::enrol::{self, Wanted, Wish};
use super::show::{self, Asked};
use super::steps::{self, Said};

type Answer = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    let change = Right::Named(Action::Update);
    vec![
        Route::get("/mail_sequences/{id}/steps", Right::WhatOneMaySee, "The steps of a sequence.", list),
        Route::put("/mail_sequences/{id}/steps", change, "Says the steps of a sequence, in order.", put),
        Route::get(
            "/mail_sequences/{id}/figures",
            Right::WhatOneMaySee,
            "What each step of a sequence came to.",
            figures,
        ),
        Route::get(
            "/mail_sequences/{id}/people",
            Right::WhatOneMaySee,
            "Who is on a sequence, or behind a figure of it.",
            people,
        ),
        Route::post(
            "/mail_sequences/{id}/people",
            Right::WhatOneMaySee,
            "Puts contacts or leads on a sequence: now, or as a job when they are many.",
            enrol,
        ),
        Route::post(
            "/mail_sequences/enrolments/{id}/state",
            Right::WhatOneMaySee,
            "Holds somebody on a sequence, lets them go on, or takes them off.",
            change_one,
        ),
        Route::get(
            "/{objects}/{id}/sequences",
            Right::On(Action::Read),
            "Sequences that a record is or was on.",
            of_record,
        ),
    ]
}

fn id_of(text: &str) -> Result<Id> {
    Id::parse(text).ok_or(Error::NotFound)
}

async fn list(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.read(&who, move |reader| steps::list(reader, id)).await?))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Steps {
    steps: Vec<Said>,
}

async fn put(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>, Body(said): Body<Steps>) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.write(&who, move |op| steps::put(op, id, &said.steps)).await?))
}

async fn figures(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.read(&who, move |reader| show::figures(reader, id)).await?))
}

async fn people(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<String>,
    Params(asked): Params<Asked>,
) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.read(&who, move |reader| show::people(reader, id, &asked)).await?))
}

async fn enrol(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>, Body(wish): Body<Wish>) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.write(&who, move |op| enrol::enrol(op, id, &wish)).await?))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wished {
    to: Wanted,
}

async fn change_one(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<String>,
    Body(wished): Body<Wished>,
) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.write(&who, move |op| enrol::change(op, id, wished.to)).await?))
}

async fn of_record(State(app): State<App>, Caller(who): Caller, Path((objects, id)): Path<(String, String)>) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.read(&who, move |reader| show::of_record(reader, &objects, id)).await?))
}
