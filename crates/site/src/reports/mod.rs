//! What pages ask of visits. Everything counts people's visits; robots stand apart.
//!
//! A visitor is counted by its hash. Without consent that is one of the day, so the same person on two days counts twice
//! (and says so); by logs and with consent it is the same one from day to day.

pub mod buyers;
pub mod by;
pub mod cohorts;
pub mod overview;
pub mod pages;
pub mod people;
mod period;
mod queries;
pub mod steps;

use analytics::engine::Cell;
use foundation::Reader;
use foundation::access::Action;
use foundation::records::ask;
use kernel::{Error, Result};
use serde_json::{Value as Json, json};

pub use period::Period;

/// Fails unless the caller may read all sites and contacts: figures of visits tell of all who came.
pub fn may_see(reader: &Reader) -> Result<()> {
    for name in ["site", "contact"] {
        let object = reader.object(name)?;
        reader.who.need(name, Action::Read)?;
        if ask::rule_question(reader, &object, Action::Read)?.is_some() {
            return Err(Error::Forbidden("figures of all visits need the right to read all sites and people"));
        }
    }
    Ok(())
}

/// The figures of some visits, as SQL over `visit v`, in the order of [`Figures`].
const FIGURES: &str = "count(*), count(distinct v.visitor), coalesce(sum(v.views), 0), \
    count(*) filter (where v.views = 1), coalesce(sum(v.seconds), 0), count(distinct v.party), \
    count(*) filter (where v.views > 0)";

/// `{"visits","visitors","views","bounces","seconds","known","paged"}` of a row, from `column` on. Bounces are visits of
/// one page, `paged` those of any: whoever only fetched an image that another site shows looked at none.
fn figures(row: &[Cell], column: usize) -> Json {
    let figure = |place: usize| row.get(column + place).map_or(0, Cell::int);
    json!({
        "visits": figure(0), "visitors": figure(1), "views": figure(2), "bounces": figure(3), "seconds": figure(4),
        "known": figure(5), "paged": figure(6),
    })
}

fn cell(row: &[Cell], column: usize) -> Json {
    match row.get(column) {
        Some(Cell::Int(value)) => json!(value),
        Some(Cell::Real(value)) => json!(value),
        Some(Cell::Text(text)) => json!(text),
        Some(Cell::Null | Cell::Bytes(_)) | None => Json::Null,
    }
}
