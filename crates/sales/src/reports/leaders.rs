//! Leaderboards: what each person won, began and did in the period.

use std::collections::{BTreeMap, BTreeSet};

use foundation::Reader;
use kernel::{Id, Result};

use super::asked::{Asked, Period};
use super::attainment;
use super::ground::Ground;
use super::history::Status;
use super::queries;
use super::told::{Amounts, Behind, Cell, Column, Figure, Gather, Opens, Purse, Row, Table, Told, Value};
use super::words::word;

/// Rows of the table.
const MOST_ROWS: usize = 100;

#[derive(Debug, Default, Clone)]
struct Sums {
    won: i64,
    lost: i64,
    begun: i64,
    done: i64,
    amounts: Amounts,
    /// What was planned, in the currency of the report.
    quota: i64,
    /// Won by those who have a quota.
    of_plan: Amounts,
}

type People = BTreeMap<Option<Id>, Sums>;

fn sums(ground: &Ground, period: Period, done: &[(Id, Option<Id>)], gather: &mut Gather) -> (Sums, People) {
    let (mut all, mut people) = (Sums::default(), People::new());
    let mut add = |owner: Option<Id>, change: &dyn Fn(&mut Sums)| {
        change(&mut all);
        change(people.entry(owner).or_default());
    };
    for deal in ground.deals.values().filter(|deal| !deal.now.is_gone) {
        if period.has(deal.begun_on(&deal.now)) {
            add(deal.owner, &|sums| sums.begun += 1);
            let row = || Behind { is: deal.now.amount, ..Behind::of(deal.id) };
            gather.put("begun", row);
            gather.put(&format!("begun:{}", named(deal.owner)), row);
        }
        if deal.now.closed_on.is_some_and(|day| period.has(day)) {
            match deal.now.status {
                Status::Won => add(deal.owner, &|sums| {
                    sums.won += 1;
                    if let Some(money) = deal.now.amount {
                        *sums.amounts.entry(money.currency).or_default() += money.amount;
                    }
                }),
                Status::Lost => add(deal.owner, &|sums| sums.lost += 1),
                Status::Open => {}
            }
        }
    }
    for (id, owner) in done {
        add(*owner, &|sums| sums.done += 1);
        gather.put_of("activity", "done", || Behind::of(*id));
        gather.put_of("activity", &format!("done:{}", named(*owner)), || Behind::of(*id));
    }
    (all, people)
}

/// Adds what they were to sell; whoever has no quota has no share of one.
fn plan(reader: &mut Reader, (all, people): &mut (Sums, People), period: Period, purse: &Purse) -> Result<()> {
    let quotas = attainment::quotas(reader, period, purse)?;
    for (owner, sums) in people.iter_mut() {
        let Some(quota) = owner.and_then(|owner| quotas.get(&owner).copied()) else { continue };
        sums.quota = quota;
        sums.of_plan.clone_from(&sums.amounts);
        all.quota = all.quota.saturating_add(quota);
        for (currency, amount) in &sums.amounts {
            *all.of_plan.entry(*currency).or_default() += amount;
        }
    }
    Ok(())
}

fn named(owner: Option<Id>) -> String {
    owner.map(|id| id.to_string()).unwrap_or_default()
}

