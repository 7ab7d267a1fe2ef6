//! A year of quotas as a sheet: who by when, beside what was won and what is planned below.

use std::collections::{BTreeMap, BTreeSet};

use foundation::Reader;
use foundation::access::Action;
use foundation::access::principal::Rule;
use jiff::civil::Date;
use kernel::{Error, Id, Result};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::period::{Period, Unit};
use super::queries::{self, Line, Planned, Won};
use super::worth::{self, Target};
use super::{Measure, QUOTA, Whose, currency};

/// Which sheet: `?by=person&unit=month&year=2026&measure=revenue&all=true`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Asked {
    pub by: Option<String>,
    pub unit: Option<String>,
    pub year: Option<i16>,
    pub measure: Option<String>,
    /// Also people who have neither a quota nor a deal.
    pub all: bool,
}

/// The same, read.
#[derive(Debug, Clone, Copy)]
pub struct Sheet {
    pub by: Whose,
    pub unit: Unit,
    pub year: i16,
    pub measure: Measure,
}

impl Asked {
    pub fn read(&self, today: Date) -> Result<Sheet> {
        let unknown = |field: &str, name: &str| Error::invalid(field, "unknown", format!("`{name}` is not known here"));
        let by = self.by.as_deref().unwrap_or("person");
        let unit = self.unit.as_deref().unwrap_or("month");
        let measure = self.measure.as_deref().unwrap_or("revenue");
        let year = self.year.unwrap_or(today.year());
        if !(1900..=2200).contains(&year) {
            return Err(Error::invalid("year", "out_of_range", "a year from 1900 to 2200"));
        }
        let sheet = Sheet {
            by: Whose::named(by).ok_or_else(|| unknown("by", by))?,
            unit: Unit::named(unit).ok_or_else(|| unknown("unit", unit))?,
            year,
            measure: Measure::named(measure).ok_or_else(|| unknown("measure", measure))?,
        };
        if !sheet.measure.is_of(sheet.by) {
            return Err(Error::invalid("by", "unknown_option", "activities are planned for people and teams"));
        }
        Ok(sheet)
    }
}

impl Sheet {
    pub fn periods(&self) -> Vec<Period> {
        Period::of_year(self.unit, self.year)
    }

    fn days(&self) -> (Date, Date) {
        let year = Period::of_year(Unit::Year, self.year);
        let first = year.first().map_or(Date::MIN, |year| year.first());
        (first, year.first().map_or(Date::MIN, |year| year.last()))
    }
}

/// What the sheet is made of.
struct Known {
    lines: Vec<Line>,
    planned: Planned,
    /// What was planned for people, for the teams they are in.
    people: Planned,
    teams: BTreeMap<Id, BTreeSet<Id>>,
    won: Won,
    before: Won,
}

