//! What a form asks for, read from its record and checked against what a lead has.

use std::collections::BTreeMap;

use foundation::records::{Object, Record, input};
use kernel::object::FieldType;
use kernel::{Error, FieldDef, FieldError, Id, Result, Value};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

/// Fields of one form.
const MOST: usize = 40;

/// One field of a form.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Asked {
    /// Of the lead.
    pub field: String,
    pub required: bool,
    /// What it is called on the page, by language; the field's own label where none is given.
    pub labels: BTreeMap<String, String>,
    /// Not shown: this value goes with every answer.
    pub value: Option<Json>,
}

/// The words of a form in one language.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Texts {
    pub title: String,
    pub intro: String,
    pub button: String,
    pub thanks: String,
    pub consent: String,
}

/// A form as it is worked with.
#[derive(Debug, Clone)]
pub struct Definition {
    pub id: Id,
    pub name: String,
    pub slug: String,
    pub is_active: bool,
    pub fields: Vec<Asked>,
    pub texts: BTreeMap<String, Texts>,
    pub needs_consent: bool,
    pub confirms: bool,
    pub campaign: Option<Id>,
    pub responsible: Option<Id>,
}

impl Definition {
    pub fn read(object: &Object, form: &Record) -> Definition {
        let json = |field: &str| match form.get(object, field) {
            Value::Json(json) => Some((**json).clone()),
            _ => None,
        };
        let is = |field: &str| matches!(form.get(object, field), Value::Bool(true));
        let text = |field: &str| form.get(object, field).as_text().unwrap_or_default().to_string();
        Definition {
            id: form.id,
            name: text("name"),
            slug: text("slug"),
            is_active: is("is_active") && form.deleted_at.is_none(),
            fields: json("fields").and_then(|json| serde_json::from_value(json).ok()).unwrap_or_default(),
            texts: json("texts").and_then(|json| serde_json::from_value(json).ok()).unwrap_or_default(),
            needs_consent: is("needs_consent"),
            confirms: is("confirms"),
            campaign: form.get(object, "campaign").as_link(),
            responsible: form.get(object, "responsible").as_link(),
        }
    }

    /// The words in a language, else in English, else in any.
    pub fn words(&self, language: &str) -> Texts {
        let found = self.texts.get(language).or_else(|| self.texts.get("en")).or_else(|| self.texts.values().next());
        found.cloned().unwrap_or_default()
    }

    /// What is shown on the page.
    pub fn shown<'d>(&'d self, leads: &'d Object) -> impl Iterator<Item = (&'d Asked, &'d FieldDef)> {
        let shown = self.fields.iter().filter(|asked| asked.value.is_none());
        shown.filter_map(|asked| Some((asked, leads.def.field(&asked.field)?)))
    }
}

/// What is called on a page how.
pub fn label<'d>(asked: &'d Asked, field: &'d FieldDef, language: &str) -> &'d str {
    let own = asked.labels.get(language).or_else(|| asked.labels.get("en"));
    own.map(String::as_str).filter(|label| !label.is_empty()).unwrap_or_else(|| field.label.get(language))
}

/// Whether a page can ask for it.
pub fn is_askable(field: &FieldDef) -> bool {
    !field.readonly
        && !field.kind.is_computed()
        && !matches!(field.name.as_str(), "status" | "owner" | "score" | "visit" | "external_id")
        && matches!(
            field.kind,
            FieldType::Text { .. }
                | FieldType::LongText
                | FieldType::Email
                | FieldType::Phone
                | FieldType::Url
                | FieldType::Integer
                | FieldType::Number
                | FieldType::Boolean
                | FieldType::Date
                | FieldType::Choice { .. }
                | FieldType::Address
        )
}

