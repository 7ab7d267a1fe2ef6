//! What is kept of an imported file, and for how long: the file itself, for the rows that were refused, the reasons, and a
//! few samples of each column. It goes a month after the import ended, at once when its owner wants it so, and when
//! somebody is erased whom the import brought or changed. Figures and undo stay.

use std::collections::BTreeSet;

use foundation::access::Principal;
use foundation::records::erase::Copies;
use foundation::{App, Operation};
use kernel::{Error, Id, Result};
use serde_json::Value as Json;

use super::{State, file_of, queries};

/// How long a file is kept behind the end of its import.
const KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// Removes the file of an import, and what was kept of its rows.
pub fn forget(app: &App, id: Id) -> Result<()> {
    match std::fs::remove_file(file_of(app, id)) {
        Ok(()) => {}
        Err(missing) if missing.kind() == std::io::ErrorKind::NotFound => {}
        Err(fault) => return Err(Error::internal(fault)),
    }
    app.write_now(&Principal::system("tidy"), move |op| forget_rows(op, id))
}

fn forget_rows(op: &mut Operation, id: Id) -> Result<()> {
    let Some(plan) = queries::plan_of(op, id)? else { return Ok(()) };
    queries::forget_refusals(op, id)?;
    queries::forget_file(op, id, &without_samples(plan))
}

/// The plan without what stood in the file.
fn without_samples(mut plan: Json) -> Json {
    for column in plan.get_mut("columns").and_then(Json::as_array_mut).into_iter().flatten() {
        if let Some(samples) = column.get_mut("samples") {
            *samples = Json::Array(Vec::new());
        }
    }
    plan
}

/// Removes the files of imports that ended a month ago, and of those that were never run.
pub fn forget_old(app: &App) -> Result<()> {
    let before = app.now().0.saturating_sub(KEPT_MS);
    for id in app.read_now(&Principal::system("tidy"), |reader| queries::ended_before(reader, before))? {
        forget(app, id)?;
    }
    Ok(())
}

/// The files of imports, for whoever is erased.
pub struct ImportFiles;

impl Copies for ImportFiles {
    fn forget(&self, app: &App, parties: &[Id]) -> Result<()> {
        let system = Principal::system("erase");
        let mut imports: BTreeSet<Id> = BTreeSet::new();
        for party in parties {
            imports.extend(app.read_now(&system, |reader| queries::that_touched(reader, *party))?);
        }
        for id in imports {
            let import = app.read_now(&system, |reader| queries::load(reader, id))?;
            // It still reads its file: the job comes again.
            if matches!(import.state, State::Running | State::Checking) {
                return Err(Error::Busy { retry_after_s: 5 });
            }
            forget(app, id)?;
        }
        Ok(())
    }
}
