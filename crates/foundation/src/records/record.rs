//! One record in memory, and how the API shows it.

use std::collections::{BTreeMap, HashMap};

use db::{Arg, Row, Tx};
use kernel::{Id, Result, Time, Value};
use serde_json::{Map, json};

use super::catalogue::{Object, Piece, Template};
use super::columns;

/// A record: system facts and one value for each field, in the order of the object's fields.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub id: Id,
    pub version: i64,
    pub title: String,
    pub created_at: Time,
    pub created_by: Option<Id>,
    pub updated_at: Time,
    pub updated_by: Option<Id>,
    pub deleted_at: Option<Time>,
    pub values: Vec<Value>,
}

/// A title is cut after so many characters.
const TITLE_CHARS: usize = 160;

/// The system columns, in the order [`Record::from_row`] reads them.
pub const SYSTEM: [&str; 8] =
    ["id", "version", "title", "created_at", "created_by", "updated_at", "updated_by", "deleted_at"];

/// The select list of a whole record from the alias `r`.
pub fn select_list(object: &Object) -> String {
    let system = SYSTEM.iter().map(|name| format!("r.{name}"));
    let fields = object.columns.iter().map(|column| format!("r.{}", column.name));
    system.chain(fields).collect::<Vec<_>>().join(", ")
}

impl Record {
    /// A record that does not exist yet.
    pub fn new(object: &Object, id: Id, now: Time, by: Option<Id>) -> Record {
        Record {
            id,
            version: 1,
            title: String::new(),
            created_at: now,
            created_by: by,
            updated_at: now,
            updated_by: by,
            deleted_at: None,
            values: vec![Value::Null; object.def.fields.len()],
        }
    }

    /// Reads a row of [`select_list`]. Links to many come by [`load_many`].
    pub fn from_row(object: &Object, row: &Row) -> Record {
        let mut values = Vec::with_capacity(object.def.fields.len());
        for (position, field) in object.def.fields.iter().enumerate() {
            let from = SYSTEM.len() + object.first_column.get(position).copied().unwrap_or(0);
            values.push(if object.many.contains(&position) { Value::Null } else { columns::read(field, row, from) });
        }
        Record {
            id: row.id(0),
            version: row.int(1),
            title: row.text(2).to_string(),
            created_at: row.time(3),
            created_by: row.opt_id(4),
            updated_at: row.time(5),
            updated_by: row.opt_id(6),
            deleted_at: row.opt_time(7),
            values,
        }
    }

    pub fn value(&self, position: usize) -> &Value {
        static NULL: Value = Value::Null;
        self.values.get(position).unwrap_or(&NULL)
    }

    pub fn get(&self, object: &Object, field: &str) -> &Value {
        static NULL: Value = Value::Null;
        object.def.position(field).map_or(&NULL, |position| self.value(position))
    }

    pub fn set(&mut self, position: usize, value: Value) {
        if let Some(slot) = self.values.get_mut(position) {
            *slot = value;
        }
    }

    /// Fills a template such as `{first_name} {last_name}`; without any of its fields, falls back to e-mail or phone.
    pub fn fill(&self, object: &Object, template: &Template) -> String {
        self.fill_seen(object, template, &|_| true)
    }

    /// [`Record::fill`] for somebody who may not see every field.
    pub fn fill_seen(&self, object: &Object, template: &Template, visible: &dyn Fn(&str) -> bool) -> String {
        let mut out = String::new();
        for piece in &template.0 {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Field(position) if object.field(*position).is_some_and(|field| visible(&field.name)) => {
                    out.push_str(&plain(object, *position, self.value(*position)));
                }
                Piece::Field(_) => {}
            }
        }
        let trimmed = out.trim_matches(|c: char| c.is_whitespace() || c == '·' || c == ',' || c == '-');
        let words = trimmed.split_whitespace().collect::<Vec<_>>().join(" ");
        // A note's title is its text: its beginning is enough to know it by.
        match words.char_indices().nth(TITLE_CHARS) {
            Some((end, _)) => format!("{}…", words.get(..end).unwrap_or_default().trim_end()),
            None => words,
        }
    }

    /// What the record is called.
    pub fn make_title(&self, object: &Object) -> String {
        let title = self.fill(object, &object.title);
        if !title.is_empty() {
            return title;
        }
        let fallback = ["name", "email", "phone", "mobile", "number", "subject", "external_id"];
        let found = fallback.iter().find_map(|name| self.get(object, name).as_text());
        found.unwrap_or("").to_string()
    }
}

