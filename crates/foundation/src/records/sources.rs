//! Sources as the question language knows them: by which names. What a source is and what it says of whom is
//! `consolidation`'s; that `fed by "…"` can be asked everywhere is the engine's.

use std::collections::{BTreeMap, BTreeSet};

use db::Tx;
use kernel::{Id, Result};

use super::catalogue::Catalogue;

/// The object whose records are sources.
pub const OBJECT: &str = "source";

/// All sources, by name and by id.
#[derive(Debug, Default)]
pub struct Sources {
    all: BTreeSet<Id>,
    names: BTreeMap<String, Id>,
}

impl Sources {
    /// By its name, or by its id, which stays when the name changes.
    pub fn find(&self, name: &str) -> Option<Id> {
        self.names.get(name).copied().or_else(|| Id::parse(name).filter(|id| self.all.contains(id)))
    }

    /// Reads the sources; at the first start there is no table of them yet. One in the bin goes by its id alone.
    pub(super) fn load(tx: &mut Tx, catalogue: &Catalogue) -> Result<Sources> {
        let mut sources = Sources::default();
        let Some(object) = catalogue.named(OBJECT) else { return Ok(sources) };
        if !tx.has_table(&object.def.table)? {
            return Ok(sources);
        }
        let sql = format!("select r.id, r.name, r.deleted_at from {} r order by r.id", object.def.table);
        for row in tx.query(&sql, &[])? {
            sources.all.insert(row.id(0));
            if let (Some(name), None) = (row.opt_text(1), row.opt_time(2)) {
                sources.names.insert(name.to_string(), row.id(0));
            }
        }
        Ok(sources)
    }
}
