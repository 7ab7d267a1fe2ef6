//! The funnel of one pipeline, told twice: how far the deals that were begun in the period have come until today (a cohort), and
//! what passed through each stage within the period, whenever its deals were begun.

use std::collections::{BTreeSet, HashMap};

use foundation::Reader;
use foundation::access::Action;
use foundation::records::read::{self, ListQuery};
use kernel::{Id, Result, Time, Value as Stored};
use serde_json::Value as Json;

use super::asked::{Asked, Period};
use super::ground::{Deal, Ground};
use super::history::Status;
use super::queries;
use super::told::{Behind, Cell, Chart, Column, Figure, Gather, Opens, Row, Table, Told, Value};
use super::words::word;

const DAY_MS: f64 = 86_400_000.0;

/// A stage in which deals are open.
struct Step {
    id: Id,
    name: String,
}

/// A change of stage.
#[derive(Debug, Clone, Copy)]
struct Move {
    at: Time,
    from: Option<Id>,
    to: Option<Id>,
}

/// The steps of a pipeline and how deals went through it.
struct Ways {
    steps: Vec<Step>,
    moves: HashMap<Id, Vec<Move>>,
}

impl Ways {
    fn place(&self, stage: Option<Id>) -> Option<usize> {
        self.steps.iter().position(|step| Some(step.id) == stage)
    }

    fn moves(&self, deal: Id) -> &[Move] {
        self.moves.get(&deal).map(Vec::as_slice).unwrap_or_default()
    }

    /// The stage in which a deal began.
    fn first(&self, deal: &Deal) -> Option<Id> {
        self.moves(deal.id).first().map_or(deal.stage, |first| first.from)
    }

    /// The furthest step that a deal has come to; won is behind the last.
    fn furthest(&self, deal: &Deal) -> usize {
        if deal.now.status == Status::Won {
            return self.steps.len();
        }
        let was = self.moves(deal.id).iter().flat_map(|step| [step.from, step.to]).chain([deal.stage]);
        was.filter_map(|stage| self.place(stage)).max().unwrap_or(0)
    }

    /// The stays of a deal in steps that are over: which, from when, until when, where it went.
    fn stays(&self, deal: &Deal) -> Vec<(usize, Time, Time, Option<Id>)> {
        let mut entered = deal.created_at;
        let mut stays = Vec::new();
        for step in self.moves(deal.id) {
            stays.extend(self.place(step.from).map(|place| (place, entered, step.at, step.to)));
            entered = step.at;
        }
        stays
    }
}

fn moves(reader: &mut Reader, ids: &[Id]) -> Result<HashMap<Id, Vec<Move>>> {
    let mut moves: HashMap<Id, Vec<Move>> = HashMap::new();
    queries::lines_of(reader, "deal.stage_changed", ids, |deal, at, props| {
        let props: Json = serde_json::from_str(props).unwrap_or_default();
        let stage = |name: &str| props[name].as_str().and_then(Id::parse);
        moves.entry(deal).or_default().push(Move { at, from: stage("from"), to: stage("to") });
    })?;
    Ok(moves)
}

/// The pipeline that is meant: the one named, else the usual one, else the first.
fn pipeline(reader: &mut Reader, asked: &Asked) -> Result<Option<Id>> {
    if let Some(named) = asked.pipeline.as_deref().filter(|named| !named.is_empty()) {
        return Ok(Id::parse(named));
    }
    reader.who.need("pipeline", Action::Read)?;
    let object = reader.object("pipeline")?;
    let all = read::list(reader, &object, &ListQuery { limit: 200, ..ListQuery::default() })?.records;
    let place = |record: &foundation::records::Record| match record.get(&object, "position") {
        Stored::Int(place) => *place,
        _ => i64::MAX,
    };
    let usual = all.iter().find(|record| *record.get(&object, "is_default") == Stored::Bool(true));
    Ok(usual.or_else(|| all.iter().min_by_key(|record| (place(record), record.id))).map(|record| record.id))
}

/// Its stages in which deals are open, in their order.
fn steps(reader: &mut Reader, pipeline: Option<Id>) -> Result<Vec<Step>> {
    let Some(pipeline) = pipeline else { return Ok(Vec::new()) };
    reader.who.need("stage", Action::Read)?;
    let object = reader.object("stage")?;
    let filter =
        foundation::records::ask::filter(reader, &object, &format!("pipeline = \"{pipeline}\" and kind = \"open\""))?;
    let query = ListQuery { limit: 200, filter: Some(filter), ..ListQuery::default() };
    let mut found = read::list(reader, &object, &query)?.records;
    let place = |record: &foundation::records::Record| match record.get(&object, "position") {
        Stored::Int(place) => *place,
        _ => i64::MAX,
    };
    found.sort_by_key(|record| (place(record), record.id));
    Ok(found.into_iter().map(|record| Step { id: record.id, name: record.title }).collect())
}

