//! `rapport key`: keys for programs. The new key is the only thing on standard output.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use foundation::access::Principal;
use foundation::access::keys::{self, NewKey};
use kernel::Result;

use crate::cli;
use crate::config::Place;

#[derive(Debug, Subcommand)]
pub enum Key {
    /// Make a key and print it, this once.
    Create(Create),
}

#[derive(Debug, Args)]
pub struct Create {
    #[command(flatten)]
    place: Place,
    /// What the key is called in lists.
    #[arg(long, value_name = "NAME")]
    name: String,
    /// What it is for: all, read, contacts:read, contacts:write, events:write, import, export; several with commas.
    #[arg(long, value_name = "SCOPES", default_value = "all")]
    scope: String,
}

impl Key {
    pub fn run(&self) -> Result<ExitCode> {
        let Key::Create(asked) = self;
        let app = cli::open_or_make(&asked.place)?;
        let scopes = keys::parse_scopes([asked.scope.as_str()], &app.catalogue())?;
        let new = NewKey { name: asked.name.clone(), scopes, owner: None, expires_at: None };
        let (_, token) = app.write_now(&Principal::system("command"), move |op| keys::create(op, &new))?;
        println!("{}", token.expose());
        eprintln!("The key is not shown again. Use it as `Authorization: Bearer <key>`.");
        Ok(ExitCode::SUCCESS)
    }
}
