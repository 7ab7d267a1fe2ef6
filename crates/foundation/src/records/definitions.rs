//! Custom objects and fields: added while the company works, without a restart and without rewriting a table.

use kernel::object::FieldType;
use kernel::{Error, FieldDef, FieldError, Id, Labels, ObjectDef, Result, limits};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::catalogue::{self, Catalogue};
use super::rollup;
use crate::access::audit::{self, action};
use crate::operation::Operation;

/// A custom field as it is asked for. What its type says of itself (`options`, `target`) stands beside the rest, so it is
/// taken apart in two: what neither half knows is refused.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Map<String, Json>")]
pub struct NewField {
    pub kind: FieldType,
    about: About,
}

impl TryFrom<Map<String, Json>> for NewField {
    type Error = String;

    fn try_from(mut body: Map<String, Json>) -> std::result::Result<NewField, String> {
        let mut of_type = Map::new();
        for name in ["type", "max", "options", "target", "formula", "rollup", "result"] {
            if let Some(value) = body.remove(name) {
                of_type.insert(name.into(), value);
            }
        }
        let said: Vec<String> = of_type.keys().filter(|name| *name != "type").cloned().collect();
        let kind: FieldType = serde_json::from_value(Json::Object(of_type)).map_err(|fault| fault.to_string())?;
        let known: &[&str] = match &kind {
            FieldType::Text { .. } => &["max"],
            FieldType::Choice { .. } | FieldType::MultiChoice { .. } => &["options"],
            FieldType::Link { .. } | FieldType::Links { .. } => &["target"],
            FieldType::Formula { .. } => &["formula", "result"],
            FieldType::RollUp(_) => &["rollup", "result"],
            _ => &[],
        };
        if let Some(name) = said.iter().find(|name| !known.contains(&name.as_str())) {
            return Err(format!("a field of the type {} has no `{name}`", kind.name()));
        }
        let about = serde_json::from_value(Json::Object(body)).map_err(|fault| fault.to_string())?;
        Ok(NewField { kind, about })
    }
}

/// What is said of a field of any type.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct About {
    name: String,
    label: Json,
    #[serde(default)]
    help: Option<Json>,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    unique: bool,
    #[serde(default)]
    searchable: bool,
    #[serde(default)]
    indexed: bool,
    #[serde(default)]
    default: Option<Json>,
    #[serde(default)]
    section: Option<String>,
    /// `internal` unless said otherwise; `personal` for what tells of a person.
    #[serde(default)]
    class: Option<kernel::Class>,
    #[serde(default)]
    purpose: Option<String>,
}

/// A custom object as it is asked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewObject {
    pub name: String,
    pub plural: String,
    pub label: Json,
    pub label_plural: Json,
    #[serde(default)]
    pub icon: String,
    #[serde(default)]
    pub area: String,
    /// Template of what a record is called; the first text field where none is given.
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub fields: Vec<NewField>,
    /// Names of fields of which a record has at least one.
    #[serde(default)]
    pub needs_any: Vec<String>,
}

/// What may change about a custom field.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldPatch {
    pub label: Option<Json>,
    pub name: Option<String>,
    pub help: Option<Json>,
    pub required: Option<bool>,
    pub indexed: Option<bool>,
    pub searchable: Option<bool>,
    pub options: Option<Vec<kernel::object::Choice>>,
    pub section: Option<String>,
    /// Another formula that yields the same type; all records are computed anew.
    pub formula: Option<String>,
}

/// What may change about a custom object: its words and where it stands. Its name and plural stand in addresses.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectPatch {
    pub label: Option<Json>,
    pub label_plural: Option<Json>,
    pub icon: Option<String>,
    pub area: Option<String>,
}

