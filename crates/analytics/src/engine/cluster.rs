//! An engine on several machines, asked over Arrow Flight SQL.
//!
//! It reads the same Parquet files, from a folder or a store that all its machines see, and gets the same SQL. A question
//! carries everything it needs (its tables stand in front of it as named queries, its arguments in it as literals), so it
//! leaves nothing behind there and is asked again, whole, when the machine that answered is gone. Tried with Sail.

use std::path::{Path, PathBuf};
use std::time::Duration;

use arrow_flight::decode::FlightRecordBatchStream;
use arrow_flight::error::FlightError;
use arrow_flight::sql::{CommandStatementQuery, ProstMessageExt};
use arrow_flight::{FlightClient, FlightDescriptor};
use duckdb::arrow::array::{Array, AsArray, RecordBatch};
use duckdb::arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
};
use foundation::outbound::AnalysisCluster;
use kernel::{Error, Result};
use prost::Message;
use tokio::runtime::Runtime;
use tokio_stream::StreamExt as _;
use tonic::Code;
use tonic::transport::{ClientTlsConfig, Endpoint};

use super::{Cell, Engine};

/// How long one question may take.
const PATIENCE: Duration = Duration::from_secs(600);
/// A machine that does not even accept is not waited for so long.
const CONNECTING: Duration = Duration::from_secs(5);
/// What is waited before a question is asked again, as often as there are entries.
const AGAIN_AFTER: [Duration; 5] = [
    Duration::from_millis(200),
    Duration::from_millis(800),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
];

/// One table that questions may name.
#[derive(Debug, Clone)]
pub struct Source {
    pub name: String,
    /// Name and type of each column, as in `id uuid, title varchar`.
    pub columns: String,
    /// Its file; without one the table has no rows.
    pub file: Option<PathBuf>,
}

/// See the module.
pub struct Cluster {
    runtime: Runtime,
    endpoint: Endpoint,
    token: Option<String>,
    tables: Vec<(String, String)>,
}

/// Why a question was not answered, and whether another try may be.
struct Fault {
    text: String,
    is_passing: bool,
}

impl Cluster {
    /// An engine over `sources`, whose files lie below `lake` here and below `at.lake` for the cluster.
    pub fn over(at: &AnalysisCluster, lake: &Path, sources: &[Source]) -> Result<Cluster> {
        let unfit =
            |fault| Error::Unreadable(format!("analysis: `{}` cannot be the cluster's address: {fault}", at.url));
        let mut endpoint = Endpoint::from_shared(at.url.clone())
            .map_err(|fault| unfit(fault.to_string()))?
            .connect_timeout(CONNECTING)
            .timeout(PATIENCE);
        if at.url.starts_with("https://") {
            let tls = ClientTlsConfig::new().with_webpki_roots();
            endpoint = endpoint.tls_config(tls).map_err(|fault| unfit(fault.to_string()))?;
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::internal)?;
        let tables = sources.iter().map(|source| {
            let place = source.file.as_ref().map(|file| match (&at.lake, file.strip_prefix(lake)) {
                (Some(root), Ok(inside)) => format!("{}/{}", root.trim_end_matches('/'), inside.display()),
                _ => file.display().to_string(),
            });
            (source.name.clone(), reading(source, place.as_deref()))
        });
        let token = at.token.as_ref().map(|token| token.expose().to_string());
        Ok(Cluster { tables: tables.collect(), runtime, endpoint, token })
    }

    /// The question with its tables in front and its arguments in place.
    fn whole(&self, sql: &str, args: &[Cell]) -> Result<String> {
        let sql = with_literals(sql, args)?;
        let named: Vec<String> = self
            .tables
            .iter()
            .filter(|(name, _)| names(&sql, name))
            .map(|(name, reading)| format!("{name} as ({reading})"))
            .collect();
        if named.is_empty() {
            return Ok(sql);
        }
        Ok(match sql.strip_prefix("with ") {
            Some(rest) => format!("with {}, {rest}", named.join(", ")),
            None => format!("with {} {sql}", named.join(", ")),
        })
    }

