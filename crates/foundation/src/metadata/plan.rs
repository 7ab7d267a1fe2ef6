//! What a text would change, and how many rows each change touches. A plan changes nothing; its hash stands for the text and
//! for what the company was like, so that what is applied is what was looked at.

use std::collections::BTreeMap;

use kernel::object::{FieldConditions, FieldType};
use kernel::{Error, FieldError, Result};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};

use super::{Item, Key, Kind, current};
use crate::access::roles::{self, ADMINISTRATOR, RoleBody};
use crate::access::secret::hex;
use crate::company::calendars::{self, Calendar};
use crate::company::currencies;
use crate::operation::Reader;
use crate::records::{Catalogue, ask};
use crate::workspace::layouts::Layout;

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    Create,
    Change,
    Remove,
}

/// One change.
#[derive(Debug, Clone, Serialize)]
pub struct Change {
    pub what: What,
    #[serde(flatten)]
    pub key: Key,
    /// What differs, as it is and as it will be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Map<String, Json>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Map<String, Json>>,
    /// Records (or people, for a role) that it concerns.
    pub rows: i64,
    /// What the rows are: `computed`, `emptied`, `lacking`, `holders`, `deals`, or nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows_are: Option<&'static str>,
    /// All that the text says of it.
    #[serde(skip)]
    pub wanted: Map<String, Json>,
    #[serde(skip)]
    pub pointer: String,
}

/// All changes, in the order in which they would be made.
#[derive(Debug, Clone, Serialize)]
pub struct Plan {
    pub hash: String,
    pub changes: Vec<Change>,
    /// What stands here and not in the text, and stays.
    pub kept: Vec<Key>,
}

/// What is said of a field that may change afterwards.
const OF_FIELDS: [&str; 8] = ["label", "help", "required", "indexed", "searchable", "options", "section", "formula"];
/// And of an object.
const OF_OBJECTS: [&str; 4] = ["label", "label_plural", "icon", "area"];

/// Plans a text. What it does not name stays, unless `remove` is asked. For administrators.
pub fn plan(reader: &mut Reader, text: &str, remove: bool) -> Result<Plan> {
    reader.who.need_admin()?;
    let wanted = super::read(text)?;
    let present: BTreeMap<Key, Item> =
        current::items(reader)?.into_iter().map(|item| (item.key.clone(), item)).collect();
    let mut errors = Vec::new();
    let mut changes = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for mut item in wanted {
        normalize(&mut item, &reader.catalogue, &mut errors);
        refuse_foreign(reader, &item, &present, &mut errors);
        if !seen.insert(item.key.clone()) {
            errors.push(FieldError::new(&at(&item, ""), "taken_twice", "this name stands here twice"));
        }
        changes.extend(compared(item, &present, &mut errors));
    }
    let mut kept = Vec::new();
    for key in present.keys().filter(|key| !seen.contains(key)) {
        // An object of its own with all its records is never taken away by a text.
        let stays = key.kind == Kind::Object || key.kind == Kind::Currencies || is_default_calendar(key, &present);
        let removable = remove && !stays && !is_standard_role(reader, key)?;
        if removable {
            let change = Change {
                what: What::Remove,
                key: key.clone(),
                before: present.get(key).map(|item| item.body.clone()),
                after: None,
                rows: 0,
                rows_are: None,
                wanted: Map::new(),
                pointer: String::new(),
            };
            changes.push(change);
        } else {
            kept.push(key.clone());
        }
    }
    if !errors.is_empty() {
        errors.truncate(200);
        return Err(Error::Invalid(errors));
    }
    // Making goes from the ground up, removing from the top down; the order of the text holds among equals.
    changes.sort_by_key(|change| match change.what {
        What::Create | What::Change => (0, change.key.kind as i32),
        What::Remove => (1, -(change.key.kind as i32)),
    });
    for change in &mut changes {
        (change.rows, change.rows_are) = rows(reader, change)?;
    }
    let hash = {
        let version = Catalogue::stored_version(reader.tx)?;
        let said = json!([text, remove, version, changes.iter().map(|change| json!(change)).collect::<Vec<_>>()]);
        hex(&Sha256::digest(said.to_string().as_bytes()))
    };
    Ok(Plan { hash, changes, kept })
}

