//! The lake: the ledger's events as files of columns, for questions over millions of them.
//!
//! - [`feed`] reads lines of the ledger, [`write`] makes files of them: one for each month, sorted by party and moment.
//! - [`manifest`] says, in the database, which files there are; it changes in one transaction with the cursor, so that a
//!   line stands in exactly one file or behind the cursor.
//! - [`keep`] is the subscriber: it writes what is new, merges small files ([`compact`]), makes damaged ones again
//!   ([`repair`]) and removes what nobody needs.
//! - [`read`] opens it all for questions, today's or as of any position of the past; [`walk`] goes through it customer by
//!   customer.
//! - [`erase`] takes personal text of whoever was erased out of the files.
//!
//! Lines are never changed, so the past of the ledger is a condition on positions. Whoever was joined to another is that
//! one at the moment of reading.

pub mod bring;
pub mod compact;
pub mod erase;
mod feed;
pub mod keep;
pub mod manifest;
pub mod objects;
pub mod period;
pub mod read;
pub mod repair;
pub mod state;
pub mod store;
pub mod walk;
pub mod write;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foundation::App;
use foundation::access::Principal;
use kernel::{Error, Result};

use crate::engine::embedded::Embedded;
use objects::Elsewhere;
use store::{Folder, Store};

/// The folder of all that analysis keeps, within the company's.
pub const FOLDER: &str = "lake";

/// One at a time in this process writes files; other processes are told apart by the manifest.
static WRITING: Mutex<()> = Mutex::new(());

/// The lake of a company.
#[derive(Clone)]
pub struct Lake {
    app: App,
    /// All that the engine may touch.
    root: PathBuf,
    store: Arc<dyn Store>,
}

impl Lake {
    /// In the company's folder, or in the store of objects that the settings name.
    pub fn of(app: &App) -> Result<Lake> {
        let folder = Folder(app.config().folder.join(FOLDER).join("events"));
        match &app.config().lake {
            None => Lake::stored(app, Arc::new(folder)),
            Some(at) => Lake::stored(app, Arc::new(Elsewhere::new(at, folder)?)),
        }
    }

    /// In another store; what is being made lies in the company's folder until it is put there.
    pub fn stored(app: &App, store: Arc<dyn Store>) -> Result<Lake> {
        let root = app.config().folder.join(FOLDER);
        for folder in [root.join("events"), root.join("making")] {
            std::fs::create_dir_all(folder).map_err(Error::internal)?;
        }
        Ok(Lake { app: app.clone(), root, store })
    }

    fn engine(&self) -> Result<Embedded> {
        Embedded::ordered(&self.root, 2)
    }

    fn who() -> Principal {
        Principal::system("lake")
    }

    /// Held by whoever writes files.
    fn writing() -> MutexGuard<'static, ()> {
        WRITING.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
