//! Reports of operations: how sales goes, over a period beside the one before, exact as of now and under the reader's rights.
//!
//! - [`changes`]: what moved the open pipeline between two days, a waterfall that adds up to the minor unit;
//! - [`funnel`]: how far deals come, and how long they stand in a stage;
//! - [`velocity`]: what the open deals bring a day;
//! - [`sources`]: what leads of a source or campaign became, and what that cost;
//! - [`response`]: what was done, and how long leads waited;
//! - [`ageing`]: how long open deals stand where they stand;
//! - [`leaders`]: who won, began and did how much.
//!
//! A report is one computation over the deals that the reader may see ([`ground`]), some of them put back to what they were
//! on a day by the ledger's lines ([`history`]). It gives the figures and, asked for one of them, the very records that it
//! is made of ([`told::Gather`]): the two cannot disagree. Figures are told as data and in words of the reader's language;
//! page, paper ([`paper`]) and workbook are made of the same answer.

mod ageing;
mod asked;
mod attainment;
mod changes;
mod funnel;
mod ground;
mod history;
mod leaders;
mod paper;
mod queries;
mod response;
mod routes;
mod sheet;
mod sources;
#[cfg(test)]
mod tests;
mod told;
mod velocity;
mod words;

use foundation::Reader;
use foundation::records::read;
use kernel::{Error, Result};
use serde_json::{Value as Json, json};

pub use asked::Asked;
pub use paper::content;
pub use routes::routes;
pub use told::Told;

/// Names of the reports, in the order of reading.
pub const NAMES: [&str; 7] = ["changes", "funnel", "velocity", "sources", "response", "ageing", "leaders"];

const DEAL: &str = "deal";

/// Records behind a figure that are told at once.
const PAGE: usize = 100;

/// The report of that name.
pub fn answer(reader: &mut Reader, name: &str, asked: &Asked) -> Result<Told> {
    made(reader, name, asked, &mut told::Gather::nothing())
}

fn made(reader: &mut Reader, name: &str, asked: &Asked, gather: &mut told::Gather) -> Result<Told> {
    match name {
        "changes" => changes::told(reader, asked, gather),
        "funnel" => funnel::told(reader, asked, gather),
        "velocity" => velocity::told(reader, asked, gather),
        "sources" => sources::told(reader, asked, gather),
        "response" => response::told(reader, asked, gather),
        "ageing" => ageing::told(reader, asked, gather),
        "leaders" => leaders::told(reader, asked, gather),
        _ => Err(Error::NotFound),
    }
}

/// The records that a figure of a report is made of, largest first:
/// `{"object","count","data":[{"id","title","subtitle","was","is","part","days"}],"next"}`; `next` is the place to go on from.
pub fn rows(reader: &mut Reader, name: &str, asked: &Asked) -> Result<Json> {
    let figure = asked.figure.clone().ok_or_else(|| Error::invalid("figure", "required", "say which figure"))?;
    let mut gather = told::Gather::of(figure);
    made(reader, name, asked, &mut gather)?;
    let mut rows = gather.rows;
    rows.sort_by_key(|row| (std::cmp::Reverse(row.weight()), row.id));
    let start = asked.start.unwrap_or(0).min(rows.len());
    let page = rows.get(start..rows.len().min(start + PAGE)).unwrap_or_default();
    let object = reader.object(gather.object)?;
    let ids: Vec<kernel::Id> = page.iter().map(|row| row.id).collect();
    let records = read::get_many(reader, &object, &ids)?;
    let titles = read::titles(reader, &object, &records)?;
    let data: Vec<Json> = page
        .iter()
        .filter_map(|row| {
            let record = records.iter().find(|record| record.id == row.id)?;
            let owner = record.get(&object, "owner").as_link();
            let hidden = reader.who.access.on(&object.def.name).hidden_fields.contains("owner");
            let owner = owner.filter(|_| !hidden).and_then(|id| titles.0.get(&id)).map(|(_, title)| title.clone());
            Some(json!({
                "id": row.id, "title": record.title, "owner": owner,
                "was": row.was, "is": row.is, "part": row.part, "days": row.days,
            }))
        })
        .collect();
    let end = start + page.len();
    Ok(json!({
        "object": object.def.plural, "count": rows.len(), "data": data, "next": (end < rows.len()).then_some(end),
    }))
}
