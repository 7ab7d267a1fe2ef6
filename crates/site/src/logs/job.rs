//! The reading of a log that was given to a page, as a job.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use foundation::access::Principal;
use foundation::jobs::{self, Job, Work};
use foundation::{App, Operation};
use kernel::{Error, Id, Result};
use serde_json::{Value as Json, json};

use super::writer::Held;
use super::{Asked, Figures, Input};

/// Reads an uploaded log.
pub struct LogWork;

impl LogWork {
    pub const KIND: &'static str = "site.log";
}

/// Where an uploaded log lies until it was read.
pub fn file_of(app: &App, id: Id) -> PathBuf {
    app.config().folder.join("weblogs").join(id.to_string())
}

/// Queues the reading of a file; answers the reading.
pub fn queue(op: &mut Operation, file: Id, name: &str, size: u64, asked: &Asked) -> Result<Json> {
    op.who.need_admin()?;
    let payload = json!({ "file": file, "name": name, "asked": asked });
    let job = jobs::enqueue(op, LogWork::KIND, payload, i64::try_from(size).unwrap_or(i64::MAX))?;
    let id = super::begin(op, name, Some(job.id))?;
    super::one(op, id)
}

impl Work for LogWork {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run(&self, app: &App, job: &Job) -> Result<Json> {
        let system = Principal::system("weblog");
        let text = |member: &str| job.payload[member].as_str().unwrap_or_default().to_string();
        let file = Id::parse(&text("file")).ok_or_else(|| Error::internal("a job without its file"))?;
        let asked: Asked = serde_json::from_value(job.payload["asked"].clone()).map_err(Error::internal)?;
        let id = job.id;
        let import = app.read_now(&system, move |reader| super::queries::of_job(reader.tx, id))?;
        let import = import.ok_or_else(|| Error::internal("a job without its reading"))?;
        let path = file_of(app, file);
        let held = Held { lease: job.lease, done: Arc::default() };
        let read = super::read(app, import, &[(text("name"), Input::File(path.clone()))], &asked, Some(held));
        let state = match &read {
            Ok(_) => "done",
            Err(Error::Conflict { code: "job.stopped", .. }) => "cancelled",
            // Whatever comes by itself is tried again with the same file.
            Err(Error::Internal(_) | Error::Busy { .. } | Error::DiskFull) => return read.map(|_| Json::Null),
            Err(_) => "failed",
        };
        let figures = read.as_ref().map_or_else(|_| Figures::default(), Clone::clone);
        app.write_now(&system, move |op| super::finish(op, import, state, &figures))?;
        discard(&path);
        read.map(|figures| json!({ "import": import, "visits": figures.put }))
    }
}

/// A log that was read, or is not wanted, goes: it is full of addresses.
pub fn discard(path: &Path) {
    if let Err(fault) = std::fs::remove_file(path)
        && fault.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(%fault, "a log that was read could not be removed");
    }
}
