//! The shape of an object: what a record of it holds, how it is called, checked, shown and protected.
//!
//! A standard object is a Rust struct with `#[derive(Object)]`, a custom one is rows in the database; both end as an
//! [`ObjectDef`], and the whole product (tables, API, forms, import, search, rights, history) is drawn from it.
//! `id` never changes; names and labels may, so renaming breaks nothing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A text in several languages by ISO 639-1 code; `en` is always there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Labels(pub BTreeMap<String, String>);

impl Labels {
    pub fn en(text: &str) -> Labels {
        Labels(BTreeMap::from([("en".to_string(), text.to_string())]))
    }

    /// English, Russian, Chinese, Romanian.
    pub fn four(en: &str, ru: &str, zh: &str, ro: &str) -> Labels {
        let pairs = [("en", en), ("ru", ru), ("zh", zh), ("ro", ro)];
        Labels(
            pairs
                .into_iter()
                .filter(|(_, text)| !text.is_empty())
                .map(|(l, t)| (l.to_string(), t.to_string()))
                .collect(),
        )
    }

    /// The text in `language`, else in English, else empty.
    pub fn get(&self, language: &str) -> &str {
        self.0.get(language).or_else(|| self.0.get("en")).map_or("", String::as_str)
    }
}

/// How sensitive a field is (SECURITY.md). Personal and above is encrypted under the party's key wherever it is copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    Public,
    #[default]
    Internal,
    Personal,
    /// Health, belief, origin and the like (GDPR Art. 9).
    Special,
    Secret,
}

/// One possible value of a choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Stored and sent; `[a-z0-9_]+` for standard objects, any short text for custom ones.
    pub value: String,
    pub label: Labels,
    /// OKLCH hue of its pill, 0–360; none is drawn neutral.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hue: Option<u16>,
}

/// What a roll-up does with the child records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aggregate {
    Count,
    Sum,
    Min,
    Max,
}

/// A figure over the records that link here, kept exact by each change to them (never by a scan).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RollUp {
    /// Name of the child object, `order`.
    pub object: String,
    /// The child's link field that points here, `customer`.
    pub link: String,
    pub aggregate: Aggregate,
    /// The child's field that is summed or compared; none for a count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The child's date or time whose day's rates convert an amount of another currency; none for the day it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<String>,
    /// Question in text form that a child must answer with yes to be counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
}

/// What kind of value a field holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FieldType {
    /// One line; at most `max` characters (0 = the general limit).
    Text {
        #[serde(default)]
        max: usize,
    },
    LongText,
    Integer,
    Number,
    Money,
    Date,
    Time,
    Choice {
        options: Vec<Choice>,
    },
    MultiChoice {
        options: Vec<Choice>,
    },
    Boolean,
    Email,
    Phone,
    Url,
    Address,
    File,
    /// A link to one record of `target` (an object's name, or `any` for any object).
    Link {
        target: String,
    },
    /// Links to many records of `target`.
    Links {
        target: String,
    },
    /// Computed from the record's other fields on every write; `result` is the type it yields.
    Formula {
        formula: String,
        result: Box<FieldType>,
    },
    RollUp(RollUpField),
    /// Settings of the product's own objects; not for custom fields.
    Json,
}

/// A roll-up and the type its result has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RollUpField {
    #[serde(rename = "rollup")]
    pub of: RollUp,
    pub result: Box<FieldType>,
}

impl FieldType {
    /// The type of the stored value: a formula's or roll-up's result, else itself.
    pub fn stored(&self) -> &FieldType {
        match self {
            FieldType::Formula { result, .. } => result,
            FieldType::RollUp(field) => &field.result,
            other => other,
        }
    }

    /// Computed by the product; never accepted as input.
    pub fn is_computed(&self) -> bool {
        matches!(self, FieldType::Formula { .. } | FieldType::RollUp(_))
    }

    pub fn name(&self) -> &'static str {
        match self {
            FieldType::Text { .. } => "text",
            FieldType::LongText => "long_text",
            FieldType::Integer => "integer",
            FieldType::Number => "number",
            FieldType::Money => "money",
            FieldType::Date => "date",
            FieldType::Time => "time",
            FieldType::Choice { .. } => "choice",
            FieldType::MultiChoice { .. } => "multi_choice",
            FieldType::Boolean => "boolean",
            FieldType::Email => "email",
            FieldType::Phone => "phone",
            FieldType::Url => "url",
            FieldType::Address => "address",
            FieldType::File => "file",
            FieldType::Link { .. } => "link",
            FieldType::Links { .. } => "links",
            FieldType::Formula { .. } => "formula",
            FieldType::RollUp(_) => "roll_up",
            FieldType::Json => "json",
        }
    }

    /// The object a link points to.
    pub fn target(&self) -> Option<&str> {
        match self {
            FieldType::Link { target } | FieldType::Links { target } => Some(target),
            _ => None,
        }
    }

    pub fn options(&self) -> Option<&[Choice]> {
        match self.stored() {
            FieldType::Choice { options } | FieldType::MultiChoice { options } => Some(options),
            _ => None,
        }
    }
}

