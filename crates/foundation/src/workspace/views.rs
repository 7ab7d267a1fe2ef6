//! Saved views: who sees them, what their settings may say, and which one opens first.
//!
//! A view outlives what it names: a field may be deleted, or hidden from one of its readers. Saving refuses what is wrong;
//! reading leaves it out and says so, and of a filter keeps the parts that still hold.

use std::collections::BTreeSet;
use std::sync::Arc;

use db::Arg;
use kernel::{Error, FieldError, Id, Result, Value};
use question::Question;
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use crate::access::principal::Kind;
use crate::access::{Action, Principal};
use crate::operation::{Operation, Reader};
use crate::records::read::{self, ListQuery};
use crate::records::record::Record;
use crate::records::write::{Draft, What};
use crate::records::{Object, ask};

/// The object of saved views.
pub const VIEW: &str = "view";
/// Whose view it is decides who sees it, whatever roles say: a private one is nobody else's business.
const SEEN: &str = r#"owner = me or visibility = "everyone" or (visibility = "team" and team in my teams)"#;

/// Objects whose records are private, a team's or everybody's, each as its owner says: views, and what analysis keeps.
const SHARED: [&str; 5] = [VIEW, "dashboard", "sql_question", "alert", "report"];

/// What must hold for every record of an object beside the rules of roles, as question text.
pub fn restriction(who: &Principal, object: &str) -> Option<&'static str> {
    (SHARED.contains(&object) && who.kind != Kind::System).then_some(SEEN)
}

/// Whether the past of a field is kept from a reader because it may name fields that are hidden from them: old settings of a
/// view are not taken apart as its present ones are.
pub fn hides_past(reader: &Reader, object: &str, field: &str) -> bool {
    let access = &reader.who.access;
    ((SHARED.contains(&object) && field == "config") || (object == "sql_question" && field == "sql"))
        && access.objects.values().chain([&access.otherwise]).any(|access| !access.hidden_fields.is_empty())
}

/// A view for a team belongs to the owner's own team unless another one is named.
pub fn settle(op: &Operation, object: &Object, record: &mut Record) {
    if !SHARED.contains(&object.def.name.as_str()) || record.get(object, "visibility").as_text() != Some("team") {
        return;
    }
    if let (Some(position), Some(team)) = (object.def.position("team"), op.who.teams.first())
        && record.value(position).is_null()
    {
        record.set(position, Value::Link(*team));
    }
}

/// What is wrong with views that are about to be written, by their place in the batch.
pub fn check(op: &mut Operation, object: &Object, drafts: &[Option<Draft>]) -> Result<Vec<(usize, FieldError)>> {
    let mut faults = Vec::new();
    if !SHARED.contains(&object.def.name.as_str()) || op.who.kind == Kind::System {
        return Ok(faults);
    }
    for (place, draft) in drafts.iter().enumerate() {
        let Some(draft) = draft else { continue };
        let changes = |field: &str| {
            draft.what == What::Created
                || object.def.position(field).is_some_and(|position| draft.changed.contains(&position))
        };
        let record = &draft.after;
        if (changes("visibility") || changes("team"))
            && record.get(object, "visibility").as_text() == Some("team")
            && record.get(object, "team").is_null()
        {
            faults.push((place, FieldError::new("team", "required", "say for which team")));
        }
        if object.def.name != VIEW || (!changes("config") && !changes("object_name")) {
            continue;
        }
        let name = record.get(object, "object_name").as_text().unwrap_or_default();
        let Some(of) = shown_object(op, name) else {
            let detail = format!("there is no object `{name}`");
            faults.push((place, FieldError::new("object_name", "unknown_object", detail)));
            continue;
        };
        if let Value::Json(config) = record.get(object, "config") {
            let mut reading = Reading::new(op, &of);
            reading.config(config);
            faults.extend(reading.faults.into_iter().map(|fault| (place, fault)));
        }
    }
    Ok(faults)
}

