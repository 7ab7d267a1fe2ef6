//! Visits by one of their sides: the source, the phrase, the device, the country.

use analytics::engine::Engine as _;
use foundation::App;
use foundation::access::Principal;
use kernel::{Error, Result};
use serde_json::{Value as Json, json};

use super::{FIGURES, Period, cell, figures};
use crate::countries;

/// The sides: name, column, and a condition where only some visits have one.
const DIMENSIONS: &[(&str, &str, &str)] = &[
    ("medium", "v.medium", "true"),
    ("source", "v.source", "v.source <> ''"),
    ("search", "v.source", "v.medium = 'search'"),
    ("assistant", "v.source", "v.medium = 'assistant'"),
    ("social", "v.source", "v.medium = 'social'"),
    ("referral", "v.source", "v.medium = 'referral'"),
    ("phrase", "v.phrase", "v.phrase is not null"),
    ("campaign", "coalesce(v.campaign, v.source)", "v.medium = 'campaign'"),
    ("entry", "v.entry", "v.entry is not null"),
    ("exit", "v.exit", "v.exit is not null"),
    ("device", "v.device", "true"),
    ("browser", "coalesce(v.browser, '')", "true"),
    ("system", "coalesce(v.system, '')", "true"),
    ("country", "coalesce(v.country, '')", "true"),
    ("site", "coalesce(cast(v.site as varchar), '')", "true"),
];

/// The column and the condition of a dimension.
pub fn dimension(name: &str) -> Result<(&'static str, &'static str)> {
    DIMENSIONS
        .iter()
        .find(|(known, _, _)| *known == name)
        .map(|(_, column, condition)| (*column, *condition))
        .ok_or_else(|| Error::invalid("dimension", "unknown_option", format!("visits have no `{name}`")))
}

/// `{"period","rows":[{"key","medium",…figures,"before"}],"total"}`, the most visits first.
pub fn answer(app: &App, period: &Period, name: &str, limit: i64) -> Result<Json> {
    let (column, has) = dimension(name)?;
    let columns = period.columns(app)?;
    let sql = format!(
        "select {column} as key, min(v.medium) as medium, {FIGURES} from visit v where v.is_robot = 0 and {has} and {} \
         group by 1 order by 3 desc, 1 limit {limit}",
        period.condition()
    );
    let rows = columns.engine.rows(&sql, &period.args())?;
    let whole = format!(
        "select {FIGURES}, count(distinct {column}) from visit v where v.is_robot = 0 and {has} and {}",
        period.condition()
    );
    let whole = columns.engine.rows(&whole, &period.args())?;
    let mut total = figures(whole.first().map_or(&[][..], Vec::as_slice), 0);
    total["rows"] = whole.first().map_or(Json::Null, |row| cell(row, 7));
    let mut told: Vec<Json> = rows
        .iter()
        .map(|row| {
            let mut told = figures(row, 2);
            told["key"] = cell(row, 0);
            told["medium"] = cell(row, 1);
            told
        })
        .collect();
    if let Some(before) = period.before() {
        let columns = before.columns(app)?;
        let sql = format!(
            "select {column} as key, count(*) from visit v where v.is_robot = 0 and {has} and {} group by 1",
            before.condition()
        );
        let rows = columns.engine.rows(&sql, &before.args())?;
        let was: std::collections::HashMap<&str, i64> =
            rows.iter().filter_map(|row| Some((row.first()?.text(), row.get(1)?.int()))).collect();
        for row in &mut told {
            row["visits_before"] = json!(was.get(row["key"].as_str().unwrap_or_default()).copied().unwrap_or(0));
        }
    }
    let mut answer = json!({ "period": period.to_json(), "rows": told, "total": total });
    if name == "country" {
        // Without a table nobody is anywhere; the page says how to get one.
        answer["table"] = app.read_now(&Principal::system("analysis"), countries::show)?;
    }
    Ok(answer)
}
