//! What access does with users beyond their record: passwords, and what follows when a record changes.

use kernel::{Error, Id, Result, Value};
use serde_json::json;

use super::audit::{self, action};
use super::secret::Secret;
use super::{Principal, password, people, roles, sessions};
use crate::app::App;
use crate::operation::Operation;
use crate::records::Object;
use crate::records::write::{Draft, What};

/// Stores a password's hash and ends the user's sessions but one.
pub(super) fn set_password(op: &mut Operation, user: Id, stored: &str, keep: Option<Id>) -> Result<()> {
    let sql = "insert into credential (user_id, password, changed_at) values ($1, $2, $3) \
         on conflict (user_id) do update set password = excluded.password, changed_at = excluded.changed_at";
    let now = op.now;
    op.tx.execute(sql, &[user.into(), stored.into(), now.into()])?;
    op.tx.execute("delete from invite where user_id = $1", &[user.into()])?;
    sessions::end_all(op, user, keep)
}

/// The caller changes their own password. All their other sessions end.
pub async fn change_password(app: &App, who: &Principal, current: Secret, new: Secret) -> Result<()> {
    let user = who.user.filter(|_| who.session.is_some()).ok_or(Error::Forbidden("this needs a person"))?;
    if !sessions::confirm(app, who, current).await? {
        return Err(Error::invalid("current", "wrong_password", "this is not your password"));
    }
    let person = app.db().read_async(move |tx| people::by_id(tx, user)).await?.ok_or(Error::NotFound)?;
    let company = super::settings::company(app).await?;
    password::check(&new, &[&person.name, person.email.as_deref().unwrap_or(""), &company])?;
    let stored = password::hash(new).await?;
    app.write(who, move |op| {
        set_password(op, user, &stored, op.who.session)?;
        audit::write(op, action::PASSWORD_CHANGED, Some("user"), Some(user), json!({ "by": "self" }))
    })
    .await
}

/// Sets a user's password from the command line, where whoever may write the data folder may everything.
pub fn set_password_now(op: &mut Operation, user: Id, stored: &str) -> Result<()> {
    set_password(op, user, stored, None)?;
    audit::write(op, action::PASSWORD_CHANGED, Some("user"), Some(user), json!({ "by": "command" }))
}

/// What follows from written records for access; `records::write` hands over every batch. Changes of users and teams count
/// at once; a user who is disabled or deleted is signed out everywhere, and the last administrator stays.
pub fn follow(op: &mut Operation, object: &Object, drafts: &[Draft]) -> Result<()> {
    if drafts.is_empty() || !matches!(object.def.name.as_str(), "user" | "team") {
        return Ok(());
    }
    op.app.gate().distrust();
    if object.def.name != "user" {
        return Ok(());
    }
    let active = |record: &crate::records::Record| {
        *record.get(object, "is_active") == Value::Bool(true) && record.deleted_at.is_none()
    };
    let mut disabled = false;
    for draft in drafts {
        let user = draft.after.id;
        let (before, after) = (draft.before.as_ref().is_some_and(active), active(&draft.after));
        match (before, after) {
            (true, false) => {
                disabled = true;
                op.tx.execute("delete from invite where user_id = $1", &[user.into()])?;
                sessions::end_all(op, user, None)?;
                audit::write(op, action::USER_DISABLED, Some("user"), Some(user), json!({}))?;
            }
            (false, true) if draft.what != What::Created => {
                audit::write(op, action::USER_ENABLED, Some("user"), Some(user), json!({}))?;
            }
            (true, true) | (false, false | true) => {}
        }
    }
    if disabled { roles::refuse_without_administrator(op) } else { Ok(()) }
}
