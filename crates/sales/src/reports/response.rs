//! Activity and response: what was done by whom, and how long leads waited for the first who took care of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foundation::Reader;
use foundation::access::Action;
use foundation::company::calendars;
use kernel::{Error, Id, Result, Time};

use super::asked::{Asked, Period};
use super::funnel::median;
use super::ground::Ground;
use super::queries::{self, Done, Lead};
use super::told::{Behind, Cell, Column, Figure, Gather, Opens, Row, Table, Told, Value};
use super::words::word;

const HOUR_MS: f64 = 3_600_000.0;
/// Kinds of activities, in the order of the columns; each is a word too.
const KINDS: [&str; 4] = ["call", "meeting", "visit", "task"];

#[derive(Debug, Default, Clone)]
struct Acts {
    all: i64,
    by_kind: [i64; 4],
    minutes: i64,
}

#[derive(Debug, Default, Clone)]
struct Waits {
    leads: i64,
    hours: Vec<f64>,
    working_hours: Vec<f64>,
}

fn named(owner: Option<Id>) -> String {
    owner.map(|id| id.to_string()).unwrap_or_default()
}

fn acts(done: &[Done], gather: &mut Gather) -> (Acts, BTreeMap<Option<Id>, Acts>) {
    let (mut all, mut people) = (Acts::default(), BTreeMap::<Option<Id>, Acts>::new());
    for one in done {
        let place = KINDS.iter().position(|kind| *kind == one.kind);
        for sums in [&mut all, people.entry(one.owner).or_default()] {
            sums.all += 1;
            sums.minutes += one.minutes.unwrap_or(0).max(0);
            if let Some(sum) = place.and_then(|place| sums.by_kind.get_mut(place)) {
                *sum += 1;
            }
        }
        let key = named(one.owner);
        let row = || Behind::of(one.id);
        for figure in ["done".to_string(), one.kind.clone(), format!("done:{key}"), format!("{}:{key}", one.kind)] {
            gather.put_of("activity", &figure, row);
        }
    }
    (all, people)
}

/// How long each lead of a period waited; `first` says when somebody took care of it.
fn waits(
    leads: &[Lead],
    first: &HashMap<Id, Time>,
    calendar: &calendars::Calendar,
    gather: &mut Gather,
) -> (Waits, BTreeMap<Option<Id>, Waits>) {
    let (mut all, mut people) = (Waits::default(), BTreeMap::<Option<Id>, Waits>::new());
    for lead in leads {
        let touched = [first.get(&lead.id).copied(), lead.converted_at].into_iter().flatten().min();
        let touched = touched.map(|at| Time(at.0.max(lead.created_at.0)));
        let hours = touched.map(|at| (at.0 - lead.created_at.0) as f64 / HOUR_MS);
        let working = touched.map(|at| calendar.between(lead.created_at, at) as f64 / HOUR_MS);
        for waits in [&mut all, people.entry(lead.owner).or_default()] {
            waits.leads += 1;
            waits.hours.extend(hours);
            waits.working_hours.extend(working);
        }
        let key = named(lead.owner);
        let row = || Behind { days: hours.map(|hours| hours / 24.0), ..Behind::of(lead.id) };
        gather.put_of("lead", "leads", row);
        gather.put_of("lead", &format!("leads:{key}"), row);
        let state = if touched.is_some() { "touched" } else { "waiting" };
        gather.put_of("lead", state, row);
        gather.put_of("lead", &format!("{state}:{key}"), row);
    }
    (all, people)
}

