//! Rows that are not at the source any more. Nothing is done unless all of the source was read, and not if more is missing
//! than may be: half a file must not send half the customers into the bin.

use std::collections::HashSet;
use std::sync::Arc;

use foundation::company::appearance;
use foundation::records::{Object, Write, read, write};
use foundation::{Operation, Reader};
use kernel::{Id, Result, Value};

use super::queries;
use super::run::state::Figures;
use super::said::Hash;
use super::setup::{Setup, WhenGone};
use crate::import::batch;

/// Rows looked at in one transaction.
pub const PART: i64 = 1_000;
/// So few may always be gone: of three rows one is a third.
const ALWAYS: u64 = 3;

/// How many rows are missing, and of how many.
pub fn count(reader: &mut Reader, source: Id, there: &[Hash]) -> Result<(u64, u64)> {
    let (mut missing, mut all) = (0, 0);
    let mut after: Vec<u8> = Vec::new();
    loop {
        let page = queries::page_of_keys(reader, source, &after, PART * 10)?;
        let Some((last, _)) = page.last() else { return Ok((missing, all)) };
        after.clone_from(last);
        for (key, _) in &page {
            all += 1;
            missing += u64::from(!is_there(there, key));
        }
    }
}

/// Whether so many may be missing.
pub fn is_believable(setup: &Setup, missing: u64, all: u64) -> bool {
    let limit = u64::try_from(setup.gone_limit).unwrap_or(0);
    missing == 0 || missing * 100 <= all * limit || (missing < ALWAYS && missing < all && limit > 0)
}

fn is_there(there: &[Hash], key: &[u8]) -> bool {
    Hash::try_from(key).is_ok_and(|key| there.binary_search(&key).is_ok())
}

