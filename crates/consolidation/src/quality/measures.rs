//! Which measures an object has: from its definition, so that custom objects and fields are measured as well.

use foundation::records::Object;
use kernel::object::FieldType;
use kernel::{FieldDef, ObjectDef};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::judge;
use super::rules::OwnRule;

/// How much a fault matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Info,
    Warning,
    Error,
}

impl Severity {
    pub fn text(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }

    pub fn parse(text: &str) -> Severity {
        match text {
            "error" => Severity::Error,
            "info" => Severity::Info,
            _ => Severity::Warning,
        }
    }
}

/// How the records at fault are found.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// By this question: yes is a fault.
    Question(String),
    /// Those whose link, kept in this field, leads to nothing that is there.
    BrokenLink(usize),
    /// By looking at the values of this field.
    Looking(usize, judge::Looks),
    /// By the pairs that matching holds for possible duplicates.
    Pairs,
}

/// One thing that is measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// `completeness:email`, `validity:phone`, `freshness`, `no_contacts`, `links:company`, `rule:<id>`.
    pub key: String,
    pub found: Found,
    pub weight: i64,
    pub severity: Severity,
}

/// How old is old.
pub const OLD_DAYS: i64 = 365;

/// Objects that are measured: what customers are made of and what was made for them, never the product's own settings.
pub fn is_measured(def: &ObjectDef) -> bool {
    def.custom || def.party || !def.party_links.is_empty() || def.name == "product" || def.name == "lead"
}

/// The measures of an object and the company's own rules for it.
pub fn of(object: &Object, rules: &[OwnRule]) -> Vec<Measure> {
    let def = &object.def;
    let mut measures = Vec::new();
    let mut add = |key: String, found: Found, weight: i64, severity: Severity| {
        measures.push(Measure { key, found, weight, severity });
    };
    for (position, field) in def.fields.iter().enumerate() {
        if let Some(weight) = missing_weight(def, field) {
            let question = Found::Question(format!("{} is empty", field.name));
            add(format!("completeness:{}", field.name), question, weight, Severity::Info);
        }
        if let Some(looks) = judge::looks(&def.name, field) {
            let (weight, severity) = if field.identity { (3, Severity::Error) } else { (2, Severity::Warning) };
            add(format!("validity:{}", field.name), Found::Looking(position, looks), weight, severity);
        }
        if matches!(&field.kind, FieldType::Link { target } if target != "any") {
            add(format!("links:{}", field.name), Found::BrokenLink(position), 2, Severity::Error);
        }
    }
    let names = |wanted: fn(&FieldDef) -> bool| -> Vec<String> {
        def.fields.iter().filter(|field| wanted(field)).map(|field| format!("{} is empty", field.name)).collect()
    };
    if def.party {
        let points =
            names(|field| matches!(field.kind, FieldType::Email | FieldType::Phone) && !field.kind.is_computed());
        if !points.is_empty() {
            add("unreachable".into(), Found::Question(points.join(" and ")), 2, Severity::Warning);
        }
        add("freshness".into(), Found::Question(format!("not updated_at in last {OLD_DAYS} days")), 1, Severity::Info);
        add("duplicates".into(), Found::Pairs, 3, Severity::Warning);
    } else if !def.party_links.is_empty() {
        let links: Vec<String> = def.party_links.iter().map(|link| format!("{link} is empty")).collect();
        add("no_party".into(), Found::Question(links.join(" and ")), 2, Severity::Warning);
    }
    if def.name == "company" {
        add("no_contacts".into(), Found::Question("contacts_count = 0".into()), 1, Severity::Warning);
    }
    for rule in rules.iter().filter(|rule| rule.object == def.name) {
        let question = Found::Question(format!("not ({})", rule.condition));
        add(format!("rule:{}", rule.id), question, rule.weight, rule.severity);
    }
    measures
}

/// How much it matters that a field is empty; none for fields that may well be.
fn missing_weight(def: &ObjectDef, field: &FieldDef) -> Option<i64> {
    let asks = !field.kind.is_computed() && !field.readonly && field.default.is_none();
    let can_be_empty = !matches!(
        field.kind,
        FieldType::Links { .. } | FieldType::Boolean | FieldType::Json | FieldType::Address | FieldType::File
    );
    if !asks || !can_be_empty || field.required {
        return None;
    }
    if field.identity || def.title.contains(&format!("{{{}}}", field.name)) {
        return Some(3);
    }
    if def.owner.as_deref() == Some(field.name.as_str()) {
        return Some(2);
    }
    (field.indexed || field.searchable && !matches!(field.kind, FieldType::LongText)).then_some(1)
}

/// How a figure is mended: by the same means that the workspace offers for it.
pub fn mend(object: &str, key: &str) -> Json {
    let (kind, field) = key.split_once(':').unwrap_or((key, ""));
    match kind {
        "validity" => json!({ "kind": "normalise", "object": object, "field": field }),
        "completeness" => json!({ "kind": "import", "object": object, "field": field }),
        "duplicates" => json!({ "kind": "review", "object": object }),
        "unreachable" => json!({ "kind": "import", "object": object }),
        _ => json!({ "kind": "edit", "object": object, "field": field }),
    }
}