/// The sheet: `{"periods", "rows": [{"id", "title", "above", "depth", "may_change", "cells": [{"quota", "derived", "below",
/// "won", "before"}]}], "sums"}`. Amounts are minor units of `currency`.
pub fn show(reader: &mut Reader, asked: &Asked) -> Result<Json> {
    let sheet = asked.read(reader.now.date())?;
    reader.who.need(QUOTA, Action::Read)?;
    let rates = currency::rates(reader)?;
    let (from, to) = sheet.days();
    let year_before = Period::of(Unit::Year, from).after(-1);
    let known = Known {
        lines: queries::lines(reader, sheet.by)?,
        planned: Planned::load(reader, sheet.measure, from, to, &rates)?,
        people: match sheet.by {
            Whose::Team => Planned::load(reader, sheet.measure, from, to, &rates)?,
            _ => Planned::default(),
        },
        teams: if sheet.by == Whose::Team { queries::teams_of(reader)? } else { BTreeMap::new() },
        won: queries::reached(reader, sheet.by, sheet.measure, (from, to), &rates)?,
        before: queries::reached(reader, sheet.by, sheet.measure, (year_before.first(), year_before.last()), &rates)?,
    };
    let periods = sheet.periods();
    let shown = known.shown(reader, sheet, asked.all);
    let above: BTreeMap<Id, Id> = shown.iter().filter_map(|line| Some((line.id, line.above?))).collect();
    let cells: Vec<BTreeMap<Id, Cell>> =
        periods.iter().map(|period| known.cells(sheet.by, *period, &shown, &above)).collect();
    let rows: Vec<Json> = ordered(&shown, &above)
        .into_iter()
        .map(|(line, depth)| {
            let of_line: Vec<Json> =
                cells.iter().map(|of_period| of_period.get(&line.id).copied().unwrap_or_default().to_json()).collect();
            json!({
                "id": line.id, "title": line.title, "above": above.get(&line.id), "depth": depth,
                "may_change": may_change(reader, sheet.by, line), "people": known.people_of(line.id), "cells": of_line,
            })
        })
        .collect();
    let sums: Vec<Json> = cells.iter().map(|of_period| known.sum(sheet.by, of_period, &above).to_json()).collect();
    Ok(json!({
        "by": sheet.by.field(), "unit": sheet.unit.name(), "year": sheet.year, "measure": sheet.measure.name(),
        "currency": rates.company.company,
        "periods": periods.iter().map(|it| json!({ "name": it.name(), "first": it.first().to_string(), "last": it.last().to_string() })).collect::<Vec<_>>(),
        "rows": rows, "sums": sums,
        "may_plan": reader.who.access.on(QUOTA).allows(Action::Create),
        "is_empty": known.planned.kept.is_empty(),
        "without_rate": known.planned.without_rate + known.won.without_rate + known.before.without_rate,
    }))
}

/// One line's figures of one period.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    target: Option<Target>,
    /// What is planned for those below, each with all of theirs.
    below: Option<i64>,
    won: i64,
    before: i64,
}

impl Cell {
    fn to_json(self) -> Json {
        json!({
            "quota": self.target.map(|target| target.value), "derived": self.target.is_some_and(|target| target.derived),
            "below": self.below, "won": self.won, "before": self.before,
        })
    }
}

impl Known {
    /// People who sell, and those whom they report to; of other things all.
    fn shown(&self, reader: &Reader, sheet: Sheet, all: bool) -> Vec<Line> {
        let sees_all = sheet.by != Whose::Person || reader.who.access.on(QUOTA).read.contains(&Rule::All);
        let within = |line: &Line| sees_all || reader.who.people.contains(&line.id);
        if sheet.by != Whose::Person || all {
            return self.lines.iter().filter(|line| within(line)).cloned().collect();
        }
        let sold = self.won.by.keys().chain(self.before.by.keys()).map(|(id, _)| *id);
        let planned = self.planned.values.keys().filter(|(whose, _)| *whose == Whose::Person).map(|(_, id)| *id);
        let by_id: BTreeMap<Id, &Line> = self.lines.iter().map(|line| (line.id, line)).collect();
        let mut shown: BTreeSet<Id> = BTreeSet::new();
        for seller in sold.chain(planned).chain(reader.who.user) {
            let mut at = by_id.get(&seller);
            while let Some(line) = at.filter(|line| shown.insert(line.id)) {
                at = line.above.as_ref().and_then(|above| by_id.get(above));
            }
        }
        self.lines.iter().filter(|line| shown.contains(&line.id) && within(line)).cloned().collect()
    }

