//! Pages: how often they are looked at, begun and ended with, how long; and what comes before and after one.

use analytics::engine::{Cell, Engine as _};
use foundation::App;
use kernel::Result;
use serde_json::{Value as Json, json};

use super::{Period, cell};

/// `{"period","rows":[{"path","views","visits","entries","exits","bounces","seconds"}],"total"}`; `seconds` is the mean
/// of those views that another one followed.
pub fn answer(app: &App, period: &Period, limit: i64) -> Result<Json> {
    let columns = period.columns(app)?;
    let within = period.condition();
    let sql = format!(
        "with seen as (select v.id, v.views, p.path, p.before, p.after, p.seconds from visit v \
           join page p on p.visit = v.id where p.is_event = 0 and v.is_robot = 0 and {within}) \
         select path, count(*) as views, count(distinct id), count(*) filter (where before is null), \
           count(*) filter (where after is null), count(*) filter (where before is null and after is null), \
           round(avg(seconds)) from seen group by path order by views desc, path limit {limit}"
    );
    let rows = columns.engine.rows(&sql, &period.args())?;
    let told = |row: &Vec<Cell>| {
        json!({
            "path": cell(row, 0), "views": cell(row, 1), "visits": cell(row, 2), "entries": cell(row, 3),
            "exits": cell(row, 4), "bounces": cell(row, 5),
            "seconds": row.get(6).and_then(Cell::opt_int),
        })
    };
    let whole = format!(
        "select count(*), count(distinct p.path) from visit v join page p on p.visit = v.id \
         where p.is_event = 0 and v.is_robot = 0 and {within}"
    );
    let whole = columns.engine.rows(&whole, &period.args())?;
    let whole = whole.first().map_or(&[][..], Vec::as_slice);
    Ok(json!({
        "period": period.to_json(), "rows": rows.iter().map(told).collect::<Vec<_>>(),
        "total": { "views": cell(whole, 0), "pages": cell(whole, 1) },
    }))
}

/// `{"page","views","before":[{"path","views"}],"after":[…]}` of a page, the most looked at where none is named. A path
/// of null is where visits begin or end.
pub fn around(app: &App, period: &Period, page: Option<&str>) -> Result<Json> {
    let columns = period.columns(app)?;
    let within = period.condition();
    let page = match page.filter(|page| !page.is_empty()) {
        Some(page) => page.to_string(),
        None => {
            let sql = format!(
                "select p.path, count(*) as views from visit v join page p on p.visit = v.id \
                 where p.is_event = 0 and v.is_robot = 0 and {within} group by 1 order by views desc, 1 limit 1"
            );
            let rows = columns.engine.rows(&sql, &period.args())?;
            rows.first().and_then(|row| row.first()).map(|cell| cell.text().to_string()).unwrap_or_default()
        }
    };
    let side = |column: &str| {
        let sql = format!(
            "select p.{column} as path, count(*) as views from visit v join page p on p.visit = v.id \
             where p.is_event = 0 and v.is_robot = 0 and {within} and p.path = ? group by 1 \
             order by views desc, path nulls first limit 20"
        );
        let mut args = period.args();
        args.push(Cell::Text(page.clone()));
        let rows = columns.engine.rows(&sql, &args)?;
        let told = |row: &Vec<Cell>| json!({ "path": cell(row, 0), "views": cell(row, 1) });
        Ok(rows.iter().map(told).collect::<Vec<_>>())
    };
    let sql = format!(
        "select count(*) from visit v join page p on p.visit = v.id \
         where p.is_event = 0 and v.is_robot = 0 and {within} and p.path = ?"
    );
    let mut args = period.args();
    args.push(Cell::Text(page.clone()));
    let views = columns.engine.rows(&sql, &args)?.first().and_then(|row| row.first()).map_or(0, Cell::int);
    let (before, after): (Result<Vec<Json>>, Result<Vec<Json>>) = (side("before"), side("after"));
    Ok(json!({ "period": period.to_json(), "page": page, "views": views, "before": before?, "after": after? }))
}