/// Adds an object; its table is there when this commits.
pub fn create_object(op: &mut Operation, new: NewObject) -> Result<ObjectDef> {
    op.who.need_admin()?;
    check_name("name", &new.name)?;
    check_name("plural", &new.plural)?;
    let taken = op.catalogue.find(&new.name).or_else(|| op.catalogue.find(&new.plural));
    if taken.is_some() || new.name == new.plural || RESERVED_ROUTES.contains(&new.plural.as_str()) {
        return Err(Error::invalid("name", "taken", "name and plural must differ and be free"));
    }
    if op.catalogue.objects().iter().filter(|object| object.def.custom).count() >= limits::CUSTOM_OBJECTS {
        return Err(Error::TooLarge(format!("at most {} custom objects", limits::CUSTOM_OBJECTS)));
    }
    let id = Id::at(op.now.0).to_string();
    let mut fields = Vec::new();
    for field in new.fields {
        fields.push(new_field(op, field, &new.name)?);
    }
    if fields.is_empty() {
        let mut name = FieldDef::new(
            &new.name,
            "name",
            Labels::four("Name", "Название", "名称", "Nume"),
            FieldType::Text { max: 0 },
        );
        name.id = Id::at(op.now.0).to_string();
        name.required = true;
        name.searchable = true;
        name.custom = true;
        fields.push(name);
    }
    if let Some(unknown) = new.needs_any.iter().find(|name| !fields.iter().any(|field| field.name == **name)) {
        return Err(Error::invalid("needs_any", "unknown_field", format!("there is no field `{unknown}`")));
    }
    let first_text =
        fields.iter().find(|field| matches!(field.kind, FieldType::Text { .. })).map(|field| field.name.clone());
    let title = if new.title.is_empty() { format!("{{{}}}", first_text.unwrap_or_default()) } else { new.title };
    let def = ObjectDef {
        id: id.clone(),
        name: new.name,
        plural: new.plural,
        table: String::new(),
        label: labels("label", &new.label)?,
        label_plural: labels("label_plural", &new.label_plural)?,
        icon: if new.icon.is_empty() { "box".into() } else { new.icon },
        area: if new.area.is_empty() { "customers".into() } else { new.area },
        party: false,
        custom: true,
        title,
        subtitle: String::new(),
        party_links: party_links(op, &fields),
        needs_any: new.needs_any,
        owner: fields.iter().find(|field| field.name == "owner").map(|field| field.name.clone()),
        fields,
    };
    store(op, &id, &id, "object", &serde_json::to_string(&def).map_err(Error::internal)?)?;
    renew(op, &[])?;
    audit::write(op, action::DEFINITION_CREATED, Some(&def.name), None, json!({ "plural": def.plural }))?;
    op.catalogue.named(&def.name).map(|object| object.def.clone()).ok_or(Error::NotFound)
}

/// Adds a field to a standard or custom object.
pub fn create_field(op: &mut Operation, object: &str, new: NewField) -> Result<FieldDef> {
    add_field(op, object, new, false)
}

/// Adds a field that the product alone writes: for what a model says of a record.
pub fn create_readonly_field(op: &mut Operation, object: &str, new: NewField) -> Result<FieldDef> {
    add_field(op, object, new, true)
}

fn add_field(op: &mut Operation, object: &str, new: NewField, readonly: bool) -> Result<FieldDef> {
    op.who.need_admin()?;
    let object = op.object(object)?;
    if object.def.fields.iter().filter(|field| field.custom).count() >= limits::CUSTOM_FIELDS {
        return Err(Error::TooLarge(format!("at most {} custom fields on one object", limits::CUSTOM_FIELDS)));
    }
    if object.def.field(&new.about.name).is_some() {
        return Err(Error::invalid("name", "taken", "the object has a field of this name already"));
    }
    let mut field = new_field(op, new, &object.def.name)?;
    field.readonly = readonly;
    store(op, &field.id, &object.def.id, "field", &serde_json::to_string(&field).map_err(Error::internal)?)?;
    renew(op, &[&object.def.name])?;
    let object = op.object(&object.def.name)?;
    if let Some(position) = object.def.fields.iter().position(|other| other.id == field.id) {
        rollup::fill(op, &object, position)?;
        fill_formula(op, &object, position)?;
    }
    let detail = json!({ "field": field.name, "id": field.id, "type": field.kind.name() });
    audit::write(op, action::DEFINITION_CREATED, Some(&object.def.name), None, detail)?;
    Ok(field)
}

