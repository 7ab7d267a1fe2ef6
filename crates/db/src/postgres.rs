//! PostgreSQL: a pool of sessions, serializable transactions, run again when the database asks for it.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ::postgres::error::SqlState;
use ::postgres::fallible_iterator::FallibleIterator;
use ::postgres::types::private::BytesMut;
use ::postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use ::postgres::{Client, Statement};
use kernel::{Error, Id, Result};

use crate::dialect::Dialect;
use crate::tls::Address;
use crate::tx::{Conn, Kind, OnConflict, Tx};
use crate::value::{Arg, Row};

const SESSIONS: usize = 16;
const RETRIES: u32 = 10;

pub struct Postgres {
    address: Address,
    pool: Mutex<Pool>,
    freed: Condvar,
    /// Whether commits need not wait for the disk.
    bulk: AtomicBool,
}

#[derive(Default)]
struct Pool {
    free: Vec<Session>,
    open: usize,
}

/// One connection with its prepared statements.
pub struct Session {
    client: Client,
    statements: HashMap<String, Statement>,
    again: Again,
}

/// Whether the transaction that failed last may be run again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Again {
    No,
    /// The database asked for it: another transaction came between.
    Asked,
    /// The connection is gone. Before it was committed the transaction is gone with it; afterwards nobody knows.
    Lost,
}

impl Postgres {
    pub fn open(url: &str) -> Result<Postgres> {
        let engine = Postgres {
            address: Address::parse(url)?,
            pool: Mutex::default(),
            freed: Condvar::new(),
            bulk: AtomicBool::new(false),
        };
        let mut session = engine.connect()?;
        let fsync = session.client.query_one("select current_setting('fsync')", &[]).map_err(plain_error)?;
        if fsync.get::<_, String>(0) == "off" && std::env::var_os("RAPPORT_ALLOW_FSYNC_OFF").is_none() {
            return Err(Error::internal(
                "PostgreSQL runs with fsync=off: what it acknowledges is not on disk; refusing to start",
            ));
        }
        engine.lock().open += 1;
        engine.give(session);
        Ok(engine)
    }

    fn connect(&self) -> Result<Session> {
        let mut client = self.address.connect().map_err(plain_error)?;
        client
            .batch_execute(
                "set statement_timeout = '60s'; set lock_timeout = '10s'; set idle_in_transaction_session_timeout = '60s'; \
                 set default_transaction_isolation = 'serializable'; set client_min_messages = warning; set jit = off",
            )
            .map_err(plain_error)?;
        Ok(Session { client, statements: HashMap::new(), again: Again::No })
    }

