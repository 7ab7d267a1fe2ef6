//! What an alert looks at: the steps of a KPI, or of the answer to a question, oldest first; and how each of them lies to
//! what was to be expected before it came.

use std::collections::BTreeMap;

use foundation::access::Principal;
use foundation::records::read;
use foundation::{App, Reader};
use jiff::civil::Date;
use kernel::{Currency, Error, Id, Result};
use serde_json::Value as Json;

use crate::period::Period;
use crate::scorecards::asked;
use crate::scorecards::base::Base;
use crate::scorecards::catalogue::{Kpi, Unit};
use crate::scorecards::figures::{self, Step};
use crate::sql::answer::Asking;
use methods::unusual::{self, Band, Lies, Scale};

/// Rows of an answer that are looked at.
const MOST_ROWS: usize = 1_000;

/// What is watched.
#[derive(Debug, Clone, Copy)]
pub enum What {
    Kpi(&'static Kpi),
    Question(Id),
}

/// When it is an alarm. A line of money is in whole units of the currency, one of shares in percent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule {
    /// Out of the ordinary, with one false alarm in so many looks.
    Unusual(f64),
    Above(f64),
    Below(f64),
}

/// What is watched, how, and in which steps.
#[derive(Debug, Clone, Copy)]
pub struct Watch {
    pub what: What,
    pub step: Step,
    pub rule: Rule,
}

/// What it came to in a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    pub period: Period,
    pub value: Option<f64>,
}

/// A point and how it lies.
#[derive(Debug, Clone, Copy)]
pub struct Judged {
    pub point: Point,
    pub state: State,
    /// Between what it was to be expected; of a line the side that has one.
    pub low: Option<f64>,
    pub expected: Option<f64>,
    pub high: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    TooLittle,
    Quiet,
    Watching,
    TooHigh,
    TooLow,
    NoRight,
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            State::TooLittle => "too_little",
            State::Quiet => "quiet",
            State::Watching => "watching",
            State::TooHigh => "too_high",
            State::TooLow => "too_low",
            State::NoRight => "no_right",
        }
    }

    pub fn named(name: &str) -> Option<State> {
        [State::TooLittle, State::Quiet, State::Watching, State::TooHigh, State::TooLow, State::NoRight]
            .into_iter()
            .find(|state| state.name() == name)
    }

    pub fn is_alarm(self) -> bool {
        matches!(self, State::TooHigh | State::TooLow)
    }
}

/// How many looks of a step there are in the time that a rate names.
pub fn one_in(step: Step, false_alarms: &str) -> Result<f64> {
    let quarters = match false_alarms {
        "" | "quarter" => 1.0,
        "half_year" => 2.0,
        "year" => 4.0,
        other => {
            let detail = format!("`{other}` is not quarter, half_year or year");
            return Err(Error::invalid("false_alarms", "unknown_option", detail));
        }
    };
    Ok(quarters
        * match step {
            Step::Day => 91.0,
            Step::Week => 13.0,
            _ => 3.0,
        })
}

/// The season of a step, and how many of them are looked back at: with a season, where there are as many, and without.
fn reach(step: Step) -> (usize, usize, usize) {
    match step {
        Step::Day => (7, 84, 84),
        Step::Week => (52, 208, 52),
        _ => (12, 60, 24),
    }
}

/// The series under the rights of `who`, and its currency where it is money.
pub fn series(app: &App, who: &Principal, watch: &Watch, points: usize) -> Result<(Vec<Point>, Option<Currency>)> {
    let base = Base::recent(app)?;
    let today = asked::as_of(app, &base)?;
    match watch.what {
        What::Kpi(kpi) => {
            let steps = over(watch.step, today, points + reach(watch.step).1);
            let sheet = figures::of(&base.engine, kpi, &steps, None)?;
            let value = |place: usize| sheet.get(&(place, String::new())).and_then(|figure| figure.value);
            let points = steps.iter().enumerate().map(|(place, step)| Point { period: *step, value: value(place) });
            Ok((points.collect(), kpi.unit.is_money().then(|| base.currency())))
        }
        What::Question(id) => Ok((asked_for(app, who, id, watch.step, today)?, None)),
    }
}

/// The last steps that are over, oldest first.
fn over(step: Step, today: Date, count: usize) -> Vec<Period> {
    let mut steps = Vec::with_capacity(count);
    let mut first = step.first(today);
    while steps.len() < count {
        let Ok(before) = first.yesterday() else { break };
        first = step.first(before);
        steps.extend(step.starting(first));
    }
    steps.reverse();
    steps
}

/// The answer to a question: rows of a day and a number are a series, a single number is that of the last step that is over.
fn asked_for(app: &App, who: &Principal, id: Id, step: Step, today: Date) -> Result<Vec<Point>> {
    let sql = app.read_now(who, |reader| question(reader, id))?;
    let answer = Asking::new()?.answer(app, who, &sql, Some(MOST_ROWS))?;
    let columns = answer["columns"].as_array().map(Vec::as_slice).unwrap_or_default();
    let rows = answer["rows"].as_array().map(Vec::as_slice).unwrap_or_default();
    let kind = |column: &Json| column["type"].as_str().unwrap_or_default().to_string();
    let day =
        columns.iter().position(|column| kind(column).starts_with("date") || kind(column).starts_with("timestamp"));
    let number = columns
        .iter()
        .enumerate()
        .position(|(place, _)| rows.iter().any(|row| row[place].is_number()) && Some(place) != day);
    let Some(number) = number else {
        return Err(Error::invalid("question", "no_number", "the answer of the question holds no number"));
    };
    let last = over(step, today, 1);
    let Some(day) = day else {
        let value = rows.first().and_then(|row| row[number].as_f64());
        return Ok(last.into_iter().map(|period| Point { period, value }).collect());
    };
    let mut known = BTreeMap::new();
    for row in rows {
        let text = row[day].as_str().and_then(|text| text.get(..10));
        let (Some(day), Some(value)) = (text.and_then(|text| text.parse::<Date>().ok()), row[number].as_f64()) else {
            continue;
        };
        *known.entry(step.first(day)).or_insert(0.0) += value;
    }
    let (Some(first), Some(last)) = (known.keys().next().copied(), last.last()) else { return Ok(Vec::new()) };
    let count = reach(step).1 + 60;
    let steps = over(step, today, count).into_iter().filter(|period| period.first() >= first);
    debug_assert!(last.last() < today);
    Ok(steps.map(|period| Point { period, value: known.get(&period.first()).copied() }).collect())
}