    /// All of an answer: what was half received is thrown away when the question is asked again.
    async fn ask(&self, sql: &str) -> std::result::Result<Vec<RecordBatch>, Fault> {
        let channel = self.endpoint.connect().await.map_err(|fault| Fault {
            text: format!("{fault}: {:?}", std::error::Error::source(&fault).map(ToString::to_string)),
            is_passing: true,
        })?;
        let mut client = FlightClient::new(channel);
        if let Some(token) = &self.token {
            client.add_header("authorization", &format!("Bearer {token}")).map_err(|fault| of_flight(&fault))?;
        }
        let command = CommandStatementQuery { query: sql.into(), transaction_id: None };
        let descriptor = FlightDescriptor::new_cmd(command.as_any().encode_to_vec());
        let info = client.get_flight_info(descriptor).await.map_err(|fault| of_flight(&fault))?;
        let mut batches = Vec::new();
        for part in info.endpoint {
            let Some(ticket) = part.ticket else { continue };
            let mut stream: FlightRecordBatchStream = client.do_get(ticket).await.map_err(|fault| of_flight(&fault))?;
            while let Some(batch) = stream.next().await {
                batches.push(batch.map_err(|fault| of_flight(&fault))?);
            }
        }
        Ok(batches)
    }
}

impl Engine for Cluster {
    fn each(&self, sql: &str, args: &[Cell], visit: &mut dyn FnMut(&[Cell]) -> Result<()>) -> Result<()> {
        let sql = self.whole(sql, args)?;
        let mut waits = AGAIN_AFTER.iter();
        let batches = loop {
            match self.runtime.block_on(self.ask(&sql)) {
                Ok(batches) => break batches,
                Err(fault) => match waits.next().filter(|_| fault.is_passing) {
                    Some(wait) => {
                        tracing::warn!(fault = fault.text, "the analysis cluster did not answer; it is asked again");
                        std::thread::sleep(*wait);
                    }
                    None => return Err(Error::internal(format!("the analysis cluster: {}", fault.text))),
                },
            }
        };
        let mut cells = Vec::new();
        for batch in &batches {
            for row in 0..batch.num_rows() {
                cells.clear();
                for column in batch.columns() {
                    cells.push(cell(column.as_ref(), row)?);
                }
                visit(&cells)?;
            }
        }
        Ok(())
    }
}

fn of_flight(fault: &FlightError) -> Fault {
    let is_passing = match fault {
        // What was refused will be refused again.
        FlightError::Tonic(status) => {
            !matches!(status.code(), Code::InvalidArgument | Code::Unauthenticated | Code::PermissionDenied)
                && !status.message().contains("plan error")
        }
        _ => false,
    };
    Fault { text: fault.to_string(), is_passing }
}

/// How the cluster reads a table. An id is sixteen bytes there; here and in every question it is its text.
fn reading(source: &Source, place: Option<&str>) -> String {
    let columns = source.columns.split(',').filter_map(|column| {
        let (name, kind) = column.trim().split_once(' ')?;
        Some(match (place, kind.trim()) {
            (Some(_), "uuid") => format!(
                "regexp_replace(lower(hex({name})), '(.{{8}})(.{{4}})(.{{4}})(.{{4}})(.{{12}})', '$1-$2-$3-$4-$5') as {name}"
            ),
            (Some(_), _) => name.to_string(),
            (None, "uuid" | "varchar") => format!("cast(null as string) as {name}"),
            (None, kind) => format!("cast(null as {kind}) as {name}"),
        })
    });
    let columns: Vec<String> = columns.collect();
    match place {
        Some(place) => format!("select {} from parquet.`{}`", columns.join(", "), place.replace('`', "``")),
        None => format!("select {} where 1 = 0", columns.join(", ")),
    }
}

/// Whether the text has the name as a word of its own.
fn names(sql: &str, name: &str) -> bool {
    let is_word = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    sql.match_indices(name).any(|(at, _)| {
        let before = at.checked_sub(1).and_then(|at| sql.as_bytes().get(at).copied());
        !is_word(before) && !is_word(sql.as_bytes().get(at + name.len()).copied())
    })
}

