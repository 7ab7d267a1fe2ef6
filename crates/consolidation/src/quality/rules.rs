//! The company's own rules: a question that a good record answers with yes.

use foundation::access::{Action, audit};
use foundation::records::ask;
use foundation::{Operation, Reader};
use kernel::{Error, Id, Result, Time};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::measures::Severity;
use super::{queries, reads_all};

/// Of the audit log.
const RULE_CHANGED: &str = "quality.rule_changed";
/// Rules of all objects together.
const MOST: usize = 200;

/// A rule as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnRule {
    pub id: Id,
    pub object: String,
    pub name: String,
    /// In the question language.
    pub condition: String,
    /// 1 to 10: how much it counts in the score.
    pub weight: i64,
    pub severity: Severity,
    pub created_at: Time,
}

impl OwnRule {
    pub fn to_json(&self) -> Json {
        json!({
            "id": self.id, "object": self.object, "name": self.name, "condition": self.condition, "weight": self.weight,
            "severity": self.severity, "created_at": self.created_at.to_string(),
        })
    }
}

/// What a new rule says, or what changes of one.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    #[serde(default)]
    pub object: Option<String>,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub condition: Option<String>,
    #[serde(default)]
    pub weight: Option<i64>,
    #[serde(default)]
    pub severity: Option<Severity>,
}

/// Rules about objects whose every record the caller reads.
pub fn list(reader: &mut Reader) -> Result<Json> {
    let mut seen = Vec::new();
    for rule in queries::rules(reader)? {
        let Ok(object) = reader.object(&rule.object) else { continue };
        // A rule over a field that is hidden from the caller would name it.
        if reads_all(reader.who, &object) && ask::filter(reader, &object, &rule.condition).is_ok() {
            seen.push(rule.to_json());
        }
    }
    Ok(json!({ "data": seen }))
}

pub fn create(op: &mut Operation, wish: Wish) -> Result<Json> {
    op.who.need_admin()?;
    let needed = |name: &str| Error::invalid(name, "required", format!("`{name}` is needed"));
    if queries::rules(op)?.len() >= MOST {
        return Err(Error::TooLarge(format!("at most {MOST} rules")));
    }
    let rule = OwnRule {
        id: Id::at(op.now.0),
        object: wish.object.ok_or_else(|| needed("object"))?,
        name: wish.name.ok_or_else(|| needed("name"))?,
        condition: wish.condition.ok_or_else(|| needed("condition"))?,
        weight: wish.weight.unwrap_or(2),
        severity: wish.severity.unwrap_or(Severity::Warning),
        created_at: op.now,
    };
    let rule = checked(op, rule)?;
    kept(op, &rule)
}

pub fn change(op: &mut Operation, id: Id, wish: Wish) -> Result<Json> {
    op.who.need_admin()?;
    let mut rule = queries::rule_of(op, id)?.ok_or(Error::NotFound)?;
    if wish.object.as_ref().is_some_and(|object| *object != rule.object) {
        return Err(Error::invalid("object", "readonly", "a rule stays with its object; make a new one"));
    }
    rule.name = wish.name.unwrap_or(rule.name);
    rule.condition = wish.condition.unwrap_or(rule.condition);
    rule.weight = wish.weight.unwrap_or(rule.weight);
    rule.severity = wish.severity.unwrap_or(rule.severity);
    let rule = checked(op, rule)?;
    kept(op, &rule)
}

pub fn remove(op: &mut Operation, id: Id) -> Result<()> {
    op.who.need_admin()?;
    let rule = queries::rule_of(op, id)?.ok_or(Error::NotFound)?;
    queries::drop_rule(op, id)?;
    audit::write(op, RULE_CHANGED, Some(&rule.object), None, json!({ "removed": rule.name }))
}

fn checked(op: &mut Operation, mut rule: OwnRule) -> Result<OwnRule> {
    let object = op
        .object(&rule.object)
        .map_err(|_| Error::invalid("object", "unknown_object", format!("there is no object `{}`", rule.object)))?;
    op.who.need(&object.def.name, Action::Read)?;
    rule.object = object.def.name.clone();
    rule.name = rule.name.trim().to_string();
    if rule.name.is_empty() {
        return Err(Error::invalid("name", "required", "a rule needs a name"));
    }
    if rule.name.chars().count() > 120 {
        return Err(Error::invalid("name", "too_long", "at most 120 characters"));
    }
    if !(1..=10).contains(&rule.weight) {
        let code = if rule.weight < 1 { "too_small" } else { "too_large" };
        return Err(Error::invalid("weight", code, "a weight from 1 to 10"));
    }
    if rule.condition.trim().is_empty() {
        return Err(Error::invalid("condition", "required", "what a good record answers with yes"));
    }
    ask::filter(op, &object, &rule.condition)?;
    Ok(rule)
}

fn kept(op: &mut Operation, rule: &OwnRule) -> Result<Json> {
    queries::put_rule(op, rule)?;
    let detail = json!({ "name": rule.name, "condition": rule.condition, "weight": rule.weight });
    audit::write(op, RULE_CHANGED, Some(&rule.object), None, detail)?;
    Ok(rule.to_json())
}
