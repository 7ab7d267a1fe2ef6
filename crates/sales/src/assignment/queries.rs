//! The tables `assignment`, `assignment_due` and `assignment_turn`, and what the choice needs of other records.

use std::collections::{BTreeMap, BTreeSet};

use db::{Arg, Kind, OnConflict};
use foundation::records::record::{CHUNK, id_list};
use foundation::records::{Object, Record, ask, record};
use foundation::{Operation, Reader};
use kernel::{Id, Result, Time};
use question::Checked;
use serde_json::Value as Json;

use super::decide::Turn;

/// Rules in use, in their order.
pub fn rules(reader: &mut Reader, object: &Object) -> Result<Vec<Record>> {
    let sql = format!(
        "select {} from {} r where r.deleted_at is null and r.is_active = 1 \
         order by coalesce(r.position, 1000000), r.id",
        record::select_list(object),
        object.def.table
    );
    let mut rules: Vec<Record> = reader.tx.query(&sql, &[])?.iter().map(|row| Record::from_row(object, row)).collect();
    record::load_many(reader.tx, object, &mut rules)?;
    Ok(rules)
}

/// Whether the company has any rule in use.
pub fn any_rule(reader: &mut Reader) -> Result<bool> {
    let Some(object) = reader.catalogue.named("assignment_rule").cloned() else { return Ok(false) };
    let sql = format!("select 1 from {} where deleted_at is null and is_active = 1 limit 1", object.def.table);
    Ok(reader.tx.one(&sql, &[])?.is_some())
}

/// These leads wait for an owner.
pub fn put_due(op: &mut Operation, leads: &[Id]) -> Result<()> {
    let now = op.now;
    let rows = leads.iter().map(|lead| vec![Arg::Id(Id::at(now.0)), Arg::Id(*lead)]).collect();
    op.tx.insert("assignment_due", &[("id", Kind::Id), ("lead", Kind::Id)], rows, OnConflict::Fail)?;
    Ok(())
}

pub fn is_any_due(tx: &mut db::Tx) -> Result<bool> {
    Ok(tx.one("select 1 from assignment_due limit 1", &[])?.is_some())
}

/// Takes leads off the list, in the order in which they came.
pub fn take_due(op: &mut Operation, most: i64) -> Result<Vec<Id>> {
    let rows = op.tx.query("select id, lead from assignment_due order by id limit $1", &[most.into()])?;
    let sets: Vec<Vec<Arg>> = rows.iter().map(|row| vec![Arg::Id(row.id(0))]).collect();
    op.tx.execute_many("delete from assignment_due where id = $1", &sets)?;
    Ok(rows.iter().map(|row| row.id(1)).collect())
}

/// Which of these leads answer a question with yes.
pub fn fitting(reader: &mut Reader, object: &Object, checked: &Checked, ids: &[Id]) -> Result<BTreeSet<Id>> {
    let mut fitting = BTreeSet::new();
    for chunk in ids.chunks(CHUNK) {
        let mut args = Vec::new();
        let list = id_list(chunk, &mut args);
        let asked = ask::compile(reader, checked, &mut args);
        let sql = format!("select r.id from {} r where r.id in ({list}) and {asked}", object.def.table);
        fitting.extend(reader.tx.query(&sql, &args)?.iter().map(|row| row.id(0)));
    }
    Ok(fitting)
}

/// Who is in a team, by their names' order.
pub fn members(reader: &mut Reader, team: Id) -> Result<Vec<Id>> {
    let Some(users) = reader.catalogue.named("user").cloned() else { return Ok(Vec::new()) };
    let Some(field) = users.def.field("teams").map(|field| field.id.clone()) else { return Ok(Vec::new()) };
    let sql = format!(
        "select r.id from link l join {} r on r.id = l.from_id where l.field = $1 and l.to_id = $2 \
         and r.deleted_at is null order by r.sort_title, r.id",
        users.def.table
    );
    Ok(reader.tx.query(&sql, &[Arg::text(field.as_str()), team.into()])?.iter().map(|row| row.id(0)).collect())
}

/// Who of these works here.
pub fn active(reader: &mut Reader, people: &BTreeSet<Id>) -> Result<BTreeSet<Id>> {
    let Some(users) = reader.catalogue.named("user").cloned() else { return Ok(BTreeSet::new()) };
    let people: Vec<Id> = people.iter().copied().collect();
    let mut active = BTreeSet::new();
    for chunk in people.chunks(CHUNK) {
        let mut args = Vec::new();
        let list = id_list(chunk, &mut args);
        let sql = format!(
            "select r.id from {} r where r.id in ({list}) and r.is_active = 1 and r.deleted_at is null",
            users.def.table
        );
        active.extend(reader.tx.query(&sql, &args)?.iter().map(|row| row.id(0)));
    }
    Ok(active)
}

