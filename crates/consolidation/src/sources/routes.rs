//! Sources by HTTP: their secrets, their runs, and where the values of a record came from. The sources themselves are
//! records like any other.

use axum::extract::State;
use foundation::App;
use foundation::access::{Action, Secret};
use foundation::doors::body::Path;
use foundation::doors::{Body, Caller, Params, Reply, Right, Route, problem};
use kernel::{Error, Id, Result, Time};
use serde::Deserialize;
use serde_json::json;

use super::{lineage, queries, run, secret, setup};

type Answer = problem::Result<Reply>;

/// Rows of a try.
const TRIED: usize = 20;

pub fn routes() -> Vec<Route> {
    let change = Right::Named(Action::Update);
    vec![
        Route::get(
            "/sources/{id}/state",
            Right::WhatOneMaySee,
            "Whether a source has its secret, what it is doing, and when it runs next.",
            state,
        ),
        Route::put("/sources/{id}/secret", Right::Admin, "Keeps what proves to the source that it is us.", keep_secret),
        Route::delete("/sources/{id}/secret", Right::Admin, "Takes the secret away.", drop_secret),
        Route::post("/sources/{id}/test", change, "Reads the first rows and says what it would make of them.", test)
            .bodiless(),
        Route::get("/sources/{id}/runs", Right::WhatOneMaySee, "The runs of a source, the newest first.", runs),
        Route::post("/sources/{id}/runs", change, "Reads the source now.", begin),
        Route::get("/sources/{id}/runs/{run}", Right::WhatOneMaySee, "A run: how far, what became of the rows.", one),
        Route::post("/sources/{id}/runs/{run}/cancel", change, "Stops it behind the rows in hand.", cancel).bodiless(),
        Route::post("/sources/{id}/runs/{run}/undo", change, "Takes back all that the run did.", undo).bodiless(),
        Route::get(
            "/{objects}/{id}/lineage",
            Right::On(Action::Read),
            "Where each value of a record came from, and what other sources say instead.",
            origins,
        ),
    ]
}

fn id_of(text: &str) -> Result<Id> {
    Id::parse(text).ok_or(Error::NotFound)
}

async fn state(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    let state = app
        .read(&who, move |reader| {
            let source = setup::load(reader, id)?;
            let last = queries::last_begun(reader, id)?;
            let zone = foundation::company::appearance::profile(reader.tx)?.time_zone;
            let next = source.schedule.next(last.unwrap_or(source.created_at), &zone);
            let next = next.filter(|_| !source.paused && !source.deleted);
            let at_work = queries::open_run(reader, id)?.filter(|run| !run.is_abandoned);
            let latest = queries::runs(reader, id, None, 1)?;
            Ok(json!({
                "id": id, "has_secret": secret::is_there(reader, &source)?, "next_run_at": next,
                "run": at_work.as_ref().map(run::show), "last_run": latest.first().map(run::show),
                "rows": queries::living_rows(reader, id)?,
            }))
        })
        .await?;
    Ok(Reply::ok(state))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    secret: Secret,
}

async fn keep_secret(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<String>,
    Body(given): Body<Given>,
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

async fn test(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    // Off the threads that serve requests: it waits for the other side.
    let tried = tokio::task::spawn_blocking(move || run::look::try_out(&app, &who, id, TRIED));
    Ok(Reply::ok(tried.await.map_err(Error::internal)??))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Paged {
    limit: Option<i64>,
    before: Option<String>,
}

async fn runs(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<String>,
    Params(asked): Params<Paged>,
) -> Answer {
    let id = id_of(&id)?;
    let limit = asked.limit.unwrap_or(50).clamp(1, 200);
    let before = match &asked.before {
        Some(text) => Some(Time::parse(text).ok_or_else(|| Error::Unreadable("before must be a time".into()))?),
        None => None,
    };
    let data = app
        .read(&who, move |reader| {
            setup::load(reader, id)?;
            queries::runs(reader, id, before, limit)
        })
        .await?;
    Ok(Reply::ok(json!({ "data": data.iter().map(run::show).collect::<Vec<_>>() })))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Begin {
    /// However many rows are missing, they are really gone.
    accept_gone: bool,
}

async fn begin(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<String>,
    Body(asked): Body<Begin>,
) -> Answer {
    let source = id_of(&id)?;
    let begun = app.write(&who, move |op| run::queue(op, source, "hand", asked.accept_gone)).await?;
    Ok(Reply::accepted(run::show(&begun)).at(format!("/api/v1/sources/{source}/runs/{}", begun.id)))
}

async fn one(State(app): State<App>, Caller(who): Caller, Path((id, run)): Path<(String, String)>) -> Answer {
    let (id, run) = (id_of(&id)?, id_of(&run)?);
    let shown = app
        .read(&who, move |reader| {
            let run = run::load(reader, id, run)?;
            run::show_whole(reader, &run)
        })
        .await?;
    Ok(Reply::ok(shown))
}

async fn cancel(State(app): State<App>, Caller(who): Caller, Path((id, run)): Path<(String, String)>) -> Answer {
    let (id, run) = (id_of(&id)?, id_of(&run)?);
    let stopped = app.write(&who, move |op| run::cancel(op, id, run)).await?;
    Ok(Reply::ok(run::show(&stopped)))
}

async fn undo(State(app): State<App>, Caller(who): Caller, Path((id, run)): Path<(String, String)>) -> Answer {
    let (id, run) = (id_of(&id)?, id_of(&run)?);
    let (undone, change) = app.write(&who, move |op| Ok((run::undo(op, id, run)?, op.change))).await?;
    let reply = if undone.get("job").is_some() { Reply::accepted(undone) } else { Reply::ok(undone) };
    Ok(reply.change(change))
}

async fn origins(State(app): State<App>, Caller(who): Caller, Path((objects, id)): Path<(String, String)>) -> Answer {
    let id = id_of(&id)?;
    let shown = app
        .read(&who, move |reader| {
            let object = reader.object(&objects)?;
            lineage::of_record(reader, &object, id)
        })
        .await?;
    Ok(Reply::ok(shown))
}
