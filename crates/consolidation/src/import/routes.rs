//! Imports by HTTP. A file is streamed to disk and counted there; everything else is small.

use std::path::Path as FilePath;

use axum::body::Body as RawBody;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use foundation::App;
use foundation::access::Action;
use foundation::doors::body::Path;
use foundation::doors::upload::{Repeat, Upload};
use foundation::doors::{Body, Caller, Params, Reply, Right, Route, problem};
use foundation::idempotency;
use kernel::{Error, Id, Result, limits};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{
    Revision, State as ImportState, begin, cancel, file_of, kept, queries, queue_check, queue_run, revise, show, undo,
    wishes_after,
};
use crate::export::routes::streamed;
use crate::formats::{Detected, Wishes, examine};

type Answer = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    let import = Right::Named(Action::Import);
    vec![
        Route::post(
            "/imports",
            import,
            "Takes a file (the body) and says what it is and how it could be mapped.",
            upload,
        )
        .uploads()
        .repeatable()
        .streams(),
        Route::get("/imports", Right::Own, "The latest imports.", list),
        Route::get("/imports/{id}", Right::Own, "An import: format, mapping, progress, errors.", one),
        Route::patch("/imports/{id}", import, "Changes the mapping, the key, or how the file is read.", change),
        Route::post("/imports/{id}/dry-run", import, "Reads the whole file and says what would happen.", dry_run)
            .bodiless(),
        Route::post("/imports/{id}/run", import, "Imports; one that was stopped goes on.", run).bodiless(),
        Route::post("/imports/{id}/cancel", Right::Own, "Stops it behind the rows in hand.", stop).bodiless(),
        Route::post("/imports/{id}/undo", import, "Takes back all that the import did.", take_back).bodiless(),
        Route::get("/imports/{id}/refused.csv", Right::Own, "The rows that were refused, with the reason.", refused)
            .streams(),
        Route::delete(
            "/imports/{id}/file",
            Right::Own,
            "Removes the file and what was kept of its rows; the figures and the undo stay.",
            forget_file,
        ),
        Route::get("/import-mappings", Right::WhatOneMaySee, "Mappings kept for files of the same kind.", mappings),
        Route::post("/import-mappings", Right::Own, "Keeps the mapping of an import under a name.", keep_mapping),
    ]
}

fn id_of(text: &str) -> Result<Id> {
    Id::parse(text).ok_or(Error::NotFound)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    object: String,
    #[serde(default)]
    name: String,
}

async fn upload(
    State(app): State<App>,
    Caller(who): Caller,
    Params(asked): Params<Named>,
    repeat: Repeat,
    body: RawBody,
) -> Answer {
    // Before a byte is taken: may they at all.
    let object = app.catalogue().find(&asked.object).ok_or(Error::NotFound)?;
    who.need(&object.def.name, Action::Import)?;
    repeat.check()?;
    let upload = Upload::take(&app, body, limits::UPLOAD_BYTES).await?;
    let detected = look(upload.path().to_path_buf(), Wishes::default()).await?;
    let (size, claim) = (upload.size_bytes, repeat.claim(&upload.hash)?);
    let id = Id::at(app.now().0);
    let path = file_of(&app, id);
    upload.move_to(&path).await?;
    let begun = app
        .write(&who, move |op| {
            idempotency::once(op, claim.as_ref(), |op| {
                let import = begin(op, id, &asked.object, &asked.name, size, detected.clone(), Wishes::default())?;
                Ok(Reply::created(show(op, &import, true)?).at(format!("/api/v1/imports/{id}")))
            })
        })
        .await;
    // A repeated call is answered with the import that the first one began: this file is not wanted.
    if !begun.as_ref().is_ok_and(|reply| reply.body.get("id") == Some(&json!(id))) {
        discard(&path).await;
    }
    Ok(begun?)
}

/// A file that is not wanted after all. If it cannot be removed it only takes room.
async fn discard(path: &FilePath) {
    if let Err(cause) = tokio::fs::remove_file(path).await {
        tracing::debug!(%cause, "a file that was not imported could not be removed");
    }
}

/// Looks at a file off the threads that serve requests.
async fn look(path: std::path::PathBuf, wishes: Wishes) -> Result<Detected> {
    tokio::task::spawn_blocking(move || examine(&path, &wishes)).await.map_err(Error::internal)?
}

async fn list(State(app): State<App>, Caller(who): Caller) -> Answer {
    let data = app
        .read(&who, |reader| {
            let imports = queries::latest(reader, 100)?;
            imports.iter().map(|import| show(reader, import, false)).collect::<Result<Vec<Json>>>()
        })
        .await?;
    Ok(Reply::ok(json!({ "data": data })))
}

