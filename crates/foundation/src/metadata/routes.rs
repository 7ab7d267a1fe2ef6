//! The routes of metadata: export, plan, apply; conditions of fields; trying a formula.

use axum::extract::State;
use serde::Deserialize;
use serde_json::json;

use super::formula_test::{self, Asked};
use crate::app::App;
use crate::doors::body::Path;
use crate::doors::problem::Result;
use crate::doors::{Body, Caller, Reply, Right, Route};
use crate::records::conditions::{self, Patch};
use crate::records::definitions;

/// The lines of the route table.
pub fn routes() -> Vec<Route> {
    use Right::Admin;
    vec![
        Route::get("/definitions/export", Admin, "The company's definitions as a text to keep", export),
        Route::post("/definitions/plan", Admin, "What a text of definitions would change", plan),
        Route::post("/definitions/apply", Admin, "Makes the definitions as a planned text says", apply),
        Route::put(
            "/definitions/{object}/fields/{field}/conditions",
            Admin,
            "When a field is shown, needed or locked",
            conditions_set,
        ),
        Route::post("/definitions/{object}/formula-test", Admin, "What a formula yields, or what is wrong", formula),
    ]
}

async fn export(State(app): State<App>, Caller(who): Caller) -> Result<Reply> {
    let text = app.read(&who, super::export).await?;
    Ok(Reply::ok(json!({ "format": "json", "text": text })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Planned {
    text: String,
    #[serde(default)]
    remove: bool,
}

async fn plan(State(app): State<App>, Caller(who): Caller, Body(body): Body<Planned>) -> Result<Reply> {
    let plan = app.read(&who, move |reader| super::plan(reader, &body.text, body.remove)).await?;
    Ok(Reply::ok(json!(plan)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Applied {
    text: String,
    hash: String,
    #[serde(default)]
    remove: bool,
}

async fn apply(State(app): State<App>, Caller(who): Caller, Body(body): Body<Applied>) -> Result<Reply> {
    let plan = app.write(&who, move |op| super::apply(op, &body.text, body.remove, Some(&body.hash))).await?;
    Ok(Reply::ok(json!({ "applied": plan.changes.len(), "changes": plan.changes })))
}

async fn conditions_set(
    State(app): State<App>,
    Caller(who): Caller,
    Path((object, field)): Path<(String, String)>,
    Body(patch): Body<Patch>,
) -> Result<Reply> {
    let shown = app.write(&who, move |op| {
        conditions::set(op, &object, &field, &patch)?;
        let object = op.object(&object)?;
        let shown = definitions::show(op, &object).unwrap_or_default();
        let fields = shown.get("fields").and_then(|fields| fields.as_array()).cloned().unwrap_or_default();
        Ok(fields.into_iter().find(|one| one.get("name") == Some(&json!(field))).unwrap_or_default())
    });
    Ok(Reply::ok(shown.await?))
}

async fn formula(
    State(app): State<App>,
    Caller(who): Caller,
    Path(object): Path<String>,
    Body(asked): Body<Asked>,
) -> Result<Reply> {
    let tried = app.read(&who, move |reader| {
        let object = reader.object(&object)?;
        formula_test::test(reader, &object, &asked)
    });
    Ok(Reply::ok(tried.await?))
}
