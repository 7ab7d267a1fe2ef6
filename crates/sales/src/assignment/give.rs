//! What the choice needs to know, and what is written of it.

use std::collections::{BTreeMap, BTreeSet};

use foundation::company::appearance;
use foundation::records::write::{self, Write};
use foundation::records::{Object, Record, ask};
use foundation::workspace::absence;
use foundation::{Operation, Reader};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::{Id, Result, Value};
use question::Checked;

use super::decide::{self, Asked, Method, Person, Rule, Said, Turn};
use super::{LEAD, RULE, queries};
use crate::{asking, rights};

/// For whom a rule is.
enum For {
    All,
    Those(Box<Checked>),
    /// Its question cannot be answered any more.
    Broken,
}

/// Rules and what they choose by, read once for many leads.
pub struct Round {
    rules: Vec<(Rule, For)>,
    known: BTreeMap<Id, Person>,
    turns: BTreeMap<(Id, Id), Turn>,
    touched: BTreeSet<(Id, Id)>,
    /// Counts turns up.
    next: i64,
    territories: Vec<(queries::Territory, Option<Checked>)>,
}

/// What became of one lead.
#[derive(Debug, Clone, Default)]
pub struct Given {
    pub owner: Option<Id>,
    pub rule: Option<Id>,
    pub territory: Option<Id>,
    pub asked: Vec<Asked>,
}

/// A lead that is there, or one that somebody thinks of.
enum About<'r> {
    /// With which rules and territories (by their places) are for it.
    There {
        rules: &'r BTreeSet<usize>,
        territories: &'r BTreeSet<usize>,
    },
    Thought,
}

impl Round {
    /// None where the company has no rules.
    pub fn begin(reader: &mut Reader) -> Result<Option<Round>> {
        let Some(object) = reader.catalogue.named(RULE).cloned() else { return Ok(None) };
        let records = queries::rules(reader, &object)?;
        if records.is_empty() {
            return Ok(None);
        }
        let mut rules = Vec::with_capacity(records.len());
        for record in &records {
            let asked = asking::text(&object, record, "question");
            let is_for = match asked.map(|text| asking::of_product(reader, LEAD, text)) {
                None => For::All,
                Some(Ok(checked)) => For::Those(Box::new(checked)),
                Some(Err(_)) => For::Broken,
            };
            rules.push((rule(reader, &object, record)?, is_for));
        }
        let by_territory = rules.iter().any(|(rule, _)| rule.method == Method::Territory);
        let mut territories = Vec::new();
        if by_territory {
            for territory in queries::territories(reader)? {
                let checked = territory.question.as_deref().map(|text| asking::of_product(reader, LEAD, text));
                // One whose question is broken takes nothing.
                if matches!(checked, Some(Err(_))) {
                    continue;
                }
                territories.push((territory, checked.and_then(Result::ok)));
            }
        }
        let mut people: BTreeSet<Id> = rules.iter().flat_map(|(rule, _)| rule.people.iter().copied()).collect();
        people.extend(territories.iter().map(|(territory, _)| territory.owner));
        let known = people_known(reader, people)?;
        let ids: Vec<Id> = rules.iter().map(|(rule, _)| rule.id).collect();
        let turns = queries::turns(reader, &ids)?;
        let next = turns.values().map(|turn| turn.last).max().unwrap_or(0) + 1;
        Ok(Some(Round { rules, known, turns, touched: BTreeSet::new(), next, territories }))
    }

    /// Which leads each rule, and each territory, is for.
    fn fitting(&self, reader: &mut Reader, leads: &Object, ids: &[Id]) -> Result<Fitting> {
        let mut fitting = Fitting::default();
        for (place, (_, is_for)) in self.rules.iter().enumerate() {
            let found = match is_for {
                For::All => ids.iter().copied().collect(),
                For::Those(checked) => queries::fitting(reader, leads, checked, ids)?,
                For::Broken => BTreeSet::new(),
            };
            for id in found {
                fitting.rules.entry(id).or_default().insert(place);
            }
        }
        for (place, (_, checked)) in self.territories.iter().enumerate() {
            let Some(checked) = checked else { continue };
            for id in queries::fitting(reader, leads, checked, ids)? {
                fitting.territories.entry(id).or_default().insert(place);
            }
        }
        Ok(fitting)
    }

