//! The tables `quality_rule`, `quality_run`, `quality_figure`, `quality_finding` and `quality_subscription`.

use std::fmt::Write as _;

use db::{Arg, Kind, OnConflict, Row};
use foundation::{Operation, Reader};
use kernel::{Id, Result, Time};

use super::letters::{Every, Subscription};
use super::measures::Severity;
use super::rules::OwnRule;

const RULE: &str = "select id, object, name, condition, weight, severity, created_at from quality_rule";
/// Findings of one page at most.
pub const PAGE: i64 = 200;

fn rule(row: &Row) -> OwnRule {
    OwnRule {
        id: row.id(0),
        object: row.text(1).to_string(),
        name: row.text(2).to_string(),
        condition: row.text(3).to_string(),
        weight: row.int(4),
        severity: Severity::parse(row.text(5)),
        created_at: row.time(6),
    }
}

pub fn rules(reader: &mut Reader) -> Result<Vec<OwnRule>> {
    Ok(reader.tx.query(&format!("{RULE} order by id"), &[])?.iter().map(rule).collect())
}

pub fn rule_of(reader: &mut Reader, id: Id) -> Result<Option<OwnRule>> {
    Ok(reader.tx.one(&format!("{RULE} where id = $1"), &[id.into()])?.as_ref().map(rule))
}

pub fn put_rule(op: &mut Operation, rule: &OwnRule) -> Result<()> {
    let by: Arg = op.who.actor().map_or(Arg::Null, Arg::Id);
    op.tx.execute(
        "insert into quality_rule (id, object, name, condition, weight, severity, created_at, created_by) values ($1, $2, $3, $4, $5, $6, $7, $8) \
         on conflict (id) do update set name = excluded.name, condition = excluded.condition, weight = excluded.weight, severity = excluded.severity",
        &[
            rule.id.into(),
            rule.object.as_str().into(),
            rule.name.as_str().into(),
            rule.condition.as_str().into(),
            rule.weight.into(),
            rule.severity.text().into(),
            rule.created_at.into(),
            by,
        ],
    )?;
    Ok(())
}

pub fn drop_rule(op: &mut Operation, id: Id) -> Result<bool> {
    let measure = format!("rule:{id}");
    op.tx.execute("delete from quality_figure where measure = $1", &[measure.as_str().into()])?;
    Ok(op.tx.execute("delete from quality_rule where id = $1", &[id.into()])? == 1)
}

/// Takes the day for this server; `false` if another measures it or has done so.
pub fn claim(op: &mut Operation, day: &str, given_up_before: Time) -> Result<bool> {
    let now = op.now;
    let fresh = op.tx.execute(
        "insert into quality_run (day, started_at, finished_at, records) values ($1, $2, null, 0) on conflict (day) do nothing",
        &[day.into(), now.into()],
    )?;
    if fresh == 1 {
        return Ok(true);
    }
    let again = op.tx.execute(
        "update quality_run set started_at = $2 where day = $1 and finished_at is null and started_at < $3",
        &[day.into(), now.into(), given_up_before.into()],
    )?;
    Ok(again == 1)
}

pub fn finished(op: &mut Operation, day: &str, records: i64) -> Result<()> {
    let now = op.now;
    op.tx.execute(
        "insert into quality_run (day, started_at, finished_at, records) values ($1, $2, $2, $3) \
         on conflict (day) do update set finished_at = excluded.finished_at, records = excluded.records",
        &[day.into(), now.into(), records.into()],
    )?;
    Ok(())
}

/// The days that were measured, the latest first: day, when, records.
pub fn days(reader: &mut Reader, most: i64) -> Result<Vec<(String, Time, i64)>> {
    let sql =
        "select day, finished_at, records from quality_run where finished_at is not null order by day desc limit $1";
    let rows = reader.tx.query(sql, &[most.into()])?;
    Ok(rows.iter().map(|row| (row.text(0).to_string(), row.time(1), row.int(2))).collect())
}

/// One counted figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    pub day: String,
    pub object: String,
    pub source: String,
    pub measure: String,
    pub looked: i64,
    pub faulty: i64,
    pub weight: i64,
    pub severity: Severity,
    /// Faults by code, of figures that have several.
    pub detail: Option<String>,
}

fn figure(row: &Row) -> Figure {
    Figure {
        day: row.text(0).to_string(),
        object: row.text(1).to_string(),
        source: row.text(2).to_string(),
        measure: row.text(3).to_string(),
        looked: row.int(4),
        faulty: row.int(5),
        weight: row.int(6),
        severity: Severity::parse(row.text(7)),
        detail: row.opt_text(8).map(str::to_string),
    }
}

const FIGURE: &str =
    "select day, object, source, measure, looked, faulty, weight, severity, detail from quality_figure";

/// The figures of a day.
pub fn figures(reader: &mut Reader, day: &str) -> Result<Vec<Figure>> {
    let rows = reader.tx.query(&format!("{FIGURE} where day = $1 order by object, source, measure"), &[day.into()])?;
    Ok(rows.iter().map(figure).collect())
}

/// The figures of all sources together since a day.
pub fn history(reader: &mut Reader, since: &str) -> Result<Vec<Figure>> {
    let sql = format!("{FIGURE} where day >= $1 and source = '' order by day, object, measure");
    Ok(reader.tx.query(&sql, &[since.into()])?.iter().map(figure).collect())
}

