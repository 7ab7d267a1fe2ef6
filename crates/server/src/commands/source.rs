//! `rapport source run`: a source is read now, on this machine's own thread.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use consolidation::sources;
use foundation::access::Principal;
use foundation::search;
use kernel::Result;

use crate::cli;
use crate::config::Place;

#[derive(Debug, Subcommand)]
pub enum Source {
    /// Read a source to its end and say what became of its rows.
    Run(Run),
}

#[derive(Debug, Args)]
pub struct Run {
    #[command(flatten)]
    place: Place,
    /// However many rows are missing, they are really gone.
    #[arg(long)]
    accept_gone: bool,
    /// The source's name.
    #[arg(value_name = "NAME")]
    name: String,
}

impl Source {
    pub fn run(&self) -> Result<ExitCode> {
        match self {
            Source::Run(command) => command.run(),
        }
    }
}

impl Run {
    fn run(&self) -> Result<ExitCode> {
        let app = cli::open(&self.place)?;
        let run = sources::run_by_name(&app, &Principal::system("source"), &self.name, self.accept_gone)?;
        let figures = &run.figures;
        println!(
            "{} rows: {} new, {} changed, {} the same, {} refused, {} gone",
            figures.rows, figures.new, figures.changed, figures.same, figures.refused, figures.gone
        );
        for note in &figures.notes {
            eprintln!("{}", note.detail);
        }
        search::catch_up(&app)?;
        Ok(ExitCode::SUCCESS)
    }
}
