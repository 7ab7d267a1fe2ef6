//! Ageing: how long the open deals stand where they stand, as of now, against the days after which a stage calls them stale.

use std::collections::{BTreeMap, HashMap};

use foundation::Reader;
use foundation::access::Action;
use foundation::records::Record;
use foundation::records::read::{self, ListQuery};
use kernel::{Id, Money, Result, Time, Value as Stored};

use super::asked::Asked;
use super::changes::Part;
use super::ground::{Deal, Ground};
use super::queries;
use super::told::{Behind, Cell, Column, Figure, Gather, Opens, Row, Table, Told, Value};
use super::words::word;

const DAY_MS: f64 = 86_400_000.0;
/// Ages are told in these steps: up to so many days, the rest is older.
const STEPS: [(&str, f64); 4] = [("week", 7.0), ("month", 30.0), ("quarter", 90.0), ("year", 365.0)];
const OLDER: &str = "older";

/// A stage with its place and its limit.
struct Stage {
    id: Id,
    name: String,
    place: (i64, i64),
    limit_days: Option<i64>,
}

#[derive(Debug, Default)]
struct Sums {
    all: Part,
    stale: Part,
    days: f64,
    oldest: f64,
}

impl Sums {
    fn add(&mut self, money: Option<Money>, days: f64, is_stale: bool) {
        self.all.add(money);
        if is_stale {
            self.stale.add(money);
        }
        self.days += days;
        self.oldest = self.oldest.max(days);
    }

    fn mean(&self) -> Value {
        if self.all.count == 0 { Value::None } else { Value::Days(self.days / self.all.count as f64) }
    }
}

fn int(record: &Record, object: &foundation::records::Object, field: &str) -> Option<i64> {
    match record.get(object, field) {
        Stored::Int(number) => Some(*number),
        _ => None,
    }
}

/// The stages that the reader may see, in the order of their pipelines.
fn stages(reader: &mut Reader) -> Result<Vec<Stage>> {
    reader.who.need("stage", Action::Read)?;
    let pipelines = reader.object("pipeline")?;
    let places: HashMap<Id, i64> = match reader.who.access.on("pipeline").allows(Action::Read) {
        false => HashMap::new(),
        true => {
            let query = ListQuery { limit: 200, ..ListQuery::default() };
            let all = read::list(reader, &pipelines, &query)?.records;
            all.iter().map(|one| (one.id, int(one, &pipelines, "position").unwrap_or(i64::MAX))).collect()
        }
    };
    let object = reader.object("stage")?;
    let limits_hidden = reader.who.access.on("stage").hidden_fields.contains("rotting_days");
    let mut all = Vec::new();
    let mut cursor = None;
    loop {
        let query = ListQuery { limit: 200, cursor, ..ListQuery::default() };
        let page = read::list(reader, &object, &query)?;
        for stage in page.records {
            let pipeline = stage.get(&object, "pipeline").as_link();
            let first = pipeline.and_then(|id| places.get(&id).copied()).unwrap_or(i64::MAX);
            all.push(Stage {
                id: stage.id,
                place: (first, int(&stage, &object, "position").unwrap_or(i64::MAX)),
                limit_days: int(&stage, &object, "rotting_days").filter(|days| *days > 0 && !limits_hidden),
                name: stage.title,
            });
        }
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    all.sort_by_key(|stage| (stage.place, stage.id));
    Ok(all)
}

/// Since when each deal stands in its stage: its last change of stage, else the day it began.
fn since(reader: &mut Reader, ground: &Ground) -> Result<HashMap<Id, Time>> {
    let ids: Vec<Id> = ground.deals.keys().copied().collect();
    let mut since: HashMap<Id, Time> = HashMap::new();
    queries::lines_of(reader, "deal.stage_changed", &ids, |deal, at, _| {
        since.insert(deal, at);
    })?;
    Ok(since)
}

fn step_of(days: f64) -> &'static str {
    STEPS.iter().find(|(_, most)| days <= *most).map_or(OLDER, |(name, _)| name)
}

