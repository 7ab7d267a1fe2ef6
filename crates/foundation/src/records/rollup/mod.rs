//! Roll-ups: figures of a parent kept exact by each change to a child, never by a scan.
//!
//! A draft's contribution before and after gives the difference, applied to the parent's row in the same transaction. A
//! parent's figures may feed its own formulas and, through them, the figures of its parents (order line to order to
//! customer), so the change is carried upwards level by level. A roll-up is derived: it raises no version and writes no event.
//!
//! A figure of money keeps the currency of its first amount until it is zero; amounts of others are converted ([`amount`]).

mod amount;
mod children;
pub mod rates;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use db::Arg;
use kernel::object::{Aggregate, FieldType};
use kernel::{Id, Money, Result, Value};

pub use amount::Purse;
use amount::{Part, further, plus};
pub use children::{figure as of_children, mixed, recount};

use super::catalogue::{Feed, Object};
use super::record::{self, CHUNK, Record, id_list};
use super::write::Draft;
use super::{ask, columns};
use crate::operation::Operation;

/// Levels that a change is carried upwards.
const LEVELS: usize = 6;

/// What one child adds to one figure of one parent, or takes away.
#[derive(Debug, Clone)]
struct Shift {
    feed: usize,
    taken: Option<Part>,
    added: Option<Part>,
}

/// Whether all children stand in the database as they will be when the change is carried: then a figure may be counted anew.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Told {
    Whole,
    InPages,
}

/// Carries the drafts' differences to the figures of their parents.
pub fn carry(op: &mut Operation, object: &Arc<Object>, drafts: &[Draft]) -> Result<()> {
    let pairs: Vec<(Option<&Record>, &Record)> =
        drafts.iter().map(|draft| (draft.before.as_ref(), &draft.after)).collect();
    carry_pairs(op, object, &pairs, LEVELS)
}

fn carry_pairs(
    op: &mut Operation,
    object: &Arc<Object>,
    pairs: &[(Option<&Record>, &Record)],
    levels: usize,
) -> Result<()> {
    if object.feeds.is_empty() || levels == 0 {
        return Ok(());
    }
    // By parent object, then by parent record.
    let mut shifts: BTreeMap<String, BTreeMap<Id, Vec<Shift>>> = BTreeMap::new();
    for (number, feed) in object.feeds.iter().enumerate() {
        for (before, after) in pairs {
            let old = before.and_then(|record| contribution(op, object, feed, record));
            let new = contribution(op, object, feed, after);
            if old == new {
                continue;
            }
            let of_parent = shifts.entry(feed.parent.clone()).or_default();
            match (old, new) {
                (Some((from, taken)), Some((to, added))) if from == to => {
                    of_parent.entry(from).or_default().push(Shift {
                        feed: number,
                        taken: Some(taken),
                        added: Some(added),
                    });
                }
                (old, new) => {
                    if let Some((parent, taken)) = old {
                        of_parent.entry(parent).or_default().push(Shift {
                            feed: number,
                            taken: Some(taken),
                            added: None,
                        });
                    }
                    if let Some((parent, added)) = new {
                        of_parent.entry(parent).or_default().push(Shift {
                            feed: number,
                            taken: None,
                            added: Some(added),
                        });
                    }
                }
            }
        }
    }
    for (parent, of_records) in shifts {
        let Some(parent) = op.catalogue.named(&parent).cloned() else { continue };
        shift_parents(op, object, &parent, of_records, levels, Told::Whole)?;
    }
    Ok(())
}

/// The parent that a child counts for, and with what; none if it is in the bin, linked to nobody or filtered out.
fn contribution(op: &Operation, object: &Object, feed: &Feed, child: &Record) -> Option<(Id, Part)> {
    if child.deleted_at.is_some() {
        return None;
    }
    let parent = child.value(feed.link).as_link()?;
    if let Some(filter) = &feed.filter
        && !ask::matches_own(op, filter, object, child)
    {
        return None;
    }
    match feed.of {
        None => Some((parent, Part::ONE)),
        Some(of) if child.value(of).is_null() => None,
        Some(of) => Some((parent, Part::of(feed, child, child.value(of)))),
    }
}

