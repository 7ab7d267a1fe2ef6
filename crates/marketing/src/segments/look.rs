//! A look at all customers for one segment: after its definition changed, when the clock moved its bounds, and after the
//! models wrote into records. The database finds whom it brings and takes, part by part of the ids; only those are written.

use std::collections::BTreeSet;

use foundation::jobs::{self, Job, Status, Work};
use foundation::{App, Operation, Reader};
use kernel::{Id, Result};
use serde_json::{Value as Json, json};

use super::definition::{Definition, Members};
use super::{acting, queries, settle};

/// Records in one part: a difference of sets over so many is one question to the database.
const PART: i64 = 50_000;
/// Entries and exits in one commit.
const MOVES: usize = 1_000;

pub struct LookWork;

impl LookWork {
    pub const KIND: &'static str = "segments.look";
}

/// Queues a look; answers with the one that already waits for the same definition.
pub fn queue(op: &mut Operation, definition: &Definition) -> Result<Option<Status>> {
    if matches!(definition.members, Members::Unknown) {
        return Ok(None);
    }
    if let Some(waiting) = waiting(op, definition.id)? {
        return Ok(Some(waiting));
    }
    let total = op.tx.estimate(&definition.object.def.table)?;
    let payload = json!({ "segment": definition.id, "version": definition.version });
    jobs::enqueue(op, LookWork::KIND, payload, total).map(Some)
}

/// The look at a segment that waits or is under way.
pub fn under_way(reader: &mut Reader, segment: Id) -> Result<Option<Status>> {
    jobs::under_way(reader, LookWork::KIND, "segment", &segment.to_string())
}

/// One that has not begun sees everything that is there when it begins.
fn waiting(op: &mut Operation, segment: Id) -> Result<Option<Status>> {
    Ok(under_way(op, segment)?.filter(|status| status.state == "queued" && status.done == 0))
}

impl Work for LookWork {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run(&self, app: &App, job: &Job) -> Result<Json> {
        let who = app.db().read(acting)?;
        let Some(segment) = job.payload["segment"].as_str().and_then(Id::parse) else { return Ok(Json::Null) };
        let found = app.read_now(&who, |reader| {
            queries::definition(reader, segment)?.map(|found| Definition::new(reader, found)).transpose()
        })?;
        let Some(definition) = found.filter(|definition| definition.follows) else { return Ok(Json::Null) };
        let (mut after, mut done) = match &job.cursor {
            Some(cursor) => (Id::parse(cursor).unwrap_or(Id::NIL), job.done),
            None => (Id::NIL, 0),
        };
        let (mut entered, mut left) = (0, 0);
        loop {
            job.go_on()?;
            let (upto, moving) = app.read_now(&who, |reader| {
                let upto = queries::end_of_part(reader, &definition.object, after, PART)?;
                Ok((upto, queries::differences(reader, &definition, after, upto)?))
            })?;
            done += PART;
            for moves in moving.chunks(MOVES) {
                job.go_on()?;
                let (ids, definition, lease) =
                    (moves.iter().copied().collect::<BTreeSet<Id>>(), definition.clone(), job.lease);
                let cursor = after.to_string();
                let moved = app.write_now(&who, move |op| {
                    jobs::advance(op, lease, &cursor, done - PART)?;
                    if is_outdated(op, &definition)? {
                        return Ok(settle::Moved::default());
                    }
                    settle::settle(op, &definition, &ids)
                })?;
                entered += moved.entered;
                left += moved.left;
            }
            let Some(upto) = upto else { break };
            after = upto;
            let (lease, cursor) = (job.lease, after.to_string());
            app.write_now(&who, move |op| jobs::advance(op, lease, &cursor, done))?;
        }
        let (lease, version) = (job.lease, definition.version);
        app.write_now(&who, move |op| {
            jobs::must_hold(op, lease)?;
            let due = definition.next_due(op.now, &op.who.zone);
            queries::set_looked(op, segment, version, due)
        })?;
        Ok(json!({ "entered": entered, "left": left }))
    }
}

/// The definition changed while the look was under way: another one was queued with the change.
fn is_outdated(op: &mut Operation, definition: &Definition) -> Result<bool> {
    Ok(queries::definition(op, definition.id)?.is_none_or(|now| now.version != definition.version || !now.follows))
}
