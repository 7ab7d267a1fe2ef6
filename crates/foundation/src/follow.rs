//! Following: what is to be done within a moment of what happens is done by a thread that is woken by each change and looks
//! now and then besides, since on PostgreSQL another server may have made it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use kernel::Result;

use crate::app::App;

/// How often it is looked where nothing wakes.
const LOOK_EVERY: Duration = Duration::from_millis(500);
const SOON: Duration = Duration::from_millis(15);

/// Takes steps as long as there are any, until stopped. A step does a part of what waits, in a commit of its own; `false`
/// when nothing does. What fails is tried again.
pub fn keep_in_step(app: &App, stop: &AtomicBool, mut step: impl FnMut(&App) -> Result<bool>) {
    let mut news = app.news();
    while !stop.load(Ordering::SeqCst) {
        news.mark_unchanged();
        let begun = Instant::now();
        match step(app) {
            Ok(true) => {}
            Ok(false) => {
                while begun.elapsed() < LOOK_EVERY
                    && !news.has_changed().unwrap_or(false)
                    && !stop.load(Ordering::SeqCst)
                {
                    std::thread::sleep(SOON);
                }
            }
            Err(error) => {
                let who = std::thread::current();
                tracing::warn!(%error, who = who.name(), "could not follow what happened; trying again");
                std::thread::sleep(LOOK_EVERY);
            }
        }
    }
}

/// Takes all steps that are left.
pub fn catch_up(app: &App, mut step: impl FnMut(&App) -> Result<bool>) -> Result<()> {
    while step(app)? {}
    Ok(())
}
