//! A file that was cut, changed or deleted is made again from the ledger.

use std::sync::atomic::{AtomicBool, Ordering};

use foundation::ledger::Position;
use kernel::Result;

use super::feed::{self, Which};
use super::manifest::{self, File, State};
use super::{Lake, write};

/// Lines read in one go.
const PART: i64 = 5_000;

impl Lake {
    /// Marks those of the files that are gone or have another length; whether there was one.
    pub(super) fn mark_broken(&self, files: &[File]) -> Result<bool> {
        let mut broken = Vec::new();
        for file in files {
            let mut is_whole = true;
            for (name, bytes, checksum) in file.stored() {
                is_whole &= self.store.has(&name, u64::try_from(bytes).unwrap_or(0), checksum)?;
            }
            if !is_whole {
                broken.push(file);
            }
        }
        self.mark(broken.into_iter())
    }

    fn mark<'f>(&self, broken: impl Iterator<Item = &'f File>) -> Result<bool> {
        let names: Vec<String> = broken.map(|file| file.name.clone()).collect();
        if names.is_empty() {
            return Ok(false);
        }
        tracing::warn!(?names, "files of the lake are damaged; they are made again from the ledger");
        self.app
            .write_now(&Lake::who(), move |op| names.iter().try_for_each(|name| manifest::mark_damaged(op.tx, name)))?;
        Ok(true)
    }

    /// Reads every file whole and marks those that are not what was written; whether there was one.
    pub fn examine(&self) -> Result<bool> {
        let files = self.app.read_now(&Lake::who(), |reader| manifest::files(reader.tx))?;
        let mut broken = Vec::new();
        for file in files.iter().filter(|file| file.state == State::Live) {
            let mut is_whole = true;
            for (name, bytes, checksum) in file.stored() {
                is_whole &= self.is_as_written(&name, bytes, checksum)?;
            }
            if !is_whole {
                broken.push(file);
            }
        }
        self.mark(broken.into_iter())
    }

    /// Whether a file read whole is what was written; a bad copy of a good file is brought anew.
    fn is_as_written(&self, name: &str, bytes: i64, checksum: &str) -> Result<bool> {
        let is_good = || {
            let read = write::summed(&self.store.place(name));
            read.is_ok_and(|read| (read.0, read.1.as_str()) == (bytes, checksum))
        };
        let length = u64::try_from(bytes).unwrap_or(0);
        if self.store.has(name, length, checksum)? && is_good() {
            return Ok(true);
        }
        self.store.forget_copy(name)?;
        Ok(self.store.has(name, length, checksum)? && is_good())
    }

    /// Makes damaged files again; answers how many.
    pub fn repair(&self, stop: &AtomicBool) -> Result<usize> {
        let _writing = Lake::writing();
        let files = self.app.read_now(&Lake::who(), |reader| manifest::files(reader.tx))?;
        let mut made = 0;
        for file in files.iter().filter(|file| file.state == State::Damaged) {
            if stop.load(Ordering::SeqCst) {
                break;
            }
            made += usize::from(self.again(file, stop)?);
        }
        Ok(made)
    }

    fn again(&self, file: &File, stop: &AtomicBool) -> Result<bool> {
        let engine = self.engine()?;
        engine.run(&format!("create table line ({})", feed::COLUMNS))?;
        // Just before its first line.
        let mut at = Position { tx: file.first.tx, seq: file.first.seq - 1 };
        loop {
            if stop.load(Ordering::SeqCst) {
                return Ok(false);
            }
            let mut filling = engine.fill("line")?;
            let which = Which::Of(file.last, file.period, PART);
            let (last, lines) =
                self.app.read_now(&Lake::who(), |reader| feed::read(reader, at, which, &mut filling))?;
            filling.done()?;
            at = last;
            if lines < PART {
                break;
            }
        }
        let Some(made) = self.make(&engine, "select * from line", file.period, file.level)? else { return Ok(false) };
        if made.lines != file.lines {
            tracing::warn!(file.lines, made.lines, "a file of the lake has other lines than before");
        }
        self.put_in_place(std::slice::from_ref(file), &made)
    }
}
