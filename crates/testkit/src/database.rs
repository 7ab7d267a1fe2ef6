//! A database for one test: a temporary folder, or a schema of its own in the PostgreSQL that `RAPPORT_TEST_POSTGRES` names.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use db::{Db, Target};
use foundation::App;
use tempfile::TempDir;

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    Sqlite,
    Postgres,
}

const POSTGRES: &str = "RAPPORT_TEST_POSTGRES";

impl Database {
    /// Whether it can be tested on here. When the variable is set, PostgreSQL must be there: failing to reach it is a fault.
    pub fn is_there(self) -> bool {
        self == Database::Sqlite || std::env::var_os(POSTGRES).is_some()
    }
}

/// A data folder and, on PostgreSQL, a schema; both gone when dropped.
pub struct Place {
    // Dropped in this order: handles first, on a thread where they may wait.
    open: Handles,
    schema: Option<Schema>,
    folder: TempDir,
}

#[derive(Default)]
struct Handles(Mutex<Vec<App>>);

impl Drop for Handles {
    fn drop(&mut self) {
        let open = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let _ = std::thread::spawn(move || drop(open)).join();
    }
}

struct Schema {
    server: String,
    name: String,
}

impl Place {
    pub fn new(database: Database) -> Place {
        let folder = tempfile::Builder::new().prefix("rapport-test-").tempdir().expect("a temporary folder");
        let schema = (database == Database::Postgres).then(|| {
            let server = std::env::var(POSTGRES).expect("RAPPORT_TEST_POSTGRES names the server");
            let name = format!("test_{}", uuid::Uuid::now_v7().simple());
            let schema = Schema { server, name };
            schema.run(format!("create schema {}", schema.name));
            schema
        });
        Place { open: Handles::default(), schema, folder }
    }

    /// Keeps a handle for as long as the place is there.
    pub fn keep(&self, app: &App) {
        self.open.0.lock().unwrap_or_else(PoisonError::into_inner).push(app.clone());
    }

    pub fn database(&self) -> Database {
        if self.schema.is_some() { Database::Postgres } else { Database::Sqlite }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn target(&self) -> Target {
        match &self.schema {
            None => Target::Folder(self.folder().to_path_buf()),
            Some(schema) => {
                let sign = if schema.server.contains('?') { '&' } else { '?' };
                let Schema { server, name } = schema;
                Target::Postgres(format!("{server}{sign}options=-csearch_path%3D{name}&application_name={name}"))
            }
        }
    }
}

impl Schema {
    /// On a thread of its own: the driver may not wait within an asynchronous runtime.
    fn run(&self, sql: String) {
        let server = self.server.clone();
        let done = std::thread::spawn(move || Db::open(&Target::Postgres(server))?.write(move |tx| tx.batch(&sql)));
        match done.join() {
            Ok(Ok(())) => {}
            Ok(Err(fault)) => panic!("the PostgreSQL of {POSTGRES} does not answer: {fault}"),
            Err(_) => panic!("the PostgreSQL of {POSTGRES} cannot be used"),
        }
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.run(format!("drop schema {} cascade", self.name));
        }
    }
}
