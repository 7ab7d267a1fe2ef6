//! Mail by HTTP: mailboxes and their folders, threads and messages, letters that are written. The mailboxes themselves are
//! records like any other.

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use foundation::access::{Action, Secret};
use foundation::doors::body::Path;
use foundation::doors::{Body, Caller, Once, Params, Reply, Right, Route, problem};
use foundation::{App, idempotency};
use kernel::{Error, Id, Result, Time};
use serde::Deserialize;
use serde_json::json;

use crate::show::{self, Change, Given, Wanted};
use crate::template::{self, About};
use crate::trying::{self, Tried};
use crate::writing::{self, NewDraft, Text};
use crate::{queries, secret, setup};

type Answer = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    let change = Right::Named(Action::Update);
    vec![
        Route::post("/mail/try", Right::Own, "Tries servers of mail; keeps nothing.", try_out),
        Route::get(
            "/mail/mailboxes",
            Right::Own,
            "Mailboxes of the caller and their teams, with each folder's state.",
            mailboxes,
        ),
        Route::put("/mailboxes/{id}/secret", change, "Keeps what shows the servers who we are.", keep_secret),
        Route::delete("/mailboxes/{id}/secret", change, "Takes the secret away.", drop_secret),
        Route::put("/mailboxes/{id}/folders", change, "Chooses the folders that are read.", choose),
        Route::post("/mailboxes/{id}/read", change, "Reads the mailbox now, whatever failed before.", read_now)
            .bodiless(),
        Route::post("/mail/aside/{id}", Right::Own, "Tries a message again that could not be read.", again).bodiless(),
        Route::get("/mail/threads", Right::Own, "Threads of the caller's mailboxes, the latest first.", inbox),
        Route::get("/mail/threads/{id}", Right::WhatOneMaySee, "A thread with its messages.", thread),
        Route::patch(
            "/mail/threads/{id}",
            Right::Own,
            "Opens, ends or snoozes a thread; who answers; read or not.",
            settle,
        ),
        Route::post("/mail/threads/{id}/party", Right::Own, "Says whom a thread is with.", give),
        Route::get(
            "/mail/messages/{id}/html",
            Right::WhatOneMaySee,
            "A message's HTML, cleaned, and how many pictures from elsewhere it wants to show.",
            html,
        ),
        Route::get(
            "/mail/messages/{id}/page",
            Right::WhatOneMaySee,
            "A message as a page for a frame, which runs nothing and fetches nothing unasked.",
            page,
        )
        .streams(),
        Route::get("/mail/messages/{id}/files/{part}", Right::WhatOneMaySee, "A file that came with a message.", file)
            .streams(),
        Route::get("/mail/drafts", Right::Own, "The caller's letters that have not gone.", drafts),
        Route::post("/mail/drafts", Right::Own, "Begins a letter.", begin).repeatable(),
        Route::put("/mail/drafts/{id}", Right::Own, "Writes on.", write),
        Route::delete("/mail/drafts/{id}", Right::Own, "Throws a letter away that has not gone.", discard),
        Route::post("/mail/drafts/{id}/send", Right::Own, "Sends a letter, soon or at a moment.", send),
        Route::post("/mail/drafts/{id}/take-back", Right::Own, "Takes a letter back that has not gone.", take_back)
            .bodiless(),
        Route::post("/mail_templates/{id}/fill", Right::WhatOneMaySee, "A template's words for somebody.", fill),
        Route::get(
            "/mail_templates/{id}/texts",
            Right::WhatOneMaySee,
            "A template's words in further languages.",
            texts,
        ),
        Route::put("/mail_templates/{id}/texts", change, "Says a template's words in further languages.", put_texts),
        Route::get("/{objects}/{id}/mail", Right::On(Action::Read), "Threads with a record.", of_record),
    ]
}

fn id_of(text: &str) -> Result<Id> {
    Id::parse(text).ok_or(Error::NotFound)
}

async fn try_out(State(app): State<App>, Caller(who): Caller, Body(tried): Body<Tried>) -> Answer {
    // Off the threads that serve requests: it waits for the other side.
    let said = tokio::task::spawn_blocking(move || trying::try_out(&app, &who, &tried));
    Ok(Reply::ok(said.await.map_err(Error::internal)??))
}

