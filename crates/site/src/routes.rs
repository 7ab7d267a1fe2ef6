//! Web analysis by HTTP: what is asked of visits, and what an administrator brings.

use axum::body::Body as RawBody;
use axum::extract::State;
use foundation::access::Principal;
use foundation::doors::body::Path;
use foundation::doors::upload::{Repeat, Upload};
use foundation::doors::{Body, Caller, Params, Reply, Right, Route, problem};
use foundation::{App, idempotency};
use kernel::{Error, Id, Result, limits};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use analytics::weblog::Format;

use crate::countries::{self, Countries};
use crate::logs::{self, Asked};
use crate::reports::{self, Period};
use crate::tracker::token;

type Answer = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    let seen = Right::WhatOneMaySee;
    vec![
        Route::get(
            "/analytics/web",
            seen,
            "Visits of the company's sites: figures, and by day, week or month.",
            overview,
        ),
        Route::get("/analytics/web/by/{dimension}", seen, "Visits by where they came from, with what, from where.", by),
        Route::get("/analytics/web/pages", seen, "Pages: views, entries, exits, time.", pages),
        Route::get("/analytics/web/paths", seen, "What was looked at before and after a page.", paths),
        Route::get("/analytics/web/funnels", seen, "How many visits took each step of the funnels.", funnels),
        Route::get("/analytics/web/goals", seen, "How many visits reached each goal, and where they came from.", goals),
        Route::get("/analytics/web/cohorts", seen, "Visitors by when they first came, and who came again.", cohorts),
        Route::get("/analytics/web/buyers", seen, "Which searches, sources and campaigns bring buyers.", buyers),
        Route::get("/analytics/web/people", seen, "Known people who came.", people),
        Route::get("/analytics/web/logs", Right::Admin, "The latest readings of servers' logs.", readings),
        Route::post("/analytics/web/logs", Right::Admin, "Takes a log (the body) and reads it, in a job.", upload)
            .uploads()
            .repeatable()
            .streams(),
        Route::get("/analytics/web/logs/{id}", Right::Admin, "A reading: progress, figures, damaged lines.", reading),
        Route::post("/analytics/web/logs/{id}/cancel", Right::Admin, "Stops a reading; what was read stays.", stop)
            .bodiless(),
        Route::get("/analytics/web/countries", Right::Admin, "The table of countries by addresses.", table),
        Route::post(
            "/analytics/web/countries",
            Right::Admin,
            "Takes a table of countries (CSV, the body).",
            load_table,
        )
        .uploads()
        .streams(),
        Route::delete("/analytics/web/countries", Right::Admin, "Takes the table of countries away.", drop_table),
        Route::post(
            "/site-identities",
            Right::WhatOneMaySee,
            "A word that a visitor is a contact, for the tracker on a page.",
            identify,
        ),
    ]
}

/// Runs a question to the columns of visits, once it is clear that the caller may see visits.
async fn of_visits(
    app: App,
    who: Principal,
    work: impl FnOnce(&App, &Principal) -> Result<Json> + Send + 'static,
) -> Answer {
    let answer = tokio::task::spawn_blocking(move || {
        app.read_now(&who, |reader| reports::may_see(reader))?;
        work(&app, &who)
    });
    Ok(Reply::ok(answer.await.map_err(Error::internal)??))
}

