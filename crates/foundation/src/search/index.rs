//! The index in the database: which number an object has, which document stands for which record, and how documents are
//! put in, taken out and found. All SQL of search is here, beside that of [`super::typos`].

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use db::{Arg, Kind, OnConflict, Tx};
use kernel::{Error, Id, Result};

use super::words::{self, Document, OBJECTS, Part};
use crate::records::catalogue::{Catalogue, Object};
use crate::records::record::{CHUNK, Record, id_list};

/// Document numbers of one object: its number times this, and upwards.
const DOCS: i64 = 1 << 40;

/// An object as the index knows it.
#[derive(Clone)]
pub struct Indexed {
    pub object: Arc<Object>,
    pub number: i64,
    pub parts: Arc<Vec<Part>>,
}

impl Indexed {
    /// Document numbers of this object are below.
    pub fn end(&self) -> i64 {
        (self.number + 1) * DOCS
    }

    fn start(&self) -> i64 {
        self.number * DOCS
    }
}

/// The objects that are in the index, by the id that never changes.
pub fn numbers(tx: &mut Tx) -> Result<HashMap<String, i64>> {
    let rows = tx.query("select object, number from search_object", &[])?;
    Ok(rows.iter().map(|row| (row.text(0).to_string(), row.int(1))).collect())
}

/// Joins the definitions to their numbers; objects without a number yet are left out, they have no document.
pub fn indexed(catalogue: &Catalogue, numbers: &HashMap<String, i64>) -> Vec<Indexed> {
    let mut all = Vec::new();
    for object in catalogue.objects() {
        let parts = words::parts(object);
        if let (Some(number), false) = (numbers.get(&object.def.id), parts.is_empty()) {
            all.push(Indexed { object: object.clone(), number: *number, parts: Arc::new(parts) });
        }
    }
    all
}

/// Gives a number to each object that has something to find and none yet.
pub fn number_objects(tx: &mut Tx, ids: &[String]) -> Result<()> {
    let known = numbers(tx)?;
    let first = known.values().max().map_or(0, |last| last + 1);
    for (number, id) in (first..).zip(ids.iter().filter(|id| !known.contains_key(*id))) {
        if number >= OBJECTS {
            return Err(Error::internal("the search index has no mark left for another object"));
        }
        tx.execute(
            "insert into search_object (object, number, next_doc, shape) values ($1, $2, $3, '')",
            &[id.as_str().into(), number.into(), (number * DOCS).into()],
        )?;
    }
    Ok(())
}

/// The state of a record for the index: its document, or that the record is not there.
#[derive(Debug, Clone)]
pub enum State {
    Found(Document),
    Gone(Id),
}

/// Whether the record `r` was joined to another: its row stays in the bin, its words lead to who it is now.
fn joined(object: &Object) -> &'static str {
    match object.def.party {
        true => {
            "case when r.deleted_at is null then 0 else (select count(*) from party_alias a where a.alias = r.id) end"
        }
        false => "0",
    }
}

/// Columns of [`load`], system ones first.
fn columns(indexed: &Indexed, more: &[usize]) -> (String, Vec<usize>) {
    let object = &indexed.object;
    let owner = object.def.owner.as_deref().and_then(|name| object.def.position(name));
    let mut fields: Vec<usize> =
        indexed.parts.iter().map(|part| part.field).chain(owner).chain(more.iter().copied()).collect();
    fields.sort_unstable();
    fields.dedup();
    let mut list = format!("r.id, r.version, r.title, r.updated_at, r.deleted_at, {}", joined(object));
    for field in &fields {
        for column in object.columns_of(*field) {
            list.push_str(", r.");
            list.push_str(&column.name);
        }
    }
    (list, fields)
}

fn read(indexed: &Indexed, fields: &[usize], row: &db::Row) -> Record {
    let object = &indexed.object;
    let mut record = Record::new(object, row.id(0), row.time(3), None);
    record.version = row.int(1);
    record.title = row.text(2).to_string();
    record.deleted_at = row.opt_time(4);
    let mut column = 6;
    for field in fields {
        if let Some(def) = object.field(*field).filter(|_| !object.columns_of(*field).is_empty()) {
            record.set(*field, crate::records::columns::read(def, row, column));
        }
        column += object.columns_of(*field).len();
    }
    record
}

/// A condition on the alias `r` with its arguments, numbered from one.
#[derive(Clone)]
pub struct Condition {
    pub sql: String,
    pub args: Vec<Arg>,
}

impl Condition {
    /// Every record, also one in the bin.
    pub fn none() -> Condition {
        Condition { sql: "1 = 1".into(), args: Vec::new() }
    }
}

