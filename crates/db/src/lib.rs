//! The one crate that knows there are two databases.
//!
//! Work on the database is a closure that runs on a database thread: [`Db::write`] in one transaction that commits or
//! leaves no trace, [`Db::read`] in one snapshot. Nothing can be awaited inside, so nothing can be sent from inside a
//! transaction. SQL is written once, in the dialect both databases share, with `$1`; where they differ there is a named
//! function in [`dialect`].
//!
//! SQLite: one writer thread, `begin immediate`, durable (`synchronous=full`), group commit with a savepoint for each
//! closure but the first. PostgreSQL: a pool of sessions, serializable, run again when the database asks for it (40001, 40P01).
//!
//! Why not one library for both: measured, direct drivers read a row by id ten times faster than the common layer and
//! build in half the time; the two code paths are the two small files `sqlite.rs` and `postgres.rs`.

pub mod dialect;
mod migrate;
pub mod outside;
mod postgres;
mod sqlite;
mod tls;
mod tx;
mod value;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kernel::{Error, Result};

pub use dialect::Dialect;
pub use migrate::Migration;
pub use tx::{Kind, OnConflict, Tx};
pub use value::{Arg, Row};

/// Where the data is.
#[derive(Debug, Clone)]
pub enum Target {
    /// A folder; the database is the file `rapport.db` in it.
    Folder(PathBuf),
    /// A `postgres://` address.
    Postgres(String),
}

/// A handle to the database; cloning it is cheap.
#[derive(Clone)]
pub struct Db(Arc<Engine>);

enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(Box<postgres::Postgres>),
}

impl Db {
    /// Opens the database, refusing unsafe settings (an SQLite older than 3.51.3, a PostgreSQL with `fsync=off`).
    pub fn open(target: &Target) -> Result<Db> {
        let engine = match target {
            Target::Folder(folder) => Engine::Sqlite(sqlite::Sqlite::open(&folder.join("rapport.db"))?),
            Target::Postgres(url) => Engine::Postgres(Box::new(postgres::Postgres::open(url)?)),
        };
        Ok(Db(Arc::new(engine)))
    }

    pub fn dialect(&self) -> Dialect {
        match &*self.0 {
            Engine::Sqlite(_) => Dialect::Sqlite,
            Engine::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Runs `work` in one transaction and returns when it is on disk. An error or panic leaves no trace.
    /// `work` may run more than once (PostgreSQL asks for a retry), so it must not change anything but the database.
    pub fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx) -> Result<T> + Send + 'static,
    {
        match &*self.0 {
            Engine::Sqlite(engine) => engine.write(work),
            Engine::Postgres(engine) => engine.write(&work),
        }
    }

    /// [`Db::write`] for asynchronous callers: waits without holding a thread on SQLite.
    pub async fn write_async<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx) -> Result<T> + Send + 'static,
    {
        match &*self.0 {
            Engine::Sqlite(engine) => engine.write_async(work).await,
            Engine::Postgres(_) => {
                let db = self.clone();
                spawn(move || db.write(work)).await
            }
        }
    }

    /// For a command that fills a database which it has for itself: while `work` runs, commits keep their order and each is
    /// whole, but none waits for the disk; when this returns, all of them are on it. A killed process loses nothing, a machine
    /// without power the last of them, and whoever goes on begins where the database says it was.
    pub fn in_bulk<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        match &*self.0 {
            Engine::Sqlite(engine) => engine.in_bulk(work),
            Engine::Postgres(engine) => engine.in_bulk(work),
        }
    }

    /// Runs `work` in one read-only snapshot.
    pub fn read<T>(&self, work: impl FnOnce(&mut Tx) -> Result<T>) -> Result<T> {
        match &*self.0 {
            Engine::Sqlite(engine) => engine.read(work),
            Engine::Postgres(engine) => engine.read(work),
        }
    }

    /// [`Db::read`] for asynchronous callers.
    pub async fn read_async<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    {
        let db = self.clone();
        spawn(move || db.read(work)).await
    }

    /// Applies the migrations that have not been applied, in order, each in its own transaction.
    pub fn migrate(&self, migrations: &[Migration]) -> Result<()> {
        migrate::run(self, migrations)
    }

    /// Writes a consistent copy into `folder` while work goes on: `rapport.db`, or one file per table on PostgreSQL.
    pub fn backup(&self, folder: &Path) -> Result<()> {
        std::fs::create_dir_all(folder).map_err(Error::internal)?;
        match &*self.0 {
            Engine::Sqlite(engine) => engine.backup(&folder.join("rapport.db")),
            Engine::Postgres(engine) => engine.backup(folder),
        }
    }

    /// Fills an empty database from what [`Db::backup`] wrote.
    pub fn restore(target: &Target, folder: &Path) -> Result<()> {
        match target {
            Target::Folder(into) => sqlite::restore(&folder.join("rapport.db"), &into.join("rapport.db")),
            Target::Postgres(url) => postgres::restore(url, folder),
        }
    }

    /// The database's own integrity check; each line is one fault.
    pub fn check(&self) -> Result<Vec<String>> {
        match &*self.0 {
            Engine::Sqlite(engine) => engine.check(),
            Engine::Postgres(_) => Ok(Vec::new()),
        }
    }

    /// Gathers statistics for the planner and folds the write-ahead log; done after bulk loads and from time to time.
    pub fn tidy(&self) -> Result<()> {
        match &*self.0 {
            Engine::Sqlite(engine) => engine.tidy(),
            Engine::Postgres(engine) => engine.tidy(),
        }
    }

    /// The version of the database, for the doctor.
    pub fn version(&self) -> Result<String> {
        let sql = match self.dialect() {
            Dialect::Sqlite => "select 'SQLite ' || sqlite_version()",
            Dialect::Postgres => "select 'PostgreSQL ' || current_setting('server_version')",
        };
        self.read(|tx| Ok(tx.one(sql, &[])?.map(|row| row.text(0).to_string()).unwrap_or_default()))
    }
}

async fn spawn<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(panicked) => Err(Error::internal(panicked)),
    }
}
