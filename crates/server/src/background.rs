//! What runs beside the requests: jobs, the search index, letters that go out, the seal on the audit log, and tidying up.
//!
//! Each has a thread of its own and works in parts, every part one commit; asked to stop, it stops between two parts.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use channels::incoming::ReadsMail;
use channels::{Channel, outbox};
use consolidation::matching::arrival;
use consolidation::{import, quality, sources};
use db::Target;
use foundation::access::{self, Principal};
use foundation::doors::upload;
use foundation::jobs::{self, Runner, Work};
use foundation::timer::{Alarm, Timers};
use foundation::workspace::notices;
use foundation::{App, idempotency, search};
use kernel::{Error, Result};
use marketing::segments;
use tokio::sync::watch;

/// How often old sessions, answers and links are thrown out.
const TIDY_EVERY: Duration = Duration::from_secs(6 * 60 * 60);

/// How often letters are looked at for whether they are due.
const DUE_EVERY: Duration = Duration::from_secs(20);
/// How often it is looked whether the day's figures were counted.
const MEASURE_EVERY: Duration = Duration::from_secs(60 * 60);
/// How often it is looked whether customers should be looked at anew.
const ANALYSE_EVERY: Duration = Duration::from_secs(60);
/// What was just started has better things to do than to count.
const MEASURE_AFTER: Duration = Duration::from_secs(10 * 60);

/// See the module.
pub struct Background {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

/// The kinds of jobs that crates above the foundation bring.
pub fn works() -> Vec<Arc<dyn Work>> {
    [consolidation::works(), analytics::works(), site::works(), marketing::works(), conversations::works()].concat()
}

/// A runner of all kinds of jobs.
pub fn runner(app: &App) -> Runner {
    Runner::new(app.clone(), works(), Arc::new(access::people::acting))
}

/// What crates above the foundation do when a timer of theirs is due.
pub fn alarms() -> Vec<Arc<dyn Alarm>> {
    [
        approvals::alarms(),
        commerce::alarms(),
        sales::alarms(),
        analytics::alarms(),
        calendar::alarms(),
        conversations::alarms(),
        consolidation::alarms(),
    ]
    .concat()
}

/// Ways by which letters go out.
pub fn channels(app: &App) -> Result<Vec<Box<dyn Channel>>> {
    let mut channels = channels::of(app)?;
    channels.extend(conversations::channels(app));
    Ok(channels)
}

/// Who looks at mail that comes in.
pub fn mail_readers() -> Vec<Arc<dyn ReadsMail>> {
    calendar::mail_readers()
}

/// A ringer of all kinds of timers.
pub fn timers(app: &App) -> Timers {
    Timers::new(app.clone(), alarms())
}

impl Background {
    pub async fn start(app: &App, stopping: watch::Receiver<bool>) -> Result<Background> {
        let stop: Arc<AtomicBool> = Arc::default();
        let mut threads = Vec::new();

        upload::discard_abandoned(app);
        let of_app = app.clone();
        let runner = tokio::task::spawn_blocking(move || {
            let runner = runner(&of_app);
            match of_app.config().target {
                // This process has the folder to itself, so whatever was running is not any more.
                Target::Folder(_) => runner.free_abandoned()?,
                // Other servers may be at work; what a killed one held is free when its lease ends.
                Target::Postgres(_) => {}
            }
            Ok::<_, Error>(runner)
        });
        let runner = runner.await.map_err(Error::internal)??;
        // A second one, so that a look at all customers keeps nobody's import waiting.
        let other = self::runner(app);
        let runners_stop = [runner.stopper(), other.stopper()];
        threads.extend(spawn("jobs", move || runner.run_forever()));
        threads.extend(spawn("more jobs", move || other.run_forever()));

        let (sealed, stop_sealing) = (app.clone(), stop.clone());
        threads.extend(spawn("audit", move || access::audit::chain::keep_sealed(&sealed, &stop_sealing)));

        let (tidied, stop_tidying) = (app.clone(), stop.clone());
        threads.extend(spawn("tidy", move || {
            every(TIDY_EVERY, &stop_tidying, || tidy(&tidied));
        }));

        let (written, stop_writing) = (app.clone(), stop.clone());
        threads.extend(spawn("letters", move || {
            every(DUE_EVERY, &stop_writing, || quality::letters::queue_due(&written).map(drop));
        }));

        let (wound, timers, stop_timers) = (app.clone(), timers(app), stop.clone());
        threads.extend(spawn("timers", move || {
            if let Err(fault) = wind(&wound) {
                tracing::error!(%fault, "what was scheduled before there were timers waits for the next start");
            }
            timers.keep_ringing(&stop_timers);
        }));

        let (sending, stop_sending) = (app.clone(), stop.clone());
        threads.extend(spawn("outbox", move || match channels(&sending) {
            Ok(channels) => outbox::keep_sending(&sending, &channels, &stop_sending),
            Err(fault) => tracing::error!(%fault, "nothing can be sent"),
        }));

        let (read, stop_reading) = (app.clone(), stop.clone());
        threads.extend(spawn("mail", move || {
            conversations::reading::keep_reading(&read, mail_readers(), &stop_reading);
        }));

        let (matched, stop_matching) = (app.clone(), stop.clone());
        threads.extend(spawn("matching", move || arrival::keep_in_step(&matched, &stop_matching)));

        let (followed, stop_following) = (app.clone(), stop.clone());
        threads.extend(spawn("segments", move || segments::follow::keep_in_step(&followed, &stop_following)));

        let (given, stop_giving) = (app.clone(), stop.clone());
        threads.extend(spawn("assignment", move || sales::assignment::due::keep_giving(&given, &stop_giving)));

        let (earned, stop_earning) = (app.clone(), stop.clone());
        threads.extend(spawn("commissions", move || sales::commission::follow::keep_in_step(&earned, &stop_earning)));

        let (heard, stop_hearing) = (app.clone(), stop.clone());
        threads.extend(spawn("sequences", move || {
            conversations::sequences::follow::keep_in_step(&heard, &stop_hearing);
        }));

        let (measured, stop_measuring) = (app.clone(), stop.clone());
        threads.extend(spawn("quality", move || {
            if pause(MEASURE_AFTER, &stop_measuring) {
                every(MEASURE_EVERY, &stop_measuring, || quality::daily(&measured));
            }
        }));

        let (analysed, stop_analysing) = (app.clone(), stop.clone());
        threads.extend(spawn("analysis", move || {
            if pause(ANALYSE_EVERY, &stop_analysing) {
                every(ANALYSE_EVERY, &stop_analysing, || {
                    analytics::customers::keep_fresh(&analysed)?;
                    analytics::predictions::keep_fresh(&analysed)?;
                    analytics::outlook::keep_fresh(&analysed)?;
                    analytics::scoring::keep_fresh(&analysed)
                });
            }
        }));

        let (visited, stop_visiting) = (app.clone(), stop.clone());
        threads.extend(spawn("visits", move || site::tracker::keep_gathering(&visited, &stop_visiting)));

        let (lake, stop_lake) = (app.clone(), stop.clone());
        threads.extend(spawn("lake", move || analytics::lake::keep::keep_in_step(&lake, &stop_lake)));

        let (searched, stop_searching) = (app.clone(), stop.clone());
        threads.extend(spawn("search", move || search::keep_in_step(&searched, &stop_searching)));

        let told = stop.clone();
        let mut stopping = stopping;
        tokio::spawn(async move {
            let _ = stopping.wait_for(|stop| *stop).await;
            told.store(true, Ordering::SeqCst);
            runners_stop.iter().for_each(|stop| stop.store(true, Ordering::SeqCst));
        });
        Ok(Background { stop, threads })
    }