fn at(item: &Item, part: &str) -> String {
    if part.is_empty() { item.pointer.clone() } else { format!("{}/{part}", item.pointer) }
}

/// Two ways to say the same are one.
fn normalize(item: &mut Item, catalogue: &Catalogue, errors: &mut Vec<FieldError>) {
    for name in ["label", "label_plural", "help"] {
        if let Some(Json::String(text)) = item.body.get(name) {
            let text = json!({ "en": text.trim() });
            item.body.insert(name.into(), text);
        }
    }
    let canonical = |read: Result<Json>, errors: &mut Vec<FieldError>, body: &mut Map<String, Json>| match read {
        Ok(Json::Object(read)) => *body = read,
        Ok(_) => {}
        Err(Error::Invalid(faults)) => errors.extend(faults.into_iter().map(|fault| {
            let below = fault.pointer.trim_start_matches("/body").to_string();
            FieldError { pointer: format!("{}{below}", item.pointer), ..fault }
        })),
        Err(other) => errors.push(FieldError::new(&item.pointer, "format", other.to_string())),
    };
    let whole = Json::Object(item.body.clone());
    let wrong = |fault: serde_json::Error| Error::invalid("", "format", fault.to_string());
    match item.key.kind {
        Kind::Role => canonical(RoleBody::read(&whole).map(|body| json!(body)), errors, &mut item.body),
        Kind::Layout => {
            let read: Result<Layout> = serde_json::from_value(whole).map_err(wrong);
            canonical(read.map(|layout| json!(layout)), errors, &mut item.body);
        }
        Kind::Conditions => {
            let read: Result<FieldConditions> = serde_json::from_value(whole).map_err(wrong);
            canonical(read.map(|conditions| json!(conditions)), errors, &mut item.body);
        }
        Kind::View | Kind::Pipeline | Kind::Stage => {
            let object = match item.key.kind {
                Kind::View => "view",
                Kind::Pipeline => "pipeline",
                _ => "stage",
            };
            let Some(object) = catalogue.named(object) else {
                errors.push(FieldError::new(&item.pointer, "unknown_object", "this company has none of these"));
                return;
            };
            for name in item.body.keys() {
                if object.def.field(name).is_none() {
                    let detail = format!("there is no field `{name}`");
                    errors.push(FieldError::new(&at(item, name), "unknown_field", detail));
                }
            }
        }
        Kind::Calendar => {
            let named = item.body.iter().map(|(name, value)| (name.clone(), value.clone()));
            let named = named.chain([("name".to_string(), json!(item.key.name))]).collect();
            let read: Result<calendars::Body> = serde_json::from_value(Json::Object(named)).map_err(wrong);
            let read = read.and_then(|body| Calendar::read(&body).map(|_| current::calendar_body(&body)));
            canonical(read, errors, &mut item.body);
        }
        Kind::Currencies => {
            let read: Result<currencies::Wanted> = serde_json::from_value(whole).map_err(wrong);
            canonical(
                read.and_then(|wanted| currencies::read(&wanted)).map(|used| json!(used)),
                errors,
                &mut item.body,
            );
        }
        Kind::Object | Kind::Field => {}
    }
}

/// Refuses what belongs to something that is neither here nor in the text before it.
fn refuse_foreign(reader: &mut Reader, item: &Item, present: &BTreeMap<Key, Item>, errors: &mut Vec<FieldError>) {
    let key = &item.key;
    if key.name.trim().is_empty() {
        errors.push(FieldError::new(&at(item, "name"), "required", "a name is needed"));
    }
    if key.kind == Kind::Role {
        let sql = "select 1 from role where name = $1 and key = $2";
        let fixed = reader.tx.one(sql, &[key.name.as_str().into(), ADMINISTRATOR.into()]);
        if matches!(fixed, Ok(Some(_))) {
            errors.push(FieldError::new(&at(item, ""), "reserved", "the role of administrators is in no text"));
        }
    }
    if key.kind == Kind::Object && !present.contains_key(key) && reader.catalogue.find(&key.name).is_some() {
        errors.push(FieldError::new(&at(item, ""), "taken", "a standard object has this name"));
    }
    if key.kind == Kind::Field && !present.contains_key(key) {
        let standard = reader.catalogue.named(&key.of).is_some_and(|object| object.def.field(&key.name).is_some());
        if standard {
            errors.push(FieldError::new(&at(item, "name"), "taken", "a standard field has this name"));
        }
    }
}

