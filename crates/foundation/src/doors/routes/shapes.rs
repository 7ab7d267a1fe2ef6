//! Records in other shapes than a list: groups with figures, a calendar, stages, hints of duplicates, a preview of many.

use std::collections::BTreeMap;

use axum::extract::State;
use kernel::{Error, Id};
use serde::Deserialize;
use serde_json::Value as Json;

use crate::access::{Action, Principal};
use crate::app::App;
use crate::doors::body::Path;
use crate::doors::{Body, Caller, Params, Reply, Right, Route, problem, words};
use crate::records::bulk::Bulk;
use crate::records::groups::{self, Grouping};
use crate::records::{calendar, duplicates, merged, preview, stages};

type Answer = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    use Action::Read;
    vec![
        Route::post(
            "/{objects}/groups",
            Right::On(Read),
            "Groups by up to two fields with figures for each and for all: tables, boards, pivots, charts.",
            grouped,
        ),
        Route::post(
            "/{objects}/calendar",
            Right::On(Read),
            "Records by a date, a few for each day and how many more there are.",
            days,
        ),
        Route::post(
            "/{objects}/stages",
            Right::On(Read),
            "Since when each of these records stands in its stage, and whether it is stale.",
            standing,
        ),
        Route::get(
            "/{objects}/{id}/stages",
            Right::On(Read),
            "In which stages a record was, since when and for how long.",
            stays,
        ),
        Route::get(
            "/{objects}/duplicates",
            Right::On(Read),
            "Records that what is being typed may already be, by field names.",
            hints,
        ),
    ]
}

async fn grouped(
    State(app): State<App>,
    Caller(who): Caller,
    Path(objects): Path<String>,
    Body(asked): Body<Grouping>,
) -> Answer {
    let groups = app.read(&who, move |reader| {
        let object = reader.object(&objects)?;
        groups::groups(reader, &object, &asked)
    });
    Ok(Reply::ok(groups.await?))
}

async fn days(
    State(app): State<App>,
    Caller(who): Caller,
    Path(objects): Path<String>,
    Body(asked): Body<calendar::Asked>,
) -> Answer {
    let days = app.read(&who, move |reader| {
        let object = reader.object(&objects)?;
        calendar::days(reader, &object, &asked)
    });
    Ok(Reply::ok(days.await?))
}

async fn standing(
    State(app): State<App>,
    Caller(who): Caller,
    Path(objects): Path<String>,
    Body(asked): Body<stages::Asked>,
) -> Answer {
    let standing = app.read(&who, move |reader| {
        let object = reader.object(&objects)?;
        stages::of_many(reader, &object, &asked)
    });
    Ok(Reply::ok(standing.await?))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct OfField {
    field: Option<String>,
}

async fn stays(
    State(app): State<App>,
    Caller(who): Caller,
    Path((objects, id)): Path<(String, String)>,
    Params(of): Params<OfField>,
) -> Answer {
    let stays = app.read(&who, move |reader| {
        let object = reader.object(&objects)?;
        let id = merged::now(reader, Id::parse(&id).ok_or(Error::NotFound)?)?;
        stages::of_record(reader, &object, id, of.field.as_deref())
    });
    Ok(Reply::ok(stays.await?))
}

async fn hints(
    State(app): State<App>,
    Caller(who): Caller,
    Path(objects): Path<String>,
    Params(mut typed): Params<BTreeMap<String, String>>,
) -> Answer {
    let except = typed.remove("except").and_then(|id| Id::parse(&id));
    let hints = app.read(&who, move |reader| {
        let object = reader.object(&objects)?;
        duplicates::hints(reader, &object, &typed, except)
    });
    Ok(Reply::ok(hints.await?))
}

/// What `POST /{objects}/bulk` with `preview` answers.
pub async fn bulk_preview(app: &App, who: &Principal, objects: String, bulk: Bulk) -> Answer {
    let (name, asked) = (objects.clone(), bulk.clone());
    let counted = app
        .read(who, move |reader| {
            let object = reader.object(&name)?;
            preview::count(reader, &object, &asked)
        })
        .await?;
    let mut answer = app
        .write(who, move |op| {
            let object = op.object(&objects)?;
            preview::rehearse(op, &object, &bulk, counted)
        })
        .await?;
    for refused in answer.get_mut("refused").and_then(Json::as_array_mut).into_iter().flatten() {
        translate(refused, &who.language);
    }
    Ok(Reply::ok(answer))
}

/// The sentence of a refusal in the caller's language, where there is one.
fn translate(refused: &mut Json, language: &str) {
    let Some(refused) = refused.as_object_mut() else { return };
    let code = refused.get("code").and_then(Json::as_str).unwrap_or_default();
    let title = words::title(code, language);
    let words = words::field(code, language).or_else(|| words::conflict(code, language));
    let words = words.or_else(|| (!title.is_empty()).then_some(title));
    if let Some(words) = words {
        refused.insert("detail".into(), words.into());
    }
}
