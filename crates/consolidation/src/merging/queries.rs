//! What merges keep in the database.

use std::collections::HashMap;

use db::{Arg, Kind, OnConflict, Row};
use foundation::records::record::{CHUNK, id_list, load_many, select_list};
use foundation::records::{Object, Record};
use foundation::{Operation, Reader, ledger};
use kernel::{Id, Result, Time};
use serde_json::Value as Json;

/// A merge as it was made.
#[derive(Debug, Clone)]
pub struct Stored {
    pub id: Id,
    pub object: String,
    pub survivor: Id,
    pub at: Time,
    pub actor: Option<Id>,
    pub change: Id,
    sealed: Option<Vec<u8>>,
    pub parts: Vec<Part>,
}

/// One that was joined by a merge.
#[derive(Debug, Clone)]
pub struct Part {
    pub record: Id,
    pub left_at: Option<Time>,
    pub left_by: Option<Id>,
}

impl Stored {
    fn from_row(row: &Row) -> Stored {
        Stored {
            id: row.id(0),
            object: row.text(1).to_string(),
            survivor: row.id(2),
            at: row.time(3),
            actor: row.opt_id(4),
            change: row.id(5),
            sealed: row.opt_bytes(6).map(<[u8]>::to_vec),
            parts: Vec::new(),
        }
    }

    /// Those that have not left.
    pub fn standing(&self) -> Vec<Id> {
        self.parts.iter().filter(|part| part.left_at.is_none()).map(|part| part.record).collect()
    }

    /// Why, and who won; none once whoever it concerns was erased.
    pub fn open(&self, reader: &mut Reader) -> Result<Option<Json>> {
        match &self.sealed {
            Some(sealed) => ledger::open_for(reader, self.survivor, self.id, sealed),
            None => Ok(None),
        }
    }
}

const MERGE: &str = "select m.id, m.object, m.survivor, m.at, m.actor, m.change, m.sealed from merge m";

fn with_parts(reader: &mut Reader, mut merges: Vec<Stored>) -> Result<Vec<Stored>> {
    let ids: Vec<Id> = merges.iter().map(|merge| merge.id).collect();
    let mut parts: HashMap<Id, Vec<Part>> = HashMap::new();
    for chunk in ids.chunks(CHUNK) {
        let mut args = Vec::new();
        let list = id_list(chunk, &mut args);
        let sql = format!(
            "select merge, record, left_at, left_by from merge_part where merge in ({list}) order by merge, record"
        );
        for row in reader.tx.query(&sql, &args)? {
            let part = Part { record: row.id(1), left_at: row.opt_time(2), left_by: row.opt_id(3) };
            parts.entry(row.id(0)).or_default().push(part);
        }
    }
    for merge in &mut merges {
        merge.parts = parts.remove(&merge.id).unwrap_or_default();
    }
    Ok(merges)
}

pub fn merge(reader: &mut Reader, id: Id) -> Result<Option<Stored>> {
    let row = reader.tx.one(&format!("{MERGE} where m.id = $1"), &[id.into()])?;
    let found = row.iter().map(Stored::from_row).collect();
    Ok(with_parts(reader, found)?.pop())
}

/// Merges that any of these records was in, newest first.
pub fn merges_of(reader: &mut Reader, ids: &[Id], limit: i64) -> Result<Vec<Stored>> {
    let mut found: Vec<Stored> = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        let mut args = Vec::new();
        let list = id_list(chunk, &mut args);
        args.push(limit.into());
        let sql = format!(
            "{MERGE} where m.survivor in ({list}) or m.id in (select p.merge from merge_part p where p.record in ({list})) \
             order by m.id desc limit ${}",
            args.len()
        );
        found.extend(reader.tx.query(&sql, &args)?.iter().map(Stored::from_row));
    }
    found.sort_by_key(|merge| std::cmp::Reverse(merge.id));
    found.dedup_by_key(|merge| merge.id);
    found.truncate(usize::try_from(limit).unwrap_or(100));
    with_parts(reader, found)
}

