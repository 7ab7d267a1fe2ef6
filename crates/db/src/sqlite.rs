//! The embedded database: one writer thread with group commit, several readers.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;

use kernel::{Error, Result};
use rusqlite::types::{ToSqlOutput, Value as SqlValue, ValueRef};
use rusqlite::{CachedStatement, Connection, OpenFlags, ToSql, params_from_iter};
use tokio::sync::oneshot;

use crate::tx::{Conn, Kind, OnConflict, Tx, stopped};
use crate::value::{Arg, Row};

/// Closures that share one commit, at most.
const GROUP: usize = 64;
const READERS: usize = 4;
const CACHED_STATEMENTS: usize = 256;

/// Every commit is on the disk before it is acknowledged; the log is folded at 64 MB.
const DURABLE: &str = "pragma synchronous = full; pragma wal_autocheckpoint = 16000;";
/// The same page changes in most parts of a large load. Forced to the disk with each, a million contacts were 30 GB of writing
/// for a database of one; in a log of 1 GB that is folded now and then each page is copied once in a while.
const BULK: &str = "pragma synchronous = normal; pragma wal_autocheckpoint = 256000;";

pub struct Sqlite {
    jobs: mpsc::Sender<Job>,
    readers: Readers,
    path: std::path::PathBuf,
    /// Whether the writer's commits need not wait for the disk.
    bulk: Arc<AtomicBool>,
}

/// A closure for the writer: runs, says whether its changes stand, and hands back who to tell after the commit.
type Job = Box<dyn FnOnce(&mut Tx) -> (bool, Finish) + Send>;
type Finish = Box<dyn FnOnce(Result<()>) + Send>;

impl Sqlite {
    pub fn open(path: &Path) -> Result<Sqlite> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|e| Error::internal(format!("{}: {e}", folder.display())))?;
        }
        if rusqlite::version_number() < 3_051_003 {
            return Err(Error::internal("SQLite older than 3.51.3 can corrupt its log; refusing to start"));
        }
        let writer = Connection::open(path).map_err(error)?;
        configure(&writer, 64)?;
        let (jobs, queue) = mpsc::channel::<Job>();
        let bulk = Arc::new(AtomicBool::new(false));
        let asked = bulk.clone();
        std::thread::Builder::new()
            .name("db-writer".into())
            .spawn(move || write_loop(&writer, &queue, &asked))
            .map_err(Error::internal)?;

        let readers = Readers::open(path)?;
        Ok(Sqlite { jobs, readers, path: path.to_path_buf(), bulk })
    }

    pub fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx) -> Result<T> + Send + 'static,
    {
        let (tell, told) = mpsc::channel();
        self.send(work, move |result| drop(tell.send(result)))?;
        told.recv().unwrap_or_else(|_| Err(Error::internal("the write panicked")))
    }

    pub async fn write_async<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx) -> Result<T> + Send + 'static,
    {
        let (tell, told) = oneshot::channel();
        self.send(work, move |result| drop(tell.send(result)))?;
        told.await.unwrap_or_else(|_| Err(Error::internal("the write panicked")))
    }

    fn send<T, F>(&self, work: F, tell: impl FnOnce(Result<T>) + Send + 'static) -> Result<()>
    where
        T: Send + 'static,
        F: Fn(&mut Tx) -> Result<T> + Send + 'static,
    {
        let job: Job = Box::new(move |tx| match work(tx) {
            Ok(value) => (true, Box::new(move |committed: Result<()>| tell(committed.map(|()| value)))),
            Err(error) => (false, Box::new(move |_| tell(Err(error)))),
        });
        self.jobs.send(job).map_err(|_| stopped())
    }

    pub fn in_bulk<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.bulk.store(true, Ordering::Release);
        let result = work();
        self.bulk.store(false, Ordering::Release);
        // Folding the log forces it to the disk first, and the database after it.
        let conn = Connection::open(&self.path).map_err(error)?;
        conn.execute_batch("pragma busy_timeout = 5000; pragma synchronous = full; pragma wal_checkpoint(truncate)")
            .map_err(error)?;
        result
    }

    pub fn read<T>(&self, work: impl FnOnce(&mut Tx) -> Result<T>) -> Result<T> {
        let conn = self.readers.take();
        let begun = conn.execute_batch("begin deferred").map_err(error);
        if let Err(failure) = begun {
            self.readers.give(conn);
            return Err(failure);
        }
        let result = catch_unwind(AssertUnwindSafe(|| work(&mut Tx(Conn::Sqlite(&conn)))));
        let ended = conn.execute_batch("commit").map_err(error);
        self.readers.give(conn);
        match result {
            Ok(result) => result.and_then(|value| ended.map(|()| value)),
            Err(_) => Err(Error::internal("the read panicked")),
        }
    }

    pub fn backup(&self, into: &Path) -> Result<()> {
        let from = Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(error)?;
        copy(&from, into)
    }

    /// On a connection of its own: one that has read the search index before holds parts of it that may be gone since.
    pub fn check(&self) -> Result<Vec<String>> {
        let conn = Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(error)?;
        let mut tx = Tx(Conn::Sqlite(&conn));
        let mut faults = Vec::new();
        for row in tx.query("pragma integrity_check", &[])? {
            if row.text(0) != "ok" {
                faults.push(row.text(0).to_string());
            }
        }
        for row in tx.query("pragma foreign_key_check", &[])? {
            faults.push(format!("foreign key broken in table {}", row.text(0)));
        }
        Ok(faults)
    }

    pub fn tidy(&self) -> Result<()> {
        let conn = Connection::open(&self.path).map_err(error)?;
        conn.execute_batch(
            "pragma busy_timeout = 5000; pragma analysis_limit = 1000; analyze; pragma wal_checkpoint(passive)",
        )
        .map_err(error)
    }
}

