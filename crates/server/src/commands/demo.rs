//! `rapport demo`: a new folder with the demo company, loaded as a user would load it, from files within the program.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use kernel::{Error, Result};

use crate::cli;
use crate::config::Place;

#[derive(Debug, Args)]
pub struct Demo {
    #[command(flatten)]
    place: Place,
    /// Take the files from this folder instead of those within the program.
    #[arg(long, value_name = "FOLDER")]
    files: Option<PathBuf>,
}

impl Demo {
    pub fn run(&self) -> Result<ExitCode> {
        let _ = &self.files;
        let _app = cli::open_or_make(&self.place)?;
        Err(Error::Unreadable("the demo company cannot be loaded yet".into()))
    }
}