/// The merge by which a record is joined now.
pub fn joined_by(reader: &mut Reader, record: Id) -> Result<Option<Id>> {
    let sql = "select merge from merge_part where record = $1 and left_at is null";
    Ok(reader.tx.one(sql, &[record.into()])?.map(|row| row.id(0)))
}

/// Writes down a merge that is about to be made.
pub fn keep(op: &mut Operation, id: Id, object: &str, survivor: Id, others: &[Id], kept: &Json) -> Result<()> {
    let sealed = ledger::seal_for(op, survivor, id, kept)?;
    let args: [Arg; 7] = [
        id.into(),
        object.into(),
        survivor.into(),
        op.now.into(),
        op.who.actor().into(),
        op.change.into(),
        sealed.into(),
    ];
    op.tx.execute(
        "insert into merge (id, object, survivor, at, actor, change, sealed) values ($1, $2, $3, $4, $5, $6, $7)",
        &args,
    )?;
    let rows = others.iter().map(|record| vec![Arg::Id(id), Arg::Id(*record)]).collect();
    op.tx.insert("merge_part", &[("merge", Kind::Id), ("record", Kind::Id)], rows, OnConflict::Fail)?;
    Ok(())
}

pub fn left(op: &mut Operation, merge: Id, record: Id) -> Result<()> {
    let args = [merge.into(), record.into(), op.now.into(), op.who.actor().into(), op.change.into()];
    op.tx.execute(
        "update merge_part set left_at = $3, left_by = $4, left_change = $5 where merge = $1 and record = $2",
        &args,
    )?;
    Ok(())
}

/// What a survivor's fields said before, sealed.
pub fn own(reader: &mut Reader, record: Id) -> Result<Option<Json>> {
    let row = reader.tx.one("select sealed from merge_own where record = $1", &[record.into()])?;
    match row.as_ref().and_then(|row| row.opt_bytes(0)) {
        Some(sealed) => ledger::open_for(reader, record, record, sealed),
        None => Ok(None),
    }
}

pub fn keep_own(op: &mut Operation, record: Id, own: Option<&Json>) -> Result<()> {
    op.tx.execute("delete from merge_own where record = $1", &[record.into()])?;
    if let Some(own) = own {
        let sealed = ledger::seal_for(op, record, record, own)?;
        op.tx.execute("insert into merge_own (record, sealed) values ($1, $2)", &[record.into(), sealed.into()])?;
    }
    Ok(())
}

/// Records as they are stored, whoever asks: what a survivor's fields say does not depend on who takes a record out of it.
pub fn rows(reader: &mut Reader, object: &Object, ids: &[Id]) -> Result<HashMap<Id, Record>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let mut args = Vec::new();
        let list = id_list(chunk, &mut args);
        let sql = format!("select {} from {} r where r.id in ({list})", select_list(object), object.def.table);
        found.extend(reader.tx.query(&sql, &args)?.iter().map(|row| Record::from_row(object, row)));
    }
    load_many(reader.tx, object, &mut found)?;
    Ok(found.into_iter().map(|record| (record.id, record)).collect())
}

/// How many lines these ids have on the ledger, counted up to `limit` for each.
pub fn lines(reader: &mut Reader, ids: &[Id], party: bool, limit: i64) -> Result<i64> {
    let column = if party { "party" } else { "record" };
    let sql = format!("select count(*) from (select 1 from event where {column} = $1 limit $2) x");
    let mut lines = 0;
    for id in ids {
        lines += reader.tx.one(&sql, &[(*id).into(), limit.into()])?.map_or(0, |row| row.int(0));
    }
    Ok(lines)
}

fn setting(object: &str) -> String {
    format!("merging.{object}")
}

pub fn rules(reader: &mut Reader, object: &str) -> Result<Option<String>> {
    let row = reader.tx.one("select value from setting where name = $1", &[setting(object).into()])?;
    Ok(row.map(|row| row.text(0).to_string()))
}

pub fn keep_rules(op: &mut Operation, object: &str, text: &str) -> Result<()> {
    let sql =
        "insert into setting (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value";
    op.tx.execute(sql, &[setting(object).into(), text.into()]).map(drop)
}
