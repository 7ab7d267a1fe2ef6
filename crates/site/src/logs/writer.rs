//! The thread that writes visits while another reads.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::ScopedJoinHandle;
use std::time::Duration;

use analytics::weblog::{Session, Sink, SinkError};
use foundation::access::Principal;
use foundation::jobs::{self, Lease};
use foundation::{App, Operation};
use kernel::{Error, Id, Result};

use crate::tracker::clean_path;
use crate::visits::{self, MOST_PAGES, Origin, Page, Put, Visit, Whence, With};

/// Visits of one commit.
const BATCH: usize = 1_000;
/// Visits that may wait for the writer; more make the reader wait.
const WAITING: usize = 4_000;
/// What came is written after such a pause at the latest, and whoever holds a job says that it is alive.
const PAUSE: Duration = Duration::from_secs(2);

/// Whose job it is and how far it came, in bytes of the files.
#[derive(Clone)]
pub struct Held {
    pub lease: Lease,
    pub done: std::sync::Arc<std::sync::atomic::AtomicI64>,
}

/// The end of the writer that a reading fills.
pub struct Sessions {
    import: Id,
    out: SyncSender<Visit>,
}

impl Sink for Sessions {
    fn session(&mut self, session: &Session<'_>) -> Result<(), SinkError> {
        // The writer ends first only when it failed; what it says then is the reason.
        self.out.send(visit(session, self.import)).map_err(|_| SinkError::from("the writer has ended"))
    }
}

/// Starts the writer.
pub fn start<'scope>(
    scope: &'scope std::thread::Scope<'scope, '_>,
    app: &'scope App,
    import: Id,
    held: Option<Held>,
) -> (Sessions, ScopedJoinHandle<'scope, Result<Put>>) {
    let (out, waiting) = sync_channel(WAITING);
    (Sessions { import, out }, scope.spawn(move || write(app, &waiting, held.as_ref())))
}

fn write(app: &App, waiting: &Receiver<Visit>, held: Option<&Held>) -> Result<Put> {
    let mut put = Put::default();
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        let ended = match waiting.recv_timeout(PAUSE) {
            Ok(visit) => {
                batch.push(visit);
                if batch.len() < BATCH {
                    continue;
                }
                false
            }
            Err(RecvTimeoutError::Timeout) => false,
            Err(RecvTimeoutError::Disconnected) => true,
        };
        if !batch.is_empty() || held.is_some() {
            let visits = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
            let held = held.cloned();
            let done = app.write_now(&Principal::system("weblog"), move |op| commit(op, &visits, held.as_ref()))?;
            put.add(done);
        }
        if ended {
            return Ok(put);
        }
    }
}

fn commit(op: &mut Operation, visits: &[Visit], held: Option<&Held>) -> Result<Put> {
    if let Some(held) = held {
        let done = held.done.load(std::sync::atomic::Ordering::Relaxed);
        // A reading that is interrupted begins anew: what it wrote is found again.
        jobs::advance(op, held.lease, "", done)?;
    }
    visits::put(op, visits)
}

fn visit(session: &Session<'_>, import: Id) -> Visit {
    let ms = |seconds: i64| seconds.saturating_mul(1000);
    let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let page =
        |view: &analytics::weblog::View<'_>| Page { at: ms(view.at), path: clean_path(&view.path), is_event: false };
    let started = ms(session.start);
    Visit {
        id: Visit::id_of(&session.visitor, started),
        origin: Origin::Log,
        site: None,
        import: Some(import),
        visitor: session.visitor,
        is_lasting: true,
        party: None,
        started,
        ended: ms(session.end),
        from: Whence::of(session.source),
        with: With::of(session.agent),
        country: session.country.map(|code| String::from_utf8_lossy(&code).into_owned()),
        is_robot: session.is_bot,
        views: count(session.views_in_all),
        hits: count(session.hits),
        errors: count(session.errors),
        bytes: count(session.bytes),
        pages: session.views.iter().take(MOST_PAGES).map(page).collect(),
    }
}

/// A thread that panicked is a fault of ours.
pub fn joined(writer: ScopedJoinHandle<'_, Result<Put>>) -> Result<Put> {
    writer.join().unwrap_or_else(|_| Err(Error::internal("the writer of visits panicked")))
}