async fn one(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    let state = app
        .read(&who, move |reader| {
            let import = queries::load(reader, id)?;
            show(reader, &import, true)
        })
        .await?;
    Ok(Reply::ok(state))
}

async fn change(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<String>,
    Body(revision): Body<Revision>,
) -> Answer {
    let id = id_of(&id)?;
    let import = app.read(&who, move |reader| queries::load(reader, id)).await?;
    let again = match wishes_after(&import, &revision) {
        None => None,
        Some(wishes) => Some((look(file_of(&app, id), wishes.clone()).await?, wishes)),
    };
    let state = app
        .write(&who, move |op| {
            let import = revise(op, id, &revision, again.clone())?;
            show(op, &import, true)
        })
        .await?;
    Ok(Reply::ok(state))
}

async fn dry_run(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    app.read(&who, move |reader| queries::load(reader, id)).await?;
    need_file(&app, id).await?;
    let state = app
        .write(&who, move |op| {
            let import = queue_check(op, id)?;
            show(op, &import, true)
        })
        .await?;
    Ok(Reply::accepted(state))
}

async fn run(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    app.read(&who, move |reader| queries::load(reader, id)).await?;
    need_file(&app, id).await?;
    let state = app
        .write(&who, move |op| {
            let import = queue_run(op, id)?;
            show(op, &import, true)
        })
        .await?;
    Ok(Reply::accepted(state))
}

async fn stop(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    let state = app
        .write(&who, move |op| {
            let import = cancel(op, id)?;
            show(op, &import, true)
        })
        .await?;
    Ok(Reply::ok(state))
}

async fn take_back(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    let (undone, change) = app.write(&who, move |op| Ok((undo(op, id)?, op.change))).await?;
    let reply = if undone.get("job").is_some() { Reply::accepted(undone) } else { Reply::ok(undone) };
    Ok(reply.change(change))
}

async fn refused(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> problem::Result<Response> {
    let id = id_of(&id)?;
    let import = app.read(&who, move |reader| queries::load(reader, id)).await?;
    if import.state == ImportState::Draft {
        return Err(Error::NotFound.into());
    }
    need_file(&app, id).await?;
    let file = file_of(&app, id);
    let body =
        streamed(move |out| app.read_now(&who, |reader| super::write_refused(reader, &import, &file, out).map(drop)));
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"refused.csv\""));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

async fn forget_file(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    let import = app.read(&who, move |reader| queries::load(reader, id)).await?;
    super::need_rest(&import)?;
    let forgotten = tokio::task::spawn_blocking(move || kept::forget(&app, id));
    forgotten.await.map_err(Error::internal)??;
    Ok(Reply::nothing())
}

/// The file is there as long as it was not removed; 30 days after the import ended it is.
async fn need_file(app: &App, id: Id) -> Result<()> {
    match tokio::fs::try_exists(file_of(app, id)).await {
        Ok(true) => Ok(()),
        _ => Err(Error::conflict("import.file_gone", "the file of this import was removed; bring it again")),
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfObject {
    object: Option<String>,
}

async fn mappings(State(app): State<App>, Caller(who): Caller, Params(asked): Params<OfObject>) -> Answer {
    let data = app
        .read(&who, move |reader| {
            let object = match &asked.object {
                Some(name) => Some(reader.object(name)?.def.name.clone()),
                None => None,
            };
            let all = queries::mappings(reader, object.as_deref())?;
            let readable = |mapping: &Json| {
                let object = mapping.get("object").and_then(Json::as_str).unwrap_or_default();
                reader.who.access.on(object).allows(Action::Import)
            };
            Ok(all.into_iter().filter(readable).collect::<Vec<Json>>())
        })
        .await?;
    Ok(Reply::ok(json!({ "data": data })))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    name: String,
    /// The import whose mapping is kept.
    import: Id,
}

async fn keep_mapping(State(app): State<App>, Caller(who): Caller, Body(kept): Body<Kept>) -> Answer {
    let name = kept.name.trim().to_string();
    if name.is_empty() || name.chars().count() > 200 {
        return Err(Error::invalid("name", "required", "a name of 1 to 200 characters").into());
    }
    let id = app
        .write(&who, move |op| {
            let import = queries::load(op, kept.import)?;
            let body = serde_json::to_value(super::mapping_of(&import)).map_err(Error::internal)?;
            queries::keep_mapping(op, &name, &import.object, &body)
        })
        .await?;
    Ok(Reply::created(json!({ "id": id })))
}
