//! The known people behind a figure: who came, when last, how often.

use analytics::engine::{Cell, Engine as _};
use foundation::App;
use foundation::access::Principal;
use kernel::{Error, Id, Result, Time};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{Period, by, cell};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    to: Option<String>,
    #[serde(default)]
    site: Option<Id>,
    /// Only those whose visits say this of this side: `by=phrase&key=blue tea`.
    #[serde(default)]
    by: Option<String>,
    #[serde(default)]
    key: Option<String>,
}

/// `{"period","rows":[{"key","object","title","visits","views","last"}]}`, who came last first. People whom the caller
/// may not see stand there without a name.
pub fn answer(app: &App, who: &Principal, asked: &Asked) -> Result<Json> {
    let period = Period::asked(app, asked.from.as_deref(), asked.to.as_deref(), None, asked.site)?;
    let mut args = period.args();
    let of = match (&asked.by, &asked.key) {
        (None, None) => "true".to_string(),
        (Some(by), Some(key)) => {
            let (column, has) = by::dimension(by)?;
            args.push(Cell::Text(key.clone()));
            format!("{has} and {column} = ?")
        }
        _ => return Err(Error::invalid("key", "required", "`by` and `key` go together")),
    };
    let sql = format!(
        "select cast(v.party as varchar) as party, count(*), sum(v.views), max(v.started) as last from visit v \
         where v.is_robot = 0 and v.party is not null and {} and {of} group by 1 order by last desc, 1 limit 500",
        period.condition()
    );
    let rows = period.columns(app)?.engine.rows(&sql, &args)?;
    let told = |row: &Vec<Cell>| {
        let last = row.get(3).map_or(0, Cell::int);
        json!({ "key": cell(row, 0), "visits": cell(row, 1), "views": cell(row, 2), "last": Time(last) })
    };
    let mut rows = Json::Array(rows.iter().map(told).collect());
    app.read_now(who, |reader| analytics::customers::title_rows(reader, &mut rows))?;
    Ok(json!({ "period": period.to_json(), "rows": rows }))
}
