//! Return of sources and campaigns: the leads that came in the period, what became of them until today, and what that cost.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foundation::Reader;
use foundation::access::Action;
use foundation::records::read;
use kernel::{Error, Id, Money, Result, Value as Stored};

use super::asked::{Asked, Period};
use super::ground::{Deal, Ground};
use super::history::Status;
use super::queries::{self, Lead};
use super::told::{Amounts, Behind, Cell, Column, Figure, Gather, Opens, Purse, Row, Table, Told, Value};
use super::words::word;

/// By what the rows may be: fields that leads and deals share.
const BY: [&str; 5] = ["source", "campaign", "origin_medium", "origin_source", "origin_phrase"];
/// Rows of the table.
const MOST_ROWS: usize = 100;

#[derive(Debug, Default, Clone)]
struct Sums {
    leads: i64,
    converted: i64,
    deals: i64,
    won: i64,
    amounts: Amounts,
}

impl Sums {
    fn deal(&mut self, deal: &Deal) {
        self.deals += 1;
        if deal.now.status == Status::Won {
            self.won += 1;
            if let Some(money) = deal.now.amount {
                *self.amounts.entry(money.currency).or_default() += money.amount;
            }
        }
    }
}

fn sums(
    ground: &Ground,
    period: Period,
    leads: &[Lead],
    by_deal: &HashMap<Id, String>,
    gather: &mut Gather,
) -> (Sums, BTreeMap<String, Sums>) {
    let (mut all, mut parts) = (Sums::default(), BTreeMap::<String, Sums>::new());
    let mut counted = BTreeSet::new();
    for lead in leads {
        let deal = lead.deal.and_then(|id| ground.deals.get(&id)).filter(|deal| !deal.now.is_gone);
        for sums in [&mut all, parts.entry(lead.key.clone()).or_default()] {
            sums.leads += 1;
            sums.converted += i64::from(lead.is_converted);
            deal.iter().for_each(|deal| sums.deal(deal));
        }
        let row = || Behind::of(lead.id);
        gather.put_of("lead", "leads", row);
        gather.put_of("lead", &format!("leads:{}", lead.key), row);
        if lead.is_converted {
            gather.put_of("lead", "converted", row);
            gather.put_of("lead", &format!("converted:{}", lead.key), row);
        }
        if let Some(deal) = deal {
            counted.insert(deal.id);
            note(deal, &lead.key, gather);
        }
    }
    // What was begun without a lead has a source of its own.
    for (id, key) in by_deal {
        let Some(deal) = ground.deals.get(id).filter(|deal| !counted.contains(id) && !deal.now.is_gone) else {
            continue;
        };
        if period.has(deal.begun_on(&deal.now)) {
            all.deal(deal);
            parts.entry(key.clone()).or_default().deal(deal);
            note(deal, key, gather);
        }
    }
    (all, parts)
}

fn note(deal: &Deal, key: &str, gather: &mut Gather) {
    let row = || Behind { is: deal.now.amount, ..Behind::of(deal.id) };
    gather.put("deals", row);
    gather.put(&format!("deals:{key}"), row);
    if deal.now.status == Status::Won {
        gather.put("won_count", row);
        gather.put(&format!("won_count:{key}"), row);
    }
}

/// What campaigns cost, those whose cost is known and that the reader may see.
fn costs(reader: &mut Reader, by: &str, keys: &BTreeSet<String>) -> Result<BTreeMap<String, Money>> {
    let access = reader.who.access.on("campaign");
    if by != "campaign" || !access.allows(Action::Read) || access.hidden_fields.contains("actual_cost") {
        return Ok(BTreeMap::new());
    }
    let Some(object) = reader.catalogue.named("campaign").cloned() else { return Ok(BTreeMap::new()) };
    let ids: Vec<Id> = keys.iter().filter_map(|key| Id::parse(key)).collect();
    let records = read::get_many(reader, &object, &ids)?;
    let cost = |record: &foundation::records::Record| match record.get(&object, "actual_cost") {
        Stored::Money(money) => Some((record.id.to_string(), *money)),
        _ => None,
    };
    Ok(records.iter().filter_map(cost).collect())
}

