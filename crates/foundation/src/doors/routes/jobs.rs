//! Jobs: how far work has come that outlives its request, and how to stop it.

use axum::extract::State;
use kernel::{Error, Id};

use crate::app::App;
use crate::doors::body::Path;
use crate::doors::problem;
use crate::doors::{Caller, Reply, Right, Route};
use crate::jobs;

type Answer = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/jobs/{id}", Right::Own, "How far a job of the caller has come.", one),
        Route::post("/jobs/{id}/cancel", Right::Own, "Stops a job after the part in hand.", cancel).bodiless(),
    ]
}

async fn one(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = Id::parse(&id).ok_or(Error::NotFound)?;
    let status = app.read(&who, move |reader| jobs::status(reader, id)).await?;
    Ok(Reply::ok(status.to_json()))
}

async fn cancel(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = Id::parse(&id).ok_or(Error::NotFound)?;
    let status = app.write(&who, move |op| jobs::cancel(op, id)).await?;
    Ok(Reply::ok(status.to_json()))
}
