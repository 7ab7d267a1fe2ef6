//! What moved the open pipeline between two days: a waterfall from what was open before the first to what was open after the
//! last. Each deal's difference is split into lines that sum to it exactly, so the whole adds up to the minor unit.

use std::collections::BTreeMap;

use foundation::Reader;
use jiff::civil::Date;
use kernel::{Money, Result};

use super::asked::{Asked, Period};
use super::ground::{Deal, Ground};
use super::history::{State, Status};
use super::told::{Amounts, Behind, Cell, Chart, Column, Figure, Gather, Opens, Purse, Row, Table, Told, Value};
use super::words::word;

/// A line of the waterfall, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Line {
    New,
    Reopened,
    PulledIn,
    SlippedIn,
    Restored,
    Grown,
    Shrunk,
    Won,
    Lost,
    Slipped,
    PulledOut,
    Removed,
}

impl Line {
    pub const ALL: [Line; 12] = [
        Line::New,
        Line::Reopened,
        Line::PulledIn,
        Line::SlippedIn,
        Line::Restored,
        Line::Grown,
        Line::Shrunk,
        Line::Won,
        Line::Lost,
        Line::Slipped,
        Line::PulledOut,
        Line::Removed,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Line::New => "new",
            Line::Reopened => "reopened",
            Line::PulledIn => "pulled_in",
            Line::SlippedIn => "slipped_in",
            Line::Restored => "restored",
            Line::Grown => "grown",
            Line::Shrunk => "shrunk",
            Line::Won => "won",
            Line::Lost => "lost",
            Line::Slipped => "slipped",
            Line::PulledOut => "pulled_out",
            Line::Removed => "removed",
        }
    }

    /// Only where a part of the pipeline is looked at by when it closes.
    fn needs_closing(self) -> bool {
        matches!(self, Line::PulledIn | Line::SlippedIn | Line::Slipped | Line::PulledOut)
    }
}

/// Where a deal stood at the end of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    NotYet,
    /// In the pipeline that is looked at.
    In,
    /// Open, but expected to close before or after the days that are looked at; without a day it is after.
    Before,
    After,
    Won,
    Lost,
    Gone,
}

fn place(deal: &Deal, state: &State, day: Date, closing: Option<Period>) -> Place {
    if deal.begun_on(state) > day {
        return Place::NotYet;
    }
    if state.is_gone {
        return Place::Gone;
    }
    let is_over = state.closed_on.is_none_or(|closed| closed <= day);
    match (state.status, is_over) {
        (Status::Won, true) => Place::Won,
        (Status::Lost, true) => Place::Lost,
        // Open, or closed later than that day.
        (Status::Open, _) | (_, false) => match (closing, state.expected_on) {
            (None, _) => Place::In,
            (Some(closing), Some(day)) if day < closing.from => Place::Before,
            (Some(closing), Some(day)) if day <= closing.to => Place::In,
            (Some(_), _) => Place::After,
        },
    }
}

/// A deal between two days.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Moved {
    pub opening: Option<Money>,
    pub is_opening: bool,
    pub closing: Option<Money>,
    pub is_closing: bool,
    /// What of the difference is which line's; a deal without an amount has lines of nothing.
    pub lines: Vec<(Line, Option<Money>)>,
}

/// Splits what happened to a deal between the ends of two days into lines. Amounts of what left are those it left with, what
/// they had become until then is grown or shrunk; so the lines sum to closing less opening, in each currency.
pub fn moved(deal: &Deal, was: &State, is: &State, days: (Date, Date), closing: Option<Period>) -> Moved {
    let (before, after) = (place(deal, was, days.0, closing), place(deal, is, days.1, closing));
    let minus = |money: Option<Money>| money.map(|money| Money::new(-money.amount, money.currency));
    let mut moved = Moved { is_opening: before == Place::In, is_closing: after == Place::In, ..Moved::default() };
    moved.opening = was.amount.filter(|_| moved.is_opening);
    moved.closing = is.amount.filter(|_| moved.is_closing);
    let came = match before {
        Place::In => None,
        Place::NotYet => Some(Line::New),
        Place::Won | Place::Lost => Some(Line::Reopened),
        Place::Gone => Some(Line::Restored),
        Place::After => Some(Line::PulledIn),
        Place::Before => Some(Line::SlippedIn),
    };
    let left = match after {
        Place::In => None,
        Place::Won => Some(Line::Won),
        Place::Lost => Some(Line::Lost),
        Place::After => Some(Line::Slipped),
        Place::Before => Some(Line::PulledOut),
        Place::Gone | Place::NotYet => Some(Line::Removed),
    };
    match (came, left) {
        (None, None) => moved.lines.extend(grown(was.amount, is.amount)),
        (Some(came), None) => moved.lines.push((came, is.amount)),
        (None, Some(left)) => {
            moved.lines.extend(grown(was.amount, is.amount));
            moved.lines.push((left, minus(is.amount)));
        }
        // It came and was closed between the two days.
        (Some(Line::New), Some(left @ (Line::Won | Line::Lost)))
            if closing.is_none_or(|closing| is.closed_on.is_some_and(|day| closing.has(day))) =>
        {
            moved.lines.push((Line::New, is.amount));
            moved.lines.push((left, minus(is.amount)));
        }
        (Some(_), Some(_)) => {}
    }
    moved
}

