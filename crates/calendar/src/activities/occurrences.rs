//! The moments for which activities stand, over a stretch of days.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use db::Arg;
use foundation::Reader;
use foundation::records::calendar::{Occurrence, Recurs};
use foundation::records::{Object, Record};
use kernel::{Id, Result, Time};

use super::series::Series;
use super::{Activity, queries};

/// Moments of one series in one answer.
const MOST_OF_ONE: usize = 500;
/// And of all.
const MOST: usize = 10_000;

/// Activities that recur.
pub struct Activities;

impl Recurs for Activities {
    fn object(&self) -> &'static str {
        super::ACTIVITY
    }

    fn once(&self) -> &'static str {
        "r.repeats is null"
    }

    fn occurrences(
        &self,
        reader: &mut Reader,
        object: &Arc<Object>,
        field: &str,
        which: (&str, &[Arg]),
        stretch: (Time, Time),
    ) -> Result<Vec<Occurrence>> {
        if !matches!(field, Activity::STARTS_AT | Activity::DUE_AT) {
            return Ok(Vec::new());
        }
        let mut records = queries::series(reader, object, which, stretch)?;
        // A task without a start recurs by the day on which it is due.
        records.retain(|record| record.get(object, Activity::STARTS_AT).is_null() == (field == Activity::DUE_AT));
        of_records(reader, object, &records, stretch)
    }
}

/// The moments of these series, in order.
pub fn of_records(
    reader: &mut Reader,
    object: &Arc<Object>,
    records: &[Record],
    (from, to): (Time, Time),
) -> Result<Vec<Occurrence>> {
    let ids: Vec<Id> = records.iter().map(|record| record.id).collect();
    let changed: HashMap<Id, BTreeSet<Time>> = queries::changed(reader, object, &ids)?;
    let mut found = Vec::new();
    for record in records {
        let Some(series) = Series::of(object, record) else { continue };
        let is_here = |at: &Time| !changed.get(&record.id).is_some_and(|changed| changed.contains(at));
        let moments = series.from(from).take_while(|at| *at < to).filter(is_here).take(MOST_OF_ONE);
        found.extend(moments.map(|at| Occurrence { record: record.id, at, ends_at: series.end_of(at) }));
        if found.len() >= MOST {
            break;
        }
    }
    found.sort_by_key(|occurrence| (occurrence.at, occurrence.record));
    Ok(found)
}
