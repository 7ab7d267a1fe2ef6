//! Deals that stand too long: when the days of a stage are over the deal says since when, and its owner is told once.

use foundation::access::Principal;
use foundation::records::write::{self, Draft, What, Write};
use foundation::records::{Object, Record};
use foundation::timer::{self, Alarm, Due};
use foundation::workspace::notices;
use foundation::{App, Operation};
use kernel::{Id, Result, Time, Value};
use serde_json::json;

use super::{DEAL, STAGE, queries};
use crate::rights;

const KIND: &str = "deal.stale";
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// The longest that a stage can allow, so that no moment overflows.
const MOST_DAYS: i64 = 36_500;
/// Deals whose clocks are set in one commit.
const AT_ONCE: i64 = 500;

/// Sets the clock of deals that came into a stage, and takes it away from those that stand nowhere.
pub fn follow(op: &mut Operation, deals: &Object, drafts: &[Draft]) -> Result<()> {
    let mut known: Vec<(Id, Option<i64>)> = Vec::new();
    for draft in drafts {
        let place = |record: &Record| {
            let is_open = record.deleted_at.is_none() && record.get(deals, "status").as_text() == Some("open");
            record.get(deals, "stage").as_link().filter(|_| is_open)
        };
        let before = draft.before.as_ref().and_then(place);
        let after = place(&draft.after);
        if before == after {
            continue;
        }
        let days = match after {
            Some(stage) => match known.iter().find(|(id, _)| *id == stage) {
                Some((_, days)) => *days,
                None => {
                    let stages = op.object(STAGE)?;
                    let days = queries::any(op, &stages, stage)?.and_then(|stage| limit(&stages, &stage));
                    known.push((stage, days));
                    days
                }
            },
            None => None,
        };
        match days {
            Some(days) => {
                let at = Time(op.now.0.saturating_add(days * DAY_MS));
                timer::set(op, KIND, draft.after.id, at, &json!({}))?;
            }
            None if draft.what != What::Created => timer::clear(op, KIND, draft.after.id)?,
            None => {}
        }
    }
    Ok(())
}

/// A stage allows more days or fewer: the clocks of the deals in it are set anew, by when they came.
pub fn follow_limit(op: &mut Operation, stages: &Object, draft: &Draft) -> Result<()> {
    let before = draft.before.as_ref().and_then(|before| limit(stages, before));
    let after = limit(stages, &draft.after);
    if draft.what != What::Updated || before == after {
        return Ok(());
    }
    let deals = op.object(DEAL)?;
    let mut writes = Vec::new();
    for (deal, entered_at, is_stale) in queries::standing(op, &deals, draft.after.id)? {
        let at = after.map(|days| Time(entered_at.0.saturating_add(days * DAY_MS)));
        match at {
            // Nobody is told of what stood too long before anybody said so.
            Some(at) => timer::set(op, KIND, deal, at, &json!({ "quiet": at <= op.now }))?,
            None => timer::clear(op, KIND, deal)?,
        }
        if is_stale && let Some(position) = deals.def.position("stale_since") {
            writes.push(Write::Update { id: deal, version: None, values: vec![(position, Value::Null)] });
        }
    }
    rights::as_product(op, |op| {
        for written in write::apply(op, &deals, writes)? {
            written?;
        }
        Ok(())
    })
}

/// Sets the clocks of open deals that have none: they came into their stage before there were clocks. Nobody is told of what
/// stood too long by then.
pub fn wind(app: &App) -> Result<()> {
    let system = Principal::system("deals");
    let limits = app.read_now(&system, |reader| {
        let stages = reader.object(STAGE)?;
        queries::limits(reader, &stages)
    })?;
    for (stage, days) in limits {
        let days = days.min(MOST_DAYS);
        loop {
            let wound = app.write_now(&system, move |op| {
                let deals = op.object(DEAL)?;
                let standing = queries::without_clock(op, &deals, stage, KIND, AT_ONCE)?;
                for (deal, entered_at) in &standing {
                    let at = Time(entered_at.0.saturating_add(days * DAY_MS));
                    timer::set(op, KIND, *deal, at, &json!({ "quiet": at <= op.now }))?;
                }
                Ok(i64::try_from(standing.len()).unwrap_or(0))
            })?;
            if wound < AT_ONCE {
                break;
            }
        }
    }
    Ok(())
}

fn limit(stages: &Object, stage: &Record) -> Option<i64> {
    match stage.get(stages, "rotting_days") {
        Value::Int(days) if *days > 0 => Some((*days).min(MOST_DAYS)),
        _ => None,
    }
}

/// The days are over.
pub struct Stale;

impl Alarm for Stale {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn ring(&self, op: &mut Operation, due: &Due) -> Result<Option<Time>> {
        let deals = op.object(DEAL)?;
        let Some(deal) = queries::any(op, &deals, due.subject)? else { return Ok(None) };
        let is_open = deal.deleted_at.is_none() && deal.get(&deals, "status").as_text() == Some("open");
        let Some(position) = deals.def.position("stale_since").filter(|_| is_open) else { return Ok(None) };
        let since = vec![(position, Value::Time(due.at))];
        rights::as_product(op, |op| {
            write::apply_one(op, &deals, Write::Update { id: deal.id, version: None, values: since })
        })?;
        let is_quiet = due.payload.get("quiet").and_then(serde_json::Value::as_bool) == Some(true);
        if let Some(owner) = deal.get(&deals, "owner").as_link().filter(|_| !is_quiet) {
            notices::tell_one(op, &deals, deal.id, owner, notices::Kind::Stale)?;
        }
        Ok(None)
    }
}