fn grown(was: Option<Money>, is: Option<Money>) -> Vec<(Line, Option<Money>)> {
    let line = |amount: i64| if amount > 0 { Line::Grown } else { Line::Shrunk };
    let change = |amount: i64, of: Money| (amount != 0).then(|| (line(amount), Some(Money::new(amount, of.currency))));
    match (was, is) {
        (Some(was), Some(is)) if was.currency == is.currency => {
            change(is.amount.saturating_sub(was.amount), is).into_iter().collect()
        }
        (was, is) => {
            let lost = was.and_then(|was| change(-was.amount, was));
            lost.into_iter().chain(is.and_then(|is| change(is.amount, is))).collect()
        }
    }
}

/// Counts and amounts of a waterfall.
#[derive(Debug, Default)]
pub struct Waterfall {
    pub opening: Part,
    pub closing: Part,
    pub lines: BTreeMap<Line, Part>,
    /// Of what stayed open: expected to close later, or earlier, than before.
    pub later: Part,
    pub earlier: Part,
}

#[derive(Debug, Default, Clone)]
pub struct Part {
    pub count: i64,
    pub amounts: Amounts,
}

impl Part {
    pub fn add(&mut self, money: Option<Money>) {
        self.count += 1;
        if let Some(money) = money {
            let sum = self.amounts.entry(money.currency).or_default();
            *sum = sum.saturating_add(money.amount);
        }
    }
}

fn waterfall(ground: &Ground, period: Period, closing: Option<Period>, gather: &mut Gather) -> Waterfall {
    let (eve, last) = (period.eve(), period.to);
    let (opens, over) = (ground.window.begins(period.from), ground.window.over(last));
    let mut told = Waterfall::default();
    for deal in ground.deals.values() {
        let was = ground.history.at(deal.id, deal.now, opens);
        let is = ground.history.at(deal.id, deal.now, over);
        let moved = moved(deal, &was, &is, (eve, last), closing);
        let row = |part: Option<Money>| Behind { was: moved.opening, is: moved.closing, part, ..Behind::of(deal.id) };
        if moved.is_opening {
            told.opening.add(moved.opening);
            gather.put("opening", || row(moved.opening));
        }
        if moved.is_closing {
            told.closing.add(moved.closing);
            gather.put("closing", || row(moved.closing));
        }
        for (line, money) in &moved.lines {
            told.lines.entry(*line).or_default().add(*money);
            gather.put(line.name(), || Behind { was: was.amount, is: is.amount, ..row(*money) });
        }
        if moved.is_opening && moved.is_closing {
            match (was.expected_on, is.expected_on) {
                (Some(was), Some(is)) if is > was => {
                    told.later.add(moved.closing);
                    gather.put("later", || row(moved.closing));
                }
                (Some(was), Some(is)) if is < was => {
                    told.earlier.add(moved.closing);
                    gather.put("earlier", || row(moved.closing));
                }
                _ => {}
            }
        }
    }
    told
}

