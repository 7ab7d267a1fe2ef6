//! Hits that come together are committed together: while one group is written, the next one gathers.

use std::sync::OnceLock;

use foundation::App;
use kernel::{Error, Id, Result};
use tokio::sync::{mpsc, oneshot};

use super::hit::Hit;
use super::queries;

/// Posts that may wait; more are told to come again.
const WAITING: usize = 20_000;
/// Posts and bytes in one commit.
const MOST: usize = 4_000;
const MOST_BYTES: usize = 512 << 10;

/// The way into the inbox.
#[derive(Default)]
pub struct Inbox(OnceLock<mpsc::Sender<Waiting>>);

struct Waiting {
    /// Hits as JSON, with commas between.
    hits: String,
    done: oneshot::Sender<Result<()>>,
}

impl Inbox {
    /// Keeps hits; they are on disk when this returns.
    pub async fn keep(&self, app: &App, hits: &[Hit]) -> Result<()> {
        let texts: Vec<String> = hits.iter().filter_map(|hit| serde_json::to_string(hit).ok()).collect();
        let (done, kept) = oneshot::channel();
        let way = self.0.get_or_init(|| {
            let (way, waiting) = mpsc::channel(WAITING);
            tokio::spawn(commit(app.clone(), waiting));
            way
        });
        let waiting = Waiting { hits: texts.join(","), done };
        way.try_send(waiting).map_err(|_| Error::Busy { retry_after_s: 1 })?;
        kept.await.map_err(|_| Error::Busy { retry_after_s: 1 })?
    }
}

async fn commit(app: App, mut waiting: mpsc::Receiver<Waiting>) {
    while let Some(first) = waiting.recv().await {
        let mut text = String::with_capacity(first.hits.len() + 2);
        text.push('[');
        text.push_str(&first.hits);
        let mut told = vec![first.done];
        while told.len() < MOST && text.len() < MOST_BYTES {
            let Ok(next) = waiting.try_recv() else { break };
            text.push(',');
            text.push_str(&next.hits);
            told.push(next.done);
        }
        text.push(']');
        let id = Id::at(app.now().0);
        // No operation: a hit changes no record, and must not wake everybody who waits for news of the ledger.
        let kept = app.db().write_async(move |tx| queries::keep(tx, id, &text)).await;
        let answer = |kept: &Result<()>| match kept {
            Ok(()) => Ok(()),
            Err(Error::DiskFull) => Err(Error::DiskFull),
            Err(_) => Err(Error::Busy { retry_after_s: 5 }),
        };
        if let Err(fault) = &kept {
            tracing::error!(%fault, "hits could not be kept");
        }
        for done in told {
            // Who asked may have gone.
            let _ = done.send(answer(&kept));
        }
    }
}
