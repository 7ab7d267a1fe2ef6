//! What the models say of every customer: pattern, class, activity, probability of being alive, value to come.
//!
//! One look at all purchases ([`look`]) gives a row for each customer; [`store`] writes it as fields of the record, so
//! that lists, segments and rights can ask for it, and keeps what a page tells beside it. A look is versioned, tested on
//! purchases that it had not seen, and runs again when something was bought.

pub mod clusters;
pub mod leaving;
pub mod look;
mod offers;
pub mod overview;
pub mod profile;
mod refresh;
mod store;

use std::collections::BTreeMap;

use foundation::Reader;
use foundation::records::read;
use kernel::{Error, Id, Result};
use serde_json::{Value as Json, json};

pub use refresh::{RefreshWork, keep_fresh, start};
pub use store::Profiles;

/// Whose purchases are looked at: those of people, and those of firms.
pub const OBJECTS: [&str; 2] = ["contact", "company"];

/// The object a request names; people unless it says otherwise.
pub fn object(asked: Option<&str>) -> Result<&'static str> {
    match asked {
        None | Some("") => Ok("contact"),
        Some(name) => OBJECTS
            .into_iter()
            .find(|object| *object == name)
            .ok_or_else(|| Error::invalid("object", "unknown", format!("`{name}` is not contact or company"))),
    }
}

/// The titles of records of an object that the caller may read.
fn titles_of(reader: &mut Reader, object: &str, ids: &[Id]) -> Result<BTreeMap<Id, String>> {
    let titles = read::titles_of(reader, [(object.to_string(), ids.to_vec())].into())?;
    Ok(titles.0.into_iter().map(|(id, (_, title))| (id, title)).collect())
}

/// Writes the titles of people and firms into rows that hold their ids under `key`, with the object each is.
pub fn title_rows(reader: &mut Reader, rows: &mut Json) -> Result<()> {
    let Some(rows) = rows.as_array_mut() else { return Ok(()) };
    let ids: Vec<Id> = rows.iter().filter_map(|row| Id::parse(row["key"].as_str()?)).collect();
    let wanted: BTreeMap<String, Vec<Id>> =
        OBJECTS.into_iter().map(|object| (object.to_string(), ids.clone())).collect();
    let titles = read::titles_of(reader, wanted)?;
    for row in rows {
        let Some(id) = row["key"].as_str().and_then(Id::parse) else { continue };
        if let Some((object, title)) = titles.0.get(&id) {
            row["object"] = json!(object);
            row["title"] = json!(title);
        }
    }
    Ok(())
}