/// The report.
pub fn told(reader: &mut Reader, asked: &Asked, gather: &mut Gather) -> Result<Told> {
    let ground = Ground::since_first(reader, asked)?;
    let closing = asked.closing()?.filter(|_| ground.sees.expected);
    let language = reader.who.language.clone();
    let now = waterfall(&ground, ground.window.period, closing, gather);
    let before = ground.window.before.map(|period| waterfall(&ground, period, closing, &mut Gather::nothing()));
    let purse = ground.purse(reader)?;
    let w = |name: &str| word(name, &language);

    let mut notes = Vec::new();
    if !ground.sees.amounts {
        notes.push(w("note_amounts"));
    }
    let mut rows = Vec::new();
    let mut row = |name: &str, part: &Part, was: Option<&Part>, is_total: bool| {
        rows.push(Row {
            key: name.to_string(),
            label: w(&format!("line_{name}")),
            cells: cells(&ground, &purse, name, part, was),
            is_total,
        });
    };
    row("opening", &now.opening, before.as_ref().map(|before| &before.opening), true);
    let none = Part::default();
    for line in Line::ALL.into_iter().filter(|line| closing.is_some() || !line.needs_closing()) {
        let part = now.lines.get(&line).unwrap_or(&none);
        let was = before.as_ref().map(|before| before.lines.get(&line).unwrap_or(&none));
        row(line.name(), part, was, false);
    }
    row("closing", &now.closing, before.as_ref().map(|before| &before.closing), true);
    if ground.sees.amounts {
        add_up(&mut rows);
    }
    let columns = [("deals", true), ("amount", ground.sees.amounts)];
    let columns = columns.into_iter().filter(|(_, is_seen)| *is_seen);
    let columns: Vec<Column> = columns.map(|(name, _)| Column { name, label: w(name) }).collect();
    let mut tables = vec![Table {
        name: "waterfall",
        title: w("waterfall"),
        about: w("waterfall_about"),
        chart: Some(Chart::Waterfall),
        columns: columns.clone(),
        rows,
    }];
    if ground.sees.expected {
        let both = [("later", &now.later), ("earlier", &now.earlier)];
        let was =
            |name: &str| before.as_ref().map(|before| if name == "later" { &before.later } else { &before.earlier });
        let rows = both.map(|(name, part)| Row {
            key: name.to_string(),
            label: w(&format!("line_{name}")),
            cells: cells(&ground, &purse, name, part, was(name)),
            is_total: false,
        });
        tables.push(Table {
            name: "moved",
            title: w("moved"),
            about: w("moved_about"),
            chart: None,
            columns,
            rows: rows.into(),
        });
    }
    let figures = figures(&tables, &language, ground.sees.amounts);
    Ok(ground.tell("changes", &language, (figures, tables), notes))
}

fn cells(ground: &Ground, purse: &Purse, name: &str, part: &Part, was: Option<&Part>) -> Vec<Cell> {
    let count = |part: &Part| Value::Count(part.count);
    let amount = |part: &Part| Value::Money(purse.sum(&part.amounts));
    let cell = |value: &dyn Fn(&Part) -> Value| {
        let cell = Cell::of(value(part)).beside(was.map_or(Value::None, value));
        if part.count == 0 { cell } else { cell.opening(Opens::rows(name)) }
    };
    let mut cells = vec![cell(&count)];
    if ground.sees.amounts {
        cells.push(cell(&amount));
    }
    cells
}

/// Amounts of several currencies were rounded line by line: what closes is what the lines come to.
fn add_up(rows: &mut [Row]) {
    let of = |cell: &Value| match cell {
        Value::Money(money) => Some(*money),
        _ => None,
    };
    let Some((closing, lines)) = rows.split_last_mut() else { return };
    let sum = |pick: &dyn Fn(&Cell) -> Value| {
        let amounts = lines.iter().filter_map(|row| of(&pick(row.cells.get(1)?)));
        amounts.fold(0i64, |sum, money| sum.saturating_add(money.amount))
    };
    let (value, before) = (sum(&|cell| cell.value), sum(&|cell| cell.before));
    let Some(cell) = closing.cells.get_mut(1) else { return };
    cell.value = of(&cell.value).map_or(Value::None, |money| Value::Money(Money::new(value, money.currency)));
    cell.before = of(&cell.before).map_or(Value::None, |money| Value::Money(Money::new(before, money.currency)));
}

/// What a glance should tell: how much is open, what came, what was won and lost.
fn figures(tables: &[Table], language: &str, amounts: bool) -> Vec<Figure> {
    let rows = tables.first().map(|table| table.rows.as_slice()).unwrap_or_default();
    let wanted = [("closing", None), ("new", Some(true)), ("won", Some(true)), ("lost", Some(false))];
    let figure = |(name, more_is_better): (&str, Option<bool>)| {
        let row = rows.iter().find(|row| row.key == name)?;
        // Deals without amounts are told by their number.
        let of_amounts = row.cells.get(usize::from(amounts))?;
        let is_nothing = of_amounts.value.number() == Some(0.0);
        let mut cell = if is_nothing { row.cells.first()?.clone() } else { of_amounts.clone() };
        // What left is told as how much it was.
        for value in [&mut cell.value, &mut cell.before] {
            if let Value::Money(money) = value {
                money.amount = money.amount.saturating_abs();
            }
        }
        Some(Figure {
            name: name.to_string(),
            label: row.label.clone(),
            about: word(&format!("about_{name}"), language),
            cell,
            more_is_better,
        })
    };
    wanted.into_iter().filter_map(figure).collect()
}
