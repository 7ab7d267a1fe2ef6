//! Quotes by HTTP. The records themselves are listed and read like any other.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use foundation::access::Action;
use foundation::company::appearance;
use foundation::doors::body::Path;
use foundation::doors::{Body, Caller, Once, Reply, Right, Route, problem};
use foundation::{App, idempotency};
use kernel::{Error, Id, Result};
use serde_json::json;

use super::{document, paper, queries, settings, sheet, steps, talk};

type Answer = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    let changes = Right::Named(Action::Update);
    let seen = Right::WhatOneMaySee;
    vec![
        Route::post(
            "/quotes/drafts",
            Right::Named(Action::Create),
            "Begins a quote, from a deal with its customer and products or from nothing.",
            begin,
        )
        .repeatable(),
        Route::get("/quotes/settings", Right::Own, "How the company offers.", company),
        Route::put("/quotes/settings", Right::Admin, "Changes how the company offers.", set_company),
        Route::get(
            "/quotes/{id}/sheet",
            seen,
            "A quote with its lines, versions, and what needs approval and why.",
            show,
        ),
        Route::put("/quotes/{id}/sheet", changes, "Writes a quote with its lines, priced anew.", save),
        Route::get("/quotes/{id}/paper", seen, "The quote as PDF, as it would be sent now.", preview),
        Route::get("/quotes/{id}/versions/{version}/paper", seen, "The PDF of a version as it was sent.", sent_paper),
        Route::get("/quotes/{id}/acceptance", seen, "Who accepted a quote, with the evidence of it.", acceptance),
        Route::post("/quotes/{id}/submission", changes, "Submits a draft for approval.", submit),
        Route::delete("/quotes/{id}/submission", changes, "Takes a submitted or approved quote back.", take_back),
        Route::post(
            "/quotes/{id}/sending",
            changes,
            "Freezes the version and makes its link; by mail if wanted.",
            send,
        ),
        Route::get("/quotes/{id}/talk", seen, "What the customer asked about a quote, and what was answered.", talk_of),
        Route::post(
            "/quotes/{id}/talk",
            changes,
            "Answers a question about a quote; the customer is told by mail.",
            answer,
        ),
        Route::post("/quotes/{id}/revision", changes, "Begins the next version.", revise).bodiless(),
        Route::post("/quotes/{id}/withdrawal", changes, "Takes a quote back from its customer.", withdraw).bodiless(),
    ]
}

fn id_of(text: &str) -> Result<Id> {
    Id::parse(text).ok_or(Error::NotFound)
}

async fn begin(State(app): State<App>, Caller(who): Caller, Once { value, claim }: Once<steps::Begun>) -> Answer {
    let made = app.write(&who, move |op| idempotency::once(op, claim.as_ref(), |op| steps::begin(op, &value)));
    Ok(Reply::created(made.await?))
}

async fn company(State(app): State<App>, Caller(who): Caller) -> Answer {
    Ok(Reply::ok(app.read(&who, |reader| Ok(json!(settings::get(reader)?))).await?))
}

async fn set_company(State(app): State<App>, Caller(who): Caller, Body(wanted): Body<settings::Settings>) -> Answer {
    Ok(Reply::ok(app.write(&who, move |op| Ok(json!(settings::set(op, &wanted)?))).await?))
}

async fn show(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.read(&who, move |reader| sheet::show(reader, id)).await?))
}

async fn save(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<String>,
    Body(wanted): Body<sheet::Wanted>,
) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.write(&who, move |op| sheet::save(op, id, &wanted)).await?))
}

async fn talk_of(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.read(&who, move |reader| talk::list(reader, id)).await?))
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Answered {
    text: String,
}

async fn answer(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<String>,
    Body(said): Body<Answered>,
) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.write(&who, move |op| talk::answer(op, id, &said.text)).await?))
}

/// A PDF to look at. It is made beside the database and its threads.
pub(super) fn pdf(bytes: Vec<u8>, name: &str) -> Response {
    let plain: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if let Ok(value) = HeaderValue::from_str(&format!("inline; filename=\"{plain}.pdf\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    // The workspace shows it within its own page, and nobody else does.
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    let policy = HeaderValue::from_static(
        "default-src 'none'; frame-ancestors 'self'; object-src 'self'; plugin-types application/pdf",
    );
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// The paper of a document, made on a thread of its own.
async fn printed(app: &App, document: document::Document) -> Result<Vec<u8>> {
    let logo = app.db().read_async(|tx| match appearance::logo(tx) {
        Ok(logo) => Ok(Some(logo)),
        Err(Error::NotFound) => Ok(None),
        Err(fault) => Err(fault),
    });
    let logo = logo.await?;
    tokio::task::spawn_blocking(move || paper::pdf(&document, logo)).await.map_err(Error::internal)?
}

async fn preview(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> problem::Result<Response> {
    let id = id_of(&id)?;
    let read = app.read(&who, move |reader| {
        let (object, quote) = super::load(reader, id)?;
        document::of_quote(reader, &object, &quote)
    });
    let document = read.await?;
    let name = document.number.clone();
    Ok(pdf(printed(&app, document).await?, &name))
}

async fn sent_paper(
    State(app): State<App>,
    Caller(who): Caller,
    Path((id, version)): Path<(String, String)>,
) -> problem::Result<Response> {
    let (id, version) = (id_of(&id)?, id_of(&version)?);
    let read = app.read(&who, move |reader| {
        let (_, quote) = super::load(reader, id)?;
        let version = queries::version_by_id(reader, version)?.filter(|version| version.quote == id);
        let version = version.ok_or(Error::NotFound)?;
        let paper = queries::paper(reader, version.id)?.ok_or(Error::NotFound)?;
        Ok((paper, format!("{}-{}", quote.title, version.revision)))
    });
    let (paper, name) = read.await?;
    Ok(pdf(paper, &name))
}

async fn acceptance(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    let read = app.read(&who, move |reader| {
        super::load(reader, id)?;
        let row = queries::acceptance(reader, id)?.ok_or(Error::NotFound)?;
        let hex = |column: usize| -> String {
            row.opt_bytes(column).unwrap_or_default().iter().map(|byte| format!("{byte:02x}")).collect()
        };
        let chosen: serde_json::Value = serde_json::from_str(row.text(8)).unwrap_or_default();
        Ok(json!({
            "at": row.time(0), "name": row.text(1), "address": row.text(2), "agent": row.text(3), "document_sha256": hex(4),
            "signature_kind": row.text(5), "signature_sha256": hex(6), "signature": row.text(7), "chosen": chosen,
            "version": row.id(9),
        }))
    });
    Ok(Reply::ok(read.await?))
}

async fn submit(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<String>,
    Body(note): Body<steps::Note>,
) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.write(&who, move |op| steps::submit(op, id, &note)).await?))
}

async fn take_back(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.write(&who, move |op| steps::take_back(op, id)).await?))
}

async fn send(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<String>,
    Body(sending): Body<steps::Sending>,
) -> Answer {
    let id = id_of(&id)?;
    let ready = app.read(&who, move |reader| steps::ready(reader, id)).await?;
    let paper = printed(&app, ready.document.clone()).await?;
    Ok(Reply::ok(app.write(&who, move |op| steps::send(op, id, &ready, &paper, &sending)).await?))
}

async fn revise(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.write(&who, move |op| steps::revise(op, id)).await?))
}

async fn withdraw(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.write(&who, move |op| steps::withdraw(op, id)).await?))
}