/// A value as plain text, in English where words are needed.
pub fn plain(object: &Object, position: usize, value: &Value) -> String {
    match value {
        Value::Null | Value::Link(_) | Value::Links(_) | Value::Json(_) => String::new(),
        Value::Bool(v) => v.to_string(),
        Value::Int(v) => v.to_string(),
        Value::Number(v) => v.to_string(),
        Value::Text(text) => {
            let options = object.field(position).and_then(|field| field.kind.options());
            let label = options.and_then(|options| options.iter().find(|option| option.value == *text));
            label.map_or_else(|| kernel::mention::plain(text).into_owned(), |option| option.label.get("en").to_string())
        }
        Value::Date(v) => v.to_string(),
        Value::Time(v) => v.to_string(),
        Value::Money(v) => v.to_string(),
        Value::Choices(v) => v.join(", "),
        Value::Address(address) => {
            address.parts().iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(", ")
        }
    }
}

/// Fills in the links to many of a page of records, one query for each field.
pub fn load_many(tx: &mut Tx, object: &Object, records: &mut [Record]) -> Result<()> {
    if object.many.is_empty() || records.is_empty() {
        return Ok(());
    }
    let place: HashMap<Id, usize> = records.iter().enumerate().map(|(i, record)| (record.id, i)).collect();
    let ids: Vec<Id> = records.iter().map(|record| record.id).collect();
    for position in &object.many {
        let Some(field) = object.field(*position) else { continue };
        let mut found: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
        for chunk in ids.chunks(CHUNK) {
            let mut args = vec![Arg::text(field.id.as_str())];
            let list = id_list(chunk, &mut args);
            let sql = format!(
                "select from_id, to_id from link where field = $1 and from_id in ({list}) order by from_id, to_id"
            );
            for row in tx.query(&sql, &args)? {
                found.entry(row.id(0)).or_default().push(row.id(1));
            }
        }
        for (id, links) in found {
            if let Some(record) = place.get(&id).and_then(|i| records.get_mut(*i)) {
                record.set(*position, Value::Links(links));
            }
        }
    }
    Ok(())
}

/// Ids that go into one `in (…)` list.
pub const CHUNK: usize = 256;

/// Binds ids and gives the inside of an `in (…)` list. Lists are padded to a few lengths so that few statements are prepared.
pub fn id_list(ids: &[Id], args: &mut Vec<Arg>) -> String {
    let width = [1, 8, 64, CHUNK].into_iter().find(|width| *width >= ids.len()).unwrap_or(ids.len());
    let mut places = Vec::with_capacity(width);
    for n in 0..width {
        let id = ids.get(n).or_else(|| ids.last()).copied().unwrap_or(Id::NIL);
        args.push(Arg::Id(id));
        places.push(format!("${}", args.len()));
    }
    places.join(", ")
}

/// A record as the API shows it: flat, hidden fields left out, `linked` naming what its links point to.
pub fn to_json(
    object: &Object,
    record: &Record,
    visible: &dyn Fn(&str) -> bool,
    only: Option<&[usize]>,
    titles: &Titles,
) -> serde_json::Value {
    let mut out = Map::new();
    out.insert("id".into(), json!(record.id));
    out.insert("object".into(), json!(object.def.name));
    out.insert("version".into(), json!(record.version));
    out.insert("title".into(), json!(record.title));
    out.insert("subtitle".into(), json!(record.fill_seen(object, &object.subtitle, visible)));
    out.insert("created_at".into(), json!(record.created_at));
    out.insert("created_by".into(), json!(record.created_by));
    out.insert("updated_at".into(), json!(record.updated_at));
    out.insert("updated_by".into(), json!(record.updated_by));
    out.insert("deleted_at".into(), json!(record.deleted_at));
    let mut linked = Map::new();
    for (position, field) in object.def.fields.iter().enumerate() {
        if !visible(&field.name) || only.is_some_and(|only| !only.contains(&position)) {
            continue;
        }
        let value = record.value(position);
        out.insert(field.name.clone(), value.to_json());
        match value {
            Value::Link(id) => {
                if let Some(title) = titles.one(*id) {
                    linked.insert(field.name.clone(), title);
                }
            }
            Value::Links(ids) => {
                linked.insert(field.name.clone(), ids.iter().filter_map(|id| titles.one(*id)).collect());
            }
            _ => {}
        }
    }
    out.insert("linked".into(), linked.into());
    serde_json::Value::Object(out)
}

/// What linked records are called, gathered for a whole page at once.
#[derive(Debug, Default)]
pub struct Titles(pub HashMap<Id, (String, String)>);

impl Titles {
    fn one(&self, id: Id) -> Option<serde_json::Value> {
        let (object, title) = self.0.get(&id)?;
        Some(json!({ "id": id, "object": object, "title": title }))
    }
}
