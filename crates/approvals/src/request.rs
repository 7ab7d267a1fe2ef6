//! Asking: a request and its steps, taking it back, and asking others when nobody answers.

use events::NewEvent;
use events::approvals::{ApprovalAsked, ApprovalEscalated, ApprovalWithdrawn};
use foundation::ledger::{self, Entry};
use foundation::records::read;
use foundation::timer::{self, Alarm, Due};
use foundation::workspace::notices;
use foundation::{Operation, Reader};
use kernel::{Error, Id, Money, Result, Time};
use serde_json::json;

use crate::need::Need;
use crate::people::Away;
use crate::{Measure, letters, queries};

/// The timer of a decision that is not made.
const ESCALATION: &str = "approval.escalation";
const HOUR_MS: i64 = 60 * 60 * 1000;
/// Characters of what somebody writes beside a request or a decision.
const LONGEST: usize = 2_000;

/// One decision that is asked for, or was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Approval {
    pub id: Id,
    pub request: Id,
    pub object: String,
    pub record: Id,
    pub title: String,
    pub amount: Option<Money>,
    pub rule: Id,
    pub rule_name: String,
    pub question: String,
    pub step: i64,
    pub state: String,
    pub measures: Vec<Measure>,
    pub note: Option<String>,
    pub requested_by: Id,
    pub requested_at: Time,
    pub due_at: Option<Time>,
    pub escalated_at: Option<Time>,
    pub decided_by: Option<Id>,
    pub decided_for: Option<Id>,
    pub decided_at: Option<Time>,
    pub comment: Option<String>,
}

/// About what approval is asked.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    pub object: &'a str,
    pub record: Id,
    pub title: String,
    pub amount: Option<Money>,
    pub measures: Vec<Measure>,
    pub note: Option<String>,
}

/// Text that people write, cut to what is kept; nothing but spaces is nothing.
pub fn words(text: Option<&str>) -> Option<String> {
    text.map(|text| text.trim().chars().take(LONGEST).collect::<String>()).filter(|text| !text.is_empty())
}

/// Asks for every need that nothing covers; `false` if there is none to ask for. A request that waits already is taken back.
pub fn ask(op: &mut Operation, asked: &Asked, needs: &[Need]) -> Result<bool> {
    withdraw(op, asked.object, asked.record)?;
    let open: Vec<&Need> = needs.iter().filter(|need| need.covered_by.is_none()).collect();
    if open.is_empty() {
        return Ok(false);
    }
    if let Some(need) = open.iter().find(|need| need.asked.is_empty()) {
        let detail = format!("nobody else may approve what the rule “{}” asks for", need.rule.name);
        return Err(Error::conflict("approval.nobody", detail));
    }
    let requested_by = op.who.user.unwrap_or(op.who.id);
    let request = Id::at(op.now.0);
    for need in &open {
        let approval = Approval {
            id: Id::at(op.now.0),
            request,
            object: asked.object.into(),
            record: asked.record,
            title: asked.title.clone(),
            amount: asked.amount,
            rule: need.rule.id,
            rule_name: need.rule.name.clone(),
            question: need.rule.question.clone(),
            step: need.rule.step,
            state: "pending".into(),
            measures: asked.measures.clone(),
            note: words(asked.note.as_deref()),
            requested_by,
            requested_at: op.now,
            due_at: None,
            escalated_at: None,
            decided_by: None,
            decided_for: None,
            decided_at: None,
            comment: None,
        };
        queries::put(op, &approval)?;
        for user in &need.asked {
            queries::put_decider(op, approval.id, *user, "rule")?;
        }
        tell(op, &approval, NewEvent::of(ApprovalAsked { rule: need.rule.name.clone() }))?;
    }
    open_next_step(op, request)?;
    Ok(true)
}

