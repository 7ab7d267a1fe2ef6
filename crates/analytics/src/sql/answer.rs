//! Runs a question: reads it, fills the tables that it names under the reader's rights, and asks the sealed engine.

use std::time::{Duration, Instant};

use foundation::App;
use foundation::access::Principal;
use kernel::{Error, Result};
use serde_json::{Value as Json, json};

use super::tables::{self, Table};
use super::{queries, reading};
use crate::engine::Cell;
use crate::engine::embedded::Embedded;

/// How long a question may take in all.
pub const TIME: Duration = Duration::from_secs(20);
/// Rows of an answer, unless fewer are asked for.
const MOST: usize = 10_000;

/// The question took longer than it may.
pub fn too_slow() -> Error {
    Error::invalid("sql", "too_slow", format!("it took longer than {} seconds; ask for less", TIME.as_secs()))
}

/// Something that stops a question that nobody waits for any more.
pub type Stop = std::sync::Arc<duckdb::InterruptHandle>;

/// The engine of one question.
pub struct Asking {
    engine: Embedded,
}

impl Asking {
    pub fn new() -> Result<Asking> {
        Ok(Asking { engine: Embedded::sealed()? })
    }

    pub fn stop(&self) -> Stop {
        self.engine.stop()
    }

    /// The answer: columns with their types, rows, and whether there are more.
    pub fn answer(&self, app: &App, who: &Principal, sql: &str, limit: Option<usize>) -> Result<Json> {
        let began = Instant::now();
        let until = began + TIME;
        let limit = limit.unwrap_or(1_000).clamp(1, MOST);
        let named = app.read_now(who, |reader| {
            let mine = tables::all(reader);
            let named = reading::read(&self.engine, sql, &|name| mine.iter().any(|table| table.called() == name))?;
            for table in mine.iter().filter(|table| named.tables.contains(table.called())) {
                self.fill(reader, table, named.columns.as_ref(), until)?;
            }
            Ok(named)
        })?;
        let watch = Watch::begin(self.stop(), until);
        let answer = self.ask(sql, limit);
        let was_stopped = watch.end();
        let (columns, rows, more) = answer.map_err(|error| if was_stopped { too_slow() } else { error })?;
        let took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok(json!({ "columns": columns, "rows": rows, "more": more, "tables": named.tables, "took_ms": took_ms }))
    }

    fn fill(
        &self,
        reader: &mut foundation::Reader,
        table: &Table,
        asked: Option<&std::collections::BTreeSet<String>>,
        until: Instant,
    ) -> Result<()> {
        let is_asked = |name: &str| asked.is_none_or(|asked| asked.contains(name));
        let mut columns: Vec<_> = table.columns.iter().filter(|column| is_asked(&column.name)).collect();
        // `count(*)` names no column, and a table has one.
        if columns.is_empty() {
            columns.extend(table.columns.first());
        }
        let declared: Vec<String> =
            columns.iter().map(|column| format!("{} {}", name(&column.name), column.kind.declared())).collect();
        self.engine.run(&format!("create table {} ({})", name(table.called()), declared.join(", ")))?;
        let mut filling = self.engine.fill(table.called())?;
        queries::fill(reader, &table.object, &columns, &mut filling, until)?;
        filling.done()
    }

    /// Every value comes as text and is told as what its column is.
    #[allow(clippy::type_complexity)]
    fn ask(&self, sql: &str, limit: usize) -> Result<(Vec<Json>, Vec<Vec<Json>>, bool)> {
        let own = sql.trim().trim_end_matches(';');
        // A comment at its end must not swallow what follows.
        let asked = format!("(\n{own}\n)");
        let described = self.engine.asked(&format!("describe select * from {asked} as asked"))?;
        let columns: Vec<(String, String)> = described
            .iter()
            .filter_map(|row| Some((row.first()?.text().to_string(), row.get(1)?.text().to_string())))
            .collect();
        let shown: Vec<String> =
            columns.iter().map(|(column, _)| format!("cast({} as varchar)", name(column))).collect();
        let wanted = format!("select {} from {asked} as asked limit {}", shown.join(", "), limit + 1);
        let mut rows: Vec<Vec<Json>> = Vec::new();
        for row in self.engine.asked(&wanted)? {
            rows.push(row.iter().zip(&columns).map(|(cell, (_, kind))| told(cell, kind)).collect());
        }
        let more = rows.len() > limit;
        rows.truncate(limit);
        let columns =
            columns.iter().map(|(column, kind)| json!({ "name": column, "type": kind.to_lowercase() })).collect();
        Ok((columns, rows, more))
    }
}

/// A name within a statement.
fn name(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn told(cell: &Cell, kind: &str) -> Json {
    let Cell::Text(text) = cell else { return Json::Null };
    let is_number =
        ["INT", "DECIMAL", "DOUBLE", "FLOAT", "HUGEINT"].iter().any(|part| kind.contains(part)) && !kind.contains('[');
    match kind {
        "BOOLEAN" => json!(text == "true"),
        _ if is_number => text
            .parse::<i64>()
            .map(|whole| json!(whole))
            .or_else(|_| text.parse::<f64>().map(|real| json!(real)))
            .unwrap_or_else(|_| json!(text)),
        _ => json!(text),
    }
}

/// Stops a question when its time is over.
struct Watch {
    done: std::sync::mpsc::Sender<()>,
    thread: std::thread::JoinHandle<bool>,
}

impl Watch {
    fn begin(stop: Stop, until: Instant) -> Watch {
        let (done, waits) = std::sync::mpsc::channel::<()>();
        let thread = std::thread::spawn(move || {
            let left = until.saturating_duration_since(Instant::now());
            let is_over = waits.recv_timeout(left) == Err(std::sync::mpsc::RecvTimeoutError::Timeout);
            if is_over {
                stop.interrupt();
            }
            is_over
        });
        Watch { done, thread }
    }

    /// Whether it had to be stopped.
    fn end(self) -> bool {
        // It may have ended by itself.
        let _ = self.done.send(());
        self.thread.join().unwrap_or(false)
    }
}
