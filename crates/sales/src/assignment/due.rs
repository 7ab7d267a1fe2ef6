//! Gives leads that wait to somebody, a moment after they came.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use foundation::App;
use foundation::access::Principal;
use foundation::records::{Record, read};
use kernel::{Id, Result};

use super::{LEAD, give, keeper, queries};

/// Leads given in one go.
const PART: i64 = 500;
const LOOK_EVERY: Duration = Duration::from_millis(500);
const SOON: Duration = Duration::from_millis(15);

/// Gives what is due as it comes, until stopped.
pub fn keep_giving(app: &App, stop: &AtomicBool) {
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
                tracing::warn!(%error, "leads could not be given to anybody; trying again");
                std::thread::sleep(LOOK_EVERY);
            }
        }
    }
}

/// Gives everything that waits.
pub fn catch_up(app: &App) -> Result<()> {
    while step(app)? {}
    Ok(())
}

/// Gives a part of what waits; `false` when nothing does.
fn step(app: &App) -> Result<bool> {
    if !app.db().read(queries::is_any_due)? {
        return Ok(false);
    }
    app.write_now(&Principal::system("assignment"), |op| {
        op.channel = "automation";
        let ids = queries::take_due(op, PART)?;
        let leads = op.object(LEAD)?;
        let mut found: HashMap<Id, Record> =
            read::get_many(op, &leads, &ids)?.into_iter().map(|lead| (lead.id, lead)).collect();
        let waiting: Vec<Record> = ids
            .iter()
            .filter_map(|id| found.remove(id))
            // Somebody may have taken it meanwhile.
            .filter(|lead| keeper::is_open(&leads, lead) && lead.get(&leads, "owner").is_null())
            .collect();
        give::give_all(op, &waiting).map(drop)
    })?;
    Ok(true)
}