    /// Whom the rules give a lead to. The next one finds what this one left.
    fn give(&mut self, reader: &Reader, leads: &Object, lead: &Record, about: &About) -> Given {
        let mut given = Given::default();
        for place in 0..self.rules.len() {
            let Some((rule, is_for)) = self.rules.get(place) else { continue };
            let mut asked = Asked { rule: rule.id, name: rule.name.clone(), said: Said::NotFor, people: Vec::new() };
            let fits = match (is_for, about) {
                (For::Broken, _) => {
                    asked.said = Said::Broken;
                    false
                }
                (For::All, _) => true,
                (For::Those(_), About::There { rules, .. }) => rules.contains(&place),
                (For::Those(checked), About::Thought) if checked.is_about_record_alone() => {
                    ask::matches_own(reader, checked, leads, lead)
                }
                (For::Those(_), About::Thought) => {
                    asked.said = Said::Unknown;
                    false
                }
            };
            if !fits {
                given.asked.push(asked);
                continue;
            }
            let mut people = rule.people.clone();
            let mut lies_in = Vec::new();
            if rule.method == Method::Territory {
                lies_in = self.lies_in(reader, leads, lead, about);
                people = Vec::new();
                for (_, owner) in &lies_in {
                    if !people.contains(owner) {
                        people.push(*owner);
                    }
                }
                if people.is_empty() {
                    asked.said = Said::NoTerritory;
                    given.asked.push(asked);
                    continue;
                }
            }
            let (chosen, weighed) = decide::choose(rule, &people, &self.known, &self.turns);
            asked.people = weighed;
            asked.said = if chosen.is_some() { Said::Gave } else { Said::Nobody };
            let id = rule.id;
            given.asked.push(asked);
            let Some(chosen) = chosen else { continue };
            let turn = self.turns.entry((id, chosen)).or_default();
            *turn = Turn { given: turn.given.saturating_add(1), last: self.next };
            self.next = self.next.saturating_add(1);
            self.touched.insert((id, chosen));
            if let Some(person) = self.known.get_mut(&chosen) {
                person.open = person.open.saturating_add(1);
            }
            given.owner = Some(chosen);
            given.rule = Some(id);
            given.territory = lies_in.iter().find(|(_, owner)| *owner == chosen).map(|(territory, _)| *territory);
            break;
        }
        given
    }

    /// The territories that a lead lies in, with their owners: those whose question is for it, else those of its country.
    fn lies_in(&self, reader: &Reader, leads: &Object, lead: &Record, about: &About) -> Vec<(Id, Id)> {
        let asked = |place: usize, checked: &Checked| match about {
            About::There { territories, .. } => territories.contains(&place),
            About::Thought => checked.is_about_record_alone() && ask::matches_own(reader, checked, leads, lead),
        };
        let by_question: Vec<(Id, Id)> = self
            .territories
            .iter()
            .enumerate()
            .filter(|(place, (_, checked))| checked.as_ref().is_some_and(|checked| asked(*place, checked)))
            .map(|(_, (territory, _))| (territory.id, territory.owner))
            .collect();
        if !by_question.is_empty() {
            return by_question;
        }
        let Value::Address(address) = lead.get(leads, "address") else { return Vec::new() };
        let country = kernel::fold::fold(address.country.trim());
        if country.is_empty() {
            return Vec::new();
        }
        let is_there = |territory: &queries::Territory| {
            territory.country.as_deref().is_some_and(|of| kernel::fold::fold(of.trim()) == country)
        };
        self.territories
            .iter()
            .filter(|(territory, checked)| checked.is_none() && is_there(territory))
            .map(|(territory, _)| (territory.id, territory.owner))
            .collect()
    }
}

/// By lead: places of the rules, and of the territories, that are for it.
#[derive(Default)]
struct Fitting {
    rules: BTreeMap<Id, BTreeSet<usize>>,
    territories: BTreeMap<Id, BTreeSet<usize>>,
}

fn rule(reader: &mut Reader, object: &Object, record: &Record) -> Result<Rule> {
    let method = Method::of(record.get(object, "method").as_text().unwrap_or_default());
    let mut people = Vec::new();
    match method {
        Method::Person => people.extend(record.get(object, "person").as_link()),
        Method::Territory => {}
        Method::Rotation | Method::Weighted | Method::Capacity => {
            if let Value::Links(ids) = record.get(object, "people") {
                people.extend(ids);
            }
            if let Some(team) = record.get(object, "team").as_link() {
                let members = queries::members(reader, team)?;
                people.extend(members.into_iter().filter(|id| !people.contains(id)).collect::<Vec<_>>());
            }
        }
    }
    let mut weights = BTreeMap::new();
    if let Value::Json(said) = record.get(object, "weights") {
        for (id, weight) in said.as_object().into_iter().flatten() {
            if let (Some(id), Some(weight)) = (Id::parse(id), weight.as_i64()) {
                weights.insert(id, weight.clamp(1, 1_000));
            }
        }
    }
    let most_open = match record.get(object, "most_open") {
        Value::Int(most) => Some(*most),
        _ => None,
    };
    Ok(Rule { id: record.id, name: record.title.clone(), method, people, weights, most_open })
}

