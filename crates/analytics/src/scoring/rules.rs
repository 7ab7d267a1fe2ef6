//! The rules of points.

use foundation::records::ask;
use foundation::{Operation, Reader};
use kernel::object::FieldType;
use kernel::{Error, FieldError, Id, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::{OBJECT, queries};

/// A rule: points for an answer to a question, or for each event of a kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What a reason is called.
    pub name: String,
    /// May be less than nothing.
    pub points: i64,
    #[serde(default)]
    pub question: Option<String>,
    /// A kind of event of the lead, `page.viewed`.
    #[serde(default)]
    pub event: Option<String>,
    /// So many points at most, however many events there were.
    #[serde(default)]
    pub most: Option<i64>,
    /// After so many days half of the points are left.
    #[serde(default)]
    pub half_life_days: Option<i64>,
    /// Of a question: the field with the day from which points fade.
    #[serde(default)]
    pub since: Option<String>,
}

/// All rules, in their order.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    pub rules: Vec<Rule>,
}

const LONGEST: usize = 80;
const MOST_RULES: usize = 100;
const MOST_POINTS: i64 = 1_000;

/// The rules, and when points were counted last.
pub fn show(reader: &mut Reader) -> Result<Json> {
    let job = super::under_way(reader)?;
    let counted = queries::last_count(reader)?.map(|(at, _)| kernel::Time(at));
    Ok(json!({ "rules": queries::all(reader)?, "counted_at": counted, "job": job.map(|job| job.to_json()) }))
}

/// Replaces all rules, and has the points counted.
pub fn set(op: &mut Operation, asked: Rules) -> Result<Json> {
    op.who.need_admin()?;
    if asked.rules.len() > MOST_RULES {
        return Err(Error::TooLarge(format!("at most {MOST_RULES} rules")));
    }
    let mut faults = Vec::new();
    for (at, rule) in asked.rules.iter().enumerate() {
        if let Err(fault) = check(op, rule) {
            let Error::Invalid(of_rule) = fault else { return Err(fault) };
            faults.extend(of_rule.into_iter().map(|fault| {
                let pointer = format!("/rules/{at}/{}", fault.pointer.trim_start_matches('/'));
                FieldError { pointer, ..fault }
            }));
        }
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let rules: Vec<(Id, Rule)> = asked.rules.into_iter().map(|rule| (Id::at(op.now.0), rule)).collect();
    queries::put(op, &rules)?;
    super::queue(op)?;
    show(op)
}

fn check(op: &mut Operation, rule: &Rule) -> Result<()> {
    if rule.name.trim().is_empty() || rule.name.chars().count() > LONGEST {
        return Err(Error::invalid("name", "length", format!("a name has 1 to {LONGEST} characters")));
    }
    if rule.points == 0 || rule.points.abs() > MOST_POINTS {
        return Err(Error::invalid(
            "points",
            "out_of_range",
            format!("1 to {MOST_POINTS} points, or less than nothing"),
        ));
    }
    if rule.half_life_days.is_some_and(|days| !(1..=3_650).contains(&days)) {
        return Err(Error::invalid("half_life_days", "out_of_range", "must be 1 to 3650 days"));
    }
    if rule.most.is_some_and(|most| most < rule.points.abs() || most > MOST_POINTS) {
        return Err(Error::invalid("most", "out_of_range", "must not be less than the points of one event"));
    }
    let object = op.object(OBJECT)?;
    match (&rule.question, &rule.event) {
        (Some(question), None) => {
            let checked = ask::filter(op, &object, question).map_err(|fault| match fault {
                Error::Invalid(faults) => Error::Invalid(
                    faults.into_iter().map(|fault| FieldError { pointer: "/question".into(), ..fault }).collect(),
                ),
                other => other,
            })?;
            if checked.asks_who_asks() {
                return Err(Error::invalid("question", "not_understood", "must not ask about who asks"));
            }
        }
        (None, Some(kind)) if events::kind(kind).is_some() => {}
        (None, Some(kind)) => {
            return Err(Error::invalid("event", "unknown", format!("there is no event `{kind}`")));
        }
        _ => {
            return Err(Error::invalid(
                "question",
                "required",
                "a rule asks a question or counts an event, one of them",
            ));
        }
    }
    if let Some(since) = &rule.since {
        let field = object.def.field(since);
        let is_day = field.is_some_and(|field| matches!(field.kind.stored(), FieldType::Date | FieldType::Time));
        if !is_day || rule.half_life_days.is_none() || rule.event.is_some() {
            return Err(Error::invalid("since", "wrong_type", "must be a field with a day, of a question that fades"));
        }
    }
    Ok(())
}