/// The report.
pub fn told(reader: &mut Reader, asked: &Asked, gather: &mut Gather) -> Result<Told> {
    let by = asked.by.as_deref().filter(|by| !by.is_empty()).unwrap_or("source");
    let by = *BY
        .iter()
        .find(|known| **known == by)
        .ok_or_else(|| Error::invalid("by", "unknown", format!("`{by}` is not one of {}", BY.join(", "))))?;
    reader.who.need("lead", Action::Read)?;
    for object in ["lead", super::DEAL] {
        if reader.who.access.on(object).hidden_fields.contains(by) {
            return Err(Error::invalid("by", "unknown_field", format!("there is no field `{by}`")));
        }
    }
    let mut ground = Ground::begun(reader, asked)?;
    let begun: Vec<Id> = ground.deals.keys().copied().collect();
    let by_deal = queries::keys_without_lead(reader, &begun, by)?;
    let both: Vec<Period> = ground.window.both().collect();
    let mut leads = Vec::new();
    for period in both {
        let moments = (ground.window.begins(period.from), ground.window.over(period.to));
        let mut own = Vec::new();
        queries::leads_arrived(reader, &asked.of_leads()?, moments, by, |lead| own.push(lead))?;
        ground.add(reader, &own.iter().filter_map(|lead| lead.deal).collect::<Vec<_>>())?;
        leads.push(own);
    }
    let purse = ground.purse(reader)?;
    let language = reader.who.language.clone();
    let w = |name: &str| word(name, &language);
    let none = Vec::new();
    let period = ground.window.period;
    let (all, parts) = sums(&ground, period, leads.first().unwrap_or(&none), &by_deal, gather);
    let before = ground
        .window
        .before
        .map(|period| sums(&ground, period, leads.get(1).unwrap_or(&none), &by_deal, &mut Gather::nothing()));

    let keys: BTreeSet<String> =
        parts.keys().chain(before.iter().flat_map(|(_, parts)| parts.keys())).cloned().collect();
    let costs = costs(reader, by, &keys)?;
    let mut names = vec!["leads", "converted", "conversion", "deals", "won_count"];
    if ground.sees.amounts {
        names.push("won_amount");
    }
    if !costs.is_empty() && ground.sees.amounts {
        names.extend(["cost", "return"]);
    }
    let cells = |sums: &Sums, was: Option<&Sums>, key: Option<&str>, cost: Option<Money>| -> Vec<Cell> {
        let one = |name: &&str| {
            let value = |sums: &Sums| value(name, sums, &purse, cost);
            let cell = Cell::of(value(sums));
            let cell =
                if matches!(*name, "cost" | "return") { cell } else { cell.beside(was.map_or(Value::None, value)) };
            let figure = match *name {
                "conversion" => "converted",
                "won_amount" => "won_count",
                "cost" | "return" => return cell,
                other => other,
            };
            match cell.value {
                Value::None | Value::Count(0) => cell,
                _ => cell.opening(Opens::rows(key.map_or(figure.to_string(), |key| format!("{figure}:{key}")))),
            }
        };
        names.iter().map(one).collect()
    };
    let total = costs
        .values()
        .filter_map(|money| purse.one(*money))
        .reduce(|sum, money| Money::new(sum.amount.saturating_add(money.amount), money.currency));
    let shown = cells(&all, before.as_ref().map(|(all, _)| all), None, total);
    let figures = names.iter().zip(shown).map(|(name, cell)| Figure {
        name: (*name).to_string(),
        label: w(name),
        about: w(&format!("about_{name}")),
        cell,
        more_is_better: Some(*name != "cost"),
    });
    let figures: Vec<Figure> = figures.collect();
    let labels = queries::labels(reader, "lead", by, &keys)?;
    let empty = Sums::default();
    let mut rows: Vec<Row> = keys
        .iter()
        .map(|key| {
            let was = before.as_ref().map(|(_, parts)| parts.get(key).unwrap_or(&empty));
            let label = labels.get(key).cloned().unwrap_or_else(|| key.clone());
            Row {
                key: key.clone(),
                label: if key.is_empty() { w("nobody") } else { label },
                cells: cells(parts.get(key).unwrap_or(&empty), was, Some(key), costs.get(key).copied()),
                is_total: false,
            }
        })
        .collect();
    let weight = |row: &Row| {
        let number = |place: usize| row.cells.get(place).and_then(|cell| cell.value.number()).unwrap_or(0.0);
        (number(5), number(3), number(0))
    };
    rows.sort_by(|one, other| weight(other).partial_cmp(&weight(one)).unwrap_or(std::cmp::Ordering::Equal));
    rows.truncate(MOST_ROWS);
    let table = Table {
        name: "sources",
        title: w(&format!("by_{by}")),
        about: w("sources_about"),
        chart: None,
        columns: names.iter().map(|name| Column { name, label: w(name) }).collect(),
        rows,
    };
    let notes = if ground.sees.amounts { Vec::new() } else { vec![w("note_amounts")] };
    Ok(ground.tell("sources", &language, (figures, vec![table]), notes))
}

fn value(name: &str, sums: &Sums, purse: &Purse, cost: Option<Money>) -> Value {
    let cost = cost.and_then(|cost| purse.one(cost));
    match name {
        "leads" => Value::Count(sums.leads),
        "converted" => Value::Count(sums.converted),
        "conversion" => Value::share(sums.converted, sums.leads),
        "deals" => Value::Count(sums.deals),
        "won_count" => Value::Count(sums.won),
        "won_amount" => Value::Money(purse.sum(&sums.amounts)),
        "cost" => cost.map_or(Value::None, Value::Money),
        // What came back for each unit spent, above it.
        _ => cost.map_or(Value::None, |cost| Value::share(purse.sum(&sums.amounts).amount - cost.amount, cost.amount)),
    }
}
