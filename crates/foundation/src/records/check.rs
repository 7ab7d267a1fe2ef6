//! What must hold before a draft is written: required values, links that lead somewhere, unique values.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use db::Arg;
use kernel::{Error, FieldDef, FieldError, Id, Labels, ObjectDef, Result, Value};

use super::catalogue::Object;
use super::record::{CHUNK, id_list};
use super::write::{Draft, What};
use super::{ask, columns, conditions, merged};
use crate::access::{Action, Principal};
use crate::operation::Operation;

/// The drafts that may not be written, by their place in the batch.
pub fn all(op: &mut Operation, object: &Arc<Object>, drafts: &mut [Option<Draft>]) -> Result<BTreeMap<usize, Error>> {
    let mut faults: BTreeMap<usize, Vec<FieldError>> = BTreeMap::new();
    required(op, object, drafts, &mut faults);
    some(op, object, drafts, &mut faults);
    links(op, object, drafts, &mut faults)?;
    for (place, draft) in drafts.iter().enumerate() {
        let Some(draft) = draft.as_ref().filter(|draft| matches!(draft.what, What::Created | What::Updated)) else {
            continue;
        };
        for fault in crate::ledger::facts::faults(object, &draft.after) {
            faults.entry(place).or_default().push(fault);
        }
    }
    for (place, fault) in crate::workspace::views::check(op, object, drafts)? {
        faults.entry(place).or_default().push(fault);
    }
    for keeper in
        op.app.keepers().iter().filter(|keeper| keeper.object() == object.def.name).cloned().collect::<Vec<_>>()
    {
        for (place, fault) in keeper.check(op, object, drafts)? {
            faults.entry(place).or_default().push(fault);
        }
    }
    let mut errors: BTreeMap<usize, Error> =
        faults.into_iter().map(|(place, errors)| (place, Error::Invalid(errors))).collect();
    unique(op, object, drafts, &mut errors)?;
    Ok(errors)
}

fn required(op: &Operation, object: &Object, drafts: &[Option<Draft>], faults: &mut BTreeMap<usize, Vec<FieldError>>) {
    for (place, draft) in drafts.iter().enumerate() {
        let Some(draft) = draft else { continue };
        for (position, field) in object.def.fields.iter().enumerate() {
            let asked = draft.what == What::Created || draft.changed.contains(&position);
            let lacks = field.required && asked && draft.after.value(position).is_null();
            if lacks && !conditions::is_not_shown(op, object, position, &draft.after) {
                let error = FieldError::new(&field.name, "required", format!("{} is required", field.label.get("en")));
                faults.entry(place).or_default().push(error);
            }
        }
        if !object.conditions.is_empty() {
            let mut errors = faults.remove(&place).unwrap_or_default();
            conditions::faults(op, object, draft, &mut errors);
            if !errors.is_empty() {
                faults.insert(place, errors);
            }
        }
    }
}

/// Where an object needs one of several fields, at least one of them is filled.
fn some(op: &Operation, object: &Object, drafts: &[Option<Draft>], faults: &mut BTreeMap<usize, Vec<FieldError>>) {
    let needed: Vec<usize> = object.def.needs_any.iter().filter_map(|name| object.def.position(name)).collect();
    for (place, draft) in drafts.iter().enumerate() {
        let Some(draft) = draft else { continue };
        let asked = draft.what == What::Created || needed.iter().any(|position| draft.changed.contains(position));
        if asked && let Some(error) = lacks_all(op.who, &object.def, |at| !draft.after.value(at).is_null()) {
            faults.entry(place).or_default().push(error);
        }
    }
}