/// Changes the words of a custom object, its icon and the area it stands in. Its fields and records stay as they are.
pub fn update_object(op: &mut Operation, name: &str, patch: ObjectPatch) -> Result<ObjectDef> {
    op.who.need_admin()?;
    let before = op.object(name)?.def.clone();
    if !before.custom {
        return Err(Error::invalid("", "reserved", "the words of a standard object are the product's"));
    }
    let mut after = before.clone();
    // Fields that were added later are stored beside the object, not in it.
    after.fields.retain(|field| is_own_field(op, &field.id).unwrap_or(true));
    if let Some(label) = &patch.label {
        after.label = labels("label", label)?;
    }
    if let Some(label) = &patch.label_plural {
        after.label_plural = labels("label_plural", label)?;
    }
    if let Some(icon) = patch.icon {
        after.icon = short("icon", icon)?;
    }
    if let Some(area) = patch.area {
        after.area = short("area", area)?;
    }
    store_again(op, &after.id, &serde_json::to_string(&after).map_err(Error::internal)?)?;
    renew(op, &[])?;
    let told = |def: &ObjectDef| json!({ "label": def.label, "label_plural": def.label_plural, "icon": def.icon, "area": def.area });
    let detail = json!({ "before": told(&before), "after": told(&after) });
    audit::write(op, action::DEFINITION_CHANGED, Some(&before.name), None, detail)?;
    op.catalogue.named(&before.name).map(|object| object.def.clone()).ok_or(Error::NotFound)
}

/// A word of the product, as the name of an icon is.
fn short(field: &str, word: String) -> Result<String> {
    let fits = !word.is_empty()
        && word.len() <= 50
        && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c));
    if fits {
        Ok(word)
    } else {
        Err(Error::invalid(field, "wrong_type", "must be a short name in small Latin letters"))
    }
}

/// Changes a custom field: its words, its options, whether it is required, its formula. Typed values stay as they are.
pub fn update_field(op: &mut Operation, object: &str, name: &str, patch: FieldPatch) -> Result<FieldDef> {
    op.who.need_admin()?;
    let object = op.object(object)?;
    let mut field = object.def.field(name).filter(|field| field.custom).cloned().ok_or(Error::NotFound)?;
    if let Some(label) = &patch.label {
        field.label = labels("label", label)?;
    }
    if let Some(help) = &patch.help {
        field.help = Some(labels("help", help)?);
    }
    if let Some(name) = patch.name.filter(|name| *name != field.name) {
        check_name("name", &name)?;
        if object.def.field(&name).is_some() {
            return Err(Error::invalid("name", "taken", "the object has a field of this name already"));
        }
        super::conditions::follow_name(op, &object, &field.name, &name)?;
        field.name = name;
    }
    field.required = patch.required.unwrap_or(field.required);
    field.indexed = patch.indexed.unwrap_or(field.indexed);
    field.searchable = patch.searchable.unwrap_or(field.searchable);
    field.section = patch.section.unwrap_or(field.section);
    if let Some(new) = patch.options {
        check_options(&new)?;
        match &mut field.kind {
            FieldType::Choice { options } | FieldType::MultiChoice { options } => *options = new,
            _ => return Err(Error::invalid("options", "wrong_type", "only choices have options")),
        }
    }
    let mut detail = json!({ "field": field.name, "id": field.id });
    let mut is_new_formula = false;
    if let Some(new) = patch.formula {
        let FieldType::Formula { formula, .. } = &mut field.kind else {
            return Err(Error::invalid("formula", "wrong_type", "only a formula has one"));
        };
        is_new_formula = new.trim() != formula;
        if is_new_formula {
            detail["formula"] = json!({ "before": formula, "after": new.trim() });
            *formula = new.trim().to_string();
        }
    }
    save_field(op, &object.def, &field)?;
    if is_new_formula {
        let object = op.object(&object.def.name)?;
        rollup::derive_again(op, &object)?;
    }
    audit::write(op, action::DEFINITION_CHANGED, Some(&object.def.name), None, detail)?;
    Ok(field)
}

