//! Data quality by HTTP.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use foundation::App;
use foundation::access::Action;
use foundation::doors::body::Path;
use foundation::doors::{Body, Caller, Params, Reply, Right, Route, problem};
use foundation::jobs;
use kernel::{Error, Id, Result};
use serde::Deserialize;
use serde_json::json;

use super::mend::{self, Mend};
use super::queries::Only;
use super::report::ReportWork;
use super::rules::{self, Wish};
use super::{figures, letters, measure, report};

type Answer = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/quality",
            Right::WhatOneMaySee,
            "How good the data is: scores, figures, the way to their rows.",
            show,
        ),
        Route::post("/quality/measure", Right::Admin, "Counts all figures anew, in a job.", measure_now).bodiless(),
        Route::get("/quality/history", Right::WhatOneMaySee, "Scores by day, and one figure's counts.", history),
        Route::get("/quality/rows", Right::WhatOneMaySee, "The records behind a figure that no question finds.", rows),
        Route::get("/quality/report", Right::WhatOneMaySee, "The report as JSON, CSV, text or HTML.", file),
        Route::post("/quality/report", Right::Own, "Makes the report as a job, as a letter would carry it.", letter)
            .bodiless(),
        Route::get("/quality/subscription", Right::Own, "Whether and when the caller gets the report by mail.", mine),
        Route::put("/quality/subscription", Right::Own, "Asks for the report by mail, each day or week.", subscribe),
        Route::delete("/quality/subscription", Right::Own, "Ends the letters to the caller.", unsubscribe),
        Route::post("/quality/letters", Right::Own, "Sends the report to the caller by mail, once.", send_now)
            .bodiless(),
        Route::get("/quality/rules", Right::WhatOneMaySee, "The company's own rules.", own_rules),
        Route::post(
            "/quality/rules",
            Right::Admin,
            "A new rule: a question that good records answer with yes.",
            new_rule,
        ),
        Route::patch("/quality/rules/{id}", Right::Admin, "Changes a rule.", change_rule),
        Route::delete("/quality/rules/{id}", Right::Admin, "Removes a rule and its figures.", drop_rule),
        Route::post(
            "/quality/mends",
            Right::Named(Action::Update),
            "Brings a field into its normal form over many records, with a preview.",
            mend,
        ),
    ]
}

fn id_of(text: &str) -> Result<Id> {
    Id::parse(text).ok_or(Error::NotFound)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    #[serde(default)]
    object: Option<String>,
    #[serde(default)]
    source: String,
}

async fn show(State(app): State<App>, Caller(who): Caller, Params(asked): Params<Asked>) -> Answer {
    let shown = app.read(&who, move |reader| figures::report(reader, asked.object.as_deref(), &asked.source));
    Ok(Reply::ok(shown.await?.to_json()))
}

async fn measure_now(State(app): State<App>, Caller(who): Caller) -> Answer {
    let job = app.write(&who, |op| Ok(Reply::accepted(json!({ "job": measure::start(op)?.to_json() }))));
    Ok(job.await?)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Past {
    #[serde(default)]
    object: Option<String>,
    #[serde(default)]
    measure: Option<String>,
    #[serde(default)]
    days: Option<i64>,
}

async fn history(State(app): State<App>, Caller(who): Caller, Params(asked): Params<Past>) -> Answer {
    let past = app.read(&who, move |reader| {
        figures::history(reader, asked.object.as_deref(), asked.measure.as_deref(), asked.days.unwrap_or(90))
    });
    Ok(Reply::ok(past.await?))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    object: String,
    measure: String,
    #[serde(default)]
    fault: Option<String>,
    /// The id of a source: records that it feeds.
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    after: Option<String>,
    #[serde(default)]
    limit: Option<i64>,
}

async fn rows(State(app): State<App>, Caller(who): Caller, Params(asked): Params<Rows>) -> Answer {
    let after = match asked.after.as_deref().map(Id::parse) {
        None => None,
        Some(Some(id)) => Some(id),
        Some(None) => return Err(Error::Unreadable("`after` is not the `next` of a page".into()).into()),
    };
    let source = asked.source.as_deref().filter(|source| !source.is_empty()).map(id_of).transpose()?;
    let found = app.read(&who, move |reader| {
        let only = Only { fault: asked.fault.as_deref(), source };
        figures::rows(reader, &asked.object, &asked.measure, only, after, asked.limit.unwrap_or(50))
    });
    Ok(Reply::ok(found.await?))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default)]
    object: Option<String>,
    #[serde(default)]
    format: Format,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Format {
    #[default]
    Json,
    Csv,
    Text,
    Html,
}

