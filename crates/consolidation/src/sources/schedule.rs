//! Sources that run by themselves: whoever looks first finds what is due and queues it, in one transaction.

use foundation::access::Principal;
use foundation::company::appearance;
use foundation::{App, Operation};
use kernel::{Error, Result};

use super::{queries, run, setup};

/// Queues every source that is due; answers how many.
pub fn queue_due(app: &App) -> Result<usize> {
    let due = app.read_now(&Principal::system("sources"), queries::scheduled)?;
    let mut queued = 0;
    for id in due {
        let begun = app.write_now(&Principal::system("sources"), move |op| begin_if_due(op, id));
        match begun {
            Ok(is_due) => queued += usize::from(is_due),
            // Another process was faster, or the source is set up wrongly: the others run all the same.
            Err(Error::Conflict { code: "source.at_work", .. }) => {}
            Err(fault @ (Error::Conflict { .. } | Error::Invalid(_) | Error::NotFound)) => {
                tracing::warn!(source = %id, %fault, "a source could not be begun");
            }
            Err(fault) => return Err(fault),
        }
    }
    Ok(queued)
}

fn begin_if_due(op: &mut Operation, id: kernel::Id) -> Result<bool> {
    let source = setup::load(op, id)?;
    if source.paused || source.deleted {
        return Ok(false);
    }
    let last = queries::last_begun(op, id)?.unwrap_or(source.created_at);
    let zone = appearance::profile(op.tx)?.time_zone;
    let is_due = source.schedule.next(last, &zone).is_some_and(|at| at <= op.now);
    if !is_due {
        return Ok(false);
    }
    if queries::open_run(op, id)?.is_some_and(|run| !run.is_abandoned) {
        return Ok(false);
    }
    run::queue(op, id, "clock", false)?;
    Ok(true)
}
