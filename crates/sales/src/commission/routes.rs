//! Commissions by HTTP.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use documents::workbook;
use foundation::App;
use foundation::access::Action;
use foundation::doors::body::Path;
use foundation::doors::{Body, Caller, Params, Reply, Right, Route, problem};
use kernel::{Error, Id, Result};
use serde::Deserialize;

use super::{paper, plans, splits, statement};

type Answer = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    let see = Right::WhatOneMaySee;
    let change = || Right::Named(Action::Update);
    vec![
        Route::get(
            "/commissions/plans",
            see,
            "Commission plans: what they say from when on, and who is on them.",
            list,
        ),
        Route::post(
            "/commissions/plans/{plan}/versions",
            change(),
            "Adds what a plan says from a day on.",
            add_version,
        ),
        Route::put(
            "/commissions/versions/{version}",
            change(),
            "Changes a version that was not used yet.",
            change_version,
        ),
        Route::delete("/commissions/versions/{version}", change(), "Takes an unused version away.", delete_version),
        Route::put(
            "/commissions/plans/{plan}/people",
            change(),
            "Says who is on a plan, from when to when.",
            set_people,
        ),
        Route::post("/commissions/reckonings", change(), "Looks again at what was sold since a day.", reckon),
        Route::post(
            "/commissions/worked",
            Right::WhatOneMaySee,
            "What a deal would earn, and how it comes about.",
            worked,
        ),
        Route::get("/commissions/team", Right::WhatOneMaySee, "What everybody one answers for earns by a month.", team),
        Route::get(
            "/commissions/statement",
            Right::WhatOneMaySee,
            "What somebody earns by a month, line by line.",
            show,
        ),
        Route::get("/commissions/statement/report.pdf", Right::WhatOneMaySee, "The same to print.", on_paper),
        Route::get("/commissions/statement/report.xlsx", Right::WhatOneMaySee, "The same as a workbook.", as_workbook),
        Route::post("/commissions/{person}/{month}/closure", change(), "Closes somebody's month.", close).bodiless(),
        Route::delete("/commissions/{person}/{month}/closure", change(), "Opens it again.", reopen),
        Route::post(
            "/commissions/{person}/{month}/notes",
            Right::WhatOneMaySee,
            "Says something about a statement.",
            say,
        ),
        Route::post(
            "/commissions/notes/{note}/settlement",
            change(),
            "Says that what was said is settled.",
            settle_note,
        )
        .bodiless(),
        Route::get("/deals/{id}/splits", Right::WhatOneMaySee, "Who shares a deal.", show_splits),
        Route::put("/deals/{id}/splits", change(), "Says who shares a deal; what is left is its owner's.", set_splits),
    ]
}

fn parsed(id: &str) -> Result<Id> {
    Id::parse(id).ok_or(Error::NotFound)
}

/// The month that is asked for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct OfMonth {
    month: Option<String>,
}

/// From when on it is looked again.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Since {
    since: String,
}

async fn list(State(app): State<App>, Caller(who): Caller) -> Answer {
    Ok(Reply::ok(app.read(&who, plans::list).await?))
}

async fn add_version(
    State(app): State<App>,
    Caller(who): Caller,
    Path(plan): Path<String>,
    Body(new): Body<plans::NewVersion>,
) -> Answer {
    let plan = parsed(&plan)?;
    Ok(app.write(&who, move |op| Ok(Reply::created(plans::add_version(op, plan, &new)?))).await?)
}

async fn change_version(
    State(app): State<App>,
    Caller(who): Caller,
    Path(version): Path<String>,
    Body(new): Body<plans::NewVersion>,
) -> Answer {
    let version = parsed(&version)?;
    Ok(app.write(&who, move |op| plans::change_version(op, version, &new).map(|()| Reply::nothing())).await?)
}

async fn delete_version(State(app): State<App>, Caller(who): Caller, Path(version): Path<String>) -> Answer {
    let version = parsed(&version)?;
    Ok(app.write(&who, move |op| plans::delete_version(op, version).map(|()| Reply::nothing())).await?)
}