async fn file(State(app): State<App>, Caller(who): Caller, Params(asked): Params<Form>) -> problem::Result<Response> {
    let (format, object) = (asked.format, asked.object);
    let origin = app.config().origin.clone();
    let made = app.read(&who, move |reader| figures::report(reader, object.as_deref(), "")).await?;
    let (body, kind, name) = match format {
        Format::Json => return Ok(Reply::ok(made.to_json()).into_response()),
        Format::Csv => {
            (report::csv(&made, &who.language), "text/csv; charset=utf-8", "attachment; filename=\"quality.csv\"")
        }
        Format::Text => (
            report::text(&made, &who.language, &origin),
            "text/plain; charset=utf-8",
            "attachment; filename=\"quality.txt\"",
        ),
        Format::Html => (
            report::html(&made, &who.language, &origin),
            "text/html; charset=utf-8",
            "attachment; filename=\"quality.html\"",
        ),
    };
    let mut response = body.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(name));
    Ok(response)
}

async fn letter(State(app): State<App>, Caller(who): Caller) -> Answer {
    let job = app.write(&who, |op| {
        let job = jobs::enqueue(op, ReportWork::KIND, json!({}), 1)?;
        Ok(Reply::accepted(json!({ "job": job.to_json() })))
    });
    Ok(job.await?)
}

async fn mine(State(app): State<App>, Caller(who): Caller) -> Answer {
    Ok(Reply::ok(app.read(&who, letters::mine).await?))
}

async fn subscribe(State(app): State<App>, Caller(who): Caller, Body(wish): Body<letters::Wish>) -> Answer {
    Ok(app.write(&who, move |op| Ok(Reply::ok(letters::subscribe(op, &wish)?))).await?)
}

async fn unsubscribe(State(app): State<App>, Caller(who): Caller) -> Answer {
    Ok(app.write(&who, |op| letters::unsubscribe(op).map(|()| Reply::nothing())).await?)
}

async fn send_now(State(app): State<App>, Caller(who): Caller) -> Answer {
    Ok(app.write(&who, |op| Ok(Reply::accepted(letters::send_now(op)?))).await?)
}

async fn own_rules(State(app): State<App>, Caller(who): Caller) -> Answer {
    Ok(Reply::ok(app.read(&who, rules::list).await?))
}

async fn new_rule(State(app): State<App>, Caller(who): Caller, Body(wish): Body<Wish>) -> Answer {
    let rule = app.write(&who, move |op| Ok(Reply::created(rules::create(op, wish.clone())?)));
    Ok(rule.await?)
}

async fn change_rule(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<String>,
    Body(wish): Body<Wish>,
) -> Answer {
    let id = id_of(&id)?;
    Ok(app.write(&who, move |op| Ok(Reply::ok(rules::change(op, id, wish.clone())?))).await?)
}

async fn drop_rule(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = id_of(&id)?;
    Ok(app.write(&who, move |op| rules::remove(op, id).map(|()| Reply::nothing())).await?)
}

async fn mend(State(app): State<App>, Caller(who): Caller, Body(asked): Body<Mend>) -> Answer {
    if asked.preview {
        let looked_for = asked.clone();
        let (total, looked, wished) = app.read(&who, move |reader| mend::look(reader, &looked_for)).await?;
        let answer = app.write(&who, move |op| mend::rehearse(op, &asked, total, looked, wished.as_ref()));
        return Ok(Reply::ok(answer.await?));
    }
    let reply = app.write(&who, move |op| {
        let answer = mend::start(op, &asked)?;
        let (later, nothing) =
            (answer.get("job").is_some(), answer.get("change").is_some_and(serde_json::Value::is_null));
        let reply = if later { Reply::accepted(answer) } else { Reply::ok(answer) };
        Ok(if nothing { reply } else { reply.change(op.change) })
    });
    Ok(reply.await?)
}