    fn cells(&self, by: Whose, period: Period, shown: &[Line], above: &BTreeMap<Id, Id>) -> BTreeMap<Id, Cell> {
        let target = |id: Id| worth::target(self.planned.values.get(&(by, id))?, period);
        let own: BTreeMap<Id, i64> = shown.iter().filter_map(|line| Some((line.id, target(line.id)?.value))).collect();
        let rolled = worth::rolled_up(&own, above);
        let members = self.members(period);
        let mut cells: BTreeMap<Id, Cell> = BTreeMap::new();
        for line in shown {
            let below = match by {
                Whose::Team => members.get(&line.id).copied(),
                _ => {
                    let all = rolled.get(&line.id).copied();
                    let is_above = above.values().any(|it| *it == line.id);
                    all.filter(|_| is_above).map(|all| all - own.get(&line.id).copied().unwrap_or(0))
                }
            };
            let sum = |won: &Won, within: Period| -> i64 {
                let of_line = won.by.range((line.id, Period::of(Unit::Month, within.first()))..);
                of_line
                    .take_while(|((id, _), _)| *id == line.id)
                    .filter(|((_, it), _)| within.holds(*it))
                    .map(|(_, value)| value)
                    .sum()
            };
            let years = 12 / period.unit().months();
            let cell = Cell {
                target: target(line.id),
                below,
                won: sum(&self.won, period),
                before: sum(&self.before, period.after(-years)),
            };
            cells.insert(line.id, cell);
        }
        cells
    }

    /// Who is in a team: whose records stand behind its figures.
    fn people_of(&self, team: Id) -> Vec<Id> {
        self.teams.iter().filter(|(_, teams)| teams.contains(&team)).map(|(person, _)| *person).collect()
    }

    /// What is planned for the people of each team.
    fn members(&self, period: Period) -> BTreeMap<Id, i64> {
        let mut sums: BTreeMap<Id, i64> = BTreeMap::new();
        for ((whose, person), quotas) in &self.people.values {
            let Some(target) = worth::target(quotas, period).filter(|_| *whose == Whose::Person) else { continue };
            for team in self.teams.get(person).into_iter().flatten() {
                *sums.entry(*team).or_default() += target.value;
            }
        }
        sums
    }

    /// The line under the sheet. Of teams in teams the upper ones count: they hold the others.
    fn sum(&self, by: Whose, cells: &BTreeMap<Id, Cell>, above: &BTreeMap<Id, Id>) -> Cell {
        let counted = cells.iter().filter(|(id, _)| by == Whose::Person || !above.contains_key(id));
        counted.fold(Cell::default(), |sum, (_, cell)| Cell {
            target: match (sum.target, cell.target) {
                (Some(a), Some(b)) => Some(Target { value: a.value.saturating_add(b.value), derived: true }),
                (a, b) => a.or(b),
            },
            below: None,
            won: sum.won.saturating_add(cell.won),
            before: sum.before.saturating_add(cell.before),
        })
    }
}

/// Whether the caller may write this line's cells.
fn may_change(reader: &Reader, by: Whose, line: &Line) -> bool {
    let access = reader.who.access.on(QUOTA);
    if !access.create || !access.allows(Action::Update) {
        return false;
    }
    let is_theirs = line.owner.is_some_and(|owner| reader.who.people.contains(&owner));
    access.update.contains(&Rule::All) || (is_theirs && by != Whose::ProductLine)
}

/// Each line behind the one above it, with how deep it stands; whoever stands in a circle comes as if at the top.
pub fn ordered<'l>(lines: &'l [Line], above: &BTreeMap<Id, Id>) -> Vec<(&'l Line, usize)> {
    let known: BTreeSet<Id> = lines.iter().map(|line| line.id).collect();
    let mut out: Vec<(&Line, usize)> = Vec::with_capacity(lines.len());
    let mut placed: BTreeSet<Id> = BTreeSet::new();
    let tops = lines.iter().filter(|line| !above.get(&line.id).is_some_and(|it| known.contains(it)));
    // What no top reaches stands in a circle.
    for top in tops.chain(lines) {
        let mut waiting = vec![(top, 0)];
        while let Some((line, depth)) = waiting.pop() {
            if !placed.insert(line.id) {
                continue;
            }
            out.push((line, depth));
            let below = lines.iter().rev().filter(|it| above.get(&it.id) == Some(&line.id));
            waiting.extend(below.map(|it| (it, depth + 1)));
        }
    }
    out
}
