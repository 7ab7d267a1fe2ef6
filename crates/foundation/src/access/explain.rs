//! Why somebody sees, changes or deletes a record, or does not: the tree that the decision was made from.
//!
//! Each rule of each role is asked of this record alone, by the same code that guards every query, so the explanation
//! cannot say anything else than what happens.

use std::sync::Arc;

use kernel::{Error, Id, Result};
use serde_json::{Value as Json, json};

use super::principal::{Access, Action, ObjectAccess, Principal, Rule};
use super::roles::body::{FieldRule, written};
use super::roles::{self, Role};
use super::{audit, people};
use crate::operation::Reader;
use crate::records::{Object, ask, read};

/// The tree for one record and user (the caller where none is given):
/// ```json
/// { "user": {"id","name"}, "record": {"object","id","title"}, "admin": false,
///   "read":   {"allowed": true, "grants": [{"role": {"id","name","key"}, "rule": "team", "holds": true}], "restrictions": [{"role", "rule", "holds"}]},
///   "update": {…}, "delete": {…},
///   "fields": [{"field": "annual_income", "access": "hidden|readonly", "because": [{"role", "says"}]}] }
/// ```
/// The record must be one that the caller may read. Only administrators ask about others.
pub fn explain(reader: &mut Reader, object: &Arc<Object>, id: Id, user: Option<Id>) -> Result<Json> {
    let user = match user.or(reader.who.user) {
        Some(user) => user,
        None => return Err(Error::invalid("user", "required", "say whose rights are to be explained")),
    };
    if reader.who.user != Some(user) {
        reader.who.need_admin()?;
    }
    let record = read::get(reader, object, id)?;
    let roles = roles::of_user(reader, user)?;
    // Somebody who does not work here any more is explained by what their roles would allow.
    let person = people::by_id(reader.tx, user)?.ok_or(Error::NotFound)?;
    let whose = match people::principal(reader, user)? {
        Some(whose) => whose,
        None => Principal {
            id: user,
            name: person.name.as_str().into(),
            user: Some(user),
            access: Arc::default(),
            ..Principal::system("")
        },
    };
    let asked = Asked { object, id, whose };
    Ok(json!({
        "user": { "id": user, "name": person.name, "active": person.active },
        "record": { "object": object.def.name, "id": id, "title": record.title },
        "admin": asked.whose.access.admin,
        "roles": roles.iter().map(named).collect::<Vec<_>>(),
        "read": asked.tree(reader, &roles, Action::Read, person.active)?,
        "update": asked.tree(reader, &roles, Action::Update, person.active)?,
        "delete": asked.tree(reader, &roles, Action::Delete, person.active)?,
        "fields": fields(&roles, object, asked.whose.access.on(&object.def.name)),
    }))
}

/// That somebody asked, for the audit log; to be written by the route when it is about another user.
pub async fn noted(app: &crate::App, who: &Principal, object: &str, id: Id, user: Id) -> Result<()> {
    audit::note(app, who, audit::action::EXPLAINED, Some(object), Some(id), json!({ "user": user })).await
}

struct Asked<'a> {
    object: &'a Arc<Object>,
    id: Id,
    whose: Principal,
}

impl Asked<'_> {
    fn tree(&self, reader: &mut Reader, roles: &[Role], action: Action, active: bool) -> Result<Json> {
        let name = &self.object.def.name;
        let (mut grants, mut restrictions) = (Vec::new(), Vec::new());
        for role in roles {
            let grant = role.body.grant(name);
            let reach = grant.as_ref().and_then(|grant| match action {
                Action::Update => grant.update.0.clone(),
                Action::Delete => grant.delete.0.clone(),
                Action::Read | Action::Create | Action::Import | Action::Export => grant.read.0.clone(),
            });
            let holds = match &reach {
                Some(rule) => self.holds(reader, rule.clone())?,
                None => false,
            };
            grants.push(
                json!({ "role": named(role), "rule": reach.as_ref().map_or("none".into(), written), "holds": holds }),
            );
            for question in role.body.restrict.get(name).into_iter().flatten() {
                let holds = self.holds(reader, Rule::Where(question.clone()))?;
                restrictions.push(json!({ "role": named(role), "rule": question, "holds": holds }));
            }
        }
        let holds =
            |list: &[Json]| list.iter().map(|line| line.get("holds") == Some(&Json::Bool(true))).collect::<Vec<_>>();
        let readable = action == Action::Read || self.decided(reader, Action::Read)?;
        let allowed = active && readable && self.decided(reader, action)?;
        debug_assert!(!allowed || (holds(&grants).contains(&true) && !holds(&restrictions).contains(&false)));
        Ok(json!({ "allowed": allowed, "grants": grants, "restrictions": restrictions }))
    }

    /// Whether one rule reaches the record.
    fn holds(&self, reader: &mut Reader, rule: Rule) -> Result<bool> {
        self.reaches(reader, ObjectAccess { read: vec![rule], ..ObjectAccess::default() }, Action::Read)
    }

    /// What all rules together decide.
    fn decided(&self, reader: &mut Reader, action: Action) -> Result<bool> {
        let access = self.whose.access.on(&self.object.def.name).clone();
        self.reaches(reader, access, action)
    }

    fn reaches(&self, reader: &mut Reader, access: ObjectAccess, action: Action) -> Result<bool> {
        let objects = [(self.object.def.name.clone(), access)].into_iter().collect();
        let who = Principal { access: Arc::new(Access { objects, ..Access::default() }), ..self.whose.clone() };
        let catalogue = reader.catalogue.clone();
        let theirs = Reader::new(reader.tx, reader.app, &who, catalogue);
        let mut args = vec![self.id.into()];
        let rule = ask::rule_sql(&theirs, self.object, action, &mut args)?;
        let sql = format!("select 1 from {} r where r.id = $1 and {rule}", self.object.def.table);
        Ok(theirs.tx.one(&sql, &args)?.is_some())
    }
}

/// Fields that are kept from the user, and which roles say so.
fn fields(roles: &[Role], object: &Object, access: &ObjectAccess) -> Vec<Json> {
    let name = &object.def.name;
    let mut out = Vec::new();
    for field in &object.def.fields {
        let is = if access.hidden_fields.contains(&field.name) {
            "hidden"
        } else if access.readonly_fields.contains(&field.name) {
            "readonly"
        } else {
            continue;
        };
        let mut because = Vec::new();
        for role in roles {
            let rule = role.body.grant(name).and_then(|grant| grant.fields.get(&field.name).copied());
            if let Some(rule) = rule {
                let says = if rule == FieldRule::Hidden { "hidden" } else { "readonly" };
                because.push(json!({ "role": named(role), "says": says }));
            }
        }
        out.push(json!({ "field": field.name, "access": is, "because": because }));
    }
    out
}

fn named(role: &Role) -> Json {
    json!({ "id": role.id, "name": role.name, "key": role.key })
}
