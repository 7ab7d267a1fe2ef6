//! Files that lie in a store of objects, with copies in a folder of this machine.
//!
//! The engine reads the copies: a file never changes, so a copy is good for as long as the file is, and questions go on
//! while the store cannot be reached. What is written goes to the store first, and only then is anybody told of it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use foundation::outbound::store::{ObjectStore, Objects};
use kernel::{Clock, Error, Id, Result};

use super::store::{Folder, Store};
use super::write;

/// See the module.
pub struct Elsewhere {
    objects: Objects,
    copies: Folder,
}

impl Elsewhere {
    pub fn new(at: &ObjectStore, copies: Folder) -> Result<Elsewhere> {
        Ok(Elsewhere { objects: Objects::new(at)?, copies })
    }
}

impl Store for Elsewhere {
    fn place(&self, name: &str) -> PathBuf {
        self.copies.place(name)
    }

    fn put(&self, made: &Path, name: &str) -> Result<()> {
        self.objects.put(name, made)?;
        self.copies.put(made, name)
    }

    fn has(&self, name: &str, bytes: u64, checksum: &str) -> Result<bool> {
        if self.copies.has(name, bytes, checksum)? {
            return Ok(true);
        }
        // Several may bring the same file at once, each under a name of its own.
        let place = self.copies.place(name);
        let coming = place.with_file_name(format!("{name}.{}.coming", Id::at(Clock::system().now().0)));
        let brought = self.objects.fetch(name, &coming).and_then(|is_there| {
            if !is_there {
                return Ok(false);
            }
            let (length, sum) = write::summed(&coming)?;
            if u64::try_from(length).ok() != Some(bytes) || sum != checksum {
                return Ok(false);
            }
            fs::rename(&coming, &place).map_err(Error::internal)?;
            Ok(true)
        });
        // What did not become a copy is of no use.
        if coming.exists() {
            drop(fs::remove_file(&coming));
        }
        brought
    }

    fn forget_copy(&self, name: &str) -> Result<()> {
        self.copies.remove(name)
    }

    fn settle(&self, names: &[String]) -> Result<usize> {
        let there: BTreeSet<String> = self.objects.list()?.into_iter().map(|one| one.name).collect();
        let mut put = 0;
        for name in names.iter().filter(|name| !there.contains(*name)) {
            let place = self.copies.place(name);
            if place.exists() {
                self.objects.put(name, &place)?;
                put += 1;
            }
        }
        Ok(put)
    }

    fn remove(&self, name: &str) -> Result<()> {
        self.objects.remove(name)?;
        self.copies.remove(name)
    }

    fn names(&self, older_than: Duration) -> Result<Vec<String>> {
        let mut names: BTreeSet<String> = self.copies.names(older_than)?.into_iter().collect();
        let age = i64::try_from(older_than.as_millis()).unwrap_or(i64::MAX);
        // The store's own time, not the company's.
        let before = Clock::system().now().0.saturating_sub(age);
        names.extend(self.objects.list()?.into_iter().filter(|one| one.changed_at.0 <= before).map(|one| one.name));
        Ok(names.into_iter().collect())
    }
}
