//! Figures counted anew along the links of children: when the extreme was taken away, when all that one had is another's
//! now, when a rate is another one, and to check what is stored.

use std::sync::Arc;

use db::Arg;
use kernel::object::{Aggregate, FieldType};
use kernel::{Currency, Id, Money, Result, Time, Value};

use super::super::catalogue::{Feed, Object};
use super::super::record::{self, CHUNK, Record, id_list};
use super::super::{ask, columns};
use super::amount::{self, Purse};
use super::{LEVELS, carry_pairs, update_figures};
use crate::operation::{Operation, Reader};

/// One figure of one parent, by the index on its children's link.
///
/// Of money in several currencies the figure keeps its own (`kept`), else it takes the first by code that comes to
/// something; the rest is converted child by child, each at the rate of its day, and what has no rate is left out.
pub fn figure(
    reader: &mut Reader,
    purse: &mut Purse,
    child: &Object,
    feed: &Feed,
    parent: Id,
    kept: &Value,
) -> Result<Value> {
    let Some(link) = child.columns_of(feed.link).first() else { return Ok(Value::Null) };
    let mut args: Vec<Arg> = vec![parent.into()];
    let filter = match &feed.filter {
        Some(filter) => ask::compile(reader, filter, &mut args),
        None => "1 = 1".to_string(),
    };
    let from = format!("from {} r where r.{} = $1 and r.deleted_at is null and {filter}", child.def.table, link.name);
    let of = feed.of.and_then(|of| Some((child.field(of)?, child.columns_of(of).first()?.name.clone())));
    let Some((field, of)) = of.filter(|_| feed.aggregate != Aggregate::Count) else {
        let row = reader.tx.one(&format!("select count(*) {from}"), &args)?;
        return Ok(Value::Int(row.map_or(0, |row| row.int(0))));
    };
    let from = format!("{from} and r.{of} is not null");
    let of = format!("r.{of}");
    match (feed.aggregate, field.kind.stored()) {
        (_, FieldType::Money) => {
            money(reader, purse, child, feed, &Children { from: &from, of: &of, args: &args }, kept)
        }
        (Aggregate::Min | Aggregate::Max, _) => {
            let direction = if feed.aggregate == Aggregate::Min { "asc" } else { "desc" };
            let row = reader.tx.one(&format!("select {of} {from} order by {of} {direction} limit 1"), &args)?;
            Ok(row.map_or(Value::Null, |row| columns::read(field, &row, 0)))
        }
        (_, FieldType::Number) => {
            let row = reader.tx.one(&format!("select sum({of}) {from}"), &args)?;
            Ok(row.filter(|row| !row.get(0).is_null()).map_or(Value::Null, |row| Value::Number(row.real(0))))
        }
        _ => {
            let row = reader.tx.one(&format!("select cast(sum({of}) as bigint) {from}"), &args)?;
            Ok(row.filter(|row| !row.get(0).is_null()).map_or(Value::Null, |row| Value::Int(row.int(0))))
        }
    }
}

/// The children of one parent that count, in SQL.
struct Children<'a> {
    from: &'a str,
    of: &'a str,
    args: &'a [Arg],
}

