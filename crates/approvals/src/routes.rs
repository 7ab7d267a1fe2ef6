//! Approvals by HTTP.

use std::sync::Arc;

use axum::extract::State;
use foundation::App;
use foundation::doors::body::Path;
use foundation::doors::{Body, Caller, Reply, Right, Route, problem};
use kernel::{Error, Id};

use crate::decide::Decision;
use crate::{Subject, absence, decide, inbox};

type Answer = problem::Result<Reply>;

/// The routes, with what may be approved.
pub fn routes(subjects: Vec<Arc<dyn Subject>>) -> Vec<Route> {
    let decided = async move |State(app): State<App>,
                              Caller(who): Caller,
                              Path(id): Path<String>,
                              Body(said): Body<Decision>|
                -> Answer {
        let id = Id::parse(&id).ok_or(Error::NotFound)?;
        let subjects = subjects.clone();
        let written = app.write(&who, move |op| decide::decide(op, &subjects, id, &said));
        Ok(Reply::ok(written.await?))
    };
    vec![
        Route::get("/approvals", Right::Own, "What waits for the caller's decision, and what they asked for.", mine),
        Route::post(
            "/approvals/{id}/decision",
            Right::Own,
            "Approves or refuses what the caller was asked for.",
            decided,
        ),
        Route::get("/me/absences", Right::Own, "When the caller is away, and who decides in their place.", absences),
        Route::post("/me/absences", Right::Own, "Says who decides in the caller's place, from when to when.", away),
        Route::delete("/me/absences/{id}", Right::Own, "Takes an absence back.", back),
    ]
}

async fn mine(State(app): State<App>, Caller(who): Caller) -> Answer {
    Ok(Reply::ok(app.read(&who, inbox::mine).await?))
}

async fn absences(State(app): State<App>, Caller(who): Caller) -> Answer {
    Ok(Reply::ok(app.read(&who, absence::list).await?))
}

async fn away(State(app): State<App>, Caller(who): Caller, Body(wish): Body<absence::Wish>) -> Answer {
    Ok(Reply::ok(app.write(&who, move |op| absence::add(op, &wish)).await?))
}

async fn back(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = Id::parse(&id).ok_or(Error::NotFound)?;
    app.write(&who, move |op| absence::remove(op, id)).await?;
    Ok(Reply::nothing())
}
