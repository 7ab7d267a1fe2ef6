//! Offers of households and firm links by HTTP.

use axum::extract::State;
use foundation::App;
use foundation::access::Action;
use foundation::doors::body::Path;
use foundation::doors::{Body, Caller, Params, Reply, Right, Route, problem};
use kernel::{Error, Id, Result, limits};
use serde::Deserialize;
use serde_json::json;

use super::{Kind, accept, find, list, refuse};

type Answer = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    let update = Right::Named(Action::Update);
    vec![
        Route::get(
            "/households/offers",
            Right::WhatOneMaySee,
            "Who seems to live together, and who to work where.",
            offers,
        ),
        Route::post("/households/find", Right::Admin, "Looks for households and firm links, in a job.", look)
            .bodiless(),
        Route::post(
            "/households/offers/{id}/accept",
            update,
            "Makes the household, or links the person to the firm.",
            yes,
        ),
        Route::post("/households/offers/{id}/refuse", update, "Says no; the same is not offered again.", no).bodiless(),
    ]
}

fn id_of(text: &str) -> Result<Id> {
    Id::parse(text).ok_or(Error::NotFound)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    state: Option<Decided>,
    #[serde(default)]
    after: Option<String>,
    #[serde(default)]
    limit: Option<usize>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Decided {
    Open,
    Refused,
    Accepted,
}

async fn offers(State(app): State<App>, Caller(who): Caller, Params(asked): Params<Asked>) -> Answer {
    let unreadable = |what: &str| Error::Unreadable(format!("`{what}` is not one of this list"));
    let kind = match asked.kind.as_deref() {
        None | Some("") => None,
        Some(kind) => Some(Kind::parse(kind).ok_or_else(|| unreadable("kind"))?),
    };
    let state = match asked.state.unwrap_or(Decided::Open) {
        Decided::Open => "open",
        Decided::Refused => "refused",
        Decided::Accepted => "accepted",
    };
    let after = match asked.after.as_deref() {
        None | Some("") => None,
        Some(after) => {
            let parts = after.split_once('.').and_then(|(strength, id)| Some((strength.parse().ok()?, Id::parse(id)?)));
            Some(parts.ok_or_else(|| unreadable("after"))?)
        }
    };
    let limit = asked.limit.unwrap_or(50).clamp(1, limits::PAGE);
    Ok(Reply::ok(app.read(&who, move |reader| list(reader, kind, state, after, limit)).await?))
}

async fn look(State(app): State<App>, Caller(who): Caller) -> Answer {
    let job = app.write(&who, |op| Ok(Reply::accepted(json!({ "job": find::start(op)?.to_json() }))));
    Ok(job.await?)
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    /// What the household is called; the family's name if nothing is said.
    #[serde(default)]
    name: Option<String>,
}

async fn yes(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>, Body(named): Body<Named>) -> Answer {
    let id = id_of(&id)?;
    let made = app.write(&who, move |op| {
        let answer = accept(op, id, named.name.as_deref())?;
        Ok(Reply::ok(answer).change(op.change))
    });
    Ok(made.await?)
}

async fn no(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    Ok(app.write(&who, move |op| refuse(op, id).map(|()| Reply::nothing())).await?)
}
