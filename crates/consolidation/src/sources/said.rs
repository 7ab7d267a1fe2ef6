//! What each row of a source said last: kept sealed under the key of whoever it is about, found by a keyed hash of the
//! row's key. Erasing a person makes it unreadable; that there was such a row stays, so that it never brings them back.

use std::collections::{BTreeMap, HashMap};

use foundation::access::Principal;
use foundation::ledger::{self, seal};
use foundation::records::erase::Copies;
use foundation::records::{Object, Record};
use foundation::{App, Operation, Reader};
use kernel::{Error, Id, Result, Time, Value};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::queries;

/// Bytes of a hash: a key's, and of what a row says.
const HASH_BYTES: usize = 16;

pub type Hash = [u8; HASH_BYTES];

/// What a source says in one field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Text {
    /// As the source wrote it.
    pub raw: String,
    /// As a value of the field.
    pub value: Json,
}

/// What a row says, by field.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Body {
    pub key: String,
    pub fields: BTreeMap<String, Text>,
}

/// A row as it is stored.
#[derive(Debug, Clone)]
pub struct Stored {
    pub source: Id,
    pub key_hash: Vec<u8>,
    pub record: Id,
    pub holder: Id,
    pub digest: Vec<u8>,
    pub said: Option<Vec<u8>>,
    pub changed_at: Time,
    pub gone_at: Option<Time>,
    pub gone_as: Option<String>,
}

impl Stored {
    /// What it said; none if whom it is about was erased.
    pub fn open(&self, reader: &Reader, salts: &HashMap<Id, Vec<u8>>) -> Option<Body> {
        let salt = salts.get(&self.holder)?;
        let text = reader.app.key().open(self.holder, salt, self.source, self.said.as_ref()?)?;
        serde_json::from_slice(&text).ok()
    }
}

/// A row that says something of a record now.
#[derive(Debug, Clone)]
pub struct Speaking {
    pub source: Id,
    pub name: String,
    /// Of the source; 1 is trusted most.
    pub priority: i64,
    pub key_hash: Vec<u8>,
    pub changed_at: Time,
    pub body: Body,
}

/// What rows of all sources say of these records, by record. A row that fed a record which was merged into another speaks
/// of that one; rows that are gone at a source where that matters, and rows of whoever was erased, say nothing.
pub fn speaking(reader: &mut Reader, ids: &[Id]) -> Result<HashMap<Id, Vec<Speaking>>> {
    let mut of: HashMap<Id, Id> = ids.iter().map(|id| (*id, *id)).collect();
    of.extend(queries::aliases(reader, ids)?);
    let asked: Vec<Id> = of.keys().copied().collect();
    let rows = queries::rows_of(reader, &asked)?;
    let holders: Vec<Id> = rows.iter().map(|row| row.holder).collect();
    let salts = ledger::salts(reader, &holders)?;
    let mut sources: Vec<Id> = rows.iter().map(|row| row.source).collect();
    sources.sort_unstable();
    sources.dedup();
    let names = queries::names(reader, &sources)?;
    let mut said: HashMap<Id, Vec<Speaking>> = HashMap::new();
    for row in rows {
        let Some((name, priority, when_gone)) = names.get(&row.source) else { continue };
        if row.gone_at.is_some() && when_gone != "keep" {
            continue;
        }
        let (Some(body), Some(record)) = (row.open(reader, &salts), of.get(&row.record)) else { continue };
        said.entry(*record).or_default().push(Speaking {
            source: row.source,
            name: name.clone(),
            priority: *priority,
            key_hash: row.key_hash,
            changed_at: row.changed_at,
            body,
        });
    }
    Ok(said)
}

/// Under which a row is found: a hash that nobody without the company's secret can make.
pub fn key_hash(app: &App, source: Id, key: &str) -> Result<Hash> {
    short(app.key().derive(source.0.as_bytes(), key.as_bytes())?)
}

/// What a row says, as a hash: the same text under the same mapping. `mapping` is [`fingerprint`]'s.
pub fn digest(app: &App, mapping: &Hash, cells: &str) -> Result<Hash> {
    short(app.key().derive(mapping, cells.as_bytes())?)
}

/// A mapping as a hash.
pub fn fingerprint(app: &App, mapping: &str) -> Result<Hash> {
    short(app.key().derive(b"mapping of a source", mapping.as_bytes())?)
}

fn short(long: [u8; 32]) -> Result<Hash> {
    long.get(..HASH_BYTES).and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| Error::internal("a hash is too short"))
}

/// Under whose key a row is sealed: the party it is about before any other, else the record itself.
pub fn holder(object: &Object, record: &Record) -> Id {
    if object.def.party {
        return record.id;
    }
    let links = object.def.party_links.iter().filter_map(|name| match record.get(object, name) {
        Value::Link(id) => Some(*id),
        _ => None,
    });
    links.into_iter().next().unwrap_or(record.id)
}

/// The salts of these holders, made where there is none yet and there may be one: never for a party, whose salt is there
/// until it is erased.
pub fn salts(op: &mut Operation, object: &Object, holders: &[Id]) -> Result<HashMap<Id, Vec<u8>>> {
    let mut salts = ledger::salts(op, holders)?;
    if object.def.party {
        return Ok(salts);
    }
    let mut fresh = Vec::new();
    for holder in holders {
        if !salts.contains_key(holder) && queries::is_no_party(op, object, *holder)? {
            let salt = seal::new_salt()?;
            fresh.push(vec![db::Arg::Id(*holder), db::Arg::Bytes(salt.clone())]);
            salts.insert(*holder, salt);
        }
    }
    queries::insert_salts(op, fresh)?;
    Ok(salts)
}

/// What sources hold of whoever is erased: rows become empty, refusals of their runs go.
pub struct SourceRows;

impl Copies for SourceRows {
    fn forget(&self, app: &App, parties: &[Id]) -> Result<()> {
        let parties = parties.to_vec();
        app.write_now(&Principal::system("erase"), move |op| {
            for party in &parties {
                queries::forget(op, *party)?;
            }
            Ok(())
        })
    }
}