/// The report.
pub fn told(reader: &mut Reader, asked: &Asked, gather: &mut Gather) -> Result<Told> {
    let stages = stages(reader)?;
    let ground = Ground::open(reader, asked)?;
    let since = since(reader, &ground)?;
    let purse = ground.purse(reader)?;
    let language = reader.who.language.clone();
    let now = reader.now;
    let w = |name: &str| word(name, &language);

    let mut all = Sums::default();
    let mut by_stage: HashMap<Id, Sums> = HashMap::new();
    let mut by_age: BTreeMap<&str, Part> = BTreeMap::new();
    let begun = |deal: &Deal| deal.now.engaged_on.map_or(deal.created_at, |day| ground.window.begins(day).min(now));
    for deal in ground.deals.values() {
        let entered = since.get(&deal.id).copied().unwrap_or_else(|| begun(deal));
        let days = (now.0 - entered.0).max(0) as f64 / DAY_MS;
        let stage = stages.iter().find(|stage| Some(stage.id) == deal.stage);
        let is_stale = stage.and_then(|stage| stage.limit_days).is_some_and(|limit| days > limit as f64);
        let (key, money) = (stage.map_or(Id::NIL, |stage| stage.id), deal.now.amount);
        let row = || Behind { is: money, days: Some(days), ..Behind::of(deal.id) };
        all.add(money, days, is_stale);
        by_stage.entry(key).or_default().add(money, days, is_stale);
        by_age.entry(step_of(days)).or_default().add(money);
        gather.put("all", row);
        gather.put(&format!("stage:{key}"), row);
        gather.put(&format!("age:{}", step_of(days)), row);
        if is_stale {
            gather.put("stale", row);
            gather.put(&format!("stale:{key}"), row);
        }
    }

    let opened = |value: Value, count: i64, figure: String| {
        let cell = Cell::of(value);
        if count > 0 { cell.opening(Opens::rows(figure)) } else { cell }
    };
    let amounts = ground.sees.amounts;
    let cells = |sums: &Sums, key: Id| {
        let mut cells = vec![opened(Value::Count(sums.all.count), sums.all.count, format!("stage:{key}"))];
        if amounts {
            cells.push(Cell::of(Value::Money(purse.sum(&sums.all.amounts))));
        }
        cells.push(opened(Value::Count(sums.stale.count), sums.stale.count, format!("stale:{key}")));
        if amounts {
            cells.push(Cell::of(Value::Money(purse.sum(&sums.stale.amounts))));
        }
        cells.push(Cell::of(sums.mean()));
        cells.push(Cell::of(if sums.all.count > 0 { Value::Days(sums.oldest) } else { Value::None }));
        cells
    };
    let mut rows: Vec<Row> = Vec::new();
    for stage in &stages {
        let Some(sums) = by_stage.get(&stage.id) else { continue };
        let label = match stage.limit_days {
            Some(limit) => format!("{} (≤ {limit}\u{a0}{})", stage.name, w("unit_days")),
            None => stage.name.clone(),
        };
        rows.push(Row { key: stage.id.to_string(), label, cells: cells(sums, stage.id), is_total: false });
    }
    if let Some(sums) = by_stage.get(&Id::NIL) {
        rows.push(Row { key: "none".into(), label: w("nobody"), cells: cells(sums, Id::NIL), is_total: false });
    }
    let columns =
        |names: &[&'static str]| -> Vec<Column> { names.iter().map(|name| Column { name, label: w(name) }).collect() };
    let none = Part::default();
    let ages = STEPS.iter().map(|(name, _)| *name).chain([OLDER]).map(|name| {
        let part = by_age.get(name).unwrap_or(&none);
        let mut cells = vec![opened(Value::Count(part.count), part.count, format!("age:{name}"))];
        if amounts {
            cells.push(Cell::of(Value::Money(purse.sum(&part.amounts))));
        }
        Row { key: name.into(), label: w(&format!("age_{name}")), cells, is_total: false }
    });
    let mut figures = vec![
        Figure {
            name: "all".into(),
            label: w("open"),
            about: w("about_open_now"),
            cell: opened(Value::Count(all.all.count), all.all.count, "all".into()),
            more_is_better: None,
        },
        Figure {
            name: "stale".into(),
            label: w("stale"),
            about: w("about_stale"),
            cell: opened(Value::Count(all.stale.count), all.stale.count, "stale".into()),
            more_is_better: Some(false),
        },
    ];
    if amounts {
        figures.push(Figure {
            name: "stale_amount".into(),
            label: w("stale_amount"),
            about: w("about_stale"),
            cell: opened(Value::Money(purse.sum(&all.stale.amounts)), all.stale.count, "stale".into()),
            more_is_better: Some(false),
        });
    }
    figures.push(Figure {
        name: "days".into(),
        label: w("days_mean"),
        about: w("about_days_mean"),
        cell: Cell::of(all.mean()),
        more_is_better: Some(false),
    });
    let tables = vec![
        Table {
            name: "stages",
            title: w("by_stage"),
            about: w("ageing_about"),
            chart: None,
            columns: columns(columns_of(amounts)),
            rows,
        },
        Table {
            name: "ages",
            title: w("by_age"),
            about: w("by_age_about"),
            chart: Some(super::told::Chart::Funnel),
            columns: columns(if amounts { &["deals", "amount"] } else { &["deals"] }),
            rows: ages.collect(),
        },
    ];
    let notes = if amounts { Vec::new() } else { vec![w("note_amounts")] };
    // It is as of now, whatever period other reports are over.
    let today = ground.window.day(now).to_string();
    let told = ground.tell("ageing", &language, (figures, tables), notes);
    Ok(Told { from: today.clone(), to: today.clone(), as_of: today, before: None, ..told })
}

fn columns_of(amounts: bool) -> &'static [&'static str] {
    match amounts {
        true => &["deals", "amount", "stale", "stale_amount", "days_mean", "days_oldest"],
        false => &["deals", "stale", "days_mean", "days_oldest"],
    }
}
