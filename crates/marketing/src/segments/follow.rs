//! Follows the ledger: who enters and leaves segments by what happens, within a moment of it; and asks for a look at all
//! customers where the clock or the models changed more than lines tell.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;

use foundation::ledger::subscribe;
use foundation::{App, Reader, follow};
use kernel::{Id, Result};

use super::definition::{self, Definition};
use super::depend::{self, News};
use super::{acting, look, queries, settle};

/// The subscriber's name.
const NAME: &str = "segments";
/// Lines looked at together.
const LINES: i64 = 1_000;
/// So many lines behind, a look at all customers is cheaper than following each.
const FAR_BEHIND: i64 = 50_000;

/// Keeps membership in step with what happens, until stopped.
pub fn keep_in_step(app: &App, stop: &AtomicBool) {
    follow::keep_in_step(app, stop, step);
}

/// Follows everything that waits.
pub fn catch_up(app: &App) -> Result<()> {
    follow::catch_up(app, step)
}

/// Follows a part of what waits; `false` when nothing does.
fn step(app: &App) -> Result<bool> {
    let (seen, head, anybody) =
        app.db().read(|tx| Ok((subscribe::cursor(tx, NAME)?, subscribe::head(tx)?, queries::any_following(tx)?)))?;
    if !anybody {
        return Ok(false);
    }
    if head <= seen {
        return by_the_clock(app);
    }
    let who = app.db().read(acting)?;
    if head.seq - seen.seq > FAR_BEHIND {
        return app.write_now(&who, move |op| {
            for definition in definition::following(op)? {
                look::queue(op, &definition)?;
            }
            subscribe::advance(op.tx, NAME, head)?;
            Ok(true)
        });
    }
    let (moves, looks, upto) = app.read_now(&who, |reader| {
        let lines = subscribe::after(reader.tx, seen, LINES)?;
        let Some(upto) = lines.last().map(|(position, _)| *position) else {
            return Ok((Vec::new(), Vec::new(), head));
        };
        let news = News::read(reader, lines.into_iter().map(|(_, line)| line).collect())?;
        let (mut moves, mut looks) = (Vec::new(), Vec::new());
        for definition in definition::following(reader)? {
            let concerned = news.concerned(reader, &definition)?;
            let moving = moving(reader, &definition, concerned)?;
            if !moving.is_empty() {
                moves.push((definition.clone(), moving));
            }
            if let Some(checked) = definition.asked() {
                let reaches = depend::reaches(&reader.catalogue, checked);
                if news.analysed().iter().any(|object| depend::reads_models(&reader.catalogue, &reaches, object)) {
                    looks.push(definition);
                }
            }
        }
        Ok((moves, looks, upto))
    })?;
    app.write_now(&who, move |op| {
        // Another server may have followed these lines meanwhile.
        if subscribe::cursor(op.tx, NAME)? != seen {
            return Ok(());
        }
        for (definition, ids) in &moves {
            settle::settle(op, definition, ids)?;
        }
        for definition in &looks {
            look::queue(op, definition)?;
        }
        subscribe::advance(op.tx, NAME, upto)
    })?;
    Ok(true)
}

/// Who of these is to enter or to leave.
fn moving(reader: &mut Reader, definition: &Definition, concerned: BTreeSet<Id>) -> Result<BTreeSet<Id>> {
    if concerned.is_empty() {
        return Ok(concerned);
    }
    let ids: Vec<Id> = concerned.into_iter().collect();
    let fitting = queries::fitting(reader, definition, &ids)?;
    let members = queries::members_among(reader, definition.id, &ids)?;
    Ok(fitting.symmetric_difference(&members).copied().collect())
}

/// Asks for a look where the clock may have changed who belongs to a segment.
fn by_the_clock(app: &App) -> Result<bool> {
    let now = app.now();
    let due = app.db().read(|tx| queries::due(tx, now))?;
    if due.is_empty() {
        return Ok(false);
    }
    let who = app.db().read(acting)?;
    app.write_now(&who, move |op| {
        for id in &due {
            let Some(found) = queries::definition(op, *id)? else { continue };
            let definition = Definition::new(op, found)?;
            let (now, zone) = (op.now, op.who.zone.clone());
            queries::set_due(op, *id, definition.next_due(now, &zone))?;
            look::queue(op, &definition)?;
        }
        Ok(())
    })?;
    Ok(false)
}