/// The report.
pub fn told(reader: &mut Reader, asked: &Asked, gather: &mut Gather) -> Result<Told> {
    let ground = Ground::begin(reader, asked)?;
    if !queries::tells_activities(reader) {
        return Err(Error::Forbidden("this report needs the right to read activities"));
    }
    let tells_leads = reader.who.access.on("lead").allows(Action::Read);
    let language = reader.who.language.clone();
    let w = |name: &str| word(name, &language);
    let filter = asked.people()?;
    let calendar = calendars::load(reader.tx, None)?;
    let both: Vec<Period> = ground.window.both().collect();
    let (mut done, mut leads) = (Vec::new(), Vec::new());
    for period in &both {
        let moments = (ground.window.begins(period.from), ground.window.over(period.to));
        let mut own = Vec::new();
        queries::activities_done(reader, &filter, moments, |activity| own.push(activity))?;
        done.push(own);
        let mut own = Vec::new();
        if tells_leads {
            queries::leads_arrived(reader, &asked.of_leads()?, moments, "source", |lead| own.push(lead))?;
        }
        let ids: Vec<Id> = own.iter().map(|lead| lead.id).collect();
        leads.push((own, queries::first_done(reader, &ids)?));
    }
    let told = |place: usize, gather: &mut Gather| {
        let done = done.get(place)?;
        let (leads, first) = leads.get(place)?;
        Some((acts(done, gather), waits(leads, first, &calendar, gather)))
    };
    let Some(((all, people), (waited, waited_by))) = told(0, gather) else { return Err(Error::NotFound) };
    let before = told(1, &mut Gather::nothing());
    let was_acts = before.as_ref().map(|((all, people), _)| (all, people));
    let was_waits = before.as_ref().map(|(_, (all, people))| (all, people));

    let count = |value: i64, was: Option<i64>, figure: String| {
        let cell = Cell::of(Value::Count(value)).beside(was.map_or(Value::None, Value::Count));
        if value > 0 { cell.opening(Opens::rows(figure)) } else { cell }
    };
    let of = |what: &str, owner: Option<Option<Id>>| match owner {
        None => what.to_string(),
        Some(owner) => format!("{what}:{}", named(owner)),
    };
    let act_cells = |sums: &Acts, was: Option<&Acts>, owner: Option<Option<Id>>| {
        let mut cells = vec![count(sums.all, was.map(|was| was.all), of("done", owner))];
        for (place, kind) in KINDS.iter().enumerate() {
            let pick = |acts: &Acts| acts.by_kind.get(place).copied().unwrap_or(0);
            cells.push(count(pick(sums), was.map(pick), of(kind, owner)));
        }
        let hours = |acts: &Acts| Value::Hours(acts.minutes as f64 / 60.0);
        cells.push(Cell::of(hours(sums)).beside(was.map_or(Value::None, hours)));
        cells
    };
    let hours = |all: &[f64]| median(all).map_or(Value::None, Value::Hours);
    let wait_cells = |sums: &Waits, was: Option<&Waits>, owner: Option<Option<Id>>| {
        let touched = |waits: &Waits| i64::try_from(waits.hours.len()).unwrap_or(i64::MAX);
        let cell = |pick: &dyn Fn(&Waits) -> Value| Cell::of(pick(sums)).beside(was.map_or(Value::None, pick));
        vec![
            count(sums.leads, was.map(|was| was.leads), of("leads", owner)),
            count(touched(sums), was.map(touched), of("touched", owner)),
            count(sums.leads - touched(sums), was.map(|was| was.leads - touched(was)), of("waiting", owner)),
            cell(&|waits| hours(&waits.hours)),
            cell(&|waits| hours(&waits.working_hours)),
        ]
    };
    let keys: BTreeSet<String> = people.keys().chain(waited_by.keys()).map(|owner| named(*owner)).collect();
    let labels = queries::labels(reader, "activity", "owner", &keys)?;
    let label = |owner: Option<Id>| labels.get(&named(owner)).cloned().unwrap_or_else(|| w("nobody"));
    let row =
        |owner: Option<Id>, cells: Vec<Cell>| Row { key: named(owner), label: label(owner), cells, is_total: false };
    let columns =
        |names: &[&'static str]| -> Vec<Column> { names.iter().map(|name| Column { name, label: w(name) }).collect() };
    let by_weight = |mut rows: Vec<Row>| {
        let weight = |row: &Row| row.cells.first().and_then(|cell| cell.value.number()).unwrap_or(0.0);
        rows.sort_by(|one, other| weight(other).total_cmp(&weight(one)).then_with(|| one.label.cmp(&other.label)));
        rows
    };
    let empty = (Acts::default(), Waits::default());
    let act_rows = people
        .iter()
        .map(|(owner, sums)| {
            let was = was_acts.map(|(_, people)| people.get(owner).unwrap_or(&empty.0));
            row(*owner, act_cells(sums, was, Some(*owner)))
        })
        .collect();
    let wait_rows = waited_by
        .iter()
        .map(|(owner, sums)| {
            let was = was_waits.map(|(_, people)| people.get(owner).unwrap_or(&empty.1));
            row(*owner, wait_cells(sums, was, Some(*owner)))
        })
        .collect();
    const ACTS: [&str; 6] = ["done", "call", "meeting", "visit", "task", "minutes"];
    const WAITS: [&str; 5] = ["leads", "touched", "waiting", "hours_median", "working_hours_median"];
    let figure = |name: &str, cell: Option<Cell>, more_is_better: Option<bool>| {
        Some(Figure {
            name: name.to_string(),
            label: w(name),
            about: w(&format!("about_{name}")),
            cell: cell?,
            more_is_better,
        })
    };
    let mut acted = act_cells(&all, was_acts.map(|(all, _)| all), None).into_iter();
    let mut figures = vec![figure("done", acted.next(), Some(true))];
    let mut tables = vec![Table {
        name: "activities",
        title: w("activities"),
        about: w("activities_about"),
        chart: None,
        columns: columns(&ACTS),
        rows: by_weight(act_rows),
    }];
    if tells_leads {
        let cells = wait_cells(&waited, was_waits.map(|(all, _)| all), None);
        let better = [None, Some(true), Some(false), Some(false), Some(false)];
        figures
            .extend(WAITS.iter().zip(cells).zip(better).map(|((name, cell), better)| figure(name, Some(cell), better)));
        tables.push(Table {
            name: "waits",
            title: w("waits"),
            about: w("waits_about"),
            chart: None,
            columns: columns(&WAITS),
            rows: by_weight(wait_rows),
        });
    }
    Ok(ground.tell("response", &language, (figures.into_iter().flatten().collect(), tables), Vec::new()))
}
