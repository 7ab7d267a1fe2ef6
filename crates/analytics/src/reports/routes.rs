//! Reports by HTTP; the records themselves are made, changed and listed as all records are.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use foundation::App;
use foundation::doors::{Caller, Reply, Right, Route, problem};
use kernel::{Error, Id, Result};
use serde_json::json;

use super::send;

type Answer = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/analytics/reports/{id}/runs",
            Right::WhatOneMaySee,
            "What was sent of a report, when and to whom.",
            runs,
        ),
        Route::get(
            "/analytics/reports/{id}/report.pdf",
            Right::WhatOneMaySee,
            "A report as it would be sent now.",
            paper,
        ),
        Route::post("/analytics/reports/{id}/letters", Right::WhatOneMaySee, "Sends a report now.", now).bodiless(),
    ]
}

fn id_of(text: &str) -> Result<Id> {
    Id::parse(text).ok_or(Error::NotFound)
}

async fn runs(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.read(&who, move |reader| send::history(reader, id)).await?))
}

async fn now(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    let job = app.write(&who, move |op| send::now(op, id)).await?;
    Ok(Reply::accepted(json!({ "job": job.to_json() })))
}

async fn paper(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> problem::Result<Response> {
    let id = id_of(&id)?;
    let made = tokio::task::spawn_blocking(move || send::on_paper(&app, &who, id)).await.map_err(Error::internal)??;
    let mut response = made.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"report.pdf\""));
    Ok(response)
}