fn people_known(reader: &mut Reader, mut people: BTreeSet<Id>) -> Result<BTreeMap<Id, Person>> {
    let today = today(reader)?;
    let mut away = absence::away(reader, &people, today)?;
    let substitutes: BTreeSet<Id> = away.values().flatten().copied().filter(|id| !people.contains(id)).collect();
    away.extend(absence::away(reader, &substitutes, today)?);
    people.extend(substitutes);
    let active = queries::active(reader, &people)?;
    let open = queries::open(reader, &people)?;
    Ok(people
        .into_iter()
        .map(|id| {
            let person = Person {
                is_active: active.contains(&id),
                is_away: away.contains_key(&id),
                stands_in: away.get(&id).copied().flatten(),
                open: open.get(&id).copied().unwrap_or(0),
            };
            (id, person)
        })
        .collect())
}

/// The day in the company's zone.
fn today(reader: &mut Reader) -> Result<Date> {
    let zone = appearance::profile(reader.tx)?.time_zone;
    let zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
    let stamp = jiff::Timestamp::from_millisecond(reader.now.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    Ok(stamp.to_zoned(zone).date())
}

/// Gives leads that are there to somebody, as the product itself, and writes down why.
pub fn give_all(op: &mut Operation, leads: &[Record]) -> Result<Vec<Given>> {
    let Some(object) = op.catalogue.named(LEAD).cloned() else { return Ok(Vec::new()) };
    let Some(mut round) = Round::begin(op)? else { return Ok(Vec::new()) };
    let ids: Vec<Id> = leads.iter().map(|lead| lead.id).collect();
    let fitting = round.fitting(op, &object, &ids)?;
    let nothing = BTreeSet::new();
    let (mut all, mut writes, mut lines) = (Vec::new(), Vec::new(), Vec::new());
    for lead in leads {
        let about = About::There {
            rules: fitting.rules.get(&lead.id).unwrap_or(&nothing),
            territories: fitting.territories.get(&lead.id).unwrap_or(&nothing),
        };
        let given = round.give(op, &object, lead, &about);
        let why = serde_json::to_string(&given.asked).unwrap_or_else(|_| "[]".into());
        lines.push(queries::Line { lead: lead.id, owner: given.owner, rule: given.rule, why });
        if let Some(owner) = given.owner {
            let set = [("owner", Some(owner)), ("territory", given.territory)];
            let values =
                set.into_iter().filter_map(|(name, id)| Some((object.def.position(name)?, Value::Link(id?)))).collect();
            writes.push(Write::Update { id: lead.id, version: None, values });
        }
        all.push(given);
    }
    let turns = round.touched.iter().filter_map(|key| Some((*key, *round.turns.get(key)?))).collect();
    queries::put_turns(op, &turns)?;
    queries::put_log(op, lines)?;
    for written in rights::as_product(op, |op| write::apply(op, &object, writes))? {
        written?;
    }
    let told = leads.iter().zip(&all).filter_map(|(lead, given)| {
        let assigned = events::sales::LeadAssigned { lead: lead.id, owner: given.owner?, assignment_rule: given.rule };
        Some(super::log::entry(lead.id, assigned))
    });
    let told = told.collect();
    foundation::ledger::append(op, told)?;
    Ok(all)
}

/// Who would get a lead that is there, or one with these values; nothing is written.
pub fn try_out(reader: &mut Reader, lead: &Record, is_there: bool) -> Result<Given> {
    let object = reader.object(LEAD)?;
    let Some(mut round) = Round::begin(reader)? else { return Ok(Given::default()) };
    if !is_there {
        return Ok(round.give(reader, &object, lead, &About::Thought));
    }
    let fitting = round.fitting(reader, &object, &[lead.id])?;
    let nothing = BTreeSet::new();
    let about = About::There {
        rules: fitting.rules.get(&lead.id).unwrap_or(&nothing),
        territories: fitting.territories.get(&lead.id).unwrap_or(&nothing),
    };
    Ok(round.give(reader, &object, lead, &about))
}
