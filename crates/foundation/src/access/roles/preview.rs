//! What would somebody gain and lose? A change of rights is tried on everybody it would reach, without being saved: the same
//! code that guards every query counts the records before and after.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use kernel::{Error, Id, Result};
use serde_json::{Value as Json, json};

use super::body::RoleBody;
use super::{get, of_user, resolve};
use crate::access::people;
use crate::access::principal::{Access, Action, ObjectAccess, Principal};
use crate::operation::Reader;
use crate::records::{Object, ask};

/// People looked at where nobody is named: each is a count over the tables whose rules differ.
const LOOKED_AT: usize = 20;

/// What a role's new body (none: the role is gone) would change for those who have it, or for the people named.
pub fn of_role(reader: &mut Reader, role: Id, body: Option<&RoleBody>, named: Option<Vec<Id>>) -> Result<Json> {
    reader.who.need_admin()?;
    get(reader, role)?;
    if let Some(body) = body {
        body.check(&reader.catalogue)?;
    }
    let sql = "select u.user_id from user_role u join staff s on s.id = u.user_id \
         where u.role_id = $1 and s.is_active = 1 and s.deleted_at is null order by s.name, u.user_id";
    let holders: Vec<Id> = reader.tx.query(sql, &[role.into()])?.iter().map(|row| row.id(0)).collect();
    let people: Vec<Id> = match named {
        Some(named) => named.into_iter().take(kernel::limits::PAGE).collect(),
        None => holders.iter().copied().take(LOOKED_AT).collect(),
    };
    let mut changes = Vec::new();
    for user in &people {
        let before = of_user(reader, *user)?;
        let mut after: Vec<RoleBody> =
            before.iter().filter(|other| other.id != role).map(|other| other.body.clone()).collect();
        after.extend(body.cloned());
        let before: Vec<RoleBody> = before.into_iter().map(|role| role.body).collect();
        changes.push(Change { user: *user, before: resolve(&before), after: resolve(&after) });
    }
    compare(reader, changes, holders.len())
}

/// What another set of roles would change for one user.
pub fn of_user_roles(reader: &mut Reader, user: Id, roles: &[Id]) -> Result<Json> {
    reader.who.need_admin()?;
    let before: Vec<RoleBody> = of_user(reader, user)?.into_iter().map(|role| role.body).collect();
    let mut after = Vec::new();
    for (n, role) in roles.iter().enumerate() {
        match get(reader, *role) {
            Ok(role) => after.push(role.body),
            Err(Error::NotFound) => {
                return Err(Error::invalid(&format!("/roles/{n}"), "not_found", "there is no such role"));
            }
            Err(other) => return Err(other),
        }
    }
    compare(reader, vec![Change { user, before: resolve(&before), after: resolve(&after) }], 1)
}

/// One person's rights before and after.
struct Change {
    user: Id,
    before: Access,
    after: Access,
}

const ACTIONS: [(&str, Action); 3] = [("read", Action::Read), ("update", Action::Update), ("delete", Action::Delete)];

fn compare(reader: &mut Reader, changes: Vec<Change>, users: usize) -> Result<Json> {
    let looked_at = changes.len();
    let (mut gain_admin, mut lose_admin) = (Vec::new(), Vec::new());
    let mut by_object: Vec<(Arc<Object>, Vec<Json>, [Moved; 3])> = Vec::new();
    let mut counted: HashMap<String, [Moved; 3]> = HashMap::new();
    let objects = reader.catalogue.objects().to_vec();
    for change in changes {
        let Some(person) = people::by_id(reader.tx, change.user)? else { return Err(Error::NotFound) };
        let named = json!({ "id": person.id, "name": person.name });
        match (change.before.admin, change.after.admin) {
            (false, true) => gain_admin.push(named.clone()),
            (true, false) => lose_admin.push(named.clone()),
            (true, true) | (false, false) => {}
        }
        let Some(whose) = people::principal(reader, change.user)? else { continue };
        let before = Principal { access: Arc::new(change.before), ..whose.clone() };
        let after = Principal { access: Arc::new(change.after), ..whose };
        for object in &objects {
            let (was, will) = (before.access.on(&object.def.name), after.access.on(&object.def.name));
            if was == will {
                continue;
            }
            let moved = count(reader, object, &before, &after, &mut counted)?;
            let (may, fields) = (may(was, will), fields(object, was, will));
            let is_same = moved.iter().all(|moved| moved.gain == 0 && moved.lose == 0);
            if is_same && may.is_none() && fields.is_none() {
                continue;
            }
            let mut line = json!({ "user": named });
            if let Some(line) = line.as_object_mut() {
                for ((name, _), moved) in ACTIONS.iter().zip(&moved) {
                    line.insert((*name).into(), moved.shown());
                }
                line.insert("may".into(), may.unwrap_or_else(|| json!({ "gain": [], "lose": [] })));
                line.insert("fields".into(), fields.unwrap_or_else(none_of_fields));
            }
            match by_object.iter_mut().find(|(known, _, _)| known.def.id == object.def.id) {
                Some((_, lines, total)) => {
                    lines.push(line);
                    for (total, moved) in total.iter_mut().zip(&moved) {
                        total.gain += moved.gain;
                        total.lose += moved.lose;
                    }
                }
                None => by_object.push((object.clone(), vec![line], moved)),
            }
        }
    }
    let lines: Vec<Json> = by_object
        .into_iter()
        .map(|(object, users, total)| {
            let mut line = json!({
                "object": object.def.name, "plural": object.def.plural, "label_plural": object.def.label_plural,
            });
            if let Some(line) = line.as_object_mut() {
                for ((name, _), total) in ACTIONS.iter().zip(&total) {
                    line.insert((*name).into(), json!({ "gain": total.gain, "lose": total.lose }));
                }
                line.insert("users".into(), users.into());
            }
            line
        })
        .collect();
    Ok(json!({
        "users": users,
        "looked_at": looked_at,
        "admin": { "gain": gain_admin, "lose": lose_admin },
        "objects": lines,
    }))
}

