//! Goals of KPIs, who set them, and the light that says whether they are reached.

mod queries;

use foundation::access::people;
use foundation::{Operation, Reader};
use jiff::civil::Date;
use kernel::{Currency, Error, Id, Money, Result, Time};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::catalogue::{self, Better, Kpi};
use super::figures::{self, Step};
use crate::period::Period;

/// From so many percent of the goal on it is not red, unless said otherwise.
const AMBER: i64 = 90;

/// What was meant to be reached in a month, a quarter or a year.
#[derive(Debug, Clone, PartialEq)]
pub struct Goal {
    pub kpi: String,
    pub unit: Step,
    pub since: Date,
    /// Money in minor units.
    pub value: f64,
    pub currency: Option<Currency>,
    pub amber: i64,
    pub set_by: Id,
    pub set_at: Time,
}

/// A goal as it is set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewGoal {
    pub kpi: String,
    pub unit: String,
    /// A day of the period.
    pub since: String,
    /// A number; of money an amount with its currency. None takes the goal away.
    pub value: Option<Json>,
    #[serde(default)]
    pub amber: Option<i64>,
}

/// What a period is measured against.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Target {
    pub value: f64,
    pub amber: i64,
    /// Whether it is a part, or a sum, of goals of other periods.
    pub derived: bool,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Light {
    Green,
    Amber,
    Red,
}

impl Light {
    pub fn name(self) -> &'static str {
        match self {
            Light::Green => "green",
            Light::Amber => "amber",
            Light::Red => "red",
        }
    }
}

impl Goal {
    fn period(&self) -> Option<Period> {
        self.unit.starting(self.since)
    }

    fn to_json(&self, kpi: &Kpi, name: Option<String>) -> Json {
        let value = match self.currency {
            Some(currency) => json!(Money::new(self.value.round() as i64, currency)),
            None => figures::told(kpi, Some(self.value), Currency::EUR),
        };
        json!({
            "kpi": self.kpi, "unit": self.unit.name(), "since": self.since.to_string(), "value": value,
            "amber": self.amber, "set_by": { "id": self.set_by, "name": name }, "set_at": self.set_at,
        })
    }
}

/// All goals, with who set them.
pub fn all(reader: &mut Reader) -> Result<Vec<Goal>> {
    queries::all(reader)
}

