//! Which of several values a field keeps: rules with a sensible beginning for each type, which an administrator can change.

use std::collections::BTreeMap;
use std::sync::Arc;

use foundation::access::audit;
use foundation::records::Object;
use foundation::{Operation, Reader};
use kernel::object::FieldType;
use kernel::{Error, FieldDef, FieldError, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use super::queries;

/// How the value of one field is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// That of the source that is trusted most.
    Source,
    Newest,
    Oldest,
    /// The longest; of addresses the one with most parts, as a whole.
    MostComplete,
    MostFrequent,
    /// The survivor's, unless it has none.
    Survivor,
    /// A yes of any of them: the stricter of two consents where yes forbids.
    YesWins,
    /// A no of any of them: the stricter where yes allows.
    NoWins,
    /// All of them together, for fields that hold many.
    Union,
}

/// Which record goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Survivor {
    #[default]
    MostComplete,
    Oldest,
    Newest,
}

/// The rules of one object, as far as they differ from the beginning; by the ids of fields, which never change.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    pub survivor: Survivor,
    pub fields: BTreeMap<String, Rule>,
}

impl Rules {
    pub fn of(&self, object: &Object, field: &FieldDef) -> Rule {
        let chosen = self.fields.get(&field.id).copied().filter(|rule| choices(field).contains(rule));
        chosen.unwrap_or_else(|| beginning(object, field))
    }
}

/// `true` for fields that a merge decides; the others are worked out, or are the record's own.
pub fn is_decided(field: &FieldDef) -> bool {
    !field.kind.is_computed() && !field.readonly && !matches!(field.kind, FieldType::Json)
}

/// Fields in which more than one value has a place.
pub fn is_many(field: &FieldDef) -> bool {
    matches!(field.kind, FieldType::Links { .. } | FieldType::MultiChoice { .. })
}

/// A yes or no by which somebody says what may be done with them.
pub fn is_consent(field: &FieldDef) -> bool {
    matches!(field.kind, FieldType::Boolean) && field.section == "consent"
}

/// `true` where somebody may say whose value stays: not in a consent, of which the stricter wins.
pub fn can_pick(field: &FieldDef) -> bool {
    is_decided(field) && !is_consent(field)
}

/// The rule of a field of which nobody said anything.
pub fn beginning(object: &Object, field: &FieldDef) -> Rule {
    if is_many(field) {
        return Rule::Union;
    }
    if is_consent(field) {
        let forbids =
            ["do_not", "no_", "opt_out", "unsubscribed", "refuse"].iter().any(|word| field.name.contains(word));
        return if forbids { Rule::YesWins } else { Rule::NoWins };
    }
    if field.unique || object.def.owner.as_deref() == Some(field.name.as_str()) {
        return Rule::Survivor;
    }
    match field.kind {
        FieldType::Text { .. } | FieldType::LongText | FieldType::Address => Rule::MostComplete,
        // A birthday does not change: what most of them say is likely right.
        FieldType::Date => Rule::MostFrequent,
        _ => Rule::Newest,
    }
}

/// What can be chosen for a field.
pub fn choices(field: &FieldDef) -> Vec<Rule> {
    if is_many(field) {
        return vec![Rule::Union, Rule::Survivor, Rule::Newest];
    }
    let mut choices = vec![Rule::Newest, Rule::Oldest, Rule::MostFrequent, Rule::Source, Rule::Survivor];
    match field.kind {
        FieldType::Text { .. } | FieldType::LongText | FieldType::Address => choices.push(Rule::MostComplete),
        // The stricter consent wins, whatever anybody would like.
        FieldType::Boolean if is_consent(field) => return vec![Rule::YesWins, Rule::NoWins],
        FieldType::Boolean => choices.extend([Rule::YesWins, Rule::NoWins]),
        _ => {}
    }
    choices
}

/// The rules as they stand.
pub fn load(reader: &mut Reader, object: &Object) -> Result<Rules> {
    let stored = queries::rules(reader, &object.def.id)?;
    Ok(stored.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

/// The rules of an object for a page: each field with its rule, what it would be, and what it could be.
pub fn show(reader: &mut Reader, object: &Arc<Object>) -> Result<Json> {
    let rules = load(reader, object)?;
    let hidden = reader.who.access.on(&object.def.name).hidden_fields.clone();
    let language = reader.who.language.clone();
    let fields: Vec<Json> = object
        .def
        .fields
        .iter()
        .filter(|field| is_decided(field) && !hidden.contains(&field.name))
        .map(|field| {
            json!({
                "field": field.name, "label": field.label.get(&language), "type": field.kind.name(),
                "rule": rules.of(object, field), "default": beginning(object, field), "choices": choices(field),
            })
        })
        .collect();
    Ok(json!({
        "object": object.def.name, "survivor": rules.survivor, "survivors": ["most_complete", "oldest", "newest"],
        "fields": fields,
    }))
}

/// New rules; what is not named stays, and null is the beginning again.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Wanted {
    pub survivor: Option<Survivor>,
    pub fields: Map<String, Json>,
}

pub fn change(op: &mut Operation, object: &Arc<Object>, wanted: &Wanted) -> Result<Json> {
    op.who.need_admin()?;
    let mut rules = load(op, object)?;
    rules.survivor = wanted.survivor.unwrap_or(rules.survivor);
    let mut errors = Vec::new();
    for (name, rule) in &wanted.fields {
        let Some(field) = object.def.field(name).filter(|field| is_decided(field)) else {
            let detail = format!("there is no field `{name}` that a merge decides");
            errors.push(FieldError::new(&format!("/fields/{name}"), "unknown_field", detail));
            continue;
        };
        if rule.is_null() {
            rules.fields.remove(&field.id);
            continue;
        }
        match serde_json::from_value::<Rule>(rule.clone()).ok().filter(|rule| choices(field).contains(rule)) {
            Some(rule) => {
                rules.fields.insert(field.id.clone(), rule);
            }
            None => {
                let words: Vec<String> = choices(field).iter().map(|rule| json!(rule).to_string()).collect();
                let detail = format!("must be one of {}", words.join(", ").replace('"', ""));
                errors.push(FieldError::new(&format!("/fields/{name}"), "unknown_option", detail));
            }
        }
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let text = serde_json::to_string(&rules).map_err(Error::internal)?;
    queries::keep_rules(op, &object.def.id, &text)?;
    let fields: Vec<&String> = wanted.fields.keys().collect();
    audit::write(op, audit::action::MERGE_RULES_CHANGED, Some(&object.def.name), None, json!({ "fields": fields }))?;
    show(op, object)
}
