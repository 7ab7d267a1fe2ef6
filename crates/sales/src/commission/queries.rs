//! Lines of commissions, what they follow from, and what is said of them.

use std::collections::{BTreeMap, BTreeSet};

use db::{Arg, Kind, OnConflict, Tx};
use foundation::records::record::{CHUNK, id_list};
use foundation::{Operation, Reader};
use jiff::civil::Date;
use kernel::{Currency, Id, Result, Time};

use super::terms::Terms;
use super::{DEAL, ORDER};

/// What a plan says from a day on.
#[derive(Debug, Clone)]
pub struct Version {
    pub id: Id,
    pub plan: Id,
    pub valid_from: Date,
    pub currency: Currency,
    pub terms: Terms,
    pub is_used: bool,
}

/// That somebody is on a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub person: Id,
    pub plan: Id,
    pub from: Date,
    pub until: Option<Date>,
}

/// Part of a deal that is somebody else's than its owner's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    pub person: Id,
    /// Hundredths of a per cent.
    pub share: i64,
    pub role: Option<String>,
}

/// One line as it was written.
#[derive(Debug, Clone)]
pub struct Line {
    pub id: Id,
    pub person: Id,
    pub version: Id,
    pub period: String,
    pub month: String,
    pub object: String,
    pub record: Id,
    /// The product line; none is the nil id.
    pub part: Id,
    pub credited_on: Date,
    pub number: i64,
    pub base: i64,
    pub amount: i64,
    pub currency: Currency,
    pub reason: String,
    pub takes_back: Option<Id>,
    pub at: Time,
}

const LINE: &str = "select id, person, version, period, month, object, record, part, credited_on, number, base, amount, \
                    currency, reason, takes_back, at from commission_line";

fn line(row: &db::Row) -> Line {
    Line {
        id: row.id(0),
        person: row.id(1),
        version: row.id(2),
        period: row.text(3).to_string(),
        month: row.text(4).to_string(),
        object: row.text(5).to_string(),
        record: row.id(6),
        part: row.id(7),
        credited_on: row.text(8).parse().unwrap_or(Date::MIN),
        number: row.int(9),
        base: row.int(10),
        amount: row.int(11),
        currency: Currency::parse(row.text(12)).unwrap_or(Currency::EUR),
        reason: row.text(13).to_string(),
        takes_back: row.opt_id(14),
        at: row.time(15),
    }
}

/// Lines about these records, oldest first.
pub fn lines_about(reader: &mut Reader, records: &BTreeSet<Id>) -> Result<Vec<Line>> {
    let records: Vec<Id> = records.iter().copied().collect();
    let mut lines = Vec::new();
    for chunk in records.chunks(CHUNK) {
        let mut args = Vec::new();
        let list = id_list(chunk, &mut args);
        lines.extend(reader.tx.query(&format!("{LINE} where record in ({list}) order by id"), &args)?.iter().map(line));
    }
    Ok(lines)
}

/// Lines of somebody's period under a version, oldest first.
pub fn lines_of(reader: &mut Reader, person: Id, version: Id, period: &str) -> Result<Vec<Line>> {
    let sql = format!("{LINE} where person = $1 and version = $2 and period = $3 order by id");
    let rows = reader.tx.query(&sql, &[Arg::Id(person), Arg::Id(version), Arg::text(period)])?;
    Ok(rows.iter().map(line).collect())
}

/// Lines on somebody's statement of a month, oldest first.
pub fn lines_stated(reader: &mut Reader, person: Id, month: &str) -> Result<Vec<Line>> {
    let sql = format!("{LINE} where person = $1 and month = $2 order by id");
    Ok(reader.tx.query(&sql, &[Arg::Id(person), Arg::text(month)])?.iter().map(line).collect())
}

