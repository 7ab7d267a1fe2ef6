//! Reports of operations by HTTP.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use documents::workbook;
use foundation::App;
use foundation::access::Action;
use foundation::doors::body::Path;
use foundation::doors::{Caller, Params, Reply, Right, Route, problem};
use kernel::{Error, Result};
use serde_json::json;

use super::{Asked, NAMES, paper, sheet};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/sales/reports/{report}",
            Right::WhatOneMaySee,
            "A report of sales over a period beside another: pipeline changes, funnel, velocity, sources, response, ageing, leaders.",
            show,
        ),
        Route::get(
            "/sales/reports/{report}/rows",
            Right::WhatOneMaySee,
            "The records that a figure of a report is made of.",
            rows,
        ),
        Route::get("/sales/reports/{report}/report.pdf", Right::WhatOneMaySee, "The same report to print.", on_paper),
        Route::get(
            "/sales/reports/{report}/report.xlsx",
            Right::WhatOneMaySee,
            "The same report as a workbook; needs the right to export deals.",
            as_workbook,
        ),
    ]
}

async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    Path(name): Path<String>,
    Params(asked): Params<Asked>,
) -> problem::Result<Reply> {
    let told = app.read(&who, move |reader| super::answer(reader, &name, &asked)).await?;
    Ok(Reply::ok(json!(told)))
}

async fn rows(
    State(app): State<App>,
    Caller(who): Caller,
    Path(name): Path<String>,
    Params(asked): Params<Asked>,
) -> problem::Result<Reply> {
    Ok(Reply::ok(app.read(&who, move |reader| super::rows(reader, &name, &asked)).await?))
}

async fn on_paper(
    State(app): State<App>,
    Caller(who): Caller,
    Path(name): Path<String>,
    Params(asked): Params<Asked>,
) -> problem::Result<Response> {
    let known = NAMES.iter().find(|known| **known == name).ok_or(Error::NotFound)?;
    let read = app.read(&who, move |reader| {
        let told = super::answer(reader, known, &asked)?;
        paper::report(reader, &told)
    });
    let report = read.await?;
    let made: Result<Vec<u8>> =
        tokio::task::spawn_blocking(move || documents::report(&report)).await.map_err(Error::internal)?;
    Ok(file(made?, "application/pdf", &format!("{known}.pdf")))
}

async fn as_workbook(
    State(app): State<App>,
    Caller(who): Caller,
    Path(name): Path<String>,
    Params(asked): Params<Asked>,
) -> problem::Result<Response> {
    let known = NAMES.iter().find(|known| **known == name).ok_or(Error::NotFound)?;
    let read = app.read(&who, move |reader| {
        reader.who.need("deal", Action::Export)?;
        let told = super::answer(reader, known, &asked)?;
        Ok(sheet::sheets(&told, &reader.who.language))
    });
    let sheets = read.await?;
    let made: Result<Vec<u8>> =
        tokio::task::spawn_blocking(move || workbook::xlsx(&sheets)).await.map_err(Error::internal)?;
    Ok(file(made?, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", &format!("{known}.xlsx")))
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
