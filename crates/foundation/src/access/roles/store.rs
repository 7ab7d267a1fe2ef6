//! Roles in the database, and who has which.

use db::Row;
use kernel::{Error, FieldError, Id, Result};
use serde_json::{Value as Json, json};

use super::body::RoleBody;
use super::standard;
use crate::access::{audit, audit::action, sessions};
use crate::operation::{Operation, Reader};
use crate::records::Catalogue;

const SELECT: &str = "select r.id, r.name, r.key, r.body from role r";

/// A role as it is stored.
#[derive(Debug, Clone)]
pub struct Role {
    pub id: Id,
    pub name: String,
    /// Of a standard role: `administrator`, `manager`, … The workspace translates its name by this.
    pub key: Option<String>,
    pub body: RoleBody,
}

impl Role {
    fn from_row(row: &Row) -> Result<Role> {
        let body = serde_json::from_str(row.text(3))
            .map_err(|e| Error::internal(format!("role {} is damaged: {e}", row.id(0))))?;
        Ok(Role { id: row.id(0), name: row.text(1).to_string(), key: row.opt_text(2).map(str::to_string), body })
    }

    fn is_administrator(&self) -> bool {
        self.key.as_deref() == Some(standard::ADMINISTRATOR)
    }

    pub fn to_json(&self, users: i64) -> Json {
        json!({ "id": self.id, "name": self.name, "key": self.key, "body": self.body, "users": users })
    }
}

/// All roles, `{"data":[{"id","name","key","body","users"}]}`, `users` being how many have it. For administrators.
pub fn list(reader: &mut Reader) -> Result<Json> {
    reader.who.need_admin()?;
    let rows = reader.tx.query(
        "select r.id, r.name, r.key, r.body, (select count(*) from user_role u where u.role_id = r.id) from role r order by r.name",
        &[],
    )?;
    let data: Vec<Json> = rows.iter().map(|row| Ok(Role::from_row(row)?.to_json(row.int(4)))).collect::<Result<_>>()?;
    Ok(json!({ "data": data }))
}

pub fn get(reader: &mut Reader, id: Id) -> Result<Role> {
    let row = reader.tx.one(&format!("{SELECT} where r.id = $1"), &[id.into()])?.ok_or(Error::NotFound)?;
    Role::from_row(&row)
}

/// How many users have a role.
pub fn holders(reader: &mut Reader, id: Id) -> Result<i64> {
    let row = reader.tx.one("select count(*) from user_role where role_id = $1", &[id.into()])?;
    Ok(row.map_or(0, |row| row.int(0)))
}

/// The roles that a user has.
pub fn of_user(reader: &mut Reader, user: Id) -> Result<Vec<Role>> {
    let sql = format!("{SELECT} join user_role u on u.role_id = r.id where u.user_id = $1 order by r.name");
    reader.tx.query(&sql, &[user.into()])?.iter().map(Role::from_row).collect()
}

/// `{"data":[{"id","name","key"}]}` of a user. For administrators and the user.
pub fn of_user_json(reader: &mut Reader, user: Id) -> Result<Json> {
    if reader.who.user != Some(user) {
        reader.who.need_admin()?;
    }
    let roles = of_user(reader, user)?;
    Ok(
        json!({ "data": roles.iter().map(|role| json!({ "id": role.id, "name": role.name, "key": role.key })).collect::<Vec<_>>() }),
    )
}

/// Makes a role.
pub fn create(op: &mut Operation, name: &str, body: &RoleBody) -> Result<Id> {
    op.who.need_admin()?;
    let name = checked_name(op, name, None)?;
    body.check(&op.catalogue)?;
    let id = Id::at(op.now.0);
    op.tx.execute(
        "insert into role (id, name, key, body) values ($1, $2, null, $3)",
        &[id.into(), name.as_str().into(), json!(body).to_string().into()],
    )?;
    op.app.gate().distrust();
    audit::write(op, action::ROLE_CREATED, Some("role"), Some(id), json!({ "name": name, "body": body }))?;
    Ok(id)
}

/// Changes a role's name, what it says, or both. The role of administrators stays as it is.
pub fn change(op: &mut Operation, id: Id, name: Option<&str>, body: Option<&RoleBody>) -> Result<()> {
    op.who.need_admin()?;
    let role = get(op, id)?;
    if role.is_administrator() {
        return Err(Error::conflict("role.fixed", "the role of administrators cannot be changed"));
    }
    let name = match name {
        Some(name) => checked_name(op, name, Some(id))?,
        None => role.name.clone(),
    };
    let body = body.unwrap_or(&role.body);
    body.check(&op.catalogue)?;
    op.tx.execute(
        "update role set name = $1, body = $2 where id = $3",
        &[name.as_str().into(), json!(body).to_string().into(), id.into()],
    )?;
    // A standard role that was renamed has a name of the company's own.
    if name != role.name {
        op.tx.execute("update role set key = null where id = $1", &[id.into()])?;
    }
    refuse_without_administrator(op)?;
    op.app.gate().distrust();
    audit::write(
        op,
        action::ROLE_CHANGED,
        Some("role"),
        Some(id),
        json!({ "name": name, "before": role.body, "after": body }),
    )
}

