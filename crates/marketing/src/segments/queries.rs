//! The tables `segment_*`.

use std::collections::{BTreeMap, BTreeSet};

use db::{Arg, Row};
use foundation::access::Action;
use foundation::records::record::{CHUNK, id_list};
use foundation::records::{Object, ask};
use foundation::{Operation, Reader};
use kernel::{Id, Result, Time};

use serde_json::{Value as Json, json};

use super::definition::{Definition, Members};
use super::history::{Page, Which};

/// A segment as it is stored.
pub struct Found {
    pub id: Id,
    pub name: String,
    pub object: String,
    pub text: Option<String>,
    pub version: i64,
    pub looked_for: i64,
    pub looked_at: Option<Time>,
    pub follows: bool,
    pub size: i64,
    pub due_at: Option<Time>,
}

const FOUND: &str = "select f.segment, s.name, f.object, f.question, f.version, f.looked_for, f.looked_at, f.follows, \
                     coalesce(s.size, 0), f.due_at from segment_ref f join segment s on s.id = f.segment";

fn found(row: &Row) -> Found {
    Found {
        id: row.id(0),
        name: row.text(1).to_string(),
        object: row.text(2).to_string(),
        text: row.opt_text(3).map(str::to_string),
        version: row.int(4),
        looked_for: row.int(5),
        looked_at: row.opt_int(6).map(Time),
        follows: row.flag(7),
        size: row.int(8),
        due_at: row.opt_int(9).map(Time),
    }
}

pub fn definition(reader: &mut Reader, id: Id) -> Result<Option<Found>> {
    Ok(reader.tx.one(&format!("{FOUND} where f.segment = $1"), &[id.into()])?.as_ref().map(found))
}

pub fn following(reader: &mut Reader) -> Result<Vec<Found>> {
    let sql = format!("{FOUND} where f.follows = 1 order by f.segment");
    Ok(reader.tx.query(&sql, &[])?.iter().map(found).collect())
}

/// Whether anybody has a segment that follows what happens.
pub fn any_following(tx: &mut db::Tx) -> Result<bool> {
    Ok(tx.one("select 1 from segment_ref where follows = 1 limit 1", &[])?.is_some())
}

/// Segments that the clock may have changed by now.
pub fn due(tx: &mut db::Tx, now: Time) -> Result<Vec<Id>> {
    let sql = "select segment from segment_ref where follows = 1 and due_at <= $1 order by due_at";
    Ok(tx.query(sql, &[now.into()])?.iter().map(|row| row.id(0)).collect())
}

pub fn set_due(op: &mut Operation, segment: Id, at: Option<Time>) -> Result<()> {
    op.tx.execute("update segment_ref set due_at = $2 where segment = $1", &[segment.into(), at.into()])?;
    Ok(())
}

/// All customers were looked at for a definition; `false` if there is a newer one.
pub fn set_looked(op: &mut Operation, segment: Id, version: i64, due_at: Option<Time>) -> Result<bool> {
    let now = op.now;
    let sql = "update segment_ref set looked_for = $2, looked_at = $3, due_at = $4 where segment = $1 and version = $2";
    Ok(op.tx.execute(sql, &[segment.into(), version.into(), now.into(), due_at.into()])? == 1)
}

/// Writes down what questions know of a segment; a new version where who belongs to it may be others.
pub fn put_ref(
    op: &mut Operation,
    segment: Id,
    object: &str,
    text: Option<&str>,
    follows: bool,
    is_new: bool,
) -> Result<()> {
    op.tx.execute(
        "insert into segment_ref (segment, object, question, follows, version, looked_for) values ($1, $2, $3, $4, 1, 0) \
         on conflict (segment) do update set object = excluded.object, question = excluded.question, \
         follows = excluded.follows, version = segment_ref.version + $5",
        &[segment.into(), object.into(), text.into(), i64::from(follows).into(), i64::from(is_new).into()],
    )?;
    Ok(())
}

/// From now on this name means the segment; names that it had go on meaning it.
pub fn put_name(op: &mut Operation, segment: Id, name: &str) -> Result<()> {
    op.tx.execute(
        "insert into segment_alias (name, segment) values ($1, $2) on conflict (name) do update set segment = excluded.segment",
        &[name.into(), segment.into()],
    )?;
    Ok(())
}

/// One in the bin is not known by any name.
pub fn forget_names(op: &mut Operation, segment: Id) -> Result<()> {
    op.tx.execute("delete from segment_alias where segment = $1", &[segment.into()])?;
    Ok(())
}