fn shift_parents(
    op: &mut Operation,
    child: &Arc<Object>,
    parent: &Arc<Object>,
    mut shifts: BTreeMap<Id, Vec<Shift>>,
    levels: usize,
    told: Told,
) -> Result<()> {
    let ids: Vec<Id> = shifts.keys().copied().collect();
    let mut moved: Vec<(Record, Record)> = Vec::new();
    let mut purse = Purse::default();
    for chunk in ids.chunks(CHUNK) {
        let mut args = Vec::new();
        let list = id_list(chunk, &mut args);
        let sql = format!("select {} from {} r where r.id in ({list})", record::select_list(parent), parent.def.table);
        for row in op.tx.query(&sql, &args)? {
            let before = Record::from_row(parent, &row);
            let mut after = before.clone();
            // Figures counted anew know of all shifts already.
            let mut settled = BTreeSet::new();
            for shift in shifts.remove(&before.id).unwrap_or_default() {
                let Some(feed) = child.feeds.get(shift.feed).filter(|_| !settled.contains(&shift.feed)) else {
                    continue;
                };
                let current = after.value(feed.field).clone();
                let figure = if told == Told::Whole && ends_a_currency(feed, &current, &shift) {
                    settled.insert(shift.feed);
                    settled_sum(children::figure(op, &mut purse, child, feed, before.id, &Value::Null)?, &current)
                } else {
                    shifted(op, &mut purse, child, feed, before.id, current, &shift)?
                };
                after.set(feed.field, figure);
            }
            super::write::complete(parent, &mut after);
            if after != before {
                op.touched.note(parent, before.id, Some(&before));
                moved.push((before, after));
            }
        }
    }
    update_figures(op, parent, &moved)?;
    let pairs: Vec<(Option<&Record>, &Record)> = moved.iter().map(|(before, after)| (Some(before), after)).collect();
    carry_pairs(op, parent, &pairs, levels - 1)
}

/// Whether a sum of money loses its currency by this shift: it was zero or becomes it, and another currency may count now.
fn ends_a_currency(feed: &Feed, current: &Value, shift: &Shift) -> bool {
    let (Aggregate::Sum, Value::Money(figure)) = (feed.aggregate, current) else { return false };
    let of = |part: &Option<Part>| match part.as_ref().map(|part| &part.value) {
        Some(Value::Money(money)) => Some(*money),
        _ => None,
    };
    let is_other = |money: Option<Money>| money.is_some_and(|money| money.currency != figure.currency);
    match (of(&shift.taken), of(&shift.added)) {
        (Some(taken), None) => !is_other(Some(taken)) && taken.amount == figure.amount,
        (Some(taken), added) => is_other(added) && taken.amount == figure.amount,
        (None, added) => is_other(added) && figure.amount == 0,
    }
}

/// A sum of nothing is a zero of the currency that it had.
fn settled_sum(sum: Value, before: &Value) -> Value {
    match before {
        Value::Money(before) if sum.is_null() => Value::Money(Money::new(0, before.currency)),
        _ => sum,
    }
}

/// The figure after one shift.
fn shifted(
    op: &mut Operation,
    purse: &mut Purse,
    child: &Object,
    feed: &Feed,
    parent: Id,
    current: Value,
    shift: &Shift,
) -> Result<Value> {
    if feed.aggregate == Aggregate::Count {
        let count = if let Value::Int(n) = current { n } else { 0 };
        return Ok(Value::Int(count + i64::from(shift.added.is_some()) - i64::from(shift.taken.is_some())));
    }
    let mut figure = current;
    if let Some(taken) = &shift.taken {
        let taken = purse.value(op, taken, amount::currency(&figure))?;
        figure = match feed.aggregate {
            Aggregate::Sum | Aggregate::Count => plus(&figure, &taken, -1),
            Aggregate::Min | Aggregate::Max if taken == figure => {
                children::figure(op, purse, child, feed, parent, &figure)?
            }
            Aggregate::Min | Aggregate::Max => figure,
        };
    }
    if let Some(added) = &shift.added {
        let added = purse.value(op, added, amount::currency(&figure))?;
        figure = match feed.aggregate {
            Aggregate::Sum | Aggregate::Count => plus(&figure, &added, 1),
            extreme if figure.is_null() || (!added.is_null() && further(extreme, &added, &figure)) => added,
            Aggregate::Min | Aggregate::Max => figure,
        };
    }
    Ok(figure)
}

