//! The routes of second factors, passkeys, sessions and invitations.

use axum::extract::State;
use axum::response::Response;
use kernel::{Id, Result as Done};
use serde::Deserialize;
use serde_json::json;

use super::{Visitor, limited, signed_in};
use crate::access::passkeys::verify::{Assertion, NewCredential};
use crate::access::rules::{self, RulesPatch};
use crate::access::{Principal, Secret, factors, invites, passkeys, sessions};
use crate::app::App;
use crate::doors::body::Path;
use crate::doors::problem::Result;
use crate::doors::{Body, Caller, Reply, Right, Route};

/// The lines of the route table.
pub fn routes() -> Vec<Route> {
    use Right::{Admin, Own, Public};
    vec![
        Route::post(
            "/session/code",
            Public("takes the token of a right password; guesses are counted"),
            "The second step of signing in: a one-time or a recovery code",
            by_code,
        ),
        Route::post(
            "/session/passkey/options",
            Public("gives a random challenge; names keys only to whoever knows the password"),
            "What a browser needs to sign in by passkey",
            passkey_options,
        ),
        Route::post(
            "/session/passkey",
            Public("takes a signed answer to a challenge of ours"),
            "Signs in by passkey",
            by_passkey,
        ),
        Route::post("/session/confirmation", Own, "Shows that the person is still there", confirm),
        Route::get("/me/security", Own, "The caller's password, codes and passkeys", my_security),
        Route::post("/me/totp", Own, "Begins to set up one-time codes", totp_begin),
        Route::post("/me/totp/confirmation", Own, "Sets up one-time codes; answers recovery codes", totp_confirm),
        Route::post("/me/totp/removal", Own, "Takes one-time codes away", totp_remove),
        Route::post("/me/recovery-codes", Own, "New recovery codes; earlier ones end", recovery_codes),
        Route::post("/me/passkeys/options", Own, "What a browser needs to make a passkey", passkey_begin),
        Route::post("/me/passkeys", Own, "Keeps a new passkey", passkey_add),
        Route::patch("/me/passkeys/{id}", Own, "Gives a passkey another name", passkey_rename),
        Route::delete("/me/passkeys/{id}", Own, "Takes a passkey away", passkey_remove),
        Route::delete("/sessions", Own, "Ends all of the caller's other sessions", sessions_end_others),
        Route::get("/users/{id}/security", Admin, "What a user has set up, and their sessions", user_security),
        Route::delete("/users/{id}/second-factors", Admin, "Takes a user's second factors away", factors_reset),
        Route::get("/company/sign-in", Admin, "The company's rules of signing in", rules_get),
        Route::patch("/company/sign-in", Admin, "Changes the rules of signing in", rules_change),
        Route::get("/invites", Admin, "The links that are out", invites_list),
        Route::post("/invites", Admin, "Makes a user and the link by which they come in", invite_newcomer),
        Route::delete("/users/{id}/invite", Admin, "Takes a user's link back", invite_revoke),
    ]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ByCode {
    token: Secret,
    code: String,
}

async fn by_code(State(app): State<App>, Visitor(from): Visitor, Body(body): Body<ByCode>) -> Result<Response> {
    let opened = sessions::sign_in_by_code(&app, &body.token, body.code, &from).await.map_err(limited)?;
    signed_in(&app, &opened, 200).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PasskeyOptions {
    #[serde(default)]
    token: Option<Secret>,
}

async fn passkey_options(State(app): State<App>, Body(body): Body<PasskeyOptions>) -> Result<Reply> {
    let token = body.token.as_ref().map(Secret::hash);
    let asks = Principal::system("sign-in");
    let options = app.write(&asks, move |op| passkeys::begin(op, token.as_ref()));
    Ok(Reply::ok(options.await.map_err(limited)?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ByPasskey {
    credential: Assertion,
    #[serde(default)]
    token: Option<Secret>,
}

async fn by_passkey(State(app): State<App>, Visitor(from): Visitor, Body(body): Body<ByPasskey>) -> Result<Response> {
    let second = body.token.as_ref().map(Secret::hash);
    let opened = passkeys::sign_in(&app, &body.credential, second, &from).await.map_err(limited)?;
    signed_in(&app, &opened, 200).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Confirm {
    #[serde(default)]
    password: Option<Secret>,
    #[serde(default)]
    credential: Option<Assertion>,
}

async fn confirm(State(app): State<App>, Caller(who): Caller, Body(body): Body<Confirm>) -> Result<Reply> {
    if let Some(credential) = &body.credential {
        passkeys::confirm(&app, &who, credential).await.map_err(limited)?;
        return Ok(Reply::nothing());
    }
    sessions::need_password(&app, &who, body.password.unwrap_or_else(|| Secret::new(""))).await.map_err(limited)?;
    app.write(&who, sessions::make_fresh).await?;
    Ok(Reply::nothing())
}

async fn my_security(State(app): State<App>, Caller(who): Caller) -> Result<Reply> {
    let user = factors::oneself(&who)?;
    Ok(Reply::ok(app.read(&who, move |reader| factors::show(reader, user)).await?))
}

/// A body that may show the password again.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Again {
    #[serde(default)]
    password: Option<Secret>,
}

async fn totp_begin(State(app): State<App>, Caller(who): Caller, Body(body): Body<Again>) -> Result<Reply> {
    sessions::need_fresh(&app, &who, body.password).await.map_err(limited)?;
    Ok(Reply::created(app.write(&who, factors::begin_totp).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Code {
    code: String,
}

async fn totp_confirm(State(app): State<App>, Caller(who): Caller, Body(body): Body<Code>) -> Result<Reply> {
    Ok(Reply::ok(factors::confirm_totp(&app, &who, body.code).await.map_err(limited)?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Password {
    password: Secret,
}

async fn totp_remove(State(app): State<App>, Caller(who): Caller, Body(body): Body<Password>) -> Result<Reply> {
    sessions::need_password(&app, &who, body.password).await.map_err(limited)?;
    app.write(&who, factors::remove_totp).await?;
    Ok(Reply::nothing())
}

async fn recovery_codes(State(app): State<App>, Caller(who): Caller, Body(body): Body<Password>) -> Result<Reply> {
    sessions::need_password(&app, &who, body.password).await.map_err(limited)?;
    Ok(Reply::ok(app.write(&who, factors::renew_recovery_codes).await?))
}

async fn passkey_begin(State(app): State<App>, Caller(who): Caller, Body(body): Body<Again>) -> Result<Reply> {
    sessions::need_fresh(&app, &who, body.password).await.map_err(limited)?;
    Ok(Reply::ok(app.write(&who, passkeys::begin_new).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPasskey {
    name: String,
    credential: NewCredential,
}

async fn passkey_add(State(app): State<App>, Caller(who): Caller, Body(body): Body<NewPasskey>) -> Result<Reply> {
    Ok(Reply::created(app.write(&who, move |op| passkeys::add(op, &body.name, &body.credential)).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Name {
    name: String,
}

async fn passkey_rename(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Id>,
    Body(body): Body<Name>,
) -> Result<Reply> {
    Ok(Reply::ok(app.write(&who, move |op| passkeys::rename(op, id, &body.name)).await?))
}

async fn passkey_remove(State(app): State<App>, Caller(who): Caller, Path(id): Path<Id>) -> Result<Reply> {
    sessions::need_fresh(&app, &who, None).await?;
    app.write(&who, move |op| passkeys::remove(op, id)).await?;
    Ok(Reply::nothing())
}

async fn sessions_end_others(State(app): State<App>, Caller(who): Caller) -> Result<Reply> {
    let ended = app.write(&who, sessions::end_others).await?;
    Ok(Reply::ok(json!({ "ended": ended })))
}

async fn user_security(State(app): State<App>, Caller(who): Caller, Path(id): Path<Id>) -> Result<Reply> {
    let shown = app.read(&who, move |reader| -> Done<_> {
        let mut shown = factors::show(reader, id)?;
        let sessions = sessions::list(reader, Some(id))?;
        if let Some(shown) = shown.as_object_mut() {
            shown.insert("sessions".into(), sessions.get("data").cloned().unwrap_or_default());
        }
        Ok(shown)
    });
    Ok(Reply::ok(shown.await?))
}

async fn factors_reset(State(app): State<App>, Caller(who): Caller, Path(id): Path<Id>) -> Result<Reply> {
    sessions::need_fresh(&app, &who, None).await?;
    app.write(&who, move |op| factors::reset(op, id)).await?;
    Ok(Reply::nothing())
}

async fn rules_get(State(app): State<App>, Caller(who): Caller) -> Result<Reply> {
    Ok(Reply::ok(app.read(&who, rules::show).await?))
}

async fn rules_change(State(app): State<App>, Caller(who): Caller, Body(body): Body<RulesPatch>) -> Result<Reply> {
    sessions::need_fresh(&app, &who, None).await?;
    let shown = app.write(&who, move |op| {
        rules::change(op, &body)?;
        rules::show(op)
    });
    Ok(Reply::ok(shown.await?))
}

async fn invites_list(State(app): State<App>, Caller(who): Caller) -> Result<Reply> {
    Ok(Reply::ok(app.read(&who, invites::list).await?))
}

async fn invite_newcomer(
    State(app): State<App>,
    Caller(who): Caller,
    Body(body): Body<invites::Newcomer>,
) -> Result<Reply> {
    let (name, email) = (body.name.clone(), body.email.clone());
    let (user, link) = app.write(&who, move |op| invites::invite_newcomer(op, &body)).await?;
    let address = link.address(&app.config().origin);
    Ok(Reply::created(json!({
        "user": { "id": user, "name": name.trim(), "email": email.trim() },
        "kind": "invite",
        "link": address.expose(),
        "expires_at": link.expires_at,
    })))
}

async fn invite_revoke(State(app): State<App>, Caller(who): Caller, Path(id): Path<Id>) -> Result<Reply> {
    app.write(&who, move |op| invites::revoke(op, id)).await?;
    Ok(Reply::nothing())
}