/// Who belongs to a segment, as a condition on `r`, its object's table.
pub fn belongs(reader: &Reader, definition: &Definition, args: &mut Vec<Arg>) -> String {
    let belongs = match &definition.members {
        Members::Asked(checked) => ask::compile(reader, checked, args),
        Members::ByHand => {
            args.push(definition.id.into());
            let segment = args.len();
            // Whoever was put in under an id that was joined to another since is in it as that other.
            format!(
                "exists (select 1 from segment_hand h where h.segment = ${segment} and (h.party = r.id \
                 or h.party in (select a.alias from party_alias a where a.party = r.id)))"
            )
        }
        Members::Unknown => "false".to_string(),
    };
    format!("r.deleted_at is null and {belongs}")
}

/// Who of these belongs to the segment now.
pub fn fitting(reader: &mut Reader, definition: &Definition, ids: &[Id]) -> Result<BTreeSet<Id>> {
    let mut fitting = BTreeSet::new();
    for chunk in ids.chunks(CHUNK) {
        let mut args = Vec::new();
        let list = id_list(chunk, &mut args);
        let belongs = belongs(reader, definition, &mut args);
        let sql = format!("select r.id from {} r where r.id in ({list}) and {belongs}", definition.object.def.table);
        fitting.extend(reader.tx.query(&sql, &args)?.iter().map(|row| row.id(0)));
    }
    Ok(fitting)
}

/// Who of these is in the segment by what was written.
pub fn members_among(reader: &mut Reader, segment: Id, ids: &[Id]) -> Result<BTreeSet<Id>> {
    let mut members = BTreeSet::new();
    for chunk in ids.chunks(CHUNK) {
        let mut args = vec![Arg::Id(segment)];
        let list = id_list(chunk, &mut args);
        let sql =
            format!("select party from segment_member where segment = $1 and until is null and party in ({list})");
        members.extend(reader.tx.query(&sql, &args)?.iter().map(|row| row.id(0)));
    }
    Ok(members)
}

/// The id that ends a part of so many records of an object; none where fewer are left.
pub fn end_of_part(reader: &mut Reader, object: &Object, after: Id, records: i64) -> Result<Option<Id>> {
    let sql = format!("select r.id from {} r where r.id > $1 order by r.id limit 1 offset $2", object.def.table);
    Ok(reader.tx.one(&sql, &[after.into(), (records - 1).into()])?.map(|row| row.id(0)))
}

/// Whom a part of the ids brings into the segment or takes out of it: a difference of sets, worked out by the database.
pub fn differences(reader: &mut Reader, definition: &Definition, after: Id, upto: Option<Id>) -> Result<Vec<Id>> {
    let table = &definition.object.def.table;
    let range = |name: &str, args: &mut Vec<Arg>| {
        args.push(after.into());
        let mut range = format!("{name} > ${}", args.len());
        if let Some(upto) = upto {
            args.push(upto.into());
            range.push_str(&format!(" and {name} <= ${}", args.len()));
        }
        range
    };
    let mut args = vec![Arg::Id(definition.id)];
    let part = range("r.id", &mut args);
    let fits = belongs(reader, definition, &mut args);
    let sql = format!(
        "select r.id from {table} r where {part} and {fits} and not exists \
         (select 1 from segment_member m where m.segment = $1 and m.party = r.id and m.until is null)"
    );
    let mut found: Vec<Id> = reader.tx.query(&sql, &args)?.iter().map(|row| row.id(0)).collect();
    let mut args = vec![Arg::Id(definition.id)];
    let part = range("m.party", &mut args);
    let fits = belongs(reader, definition, &mut args);
    let sql = format!(
        "select m.party from segment_member m where m.segment = $1 and m.until is null and {part} and not exists \
         (select 1 from {table} r where r.id = m.party and {fits})"
    );
    found.extend(reader.tx.query(&sql, &args)?.iter().map(|row| row.id(0)));
    Ok(found)
}

/// Writes who entered and left, and answers how many are in it now.
pub fn put_moves(op: &mut Operation, segment: Id, entered: &[Id], left: &[Id], day: &str) -> Result<i64> {
    let now = op.now;
    let row = |party: &Id| vec![Arg::Id(segment), Arg::Id(*party), now.into()];
    // Whoever left and comes back within the same moment never left.
    op.tx.execute_many(
        "insert into segment_member (segment, party, since) values ($1, $2, $3) \
         on conflict (segment, party, since) do update set until = null",
        &entered.iter().map(row).collect::<Vec<_>>(),
    )?;
    op.tx.execute_many(
        "update segment_member set until = $3 where segment = $1 and party = $2 and until is null",
        &left.iter().map(row).collect::<Vec<_>>(),
    )?;
    let count = |ids: &[Id]| i64::try_from(ids.len()).unwrap_or(i64::MAX);
    op.tx.execute(
        "update segment set size = coalesce(size, 0) + $2 where id = $1",
        &[segment.into(), (count(entered) - count(left)).into()],
    )?;
    let size = op.tx.one("select size from segment where id = $1", &[segment.into()])?.map_or(0, |row| row.int(0));
    op.tx.execute(
        "insert into segment_day (segment, day, entered, gone, size) values ($1, $2, $3, $4, $5) \
         on conflict (segment, day) do update set entered = segment_day.entered + excluded.entered, \
         gone = segment_day.gone + excluded.gone, size = excluded.size",
        &[segment.into(), day.into(), count(entered).into(), count(left).into(), size.into()],
    )?;
    Ok(size)
}