/// What is said of a record that has none of the fields of which its object needs one, in the language of whoever writes
/// it, for it names the fields; those that they cannot fill in are left out.
pub fn lacks_all(who: &Principal, def: &ObjectDef, is_filled: impl Fn(usize) -> bool) -> Option<FieldError> {
    let needed = || def.needs_any.iter().filter_map(|name| def.position(name));
    if def.needs_any.is_empty() || needed().any(is_filled) {
        return None;
    }
    let access = who.access.on(&def.name);
    let open = |name: &String| !access.hidden_fields.contains(name) && !access.readonly_fields.contains(name);
    let fields: Vec<&FieldDef> =
        needed().filter_map(|at| def.fields.get(at)).filter(|field| open(&field.name)).collect();
    let first = fields.first().map_or("", |field| field.name.as_str());
    let names: Vec<&str> = fields.iter().map(|field| field.label.get(&who.language)).collect();
    let says = Labels::four(
        "At least one of these is needed",
        "Нужно хотя бы одно из этих полей",
        "至少需要填写其中一项",
        "Este nevoie de cel puțin unul dintre acestea",
    );
    let detail = format!("{}: {}", says.get(&who.language), names.join(", "));
    Some(FieldError::new(first, "needs_any", detail))
}

/// Every linked record must be there, alive, and one that the caller may read. One that was joined to another is that one.
fn links(
    op: &mut Operation,
    object: &Arc<Object>,
    drafts: &mut [Option<Draft>],
    faults: &mut BTreeMap<usize, Vec<FieldError>>,
) -> Result<()> {
    let mut wanted: BTreeMap<String, HashMap<Id, Vec<(usize, usize)>>> = BTreeMap::new();
    for (place, draft) in drafts.iter().enumerate() {
        let Some(draft) = draft else { continue };
        // What comes back comes back as it was.
        if matches!(draft.what, What::Restored | What::Parted(_)) {
            continue;
        }
        for position in &draft.changed {
            let Some(target) = object.field(*position).and_then(|field| field.kind.target()) else { continue };
            let ids: &[Id] = match draft.after.value(*position) {
                Value::Link(id) => std::slice::from_ref(id),
                Value::Links(ids) => ids,
                _ => continue,
            };
            let before = draft.before.as_ref().map(|record| record.value(*position));
            for id in ids {
                let kept = matches!(before, Some(Value::Links(old)) if old.contains(id));
                if !kept {
                    wanted.entry(target.to_string()).or_default().entry(*id).or_default().push((place, *position));
                }
            }
        }
    }
    for (target, ids) in wanted {
        let Some(target) = op.catalogue.named(&target).cloned() else {
            // A link to any object is led on, and checked by nobody.
            let to = merged::now_of(op, &ids.keys().copied().collect::<Vec<_>>())?;
            lead_on(object, drafts, &ids, &to);
            continue;
        };
        let mut found = existing(op, &target, &ids.keys().copied().collect::<Vec<_>>())?;
        let missing: Vec<Id> = ids.keys().filter(|id| !found.contains(id)).copied().collect();
        if !missing.is_empty() {
            let mut to = merged::now_of(op, &missing)?;
            let there = existing(op, &target, &to.values().copied().collect::<Vec<_>>())?;
            to.retain(|_, now| there.contains(now));
            lead_on(object, drafts, &ids, &to);
            found.extend(to.into_keys());
        }
        for (id, places) in ids {
            // Whoever makes a record owns it, even if they may not read the list of users.
            if found.contains(&id) || (target.def.name == "user" && op.who.user == Some(id)) {
                continue;
            }
            for (place, position) in places {
                let Some(field) = object.field(position) else { continue };
                let detail = format!("there is no {} with the id {id}", target.def.label.get("en").to_lowercase());
                faults.entry(place).or_default().push(FieldError::new(&field.name, "not_found", detail));
            }
        }
    }
    Ok(())
}

/// Where each id is named: the place in the batch and the field.
type Places = HashMap<Id, Vec<(usize, usize)>>;

fn lead_on(object: &Object, drafts: &mut [Option<Draft>], ids: &Places, to: &HashMap<Id, Id>) {
    let places = ids.iter().filter(|(id, _)| to.contains_key(id)).flat_map(|(_, places)| places);
    let places: HashSet<(usize, usize)> = places.copied().collect();
    for (place, position) in places {
        if let Some(Some(draft)) = drafts.get_mut(place) {
            merged::lead_on(object, draft, position, to);
        }
    }
}