/// Records by id that meet a condition, with the fields that they are found by and `more`.
pub fn load(tx: &mut Tx, indexed: &Indexed, ids: &[Id], more: &[usize], condition: &Condition) -> Result<Vec<Record>> {
    let mut records = Vec::with_capacity(ids.len());
    each(tx, indexed, ids, more, condition, |record, _| records.push(record))?;
    Ok(records)
}

/// [`load`], and of each whether it was joined to another.
fn each(
    tx: &mut Tx,
    indexed: &Indexed,
    ids: &[Id],
    more: &[usize],
    condition: &Condition,
    mut visit: impl FnMut(Record, bool),
) -> Result<()> {
    let (list, fields) = columns(indexed, more);
    for chunk in ids.chunks(CHUNK) {
        let mut args = condition.args.clone();
        let places = id_list(chunk, &mut args);
        let sql =
            format!("select {list} from {} r where r.id in ({places}) and {}", indexed.object.def.table, condition.sql);
        tx.each(&sql, &args, |row| {
            visit(read(indexed, &fields, &row), row.int(5) > 0);
            Ok(true)
        })?;
    }
    Ok(())
}

/// Rows looked at for [`titled`] and [`latest`], at most, whatever the condition leaves of them.
const LOOKED_AT: i64 = 1_000;

/// Living records whose folded title begins so, in the order of their titles.
pub fn titled(
    tx: &mut Tx,
    indexed: &Indexed,
    beginning: &str,
    more: &[usize],
    condition: &Condition,
    limit: i64,
) -> Result<Vec<Record>> {
    let mut args = condition.args.clone();
    args.extend([
        Arg::from(beginning),
        Arg::Text(format!("{beginning}\u{10ffff}")),
        Arg::Int(LOOKED_AT),
        Arg::Int(limit),
    ]);
    let n = args.len();
    let from = format!(
        "(select * from {} t where t.deleted_at is null and t.sort_title >= ${} and t.sort_title < ${} order by t.sort_title, t.id limit ${})",
        indexed.object.def.table,
        n - 3,
        n - 2,
        n - 1
    );
    some(tx, indexed, &from, more, condition, "r.sort_title, r.id", args)
}

/// Living records changed last.
pub fn latest(
    tx: &mut Tx,
    indexed: &Indexed,
    more: &[usize],
    condition: &Condition,
    limit: i64,
) -> Result<Vec<Record>> {
    let mut args = condition.args.clone();
    args.extend([Arg::Int(LOOKED_AT), Arg::Int(limit)]);
    let from = format!(
        "(select * from {} t where t.deleted_at is null order by t.updated_at desc, t.id desc limit ${})",
        indexed.object.def.table,
        args.len() - 1
    );
    some(tx, indexed, &from, more, condition, "r.updated_at desc, r.id desc", args)
}

fn some(
    tx: &mut Tx,
    indexed: &Indexed,
    from: &str,
    more: &[usize],
    condition: &Condition,
    order: &str,
    args: Vec<Arg>,
) -> Result<Vec<Record>> {
    let (list, fields) = columns(indexed, more);
    let sql = format!("select {list} from {from} r where {} order by {order} limit ${}", condition.sql, args.len());
    Ok(tx.query(&sql, &args)?.iter().map(|row| read(indexed, &fields, row)).collect())
}

/// The states of some records, as this snapshot has them.
pub fn states(tx: &mut Tx, indexed: &Indexed, ids: &[Id]) -> Result<Vec<State>> {
    let mut states = Vec::with_capacity(ids.len());
    let mut there = BTreeSet::new();
    let others = joined_to(tx, indexed, ids)?;
    each(tx, indexed, ids, &[], &Condition::none(), |record, joined| {
        there.insert(record.id);
        states.push(State::Found(document(indexed, &record, joined, &others)));
    })?;
    states.extend(ids.iter().filter(|id| !there.contains(id)).map(|id| State::Gone(*id)));
    Ok(states)
}

fn document(indexed: &Indexed, record: &Record, joined: bool, others: &HashMap<Id, Vec<Record>>) -> Document {
    let others = others.get(&record.id).map_or(&[][..], Vec::as_slice);
    Document::of(&indexed.object, &indexed.parts, indexed.number, record, joined, others)
}