/// Opens a copy, checks it, and puts it in place of an empty folder's database.
pub fn restore(from: &Path, into: &Path) -> Result<()> {
    if into.exists() {
        return Err(Error::conflict("restore.not_empty", "there is a database already; restore into an empty folder"));
    }
    let copy_of = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(error)?;
    let verdict: String = copy_of.query_row("pragma integrity_check", [], |row| row.get(0)).map_err(error)?;
    if verdict != "ok" {
        return Err(Error::internal(format!("the backup is damaged: {verdict}")));
    }
    if let Some(folder) = into.parent() {
        std::fs::create_dir_all(folder).map_err(Error::internal)?;
    }
    copy(&copy_of, into)
}

fn copy(from: &Connection, into: &Path) -> Result<()> {
    let mut target = Connection::open(into).map_err(error)?;
    let backup = rusqlite::backup::Backup::new(from, &mut target).map_err(error)?;
    backup.run_to_completion(4096, Duration::from_millis(0), None).map_err(error)?;
    drop(backup);
    let verdict: String = target.query_row("pragma quick_check", [], |row| row.get(0)).map_err(error)?;
    if verdict == "ok" { Ok(()) } else { Err(Error::internal(format!("the copy is damaged: {verdict}"))) }
}

fn configure(conn: &Connection, cache_mb: i64) -> Result<()> {
    conn.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    conn.execute_batch(&format!(
        "pragma busy_timeout = 5000;
         pragma journal_mode = wal;
         {DURABLE}
         pragma foreign_keys = on;
         pragma secure_delete = on;
         pragma trusted_schema = off;
         pragma temp_store = memory;
         pragma journal_size_limit = 67108864;
         pragma cache_size = -{}",
        cache_mb * 1024
    ))
    .map_err(error)
}

/// Takes closures from the queue; those that wait share one commit, each in a savepoint of its own.
fn write_loop(conn: &Connection, queue: &mpsc::Receiver<Job>, bulk: &AtomicBool) {
    let mut broken = false;
    let mut in_bulk = false;
    while let Ok(first) = queue.recv() {
        let asked = bulk.load(Ordering::Acquire);
        if asked != in_bulk {
            match conn.execute_batch(if asked { BULK } else { DURABLE }) {
                Ok(()) => in_bulk = asked,
                Err(failure) => {
                    tracing::error!(error = %failure, "the database's care for the disk could not be changed")
                }
            }
        }
        let mut waiting = VecDeque::from([first]);
        let mut finishes: Vec<Finish> = Vec::new();
        if broken {
            continue; // dropping the job tells its caller
        }
        let mut lost: Option<rusqlite::Error> = None;
        while let Some(job) = waiting.pop_front() {
            // Whoever is first needs no savepoint: as long as nobody else's changes stand, its own go with the transaction.
            // A savepoint keeps a copy of every page that changes after it, for a part of an import all of them.
            let alone = finishes.is_empty();
            if conn.is_autocommit()
                && let Err(failure) = conn.execute_batch("begin immediate")
            {
                tracing::error!(error = %failure, "a transaction could not begin");
                continue; // dropping the job tells its caller
            }
            match run_job(conn, job, alone) {
                Ok(Some((true, finish))) => finishes.push(finish),
                Ok(Some((false, finish))) => finish(Ok(())),
                Ok(None) => {}
                Err(failure) => {
                    lost = Some(failure);
                    break;
                }
            }
            if finishes.len() < GROUP && waiting.is_empty() {
                waiting.extend(queue.try_recv());
            }
        }
        let committed = match lost {
            Some(failure) => Err(failure),
            None if conn.is_autocommit() => Ok(()), // whoever came was refused
            None => conn.execute_batch("commit"),
        };
        if let Err(failure) = committed {
            tracing::error!(error = %failure, "a commit failed; nothing of it was kept");
            broken = is_io_failure(&failure);
            if !conn.is_autocommit() {
                let _ = conn.execute_batch("rollback");
            }
            for finish in finishes {
                finish(Err(error(copy_error(&failure))));
            }
            continue;
        }
        for finish in finishes {
            finish(Ok(()));
        }
    }
}

