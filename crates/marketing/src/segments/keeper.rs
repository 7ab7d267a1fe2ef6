//! What has to hold for a segment before it is written, and what questions know of it afterwards, in one transaction with
//! its record.

use foundation::access::principal::Kind;
use foundation::records::write::{Draft, Keeps, What};
use foundation::records::{Object, Record, ask};
use foundation::{Operation, Reader};
use kernel::{Error, FieldError, Id, Result};
use question::{Checked, EventKinds};

use super::definition::Definition;
use super::{SEGMENT, look, queries};

/// See the module.
pub struct Keeper;

impl Keeps for Keeper {
    fn object(&self) -> &'static str {
        SEGMENT
    }

    fn check(&self, op: &mut Operation, object: &Object, drafts: &[Option<Draft>]) -> Result<Vec<(usize, FieldError)>> {
        let mut faults = Vec::new();
        for (place, draft) in drafts.iter().enumerate() {
            let Some(draft) = draft.as_ref().filter(|draft| matches!(draft.what, What::Created | What::Updated)) else {
                continue;
            };
            if let Some(fault) = fault(op, object, draft) {
                faults.push((place, fault));
            }
        }
        Ok(faults)
    }

    fn follow(&self, op: &mut Operation, drafts: &[Draft]) -> Result<()> {
        let object = op.object(SEGMENT)?;
        for draft in drafts {
            keep(op, &object, draft)?;
        }
        if !drafts.is_empty() {
            // Questions that name a segment are checked against the definitions: other names, other answers.
            foundation::records::Catalogue::raise_version(op.tx)?;
        }
        Ok(())
    }
}

fn text<'r>(object: &Object, record: &'r Record, field: &str) -> &'r str {
    record.get(object, field).as_text().unwrap_or_default()
}

/// The question of a segment that has one.
fn question_of<'r>(object: &Object, record: &'r Record) -> Option<&'r str> {
    (text(object, record, "kind") == "dynamic").then(|| text(object, record, "question"))
}

fn changes(object: &Object, draft: &Draft, field: &str) -> bool {
    draft.what == What::Created || object.def.position(field).is_some_and(|position| draft.changed.contains(&position))
}

fn fault(op: &Operation, object: &Object, draft: &Draft) -> Option<FieldError> {
    let record = &draft.after;
    if let Some(before) = &draft.before
        && before.get(object, "holds") != record.get(object, "holds")
    {
        let detail = "whom a segment holds stays as it is; make another segment";
        return Some(FieldError::new("holds", "fixed", detail));
    }
    if !changes(object, draft, "question") && !changes(object, draft, "kind") {
        return None;
    }
    let asked = question_of(object, record)?;
    if asked.trim().is_empty() {
        return Some(FieldError::new("question", "required", "say who belongs to the segment"));
    }
    let at = |error: Error| match error {
        Error::Invalid(faults) => {
            faults.into_iter().next().map(|fault| FieldError { pointer: "/question".into(), ..fault })
        }
        other => Some(FieldError::new("question", "syntax", other.to_string())),
    };
    let holds = text(object, record, "holds");
    // What its editor may not see does not exist for its question.
    let checked = if op.who.kind == Kind::System {
        ask::check_text(asked, holds, &*op.catalogue)
    } else {
        ask::check_text(asked, holds, &ask::Seen { catalogue: &op.catalogue, access: &op.who.access })
    };
    match checked {
        Ok(checked) => of_segments(op, record.id, &checked),
        Err(fault) => at(fault),
    }
}

/// What a segment may not ask: about whoever looks, about segments' own lines, and about itself.
fn of_segments(reader: &Reader, own: Id, checked: &Checked) -> Option<FieldError> {
    if checked.asks_who_asks() {
        let detail = "a segment has the same members for everybody: leave `me` and `my teams` out";
        return Some(FieldError::new("question", "personal", detail));
    }
    let reaches = checked.reaches();
    let tells_of_segments = |kinds: &EventKinds| match kinds {
        EventKinds::All => false,
        EventKinds::One(kind) => kind.starts_with("segment."),
        EventKinds::Under(prefix) => prefix.starts_with("segment."),
    };
    if reaches.iter().flat_map(|reach| &reach.events).any(tells_of_segments) {
        let detail = "entries and exits of segments cannot be counted in a segment: ask `in segment \"…\"`";
        return Some(FieldError::new("question", "not_here", detail));
    }
    let circle = reaches.iter().flat_map(|reach| &reach.segments).find(|named| {
        **named == own || reader.catalogue.segments.get(**named).is_some_and(|known| known.within.contains(&own))
    });
    circle.map(|_| {
        let detail = "the segment would be asked for by a segment that it asks for itself, in a circle";
        FieldError::new("question", "segment_circle", detail)
    })
}

/// Keeps what questions know of the segment, and asks for a look where other people may belong to it now.
fn keep(op: &mut Operation, object: &Object, draft: &Draft) -> Result<()> {
    let record = &draft.after;
    let lives = record.deleted_at.is_none();
    let follows = lives && text(object, record, "state") == "active";
    let before = queries::definition(op, record.id)?;
    let question = question_of(object, record);
    let is_new = before.as_ref().is_none_or(|before| before.text.as_deref() != question || !before.follows && follows);
    queries::put_ref(op, record.id, text(object, record, "holds"), question, follows, is_new)?;
    if lives {
        queries::put_name(op, record.id, text(object, record, "name"))?;
    } else {
        queries::forget_names(op, record.id)?;
    }
    if !(follows && is_new) {
        return Ok(());
    }
    // The catalogue of this operation does not know the segment yet; a look needs no more than that there is one.
    if let Some(found) = queries::definition(op, record.id)? {
        let definition = Definition::new(op, found)?;
        look::queue(op, &definition)?;
    }
    Ok(())
}