/// One field of an object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldDef {
    /// Never changes: `contact.email`, or a UUID for a custom field.
    pub id: String,
    /// In the API and in questions; `[a-z][a-z0-9_]*`.
    pub name: String,
    /// Column (or column prefix, for money and address) in the object's table; never changes.
    #[serde(skip_serializing, default)]
    pub column: String,
    pub label: Labels,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<Labels>,
    #[serde(flatten)]
    pub kind: FieldType,
    #[serde(default)]
    pub required: bool,
    #[serde(default)]
    pub unique: bool,
    /// Found by the search box.
    #[serde(default)]
    pub searchable: bool,
    /// Has an index: lists may sort by it at any size.
    #[serde(default)]
    pub indexed: bool,
    /// Written by the product only.
    #[serde(default)]
    pub readonly: bool,
    /// For parties: an identity (e-mail, phone) under which events find this party.
    #[serde(default)]
    pub identity: bool,
    #[serde(default)]
    pub custom: bool,
    /// Value of a new record that does not say otherwise, as the API would send it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<serde_json::Value>,
    /// Heading in form and details: `main`, `address`, `system`, … translated by the workspace.
    #[serde(default)]
    pub section: String,
    pub class: Class,
    /// Why it is held (GDPR Art. 5): `contract`, `service`, `marketing`, …
    #[serde(default)]
    pub purpose: String,
    /// Days it is kept after the last use; 0 = as long as the record.
    #[serde(default)]
    pub retention_days: u32,
    /// When it is shown, needed or locked. Kept beside the field, for standard fields too; shown with its question by the API.
    #[serde(skip)]
    pub conditions: FieldConditions,
}

/// When a field is shown, needed or locked: questions about the record itself, in text form; none is always, never, never.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FieldConditions {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub show_if: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required_if: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_only_if: Option<String>,
}

impl FieldConditions {
    pub fn is_empty(&self) -> bool {
        self.show_if.is_none() && self.required_if.is_none() && self.read_only_if.is_none()
    }
}

impl FieldDef {
    /// A plain field with nothing set but what it is.
    pub fn new(object: &str, name: &str, label: Labels, kind: FieldType) -> FieldDef {
        FieldDef {
            id: format!("{object}.{name}"),
            name: name.to_string(),
            column: name.to_string(),
            label,
            help: None,
            kind,
            required: false,
            unique: false,
            searchable: false,
            indexed: false,
            readonly: false,
            identity: false,
            custom: false,
            default: None,
            section: "main".to_string(),
            class: Class::Internal,
            purpose: "contract".to_string(),
            retention_days: 0,
            conditions: FieldConditions::default(),
        }
    }

    /// Encrypted wherever it leaves the record's own row.
    pub fn is_personal(&self) -> bool {
        self.class >= Class::Personal
    }
}

/// An object: contact, deal, or one of the company's own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ObjectDef {
    /// Never changes: `contact`, or a UUID for a custom object.
    pub id: String,
    /// Singular, in events and questions: `contact`.
    pub name: String,
    /// In routes: `contacts`.
    pub plural: String,
    /// Table; never changes.
    #[serde(skip_serializing, default)]
    pub table: String,
    pub label: Labels,
    pub label_plural: Labels,
    /// A lucide icon name.
    #[serde(default)]
    pub icon: String,
    /// Area of the sidebar: `customers`, `sales`, … (DESIGN, the shell).
    #[serde(default)]
    pub area: String,
    /// A customer, prospect, supplier or partner: has a ledger, identities and a key of its own.
    #[serde(default)]
    pub party: bool,
    #[serde(default)]
    pub custom: bool,
    /// How a record is called: field names in braces, `{first_name} {last_name}`.
    pub title: String,
    /// The one line under the title in search results and peeks, same form.
    #[serde(default)]
    pub subtitle: String,
    /// Link fields, in order, through which an event on this record reaches a party's timeline (`customer`, `company`).
    #[serde(default)]
    pub party_links: Vec<String>,
    /// Of these fields a record has at least one: a person has a name, an e-mail or a phone. Empty: nothing of the kind.
    #[serde(default)]
    pub needs_any: Vec<String>,
    /// The field that says who owns a record, for "own" and "team" rights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    pub fields: Vec<FieldDef>,
}

impl ObjectDef {
    pub fn field(&self, name: &str) -> Option<&FieldDef> {
        self.fields.iter().find(|field| field.name == name)
    }

    pub fn position(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }
}

/// What every standard object's struct gives through `#[derive(Object)]`.
pub trait Object: Sized {
    /// The whole definition.
    fn def() -> ObjectDef;
}
