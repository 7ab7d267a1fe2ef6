//! Merging: several records of one object become one, and can become several again.
//!
//! - [`merge`] joins records: one goes on, the others lead to it. Of each field one value stays, by [`rules`] or by hand;
//!   links, timelines, files and identities follow. The others keep what they said, so nothing is lost.
//! - [`unmerge`] takes records out again at any time: with their values from before, and all that was linked to them or
//!   came in under their ids. What was changed on the survivor since stays there.
//! - [`plan`] is what a merge would do, for the preview; [`own`] what a survivor said itself before others gave it values.
//!
//! A merge needs the rights to see, change and delete each of the records: one could do all of it by hand. Fields that
//! somebody may not see, or not change, follow the rules all the same: what a record says does not depend on who pressed
//! the button. They are shown nowhere, and not picked.

mod own;
pub mod plan;
mod preview;
mod queries;
pub mod routes;
pub mod rules;
mod survivorship;
mod weigh;

use std::collections::BTreeMap;
use std::sync::Arc;

use foundation::access::{Action, audit};
use foundation::ledger::Line;
use foundation::records::undo::TakesBack;
use foundation::records::{Object, Record, erase, merged, read};
use foundation::{Operation, Reader};
use kernel::{Error, Id, Result, Value};
use serde_json::{Value as Json, json};

pub use plan::Asked;
pub use preview::{of_record, preview, show};

use crate::matching::marks;
use own::{Given, Leaving};
use plan::{Found, Plan};

/// A merge as other parts of the product ask for it.
#[derive(Debug, Clone, Default)]
pub struct Order {
    /// Name of the object.
    pub object: String,
    /// Who goes on; none leaves it to the rule.
    pub survivor: Option<Id>,
    pub others: Vec<Id>,
    /// By field: the record whose value is kept.
    pub picks: BTreeMap<String, Id>,
    /// Why, for whoever asks later.
    pub why: Json,
}

/// What became of a merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// None where the records were one before anybody recorded why.
    pub merge: Option<Id>,
    pub survivor: Id,
    pub joined: Vec<Id>,
    /// They were one already.
    pub unchanged: bool,
}

/// Merges records. Those that are one already stay so.
pub fn merge(op: &mut Operation, order: &Order) -> Result<Merged> {
    let object = op.object(&order.object)?;
    let records = order.survivor.iter().chain(&order.others).copied().collect();
    let (survivor, picks, why) = (order.survivor, order.picks.clone(), order.why.clone());
    merge_asked(op, &object, &Asked { records, survivor, picks, why })
}

/// [`merge`] of records of which none need be named first.
pub fn merge_asked(op: &mut Operation, object: &Arc<Object>, asked: &Asked) -> Result<Merged> {
    let plan = match plan::make(op, object, asked)? {
        Found::Several(plan) => plan,
        Found::One(survivor) => return already(op, asked, survivor),
    };
    let id = Id::at(op.now.0);
    op.merge = Some(id);
    let done = carry_out(op, &plan, id, asked);
    op.merge = None;
    done?;
    let joined: Vec<Id> = plan.others.iter().map(|record| record.id).collect();
    let detail = json!({ "merge": id, "joined": joined });
    audit::write(op, audit::action::MERGED, Some(&object.def.name), Some(plan.survivor.id), detail)?;
    Ok(Merged { merge: Some(id), survivor: plan.survivor.id, joined, unchanged: false })
}

fn already(op: &mut Operation, asked: &Asked, survivor: Id) -> Result<Merged> {
    let mut merge = None;
    for record in &asked.records {
        merge = merge.max(queries::joined_by(op, *record)?);
    }
    Ok(Merged { merge, survivor, joined: Vec::new(), unchanged: true })
}