/// Arguments stand as `?` outside of quotes.
fn with_literals(sql: &str, args: &[Cell]) -> Result<String> {
    let mut args = args.iter();
    let mut whole = String::with_capacity(sql.len() + 64);
    let mut is_quoted = false;
    for sign in sql.chars() {
        match sign {
            '\'' => is_quoted = !is_quoted,
            '?' if !is_quoted => {
                let arg = args.next().ok_or_else(|| Error::internal("a question has more places than arguments"))?;
                whole.push_str(&literal(arg));
                continue;
            }
            _ => {}
        }
        whole.push(sign);
    }
    match args.next() {
        None => Ok(whole),
        Some(_) => Err(Error::internal("a question has more arguments than places")),
    }
}

fn literal(cell: &Cell) -> String {
    match cell {
        Cell::Null => "null".into(),
        Cell::Int(value) => format!("cast({value} as bigint)"),
        Cell::Real(value) => format!("cast({value:e} as double)"),
        // There a backslash begins an escape, and a doubled quotation mark joins two texts.
        Cell::Text(text) => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
        Cell::Bytes(bytes) => format!("x'{}'", bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()),
    }
}

fn cell(column: &dyn Array, row: usize) -> Result<Cell> {
    if column.is_null(row) {
        return Ok(Cell::Null);
    }
    Ok(match column.data_type() {
        DataType::Null => Cell::Null,
        DataType::Boolean => Cell::Int(i64::from(column.as_boolean().value(row))),
        DataType::Int8 => Cell::Int(column.as_primitive::<Int8Type>().value(row).into()),
        DataType::Int16 => Cell::Int(column.as_primitive::<Int16Type>().value(row).into()),
        DataType::Int32 => Cell::Int(column.as_primitive::<Int32Type>().value(row).into()),
        DataType::Int64 => Cell::Int(column.as_primitive::<Int64Type>().value(row)),
        // Sums of whole numbers may come so wide.
        DataType::Decimal128(_, 0) => {
            let sum = column.as_primitive::<Decimal128Type>().value(row);
            Cell::Int(i64::try_from(sum).map_err(|_| Error::internal("a sum too large"))?)
        }
        DataType::Float32 => Cell::Real(column.as_primitive::<Float32Type>().value(row).into()),
        DataType::Float64 => Cell::Real(column.as_primitive::<Float64Type>().value(row)),
        DataType::Utf8 => Cell::Text(column.as_string::<i32>().value(row).into()),
        DataType::LargeUtf8 => Cell::Text(column.as_string::<i64>().value(row).into()),
        DataType::Utf8View => Cell::Text(column.as_string_view().value(row).into()),
        DataType::Date32 => Cell::Text(methods::day::text(column.as_primitive::<Date32Type>().value(row))),
        other => return Err(Error::internal(format!("a value of the type {other} is not read here"))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_stand_in_the_question_and_cannot_leave_their_quotes() {
        let sql = with_literals("select '?' where a = ? and b = ?", &[Cell::from(r"x\' or 1 = 1 --"), Cell::Int(-3)]);
        assert_eq!(sql.unwrap(), r"select '?' where a = 'x\\\' or 1 = 1 --' and b = cast(-3 as bigint)");
        assert!(with_literals("select ?", &[]).is_err());
        assert!(with_literals("select 1", &[Cell::Null]).is_err());
    }

    #[test]
    fn a_question_brings_the_tables_that_it_names() {
        let at = AnalysisCluster { url: "http://127.0.0.1:9".into(), lake: Some("s3://lake/".into()), token: None };
        let source = |name: &str, file: Option<&str>| Source {
            name: name.into(),
            columns: "id uuid, title varchar".into(),
            file: file.map(PathBuf::from),
        };
        let sources = [source("line", Some("/data/lake/one/line.parquet")), source("purchase", None)];
        let cluster = Cluster::over(&at, Path::new("/data/lake"), &sources).unwrap();
        let whole = cluster.whole("with p as (select 1) select * from p join line", &[]).unwrap();
        assert!(whole.starts_with("with line as (select regexp_replace("), "{whole}");
        assert!(whole.contains("from parquet.`s3://lake/one/line.parquet`), p as (select 1)"), "{whole}");
        assert!(!whole.contains("purchase"), "{whole}");
        let empty = cluster.whole("select count(*) from purchase", &[]).unwrap();
        assert_eq!(
            empty,
            "with purchase as (select cast(null as string) as id, cast(null as string) as title where 1 = 0) \
             select count(*) from purchase"
        );
        assert_eq!(cluster.whole("select outline, purchases", &[]).unwrap(), "select outline, purchases");
    }
}
