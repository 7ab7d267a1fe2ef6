//! Statements: what a person earns by a month, line by line; closed, it does not change any more.

use std::collections::{BTreeMap, BTreeSet};

use foundation::records::read;
use foundation::{Operation, Reader};
use kernel::{Currency, Error, Id, Money, Result, Time};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::credit::Ground;
use super::queries::{self, Line, Version};
use super::terms::Terms;
use super::{DEAL, need_finance, need_sight, seen, settle};
use crate::plan::period::{Period, Unit};

/// Characters of a note.
const NOTE: usize = 1_000;

/// `?person=…&month=2026-11`; without anything one's own of this month.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Asked {
    pub person: Option<Id>,
    pub month: Option<String>,
}

/// What is said about a statement.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewNote {
    #[serde(default)]
    pub line: Option<Id>,
    pub body: String,
}

/// A statement, read.
pub struct Statement {
    pub person: Id,
    pub name: String,
    pub month: String,
    pub closed_at: Option<Time>,
    pub lines: Vec<Shown>,
    pub plans: Vec<On>,
    pub sums: Vec<Sum>,
}

/// A line with what it speaks of.
pub struct Shown {
    pub line: Line,
    pub plan: String,
    /// Where the reader may see it.
    pub title: Option<String>,
    pub part: Option<String>,
}

/// A plan that counts in the month, and how far its period is.
pub struct On {
    pub version: Version,
    pub name: String,
    pub period: String,
    pub credited: i64,
    pub quota: Option<i64>,
}

/// What all lines of a currency come to.
pub struct Sum {
    pub currency: Currency,
    pub base: i64,
    pub amount: i64,
    pub taken_back: i64,
}

/// The month that is asked for.
pub fn month(reader: &Reader, asked: Option<&str>) -> Result<Period> {
    let today = reader.now.date();
    let Some(name) = asked.filter(|name| !name.is_empty()) else { return Ok(Period::of(Unit::Month, today)) };
    settle::named(Unit::Month, name).ok_or_else(|| Error::invalid("month", "unknown", "must be a month like 2026-01"))
}

pub fn read(reader: &mut Reader, asked: &Asked) -> Result<Statement> {
    let person = asked.person.or(reader.who.user).ok_or_else(|| Error::invalid("person", "required", "say whose"))?;
    need_sight(reader, person)?;
    let period = month(reader, asked.month.as_deref())?;
    let month = period.name();
    let lines = queries::lines_stated(reader, person, &month)?;
    let ground = Ground::load(reader)?;
    let names = queries::plan_names(reader)?;

    let mut wanted: BTreeMap<String, Vec<Id>> = BTreeMap::new();
    wanted.insert("user".into(), vec![person]);
    for line in &lines {
        wanted.entry(line.object.clone()).or_default().push(line.record);
        wanted.entry("product_line".into()).or_default().push(line.part);
    }
    let titles = read::titles_of(reader, wanted)?.0;
    let title = |id: Id| titles.get(&id).map(|(_, title)| title.clone());
    let plan_of = |version: Id| ground.versions.iter().find(|one| one.id == version).map(|one| one.plan);
    let name = |version: Id| plan_of(version).and_then(|plan| names.get(&plan).cloned()).unwrap_or_default();

    let mut sums: Vec<Sum> = Vec::new();
    for line in &lines {
        let place = sums.iter().position(|sum| sum.currency == line.currency).unwrap_or(sums.len());
        if place == sums.len() {
            sums.push(Sum { currency: line.currency, base: 0, amount: 0, taken_back: 0 });
        }
        if let Some(sum) = sums.get_mut(place) {
            sum.base += line.base;
            sum.amount += line.amount;
            sum.taken_back += line.amount.min(0);
        }
    }
    let plans = plans(reader, &ground, &names, person, period, &lines)?;
    let shown = lines.into_iter().map(|line| Shown {
        plan: name(line.version),
        title: title(line.record),
        part: Some(line.part).filter(|part| !part.is_nil()).and_then(title),
        line,
    });
    Ok(Statement {
        person,
        name: title(person).unwrap_or_default(),
        lines: shown.collect(),
        closed_at: queries::closed(reader, person)?.get(&month).copied(),
        month,
        plans,
        sums,
    })
}