/// What is wrong with the fields of a form.
pub fn faults(leads: &Object, fields: Option<&Json>) -> Vec<FieldError> {
    let fault = |code, detail: String| vec![FieldError::new("fields", code, detail)];
    let Some(fields) = fields else { return fault("required", "a form asks for something".into()) };
    let fields: Vec<Asked> = match serde_json::from_value(fields.clone()) {
        Ok(fields) => fields,
        Err(wrong) => return fault("wrong_type", wrong.to_string()),
    };
    if fields.len() > MOST {
        return fault("too_long", format!("at most {MOST} fields"));
    }
    let mut faults = Vec::new();
    let mut seen = Vec::new();
    for asked in &fields {
        let Some(field) = leads.def.field(&asked.field).filter(|field| is_askable(field)) else {
            faults.extend(fault("unknown_field", format!("a page cannot ask for `{}`", asked.field)));
            continue;
        };
        if seen.contains(&&asked.field) {
            faults.extend(fault("taken_twice", format!("`{}` is there twice", asked.field)));
        }
        seen.push(&asked.field);
        if let Some(value) = &asked.value
            && input::value(field, value).is_err()
        {
            faults.extend(fault("wrong_type", format!("`{}` cannot have that value", asked.field)));
        }
    }
    let reaches = |name: &str| fields.iter().any(|asked| asked.field == name && asked.value.is_none());
    if faults.is_empty() && !leads.def.needs_any.iter().any(|name| reaches(name)) {
        return fault("needs_any", format!("ask for at least one of {}", leads.def.needs_any.join(", ")));
    }
    faults
}

/// The values of an answer by a lead's field names, and what is wrong with it.
pub fn read(
    form: &Definition,
    leads: &Object,
    said: &BTreeMap<String, String>,
) -> Result<Map<String, Json>, Vec<FieldError>> {
    let (mut values, mut faults) = (Map::new(), Vec::new());
    for asked in &form.fields {
        let Some(field) = leads.def.field(&asked.field).filter(|field| is_askable(field)) else { continue };
        if let Some(value) = &asked.value {
            values.insert(asked.field.clone(), value.clone());
            continue;
        }
        let typed = typed(field, said);
        match input::value(field, &typed) {
            Ok(Value::Null) if asked.required => {
                faults.push(FieldError::new(&asked.field, "required", field.label.get("en").to_string()));
            }
            Ok(Value::Bool(false)) if asked.required => {
                faults.push(FieldError::new(&asked.field, "required", field.label.get("en").to_string()));
            }
            Ok(Value::Null) => {}
            Ok(value) => drop(values.insert(asked.field.clone(), value.to_json())),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() && !leads.def.needs_any.iter().any(|name| values.contains_key(name)) {
        let first = form.shown(leads).find(|(asked, _)| leads.def.needs_any.contains(&asked.field));
        let name = first.map_or("", |(asked, _)| asked.field.as_str());
        faults.push(FieldError::new(name, "required", "say who you are".to_string()));
    }
    if faults.is_empty() { Ok(values) } else { Err(faults) }
}

/// What a page sends is text; what the field takes is not always.
fn typed(field: &FieldDef, said: &BTreeMap<String, String>) -> Json {
    let text = said.get(&field.name).map(|text| text.trim()).unwrap_or_default();
    match field.kind {
        FieldType::Boolean => Json::Bool(matches!(text, "on" | "true" | "1")),
        FieldType::Integer => text.parse::<i64>().map_or_else(|_| text.into(), Json::from),
        FieldType::Number => text.replace(',', ".").parse::<f64>().map_or_else(|_| text.into(), Json::from),
        FieldType::Address => {
            let mut parts = Map::new();
            for part in kernel::Address::PARTS {
                let text = said.get(&format!("{}.{part}", field.name)).map(|text| text.trim()).unwrap_or_default();
                if !text.is_empty() {
                    parts.insert(part.to_string(), text.into());
                }
            }
            if parts.is_empty() { Json::Null } else { parts.into() }
        }
        _ => text.into(),
    }
}

/// The values of a lead by their places.
pub fn values(leads: &Object, said: &Map<String, Json>) -> Result<Vec<(usize, Value)>> {
    let mut values = Vec::new();
    for (name, json) in said {
        let Some(position) = leads.def.position(name) else { continue };
        let Some(field) = leads.field(position).filter(|field| is_askable(field)) else { continue };
        values.push((position, input::value(field, json).map_err(|fault| Error::Invalid(vec![fault]))?));
    }
    Ok(values)
}
