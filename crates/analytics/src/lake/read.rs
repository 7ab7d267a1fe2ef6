//! The lake open for questions: files and the lines behind them, each exactly once.

use std::collections::HashSet;
use std::sync::atomic::AtomicBool;

use db::Arg;
use foundation::ledger::{Position, subscribe};
use kernel::Result;

use super::Lake;
use super::feed::{self, Which};
use super::keep::MOST;
use super::manifest::{self, CURSOR, File, State};
use crate::engine::Cell;
use crate::engine::embedded::Embedded;

/// A view of all events up to a moment of the ledger.
///
/// The engine has the table `event` with the columns of [`feed::COLUMNS`]; `party` is who that is now, and `said` who it was
/// when it happened.
pub struct Events {
    pub engine: Embedded,
    /// The files that were opened, by period.
    pub files: Vec<File>,
    /// How many lines are in none of them.
    pub tail: i64,
    /// Lines that are missing because their file is damaged and not made again yet: the answer is not whole.
    pub missing: i64,
    /// What it shows: everything up to here.
    pub upto: Option<Position>,
    /// Whether somebody was joined to another.
    pub has_aliases: bool,
}

impl Lake {
    /// Opens everything, or what the ledger held at a position of the past.
    pub fn open(&self, upto: Option<Position>) -> Result<Events> {
        self.open_with(upto, 2)
    }

    /// The same for so many threads.
    pub fn open_with(&self, upto: Option<Position>, threads: i64) -> Result<Events> {
        // What is behind the files is held in memory: only as much as that is meant for.
        let go_on = AtomicBool::new(false);
        while self.is_behind(MOST)? && self.flush_part(&go_on)? > 0 {}
        let mut events = self.read(upto, threads)?;
        // Somebody may have cut or removed a file: what is left is shown and marked, and the rest is made again.
        if self.mark_broken(&events.files)? {
            events = self.read(upto, threads)?;
        }
        events.show(self)?;
        Ok(events)
    }

    fn read(&self, upto: Option<Position>, threads: i64) -> Result<Events> {
        let engine = Embedded::ordered(&self.root, threads)?;
        engine.run(&format!(
            "create table tail ({}); create table alias (alias varchar, party varchar)",
            feed::COLUMNS
        ))?;
        let mut filling = engine.fill("tail")?;
        let mut aliases = engine.fill("alias")?;
        // One snapshot: a line is in a file of this manifest or behind this cursor.
        let (files, tail, has_aliases) = self.app.read_now(&Lake::who(), |reader| {
            let files = manifest::files(reader.tx)?;
            let cursor = subscribe::cursor(reader.tx, CURSOR)?;
            let is_past = upto.is_some_and(|upto| upto <= cursor);
            let tail = if is_past { 0 } else { feed::read(reader, cursor, Which::All, &mut filling)?.1 };
            let mut has_aliases = false;
            reader.tx.each("select alias, party from party_alias", &[] as &[Arg], |row| {
                has_aliases = true;
                aliases.row(&[Cell::Text(row.id(0).to_string()), Cell::Text(row.id(1).to_string())])?;
                Ok(true)
            })?;
            Ok((files, tail, has_aliases))
        })?;
        filling.done()?;
        aliases.done()?;
        let is_asked = |file: &File| upto.is_none_or(|upto| file.first <= upto);
        let (files, damaged): (Vec<File>, Vec<File>) =
            files.into_iter().filter(is_asked).partition(|file| file.state == State::Live);
        let missing = damaged.iter().map(|file| file.lines).sum();
        Ok(Events { engine, files, tail, missing, upto, has_aliases })
    }
}

impl Events {
    fn show(&self, lake: &Lake) -> Result<()> {
        let names = feed::NAMES;
        let mut parts = vec![format!("select {names} from tail")];
        if !self.files.is_empty() {
            parts.push(format!("select {names} from read_parquet({})", lake.listed(self.files.iter())));
        }
        let condition = self.upto.map_or("true".to_string(), before);
        let lines = format!("select * from ({}) where {condition}", parts.join(" union all "));
        let view = if self.has_aliases {
            format!(
                "select e.* replace (coalesce(a.party, e.party) as party), e.party as said from ({lines}) e \
                 left join alias a on a.alias = e.party"
            )
        } else {
            format!("select *, party as said from ({lines})")
        };
        self.engine.run(&format!("create view event as {view}"))
    }

    /// All ids whose lines stand under another one now, and the ones they stand under.
    pub fn joined(&self) -> Result<HashSet<String>> {
        use crate::engine::Engine as _;
        let rows = self.engine.rows("select alias from alias union select party from alias", &[])?;
        Ok(rows.iter().filter_map(|row| row.first()).map(|id| id.text().to_string()).collect())
    }
}

/// A condition: lines up to a position, that one included.
pub(super) fn before(upto: Position) -> String {
    format!("(tx < {0} or tx = {0} and seq <= {1})", upto.tx, upto.seq)
}