/// What one step comes to.
#[derive(Default, Clone)]
struct Sums {
    reached: i64,
    entered: i64,
    left: i64,
    forward: i64,
    lost: i64,
    days: Vec<f64>,
}

fn cohort(ground: &Ground, ways: &Ways, period: Period, gather: &mut Gather) -> Vec<Sums> {
    let mut sums = vec![Sums::default(); ways.steps.len() + 1];
    for deal in ground.deals.values().filter(|deal| period.has(deal.begun_on(&deal.now))) {
        let furthest = ways.furthest(deal);
        for (place, sum) in sums.iter_mut().enumerate().take(furthest + 1) {
            sum.reached += 1;
            gather.put(&format!("reached:{place}"), || Behind { is: deal.now.amount, ..Behind::of(deal.id) });
        }
        for (place, entered, left, _) in ways.stays(deal) {
            if let Some(sum) = sums.get_mut(place) {
                sum.days.push((left.0 - entered.0).max(0) as f64 / DAY_MS);
            }
        }
    }
    sums
}

fn passage(ground: &Ground, ways: &Ways, period: Period, gather: &mut Gather) -> Vec<Sums> {
    let mut sums = vec![Sums::default(); ways.steps.len()];
    for deal in ground.deals.values() {
        let put = |what: &str, place: usize, days: Option<f64>, gather: &mut Gather| {
            gather.put(&format!("{what}:{place}"), || Behind { is: deal.now.amount, days, ..Behind::of(deal.id) });
        };
        if let Some(place) = ways.place(ways.first(deal)).filter(|_| period.has(deal.begun_on(&deal.now)))
            && let Some(sum) = sums.get_mut(place)
        {
            sum.entered += 1;
            put("entered", place, None, gather);
        }
        for step in ways.moves(deal.id).iter().filter(|step| period.has(ground.window.day(step.at))) {
            if let Some((place, sum)) = ways.place(step.to).and_then(|place| Some((place, sums.get_mut(place)?))) {
                sum.entered += 1;
                put("entered", place, None, gather);
            }
        }
        for (place, entered, left, to) in ways.stays(deal) {
            let Some(sum) = sums.get_mut(place).filter(|_| period.has(ground.window.day(left))) else { continue };
            let days = (left.0 - entered.0).max(0) as f64 / DAY_MS;
            sum.left += 1;
            sum.days.push(days);
            put("left", place, Some(days), gather);
            // A stage that is none of the open ones ended it; which way, its deal says if it stands there still.
            let is_end = ways.place(to).is_none();
            let was_lost = is_end && deal.stage == to && deal.now.status == Status::Lost;
            if was_lost {
                sum.lost += 1;
                put("lost", place, Some(days), gather);
            } else if is_end || ways.place(to).is_some_and(|to| to > place) {
                sum.forward += 1;
                put("forward", place, Some(days), gather);
            }
        }
    }
    sums
}

/// The middle of these, between the two where there is none.
pub fn median(days: &[f64]) -> Option<f64> {
    let mut sorted = days.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    Some((sorted.get(middle.checked_sub(1)?)? + upper) / 2.0)
}

