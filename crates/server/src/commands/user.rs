//! `rapport user`: people who can sign in.

use std::io::{IsTerminal, Read};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use foundation::access::setup::{self, First};
use foundation::access::{Principal, Secret, factors, people};
use kernel::{Error, Result};

use crate::cli;
use crate::config::Place;

#[derive(Debug, Subcommand)]
pub enum User {
    /// Add an administrator. The password is read from standard input or RAPPORT_PASSWORD.
    Add(Add),
    /// Take somebody's second factors away: the telephone and the recovery codes are lost.
    ResetFactors(ResetFactors),
}

#[derive(Debug, Args)]
pub struct Add {
    #[command(flatten)]
    place: Place,
    #[arg(long, value_name = "EMAIL")]
    email: String,
    #[arg(long, value_name = "NAME")]
    name: String,
    /// Language of the workspace for this person.
    #[arg(long, value_name = "CODE", value_parser = ["en", "ru", "zh", "ro"])]
    language: Option<String>,
}

#[derive(Debug, Args)]
pub struct ResetFactors {
    #[command(flatten)]
    place: Place,
    #[arg(long, value_name = "EMAIL")]
    email: String,
}

impl User {
    pub fn run(&self) -> Result<ExitCode> {
        match self {
            User::Add(asked) => asked.run(),
            User::ResetFactors(asked) => asked.run(),
        }
    }
}

impl ResetFactors {
    /// Whoever may write the data folder may do this: it is how a company's only administrator gets in again.
    fn run(&self) -> Result<ExitCode> {
        let app = cli::open(&self.place)?;
        let unknown = || Error::Unreadable(format!("nobody here has the e-mail {}", self.email));
        let email = kernel::points::email(&self.email).ok_or_else(unknown)?;
        let person = app.db().read(|tx| people::by_email(tx, &email))?.ok_or_else(unknown)?;
        app.write_now(&Principal::system("command"), move |op| factors::reset(op, person.id))?;
        eprintln!("{} signs in with the password alone now.", self.email);
        Ok(ExitCode::SUCCESS)
    }
}

impl Add {
    fn run(&self) -> Result<ExitCode> {
        let asked = self;
        let password = password()?;
        let app = cli::open_or_make(&asked.place)?;
        let first = First {
            name: asked.name.clone(),
            email: asked.email.clone(),
            password,
            company: None,
            language: asked.language.clone(),
        };
        let id = setup::add_administrator(&app, first)?;
        println!("{id}");
        eprintln!("{} can sign in now.", asked.email);
        Ok(ExitCode::SUCCESS)
    }
}

/// Never an argument: those are seen by everybody on the machine.
fn password() -> Result<Secret> {
    if let Ok(password) = std::env::var("RAPPORT_PASSWORD") {
        return Ok(Secret::new(password));
    }
    if std::io::stdin().is_terminal() {
        eprint!("Password (at least 15 characters; it is shown as you type): ");
    }
    let mut text = String::new();
    if std::io::stdin().is_terminal() {
        std::io::stdin().read_line(&mut text).map_err(Error::internal)?;
    } else {
        std::io::stdin().take(1024).read_to_string(&mut text).map_err(Error::internal)?;
    }
    Ok(Secret::new(text.trim_end_matches(['\r', '\n'])))
}