async fn overview(
    State(app): State<App>,
    Caller(who): Caller,
    Params(asked): Params<reports::overview::Asked>,
) -> Answer {
    of_visits(app, who, move |app, _| reports::overview::answer(app, &asked)).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Span {
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    to: Option<String>,
    #[serde(default)]
    compare: Option<String>,
    #[serde(default)]
    site: Option<Id>,
    #[serde(default)]
    page: Option<String>,
    #[serde(default)]
    by: Option<String>,
    #[serde(default)]
    limit: Option<i64>,
}

impl Span {
    fn period(&self, app: &App) -> Result<Period> {
        Period::asked(app, self.from.as_deref(), self.to.as_deref(), self.compare.as_deref(), self.site)
    }

    fn limit(&self) -> i64 {
        self.limit.unwrap_or(50).clamp(1, 500)
    }
}

async fn by(
    State(app): State<App>,
    Caller(who): Caller,
    Path(dimension): Path<String>,
    Params(asked): Params<Span>,
) -> Answer {
    of_visits(app, who, move |app, _| reports::by::answer(app, &asked.period(app)?, &dimension, asked.limit())).await
}

async fn pages(State(app): State<App>, Caller(who): Caller, Params(asked): Params<Span>) -> Answer {
    of_visits(app, who, move |app, _| reports::pages::answer(app, &asked.period(app)?, asked.limit())).await
}

async fn paths(State(app): State<App>, Caller(who): Caller, Params(asked): Params<Span>) -> Answer {
    of_visits(app, who, move |app, _| reports::pages::around(app, &asked.period(app)?, asked.page.as_deref())).await
}

async fn funnels(State(app): State<App>, Caller(who): Caller, Params(asked): Params<Span>) -> Answer {
    of_visits(app, who, move |app, who| reports::steps::funnels(app, who, &asked.period(app)?)).await
}

async fn goals(State(app): State<App>, Caller(who): Caller, Params(asked): Params<Span>) -> Answer {
    of_visits(app, who, move |app, who| reports::steps::goals(app, who, &asked.period(app)?)).await
}

async fn cohorts(State(app): State<App>, Caller(who): Caller, Params(asked): Params<Span>) -> Answer {
    of_visits(app, who, move |app, _| reports::cohorts::answer(app, &asked.period(app)?, asked.by.as_deref())).await
}

async fn buyers(State(app): State<App>, Caller(who): Caller, Params(asked): Params<Span>) -> Answer {
    of_visits(app, who, move |app, who| reports::buyers::answer(app, who, &asked.period(app)?)).await
}

async fn people(State(app): State<App>, Caller(who): Caller, Params(asked): Params<reports::people::Asked>) -> Answer {
    of_visits(app, who, move |app, who| reports::people::answer(app, who, &asked)).await
}

async fn readings(State(app): State<App>, Caller(who): Caller) -> Answer {
    Ok(Reply::ok(app.read(&who, logs::latest).await?))
}

async fn reading(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = Id::parse(&id).ok_or(Error::NotFound)?;
    Ok(Reply::ok(app.read(&who, move |reader| logs::one(reader, id)).await?))
}

async fn stop(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>) -> Answer {
    let id = Id::parse(&id).ok_or(Error::NotFound)?;
    Ok(Reply::ok(app.write(&who, move |op| logs::cancel(op, id)).await?))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Log {
    name: String,
    #[serde(default)]
    format: Option<Format>,
    /// The site's own names, with commas.
    #[serde(default)]
    hosts: Option<String>,
    #[serde(default)]
    forwarded: bool,
}

async fn upload(
    State(app): State<App>,
    Caller(who): Caller,
    Params(log): Params<Log>,
    repeat: Repeat,
    body: RawBody,
) -> Answer {
    repeat.check()?;
    let upload = Upload::take(&app, body, limits::UPLOAD_BYTES).await?;
    if upload.size_bytes == 0 {
        return Err(Error::invalid("", "empty", "the file is empty").into());
    }
    let (size, claim) = (upload.size_bytes, repeat.claim(&upload.hash)?);
    let file = Id::at(app.now().0);
    let path = logs::file_of(&app, file);
    upload.move_to(&path).await?;
    let hosts = log.hosts.as_deref().unwrap_or_default().split(',').map(str::trim).filter(|host| !host.is_empty());
    let asked = Asked { format: log.format, hosts: hosts.map(str::to_string).collect(), forwarded: log.forwarded };
    let name: String = log.name.chars().take(200).collect();
    let queued = app.write(&who, move |op| {
        idempotency::once(op, claim.as_ref(), |op| {
            Ok(Reply::accepted(logs::queue(op, file, &name, size, &asked)?).at(format!("{file}")))
        })
    });
    let queued = queued.await;
    // A repeated call is answered with the reading that the first one began: this file is not wanted.
    let is_first = queued.as_ref().is_ok_and(|reply| reply.location == Some(file.to_string()));
    if !is_first {
        logs::discard(&path);
    }
    let reply = queued?;
    let place = reply.body["id"].as_str().map(|id| format!("/api/v1/analytics/web/logs/{id}"));
    Ok(Reply { location: place, ..reply })
}

async fn table(State(app): State<App>, Caller(who): Caller) -> Answer {
    Ok(Reply::ok(json!({ "table": app.read(&who, countries::show).await? })))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    name: String,
}

async fn load_table(
    State(app): State<App>,
    Caller(who): Caller,
    Params(table): Params<Table>,
    body: RawBody,
) -> Answer {
    let upload = Upload::take(&app, body, limits::FILE_BYTES).await?;
    let path = upload.path().to_path_buf();
    let parsed = tokio::task::spawn_blocking(move || {
        let text = std::fs::read(path).map_err(Error::internal)?;
        Countries::parse(&String::from_utf8_lossy(&text))
    });
    let parsed = std::sync::Arc::new(parsed.await.map_err(Error::internal)??);
    let name: String = table.name.chars().take(200).collect();
    let shown = app.write(&who, move |op| countries::replace(op, &name, &parsed));
    Ok(Reply::ok(json!({ "table": shown.await? })))
}

async fn drop_table(State(app): State<App>, Caller(who): Caller) -> Answer {
    app.write(&who, countries::remove).await?;
    Ok(Reply::nothing())
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Whom {
    contact: Id,
}

async fn identify(State(app): State<App>, Caller(who): Caller, Body(whom): Body<Whom>) -> Answer {
    Ok(Reply::ok(app.read(&who, move |reader| token::identify(reader, whom.contact)).await?))
}
