//! The table of rules, whom they concern, and where points lie.

use std::collections::HashMap;

use db::{Arg, Row};
use foundation::records::{Object, ask};
use foundation::{Operation, Reader};
use kernel::object::FieldType;
use kernel::{Id, Result};

use super::rules::Rule;
use super::{OBJECT, ScoreWork};
use methods::day;

pub fn all(reader: &mut Reader) -> Result<Vec<Rule>> {
    let sql = "select name, points, question, event, most, half_life_days, since from score_rule order by position";
    let rule = |row: &Row| Rule {
        name: row.text(0).to_string(),
        points: row.int(1),
        question: row.opt_text(2).map(str::to_string),
        event: row.opt_text(3).map(str::to_string),
        most: row.opt_int(4),
        half_life_days: row.opt_int(5),
        since: row.opt_text(6).map(str::to_string),
    };
    Ok(reader.tx.query(sql, &[])?.iter().map(rule).collect())
}

pub fn put(op: &mut Operation, rules: &[(Id, Rule)]) -> Result<()> {
    op.tx.execute("delete from score_rule", &[])?;
    let text = |text: &Option<String>| text.as_deref().map_or(Arg::Null, Arg::text);
    let int = |number: Option<i64>| number.map_or(Arg::Null, Arg::Int);
    let sets: Vec<Vec<Arg>> = (1_i64..)
        .zip(rules)
        .map(|(position, (id, rule))| {
            vec![
                (*id).into(),
                position.into(),
                Arg::text(rule.name.trim()),
                rule.points.into(),
                text(&rule.question),
                text(&rule.event),
                int(rule.most),
                int(rule.half_life_days),
                text(&rule.since),
            ]
        })
        .collect();
    op.tx.execute_many(
        "insert into score_rule (id, position, name, points, question, event, most, half_life_days, since) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &sets,
    )?;
    Ok(())
}

/// When points were counted last, in milliseconds, and how long that took.
pub fn last_count(reader: &mut Reader) -> Result<Option<(i64, i64)>> {
    let sql =
        "select created_at, finished_at from job where kind = $1 and state = 'done' order by finished_at desc limit 1";
    let row = reader.tx.one(sql, &[ScoreWork::KIND.into()])?;
    Ok(row.map(|row| (row.int(0), row.opt_int(1).map_or(0, |finished| finished - row.int(0)))))
}

/// Whether a lead changed since, or an event was recorded of a kind that counts.
pub fn is_changed(reader: &mut Reader, since: i64) -> Result<bool> {
    let lead = reader.object(OBJECT)?;
    let sql = format!("select 1 from {} r where r.deleted_at is null and r.updated_at > $1 limit 1", lead.def.table);
    if reader.tx.one(&sql, &[since.into()])?.is_some() {
        return Ok(true);
    }
    let sql = "select 1 from score_rule s join event e on e.kind = s.event where e.recorded_at > $1 limit 1";
    Ok(reader.tx.one(sql, &[since.into()])?.is_some())
}

/// The leads that a question is answered of with yes, with the moment from which its points fade.
pub fn answered(
    reader: &mut Reader,
    lead: &Object,
    question: &str,
    since: Option<&str>,
    mut visit: impl FnMut(Id, Option<i64>),
) -> Result<()> {
    let checked = ask::filter(reader, lead, question)?;
    let field = since.and_then(|name| lead.def.position(name));
    let column = field.and_then(|position| lead.columns_of(position).first());
    let column = column.map_or("null".to_string(), |column| format!("r.{}", column.name));
    let is_day =
        field.and_then(|position| lead.field(position)).is_some_and(|field| *field.kind.stored() == FieldType::Date);
    let mut args = Vec::new();
    let condition = ask::compile(reader, &checked, &mut args);
    let sql = format!("select r.id, {column} from {} r where r.deleted_at is null and {condition}", lead.def.table);
    reader.tx.each(&sql, &args, |row| {
        let at = match (row.get(1).is_null(), is_day) {
            (true, _) => None,
            (false, true) => row.text(1).parse().ok().map(|date| i64::from(day::number(date)) * super::DAY_MS),
            (false, false) => Some(row.int(1)),
        };
        visit(row.id(0), at);
        Ok(true)
    })
}

/// The events of a kind since a moment, by lead.
pub fn happened(
    reader: &mut Reader,
    lead: &Object,
    kind: &str,
    since: i64,
    mut visit: impl FnMut(Id, i64),
) -> Result<()> {
    let sql = format!(
        "select r.id, e.at from event e join {} r on r.id = e.party where e.kind = $1 and e.at > $2 and r.deleted_at is null",
        lead.def.table
    );
    reader.tx.each(&sql, &[kind.into(), since.into()], |row| {
        visit(row.id(0), row.int(1));
        Ok(true)
    })
}

/// The points that leads have, with their reasons.
pub fn standing(reader: &mut Reader, lead: &Object) -> Result<HashMap<Id, (Option<i64>, String)>> {
    let sql = format!(
        "select r.id, r.score, coalesce(r.score_reasons, '') from {} r where r.deleted_at is null",
        lead.def.table
    );
    let mut standing = HashMap::new();
    reader.tx.each(&sql, &[], |row| {
        standing.insert(row.id(0), (row.opt_int(1), row.text(2).to_string()));
        Ok(true)
    })?;
    Ok(standing)
}

/// Writes points into leads.
pub fn write(op: &mut Operation, lead: &Object, on: &str, points: &[(Id, Option<i64>, String)]) -> Result<()> {
    let sets: Vec<Vec<Arg>> = points
        .iter()
        .map(|(id, points, reasons)| {
            vec![(*id).into(), points.map_or(Arg::Null, Arg::Int), Arg::text(reasons.as_str()), Arg::text(on)]
        })
        .collect();
    let sql = format!("update {} set score = $2, score_reasons = $3, scored_on = $4 where id = $1", lead.def.table);
    op.tx.execute_many(&sql, &sets)?;
    Ok(())
}
