//! KPIs reckoned for any number of periods at once, in all or by a dimension: one statement for each that is made of rows.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};
use kernel::{Currency, Error, Money, Result};
use serde_json::{Value as Json, json};

use super::catalogue::{self, Kpi, Shape};
use super::interval;
use crate::engine::embedded::Embedded;
use crate::engine::{Cell, Engine as _};
use crate::period::{Comparison, Period};

/// Groups of one breakdown at most.
pub const MOST_GROUPS: usize = 200;
/// Points of one series at most.
const MOST_POINTS: usize = 400;

/// What a KPI is in one period.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Figure {
    /// None where it does not exist: a share or a mean of nothing. Money in minor units, whole below 2^53.
    pub value: Option<f64>,
    pub range: Option<(f64, f64)>,
    /// Of how many cases, where it is a share or a mean.
    pub cases: Option<i64>,
}

/// How a period is cut into the points of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Step {
    pub fn named(name: &str) -> Result<Step> {
        Ok(match name {
            "day" => Step::Day,
            "week" => Step::Week,
            "month" => Step::Month,
            "quarter" => Step::Quarter,
            "year" => Step::Year,
            other => {
                let detail = format!("`{other}` is not day, week, month, quarter or year");
                return Err(Error::invalid("series", "unknown", detail));
            }
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            Step::Day => "day",
            Step::Week => "week",
            Step::Month => "month",
            Step::Quarter => "quarter",
            Step::Year => "year",
        }
    }

    /// What suits a period: a few dozen points at most.
    pub fn for_period(period: Period) -> Step {
        match period.days() {
            ..=45 => Step::Day,
            46..=200 => Step::Week,
            201..=1500 => Step::Month,
            1501..=4500 => Step::Quarter,
            _ => Step::Year,
        }
    }

    /// The first day of the step that `day` lies in; weeks begin on Monday.
    pub fn first(self, day: Date) -> Date {
        let month = |month: i8| Date::new(day.year(), month, 1).unwrap_or(day);
        match self {
            Step::Day => day,
            Step::Week => {
                let back = i32::from(day.weekday().to_monday_zero_offset());
                day.checked_sub(back.days()).unwrap_or(day)
            }
            Step::Month => day.first_of_month(),
            Step::Quarter => month((day.month() - 1) / 3 * 3 + 1),
            Step::Year => month(1),
        }
    }

    fn span(self) -> Span {
        match self {
            Step::Day => 1.day(),
            Step::Week => 1.week(),
            Step::Month => 1.month(),
            Step::Quarter => 3.months(),
            Step::Year => 1.year(),
        }
    }

    /// The whole step that begins on that day.
    pub fn starting(self, first: Date) -> Option<Period> {
        let next = first.checked_add(self.span()).ok()?;
        Period::new(first, next.yesterday().ok()?)
    }

    /// The steps that a period touches, the first and the last cut to it.
    pub fn within(self, period: Period) -> Result<Vec<Period>> {
        let mut steps = Vec::new();
        let mut first = self.first(period.first());
        while first <= period.last() {
            if steps.len() == MOST_POINTS {
                return Err(Error::invalid("series", "too_many", format!("more than {MOST_POINTS} points")));
            }
            let Some(whole) = self.starting(first) else { break };
            let cut = Period::new(whole.first().max(period.first()), whole.last().min(period.last()));
            steps.extend(cut);
            let Ok(next) = whole.last().tomorrow() else { break };
            first = next;
        }
        Ok(steps)
    }
}

/// Figures by period (its place in the list asked for) and by the key of a dimension; an empty key where there is none.
pub type Sheet = BTreeMap<(usize, String), Figure>;

/// A KPI in each of these periods.
pub fn of(engine: &Embedded, kpi: &Kpi, periods: &[Period], by: Option<&str>) -> Result<Sheet> {
    match kpi.shape {
        Shape::Made(parts) => {
            let sheets: Vec<(Sheet, i32)> = parts
                .iter()
                .filter_map(|(code, power)| Some((catalogue::named(code)?, *power)))
                .map(|(part, power)| Ok((of(engine, part, periods, by)?, power)))
                .collect::<Result<_>>()?;
            Ok(multiplied(&sheets))
        }
        Shape::Figure { rows, value } => {
            read(engine, periods, rows, by, value, &|cells| Figure { value: real(cells.first()), ..Figure::default() })
        }
        Shape::Share { rows, holds } => {
            let value = format!("count(*) filter (where {holds}), count(*)");
            read(engine, periods, rows, by, &value, &|cells| {
                let (hits, among) = (cells.first().map_or(0, Cell::int), cells.get(1).map_or(0, Cell::int));
                Figure {
                    value: (among > 0).then(|| hits as f64 / among as f64),
                    range: interval::wilson(hits, among),
                    cases: Some(among),
                }
            })
        }
        Shape::Mean { rows, of } => {
            let value = format!("avg({of}), stddev_samp({of}), count({of})");
            read(engine, periods, rows, by, &value, &|cells| {
                let cases = cells.get(2).map_or(0, Cell::int);
                let mean = real(cells.first());
                Figure {
                    value: mean,
                    range: mean.and_then(|mean| interval::of_mean(mean, real(cells.get(1))?, cases)),
                    cases: Some(cases),
                }
            })
        }
    }
}

fn real(cell: Option<&Cell>) -> Option<f64> {
    cell.filter(|cell| **cell != Cell::Null).map(Cell::real).filter(|value| value.is_finite())
}

