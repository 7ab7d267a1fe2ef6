//! What speaks for a value: since when a record says so, and how far its source is trusted.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use foundation::Reader;
use foundation::records::history::{changes_of, updates};
use foundation::records::{Object, Record};
use kernel::{Id, Result, Time};

use super::own;
use super::survivorship::Candidate;
use crate::sources;

/// Changes of one record that are looked through for when a field was set; one that is not among them was set with the record.
const LOOKED_THROUGH: usize = 200;

/// What a source says of a record, as far as it matters here.
#[derive(Debug, Clone)]
pub struct Source {
    pub name: String,
    pub trust: i64,
    pub changed_at: Time,
}

/// Since when a record says what it says in these fields.
pub fn ages(
    reader: &mut Reader,
    object: &Arc<Object>,
    record: &Record,
    fields: &BTreeSet<usize>,
) -> Result<HashMap<usize, Time>> {
    let mut ages: HashMap<usize, Time> = HashMap::new();
    if fields.is_empty() {
        return Ok(ages);
    }
    // A value that came from another is as old as it was there.
    let given = own::load(reader, record.id)?;
    let mut elsewhere: HashMap<Id, BTreeSet<usize>> = HashMap::new();
    let mut here = BTreeSet::new();
    for position in fields {
        let entry = object.field(*position).and_then(|field| given.get(&field.id));
        match entry.and_then(|entry| entry.winner).filter(|winner| *winner != record.id) {
            Some(winner) => drop(elsewhere.entry(winner).or_default().insert(*position)),
            None => drop(here.insert(*position)),
        }
    }
    for (winner, positions) in elsewhere {
        set_at(reader, object, winner, &positions, &mut ages)?;
    }
    set_at(reader, object, record.id, &here, &mut ages)?;
    for position in fields {
        ages.entry(*position).or_insert(record.created_at);
    }
    Ok(ages)
}

fn set_at(
    reader: &mut Reader,
    object: &Arc<Object>,
    record: Id,
    fields: &BTreeSet<usize>,
    ages: &mut HashMap<usize, Time>,
) -> Result<()> {
    let mut wanted: BTreeSet<usize> = fields.clone();
    if wanted.is_empty() {
        return Ok(());
    }
    for line in updates(reader, object, record, None, LOOKED_THROUGH)? {
        for name in changes_of(reader, &line)?.keys() {
            if let Some(position) = object.def.position(name).filter(|position| wanted.remove(position)) {
                ages.insert(position, line.at);
            }
        }
        if wanted.is_empty() {
            break;
        }
    }
    Ok(())
}

/// The values of some records in one field, weighed.
pub fn candidates(
    reader: &mut Reader,
    object: &Arc<Object>,
    position: usize,
    records: &[Record],
) -> Result<Vec<Candidate>> {
    let fields = BTreeSet::from([position]);
    let told = told(reader, object, records)?;
    let mut weighed = Vec::with_capacity(records.len());
    for record in records {
        let ages = ages(reader, object, record, &fields)?;
        let at = ages.get(&position).copied().unwrap_or(record.created_at);
        weighed.push(candidate(record, position, at, &told));
    }
    Ok(weighed)
}

pub fn candidate(record: &Record, position: usize, at: Time, told: &Told) -> Candidate {
    let source = told.get(&(record.id, position));
    let at = source.map_or(at, |source| source.changed_at);
    Candidate { record: record.id, value: record.value(position).clone(), at, trust: source.map(|source| source.trust) }
}

/// By record and field: the source that says what the record says.
pub type Told = HashMap<(Id, usize), Source>;

/// What sources say of these records, where they say what the records say.
pub fn told(reader: &mut Reader, object: &Arc<Object>, records: &[Record]) -> Result<Told> {
    let ids: Vec<Id> = records.iter().map(|record| record.id).collect();
    let mut found = Told::new();
    // The most trusted come first, and their word is kept.
    for told in sources::told(reader, &ids)? {
        let Some(record) = records.iter().find(|record| record.id == told.record) else { continue };
        for (name, said) in &told.fields {
            let agrees = |position: &usize| record.value(*position).to_json() == said.value;
            if let Some(position) = object.def.position(name).filter(agrees) {
                let source = || Source { name: told.name.clone(), trust: -told.priority, changed_at: told.changed_at };
                found.entry((record.id, position)).or_insert_with(source);
            }
        }
    }
    Ok(found)
}