/// Takes a custom field out of the object. Its column stays, so nothing is lost that an administrator did not mean.
pub fn delete_field(op: &mut Operation, object: &str, name: &str) -> Result<()> {
    op.who.need_admin()?;
    let object = op.object(object)?;
    let field = object.def.field(name).filter(|field| field.custom).cloned().ok_or(Error::NotFound)?;
    if object.def.custom && object.def.fields.iter().any(|other| other.id == field.id) && is_own_field(op, &field.id)? {
        let mut def = object.def.clone();
        def.fields.retain(|other| other.id != field.id);
        def.needs_any.retain(|other| *other != field.name);
        store_again(op, &def.id, &serde_json::to_string(&def).map_err(Error::internal)?)?;
    } else {
        op.tx.execute("delete from definition where id = $1", &[field.id.as_str().into()])?;
    }
    let detail = json!({ "field": field.name, "id": field.id });
    audit::write(op, action::DEFINITION_DELETED, Some(&object.def.name), None, detail)?;
    renew(op, &[])
}

/// `true` if the field is part of its custom object's own body.
fn is_own_field(op: &mut Operation, id: &str) -> Result<bool> {
    Ok(op.tx.one("select 1 from definition where id = $1", &[id.into()])?.is_none())
}

fn save_field(op: &mut Operation, def: &ObjectDef, field: &FieldDef) -> Result<()> {
    if is_own_field(op, &field.id)? {
        let mut def = def.clone();
        def.fields.retain(|other| other.id == field.id || is_body_field(op, &other.id).unwrap_or(true));
        let before = def.fields.iter_mut().find(|other| other.id == field.id);
        let before = before.map(|other| std::mem::replace(other, field.clone()).name);
        if let Some(before) = before.filter(|before| *before != field.name) {
            follow_name(&mut def, &before, &field.name);
        }
        store_again(op, &def.id, &serde_json::to_string(&def).map_err(Error::internal)?)?;
    } else {
        store_again(op, &field.id, &serde_json::to_string(field).map_err(Error::internal)?)?;
    }
    renew(op, &[&def.name])
}

/// What the object says of a field by its name goes on saying it.
fn follow_name(def: &mut ObjectDef, before: &str, after: &str) {
    for template in [&mut def.title, &mut def.subtitle] {
        *template = template.replace(&format!("{{{before}}}"), &format!("{{{after}}}"));
    }
    for name in def.needs_any.iter_mut().chain(&mut def.party_links).chain(&mut def.owner) {
        if name == before {
            *name = after.to_string();
        }
    }
}

fn is_body_field(op: &mut Operation, id: &str) -> Result<bool> {
    is_own_field(op, id)
}

fn fill_formula(op: &mut Operation, object: &std::sync::Arc<super::Object>, position: usize) -> Result<()> {
    if !matches!(object.field(position).map(|field| &field.kind), Some(FieldType::Formula { .. })) {
        return Ok(());
    }
    let columns: Vec<String> = object
        .columns_of(position)
        .iter()
        .enumerate()
        .map(|(i, column)| format!("{} = ${}", column.name, i + 1))
        .collect();
    let sql = format!("update {} set {} where id = ${}", object.def.table, columns.join(", "), columns.len() + 1);
    let mut last = Id::NIL;
    loop {
        let select = super::record::select_list(object);
        let page = format!("select {select} from {} r where r.id > $1 order by r.id limit 2000", object.def.table);
        let rows = op.tx.query(&page, &[last.into()])?;
        let Some(end) = rows.last() else { return Ok(()) };
        last = end.id(0);
        let mut sets = Vec::with_capacity(rows.len());
        for row in &rows {
            let mut record = super::Record::from_row(object, row);
            super::formula::compute(object, &mut record);
            let mut args = Vec::new();
            if let Some(field) = object.field(position) {
                super::columns::write(field, record.value(position), &mut args);
            }
            args.push(record.id.into());
            sets.push(args);
        }
        op.tx.execute_many(&sql, &sets)?;
    }
}