fn carry_out(op: &mut Operation, plan: &Plan, id: Id, asked: &Asked) -> Result<()> {
    let object = &plan.object;
    let survivor = plan.survivor.id;
    let others: Vec<Id> = plan.others.iter().map(|record| record.id).collect();
    let name_of = |position: usize| object.field(position).map(|field| field.id.clone());
    let fields: Vec<Json> = plan
        .decisions
        .iter()
        .filter(|decision| decision.differs || decision.picked)
        .filter_map(|decision| {
            let field = name_of(decision.position)?;
            let rule = if decision.picked { json!("picked") } else { json!(decision.rule) };
            Some(json!({ "field": field, "rule": rule, "winner": decision.kept.winner }))
        })
        .collect();
    let kept = json!({ "why": asked.why, "fields": fields });
    queries::keep(op, id, &object.def.name, survivor, &others, &kept)?;

    // Before anything moves: what the survivor says itself.
    let mut own = own::load(op, survivor)?;
    let mut values = Vec::new();
    for decision in &plan.decisions {
        let Some(field) = object.field(decision.position) else { continue };
        let before = plan.survivor.value(decision.position);
        let said = merged::as_said(op, survivor, &field.id, before)?;
        let after = &decision.kept.value;
        let given = Given { field, before, after, winner: decision.kept.winner, others: &others };
        own::note(&mut own, &given, &said, &plan.led);
        if before != after {
            values.push((decision.position, after.clone()));
        }
    }
    for other in &others {
        merged::join(op, object, survivor, *other)?;
    }
    own::write(op, object, &plan.survivor, values)?;
    own::store(op, survivor, &own)
}

/// What became of an un-merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmerged {
    pub survivor: Id,
    /// Who stands in the lists again.
    pub left: Vec<Id>,
    /// Values that could not come back, for another record has them by now: the record and the field.
    pub withheld: Vec<(Id, String)>,
}

/// Takes back a merge.
pub fn unmerge(op: &mut Operation, id: Id) -> Result<Unmerged> {
    unmerge_some(op, id, None)
}

/// Takes back a merge, whole or for one of its records.
pub fn unmerge_some(op: &mut Operation, id: Id, only: Option<Id>) -> Result<Unmerged> {
    let merge = queries::merge(op, id)?.ok_or(Error::NotFound)?;
    let object = op.object(&merge.object)?;
    for action in [Action::Update, Action::Delete] {
        op.who.need(&object.def.name, action)?;
    }
    let root = merged::now(op, merge.survivor)?;
    read::get(op, &object, root)?;
    if erase::is_erased(op, &object, root)? {
        return Err(Error::conflict("record.erased", "the record was erased; nothing of it comes back"));
    }
    let standing = merge.standing();
    if only.is_some_and(|only| !merge.parts.iter().any(|part| part.record == only)) {
        return Err(Error::NotFound);
    }
    let leaving: Vec<Id> = standing.into_iter().filter(|id| only.is_none_or(|only| only == *id)).collect();
    if leaving.is_empty() {
        return Err(Error::conflict("merge.undone", "the merge was taken back already"));
    }
    let mut unmerged = Unmerged { survivor: merge.survivor, left: Vec::new(), withheld: Vec::new() };
    op.merge = Some(id);
    for record in leaving {
        let left = step_out(op, &object, &merge, record, &mut unmerged);
        if left.is_err() {
            op.merge = None;
        }
        left?;
    }
    op.merge = None;
    let detail = json!({ "merge": id, "left": unmerged.left });
    audit::write(op, audit::action::UNMERGED, Some(&object.def.name), Some(merge.survivor), detail)?;
    Ok(unmerged)
}

/// One record leaves the one that it was joined to.
fn step_out(
    op: &mut Operation,
    object: &Arc<Object>,
    merge: &queries::Stored,
    record: Id,
    unmerged: &mut Unmerged,
) -> Result<()> {
    let survivor = merge.survivor;
    let mut own = own::load(op, survivor)?;
    let leaving = Leaving { gone: Some(record), moved: None };
    // First what the survivor gives back, for a unique value has room once; then its links, which may lead to who has left.
    let before = row(op, object, survivor)?;
    let values = own::without(op, object, &before, &mut own, &leaving, false)?;
    own::write(op, object, &before, values)?;
    let withheld = merged::part(op, object, record)?;
    let before = row(op, object, survivor)?;
    let values = own::without(op, object, &before, &mut own, &leaving, true)?;
    own::write(op, object, &before, values)?;
    own::store(op, survivor, &own)?;
    queries::left(op, merge.id, record)?;
    keep_strict(op, object, merge, record)?;
    own::follow(op, object, survivor)?;
    // The same merge does not come back by itself: neither by a load nor by a run.
    marks::keep_apart(op, &object.def.name, &[survivor, record])?;
    unmerged.withheld.extend(withheld.into_iter().map(|field| (record, field)));
    unmerged.left.push(record);
    Ok(())
}