async fn set_people(
    State(app): State<App>,
    Caller(who): Caller,
    Path(plan): Path<String>,
    Body(new): Body<plans::Members>,
) -> Answer {
    let plan = parsed(&plan)?;
    Ok(app.write(&who, move |op| plans::set_members(op, plan, &new).map(|()| Reply::nothing())).await?)
}

async fn reckon(State(app): State<App>, Caller(who): Caller, Body(new): Body<Since>) -> Answer {
    Ok(app.write(&who, move |op| plans::reckon_again(op, &new.since).map(|()| Reply::nothing())).await?)
}

async fn worked(State(app): State<App>, Caller(who): Caller, Body(example): Body<plans::Example>) -> Answer {
    Ok(Reply::ok(app.read(&who, move |reader| plans::worked(reader, &example)).await?))
}

async fn team(State(app): State<App>, Caller(who): Caller, Params(asked): Params<OfMonth>) -> Answer {
    Ok(Reply::ok(app.read(&who, move |reader| statement::team(reader, asked.month.as_deref())).await?))
}

async fn show(State(app): State<App>, Caller(who): Caller, Params(asked): Params<statement::Asked>) -> Answer {
    Ok(Reply::ok(app.read(&who, move |reader| statement::show(reader, &asked)).await?))
}

async fn on_paper(
    State(app): State<App>,
    Caller(who): Caller,
    Params(asked): Params<statement::Asked>,
) -> problem::Result<Response> {
    let read = app.read(&who, move |reader| {
        let statement = statement::read(reader, &asked)?;
        Ok((paper::report(reader, &statement)?, statement.month))
    });
    let (report, month) = read.await?;
    let made: Result<Vec<u8>> =
        tokio::task::spawn_blocking(move || documents::report(&report)).await.map_err(Error::internal)?;
    Ok(file(made?, "application/pdf", &format!("commissions-{month}.pdf")))
}

async fn as_workbook(
    State(app): State<App>,
    Caller(who): Caller,
    Params(asked): Params<statement::Asked>,
) -> problem::Result<Response> {
    let read = app.read(&who, move |reader| {
        let statement = statement::read(reader, &asked)?;
        Ok((paper::sheets(&statement, &reader.who.language), statement.month))
    });
    let (sheets, month) = read.await?;
    let made: Result<Vec<u8>> =
        tokio::task::spawn_blocking(move || workbook::xlsx(&sheets)).await.map_err(Error::internal)?;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(file(made?, kind, &format!("commissions-{month}.xlsx")))
}

fn file(bytes: Vec<u8>, kind: &'static str, name: &str) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

async fn close(State(app): State<App>, Caller(who): Caller, Path((person, month)): Path<(String, String)>) -> Answer {
    let person = parsed(&person)?;
    Ok(app.write(&who, move |op| statement::close(op, person, &month).map(|()| Reply::nothing())).await?)
}

async fn reopen(State(app): State<App>, Caller(who): Caller, Path((person, month)): Path<(String, String)>) -> Answer {
    let person = parsed(&person)?;
    Ok(app.write(&who, move |op| statement::reopen(op, person, &month).map(|()| Reply::nothing())).await?)
}

async fn say(
    State(app): State<App>,
    Caller(who): Caller,
    Path((person, month)): Path<(String, String)>,
    Body(new): Body<statement::NewNote>,
) -> Answer {
    let person = parsed(&person)?;
    Ok(app.write(&who, move |op| Ok(Reply::created(statement::say(op, person, &month, &new)?))).await?)
}

async fn settle_note(State(app): State<App>, Caller(who): Caller, Path(note): Path<String>) -> Answer {
    let note = parsed(&note)?;
    Ok(app.write(&who, move |op| statement::settle_note(op, note).map(|()| Reply::nothing())).await?)
}

async fn show_splits(State(app): State<App>, Caller(who): Caller, Path(deal): Path<String>) -> Answer {
    let deal = parsed(&deal)?;
    Ok(Reply::ok(app.read(&who, move |reader| splits::show(reader, deal)).await?))
}

async fn set_splits(
    State(app): State<App>,
    Caller(who): Caller,
    Path(deal): Path<String>,
    Body(new): Body<splits::Shares>,
) -> Answer {
    let deal = parsed(&deal)?;
    Ok(app.write(&who, move |op| Ok(Reply::ok(splits::set(op, deal, &new)?))).await?)
}