/// The customers that records of an object concern, by the links that say so.
pub fn parties_of(reader: &mut Reader, object: &Object, records: &[Id]) -> Result<BTreeMap<Id, Vec<Id>>> {
    let columns: Vec<&str> = object
        .def
        .party_links
        .iter()
        .filter_map(|name| object.def.position(name))
        .filter_map(|position| object.columns_of(position).first())
        .map(|column| column.name.as_str())
        .collect();
    let mut found: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
    if columns.is_empty() {
        return Ok(found);
    }
    for chunk in records.chunks(CHUNK) {
        let mut args = Vec::new();
        let list = id_list(chunk, &mut args);
        let sql = format!("select id, {} from {} where id in ({list})", columns.join(", "), object.def.table);
        for row in reader.tx.query(&sql, &args)? {
            let parties = (1..=columns.len()).filter_map(|column| row.opt_id(column));
            found.entry(row.id(0)).or_default().extend(parties);
        }
    }
    Ok(found)
}

/// The ids that a `select` of one column answers with.
pub fn ids(reader: &mut Reader, select: &str, args: &[Arg]) -> Result<Vec<Id>> {
    Ok(reader.tx.query(select, args)?.iter().filter_map(|row| row.opt_id(0)).collect())
}

/// Whether the caller may change the record of a segment.
pub fn may_update(reader: &mut Reader, object: &Object, id: Id) -> Result<bool> {
    let mut args = vec![Arg::Id(id)];
    let rule = ask::rule_sql(reader, object, Action::Update, &mut args)?;
    Ok(reader.tx.one(&format!("select 1 from {} r where r.id = $1 and {rule}", object.def.table), &args)?.is_some())
}

// By hand.

pub fn put_hand(op: &mut Operation, segment: Id, ids: &[Id]) -> Result<()> {
    let now = op.now;
    let rows: Vec<Vec<Arg>> = ids.iter().map(|id| vec![segment.into(), (*id).into(), now.into()]).collect();
    op.tx.execute_many(
        "insert into segment_hand (segment, party, at) values ($1, $2, $3) on conflict (segment, party) do nothing",
        &rows,
    )?;
    Ok(())
}

/// Puts in everybody whom a condition on `r` finds; `args` may hold more than it names.
pub fn put_hand_all(
    op: &mut Operation,
    segment: Id,
    object: &Object,
    condition: &str,
    mut args: Vec<Arg>,
) -> Result<u64> {
    args.push(op.now.into());
    args.push(segment.into());
    let (now, segment) = (args.len() - 1, args.len());
    let sql = format!(
        "insert into segment_hand (segment, party, at) select s.id, r.id, cast(${now} as bigint) from {} r \
         cross join segment s where s.id = ${segment} and r.deleted_at is null and {condition} on conflict (segment, party) do nothing",
        object.def.table
    );
    op.tx.execute(&sql, &args)
}

/// Takes people out, under whatever id they were put in.
pub fn take_hand(op: &mut Operation, segment: Id, ids: &[Id]) -> Result<()> {
    let rows: Vec<Vec<Arg>> = ids.iter().map(|id| vec![segment.into(), (*id).into()]).collect();
    op.tx.execute_many(
        "delete from segment_hand where segment = $1 and (party = $2 \
         or party in (select alias from party_alias where party = $2))",
        &rows,
    )?;
    Ok(())
}

/// Forgets everything about some parties.
pub fn forget(op: &mut Operation, parties: &[Id]) -> Result<()> {
    let sets: Vec<Vec<Arg>> = parties.iter().map(|id| vec![Arg::Id(*id)]).collect();
    op.tx.execute_many("delete from segment_hand where party = $1", &sets)?;
    op.tx.execute_many(
        "update segment set size = size - 1 where id in (select segment from segment_member where party = $1 and until is null)",
        &sets,
    )?;
    op.tx.execute_many("delete from segment_member where party = $1", &sets)?;
    Ok(())
}

// Over time.

/// Since when somebody is in a segment.
pub fn since(reader: &mut Reader, segment: Id, party: Id) -> Result<Option<Time>> {
    let sql = "select since from segment_member where segment = $1 and party = $2 and until is null";
    Ok(reader.tx.one(sql, &[segment.into(), party.into()])?.map(|row| row.time(0)))
}

