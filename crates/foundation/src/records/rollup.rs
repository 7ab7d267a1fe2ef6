//! Roll-ups: figures of a parent kept exact by each change to a child, never by a scan.
//!
//! A draft's contribution before and after gives the difference, applied to the parent's row in the same transaction. A
//! parent's figures may feed its own formulas and, through them, the figures of its parents (order line to order to
//! customer), so the change is carried upwards level by level. A roll-up is derived: it raises no version and writes no event.

use std::collections::BTreeMap;
use std::sync::Arc;

use db::Arg;
use kernel::object::{Aggregate, FieldType};
use kernel::{Currency, Id, Money, Result, Value};

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
    taken: Option<Value>,
    added: Option<Value>,
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
        shift_parents(op, object, &parent, of_records, levels)?;
    }
    Ok(())
}

/// The parent that a child counts for, and with what; none if it is in the bin, linked to nobody or filtered out.
fn contribution(op: &Operation, object: &Object, feed: &Feed, child: &Record) -> Option<(Id, Value)> {
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
        None => Some((parent, Value::Null)),
        Some(of) if child.value(of).is_null() => None,
        Some(of) => Some((parent, child.value(of).clone())),
    }
}

fn shift_parents(
    op: &mut Operation,
    child: &Arc<Object>,
    parent: &Arc<Object>,
    mut shifts: BTreeMap<Id, Vec<Shift>>,
    levels: usize,
) -> Result<()> {
    let ids: Vec<Id> = shifts.keys().copied().collect();
    let mut moved: Vec<(Record, Record)> = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        let mut args = Vec::new();
        let list = id_list(chunk, &mut args);
        let sql = format!("select {} from {} r where r.id in ({list})", record::select_list(parent), parent.def.table);
        for row in op.tx.query(&sql, &args)? {
            let before = Record::from_row(parent, &row);
            let mut after = before.clone();
            for shift in shifts.remove(&before.id).unwrap_or_default() {
                let Some(feed) = child.feeds.get(shift.feed) else { continue };
                let figure = figure(op, child, parent, feed, &after, &shift)?;
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

/// The figure after one shift.
fn figure(
    op: &mut Operation,
    child: &Object,
    parent: &Object,
    feed: &Feed,
    record: &Record,
    shift: &Shift,
) -> Result<Value> {
    let current = record.value(feed.field).clone();
    Ok(match feed.aggregate {
        Aggregate::Count => {
            let count = if let Value::Int(n) = current { n } else { 0 };
            Value::Int(count + i64::from(shift.added.is_some()) - i64::from(shift.taken.is_some()))
        }
        Aggregate::Sum => {
            let less = shift.taken.as_ref().map_or(current.clone(), |taken| plus(&current, taken, -1));
            shift.added.as_ref().map_or(less.clone(), |added| plus(&less, added, 1))
        }
        Aggregate::Min | Aggregate::Max => {
            let was_extreme = shift.taken.as_ref().is_some_and(|taken| *taken == current);
            let base = if was_extreme { extreme_of_children(op, child, parent, feed, record.id)? } else { current };
            match &shift.added {
                Some(added) if base.is_null() || further(feed.aggregate, added, &base) => added.clone(),
                _ => base,
            }
        }
    })
}

/// Exact addition. Amounts of another currency than the figure's first are left out until dated rates convert them.
fn plus(figure: &Value, value: &Value, sign: i64) -> Value {
    match (figure, value) {
        (Value::Null, Value::Money(m)) => Value::Money(Money::new(sign * m.amount, m.currency)),
        (Value::Money(a), Value::Money(b)) if a.currency == b.currency => {
            Value::Money(Money::new(a.amount.saturating_add(sign * b.amount), a.currency))
        }
        (Value::Null, Value::Int(n)) => Value::Int(sign * n),
        (Value::Int(a), Value::Int(b)) => Value::Int(a.saturating_add(sign * b)),
        (Value::Null, Value::Number(n)) => Value::Number(sign as f64 * n),
        (Value::Number(a), Value::Number(b)) => Value::Number(a + sign as f64 * b),
        _ => figure.clone(),
    }
}

fn further(aggregate: Aggregate, a: &Value, b: &Value) -> bool {
    let order = match (a, b) {
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Number(a), Value::Number(b)) => a.total_cmp(b),
        (Value::Date(a), Value::Date(b)) => a.cmp(b),
        (Value::Time(a), Value::Time(b)) => a.cmp(b),
        (Value::Money(a), Value::Money(b)) if a.currency == b.currency => a.amount.cmp(&b.amount),
        _ => return false,
    };
    if aggregate == Aggregate::Min { order.is_lt() } else { order.is_gt() }
}

/// The smallest or largest value among the children of one parent, by the index on their link.
fn extreme_of_children(op: &mut Operation, child: &Object, parent: &Object, feed: &Feed, id: Id) -> Result<Value> {
    let (Some(of), Some(link)) = (feed.of, child.columns_of(feed.link).first()) else { return Ok(Value::Null) };
    let columns: Vec<String> = child.columns_of(of).iter().map(|column| format!("r.{}", column.name)).collect();
    let (Some(first), Some(field)) = (columns.first(), child.field(of)) else { return Ok(Value::Null) };
    let mut args: Vec<Arg> = vec![id.into()];
    let filter = match &feed.filter {
        Some(filter) => ask::compile(op, filter, &mut args),
        None => "1 = 1".to_string(),
    };
    let direction = if feed.aggregate == Aggregate::Min { "asc" } else { "desc" };
    let sql = format!(
        "select {} from {} r where r.{} = $1 and r.deleted_at is null and {first} is not null and {filter} order by {first} {direction} limit 1",
        columns.join(", "),
        child.def.table,
        link.name
    );
    debug_assert!(parent.field(feed.field).is_some());
    Ok(op.tx.one(&sql, &args)?.map_or(Value::Null, |row| columns::read(field, &row, 0)))
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

/// Counts all figures of a few records anew, along the links of their children: when all that one had is another's now.
pub fn recount(op: &mut Operation, parent: &Arc<Object>, ids: &[Id]) -> Result<()> {
    let mut feeds: Vec<(Arc<Object>, Feed)> = Vec::new();
    for child in op.catalogue.objects() {
        let here = child.feeds.iter().filter(|feed| feed.parent == parent.def.name);
        feeds.extend(here.map(|feed| (child.clone(), feed.clone())));
    }
    if feeds.is_empty() {
        return Ok(());
    }
    let mut moved = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        let mut args = Vec::new();
        let list = id_list(chunk, &mut args);
        let sql = format!("select {} from {} r where r.id in ({list})", record::select_list(parent), parent.def.table);
        for row in op.tx.query(&sql, &args)? {
            let before = Record::from_row(parent, &row);
            let mut after = before.clone();
            for (child, feed) in &feeds {
                let figure = match feed.aggregate {
                    Aggregate::Count | Aggregate::Sum => total_of_children(op, child, feed, &before)?,
                    Aggregate::Min | Aggregate::Max => extreme_of_children(op, child, parent, feed, before.id)?,
                };
                after.set(feed.field, figure);
            }
            super::write::complete(parent, &mut after);
            if after != before {
                moved.push((before, after));
            }
        }
    }
    update_figures(op, parent, &moved)?;
    let pairs: Vec<(Option<&Record>, &Record)> = moved.iter().map(|(before, after)| (Some(before), after)).collect();
    carry_pairs(op, parent, &pairs, LEVELS - 1)
}

/// A count or sum over the children of one parent. Of several currencies the one counts that the figure has, else the
/// first by its code.
fn total_of_children(op: &mut Operation, child: &Object, feed: &Feed, parent: &Record) -> Result<Value> {
    let Some(link) = child.columns_of(feed.link).first().map(|column| column.name.clone()) else {
        return Ok(Value::Null);
    };
    let mut args: Vec<Arg> = vec![parent.id.into()];
    let filter = match &feed.filter {
        Some(filter) => ask::compile(op, filter, &mut args),
        None => "1 = 1".to_string(),
    };
    let of = feed.of.and_then(|of| Some((child.field(of)?, child.columns_of(of).first()?.name.clone())));
    let (from, table) = (format!("r.{link} = $1 and r.deleted_at is null and {filter}"), &child.def.table);
    let Some((field, of)) = of.filter(|_| feed.aggregate == Aggregate::Sum) else {
        let row = op.tx.one(&format!("select count(*) from {table} r where {from}"), &args)?;
        return Ok(Value::Int(row.map_or(0, |row| row.int(0))));
    };
    match field.kind.stored() {
        FieldType::Money => {
            let sql = format!(
                "select r.{of}_currency, cast(sum(r.{of}) as bigint) from {table} r where {from} and r.{of} is not null                  group by r.{of}_currency order by 1"
            );
            let rows = op.tx.query(&sql, &args)?;
            let sums = rows.iter().filter_map(|row| Some(Money::new(row.int(1), Currency::parse(row.text(0))?)));
            let sums: Vec<Money> = sums.collect();
            let kept = match parent.value(feed.field) {
                Value::Money(figure) => sums.iter().find(|sum| sum.currency == figure.currency),
                _ => None,
            };
            Ok(kept.or_else(|| sums.first()).map_or(Value::Null, |sum| Value::Money(*sum)))
        }
        FieldType::Number => {
            let sql = format!("select sum(r.{of}) from {table} r where {from} and r.{of} is not null");
            let row = op.tx.one(&sql, &args)?.filter(|row| !row.get(0).is_null());
            Ok(row.map_or(Value::Null, |row| Value::Number(row.real(0))))
        }
        _ => {
            let sql = format!("select cast(sum(r.{of}) as bigint) from {table} r where {from} and r.{of} is not null");
            let row = op.tx.one(&sql, &args)?.filter(|row| !row.get(0).is_null());
            Ok(row.map_or(Value::Null, |row| Value::Int(row.int(0))))
        }
    }
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
        let Some(end) = children.last() else { return Ok(()) };
        last = end.id;
        let mut shifts: BTreeMap<Id, Vec<Shift>> = BTreeMap::new();
        let number = child.feeds.iter().position(|f| f.parent == feed.parent && f.field == feed.field).unwrap_or(0);
        for record in &children {
            if let Some((id, added)) = contribution(op, &child, &feed, record) {
                shifts.entry(id).or_default().push(Shift { feed: number, taken: None, added: Some(added) });
            }
        }
        shift_parents(op, &child, parent, shifts, LEVELS)?;
    }
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
