//! `rapport import` and `rapport export`: the same mechanism as the page and the API.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use kernel::{Error, Result};

use crate::cli;
use crate::config::Place;

#[derive(Debug, Args)]
pub struct Import {
    #[command(flatten)]
    place: Place,
    /// What the rows are: contacts, companies, deals, …
    #[arg(long, value_name = "OBJECT")]
    object: String,
    /// The field by which a row finds the record it changes.
    #[arg(long, value_name = "FIELD")]
    key: Option<String>,
    /// The file: CSV, XLSX, JSON lines or vCard.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Import {
    pub fn run(&self) -> Result<ExitCode> {
        let _ = (&self.object, &self.key, &self.file);
        let _app = cli::open_or_make(&self.place)?;
        Err(Error::Unreadable("imports cannot be run yet".into()))
    }
}

#[derive(Debug, Args)]
pub struct Export {
    #[command(flatten)]
    place: Place,
    #[arg(long, value_name = "OBJECT")]
    object: String,
}

impl Export {
    pub fn run(&self) -> Result<ExitCode> {
        let _ = &self.object;
        let _app = cli::open(&self.place)?;
        Err(Error::Unreadable("exports cannot be run yet".into()))
    }
}
