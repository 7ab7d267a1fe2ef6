//! Gives leads that wait to somebody, a moment after they came.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;

use foundation::access::Principal;
use foundation::records::{Record, read};
use foundation::{App, follow};
use kernel::{Id, Result};

use super::{LEAD, give, keeper, queries};

/// Leads given in one go.
const PART: i64 = 500;

/// Gives what is due as it comes, until stopped.
pub fn keep_giving(app: &App, stop: &AtomicBool) {
    follow::keep_in_step(app, stop, step);
}

/// Gives everything that waits.
pub fn catch_up(app: &App) -> Result<()> {
    follow::catch_up(app, step)
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