/// Removes a role from all who have it.
pub fn delete(op: &mut Operation, id: Id) -> Result<()> {
    op.who.need_admin()?;
    let role = get(op, id)?;
    if role.is_administrator() {
        return Err(Error::conflict("role.fixed", "the role of administrators cannot be deleted"));
    }
    op.tx.execute("delete from user_role where role_id = $1", &[id.into()])?;
    op.tx.execute("delete from role where id = $1", &[id.into()])?;
    refuse_without_administrator(op)?;
    op.app.gate().distrust();
    audit::write(op, action::ROLE_DELETED, Some("role"), Some(id), json!({ "name": role.name, "body": role.body }))
}

/// Sets the roles of a user. Somebody who loses a role signs in anew.
pub fn assign(op: &mut Operation, user: Id, roles: &[Id]) -> Result<()> {
    op.who.need_admin()?;
    if op.tx.one("select 1 from staff where id = $1 and deleted_at is null", &[user.into()])?.is_none() {
        return Err(Error::NotFound);
    }
    let before = of_user(op, user)?;
    let mut after = Vec::new();
    for (n, id) in roles.iter().enumerate() {
        match get(op, *id) {
            Ok(role) => after.push(role),
            Err(Error::NotFound) => {
                return Err(Error::Invalid(vec![FieldError::new(
                    &format!("/roles/{n}"),
                    "not_found",
                    "there is no such role",
                )]));
            }
            Err(other) => return Err(other),
        }
    }
    op.tx.execute("delete from user_role where user_id = $1", &[user.into()])?;
    for role in &after {
        op.tx.execute(
            "insert into user_role (user_id, role_id) values ($1, $2) on conflict do nothing",
            &[user.into(), role.id.into()],
        )?;
    }
    refuse_without_administrator(op)?;
    let lost = before.iter().any(|old| !after.iter().any(|new| new.id == old.id));
    if lost {
        sessions::end_all(op, user, op.who.session)?;
    }
    op.app.gate().distrust();
    let names = |roles: &[Role]| roles.iter().map(|role| role.name.clone()).collect::<Vec<_>>();
    audit::write(
        op,
        action::USER_ROLES_CHANGED,
        Some("user"),
        Some(user),
        json!({ "before": names(&before), "after": names(&after) }),
    )
}

/// Makes the standard roles where there are none yet; answers the administrators' one.
pub fn install_standard(op: &mut Operation) -> Result<Id> {
    for (key, name, body) in standard::roles() {
        if op.tx.one("select 1 from role where key = $1 or name = $2", &[key.into(), name.into()])?.is_some() {
            continue;
        }
        let body = fitting(RoleBody::read(&body)?, &op.catalogue);
        let id = Id::at(op.now.0);
        op.tx.execute(
            "insert into role (id, name, key, body) values ($1, $2, $3, $4)",
            &[id.into(), name.into(), key.into(), json!(body).to_string().into()],
        )?;
    }
    let row = op.tx.one("select id from role where key = $1", &[standard::ADMINISTRATOR.into()])?;
    row.map(|row| row.id(0)).ok_or_else(|| Error::internal("there is no role of administrators"))
}

/// Leaves out what this installation does not have: domains may be missing.
fn fitting(mut body: RoleBody, catalogue: &Catalogue) -> RoleBody {
    body.objects.retain(|name, _| name == super::body::EVERY_OBJECT || catalogue.named(name).is_some());
    body.restrict.retain(|name, _| catalogue.named(name).is_some());
    body
}

/// Whether somebody who is active and can sign in is an administrator.
pub fn has_administrator(reader: &mut Reader) -> Result<bool> {
    let sql = "select r.body from role r join user_role u on u.role_id = r.id join credential c on c.user_id = u.user_id \
         join staff s on s.id = u.user_id where s.deleted_at is null and s.is_active = 1";
    let rows = reader.tx.query(sql, &[])?;
    Ok(rows.iter().any(|row| serde_json::from_str::<RoleBody>(row.text(0)).is_ok_and(|body| body.admin)))
}

/// A company must not lock itself out. Before the set-up there is nobody to lose.
pub fn refuse_without_administrator(op: &mut Operation) -> Result<()> {
    if op.tx.one("select 1 from credential", &[])?.is_none() || has_administrator(op)? {
        return Ok(());
    }
    Err(Error::conflict("access.last_administrator", "this would leave nobody who can administer the company"))
}

fn checked_name(op: &mut Operation, name: &str, own: Option<Id>) -> Result<String> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Error::invalid("name", "required", "a role needs a name"));
    }
    if name.chars().count() > 80 {
        return Err(Error::invalid("name", "too_long", "at most 80 characters"));
    }
    let holder = op.tx.one("select id from role where name = $1", &[name.into()])?;
    if holder.is_some_and(|row| Some(row.id(0)) != own) {
        return Err(Error::invalid("name", "unique", "another role has this name already"));
    }
    Ok(name.to_string())
}