/// Settles the next rows by their keys; none is left when this answers none.
pub fn part(
    op: &mut Operation,
    setup: &Setup,
    object: &Arc<Object>,
    there: &[Hash],
    after: &[u8],
    figures: &mut Figures,
) -> Result<Option<Vec<u8>>> {
    let page = queries::page_of_keys(op, setup.id, after, PART)?;
    let Some((last, _)) = page.last().cloned() else { return Ok(None) };
    let gone: Vec<(Vec<u8>, Id)> = page.into_iter().filter(|(key, _)| !is_there(there, key)).collect();
    if gone.is_empty() {
        return Ok(Some(last));
    }
    figures.gone += u64::try_from(gone.len()).unwrap_or(0);
    let fed: Vec<Id> = gone.iter().map(|(_, record)| *record).collect();
    let survivors = queries::survivors(op, &fed)?;
    let mut records: Vec<Id> = fed.iter().map(|id| survivors.get(id).copied().unwrap_or(*id)).collect();
    records.sort_unstable();
    records.dedup();
    // A record that another row still speaks of is not gone: not even if that row is of another source.
    let here: HashSet<&[u8]> = gone.iter().map(|(key, _)| key.as_slice()).collect();
    let mut of: std::collections::HashMap<Id, Id> = records.iter().map(|id| (*id, *id)).collect();
    of.extend(queries::aliases(op, &records)?);
    let asked: Vec<Id> = of.keys().copied().collect();
    let mut spoken: HashSet<Id> = HashSet::new();
    for (record, source, key) in queries::spoken_of(op, &asked)? {
        let speaks = source != setup.id || (is_there(there, &key) && !here.contains(key.as_slice()));
        if speaks && let Some(record) = of.get(&record) {
            spoken.insert(*record);
        }
    }
    records.retain(|id| !spoken.contains(id));
    let done: HashSet<Id> = match setup.when_gone {
        WhenGone::Keep => HashSet::new(),
        WhenGone::Mark => mark(op, setup, object, &records)?,
        WhenGone::Trash => trash(op, object, &records)?,
    };
    let how = |record: &Id| {
        let record = survivors.get(record).unwrap_or(record);
        match setup.when_gone {
            WhenGone::Mark if done.contains(record) => "marked",
            WhenGone::Trash if done.contains(record) => "trashed",
            WhenGone::Keep | WhenGone::Mark | WhenGone::Trash => "kept",
        }
    };
    let noted: Vec<(Vec<u8>, &'static str)> = gone.iter().map(|(key, record)| (key.clone(), how(record))).collect();
    queries::note_gone(op, setup.id, &noted)?;
    Ok(Some(last))
}

fn trash(op: &mut Operation, object: &Arc<Object>, records: &[Id]) -> Result<HashSet<Id>> {
    let living: Vec<Id> = read::get_many(op, object, records)?
        .into_iter()
        .filter(|record| record.deleted_at.is_none())
        .map(|record| record.id)
        .collect();
    let writes = living.iter().map(|id| Write::Trash { id: *id }).collect();
    let mut done = HashSet::new();
    for (id, result) in living.iter().zip(write::apply(op, object, writes)?) {
        match result {
            Ok(_) => {
                done.insert(*id);
            }
            Err(error) => drop(batch::told(&error)?),
        }
    }
    Ok(done)
}

/// Marks records by a tag that names the source; objects without tags are marked by their rows alone, which their lineage
/// shows.
fn mark(op: &mut Operation, setup: &Setup, object: &Arc<Object>, records: &[Id]) -> Result<HashSet<Id>> {
    let Some((position, tag)) = tag(op, setup, object, true)? else { return Ok(HashSet::new()) };
    retag(op, object, records, position, |tags| {
        if tags.contains(&tag) { None } else { Some(tags.iter().copied().chain([tag]).collect()) }
    })
}

/// Takes the mark away.
pub fn unmark(op: &mut Operation, setup: &Setup, object: &Arc<Object>, records: &[Id]) -> Result<()> {
    if records.is_empty() {
        return Ok(());
    }
    let Some((position, tag)) = tag(op, setup, object, false)? else { return Ok(()) };
    retag(op, object, records, position, |tags| {
        tags.contains(&tag).then(|| tags.iter().copied().filter(|other| *other != tag).collect())
    })
    .map(drop)
}

fn retag(
    op: &mut Operation,
    object: &Arc<Object>,
    records: &[Id],
    position: usize,
    change: impl Fn(&[Id]) -> Option<Vec<Id>>,
) -> Result<HashSet<Id>> {
    let (mut ids, mut writes) = (Vec::new(), Vec::new());
    for record in read::get_many(op, object, records)? {
        let tags: &[Id] = match record.value(position) {
            Value::Links(tags) => tags,
            _ => &[],
        };
        let Some(mut tags) = change(tags).filter(|_| record.deleted_at.is_none()) else { continue };
        tags.sort_unstable();
        tags.dedup();
        let value = if tags.is_empty() { Value::Null } else { Value::Links(tags) };
        ids.push(record.id);
        writes.push(Write::Update { id: record.id, version: None, values: vec![(position, value)] });
    }
    let mut done = HashSet::new();
    for (id, result) in ids.iter().zip(write::apply(op, object, writes)?) {
        match result {
            Ok(_) => {
                done.insert(*id);
            }
            Err(error) => drop(batch::told(&error)?),
        }
    }
    Ok(done)
}

/// The object's field of tags, and the tag that says that a source has a record no more.
fn tag(op: &mut Operation, setup: &Setup, object: &Arc<Object>, make: bool) -> Result<Option<(usize, Id)>> {
    let tags = object.def.fields.iter().position(|field| {
        matches!(field.kind, kernel::FieldType::Links { .. }) && field.kind.target() == Some("tag") && !field.readonly
    });
    let (Some(position), Some(tag)) = (tags, op.catalogue.named("tag").cloned()) else { return Ok(None) };
    let Some(name_at) = tag.def.position("name") else { return Ok(None) };
    let language = appearance::profile(op.tx)?.language;
    let words = kernel::Labels::four("Gone from {}", "Нет больше в {}", "已从 {} 移除", "Dispărut din {}");
    let name: String = words.get(&language).replace("{}", &setup.name).chars().take(60).collect();
    let found = crate::import::links::find(op, &tag, "sort_title", &[db::Arg::Text(kernel::fold::fold(&name))])?;
    if let Some(id) = found.into_values().next() {
        return Ok(Some((position, id)));
    }
    if !make {
        return Ok(None);
    }
    let made = write::apply_one(op, &tag, Write::Create { values: vec![(name_at, Value::Text(name))] })?;
    Ok(Some((position, made.id)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::setup::{Kind, Settings};
    use foundation::jobs::clock::Schedule;

    fn setup(gone_limit: i64) -> Setup {
        Setup {
            id: Id::NIL,
            name: "Shop".into(),
            kind: Kind::File,
            object: "contact".into(),
            place: String::new(),
            query: None,
            settings: Settings::default(),
            mapping: None,
            keys: Vec::new(),
            priority: 50,
            wins: false,
            when_gone: WhenGone::Trash,
            gone_limit,
            refuses_repeated: false,
            schedule: Schedule::ByHand,
            paused: false,
            created_at: kernel::Time(0),
            deleted: false,
        }
    }

    #[test]
    fn half_of_a_source_is_never_believed_to_be_gone() {
        assert!(is_believable(&setup(20), 20, 100) && !is_believable(&setup(20), 21, 100));
        assert!(!is_believable(&setup(20), 500, 1_000) && !is_believable(&setup(20), 1_000, 1_000));
        assert!(is_believable(&setup(20), 0, 0) && is_believable(&setup(20), 1, 3) && !is_believable(&setup(20), 1, 1));
        assert!(!is_believable(&setup(0), 1, 10) && is_believable(&setup(100), 10, 10));
    }
}
