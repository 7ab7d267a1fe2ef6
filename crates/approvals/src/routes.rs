//! Approvals by HTTP.

use std::sync::Arc;

use axum::extract::State;
use foundation::App;
use foundation::doors::body::Path;
use foundation::doors::{Body, Caller, Reply, Right, Route, problem};
use kernel::{Error, Id};

use crate::decide::Decision;
use crate::{Subject, decide, inbox};

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
    ]
}

async fn mine(State(app): State<App>, Caller(who): Caller) -> Answer {
    Ok(Reply::ok(app.read(&who, inbox::mine).await?))
}
