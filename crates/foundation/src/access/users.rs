//! What access does with users beyond their record: passwords, and what follows when a record changes.

use std::sync::Arc;

use kernel::{Error, Id, Result, Value};
use serde_json::{Map, Value as Json, json};

use super::audit::{self, action};
use super::principal::{Access, Kind, ObjectAccess, Rule};
use super::secret::Secret;
use super::{Principal, password, people, roles, sessions};
use crate::app::App;
use crate::operation::Operation;
use crate::records::write::{self, Draft, What, Write};
use crate::records::{Object, input, read};

/// Stores a password's hash and ends the user's sessions but one.
pub(super) fn set_password(op: &mut Operation, user: Id, stored: &str, keep: Option<Id>) -> Result<()> {
    let sql = "insert into credential (user_id, password, changed_at) values ($1, $2, $3) \
         on conflict (user_id) do update set password = excluded.password, changed_at = excluded.changed_at";
    let now = op.now;
    op.tx.execute(sql, &[user.into(), stored.into(), now.into()])?;
    op.tx.execute("delete from invite where user_id = $1", &[user.into()])?;
    sessions::end_all(op, user, keep).map(drop)
}

/// The caller changes their own password. All their other sessions end.
pub async fn change_password(app: &App, who: &Principal, current: Secret, new: Secret) -> Result<()> {
    let user = who.user.filter(|_| who.session.is_some()).ok_or(Error::Forbidden("this needs a person"))?;
    if !sessions::confirm(app, who, current).await? {
        return Err(Error::invalid("current", "wrong_password", "this is not your password"));
    }
    let person = app.db().read_async(move |tx| people::by_id(tx, user)).await?.ok_or(Error::NotFound)?;
    let company = super::settings::company(app).await?;
    let rules = app.db().read_async(super::rules::get).await?;
    password::check_by(&rules.password, &new, &[&person.name, person.email.as_deref().unwrap_or(""), &company])?;
    let stored = password::hash(new).await?;
    app.write(who, move |op| {
        set_password(op, user, &stored, op.who.session)?;
        audit::write(op, action::PASSWORD_CHANGED, Some("user"), Some(user), json!({ "by": "self" }))
    })
    .await
}

/// What people may change about themselves; the rest of their record decides about rights or is for others to say.
pub const OWN_FIELDS: [&str; 4] = ["name", "phone", "language", "time_zone"];

/// The caller changes their own record; answers it.
pub fn update_self(op: &mut Operation, user: Id, body: &Map<String, Json>) -> Result<Json> {
    let object = op.catalogue.named("user").cloned().ok_or(Error::NotFound)?;
    if let Some(other) = body.keys().find(|name| !OWN_FIELDS.contains(&name.as_str())) {
        return Err(Error::invalid(other, "readonly", "only an administrator changes this"));
    }
    if let Some(zone) = body.get("time_zone").and_then(Json::as_str)
        && !zone.is_empty()
        && jiff::tz::TimeZone::get(zone).is_err()
    {
        return Err(Error::invalid("time_zone", "unknown_option", "must be a zone such as Europe/Bucharest"));
    }
    let values = input::read(op, &object, body)?;
    write::apply_one(op, &object, Write::Update { id: user, version: None, values })?;
    let record = read::get(op, &object, user)?;
    read::show(op, &object, &[record], None)?.pop().ok_or(Error::NotFound)
}

/// The caller, with the right to change their own record and nothing more.
pub fn as_oneself(who: &Principal) -> Result<(Id, Principal)> {
    let user = who.user.filter(|_| who.kind == Kind::User).ok_or(Error::Forbidden("this needs a person"))?;
    let own = Rule::Where(format!("id = \"{user}\""));
    let on_users = ObjectAccess { read: vec![Rule::All], update: vec![own], ..ObjectAccess::default() };
    let objects = [("user".to_string(), on_users)].into_iter().collect();
    let access = Access {
        objects,
        otherwise: ObjectAccess { read: vec![Rule::All], ..ObjectAccess::default() },
        ..Access::default()
    };
    Ok((user, Principal { access: Arc::new(access), ..who.clone() }))
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