/// Replaces what is known of an object today.
pub fn put(
    op: &mut Operation,
    object: &str,
    day: &str,
    figures: &[Figure],
    findings: &[(String, Id, &'static str)],
) -> Result<()> {
    op.tx.execute("delete from quality_figure where day = $1 and object = $2", &[day.into(), object.into()])?;
    op.tx.execute("delete from quality_finding where object = $1", &[object.into()])?;
    let columns = [
        ("day", Kind::Text),
        ("object", Kind::Text),
        ("source", Kind::Text),
        ("measure", Kind::Text),
        ("looked", Kind::Int),
        ("faulty", Kind::Int),
        ("weight", Kind::Int),
        ("severity", Kind::Text),
        ("detail", Kind::Text),
    ];
    let rows = figures.iter().map(|figure| {
        vec![
            Arg::text(figure.day.as_str()),
            Arg::text(figure.object.as_str()),
            Arg::text(figure.source.as_str()),
            Arg::text(figure.measure.as_str()),
            Arg::Int(figure.looked),
            Arg::Int(figure.faulty),
            Arg::Int(figure.weight),
            Arg::text(figure.severity.text()),
            figure.detail.as_deref().map_or(Arg::Null, Arg::text),
        ]
    });
    op.tx.insert("quality_figure", &columns, rows.collect(), OnConflict::Fail)?;
    let columns = [("object", Kind::Text), ("measure", Kind::Text), ("record", Kind::Id), ("fault", Kind::Text)];
    let rows = findings.iter().map(|(measure, record, fault)| {
        vec![Arg::text(object), Arg::text(measure.as_str()), Arg::Id(*record), Arg::text(*fault)]
    });
    op.tx.insert("quality_finding", &columns, rows.collect(), OnConflict::Fail)?;
    Ok(())
}

/// Figures older than this are thinned out to the first of each month.
pub fn forget_before(op: &mut Operation, day: &str) -> Result<()> {
    op.tx.execute("delete from quality_figure where day < $1 and day not like '%-01'", &[day.into()])?;
    op.tx.execute("delete from quality_run where day < $1 and day not like '%-01'", &[day.into()])?;
    Ok(())
}

/// Which of the records behind a figure are meant.
#[derive(Debug, Clone, Copy, Default)]
pub struct Only<'a> {
    pub fault: Option<&'a str>,
    /// Those that this source feeds.
    pub source: Option<Id>,
}

/// Records behind a figure, in the order of their ids, and what is wrong with each.
pub fn findings(
    reader: &mut Reader,
    object: &str,
    measure: &str,
    only: Only<'_>,
    after: Id,
    limit: i64,
) -> Result<Vec<(Id, String)>> {
    let mut args: Vec<Arg> = vec![object.into(), measure.into(), after.into(), limit.into()];
    let mut conditions = String::new();
    if let Some(fault) = only.fault {
        args.push(fault.into());
        let _ = write!(conditions, " and q.fault = ${}", args.len());
    }
    if let Some(source) = only.source {
        args.push(source.into());
        let _ = write!(
            conditions,
            " and exists (select 1 from source_row w where (w.record = q.record \
             or w.record in (select a.alias from party_alias a where a.party = q.record)) and w.source = ${} and w.gone_at is null)",
            args.len()
        );
    }
    let sql = format!(
        "select q.record, min(q.fault) from quality_finding q where q.object = $1 and q.measure = $2 and q.record > $3{conditions} \
         group by q.record order by q.record limit $4"
    );
    Ok(reader.tx.query(&sql, &args)?.iter().map(|row| (row.id(0), row.text(1).to_string())).collect())
}

const SUBSCRIPTION: &str = "select user_id, every, weekday, hour, language, zone, next_at from quality_subscription";

fn read_subscription(row: &Row) -> Subscription {
    Subscription {
        user: row.id(0),
        every: Every::parse(row.text(1)),
        weekday: row.int(2),
        hour: row.int(3),
        language: row.text(4).to_string(),
        zone: row.text(5).to_string(),
        next_at: row.time(6),
    }
}

pub fn subscription(reader: &mut Reader, user: Id) -> Result<Option<Subscription>> {
    let row = reader.tx.one(&format!("{SUBSCRIPTION} where user_id = $1"), &[user.into()])?;
    Ok(row.as_ref().map(read_subscription))
}

/// Who is to get a letter by now.
pub fn due_subscriptions(reader: &mut Reader) -> Result<Vec<Subscription>> {
    let now = reader.now;
    let rows = reader.tx.query(&format!("{SUBSCRIPTION} where next_at <= $1 order by next_at"), &[now.into()])?;
    Ok(rows.iter().map(read_subscription).collect())
}

pub fn put_subscription(op: &mut Operation, wanted: &Subscription) -> Result<()> {
    op.tx.execute(
        "insert into quality_subscription (user_id, every, weekday, hour, language, zone, next_at) values ($1, $2, $3, $4, $5, $6, $7) \
         on conflict (user_id) do update set every = excluded.every, weekday = excluded.weekday, hour = excluded.hour, \
         language = excluded.language, zone = excluded.zone, next_at = excluded.next_at",
        &[
            wanted.user.into(),
            wanted.every.text().into(),
            wanted.weekday.into(),
            wanted.hour.into(),
            wanted.language.as_str().into(),
            wanted.zone.as_str().into(),
            wanted.next_at.into(),
        ],
    )?;
    Ok(())
}

pub fn drop_subscription(op: &mut Operation, user: Id) -> Result<()> {
    op.tx.execute("delete from quality_subscription where user_id = $1", &[user.into()])?;
    Ok(())
}

/// Moves the hour of the next letter; `false` if another did so meanwhile.
pub fn move_on(op: &mut Operation, due: &Subscription, next: Time) -> Result<bool> {
    let sql = "update quality_subscription set next_at = $3 where user_id = $1 and next_at = $2";
    Ok(op.tx.execute(sql, &[due.user.into(), due.next_at.into(), next.into()])? == 1)
}
