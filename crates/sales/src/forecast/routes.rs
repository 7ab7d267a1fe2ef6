//! The forecast by HTTP.

use axum::extract::State;
use foundation::App;
use foundation::access::Action;
use foundation::doors::body::Path;
use foundation::doors::{Body, Caller, Params, Reply, Right, Route, problem};
use kernel::{Error, Id};

use super::{Asked, overrides, sheet};

type Answer = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/forecast",
            Right::WhatOneMaySee,
            "What will be sold in a period, by person with everybody below, beside the plan; also as known on a past day.",
            show,
        ),
        Route::post(
            "/forecast/overrides",
            Right::Named(Action::Read),
            "Says what somebody will sell, with a reason, instead of what follows of the deals.",
            say,
        ),
        Route::get(
            "/forecast/overrides/{person}",
            Right::WhatOneMaySee,
            "Everything that was said of somebody's period, newest first.",
            history,
        ),
    ]
}

async fn show(State(app): State<App>, Caller(who): Caller, Params(asked): Params<Asked>) -> Answer {
    Ok(Reply::ok(app.read(&who, move |reader| sheet::show(reader, &asked)).await?))
}

async fn say(State(app): State<App>, Caller(who): Caller, Body(new): Body<overrides::New>) -> Answer {
    let done = app.write(&who, move |op| Ok(Reply::ok(overrides::say(op, &new)?)));
    Ok(done.await?)
}

async fn history(
    State(app): State<App>,
    Caller(who): Caller,
    Path(person): Path<String>,
    Params(asked): Params<Asked>,
) -> Answer {
    let person = Id::parse(&person).ok_or(Error::NotFound)?;
    Ok(Reply::ok(app.read(&who, move |reader| overrides::history(reader, &asked, person)).await?))
}
