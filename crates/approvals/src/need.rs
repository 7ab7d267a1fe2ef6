//! Which rules stand in the way of an operation, and whether somebody said yes to the same already.

use foundation::Reader;
use foundation::records::{ask, read};
use kernel::{Error, Id, Result, Value};
use question::Checked;
use serde_json::{Value as Json, json};

use crate::people::{self, Away};
use crate::queries::{self, Rule};
use crate::{Measure, request::Approval};

/// A rule whose question the record answers with yes.
#[derive(Debug, Clone)]
pub struct Need {
    pub rule: Rule,
    /// Any one of them decides; empty where nobody can.
    pub asked: Vec<Id>,
    /// The decision that still holds for what the record says now.
    pub covered_by: Option<Approval>,
}

/// What this person needs approval for. Rules are the company's: they are the same whatever the person may see.
pub fn needed(
    reader: &mut Reader,
    object: &str,
    record: Id,
    requester: Option<Id>,
    measures: &[Measure],
) -> Result<Vec<Need>> {
    ask::as_product(reader, |reader| {
        let mut rules = queries::rules(reader, object)?;
        if rules.is_empty() {
            return Ok(Vec::new());
        }
        with_approvers(reader, &mut rules)?;
        let colleagues = queries::colleagues(reader)?;
        let decided: Vec<Approval> =
            queries::of_record(reader, record)?.into_iter().filter(|one| one.state == "approved").collect();
        let mut needs = Vec::new();
        for rule in rules {
            let checked = match ask::check_text(&rule.question, object, &*reader.catalogue) {
                Ok(checked) => checked,
                // Nobody knows what it wanted to stop: it stops everything until somebody mends it.
                Err(fault) => {
                    tracing::error!(%fault, rule = %rule.id, "an approval rule is not understood");
                    return Err(Error::conflict(
                        "approval.bad_rule",
                        format!("the rule “{}” is not understood", rule.name),
                    ));
                }
            };
            if !ask::holds_for(reader, &checked, record)? {
                continue;
            }
            let Some(asked) = people::asked(&rule, requester, &colleagues) else { continue };
            let covered_by = decided.iter().find(|one| covers(one, &rule, &checked, measures)).cloned();
            needs.push(Need { rule, asked, covered_by });
        }
        Ok(needs)
    })
}

/// An approval holds for as long as nothing that its rule looks at got worse.
fn covers(approval: &Approval, rule: &Rule, checked: &Checked, measures: &[Measure]) -> bool {
    if approval.rule != rule.id || approval.question != rule.question {
        return false;
    }
    let looks_at = |name: &str| checked.reads().iter().any(|(_, field)| field == name);
    let looks_at_one = measures.iter().any(|measure| looks_at(&measure.name));
    let relevant = measures.iter().filter(|measure| !looks_at_one || looks_at(&measure.name));
    relevant.into_iter().all(|measure| {
        let before = approval.measures.iter().find(|before| before.name == measure.name);
        before.is_some_and(|before| !measure.is_worse_than(before))
    })
}

fn with_approvers(reader: &mut Reader, rules: &mut [Rule]) -> Result<()> {
    let object = reader.object("approval_rule")?;
    let ids: Vec<Id> = rules.iter().map(|rule| rule.id).collect();
    for record in read::get_many(reader, &object, &ids)? {
        if let (Some(rule), Value::Links(approvers)) =
            (rules.iter_mut().find(|rule| rule.id == record.id), record.get(&object, "approvers"))
        {
            rule.approvers.clone_from(approvers);
        }
    }
    Ok(())
}

/// Needs as pages show them: the rule, its question, who is asked, who said yes already.
pub fn show(reader: &mut Reader, needs: &[Need]) -> Result<Json> {
    let away = Away::today(reader)?;
    let mut shown = Vec::new();
    for need in needs {
        let mut asked = Vec::new();
        for id in &need.asked {
            asked.push(crate::inbox::person(reader, away.acting_for(*id))?);
        }
        let covered = match &need.covered_by {
            Some(approval) => crate::inbox::show(reader, approval)?,
            None => Json::Null,
        };
        shown.push(json!({
            "rule": need.rule.id, "name": need.rule.name, "question": need.rule.question, "step": need.rule.step,
            "asked": asked, "covered_by": covered,
        }));
    }
    Ok(Json::Array(shown))
}
