//! Follows the ledger: what people earn is brought up within a moment of what happened.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;

use foundation::access::Principal;
use foundation::ledger::{Line, subscribe};
use foundation::{App, Operation, Reader, follow};
use jiff::civil::Date;
use kernel::{Id, Result};

use super::{DEAL, ORDER, RETURN, credit, queries, settle};

/// The subscriber's name.
const NAME: &str = "commissions";
/// Lines looked at together.
const LINES: i64 = 500;
/// Deals and orders looked at again in one go.
const PART: i64 = 200;

/// Keeps commissions in step with what happens, until stopped.
pub fn keep_in_step(app: &App, stop: &AtomicBool) {
    follow::keep_in_step(app, stop, step);
}

/// Follows everything that waits.
pub fn catch_up(app: &App) -> Result<()> {
    follow::catch_up(app, step)
}

/// From now on: what happened before the first plan is looked at only where a plan asks for it.
pub fn begin(op: &mut Operation) -> Result<()> {
    if !queries::any_version(op.tx)? {
        let head = subscribe::head(op.tx)?;
        subscribe::advance(op.tx, NAME, head)?;
    }
    Ok(())
}

/// Follows a part of what waits; `false` when nothing does.
fn step(app: &App) -> Result<bool> {
    let (seen, head, any, due) = app.db().read(|tx| {
        let (seen, head) = (subscribe::cursor(tx, NAME)?, subscribe::head(tx)?);
        Ok((seen, head, queries::any_version(tx)?, queries::is_any_due(tx)?))
    })?;
    if !any || (head <= seen && !due) {
        return Ok(false);
    }
    app.write_now(&Principal::system("commissions"), move |op| {
        op.channel = "automation";
        let mut touched = Touched::default();
        let seen = subscribe::cursor(op.tx, NAME)?;
        let lines = subscribe::chosen_after(op.tx, seen, LINES, |_| {
            "e.object in ('deal', 'deal_line', 'order', 'order_line', 'return', 'quota')".into()
        })?;
        for (_, line) in &lines {
            touched.note(op, line)?;
        }
        for (object, record) in queries::take_due(op, PART)? {
            let of = if object == DEAL { &mut touched.deals } else { &mut touched.orders };
            of.insert(record);
        }
        settle(op, &touched.deals, &touched.orders, &touched.people)?;
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

/// What lines are about.
#[derive(Default)]
struct Touched {
    deals: BTreeSet<Id>,
    orders: BTreeSet<Id>,
    people: BTreeSet<(Id, Date)>,
}

impl Touched {
    fn note(&mut self, reader: &mut Reader, line: &Line) -> Result<()> {
        let Some(record) = line.record else { return Ok(()) };
        match line.object.as_deref() {
            Some(DEAL) => drop(self.deals.insert(record)),
            Some("deal_line") => self.deals.extend(credit::queries::link_of(reader, "deal_line", "deal", record)?),
            Some(ORDER) => drop(self.orders.insert(record)),
            Some("order_line") => {
                self.orders.extend(credit::queries::link_of(reader, "order_line", "order_id", record)?)
            }
            Some(RETURN) => self.orders.extend(credit::queries::link_of(reader, RETURN, "order_id", record)?),
            Some("quota") => self.people.extend(credit::queries::quota_of(reader, record)?),
            _ => {}
        }
        Ok(())
    }
}