/// The object that a view shows, if the reader may know of it.
fn shown_object(reader: &Reader, name: &str) -> Option<Arc<Object>> {
    let object = reader.catalogue.named(name)?;
    reader.who.access.on(name).allows(Action::Read).then(|| object.clone())
}

/// Views as their reader may have them: settings that still hold, and what of them does not.
pub fn show(reader: &mut Reader, object: &Object, records: &[Record], shown: &mut [Json]) {
    if object.def.name != VIEW {
        return;
    }
    for (record, shown) in records.iter().zip(shown) {
        let Some(shown) = shown.as_object_mut().filter(|shown| shown.contains_key("config")) else { continue };
        let name = record.get(object, "object_name").as_text().unwrap_or_default();
        let (config, warnings) = match (shown_object(reader, name), record.get(object, "config")) {
            (Some(of), Value::Json(config)) => {
                let mut reading = Reading::new(reader, &of);
                let config = reading.config(config);
                (config, reading.faults)
            }
            (Some(_), _) => (Json::Null, Vec::new()),
            (None, _) => {
                let fault = FieldError::new("object_name", "unknown_object", format!("there is no object `{name}`"));
                (Json::Null, vec![fault])
            }
        };
        shown.insert("config".into(), config);
        shown.insert("warnings".into(), json!(warnings));
    }
}

/// A walk over a view's settings: what holds is kept, what does not is noted.
struct Reading<'r, 'a, 'c> {
    reader: &'r Reader<'a, 'c>,
    object: &'r Arc<Object>,
    faults: Vec<FieldError>,
}

/// What a setting is.
#[derive(Clone, Copy)]
enum Setting {
    /// One field name.
    Field,
    /// Field names, as a list or a text with commas; `-` before one is a direction.
    Fields,
    /// `name:value,name:value`, or an object, by field name.
    ByField,
    /// A field, or an object with `field`; or a list of them.
    By,
    /// Figures, `sum:amount` or an object with `field`.
    Measures,
    /// Settings within a setting.
    Within(&'static [(&'static str, Setting)]),
    /// `board_by:stage,board_card:amount`: a name that ends so says which field.
    Pairs,
}

const SETTINGS: &[(&str, Setting)] = &[
    ("sort", Setting::Fields),
    ("columns", Setting::Fields),
    ("card", Setting::Fields),
    ("pinned", Setting::Fields),
    ("widths", Setting::ByField),
    ("figures", Setting::ByField),
    ("footers", Setting::ByField),
    ("group", Setting::By),
    ("group_by", Setting::By),
    ("board", Setting::Within(LAYOUT)),
    ("calendar", Setting::Within(LAYOUT)),
    ("gallery", Setting::Within(LAYOUT)),
    ("pivot", Setting::Within(LAYOUT)),
    ("chart", Setting::Within(LAYOUT)),
    ("layout", Setting::Pairs),
];

const LAYOUT: &[(&str, Setting)] = &[
    ("field", Setting::Field),
    ("end", Setting::Field),
    ("image", Setting::Field),
    ("card", Setting::Fields),
    ("lanes", Setting::By),
    ("by", Setting::By),
    ("rows", Setting::By),
    ("columns", Setting::By),
    ("measures", Setting::Measures),
];

/// Endings of names in [`Setting::Pairs`] whose values are fields.
const NAMES_FIELDS: &[&str] =
    &["_by", "_on", "_end", "_hue", "_lanes", "_rows", "_columns", "_split", "_image", "_card", "_cards", "_field"];

