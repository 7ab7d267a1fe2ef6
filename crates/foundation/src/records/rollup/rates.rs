//! Rates changed: figures to which amounts of other currencies add are counted anew, by a job, a page of records at a time.

use std::sync::Arc;

use kernel::{Id, Result};
use serde_json::{Value as Json, json};

use super::super::catalogue::{Feed, Object};
use super::children;
use crate::app::App;
use crate::jobs::{self, Job, Work};
use crate::operation::Operation;

/// Records in one transaction.
const PART: usize = 200;

/// Queues the work in the transaction that changed the rates. One that waits already is enough.
pub fn changed(op: &mut Operation) -> Result<()> {
    let waits = "select 1 from job where kind = $1 and state = 'queued' limit 1";
    if op.tx.one(waits, &[RatesWork::KIND.into()])?.is_none() {
        jobs::enqueue(op, RatesWork::KIND, json!({}), 0)?;
    }
    Ok(())
}

/// Counts one figure anew wherever amounts of another currency add to it.
pub(super) fn recount(op: &mut Operation, child: &Object, feed: &Feed) -> Result<()> {
    let mut after = Id::NIL;
    while let Some(last) = page(op, child, feed, after)?.0 {
        after = last;
    }
    Ok(())
}

/// The last record of a page, and how many there were.
fn page(op: &mut Operation, child: &Object, feed: &Feed, after: Id) -> Result<(Option<Id>, usize)> {
    let ids = children::mixed(op, child, feed, after, PART)?;
    let parent = op.object(&feed.parent)?;
    children::recount(op, &parent, &ids)?;
    Ok((ids.last().copied(), ids.len()))
}

/// The job.
pub struct RatesWork;

impl RatesWork {
    pub const KIND: &'static str = "figures.rates";
}

/// How far the job came: the number of the figure among all, and the last record of it.
fn parse(cursor: Option<&str>) -> (usize, Id) {
    let parts = cursor.and_then(|cursor| cursor.split_once(' '));
    parts.and_then(|(n, id)| Some((n.parse().ok()?, Id::parse(id)?))).unwrap_or((0, Id::NIL))
}

impl Work for RatesWork {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run(&self, app: &App, job: &Job) -> Result<Json> {
        let (mut number, mut after) = parse(job.cursor.as_deref());
        let mut done = job.done;
        loop {
            job.go_on()?;
            let lease = job.lease;
            let step = app.write_now(&crate::access::Principal::system("jobs"), move |op| {
                let Some((child, feed)) = figures(op).into_iter().nth(number) else { return Ok(None) };
                let (last, count) = page(op, &child, &feed, after)?;
                let (number, after) = last.map_or((number + 1, Id::NIL), |last| (number, last));
                let done = done + i64::try_from(count).unwrap_or(0);
                jobs::advance(op, lease, &format!("{number} {after}"), done)?;
                Ok(Some((number, after, done)))
            })?;
            match step {
                Some(step) => (number, after, done) = step,
                None => return Ok(json!({ "records": done })),
            }
        }
    }
}

/// All figures of all objects, in a fixed order.
fn figures(op: &Operation) -> Vec<(Arc<Object>, Feed)> {
    let feeds = |child: &Arc<Object>| child.feeds.iter().map(|feed| (child.clone(), feed.clone())).collect::<Vec<_>>();
    op.catalogue.objects().iter().flat_map(feeds).collect()
}
