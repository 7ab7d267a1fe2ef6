//! The figures of a period beside those of another, and its course by day, week or month.

use analytics::engine::{Cell, Engine as _};
use foundation::App;
use foundation::access::Principal;
use kernel::{Error, Id, Result, Time};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{FIGURES, Period, cell, figures};
use crate::visits;
use crate::visits::columns::Columns;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    to: Option<String>,
    #[serde(default)]
    compare: Option<String>,
    /// `day`, `week` or `month`.
    #[serde(default)]
    by: Option<String>,
    #[serde(default)]
    site: Option<Id>,
}

/// `{"state","period","before","figures","figures_before","course","course_before","robots",…}`; the state is `empty`
/// where there never was a visit.
pub fn answer(app: &App, asked: &Asked) -> Result<Json> {
    let Asked { from, to, compare, by, site } = asked;
    let step = match by.as_deref() {
        None | Some("" | "day") => "day",
        Some("week") => "week",
        Some("month") => "month",
        Some(other) => {
            let why = format!("`{other}` is not day, week or month");
            return Err(Error::invalid("by", "unknown_option", why));
        }
    };
    let period = Period::asked(app, from.as_deref(), to.as_deref(), compare.as_deref(), *site)?;
    let span = app.read_now(&Principal::system("analysis"), visits::span)?;
    let before = period.before();
    let columns = period.columns(app)?;
    let mut told = json!({
        "state": if span.is_some() { "ready" } else { "empty" },
        "first": span.map(|(first, _)| Time(first)), "last": span.map(|(_, last)| Time(last)),
        "period": period.to_json(), "before": before.as_ref().map(Period::to_json), "by": step,
        "zone": columns.zone.iana_name(),
        "figures": sums(&columns, &period)?, "course": course(&columns, &period, step)?,
        "robots": robots(&columns, &period)?,
        "hours": hours(&columns, &period)?,
    });
    if let Some(before) = before {
        let columns = before.columns(app)?;
        told["figures_before"] = sums(&columns, &before)?;
        told["course_before"] = course(&columns, &before, step)?;
    }
    Ok(told)
}

fn sums(columns: &Columns, period: &Period) -> Result<Json> {
    let sql = format!(
        "select {FIGURES}, count(*) filter (where v.is_lasting = 0) from visit v where v.is_robot = 0 and {}",
        period.condition()
    );
    let rows = columns.engine.rows(&sql, &period.args())?;
    let row = rows.first().map_or(&[][..], Vec::as_slice);
    let mut told = figures(row, 0);
    // Whose hash is of a day: the same person on two days counts twice among the visitors.
    told["of_a_day"] = cell(row, 7);
    Ok(told)
}

fn course(columns: &Columns, period: &Period, step: &str) -> Result<Json> {
    let at = match step {
        "week" => "date_trunc('week', v.day)",
        "month" => "date_trunc('month', v.day)",
        _ => "v.day",
    };
    let sql = format!(
        "select cast(cast({at} as date) as varchar) as step, {FIGURES} from visit v where v.is_robot = 0 and {} \
         group by 1 order by 1",
        period.condition()
    );
    let rows = columns.engine.rows(&sql, &period.args())?;
    let told = |row: &Vec<Cell>| {
        let mut told = figures(row, 1);
        told["at"] = cell(row, 0);
        told
    };
    Ok(Json::Array(rows.iter().map(told).collect()))
}

/// Robots by name: visits and what they asked for.
fn robots(columns: &Columns, period: &Period) -> Result<Json> {
    let sql = format!(
        "select coalesce(v.robot, '') as robot, count(*) as visits, sum(v.hits) as hits from visit v \
         where v.is_robot = 1 and {} group by 1 order by visits desc, robot limit 50",
        period.condition()
    );
    let rows = columns.engine.rows(&sql, &period.args())?;
    let told = |row: &Vec<Cell>| json!({ "name": cell(row, 0), "visits": cell(row, 1), "hits": cell(row, 2) });
    let all = format!("select count(*) from visit v where v.is_robot = 1 and {}", period.condition());
    let all = columns.engine.rows(&all, &period.args())?;
    Ok(
        json!({ "visits": all.first().map_or(Json::Null, |row| cell(row, 0)), "rows": rows.iter().map(told).collect::<Vec<_>>() }),
    )
}

/// Visits by weekday (Monday first) and hour.
fn hours(columns: &Columns, period: &Period) -> Result<Json> {
    let sql = format!(
        "select isodow(v.day) as weekday, v.hour, count(*) from visit v where v.is_robot = 0 and {} \
         group by 1, 2 order by 1, 2",
        period.condition()
    );
    let mut table = vec![vec![0_i64; 24]; 7];
    for row in columns.engine.rows(&sql, &period.args())? {
        let place = |column: usize, less: i64| row.get(column).and_then(|c| usize::try_from(c.int() - less).ok());
        let slot = place(0, 1).zip(place(1, 0)).and_then(|(day, hour)| table.get_mut(day)?.get_mut(hour));
        if let (Some(slot), Some(count)) = (slot, row.get(2)) {
            *slot = count.int();
        }
    }
    Ok(json!(table))
}