/// Lets the next step wait for its decisions; `false` if there is none left.
pub fn open_next_step(op: &mut Operation, request: Id) -> Result<bool> {
    let all = queries::of_request(op, request)?;
    let Some(step) = all.iter().filter(|one| one.state == "pending").map(|one| one.step).min() else {
        return Ok(false);
    };
    let hours = queries::rules(op, all.first().map_or("", |one| one.object.as_str()))?;
    for one in all.iter().filter(|one| one.state == "pending" && one.step == step) {
        let after = hours.iter().find(|rule| rule.id == one.rule).and_then(|rule| rule.escalate_after);
        let due_at =
            after.filter(|hours| *hours > 0).map(|hours| Time(op.now.0.saturating_add(hours.saturating_mul(HOUR_MS))));
        queries::open(op, one.id, due_at)?;
        if let Some(due_at) = due_at {
            timer::set(op, ESCALATION, one.id, due_at, &json!({}))?;
        }
        let deciders = queries::deciders(op, one.id)?;
        let away = Away::today(op)?;
        for user in deciders {
            call(op, one, away.acting_for(user))?;
        }
    }
    Ok(true)
}

/// Tells somebody that they are asked: a notice, and mail where it can go out.
fn call(op: &mut Operation, approval: &Approval, user: Id) -> Result<()> {
    let object = op.object(&approval.object)?;
    notices::tell_one(op, &object, approval.record, user, notices::Kind::Approval)?;
    letters::put(op, approval, user)
}

/// Takes back what nobody decided yet; `false` if nothing waited.
pub fn withdraw(op: &mut Operation, object: &str, record: Id) -> Result<bool> {
    let waiting: Vec<Approval> = queries::of_record(op, record)?
        .into_iter()
        .filter(|one| one.object == object && matches!(one.state.as_str(), "pending" | "waiting"))
        .collect();
    for one in &waiting {
        timer::clear(op, ESCALATION, one.id)?;
        queries::withdraw(op, one.request)?;
        tell(op, one, NewEvent::of(ApprovalWithdrawn { rule: one.rule_name.clone() }))?;
    }
    Ok(!waiting.is_empty())
}

/// Ends the waiting of one decision.
pub fn stop_waiting(op: &mut Operation, approval: Id) -> Result<()> {
    timer::clear(op, ESCALATION, approval)
}

/// A line on the ledger about the record, on its customer's timeline.
pub fn tell(op: &mut Operation, approval: &Approval, event: NewEvent) -> Result<()> {
    let object = op.object(&approval.object)?;
    let record = op.as_product(|op| read::load(op, &object, approval.record))?;
    let Some(record) = record else { return Ok(()) };
    let mut entry = Entry::about(op, &object, &record, &event.kind, op.now);
    entry.amount = approval.amount;
    ledger::facts::split_personal(&event.kind, event.props, &mut entry);
    ledger::append(op, vec![entry]).map(drop)
}

/// Whether something of this record waits for a decision.
pub fn waits(reader: &mut Reader, record: Id) -> Result<bool> {
    Ok(queries::of_record(reader, record)?.iter().any(|one| matches!(one.state.as_str(), "pending" | "waiting")))
}

/// Nobody answered in time: who stands behind is asked as well.
pub struct Escalation;

impl Alarm for Escalation {
    fn kind(&self) -> &'static str {
        ESCALATION
    }

    fn ring(&self, op: &mut Operation, due: &Due) -> Result<Option<Time>> {
        let Some(approval) = queries::by_id(op, due.subject)?.filter(|one| one.state == "waiting") else {
            return Ok(None);
        };
        let rules = queries::rules(op, &approval.object)?;
        let colleagues = queries::colleagues(op)?;
        let named = rules.iter().find(|rule| rule.id == approval.rule).and_then(|rule| rule.escalate_to);
        let mut next: Vec<Id> = named.into_iter().collect();
        if next.is_empty() {
            let deciders = queries::deciders(op, approval.id)?;
            let managers = deciders.iter().filter_map(|id| colleagues.iter().find(|one| one.id == *id)?.manager);
            next.extend(managers);
        }
        let works_here = |id: &Id| colleagues.iter().any(|one| one.id == *id);
        next.retain(|id| *id != approval.requested_by && works_here(id));
        let mut asked = false;
        for user in next {
            if queries::put_decider(op, approval.id, user, "escalation")? {
                asked = true;
                call(op, &approval, user)?;
            }
        }
        if asked {
            queries::escalated(op, approval.id)?;
            tell(op, &approval, NewEvent::of(ApprovalEscalated { rule: approval.rule_name.clone() }))?;
        }
        Ok(None)
    }
}
