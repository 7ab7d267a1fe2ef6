//! Joining many at once: all open pairs above a line, as entities, each in a transaction of its own.

use std::collections::{HashMap, HashSet};

use foundation::App;
use foundation::access::Principal;
use foundation::jobs::{self, Job, Status, Work};
use foundation::records::merged;
use foundation::{Operation, Reader};
use kernel::{Error, Id, Result};
use serde_json::{Value as Json, json};

use super::engine::blocking;
use super::engine::clusters::{Link, clusters};
use super::engine::model::probability;
use super::queries::{self, Decision};
use super::subject::Subject;
use crate::merging;

/// The job that a person starts: accept all that is at least so likely.
pub struct JoinWork;

impl JoinWork {
    pub const KIND: &'static str = "match.join";
}

/// What accepting all open pairs above a line would do.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Outlook {
    pub pairs: usize,
    /// Entities that would come of it, and the records that would go into them.
    pub entities: usize,
    pub records: usize,
    /// Pairs of it that are expected to be different after all.
    pub expected_wrong: f64,
}

/// See [`Outlook`].
pub fn outlook(reader: &mut Reader, object: &str, at_least: f64) -> Result<Outlook> {
    let (pairs, entities) = entities(reader, object, at_least)?;
    Ok(Outlook {
        pairs: pairs.len(),
        entities: entities.len(),
        records: entities.iter().map(Vec::len).sum(),
        expected_wrong: pairs.iter().map(|pair| 1.0 - probability(pair.bits)).sum(),
    })
}

/// Queues the joining.
pub fn start(op: &mut Operation, object: &str, at_least: f64) -> Result<Status> {
    let count = entities(op, object, at_least)?.1.len();
    jobs::enqueue(
        op,
        JoinWork::KIND,
        json!({ "object": object, "at_least": at_least }),
        i64::try_from(count).unwrap_or(0),
    )
}

impl Work for JoinWork {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run(&self, app: &App, job: &Job) -> Result<Json> {
        let name = job.payload.get("object").and_then(Json::as_str).unwrap_or_default();
        let at_least = job.payload.get("at_least").and_then(Json::as_f64).unwrap_or(1.0);
        let object = app.catalogue().find(name).ok_or(Error::NotFound)?;
        let subject = Subject::of(&object).ok_or(Error::NotFound)?;
        let (joined, refused) = join_now(app, &job.who, &subject, at_least, Some(job))?;
        Ok(json!({ "joined": joined, "refused": refused }))
    }
}

/// The open pairs above a line, and the entities they make. Weaker pairs speak against, marks forbid.
fn entities(reader: &mut Reader, object: &str, at_least: f64) -> Result<(Vec<queries::Pair>, Vec<Vec<Id>>)> {
    let floor = bits(at_least);
    let pairs = queries::open_from(reader, object, f64::MIN / 1e4)?;
    let mut number: HashMap<Id, u32> = HashMap::new();
    let mut ids: Vec<Id> = Vec::new();
    let mut of = |id: Id| {
        *number.entry(id).or_insert_with(|| {
            ids.push(id);
            u32::try_from(ids.len() - 1).unwrap_or(u32::MAX)
        })
    };
    let links: Vec<Link> = pairs.iter().map(|pair| Link { a: of(pair.a), b: of(pair.b), bits: pair.bits }).collect();
    let marks: HashSet<u64> = queries::apart(reader, object)?
        .into_iter()
        .filter_map(|(a, b)| Some(blocking::pair(*number.get(&a)?, *number.get(&b)?)))
        .collect();
    let entities = clusters(&links, floor, &marks)
        .into_iter()
        .map(|cluster| cluster.into_iter().filter_map(|row| ids.get(row as usize).copied()).collect())
        .collect();
    Ok((pairs.into_iter().filter(|pair| pair.bits >= floor).collect(), entities))
}

/// Joins them; how many entities came of it, and how many could not be joined (a right that does not reach, a record that
/// went meanwhile).
pub fn join_now(
    app: &App,
    who: &Principal,
    subject: &Subject,
    at_least: f64,
    job: Option<&Job>,
) -> Result<(usize, usize)> {
    let name = subject.object.def.name.clone();
    let (_, entities) = app.read_now(who, |reader| entities(reader, &name, at_least))?;
    let (mut joined, mut refused) = (0, 0);
    for entity in entities {
        if let Some(job) = job {
            job.go_on()?;
        }
        let (of, lease, change) = (name.clone(), job.map(|job| job.lease), job.map(|job| job.change));
        let done = i64::try_from(joined + refused + 1).unwrap_or(i64::MAX);
        let outcome = app.write_now(who, move |op| {
            if let Some(change) = change {
                op.change = change;
            }
            if let Some(lease) = lease {
                jobs::advance(op, lease, "joining", done)?;
            }
            join(op, &of, &entity, at_least)
        });
        match outcome {
            Ok(()) => joined += 1,
            Err(Error::NotFound | Error::Forbidden(_) | Error::Invalid(_)) => refused += 1,
            Err(Error::Conflict { code, .. }) if code != "job.stopped" => refused += 1,
            Err(error) => return Err(error),
        }
    }
    Ok((joined, refused))
}

fn join(op: &mut Operation, object: &str, entity: &[Id], at_least: f64) -> Result<()> {
    let order = merging::Order {
        object: object.to_string(),
        survivor: None,
        others: entity.to_vec(),
        picks: Default::default(),
        why: json!({ "by": "matching", "at_least": at_least }),
    };
    let done = merging::merge(op, &order)?;
    settle(op, object, entity, done.merge)
}

/// After a merge: what was asked of its records is answered.
pub fn settle(op: &mut Operation, object: &str, entity: &[Id], merge: Option<Id>) -> Result<()> {
    let among: HashSet<Id> = entity.iter().copied().collect();
    for record in entity {
        for pair in queries::open_of(op, object, *record, f64::MIN / 1e4)? {
            if among.contains(&pair.a) && among.contains(&pair.b) {
                let decision = Decision { state: "same", verdict: Some("same"), second: pair.state == "second", merge };
                queries::decide(op, pair.id, &decision)?;
            }
        }
    }
    Ok(())
}

/// Evidence that a probability stands for.
pub fn bits(probability: f64) -> f64 {
    let p = probability.clamp(1e-9, 1.0 - 1e-9);
    (p / (1.0 - p)).log2()
}

/// Who a pair's records are by now; none when they are one already.
pub fn now_of(reader: &mut Reader, a: Id, b: Id) -> Result<Option<(Id, Id)>> {
    let (a, b) = (merged::now(reader, a)?, merged::now(reader, b)?);
    Ok((a != b).then_some((a, b)))
}