/// The plans that somebody is on in a month, and those whose lines stand there.
fn plans(
    reader: &mut Reader,
    ground: &Ground,
    names: &BTreeMap<Id, String>,
    person: Id,
    month: Period,
    lines: &[Line],
) -> Result<Vec<On>> {
    let mut versions: BTreeSet<Id> = lines.iter().map(|line| line.version).collect();
    for day in [month.first(), month.last()] {
        versions.extend(ground.versions_of(person, day).map(|version| version.id));
    }
    let mut plans = Vec::new();
    for version in ground.versions.iter().filter(|version| versions.contains(&version.id)) {
        let period = Period::of(version.terms.unit(), month.first());
        let credited =
            queries::lines_of(reader, person, version.id, &period.name())?.iter().map(|line| line.base).sum();
        plans.push(On {
            version: version.clone(),
            name: names.get(&version.plan).cloned().unwrap_or_default(),
            period: period.name(),
            credited,
            quota: settle::of_period(reader, ground, version, person, period)?,
        });
    }
    Ok(plans)
}

/// A statement as the API shows it.
pub fn show(reader: &mut Reader, asked: &Asked) -> Result<Json> {
    let statement = read(reader, asked)?;
    let notes = queries::notes(reader, statement.person, &statement.month)?;
    let people = notes.iter().filter_map(|note| note.by).collect();
    let titles = read::titles_of(reader, BTreeMap::from([("user".to_string(), people)]))?.0;
    let notes: Vec<Json> = notes
        .iter()
        .map(|note| {
            let by = note.by.and_then(|by| titles.get(&by)).map(|(_, title)| title);
            json!({ "id": note.id, "line": note.line, "body": note.body, "by": by, "at": note.at, "settled_at": note.settled_at })
        })
        .collect();
    let lines: Vec<Json> = statement.lines.iter().map(shown).collect();
    let plans: Vec<Json> = statement
        .plans
        .iter()
        .map(|on| {
            let Terms { credit, base, by, .. } = &on.version.terms;
            json!({ "plan": on.version.plan, "name": on.name, "valid_from": on.version.valid_from.to_string(),
                    "currency": on.version.currency, "period": on.period, "credited": on.credited, "quota": on.quota,
                    "credit": credit, "base": base, "by": by })
        })
        .collect();
    let sums: Vec<Json> = statement
        .sums
        .iter()
        .map(|sum| {
            json!({ "currency": sum.currency, "base": sum.base, "amount": sum.amount, "taken_back": sum.taken_back })
        })
        .collect();
    let is_over = settle::named(Unit::Month, &statement.month).is_some_and(|month| month.last() < reader.now.date());
    let finance = super::is_finance(reader);
    Ok(json!({
        "person": { "id": statement.person, "title": statement.name }, "month": statement.month,
        "closed_at": statement.closed_at, "may_close": finance && is_over, "may_settle": finance,
        "lines": lines, "plans": plans, "sums": sums, "notes": notes,
    }))
}

fn shown(shown: &Shown) -> Json {
    let line = &shown.line;
    let object = if line.object == DEAL { "deals" } else { "orders" };
    json!({
        "id": line.id, "object": object, "record": shown.title.as_ref().map(|_| line.record), "title": shown.title,
        "product_line": shown.part, "plan": shown.plan, "period": line.period, "credited_on": line.credited_on.to_string(),
        "base": line.base, "amount": line.amount, "currency": line.currency, "reason": line.reason,
        "takes_back": line.takes_back, "at": line.at,
    })
}