    /// Waits until the parts in hand are committed, but not for ever.
    pub async fn finish(self, at_most: Duration) {
        self.stop.store(true, Ordering::SeqCst);
        let until = Instant::now() + at_most;
        for thread in self.threads {
            while !thread.is_finished() && Instant::now() < until {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            if !thread.is_finished() {
                tracing::warn!(
                    thread = thread.thread().name(),
                    "did not stop in time; it goes on from its last part at the next start"
                );
            }
        }
    }
}

fn spawn(name: &'static str, work: impl FnOnce() + Send + 'static) -> Option<JoinHandle<()>> {
    match thread::Builder::new().name(name.into()).spawn(work) {
        Ok(thread) => Some(thread),
        Err(fault) => {
            tracing::error!(%fault, name, "a thread could not be started");
            None
        }
    }
}

/// Does `work` at once and then after each pause, until stopped.
fn every(pause: Duration, stop: &AtomicBool, work: impl Fn() -> Result<()>) {
    while !stop.load(Ordering::SeqCst) {
        if let Err(fault) = work() {
            tracing::error!(%fault, "background work failed; it is tried again");
        }
        self::pause(pause, stop);
    }
}

/// Waits; `false` if it was stopped meanwhile.
fn pause(pause: Duration, stop: &AtomicBool) -> bool {
    let until = Instant::now() + pause;
    while Instant::now() < until && !stop.load(Ordering::SeqCst) {
        thread::sleep(Duration::from_millis(100));
    }
    !stop.load(Ordering::SeqCst)
}

/// Sets the timers of what was scheduled before there were timers.
fn wind(app: &App) -> Result<()> {
    sources::schedule::wind(app)?;
    sales::wind(app)?;
    analytics::predictions::wind(app)
}

fn tidy(app: &App) -> Result<()> {
    access::sessions::tidy(app)?;
    app.write_now(&Principal::system("tidy"), idempotency::forget_old)?;
    app.write_now(&Principal::system("tidy"), jobs::forget_old)?;
    app.write_now(&Principal::system("tidy"), outbox::forget_old)?;
    app.write_now(&Principal::system("tidy"), notices::forget_old)?;
    import::kept::forget_old(app)?;
    sources::run::forget_old(app)?;
    Ok(())
}
