//! One transaction, or one reading snapshot: the same few verbs on both databases.

use kernel::{Error, Result};

use crate::dialect::Dialect;
use crate::postgres::Session;
use crate::value::{Arg, Row};
use crate::{postgres, sqlite};

/// What a column of a bulk insert holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Int,
    Real,
    Text,
    Id,
    Bytes,
}

/// What a bulk insert does with a row whose key is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnConflict {
    /// It is an error.
    Fail,
    /// The row is left out.
    Skip,
}

/// A transaction or snapshot in progress.
pub struct Tx<'c>(pub(crate) Conn<'c>);

pub(crate) enum Conn<'c> {
    Sqlite(&'c rusqlite::Connection),
    Postgres(&'c mut Session),
}

impl Tx<'_> {
    pub fn dialect(&self) -> Dialect {
        match self.0 {
            Conn::Sqlite(_) => Dialect::Sqlite,
            Conn::Postgres(_) => Dialect::Postgres,
        }
    }

    /// All rows of an answer. For answers of unknown length use [`Tx::each`].
    pub fn query(&mut self, sql: &str, args: &[Arg]) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        self.each(sql, args, |row| {
            rows.push(row);
            Ok(true)
        })?;
        Ok(rows)
    }

    /// Hands over row by row while `visit` answers `true`; the answer is streamed, never held whole.
    pub fn each(&mut self, sql: &str, args: &[Arg], visit: impl FnMut(Row) -> Result<bool>) -> Result<()> {
        match &mut self.0 {
            Conn::Sqlite(conn) => sqlite::each(conn, sql, args, visit),
            Conn::Postgres(session) => postgres::each(session, sql, args, visit),
        }
    }

    /// The first row of an answer.
    pub fn one(&mut self, sql: &str, args: &[Arg]) -> Result<Option<Row>> {
        let mut found = None;
        self.each(sql, args, |row| {
            found = Some(row);
            Ok(false)
        })?;
        Ok(found)
    }

    /// Changes rows; answers how many.
    pub fn execute(&mut self, sql: &str, args: &[Arg]) -> Result<u64> {
        match &mut self.0 {
            Conn::Sqlite(conn) => sqlite::execute(conn, sql, args),
            Conn::Postgres(session) => postgres::execute(session, sql, args),
        }
    }

    /// The same statement for many sets of arguments.
    pub fn execute_many(&mut self, sql: &str, sets: &[Vec<Arg>]) -> Result<u64> {
        let mut changed = 0;
        match &mut self.0 {
            Conn::Sqlite(conn) => {
                let mut statement = sqlite::prepare(conn, sql)?;
                for args in sets {
                    changed += sqlite::run(&mut statement, args)?;
                }
            }
            Conn::Postgres(session) => {
                for args in sets {
                    changed += postgres::execute(session, sql, args)?;
                }
            }
        }
        Ok(changed)
    }

    /// Statements without arguments or answer (DDL).
    pub fn batch(&mut self, sql: &str) -> Result<()> {
        match &mut self.0 {
            Conn::Sqlite(conn) => conn.execute_batch(sql).map_err(sqlite::error),
            Conn::Postgres(session) => postgres::batch(session, sql),
        }
    }

    /// Inserts many rows; answers how many went in.
    pub fn insert(
        &mut self,
        table: &str,
        columns: &[(&str, Kind)],
        rows: Vec<Vec<Arg>>,
        on_conflict: OnConflict,
    ) -> Result<u64> {
        if rows.is_empty() {
            return Ok(0);
        }
        match &mut self.0 {
            Conn::Sqlite(conn) => sqlite::insert(conn, table, columns, &rows, on_conflict),
            Conn::Postgres(session) => postgres::insert(session, table, columns, rows, on_conflict),
        }
    }

    /// Runs `work` so that its failure undoes only what it did itself, and the transaction can go on.
    pub fn attempt<T>(&mut self, work: impl FnOnce(&mut Tx) -> Result<T>) -> Result<T> {
        self.batch("savepoint attempt")?;
        match work(self) {
            Ok(value) => {
                self.batch("release savepoint attempt")?;
                Ok(value)
            }
            Err(error) => {
                self.batch("rollback to savepoint attempt; release savepoint attempt")?;
                Err(error)
            }
        }
    }

    /// `true` if the table exists.
    pub fn has_table(&mut self, table: &str) -> Result<bool> {
        let sql = match self.dialect() {
            Dialect::Sqlite => "select 1 from sqlite_master where type = 'table' and name = $1",
            Dialect::Postgres => {
                "select 1 from information_schema.tables where table_schema = current_schema() and table_name = $1"
            }
        };
        Ok(self.one(sql, &[table.into()])?.is_some())
    }

    /// The statement that made an index; on PostgreSQL as it writes it itself. None if there is no such index.
    pub fn index_sql(&mut self, index: &str) -> Result<Option<String>> {
        let sql = match self.dialect() {
            Dialect::Sqlite => "select sql from sqlite_master where type = 'index' and name = $1",
            // Not by the view `pg_indexes`, which reads the whole catalogue for each name.
            Dialect::Postgres => {
                "select pg_get_indexdef(oid) from pg_class where relname = $1::text::name \
                 and relnamespace = current_schema()::regnamespace and relkind = 'i'"
            }
        };
        Ok(self.one(sql, &[index.into()])?.map(|row| row.text(0).to_string()))
    }

    /// The names of a table's columns.
    pub fn columns(&mut self, table: &str) -> Result<Vec<String>> {
        let sql = match self.dialect() {
            Dialect::Sqlite => "select name from pragma_table_info($1)",
            Dialect::Postgres => {
                "select column_name::text from information_schema.columns where table_schema = current_schema() and table_name = $1"
            }
        };
        Ok(self.query(sql, &[table.into()])?.iter().map(|row| row.text(0).to_string()).collect())
    }

    /// The share of a table's rows (alias `r`) that meet a condition, from some two thousand rows spread over it.
    pub fn sample(&mut self, table: &str, condition: &str, args: &[Arg]) -> Result<f64> {
        let (mut seen, mut met) = (0.0, 0.0);
        match self.dialect() {
            Dialect::Sqlite => {
                let last = self.estimate(table)?;
                let sql = format!(
                    "select count(*), coalesce(sum(case when {condition} then 1 else 0 end), 0) from {table} r \
                     where r.rowid >= ${0} and r.rowid < ${0} + 100",
                    args.len() + 1
                );
                for window in 0..20 {
                    let mut args = args.to_vec();
                    args.push(Arg::Int(1 + window * (last / 20)));
                    if let Some(row) = self.one(&sql, &args)? {
                        seen += row.real(0);
                        met += row.real(1);
                    }
                }
            }
            Dialect::Postgres => {
                let share = (2_000.0 * 100.0 / self.estimate(table)?.max(1) as f64).min(100.0);
                let sql = format!(
                    "select count(*), coalesce(sum(case when {condition} then 1 else 0 end), 0)::bigint \
                     from {table} r tablesample system ({share})"
                );
                if let Some(row) = self.one(&sql, args)? {
                    seen = row.real(0);
                    met = row.real(1);
                }
            }
        }
        Ok(if seen > 0.0 { met / seen } else { 0.0 })
    }

    /// About how many rows a table has, without counting them.
    pub fn estimate(&mut self, table: &str) -> Result<i64> {
        let sql = match self.dialect() {
            Dialect::Sqlite => format!("select coalesce(max(rowid), 0) from {table}"),
            Dialect::Postgres => {
                format!("select greatest(reltuples, 0)::bigint from pg_class where oid = to_regclass('{table}')")
            }
        };
        Ok(self.one(&sql, &[])?.map_or(0, |row| row.int(0)))
    }
}

pub(crate) fn stopped() -> Error {
    Error::Internal("the database stopped accepting writes after a failed write to disk".into())
}
