//! Definitions: which objects and fields there are, and the company's own ones.

use axum::extract::State;
use serde_json::json;

use crate::app::App;
use crate::doors::body::Path;
use crate::doors::problem;
use crate::doors::table::BASE;
use crate::doors::{Body, Caller, Reply, Right, Route};
use crate::records::definitions::{self, FieldPatch, NewField, NewObject};

type Answer = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/definitions", Right::WhatOneMaySee, "All objects and their fields, with what the caller may do with them.", list),
        Route::post("/definitions", Right::Admin, "Adds an object of the company's own.", create_object),
        Route::post("/definitions/{object}/fields", Right::Admin, "Adds a field to an object.", create_field),
        Route::patch("/definitions/{object}/fields/{field}", Right::Admin, "Changes a field's name, words, options.", update_field),
        Route::delete("/definitions/{object}/fields/{field}", Right::Admin, "Takes a field of the company's own away.", delete_field),
    ]
}

async fn list(State(app): State<App>, Caller(who): Caller) -> Answer {
    let all = app.read(&who, |reader| {
        let catalogue = reader.catalogue.clone();
        let objects: Vec<_> = catalogue.objects().iter().filter_map(|object| definitions::show(reader, object)).collect();
        Ok(json!({ "version": catalogue.version, "objects": objects }))
    });
    Ok(Reply::ok(all.await?))
}

async fn create_object(State(app): State<App>, Caller(who): Caller, Body(asked): Body<NewObject>) -> Answer {
    let reply = app.write(&who, move |op| {
        let def = definitions::create_object(op, asked.clone())?;
        let object = op.object(&def.name)?;
        let shown = definitions::show(op, &object).unwrap_or_else(|| json!(def));
        Ok(Reply::created(shown).at(format!("{BASE}/{}", def.plural)))
    });
    Ok(reply.await?)
}

async fn create_field(State(app): State<App>, Caller(who): Caller, Path(object): Path<String>, Body(asked): Body<NewField>) -> Answer {
    let reply = app.write(&who, move |op| Ok(Reply::created(json!(definitions::create_field(op, &object, asked.clone())?))));
    Ok(reply.await?)
}

async fn update_field(
    State(app): State<App>,
    Caller(who): Caller,
    Path((object, field)): Path<(String, String)>,
    Body(asked): Body<FieldPatch>,
) -> Answer {
    let reply = app.write(&who, move |op| Ok(Reply::ok(json!(definitions::update_field(op, &object, &field, asked.clone())?))));
    Ok(reply.await?)
}

async fn delete_field(State(app): State<App>, Caller(who): Caller, Path((object, field)): Path<(String, String)>) -> Answer {
    app.write(&who, move |op| definitions::delete_field(op, &object, &field)).await?;
    Ok(Reply::nothing())
}