/// What people earn by their statements of a month, in each currency: credited, earned, lines, of that taken back.
pub fn sums(reader: &mut Reader, month: &str) -> Result<Vec<(Id, Currency, [i64; 4])>> {
    let rows = reader.tx.query(
        "select person, currency, cast(sum(base) as bigint), cast(sum(amount) as bigint), count(*), \
         cast(sum(case when amount < 0 then amount else 0 end) as bigint) \
         from commission_line where month = $1 group by person, currency order by person, currency",
        &[Arg::text(month)],
    )?;
    let read = |row: &db::Row| {
        Some((row.id(0), Currency::parse(row.text(1))?, [row.int(2), row.int(3), row.int(4), row.int(5)]))
    };
    Ok(rows.iter().filter_map(read).collect())
}

pub fn add(op: &mut Operation, lines: &[Line]) -> Result<()> {
    let columns = [
        ("id", Kind::Id),
        ("person", Kind::Id),
        ("version", Kind::Id),
        ("period", Kind::Text),
        ("month", Kind::Text),
        ("object", Kind::Text),
        ("record", Kind::Id),
        ("part", Kind::Id),
        ("credited_on", Kind::Text),
        ("number", Kind::Int),
        ("base", Kind::Int),
        ("amount", Kind::Int),
        ("currency", Kind::Text),
        ("reason", Kind::Text),
        ("takes_back", Kind::Id),
        ("at", Kind::Int),
    ];
    let rows = lines.iter().map(|line| {
        vec![
            line.id.into(),
            line.person.into(),
            line.version.into(),
            Arg::text(line.period.as_str()),
            Arg::text(line.month.as_str()),
            Arg::text(line.object.as_str()),
            line.record.into(),
            line.part.into(),
            Arg::text(line.credited_on.to_string()),
            line.number.into(),
            line.base.into(),
            line.amount.into(),
            Arg::text(line.currency.code()),
            Arg::text(line.reason.as_str()),
            line.takes_back.into(),
            line.at.into(),
        ]
    });
    op.tx.insert("commission_line", &columns, rows.collect(), OnConflict::Fail)?;
    Ok(())
}

/// Every version, the oldest of a plan first.
pub fn versions(reader: &mut Reader) -> Result<Vec<Version>> {
    let rows = reader.tx.query(
        "select v.id, v.plan, v.valid_from, v.currency, v.terms, \
         case when exists (select 1 from commission_line l where l.version = v.id) then 1 else 0 end \
         from commission_version v order by v.plan, v.valid_from",
        &[],
    )?;
    let read = |row: &db::Row| {
        Some(Version {
            id: row.id(0),
            plan: row.id(1),
            valid_from: row.text(2).parse().ok()?,
            currency: Currency::parse(row.text(3))?,
            terms: serde_json::from_str(row.text(4)).ok()?,
            is_used: row.flag(5),
        })
    };
    Ok(rows.iter().filter_map(read).collect())
}

pub fn any_version(tx: &mut Tx) -> Result<bool> {
    Ok(tx.one("select 1 from commission_version limit 1", &[])?.is_some())
}

pub fn add_version(op: &mut Operation, version: &Version) -> Result<()> {
    let terms = serde_json::to_string(&version.terms).map_err(kernel::Error::internal)?;
    let args: [Arg; 7] = [
        version.id.into(),
        version.plan.into(),
        Arg::text(version.valid_from.to_string()),
        Arg::text(version.currency.code()),
        Arg::Text(terms),
        op.who.actor().into(),
        op.now.into(),
    ];
    op.tx.execute(
        "insert into commission_version (id, plan, valid_from, currency, terms, made_by, made_at) \
         values ($1, $2, $3, $4, $5, $6, $7)",
        &args,
    )?;
    Ok(())
}

pub fn set_version(op: &mut Operation, id: Id, valid_from: Date, terms: &Terms) -> Result<()> {
    let terms = serde_json::to_string(terms).map_err(kernel::Error::internal)?;
    let args = [id.into(), Arg::text(valid_from.to_string()), Arg::Text(terms)];
    op.tx.execute("update commission_version set valid_from = $2, terms = $3 where id = $1", &args)?;
    Ok(())
}

pub fn delete_version(op: &mut Operation, id: Id) -> Result<()> {
    op.tx.execute("delete from commission_version where id = $1", &[id.into()])?;
    Ok(())
}

