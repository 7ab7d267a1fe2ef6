//! Where the files of the lake lie.
//!
//! A file is put whole or not at all, is never changed, and is removed once nobody needs it: that is all a folder and a
//! store of objects have in common, and all the lake asks for.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use kernel::{Error, Result};

/// See the module.
pub trait Store: Send + Sync {
    /// By which name the engine reads a file.
    fn place(&self, name: &str) -> PathBuf;

    /// Keeps what was made at `made`, which is gone afterwards, under a name that is free.
    fn put(&self, made: &Path, name: &str) -> Result<()>;

    /// Whether the file is there with this length, ready to be read at its place; a store elsewhere brings it there, and
    /// only whole: with this checksum (SHA-256).
    fn has(&self, name: &str, bytes: u64, checksum: &str) -> Result<bool>;

    /// Throws away a copy that was brought here, so that it is brought anew; a store that has no copies has none to throw away.
    fn forget_copy(&self, _name: &str) -> Result<()> {
        Ok(())
    }

    /// Puts those of these files that lie here into a store elsewhere that lacks them, as when it was only just named;
    /// answers how many.
    fn settle(&self, _names: &[String]) -> Result<usize> {
        Ok(0)
    }

    /// Removes a file; one that is gone already is fine.
    fn remove(&self, name: &str) -> Result<()>;

    /// The names of all files that have lain there for at least so long.
    fn names(&self, older_than: Duration) -> Result<Vec<String>>;
}

/// A folder of this machine.
pub struct Folder(pub PathBuf);

impl Store for Folder {
    fn place(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn put(&self, made: &Path, name: &str) -> Result<()> {
        let put = || {
            File::open(made)?.sync_all()?;
            fs::rename(made, self.place(name))?;
            // The name is on disk as well before anybody is told of it.
            File::open(&self.0)?.sync_all()
        };
        put().map_err(|fault| Error::internal(format!("{name}: {fault}")))
    }

    fn has(&self, name: &str, bytes: u64, _checksum: &str) -> Result<bool> {
        Ok(fs::metadata(self.place(name)).is_ok_and(|about| about.len() == bytes))
    }

    fn remove(&self, name: &str) -> Result<()> {
        match fs::remove_file(self.place(name)) {
            Err(fault) if fault.kind() != std::io::ErrorKind::NotFound => Err(Error::internal(fault)),
            _ => Ok(()),
        }
    }

    fn names(&self, older_than: Duration) -> Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.0).map_err(Error::internal)? {
            let entry = entry.map_err(Error::internal)?;
            let Ok(about) = entry.metadata() else { continue };
            let age = about.modified().ok().and_then(|at| SystemTime::now().duration_since(at).ok());
            if about.is_file() && age.unwrap_or_default() >= older_than {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        Ok(names)
    }
}