    pub fn write<T>(&self, work: &impl Fn(&mut Tx) -> Result<T>) -> Result<T> {
        let mut attempt = 0;
        loop {
            let begin =
                if self.bulk.load(Ordering::Acquire) { "begin; set local synchronous_commit = off" } else { "begin" };
            let mut session = self.begun(begin)?;
            session.again = Again::No;
            let result =
                std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(&mut Tx(Conn::Postgres(&mut session)))));
            let result = match result {
                Ok(Ok(value)) => {
                    let committed = batch(&mut session, "commit");
                    if session.again == Again::Lost {
                        session.again = Again::No;
                    }
                    committed.map(|()| value)
                }
                Ok(Err(failure)) => {
                    let _ = session.client.batch_execute("rollback");
                    Err(failure)
                }
                Err(_) => {
                    let _ = session.client.batch_execute("rollback");
                    Err(Error::internal("the write panicked"))
                }
            };
            let again = result.is_err() && session.again != Again::No && attempt < RETRIES;
            self.give(session);
            if !again {
                return result;
            }
            attempt += 1;
            std::thread::sleep(Duration::from_millis(u64::from(attempt * attempt)));
        }
    }

    pub fn in_bulk<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.bulk.store(true, Ordering::Release);
        let result = work();
        self.bulk.store(false, Ordering::Release);
        // Whoever waits for the disk waits for all that was committed before.
        self.write(&|tx: &mut Tx| tx.query("select pg_current_xact_id()::text", &[]).map(drop))?;
        result
    }

    pub fn read<T>(&self, work: impl FnOnce(&mut Tx) -> Result<T>) -> Result<T> {
        let mut session = self.begun("begin isolation level repeatable read read only")?;
        let result =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(&mut Tx(Conn::Postgres(&mut session)))));
        let _ = session.client.batch_execute("rollback");
        self.give(session);
        result.unwrap_or_else(|_| Err(Error::internal("the read panicked")))
    }

    /// A session in a transaction. Those that died while they lay in the pool are passed over: after a restart of the
    /// database all of them are.
    fn begun(&self, begin: &str) -> Result<Session> {
        loop {
            let (mut session, is_new) = self.take()?;
            session.again = Again::No;
            match batch(&mut session, begin) {
                Ok(()) => return Ok(session),
                Err(failure) => {
                    let lost = session.again == Again::Lost;
                    drop(session);
                    self.lock().open -= 1;
                    self.freed.notify_one();
                    if is_new || !lost {
                        return Err(failure);
                    }
                }
            }
        }
    }

    /// A session of the pool, a new one (and whether it is one), or the next that is given back.
    fn take(&self) -> Result<(Session, bool)> {
        let mut pool = self.lock();
        loop {
            while let Some(session) = pool.free.pop() {
                if !session.client.is_closed() {
                    return Ok((session, false));
                }
                pool.open = pool.open.saturating_sub(1);
            }
            if pool.open < SESSIONS {
                pool.open += 1;
                drop(pool);
                return self.connect().map(|session| (session, true)).map_err(|failure| {
                    self.lock().open -= 1;
                    self.freed.notify_one();
                    // It was there when the server started: it comes back, and nobody need do anything here.
                    tracing::error!(%failure, "PostgreSQL cannot be reached");
                    Error::Busy { retry_after_s: 5 }
                });
            }
            pool = self.freed.wait(pool).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn give(&self, session: Session) {
        self.lock().free.push(session);
        self.freed.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn tidy(&self) -> Result<()> {
        let (mut session, _) = self.take()?;
        let done = batch(&mut session, "analyze");
        self.give(session);
        done
    }

    /// One `COPY` file for each table, all from one snapshot.
    pub fn backup(&self, folder: &Path) -> Result<()> {
        let mut session =
            self.begun("begin isolation level repeatable read read only; set local statement_timeout = 0")?;
        let result = copy_tables_out(&mut session, folder);
        let _ = session.client.batch_execute("rollback");
        self.give(session);
        result
    }
}

const TABLES: &str = "select table_name::text from information_schema.tables \
     where table_schema = current_schema() and table_type = 'BASE TABLE' order by 1";

fn copy_tables_out(session: &mut Session, folder: &Path) -> Result<()> {
    for table in session.client.query(TABLES, &[]).map_err(plain_error)? {
        let table: String = table.get(0);
        let columns = copied_columns(session, &table)?;
        let mut from = session.client.copy_out(&format!("copy {table} ({columns}) to stdout")).map_err(plain_error)?;
        let file = std::fs::File::create(folder.join(format!("{table}.copy"))).map_err(Error::internal)?;
        let mut into = BufWriter::new(file);
        std::io::copy(&mut from, &mut into).map_err(Error::internal)?;
        into.flush().map_err(Error::internal)?;
    }
    Ok(())
}

/// All columns that are stored.
fn copied_columns(session: &mut Session, table: &str) -> Result<String> {
    let rows = session
        .client
        .query(
            "select column_name::text from information_schema.columns where table_schema = current_schema() \
             and table_name = $1 and is_generated = 'NEVER' order by ordinal_position",
            &[&table],
        )
        .map_err(plain_error)?;
    Ok(rows.iter().map(|row| row.get::<_, String>(0)).collect::<Vec<_>>().join(", "))
}

/// Fills tables that exist (made by the migrations and definitions) and are empty.
pub fn restore(url: &str, folder: &Path) -> Result<()> {
    let engine = Postgres::open(url)?;
    let (mut session, _) = engine.take()?;
    batch(&mut session, "begin; set local statement_timeout = 0")?;
    for entry in std::fs::read_dir(folder).map_err(Error::internal)? {
        let path = entry.map_err(Error::internal)?.path();
        let Some(table) = path.file_name().and_then(|n| n.to_str()).and_then(|n| n.strip_suffix(".copy")) else {
            continue;
        };
        if !table.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') {
            continue;
        }
        let columns = copied_columns(&mut session, table)?;
        if columns.is_empty() {
            return Err(Error::internal(format!("the backup has a table `{table}` that this version does not know")));
        }
        batch(&mut session, &format!("delete from {table}"))?;
        let mut into = session.client.copy_in(&format!("copy {table} ({columns}) from stdin")).map_err(plain_error)?;
        let mut from = BufReader::new(std::fs::File::open(&path).map_err(Error::internal)?);
        let mut buffer = vec![0u8; 1 << 16];
        loop {
            let read = from.read(&mut buffer).map_err(Error::internal)?;
            let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else { break };
            into.write_all(part).map_err(Error::internal)?;
        }
        into.finish().map_err(plain_error)?;
    }
    batch(
        &mut session,
        "select setval(pg_get_serial_sequence(t, 'seq'), coalesce(s, 0) + 1, false) from \
         (select 'event' t, (select max(seq) from event) s union all select 'audit', (select max(seq) from audit)) x",
    )?;
    rebase_ledger(&mut Tx(Conn::Postgres(&mut session)))?;
    batch(&mut session, "commit")
}

/// Lets the ledger's transaction numbers go on behind those it holds and those that readers may have seen of it, whatever
/// number the cluster itself is at. Lines keep their positions when they move, so no subscriber and no reader outside
/// skips one or reads one twice. The moment counts too: of lines written after a back-up and lost, readers may hold
/// positions that the copy does not know.
pub fn rebase_ledger(tx: &mut Tx) -> Result<()> {
    let sql = "select greatest(extract(epoch from clock_timestamp())::bigint * 2147483648, coalesce(max(e.tx), 0) + 1) from event e";
    let base = tx.one(sql, &[])?.map_or(0, |row| row.int(0));
    tx.batch(&Dialect::ledger_base(&base.to_string()))
}

/// The same for a ledger that came from another cluster by PostgreSQL's own tools: it knows transactions that are yet to come.
pub fn adopt_ledger(tx: &mut Tx) -> Result<()> {
    let known = tx.one("select to_regproc('ledger_base') is not null", &[])?.is_some_and(|row| row.int(0) != 0);
    if !known {
        return Ok(());
    }
    tx.batch("select pg_advisory_xact_lock(7305001)")?;
    let sql = "select coalesce(max(e.tx), 0) >= ledger_base() + pg_snapshot_xmax(pg_current_snapshot())::text::bigint from event e";
    if tx.one(sql, &[])?.is_some_and(|row| row.int(0) != 0) {
        rebase_ledger(tx)?;
    }
    Ok(())
}

pub fn batch(session: &mut Session, sql: &str) -> Result<()> {
    session.client.batch_execute(sql).map_err(|failure| noted(&mut session.again, sql, failure))
}

pub fn each(session: &mut Session, sql: &str, args: &[Arg], mut visit: impl FnMut(Row) -> Result<bool>) -> Result<()> {
    let statement = prepare(session, sql)?;
    let mut rows = match session.client.query_raw(&statement, args) {
        Ok(rows) => rows,
        Err(failure) => return Err(noted(&mut session.again, sql, failure)),
    };
    loop {
        let row = match rows.next() {
            Ok(Some(row)) => row,
            Ok(None) => return Ok(()),
            Err(failure) => {
                drop(rows);
                return Err(noted(&mut session.again, sql, failure));
            }
        };
        let mut cells = Vec::with_capacity(row.len());
        for column in 0..row.len() {
            cells.push(cell(&row, column)?);
        }
        if !visit(Row(cells))? {
            return Ok(());
        }
    }
}

fn cell(row: &::postgres::Row, column: usize) -> Result<Arg> {
    let Some(of) = row.columns().get(column) else { return Ok(Arg::Null) };
    let kind = of.type_();
    let value = if *kind == Type::INT8 {
        row.try_get::<_, Option<i64>>(column).map(Arg::from)
    } else if *kind == Type::INT4 {
        row.try_get::<_, Option<i32>>(column).map(|v| Arg::from(v.map(i64::from)))
    } else if *kind == Type::INT2 {
        row.try_get::<_, Option<i16>>(column).map(|v| Arg::from(v.map(i64::from)))
    } else if *kind == Type::UUID {
        row.try_get::<_, Option<uuid::Uuid>>(column).map(|v| Arg::from(v.map(Id)))
    } else if *kind == Type::FLOAT8 {
        row.try_get::<_, Option<f64>>(column).map(Arg::from)
    } else if *kind == Type::BYTEA {
        row.try_get::<_, Option<Vec<u8>>>(column).map(Arg::from)
    } else if *kind == Type::BOOL {
        row.try_get::<_, Option<bool>>(column).map(Arg::from)
    } else {
        row.try_get::<_, Option<String>>(column).map(Arg::from)
    };
    value.map_err(Error::internal)
}

pub fn execute(session: &mut Session, sql: &str, args: &[Arg]) -> Result<u64> {
    let statement = prepare(session, sql)?;
    let args: Vec<&(dyn ToSql + Sync)> = args.iter().map(|arg| arg as &(dyn ToSql + Sync)).collect();
    session.client.execute(&statement, &args).map_err(|failure| noted(&mut session.again, sql, failure))
}

fn prepare(session: &mut Session, sql: &str) -> Result<Statement> {
    if let Some(statement) = session.statements.get(sql) {
        return Ok(statement.clone());
    }
    if session.statements.len() > 500 {
        session.statements.clear();
    }
    let statement = session.client.prepare(sql).map_err(|failure| noted(&mut session.again, sql, failure))?;
    session.statements.insert(sql.to_string(), statement.clone());
    Ok(statement)
}

/// One statement for all rows: each column travels as one array.
pub fn insert(
    session: &mut Session,
    table: &str,
    columns: &[(&str, Kind)],
    rows: Vec<Vec<Arg>>,
    on_conflict: OnConflict,
) -> Result<u64> {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let arrays: Vec<String> =
        columns.iter().enumerate().map(|(i, (_, kind))| format!("${}::{}[]", i + 1, array_type(*kind))).collect();
    let or = if on_conflict == OnConflict::Skip { " on conflict do nothing" } else { "" };
    let sql = format!("insert into {table} ({}) select * from unnest({}){or}", names.join(", "), arrays.join(", "));

    let mut by_column: Vec<Vec<Arg>> = columns.iter().map(|_| Vec::with_capacity(rows.len())).collect();
    for row in rows {
        for (column, value) in by_column.iter_mut().zip(row) {
            column.push(value);
        }
    }
    let statement = prepare(session, &sql)?;
    let args: Vec<&(dyn ToSql + Sync)> = by_column.iter().map(|column| column as &(dyn ToSql + Sync)).collect();
    session.client.execute(&statement, &args).map_err(|failure| noted(&mut session.again, &sql, failure))
}

fn array_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Int => "bigint",
        Kind::Real => "double precision",
        Kind::Text => "text",
        Kind::Id => "uuid",
        Kind::Bytes => "bytea",
    }
}

