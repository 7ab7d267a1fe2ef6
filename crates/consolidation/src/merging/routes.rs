//! Merges by HTTP.

use axum::extract::State;
use foundation::access::Action;
use foundation::doors::body::Path;
use foundation::doors::{Body, Caller, Once, Params, Reply, Right, Route, problem};
use foundation::{App, idempotency};
use kernel::{Error, Id, Result};
use serde::Deserialize;
use serde_json::json;

use super::rules::{self, Wanted};
use super::{Asked, merge_asked, of_record, preview, show, unmerge_some};

type Answer = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/{objects}/merges/preview",
            Right::On(Action::Update),
            "What a merge would do: each field's values and which stays by which rule, and what follows. Nothing is written.",
            look_ahead,
        ),
        Route::post(
            "/{objects}/merges",
            Right::On(Action::Update),
            "Merges records into one. Those that are one already stay so.",
            make,
        )
        .repeatable(),
        Route::get(
            "/{objects}/{id}/merges",
            Right::On(Action::Read),
            "The merges that a record went through: who, when, why, and whose value stayed in which field.",
            of,
        ),
        Route::get("/merges/{id}", Right::Named(Action::Read), "A merge.", one),
        Route::delete(
            "/merges/{id}",
            Right::Named(Action::Update),
            "Takes a merge back, whole or for one record: each has its own values, links and events again.",
            take_back,
        ),
        Route::get(
            "/merging/{object}/rules",
            Right::Named(Action::Read),
            "By which rules the value of each field is chosen when records are merged.",
            rules_of,
        ),
        Route::put("/merging/{object}/rules", Right::Admin, "Changes the rules that are named.", change_rules),
    ]
}

fn id_of(text: &str) -> Result<Id> {
    Id::parse(text).ok_or(Error::NotFound)
}

async fn look_ahead(
    State(app): State<App>,
    Caller(who): Caller,
    Path(objects): Path<String>,
    Body(asked): Body<Asked>,
) -> Answer {
    let shown = app.read(&who, move |reader| {
        let object = reader.object(&objects)?;
        preview(reader, &object, &asked)
    });
    Ok(Reply::ok(shown.await?))
}

async fn make(State(app): State<App>, Caller(who): Caller, Path(objects): Path<String>, asked: Once<Asked>) -> Answer {
    let reply = app.write(&who, move |op| {
        idempotency::once(op, asked.claim.as_ref(), |op| {
            let object = op.object(&objects)?;
            let merged = merge_asked(op, &object, &asked.value)?;
            let shown = match merged.merge {
                Some(id) => show(op, id)?,
                None => json!(null),
            };
            let body = json!({
                "survivor": merged.survivor, "joined": merged.joined, "unchanged": merged.unchanged, "merge": shown,
            });
            Ok(match merged.merge.filter(|_| !merged.unchanged) {
                Some(id) => Reply::created(body).change(op.change).at(format!("/api/v1/merges/{id}")),
                None => Reply::ok(body),
            })
        })
    });
    Ok(reply.await?)
}

async fn of(State(app): State<App>, Caller(who): Caller, Path((objects, id)): Path<(String, String)>) -> Answer {
    let merges = app.read(&who, move |reader| {
        let object = reader.object(&objects)?;
        of_record(reader, &object, id_of(&id)?)
    });
    Ok(Reply::ok(merges.await?))
}

async fn one(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    Ok(Reply::ok(app.read(&who, move |reader| show(reader, id)).await?))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Only {
    /// Only this one of the records.
    record: Option<Id>,
}

async fn take_back(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<String>,
    Params(only): Params<Only>,
) -> Answer {
    let id = id_of(&id)?;
    let reply = app.write(&who, move |op| {
        let unmerged = unmerge_some(op, id, only.record)?;
        let withheld = unmerged.withheld.iter().map(|(record, field)| json!({ "record": record, "field": field }));
        let body = json!({
            "survivor": unmerged.survivor, "left": unmerged.left, "withheld": withheld.collect::<Vec<_>>(),
            "merge": show(op, id)?,
        });
        Ok(Reply::ok(body).change(op.change))
    });
    Ok(reply.await?)
}

async fn rules_of(State(app): State<App>, Caller(who): Caller, Path(object): Path<String>) -> Answer {
    let shown = app.read(&who, move |reader| {
        let object = reader.object(&object)?;
        reader.who.need(&object.def.name, Action::Read)?;
        rules::show(reader, &object)
    });
    Ok(Reply::ok(shown.await?))
}

async fn change_rules(
    State(app): State<App>,
    Caller(who): Caller,
    Path(object): Path<String>,
    Body(wanted): Body<Wanted>,
) -> Answer {
    let shown = app.write(&who, move |op| {
        let object = op.object(&object)?;
        rules::change(op, &object, &wanted)
    });
    Ok(Reply::ok(shown.await?))
}
