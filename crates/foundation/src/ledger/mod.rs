//! The ledger: everything that happened, append-only, written in the same transaction as the change it tells of.
//!
//! A line's id carries its moment (UUIDv7), so the index `(party, id)` is a timeline. Personal text is sealed under the key
//! of the party it concerns ([`seal`]); deleting that key is erasure in every copy. Balances and counters are derived from
//! lines, never stored beside them and repaired by a timer.

pub mod facts;
pub mod ingest;
pub mod position;
pub mod seal;
pub mod subscribe;
pub mod timeline;

use std::collections::HashMap;

use db::{Arg, Kind, OnConflict, Row};
use kernel::{Currency, Id, Money, Result, Time, Value};
use serde_json::{Map, Value as Json};

pub use position::Position;

use crate::operation::{Operation, Reader};
use crate::records::catalogue::Object;
use crate::records::record::{CHUNK, Record, id_list};

/// A line to be written.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    pub id: Option<Id>,
    pub kind: String,
    pub at: Option<Time>,
    /// Nil where it concerns no customer.
    pub party: Option<Id>,
    /// Further parties on whose timelines it stands.
    pub also: Vec<Id>,
    pub object: Option<String>,
    /// The record it is about; left out when that is the party itself.
    pub record: Option<Id>,
    pub amount: Option<Money>,
    pub channel: Option<String>,
    pub source: Option<String>,
    /// What the record was called, so that an old line reads right later. Never personal text.
    pub label: Option<String>,
    pub props: Map<String, Json>,
    /// Sealed under the key of the party, or of the record where there is no party.
    pub personal: Map<String, Json>,
}

impl Entry {
    /// A line about a record: its parties are the record itself if it is one, else those it links to.
    pub fn about(_op: &Operation, object: &Object, record: &Record, kind: &str, at: Time) -> Entry {
        let mut entry =
            Entry { kind: kind.to_string(), at: Some(at), object: Some(object.def.name.clone()), ..Entry::default() };
        if object.def.party {
            entry.party = Some(record.id);
        } else {
            entry.record = Some(record.id);
            let mut parties = Vec::new();
            for link in &object.def.party_links {
                match record.get(object, link) {
                    Value::Link(id) => parties.push(*id),
                    Value::Links(ids) => parties.extend(ids),
                    _ => {}
                }
            }
            let mut parties = parties.into_iter();
            entry.party = parties.next();
            entry.also = parties.filter(|id| Some(*id) != entry.party).collect();
            if !object.personal_title && !record.title.is_empty() {
                entry.label = Some(record.title.clone());
            }
        }
        entry
    }
}

/// A line as it was written.
#[derive(Debug, Clone)]
pub struct Line {
    pub id: Id,
    pub seq: i64,
    pub kind: String,
    pub at: Time,
    pub party: Option<Id>,
    pub object: Option<String>,
    pub record: Option<Id>,
    pub actor: Option<Id>,
    pub channel: Option<String>,
    pub source: Option<String>,
    pub amount: Option<Money>,
    pub label: Option<String>,
    pub props: Map<String, Json>,
    pub sealed: Option<Vec<u8>>,
    pub change: Option<Id>,
}

macro_rules! columns {
    () => {
        "e.id, e.seq, e.kind, e.at, e.party, e.object, e.record, e.actor, e.channel, e.source, \
         e.amount, e.currency, e.label, e.props, e.sealed, e.change"
    };
}

/// The columns for [`Line::from_row`], of the alias `e`.
const COLUMNS: &str = columns!();

/// Selects lines for [`Line::from_row`], from the alias `e`.
pub const SELECT: &str = concat!("select ", columns!(), " from event e");

impl Line {
    /// How many columns a line has; others may follow.
    const COLUMNS: usize = 16;

    pub fn from_row(row: &Row) -> Line {
        let text = |column| row.opt_text(column).map(str::to_string);
        Line {
            id: row.id(0),
            seq: row.int(1),
            kind: row.text(2).to_string(),
            at: row.time(3),
            party: row.opt_id(4).filter(|id| !id.is_nil()),
            object: text(5),
            record: row.opt_id(6),
            actor: row.opt_id(7),
            channel: text(8),
            source: text(9),
            amount: row
                .opt_int(10)
                .zip(row.opt_text(11).and_then(Currency::parse))
                .map(|(amount, currency)| Money { amount, currency }),
            label: text(12),
            props: row.opt_text(13).and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default(),
            sealed: row.opt_bytes(14).map(<[u8]>::to_vec),
            change: row.opt_id(15),
        }
    }

