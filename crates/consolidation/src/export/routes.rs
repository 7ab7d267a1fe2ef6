//! A list as a file, streamed: records are read page by page in one snapshot and leave as they are read.

use std::io::{self, Write};
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use foundation::access::audit::{self, action};
use foundation::access::{Action, Principal};
use foundation::doors::body::Path;
use foundation::doors::{Caller, Params, Right, Route, problem};
use foundation::records::read::{self, ListQuery};
use foundation::records::record::Titles;
use foundation::records::{Object, Record, ask};
use foundation::{App, Reader};
use kernel::{Error, Result, Value, limits};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::{FileKind, Heading, Writer};

/// Bytes that are gathered before they are handed to the network.
const CHUNK: usize = 64 << 10;
/// Chunks that wait for a slow reader.
const WAITING: usize = 8;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/{objects}/export", Right::On(Action::Export), "A list as a CSV, XLSX or JSON lines file.", export)
            .streams(),
    ]
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Export {
    format: String,
    filter: String,
    sort: String,
    fields: String,
}

fn words(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_string).collect()
}

/// A list that can be written: everything that could be wrong with the request has been checked.
pub struct Listing {
    object: Arc<Object>,
    query: ListQuery,
    /// Positions of the fields that are written.
    fields: Vec<usize>,
    /// What each record is called, as a column of its own.
    titled: bool,
}

impl Listing {
    /// `fields` empty is all that the caller may see.
    pub fn new(reader: &mut Reader, object: &str, filter: &str, sort: &[String], fields: &[String]) -> Result<Listing> {
        let object = reader.object(object)?;
        reader.who.need(&object.def.name, Action::Export)?;
        let hidden = &reader.who.access.on(&object.def.name).hidden_fields;
        let mut positions = Vec::new();
        // Beside the fields; id and times are written in any case.
        let system = |name: &str| matches!(name, "id" | "title" | "created_at" | "updated_at");
        for name in fields.iter().filter(|name| !system(name)) {
            let known = object.def.position(name).filter(|_| !hidden.contains(name));
            let unknown = || {
                Error::invalid(
                    "fields",
                    "unknown_field",
                    format!("there is no field `{name}` on {}", object.def.plural),
                )
            };
            positions.push(known.ok_or_else(unknown)?);
        }
        if fields.is_empty() {
            let seen = object.def.fields.iter().enumerate().filter(|(_, field)| !hidden.contains(&field.name));
            positions.extend(seen.map(|(position, _)| position));
        }
        let filter = if filter.trim().is_empty() { None } else { Some(ask::filter(reader, &object, filter)?) };
        let query = ListQuery { filter, sort: sort.to_vec(), limit: limits::PAGE, ..ListQuery::default() };
        // A sort or filter that cannot be is told before the first byte.
        read::list(reader, &object, &ListQuery { limit: 1, ..query.clone() })?;
        let titled = fields.iter().any(|name| name == "title");
        Ok(Listing { object, query, fields: positions, titled })
    }

    /// Writes the whole list.
    pub fn write<W: Write + Send>(&self, reader: &mut Reader, kind: FileKind, out: W) -> Result<W> {
        let mut headings = vec![Heading::named("id")];
        headings.extend(self.titled.then(|| Heading::named("title")));
        headings.extend(self.fields.iter().filter_map(|position| self.object.field(*position)).map(Heading::of));
        headings.extend(["created_at", "updated_at"].map(Heading::named));
        let title = self.object.def.label_plural.get(&reader.who.language).to_string();
        let mut writer = Writer::new(kind, out, headings, &title)?;
        let mut query = self.query.clone();
        loop {
            let page = read::list(reader, &self.object, &query)?;
            let titles = if kind == FileKind::Jsonl {
                Titles::default()
            } else {
                read::titles(reader, &self.object, &page.records)?
            };
            for record in &page.records {
                writer.write(&self.row(record, &titles))?;
            }
            query.cursor = page.next;
            if query.cursor.is_none() {
                return writer.finish();
            }
        }
    }

