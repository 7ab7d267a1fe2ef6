//! The live stream: each new line of the ledger that its reader may see, as a server-sent event whose id is the line's
//! position. A client that comes back with `Last-Event-ID` goes on where it stopped. Beside the ledger it tells its reader
//! of notices for them and of who else has open what they have open; these have no position and are told anew each time.

use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use kernel::Result;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;
use tokio_stream::wrappers::ReceiverStream;

use super::caller::{self, Credential};
use crate::access::Principal;
use crate::app::App;
use crate::ledger::{Position, subscribe, timeline};
use crate::workspace;

/// Turns true when the server is about to stop; streams end then.
#[derive(Debug, Clone)]
pub struct Stopping(pub watch::Receiver<bool>);

/// Other processes' writes are found by looking.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Rights may be taken away while somebody listens.
const ASK_AGAIN_WHO: Duration = Duration::from_secs(30);
/// Lines that come within this time are read together, however often others write.
const GATHER: Duration = Duration::from_millis(50);
/// Lines read at once.
const LINES: usize = 200;

/// Streams lines after `from`, or from now on.
pub fn stream(
    app: App,
    who: Principal,
    credential: Credential,
    from: Option<Position>,
    kinds: Vec<String>,
    stopping: Option<Stopping>,
) -> Response {
    let (lines, receiver) = mpsc::channel(64);
    let listening = Listening { app, who, credential, kinds, lines };
    tokio::spawn(async move {
        if let Err(fault) = listening.run(from, stopping).await {
            tracing::warn!(%fault, "a live stream ended");
        }
    });
    Sse::new(ReceiverStream::new(receiver))
        .keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
        .into_response()
}

struct Listening {
    app: App,
    who: Principal,
    credential: Credential,
    kinds: Vec<String>,
    lines: mpsc::Sender<std::result::Result<Event, Infallible>>,
}

impl Listening {
    async fn run(mut self, from: Option<Position>, stopping: Option<Stopping>) -> Result<()> {
        let mut news = self.app.news();
        let mut asked_at = Instant::now();
        let mut at = match from {
            Some(position) => position,
            None => self.app.read(&self.who, |reader| subscribe::head(reader.tx)).await?,
        };
        // Tells the client that it is connected, and where a reconnect would go on.
        if self.send(Event::default().event("ready").id(at.to_string()).data("{}")).await.is_err() {
            return Ok(());
        }
        let mut own = workspace::live::Told::default();
        loop {
            news.mark_unchanged();
            if asked_at.elapsed() >= ASK_AGAIN_WHO {
                let language = self.who.language.clone();
                self.who = caller::resolve(&self.app, &self.credential).await?;
                self.who.language = language;
                asked_at = Instant::now();
            }
            let kinds = self.kinds.clone();
            let before = at;
            let told_before = std::mem::take(&mut own);
            let (told, (told_now, for_one)) = self
                .app
                .read(&self.who, move |reader| {
                    let told = timeline::after(reader, before, &kinds, LINES)?;
                    Ok((told, workspace::live::news(reader, told_before)?))
                })
                .await?;
            own = told_now;
            for (name, said) in for_one {
                if self.send(Event::default().event(name).data(said.to_string())).await.is_err() {
                    return Ok(());
                }
            }
            at = told.next;
            for (position, line) in told.lines {
                let event = Event::default().event("ledger").id(position.to_string()).data(line.to_string());
                if self.send(event).await.is_err() {
                    return Ok(());
                }
            }
            if told.more {
                continue;
            }
            let stopped = async {
                match stopping.clone() {
                    Some(Stopping(mut stopping)) => drop(stopping.wait_for(|stop| *stop).await),
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = self.lines.closed() => return Ok(()),
                () = stopped => return Ok(()),
                _ = tokio::time::timeout(LOOK_EVERY, news.changed()) => tokio::time::sleep(GATHER).await,
            }
        }
    }

    async fn send(&self, event: Event) -> std::result::Result<(), ()> {
        self.lines.send(Ok(event)).await.map_err(|_| ())
    }
}
