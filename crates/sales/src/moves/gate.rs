//! What a move needs: the fields that the new stage asks for, what must hold before the old one is left, the reason why a
//! deal was won or lost, and the next step.

use foundation::Operation;
use foundation::records::write::{Draft, Keeps, What};
use foundation::records::{Object, Record, ask};
use kernel::{FieldError, Id, Result, Value};

use super::{DEAL, STAGE, is_held, playbook, queries, stale};
use crate::asking;

/// Deals that move.
pub struct Deals;

impl Keeps for Deals {
    fn object(&self) -> &'static str {
        DEAL
    }

    fn check(&self, op: &mut Operation, object: &Object, drafts: &[Option<Draft>]) -> Result<Vec<(usize, FieldError)>> {
        let mut faults = Vec::new();
        if !is_held(op) {
            return Ok(faults);
        }
        for (place, draft) in drafts.iter().enumerate() {
            let Some(draft) = draft.as_ref().filter(|draft| moves(object, draft)) else { continue };
            faults.extend(missing(op, object, draft)?.into_iter().map(|fault| (place, fault)));
        }
        Ok(faults)
    }

    fn follow(&self, op: &mut Operation, drafts: &[Draft]) -> Result<()> {
        let object = op.object(DEAL)?;
        stale::follow(op, &object, drafts)?;
        if !is_held(op) {
            return Ok(());
        }
        for draft in drafts.iter().filter(|draft| moves(&object, draft)) {
            playbook::plan(op, &object, &draft.after)?;
        }
        Ok(())
    }
}

/// A deal comes into a stage by this.
fn moves(object: &Object, draft: &Draft) -> bool {
    let stage = draft.after.get(object, "stage");
    let was = draft.before.as_ref().map(|before| before.get(object, "stage"));
    matches!(draft.what, What::Created | What::Updated) && !stage.is_null() && was != Some(stage)
}

fn missing(op: &mut Operation, object: &Object, draft: &Draft) -> Result<Vec<FieldError>> {
    let stages = op.object(STAGE)?;
    let Some(to) = stage_of(op, &stages, object, &draft.after)? else { return Ok(Vec::new()) };
    let from = match &draft.before {
        Some(before) => stage_of(op, &stages, object, before)?,
        None => None,
    };
    let mut faults = Vec::new();
    let lacks = |name: &str| draft.after.get(object, name).is_null();

    for name in needs(&stages, &to) {
        let Some(field) = object.def.field(&name).filter(|_| lacks(&name)) else { continue };
        let detail = format!("{} is needed in {}", field.label.get(&op.who.language), to.title);
        faults.push(FieldError::new(&name, "required", detail));
    }
    if let Some(from) = from.filter(|from| goes_on(&stages, from, &to)) {
        faults.extend(not_done(op, object, &stages, &from, draft)?);
    }
    let kind = to.get(&stages, "kind").as_text().unwrap_or("open");
    let (asks_reason, asks_next) = team_rules(op, &stages, &to)?;
    let reason = match kind {
        "won" => Some("win_reason"),
        "lost" => Some("loss_reason"),
        _ => None,
    };
    if let Some(reason) = reason.filter(|reason| asks_reason && lacks(reason)) {
        faults.push(FieldError::new(reason, "required", "say why"));
    }
    if kind == "open" && asks_next && lacks("next_step") && !has_plan(object, draft) {
        faults.push(FieldError::new("next_step", "required", "say what comes next, or plan an activity"));
    }
    Ok(faults)
}

fn stage_of(op: &mut Operation, stages: &Object, deals: &Object, deal: &Record) -> Result<Option<Record>> {
    match deal.get(deals, "stage").as_link() {
        Some(id) => queries::any(op, stages, id),
        None => Ok(None),
    }
}

/// Fields that a stage asks for.
fn needs(stages: &Object, stage: &Record) -> Vec<String> {
    match stage.get(stages, "needs") {
        Value::Json(json) => {
            json.as_array().into_iter().flatten().filter_map(|name| name.as_str().map(str::to_string)).collect()
        }
        _ => Vec::new(),
    }
}

/// Forward, or won: back and lost one may go at any time.
fn goes_on(stages: &Object, from: &Record, to: &Record) -> bool {
    let position = |stage: &Record| match stage.get(stages, "position") {
        Value::Int(position) => *position,
        _ => 0,
    };
    match to.get(stages, "kind").as_text() {
        Some("won") => true,
        Some("lost") => false,
        _ => from.get(stages, "pipeline") == to.get(stages, "pipeline") && position(to) > position(from),
    }
}

/// What must hold before a stage is left: of the deal as it will be; where it asks for more than its fields, as it is.
fn not_done(
    op: &mut Operation,
    object: &Object,
    stages: &Object,
    from: &Record,
    draft: &Draft,
) -> Result<Vec<FieldError>> {
    let Some(text) = asking::text(stages, from, "exit_criteria") else { return Ok(Vec::new()) };
    // One that cannot be asked any more holds nobody up.
    let Ok(checked) = asking::of_product(op, DEAL, text) else { return Ok(Vec::new()) };
    let holds = if checked.is_about_record_alone() {
        ask::matches_own(op, &checked, object, &draft.after)
    } else {
        queries::fits(op, object, &checked, draft.after.id)?
    };
    if holds {
        return Ok(Vec::new());
    }
    let says = asking::text(stages, from, "exit_hint").unwrap_or(text);
    let detail = format!("{}: {says}", from.title);
    // Fields that it asks about can be filled in on the spot.
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
    let asked = object.def.fields.iter().filter(|field| {
        words.contains(&field.name.as_str()) && !field.readonly && !field.kind.is_computed() && field.name != "stage"
    });
    let mut faults: Vec<FieldError> =
        asked.map(|field| FieldError::new(&field.name, "exit_criteria", detail.clone())).collect();
    if faults.is_empty() {
        faults.push(FieldError::new("stage", "exit_criteria", detail));
    }
    Ok(faults)
}

/// Whether the stage's pipeline asks for reasons, and for a next step.
fn team_rules(op: &mut Operation, stages: &Object, stage: &Record) -> Result<(bool, bool)> {
    let Some(id) = stage.get(stages, "pipeline").as_link() else { return Ok((false, false)) };
    let pipelines = op.object("pipeline")?;
    let Some(pipeline) = queries::any(op, &pipelines, id)? else { return Ok((false, false)) };
    let is = |name: &str| matches!(pipeline.get(&pipelines, name), Value::Bool(true));
    Ok((is("needs_reason"), is("needs_next_step")))
}

/// Something is planned for it already.
fn has_plan(object: &Object, draft: &Draft) -> bool {
    matches!(draft.after.get(object, "open_activities_count"), Value::Int(count) if *count > 0)
}

/// The stage that a deal stands in.
pub fn stage_id(object: &Object, deal: &Record) -> Option<Id> {
    deal.get(object, "stage").as_link()
}