fn row(op: &mut Operation, object: &Object, id: Id) -> Result<Record> {
    queries::rows(op, object, &[id])?.remove(&id).ok_or(Error::NotFound)
}

/// Whoever asked to be left alone while two records were one may have been either of them: it counts for both.
fn keep_strict(op: &mut Operation, object: &Arc<Object>, merge: &queries::Stored, record: Id) -> Result<()> {
    let rules = rules::load(op, object)?;
    let told = merge.open(op)?.unwrap_or_default();
    let differed = |id: &str| {
        let fields = told.get("fields").and_then(Json::as_array);
        fields.is_some_and(|fields| fields.iter().any(|field| field.get("field").and_then(Json::as_str) == Some(id)))
    };
    let (survivor, other) = (row(op, object, merge.survivor)?, row(op, object, record)?);
    let mut values = Vec::new();
    for (position, field) in object.def.fields.iter().enumerate().filter(|(_, field)| rules::is_consent(field)) {
        let strict = Value::Bool(rules.of(object, field) == rules::Rule::YesWins);
        // They differed before the merge: each has its own again. They did not: it was said since.
        let said_since = !differed(&field.id) && *survivor.value(position) == strict;
        if said_since && *other.value(position) != strict {
            values.push((position, strict));
        }
    }
    own::write(op, object, &other, values).map(drop)
}

/// Undo of a merge is an un-merge, and the other way round.
pub struct OwnWay;

impl TakesBack for OwnWay {
    fn knows(&self, line: &Line) -> bool {
        line.props.contains_key("merge")
    }

    fn take_back(&self, op: &mut Operation, line: &Line) -> Result<Option<bool>> {
        let id = line.props.get("merge").and_then(Json::as_str).and_then(Id::parse);
        let verb = line.kind.rsplit_once('.').map(|(_, verb)| verb);
        let (Some(id), Some(record)) = (id, line.about()) else { return Ok(None) };
        match verb {
            Some("merged") => match unmerge_some(op, id, Some(record)) {
                Err(Error::Conflict { code: "merge.undone", .. }) => Ok(Some(false)),
                done => done.map(|_| Some(true)),
            },
            Some("unmerged") => again(op, id, record).map(Some),
            _ => Ok(None),
        }
    }
}

/// Makes a merge again that was taken back, with the values that were picked then.
fn again(op: &mut Operation, id: Id, record: Id) -> Result<bool> {
    let merge = queries::merge(op, id)?.ok_or(Error::NotFound)?;
    let object = op.object(&merge.object)?;
    let told = merge.open(op)?.unwrap_or_default();
    let mut asked = Asked {
        records: vec![merge.survivor, record],
        survivor: Some(merge.survivor),
        why: told.get("why").cloned().unwrap_or_default(),
        ..Asked::default()
    };
    for field in told.get("fields").and_then(Json::as_array).into_iter().flatten() {
        let picked = field.get("rule").and_then(Json::as_str) == Some("picked");
        let winner = field.get("winner").and_then(Json::as_str).and_then(Id::parse);
        let name = field.get("field").and_then(Json::as_str);
        let def = name.and_then(|id| object.def.fields.iter().find(|field| field.id == id));
        if let (true, Some(def), Some(winner)) = (picked, def, winner.filter(|id| asked.records.contains(id))) {
            asked.picks.insert(def.name.clone(), winner);
        }
    }
    Ok(!merge_asked(op, &object, &asked)?.unchanged)
}

/// The records that a merge is about, for whoever reads it.
fn readable(reader: &mut Reader, object: &Arc<Object>, id: Id) -> Result<Id> {
    reader.who.need(&object.def.name, Action::Read)?;
    let now = merged::now(reader, id)?;
    read::get(reader, object, now).map(|_| now)
}
