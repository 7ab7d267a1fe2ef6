//! The routes that show what a role says, and what a change of it would mean.

use axum::extract::State;
use kernel::Id;
use serde::Deserialize;
use serde_json::Value as Json;

use crate::access::roles::{self, RoleBody, preview};
use crate::app::App;
use crate::doors::body::Path;
use crate::doors::problem::Result;
use crate::doors::{Body, Caller, Reply, Right, Route};

/// The lines of the route table.
pub fn routes() -> Vec<Route> {
    use Right::Admin;
    vec![
        Route::get("/roles/{id}", Admin, "One role", role),
        Route::get("/roles/{id}/matrix", Admin, "A role by objects, actions and fields", role_matrix),
        Route::post("/roles/{id}/preview", Admin, "What a change of a role would give and take", role_preview),
        Route::post("/users/{id}/roles/preview", Admin, "What other roles would give a user and take", user_preview),
    ]
}

async fn role(State(app): State<App>, Caller(who): Caller, Path(id): Path<Id>) -> Result<Reply> {
    let shown = app.read(&who, move |reader| {
        let users = roles::holders(reader, id)?;
        Ok(roles::get(reader, id)?.to_json(users))
    });
    Ok(Reply::ok(shown.await?))
}

async fn role_matrix(State(app): State<App>, Caller(who): Caller, Path(id): Path<Id>) -> Result<Reply> {
    let shown = app.read(&who, move |reader| {
        let role = roles::get(reader, id)?;
        roles::matrix(reader, &role)
    });
    Ok(Reply::ok(shown.await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RolePreview {
    /// None: the role is gone.
    body: Option<Json>,
    #[serde(default)]
    users: Option<Vec<Id>>,
}

async fn role_preview(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Id>,
    Body(asked): Body<RolePreview>,
) -> Result<Reply> {
    let body = asked.body.as_ref().map(RoleBody::read).transpose()?;
    let shown = app.read(&who, move |reader| preview::of_role(reader, id, body.as_ref(), asked.users));
    Ok(Reply::ok(shown.await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UserPreview {
    roles: Vec<Id>,
}

async fn user_preview(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Id>,
    Body(asked): Body<UserPreview>,
) -> Result<Reply> {
    Ok(Reply::ok(app.read(&who, move |reader| preview::of_user_roles(reader, id, &asked.roles)).await?))
}
