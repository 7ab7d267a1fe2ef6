//! Definitions: which objects and fields there are, and the company's own ones.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use serde_json::json;

use crate::access::Principal;
use crate::app::App;
use crate::doors::body::Path;
use crate::doors::table::BASE;
use crate::doors::{Body, Caller, Once, Reply, Right, Route};
use crate::doors::{openapi, problem, render};
use crate::idempotency;
use crate::records::definitions::{self, FieldPatch, NewField, NewObject, ObjectPatch};

type Answer = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/definitions",
            Right::WhatOneMaySee,
            "All objects and their fields, with what the caller may do with them.",
            list,
        ),
        Route::post("/definitions", Right::Admin, "Adds an object of the company's own.", create_object).repeatable(),
        Route::patch(
            "/definitions/{object}",
            Right::Admin,
            "Changes the words, the icon and the area of an object of the company's own.",
            update_object,
        ),
        Route::post("/definitions/{object}/fields", Right::Admin, "Adds a field to an object.", create_field)
            .repeatable(),
        Route::patch(
            "/definitions/{object}/fields/{field}",
            Right::Admin,
            "Changes a field's name, words, options, formula.",
            update_field,
        ),
        Route::delete(
            "/definitions/{object}/fields/{field}",
            Right::Admin,
            "Takes a field of the company's own away.",
            delete_field,
        ),
        Route::get(
            "/openapi.json",
            Right::Public(OPEN),
            "This description, made from the living definitions.",
            openapi,
        ),
    ]
}

const OPEN: &str = "shows what every company has; the company's own objects and fields only to those who may see them";

async fn openapi(
    State(app): State<App>,
    caller: Option<Extension<Caller>>,
    Extension(table): Extension<Arc<Vec<Route>>>,
    headers: HeaderMap,
) -> Answer {
    // The language of the labels; the guard has put it into the principal already.
    let who = caller.map(|Extension(Caller(who))| who);
    let language = who
        .as_ref()
        .map(|who| who.language.to_string())
        .or_else(|| render::language_asked(&headers).map(str::to_string));
    let reader = who.clone().unwrap_or_else(|| Principal::system("reference"));
    let described = app.read(&reader, move |reader| {
        Ok(openapi::describe(&reader.catalogue, who.as_ref(), &table, language.as_deref().unwrap_or("en")))
    });
    Ok(Reply::ok(described.await?))
}

async fn list(State(app): State<App>, Caller(who): Caller) -> Answer {
    let all = app.read(&who, |reader| {
        let catalogue = reader.catalogue.clone();
        let objects: Vec<_> =
            catalogue.objects().iter().filter_map(|object| definitions::show(reader, object)).collect();
        Ok(json!({ "version": catalogue.version, "objects": objects }))
    });
    Ok(Reply::ok(all.await?))
}

async fn create_object(State(app): State<App>, Caller(who): Caller, asked: Once<NewObject>) -> Answer {
    let reply = app.write(&who, move |op| {
        idempotency::once(op, asked.claim.as_ref(), |op| {
            let def = definitions::create_object(op, asked.value.clone())?;
            let object = op.object(&def.name)?;
            let shown = definitions::show(op, &object).unwrap_or_else(|| json!(def));
            Ok(Reply::created(shown).at(format!("{BASE}/{}", def.plural)))
        })
    });
    Ok(reply.await?)
}

async fn update_object(
    State(app): State<App>,
    Caller(who): Caller,
    Path(object): Path<String>,
    Body(asked): Body<ObjectPatch>,
) -> Answer {
    let reply = app.write(&who, move |op| {
        let def = definitions::update_object(op, &object, asked.clone())?;
        let object = op.object(&def.name)?;
        Ok(Reply::ok(definitions::show(op, &object).unwrap_or_else(|| json!(def))))
    });
    Ok(reply.await?)
}

async fn create_field(
    State(app): State<App>,
    Caller(who): Caller,
    Path(object): Path<String>,
    asked: Once<NewField>,
) -> Answer {
    let reply = app.write(&who, move |op| {
        idempotency::once(op, asked.claim.as_ref(), |op| {
            Ok(Reply::created(json!(definitions::create_field(op, &object, asked.value.clone())?)))
        })
    });
    Ok(reply.await?)
}

async fn update_field(
    State(app): State<App>,
    Caller(who): Caller,
    Path((object, field)): Path<(String, String)>,
    Body(asked): Body<FieldPatch>,
) -> Answer {
    let reply =
        app.write(&who, move |op| Ok(Reply::ok(json!(definitions::update_field(op, &object, &field, asked.clone())?))));
    Ok(reply.await?)
}

async fn delete_field(
    State(app): State<App>,
    Caller(who): Caller,
    Path((object, field)): Path<(String, String)>,
) -> Answer {
    app.write(&who, move |op| definitions::delete_field(op, &object, &field)).await?;
    Ok(Reply::nothing())
}
