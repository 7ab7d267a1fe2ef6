//! A table or a query of a database: SQLite, PostgreSQL, MySQL and MariaDB. The database is read on a thread of its own,
//! which ends when nobody takes its rows any more.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use db::outside;
use foundation::access::Secret;
use foundation::{App, outbound};
use kernel::{Error, Result};

use super::{Rows, Segment, plain};
use crate::formats::{Found, Row};
use crate::sources::setup::{Kind, Setup};

/// Rows handed over at a time.
const BATCH: usize = 200;
/// Batches read ahead.
const AHEAD: usize = 4;

type Cells = Vec<Option<String>>;

enum Message {
    Columns(Vec<String>),
    Rows(Vec<Cells>),
    End(Result<()>),
}

pub struct DatabaseRows {
    incoming: Receiver<Message>,
    columns: Option<Vec<String>>,
    batch: std::vec::IntoIter<Cells>,
    number: u64,
}

impl DatabaseRows {
    pub fn open(app: &App, setup: &Setup, secret: Option<&Secret>) -> Result<DatabaseRows> {
        let (outgoing, incoming) = sync_channel(AHEAD);
        let (app, setup, secret) = (app.clone(), setup.clone(), secret.cloned());
        let thread = std::thread::Builder::new().name("source".into());
        let reading = move || {
            let ended = read(&app, &setup, secret.as_ref(), &outgoing);
            let _ = outgoing.send(Message::End(ended));
        };
        thread.spawn(reading).map_err(Error::internal)?;
        let mut rows = DatabaseRows { incoming, columns: None, batch: Vec::new().into_iter(), number: 0 };
        match rows.take()? {
            Message::Columns(columns) => rows.columns = Some(columns),
            Message::End(ended) => {
                ended?;
                return Err(Error::internal("a database ended before it named its columns"));
            }
            Message::Rows(_) => return Err(Error::internal("a database gave rows before it named its columns")),
        }
        Ok(rows)
    }

    fn take(&self) -> Result<Message> {
        self.incoming.recv().map_err(|_| Error::internal("the thread that reads a source ended"))
    }
}

fn read(app: &App, setup: &Setup, secret: Option<&Secret>, outgoing: &SyncSender<Message>) -> Result<()> {
    let asked = setup.query.clone().unwrap_or_default();
    let mut names = |columns| Ok(outgoing.send(Message::Columns(columns)).is_ok());
    let mut batch: Vec<Cells> = Vec::with_capacity(BATCH);
    let mut visit = |cells: &[Option<String>]| {
        batch.push(cells.to_vec());
        if batch.len() < BATCH {
            return Ok(true);
        }
        Ok(outgoing.send(Message::Rows(std::mem::take(&mut batch))).is_ok())
    };
    let password = secret.map(Secret::expose);
    match setup.kind {
        Kind::Sqlite => outside::sqlite(&outbound::path(app, &setup.place)?, &asked, &mut names, &mut visit)?,
        Kind::Postgres => {
            let server = outside::postgres(&setup.place)?;
            let at = first(app, &server.endpoint())?;
            server.each(at, password, &asked, &mut names, &mut visit)?;
        }
        Kind::Mysql => {
            let server = outside::mysql(&setup.place)?;
            let at = first(app, &server.endpoint())?;
            server.each(at, password, &asked, &mut names, &mut visit)?;
        }
        Kind::File | Kind::Folder | Kind::Http => return Err(Error::internal("this is no database")),
    }
    if !batch.is_empty() {
        let _ = outgoing.send(Message::Rows(batch));
    }
    Ok(())
}

fn first(app: &App, endpoint: &outside::Endpoint) -> Result<std::net::SocketAddr> {
    let found = outbound::addresses(app, &endpoint.host, endpoint.port)?;
    found.first().copied().ok_or_else(|| outbound::unreachable(&endpoint.host, endpoint.port, "it has no address"))
}

impl Rows for DatabaseRows {
    fn next_segment(&mut self) -> Result<Option<Segment>> {
        Ok(self.columns.take().map(|columns| Segment { name: None, format: plain(columns) }))
    }

    fn next(&mut self, row: &mut Row) -> Result<Found> {
        loop {
            if let Some(cells) = self.batch.next() {
                self.number += 1;
                row.clear();
                row.number = self.number;
                cells.iter().for_each(|cell| row.push(cell.as_deref().unwrap_or_default()));
                return Ok(Found::Row);
            }
            match self.take()? {
                Message::Rows(rows) => self.batch = rows.into_iter(),
                Message::End(ended) => return ended.map(|()| Found::End),
                Message::Columns(_) => {}
            }
        }
    }
}