async fn mailboxes(State(app): State<App>, Caller(who): Caller) -> Answer {
    let shown = app.read(&who, |reader| {
        let mut data = Vec::new();
        for mailbox in show::my_mailboxes(reader)? {
            let folders: Vec<_> = queries::folders(reader, mailbox.id)?
                .into_iter()
                .map(|folder| {
                    json!({
                        "name": folder.name, "shown": folder.shown, "role": folder.role, "chosen": folder.chosen,
                        "taken": folder.taken, "skipped": folder.skipped, "last_at": folder.last_at, "code": folder.code,
                        "detail": folder.detail, "tries": folder.tries,
                        "next_at": folder.code.as_ref().map(|_| folder.next_at),
                    })
                })
                .collect();
            let aside = queries::aside(reader, mailbox.id)?;
            data.push(json!({
                "id": mailbox.id, "name": mailbox.name, "address": mailbox.address, "owner": mailbox.owner, "team": mailbox.team,
                "privacy": mailbox.privacy.word(), "paused": mailbox.paused, "counts_readers": mailbox.counts_readers, "signature": mailbox.signature,
                "has_secret": secret::is_there(reader, &mailbox)?, "folders": folders, "aside": aside,
            }));
        }
        Ok(json!({ "data": data }))
    });
    Ok(Reply::ok(shown.await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shown {
    secret: Secret,
}

async fn keep_secret(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<String>,
    Body(given): Body<Shown>,
) -> Answer {
    let id = id_of(&id)?;
    app.write(&who, move |op| secret::put(op, id, &given.secret)).await?;
    Ok(Reply::nothing())
}

async fn drop_secret(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    app.write(&who, move |op| secret::forget(op, id)).await?;
    Ok(Reply::nothing())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Chosen {
    /// Names as the server wants them said.
    folders: Vec<String>,
}

async fn choose(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<String>,
    Body(chosen): Body<Chosen>,
) -> Answer {
    let id = id_of(&id)?;
    app.write(&who, move |op| {
        setup::changeable(op, id)?;
        for folder in queries::folders(op, id)? {
            queries::choose_folder(op, id, &folder.name, chosen.folders.contains(&folder.name))?;
        }
        Ok(())
    })
    .await?;
    Ok(Reply::nothing())
}

async fn read_now(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    app.write(&who, move |op| {
        setup::changeable(op, id)?;
        queries::try_now(op, id)
    })
    .await?;
    Ok(Reply::nothing())
}

async fn again(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    app.write(&who, move |op| {
        let raw = queries::raw_by_id(op, id)?.filter(|raw| raw.state == "aside").ok_or(Error::NotFound)?;
        setup::mine(op, raw.mailbox)?;
        queries::raw_state(op, id, "new", None)?;
        queries::try_now(op, raw.mailbox)
    })
    .await?;
    Ok(Reply::nothing())
}

async fn inbox(State(app): State<App>, Caller(who): Caller, Params(wanted): Params<Wanted>) -> Answer {
    Ok(Reply::ok(app.read(&who, move |reader| show::inbox(reader, &wanted)).await?))
}

async fn thread(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.read(&who, move |reader| show::thread(reader, id)).await?))
}

async fn settle(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<String>,
    Body(change): Body<Change>,
) -> Answer {
    let id = id_of(&id)?;
    app.write(&who, move |op| show::change(op, id, &change)).await?;
    Ok(Reply::nothing())
}

async fn give(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>, Body(given): Body<Given>) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.write(&who, move |op| show::give(op, id, &given)).await?))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Pictures {
    /// Shows pictures from elsewhere, too: their sender learns that the message was read.
    remote: bool,
}

async fn html(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<String>,
    Params(asked): Params<Pictures>,
) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.read(&who, move |reader| show::html(reader, id, asked.remote)).await?))
}

