//! The routes of access: set-up, sessions, invitations, keys, roles, a user's own settings, the audit log.

mod oidc;
mod rights;
mod security;

use std::convert::Infallible;
use std::net::SocketAddr;

use axum::Extension;
use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use kernel::{Error, Id, Time};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::audit::list::{AuditQuery, list as audit_list};
use super::invites::{self, Purpose};
use super::keys::{self, NewKey};
use super::roles::{self, RoleBody};
use super::sessions::{self, Halfway, Opened, Origin, SignedIn};
use super::setup::{self, First};
use super::{Principal, Secret, factors, people, settings, users};
use crate::app::App;
use crate::doors::body::Path;
use crate::doors::problem::Result;
use crate::doors::{Body, Caller, Params, Problem, Reply, Right, Route, caller};
use crate::operation::Reader;

/// The lines of the route table.
pub fn routes() -> Vec<Route> {
    use Right::{Admin, Own, Public};
    let mut table = vec![
        Route::get(
            "/setup",
            Public("says only whether somebody administers the company"),
            "Whether the first administrator is still missing",
            setup_state,
        ),
        Route::post(
            "/setup",
            Public("takes a one-time token from the console"),
            "Makes the first administrator and signs in",
            set_up,
        ),
        Route::get("/session", Own, "Who is signed in", session),
        Route::post("/session", Public("takes e-mail and password; guesses are counted"), "Signs in", sign_in),
        Route::delete("/session", Public("ends the session of the cookie, if there is one"), "Signs out", sign_out),
        Route::get("/sessions", Own, "The caller's open sessions", sessions_list),
        Route::delete("/sessions/{id}", Own, "Ends one of the caller's sessions", session_end),
        Route::post("/invite/preview", Public("takes a one-time token"), "For whom an invitation is", invite_preview),
        Route::post(
            "/invite",
            Public("takes a one-time token"),
            "Sets the password of an invitation or a reset and signs in",
            invite_accept,
        ),
        Route::post("/users/{id}/invite", Admin, "A one-time link by which a user sets a password", user_invite)
            .bodiless(),
        Route::delete("/users/{id}/sessions", Admin, "Signs a user out everywhere", user_signed_out),
        Route::get("/users/{id}/roles", Own, "The roles of a user", user_roles),
        Route::put("/users/{id}/roles", Admin, "Sets the roles of a user", user_roles_set),
        Route::get("/keys", Own, "The caller's API keys; all of them for administrators", keys_list),
        Route::post("/keys", Own, "Makes an API key; its token is in this answer only", key_create),
        Route::delete("/keys/{id}", Own, "Revokes an API key", key_revoke),
        Route::get("/roles", Admin, "All roles", roles_list),
        Route::post("/roles", Admin, "Makes a role", role_create),
        Route::patch("/roles/{id}", Admin, "Changes a role", role_change),
        Route::delete("/roles/{id}", Admin, "Removes a role from all who have it", role_delete),
        Route::get("/me/settings", Own, "The caller's own settings", settings_get),
        Route::put("/me/settings", Own, "Replaces the caller's own settings", settings_put),
        Route::patch("/me", Own, "Changes the caller's own name, phone, language or time zone", me_change),
        Route::put("/me/password", Own, "Changes the caller's password and ends their other sessions", password_change),
        Route::put("/company", Admin, "Names the company", company_name),
        Route::get("/audit", Admin, "The audit log, newest first", audit_page),
    ];
    table.extend(security::routes());
    table.extend(rights::routes());
    table.extend(oidc::routes());
    table
}

/// What a request tells of the machine it comes from.
pub struct Visitor(pub Origin);

impl FromRequestParts<App> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> std::result::Result<Visitor, Infallible> {
        let device = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let address = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip());
        let browser = caller::session_token(&parts.headers, browser_cookie(&app.config().origin));
        // Whatever was not made by us is no token of ours.
        let browser = browser.filter(|token| token.len() == 64).map(Secret::new);
        Ok(Visitor(Origin { device: device.to_string(), address, browser }))
    }
}

/// By which a browser is known again; no right comes of it.
fn browser_cookie(origin: &str) -> &'static str {
    if origin.starts_with("https://") { "__Host-rapport-browser" } else { "rapport-browser" }
}