/// The product of powers, place by place. Nothing where a part has no value or is divided by nothing.
fn multiplied(sheets: &[(Sheet, i32)]) -> Sheet {
    let places: std::collections::BTreeSet<_> = sheets.iter().flat_map(|(sheet, _)| sheet.keys().cloned()).collect();
    let value = |place: &(usize, String)| {
        sheets.iter().try_fold(1.0, |product, (sheet, power)| {
            let part = sheet.get(place)?.value?;
            let next = product * part.powi(*power);
            next.is_finite().then_some(next)
        })
    };
    places.into_iter().map(|place| (place.clone(), Figure { value: value(&place), ..Figure::default() })).collect()
}

/// Runs one aggregate over all periods. Every period has a figure, also one in which nothing happened.
fn read(
    engine: &Embedded,
    periods: &[Period],
    rows: &str,
    by: Option<&str>,
    value: &str,
    figure: &dyn Fn(&[Cell]) -> Figure,
) -> Result<Sheet> {
    let mut sheet = Sheet::new();
    if periods.is_empty() {
        return Ok(sheet);
    }
    let buckets = buckets(periods);
    // Of all, a period without rows counts too: `left join` would count an empty row, so those are asked for apart.
    let key = by.map_or("''".to_string(), |by| format!("coalesce(cast(t.{by} as varchar), '')"));
    let sql = format!(
        "with bucket(n, before, since, until) as (values {buckets}) select b.n, {key}, {value} from bucket b {rows} group by 1, 2"
    );
    engine.each(&sql, &[], &mut |cells| {
        let place = cells.first().map_or(0, Cell::int);
        let key = cells.get(1).map(|cell| cell.text().to_string()).unwrap_or_default();
        if let Ok(place) = usize::try_from(place) {
            sheet.insert((place, key), figure(cells.get(2..).unwrap_or_default()));
        }
        Ok(())
    })?;
    if by.is_none() && sheet.len() < periods.len() {
        let sql = format!(
            "with bucket(n, before, since, until) as (values {buckets}) select {value} from (select b.* from bucket b where false) b {rows}"
        );
        let nothing = engine.rows(&sql, &[])?;
        let nothing = nothing.first().map_or(Figure::default(), |cells| figure(cells));
        for place in 0..periods.len() {
            sheet.entry((place, String::new())).or_insert(nothing);
        }
    }
    Ok(sheet)
}

/// `(0, date '2017-05-01', date '2017-06-01', date '2017-06-30'), …`
fn buckets(periods: &[Period]) -> String {
    let row = |(place, period): (usize, &Period)| {
        let before = period.beside(Comparison::Previous).map_or(period.from(), |before| before.from());
        format!("({place}, date '{before}', date '{}', date '{}')", period.from(), period.to())
    };
    periods.iter().enumerate().map(row).collect::<Vec<_>>().join(", ")
}

/// A value as the API tells it: money as money, anything else as a number.
pub fn told(kpi: &Kpi, value: Option<f64>, currency: Currency) -> Json {
    match value {
        None => Json::Null,
        Some(value) if kpi.unit.is_money() => json!(Money::new(value.round() as i64, currency)),
        // Counts are whole.
        Some(value) if value.fract() == 0.0 && value.abs() < 1e15 => json!(value as i64),
        Some(value) => json!(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(from: &str, to: &str) -> Period {
        Period::new(from.parse().unwrap(), to.parse().unwrap()).unwrap()
    }

    #[test]
    fn a_period_is_cut_into_steps_whose_ends_are_its_own() {
        let steps = Step::Month.within(period("2017-01-15", "2017-03-02")).unwrap();
        let told: Vec<_> = steps.iter().map(|step| (step.from(), step.to())).collect();
        let expected = [("2017-01-15", "2017-01-31"), ("2017-02-01", "2017-02-28"), ("2017-03-01", "2017-03-02")];
        assert_eq!(told, expected.map(|(from, to)| (from.to_string(), to.to_string())));
        assert_eq!(Step::Week.within(period("2017-06-28", "2017-07-04")).unwrap().len(), 2, "weeks begin on Monday");
        assert_eq!(Step::Quarter.first("2017-06-30".parse().unwrap()).to_string(), "2017-04-01");
        assert!(Step::Day.within(period("2010-01-01", "2017-01-01")).is_err(), "more than anybody looks at");
    }

    /// Every statement of the catalogue, on a base in which nothing happened.
    #[test]
    fn every_kpi_is_reckoned_where_nothing_happened() {
        let folder = tempfile::tempdir().unwrap();
        let engine = Embedded::open(folder.path()).unwrap();
        for table in crate::facts::queries::TABLES.iter().chain(super::super::queries::TABLES) {
            engine.run(&format!("create table {} ({})", table.name, table.columns)).unwrap();
        }
        super::super::queries::DERIVED.iter().for_each(|view| engine.run(view).unwrap());
        let periods = [period("2026-05-01", "2026-05-31"), period("2026-04-01", "2026-04-30")];
        for kpi in catalogue::all() {
            let sheet = of(&engine, kpi, &periods, None).unwrap_or_else(|fault| panic!("{}: {fault}", kpi.code));
            assert_eq!(sheet.len(), 2, "{}", kpi.code);
            for by in kpi.dimensions {
                let groups =
                    of(&engine, kpi, &periods, Some(by)).unwrap_or_else(|fault| panic!("{}: {fault}", kpi.code));
                assert!(groups.is_empty(), "{} {by}", kpi.code);
            }
        }
    }

    #[test]
    fn the_step_suits_the_period() {
        for (from, to, step) in [
            ("2017-06-01", "2017-06-30", Step::Day),
            ("2017-01-01", "2017-03-31", Step::Week),
            ("2016-07-01", "2017-06-30", Step::Month),
            ("2010-01-01", "2016-12-31", Step::Quarter),
        ] {
            assert_eq!(Step::for_period(period(from, to)), step, "{from}");
        }
    }
}
