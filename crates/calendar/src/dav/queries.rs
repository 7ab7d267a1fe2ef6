//! What collections ask of the database.

use std::collections::HashMap;
use std::sync::Arc;

use db::Arg;
use foundation::access::{Action, Principal};
use foundation::records::erase::Copies;
use foundation::records::{Object, Record, ask, record};
use foundation::{App, Operation, Reader};
use kernel::{Id, Result, Time};

use super::Kind;

/// Things of one collection.
const MOST: usize = 5_000;
/// What was over for longer is not kept on phones.
const KEPT_MS: i64 = 366 * 24 * 60 * 60 * 1000;

/// The row of a thing that a client put.
pub struct Stored {
    pub name: String,
    pub record: Id,
    pub uid: String,
    pub tag: String,
    pub raw: String,
}

/// The records of a collection, newest first; of `only`, whichever belong to it.
pub fn records(
    reader: &mut Reader,
    object: &Arc<Object>,
    kind: Kind,
    owner: Id,
    only: Option<&[Id]>,
) -> Result<Vec<Record>> {
    let mut args: Vec<Arg> = vec![owner.into()];
    let mut conditions = vec!["r.deleted_at is null".to_string()];
    match kind {
        Kind::Events | Kind::Tasks => {
            conditions.push("r.owner = $1 and r.series is null".into());
            conditions.push(
                if kind == Kind::Events {
                    "r.kind <> 'task' and r.starts_at is not null"
                } else {
                    "(r.kind = 'task' or r.starts_at is null)"
                }
                .into(),
            );
            args.push(Time(reader.now.0 - KEPT_MS).into());
            conditions.push("(coalesce(r.starts_at, r.due_at, r.updated_at) >= $2 or r.repeats_until >= $2)".into());
        }
        Kind::Contacts => conditions.push(
            "(r.owner = $1 or r.id in (select record from favourite where user_id = $1 and object = 'contact'))".into(),
        ),
    }
    if let Some(only) = only {
        let list = record::id_list(only, &mut args);
        conditions.push(format!("r.id in ({list})"));
    }
    conditions.push(ask::rule_sql(reader, object, Action::Read, &mut args)?);
    let sql = format!(
        "select {} from {} r where {} order by r.updated_at desc, r.id limit {MOST}",
        record::select_list(object),
        object.def.table,
        conditions.join(" and ")
    );
    let rows = reader.tx.query(&sql, &args)?;
    let mut records: Vec<Record> = rows.iter().map(|row| Record::from_row(object, row)).collect();
    record::load_many(reader.tx, object, &mut records)?;
    Ok(records)
}

/// The changed moments of these series, thrown away or not.
pub fn moments(reader: &mut Reader, object: &Arc<Object>, series: &[Id]) -> Result<HashMap<Id, Vec<Record>>> {
    let mut found: HashMap<Id, Vec<Record>> = HashMap::new();
    let Some(position) = object.def.position("series") else { return Ok(found) };
    for chunk in series.chunks(record::CHUNK) {
        let mut args = Vec::new();
        let list = record::id_list(chunk, &mut args);
        let sql = format!(
            "select {} from {} r where r.series in ({list}) and r.occurrence_at is not null order by r.occurrence_at, r.id",
            record::select_list(object),
            object.def.table
        );
        for row in reader.tx.query(&sql, &args)? {
            let record = Record::from_row(object, &row);
            if let Some(series) = record.value(position).as_link() {
                found.entry(series).or_default().push(record);
            }
        }
    }
    Ok(found)
}

fn stored(rows: &[db::Row]) -> Vec<Stored> {
    let one = |row: &db::Row| Stored {
        name: row.text(0).to_string(),
        record: row.id(1),
        uid: row.text(2).to_string(),
        tag: row.text(3).to_string(),
        raw: row.text(4).to_string(),
    };
    rows.iter().map(one).collect()
}

/// What clients put of these records.
pub fn stored_of(reader: &mut Reader, kind: Kind, owner: Id, records: &[Id]) -> Result<HashMap<Id, Stored>> {
    let mut found = HashMap::new();
    for chunk in records.chunks(record::CHUNK) {
        let mut args: Vec<Arg> = vec![owner.into(), kind.name().into()];
        let list = record::id_list(chunk, &mut args);
        let sql = format!(
            "select name, record, uid, tag, raw from dav_item where owner = $1 and collection = $2 and record in ({list})"
        );
        found.extend(stored(&reader.tx.query(&sql, &args)?).into_iter().map(|stored| (stored.record, stored)));
    }
    Ok(found)
}

/// What a client put under a name.
pub fn stored_as(reader: &mut Reader, kind: Kind, owner: Id, name: &str) -> Result<Option<Stored>> {
    let sql = "select name, record, uid, tag, raw from dav_item where owner = $1 and collection = $2 and name = $3";
    Ok(stored(&reader.tx.query(sql, &[owner.into(), kind.name().into(), name.into()])?).pop())
}