/// Runs one closure, in a savepoint unless it is alone. `Err` means that the whole transaction is gone (disk full, I/O error).
fn run_job(conn: &Connection, job: Job, alone: bool) -> Result<Option<(bool, Finish)>, rusqlite::Error> {
    if !alone {
        conn.prepare_cached("savepoint job")?.execute([])?;
    }
    let outcome = catch_unwind(AssertUnwindSafe(|| job(&mut Tx(Conn::Sqlite(conn)))));
    if conn.is_autocommit() {
        if let Ok((false, finish)) = outcome {
            finish(Ok(()));
        }
        return Err(rusqlite::Error::SqliteFailure(
            rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL),
            Some("the transaction was rolled back by the database".into()),
        ));
    }
    let keep = matches!(&outcome, Ok((true, _)));
    match (alone, keep) {
        (true, true) => {}
        (true, false) => conn.execute_batch("rollback")?,
        (false, _) => {
            if !keep {
                conn.prepare_cached("rollback to job")?.execute([])?;
            }
            conn.prepare_cached("release job")?.execute([])?;
        }
    }
    Ok(outcome.ok())
}

fn is_io_failure(failure: &rusqlite::Error) -> bool {
    failure.sqlite_error_code() == Some(rusqlite::ErrorCode::SystemIoFailure)
}

fn copy_error(failure: &rusqlite::Error) -> rusqlite::Error {
    match failure {
        rusqlite::Error::SqliteFailure(code, text) => rusqlite::Error::SqliteFailure(*code, text.clone()),
        other => rusqlite::Error::ToSqlConversionFailure(other.to_string().into()),
    }
}

/// Reading connections, handed out one at a time.
struct Readers {
    free: Mutex<Vec<Connection>>,
    freed: Condvar,
}

impl Readers {
    fn open(path: &Path) -> Result<Readers> {
        let mut free = Vec::new();
        for _ in 0..READERS {
            let conn = Connection::open(path).map_err(error)?;
            configure(&conn, 8)?;
            // Readers see the file as memory: a filtered list looks at thousands of rows here and there, and copying a page
            // for each was most of its time (measured).
            conn.execute_batch("pragma query_only = on; pragma mmap_size = 4294967296").map_err(error)?;
            free.push(conn);
        }
        Ok(Readers { free: Mutex::new(free), freed: Condvar::new() })
    }