fn update_figures(op: &mut Operation, parent: &Object, moved: &[(Record, Record)]) -> Result<()> {
    let derived: Vec<usize> =
        (0..parent.def.fields.len()).filter(|p| parent.field(*p).is_some_and(|f| f.kind.is_computed())).collect();
    let mut assignments = vec!["title".to_string(), "sort_title".to_string()];
    assignments
        .extend(derived.iter().flat_map(|position| parent.columns_of(*position)).map(|column| column.name.clone()));
    let list: Vec<String> = assignments.iter().enumerate().map(|(i, name)| format!("{name} = ${}", i + 1)).collect();
    let sql = format!("update {} set {} where id = ${}", parent.def.table, list.join(", "), list.len() + 1);
    let mut sets = Vec::with_capacity(moved.len());
    for (_, after) in moved {
        let mut args = vec![Arg::text(after.title.as_str()), Arg::Text(kernel::fold::fold(&after.title))];
        for position in &derived {
            if let Some(field) = parent.field(*position) {
                columns::write(field, after.value(*position), &mut args);
            }
        }
        args.push(after.id.into());
        sets.push(args);
    }
    op.tx.execute_many(&sql, &sets)?;
    Ok(())
}

/// Fills a new roll-up from what is there already: the one time that children are scanned.
pub fn fill(op: &mut Operation, parent: &Arc<Object>, position: usize) -> Result<()> {
    let Some(FieldType::RollUp(rollup)) = parent.field(position).map(|field| &field.kind) else { return Ok(()) };
    let Some(child) = op.catalogue.named(&rollup.of.object).cloned() else { return Ok(()) };
    let Some(feed) = child.feeds.iter().find(|feed| feed.parent == parent.def.name && feed.field == position).cloned()
    else {
        return Ok(());
    };
    let mut last = Id::NIL;
    loop {
        let sql = format!(
            "select {} from {} r where r.id > $1 and r.deleted_at is null order by r.id limit 2000",
            record::select_list(&child),
            child.def.table
        );
        let rows = op.tx.query(&sql, &[last.into()])?;
        let children: Vec<Record> = rows.iter().map(|row| Record::from_row(&child, row)).collect();
        let Some(end) = children.last() else { break };
        last = end.id;
        let mut shifts: BTreeMap<Id, Vec<Shift>> = BTreeMap::new();
        let number = child.feeds.iter().position(|f| f.parent == feed.parent && f.field == feed.field).unwrap_or(0);
        for record in &children {
            if let Some((id, added)) = contribution(op, &child, &feed, record) {
                shifts.entry(id).or_default().push(Shift { feed: number, taken: None, added: Some(added) });
            }
        }
        shift_parents(op, &child, parent, shifts, LEVELS, Told::InPages)?;
    }
    rates::recount(op, &child, &feed)
}

/// Computes the formulas and titles of all records anew, because a formula is another one now, and carries what differs
/// to the figures of their parents.
pub fn derive_again(op: &mut Operation, object: &Arc<Object>) -> Result<()> {
    let select = record::select_list(object);
    let page = format!("select {select} from {} r where r.id > $1 order by r.id limit 2000", object.def.table);
    let mut last = Id::NIL;
    loop {
        let rows = op.tx.query(&page, &[last.into()])?;
        let Some(end) = rows.last() else { return Ok(()) };
        last = end.id(0);
        let mut moved = Vec::new();
        for row in &rows {
            let before = Record::from_row(object, row);
            let mut after = before.clone();
            super::write::complete(object, &mut after);
            if after != before {
                op.touched.note(object, before.id, Some(&before));
                moved.push((before, after));
            }
        }
        update_figures(op, object, &moved)?;
        let pairs: Vec<(Option<&Record>, &Record)> =
            moved.iter().map(|(before, after)| (Some(before), after)).collect();
        carry_pairs(op, object, &pairs, LEVELS)?;
    }
}

/// The figure of a record without children: zero for a count, nothing for the rest.
pub fn start(object: &Object, record: &mut Record) {
    for (position, field) in object.def.fields.iter().enumerate() {
        if let FieldType::RollUp(rollup) = &field.kind
            && rollup.of.aggregate == Aggregate::Count
        {
            record.set(position, Value::Int(0));
        }
    }
}
