//! A folder that is watched: each file is read once, and again when it has changed. A file that is still being written is
//! left for the next time.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use foundation::{App, outbound};
use kernel::{Error, Result};

use super::{Rows, Segment};
use crate::formats::{Found, Notes, Reader, Row, Wishes};
use crate::sources::setup::{Setup, WhenGone};

/// A file that changed less than this ago may still be growing.
const SETTLED_MS: i64 = 2_000;
/// Files of one run; the others are for the next.
const MOST: usize = 1_000;

/// A file as it was when it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub name: String,
    pub size: i64,
    pub modified: i64,
}

pub struct FolderRows {
    folder: PathBuf,
    /// Those to be read, the oldest last.
    waiting: Vec<Seen>,
    done: Vec<Seen>,
    wishes: Wishes,
    reader: Option<Reader>,
}

impl FolderRows {
    pub fn open(app: &App, setup: &Setup, known: &HashMap<String, (i64, i64)>) -> Result<FolderRows> {
        let folder = outbound::path(app, &setup.place)?;
        if !folder.is_dir() {
            return Err(Error::invalid("place", "not_a_folder", "this is not a folder"));
        }
        let pattern = setup.settings.files.clone().unwrap_or_else(|| "*".into());
        let now = SystemTime::now();
        let mut waiting = Vec::new();
        for entry in std::fs::read_dir(&folder).map_err(crate::formats::disk_error)? {
            let entry = entry.map_err(crate::formats::disk_error)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            // Links may lead out of the folder.
            let Ok(about) = entry.metadata() else { continue };
            if !about.is_file() || is_unfinished(&name) || !fits(&pattern, &name) {
                continue;
            }
            let Some(seen) = seen(name, &about) else { continue };
            let age = now.duration_since(UNIX_EPOCH).map_or(0, |now| millis(now).saturating_sub(seen.modified));
            let is_new = known.get(&seen.name) != Some(&(seen.size, seen.modified));
            if is_new && seen.size > 0 && !(0..SETTLED_MS).contains(&age) {
                waiting.push(seen);
            }
        }
        // In the order in which they were written.
        waiting.sort_by(|a, b| (b.modified, &b.name).cmp(&(a.modified, &a.name)));
        let mut done = Vec::new();
        if setup.when_gone != WhenGone::Keep {
            // Where what is missing means something, each file is the whole: the newest counts, the older ones are past.
            done = waiting.split_off(waiting.len().min(1));
        }
        let late = waiting.len().saturating_sub(MOST);
        waiting.drain(..late);
        let wishes = setup.mapping.as_ref().map(|mapping| mapping.wishes.clone()).unwrap_or_default();
        Ok(FolderRows { folder, waiting, done, wishes, reader: None })
    }
}

fn seen(name: String, about: &std::fs::Metadata) -> Option<Seen> {
    let modified = millis(about.modified().ok()?.duration_since(UNIX_EPOCH).ok()?);
    Some(Seen { name, size: i64::try_from(about.len()).ok()?, modified })
}

fn millis(since: std::time::Duration) -> i64 {
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Names by which programs say that they have not finished writing.
fn is_unfinished(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower.starts_with(['.', '~'])
        || lower.ends_with('~')
        || [".part", ".tmp", ".temp", ".crdownload", ".partial", ".filepart", ".swp", ".lock"]
            .iter()
            .any(|end| lower.ends_with(end))
}

/// `*` stands for anything, `?` for one character; upper and lower case are the same.
fn fits(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.to_lowercase().chars().collect();
    let name: Vec<char> = name.to_lowercase().chars().collect();
    let (mut p, mut n) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                back = Some((p, n));
                p += 1;
            }
            Some(ch) if *ch == '?' || name.get(n) == Some(ch) => {
                p += 1;
                n += 1;
            }
            _ => {
                let Some((star, from)) = back else { return false };
                back = Some((star, from + 1));
                p = star + 1;
                n = from + 1;
            }
        }
    }
    pattern.iter().skip(p).all(|ch| *ch == '*')
}

/// The file did not change while it was read.
fn is_as_it_was(folder: &Path, before: &Seen) -> bool {
    std::fs::metadata(folder.join(&before.name)).ok().and_then(|about| seen(before.name.clone(), &about)).as_ref()
        == Some(before)
}

impl Rows for FolderRows {
    fn next_segment(&mut self) -> Result<Option<Segment>> {
        self.reader = None;
        if let Some(last) = self.done.last()
            && !is_as_it_was(&self.folder, last)
            && self.folder.join(&last.name).exists()
        {
            return Err(Error::conflict(
                "source.still_written",
                format!("\"{}\" changed while it was read", last.name),
            ));
        }
        let Some(next) = self.waiting.pop() else { return Ok(None) };
        let path = self.folder.join(&next.name);
        let named = |fault: Error| match fault {
            Error::Unreadable(why) => Error::Unreadable(format!("{}: {why}", next.name)),
            other => other,
        };
        let found = super::file::look(&path, &self.wishes).map_err(named)?;
        self.reader = Some(Reader::open(&path, &found.format)?);
        let name = next.name.clone();
        self.done.push(next);
        Ok(Some(Segment { name: Some(name), format: found.format }))
    }

    fn next(&mut self, row: &mut Row) -> Result<Found> {
        match &mut self.reader {
            Some(reader) => reader.next(row),
            None => Ok(Found::End),
        }
    }

    fn notes(&self) -> Notes {
        self.reader.as_ref().map(Reader::notes).unwrap_or_default()
    }

    fn files(&self) -> Vec<Seen> {
        self.done.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_matched_from_end_to_end() {
        assert!(fits("*", "a.csv") && fits("*.csv", "Customers.CSV") && fits("cust*-??.csv", "customers-06.csv"));
        assert!(!fits("*.csv", "a.csv.gz") && !fits("a?.csv", "a.csv") && !fits("", "a"));
        assert!(fits("a*b*c", "aXbYbZc") && !fits("a*b*c", "aXbY"));
    }

    #[test]
    fn names_of_unfinished_files_are_known() {
        for name in [".hidden", "a.csv.part", "b.crdownload", "~$book.xlsx", "c.csv~"] {
            assert!(is_unfinished(name), "{name}");
        }
        assert!(!is_unfinished("a.csv"));
    }
}