/// Who is on which plan.
pub fn members(reader: &mut Reader) -> Result<Vec<Member>> {
    let sql = "select person, plan, valid_from, valid_until from commission_member order by plan, valid_from, person";
    let rows = reader.tx.query(sql, &[])?;
    let read = |row: &db::Row| {
        let until = row.opt_text(3).map(str::parse).transpose().ok()?;
        Some(Member { person: row.id(0), plan: row.id(1), from: row.text(2).parse().ok()?, until })
    };
    Ok(rows.iter().filter_map(read).collect())
}

pub fn set_members(op: &mut Operation, plan: Id, members: &[Member]) -> Result<()> {
    op.tx.execute("delete from commission_member where plan = $1", &[plan.into()])?;
    let columns = [("person", Kind::Id), ("plan", Kind::Id), ("valid_from", Kind::Text), ("valid_until", Kind::Text)];
    let rows = members.iter().map(|member| {
        let until = member.until.map(|day| day.to_string());
        vec![member.person.into(), plan.into(), Arg::text(member.from.to_string()), until.into()]
    });
    op.tx.insert("commission_member", &columns, rows.collect(), OnConflict::Fail)?;
    Ok(())
}

/// How deals are shared, in their order.
pub fn splits(reader: &mut Reader, deal: Id) -> Result<Vec<Split>> {
    let sql = "select person, share, role from commission_split where deal = $1 order by position, person";
    let rows = reader.tx.query(sql, &[deal.into()])?;
    Ok(rows
        .iter()
        .map(|row| Split { person: row.id(0), share: row.int(1), role: row.opt_text(2).map(str::to_string) })
        .collect())
}

pub fn set_splits(op: &mut Operation, deal: Id, splits: &[Split]) -> Result<()> {
    op.tx.execute("delete from commission_split where deal = $1", &[deal.into()])?;
    let columns =
        [("deal", Kind::Id), ("person", Kind::Id), ("position", Kind::Int), ("share", Kind::Int), ("role", Kind::Text)];
    let rows = (0_i64..).zip(splits).map(|(position, split)| {
        vec![deal.into(), split.person.into(), position.into(), split.share.into(), split.role.clone().into()]
    });
    op.tx.insert("commission_split", &columns, rows.collect(), OnConflict::Fail)?;
    Ok(())
}

/// Months of somebody that are closed.
pub fn closed(reader: &mut Reader, person: Id) -> Result<BTreeMap<String, Time>> {
    let sql = "select month, at from commission_closing where person = $1";
    Ok(reader.tx.query(sql, &[person.into()])?.iter().map(|row| (row.text(0).to_string(), row.time(1))).collect())
}

/// Whose statements of a month are closed.
pub fn closed_in(reader: &mut Reader, month: &str) -> Result<BTreeSet<Id>> {
    let sql = "select person from commission_closing where month = $1";
    Ok(reader.tx.query(sql, &[Arg::text(month)])?.iter().map(|row| row.id(0)).collect())
}

pub fn close(op: &mut Operation, person: Id, month: &str) -> Result<()> {
    let args = [person.into(), Arg::text(month), op.who.actor().into(), op.now.into()];
    op.tx.execute(
        "insert into commission_closing (person, month, closed_by, at) values ($1, $2, $3, $4) on conflict do nothing",
        &args,
    )?;
    Ok(())
}

pub fn reopen(op: &mut Operation, person: Id, month: &str) -> Result<()> {
    let args = [person.into(), Arg::text(month)];
    op.tx.execute("delete from commission_closing where person = $1 and month = $2", &args)?;
    Ok(())
}

/// Something that was said about a statement.
pub struct Note {
    pub id: Id,
    pub line: Option<Id>,
    pub body: String,
    pub by: Option<Id>,
    pub at: Time,
    pub settled_at: Option<Time>,
}

pub fn notes(reader: &mut Reader, person: Id, month: &str) -> Result<Vec<Note>> {
    let sql = "select id, line, body, said_by, at, settled_at from commission_note where person = $1 and month = $2 order by id";
    let rows = reader.tx.query(sql, &[person.into(), Arg::text(month)])?;
    Ok(rows
        .iter()
        .map(|row| Note {
            id: row.id(0),
            line: row.opt_id(1),
            body: row.text(2).to_string(),
            by: row.opt_id(3),
            at: row.time(4),
            settled_at: row.opt_time(5),
        })
        .collect())
}

