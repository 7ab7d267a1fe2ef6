//! Erasure: personal text of a customer leaves the files, as it has left the ledger.
//!
//! In the ledger the key is destroyed, so the sealed text of a line says nothing in any copy. Here it goes from the files
//! as well; ids, moments and amounts stay, as they stay there.

use foundation::App;
use foundation::records::erase::Copies;
use kernel::{Id, Result};

use super::manifest::{self, State};
use super::{Lake, feed};
use crate::engine::Engine as _;
use crate::engine::embedded::quoted;

/// The lake's files, for when somebody is erased.
pub struct Files;

impl Copies for Files {
    fn forget(&self, app: &App, parties: &[Id]) -> Result<()> {
        Lake::of(app)?.forget(parties).map(drop)
    }
}

impl Lake {
    /// Writes those files again that hold personal text of these parties, without it; answers how many.
    pub fn forget(&self, parties: &[Id]) -> Result<usize> {
        let _writing = Lake::writing();
        let files = self.app.read_now(&Lake::who(), |reader| manifest::files(reader.tx))?;
        if files.is_empty() || parties.is_empty() {
            return Ok(0);
        }
        let ids: Vec<String> = parties.iter().map(|id| quoted(&id.to_string())).collect();
        let ids = ids.join(", ");
        // A line of nobody is sealed under the key of its record.
        let theirs = format!("(party in ({ids}) or party is null and record::varchar in ({ids}))");
        let engine = self.engine()?;
        let mut rewritten = 0;
        for file in files.iter().filter(|file| file.state == State::Live) {
            if self.mark_broken(std::slice::from_ref(file))? {
                continue;
            }
            let lines = format!("read_parquet({})", self.listed(std::iter::once(file)));
            let any = format!("select 1 from {lines} where {theirs} and sealed is not null limit 1");
            if engine.rows(&any, &[])?.is_empty() {
                continue;
            }
            let source = format!(
                "select * replace (case when {theirs} then null else sealed end as sealed) from \
                 (select {} from {lines})",
                feed::NAMES
            );
            if let Some(made) = self.make(&engine, &source, file.period, file.level)? {
                rewritten += usize::from(self.put_in_place(std::slice::from_ref(file), &made)?);
            }
        }
        Ok(rewritten)
    }
}
