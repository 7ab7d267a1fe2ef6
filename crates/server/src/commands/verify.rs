//! `rapport verify`: whether everything stored holds together. Prints what was looked at; ends with 1 if something is wrong.

use std::process::ExitCode;

use clap::Args;
use foundation::access::{Principal, audit};
use foundation::verify::{self, Finding};
use foundation::{App, ledger, search};
use kernel::Result;

use crate::cli;
use crate::config::Place;

#[derive(Debug, Args)]
pub struct Verify {
    #[command(flatten)]
    place: Place,
}

impl Verify {
    pub fn run(&self) -> Result<ExitCode> {
        let app = cli::open(&self.place)?;
        let faults = check(&app, &mut |line| println!("{line}"))?;
        if faults == 0 {
            println!("all is well");
            return Ok(ExitCode::SUCCESS);
        }
        println!("{faults} faults");
        Ok(ExitCode::from(1))
    }
}

/// Runs every check, says each in a line, answers the number of faults.
pub fn check(app: &App, say: &mut dyn FnMut(&str)) -> Result<i64> {
    let mut faults = 0;
    let mut found = |what: &str, here: i64, say: &mut dyn FnMut(&str)| {
        faults += here;
        say(&if here == 0 { format!("ok      {what}") } else { format!("FAULTY  {what}: {here}") });
    };

    let damaged = app.db().check()?;
    for fault in &damaged {
        say(&format!("        {fault}"));
    }
    found("the database's own integrity check", count(damaged.len()), say);

    let system = Principal::system("verify");
    let (records, head) = app.read_now(&system, |reader| {
        let catalogue = reader.catalogue.clone();
        let mut records = 0;
        for object in catalogue.objects() {
            records += verify::count_all(reader.tx, object)?;
        }
        Ok((records, ledger::subscribe::lines(reader.tx)?))
    })?;
    say(&format!("        {records} records, {head} lines of the ledger"));

    let mut group = |name: &str, findings: Vec<Finding>, say: &mut dyn FnMut(&str)| {
        let total: i64 = findings.iter().map(|finding| finding.faults).sum();
        for finding in findings.iter().filter(|finding| finding.faults > 0) {
            say(&format!("        {}: {} records", finding.what, finding.faults));
        }
        found(&format!("{name} ({} of them)", findings.len()), total, say);
    };
    group("links lead to records", app.read_now(&system, verify::links)?, say);
    group("roll-up figures equal their children", app.read_now(&system, verify::rollups)?, say);
    group("merged records lead on, and links to them too", app.read_now(&system, verify::aliases)?, say);

    let index = search::verify(app)?;
    if index.waiting > 0 {
        say(&format!(
            "        search: {} lines of the ledger are not indexed yet; the server does that as it runs",
            index.waiting
        ));
    } else {
        let wrong = count(index.missing.count + index.stale.count + index.surplus.count) + index.uneven.abs();
        found(&format!("every record is found by search ({} records)", index.records), wrong, say);
    }

    let chain = audit::chain::verify(app)?;
    for fault in &chain.faults {
        say(&format!("        {fault}"));
    }
    found(
        &format!("the audit log's chain ({} rows, {} anchors)", chain.sealed, chain.anchors),
        count(chain.faults.len()),
        say,
    );
    Ok(faults)
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
