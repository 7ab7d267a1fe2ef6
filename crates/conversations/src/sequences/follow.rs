//! Follows the ledger for what ends a sequence: an answer, a letter that came back, a meeting, a deal that is decided,
//! somebody who wants no more of it.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use foundation::access::Principal;
use foundation::ledger::{Line, subscribe};
use foundation::records::{ask, read};
use foundation::{App, Operation};
use kernel::{Id, Result};

use super::{enrol, queries};

/// The subscriber's name.
const NAME: &str = "sequences";
/// Lines looked at together.
const LINES: i64 = 200;
const LOOK_EVERY: Duration = Duration::from_millis(500);
const SOON: Duration = Duration::from_millis(15);
/// Enrolments of one record that are looked at.
const OF_ONE: i64 = 50;
/// What may end a sequence.
const CONDITION: &str = "e.kind in ('mail.received', 'mail.bounced', 'email.bounced', 'email.unsubscribed', 'consent.withdrawn', \
     'activity.planned', 'activity.logged', 'deal.won', 'deal.lost', 'lead.converted')";

/// Keeps sequences in step with what happens, until stopped.
pub fn keep_in_step(app: &App, stop: &AtomicBool) {
    let mut news = app.news();
    while !stop.load(Ordering::SeqCst) {
        news.mark_unchanged();
        let begun = Instant::now();
        match step(app) {
            Ok(true) => {}
            Ok(false) => {
                while begun.elapsed() < LOOK_EVERY
                    && !news.has_changed().unwrap_or(false)
                    && !stop.load(Ordering::SeqCst)
                {
                    std::thread::sleep(SOON);
                }
            }
            Err(error) => {
                tracing::warn!(%error, "sequences could not follow what happened; trying again");
                std::thread::sleep(LOOK_EVERY);
            }
        }
    }
}

/// Follows everything that waits.
pub fn catch_up(app: &App) -> Result<()> {
    while step(app)? {}
    Ok(())
}

/// From now on: what happened before anybody was on a sequence ends none.
pub fn begin(op: &mut Operation) -> Result<()> {
    if !queries::is_any(op.tx)? {
        let head = subscribe::head(op.tx)?;
        subscribe::advance(op.tx, NAME, head)?;
    }
    Ok(())
}

/// Whether something was told of somebody that was not followed yet. A deal may be told of their firm: any counts.
pub fn is_behind(tx: &mut db::Tx, record: Id) -> Result<bool> {
    let seen = subscribe::cursor(tx, NAME)?;
    queries::is_told_after(tx, seen, CONDITION, record)
}

/// Follows a part of what waits; `false` when nothing does.
fn step(app: &App) -> Result<bool> {
    let (seen, head, any) =
        app.db().read(|tx| Ok((subscribe::cursor(tx, NAME)?, subscribe::head(tx)?, queries::is_any(tx)?)))?;
    if !any || head <= seen {
        return Ok(false);
    }
    app.write_now(&Principal::system("sequences"), move |op| {
        op.channel = "automation";
        let seen = subscribe::cursor(op.tx, NAME)?;
        let lines = subscribe::chosen_after(op.tx, seen, LINES, |_| CONDITION.into())?;
        for (_, line) in &lines {
            heard(op, line)?;
        }
        // Where no line of ours was left, everything up to the end was passed by.
        let upto = match lines.last() {
            Some((position, _)) if i64::try_from(lines.len()).unwrap_or(0) == LINES => *position,
            last => last.map_or(head, |(position, _)| (*position).max(head)),
        };
        if upto > seen {
            subscribe::advance(op.tx, NAME, upto)?;
        }
        Ok(true)
    })
}

fn heard(op: &mut Operation, line: &Line) -> Result<()> {
    let Some((reason, whom)) = meaning(op, line)? else { return Ok(()) };
    for party in whom {
        if matches!(reason, "replied" | "bounced") {
            queries::mark_last(op, party, reason == "bounced", line.at)?;
        }
        for enrolment in queries::enrolments_of(op, party, OF_ONE)? {
            if enrolment.ended_at.is_none() && line.at >= enrolment.started_at {
                enrol::end(op, &enrolment, reason, None)?;
            }
        }
    }
    Ok(())
}

/// What a line means for sequences, and for whom.
fn meaning(op: &mut Operation, line: &Line) -> Result<Option<(&'static str, BTreeSet<Id>)>> {
    let mut whom: BTreeSet<Id> = line.party.into_iter().collect();
    let said = |name: &str| line.props.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
    let is_permanent = |name: &str| line.props.get(name).and_then(serde_json::Value::as_bool);
    let reason = match line.kind.as_str() {
        "mail.received" if said("sort") == "letter" => "replied",
        "mail.bounced" if is_permanent("permanent") == Some(true) => "bounced",
        "email.bounced" if is_permanent("is_permanent") != Some(false) => "bounced",
        "email.unsubscribed" => "unsubscribed",
        "consent.withdrawn" if matches!(said("channel"), "" | "email") => "unsubscribed",
        "activity.planned" | "activity.logged" => {
            let (linked, is_booked) = linked(op, line)?;
            whom.extend(linked);
            if said("what") != "meeting" && !is_booked {
                return Ok(None);
            }
            "meeting"
        }
        "deal.won" | "deal.lost" => {
            whom.extend(linked(op, line)?.0);
            if line.kind == "deal.won" { "won" } else { "lost" }
        }
        "lead.converted" => "converted",
        _ => return Ok(None),
    };
    Ok(Some((reason, whom)))
}

/// Whom a deal or an activity is with, and whether it was booked.
fn linked(op: &mut Operation, line: &Line) -> Result<(Vec<Id>, bool)> {
    let (Some(name), Some(id)) = (line.object.as_deref(), line.record) else { return Ok((Vec::new(), false)) };
    let Some(object) = op.catalogue.named(name).cloned() else { return Ok((Vec::new(), false)) };
    let Some(record) = ask::as_product(op, |reader| read::load(reader, &object, id))? else {
        return Ok((Vec::new(), false));
    };
    let link = |name: &str| object.def.position(name).and_then(|position| record.value(position).as_link());
    let whom = ["contact", "lead"].into_iter().filter_map(link).collect();
    Ok((whom, link("booking").is_some()))
}
