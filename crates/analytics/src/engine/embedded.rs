//! DuckDB in this process.
//!
//! It may touch the folder of the lake and nothing else, uses so much memory and no more (what does not fit goes to a
//! folder beside the files), loads no extension, and what was set cannot be changed by a question.

use std::path::Path;

use duckdb::arrow::record_batch::RecordBatch;
use duckdb::types::{Value, ValueRef};
use duckdb::{Appender, Config, Connection, Statement, appender_params_from_iter, params_from_iter};
use kernel::{Error, Result};

use super::{Cell, Engine};

/// Memory for one question.
const MEMORY: &str = "1GB";
/// The same for a question in SQL of a person.
const SEALED_MEMORY: &str = "512MB";
/// Cores for one question: the requests of people come first.
const THREADS: i64 = 2;

/// An engine of one's own: nothing is shared with others but the files.
pub struct Embedded {
    connection: Connection,
}

fn failed(fault: duckdb::Error) -> Error {
    Error::internal(fault)
}

/// A path or a word within a statement.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

impl Embedded {
    /// An engine over the files of `folder`, which is made when it is not there.
    pub fn open(folder: &Path) -> Result<Embedded> {
        Self::with(folder, THREADS, false)
    }

    /// The same where files are written and read in the order of their lines; `threads` work on each statement, those
    /// that call it among them.
    pub fn ordered(folder: &Path, threads: i64) -> Result<Embedded> {
        Self::with(folder, threads, true)
    }

    fn with(folder: &Path, threads: i64, in_order: bool) -> Result<Embedded> {
        let spill = folder.join("spill");
        std::fs::create_dir_all(&spill).map_err(Error::internal)?;
        let config = Config::default()
            .enable_autoload_extension(false)
            .and_then(|config| config.max_memory(MEMORY))
            .and_then(|config| config.threads(threads))
            .map_err(failed)?;
        let connection = Connection::open_in_memory_with_flags(config).map_err(failed)?;
        let (folder, spill) = (quoted(&folder.to_string_lossy()), quoted(&spill.to_string_lossy()));
        connection
            .execute_batch(&format!(
                "set temp_directory = {spill}; set preserve_insertion_order = {in_order}; \
                 set parquet_metadata_cache = true; set allowed_directories = [{folder}]; set enable_external_access = false; set lock_configuration = true"
            ))
            .map_err(failed)?;
        Ok(Embedded { connection })
    }

    /// Another way to the same tables and files, for a thread of its own.
    pub fn again(&self) -> Result<Embedded> {
        Ok(Embedded { connection: self.connection.try_clone().map_err(failed)? })
    }

    /// An engine that reaches no file at all: not the lake's, and none to spill to. What does not fit in its memory fails.
    pub fn sealed() -> Result<Embedded> {
        let config = Config::default()
            .enable_autoload_extension(false)
            .and_then(|config| config.max_memory(SEALED_MEMORY))
            .and_then(|config| config.threads(THREADS))
            .map_err(failed)?;
        let connection = Connection::open_in_memory_with_flags(config).map_err(failed)?;
        connection
            .execute_batch(
                "set temp_directory = ''; set autoinstall_known_extensions = false; set allow_community_extensions = false; \
                 set enable_external_access = false; set lock_configuration = true",
            )
            .map_err(failed)?;
        Ok(Embedded { connection })
    }

    /// What stops a question of this engine, from another thread.
    pub fn stop(&self) -> std::sync::Arc<duckdb::InterruptHandle> {
        self.connection.interrupt_handle()
    }

    /// The answer to a question that a person wrote: what is wrong with it is theirs to know.
    pub fn asked(&self, sql: &str) -> Result<Vec<Vec<Cell>>> {
        let theirs = |fault: duckdb::Error| {
            let said = fault.to_string();
            // The first lines say what is wrong; behind them stands the statement as we wrapped it.
            let said = said.split("\n\nLINE").next().unwrap_or_default();
            Error::invalid("sql", "not_understood", said.chars().take(500).collect::<String>())
        };
        let mut statement = self.connection.prepare(sql).map_err(theirs)?;
        let mut rows = statement.query([]).map_err(theirs)?;
        let mut answer = Vec::new();
        while let Some(row) = rows.next().map_err(theirs)? {
            let columns = row.as_ref().column_count();
            let cells = (0..columns).map(|column| cell(row.get_ref(column).map_err(theirs)?));
            answer.push(cells.collect::<Result<Vec<_>>>()?);
        }
        Ok(answer)
    }

    /// Runs statements that answer nothing.
    pub fn run(&self, sql: &str) -> Result<()> {
        self.connection.execute_batch(sql).map_err(failed)
    }

    /// Fills a table, row by row, as fast as there is.
    pub fn fill(&self, table: &str) -> Result<Filling<'_>> {
        Ok(Filling { appender: self.connection.appender(table).map_err(failed)? })
    }
}

/// A question whose answer is handed over in batches of columns, as it comes.
pub struct Prepared<'a> {
    statement: Statement<'a>,
}