/// Open leads and deals of each.
pub fn open(reader: &mut Reader, people: &BTreeSet<Id>) -> Result<BTreeMap<Id, i64>> {
    let people: Vec<Id> = people.iter().copied().collect();
    let mut open: BTreeMap<Id, i64> = BTreeMap::new();
    for (name, condition) in [("lead", "r.status in ('new', 'contacted', 'qualified')"), ("deal", "r.status = 'open'")]
    {
        let Some(table) = reader.catalogue.named(name).map(|object| object.def.table.clone()) else { continue };
        for chunk in people.chunks(CHUNK) {
            let mut args = Vec::new();
            let list = id_list(chunk, &mut args);
            let sql = format!(
                "select r.owner, count(*) from {table} r where r.owner in ({list}) and r.deleted_at is null \
                 and {condition} group by r.owner"
            );
            for row in reader.tx.query(&sql, &args)? {
                *open.entry(row.id(0)).or_default() += row.int(1);
            }
        }
    }
    Ok(open)
}

/// A territory that somebody owns.
pub struct Territory {
    pub id: Id,
    pub owner: Id,
    pub country: Option<String>,
    pub question: Option<String>,
}

pub fn territories(reader: &mut Reader) -> Result<Vec<Territory>> {
    let Some(table) = reader.catalogue.named("territory").map(|object| object.def.table.clone()) else {
        return Ok(Vec::new());
    };
    let sql = format!(
        "select r.id, r.owner, r.country, r.leads from {table} r \
         where r.deleted_at is null and r.owner is not null order by r.sort_title, r.id"
    );
    let text = |text: Option<&str>| text.map(str::to_string);
    let rows = reader.tx.query(&sql, &[])?;
    Ok(rows
        .iter()
        .map(|row| Territory {
            id: row.id(0),
            owner: row.id(1),
            country: text(row.opt_text(2)),
            question: text(row.opt_text(3)),
        })
        .collect())
}

pub fn turns(reader: &mut Reader, rules: &[Id]) -> Result<BTreeMap<(Id, Id), Turn>> {
    let mut turns = BTreeMap::new();
    for chunk in rules.chunks(CHUNK) {
        let mut args = Vec::new();
        let list = id_list(chunk, &mut args);
        let sql = format!("select rule, person, given, last from assignment_turn where rule in ({list})");
        for row in reader.tx.query(&sql, &args)? {
            turns.insert((row.id(0), row.id(1)), Turn { given: row.int(2), last: row.int(3) });
        }
    }
    Ok(turns)
}

pub fn put_turns(op: &mut Operation, turns: &BTreeMap<(Id, Id), Turn>) -> Result<()> {
    let rows: Vec<Vec<Arg>> = turns
        .iter()
        .map(|((rule, person), turn)| vec![Arg::Id(*rule), Arg::Id(*person), turn.given.into(), turn.last.into()])
        .collect();
    op.tx.execute_many(
        "insert into assignment_turn (rule, person, given, last) values ($1, $2, $3, $4) \
         on conflict (rule, person) do update set given = excluded.given, last = excluded.last",
        &rows,
    )?;
    Ok(())
}

/// What became of a lead, for its log.
pub struct Line {
    pub lead: Id,
    pub owner: Option<Id>,
    pub rule: Option<Id>,
    pub why: String,
}

pub fn put_log(op: &mut Operation, lines: Vec<Line>) -> Result<()> {
    let (now, change) = (op.now, op.change);
    let rows = lines
        .into_iter()
        .map(|line| {
            vec![
                Arg::Id(Id::at(now.0)),
                Arg::Id(line.lead),
                now.into(),
                line.owner.into(),
                line.rule.into(),
                Arg::Text(line.why),
                Arg::Id(change),
            ]
        })
        .collect();
    let columns = [
        ("id", Kind::Id),
        ("lead", Kind::Id),
        ("at", Kind::Int),
        ("owner", Kind::Id),
        ("rule", Kind::Id),
        ("why", Kind::Text),
        ("change", Kind::Id),
    ];
    op.tx.insert("assignment", &columns, rows, OnConflict::Fail)?;
    Ok(())
}

/// One line of a lead's log.
pub struct Logged {
    pub at: Time,
    pub owner: Option<Id>,
    pub rule: Option<Id>,
    /// What the rules said, as [`super::decide::Asked`] is written.
    pub asked: Json,
}

/// The log of one lead, newest first.
pub fn log(reader: &mut Reader, lead: Id) -> Result<Vec<Logged>> {
    let sql = "select at, owner, rule, why from assignment where lead = $1 order by id desc limit 50";
    let rows = reader.tx.query(sql, &[lead.into()])?;
    let logged = rows.iter().map(|row| Logged {
        at: row.time(0),
        owner: row.opt_id(1),
        rule: row.opt_id(2),
        asked: serde_json::from_str(row.text(3)).unwrap_or(Json::Null),
    });
    Ok(logged.collect())
}
