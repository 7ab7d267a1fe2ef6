//! Where the values of a record came from, by the ledger: the line that last wrote each field, and the one that made the
//! record.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use db::Arg;
use foundation::Reader;
use foundation::ledger::{self, Line};
use foundation::records::{Object, history};
use kernel::{Id, Result, Time};

/// Lines that are looked at; a field that nobody touched for longer counts as written when the record was made.
const LINES: i64 = 500;

/// Who wrote a value, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    pub at: Time,
    pub actor: Option<Id>,
    pub channel: Option<String>,
    /// The file or source, as it was called.
    pub source: Option<String>,
    pub change: Option<Id>,
    pub kind: String,
}

impl Origin {
    fn of(line: &Line) -> Origin {
        Origin {
            at: line.at,
            actor: line.actor,
            channel: line.channel.clone(),
            source: line.source.clone(),
            change: line.change,
            kind: line.kind.clone(),
        }
    }

    /// A person's hand, or a program in a person's name; neither a file nor a source.
    pub fn is_typed(&self) -> bool {
        matches!(self.channel.as_deref(), Some("workspace" | "api"))
    }
}

/// The last writer of each field, and who made the record.
#[derive(Debug, Clone, Default)]
pub struct Origins {
    pub fields: HashMap<String, Origin>,
    pub made: Option<Origin>,
}

impl Origins {
    pub fn of(&self, field: &str) -> Option<&Origin> {
        self.fields.get(field).or(self.made.as_ref())
    }
}

/// The origins of a record's fields.
pub fn of_record(reader: &mut Reader, object: &Arc<Object>, id: Id) -> Result<Origins> {
    let mut origins = Origins::default();
    let column = if object.def.party { "party" } else { "record" };
    let own = if object.def.party { "and (e.record is null or e.record = $1)" } else { "" };
    let updated = format!("{}.updated", object.def.name);
    let sql = format!("{} where e.{column} = $1 and e.kind = $2 {own} order by e.id desc limit $3", ledger::SELECT);
    let lines: Vec<Line> =
        reader.tx.query(&sql, &[id.into(), updated.into(), LINES.into()])?.iter().map(Line::from_row).collect();
    for line in &lines {
        for (field, _) in history::changes_of(reader, line)? {
            origins.fields.entry(field).or_insert_with(|| Origin::of(line));
        }
    }
    let created = format!("{}.created", object.def.name);
    let args: [Arg; 2] = [id.into(), created.into()];
    let sql = format!("{} where e.{column} = $1 and e.kind = $2 {own} order by e.id limit 1", ledger::SELECT);
    let mut line = reader.tx.one(&sql, &args)?;
    if line.is_none() && !object.def.party {
        // That a file brought a record is told without its customer, under the record alone.
        let sql = format!("{} where e.record = $1 and e.kind = $2 order by e.id limit 1", ledger::SELECT);
        line = reader.tx.one(&sql, &args)?;
    }
    origins.made = line.as_ref().map(Line::from_row).as_ref().map(Origin::of);
    Ok(origins)
}

/// The fields of a record that hold what a person typed.
pub fn typed(reader: &mut Reader, object: &Arc<Object>, id: Id) -> Result<HashSet<String>> {
    let origins = of_record(reader, object, id)?;
    let fields = object.def.fields.iter().map(|field| field.name.as_str());
    Ok(fields.filter(|field| origins.of(field).is_some_and(Origin::is_typed)).map(str::to_string).collect())
}