fn new_field(op: &mut Operation, new: NewField, object: &str) -> Result<FieldDef> {
    let NewField { kind, about: new } = new;
    check_name("name", &new.name)?;
    if super::record::SYSTEM.contains(&new.name.as_str())
        || matches!(new.name.as_str(), "object" | "linked" | "subtitle")
    {
        return Err(Error::invalid("name", "taken", "this name is kept by the system"));
    }
    match &kind {
        FieldType::Json => return Err(Error::invalid("type", "wrong_type", "this type is not for custom fields")),
        FieldType::Choice { options } | FieldType::MultiChoice { options } => check_options(options)?,
        FieldType::Link { target } | FieldType::Links { target }
            if op.catalogue.named(target).is_none() && target != object =>
        {
            return Err(Error::invalid("target", "not_found", format!("there is no object `{target}`")));
        }
        FieldType::RollUp(rollup) => {
            let child = op.catalogue.named(&rollup.of.object).cloned();
            let links =
                child.as_ref().and_then(|child| child.def.field(&rollup.of.link)).and_then(|field| field.kind.target());
            if links != Some(object) {
                return Err(Error::invalid("rollup", "not_found", "the child object has no such link to this object"));
            }
            let dated = |name: &String| child.as_ref()?.def.field(name).map(|field| field.kind.stored().clone());
            if let Some(on) = &rollup.of.on
                && !matches!(dated(on), Some(FieldType::Date | FieldType::Time))
            {
                return Err(Error::invalid("rollup", "wrong_type", "`on` is a date or time of the child object"));
            }
        }
        _ => {}
    }
    let mut field = FieldDef::new(object, &new.name, labels("label", &new.label)?, kind);
    field.id = Id::at(op.now.0).to_string();
    field.column = catalogue::custom_column(&field.id);
    field.help = new.help.as_ref().map(|help| labels("help", help)).transpose()?;
    field.required = new.required;
    field.unique = new.unique;
    field.searchable = new.searchable;
    field.indexed = new.indexed;
    field.custom = true;
    field.section = new.section.unwrap_or_else(|| "main".into());
    field.class = new.class.unwrap_or_default();
    field.purpose = new.purpose.unwrap_or_else(|| "contract".into());
    if let Some(default) = new.default.filter(|default| !default.is_null()) {
        super::input::value(&field, &default).map_err(|error| Error::invalid("default", error.code, error.detail))?;
        field.default = Some(default);
    }
    Ok(field)
}

fn party_links(op: &Operation, fields: &[FieldDef]) -> Vec<String> {
    let is_party = |field: &&FieldDef| {
        field.kind.target().and_then(|target| op.catalogue.named(target)).is_some_and(|object| object.def.party)
    };
    fields.iter().filter(is_party).map(|field| field.name.clone()).collect()
}

/// Routes under `/api/v1/` that are not objects.
const RESERVED_ROUTES: [&str; 25] = [
    "setup",
    "session",
    "sessions",
    "sign-in",
    "invites",
    "company",
    "currencies",
    "calendars",
    "definitions",
    "changes",
    "search",
    "events",
    "live",
    "imports",
    "import-mappings",
    "merges",
    "merging",
    "jobs",
    "keys",
    "roles",
    "me",
    "audit",
    "openapi.json",
    "files",
    "mcp",
];

fn check_name(field: &str, name: &str) -> Result<()> {
    let fits = name.len() <= 50
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if fits {
        Ok(())
    } else {
        Err(Error::invalid(field, "wrong_type", "must be small Latin letters, digits and _, beginning with a letter"))
    }
}