/// Which of these records are alive and readable for the caller.
pub fn existing(op: &mut Operation, target: &Arc<Object>, ids: &[Id]) -> Result<HashSet<Id>> {
    let mut found = HashSet::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let mut args = Vec::new();
        let read = ask::rule_sql(op, target, Action::Read, &mut args)?;
        let list = id_list(chunk, &mut args);
        let sql = format!(
            "select r.id from {} r where r.id in ({list}) and r.deleted_at is null and {read}",
            target.def.table
        );
        found.extend(op.tx.query(&sql, &args)?.iter().map(|row| row.id(0)));
    }
    Ok(found)
}

fn unique(
    op: &mut Operation,
    object: &Arc<Object>,
    drafts: &[Option<Draft>],
    errors: &mut BTreeMap<usize, Error>,
) -> Result<()> {
    for (position, field) in object.def.fields.iter().enumerate().filter(|(_, field)| field.unique) {
        let Some(column) = object.columns_of(position).first() else { continue };
        // Who holds each value: first what is stored, then what this batch writes, in its order.
        let mut holders: HashMap<String, Id> = HashMap::new();
        let mut asked: Vec<(usize, String, Arg, Id)> = Vec::new();
        for (place, draft) in drafts.iter().enumerate() {
            let Some(draft) = draft else { continue };
            let touches = draft.changed.contains(&position) || matches!(draft.what, What::Restored | What::Parted(_));
            let value = draft.after.value(position);
            if touches && !value.is_null() && draft.after.deleted_at.is_none() && !errors.contains_key(&place) {
                let mut args = Vec::new();
                columns::write(field, value, &mut args);
                if let Some(arg) = args.into_iter().next() {
                    asked.push((place, format!("{arg:?}"), arg, draft.after.id));
                }
            }
        }
        for chunk in asked.chunks(CHUNK) {
            let mut args: Vec<Arg> = Vec::new();
            for n in 0..[1, 8, 64, CHUNK].into_iter().find(|width| *width >= chunk.len()).unwrap_or(CHUNK) {
                if let Some((_, _, arg, _)) = chunk.get(n).or_else(|| chunk.last()) {
                    args.push(arg.clone());
                }
            }
            let list: Vec<String> = (1..=args.len()).map(|n| format!("${n}")).collect();
            let sql = format!(
                "select r.id, r.{0} from {1} r where r.{0} in ({2}) and r.deleted_at is null",
                column.name,
                object.def.table,
                list.join(", ")
            );
            for mut row in op.tx.query(&sql, &args)? {
                holders.insert(format!("{:?}", row.take(1)), row.id(0));
            }
        }
        // Whoever was joined to another keeps its key: a record made under it would be that other one again.
        let texts: Vec<String> = asked
            .iter()
            .filter(|(_, key, ..)| !holders.contains_key(key))
            .filter_map(|(place, ..)| drafts.get(*place)?.as_ref())
            .filter_map(|draft| merged::key_text(field, draft.after.value(position)))
            .collect();
        if !texts.is_empty() {
            for (text, id) in merged::by_key(op, &field.id, &texts)? {
                holders.entry(format!("{:?}", Arg::Text(text))).or_insert(id);
            }
        }
        // A write of this batch that takes a value away frees it only for later batches: simple, and never wrong.
        for (place, key, _, id) in asked {
            match holders.get(&key) {
                Some(holder) if *holder != id => {
                    errors.insert(
                        place,
                        Error::Conflict {
                            code: "unique",
                            detail: format!("another record has this {} already", field.label.get("en").to_lowercase()),
                            details: serde_json::json!({ "fields": { field.name.clone(): { "holder": holder } } }),
                        },
                    );
                }
                _ => {
                    holders.insert(key, id);
                }
            }
        }
    }
    Ok(())
}