fn money(
    reader: &mut Reader,
    purse: &mut Purse,
    child: &Object,
    feed: &Feed,
    children: &Children<'_>,
    kept: &Value,
) -> Result<Value> {
    let Children { from, of, args } = children;
    let value = match feed.aggregate {
        Aggregate::Min => format!("min({of})"),
        Aggregate::Max => format!("max({of})"),
        Aggregate::Sum | Aggregate::Count => format!("cast(sum({of}) as bigint)"),
    };
    let sql = format!("select {of}_currency, {value} {from} group by {of}_currency order by 1");
    let rows = reader.tx.query(&sql, args)?;
    let by_currency: Vec<Money> =
        rows.iter().filter_map(|row| Some(Money::new(row.int(1), Currency::parse(row.text(0))?))).collect();
    let counting = by_currency.iter().find(|sum| sum.amount != 0);
    let Some(first) = counting.or(by_currency.first()) else { return Ok(Value::Null) };
    let base = match kept {
        Value::Money(kept) if kept.amount != 0 || by_currency.iter().any(|sum| sum.currency == kept.currency) => {
            kept.currency
        }
        _ => first.currency,
    };
    let mut figure = match by_currency.iter().find(|sum| sum.currency == base) {
        Some(sum) => Value::Money(*sum),
        None if feed.aggregate == Aggregate::Sum => Value::Money(Money::new(0, base)),
        None => Value::Null,
    };
    if by_currency.iter().all(|sum| sum.currency == base) {
        return Ok(figure);
    }
    let on = feed.on.and_then(|on| Some((child.field(on)?, child.columns_of(on).first()?)));
    let dated = on.map_or("null".to_string(), |(_, column)| format!("r.{}", column.name));
    let mut args = args.to_vec();
    args.push(base.code().into());
    let sql = format!("select {of}, {of}_currency, r.created_at, {dated} {from} and {of}_currency <> ${}", args.len());
    for row in reader.tx.query(&sql, &args)? {
        let Some(currency) = Currency::parse(row.text(1)) else { continue };
        let named = on.map(|(field, _)| columns::read(field, &row, 3));
        let day = amount::day(named.as_ref(), Time(row.int(2)));
        let Some(money) = purse.converted(reader, Money::new(row.int(0), currency), base, day)? else { continue };
        let money = Value::Money(money);
        match feed.aggregate {
            Aggregate::Sum | Aggregate::Count => figure = amount::plus(&figure, &money, 1),
            extreme if figure.is_null() || amount::further(extreme, &money, &figure) => figure = money,
            Aggregate::Min | Aggregate::Max => {}
        }
    }
    Ok(figure)
}

/// Counts all figures of a few records anew.
pub fn recount(op: &mut Operation, parent: &Arc<Object>, ids: &[Id]) -> Result<()> {
    let mut feeds: Vec<(Arc<Object>, Feed)> = Vec::new();
    for child in op.catalogue.objects() {
        let here = child.feeds.iter().filter(|feed| feed.parent == parent.def.name);
        feeds.extend(here.map(|feed| (child.clone(), feed.clone())));
    }
    if feeds.is_empty() {
        return Ok(());
    }
    let (mut moved, mut purse) = (Vec::new(), Purse::default());
    for chunk in ids.chunks(CHUNK) {
        let mut args = Vec::new();
        let list = id_list(chunk, &mut args);
        let sql = format!("select {} from {} r where r.id in ({list})", record::select_list(parent), parent.def.table);
        for row in op.tx.query(&sql, &args)? {
            let before = Record::from_row(parent, &row);
            let mut after = before.clone();
            for (child, feed) in &feeds {
                let figure = figure(op, &mut purse, child, feed, before.id, before.value(feed.field))?;
                after.set(feed.field, figure);
            }
            super::super::write::complete(parent, &mut after);
            if after != before {
                moved.push((before, after));
            }
        }
    }
    update_figures(op, parent, &moved)?;
    let pairs: Vec<(Option<&Record>, &Record)> = moved.iter().map(|(before, after)| (Some(before), after)).collect();
    carry_pairs(op, parent, &pairs, LEVELS - 1)
}

/// The next records, in the order of their ids, with a figure to which amounts of another currency add.
pub fn mixed(reader: &mut Reader, child: &Object, feed: &Feed, after: Id, most: usize) -> Result<Vec<Id>> {
    let parent = reader.object(&feed.parent)?;
    let is_money =
        |object: &Object, at: usize| object.field(at).is_some_and(|f| matches!(f.kind.stored(), FieldType::Money));
    let (Some(of), Some(link), Some(figure)) =
        (feed.of, child.columns_of(feed.link).first(), parent.columns_of(feed.field).first())
    else {
        return Ok(Vec::new());
    };
    let Some(column) = child.columns_of(of).first().filter(|_| is_money(child, of) && is_money(&parent, feed.field))
    else {
        return Ok(Vec::new());
    };
    let sql = format!(
        "select p.id from {} p where p.id > $1 and p.{figure} is not null and exists (select 1 from {} r \
         where r.{} = p.id and r.deleted_at is null and r.{}_currency <> p.{figure}_currency) order by p.id limit {most}",
        parent.def.table,
        child.def.table,
        link.name,
        column.name,
        figure = figure.name,
    );
    Ok(reader.tx.query(&sql, &[after.into()])?.iter().map(|row| row.id(0)).collect())
}
