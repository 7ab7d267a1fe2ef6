//! What is to come: sales, orders and buyers by period, with how far off such forecasts were on the past.

use jiff::civil::Date;
use kernel::{Currency, Error, Id, Money, Result};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::cube::measures::JOINS;
use crate::engine::Cell;
use crate::facts::Facts;
use methods::day;
use methods::forecast::interval::{Coverage, covered};
use methods::forecast::series::{Frequency, Gaps, Series};
use methods::forecast::{self as method, Refusal};

/// Periods ahead at most.
const FARTHEST: usize = 104;
/// After so many days without a purchase the data ended there; before that, yesterday was the last whole day.
const STILL: i32 = 90;

/// What a request asks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    #[serde(default)]
    measure: Option<String>,
    #[serde(default)]
    by: Option<String>,
    #[serde(default)]
    horizon: Option<usize>,
    /// The id of a product line; all without.
    #[serde(default)]
    line: Option<String>,
    /// Whose purchases: of people, of firms, or `all` together.
    #[serde(default)]
    object: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measure {
    Revenue,
    Orders,
    Buyers,
    Quantity,
}

impl Measure {
    fn named(name: &str) -> Result<Measure> {
        Ok(match name {
            "revenue" => Measure::Revenue,
            "orders" => Measure::Orders,
            "buyers" => Measure::Buyers,
            "quantity" => Measure::Quantity,
            other => {
                let wanted = "revenue, orders, buyers or quantity";
                return Err(Error::invalid("measure", "unknown", format!("`{other}` is not {wanted}")));
            }
        })
    }

    fn sql(self) -> &'static str {
        match self {
            Measure::Revenue => "coalesce(sum(p.revenue), 0)",
            Measure::Orders => "count(distinct case when p.kind <> 'return' then p.document end)",
            Measure::Buyers => "count(distinct case when p.kind <> 'return' then coalesce(p.contact, p.company) end)",
            Measure::Quantity => {
                "cast(floor(coalesce(sum(case when p.kind <> 'return' then p.quantity end), 0) / 1000000.0) as bigint)"
            }
        }
    }

    /// As the API shows it: an amount of money, or a number of two digits behind the point.
    fn shown(self, value: f64, currency: Currency) -> Json {
        match self {
            Measure::Revenue => json!(Money::new(value.round() as i64, currency)),
            Measure::Orders | Measure::Buyers | Measure::Quantity => json!((value * 100.0).round() / 100.0),
        }
    }
}

fn frequency(by: &str) -> Result<Frequency> {
    Ok(match by {
        "day" => Frequency::Day,
        "week" => Frequency::Week,
        "month" => Frequency::Month,
        "quarter" => Frequency::Quarter,
        "year" => Frequency::Year,
        other => {
            let wanted = "day, week, month, quarter or year";
            return Err(Error::invalid("by", "unknown", format!("`{other}` is not {wanted}")));
        }
    })
}

