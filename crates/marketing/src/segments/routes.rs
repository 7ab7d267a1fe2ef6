//! Segments by HTTP. The records themselves are made, changed and listed like any other.

use axum::extract::State;
use foundation::App;
use foundation::access::Action;
use foundation::doors::body::Path;
use foundation::doors::{Body, Caller, Params, Reply, Right, Route, problem};
use kernel::{Error, Id, Result};

use super::{acting, count, definition, explain, hand, history, look, overlap};

type Answer = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    let seen = Right::WhatOneMaySee;
    vec![
        Route::post("/segments/count", seen, "How many answer a question with yes, condition by condition.", counted),
        Route::post(
            "/segments/overlap",
            seen,
            "How many are in each combination of two to eight segments.",
            overlapping,
        ),
        Route::get("/segments/of/{object}/{id}", seen, "In which segments somebody is, and was.", of_party),
        Route::get("/segments/{id}/state", seen, "How many are in a segment, and how far it was looked at.", state),
        Route::get("/segments/{id}/days", seen, "How large a segment was, day by day.", days),
        Route::get("/segments/{id}/members", seen, "Who is in a segment, or entered or left it in a period.", members),
        Route::post(
            "/segments/{id}/members",
            Right::Named(Action::Update),
            "Puts people into a segment that is made by hand.",
            put,
        ),
        Route::post(
            "/segments/{id}/members/remove",
            Right::Named(Action::Update),
            "Takes people out of a segment that is made by hand.",
            take,
        ),
        Route::post(
            "/segments/{id}/look",
            Right::Named(Action::Update),
            "Looks at all customers for a segment anew, in a job.",
            look_anew,
        )
        .bodiless(),
        Route::get("/segments/{id}/why/{party}", seen, "Why somebody is in a segment or not.", why),
    ]
}

fn id_of(text: &str) -> Result<Id> {
    Id::parse(text).ok_or(Error::NotFound)
}

async fn counted(State(app): State<App>, Caller(who): Caller, Body(asked): Body<count::Asked>) -> Answer {
    let counted = tokio::task::spawn_blocking(move || count::count(&app, &who, &asked));
    Ok(Reply::ok(counted.await.map_err(Error::internal)??))
}

async fn overlapping(State(app): State<App>, Caller(who): Caller, Body(asked): Body<overlap::Asked>) -> Answer {
    Ok(Reply::ok(app.read(&who, move |reader| overlap::overlap(reader, &asked)).await?))
}

async fn of_party(State(app): State<App>, Caller(who): Caller, Path((object, id)): Path<(String, String)>) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.read(&who, move |reader| history::of_party(reader, &object, id)).await?))
}

async fn state(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.read(&who, move |reader| history::show(reader, id)).await?))
}

async fn days(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<String>,
    Params(period): Params<history::Period>,
) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.read(&who, move |reader| history::days(reader, id, &period)).await?))
}

async fn members(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<String>,
    Params(page): Params<history::Page>,
) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.read(&who, move |reader| history::members(reader, id, &page)).await?))
}

async fn put(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<String>,
    Body(asked): Body<hand::Who>,
) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.write(&who, move |op| hand::put(op, id, &asked)).await?))
}

async fn take(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<String>,
    Body(asked): Body<hand::Who>,
) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.write(&who, move |op| hand::take(op, id, &asked)).await?))
}

async fn look_anew(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    let queued = app.write(&who, move |op| {
        let definition = definition::load_to_change(op, id)?;
        let job = look::queue(op, &definition)?.map(|status| status.to_json());
        Ok(Reply::accepted(serde_json::json!({ "job": job })))
    });
    Ok(queued.await?)
}

async fn why(State(app): State<App>, Caller(who): Caller, Path((id, party)): Path<(String, String)>) -> Answer {
    let (id, party) = (id_of(&id)?, id_of(&party)?);
    let (definition, all) = app
        .read(&who, move |reader| {
            let definition = definition::load(reader, id)?;
            explain::must_see(reader, &definition, party)?;
            let all = explain::sees_everything(reader, &definition)?;
            Ok((definition, all))
        })
        .await?;
    // Membership is the product's to say, whoever asks: so is its reason.
    let product = app.read(&who, |reader| acting(reader.tx)).await?;
    Ok(Reply::ok(app.read(&product, move |reader| explain::explain(reader, &definition, party, all)).await?))
}