impl<'r, 'a, 'c> Reading<'r, 'a, 'c> {
    fn new(reader: &'r Reader<'a, 'c>, object: &'r Arc<Object>) -> Reading<'r, 'a, 'c> {
        Reading { reader, object, faults: Vec::new() }
    }

    fn config(&mut self, config: &Json) -> Json {
        let Json::Object(config) = config else {
            self.wrong("/config", "must be an object");
            return Json::Null;
        };
        let mut kept = self.within(config, SETTINGS, "/config");
        if let Some(filter) = config.get("filter") {
            match self.filter(filter) {
                Some(filter) => kept.insert("filter".into(), filter),
                None => kept.remove("filter"),
            };
        }
        Json::Object(kept)
    }

    fn within(&mut self, config: &Map<String, Json>, settings: &[(&str, Setting)], at: &str) -> Map<String, Json> {
        let mut kept = Map::new();
        for (name, value) in config {
            let setting = settings.iter().find(|(known, _)| known == name).map(|(_, setting)| *setting);
            let at = format!("{at}/{name}");
            let value = match setting {
                None => Some(value.clone()),
                Some(_) if value.is_null() => Some(Json::Null),
                Some(setting) => self.setting(setting, value, &at),
            };
            if let Some(value) = value {
                kept.insert(name.clone(), value);
            }
        }
        kept
    }

    fn setting(&mut self, setting: Setting, value: &Json, at: &str) -> Option<Json> {
        match (setting, value) {
            (Setting::Field | Setting::Fields | Setting::By, Json::String(text)) => {
                let many = matches!(setting, Setting::Fields | Setting::By);
                let names: Vec<&str> = if many { text.split(',').collect() } else { vec![text.as_str()] };
                let names: Vec<&str> = names.into_iter().filter(|name| self.knows(name, at)).collect();
                Some(json!(names.join(",")))
            }
            (Setting::Fields | Setting::By | Setting::Measures, Json::Array(list)) => {
                Some(self.list(setting, list, at))
            }
            (Setting::By | Setting::Measures, Json::Object(body)) => {
                let names = ["field", "by"].into_iter().filter_map(|key| Some((key, body.get(key)?.as_str()?)));
                let known = names.filter(|(key, name)| !self.knows(name, &format!("{at}/{key}"))).count() == 0;
                known.then(|| value.clone())
            }
            (Setting::Measures, Json::String(text)) => {
                let fields = text.split(':').skip(1);
                let unknown = fields.filter(|name| !self.knows(name, at)).count();
                (unknown == 0).then(|| value.clone())
            }
            (Setting::ByField, Json::String(text)) => {
                let pairs = text.split(',').filter(|pair| self.knows(pair.split(':').next().unwrap_or_default(), at));
                Some(json!(pairs.collect::<Vec<_>>().join(",")))
            }
            (Setting::ByField, Json::Object(pairs)) => {
                let mut kept = pairs.clone();
                kept.retain(|name, _| self.knows(name, &format!("{at}/{name}")));
                Some(Json::Object(kept))
            }
            (Setting::Within(settings), Json::Object(inner)) => Some(Json::Object(self.within(inner, settings, at))),
            (Setting::Pairs, Json::String(text)) => {
                let pairs = text.split(',').filter(|pair| {
                    let (name, value) = pair.split_once(':').unwrap_or((pair, ""));
                    self.pair(name, value, at)
                });
                Some(json!(pairs.collect::<Vec<_>>().join(",")))
            }
            (Setting::Pairs, Json::Object(pairs)) => {
                let mut kept = pairs.clone();
                kept.retain(|name, value| self.pair(name, value.as_str().unwrap_or_default(), &format!("{at}/{name}")));
                Some(Json::Object(kept))
            }
            _ => {
                self.wrong(at, "is of another type");
                None
            }
        }
    }

    fn list(&mut self, setting: Setting, list: &[Json], at: &str) -> Json {
        let mut kept = Vec::with_capacity(list.len());
        for (place, item) in list.iter().enumerate() {
            let at = format!("{at}/{place}");
            let holds = match (setting, item) {
                (Setting::Fields, Json::String(name)) => self.knows(name, &at),
                (Setting::By, Json::String(name)) => self.knows(name, &at),
                (Setting::By | Setting::Measures, item) => self.setting(setting, item, &at).is_some(),
                _ => {
                    self.wrong(&at, "must be the name of a field");
                    false
                }
            };
            if holds {
                kept.push(item.clone());
            }
        }
        kept.into()
    }

    /// One `name:value` of a layout. What does not name a field is not ours to judge, as long as it hides nothing.
    fn pair(&mut self, name: &str, value: &str, at: &str) -> bool {
        if NAMES_FIELDS.iter().any(|ending| name.ends_with(ending)) {
            return value.split(['~', ' ', '+', '|']).all(|name| self.knows(name, at));
        }
        let hidden = &self.reader.who.access.on(&self.object.def.name).hidden_fields;
        !value.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| hidden.contains(word))
    }

    /// Whether a name is one of a field that the reader may see; notes it if not. Nothing is nothing.
    fn knows(&mut self, name: &str, at: &str) -> bool {
        let name = name.trim().trim_start_matches('-');
        let name = name.split('.').next().unwrap_or_default();
        if name.is_empty() || is_system(name) {
            return true;
        }
        let hidden = self.reader.who.access.on(&self.object.def.name).hidden_fields.contains(name);
        if self.object.def.position(name).is_some() && !hidden {
            return true;
        }
        // A hidden field does not exist, not even by its name.
        let detail = if hidden {
            "a field that the view names is not there".to_string()
        } else {
            format!("there is no field `{}`", name.chars().take(60).collect::<String>())
        };
        let at = if hidden {
            at.rsplit_once('/').map_or(at, |(before, last)| if last == name { before } else { at })
        } else {
            at
        };
        self.faults.push(FieldError::new(at, "unknown_field", detail));
        false
    }

    fn wrong(&mut self, at: &str, what: &str) {
        self.faults.push(FieldError::new(at, "wrong_type", what));
    }

    /// The filter, or the parts of it that still hold.
    fn filter(&mut self, filter: &Json) -> Option<Json> {
        let question = match ask::question_of(Some(filter)) {
            Ok(None) => return Some(filter.clone()),
            Ok(Some(question)) => question,
            Err(error) => {
                self.not_understood(error);
                return None;
            }
        };
        let Err(error) = ask::checked(self.reader, self.object, &question) else { return Some(filter.clone()) };
        self.not_understood(error);
        let Question::All(parts) = question else { return None };
        let holding: Vec<Question> =
            parts.into_iter().filter(|part| ask::checked(self.reader, self.object, part).is_ok()).collect();
        if holding.is_empty() { None } else { Some(json!(question::to_text(&Question::all(holding)))) }
    }

    fn not_understood(&mut self, error: Error) {
        let Error::Invalid(faults) = error else { return };
        for fault in faults {
            let hidden = &self.reader.who.access.on(&self.object.def.name).hidden_fields;
            let tells = hidden.iter().any(|name| fault.detail.contains(name.as_str()));
            let detail = if tells { "a field that the view names is not there".into() } else { fault.detail };
            self.faults.push(FieldError { pointer: "/config/filter".into(), code: fault.code, detail });
        }
    }
}