/// The report.
pub fn told(reader: &mut Reader, asked: &Asked, gather: &mut Gather) -> Result<Told> {
    let pipeline = pipeline(reader, asked)?;
    let steps = steps(reader, pipeline)?;
    let asked = Asked { pipeline: pipeline.map(|id| id.to_string()), ..asked.clone() };
    let mut ground = Ground::begun(reader, &asked)?;
    let mut passed = BTreeSet::new();
    let first = ground.window.begins(ground.window.first());
    queries::lines_after(reader, "deal.stage_changed", first, |deal, _, _| {
        passed.insert(deal);
    })?;
    ground.add(reader, &passed.into_iter().collect::<Vec<_>>())?;
    let ids: Vec<Id> = ground.deals.keys().copied().collect();
    let ways = Ways { steps, moves: moves(reader, &ids)? };
    let language = reader.who.language.clone();
    let w = |name: &str| word(name, &language);
    let period = ground.window.period;

    let now = cohort(&ground, &ways, period, gather);
    let was = ground.window.before.map(|period| cohort(&ground, &ways, period, &mut Gather::nothing()));
    let of = |sums: &[Sums], place: usize| sums.get(place).cloned().unwrap_or_default();
    let begun = of(&now, 0).reached;
    let begun_was = was.as_ref().map(|was| of(was, 0).reached);
    let names = ways.steps.iter().map(|step| step.name.clone()).chain([w("won")]);
    let mut rows = Vec::new();
    for (place, name) in names.enumerate() {
        let sum = of(&now, place);
        let before = was.as_ref().map(|was| of(was, place));
        let after = |sums: &[Sums]| {
            (place < ways.steps.len()).then(|| Value::share(of(sums, place + 1).reached, of(sums, place).reached))
        };
        let cell = |value: Value, before: Option<Value>| Cell::of(value).beside(before.unwrap_or_default());
        let mut reached = cell(Value::Count(sum.reached), before.as_ref().map(|sum| Value::Count(sum.reached)));
        if sum.reached > 0 {
            reached = reached.opening(Opens::rows(format!("reached:{place}")));
        }
        let whole = cell(
            Value::share(sum.reached, begun),
            before.as_ref().map(|sum| Value::share(sum.reached, begun_was.unwrap_or(0))),
        );
        let next = cell(after(&now).unwrap_or_default(), was.as_ref().and_then(|was| after(was)));
        let days = cell(Value::days(median(&sum.days)), before.as_ref().map(|sum| Value::days(median(&sum.days))));
        rows.push(Row {
            key: place.to_string(),
            label: name,
            cells: vec![reached, whole, next, days],
            is_total: place == ways.steps.len(),
        });
    }
    let columns =
        |names: &[&'static str]| -> Vec<Column> { names.iter().map(|name| Column { name, label: w(name) }).collect() };
    let figures = figures(&rows, &language);
    let mut tables = vec![Table {
        name: "cohort",
        title: w("cohort"),
        about: w("cohort_about"),
        chart: Some(Chart::Funnel),
        columns: columns(&["reached", "of_begun", "went_on", "days_median"]),
        rows,
    }];

    let now = passage(&ground, &ways, period, gather);
    let was = ground.window.before.map(|period| passage(&ground, &ways, period, &mut Gather::nothing()));
    let rows = ways.steps.iter().enumerate().map(|(place, step)| {
        let sum = of(&now, place);
        let before = was.as_ref().map(|was| of(was, place));
        let count = |what: &str, pick: &dyn Fn(&Sums) -> i64| {
            let cell = Cell::of(Value::Count(pick(&sum)))
                .beside(before.as_ref().map_or(Value::None, |sum| Value::Count(pick(sum))));
            if pick(&sum) > 0 { cell.opening(Opens::rows(format!("{what}:{place}"))) } else { cell }
        };
        let share =
            |pick: &dyn Fn(&Sums) -> Value| Cell::of(pick(&sum)).beside(before.as_ref().map_or(Value::None, pick));
        Row {
            key: place.to_string(),
            label: step.name.clone(),
            cells: vec![
                count("entered", &|sum| sum.entered),
                count("left", &|sum| sum.left),
                count("forward", &|sum| sum.forward),
                count("lost", &|sum| sum.lost),
                share(&|sum| Value::share(sum.forward, sum.left)),
                share(&|sum| Value::days(median(&sum.days))),
            ],
            is_total: false,
        }
    });
    tables.push(Table {
        name: "passage",
        title: w("passage"),
        about: w("passage_about"),
        chart: None,
        columns: columns(&["entered", "left", "forward", "lost", "went_on", "days_median"]),
        rows: rows.collect(),
    });
    let notes = if ways.steps.is_empty() { vec![w("note_no_stages")] } else { Vec::new() };
    Ok(ground.tell("funnel", &language, (figures, tables), notes))
}

/// How many were begun, how many of them are won, and which share that is.
fn figures(rows: &[Row], language: &str) -> Vec<Figure> {
    let figure = |name: &str, row: Option<&Row>, column: usize| {
        Some(Figure {
            name: name.to_string(),
            label: word(&format!("figure_{name}"), language),
            about: word(&format!("about_{name}"), language),
            cell: row?.cells.get(column)?.clone(),
            more_is_better: Some(true),
        })
    };
    let figures = [
        figure("begun", rows.first(), 0),
        figure("cohort_won", rows.last(), 0),
        figure("cohort_share", rows.last(), 1),
    ];
    figures.into_iter().flatten().collect()
}
