//! A source as its run sees it: the record, read into what it means; and what must hold before it is written.

use std::collections::BTreeMap;

use events::{Facts, NewEvent, RecordView};
use foundation::records::{Object, Record, read};
use foundation::{Operation, Reader};
use kernel::{Error, Id, Result, Time, Value};
use serde::{Deserialize, Serialize};

use crate::formats::Wishes;
use crate::mapping::Options;
use foundation::jobs::clock::Schedule;

/// The name of the object.
pub const OBJECT: &str = "source";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    File,
    Folder,
    Sqlite,
    Postgres,
    Mysql,
    Http,
}

impl Kind {
    fn parse(name: &str) -> Option<Kind> {
        Some(match name {
            "file" => Kind::File,
            "folder" => Kind::Folder,
            "sqlite" => Kind::Sqlite,
            "postgres" => Kind::Postgres,
            "mysql" => Kind::Mysql,
            "http" => Kind::Http,
            _ => return None,
        })
    }
}

/// What becomes of a record whose row is not there any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenGone {
    Keep,
    Mark,
    Trash,
}

/// A source ready to be read.
#[derive(Debug, Clone)]
pub struct Setup {
    pub id: Id,
    pub name: String,
    pub kind: Kind,
    pub object: String,
    pub place: String,
    pub query: Option<String>,
    pub settings: Settings,
    pub mapping: Option<Mapping>,
    pub keys: Vec<String>,
    pub priority: i64,
    pub wins: bool,
    pub when_gone: WhenGone,
    /// In percent.
    pub gone_limit: i64,
    pub refuses_repeated: bool,
    pub schedule: Schedule,
    pub paused: bool,
    pub created_at: Time,
    pub deleted: bool,
}

/// What else there is to say about a place.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Of a folder: which files, `*.csv`.
    pub files: Option<String>,
    /// Of a web address: where in the answer the rows are, `data.items`.
    pub rows: Option<String>,
    pub pages: Option<Pages>,
    /// Headers that hold no secret.
    pub headers: BTreeMap<String, String>,
    /// The header that the secret goes into; `Authorization` where nothing is said.
    pub secret_header: Option<String>,
    /// Seconds that one answer may take.
    pub timeout_s: Option<u64>,
}

/// How the next page of a web address is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "lowercase", deny_unknown_fields)]
pub enum Pages {
    /// The answer holds the next address at this path.
    Next { path: String },
    /// The answer holds a cursor at this path, which goes into this parameter.
    Cursor { path: String, parameter: String },
    /// The parameter counts rows, `size` at a time.
    Offset {
        parameter: String,
        size: u64,
        #[serde(default)]
        limit: Option<String>,
    },
    /// The parameter counts pages.
    Number {
        parameter: String,
        #[serde(default = "one")]
        first: u64,
        #[serde(default)]
        size: u64,
        #[serde(default)]
        limit: Option<String>,
    },
}

fn one() -> u64 {
    1
}

/// Which column feeds which field: columns by their names, so that their order may change.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mapping {
    pub columns: Vec<MappedColumn>,
    /// The field by which a row that is new finds a record that is there already.
    #[serde(rename = "match", skip_serializing_if = "Option::is_none")]
    pub match_by: Option<String>,
    /// The same text for every row, by field.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub constants: BTreeMap<String, String>,
    /// The product whose export this is, where it was recognised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// How the file is to be read.
    #[serde(flatten)]
    pub wishes: Wishes,
    /// ISO 3166-1 alpha-2, of phone numbers written nationally.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Of amounts without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MappedColumn {
    pub name: String,
    #[serde(default)]
    pub field: Option<String>,
    #[serde(default, skip_serializing_if = "is_usual")]
    pub options: Options,
}

fn is_usual(options: &Options) -> bool {
    *options == Options::default()
}