/// The goals of the KPIs that are named, as JSON.
pub fn show(reader: &mut Reader, kpis: &[&'static Kpi]) -> Result<Json> {
    let mut shown = Vec::new();
    for goal in queries::all(reader)? {
        let Some(kpi) = kpis.iter().find(|kpi| kpi.code == goal.kpi) else { continue };
        let name = people::by_id(reader.tx, goal.set_by)?.map(|person| person.name);
        shown.push(goal.to_json(kpi, name));
    }
    Ok(json!({ "data": shown }))
}

/// Sets a goal, or takes it away.
pub fn set(op: &mut Operation, new: &NewGoal) -> Result<Json> {
    op.who.need_admin()?;
    let kpi = catalogue::named(&new.kpi)
        .ok_or_else(|| Error::invalid("kpi", "unknown", format!("there is no KPI `{}`", new.kpi)))?;
    let unit = match new.unit.as_str() {
        "month" => Step::Month,
        "quarter" => Step::Quarter,
        "year" => Step::Year,
        other => return Err(Error::invalid("unit", "unknown", format!("`{other}` is not month, quarter or year"))),
    };
    let day = new.since.parse::<Date>();
    let day = day.map_err(|_| Error::invalid("since", "not_a_date", "must be a day like 2026-01-01"))?;
    let since = unit.first(day);
    let amber = new.amber.unwrap_or(AMBER);
    if !(1..=100).contains(&amber) {
        return Err(Error::invalid("amber", "range", "a percentage of the goal, 1 to 100"));
    }
    let Some(value) = new.value.as_ref().filter(|value| !value.is_null()) else {
        queries::drop(op, kpi.code, unit, since)?;
        return Ok(json!({ "goal": null }));
    };
    let (value, currency) = value_of(kpi, value)?;
    let set_by = op.who.user.unwrap_or(op.who.id);
    let goal = Goal { kpi: kpi.code.into(), unit, since, value, currency, amber, set_by, set_at: op.now };
    queries::put(op, &goal)?;
    let name = people::by_id(op.tx, set_by)?.map(|person| person.name);
    Ok(json!({ "goal": goal.to_json(kpi, name) }))
}

fn value_of(kpi: &Kpi, value: &Json) -> Result<(f64, Option<Currency>)> {
    if kpi.unit.is_money() {
        let money: Money = serde_json::from_value(value.clone())
            .map_err(|_| Error::invalid("value", "wrong_type", "must be an amount with its currency"))?;
        return Ok((money.amount as f64, Some(money.currency)));
    }
    let number = value.as_f64().filter(|number| number.is_finite());
    let number = number.ok_or_else(|| Error::invalid("value", "wrong_type", "must be a number"))?;
    Ok((number, None))
}

/// Against what a period is measured: a goal of just this period; of what adds up the goals that it is made of; else the
/// shortest goal that it lies in, of what adds up as much of it as the period has of its days.
pub fn target(goals: &[Goal], kpi: &Kpi, period: Period, currency: Currency) -> Option<Target> {
    let fits = |goal: &&Goal| goal.kpi == kpi.code && goal.currency.is_none_or(|of| of == currency);
    let own: Vec<(&Goal, Period)> = goals.iter().filter(fits).filter_map(|goal| Some((goal, goal.period()?))).collect();
    if let Some((goal, _)) = own.iter().find(|(_, of)| *of == period) {
        return Some(Target { value: goal.value, amber: goal.amber, derived: false });
    }
    if kpi.adds {
        for unit in [Step::Month, Step::Quarter] {
            let within: Vec<&(&Goal, Period)> = own
                .iter()
                .filter(|(goal, of)| goal.unit == unit && of.first() >= period.first() && of.last() <= period.last())
                .collect();
            if let Some((first, _)) = within.first()
                && within.iter().map(|(_, of)| of.days()).sum::<i32>() == period.days()
            {
                let value = within.iter().map(|(goal, _)| goal.value).sum();
                return Some(Target { value, amber: first.amber, derived: true });
            }
        }
    }
    let around = own.iter().filter(|(_, of)| of.first() <= period.first() && of.last() >= period.last());
    let (goal, of) = around.min_by_key(|(_, of)| of.days())?;
    let part = if kpi.adds { f64::from(period.days()) / f64::from(of.days()) } else { 1.0 };
    Some(Target { value: goal.value * part, amber: goal.amber, derived: true })
}

/// Green where the goal is reached, amber where it is missed by no more than is tolerated.
pub fn light(kpi: &Kpi, value: f64, target: Target) -> Light {
    let tolerance = target.value.abs() * (100 - target.amber) as f64 / 100.0;
    let missing = match kpi.better {
        Better::More => target.value - value,
        Better::Less => value - target.value,
    };
    match missing {
        missing if missing <= 0.0 => Light::Green,
        missing if missing <= tolerance => Light::Amber,
        _ => Light::Red,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goal(kpi: &str, unit: Step, since: &str, value: f64) -> Goal {
        let since = since.parse().unwrap();
        Goal { kpi: kpi.into(), unit, since, value, currency: None, amber: 90, set_by: Id::NIL, set_at: Time(0) }
    }

    fn period(from: &str, to: &str) -> Period {
        Period::new(from.parse().unwrap(), to.parse().unwrap()).unwrap()
    }

    #[test]
    fn a_period_is_measured_against_its_own_goal_or_what_others_make_of_it() {
        let orders = catalogue::named("orders").unwrap();
        let goals = [
            goal("orders", Step::Month, "2026-04-01", 30.0),
            goal("orders", Step::Month, "2026-05-01", 31.0),
            goal("orders", Step::Month, "2026-06-01", 60.0),
            goal("win_rate", Step::Year, "2026-01-01", 0.5),
        ];
        let value = |kpi: &Kpi, from: &str, to: &str| {
            target(&goals, kpi, period(from, to), Currency::EUR).map(|target| (target.value, target.derived))
        };
        assert_eq!(value(orders, "2026-06-01", "2026-06-30"), Some((60.0, false)));
        assert_eq!(value(orders, "2026-04-01", "2026-06-30"), Some((121.0, true)), "a quarter is its months");
        assert_eq!(value(orders, "2026-06-01", "2026-06-10"), Some((20.0, true)), "a third of the month");
        assert_eq!(value(orders, "2026-06-20", "2026-07-10"), None);
        let rate = catalogue::named("win_rate").unwrap();
        assert_eq!(value(rate, "2026-06-01", "2026-06-10"), Some((0.5, true)), "a share is the same for a part");
    }

    #[test]
    fn lights_know_which_way_is_good() {
        let lit = |code: &str, value: f64| {
            light(catalogue::named(code).unwrap(), value, Target { value: 100.0, amber: 90, derived: false }).name()
        };
        assert_eq!((lit("orders", 100.0), lit("orders", 90.0), lit("orders", 89.9)), ("green", "amber", "red"));
        assert_eq!((lit("backlog", 100.0), lit("backlog", 110.0), lit("backlog", 110.1)), ("green", "amber", "red"));
    }
}
