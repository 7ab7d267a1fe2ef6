//! The routes of sign-in by another house: the way there and back, and which houses there are.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use kernel::Id;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{Visitor, add_cookie, halfway, signed_in, with_cookie};
use crate::access::oidc::{self, ProviderPatch};
use crate::access::sessions::SignedIn;
use crate::access::{Secret, sessions};
use crate::app::App;
use crate::doors::body::Path;
use crate::doors::problem::Result;
use crate::doors::{Body, Caller, Reply, Right, Route, caller};

/// The lines of the route table.
pub fn routes() -> Vec<Route> {
    use Right::{Admin, Public};
    vec![
        Route::post(
            "/session/oidc/{provider}",
            Public("answers where a provider that an administrator set up has its door"),
            "Begins to sign in by another house",
            begin,
        ),
        Route::post(
            "/session/oidc",
            Public("takes a code that the provider gave to this browser"),
            "Signs in by another house's word",
            finish,
        ),
        Route::get("/company/providers", Admin, "The houses whose word counts", list),
        Route::post("/company/providers", Admin, "Adds a house", create),
        Route::patch("/company/providers/{id}", Admin, "Changes a house", update),
        Route::delete("/company/providers/{id}", Admin, "Takes a house away", delete),
    ]
}

/// By which the browser that went is known when it is back.
fn cookie_name(origin: &str) -> &'static str {
    if origin.starts_with("https://") { "__Host-rapport-oidc" } else { "rapport-oidc" }
}

fn cookie(origin: &str, token: &str, seconds: u32) -> Option<HeaderValue> {
    let secure = if origin.starts_with("https://") { "; Secure" } else { "" };
    let name = cookie_name(origin);
    HeaderValue::from_str(&format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}")).ok()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Begin {
    #[serde(default)]
    return_to: Option<String>,
}

async fn begin(State(app): State<App>, Path(provider): Path<Id>, Body(body): Body<Begin>) -> Result<Response> {
    let way = oidc::begin(&app, provider, body.return_to).await?;
    let reply = Reply::ok(json!({ "location": way.location }));
    Ok(with_cookie(reply, cookie(&app.config().origin, way.cookie.expose(), 600)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Finish {
    code: String,
    state: Secret,
}

async fn finish(
    State(app): State<App>,
    Visitor(from): Visitor,
    headers: HeaderMap,
    Body(body): Body<Finish>,
) -> Result<Response> {
    let origin = app.config().origin.clone();
    let kept = caller::session_token(&headers, cookie_name(&origin)).map(Secret::new);
    let (entered, return_to) = oidc::finish(&app, body.code, body.state, kept, &from).await?;
    let response = match entered {
        SignedIn::Opened(opened) => signed_in(&app, &opened, 200).await?,
        SignedIn::Halfway(way) => halfway(&way).into_response(),
    };
    let mut response = add_cookie(response, cookie(&origin, "", 0));
    if let Some(place) = return_to.and_then(|place| HeaderValue::from_str(&place).ok()) {
        response.headers_mut().insert(axum::http::header::CONTENT_LOCATION, place);
    }
    Ok(response)
}

async fn list(State(app): State<App>, Caller(who): Caller) -> Result<Reply> {
    Ok(Reply::ok(json!({ "data": app.read(&who, oidc::list).await? })))
}

async fn create(State(app): State<App>, Caller(who): Caller, Body(body): Body<ProviderPatch>) -> Result<Reply> {
    sessions::need_fresh(&app, &who, None).await?;
    let made: Json = app.write(&who, move |op| oidc::create(op, &body)).await?;
    Ok(Reply::created(made))
}

async fn update(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Id>,
    Body(body): Body<ProviderPatch>,
) -> Result<Reply> {
    sessions::need_fresh(&app, &who, None).await?;
    Ok(Reply::ok(app.write(&who, move |op| oidc::update(op, id, &body)).await?))
}

async fn delete(State(app): State<App>, Caller(who): Caller, Path(id): Path<Id>) -> Result<Reply> {
    sessions::need_fresh(&app, &who, None).await?;
    app.write(&who, move |op| oidc::delete(op, id)).await?;
    Ok(Reply::nothing())
}