/// Whose statements of a month have something that is not settled.
pub fn disputed(reader: &mut Reader, month: &str) -> Result<BTreeSet<Id>> {
    let sql = "select distinct person from commission_note where month = $1 and settled_at is null";
    Ok(reader.tx.query(sql, &[Arg::text(month)])?.iter().map(|row| row.id(0)).collect())
}

pub fn say(op: &mut Operation, person: Id, month: &str, line: Option<Id>, body: &str) -> Result<Id> {
    let id = Id::at(op.now.0);
    let (by, at) = (op.who.user, op.now);
    op.tx.execute(
        "insert into commission_note (id, person, month, line, body, said_by, at) values ($1, $2, $3, $4, $5, $6, $7)",
        &[id.into(), person.into(), Arg::text(month), line.into(), Arg::text(body), by.into(), at.into()],
    )?;
    Ok(id)
}

/// Says that it is settled; `false` where there is no such note.
pub fn settle_note(op: &mut Operation, id: Id) -> Result<bool> {
    let args = [id.into(), op.who.actor().into(), op.now.into()];
    let sql = "update commission_note set settled_by = $2, settled_at = $3 where id = $1 and settled_at is null";
    Ok(op.tx.execute(sql, &args)? > 0)
}

/// Who reports to whom.
pub fn managers(reader: &mut Reader) -> Result<Vec<(Id, Id)>> {
    let users = reader.object("user")?;
    let sql = format!("select id, manager from {} where manager is not null and deleted_at is null", users.def.table);
    Ok(reader.tx.query(&sql, &[])?.iter().map(|row| (row.id(0), row.id(1))).collect())
}

/// Puts what somebody sold since a day on the list of what is to be looked at again; everybody where nobody is named.
pub fn look_again(op: &mut Operation, person: Option<Id>, since: Date) -> Result<()> {
    let day = Arg::text(since.to_string());
    for (object, condition) in [(DEAL, "r.status = 'won' and r.closed_on >= $1"), (ORDER, "r.ordered_on >= $1")] {
        let Ok(found) = op.object(object) else { continue };
        let mut args = vec![day.clone()];
        let mut whose = String::new();
        if let Some(person) = person {
            args.push(person.into());
            whose = " and r.owner = $2".into();
            if object == DEAL {
                whose =
                    " and (r.owner = $2 or r.id in (select s.deal from commission_split s where s.person = $2))".into();
            }
        }
        let sql = format!(
            "insert into commission_due (record, object) select r.id, '{object}' from {} r \
             where {condition} and r.deleted_at is null{whose} on conflict do nothing",
            found.def.table
        );
        op.tx.execute(&sql, &args)?;
    }
    Ok(())
}

pub fn is_any_due(tx: &mut Tx) -> Result<bool> {
    Ok(tx.one("select 1 from commission_due limit 1", &[])?.is_some())
}

/// Takes some of what is due off its list: deals and orders.
pub fn take_due(op: &mut Operation, most: i64) -> Result<Vec<(String, Id)>> {
    let rows = op.tx.query("select object, record from commission_due order by record limit $1", &[most.into()])?;
    let found: Vec<(String, Id)> = rows.iter().map(|row| (row.text(0).to_string(), row.id(1))).collect();
    let ids: Vec<Id> = found.iter().map(|(_, id)| *id).collect();
    for chunk in ids.chunks(CHUNK) {
        let mut args = Vec::new();
        let list = id_list(chunk, &mut args);
        op.tx.execute(&format!("delete from commission_due where record in ({list})"), &args)?;
    }
    Ok(found)
}

/// Names of plans: whoever is on one may know what it is called.
pub fn plan_names(reader: &mut Reader) -> Result<BTreeMap<Id, String>> {
    let plans = reader.object(super::PLAN)?;
    let rows = reader.tx.query(&format!("select id, title from {} where deleted_at is null", plans.def.table), &[])?;
    Ok(rows.iter().map(|row| (row.id(0), row.text(1).to_string())).collect())
}