/// Names that every object has beside its fields.
fn is_system(name: &str) -> bool {
    matches!(
        name,
        "id" | "title"
            | "subtitle"
            | "created_at"
            | "created_by"
            | "updated_at"
            | "updated_by"
            | "version"
            | "deleted_at"
    )
}

/// The views of an object that the caller may see, and which one opens first.
pub fn of_object(reader: &mut Reader, object: &Arc<Object>) -> Result<Json> {
    reader.who.need(&object.def.name, Action::Read)?;
    let default = default(reader, object)?;
    let Ok(views) = views_object(reader) else { return Ok(json!({ "data": [], "default": default })) };
    let filter = ask::filter(reader, &views, &format!("object_name = \"{}\"", object.def.name))?;
    let query = ListQuery { filter: Some(filter), sort: vec!["title".into()], limit: 200, ..ListQuery::default() };
    let mut records = read::list(reader, &views, &query)?.records;
    let place = |record: &Record| match record.get(&views, "position") {
        Value::Int(position) => *position,
        _ => i64::MAX,
    };
    records.sort_by_key(place);
    let data = read::show(reader, &views, &records, None)?;
    Ok(json!({ "data": data, "default": default }))
}

fn views_object(reader: &Reader) -> Result<Arc<Object>> {
    let object = reader.object(VIEW)?;
    reader.who.need(VIEW, Action::Read)?;
    Ok(object)
}

