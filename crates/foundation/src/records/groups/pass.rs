//! One walk over the records of a filter, from which the figures of every group come.

use std::collections::{HashMap, HashSet};

use db::Arg;
use jiff::tz::TimeZone;
use kernel::{Error, Result};

use super::MOST_IN_ALL;
use super::by::{By, Join, Kind};
use super::keys::Key;
use crate::operation::Reader;
use crate::records::catalogue::Object;
use crate::records::figures::{Measures, Sums};

/// One walk over the records of the filter, and one more for each figure that cannot be joined. Where a record stands in
/// several groups, the totals, in which it counts once, take a walk of their own.
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
    let plain = format!("from {} r where {conditions}", object.def.table);
    let joins: String = by.iter().filter_map(|by| by.join.as_ref()).map(Join::sql).collect();
    let from = format!("from {} r{joins} where {conditions}", object.def.table);
    let is_many = by.iter().any(By::is_many);
    let columns: Vec<String> =
        keys.iter().cloned().chain(measures.currencies().iter().cloned()).chain(measures.expressions()).collect();
    let grouped = numbers(keys.len() + measures.currencies().len());
    let sql = format!("select {} {from}{}", columns.join(", "), group_by(&grouped));
    let mut found: HashMap<Vec<Key>, Sums> = HashMap::new();
    let mut totals = measures.nothing();
    reader.tx.each(&sql, args, |row| {
        let values = row.0.get(keys.len()..).unwrap_or(&[]);
        if !is_many {
            totals.join(measures, values);
        }
        for key in keys_of(by, &row.0, &zone) {
            found.entry(key).or_insert_with(|| measures.nothing()).join(measures, values);
            if found.len() > MOST_IN_ALL {
                return Err(Error::TooLarge(format!("more than {MOST_IN_ALL} groups; filter, or group by less")));
            }
        }
        Ok(true)
    })?;
    if is_many {
        let columns: Vec<String> = measures.currencies().iter().cloned().chain(measures.expressions()).collect();
        let grouped = numbers(measures.currencies().len());
        let sql = format!("select {} {plain}{}", columns.join(", "), group_by(&grouped));
        reader.tx.each(&sql, &mentioned(&sql, args), |row| {
            totals.join(measures, &row.0);
            Ok(true)
        })?;
    }
    // What the database tells apart more finely than the groups do is counted here.
    let is_finer = by.iter().any(|by| matches!(by.kind, Kind::Day { .. } | Kind::Choices(_)));
    for (place, expression) in measures.distinct() {
        let sql = format!("select count(distinct {expression}) {plain}");
        // PostgreSQL takes no argument that no part of the statement mentions; those of the groups are not mentioned here.
        let whole = if by.is_empty() { args.to_vec() } else { mentioned(&sql, args) };
        totals.set_distinct(place, reader.tx.one(&sql, &whole)?.map_or(0, |row| row.int(0)));
        if by.is_empty() {
            continue;
        }
        let list = keys.join(", ");
        let mut counts: HashMap<Vec<Key>, i64> = HashMap::new();
        if is_finer {
            let sql = format!(
                "select {list}, {expression} {from} and {expression} is not null{}",
                group_by(&numbers(keys.len() + 1))
            );
            let mut seen: HashSet<(Vec<Key>, String)> = HashSet::new();
            reader.tx.each(&sql, args, |row| {
                for key in keys_of(by, &row.0, &zone) {
                    if seen.insert((key.clone(), format!("{:?}", row.get(keys.len())))) {
                        *counts.entry(key).or_default() += 1;
                    }
                }
                Ok(true)
            })?;
        } else {
            let sql = format!("select {list}, count(distinct {expression}) {from}{}", group_by(&numbers(keys.len())));
            reader.tx.each(&sql, args, |row| {
                for key in keys_of(by, &row.0, &zone) {
                    *counts.entry(key).or_default() += row.int(keys.len());
                }
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

/// The groups that a row of the database belongs to: one, or one for each of several choices; none without fields.
fn keys_of(by: &[By], row: &[Arg], zone: &TimeZone) -> Vec<Vec<Key>> {
    if by.is_empty() {
        return Vec::new();
    }
    let mut cells = row.iter();
    let mut all: Vec<Vec<Key>> = vec![Vec::with_capacity(by.len())];
    for by in by {
        let cell = cells.next().unwrap_or(&Arg::Null);
        let currency = if by.columns.len() > 1 { cells.next() } else { None };
        if let (Kind::Choices(_), Arg::Text(list)) = (&by.kind, cell) {
            let chosen = By::choices(list);
            all = all
                .iter()
                .flat_map(|one| chosen.iter().map(move |key| one.iter().cloned().chain([key.clone()]).collect()))
                .collect();
        } else {
            let key = by.key(cell, currency, zone);
            all.iter_mut().for_each(|one| one.push(key.clone()));
        }
    }
    all
}