/// What everybody whom the caller sees earns by a month.
pub fn team(reader: &mut Reader, asked: Option<&str>) -> Result<Json> {
    let period = month(reader, asked)?;
    let name = period.name();
    let seen = seen(reader)?;
    let is_seen = |person: Id| seen.as_ref().is_none_or(|seen| seen.contains(&person));
    let mut rows: Vec<(Id, Option<Money>, [i64; 4])> = Vec::new();
    for (person, currency, sums) in queries::sums(reader, &name)? {
        if is_seen(person) {
            rows.push((person, Some(Money::new(0, currency)), sums));
        }
    }
    for member in queries::members(reader)? {
        let is_on = member.from <= period.last() && member.until.is_none_or(|until| until >= period.first());
        if is_on && is_seen(member.person) && !rows.iter().any(|(person, ..)| *person == member.person) {
            rows.push((member.person, None, [0; 4]));
        }
    }
    let closed = queries::closed_in(reader, &name)?;
    let disputed = queries::disputed(reader, &name)?;
    let people = rows.iter().map(|(person, ..)| *person).collect();
    let titles = read::titles_of(reader, BTreeMap::from([("user".to_string(), people)]))?.0;
    let title = |id: &Id| titles.get(id).map(|(_, title)| title.clone()).unwrap_or_default();
    rows.sort_by_key(|(person, _, sums)| (std::cmp::Reverse(sums[1]), title(person)));
    let company = crate::plan::currency::rates(reader)?.company.company;
    let data: Vec<Json> = rows
        .iter()
        .map(|(person, money, [base, amount, lines, taken_back])| {
            json!({
                "person": { "id": person, "title": title(person) }, "currency": money.map_or(company, |money| money.currency),
                "base": base, "amount": amount, "lines": lines, "taken_back": taken_back,
                "is_closed": closed.contains(person), "is_disputed": disputed.contains(person),
            })
        })
        .collect();
    let is_over = period.last() < reader.now.date();
    let finance = super::is_finance(reader);
    Ok(json!({ "month": name, "data": data, "may_close": finance && is_over, "is_finance": finance,
               "has_others": seen.is_none_or(|seen| seen.len() > 1) }))
}

/// Closes a month of somebody: what changes from now on stands on the next.
pub fn close(op: &mut Operation, person: Id, name: &str) -> Result<()> {
    need_finance(op)?;
    let period = month(op, Some(name))?;
    if period.last() >= op.now.date() {
        return Err(Error::conflict("commission.not_over", "the month is not over yet"));
    }
    let users = op.object("user")?;
    read::get(op, &users, person)?;
    if queries::notes(op, person, name)?.iter().any(|note| note.settled_at.is_none()) {
        return Err(Error::conflict("commission.disputed", "something that was said about it is not settled"));
    }
    queries::close(op, person, &period.name())
}

/// Opens it again, as long as no later one is closed.
pub fn reopen(op: &mut Operation, person: Id, name: &str) -> Result<()> {
    need_finance(op)?;
    let period = month(op, Some(name))?.name();
    if queries::closed(op, person)?.keys().any(|closed| *closed > period) {
        return Err(Error::conflict("commission.later_closed", "a later statement is closed already"));
    }
    queries::reopen(op, person, &period)
}

/// Says something about a statement, or about a line of it.
pub fn say(op: &mut Operation, person: Id, name: &str, new: &NewNote) -> Result<Json> {
    need_sight(op, person)?;
    let period = month(op, Some(name))?.name();
    let body = new.body.trim();
    if body.is_empty() {
        return Err(Error::invalid("body", "required", "say something"));
    }
    if body.chars().count() > NOTE {
        return Err(Error::invalid("body", "too_long", format!("at most {NOTE} characters")));
    }
    if let Some(line) = new.line
        && !queries::lines_stated(op, person, &period)?.iter().any(|one| one.id == line)
    {
        return Err(Error::invalid("line", "unknown", "there is no such line on the statement"));
    }
    let id = queries::say(op, person, &period, new.line, body)?;
    Ok(json!({ "id": id }))
}

/// Says that what was said is settled.
pub fn settle_note(op: &mut Operation, id: Id) -> Result<()> {
    need_finance(op)?;
    if queries::settle_note(op, id)? { Ok(()) } else { Err(Error::NotFound) }
}