/// The report.
pub fn told(reader: &mut Reader, asked: &Asked, gather: &mut Gather) -> Result<Told> {
    let ground = Ground::begun_or_closed(reader, asked)?;
    let purse = ground.purse(reader)?;
    let language = reader.who.language.clone();
    let w = |name: &str| word(name, &language);
    let filter = asked.people()?;
    let tells_done = queries::tells_activities(reader);
    let mut done = Vec::new();
    for period in ground.window.both() {
        let mut own = Vec::new();
        if tells_done {
            let moments = (ground.window.begins(period.from), ground.window.over(period.to));
            queries::activities_done(reader, &filter, moments, |activity| own.push((activity.id, activity.owner)))?;
        }
        done.push(own);
    }
    let period = ground.window.period;
    let none = Vec::new();
    let mut now = sums(&ground, period, done.first().unwrap_or(&none), gather);
    let mut before =
        ground.window.before.map(|period| sums(&ground, period, done.get(1).unwrap_or(&none), &mut Gather::nothing()));
    if ground.sees.amounts {
        plan(reader, &mut now, period, &purse)?;
        if let (Some(before), Some(period)) = (&mut before, ground.window.before) {
            plan(reader, before, period, &purse)?;
        }
    }
    let (all, people) = now;

    let mut names = vec!["won_count", "lost", "win_rate", "begun"];
    if ground.sees.amounts {
        names.insert(0, "won_amount");
        if all.quota > 0 {
            names.push("attainment");
        }
    }
    if tells_done {
        names.push("done");
    }
    let closed = |status: &str, owner: Option<Option<Id>>| {
        let days = period.filter("closed_on");
        let own = match owner {
            None => String::new(),
            Some(None) => "owner is empty".to_string(),
            Some(Some(id)) => format!("owner = \"{id}\""),
        };
        Opens::list("deal", &[&ground.filter, &own, status, &days])
    };
    let cells = |sums: &Sums, was: Option<&Sums>, owner: Option<Option<Id>>| -> Vec<Cell> {
        let set = |what: &str| match owner {
            None => Opens::rows(what),
            Some(owner) => Opens::rows(format!("{what}:{}", named(owner))),
        };
        let one = |name: &&str| {
            let value = |sums: &Sums| value(name, sums, &purse);
            let cell = Cell::of(value(sums)).beside(was.map_or(Value::None, value));
            match *name {
                "won_amount" | "won_count" => cell.opening(closed("status = \"won\"", owner)),
                "lost" => cell.opening(closed("status = \"lost\"", owner)),
                "win_rate" => cell.opening(closed("status != \"open\"", owner)),
                "attainment" => cell.opening(closed("status = \"won\"", owner)),
                other => cell.opening(set(other)),
            }
        };
        names.iter().map(one).collect()
    };
    let figures = names.iter().zip(cells(&all, before.as_ref().map(|(all, _)| all), None)).map(|(name, cell)| Figure {
        name: (*name).to_string(),
        label: w(name),
        about: w(&format!("about_{name}")),
        cell,
        more_is_better: Some(*name != "lost"),
    });
    let figures: Vec<Figure> = figures.collect();

    let owners: BTreeSet<Option<Id>> =
        people.keys().chain(before.iter().flat_map(|(_, people)| people.keys())).copied().collect();
    let keys: BTreeSet<String> = owners.iter().map(|owner| named(*owner)).collect();
    let labels = queries::labels(reader, super::DEAL, "owner", &keys)?;
    let empty = Sums::default();
    let mut rows: Vec<Row> = owners
        .into_iter()
        .map(|owner| {
            let was = before.as_ref().map(|(_, people)| people.get(&owner).unwrap_or(&empty));
            Row {
                key: named(owner),
                label: labels.get(&named(owner)).cloned().unwrap_or_else(|| w("nobody")),
                cells: cells(people.get(&owner).unwrap_or(&empty), was, Some(owner)),
                is_total: false,
            }
        })
        .collect();
    let weight = |row: &Row| row.cells.first().and_then(|cell| cell.value.number()).unwrap_or(0.0);
    rows.sort_by(|one, other| weight(other).total_cmp(&weight(one)).then_with(|| one.label.cmp(&other.label)));
    rows.truncate(MOST_ROWS);
    let table = Table {
        name: "people",
        title: w("by_owner"),
        about: w("leaders_about"),
        chart: None,
        columns: names.iter().map(|name| Column { name, label: w(name) }).collect(),
        rows,
    };
    let mut notes = Vec::new();
    if !ground.sees.amounts {
        notes.push(w("note_amounts"));
    }
    Ok(ground.tell("leaders", &language, (figures, vec![table]), notes))
}

fn value(name: &str, sums: &Sums, purse: &Purse) -> Value {
    match name {
        "won_amount" => Value::Money(purse.sum(&sums.amounts)),
        "won_count" => Value::Count(sums.won),
        "lost" => Value::Count(sums.lost),
        "win_rate" => Value::share(sums.won, sums.won + sums.lost),
        "begun" => Value::Count(sums.begun),
        "attainment" => Value::share(purse.sum(&sums.of_plan).amount, sums.quota),
        _ => Value::Count(sums.done),
    }
}
