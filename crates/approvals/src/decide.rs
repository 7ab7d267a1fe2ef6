//! The decision itself: one for each thing asked, by somebody who was asked or stands in for them.

use std::sync::Arc;

use events::NewEvent;
use events::approvals::{ApprovalGiven, ApprovalRefused};
use foundation::Operation;
use foundation::access::audit;
use foundation::workspace::notices;
use kernel::{Error, Id, Result};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::people::Away;
use crate::request::{self, Approval};
use crate::{Outcome, Subject, inbox, queries};

/// The word of somebody who was asked.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    pub approve: bool,
    #[serde(default)]
    pub comment: Option<String>,
}

/// Whose place the caller takes in this decision; none if they were not asked, or asked for it themselves.
pub fn place_of(op: &mut foundation::Reader, approval: &Approval, user: Id) -> Result<Option<Id>> {
    if approval.requested_by == user {
        return Ok(None);
    }
    let deciders = queries::deciders(op, approval.id)?;
    let places = Away::today(op)?.places_of(user);
    Ok(places.into_iter().find(|place| deciders.contains(place)))
}

/// Decides. Of two who decide at once the first does; the other is told so.
pub fn decide(op: &mut Operation, subjects: &[Arc<dyn Subject>], id: Id, decision: &Decision) -> Result<Json> {
    let approval = queries::by_id(op, id)?.ok_or(Error::NotFound)?;
    // A program's key decides nothing: an approval is somebody's word.
    let user = op.who.user.ok_or(Error::Forbidden("deciding is for people"))?;
    let place = match place_of(op, &approval, user)? {
        Some(place) => place,
        None if approval.requested_by == user => {
            return Err(Error::conflict("approval.own", "nobody decides what they asked for themselves"));
        }
        None => return Err(Error::NotFound),
    };
    let comment = request::words(decision.comment.as_deref());
    if !decision.approve && comment.is_none() {
        return Err(Error::invalid("comment", "required", "say why not: it helps whoever asked"));
    }
    let state = if decision.approve { "approved" } else { "refused" };
    let in_place_of = Some(place).filter(|place| *place != user);
    if !queries::decide(op, id, state, user, in_place_of, comment.as_deref())? {
        let decided = queries::by_id(op, id)?;
        let state = decided.map_or_else(String::new, |one| one.state);
        return Err(Error::Conflict {
            code: "approval.decided",
            detail: "somebody decided this meanwhile, or it was taken back".into(),
            details: json!({ "state": state }),
        });
    }
    request::stop_waiting(op, id)?;
    let rule = approval.rule_name.clone();
    let event = match decision.approve {
        true => NewEvent::of(ApprovalGiven { rule, comment }),
        false => NewEvent::of(ApprovalRefused { rule, comment }),
    };
    request::tell(op, &approval, event)?;
    let detail = json!({ "approval": id, "rule": approval.rule, "state": state, "in_place_of": in_place_of });
    audit::write(op, "approval.decided", Some(&approval.object), Some(approval.record), detail)?;
    follow(op, subjects, &approval, decision.approve)?;
    let approval = queries::by_id(op, id)?.ok_or(Error::NotFound)?;
    inbox::show(op, &approval)
}

/// What the decision brings: the next step, or the end of the request.
fn follow(op: &mut Operation, subjects: &[Arc<dyn Subject>], approval: &Approval, approved: bool) -> Result<()> {
    let outcome = if approved {
        let all = queries::of_request(op, approval.request)?;
        if all.iter().any(|one| one.state == "waiting") || request::open_next_step(op, approval.request)? {
            return Ok(());
        }
        Outcome::Approved
    } else {
        for one in queries::of_request(op, approval.request)? {
            request::stop_waiting(op, one.id)?;
        }
        queries::withdraw(op, approval.request)?;
        Outcome::Refused
    };
    if let Some(subject) = subjects.iter().find(|subject| subject.object() == approval.object) {
        subject.settled(op, approval.record, outcome)?;
    }
    let object = op.object(&approval.object)?;
    notices::tell_one(op, &object, approval.record, approval.requested_by, notices::Kind::News)
}