fn check_options(options: &[kernel::object::Choice]) -> Result<()> {
    let mut values: Vec<&str> = options.iter().map(|option| option.value.as_str()).collect();
    values.sort_unstable();
    values.dedup();
    let fits = values.len() == options.len()
        && !options.is_empty()
        && options.len() <= 1000
        && values.iter().all(|v| !v.trim().is_empty() && v.len() <= 200);
    if fits {
        Ok(())
    } else {
        Err(Error::invalid("options", "wrong_type", "options need different, non-empty values, at most 1000"))
    }
}

/// A text for all languages, or one by language.
fn labels(field: &str, json: &Json) -> Result<Labels> {
    let labels = match json {
        Json::String(text) => Labels::en(text.trim()),
        other => serde_json::from_value(other.clone()).map_err(|_| {
            Error::Invalid(vec![FieldError::new(field, "wrong_type", "must be a text, or texts by language")])
        })?,
    };
    let longest = labels.0.values().map(|text| text.chars().count()).max().unwrap_or(0);
    if labels.get("en").is_empty() || longest > 200 {
        return Err(Error::invalid(field, "required", "an English text of at most 200 characters is needed"));
    }
    Ok(labels)
}

fn store(op: &mut Operation, id: &str, object: &str, kind: &str, body: &str) -> Result<()> {
    let position = op.tx.one("select coalesce(max(position), 0) + 1 from definition", &[])?.map_or(1, |row| row.int(0));
    op.tx.execute(
        "insert into definition (id, object, kind, position, body) values ($1, $2, $3, $4, $5)",
        &[id.into(), object.into(), kind.into(), position.into(), body.into()],
    )?;
    Ok(())
}

fn store_again(op: &mut Operation, id: &str, body: &str) -> Result<()> {
    op.tx.execute("update definition set body = $2 where id = $1", &[id.into(), body.into()])?;
    Ok(())
}

/// Reads the definitions anew inside this operation, refuses what does not hold together, and makes the tables follow.
pub(crate) fn renew(op: &mut Operation, changed: &[&str]) -> Result<()> {
    Catalogue::raise_version(op.tx)?;
    let fresh = op.app.load_catalogue(op.tx)?;
    super::conditions::refuse_broken(&fresh)?;
    for object in fresh.objects() {
        if changed.is_empty() && object.def.custom || changed.contains(&object.def.name.as_str()) {
            catalogue::sync_table(op.tx, &fresh, object)?;
        }
    }
    op.catalogue = std::sync::Arc::new(fresh);
    Ok(())
}

/// A definition as the API shows it, reduced to what the caller may see.
pub fn show(reader: &crate::operation::Reader, object: &super::Object) -> Option<Json> {
    let access = reader.who.access.on(&object.def.name);
    if !access.allows(crate::access::Action::Read) {
        return None;
    }
    let mut def = object.def.clone();
    def.fields.retain(|field| !access.hidden_fields.contains(&field.name));
    for field in &mut def.fields {
        field.readonly |= field.kind.is_computed() || access.readonly_fields.contains(&field.name);
    }
    let mut json = serde_json::to_value(&def).ok()?;
    for field in json.get_mut("fields").and_then(Json::as_array_mut).into_iter().flatten() {
        let position = field.get("name").and_then(Json::as_str).and_then(|name| object.def.position(name));
        let conditions = position.and_then(|position| super::conditions::show(object, position, access));
        if let (Some(field), Some(conditions)) = (field.as_object_mut(), conditions) {
            field.insert("conditions".into(), conditions);
        }
    }
    let can = |action| access.allows(action);
    use crate::access::Action;
    json.as_object_mut()?.insert(
        "can".into(),
        json!({
            "read": true, "create": can(Action::Create), "update": can(Action::Update), "delete": can(Action::Delete),
            "import": can(Action::Import), "export": can(Action::Export),
        }),
    );
    Some(json)
}
