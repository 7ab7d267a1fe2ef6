//! What a sequence does, step by step. A step that is changed stays the same step; one that is taken out keeps its figures.

use foundation::access::Action;
use foundation::records::read;
use foundation::{Operation, Reader};
use kernel::{Error, FieldError, Id, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::{OBJECT, queries};
use crate::template;

/// Steps of one sequence.
const MOST: usize = 30;
/// The longest that is waited, in days or hours of work.
const LONGEST: i64 = 365;

/// In what waiting is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    Hours,
    Days,
}

impl Unit {
    pub fn word(self) -> &'static str {
        match self {
            Unit::Hours => "hours",
            Unit::Days => "days",
        }
    }
}

/// What is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Does {
    /// A letter by this template.
    Mail { template: Id },
    /// A task for whoever put them on the sequence.
    Task { subject: String },
}

impl Does {
    pub fn word(&self) -> &'static str {
        match self {
            Does::Mail { .. } => "mail",
            Does::Task { .. } => "task",
        }
    }
}

/// A step as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub id: Id,
    pub place: i64,
    /// So much working time after the one before.
    pub wait: i64,
    pub unit: Unit,
    pub does: Does,
}

/// A step as it is said.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// Of a step that is there already.
    #[serde(default)]
    pub id: Option<Id>,
    /// `mail` or `task`.
    pub kind: String,
    #[serde(default)]
    pub wait: i64,
    #[serde(default = "days")]
    pub unit: Unit,
    #[serde(default)]
    pub template: Option<Id>,
    #[serde(default)]
    pub subject: Option<String>,
}

fn days() -> Unit {
    Unit::Days
}

/// The steps of a sequence that the caller may read.
pub fn list(reader: &mut Reader, sequence: Id) -> Result<Json> {
    let object = reader.object(OBJECT)?;
    read::get(reader, &object, sequence)?;
    let steps = queries::steps(reader, sequence)?;
    Ok(json!({ "data": steps.iter().map(told).collect::<Vec<_>>() }))
}

/// A step as it is told.
pub fn told(step: &Step) -> Json {
    let (template, subject) = match &step.does {
        Does::Mail { template } => (Some(*template), None),
        Does::Task { subject } => (None, Some(subject.clone())),
    };
    json!({
        "id": step.id, "kind": step.does.word(), "wait": step.wait, "unit": step.unit, "template": template,
        "subject": subject,
    })
}

/// Says all steps of a sequence anew, in their order. Whoever is on it goes on behind the step they came to.
pub fn put(op: &mut Operation, sequence: Id, said: &[Said]) -> Result<Json> {
    op.who.need(OBJECT, Action::Update)?;
    let object = op.object(OBJECT)?;
    read::get(op, &object, sequence)?;
    if !crate::queries::may_update(op, &object, sequence)? {
        return Err(Error::Forbidden("changing this record"));
    }
    let before = queries::steps(op, sequence)?;
    let mut faults = Vec::new();
    if said.len() > MOST {
        faults.push(FieldError::new("steps", "too_many", format!("at most {MOST} steps")));
    }
    let mut steps: Vec<Step> = Vec::new();
    for (place, one) in said.iter().enumerate() {
        match read_one(op, one, place, &before) {
            Ok(step) if steps.iter().any(|other| other.id == step.id) => {
                faults.push(FieldError::new(&format!("steps/{place}/id"), "taken", "each step once"));
            }
            Ok(step) => steps.push(step),
            Err(fault) => faults.push(fault),
        }
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    // What is taken out stands right behind what stood before it, for those who came as far as that.
    let mut behind = -1;
    for old in queries::steps_ever(op, sequence)? {
        match steps.iter().find(|step| step.id == old) {
            Some(step) => behind = step.place,
            None => queries::remove_step(op, old, behind)?,
        }
    }
    for step in &steps {
        queries::put_step(op, sequence, step)?;
    }
    list(op, sequence)
}

fn read_one(op: &mut Operation, said: &Said, place: usize, before: &[Step]) -> std::result::Result<Step, FieldError> {
    let at = |name: &str| format!("steps/{place}/{name}");
    let id = match said.id {
        Some(id) if before.iter().any(|step| step.id == id) => id,
        Some(_) => return Err(FieldError::new(&at("id"), "unknown_option", "no step of this sequence")),
        None => Id::at(op.now.0),
    };
    if !(0..=LONGEST).contains(&said.wait) {
        return Err(FieldError::new(&at("wait"), "out_of_range", format!("0 to {LONGEST}")));
    }
    let does = match said.kind.as_str() {
        "mail" => {
            let template = said.template.ok_or_else(|| FieldError::new(&at("template"), "required", "a template"))?;
            let is_there = op.object(template::OBJECT).and_then(|object| read::get(op, &object, template));
            if !is_there.is_ok_and(|template| template.deleted_at.is_none()) {
                return Err(FieldError::new(&at("template"), "not_found", "no such template"));
            }
            Does::Mail { template }
        }
        "task" => {
            let subject = said.subject.as_deref().unwrap_or_default().trim().to_string();
            if subject.is_empty() || subject.chars().count() > 200 {
                return Err(FieldError::new(&at("subject"), "required", "what is to be done, up to 200 characters"));
            }
            Does::Task { subject }
        }
        _ => return Err(FieldError::new(&at("kind"), "unknown_option", "mail or task")),
    };
    let place = i64::try_from(place).unwrap_or(i64::MAX);
    Ok(Step { id, place, wait: said.wait, unit: said.unit, does })
}