fn question(reader: &mut Reader, id: Id) -> Result<String> {
    let object = reader.object("sql_question")?;
    let record = read::get(reader, &object, id)?;
    Ok(record.get(&object, "sql").as_text().unwrap_or_default().to_string())
}

/// The last points with how each lies to what was before it.
pub fn judged(watch: &Watch, points: &[Point], currency: Option<Currency>, count: usize) -> Vec<Judged> {
    let values: Vec<Option<f64>> = points.iter().map(|point| point.value).collect();
    (points.len().saturating_sub(count)..points.len())
        .filter_map(|place| Some(judge(watch, *points.get(place)?, values.get(..place)?, currency)))
        .collect()
}

fn judge(watch: &Watch, point: Point, past: &[Option<f64>], currency: Option<Currency>) -> Judged {
    let line = |line: f64| match watch.what {
        What::Kpi(kpi) if kpi.unit == Unit::Share => line / 100.0,
        What::Kpi(kpi) if kpi.unit.is_money() => {
            line * 10_f64.powi(currency.map_or(2, |currency| i32::try_from(currency.decimals()).unwrap_or(2)))
        }
        What::Kpi(_) | What::Question(_) => line,
    };
    let mut judged = Judged { point, state: State::TooLittle, low: None, expected: None, high: None };
    match watch.rule {
        Rule::Above(stated) => {
            let line = line(stated);
            judged.high = Some(line);
            judged.state = said(point.value, |value| if value > line { State::TooHigh } else { State::Quiet });
        }
        Rule::Below(stated) => {
            let line = line(stated);
            judged.low = Some(line);
            judged.state = said(point.value, |value| if value < line { State::TooLow } else { State::Quiet });
        }
        Rule::Unusual(one_in) => {
            let Some(band) = ordinary(watch, past, one_in) else { return judged };
            (judged.low, judged.expected, judged.high) = (Some(band.low), Some(band.expected), Some(band.high));
            judged.state = said(point.value, |value| match band.lies(value) {
                Lies::Within => State::Quiet,
                Lies::Near => State::Watching,
                Lies::Below => State::TooLow,
                Lies::Above => State::TooHigh,
            });
        }
    }
    judged
}

fn said(value: Option<f64>, state: impl Fn(f64) -> State) -> State {
    value.map_or(State::TooLittle, state)
}

fn ordinary(watch: &Watch, past: &[Option<f64>], one_in: f64) -> Option<Band> {
    let unit = match watch.what {
        What::Kpi(kpi) => Some(kpi.unit),
        What::Question(_) => None,
    };
    let scale = match unit {
        Some(Unit::Count) => Scale::Counts,
        Some(Unit::Money | Unit::MoneyPerDay | Unit::Days | Unit::Hours | Unit::Ratio) => Scale::Amounts,
        Some(Unit::Share | Unit::Rating) | None => Scale::Plain,
    };
    // Steps before the first value of all are no past.
    let begun = past.iter().position(|value| value.is_some_and(|value| value != 0.0))?;
    let known = past.get(begun..)?;
    let (season, long, short) = reach(watch.step);
    let most = if known.len() >= season * unusual::SEASONS { long } else { short };
    let mut band = unusual::band(known.get(known.len().saturating_sub(most)..)?, season, scale, one_in)?;
    if unit == Some(Unit::Share) {
        band.low = band.low.max(0.0);
        band.high = band.high.min(1.0);
    }
    Some(band)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_steps_that_are_over_are_looked_at() {
        let weeks = over(Step::Week, "2026-06-19".parse().unwrap(), 2);
        let told: Vec<_> = weeks.iter().map(|week| (week.from(), week.to())).collect();
        let expected = [("2026-06-01", "2026-06-07"), ("2026-06-08", "2026-06-14")];
        assert_eq!(told, expected.map(|(from, to)| (from.to_string(), to.to_string())));
    }

    #[test]
    fn a_rate_is_stated_in_time_and_means_so_many_looks() {
        assert_eq!(one_in(Step::Week, "quarter").unwrap(), 13.0);
        assert_eq!(one_in(Step::Day, "year").unwrap(), 364.0);
        assert!(one_in(Step::Day, "week").is_err());
    }

    #[test]
    fn a_line_needs_no_past_and_what_has_no_value_says_nothing() {
        let period = over(Step::Week, "2026-06-19".parse().unwrap(), 1)[0];
        let watch = |rule| Watch { what: What::Question(Id::NIL), step: Step::Week, rule };
        let state = |rule, value| judged(&watch(rule), &[Point { period, value }], None, 1)[0].state;
        assert_eq!(state(Rule::Below(4.0), Some(3.0)), State::TooLow);
        assert_eq!(state(Rule::Below(4.0), Some(4.0)), State::Quiet);
        assert_eq!(state(Rule::Above(4.0), None), State::TooLittle);
        assert_eq!(state(Rule::Unusual(13.0), Some(4.0)), State::TooLittle);
    }
}