/// What differs between the text and what is here: only what the text says counts.
fn compared(item: Item, present: &BTreeMap<Key, Item>, errors: &mut Vec<FieldError>) -> Option<Change> {
    let Item { key, body, pointer } = item;
    let change = |what, before, after, key: Key, wanted| {
        Some(Change { what, key, before, after, rows: 0, rows_are: None, wanted, pointer: pointer.clone() })
    };
    let Some(here) = present.get(&key) else {
        return change(What::Create, None, Some(body.clone()), key, body);
    };
    let (mut before, mut after) = (Map::new(), Map::new());
    let whole = matches!(key.kind, Kind::Role | Kind::Layout | Kind::Conditions);
    // What is kept whole is replaced whole: what the text leaves out is taken away.
    let names: Vec<&String> = if whole { body.keys().chain(here.body.keys()).collect() } else { body.keys().collect() };
    for name in names {
        let (old, new) = (here.body.get(name), body.get(name));
        if old == new || same_as_nothing(old, new) {
            continue;
        }
        let fixed = match key.kind {
            Kind::Field => !OF_FIELDS.contains(&name.as_str()),
            Kind::Object => !OF_OBJECTS.contains(&name.as_str()),
            _ => false,
        };
        if fixed {
            let detail = format!("`{name}` cannot be changed any more; here it is {}", old.unwrap_or(&Json::Null));
            errors.push(FieldError::new(&format!("{pointer}/{name}"), "fixed", detail));
        }
        before.insert(name.clone(), old.cloned().unwrap_or(Json::Null));
        after.insert(name.clone(), new.cloned().unwrap_or(Json::Null));
    }
    if after.is_empty() {
        return None;
    }
    change(What::Change, Some(before), Some(after), key, body)
}

/// Nothing said, no, and empty are one.
fn same_as_nothing(old: Option<&Json>, new: Option<&Json>) -> bool {
    let nothing = |value: Option<&Json>| {
        value
            .is_none_or(|value| value.is_null() || *value == json!(false) || *value == json!("") || *value == json!([]))
    };
    nothing(old) && nothing(new)
}

/// A standard role is changed, never removed: the workspace knows it.
fn is_standard_role(reader: &mut Reader, key: &Key) -> Result<bool> {
    if key.kind != Kind::Role {
        return Ok(false);
    }
    let sql = "select 1 from role where name = $1 and key is not null";
    Ok(reader.tx.one(sql, &[key.name.as_str().into()])?.is_some())
}

/// There is always a default calendar where there is one at all.
fn is_default_calendar(key: &Key, present: &BTreeMap<Key, Item>) -> bool {
    let is_default = |item: &Item| item.body.get("is_default") == Some(&json!(true));
    key.kind == Kind::Calendar && present.get(key).is_some_and(is_default)
}

/// How many rows a change touches, and how.
fn rows(reader: &mut Reader, change: &Change) -> Result<(i64, Option<&'static str>)> {
    match (change.key.kind, change.what) {
        (Kind::Field, What::Create) => {
            let kind = change.wanted.get("type").and_then(Json::as_str);
            let computed = matches!(kind, Some("formula" | "roll_up"));
            let object = reader.catalogue.named(&change.key.of).cloned();
            match object.filter(|_| computed) {
                Some(object) => Ok((count(reader, &object.def.table, "1 = 1", &[])?, Some("computed"))),
                None => Ok((0, None)),
            }
        }
        (Kind::Field, What::Change | What::Remove) => of_field(reader, change),
        (Kind::Conditions, What::Create | What::Change) => lacking(reader, change),
        (Kind::Role, What::Change | What::Remove) => {
            let sql = "select u.user_id from user_role u join role r on r.id = u.role_id where r.name = $1";
            let holders = reader.tx.query(sql, &[change.key.name.as_str().into()])?.len();
            Ok((i64::try_from(holders).unwrap_or(i64::MAX), Some("holders")))
        }
        (Kind::Stage, What::Remove) => {
            let mut deals = 0;
            for (record, object) in current::living(reader, "stage")? {
                if record.get(&object, "name").as_text() == Some(&change.key.name)
                    && pipeline_name(reader, record.get(&object, "pipeline").as_link())?.as_deref()
                        == Some(change.key.of.as_str())
                    && let kernel::Value::Int(count) = record.get(&object, "deals_count")
                {
                    deals += count;
                }
            }
            Ok((deals, Some("deals")))
        }
        _ => Ok((0, None)),
    }
}