    /// The record it is about: the one named, else the party itself.
    pub fn about(&self) -> Option<Id> {
        self.object.as_ref()?;
        self.record.or(self.party)
    }

    /// Under whose key its personal text is sealed.
    fn holder(&self) -> Option<Id> {
        self.party.or(self.record)
    }
}

/// Writes lines, in the operation's transaction; answers how many had been told before.
pub fn append(op: &mut Operation, entries: Vec<Entry>) -> Result<u64> {
    let columns = [
        ("id", Kind::Id),
        ("kind", Kind::Text),
        ("at", Kind::Int),
        ("recorded_at", Kind::Int),
        ("party", Kind::Id),
        ("object", Kind::Text),
        ("record", Kind::Id),
        ("actor", Kind::Id),
        ("channel", Kind::Text),
        ("source", Kind::Text),
        ("amount", Kind::Int),
        ("currency", Kind::Text),
        ("label", Kind::Text),
        ("props", Kind::Text),
        ("sealed", Kind::Bytes),
        ("change", Kind::Id),
    ];
    let salts = salts_for(op, &entries)?;
    let (mut rows, mut keyed, mut also) = (Vec::with_capacity(entries.len()), Vec::new(), Vec::new());
    for entry in entries {
        let at = entry.at.unwrap_or(op.now);
        let has_key = entry.id.is_some();
        let id = entry.id.unwrap_or_else(|| Id::at(at.0));
        let party = entry.party.unwrap_or(Id::NIL);
        let holder = entry.party.or(entry.record);
        let sealed = match holder.and_then(|holder| salts.get(&holder).map(|salt| (holder, salt))) {
            Some((holder, salt)) if !entry.personal.is_empty() => {
                let text = serde_json::to_vec(&entry.personal).map_err(kernel::Error::internal)?;
                Some(op.app.key().seal(holder, salt, id, &text)?)
            }
            _ => None,
        };
        also.extend(entry.also.iter().map(|other| vec![Arg::Id(*other), Arg::Id(id), Arg::Id(party)]));
        let props = if entry.props.is_empty() { None } else { Some(Json::Object(entry.props).to_string()) };
        let rows = if has_key { &mut keyed } else { &mut rows };
        rows.push(vec![
            id.into(),
            entry.kind.into(),
            at.into(),
            op.now.into(),
            party.into(),
            entry.object.into(),
            entry.record.into(),
            op.who.actor().into(),
            entry.channel.unwrap_or_else(|| op.channel.to_string()).into(),
            entry.source.or_else(|| op.source.clone()).into(),
            entry.amount.map(|money| money.amount).into(),
            entry.amount.map(|money| money.currency.code().to_string()).into(),
            entry.label.into(),
            props.into(),
            sealed.into(),
            op.change.into(),
        ]);
    }
    op.tx.insert("event", &columns, rows, OnConflict::Fail)?;
    // A line with an id of its own was perhaps told before: once is enough.
    let repeated = keyed.len() as u64;
    let repeated = repeated - op.tx.insert("event", &columns, keyed, OnConflict::Skip)?;
    op.tx.insert("event_also", &[("party", Kind::Id), ("id", Kind::Id), ("main", Kind::Id)], also, OnConflict::Skip)?;
    Ok(repeated)
}

/// The salts of all whose personal text is about to be sealed, made where there is none yet.
fn salts_for(op: &mut Operation, entries: &[Entry]) -> Result<HashMap<Id, Vec<u8>>> {
    let mut holders: Vec<Id> = entries
        .iter()
        .filter(|entry| !entry.personal.is_empty())
        .filter_map(|entry| entry.party.or(entry.record))
        .collect();
    holders.sort();
    holders.dedup();
    let mut salts = salts(op, &holders)?;
    let mut fresh = Vec::new();
    for holder in holders {
        if let std::collections::hash_map::Entry::Vacant(free) = salts.entry(holder) {
            let salt = seal::new_salt()?;
            fresh.push(vec![Arg::Id(holder), Arg::Bytes(salt.clone())]);
            free.insert(salt);
        }
    }
    op.tx.insert("party_key", &[("party", Kind::Id), ("salt", Kind::Bytes)], fresh, OnConflict::Fail)?;
    Ok(salts)
}

