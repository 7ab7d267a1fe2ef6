//! A past from elsewhere: lines that are not on the ledger, such as those of a system that was left, or of a bench.

use std::path::Path;

use kernel::{Error, Result};

use super::Lake;
use super::manifest::{self, File};
use super::period::Period;

impl Lake {
    /// Writes the lines that `select` makes of a Parquet file (the columns of a line, of this period) as a file of the
    /// lake, by the way all files are written; none where there are no lines. `{events}` in `select` stands for the file.
    pub fn bring(&self, events: &Path, select: &str, period: Period) -> Result<Option<File>> {
        let _writing = Lake::writing();
        // The engine reads within the lake only.
        let near = self.root.join("making").join("brought.parquet");
        let linked = std::fs::hard_link(events, &near).or_else(|_| std::fs::copy(events, &near).map(drop));
        linked.map_err(Error::internal)?;
        let engine = self.engine()?;
        let source = select.replace("{events}", &crate::engine::embedded::quoted(&near.to_string_lossy()));
        let made = self.make(&engine, &source, period, 0);
        std::fs::remove_file(&near).map_err(Error::internal)?;
        let Some(file) = made? else { return Ok(None) };
        let noted = file.clone();
        self.app.write_now(&Lake::who(), move |op| {
            let now = op.now;
            manifest::add(op.tx, &noted, now)
        })?;
        Ok(Some(file))
    }
}