fn pipeline_name(reader: &mut Reader, id: Option<kernel::Id>) -> Result<Option<String>> {
    let found = current::living(reader, "pipeline")?.into_iter().find(|(record, _)| Some(record.id) == id);
    Ok(found.map(|(record, object)| record.get(&object, "name").as_text().unwrap_or_default().to_string()))
}

fn count(reader: &mut Reader, table: &str, condition: &str, args: &[db::Arg]) -> Result<i64> {
    let sql = format!("select count(*) from {table} r where r.deleted_at is null and {condition}");
    Ok(reader.tx.one(&sql, args)?.map_or(0, |row| row.int(0)))
}

fn of_field(reader: &mut Reader, change: &Change) -> Result<(i64, Option<&'static str>)> {
    let Some(object) = reader.catalogue.named(&change.key.of).cloned() else { return Ok((0, None)) };
    let Some(position) = object.def.position(&change.key.name) else { return Ok((0, None)) };
    let Some(column) = object.columns_of(position).first() else { return Ok((0, None)) };
    let (table, name) = (&object.def.table, &column.name);
    if change.what == What::Remove {
        return Ok((count(reader, table, &format!("r.{name} is not null"), &[])?, Some("emptied")));
    }
    let after = change.after.clone().unwrap_or_default();
    if after.get("required") == Some(&json!(true)) {
        return Ok((count(reader, table, &format!("r.{name} is null"), &[])?, Some("lacking")));
    }
    if after.contains_key("formula") {
        return Ok((count(reader, table, "1 = 1", &[])?, Some("computed")));
    }
    let kind = object.field(position).map(|field| field.kind.clone());
    if let (Some(FieldType::Choice { options }), Some(Json::Array(new))) = (kind, after.get("options")) {
        let kept: Vec<&str> = new.iter().filter_map(|option| option.get("value")?.as_str()).collect();
        let gone = options.iter().filter(|option| !kept.contains(&option.value.as_str()));
        let args: Vec<db::Arg> = gone.map(|option| db::Arg::text(option.value.as_str())).collect();
        if !args.is_empty() {
            let list: Vec<String> = (1..=args.len()).map(|n| format!("${n}")).collect();
            let condition = format!("r.{name} in ({})", list.join(", "));
            return Ok((count(reader, table, &condition, &args)?, Some("of_removed_options")));
        }
    }
    Ok((0, None))
}

/// Records that a new condition would want more of, the next time somebody touches them.
fn lacking(reader: &mut Reader, change: &Change) -> Result<(i64, Option<&'static str>)> {
    let Some(object) = reader.catalogue.named(&change.key.of).cloned() else { return Ok((0, None)) };
    let Some(text) = change.wanted.get("required_if").and_then(Json::as_str) else { return Ok((0, None)) };
    let column = object.def.position(&change.key.name).and_then(|position| object.columns_of(position).first());
    let Some(column) = column else { return Ok((0, None)) };
    // A condition on a field that the text makes first concerns no record yet.
    let Ok(checked) = ask::check_text(text, &object.def.name, &*reader.catalogue) else { return Ok((0, None)) };
    let mut args = Vec::new();
    let holds = ask::compile(reader, &checked, &mut args);
    let condition = format!("r.{} is null and {holds}", column.name);
    Ok((count(reader, &object.def.table, &condition, &args)?, Some("lacking")))
}

/// The role of a name, for those who carry a plan out.
pub(super) fn role_named(reader: &mut Reader, name: &str) -> Result<roles::Role> {
    let row = reader.tx.one("select id from role where name = $1", &[name.into()])?.ok_or(Error::NotFound)?;
    roles::get(reader, row.id(0))
}