    fn take(&self) -> Connection {
        let mut free = self.lock();
        loop {
            match free.pop() {
                Some(conn) => return conn,
                None => free = self.freed.wait(free).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    fn give(&self, conn: Connection) {
        self.lock().push(conn);
        self.freed.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `$1` as the shared dialect writes it is a *named* parameter for SQLite, numbered by first appearance; `?1` is the number.
fn numbered(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut quoted = false;
    for ch in sql.chars() {
        if ch == '\'' {
            quoted = !quoted;
        }
        out.push(if ch == '$' && !quoted { '?' } else { ch });
    }
    out
}

pub fn prepare<'c>(conn: &'c Connection, sql: &str) -> Result<CachedStatement<'c>> {
    let prepared = if sql.contains('$') { conn.prepare_cached(&numbered(sql)) } else { conn.prepare_cached(sql) };
    prepared.map_err(|failure| Error::internal(format!("{failure} in {sql}")))
}

pub fn each(conn: &Connection, sql: &str, args: &[Arg], mut visit: impl FnMut(Row) -> Result<bool>) -> Result<()> {
    let mut statement = prepare(conn, sql)?;
    let width = statement.column_count();
    let mut rows = statement.query(params_from_iter(args)).map_err(error)?;
    while let Some(row) = rows.next().map_err(error)? {
        let mut cells = Vec::with_capacity(width);
        for column in 0..width {
            cells.push(match row.get_ref(column).map_err(error)? {
                ValueRef::Null => Arg::Null,
                ValueRef::Integer(v) => Arg::Int(v),
                ValueRef::Real(v) => Arg::Real(v),
                ValueRef::Text(v) => Arg::Text(String::from_utf8_lossy(v).into_owned()),
                ValueRef::Blob(v) => Arg::Bytes(v.to_vec()),
            });
        }
        if !visit(Row(cells))? {
            break;
        }
    }
    Ok(())
}

pub fn execute(conn: &Connection, sql: &str, args: &[Arg]) -> Result<u64> {
    run(&mut prepare(conn, sql)?, args)
}

pub fn run(statement: &mut CachedStatement<'_>, args: &[Arg]) -> Result<u64> {
    let changed = statement.execute(params_from_iter(args)).map_err(error)?;
    Ok(u64::try_from(changed).unwrap_or(0))
}

pub fn insert(
    conn: &Connection,
    table: &str,
    columns: &[(&str, Kind)],
    rows: &[Vec<Arg>],
    on_conflict: OnConflict,
) -> Result<u64> {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let places: Vec<String> = (1..=columns.len()).map(|n| format!("${n}")).collect();
    let or = if on_conflict == OnConflict::Skip { " on conflict do nothing" } else { "" };
    let sql = format!("insert into {table} ({}) values ({}){or}", names.join(", "), places.join(", "));
    let mut statement = prepare(conn, &sql)?;
    let mut changed = 0;
    for row in rows {
        changed += run(&mut statement, row)?;
    }
    Ok(changed)
}

impl ToSql for Arg {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Arg::Null => ToSqlOutput::Owned(SqlValue::Null),
            Arg::Int(v) => ToSqlOutput::Owned(SqlValue::Integer(*v)),
            Arg::Real(v) => ToSqlOutput::Owned(SqlValue::Real(*v)),
            Arg::Text(v) => ToSqlOutput::Borrowed(ValueRef::Text(v.as_bytes())),
            Arg::Id(v) => ToSqlOutput::Borrowed(ValueRef::Blob(v.0.as_bytes())),
            Arg::Bytes(v) => ToSqlOutput::Borrowed(ValueRef::Blob(v)),
        })
    }
}

pub fn error(failure: rusqlite::Error) -> Error {
    match failure.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DiskFull) => Error::DiskFull,
        Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => {
            Error::Busy { retry_after_s: 1 }
        }
        Some(rusqlite::ErrorCode::ConstraintViolation) => {
            let text = failure.to_string();
            if text.contains("UNIQUE") || text.contains("PRIMARY KEY") {
                Error::conflict("unique", "another record has this value already")
            } else {
                Error::internal(text)
            }
        }
        _ => Error::internal(failure),
    }
}

#[cfg(test)]
mod tests {
    use crate::{Arg, Db, Target};
    use kernel::Error;