/// Of these records, those that others were joined to, each with what they said.
pub fn joined_to(tx: &mut Tx, indexed: &Indexed, ids: &[Id]) -> Result<HashMap<Id, Vec<Record>>> {
    let mut into = HashMap::new();
    if !indexed.object.def.party || tx.one("select 1 from party_alias limit 1", &[])?.is_none() {
        return Ok(HashMap::new());
    }
    for chunk in ids.chunks(CHUNK) {
        let mut args = Vec::new();
        let list = id_list(chunk, &mut args);
        let sql = format!("select alias, party from party_alias where party in ({list})");
        into.extend(tx.query(&sql, &args)?.iter().map(|row| (row.id(0), row.id(1))));
    }
    let aliases: Vec<Id> = into.keys().copied().collect();
    let mut joined: HashMap<Id, Vec<Record>> = HashMap::new();
    for record in load(tx, indexed, &aliases, &[], &Condition::none())? {
        if let Some(party) = into.get(&record.id) {
            joined.entry(*party).or_default().push(record);
        }
    }
    for records in joined.values_mut() {
        records.sort_by_key(|record| record.id);
    }
    Ok(joined)
}

/// Who records of a party are now, of those that were joined to others.
pub fn joined_into(tx: &mut Tx, ids: &[Id]) -> Result<Vec<Id>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        let mut args = Vec::new();
        let list = id_list(chunk, &mut args);
        let sql = format!("select party from party_alias where alias in ({list})");
        found.extend(tx.query(&sql, &args)?.iter().map(|row| row.id(0)));
    }
    Ok(found)
}

/// The states of the next records of an object after `walked`, in the order of their ids.
pub fn walk(tx: &mut Tx, indexed: &Indexed, walked: Option<Id>, limit: usize) -> Result<Vec<Document>> {
    let (list, fields) = columns(indexed, &[]);
    let sql = format!("select {list} from {} r where r.id > $1 order by r.id limit $2", indexed.object.def.table);
    let mut records = Vec::new();
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    tx.each(&sql, &[walked.unwrap_or(Id::NIL).into(), limit.into()], |row| {
        records.push((read(indexed, &fields, &row), row.int(5) > 0));
        Ok(true)
    })?;
    let ids: Vec<Id> = records.iter().map(|(record, _)| record.id).collect();
    let others = joined_to(tx, indexed, &ids)?;
    Ok(records.iter().map(|(record, joined)| document(indexed, record, *joined, &others)).collect())
}

/// What the index knows of a record.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    pub doc: i64,
    pub version: i64,
    pub fingerprint: i64,
}

pub fn known(tx: &mut Tx, ids: &[Id]) -> Result<HashMap<Id, Known>> {
    let mut known = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let mut args = Vec::new();
        let list = id_list(chunk, &mut args);
        tx.each(
            &format!("select record, doc, version, fingerprint from search_doc where record in ({list})"),
            &args,
            |row| {
                known.insert(row.id(0), Known { doc: row.int(1), version: row.int(2), fingerprint: row.int(3) });
                Ok(true)
            },
        )?;
    }
    Ok(known)
}

/// What [`bring_in_step`] did.
pub struct Put {
    /// Documents that changed.
    pub changed: usize,
    /// Words that a mistyped word may have meant, of all documents that are in the index now; to be learnt.
    pub vocabulary: BTreeSet<String>,
}

/// Brings the index in step with states read in an earlier snapshot.
///
/// A state older than what the index has is left out, so that feeders and a rebuild may run side by side.
pub fn bring_in_step(tx: &mut Tx, number: i64, states: &[State]) -> Result<Put> {
    let ids: Vec<Id> = states.iter().map(State::id).collect();
    let known = known(tx, &ids)?;
    let mut next = next_doc(tx, number)?;
    let first_new = next;
    let (mut puts, mut forgets, mut rows, mut changes, mut removed) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut vocabulary = BTreeSet::new();
    for state in states {
        match (state, known.get(&state.id())) {
            (State::Gone(_), None) => {}
            (State::Gone(_), Some(known)) => {
                forgets.push(vec![Arg::Int(known.doc)]);
                removed.push(vec![Arg::Int(known.doc)]);
            }
            (State::Found(document), None) => {
                if document.fingerprint == 0 {
                    continue;
                }
                puts.push((next, document.words.clone()));
                rows.push(vec![
                    next.into(),
                    document.record.into(),
                    document.version.into(),
                    document.fingerprint.into(),
                ]);
                vocabulary.extend(document.vocabulary.iter().cloned());
                next += 1;
            }
            (State::Found(document), Some(known)) => {
                if document.version < known.version {
                    continue;
                }
                if (document.version, document.fingerprint) == (known.version, known.fingerprint) {
                    vocabulary.extend(document.vocabulary.iter().cloned());
                    continue;
                }
                changes.push(vec![document.version.into(), document.fingerprint.into(), known.doc.into()]);
                if document.fingerprint == known.fingerprint {
                    continue;
                }
                if document.fingerprint == 0 {
                    forgets.push(vec![Arg::Int(known.doc)]);
                } else {
                    puts.push((known.doc, document.words.clone()));
                    vocabulary.extend(document.vocabulary.iter().cloned());
                }
            }
        }
    }
    let changed = puts.len() + forgets.len();
    let dialect = tx.dialect();
    tx.execute_many(dialect.search_forget(), &forgets)?;
    tx.execute_many("delete from search_doc where doc = $1", &removed)?;
    let (sql, sets) = dialect.search_put(puts);
    tx.execute_many(sql, &sets)?;
    let columns = [("doc", Kind::Int), ("record", Kind::Id), ("version", Kind::Int), ("fingerprint", Kind::Int)];
    tx.insert("search_doc", &columns, rows, OnConflict::Fail)?;
    tx.execute_many("update search_doc set version = $1, fingerprint = $2 where doc = $3", &changes)?;
    if next != first_new {
        tx.execute("update search_object set next_doc = $1 where number = $2", &[next.into(), number.into()])?;
    }
    Ok(Put { changed, vocabulary })
}

