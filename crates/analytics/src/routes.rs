//! Analysis by HTTP.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use foundation::access::Principal;
use foundation::doors::body::Path;
use foundation::doors::{Body, Caller, Params, Reply, Right, Route, problem};
use foundation::records::ask;
use foundation::{App, Reader};
use kernel::{Error, Id, Result};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::facts::Facts;
use crate::sight::Sight;
use crate::{cohorts, cube, customers, forecast, lake, matrix, selected, sheet};

type Answer = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/analytics/customers",
            Right::WhatOneMaySee,
            "All customers: patterns, classes, activity, value.",
            overview,
        ),
        Route::get("/analytics/customers/leaving", Right::WhatOneMaySee, "Who is about to leave, and why.", leaving),
        Route::post("/analytics/customers/refresh", Right::Admin, "Looks at all customers anew, in a job.", refresh)
            .bodiless(),
        Route::get(
            "/analytics/profiles/{object}/{id}",
            Right::WhatOneMaySee,
            "What the models say of one customer.",
            profile,
        ),
        Route::get("/analytics/clusters", Right::WhatOneMaySee, "The groups that customers fall into.", clusters),
        Route::patch("/analytics/clusters/{id}", Right::Admin, "Gives a group another name.", rename),
        Route::get("/analytics/cohorts", Right::WhatOneMaySee, "Who came when, and who of them came again.", cohort),
        Route::get("/analytics/matrix", Right::WhatOneMaySee, "Classes of customers by product line.", of_lines),
        Route::get("/analytics/cube", Right::WhatOneMaySee, "Figures of purchases by up to two dimensions.", figures),
        Route::get("/analytics/sheet", Right::WhatOneMaySee, "The figures of one customer, a group or all.", of_sheet),
        Route::get("/analytics/sheet.pdf", Right::WhatOneMaySee, "The same sheet as a document to print.", on_paper),
        Route::get(
            "/analytics/forecast",
            Right::WhatOneMaySee,
            "What is to come, and how far off that was before.",
            ahead,
        ),
        Route::get(
            "/analytics/models",
            Right::WhatOneMaySee,
            "The models, how good they are, and when not to trust them.",
            models,
        ),
        Route::get("/analytics/lake", Right::Admin, "The files of the ledger's events, and how far they go.", of_lake),
    ]
}

/// Runs what takes a while beside the requests.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}

/// Runs a question to the snapshot of purchases, once it is clear that the caller may see the whole base.
async fn of_facts(
    app: App,
    who: Principal,
    work: impl FnOnce(&App, &Principal, &Facts, Sight) -> Result<Json> + Send + 'static,
) -> Answer {
    let answer = aside(move || {
        let sight = app.read_now(&who, |reader| Sight::of(reader))?;
        work(&app, &who, &Facts::newest(&app)?, sight)
    });
    Ok(Reply::ok(answer.await?))
}

async fn read(
    app: &App,
    who: &Principal,
    work: impl FnOnce(&mut Reader, Sight) -> Result<Json> + Send + 'static,
) -> Answer {
    let answer = app.read(who, move |reader| {
        let sight = Sight::of(reader)?;
        work(reader, sight)
    });
    Ok(Reply::ok(answer.await?))
}

/// Whose customers: people or firms.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Whose {
    #[serde(default)]
    object: Option<String>,
}

async fn overview(State(app): State<App>, Caller(who): Caller, Params(asked): Params<Whose>) -> Answer {
    read(&app, &who, move |reader, sight| {
        customers::overview::show(reader, customers::object(asked.object.as_deref())?, sight)
    })
    .await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    #[serde(default)]
    object: Option<String>,
    #[serde(default)]
    after: Option<String>,
    #[serde(default)]
    limit: Option<i64>,
}

async fn leaving(State(app): State<App>, Caller(who): Caller, Params(asked): Params<Page>) -> Answer {
    read(&app, &who, move |reader, _| {
        let object = customers::object(asked.object.as_deref())?;
        customers::leaving::page(reader, object, asked.after.as_deref(), asked.limit.unwrap_or(50))
    })
    .await
}

async fn refresh(State(app): State<App>, Caller(who): Caller) -> Answer {
    let started = app.write(&who, |op| Ok(Reply::accepted(json!({ "job": customers::start(op)?.to_json() }))));
    Ok(started.await?)
}