impl Setup {
    pub fn of(object: &Object, record: &Record) -> Result<Setup> {
        let text = |name: &str| record.get(object, name).as_text().unwrap_or_default().to_string();
        let whole = |name: &str, otherwise: i64| match record.get(object, name) {
            Value::Int(number) => *number,
            _ => otherwise,
        };
        let is = |name: &str| *record.get(object, name) == Value::Bool(true);
        let kind = Kind::parse(&text("kind"))
            .ok_or_else(|| Error::invalid("kind", "required", "say what kind of source it is"))?;
        Ok(Setup {
            id: record.id,
            name: text("name"),
            kind,
            object: text("object_name"),
            place: text("place").trim().to_string(),
            query: Some(text("query").trim().to_string()).filter(|query| !query.is_empty()),
            settings: json_of(record.get(object, "settings"), "settings")?,
            mapping: match record.get(object, "mapping") {
                Value::Null => None,
                value => Some(json_of(value, "mapping")?),
            },
            keys: names(&text("key_columns")),
            priority: whole("priority", 50),
            wins: is("wins"),
            when_gone: match text("when_gone").as_str() {
                "mark" => WhenGone::Mark,
                "trash" => WhenGone::Trash,
                _ => WhenGone::Keep,
            },
            gone_limit: whole("gone_limit", 20).clamp(0, 100),
            refuses_repeated: text("when_repeated") == "refuse",
            schedule: Schedule::read(&text("schedule"), whole("every", 0), &text("daily_at")),
            paused: is("paused"),
            created_at: record.created_at,
            deleted: record.deleted_at.is_some(),
        })
    }
}

/// The source of that id, under the caller's rights.
pub fn load(reader: &mut Reader, id: Id) -> Result<Setup> {
    let object = reader.object(OBJECT)?;
    let record = read::get(reader, &object, id)?;
    Setup::of(&object, &record)
}

/// [`load`], for those who may change it: to run a source is to change its records.
pub fn load_to_run(reader: &mut Reader, id: Id) -> Result<Setup> {
    reader.who.need(OBJECT, foundation::access::Action::Update)?;
    let setup = load(reader, id)?;
    if setup.deleted {
        return Err(Error::conflict("record.trashed", "the record is in the bin; restore it first"));
    }
    Ok(setup)
}

/// Keeps the mapping of a source that had none: what was guessed once stays the same for every load.
pub fn keep_mapping(op: &mut Operation, id: Id, mapping: &Mapping, keys: &[String]) -> Result<()> {
    use foundation::records::write::{self, Write};
    let object = op.object(OBJECT)?;
    let record = read::get(op, &object, id)?;
    let mut values = Vec::new();
    let at = |name: &str| object.def.position(name).ok_or_else(|| Error::internal(format!("sources have no {name}")));
    if record.get(&object, "mapping").is_null() {
        let json = serde_json::to_value(mapping).map_err(Error::internal)?;
        values.push((at("mapping")?, Value::Json(Box::new(json))));
    }
    if record.get(&object, "key_columns").is_null() && !keys.is_empty() {
        values.push((at("key_columns")?, Value::Text(keys.join(", "))));
    }
    if values.is_empty() {
        return Ok(());
    }
    write::apply_one(op, &object, Write::Update { id, version: None, values }).map(drop)
}

/// A list of names as people write it.
fn names(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_string).collect()
}

fn json_of<T: serde::de::DeserializeOwned + Default>(value: &Value, field: &str) -> Result<T> {
    match value {
        Value::Json(json) => serde_json::from_value((**json).clone())
            .map_err(|fault| Error::invalid(field, "wrong_type", fault.to_string())),
        _ => Ok(T::default()),
    }
}

/// What must hold for a source beyond its fields.
pub struct SourceFacts;

impl Facts for SourceFacts {
    fn concerns(&self, object: &str) -> bool {
        object == OBJECT
    }