impl State {
    pub fn id(&self) -> Id {
        match self {
            State::Found(document) => document.record,
            State::Gone(id) => *id,
        }
    }
}

fn next_doc(tx: &mut Tx, number: i64) -> Result<i64> {
    let row = tx.one("select next_doc from search_object where number = $1", &[number.into()])?;
    row.map(|row| row.int(0)).ok_or_else(|| Error::internal("an object lost its number in the search index"))
}

/// How far an object's records are in the index as its fields now ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    pub shape: String,
    pub walked: Option<Id>,
}

pub fn progress(tx: &mut Tx, number: i64) -> Result<Option<Progress>> {
    let row = tx.one("select shape, walked from search_object where number = $1", &[number.into()])?;
    Ok(row.map(|row| Progress { shape: row.text(0).to_string(), walked: row.opt_id(1) }))
}

pub fn set_progress(tx: &mut Tx, number: i64, progress: &Progress) -> Result<()> {
    tx.execute(
        "update search_object set shape = $1, walked = $2 where number = $3",
        &[progress.shape.as_str().into(), progress.walked.into(), number.into()],
    )?;
    Ok(())
}

/// Documents of an object after `doc`: number, record, fingerprint.
pub fn documents(tx: &mut Tx, indexed: &Indexed, after: Option<i64>, limit: usize) -> Result<Vec<(i64, Id, i64)>> {
    let rows = tx.query(
        "select doc, record, fingerprint from search_doc where doc > $1 and doc < $2 order by doc limit $3",
        &[
            after.unwrap_or(indexed.start() - 1).into(),
            indexed.end().into(),
            i64::try_from(limit).unwrap_or(i64::MAX).into(),
        ],
    )?;
    Ok(rows.iter().map(|row| (row.int(0), row.id(1), row.int(2))).collect())
}

/// Takes everything out, so that every object is walked anew.
pub fn clear(tx: &mut Tx) -> Result<()> {
    let clear = tx.dialect().search_clear();
    tx.execute(clear, &[])?;
    tx.batch("delete from search_doc; delete from search_word; delete from search_near; update search_object set shape = '', walked = null")
}

/// How many documents the word index itself holds, and how many it should.
pub fn counts(tx: &mut Tx) -> Result<(i64, i64)> {
    let held = tx.one("select count(*) from search_index", &[])?.map_or(0, |row| row.int(0));
    let meant = tx.one("select count(*) from search_doc where fingerprint <> 0", &[])?.map_or(0, |row| row.int(0));
    Ok((held, meant))
}

/// Records found by an expression, later documents first, each with its document number.
pub fn matching(tx: &mut Tx, expression: &str, below: i64, limit: i64) -> Result<Vec<(Id, i64)>> {
    let sql = tx.dialect().search_match();
    let rows = tx.query(sql, &[expression.into(), below.into(), limit.into()])?;
    Ok(rows.iter().map(|row| (row.id(0), row.int(1))).collect())
}

/// One step of joining the parts of the index into one; `false` when there is nothing left to do.
pub fn merge(tx: &mut Tx, first: bool) -> Result<bool> {
    let Some(sql) = tx.dialect().search_merge(first) else { return Ok(false) };
    let changes =
        |tx: &mut Tx| -> Result<i64> { Ok(tx.one("select total_changes()", &[])?.map_or(0, |row| row.int(0))) };
    let before = changes(tx)?;
    tx.execute(sql, &[])?;
    Ok(changes(tx)? - before >= 2)
}