/// How many records one action reaches before and after, and which come and go.
#[derive(Debug, Clone, Copy, Default)]
struct Moved {
    before: i64,
    after: i64,
    gain: i64,
    lose: i64,
}

impl Moved {
    fn shown(&self) -> Json {
        json!({ "before": self.before, "after": self.after, "gain": self.gain, "lose": self.lose })
    }
}

/// One walk over the object's living records answers for all three actions. People with the same rules share it.
fn count(
    reader: &mut Reader,
    object: &Arc<Object>,
    before: &Principal,
    after: &Principal,
    counted: &mut HashMap<String, [Moved; 3]>,
) -> Result<[Moved; 3]> {
    let (mut args, mut sums) = (Vec::new(), Vec::new());
    let mut reads = None;
    for (_, action) in ACTIONS {
        let was = rule(reader, object, before, action, &mut args)?;
        let will = rule(reader, object, after, action, &mut args)?;
        // What may not be read cannot be changed either.
        let (read_before, read_after) = reads.get_or_insert_with(|| (was.clone(), will.clone())).clone();
        let (was, will) = (format!("({was} and {read_before})"), format!("({will} and {read_after})"));
        for condition in [was.clone(), will.clone(), format!("{will} and not {was}"), format!("{was} and not {will}")] {
            sums.push(format!("sum(case when {condition} then 1 else 0 end)"));
        }
    }
    let sql = format!("select {} from {} r where r.deleted_at is null", sums.join(", "), object.def.table);
    let key = format!("{sql} {args:?}");
    if let Some(known) = counted.get(&key) {
        return Ok(*known);
    }
    let row = reader.tx.one(&sql, &args)?.unwrap_or_default();
    let mut moved = [Moved::default(); 3];
    for (n, moved) in moved.iter_mut().enumerate() {
        let at = |offset: usize| row.opt_int(n * 4 + offset).unwrap_or(0);
        *moved = Moved { before: at(0), after: at(1), gain: at(2), lose: at(3) };
    }
    counted.insert(key, moved);
    Ok(moved)
}

fn rule(
    reader: &mut Reader,
    object: &Arc<Object>,
    who: &Principal,
    action: Action,
    args: &mut Vec<db::Arg>,
) -> Result<String> {
    let catalogue = reader.catalogue.clone();
    let theirs = Reader::new(reader.tx, reader.app, who, catalogue);
    ask::rule_sql(&theirs, object, action, args)
}

/// What may be done at all with the object, beyond single records.
fn may(was: &ObjectAccess, will: &ObjectAccess) -> Option<Json> {
    let (mut gain, mut lose) = (Vec::new(), Vec::new());
    for (name, action) in [("create", Action::Create), ("import", Action::Import), ("export", Action::Export)] {
        match (was.allows(action), will.allows(action)) {
            (false, true) => gain.push(name),
            (true, false) => lose.push(name),
            (true, true) | (false, false) => {}
        }
    }
    (!gain.is_empty() || !lose.is_empty()).then(|| json!({ "gain": gain, "lose": lose }))
}

fn none_of_fields() -> Json {
    json!({ "gain_read": [], "lose_read": [], "gain_write": [], "lose_write": [] })
}

/// Fields that come and go for somebody who sees records before and after; who gains or loses all records knows already.
fn fields(object: &Object, was: &ObjectAccess, will: &ObjectAccess) -> Option<Json> {
    if !was.allows(Action::Read) || !will.allows(Action::Read) {
        return None;
    }
    let seen = |access: &ObjectAccess| -> BTreeSet<String> {
        let names = object.def.fields.iter().map(|field| field.name.clone());
        names.filter(|name| !access.hidden_fields.contains(name)).collect()
    };
    let written = |access: &ObjectAccess| -> BTreeSet<String> {
        if !access.allows(Action::Update) && !access.allows(Action::Create) {
            return BTreeSet::new();
        }
        let open = object.def.fields.iter().filter(|field| !field.readonly && !field.kind.is_computed());
        let names = open.map(|field| field.name.clone());
        names.filter(|name| !access.hidden_fields.contains(name) && !access.readonly_fields.contains(name)).collect()
    };
    let less = |one: &BTreeSet<String>, other: &BTreeSet<String>| one.difference(other).cloned().collect::<Vec<_>>();
    let (read_before, read_after) = (seen(was), seen(will));
    let (write_before, write_after) = (written(was), written(will));
    let lists = [
        less(&read_after, &read_before),
        less(&read_before, &read_after),
        less(&write_after, &write_before),
        less(&write_before, &write_after),
    ];
    let [gain_read, lose_read, gain_write, lose_write] = &lists;
    lists.iter().any(|list| !list.is_empty()).then(|| {
        json!({ "gain_read": gain_read, "lose_read": lose_read, "gain_write": gain_write, "lose_write": lose_write })
    })
}
