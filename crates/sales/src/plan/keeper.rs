//! What must hold for a quota: it is somebody's, says how much, lies on a period, and is there once.

use std::collections::BTreeSet;

use events::{RecordView, Situation};
use foundation::Operation;
use foundation::access::principal::{Kind, Rule};
use foundation::records::write::{Draft, Keeps, What};
use foundation::records::{Object, Record};
use kernel::{FieldError, Id, Result, Value};

use super::period::{Period, Unit};
use super::{Measure, QUOTA, Whose, queries};

/// Quotas that are written.
pub struct Quotas;

impl Keeps for Quotas {
    fn object(&self) -> &'static str {
        QUOTA
    }

    fn check(&self, op: &mut Operation, object: &Object, drafts: &[Option<Draft>]) -> Result<Vec<(usize, FieldError)>> {
        let mut faults = Vec::new();
        let mut seen: BTreeSet<(Id, String, String)> = BTreeSet::new();
        for (place, draft) in drafts.iter().enumerate() {
            let Some(draft) = draft.as_ref().filter(|draft| draft.what != What::Trashed) else { continue };
            let quota = &draft.after;
            faults.extend(shapeless(object, quota).map(|fault| (place, fault)));
            let Some(of) = whose(object, quota).and_then(|whose| quota.get(object, whose.field()).as_link()) else {
                continue;
            };
            if !may_plan(op, object, quota) {
                let detail = "quotas are set for oneself or for those who report to one";
                faults.push((place, FieldError::new("person", "not_allowed", detail)));
            }
            let word = |name: &str| quota.get(object, name).as_text().unwrap_or_default().to_string();
            let key = (of, word("period"), word("measure"));
            if queries::is_there(op, object, &key, quota.id)? || !seen.insert(key) {
                faults.push((place, FieldError::new("starts_on", "taken", "there is a quota of this period already")));
            }
        }
        Ok(faults)
    }

    fn follow(&self, _: &mut Operation, _: &[Draft]) -> Result<()> {
        Ok(())
    }
}

/// Whose it is, where it is of one only.
fn whose(object: &Object, quota: &Record) -> Option<Whose> {
    let mut all = Whose::ALL.into_iter().filter(|whose| !quota.get(object, whose.field()).is_null());
    all.next().filter(|_| all.next().is_none())
}

fn shapeless(object: &Object, quota: &Record) -> Option<FieldError> {
    let Some(whose) = whose(object, quota) else {
        let detail = "a quota is of one: a person, a team, a territory or a product line";
        return Some(FieldError::new("person", "required", detail));
    };
    let measure = quota.get(object, "measure").as_text().and_then(Measure::named).unwrap_or(Measure::Revenue);
    if !measure.is_of(whose) {
        let detail = "calls, meetings and visits are planned for people and teams";
        return Some(FieldError::new("measure", "unknown_option", detail));
    }
    let is_below = |value: &Value| match value {
        Value::Money(money) => money.amount < 0,
        Value::Int(number) => *number < 0,
        _ => false,
    };
    let field = if measure == Measure::Revenue { "amount" } else { "deals" };
    match quota.get(object, field) {
        Value::Null => Some(FieldError::new(field, "required", "say how much")),
        value if is_below(value) => Some(FieldError::new(field, "below_minimum", "not below 0")),
        _ => None,
    }
}

/// Whoever may change every quota plans for everybody, others for whom they answer.
fn may_plan(op: &Operation, object: &Object, quota: &Record) -> bool {
    if op.who.kind == Kind::System || op.who.access.on(QUOTA).update.contains(&Rule::All) {
        return true;
    }
    let owner = quota.get(object, "owner").as_link();
    owner.is_some_and(|owner| op.who.people.contains(&owner))
}

/// The period's name, and who answers for the quota.
pub fn settle(after: &dyn RecordView, situation: &mut dyn Situation) -> Vec<(&'static str, Value)> {
    let mut follows = Vec::new();
    if let (Some(unit), Some(day)) = (after.text("unit").and_then(Unit::named), after.date("starts_on")) {
        follows.push(("period", Value::Text(Period::of(unit, day).name())));
    }
    let of = |situation: &mut dyn Situation, object: &str, field: &str| {
        let id = after.link(object)?;
        situation.record(object, id).and_then(|record| record.link(field))
    };
    let person = after.link("person");
    let owner = person.or_else(|| of(situation, "team", "manager")).or_else(|| of(situation, "territory", "owner"));
    follows.extend(owner.map(|owner| ("owner", Value::Link(owner))));
    follows
}