impl ToSql for Arg {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Arg::Null => Ok(IsNull::Yes),
            Arg::Int(v) if *kind == Type::INT4 => i32::try_from(*v)?.to_sql(kind, out),
            Arg::Int(v) if *kind == Type::INT2 => i16::try_from(*v)?.to_sql(kind, out),
            Arg::Int(v) if *kind == Type::FLOAT8 => (*v as f64).to_sql(kind, out),
            Arg::Int(v) if *kind == Type::BOOL => (*v != 0).to_sql(kind, out),
            Arg::Int(v) if *kind == Type::TEXT => v.to_string().to_sql(kind, out),
            Arg::Int(v) => v.to_sql(&Type::INT8, out),
            Arg::Real(v) => v.to_sql(&Type::FLOAT8, out),
            Arg::Text(v) => v.to_sql(kind, out),
            Arg::Id(v) => v.0.to_sql(&Type::UUID, out),
            Arg::Bytes(v) if *kind == Type::UUID => uuid::Uuid::from_slice(v)?.to_sql(kind, out),
            Arg::Bytes(v) => v.as_slice().to_sql(&Type::BYTEA, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// Notes that the database wants the transaction to run again, and turns its fault into ours.
fn noted(again: &mut Again, sql: &str, failure: ::postgres::Error) -> Error {
    let code = failure.code().cloned();
    if code == Some(SqlState::T_R_SERIALIZATION_FAILURE) || code == Some(SqlState::T_R_DEADLOCK_DETECTED) {
        *again = Again::Asked;
        return Error::Busy { retry_after_s: 1 };
    }
    if is_lost(&failure) {
        *again = Again::Lost;
        return Error::Busy { retry_after_s: 5 };
    }
    match code {
        Some(code) if code == SqlState::UNIQUE_VIOLATION => {
            Error::conflict("unique", "another record has this value already")
        }
        Some(code) if code == SqlState::DISK_FULL => Error::DiskFull,
        Some(code) if code == SqlState::LOCK_NOT_AVAILABLE => Error::Busy { retry_after_s: 1 },
        _ => Error::internal(format!("{} in {}", describe(&failure), sql.chars().take(400).collect::<String>())),
    }
}

/// Whether the connection is gone, or the server takes it away: it stops, it restarts, somebody ended the session.
fn is_lost(failure: &::postgres::Error) -> bool {
    let ended = [SqlState::ADMIN_SHUTDOWN, SqlState::CRASH_SHUTDOWN, SqlState::CANNOT_CONNECT_NOW];
    match failure.code() {
        Some(code) => ended.contains(code),
        None => failure.is_closed() || failure.source().is_some_and(|cause| cause.is::<std::io::Error>()),
    }
}

fn plain_error(failure: ::postgres::Error) -> Error {
    Error::internal(describe(&failure))
}

fn describe(failure: &::postgres::Error) -> String {
    match failure.as_db_error() {
        Some(db) => format!("{}: {}", db.code().code(), db.message()),
        None => format!("{failure}"),
    }
}

#[cfg(test)]
mod tests {
    use crate::{Db, Target};

    #[test]
    fn a_load_need_not_wait_for_the_disk_and_whoever_comes_after_it_does() {
        let Ok(url) = std::env::var("RAPPORT_TEST_POSTGRES") else {
            eprintln!("skipped: RAPPORT_TEST_POSTGRES does not name a PostgreSQL to test on");
            return;
        };
        let db = Db::open(&Target::Postgres(url)).unwrap();
        let waits = |db: &Db| db.write(|tx| tx.query("show synchronous_commit", &[])).unwrap()[0].text(0).to_string();
        let usual = waits(&db);
        assert_eq!(db.in_bulk(|| Ok(waits(&db))).unwrap(), "off");
        assert_eq!(waits(&db), usual);
    }
}
