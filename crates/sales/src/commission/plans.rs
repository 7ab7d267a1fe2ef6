//! Plans with their versions and people, and what a deal would earn.

use std::collections::{BTreeMap, BTreeSet};

use foundation::company::currencies::Rates;
use foundation::records::read;
use foundation::{Operation, Reader};
use jiff::civil::Date;
use kernel::{Error, FieldError, Id, Result};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::queries::{self, Member, Version};
use super::terms::{Applies, Terms};
use super::worth::{self, Credited};
use super::{PLAN, follow, is_finance, need_finance, seen};
use crate::plan;

/// A version that is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewVersion {
    /// The first day of a month.
    pub valid_from: String,
    pub terms: Terms,
}

/// Somebody on a plan.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewMember {
    pub person: Id,
    pub from: String,
    #[serde(default)]
    pub until: Option<String>,
}

/// Everybody who is on a plan.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Members {
    pub people: Vec<NewMember>,
}

/// A deal that somebody thinks of.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    pub terms: Terms,
    /// Minor units that the deal brings.
    pub amount: i64,
    /// What was credited in the period before it.
    #[serde(default)]
    pub before: i64,
    #[serde(default)]
    pub quota: Option<i64>,
    #[serde(default)]
    pub product_line: Option<Id>,
}

/// People of a plan, at most.
const MOST: usize = 1_000;

/// Plans that the caller may read, with what they say; who is on them, as far as the caller sees what these earn.
pub fn list(reader: &mut Reader) -> Result<Json> {
    reader.who.need(PLAN, foundation::access::Action::Read)?;
    let seen = seen(reader)?;
    let versions = queries::versions(reader)?;
    let members = queries::members(reader)?;
    let is_seen = |person: Id| seen.as_ref().is_none_or(|seen| seen.contains(&person));
    let members: Vec<Member> = members.into_iter().filter(|member| is_seen(member.person)).collect();
    let mut wanted = BTreeMap::new();
    wanted.insert("user".to_string(), members.iter().map(|member| member.person).collect());
    wanted.insert(
        "product_line".to_string(),
        versions.iter().flat_map(|version| &version.terms.tables).filter_map(|table| table.product_line).collect(),
    );
    let titles = read::titles_of(reader, wanted)?.0;
    let title = |id: &Id| titles.get(id).map(|(_, title)| title.clone());
    let may_change = is_finance(reader);
    let on_one: BTreeSet<Id> = members.iter().map(|member| member.plan).collect();
    let plans: Vec<Json> = queries::plan_names(reader)?
        .into_iter()
        .filter(|(id, _)| may_change || on_one.contains(id))
        .map(|(id, name)| {
            let versions: Vec<Json> = versions
                .iter()
                .filter(|version| version.plan == id)
                .map(|version| {
                    json!({ "id": version.id, "valid_from": version.valid_from.to_string(), "currency": version.currency,
                            "terms": version.terms, "is_used": version.is_used })
                })
                .collect();
            let people: Vec<Json> = members
                .iter()
                .filter(|member| member.plan == id)
                .map(|member| {
                    json!({ "person": { "id": member.person, "title": title(&member.person) },
                            "from": member.from.to_string(), "until": member.until.map(|day| day.to_string()) })
                })
                .collect();
            json!({ "id": id, "name": name, "versions": versions, "people": people })
        })
        .collect();
    let lines: BTreeMap<String, String> = titles
        .iter()
        .filter(|(_, (object, _))| object == "product_line")
        .map(|(id, (_, title))| (id.0.to_string(), title.clone()))
        .collect();
    let currency = plan::currency::rates(reader)?.company.company;
    Ok(json!({ "data": plans, "product_lines": lines, "currency": currency, "may_change": may_change }))
}

/// Adds what a plan says from a day on.
pub fn add_version(op: &mut Operation, plan: Id, new: &NewVersion) -> Result<Json> {
    need_finance(op)?;
    let plans = op.object(PLAN)?;
    let record = read::get(op, &plans, plan)?;
    if record.deleted_at.is_some() {
        return Err(Error::NotFound);
    }
    let valid_from = checked(op, plan, None, new)?;
    follow::begin(op)?;
    let currency = plan::currency::rates(op)?.company.company;
    let id = Id::at(op.now.0);
    let version = Version { id, plan, valid_from, currency, terms: new.terms.clone(), is_used: false };
    queries::add_version(op, &version)?;
    look_at_members(op, plan, valid_from)?;
    Ok(json!({ "id": id }))
}

/// Changes a version that was not used yet.
pub fn change_version(op: &mut Operation, id: Id, new: &NewVersion) -> Result<()> {
    need_finance(op)?;
    let version = unused(op, id)?;
    let valid_from = checked(op, version.plan, Some(id), new)?;
    queries::set_version(op, id, valid_from, &new.terms)?;
    look_at_members(op, version.plan, valid_from.min(version.valid_from))
}

/// Takes a version away that was not used yet.
pub fn delete_version(op: &mut Operation, id: Id) -> Result<()> {
    need_finance(op)?;
    let version = unused(op, id)?;
    queries::delete_version(op, id)?;
    look_at_members(op, version.plan, version.valid_from)
}

fn unused(op: &mut Operation, id: Id) -> Result<Version> {
    let version = queries::versions(op)?.into_iter().find(|version| version.id == id).ok_or(Error::NotFound)?;
    if version.is_used {
        let detail = "something was credited by this version: it is not changed any more, another may follow it";
        return Err(Error::conflict("commission.used", detail));
    }
    Ok(version)
}