/// For whom a default view is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewDefault {
    /// None takes the default away.
    pub view: Option<Id>,
    /// `me`, `everyone`, or the id of a role.
    #[serde(rename = "for")]
    pub whom: String,
}

/// Sets which view opens first.
pub fn set_default(op: &mut Operation, object: &Arc<Object>, new: &NewDefault) -> Result<Json> {
    op.who.need(&object.def.name, Action::Read)?;
    let (scope, holder) = match new.whom.as_str() {
        "me" => ("user", op.who.user.unwrap_or(op.who.id)),
        "everyone" => ("everyone", Id::NIL),
        role => {
            let id = Id::parse(role).unwrap_or(Id::NIL);
            let known = op.tx.one("select 1 from role where id = $1", &[id.into()])?.is_some();
            if !known {
                let detail = "must be `me`, `everyone` or the id of a role";
                return Err(Error::invalid("for", "not_found", detail));
            }
            ("role", id)
        }
    };
    if scope != "user" {
        op.who.need_admin()?;
    }
    let key: [Arg; 3] = [object.def.name.as_str().into(), scope.into(), holder.into()];
    op.tx.execute("delete from view_default where object = $1 and scope = $2 and holder = $3", &key)?;
    if let Some(id) = new.view {
        let views = views_object(op)?;
        let record = read::load(op, &views, id)?.filter(|record| record.deleted_at.is_none());
        let of = |record: &Record| record.get(&views, "object_name").as_text() == Some(object.def.name.as_str());
        let record = record.filter(of).ok_or_else(|| {
            Error::invalid("view", "not_found", format!("there is no such view of {}", object.def.plural))
        })?;
        if scope != "user" && record.get(&views, "visibility").as_text() != Some("everyone") {
            return Err(Error::invalid(
                "view",
                "not_for_everyone",
                "a default for others must be a view that everyone sees",
            ));
        }
        let [object, scope, holder] = key;
        op.tx.execute(
            "insert into view_default (object, scope, holder, view) values ($1, $2, $3, $4)",
            &[object, scope, holder, id.into()],
        )?;
    }
    Ok(json!({ "default": default(op, object)? }))
}

/// The caller's own default, else that of one of their roles, else everyone's; one that cannot be seen is none.
fn default(reader: &mut Reader, object: &Arc<Object>) -> Result<Json> {
    let user = reader.who.user.unwrap_or(reader.who.id);
    let sql = "select d.scope, d.view, coalesce(o.name, '') from view_default d left join role o on o.id = d.holder \
               where d.object = $1 and ((d.scope = 'user' and d.holder = $2) or d.scope = 'everyone' \
               or (d.scope = 'role' and d.holder in (select role_id from user_role where user_id = $2))) \
               order by case d.scope when 'user' then 0 when 'role' then 1 else 2 end, 3";
    let rows = reader.tx.query(sql, &[object.def.name.as_str().into(), user.into()])?;
    if rows.is_empty() {
        return Ok(json!({ "view": null, "from": null }));
    }
    let Ok(views) = views_object(reader) else { return Ok(json!({ "view": null, "from": null })) };
    let ids: Vec<Id> = rows.iter().map(|row| row.id(1)).collect();
    let records = read::get_many(reader, &views, &ids)?;
    let alive: BTreeSet<Id> =
        records.iter().filter(|record| record.deleted_at.is_none()).map(|record| record.id).collect();
    let first = rows.iter().find(|row| alive.contains(&row.id(1)));
    Ok(first.map_or(json!({ "view": null, "from": null }), |row| json!({ "view": row.id(1), "from": row.text(0) })))
}
