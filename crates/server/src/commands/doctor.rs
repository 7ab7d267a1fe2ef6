//! `rapport doctor`: how this installation is set up, in a few lines, and what should be better.

use std::process::ExitCode;

use channels::{email, outbox};
use clap::Args;
use foundation::access::Principal;
use foundation::ledger;
use kernel::Result;

use crate::cli;
use crate::config::{self, Place};
use crate::queries;

#[derive(Debug, Args)]
pub struct Doctor {
    #[command(flatten)]
    place: Place,
}

impl Doctor {
    pub fn run(&self) -> Result<ExitCode> {
        let settings = self.place.settings()?;
        let app = cli::open(&self.place)?;
        println!("rapport        {}", env!("CARGO_PKG_VERSION"));
        println!("data folder    {}", config::shown(&self.place.data));
        println!("database       {}", app.db().version()?);
        println!("address        {}", app.config().origin);
        let (head, waiting, objects) = app.read_now(&Principal::system("doctor"), |reader| {
            let objects = reader.catalogue.objects().len();
            Ok((ledger::subscribe::lines(reader.tx)?, queries::jobs_waiting(reader.tx)?, objects))
        })?;
        println!("objects        {objects}");
        println!("ledger         {head} lines");
        println!("jobs waiting   {waiting}");
        let mail = app.config().mail.clone();
        let shown = mail.as_ref().map(|server| format!("{}, from {}", email::shown(server), server.from));
        println!("mail           {}", shown.as_deref().unwrap_or("not set up"));

        let mut advice = Vec::new();
        let is_public = settings
            .listen
            .as_deref()
            .is_some_and(|listen| !listen.starts_with("127.") && !listen.starts_with("localhost"));
        if is_public && !app.config().origin.starts_with("https://") {
            advice.push(
                "people reach the server without https: put it behind a proxy that speaks https and set `origin`"
                    .to_string(),
            );
        }
        if let Some(server) = &mail
            && let Err(fault) = email::Email::new(server)?.check()
        {
            advice.push(format!("no mail can go out: {}", cli::line(&fault)));
        }
        let (_, given_up) = app.read_now(&Principal::system("doctor"), outbox::counts)?;
        if given_up > 0 {
            advice.push(format!("letters that were given up: {given_up}; Settings, Mail says why"));
        }
        for fault in app.db().check()? {
            advice.push(format!("the database is damaged: {fault}; restore the last back-up"));
        }
        if let Some(mode) = secret_is_open(&self.place.data.join("secret.key")) {
            advice.push(format!("others on this machine can read secret.key (mode {mode:o}): chmod 600 it"));
        }
        for line in &advice {
            println!("! {line}");
        }
        if advice.is_empty() {
            println!("nothing to complain about");
        }
        Ok(if advice.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
    }
}

/// The mode of the secret file, if anybody but its owner can read it.
fn secret_is_open(path: &std::path::Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then_some(mode)
}