/// The salts that there are.
pub fn salts(reader: &mut Reader, holders: &[Id]) -> Result<HashMap<Id, Vec<u8>>> {
    let mut salts = HashMap::with_capacity(holders.len());
    for chunk in holders.chunks(CHUNK) {
        let mut args = Vec::new();
        let list = id_list(chunk, &mut args);
        for row in reader.tx.query(&format!("select party, salt from party_key where party in ({list})"), &args)? {
            salts.insert(row.id(0), row.opt_bytes(1).unwrap_or_default().to_vec());
        }
    }
    Ok(salts)
}

/// Seals what is kept beside the ledger under the key of the record it concerns; `under` is the id it is kept with.
pub fn seal_for(op: &mut Operation, holder: Id, under: Id, kept: &Json) -> Result<Vec<u8>> {
    seal_bytes_for(op, holder, under, kept.to_string().as_bytes())
}

/// [`seal_for`] of what is not JSON: a message as it came.
pub fn seal_bytes_for(op: &mut Operation, holder: Id, under: Id, kept: &[u8]) -> Result<Vec<u8>> {
    let salt = match salts(op, &[holder])?.remove(&holder) {
        Some(salt) => salt,
        None => {
            let salt = seal::new_salt()?;
            let args = [Arg::Id(holder), Arg::Bytes(salt.clone())];
            op.tx.execute("insert into party_key (party, salt) values ($1, $2)", &args)?;
            salt
        }
    };
    op.app.key().seal(holder, &salt, under, kept)
}

/// What [`seal_for`] sealed; none once whoever it concerns was erased.
pub fn open_for(reader: &mut Reader, holder: Id, under: Id, sealed: &[u8]) -> Result<Option<Json>> {
    let text = open_bytes_for(reader, holder, under, sealed)?;
    Ok(text.and_then(|text| serde_json::from_slice(&text).ok()))
}

/// What [`seal_bytes_for`] sealed; none once whoever it concerns was erased.
pub fn open_bytes_for(reader: &mut Reader, holder: Id, under: Id, sealed: &[u8]) -> Result<Option<Vec<u8>>> {
    let salts = salts(reader, &[holder])?;
    Ok(salts.get(&holder).and_then(|salt| reader.app.key().open(holder, salt, under, sealed)))
}

/// The personal text of a line; none if there is none, or if its party was erased.
pub fn open_sealed(reader: &mut Reader, line: &Line) -> Result<Option<Map<String, Json>>> {
    let (Some(sealed), Some(holder)) = (&line.sealed, line.holder()) else { return Ok(None) };
    let salts = salts(reader, &[holder])?;
    Ok(open_with(reader, line, sealed, holder, &salts))
}

fn open_with(
    reader: &Reader,
    line: &Line,
    sealed: &[u8],
    holder: Id,
    salts: &HashMap<Id, Vec<u8>>,
) -> Option<Map<String, Json>> {
    let text = reader.app.key().open(holder, salts.get(&holder)?, line.id, sealed)?;
    serde_json::from_slice(&text).ok()
}

/// The personal text of many lines, the keys read in one go.
pub fn open_all(reader: &mut Reader, lines: &[Line]) -> Result<HashMap<Id, Map<String, Json>>> {
    let mut holders: Vec<Id> = lines.iter().filter(|line| line.sealed.is_some()).filter_map(Line::holder).collect();
    holders.sort();
    holders.dedup();
    let salts = salts(reader, &holders)?;
    let mut opened = HashMap::new();
    for line in lines {
        if let (Some(sealed), Some(holder)) = (&line.sealed, line.holder())
            && let Some(text) = open_with(reader, line, sealed, holder, &salts)
        {
            opened.insert(line.id, text);
        }
    }
    Ok(opened)
}

/// What actors are called: people and keys.
pub fn names(reader: &mut Reader, actors: impl Iterator<Item = Id>) -> Result<HashMap<Id, String>> {
    let mut ids: Vec<Id> = actors.collect();
    ids.sort();
    ids.dedup();
    let mut names = HashMap::new();
    for chunk in ids.chunks(CHUNK) {
        let mut args = Vec::new();
        let list = id_list(chunk, &mut args);
        let people = reader.catalogue.named("user").map_or("user_", |object| object.def.table.as_str()).to_string();
        let sql = format!(
            "select id, title from {people} where id in ({list}) union all select id, name from api_key where id in ({list})"
        );
        for row in reader.tx.query(&sql, &args)? {
            names.insert(row.id(0), row.text(1).to_string());
        }
    }
    Ok(names)
}