async fn setup_state(State(app): State<App>) -> Result<Reply> {
    let needed = app.read(&Principal::system("setup"), setup::is_needed).await?;
    Ok(Reply::ok(json!({ "needed": needed })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetUp {
    token: Secret,
    name: String,
    email: String,
    password: Secret,
    #[serde(default)]
    company: Option<String>,
    #[serde(default)]
    language: Option<String>,
}

async fn set_up(State(app): State<App>, Visitor(from): Visitor, Body(body): Body<SetUp>) -> Result<Response> {
    let SetUp { token, name, email, password, company, language } = body;
    let opened = setup::set_up(&app, token, First { name, email, password, company, language }, from).await?;
    signed_in(&app, &opened, 201).await
}

/// The answer of every door that signs in: who it is, and the cookies.
async fn signed_in(app: &App, opened: &Opened, status: u16) -> Result<Response> {
    let who = sessions::principal(app, opened.token.expose()).await?;
    let body = app.read(&who, describe).await?;
    let reply = Reply { status, ..Reply::ok(body) };
    let origin = &app.config().origin;
    let response = with_cookie(reply, caller::set_cookie(origin, opened.token.expose()));
    let Some(browser) = &opened.browser else { return Ok(response) };
    let secure = if origin.starts_with("https://") { "; Secure" } else { "" };
    let year = 365 * 24 * 3600;
    let text = format!(
        "{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={year}{secure}",
        browser_cookie(origin),
        browser.expose()
    );
    Ok(add_cookie(response, HeaderValue::from_str(&text).ok()))
}

fn with_cookie(reply: Reply, cookie: Option<HeaderValue>) -> Response {
    add_cookie(reply.into_response(), cookie)
}

fn add_cookie(mut response: Response, cookie: Option<HeaderValue>) -> Response {
    if let Some(mut cookie) = cookie {
        cookie.set_sensitive(true);
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// `{"user":{"id","name","email"},"language","company","can":{"admin"},"must":[…],"second_factor"}`
fn describe(reader: &mut Reader) -> kernel::Result<Json> {
    let company = settings::company_in(reader.tx)?;
    let person = match reader.who.user {
        Some(user) => people::by_id(reader.tx, user)?,
        None => None,
    };
    let second_factor = match reader.who.user {
        Some(user) => factors::has_any(reader.tx, user)?,
        None => false,
    };
    // What somebody chose goes before what their browser asks for.
    let chosen = person.as_ref().and_then(|person| person.language.clone());
    let language = chosen.unwrap_or_else(|| reader.who.language.to_string());
    let user = match person {
        Some(person) => json!({ "id": person.id, "name": person.name, "email": person.email }),
        None => json!({ "id": reader.who.id, "name": reader.who.name.as_ref(), "email": null }),
    };
    Ok(json!({
        "user": user,
        "language": language,
        "time_zone": reader.who.zone.as_ref(),
        "company": company,
        "must": if reader.who.must_enrol { json!(["second_factor"]) } else { json!([]) },
        "second_factor": second_factor,
        "signed_in_at": reader.who.signed_in_at,
        "can": { "admin": reader.who.access.admin, "events": reader.who.access.events },
    }))
}

async fn session(State(app): State<App>, Caller(who): Caller) -> Result<Reply> {
    Ok(Reply::ok(app.read(&who, describe).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    email: String,
    password: Secret,
}

async fn sign_in(State(app): State<App>, Visitor(from): Visitor, Body(body): Body<SignIn>) -> Result<Response> {
    match sessions::sign_in(&app, &body.email, body.password, &from).await.map_err(limited)? {
        SignedIn::Opened(opened) => signed_in(&app, &opened, 200).await,
        SignedIn::Halfway(way) => Ok(halfway(&way).into_response()),
    }
}

/// The answer where a second factor is missing: no cookie, but what the next step takes.
fn halfway(way: &Halfway) -> Reply {
    Reply::accepted(json!({
        "next": "second_factor",
        "token": way.token.expose(),
        "methods": way.methods,
        "expires_at": way.expires_at,
    }))
}

/// Too many guesses are the caller's own doing, not ours.
fn limited(fault: Error) -> Problem {
    match fault {
        Error::Busy { retry_after_s } => Problem::RateLimited { retry_after_s },
        other => other.into(),
    }
}

/// Signing out twice is signing out.
async fn sign_out(State(app): State<App>, caller: Option<Extension<Caller>>) -> Result<Response> {
    if let Some(Extension(Caller(who))) = caller
        && let Some(session) = who.session
    {
        match app.write(&who, move |op| sessions::end(op, session)).await {
            Ok(()) | Err(Error::NotFound) => {}
            Err(other) => return Err(other.into()),
        }
    }
    Ok(with_cookie(Reply::nothing(), caller::clear_cookie(&app.config().origin)))
}

async fn sessions_list(State(app): State<App>, Caller(who): Caller) -> Result<Reply> {
    Ok(Reply::ok(app.read(&who, |reader| sessions::list(reader, None)).await?))
}

async fn session_end(State(app): State<App>, Caller(who): Caller, Path(id): Path<Id>) -> Result<Reply> {
    app.write(&who, move |op| sessions::end(op, id)).await?;
    Ok(Reply::nothing())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Preview {
    token: Secret,
}

async fn invite_preview(State(app): State<App>, Body(body): Body<Preview>) -> Result<Reply> {
    let (name, email) = invites::preview(&app, body.token).await?;
    Ok(Reply::ok(json!({ "name": name, "email": email })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Accept {
    token: Secret,
    password: Secret,
}

async fn invite_accept(State(app): State<App>, Visitor(from): Visitor, Body(body): Body<Accept>) -> Result<Response> {
    match invites::accept(&app, body.token, body.password, from).await? {
        Some(opened) => signed_in(&app, &opened, 201).await,
        None => Ok(Reply::accepted(json!({ "next": "sign_in" })).into_response()),
    }
}

async fn user_invite(State(app): State<App>, Caller(who): Caller, Path(id): Path<Id>) -> Result<Reply> {
    let link = app.write(&who, move |op| invites::invite(op, id)).await?;
    let kind = if link.purpose == Purpose::Reset { "reset" } else { "invite" };
    let address = link.address(&app.config().origin);
    Ok(Reply::created(json!({ "kind": kind, "link": address.expose(), "expires_at": link.expires_at })))
}

async fn user_signed_out(State(app): State<App>, Caller(who): Caller, Path(id): Path<Id>) -> Result<Reply> {
    app.write(&who, move |op| sessions::end_all_of(op, id)).await?;
    Ok(Reply::nothing())
}

async fn user_roles(State(app): State<App>, Caller(who): Caller, Path(id): Path<Id>) -> Result<Reply> {
    Ok(Reply::ok(app.read(&who, move |reader| roles::of_user_json(reader, id)).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Roles {
    roles: Vec<Id>,
}

async fn user_roles_set(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Id>,
    Body(body): Body<Roles>,
) -> Result<Reply> {
    let answer = app
        .write(&who, move |op| {
            roles::assign(op, id, &body.roles)?;
            roles::of_user_json(op, id)
        })
        .await?;
    Ok(Reply::ok(answer))
}

async fn keys_list(State(app): State<App>, Caller(who): Caller) -> Result<Reply> {
    Ok(Reply::ok(app.read(&who, keys::list).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateKey {
    name: String,
    scopes: Vec<String>,
    /// `me` (the default) or `company`.
    #[serde(default)]
    owner: Option<String>,
    #[serde(default)]
    expires_at: Option<Time>,
    /// Asked for where signing in was a while ago.
    #[serde(default)]
    password: Option<Secret>,
}

async fn key_create(State(app): State<App>, Caller(who): Caller, Body(body): Body<CreateKey>) -> Result<Reply> {
    let owner = match body.owner.as_deref() {
        None | Some("me") => Some(who.user.ok_or(Error::Forbidden("a key cannot make keys"))?),
        Some("company") => None,
        Some(_) => return Err(Error::invalid("owner", "unknown_option", "must be me or company").into()),
    };
    sessions::need_fresh(&app, &who, body.password).await.map_err(limited)?;
    let (name, scopes, expires_at) = (body.name, body.scopes, body.expires_at);
    let (id, token, shown) = app
        .write(&who, move |op| {
            let scopes = keys::parse_scopes(scopes.iter().map(String::as_str), &op.catalogue)?;
            let shown: Vec<String> = scopes.iter().map(keys::Scope::text).collect();
            let (id, token) = keys::create(op, &NewKey { name: name.clone(), scopes, owner, expires_at })?;
            Ok((id, token, shown))
        })
        .await?;
    Ok(Reply::created(json!({ "id": id, "token": token.expose(), "scopes": shown, "expires_at": expires_at })))
}

async fn key_revoke(State(app): State<App>, Caller(who): Caller, Path(id): Path<Id>) -> Result<Reply> {
    app.write(&who, move |op| keys::revoke(op, id)).await?;
    Ok(Reply::nothing())
}

async fn roles_list(State(app): State<App>, Caller(who): Caller) -> Result<Reply> {
    Ok(Reply::ok(app.read(&who, roles::list).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateRole {
    name: String,
    body: Json,
}

async fn role_create(State(app): State<App>, Caller(who): Caller, Body(body): Body<CreateRole>) -> Result<Reply> {
    let says = RoleBody::read(&body.body)?;
    let answer = app
        .write(&who, move |op| {
            let id = roles::create(op, &body.name, &says)?;
            Ok(roles::get(op, id)?.to_json(0))
        })
        .await?;
    Ok(Reply::created(answer))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeRole {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    body: Option<Json>,
}

async fn role_change(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Id>,
    Body(body): Body<ChangeRole>,
) -> Result<Reply> {
    let says = body.body.as_ref().map(RoleBody::read).transpose()?;
    let answer = app
        .write(&who, move |op| {
            roles::change(op, id, body.name.as_deref(), says.as_ref())?;
            let role = roles::get(op, id)?;
            let users = roles::holders(op, id)?;
            Ok(role.to_json(users))
        })
        .await?;
    Ok(Reply::ok(answer))
}

async fn role_delete(State(app): State<App>, Caller(who): Caller, Path(id): Path<Id>) -> Result<Reply> {
    app.write(&who, move |op| roles::delete(op, id)).await?;
    Ok(Reply::nothing())
}

async fn settings_get(State(app): State<App>, Caller(who): Caller) -> Result<Reply> {
    Ok(Reply::ok(app.read(&who, settings::get).await?))
}

async fn settings_put(
    State(app): State<App>,
    Caller(who): Caller,
    Body(body): Body<Map<String, Json>>,
) -> Result<Reply> {
    let shown = Json::Object(body.clone());
    app.write(&who, move |op| settings::put(op, &body)).await?;
    Ok(Reply::ok(shown))
}

async fn me_change(State(app): State<App>, Caller(who): Caller, Body(body): Body<Map<String, Json>>) -> Result<Reply> {
    let (user, who) = users::as_oneself(&who)?;
    Ok(Reply::ok(app.write(&who, move |op| users::update_self(op, user, &body)).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangePassword {
    current: Secret,
    new: Secret,
}

async fn password_change(
    State(app): State<App>,
    Caller(who): Caller,
    Body(body): Body<ChangePassword>,
) -> Result<Reply> {
    users::change_password(&app, &who, body.current, body.new).await.map_err(limited)?;
    Ok(Reply::nothing())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Company {
    name: String,
}

async fn company_name(State(app): State<App>, Caller(who): Caller, Body(body): Body<Company>) -> Result<Reply> {
    app.write(&who, move |op| settings::name_company(op, &body.name)).await?;
    Ok(Reply::nothing())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AuditParams {
    #[serde(default)]
    actor: Option<Id>,
    #[serde(default)]
    record: Option<Id>,
    #[serde(default)]
    action: Option<String>,
    #[serde(default)]
    cursor: Option<i64>,
    #[serde(default)]
    limit: Option<usize>,
}

async fn audit_page(State(app): State<App>, Caller(who): Caller, Params(asked): Params<AuditParams>) -> Result<Reply> {
    let AuditParams { actor, record, action, cursor, limit } = asked;
    let query = AuditQuery { actor, record, action, before: cursor, limit: limit.unwrap_or(50) };
    Ok(Reply::ok(app.read(&who, move |reader| audit_list(reader, &query)).await?))
}