fn checked(op: &mut Operation, plan: Id, own: Option<Id>, new: &NewVersion) -> Result<Date> {
    new.terms.check()?;
    let valid_from = day("valid_from", &new.valid_from)?;
    if valid_from.day() != 1 {
        return Err(Error::invalid("valid_from", "range", "a version begins on the first day of a month"));
    }
    let others = queries::versions(op)?;
    if others.iter().any(|one| one.plan == plan && one.valid_from == valid_from && Some(one.id) != own) {
        return Err(Error::invalid("valid_from", "taken", "the plan has a version from this day on"));
    }
    Ok(valid_from)
}

/// Says who is on a plan; what they sold since is looked at again.
pub fn set_members(op: &mut Operation, plan: Id, new: &Members) -> Result<()> {
    need_finance(op)?;
    let plans = op.object(PLAN)?;
    read::get(op, &plans, plan)?;
    if new.people.len() > MOST {
        return Err(Error::invalid("people", "range", "too many at once"));
    }
    let users = op.object("user")?;
    let mut faults = Vec::new();
    let mut members: Vec<Member> = Vec::new();
    for (place, one) in new.people.iter().enumerate() {
        let at = |name: &str| format!("people.{place}.{name}");
        let from = day(&at("from"), &one.from)?;
        let until = one.until.as_deref().map(|text| day(&at("until"), text)).transpose()?;
        if until.is_some_and(|until| until < from) {
            faults.push(FieldError::new(&at("until"), "range", "not before it begins"));
        }
        if read::load(op, &users, one.person)?.is_none() {
            faults.push(FieldError::new(&at("person"), "unknown", "there is no such person"));
        }
        let overlaps = |other: &Member| {
            other.person == one.person
                && until.is_none_or(|until| other.from <= until)
                && other.until.is_none_or(|until| from <= until)
        };
        if members.iter().any(overlaps) {
            faults.push(FieldError::new(&at("from"), "taken", "they are on this plan then already"));
        }
        members.push(Member { person: one.person, plan, from, until });
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let before: Vec<Member> = queries::members(op)?.into_iter().filter(|member| member.plan == plan).collect();
    queries::set_members(op, plan, &members)?;
    let moved =
        before.iter().filter(|one| !members.contains(one)).chain(members.iter().filter(|one| !before.contains(one)));
    let mut since: BTreeMap<Id, Date> = BTreeMap::new();
    for member in moved {
        let from = since.entry(member.person).or_insert(member.from);
        *from = member.from.min(*from);
    }
    for (person, from) in since {
        queries::look_again(op, Some(person), from)?;
    }
    Ok(())
}

fn look_at_members(op: &mut Operation, plan: Id, since: Date) -> Result<()> {
    let people: BTreeSet<Id> =
        queries::members(op)?.into_iter().filter(|member| member.plan == plan).map(|member| member.person).collect();
    people.into_iter().try_for_each(|person| queries::look_again(op, Some(person), since))
}

/// Looks again at everything that was sold since a day: rates came, or history was brought in.
pub fn reckon_again(op: &mut Operation, since: &str) -> Result<()> {
    need_finance(op)?;
    let since = day("since", since)?;
    queries::look_again(op, None, since)
}

/// What a deal would earn, and how it comes about.
pub fn worked(reader: &mut Reader, example: &Example) -> Result<Json> {
    example.terms.check()?;
    for (field, value) in
        [("amount", example.amount), ("before", example.before), ("quota", example.quota.unwrap_or(0))]
    {
        if value < 0 {
            return Err(Error::invalid(field, "below_minimum", "not below 0"));
        }
    }
    let one =
        |at: i64, base: i64| Credited { record: Id::derived(at, &[0; 10]), product_line: example.product_line, base };
    let (before, deal) = (one(1, example.before), one(2, example.amount));
    // What was credited before is many deals: no cap of one deal holds it.
    let of_period = Terms { deal_cap: None, ..example.terms.clone() };
    let free = Terms { cap: None, ..of_period.clone() };
    let earns = |terms: &Terms, credited: &[Credited]| worth::earned(terms, example.quota, credited);
    let alone = earns(&free, &[before]).first().copied().unwrap_or(0);
    let both = earns(&free, &[before, deal]);
    let lifted = both.first().copied().unwrap_or(0) - alone;
    let plain = both.get(1).copied().unwrap_or(0);
    let held = earns(&of_period, &[before, deal]).get(1).copied().unwrap_or(0);
    let amount = example.terms.deal_cap.map_or(held, |cap| held.min(cap));
    let total = i128::from(example.before) + i128::from(example.amount);
    let slices: Vec<Json> = worth::slices(&example.terms, example.quota, &deal, i128::from(example.before), total)
        .iter()
        .map(|slice| json!({ "base": slice.base, "rate": slice.rate }))
        .collect();
    let lifted = if example.terms.applies == Applies::All { lifted } else { 0 };
    let is_capped = amount < plain;
    let currency = Rates::load(reader.tx)?.company.company;
    Ok(json!({ "amount": amount, "slices": slices, "lifted": lifted, "is_capped": is_capped, "currency": currency }))
}

pub fn day(field: &str, text: &str) -> Result<Date> {
    text.parse().map_err(|_| Error::invalid(field, "not_a_date", "must be a day like 2026-01-31"))
}
