//! What activities ask of the database.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use db::Arg;
use foundation::Reader;
use foundation::access::Action;
use foundation::records::calendar::Occurrence;
use foundation::records::{Object, Record, ask, record};
use kernel::{Id, Result, Time};

/// Series of one stretch of days.
const MOST_SERIES: usize = 2_000;
/// What lasts longer than this is not looked for before the stretch.
const LONGEST_MS: i64 = 92 * 24 * 60 * 60 * 1000;

/// The series of a condition that are not over at `from` and begin before `to`.
pub fn series(
    reader: &mut Reader,
    object: &Arc<Object>,
    (conditions, args): (&str, &[Arg]),
    (from, to): (Time, Time),
) -> Result<Vec<Record>> {
    let mut args = args.to_vec();
    args.extend([from.into(), to.into()]);
    let (first, last) = (args.len() - 1, args.len());
    let sql = format!(
        "select {} from {} r where r.repeats_until >= ${first} and coalesce(r.starts_at, r.due_at) < ${last} \
         and r.repeats is not null and {conditions} order by r.id limit {MOST_SERIES}",
        record::select_list(object),
        object.def.table
    );
    let rows = reader.tx.query(&sql, &args)?;
    let mut records: Vec<Record> = rows.iter().map(|row| Record::from_row(object, row)).collect();
    record::load_many(reader.tx, object, &mut records)?;
    Ok(records)
}

/// What takes place once in a stretch of time: by its start, else by when it is due, with what began before and is not over.
pub fn once(
    reader: &mut Reader,
    object: &Arc<Object>,
    (conditions, args): (&str, &[Arg]),
    (from, to): (Time, Time),
    most: usize,
) -> Result<Vec<Occurrence>> {
    let mut found = Vec::new();
    let begun = "(r.starts_at >= $C or r.ends_at > $C)";
    for (column, also, first) in
        [("r.starts_at", begun, from.0 - LONGEST_MS), ("r.due_at", "r.starts_at is null", from.0)]
    {
        let mut args = args.to_vec();
        args.extend([Time(first).into(), to.into()]);
        let (first, last) = (args.len() - 1, args.len());
        if also == begun {
            args.push(from.into());
        }
        let also = also.replace("$C", &format!("${}", args.len()));
        let sql = format!(
            "select r.id, {column}, r.ends_at from {} r where {column} >= ${first} and {column} < ${last} and {also} \
             and r.repeats is null and {conditions} order by {column}, r.id limit {most}",
            object.def.table
        );
        for row in reader.tx.query(&sql, &args)? {
            found.push(Occurrence { record: row.id(0), at: row.time(1), ends_at: row.opt_time(2) });
        }
    }
    Ok(found)
}

/// Which moments of series stand as records of their own. One that is in the bin does not take place.
pub fn changed(reader: &mut Reader, object: &Object, series: &[Id]) -> Result<HashMap<Id, BTreeSet<Time>>> {
    let mut found: HashMap<Id, BTreeSet<Time>> = HashMap::new();
    for chunk in series.chunks(record::CHUNK) {
        let mut args = Vec::new();
        let list = record::id_list(chunk, &mut args);
        let sql = format!(
            "select series, occurrence_at from {} where series in ({list}) and occurrence_at is not null",
            object.def.table
        );
        for row in reader.tx.query(&sql, &args)? {
            found.entry(row.id(0)).or_default().insert(row.time(1));
        }
    }
    Ok(found)
}

/// The changed moments of a series: when it was, the record, and whether it is in the bin.
pub fn changes_of(reader: &mut Reader, object: &Object, series: Id) -> Result<BTreeMap<Time, (Id, i64, bool)>> {
    let sql = format!(
        "select occurrence_at, id, version, deleted_at from {} where series = $1 and occurrence_at is not null",
        object.def.table
    );
    let rows = reader.tx.query(&sql, &[series.into()])?;
    Ok(rows.iter().map(|row| (row.time(0), (row.id(1), row.int(2), row.opt_int(3).is_some()))).collect())
}

/// Whether the caller's rights let them change a record.
pub fn may_update(reader: &mut Reader, object: &Object, id: Id) -> Result<bool> {
    let mut args = vec![Arg::Id(id)];
    let rule = ask::rule_sql(reader, object, Action::Update, &mut args)?;
    let sql = format!("select 1 from {} r where r.id = $1 and {rule}", object.def.table);
    Ok(reader.tx.one(&sql, &args)?.is_some())
}