    fn fresh() -> (tempfile::TempDir, Db) {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&Target::Folder(folder.path().into())).unwrap();
        db.write(|tx| tx.batch("create table t (a integer primary key, b text) strict")).unwrap();
        (folder, db)
    }

    #[test]
    fn a_failed_write_leaves_no_trace_and_others_of_its_group_stand() {
        let (_folder, db) = fresh();
        let failed: Result<(), Error> = db.write(|tx| {
            tx.execute("insert into t values (1, 'x')", &[])?;
            Err(Error::NotFound)
        });
        assert!(failed.is_err());
        db.write(|tx| tx.execute("insert into t values ($2, $1)", &["y".into(), Arg::Int(2)])).unwrap();
        let rows = db.read(|tx| tx.query("select a, b from t", &[])).unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].int(0), rows[0].text(1)), (2, "y"));
    }

    #[test]
    fn those_that_share_a_commit_stand_or_fall_each_for_itself() {
        for first_fails in [true, false] {
            let (_folder, db) = fresh();
            let (waiting, go) = std::sync::mpsc::channel::<()>();
            let go = std::sync::Mutex::new(go);
            let first = db.clone();
            let first = std::thread::spawn(move || {
                first.write(move |tx| {
                    tx.execute("insert into t values (0, 'first')", &[])?;
                    // The others wait in the queue by now and come into the same commit.
                    let _ = go.lock().unwrap().recv();
                    if first_fails { Err(Error::NotFound) } else { Ok(()) }
                })
            });
            let others: Vec<_> = (1..=20i64)
                .map(|n| {
                    let db = db.clone();
                    std::thread::spawn(move || {
                        db.write(move |tx| {
                            tx.execute("insert into t values ($1, 'other')", &[n.into()])?;
                            if n % 3 == 0 { Err(Error::NotFound) } else { Ok(()) }
                        })
                    })
                })
                .collect();
            std::thread::sleep(std::time::Duration::from_millis(50));
            drop(waiting);
            assert_eq!(first.join().unwrap().is_err(), first_fails);
            for (n, other) in (1..).zip(others) {
                assert_eq!(other.join().unwrap().is_err(), n % 3 == 0);
            }
            let kept = db.read(|tx| tx.query("select a from t order by a", &[])).unwrap();
            let kept: Vec<i64> = kept.iter().map(|row| row.int(0)).collect();
            let wanted: Vec<i64> = (i64::from(first_fails)..=20).filter(|n| *n == 0 || n % 3 != 0).collect();
            assert_eq!(kept, wanted);
        }
    }

    #[test]
    fn a_load_need_not_wait_for_the_disk_and_whoever_comes_after_it_does() {
        let (folder, db) = fresh();
        let care = |db: &Db| db.write(|tx| tx.query("pragma synchronous", &[])).unwrap()[0].int(0);
        assert_eq!(care(&db), 2);
        let during = db.in_bulk(|| {
            db.write(|tx| tx.execute("insert into t values (1, 'x')", &[]))?;
            Ok(care(&db))
        });
        assert_eq!(during.unwrap(), 1);
        assert_eq!(care(&db), 2);
        // All is in the database itself when it returns, and the log is empty.
        let copy = tempfile::tempdir().unwrap();
        std::fs::copy(folder.path().join("rapport.db"), copy.path().join("rapport.db")).unwrap();
        let copy = Db::open(&Target::Folder(copy.path().into())).unwrap();
        assert_eq!(copy.read(|tx| tx.query("select a from t", &[])).unwrap().len(), 1);
        // The same when the work fails.
        let failed: Result<(), Error> = db.in_bulk(|| Err(Error::NotFound));
        assert!(failed.is_err());
        assert_eq!(care(&db), 2);
    }

    #[test]
    fn a_panic_in_a_write_is_an_error_and_the_writer_lives_on() {
        let (_folder, db) = fresh();
        let panicked: Result<(), Error> = db.write(|tx| {
            tx.execute("insert into t values (1, 'x')", &[])?;
            panic!("on purpose")
        });
        assert!(panicked.is_err());
        assert_eq!(db.write(|tx| tx.execute("insert into t values (1, 'x')", &[])).unwrap(), 1);
    }

    #[test]
    fn the_same_key_twice_is_a_conflict() {
        let (_folder, db) = fresh();
        db.write(|tx| tx.execute("insert into t values (1, 'x')", &[])).unwrap();
        let again = db.write(|tx| tx.execute("insert into t values (1, 'x')", &[]));
        assert!(matches!(again, Err(Error::Conflict { code: "unique", .. })));
    }

    #[test]
    fn a_full_disk_is_told_loses_nothing_and_needs_no_hands() {
        let (_folder, db) = fresh();
        db.write(|tx| tx.execute("insert into t values (1, 'kept')", &[])).unwrap();
        // The database's own bound stands in for the disk's: the same fault, at the same places.
        let bound =
            |pages: i64| db.write(move |tx| tx.query(&format!("pragma max_page_count = {pages}"), &[])).unwrap();
        bound(12);
        let large = "x".repeat(4000);
        let mut refused = false;
        for n in 2..200i64 {
            let large = large.clone();
            match db.write(move |tx| tx.execute("insert into t values ($1, $2)", &[n.into(), large.as_str().into()])) {
                Ok(_) => assert!(!refused),
                Err(error) => {
                    assert!(matches!(error, Error::DiskFull), "{error:?}");
                    refused = true;
                }
            }
        }
        assert!(refused);
        let kept = db.read(|tx| tx.one("select b from t where a = 1", &[])).unwrap().unwrap();
        assert_eq!(kept.text(0), "kept");
        bound(100_000);
        db.write(|tx| tx.execute("insert into t values (1000, 'after')", &[])).unwrap();
        assert_eq!(db.check().unwrap(), Vec::<String>::new());
    }
}
