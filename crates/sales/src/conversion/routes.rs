//! Conversion by HTTP: a lead's conversion is a resource that is looked at before, made, and taken back.

use std::sync::Arc;

use axum::extract::State;
use foundation::App;
use foundation::access::{Access, Action, Principal};
use foundation::doors::body::Path;
use foundation::doors::{Body, Caller, Once, Reply, Right, Route, problem};
use foundation::idempotency;
use foundation::records::undo;
use kernel::{Error, Id, Result};
use serde_json::json;

use super::convert::{self, Asked};
use super::{LEAD, mapping, plan, queries};
use crate::rights;

type Answer = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/leads/{id}/conversion",
            Right::WhatOneMaySee,
            "What a lead would become, and who of them may be there already.",
            show,
        ),
        Route::post(
            "/leads/{id}/conversion",
            Right::Named(Action::Update),
            "Makes a lead a contact, a company, a deal: new ones, or ones that are there.",
            make,
        )
        .repeatable(),
        Route::delete(
            "/leads/{id}/conversion",
            Right::Named(Action::Update),
            "Takes a conversion back: what it made goes to the bin, what it changed is as it was.",
            take_back,
        ),
        Route::get("/lead-mapping", Right::Admin, "Which field of a lead becomes which, on conversion.", mapped),
        Route::put("/lead-mapping", Right::Admin, "Sets which field of a lead becomes which.", map),
    ]
}

fn id_of(text: &str) -> Result<Id> {
    Id::parse(text).ok_or(Error::NotFound)
}

async fn show(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.read(&who, move |reader| plan::show(reader, id)).await?))
}

async fn make(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>, asked: Once<Asked>) -> Answer {
    let id = id_of(&id)?;
    let done = app.write(&who, move |op| {
        idempotency::once(op, asked.claim.as_ref(), |op| {
            let made = convert::convert(op, id, &asked.value)?;
            Ok(Reply::created(made).change(op.change))
        })
    });
    Ok(done.await?)
}

/// Whoever may change the lead may take its conversion back, and with it what others may not touch: it was all one change.
async fn take_back(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    app.write(&who, move |op| {
        let leads = op.object(LEAD)?;
        rights::changeable(op, &leads, id).map(drop)
    })
    .await?;
    let whole = Principal { access: Arc::new(Access::full()), ..who };
    let done = app.write(&whole, move |op| {
        let change = queries::change_of(op, id)?;
        let change = change.ok_or_else(|| Error::conflict("lead.not_converted", "the lead is not converted"))?;
        let undone = undo::whole(op, change)?;
        Ok(Reply::ok(json!({ "undone": undone.undone, "skipped": undone.skipped })).change(op.change))
    });
    Ok(done.await?)
}

async fn mapped(State(app): State<App>, Caller(who): Caller) -> Answer {
    Ok(Reply::ok(app.read(&who, mapping::show).await?))
}

async fn map(State(app): State<App>, Caller(who): Caller, Body(settings): Body<mapping::Settings>) -> Answer {
    let done = app.write(&who, move |op| {
        mapping::put(op, &settings)?;
        mapping::show(op)
    });
    Ok(Reply::ok(done.await?))
}