    fn faults(&self, _: &str, after: &dyn RecordView) -> Vec<(&'static str, &'static str, String)> {
        let mut faults = Vec::new();
        let place = after.text("place").unwrap_or_default();
        let kind = after.text("kind").and_then(Kind::parse);
        if holds_password(place) {
            faults.push((
                "place",
                "holds_secret",
                "leave the password out of the address and give it as the source's secret, where nobody can read it"
                    .into(),
            ));
        }
        let fitting: &[&str] = match kind {
            Some(Kind::Postgres) => &["postgres://", "postgresql://"],
            Some(Kind::Mysql) => &["mysql://", "mariadb://"],
            Some(Kind::Http) => &["https://", "http://"],
            Some(Kind::File | Kind::Folder | Kind::Sqlite) | None => &[],
        };
        if !fitting.is_empty() && !fitting.iter().any(|start| place.to_ascii_lowercase().starts_with(start)) {
            faults.push((
                "place",
                "not_a_url",
                format!("must be an address that begins with {}", fitting.join(" or ")),
            ));
        }
        let whole = |name: &str| match after.value(name) {
            Value::Int(number) => Some(*number),
            _ => None,
        };
        let mut within = |name: &'static str, least: i64, most: i64| {
            if whole(name).is_some_and(|number| number < least) {
                faults.push((name, "too_small", format!("at least {least}")));
            }
            if whole(name).is_some_and(|number| number > most) {
                faults.push((name, "too_large", format!("at most {most}")));
            }
        };
        within("priority", 1, 1000);
        within("gone_limit", 0, 100);
        within("every", 1, 10_000);
        match after.text("schedule") {
            Some("minutes" | "hours") if whole("every").is_none() => {
                faults.push(("every", "required", "say how many".into()));
            }
            Some("daily") if !after.text("daily_at").is_some_and(foundation::jobs::clock::is_hour) => {
                faults.push(("daily_at", "not_a_time", "must be an hour such as 06:30".into()));
            }
            _ => {}
        }
        if let Value::Json(json) = after.value("mapping")
            && let Err(fault) = serde_json::from_value::<Mapping>((**json).clone())
        {
            faults.push(("mapping", "wrong_type", fault.to_string()));
        }
        if let Value::Json(json) = after.value("settings") {
            match serde_json::from_value::<Settings>((**json).clone()) {
                Err(fault) => faults.push(("settings", "wrong_type", fault.to_string())),
                Ok(settings) if settings.headers.keys().any(|name| is_secret_header(name)) => {
                    faults.push((
                        "settings",
                        "holds_secret",
                        "give the value of this header as the source's secret".into(),
                    ));
                }
                Ok(_) => {}
            }
        }
        faults
    }

    fn on_change(&self, _: &str, _: Option<&dyn RecordView>, _: Option<&dyn RecordView>) -> Vec<NewEvent> {
        Vec::new()
    }
}

/// `scheme://user:password@host`, or a password among the parameters.
fn holds_password(place: &str) -> bool {
    let Some((_, rest)) = place.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let in_front = authority.rsplit_once('@').is_some_and(|(who, _)| who.contains(':'));
    let parameters = rest.split_once('?').map_or("", |(_, parameters)| parameters).to_ascii_lowercase();
    let secret =
        |name: &str| matches!(name, "password" | "pwd" | "api_key" | "apikey" | "access_token" | "token" | "secret");
    in_front || parameters.split('&').any(|pair| secret(pair.split('=').next().unwrap_or_default()))
}

fn is_secret_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["authorization", "cookie", "token", "secret", "api-key", "apikey"].iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_a_file_is_read_stands_beside_its_columns_and_what_is_not_known_is_refused() {
        use crate::import::Revision;
        use serde_json::{from_value, json, to_value};
        let said = json!({ "columns": [], "delimiter": ";", "date_style": "dmy" });
        let (mapping, revision): (Mapping, Revision) =
            (from_value(said.clone()).unwrap(), from_value(said.clone()).unwrap());
        assert_eq!((mapping.wishes.delimiter, revision.wishes.delimiter), (Some(';'), Some(';')));
        assert_eq!((to_value(&mapping).unwrap(), to_value(&revision).unwrap()), (said.clone(), said));
        let mistyped = json!({ "columns": [], "delimitre": ";" });
        assert!(from_value::<Mapping>(mistyped.clone()).is_err() && from_value::<Revision>(mistyped).is_err());
    }

    #[test]
    fn a_password_in_an_address_is_seen() {
        for place in [
            "postgres://u:p@h/db",
            "https://a:b@x.example/",
            "https://x.example/?api_key=1",
            "mysql://h/db?a=1&PASSWORD=x",
        ] {
            assert!(holds_password(place), "{place}");
        }
        for place in ["postgres://u@h:5432/db", "https://x.example/a@b:c", "customers.csv", "https://x.example/?page=1"]
        {
            assert!(!holds_password(place), "{place}");
        }
    }
}