/// A document of its own under a policy of its own: no script, no form, no style but ours, pictures only where they are wanted.
async fn page(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<String>,
    Params(asked): Params<Pictures>,
) -> problem::Result<Response> {
    const STYLE: &str = "body{font:14px/1.5 system-ui,sans-serif;margin:12px;color:#1b1b1f;background:#fff;\
                         overflow-wrap:anywhere}img{max-width:100%;height:auto}";
    let id = id_of(&id)?;
    let html = app.read(&who, move |reader| show::page(reader, id, asked.remote)).await?;
    let whole = format!("<!doctype html><meta charset=\"utf-8\"><title>Mail</title><style>{STYLE}</style>{html}");
    let pictures = if asked.remote { "data: https: http:" } else { "data:" };
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; img-src {pictures}; form-action 'none'; base-uri 'none'; \
         frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
    );
    let mut response = whole.into_response();
    let headers = response.headers_mut();
    let mut put = |name: HeaderName, text: &str| {
        if let Ok(value) = HeaderValue::from_str(text) {
            headers.insert(name, value);
        }
    };
    put(header::CONTENT_TYPE, "text/html; charset=utf-8");
    put(header::CONTENT_SECURITY_POLICY, &policy);
    put(header::X_FRAME_OPTIONS, "SAMEORIGIN");
    put(header::REFERRER_POLICY, "no-referrer");
    put(header::CACHE_CONTROL, "private, no-store");
    Ok(response)
}

/// Whatever it is, a browser must not run it: a download of an unknown type, in a sandbox.
async fn file(
    State(app): State<App>,
    Caller(who): Caller,
    Path((id, part)): Path<(String, String)>,
) -> problem::Result<Response> {
    let (id, part) = (id_of(&id)?, part.parse::<u32>().map_err(|_| Error::NotFound)?);
    let (name, content) = app.read(&who, move |reader| show::enclosed(reader, id, part)).await?;
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' }).collect();
    let escaped: String = name.bytes().fold(String::new(), |mut out, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
        out
    });
    let told = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{escaped}");
    let mut response = content.into_response();
    let headers = response.headers_mut();
    let mut put = |name: HeaderName, text: &str| {
        if let Ok(value) = HeaderValue::from_str(text) {
            headers.insert(name, value);
        }
    };
    put(header::CONTENT_TYPE, "application/octet-stream");
    put(header::CONTENT_DISPOSITION, &told);
    put(header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox; frame-ancestors 'none'");
    put(header::CACHE_CONTROL, "private, no-store");
    Ok(response)
}

async fn drafts(State(app): State<App>, Caller(who): Caller) -> Answer {
    Ok(Reply::ok(app.read(&who, writing::mine).await?))
}

async fn begin(State(app): State<App>, Caller(who): Caller, asked: Once<NewDraft>) -> Answer {
    let made = app.write(&who, move |op| {
        idempotency::once(op, asked.claim.as_ref(), |op| Ok(Reply::created(writing::begin(op, &asked.value)?)))
    });
    Ok(made.await?)
}

async fn write(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>, Body(text): Body<Text>) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.write(&who, move |op| writing::write(op, id, &text)).await?))
}

async fn discard(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    app.write(&who, move |op| writing::discard(op, id)).await?;
    Ok(Reply::nothing())
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Moment {
    at: Option<String>,
}

async fn send(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<String>,
    Body(moment): Body<Moment>,
) -> Answer {
    let id = id_of(&id)?;
    let at = match &moment.at {
        Some(text) => Some(Time::parse(text).ok_or_else(|| Error::invalid("at", "not_a_time", "must be a moment"))?),
        None => None,
    };
    Ok(Reply::ok(app.write(&who, move |op| writing::send(op, id, at)).await?))
}

async fn take_back(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.write(&who, move |op| writing::take_back(op, id)).await?))
}

async fn of_record(State(app): State<App>, Caller(who): Caller, Path((objects, id)): Path<(String, String)>) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.read(&who, move |reader| show::of_record(reader, &objects, id)).await?))
}

async fn fill(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>, Body(about): Body<About>) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.read(&who, move |reader| template::fill(reader, id, &about)).await?))
}

async fn texts(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.read(&who, move |reader| template::texts(reader, id)).await?))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Texts {
    texts: Vec<template::Said>,
}

async fn put_texts(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<String>,
    Body(said): Body<Texts>,
) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.write(&who, move |op| template::put_texts(op, id, &said.texts)).await?))
}
