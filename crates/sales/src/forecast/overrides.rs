//! What people say instead of what follows of their deals: each time a line with a reason, never written over.

use std::collections::BTreeMap;

use foundation::access::principal::{Kind, Rule};
use foundation::records::read;
use foundation::{Operation, Reader};
use kernel::{Error, Id, Money, Result};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::asked::Asked;
use super::queries::{self, Said};
use crate::plan;

/// Characters of a reason.
const REASON: usize = 500;

/// What is said.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct New {
    pub unit: String,
    /// A day of the period.
    pub on: String,
    pub person: Id,
    /// `own`: of the person's own deals. `team`: of everybody below them too.
    pub of: String,
    /// Minor units of the company's currency; none takes back what was said.
    pub amount: Option<i64>,
    pub reason: String,
}

/// Says it. Whoever answers for the person may, and the person themselves.
pub fn say(op: &mut Operation, new: &New) -> Result<Json> {
    op.who.need("deal", foundation::access::Action::Read)?;
    let asked = Asked { unit: Some(new.unit.clone()), on: Some(new.on.clone()), ..Asked::default() };
    let view = asked.read(op)?;
    let of_team = match new.of.as_str() {
        "own" => false,
        "team" => true,
        other => return Err(Error::invalid("of", "unknown", format!("`{other}` is neither `own` nor `team`"))),
    };
    let users = op.object("user")?;
    read::get(op, &users, new.person)?;
    if !may_say(op, new.person) {
        return Err(Error::Forbidden("saying what others will sell"));
    }
    let reason = new.reason.trim();
    if reason.is_empty() {
        return Err(Error::invalid("reason", "required", "say why"));
    }
    if reason.chars().count() > REASON {
        return Err(Error::invalid("reason", "too_long", format!("at most {REASON} characters")));
    }
    if new.amount.is_some_and(|amount| amount < 0) {
        return Err(Error::invalid("amount", "below_minimum", "not below 0"));
    }
    let currency = plan::currency::rates(op)?.company.company;
    let said = Said {
        person: new.person,
        of_team,
        money: new.amount.map(|amount| Money::new(amount, currency)),
        reason: reason.to_string(),
        by: op.who.user.unwrap_or(op.who.id),
        at: op.now,
    };
    queries::say(op, view.period, &said)?;
    history(op, &asked, new.person)
}

/// Whether the caller answers for somebody.
pub fn may_say(reader: &Reader, person: Id) -> bool {
    let who = reader.who;
    who.kind == Kind::System || who.access.on("deal").update.contains(&Rule::All) || who.people.contains(&person)
}

/// Everything that was said of somebody's period, newest first.
pub fn history(reader: &mut Reader, asked: &Asked, person: Id) -> Result<Json> {
    reader.who.need("deal", foundation::access::Action::Read)?;
    if !may_see(reader, person) {
        return Err(Error::NotFound);
    }
    let view = asked.read(reader)?;
    let mut lines = queries::said(reader, view.period, Some(person), view.as_of)?;
    lines.reverse();
    let people = lines.iter().map(|line| line.by).collect();
    let titles = read::titles_of(reader, BTreeMap::from([("user".to_string(), people)]))?.0;
    let data: Vec<Json> = lines
        .iter()
        .map(|line| {
            json!({
                "of": if line.of_team { "team" } else { "own" }, "amount": line.money, "reason": line.reason, "at": line.at,
                "by": { "id": line.by, "title": titles.get(&line.by).map(|(_, title)| title) },
            })
        })
        .collect();
    Ok(json!({ "data": data }))
}

/// Whether the caller may see what somebody will sell: their deals, at least.
pub fn may_see(reader: &Reader, person: Id) -> bool {
    reader.who.access.on("deal").read.contains(&Rule::All) || may_say(reader, person)
}
