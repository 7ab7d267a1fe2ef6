//! The routes of the company: appearance, currencies, calendars, and what the page of signing in shows.

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use kernel::Id;
use serde::Deserialize;
use serde_json::json;

use super::calendars::{self, Add, Body as Calendar, Span};
use super::currencies::{self, Asked, NewRate, RateQuery, Wanted};
use super::{appearance, appearance::Patch};
use crate::access::passkeys::House;
use crate::access::{Principal, password, rules, settings};
use crate::app::App;
use crate::doors::body::Path;
use crate::doors::problem::Result;
use crate::doors::{Body, Caller, Params, Reply, Right, Route};

/// The lines of the route table.
pub fn routes() -> Vec<Route> {
    use Right::{Admin, Public, WhatOneMaySee};
    vec![
        Route::get(
            "/sign-in",
            Public("shows what the page of signing in needs: the company's name, logo, colour and ways in"),
            "What the page of signing in shows",
            sign_in_page,
        ),
        Route::get("/company", WhatOneMaySee, "The company's name, look, languages and currency", company),
        Route::patch("/company", Admin, "Changes the company's name, look and languages", company_change),
        Route::get("/company/logo", Public("the logo stands on the page of signing in"), "The company's logo", logo)
            .streams(),
        Route::get("/currencies", WhatOneMaySee, "The currencies in use, with today's rates", used),
        Route::put("/currencies", Admin, "Sets the company's currency and those in use", used_set),
        Route::get("/currencies/rates", WhatOneMaySee, "Rates by day, newest first", rates),
        Route::put("/currencies/rates", Admin, "Writes rates; those of the same day are replaced", rates_write),
        Route::post("/currencies/rates/import", Admin, "Writes rates from a table", rates_import),
        Route::delete("/currencies/rates/{currency}/{on}", Admin, "Takes a rate away", rate_delete),
        Route::get("/currencies/convert", WhatOneMaySee, "An amount in another currency on a day", convert),
        Route::get("/calendars", WhatOneMaySee, "The business calendars", calendars_list),
        Route::post("/calendars", Admin, "Makes a business calendar", calendar_create),
        Route::put("/calendars/{id}", Admin, "Replaces a business calendar", calendar_replace),
        Route::delete("/calendars/{id}", Admin, "Takes a business calendar away", calendar_delete),
        Route::get("/calendars/{id}/add", WhatOneMaySee, "When so much working time has passed", calendar_add),
        Route::get("/calendars/{id}/between", WhatOneMaySee, "Working time between two moments", calendar_between),
    ]
}

async fn sign_in_page(State(app): State<App>) -> Result<Reply> {
    let origin = app.config().origin.clone();
    let shown = app
        .read(&Principal::system("sign-in"), move |reader| {
            let profile = appearance::profile(reader.tx)?;
            let rules = rules::get(reader.tx)?;
            Ok(json!({
                "company": {
                    "name": settings::company_in(reader.tx)?,
                    "logo": appearance::logo_address(&profile),
                    "accent": appearance::accent(&profile),
                },
                "languages": profile.languages,
                "language": profile.language,
                "password": { "shortest": rules.password.shortest, "longest": password::LONGEST },
                "passkeys": House::of(&origin).is_some(),
                "providers": crate::access::oidc::offered(reader.tx)?,
            }))
        })
        .await?;
    Ok(Reply::ok(shown))
}

async fn company(State(app): State<App>, Caller(who): Caller) -> Result<Reply> {
    Ok(Reply::ok(app.read(&who, appearance::show).await?))
}

async fn company_change(State(app): State<App>, Caller(who): Caller, Body(body): Body<Patch>) -> Result<Reply> {
    Ok(Reply::ok(app.write(&who, move |op| appearance::change(op, &body)).await?))
}

/// A picture and nothing else, whatever its bytes say further on. Its address changes with it, so it may be kept.
async fn logo(State(app): State<App>) -> Result<Response> {
    let (content, kind) = app.db().read_async(appearance::logo).await?;
    let mut response = content.into_response();
    let headers = response.headers_mut();
    let mut put = |name: HeaderName, text: &'static str| headers.insert(name, HeaderValue::from_static(text));
    put(header::CONTENT_TYPE, kind);
    put(header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox; frame-ancestors 'none'");
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(header::CACHE_CONTROL, "public, max-age=86400");
    Ok(response)
}

async fn used(State(app): State<App>, Caller(who): Caller) -> Result<Reply> {
    Ok(Reply::ok(app.read(&who, currencies::show).await?))
}

async fn used_set(State(app): State<App>, Caller(who): Caller, Body(body): Body<Wanted>) -> Result<Reply> {
    let shown = app.write(&who, move |op| {
        currencies::set(op, &body)?;
        currencies::show(op)
    });
    Ok(Reply::ok(shown.await?))
}

async fn rates(State(app): State<App>, Caller(who): Caller, Params(query): Params<RateQuery>) -> Result<Reply> {
    Ok(Reply::ok(app.read(&who, move |reader| currencies::rates(reader, &query)).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewRates {
    rates: Vec<NewRate>,
}

async fn rates_write(State(app): State<App>, Caller(who): Caller, Body(body): Body<NewRates>) -> Result<Reply> {
    let written = app.write(&who, move |op| currencies::write(op, &body.rates, |n| format!("/rates/{n}"))).await?;
    Ok(Reply::ok(json!({ "written": written })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    csv: String,
}

async fn rates_import(State(app): State<App>, Caller(who): Caller, Body(body): Body<Table>) -> Result<Reply> {
    let (written, unchanged) = app.write(&who, move |op| currencies::import(op, &body.csv)).await?;
    Ok(Reply::ok(json!({ "written": written, "unchanged": unchanged })))
}

async fn rate_delete(
    State(app): State<App>,
    Caller(who): Caller,
    Path((currency, on)): Path<(String, String)>,
) -> Result<Reply> {
    app.write(&who, move |op| currencies::delete(op, &currency, &on)).await?;
    Ok(Reply::nothing())
}

async fn convert(State(app): State<App>, Caller(who): Caller, Params(asked): Params<Asked>) -> Result<Reply> {
    Ok(Reply::ok(app.read(&who, move |reader| currencies::convert(reader, &asked)).await?))
}

async fn calendars_list(State(app): State<App>, Caller(who): Caller) -> Result<Reply> {
    Ok(Reply::ok(app.read(&who, calendars::list).await?))
}

async fn calendar_create(State(app): State<App>, Caller(who): Caller, Body(body): Body<Calendar>) -> Result<Reply> {
    Ok(Reply::created(app.write(&who, move |op| calendars::create(op, &body)).await?))
}

async fn calendar_replace(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Id>,
    Body(body): Body<Calendar>,
) -> Result<Reply> {
    Ok(Reply::ok(app.write(&who, move |op| calendars::replace(op, id, &body)).await?))
}

async fn calendar_delete(State(app): State<App>, Caller(who): Caller, Path(id): Path<Id>) -> Result<Reply> {
    app.write(&who, move |op| calendars::delete(op, id)).await?;
    Ok(Reply::nothing())
}

async fn calendar_add(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Id>,
    Params(asked): Params<Add>,
) -> Result<Reply> {
    Ok(Reply::ok(app.read(&who, move |reader| calendars::added(reader, id, &asked)).await?))
}

async fn calendar_between(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Id>,
    Params(asked): Params<Span>,
) -> Result<Reply> {
    Ok(Reply::ok(app.read(&who, move |reader| calendars::counted(reader, id, &asked)).await?))
}
