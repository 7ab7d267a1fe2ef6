//! Questions in SQL by HTTP.

use axum::extract::State;
use foundation::App;
use foundation::doors::{Body, Caller, Reply, Right, Route, problem};
use kernel::Error;
use serde::Deserialize;

use super::answer::{Asking, Stop};
use super::tables;

type Answer = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/analytics/sql/tables", Right::WhatOneMaySee, "The tables that one may ask in SQL.", all),
        Route::post("/analytics/sql", Right::WhatOneMaySee, "Asks a question in SQL over what one may read.", ask),
    ]
}

async fn all(State(app): State<App>, Caller(who): Caller) -> Answer {
    Ok(Reply::ok(app.read(&who, |reader| Ok(tables::to_json(reader))).await?))
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    sql: String,
    #[serde(default)]
    limit: Option<usize>,
}

/// Stops the question when whoever asked goes away.
struct Waits(Stop);

impl Drop for Waits {
    fn drop(&mut self) {
        self.0.interrupt();
    }
}

async fn ask(State(app): State<App>, Caller(who): Caller, Body(asked): Body<Question>) -> Answer {
    let asking = tokio::task::spawn_blocking(Asking::new).await.map_err(Error::internal)??;
    let _waits = Waits(asking.stop());
    let answer = tokio::task::spawn_blocking(move || asking.answer(&app, &who, &asked.sql, asked.limit));
    Ok(Reply::ok(answer.await.map_err(Error::internal)??))
}