/// One membership.
pub struct Stay {
    pub party: Id,
    pub since: Time,
    pub until: Option<Time>,
}

impl Stay {
    /// The moment by which a list is sorted.
    pub fn at(&self, which: Which) -> Time {
        match which {
            Which::Now | Which::Entered => self.since,
            Which::Left => self.until.unwrap_or(self.since),
        }
    }
}

/// Members whose records the caller may read, the latest move first.
pub fn members(
    reader: &mut Reader,
    definition: &Definition,
    page: &Page,
    after: Option<(Time, Id)>,
    limit: i64,
) -> Result<Vec<Stay>> {
    let object = definition.object.clone();
    let mut args = vec![Arg::Id(definition.id), limit.into()];
    let (column, mut conditions) = match page.which {
        Which::Now => ("since", vec!["m.until is null".to_string()]),
        Which::Entered => ("since", Vec::new()),
        Which::Left => ("until", vec!["m.until is not null".to_string()]),
    };
    for (sign, bound) in [(">=", page.from), ("<=", page.to)] {
        if let Some(bound) = bound {
            args.push(bound.into());
            conditions.push(format!("m.{column} {sign} ${}", args.len()));
        }
    }
    if let Some((at, id)) = after {
        args.push(at.into());
        args.push(id.into());
        let (at, id) = (args.len() - 1, args.len());
        conditions.push(format!("(m.{column} < ${at} or (m.{column} = ${at} and m.party < ${id}))"));
    }
    conditions.push(ask::rule_sql(reader, &object, Action::Read, &mut args)?);
    let sql = format!(
        "select m.party, m.since, m.until from segment_member m join {} r on r.id = m.party \
         where m.segment = $1 and {} order by m.{column} desc, m.party desc limit $2",
        object.def.table,
        conditions.join(" and ")
    );
    let stay = |row: &Row| Stay { party: row.id(0), since: row.time(1), until: row.opt_int(2).map(Time) };
    Ok(reader.tx.query(&sql, &args)?.iter().map(stay).collect())
}

/// The days of a period on which somebody came or went.
pub fn days(reader: &mut Reader, segment: Id, from: Option<&str>, to: Option<&str>) -> Result<Vec<Json>> {
    let sql =
        "select day, entered, gone, size from segment_day where segment = $1 and day >= $2 and day <= $3 order by day";
    let args = [segment.into(), from.unwrap_or("0000").into(), to.unwrap_or("9999").into()];
    let day = |row: &Row| json!({ "day": row.text(0), "entered": row.int(1), "left": row.int(2), "size": row.int(3) });
    Ok(reader.tx.query(sql, &args)?.iter().map(day).collect())
}

/// How many there were when a day began.
pub fn size_before(reader: &mut Reader, segment: Id, day: &str) -> Result<i64> {
    let sql = "select size from segment_day where segment = $1 and day < $2 order by day desc limit 1";
    Ok(reader.tx.one(sql, &[segment.into(), day.into()])?.map_or(0, |row| row.int(0)))
}

/// In which segments somebody is and was, those that last first.
pub fn of_party(reader: &mut Reader, party: Id) -> Result<Vec<(Id, Time, Option<Time>)>> {
    let sql = "select segment, since, until from segment_member where party = $1 \
               order by case when until is null then 0 else 1 end, since desc limit 200";
    let rows = reader.tx.query(sql, &[party.into()])?;
    Ok(rows.iter().map(|row| (row.id(0), row.time(1), row.opt_int(2).map(Time))).collect())
}

/// How many are in each combination of segments: a bit for each of them, and a count. Under the caller's rights.
pub fn masks(reader: &mut Reader, object: &Object, segments: &[Id]) -> Result<Vec<(i64, i64)>> {
    let mut args: Vec<Arg> = Vec::new();
    let mut bits = Vec::new();
    for (at, segment) in segments.iter().enumerate() {
        args.push((*segment).into());
        bits.push(format!("when ${} then {}", args.len(), 1_i64 << at));
    }
    let named: Vec<String> = (1..=args.len()).map(|place| format!("${place}")).collect();
    let masks = format!(
        "select m.party, sum(case m.segment {} else 0 end) as mask from segment_member m \
         where m.segment in ({}) and m.until is null group by m.party",
        bits.join(" "),
        named.join(", ")
    );
    let seen = if ask::rule(reader, object, Action::Read)?.is_some() {
        let rule = ask::rule_sql(reader, object, Action::Read, &mut args)?;
        format!(" join {} r on r.id = x.party and {rule}", object.def.table)
    } else {
        String::new()
    };
    let sql = format!("select cast(x.mask as bigint), count(*) from ({masks}) x{seen} group by x.mask");
    Ok(reader.tx.query(&sql, &args)?.iter().map(|row| (row.int(0), row.int(1))).collect())
}
