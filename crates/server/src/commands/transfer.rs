//! `rapport import` and `rapport export`: the same mechanism as the page and the API.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use consolidation::export::FileKind;
use consolidation::export::routes::Listing;
use consolidation::import::{self, Revision, State};
use foundation::access::Principal;
use foundation::search;
use kernel::{Error, Result};

use super::demo::Line;
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
    /// Write the rows that were refused, with their reasons, into this CSV file.
    #[arg(long, value_name = "FILE")]
    refused: Option<PathBuf>,
    /// The file: CSV, XLSX, JSON lines or vCard.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Import {
    pub fn run(&self) -> Result<ExitCode> {
        if !self.file.is_file() {
            return Err(Error::Unreadable(format!("there is no file {}", self.file.display())));
        }
        let app = cli::open_or_make(&self.place)?;
        let who = Principal::system("import");
        let name = self.file.display().to_string();
        let mut line = Line::default();
        let revision = Revision::default();
        let done = app.db().in_bulk(|| {
            import::import_file(&app, &who, &self.object, self.key.as_deref(), &self.file, &revision, &mut |at| {
                line.tell(&name, at)
            })
        });
        line.end();
        let done = done.map_err(|fault| match fault {
            Error::NotFound => Error::Unreadable(format!(
                "there is no object `{}`; objects are named as in the API: contacts, companies",
                self.object
            )),
            other => other,
        })?;
        if let Some(path) = self.refused.as_ref().filter(|_| done.wrong > 0) {
            let out = std::fs::File::create(path)
                .map_err(|fault| Error::Unreadable(format!("{}: {fault}", path.display())))?;
            app.read_now(&who, |reader| import::write_refused(reader, &done, &self.file, out))?
                .flush()
                .map_err(Error::internal)?;
        }
        println!(
            "{} rows: {} new, {} changed, {} unchanged, {} refused",
            done.rows, done.created, done.changed, done.unchanged, done.wrong
        );
        if done.state != State::Done {
            let why = done.detail.unwrap_or_else(|| "it did not come to its end".into());
            return Err(Error::Unreadable(why));
        }
        if done.wrong > 0 && self.refused.is_none() {
            eprintln!("name a file with --refused to see which rows were refused and why");
        }
        app.db().in_bulk(|| search::catch_up(&app))?;
        Ok(ExitCode::SUCCESS)
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Csv,
    Xlsx,
    Jsonl,
}

#[derive(Debug, Args)]
pub struct Export {
    #[command(flatten)]
    place: Place,
    /// What is exported: contacts, companies, deals, …
    #[arg(long, value_name = "OBJECT")]
    object: String,
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    format: Format,
    /// Only those for which this question answers yes: city = "Paris"
    #[arg(long, value_name = "QUESTION", default_value = "")]
    filter: String,
    /// Fields to sort by, with commas; a leading - turns the order round.
    #[arg(long, value_name = "FIELDS", value_delimiter = ',', allow_hyphen_values = true)]
    sort: Vec<String>,
    /// Only these fields, with commas.
    #[arg(long, value_name = "FIELDS", value_delimiter = ',')]
    fields: Vec<String>,
    /// The file to write; standard output without it.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Export {
    pub fn run(&self) -> Result<ExitCode> {
        let app = cli::open(&self.place)?;
        let kind = match self.format {
            Format::Csv => FileKind::Csv,
            Format::Xlsx => FileKind::Xlsx,
            Format::Jsonl => FileKind::Jsonl,
        };
        let out: Box<dyn Write + Send> = match &self.out {
            Some(path) => Box::new(
                std::fs::File::create(path)
                    .map_err(|fault| Error::Unreadable(format!("{}: {fault}", path.display())))?,
            ),
            None => Box::new(std::io::stdout()),
        };
        let written = app.read_now(&Principal::system("export"), |reader| {
            let listing = Listing::new(reader, &self.object, &self.filter, &self.sort, &self.fields)?;
            listing.write(reader, kind, std::io::BufWriter::new(out))
        });
        let mut written = written.map_err(|fault| match fault {
            Error::NotFound => Error::Unreadable(format!(
                "there is no object `{}`; objects are named as in the API: contacts, companies",
                self.object
            )),
            other => other,
        })?;
        written.flush().map_err(Error::internal)?;
        Ok(ExitCode::SUCCESS)
    }
}