/// What clients put under a UID, by whatever name.
pub fn stored_with(reader: &mut Reader, kind: Kind, owner: Id, uid: &str) -> Result<Vec<Stored>> {
    let sql = "select name, record, uid, tag, raw from dav_item where owner = $1 and collection = $2 and uid = $3";
    Ok(stored(&reader.tx.query(sql, &[owner.into(), kind.name().into(), uid.into()])?))
}

/// The UIDs by which others invited to these activities.
pub fn invited(reader: &mut Reader, records: &[Id]) -> Result<HashMap<Id, String>> {
    let mut found = HashMap::new();
    for chunk in records.chunks(record::CHUNK) {
        let mut args = Vec::new();
        let list = record::id_list(chunk, &mut args);
        let sql = format!("select activity, uid from meeting where side = 'guest' and activity in ({list})");
        found.extend(reader.tx.query(&sql, &args)?.iter().map(|row| (row.id(0), row.text(1).to_string())));
    }
    Ok(found)
}

/// The activity by which somebody was invited under a UID.
pub fn invited_as(reader: &mut Reader, owner: Id, uid: &str) -> Result<Option<Id>> {
    let sql = "select m.activity from meeting m join activity r on r.id = m.activity \
               where m.uid = $1 and m.side = 'guest' and r.owner = $2 and r.deleted_at is null order by m.activity limit 1";
    Ok(reader.tx.one(sql, &[uid.into(), owner.into()])?.map(|row| row.id(0)))
}

/// Writes down what a client put.
pub fn store(op: &mut Operation, kind: Kind, owner: Id, stored: &Stored) -> Result<()> {
    let key: [Arg; 3] = [owner.into(), kind.name().into(), stored.record.into()];
    op.tx.execute("delete from dav_item where owner = $1 and collection = $2 and record = $3", &key)?;
    op.tx.execute(
        "insert into dav_item (owner, collection, name, record, uid, tag, raw) values ($1, $2, $3, $4, $5, $6, $7) \
         on conflict (owner, collection, name) do update set record = excluded.record, uid = excluded.uid, \
         tag = excluded.tag, raw = excluded.raw",
        &[
            owner.into(),
            kind.name().into(),
            stored.name.as_str().into(),
            stored.record.into(),
            stored.uid.as_str().into(),
            stored.tag.as_str().into(),
            stored.raw.as_str().into(),
        ],
    )?;
    Ok(())
}

/// Notes that a record of a collection changed, came or went.
pub fn note(op: &mut Operation, kind: Kind, owner: Id, record: Id) -> Result<()> {
    let now = op.now;
    op.tx.execute(
        "insert into dav_change (owner, collection, record, at, seq) values ($1, $2, $3, $4, 1) \
         on conflict (owner, collection, record) do update set at = excluded.at, seq = dav_change.seq + 1",
        &[owner.into(), kind.name().into(), record.into(), now.into()],
    )?;
    Ok(())
}

/// Records that changed since, each once.
pub fn changed(reader: &mut Reader, kind: Kind, owner: Id, since: Time) -> Result<Vec<Id>> {
    let sql = "select record from dav_change where owner = $1 and collection = $2 and at >= $3 order by at, record";
    let rows = reader.tx.query(sql, &[owner.into(), kind.name().into(), since.into()])?;
    Ok(rows.iter().map(|row| row.id(0)).collect())
}

/// A number that is another one after every change of a collection.
pub fn state(reader: &mut Reader, object: &Arc<Object>, kind: Kind, owner: Id) -> Result<String> {
    if kind == Kind::Contacts {
        let people = records(reader, object, kind, owner, None)?;
        let versions: i64 = people.iter().map(|record| record.version).sum();
        let last = people.iter().map(|record| record.updated_at.0).max().unwrap_or(0);
        return Ok(format!("{}-{versions}-{last}", people.len()));
    }
    let sql =
        "select count(*), cast(coalesce(sum(seq), 0) as bigint) from dav_change where owner = $1 and collection = $2";
    let row = reader.tx.one(sql, &[owner.into(), kind.name().into()])?;
    Ok(row.map(|row| format!("{}-{}", row.int(0), row.int(1))).unwrap_or_default())
}

/// A person's address, by which clients sign in.
pub fn address(reader: &mut Reader, user: Id) -> Result<Option<String>> {
    let row = reader.tx.one("select email from staff where id = $1", &[user.into()])?;
    Ok(row.and_then(|row| row.opt_text(0).map(str::to_string)))
}

/// What clients put of people who are erased goes, and what they put of activities with them.
pub struct Put;

impl Copies for Put {
    fn forget(&self, app: &App, parties: &[Id]) -> Result<()> {
        let parties = parties.to_vec();
        app.write_now(&Principal::system("erase"), move |op| {
            for party in &parties {
                let sql = "delete from dav_item where record = $1 or record in \
                           (select id from activity where contact = $1 or company = $1 or lead = $1)";
                op.tx.execute(sql, &[(*party).into()])?;
            }
            Ok(())
        })
    }
}