impl Embedded {
    /// Prepares a question for [`Prepared::batches`].
    pub fn prepared(&self, sql: &str) -> Result<Prepared<'_>> {
        Ok(Prepared { statement: self.connection.prepare(sql).map_err(failed)? })
    }
}

impl Prepared<'_> {
    /// The answer, never held whole. Where the engine fails half-way the iterator panics: catch it on a thread of its own.
    pub fn batches(&mut self) -> Result<impl Iterator<Item = RecordBatch> + '_> {
        self.statement.stream_arrow([]).map_err(failed)
    }
}

/// A table that is being filled; [`Filling::done`] makes its rows visible.
pub struct Filling<'a> {
    appender: Appender<'a>,
}

impl Filling<'_> {
    /// One row, its cells in the order of the columns.
    pub fn row(&mut self, cells: &[Cell]) -> Result<()> {
        self.appender.append_row(appender_params_from_iter(cells.iter().map(value))).map_err(failed)
    }

    pub fn done(mut self) -> Result<()> {
        self.appender.flush().map_err(failed)
    }
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Int(value) => Value::BigInt(*value),
        Cell::Real(value) => Value::Double(*value),
        Cell::Text(text) => Value::Text(text.clone()),
        Cell::Bytes(bytes) => Value::Blob(bytes.clone()),
    }
}

impl Engine for Embedded {
    fn each(&self, sql: &str, args: &[Cell], visit: &mut dyn FnMut(&[Cell]) -> Result<()>) -> Result<()> {
        let mut statement = self.connection.prepare(sql).map_err(failed)?;
        let mut rows = statement.query(params_from_iter(args.iter().map(value))).map_err(failed)?;
        let mut cells = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            let columns = row.as_ref().column_count();
            cells.clear();
            for column in 0..columns {
                cells.push(cell(row.get_ref(column).map_err(failed)?)?);
            }
            visit(&cells)?;
        }
        Ok(())
    }
}

fn cell(value: ValueRef) -> Result<Cell> {
    Ok(match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Boolean(value) => Cell::Int(i64::from(value)),
        ValueRef::TinyInt(value) => Cell::Int(value.into()),
        ValueRef::SmallInt(value) => Cell::Int(value.into()),
        ValueRef::Int(value) => Cell::Int(value.into()),
        ValueRef::BigInt(value) => Cell::Int(value),
        // Sums come so wide.
        ValueRef::HugeInt(value) => Cell::Int(i64::try_from(value).map_err(|_| Error::internal("a sum too large"))?),
        ValueRef::UTinyInt(value) => Cell::Int(value.into()),
        ValueRef::USmallInt(value) => Cell::Int(value.into()),
        ValueRef::UInt(value) => Cell::Int(value.into()),
        ValueRef::UBigInt(value) => Cell::Int(i64::try_from(value).map_err(|_| Error::internal("a number too large"))?),
        ValueRef::Float(value) => Cell::Real(value.into()),
        ValueRef::Double(value) => Cell::Real(value),
        ValueRef::Text(text) => Cell::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_vec()),
        ValueRef::Date32(days) => Cell::Text(methods::day::text(days)),
        other => return Err(Error::internal(format!("a value of the type {:?} is not read here", other.data_type()))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn engine(folder: &Path) -> Embedded {
        Embedded::open(folder).unwrap()
    }

    #[test]
    fn sums_of_money_are_whole_numbers_and_days_are_words() {
        let folder = tempfile::tempdir().unwrap();
        let engine = engine(folder.path());
        engine.run("create table sale (day date, amount bigint, line varchar)").unwrap();
        let mut filling = engine.fill("sale").unwrap();
        for (amount, line) in [(1999, Cell::from("Bikes")), (1, Cell::Null)] {
            filling.row(&[Cell::from("2017-06-30"), Cell::Int(amount), line]).unwrap();
        }
        filling.done().unwrap();
        let rows = engine.rows("select max(day), sum(amount), count(line) from sale where amount > ?", &[0.into()]);
        assert_eq!(rows.unwrap(), [[Cell::from("2017-06-30"), Cell::Int(2000), Cell::Int(1)]]);
    }

    #[test]
    fn a_question_reads_the_lake_and_nothing_else() {
        let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let engine = engine(folder.path());
        let own = quoted(&folder.path().join("a.parquet").to_string_lossy());
        engine.run(&format!("copy (select 7 as seven) to {own} (format parquet)")).unwrap();
        assert_eq!(engine.rows(&format!("select seven from read_parquet({own})"), &[]).unwrap(), [[Cell::Int(7)]]);

        let secret = elsewhere.path().join("secret.csv");
        std::fs::write(&secret, "a\n1\n").unwrap();
        let secret = quoted(&secret.to_string_lossy());
        for forbidden in [
            format!("select * from read_csv({secret})"),
            format!("copy (select 1) to {secret}"),
            format!("attach {secret} as other"),
            "set enable_external_access = true".into(),
            "set memory_limit = '100GB'".into(),
            "install httpfs".into(),
        ] {
            assert!(engine.run(&forbidden).is_err(), "{forbidden}");
        }
    }
}