async fn profile(State(app): State<App>, Caller(who): Caller, Path((plural, id)): Path<(String, String)>) -> Answer {
    let id = Id::parse(&id).ok_or(Error::NotFound)?;
    // Of one customer whoever may see that customer may know what is said of it.
    let shown = app.read(&who, move |reader| customers::profile::show(reader, &plural, id));
    Ok(Reply::ok(shown.await?))
}

async fn clusters(State(app): State<App>, Caller(who): Caller, Params(asked): Params<Whose>) -> Answer {
    read(&app, &who, move |reader, _| {
        customers::overview::clusters(reader, customers::object(asked.object.as_deref())?)
    })
    .await
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Name {
    name: String,
}

async fn rename(State(app): State<App>, Caller(who): Caller, Path(id): Path<String>, Body(body): Body<Name>) -> Answer {
    let id = Id::parse(&id).ok_or(Error::NotFound)?;
    let renamed = app.write(&who, move |op| Ok(Reply::ok(customers::clusters::rename(op, id, &body.name)?)));
    Ok(renamed.await?)
}

async fn cohort(State(app): State<App>, Caller(who): Caller, Params(asked): Params<cohorts::Asked>) -> Answer {
    of_facts(app, who, move |_, _, facts, _| cohorts::answer(facts, &asked)).await
}

async fn of_lines(State(app): State<App>, Caller(who): Caller, Params(asked): Params<Whose>) -> Answer {
    of_facts(app, who, move |app, who, facts, sight| {
        let object = customers::object(asked.object.as_deref())?;
        let offers = app.read_now(who, |reader| customers::overview::offers(reader, object))?;
        matrix::answer(facts, object, sight, &offers)
    })
    .await
}

async fn figures(State(app): State<App>, Caller(who): Caller, Params(asked): Params<cube::Asked>) -> Answer {
    of_facts(app, who, move |app, who, facts, sight| {
        let question = asked.question()?;
        if !question.measures.iter().all(|measure| sight.allows(*measure)) {
            return Err(Error::Forbidden("the margin needs the right to see costs"));
        }
        let (period, before) = asked.period(facts)?;
        let among = among(app, who, facts, asked.object.as_deref(), question.among.as_deref())?;
        let mut answer = cube::answer(among.as_ref().unwrap_or(facts), &question, period, before)?;
        if question.rows == cube::measures::Dimension::Customer {
            app.read_now(who, |reader| customers::title_rows(reader, &mut answer["rows"]))?;
        }
        Ok(answer)
    })
    .await
}

/// The purchases of people or of firms, or of those of them who answer a question with yes; none for all purchases.
fn among(
    app: &App,
    who: &Principal,
    facts: &Facts,
    object: Option<&str>,
    question: Option<&str>,
) -> Result<Option<Facts>> {
    let name = customers::object(object)?;
    let Some(text) = question else {
        return object.map(|_| facts.among(app, name, None)).transpose();
    };
    let (object, checked) = app.read_now(who, |reader| {
        let object = reader.object(name)?;
        let checked = ask::filter(reader, &object, text)?;
        Ok((object, checked))
    })?;
    facts.among(app, name, Some(&selected::ids(app, who, &object, &checked)?)).map(Some)
}

async fn of_sheet(State(app): State<App>, Caller(who): Caller, Params(asked): Params<sheet::Asked>) -> Answer {
    of_facts(app, who, move |app, who, facts, sight| sheet::answer(app, who, facts, &asked, sight)).await
}

async fn on_paper(
    State(app): State<App>,
    Caller(who): Caller,
    Params(asked): Params<sheet::Asked>,
) -> problem::Result<Response> {
    let made = aside(move || {
        let sight = app.read_now(&who, |reader| Sight::of(reader))?;
        let answer = sheet::answer(&app, &who, &Facts::newest(&app)?, &asked, sight)?;
        documents::report(&app.read_now(&who, |reader| sheet::paper::report(reader, &answer))?)
    });
    let mut response = made.await?.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"sheet.pdf\""));
    Ok(response)
}

async fn ahead(State(app): State<App>, Caller(who): Caller, Params(asked): Params<forecast::Asked>) -> Answer {
    of_facts(app, who, move |_, _, facts, _| forecast::answer(facts, &asked)).await
}

async fn of_lake(State(app): State<App>, Caller(who): Caller) -> Answer {
    Ok(Reply::ok(app.read(&who, lake::state::show).await?))
}

async fn models(State(app): State<App>, Caller(who): Caller) -> Answer {
    read(&app, &who, |reader, _| customers::overview::models(reader)).await
}