/// The past of a measure and what follows it.
pub fn answer(facts: &Facts, asked: &Asked) -> Result<Json> {
    let name = asked.measure.as_deref().unwrap_or("revenue");
    let measure = Measure::named(name)?;
    let by = asked.by.as_deref().unwrap_or("month");
    let frequency = frequency(by)?;
    let horizon = asked.horizon.unwrap_or(6).clamp(1, FARTHEST);
    let line = match asked.line.as_deref().filter(|line| !line.is_empty()) {
        None => None,
        Some(line) => {
            Some(Id::parse(line).ok_or_else(|| Error::invalid("line", "unknown", "is not the id of a product line"))?)
        }
    };
    let currency = facts.note.currency;
    let whose = match asked.object.as_deref() {
        Some("all") => "true",
        other => match crate::customers::object(other)? {
            "company" => "p.company is not null",
            _ => "p.contact is not null",
        },
    };
    let through = last_whole_day(facts, whose)?;
    let amounts = past(facts, measure, by, whose, line, through)?;
    let shown = |value: f64| measure.shown(value, currency);
    let mut answer = json!({
        "measure": name, "by": by, "horizon": horizon, "line": line, "currency": currency, "through": through.to_string(),
        "past": [], "ahead": [], "model": null, "back_test": null, "tried": [], "warnings": [], "refused": null,
    });
    let series = match Series::of(frequency, through, Gaps::Nought, amounts) {
        Ok(series) => series,
        Err(refusal) => return Ok(refused(answer, &refusal)),
    };
    answer["past"] = series
        .values
        .iter()
        .enumerate()
        .map(|(at, value)| json!({ "from": frequency.later(series.start, at).to_string(), "value": shown(*value) }))
        .collect();
    match method::forecast(&series, horizon, &[]) {
        Err(refusal) => Ok(refused(answer, &refusal)),
        Ok(forecast) => {
            // Nobody buys less than nothing, whatever a band of a thin series says.
            let at_least = |value: f64| shown(value.max(0.0));
            answer["ahead"] = forecast
                .points
                .iter()
                .map(|point| {
                    json!({
                        "from": point.period.to_string(), "value": at_least(point.value),
                        "low80": at_least(point.low80), "high80": at_least(point.high80),
                        "low95": at_least(point.low95), "high95": at_least(point.high95),
                    })
                })
                .collect();
            let naive = forecast.tried.iter().find(|tried| tried.model == method::choice::Model::SeasonalNaive);
            answer["model"] = json!(forecast.label);
            answer["back_test"] = json!(forecast.backtest.as_ref().map(|test| json!({
                "origins": test.origins, "steps": test.steps, "smape": test.smape, "mase": test.mase,
                "naive_smape": naive.map(|naive| naive.smape),
                "coverage80": covered(test, series.values.len(), Coverage::P80),
                "coverage95": covered(test, series.values.len(), Coverage::P95),
            })));
            answer["tried"] = forecast
                .tried
                .iter()
                .map(|test| json!({ "model": test.model, "smape": test.smape, "mase": test.mase }))
                .collect();
            answer["warnings"] = json!(forecast.warnings);
            Ok(answer)
        }
    }
}

fn refused(mut answer: Json, refusal: &Refusal) -> Json {
    answer["refused"] = json!(refusal);
    answer
}

/// Yesterday; or the day of the last purchase where there was none for long, as the data ended there.
fn last_whole_day(facts: &Facts, whose: &str) -> Result<Date> {
    let made = day::at(facts.note.made_at);
    let sql =
        format!("select max(p.day) - date '1970-01-01' from purchase p where {whose} and p.day <= cast(? as date)");
    let rows = facts.engine.rows(&sql, &[Cell::Text(day::text(made))])?;
    let last =
        rows.first().and_then(|row| row.first()?.opt_int()).and_then(|day| i32::try_from(day).ok()).unwrap_or(made);
    Ok(day::of(if made - last <= STILL { made - 1 } else { last }))
}

/// Amounts by the first day of their period. What counts each customer once in a period cannot be summed from days.
fn past(
    facts: &Facts,
    measure: Measure,
    by: &str,
    whose: &str,
    line: Option<Id>,
    through: Date,
) -> Result<Vec<(Date, i64)>> {
    let figure = measure.sql();
    let mut args = vec![Cell::from(by), Cell::Text(through.to_string())];
    let mut narrowed = format!("p.day <= cast(? as date) and {whose}");
    if let Some(line) = line {
        narrowed.push_str(" and cast(g.line as string) = ?");
        args.push(Cell::Text(line.to_string()));
    }
    let sql = format!(
        "select cast(date_trunc(?, p.day) as date), {figure} from {JOINS} where {narrowed} group by 1 order by 1"
    );
    let rows = facts.engine.rows(&sql, &args)?;
    let read = |row: &Vec<Cell>| Some((row.first()?.text().parse().ok()?, row.get(1)?.int()));
    Ok(rows.iter().filter_map(read).collect())
}
