//! What a role says, as the API and the table `role` hold it.

use std::collections::BTreeMap;

use kernel::{Error, FieldError, Result};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::access::principal::Rule;
use crate::records::{Catalogue, ask};

/// The key under which a role speaks of every object that it does not name.
pub const EVERY_OBJECT: &str = "*";

/// Objects that decide about rights themselves, or about where data may come from: "every object" lets them be read, never
/// changed.
pub const GUARDED: [&str; 3] = ["user", "team", "source"];

/// `{"admin":false,"objects":{"*":{"read":"all"},"deal":{"read":"team","update":"own","fields":{"margin":"hidden"}}},"restrict":{…}}`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RoleBody {
    /// May change definitions, users, roles and the company's keys.
    pub admin: bool,
    /// May write events of the outside world to the ledger.
    pub events: bool,
    /// By object name; what is said of an object replaces what is said of `*`.
    pub objects: BTreeMap<String, Grant>,
    /// Questions by object name that must all hold, whatever other roles grant.
    pub restrict: BTreeMap<String, Vec<String>>,
}

/// What a role grants on one object.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Grant {
    pub read: Reach,
    pub update: Reach,
    pub delete: Reach,
    pub create: bool,
    pub import: bool,
    pub export: bool,
    pub fields: BTreeMap<String, FieldRule>,
}

/// What a role keeps from a field that its object's grant would give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldRule {
    Hidden,
    Readonly,
}

/// Which records a grant reaches, in writing: `all`, `own`, `team`, `none`, `where: city = "Paris"`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach(pub Option<Rule>);

impl Reach {
    pub fn parse(text: &str) -> Option<Reach> {
        let text = text.trim();
        if let Some(question) = text.strip_prefix("where:") {
            return Some(Reach(Some(Rule::Where(question.trim().to_string()))));
        }
        match text {
            "all" => Some(Reach(Some(Rule::All))),
            "own" => Some(Reach(Some(Rule::Own))),
            "team" => Some(Reach(Some(Rule::Team))),
            "none" | "" => Some(Reach(None)),
            _ => None,
        }
    }
}

/// A rule as roles write it.
pub fn written(rule: &Rule) -> String {
    match rule {
        Rule::All => "all".into(),
        Rule::Own => "own".into(),
        Rule::Team => "team".into(),
        Rule::Where(question) => format!("where: {question}"),
    }
}

impl Serialize for Reach {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Some(rule) => serializer.serialize_str(&written(rule)),
            None => serializer.serialize_str("none"),
        }
    }
}

impl<'de> Deserialize<'de> for Reach {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Reach, D::Error> {
        let text = String::deserialize(deserializer)?;
        Reach::parse(&text)
            .ok_or_else(|| serde::de::Error::custom(format!("`{text}` is none of all, own, team, none, where: …")))
    }
}

impl RoleBody {
    /// From JSON of a request.
    pub fn read(json: &serde_json::Value) -> Result<RoleBody> {
        RoleBody::deserialize(json).map_err(|e| Error::invalid("/body", "wrong_type", e.to_string()))
    }

    /// Refuses objects, fields and questions that are not of this company's definitions, all faults at once.
    pub fn check(&self, catalogue: &Catalogue) -> Result<()> {
        let mut errors = Vec::new();
        for (name, grant) in &self.objects {
            let at = format!("/body/objects/{name}");
            if name == EVERY_OBJECT {
                for (action, reach) in grant.reaches() {
                    if matches!(reach.0, Some(Rule::Where(_))) {
                        errors.push(FieldError::new(
                            &format!("{at}/{action}"),
                            "bad_question",
                            "a question is about one object; name it",
                        ));
                    }
                }
                continue;
            }
            let Some(object) = catalogue.named(name) else {
                errors.push(FieldError::new(&at, "unknown_object", format!("there is no object `{name}`")));
                continue;
            };
            for (action, reach) in grant.reaches() {
                match &reach.0 {
                    Some(Rule::Where(question)) => {
                        check_question(catalogue, name, question, &format!("{at}/{action}"), &mut errors)
                    }
                    Some(Rule::Own | Rule::Team) if object.def.owner.is_none() => {
                        let detail = format!("records of `{name}` have no owner, so this would reach none");
                        errors.push(FieldError::new(&format!("{at}/{action}"), "no_owner", detail));
                    }
                    Some(Rule::All | Rule::Own | Rule::Team) | None => {}
                }
            }
            for field in grant.fields.keys() {
                if object.def.field(field).is_none() {
                    let detail = format!("there is no field `{field}` on {}", object.def.plural);
                    errors.push(FieldError::new(&format!("{at}/fields/{field}"), "unknown_field", detail));
                }
            }
        }
        for (name, questions) in &self.restrict {
            if catalogue.named(name).is_none() {
                errors.push(FieldError::new(
                    &format!("/body/restrict/{name}"),
                    "unknown_object",
                    format!("there is no object `{name}`"),
                ));
                continue;
            }
            for (n, question) in questions.iter().enumerate() {
                check_question(catalogue, name, question, &format!("/body/restrict/{name}/{n}"), &mut errors);
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
    }

    /// What it grants on an object: what it says of it, else what it says of every object.
    pub fn grant(&self, object: &str) -> Option<Grant> {
        if let Some(grant) = self.objects.get(object) {
            return Some(grant.clone());
        }
        let every = self.objects.get(EVERY_OBJECT)?;
        if self.admin || !GUARDED.contains(&object) {
            return Some(every.clone());
        }
        // Whoever may change who reports to whom could give themselves rights: that must be said by name. Everybody may
        // see colleagues' names, though.
        let read = Reach(every.read.0.as_ref().map(|_| Rule::All));
        Some(Grant { read, fields: every.fields.clone(), ..Grant::default() })
    }
}

impl Grant {
    fn reaches(&self) -> [(&'static str, &Reach); 3] {
        [("read", &self.read), ("update", &self.update), ("delete", &self.delete)]
    }

    /// Everything, on all records.
    pub fn full() -> Grant {
        let all = || Reach(Some(Rule::All));
        Grant {
            read: all(),
            update: all(),
            delete: all(),
            create: true,
            import: true,
            export: true,
            fields: BTreeMap::new(),
        }
    }
}

fn check_question(catalogue: &Catalogue, object: &str, question: &str, at: &str, errors: &mut Vec<FieldError>) {
    match ask::check_text(question, object, catalogue) {
        Ok(_) => {}
        Err(Error::Invalid(faults)) => {
            errors.extend(faults.into_iter().map(|fault| FieldError { pointer: at.to_string(), ..fault }));
        }
        Err(other) => errors.push(FieldError::new(at, "bad_question", other.to_string())),
    }
}