    fn row(&self, record: &Record, titles: &Titles) -> Vec<Value> {
        let mut row = Vec::with_capacity(self.fields.len() + 3);
        row.push(Value::Text(record.id.to_string()));
        row.extend(self.titled.then(|| Value::Text(record.title.clone())));
        row.extend(self.fields.iter().map(|position| shown(record.value(*position), titles)));
        row.push(Value::Time(record.created_at));
        row.push(Value::Time(record.updated_at));
        row
    }
}

/// Links by what the linked records are called, where that is known: people read a table, and an import finds them again.
fn shown(value: &Value, titles: &Titles) -> Value {
    let title = |id: &kernel::Id| titles.0.get(id).map(|(_, title)| title.clone());
    match value {
        Value::Link(id) => title(id).map_or_else(|| value.clone(), Value::Text),
        Value::Links(ids) if ids.iter().all(|id| titles.0.contains_key(id)) => {
            Value::Choices(ids.iter().filter_map(title).collect())
        }
        other => other.clone(),
    }
}

async fn export(
    State(app): State<App>,
    Caller(who): Caller,
    Path(objects): Path<String>,
    Params(asked): Params<Export>,
) -> problem::Result<Response> {
    let format = if asked.format.is_empty() { "csv" } else { asked.format.as_str() };
    let kind = FileKind::parse(format)
        .ok_or_else(|| Error::invalid("format", "unknown_option", "must be csv, xlsx or jsonl"))?;
    let (sort, fields) = (words(&asked.sort), words(&asked.fields));
    let name = format!("{objects}.{}", kind.extension());
    let listing = {
        let filter = asked.filter.clone();
        app.read(&who, move |reader| Listing::new(reader, &objects, &filter, &sort, &fields)).await?
    };
    note(&app, &who, &listing, kind).await?;
    let body = streamed(move |out| app.read_now(&who, |reader| listing.write(reader, kind, out).map(drop)));
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind.media_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

/// Who took which list out of the house is kept.
async fn note(app: &App, who: &Principal, listing: &Listing, kind: FileKind) -> Result<()> {
    let fields: Vec<&str> =
        listing.fields.iter().filter_map(|at| listing.object.field(*at)).map(|field| field.name.as_str()).collect();
    let detail = json!({ "format": kind.extension(), "fields": fields, "filtered": listing.query.filter.is_some() });
    audit::note(app, who, action::EXPORTED, Some(&listing.object.def.name), None, detail).await
}

/// Runs `work` on a thread of its own; what it writes is the body. A fault in the middle breaks the answer off, so that
/// nobody takes half a file for the whole.
pub(crate) fn streamed(work: impl FnOnce(Outgoing) -> Result<()> + Send + 'static) -> Body {
    let (sender, receiver) = mpsc::channel::<io::Result<Bytes>>(WAITING);
    let failed = sender.clone();
    tokio::task::spawn_blocking(move || {
        let out = Outgoing { sender, gathered: Vec::with_capacity(CHUNK) };
        if let Err(error) = work(out) {
            tracing::warn!(%error, "a file could not be written to its end");
            // The receiver may be gone, which is how most of these end.
            let _ = failed.blocking_send(Err(io::Error::other("the file could not be completed")));
        }
    });
    Body::from_stream(ReceiverStream::new(receiver))
}

/// Bytes on their way to the network.
pub(crate) struct Outgoing {
    sender: mpsc::Sender<io::Result<Bytes>>,
    gathered: Vec<u8>,
}

impl Outgoing {
    fn send(&mut self) -> io::Result<()> {
        if self.gathered.is_empty() {
            return Ok(());
        }
        let chunk = std::mem::replace(&mut self.gathered, Vec::with_capacity(CHUNK));
        self.sender
            .blocking_send(Ok(chunk.into()))
            .map_err(|_| io::Error::new(io::ErrorKind::BrokenPipe, "nobody listens any more"))
    }
}

impl Write for Outgoing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.gathered.extend_from_slice(bytes);
        if self.gathered.len() >= CHUNK {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.send()
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        // What is left of a file that is complete; of a broken one the error follows.
        let _ = self.send();
    }
}
