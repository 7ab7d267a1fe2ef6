//! One walk over the records of a filter, from which the figures of every group come.

use std::collections::{HashMap, HashSet};

use db::Arg;
use jiff::tz::TimeZone;
use kernel::{Error, Result};

use super::MOST_IN_ALL;
use super::by::{By, Kind};
use super::keys::Key;
use crate::operation::Reader;
use crate::records::catalogue::Object;
use crate::records::figures::{Measures, Sums};

/// One walk over the records of the filter, and one more for each figure that cannot be joined.
pub(super) fn pass(
    reader: &mut Reader,
    object: &Object,
    measures: &Measures,
    by: &[By],
    conditions: &str,
    args: &[Arg],
) -> Result<(HashMap<Vec<Key>, Sums>, Sums)> {
    let keys: Vec<String> = by.iter().flat_map(|by| by.columns.clone()).collect();
    let zone = zone(reader);
    let from = format!("from {} r where {conditions}", object.def.table);
    let columns: Vec<String> =
        keys.iter().cloned().chain(measures.currencies().iter().cloned()).chain(measures.expressions()).collect();
    let grouped = numbers(keys.len() + measures.currencies().len());
    let sql = format!("select {} {from}{}", columns.join(", "), group_by(&grouped));
    let mut found: HashMap<Vec<Key>, Sums> = HashMap::new();
    let mut totals = measures.nothing();
    reader.tx.each(&sql, args, |row| {
        let values = row.0.get(keys.len()..).unwrap_or(&[]);
        totals.join(measures, values);
        if !by.is_empty() {
            let key = key(by, &row.0, &zone);
            found.entry(key).or_insert_with(|| measures.nothing()).join(measures, values);
            if found.len() > MOST_IN_ALL {
                return Err(Error::TooLarge(format!("more than {MOST_IN_ALL} groups; filter, or group by less")));
            }
        }
        Ok(true)
    })?;
    let joins_days = by.iter().any(|by| matches!(by.kind, Kind::Day { .. }));
    for (place, expression) in measures.distinct() {
        let sql = format!("select count(distinct {expression}) {from}");
        // PostgreSQL takes no argument that no part of the statement mentions; those of the groups are not mentioned here.
        let whole = if by.is_empty() { args.to_vec() } else { mentioned(&sql, args) };
        totals.set_distinct(place, reader.tx.one(&sql, &whole)?.map_or(0, |row| row.int(0)));
        if by.is_empty() {
            continue;
        }
        let list = keys.join(", ");
        let mut counts: HashMap<Vec<Key>, i64> = HashMap::new();
        if joins_days {
            let sql = format!(
                "select {list}, {expression} {from} and {expression} is not null{}",
                group_by(&numbers(keys.len() + 1))
            );
            let mut seen: HashSet<(Vec<Key>, String)> = HashSet::new();
            reader.tx.each(&sql, args, |row| {
                let key = key(by, &row.0, &zone);
                if seen.insert((key.clone(), format!("{:?}", row.get(keys.len())))) {
                    *counts.entry(key).or_default() += 1;
                }
                Ok(true)
            })?;
        } else {
            let sql = format!("select {list}, count(distinct {expression}) {from}{}", group_by(&numbers(keys.len())));
            reader.tx.each(&sql, args, |row| {
                *counts.entry(key(by, &row.0, &zone)).or_default() += row.int(keys.len());
                Ok(true)
            })?;
        }
        for (key, count) in counts {
            if let Some(sums) = found.get_mut(&key) {
                sums.set_distinct(place, count);
            }
        }
    }
    Ok((found, totals))
}

/// The arguments up to the last one that the statement mentions.
pub(super) fn mentioned(sql: &str, args: &[Arg]) -> Vec<Arg> {
    let last = (1..=args.len()).rev().find(|n| {
        sql.match_indices(&format!("${n}")).any(|(at, found)| {
            !sql.get(at + found.len()..).unwrap_or_default().starts_with(|next: char| next.is_ascii_digit())
        })
    });
    args.iter().take(last.unwrap_or(0)).cloned().collect()
}

fn numbers(count: usize) -> Vec<String> {
    (1..=count).map(|n| n.to_string()).collect()
}

fn group_by(columns: &[String]) -> String {
    if columns.is_empty() { String::new() } else { format!(" group by {}", columns.join(", ")) }
}

fn zone(reader: &Reader) -> TimeZone {
    TimeZone::get(&reader.who.zone).unwrap_or(TimeZone::UTC)
}

fn key(by: &[By], row: &[Arg], zone: &TimeZone) -> Vec<Key> {
    let mut cells = row.iter();
    by.iter()
        .map(|by| {
            let cell = cells.next().unwrap_or(&Arg::Null);
            let currency = if by.columns.len() > 1 { cells.next() } else { None };
            by.key(cell, currency, zone)
        })
        .collect()
}
